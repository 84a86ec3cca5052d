//! Destinations: what the words of a list say about where an item is controlled to.

use domain::control_list::DestinationRule;
use domain::country::Country;

use super::wording::folded;

/// What words say about destinations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// A rule.
    Rule(DestinationRule),
    /// Something about destinations that is not understood, or that contradicts itself.
    Unclear(String),
}

/// The names by which the texts call the one country that their destination rules name.
const UNITED_STATES: [&str; 4] = [
    "united states",
    "united states of america",
    "états-unis",
    "états-unis d'amérique",
];
/// `(All destinations)` and its French forms, the two that differ in the sources included.
const EVERYWHERE: [&str; 6] = [
    "all destinations",
    "all countries",
    "toutes destinations",
    "toutes les destinations",
    "tous les pays",
    "tous pays",
];
/// What follows the words above when some destinations are taken out.
const TAKEN_OUT: [&str; 8] = [
    "other than",
    "except for",
    "except",
    "autres que",
    "autre que",
    "à l'exception de",
    "à l'exception des",
    "sauf",
];
/// Words before a country's name.
const BEFORE_NAMES: [&str; 8] = ["in ", "to ", "the ", "les ", "aux ", "des ", "l'", "vers "];

/// A country named in a destination rule, as far as this module knows them.
fn country(name: &str) -> Option<Country> {
    let mut name = name.trim();
    while let Some(rest) = BEFORE_NAMES
        .iter()
        .find_map(|before| name.strip_prefix(before))
    {
        name = rest.trim_start();
    }
    UNITED_STATES
        .contains(&name)
        .then(|| Country::new("US").ok())
        .flatten()
}

/// Countries in a row: all known, or none.
pub(super) fn countries(names: &str) -> Option<Vec<Country>> {
    let names = names
        .replace(" and ", ",")
        .replace(" et ", ",")
        .replace(" ou ", ",");
    names.replace(" or ", ",").split(',').map(country).collect()
}

/// The rule that one parenthesis states.
fn parenthesis(words: &str) -> Said {
    let words = words.trim();
    if let Some(only) = country(words) {
        return Said::Rule(DestinationRule::Only(vec![only]));
    }
    let Some(rest) = EVERYWHERE
        .iter()
        .filter_map(|all| words.strip_prefix(all))
        .min_by_key(|r| r.len())
    else {
        return Said::Nothing;
    };
    let rest = rest.trim();
    if rest.is_empty() {
        return Said::Rule(DestinationRule::All);
    }
    let out = TAKEN_OUT
        .iter()
        .filter_map(|out| rest.strip_prefix(out))
        .min_by_key(|r| r.len());
    match out.and_then(countries) {
        Some(out) => Said::Rule(DestinationRule::AllExcept(out)),
        None => Said::Unclear(words.chars().take(120).collect()),
    }
}

/// Words that make of a country in parentheses a destination wherever it stands.
const FOR_EXPORT: [&str; 2] = ["for export to ", "exportation vers "];

/// What an entry's own words say in parentheses, as in `(All destinations)`.
///
/// A country alone, as in `(United States)`, may also say whose law is cited: it is a destination
/// only after the end of a sentence or in words on export, and only where no other parenthesis
/// speaks of destinations.
pub(super) fn of_words<'a>(paragraphs: impl Iterator<Item = &'a str>) -> Said {
    let (mut said, mut only) = (Said::Nothing, Said::Nothing);
    for paragraph in paragraphs {
        let paragraph = folded(paragraph);
        let is_on_export = FOR_EXPORT.iter().any(|words| paragraph.contains(words));
        let mut before = "";
        for piece in paragraph.split('(') {
            let ends_sentence = before.trim_end().ends_with(['.', ';']);
            let inner = piece
                .split_once(')')
                .map(|(inner, _)| inner)
                .unwrap_or_default();
            match parenthesis(inner) {
                Said::Rule(DestinationRule::Only(countries)) => {
                    if is_on_export || ends_sentence {
                        let found = Said::Rule(DestinationRule::Only(countries));
                        only = both(only, found, inner);
                    }
                }
                found => said = both(said, found, inner),
            }
            before = piece;
        }
    }
    if said == Said::Nothing { only } else { said }
}

/// Two sayings of one entry: they agree, or it is unclear.
fn both(said: Said, found: Said, inner: &str) -> Said {
    match (said, found) {
        (said, Said::Nothing) => said,
        (Said::Nothing, found) => found,
        (said, found) if said == found => said,
        (Said::Unclear(words), _) => Said::Unclear(words),
        (_, _) => Said::Unclear(inner.chars().take(120).collect()),
    }
}

/// What a subitem says of another one: `Subitem (2) applies to goods and technology intended for
/// export to all destinations.` gives the number 2 and the rule.
pub(super) fn of_another(words: &str) -> Option<(String, DestinationRule)> {
    let words = folded(words);
    let rest = words
        .strip_prefix("subitem (")
        .or_else(|| words.strip_prefix("le paragraphe ("))?;
    let (number, rest) = rest.split_once(')')?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let rest = rest.trim();
    let applies = ["applies to", "s'applique aux"]
        .iter()
        .any(|verb| rest.starts_with(verb));
    if !is_number || !applies {
        return None;
    }
    let ends = ["to all destinations.", "vers toute destination."];
    let is_everywhere = ends.iter().any(|end| rest.ends_with(end));
    let rule = if is_everywhere {
        DestinationRule::All
    } else {
        DestinationRule::AsTheItemSays
    };
    (is_everywhere || rest.contains("destination")).then(|| (number.to_owned(), rule))
}

/// What a paragraph of the section on destinations says: `any destination other than …`.
pub(super) fn of_section(words: &str) -> Said {
    let words = folded(words);
    let after = |mark: &str| words.split_once(mark).map(|(_, rest)| rest);
    let Some(rest) = after("any destination").or_else(|| after("toute destination")) else {
        let is_about = words.contains("destination");
        return if is_about {
            Said::Unclear(words)
        } else {
            Said::Nothing
        };
    };
    let rest = rest.trim_start();
    let out = TAKEN_OUT
        .iter()
        .filter_map(|out| rest.strip_prefix(out))
        .min_by_key(|r| r.len());
    if let Some(names) = out {
        let names = names.split([';', '.', ':']).next().unwrap_or_default();
        return match countries(names) {
            Some(out) => Said::Rule(DestinationRule::AllExcept(out)),
            None => Said::Unclear(names.trim().chars().take(120).collect()),
        };
    }
    let of_items = [
        "referred to in",
        "specified in",
        "mentionnée dans",
        "visée",
        "indiquée dans",
    ];
    if of_items.iter().any(|mark| rest.starts_with(mark)) {
        return Said::Rule(DestinationRule::AsTheItemSays);
    }
    if rest.is_empty() || rest.starts_with([';', '.', ',']) {
        return Said::Rule(DestinationRule::All);
    }
    Said::Unclear(rest.chars().take(120).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us() -> Vec<Country> {
        vec![Country::new("US").unwrap()]
    }

    #[test]
    fn parentheses_state_a_rule_in_both_languages() {
        for (words, expected) in [
            ("Logs. (All destinations)", DestinationRule::All),
            ("Billes. (Toutes destinations)", DestinationRule::All),
            ("Le lait (tous les pays)", DestinationRule::All),
            ("(Toutes les destinations)", DestinationRule::All),
            (
                "a; (All destinations other than the United States) and",
                DestinationRule::AllExcept(us()),
            ),
            (
                "(All destinations other than in the United States)",
                DestinationRule::AllExcept(us()),
            ),
            (
                "(Toutes destinations autres que les États-Unis)",
                DestinationRule::AllExcept(us()),
            ),
            (
                "(toutes les destinations sauf les États-Unis)",
                DestinationRule::AllExcept(us()),
            ),
            (
                "of 2020 (United\u{a0}States), for export to the share",
                DestinationRule::Only(us()),
            ),
            ("classé au tarif. (États‑Unis)", DestinationRule::Only(us())),
            (
                "of the Code (United States), and so on. (All destinations)",
                DestinationRule::All,
            ),
        ] {
            assert_eq!(
                of_words([words].into_iter()),
                Said::Rule(expected),
                "{words}"
            );
        }
    }

    #[test]
    fn words_without_a_rule_state_none() {
        for words in [
            "the Harmonized Tariff Schedule of the United States (HTSUS)",
            "for export to an EU country",
            "destined for all destinations",
            "(a destination)",
            "of the Code of Federal Regulations (United States)",
            "(United States)",
            "(",
        ] {
            assert_eq!(of_words([words].into_iter()), Said::Nothing, "{words}");
        }
    }

    #[test]
    fn what_is_not_understood_is_not_guessed() {
        for words in [
            "(All destinations other than Ruritania)",
            "(All destinations when armed)",
            "(All destinations) or (All destinations other than the United States)",
        ] {
            assert!(
                matches!(of_words([words].into_iter()), Said::Unclear(_)),
                "{words}"
            );
        }
        assert!(matches!(
            of_section("to any destination save Ruritania;"),
            Said::Unclear(_)
        ));
        assert!(matches!(
            of_section("to any destination other than Ruritania;"),
            Said::Unclear(_)
        ));
        assert_eq!(of_section("the following:"), Said::Nothing);
    }

    #[test]
    fn a_subitem_may_speak_of_another() {
        let of = |words| of_another(words).unwrap();
        assert_eq!(
            of("Subitem (2) applies to goods intended for export to all destinations."),
            ("2".to_owned(), DestinationRule::All)
        );
        assert_eq!(
            of(
                "Le paragraphe (1) s’applique aux marchandises destinées à l’exportation vers toute \
                destination, sauf si, à la fois :"
            ),
            ("1".to_owned(), DestinationRule::AsTheItemSays)
        );
        assert_eq!(of_another("Subsection (1) does not include"), None);
    }
}

//! Who is quoted: the words around a quotation that say so, and whether they speak for an authority.

use std::collections::BTreeMap;

use super::quotations::Quoted;
use super::sentences::Stretch;
use super::words::Words;

/// Fewest words of a statement: below it stand names of things and turns of phrase.
const WORDS_MIN: usize = 4;

/// A paragraph of a statement, with who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) quoted: Quoted,
    pub(crate) by: By,
}

/// Who is quoted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct By {
    /// The name, with the words where it stands; none where nobody is named.
    pub(crate) name: Option<(String, usize, usize)>,
    /// Whether they speak for a government or one of its bodies.
    pub(crate) is_official: bool,
    /// The words that say who speaks.
    pub(crate) told: Option<Stretch>,
}

/// Words of saying, folded.
pub(crate) const SAYING: [&str; 58] = [
    "said",
    "says",
    "say",
    "saying",
    "told",
    "tells",
    "stated",
    "states",
    "declared",
    "added",
    "announced",
    "announces",
    "explained",
    "insisted",
    "wrote",
    "warned",
    "confirmed",
    "argued",
    "replied",
    "noted",
    "claimed",
    "statement",
    "remarks",
    "according",
    "quoted",
    "asked",
    "testified",
    "reported",
    "reports",
    "dit",
    "declare",
    "affirme",
    "indique",
    "ajoute",
    "annonce",
    "explique",
    "assure",
    "precise",
    "souligne",
    "estime",
    "rappelle",
    "ecrit",
    "confirme",
    "repondu",
    "declaration",
    "selon",
    "denied",
    "denies",
    "dement",
    "dementi",
    "nie",
    "affirmed",
    "acknowledged",
    "conceded",
    "recalled",
    "stressed",
    "assured",
    "pretend",
];

/// Titles and functions that stand before a name and are no part of it.
const TITLES: [&str; 96] = [
    "the",
    "honourable",
    "honorable",
    "hon",
    "right",
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "sir",
    "minister",
    "ministers",
    "deputy",
    "prime",
    "vice",
    "secretary",
    "state",
    "under",
    "permanent",
    "foreign",
    "trade",
    "defence",
    "defense",
    "interior",
    "finance",
    "economy",
    "justice",
    "affairs",
    "external",
    "international",
    "national",
    "federal",
    "of",
    "for",
    "and",
    "general",
    "president",
    "chairman",
    "chairwoman",
    "chair",
    "ambassador",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "ministry",
    "department",
    "director",
    "head",
    "chief",
    "officer",
    "executive",
    "commissioner",
    "resident",
    "coordinator",
    "representative",
    "special",
    "envoy",
    "senator",
    "governor",
    "mayor",
    "colonel",
    "major",
    "captain",
    "admiral",
    "government",
    "un",
    "le",
    "la",
    "les",
    "l",
    "m",
    "mme",
    "ministre",
    "ministres",
    "premier",
    "premiere",
    "secretaire",
    "etat",
    "porte",
    "parole",
    "presidente",
    "ambassadeur",
    "ambassadrice",
    "directeur",
    "directrice",
    "chef",
    "cheffe",
    "depute",
    "senateur",
    "conseiller",
    "conseillere",
    "delegue",
    "deleguee",
    "coordonnatrice",
    "coordonnateur",
];

/// Words that make who speaks an authority of a state.
const OFFICIAL: [&str; 56] = [
    "minister",
    "ministers",
    "ministry",
    "ministries",
    "secretary",
    "president",
    "government",
    "governments",
    "official",
    "officials",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "ambassador",
    "embassy",
    "department",
    "inspectorate",
    "commissioner",
    "authority",
    "authorities",
    "presidency",
    "chancellor",
    "chancellery",
    "cabinet",
    "parliament",
    "senator",
    "customs",
    "affairs",
    "governor",
    "ministre",
    "ministres",
    "ministere",
    "secretaire",
    "presidente",
    "gouvernement",
    "fonctionnaire",
    "fonctionnaires",
    "porte",
    "parole",
    "ambassadeur",
    "ambassadrice",
    "ambassade",
    "departement",
    "administration",
    "autorites",
    "chancelier",
    "chanceliere",
    "parlement",
    "senateur",
    "douanes",
    "prefet",
    "premier",
    "premiere",
    "affaires",
    "tresor",
    "treasury",
];

/// Words that make who speaks a company, a body of several states, or somebody else all the same.
const NOT_OFFICIAL: [&str; 25] = [
    "company",
    "firm",
    "group",
    "institute",
    "association",
    "foundation",
    "professor",
    "analyst",
    "resident",
    "coordinator",
    "coordonnatrice",
    "coordonnateur",
    "humanitarian",
    "humanitaire",
    "nations",
    "onu",
    "ngo",
    "ong",
    "entreprise",
    "societe",
    "institut",
    "chercheur",
    "researcher",
    "witness",
    "temoin",
];

/// The quotations that are statements, each with who made it.
pub(crate) fn statements(
    words: &Words<'_>,
    blocks: &[Stretch],
    quotations: &[Quoted],
) -> Vec<Said> {
    let mut held = Roster::of(words);
    let mut found: Vec<Said> = Vec::new();
    for (at, quoted) in quotations.iter().enumerate() {
        if is_dateline(words, quoted) {
            continue;
        }
        let before = found.last().filter(|said| {
            let same = said.quoted.quotation == quoted.quotation;
            same || said.quoted.block == quoted.block
        });
        let told = attribution(words, blocks, quotations.split_at(at), quoted);
        let by = match (told, before) {
            (Some(told), _) => held.read(words, told),
            (None, Some(before)) => By {
                told: None,
                ..before.by.clone()
            },
            (None, None) => continue,
        };
        let many = quoted.text.after.saturating_sub(quoted.text.first);
        let goes_on = before.is_some_and(|said| said.quoted.quotation == quoted.quotation);
        if many < WORDS_MIN && !goes_on && !ends_a_sentence(words, quoted) {
            continue;
        }
        found.push(Said {
            quoted: *quoted,
            by,
        });
    }
    found
}

/// A quotation that nothing closes and that begins with a day is the head of a document quoted whole.
fn is_dateline(words: &Words<'_>, quoted: &Quoted) -> bool {
    let text = quoted.text.text(words);
    quoted.is_open && text.chars().filter(char::is_ascii_digit).count() >= 4 && !text.ends_with('.')
}

fn ends_a_sentence(words: &Words<'_>, quoted: &Quoted) -> bool {
    let text = quoted.text.text(words);
    text.ends_with(['.', '!', '?', ',']) && quoted.text.after > quoted.text.first.saturating_add(1)
}

/// The words that say who speaks: after the quotation up to the end of that sentence, else before it
/// in the same sentence, else the paragraph before when it announces a statement.
fn attribution(
    words: &Words<'_>,
    blocks: &[Stretch],
    (earlier, later): (&[Quoted], &[Quoted]),
    quoted: &Quoted,
) -> Option<Stretch> {
    let block = blocks.get(quoted.block)?;
    // Quotations stand in the order of the text, so that the nearest ones are next to this one.
    let is_beside = |other: &&Quoted| other.block == quoted.block;
    let limit = later
        .iter()
        .take_while(is_beside)
        .map(|other| other.text.start)
        .find(|start| *start > quoted.text.end)
        .unwrap_or(block.end);
    let after = cut_at_sentence(words, quoted.text.end, limit.min(block.end));
    if says(words, &after) {
        return Some(after);
    }
    let floor = earlier
        .iter()
        .rev()
        .take_while(is_beside)
        .map(|other| other.text.end)
        .find(|end| *end < quoted.text.start)
        .unwrap_or(block.start);
    let before = last_sentence(words, floor.max(block.start), quoted.text.start);
    if says(words, &before) {
        return Some(before);
    }
    let is_first = before.after <= before.first && floor == block.start;
    let above = quoted.block.checked_sub(1).and_then(|at| blocks.get(at))?;
    let announces = above.text(words).trim_end().ends_with(':');
    (is_first && announces && says(words, above)).then_some(*above)
}

fn says(words: &Words<'_>, stretch: &Stretch) -> bool {
    (stretch.first..stretch.after).any(|at| SAYING.contains(&words.folded(at)))
}

/// From a byte to the end of the sentence that goes on there.
fn cut_at_sentence(words: &Words<'_>, from: u32, limit: u32) -> Stretch {
    let text = words
        .text
        .get(from as usize..limit as usize)
        .unwrap_or_default();
    let mut end = text.len();
    let mut has_words = false;
    for (at, c) in text.char_indices() {
        let rest = text
            .get(at.saturating_add(c.len_utf8())..)
            .unwrap_or_default();
        let is_stop = matches!(c, '.' | '!' | '?') && rest.starts_with(char::is_whitespace);
        if is_stop && has_words {
            end = at;
            break;
        }
        has_words |= c.is_alphabetic();
    }
    Stretch::of(
        words,
        from,
        from.saturating_add(super::sentences::byte(end)),
    )
}

/// The last sentence that begins between two bytes and has not ended at the second.
fn last_sentence(words: &Words<'_>, from: u32, to: u32) -> Stretch {
    let text = words
        .text
        .get(from as usize..to as usize)
        .unwrap_or_default();
    let trimmed = text.trim_end_matches(|c: char| c.is_whitespace() || "\"“”„«:,".contains(c));
    let stop = trimmed
        .rfind(['.', '!', '?'])
        .filter(|at| {
            let rest = trimmed.get(at.saturating_add(1)..).unwrap_or_default();
            rest.starts_with(char::is_whitespace) || rest.is_empty()
        })
        .map_or(0, |at| at.saturating_add(1));
    Stretch::of(words, from.saturating_add(super::sentences::byte(stop)), to)
}

/// Names met so far, by their last word, and whether they speak for an authority.
struct Roster {
    names: BTreeMap<String, (String, bool)>,
}

impl Roster {
    /// Every name that stands with a title somewhere in the text.
    fn of(words: &Words<'_>) -> Self {
        let mut held = Self {
            names: BTreeMap::new(),
        };
        for run in runs(words, 0, words.len()) {
            let bare = without_titles(words, run);
            let Some((first, last)) = bare else { continue };
            if last <= first {
                continue;
            }
            let near = first.saturating_sub(8)..last.saturating_add(8).min(words.len());
            let is_titled = first > run.0 || {
                let gap = words.gap(last.saturating_add(1));
                gap.starts_with(',') || words.gap(first).contains(',')
            };
            if is_titled && near.clone().any(|at| OFFICIAL.contains(&words.folded(at))) {
                let is_official = !near
                    .clone()
                    .any(|at| NOT_OFFICIAL.contains(&words.folded(at)));
                held.learn(words, first, last, is_official);
            }
        }
        held
    }

    fn learn(&mut self, words: &Words<'_>, first: usize, last: usize, is_official: bool) {
        let name = words.written(first, last).to_owned();
        let held = self
            .names
            .entry(words.folded(last).to_owned())
            .or_insert((name, is_official));
        held.1 |= is_official;
    }

    /// Reads who speaks from the words that say so.
    fn read(&mut self, words: &Words<'_>, told: Stretch) -> By {
        let verb = (told.first..told.after)
            .find(|at| SAYING.contains(&words.folded(*at)))
            .unwrap_or(told.first);
        let has =
            |list: &[&str]| (told.first..told.after).any(|at| list.contains(&words.folded(at)));
        let is_official = has(&OFFICIAL) && !has(&NOT_OFFICIAL);
        let mut named: Vec<(usize, usize)> = runs(words, told.first, told.after)
            .into_iter()
            .filter_map(|run| without_titles(words, run))
            .collect();
        named.sort_by_key(|(first, last)| first.abs_diff(verb).min(last.abs_diff(verb)));
        let full = named.iter().find(|(first, last)| last > first);
        if let Some((first, last)) = full {
            let known = self.names.get(words.folded(*last)).map(|(_, is)| *is);
            let by = By {
                name: Some((words.written(*first, *last).to_owned(), *first, *last)),
                is_official: is_official || known.unwrap_or(false),
                told: Some(told),
            };
            self.learn(words, *first, *last, by.is_official);
            return by;
        }
        let short = named
            .iter()
            .find_map(|(first, last)| Some((first, last, self.names.get(words.folded(*last))?)));
        match short {
            Some((first, last, (name, known))) => By {
                name: Some((name.clone(), *first, *last)),
                is_official: is_official || *known,
                told: Some(told),
            },
            None => By {
                name: None,
                is_official,
                told: Some(told),
            },
        }
    }
}

/// Runs of words with capitals between two words, small words of names within them.
fn runs(words: &Words<'_>, first: usize, after: usize) -> Vec<(usize, usize)> {
    const SMALL: [&str; 14] = [
        "de", "du", "des", "van", "von", "der", "den", "al", "el", "bin", "ibn", "da", "dos", "la",
    ];
    let is_name = |at: usize| {
        words.get(at).is_some_and(|word| {
            let text = words.written(at, at);
            word.is_capital && text.chars().next().is_some_and(char::is_alphabetic)
        })
    };
    let mut found = Vec::new();
    let mut at = first;
    while at < after {
        if !is_name(at) {
            at = at.saturating_add(1);
            continue;
        }
        let begin = at;
        let mut last = at;
        let mut next = at.saturating_add(1);
        while next < after {
            let gap = words.gap(next);
            let is_close = gap
                .chars()
                .all(|c| c.is_whitespace() || "-‑.'’".contains(c))
                && !gap.contains("\n\n")
                && !(gap.contains('.') && words.folded(next.saturating_sub(1)).len() > 3);
            if !is_close {
                break;
            }
            if is_name(next) {
                last = next;
            } else if !SMALL.contains(&words.folded(next)) {
                break;
            }
            next = next.saturating_add(1);
        }
        found.push((begin, last));
        at = last.saturating_add(1);
    }
    found
}

/// A run without the titles before it; none where nothing else is left.
fn without_titles(words: &Words<'_>, (first, last): (usize, usize)) -> Option<(usize, usize)> {
    let begins = (first..=last)
        .rev()
        .take_while(|at| !TITLES.contains(&words.folded(*at)))
        .last()?;
    Some((begins, last))
}

#[cfg(test)]
mod tests;

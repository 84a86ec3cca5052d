//! Reading TOML that somebody else wrote.
//!
//! The parser mends what is broken as it goes and recurses into brackets on the way, without a bound of
//! its own: a file of some kilobytes could end the process. So a text is looked through first.

use serde::de::DeserializeOwned;

/// Deepest brackets: a map nests three.
const BRACKETS_MAX: usize = 32;

/// Why a text is not read.
#[derive(Debug)]
pub(crate) struct TomlTrouble {
    /// The byte at which it is wrong, where the parser says.
    pub at: Option<usize>,
    /// What is wrong.
    pub why: String,
}

/// Reads a text.
///
/// # Errors
/// Refuses what is not TOML, what is nested too deeply, and what does not fit.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, TomlTrouble> {
    if let Some(at) = too_deep(text) {
        return Err(TomlTrouble {
            at: Some(at),
            why: format!("nested deeper than {BRACKETS_MAX} brackets: expected a flatter text"),
        });
    }
    toml::from_str(text).map_err(|error| TomlTrouble {
        at: error.span().map(|span| span.start),
        why: error.message().lines().collect::<Vec<_>>().join(" "),
    })
}

/// What the parser of TOML says, in French. Its sentences are few; what is not among them is
/// repeated in its own words and said to be that.
pub(crate) fn in_french(why: &str) -> String {
    const WORDS: [(&str, &str); 15] = [
        ("unknown field ", "clé inconnue "),
        ("unknown variant ", "mot inconnu "),
        ("missing field ", "il manque la clé "),
        ("duplicate field ", "clé donnée deux fois "),
        ("duplicate key", "clé donnée deux fois"),
        ("invalid type: ", "valeur du mauvais genre : "),
        ("invalid value: ", "valeur qui ne convient pas : "),
        ("invalid length ", "longueur qui ne convient pas : "),
        (
            "expected a column, or a list of columns",
            "attendu une colonne, ou une liste de colonnes",
        ),
        (
            "expected one quote mark, or none",
            "attendu un guillemet, ou none",
        ),
        (
            "expected one of , ; | : ^ ~ or tab",
            "attendu , ; | : ^ ~ ou tab",
        ),
        ("nested deeper than", "emboîté plus profond que"),
        ("invalid string", "texte mal formé"),
        ("unclosed", "non fermé :"),
        ("key with no value", "clé sans valeur"),
    ];
    let known = WORDS.iter().find(|(en, _)| why.starts_with(en));
    let Some((en, fr)) = known else {
        return format!("l’analyseur dit, en anglais : {why}");
    };
    let rest = why.get(en.len()..).unwrap_or_default();
    let rest = [
        (", expected one of ", ", attendu : "),
        (", expected ", ", attendu "),
        (": expected a flatter text", " : attendu un texte plus plat"),
        (" or ", " ou "),
        ("string ", "texte "),
        ("integer ", "entier "),
        ("boolean ", "booléen "),
        ("a sequence", "une liste"),
        ("sequence", "liste"),
        ("a string", "un texte"),
        ("a map", "une table"),
        ("map", "table"),
        ("a boolean", "un booléen"),
        ("brackets", "crochets"),
        ("there are no fields", "aucune clé"),
    ]
    .iter()
    .fold(rest.to_owned(), |text, (en, fr)| {
        outside_quotes(&text, en, fr)
    });
    format!("{fr}{rest}")
}

/// Replaces words outside of backticks and quotation marks, which hold the writer's own.
fn outside_quotes(text: &str, en: &str, fr: &str) -> String {
    let mut quote = None;
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if quote.is_none()
            && let Some(after) = rest.strip_prefix(en)
        {
            out.push_str(fr);
            rest = after;
            continue;
        }
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '`' | '"') => quote = Some(c),
            _ => {}
        }
        out.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    out
}

/// The byte at which a text goes too deep, if it does. Texts in quotes and comments count for
/// nothing; a bracket is closed only by its own kind.
fn too_deep(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['[', '{', ']', '}', '"', '\'', '#']) {
        let (_, from) = rest.split_at_checked(at)?;
        let mark = from.chars().next()?;
        let place = text.len().saturating_sub(from.len());
        rest = from.get(1..)?;
        match mark {
            '#' => rest = after(rest, '\n'),
            '"' | '\'' => rest = after_quoted(from, mark),
            '[' | '{' => open.push(mark),
            _ => {
                let opener = if mark == ']' { '[' } else { '{' };
                if open.last() == Some(&opener) {
                    open.pop();
                }
            }
        }
        if open.len() > BRACKETS_MAX {
            return Some(place);
        }
    }
    None
}

/// What comes after a mark.
fn after(text: &str, mark: char) -> &str {
    text.split_once(mark).map_or("", |(_, rest)| rest)
}

/// What comes after a text in quotes, which begins this text. One in single quotes of a kind ends with
/// its line.
fn after_quoted(text: &str, quote: char) -> &str {
    let three: String = std::iter::repeat_n(quote, 3).collect();
    if let Some(within) = text.strip_prefix(&three) {
        return within.split_once(&three).map_or("", |(_, rest)| rest);
    }
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return text.get(at..).unwrap_or_default(),
            c if c == quote && !is_escaped => {
                return text.get(at.saturating_add(1)..).unwrap_or_default();
            }
            _ => is_escaped = quote == '"' && c == '\\' && !is_escaped,
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_read(text: &str) -> bool {
        read::<toml::Table>(text).is_ok()
    }

    #[test]
    fn what_the_parser_says_is_said_in_french() {
        for (en, fr) in [
            (
                "unknown field `nmae`, expected one of `name`, `map or not`",
                "clé inconnue `nmae`, attendu : `name`, `map or not`",
            ),
            (
                "invalid type: string \"a map\", expected a sequence",
                "valeur du mauvais genre : texte \"a map\", attendu une liste",
            ),
            ("odd", "l’analyseur dit, en anglais : odd"),
        ] {
            assert_eq!(in_french(en), fr);
        }
    }

    #[test]
    fn brackets_without_end_are_refused_and_end_nothing() {
        for opener in ["[", "{", "{a = ", "{a: ", "[{", "{a.b = [", "{ } {", "{ ]"] {
            let text = format!("a = {}", opener.repeat(100_000));
            let refused = read::<toml::Table>(&text);
            assert!(refused.is_err(), "{opener}");
        }
    }

    #[test]
    fn what_just_meets_the_bound_is_read() {
        let nested = |n: usize| format!("a = {}{}", "[".repeat(n), "]".repeat(n));
        assert!(is_read(&nested(BRACKETS_MAX)));
        assert!(!is_read(&nested(BRACKETS_MAX + 1)));
    }

    #[test]
    fn quotes_and_comments_neither_count_nor_hide() {
        let deep = "[".repeat(1_000);
        for text in [
            format!("a = \"{deep}\""),
            format!("a = '{deep}'"),
            format!("a = \"\"\"\n{deep}\n\"\"\""),
            format!("a = '''{deep}'''"),
            format!("a = 1 # {deep}"),
            format!("a = \"\\\"{deep}\""),
        ] {
            assert!(is_read(&text), "{text}");
        }
        for hidden in [
            format!("# \"\na = {deep}"),
            format!("a = '\\' \nb = {deep}"),
            format!("a = \"\"\nb = {deep}"),
            format!("a = {}", "{\"}\" = ".repeat(1_000)),
        ] {
            assert!(too_deep(&hidden).is_some(), "{hidden}");
        }
    }
}

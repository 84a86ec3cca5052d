//! How deep a policy text may go, and the room that its parser gets.
//!
//! The policy engine's parser recurses into brackets, into chains (`a.b.c`, `x || y || z`) and into
//! `if`, without a bound of its own: a text of some kilobytes could end the process. So a text is
//! looked through first, and what is let through is parsed on a stack that is large enough.

use domain::scope::{SCOPE_DEPTH_MAX, SCOPE_NODES_MAX};

/// Deepest brackets: four for each level of the deepest scope, which renders to two.
const BRACKETS_MAX: usize = SCOPE_DEPTH_MAX * 4;

/// Longest chain of attributes: the deepest that the schema has is three.
const ATTRIBUTES_MAX: usize = 32;

/// Most signs of operators side by side: six for each condition of the largest scope, which renders
/// to no more (`has … && … == … ||`).
const SIGNS_MAX: usize = SCOPE_NODES_MAX * 6;

/// Most alternatives in one text: an `if` stands within the `else` of another.
const ALTERNATIVES_MAX: usize = 64;

/// What the parser may use, in bytes: 96 MiB. A chain of 4,096 signs, a third more than is let
/// through, was measured between 32 and 64 MiB without optimisation. Only what is used is taken
/// from the machine.
const STACK_BYTES: usize = 96 * 1024 * 1024;

/// What is wrong with a text that goes deeper.
pub(crate) const TOO_DEEP: &str =
    "nested or chained deeper than any reader could follow: expected a flatter text";

/// Runs a parser with room for the deepest text that is let through.
pub(crate) fn with_room<T>(body: impl FnOnce() -> T) -> T {
    stacker::grow(STACK_BYTES, body)
}

/// What was seen within one pair of brackets.
#[derive(Default)]
struct Level {
    attributes: usize,
    signs: usize,
}

impl Level {
    fn is_over(&self) -> bool {
        self.attributes > ATTRIBUTES_MAX || self.signs > SIGNS_MAX
    }
}

/// The offset at which a text goes too deep, if it does. Texts in quotes and comments count for
/// nothing.
pub(crate) fn too_deep(text: &str) -> Option<usize> {
    let mut outer: Vec<Level> = Vec::new();
    let mut here = Level::default();
    let mut alternatives = 0_usize;
    let mut word = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        if std::mem::take(&mut word) == "if" {
            alternatives = alternatives.saturating_add(1);
        }
        match c {
            '"' => skip_text(&mut chars),
            '/' if chars.peek().is_some_and(|(_, next)| *next == '/') => {
                let _ = chars.find(|(_, c)| *c == '\n' || *c == '\r');
            }
            '(' | '[' | '{' => outer.push(std::mem::take(&mut here)),
            ')' | ']' | '}' => here = outer.pop().unwrap_or_default(),
            ',' | ';' => here = Level::default(),
            '.' => here.attributes = here.attributes.saturating_add(1),
            '&' | '|' | '+' | '-' | '*' | '<' | '>' | '=' | '!' => {
                here.attributes = 0;
                here.signs = here.signs.saturating_add(1);
            }
            _ => {}
        }
        if here.is_over() || outer.len() > BRACKETS_MAX || alternatives > ALTERNATIVES_MAX {
            return Some(at);
        }
    }
    None
}

/// Passes over a text in quotes.
fn skip_text(chars: &mut impl Iterator<Item = (usize, char)>) {
    let mut is_escaped = false;
    for (_, c) in chars {
        match c {
            '"' if !is_escaped => return,
            _ => is_escaped = c == '\\' && !is_escaped,
        }
    }
}

/// Deepest brackets of a file in TOML: the deepest that ships nests three. Its parser mends what is broken
/// as it goes and recurses into brackets on the way, without a bound of its own.
const TOML_BRACKETS_MAX: usize = 32;

/// The byte at which a text goes too deep, if it does. Texts in quotes and comments count for
/// nothing; a bracket is closed only by its own kind.
pub(crate) fn toml_too_deep(text: &str) -> Option<usize> {
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
        if open.len() > TOML_BRACKETS_MAX {
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

    #[test]
    fn brackets_of_toml_without_end_are_found_and_quotes_hide_nothing() {
        for opener in ["[", "{a: ", "{\"}\" = ", "{ ]"] {
            assert!(toml_too_deep(&format!("a = {}", opener.repeat(10_000))).is_some());
        }
        let quoted = "[".repeat(1_000);
        assert_eq!(toml_too_deep(&format!("a = \"{quoted}\" # {quoted}")), None);
    }

    #[test]
    fn what_goes_deeper_than_the_bounds_is_found_and_what_just_meets_them_is_not() {
        let brackets = |n: usize| format!("{}true{}", "(".repeat(n), ")".repeat(n));
        let attributes = |n: usize| format!("resource{}", ".a".repeat(n));
        let signs = |n: usize| format!("true{}", " + true".repeat(n));
        let ifs = |n: usize| format!("{}true", "if true then true else ".repeat(n));
        for (text, most) in [
            (&brackets as &dyn Fn(usize) -> String, BRACKETS_MAX),
            (&attributes, ATTRIBUTES_MAX),
            (&signs, SIGNS_MAX),
            (&ifs, ALTERNATIVES_MAX),
        ] {
            assert_eq!(too_deep(&text(most)), None);
            assert!(too_deep(&text(most + 1)).is_some());
        }
    }

    #[test]
    fn quotes_and_comments_neither_count_nor_hide() {
        let deep = "(".repeat(BRACKETS_MAX + 1);
        for shallow in [
            format!("\"{deep}\""),
            format!("\"\\\"{deep}\""),
            format!("// {deep}"),
        ] {
            assert_eq!(too_deep(&shallow), None, "{shallow}");
        }
        for hidden in [
            format!("// \"\n{deep}"),
            format!("\"\\\\\" {deep}"),
            format!("\"//\" {deep}"),
        ] {
            assert!(too_deep(&hidden).is_some(), "{hidden}");
        }
    }

    #[test]
    fn the_largest_scope_is_written_and_read_again_on_a_small_stack() {
        use domain::country::Country;
        use domain::scope::{Place, Scope};
        let codes = ["AQ", "HM", "CA", "TR"];
        let parts = (0..SCOPE_NODES_MAX - 1).map(|n| Scope::Country {
            at: Place::Anywhere,
            is: Country::new(codes[n % codes.len()]).unwrap(),
        });
        let scope = Scope::Any(parts.collect());
        assert_eq!(crate::parse_scope(&crate::render(&scope)), Ok(scope));
    }

    #[test]
    fn a_chain_of_any_length_is_refused_and_ends_nothing() {
        for link in [".b", " && true", " || true", " + 1", "[0]", ".x()", "::A"] {
            let text = format!("resource.a{}", link.repeat(100_000 / link.len()));
            assert!(crate::parse_scope(&text).is_err(), "{link}");
            let policy = format!("forbid(principal, action, resource) when {{ {text} }};");
            assert!(crate::policies::split(&policy).is_err(), "{link}");
        }
    }
}

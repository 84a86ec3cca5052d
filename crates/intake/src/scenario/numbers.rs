//! Numbers of permits, one by one or as a range.

use super::wrong::{Wrong, both};

/// Most permits that one range may name: the largest public case has a few hundred.
const RANGE_MAX: u32 = 10_000;

/// Why a range is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// The last number comes before the first.
    Backwards,
    /// The two ends do not differ in their last number alone.
    Unlike,
    /// More numbers than one range may name.
    TooLong,
}

/// The numbers of a range: `P-002..P-004` is three, anything without `..` is itself.
///
/// # Errors
/// Refuses a range that runs backwards, whose ends are unlike, or that is too long.
pub fn numbers(text: &str) -> Result<Vec<String>, Range> {
    let Some((from, to)) = text.split_once("..") else {
        return Ok(vec![text.to_owned()]);
    };
    let digits = |id: &str| {
        let tail: String = id.chars().rev().take_while(char::is_ascii_digit).collect();
        let tail: String = tail.chars().rev().collect();
        let head = id.strip_suffix(tail.as_str())?.to_owned();
        Some((head, tail.parse::<u32>().ok()?, tail.len()))
    };
    let (Some((head, first, width)), Some((other, last, _))) = (digits(from), digits(to)) else {
        return Err(Range::Unlike);
    };
    if head != other {
        return Err(Range::Unlike);
    }
    if last < first {
        return Err(Range::Backwards);
    }
    if last.saturating_sub(first) >= RANGE_MAX {
        return Err(Range::TooLong);
    }
    Ok((first..=last)
        .map(|n| format!("{head}{n:0width$}"))
        .collect())
}

impl Range {
    pub(super) fn wrong(self, text: &str) -> Wrong {
        let turned = text
            .split_once("..")
            .map(|(from, to)| format!("{to}..{from}"));
        let turned = turned.unwrap_or_default();
        match self {
            Self::Backwards => Wrong::new(
                both(
                    format!(
                        "the range `{text}` runs backwards: expected the smaller number first, \
                         did you mean `{turned}`?"
                    ),
                    format!(
                        "l’intervalle `{text}` va à rebours : le plus petit numéro d’abord, \
                         vouliez-vous dire `{turned}` ?"
                    ),
                ),
                both("turn the range round", "retourner l’intervalle"),
            ),
            Self::Unlike => Wrong::of(
                (
                    format!("`{text}` is no range: expected two numbers that differ at their end"),
                    format!(
                        "`{text}` n’est pas un intervalle : deux numéros qui diffèrent à la fin"
                    ),
                ),
                ("write it as in P-002..P-025", "écrire comme P-002..P-025"),
            ),
            Self::TooLong => Wrong::of(
                (
                    format!("the range `{text}` is too long: expected at most {RANGE_MAX} numbers"),
                    format!("l’intervalle `{text}` est trop long : {RANGE_MAX} numéros au plus"),
                ),
                ("write a shorter range", "écrire un intervalle plus court"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_names_each_number_and_nothing_else_is_one() {
        let three = ["P-009", "P-010", "P-011"].map(str::to_owned);
        assert_eq!(numbers("P-009..P-011"), Ok(three.to_vec()));
        assert_eq!(numbers("P-9"), Ok(vec!["P-9".to_owned()]));
        assert_eq!(numbers("P-2..P-1"), Err(Range::Backwards));
        assert_eq!(numbers("P-1..Q-2"), Err(Range::Unlike));
        assert_eq!(numbers("P-1.."), Err(Range::Unlike));
        assert_eq!(numbers("P-1..P-10001"), Err(Range::TooLong));
    }
}

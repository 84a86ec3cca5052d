//! The known name that a mistaken one is nearest to.

/// The nearest of the known names: at most a third of its letters differ, a letter lost, doubled,
/// changed or swapped with its neighbour counting as one. Case, `-` and `_` do not count.
pub(crate) fn nearest<'k>(found: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let folded = fold(found);
    let reach = (folded.len() / 3).max(1);
    known
        .map(|name| (distance(&folded, &fold(name)), name))
        .filter(|(far, name)| *far <= reach && *far < name.chars().count())
        .min_by_key(|(far, _)| *far)
        .map(|(_, name)| name)
}

/// Whether a word of one's own is so near to a known one that it is taken for a slip: two letters
/// or fewer of a word of five or more, digits apart.
pub(crate) fn slip<'k>(found: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let folded = fold(found);
    let letters = |text: &[char]| text.iter().filter(|c| !c.is_ascii_digit()).count();
    known.filter(|name| *name != found).find(|name| {
        let other = fold(name);
        let far = distance(&folded, &other);
        let numbers = |text: &[char]| -> Vec<char> {
            text.iter().copied().filter(char::is_ascii_digit).collect()
        };
        let reach = if letters(&folded) >= 8 { 2 } else { 1 };
        letters(&folded) >= 5 && far <= reach && numbers(&folded) == numbers(&other)
    })
}

fn fold(text: &str) -> Vec<char> {
    text.chars()
        .take(80)
        .map(|c| {
            if c == '_' {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

/// How many letters are lost, doubled, changed or swapped between two words.
fn distance(one: &[char], other: &[char]) -> usize {
    let width = other.len().saturating_add(1);
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..width).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        for (j, b) in other.iter().enumerate() {
            let at = |row: &[usize], k: usize| row.get(k).copied().unwrap_or(usize::MAX);
            let change = at(&last, j).saturating_add(usize::from(a != b));
            let lost = at(&last, j.saturating_add(1)).saturating_add(1);
            let added = at(&row, j).saturating_add(1);
            let mut least = change.min(lost).min(added);
            let is_swap = i > 0
                && j > 0
                && one.get(i.saturating_sub(1)) == Some(b)
                && other.get(j.saturating_sub(1)) == Some(a);
            if is_swap {
                least = least.min(at(&before, j.saturating_sub(1)).saturating_add(1));
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_one_slip_away() {
        let known = ["suspended", "surrendered", "valid", "cancelled"];
        let near = |found| nearest(found, known.into_iter());
        assert_eq!(near("suspnded"), Some("suspended"));
        assert_eq!(near("canceled"), Some("cancelled"));
        assert_eq!(near("Vaild"), Some("valid"));
        assert_eq!(near("frozen"), None);
        assert_eq!(nearest("x", ["y"].into_iter()), None);
    }

    #[test]
    fn a_word_of_ones_own_is_no_slip_when_only_its_number_differs() {
        assert_eq!(
            slip("builds-uva", ["builds-uav"].into_iter()),
            Some("builds-uav")
        );
        assert_eq!(slip("PROJECT-1", ["PROJECT-2"].into_iter()), None);
        assert_eq!(slip("NATO", ["NADO"].into_iter()), None);
        assert_eq!(slip("builds-uav", ["builds-uav"].into_iter()), None);
    }
}

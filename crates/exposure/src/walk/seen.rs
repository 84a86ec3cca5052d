//! Where a walk has been: numbers in open slots, so that a walk to few places costs little in a web
//! of millions.

use crate::names::{NONE, at};

/// A set of numbers.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// A power of two of slots, at most half of them taken.
    slots: Vec<u32>,
    taken: usize,
}

const FIRST: usize = 256;

impl Seen {
    /// Puts a number in; false where it was in already.
    pub(super) fn insert(&mut self, number: u32) -> bool {
        if self.taken.saturating_mul(2) >= self.slots.len() {
            self.grow();
        }
        let slot = self.slot(number);
        match self.slots.get_mut(slot) {
            Some(held) if *held == NONE => {
                *held = number;
                self.taken = self.taken.saturating_add(1);
                true
            }
            _ => false,
        }
    }

    /// Whether a number is in.
    pub(super) fn contains(&self, number: u32) -> bool {
        self.slots.get(self.slot(number)) == Some(&number)
    }

    /// Every number that is in, in no particular order.
    pub(super) fn held(&self) -> impl Iterator<Item = u32> {
        self.slots.iter().copied().filter(|held| *held != NONE)
    }

    /// The slot of a number, or the free one where it would be.
    fn slot(&self, number: u32) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = at(number.wrapping_mul(0x9E37_79B1).rotate_right(15)) & mask;
        while let Some(held) = self.slots.get(slot) {
            if *held == NONE || *held == number {
                return slot;
            }
            slot = slot.wrapping_add(1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let wider = self.slots.len().saturating_mul(4).max(FIRST);
        let old = std::mem::replace(&mut self.slots, vec![NONE; wider]);
        for number in old.into_iter().filter(|held| *held != NONE) {
            let slot = self.slot(number);
            if let Some(free) = self.slots.get_mut(slot) {
                *free = number;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_goes_in_once() {
        let mut seen = Seen::default();
        assert!(!seen.contains(7));
        for number in (0..3_000_u32).map(|n| n * 64) {
            assert!(seen.insert(number), "{number}");
            assert!(!seen.insert(number), "{number}");
        }
        assert!(seen.contains(64) && !seen.contains(65));
        let mut held: Vec<u32> = seen.held().collect();
        held.sort_unstable();
        assert_eq!(held, (0..3_000).map(|n| n * 64).collect::<Vec<u32>>());
    }
}

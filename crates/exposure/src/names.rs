//! What stands in the web: each thing by its kind and its name, once, under a number.

use serde::{Deserialize, Serialize};

/// Most things in a web: what the number of an edge has room for. The register is planned for ten
/// million shipments and a million permits.
pub(crate) const THINGS_MAX: usize = 1 << 27;

/// No thing.
pub(crate) const NONE: u32 = u32::MAX;

/// What kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Thing {
    /// An item of the catalogue.
    Item,
    /// A platform.
    Platform,
    /// A model or a mark, as text.
    Mark,
    /// A serial, as text.
    Serial,
    /// A unit or a lot.
    Unit,
    /// A party.
    Party,
    /// A country.
    Country,
    /// A permit.
    Permit,
    /// A line of a permit.
    PermitLine,
    /// An application.
    Application,
    /// A line of an application.
    ApplicationLine,
    /// An assurance.
    Assurance,
    /// A shipment.
    Shipment,
}

impl Thing {
    /// Every kind, in order.
    pub const ALL: [Self; 13] = [
        Self::Item,
        Self::Platform,
        Self::Mark,
        Self::Serial,
        Self::Unit,
        Self::Party,
        Self::Country,
        Self::Permit,
        Self::PermitLine,
        Self::Application,
        Self::ApplicationLine,
        Self::Assurance,
        Self::Shipment,
    ];

    /// The key, as data has it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Platform => "platform",
            Self::Mark => "mark",
            Self::Serial => "serial",
            Self::Unit => "unit",
            Self::Party => "party",
            Self::Country => "country",
            Self::Permit => "permit",
            Self::PermitLine => "permit-line",
            Self::Application => "application",
            Self::ApplicationLine => "application-line",
            Self::Assurance => "assurance",
            Self::Shipment => "shipment",
        }
    }

    /// What it is called, in English and French.
    #[must_use]
    pub const fn called(self) -> (&'static str, &'static str) {
        match self {
            Self::Item => ("item", "article"),
            Self::Platform => ("platform", "plateforme"),
            Self::Mark => ("mark", "marque"),
            Self::Serial => ("serial", "numéro de série"),
            Self::Unit => ("unit", "unité"),
            Self::Party => ("party", "partie"),
            Self::Country => ("country", "pays"),
            Self::Permit => ("permit", "licence"),
            Self::PermitLine => ("line", "ligne"),
            Self::Application => ("application", "demande"),
            Self::ApplicationLine => ("line of an application", "ligne d’une demande"),
            Self::Assurance => ("assurance", "assurance"),
            Self::Shipment => ("shipment", "envoi"),
        }
    }

    pub(crate) fn of(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte)).copied()
    }
}

/// Names by their numbers, and numbers by their names.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names {
    /// The kind of each thing.
    pub(crate) kinds: Vec<u8>,
    /// Where the name of each thing ends in `text`; it begins where the one before ends.
    pub(crate) ends: Vec<u32>,
    /// All names, one after another.
    pub(crate) text: Vec<u8>,
    /// Numbers by the hash of kind and name; a power of two, at most three quarters full.
    pub(crate) slots: Vec<u32>,
}

impl Names {
    /// How many things there are.
    pub(crate) const fn len(&self) -> usize {
        self.kinds.len()
    }

    /// The kind of a thing.
    pub(crate) fn kind(&self, thing: u32) -> Option<Thing> {
        Thing::of(*self.kinds.get(at(thing))?)
    }

    fn bytes(&self, thing: u32) -> &[u8] {
        let n = at(thing);
        let end = self.ends.get(n).copied().map_or(0, at);
        let begin = match n.checked_sub(1) {
            None => 0,
            Some(before) => self.ends.get(before).copied().map_or(0, at),
        };
        self.text.get(begin..end).unwrap_or_default()
    }

    /// The name of a thing.
    pub(crate) fn name(&self, thing: u32) -> &str {
        // Only whole texts were put in.
        std::str::from_utf8(self.bytes(thing)).unwrap_or_default()
    }

    /// The number of a thing, if it stands in the web.
    pub(crate) fn find(&self, kind: Thing, name: &str) -> Option<u32> {
        let slot = self.slot(kind, name.as_bytes())?;
        self.slots.get(slot).copied().filter(|held| *held != NONE)
    }

    /// The slot of a name: that of its number, or the free one where it would stand.
    fn slot(&self, kind: Thing, name: &[u8]) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = hash(kind, name) & mask;
        loop {
            let held = *self.slots.get(slot)?;
            if held == NONE {
                return Some(slot);
            }
            let is_kind = self.kinds.get(at(held)) == Some(&(kind as u8));
            if is_kind && self.bytes(held) == name {
                return Some(slot);
            }
            slot = slot.wrapping_add(1) & mask;
        }
    }

    /// The number of a thing, which now stands in the web; none when the web is full.
    pub(crate) fn put(&mut self, kind: Thing, name: &str) -> Option<u32> {
        if self.slots.len().saturating_mul(3) <= self.len().saturating_mul(4) {
            self.grow();
        }
        let slot = self.slot(kind, name.as_bytes())?;
        match self.slots.get(slot).copied()? {
            NONE => {}
            held => return Some(held),
        }
        if self.len() >= THINGS_MAX {
            return None;
        }
        let end = u32::try_from(self.text.len().checked_add(name.len())?).ok()?;
        let number = u32::try_from(self.len()).ok()?;
        self.text.extend_from_slice(name.as_bytes());
        self.kinds.push(kind as u8);
        self.ends.push(end);
        *self.slots.get_mut(slot)? = number;
        Some(number)
    }

    fn grow(&mut self) {
        const FIRST: usize = 1 << 10;
        let wider = self.slots.len().saturating_mul(2).max(FIRST);
        self.slots = vec![NONE; wider];
        let mask = wider.wrapping_sub(1);
        for number in 0..self.len() {
            let Ok(number) = u32::try_from(number) else {
                return;
            };
            let Some(kind) = self.kind(number) else {
                continue;
            };
            let mut slot = hash(kind, self.bytes(number)) & mask;
            while self.slots.get(slot).is_some_and(|held| *held != NONE) {
                slot = slot.wrapping_add(1) & mask;
            }
            if let Some(free) = self.slots.get_mut(slot) {
                *free = number;
            }
        }
    }
}

/// A number as an index.
pub(crate) const fn at(number: u32) -> usize {
    number as usize
}

/// Mixes kind and name: words of eight bytes, multiplied and folded. Names come from officers and
/// from the register itself, not from strangers.
fn hash(kind: Thing, name: &[u8]) -> usize {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut mixed = (kind as u64)
        .wrapping_add(name.len() as u64)
        .wrapping_mul(ODD);
    for word in name.chunks(8) {
        let mut whole = [0_u8; 8];
        for (to, from) in whole.iter_mut().zip(word) {
            *to = *from;
        }
        mixed = (mixed ^ u64::from_le_bytes(whole)).wrapping_mul(ODD);
        mixed ^= mixed >> 29;
    }
    (mixed ^ (mixed >> 32)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_has_one_number_and_keeps_its_name() {
        let mut names = Names::default();
        assert_eq!(names.find(Thing::Permit, "P-1"), None);
        let permit = names.put(Thing::Permit, "P-1").unwrap();
        let party = names.put(Thing::Party, "P-1").unwrap();
        assert_ne!(permit, party);
        assert_eq!(names.put(Thing::Permit, "P-1"), Some(permit));
        assert_eq!(names.name(permit), "P-1");
        assert_eq!(names.kind(party), Some(Thing::Party));
    }

    #[test]
    fn growing_loses_nothing() {
        let mut names = Names::default();
        for n in 0..5_000 {
            assert_eq!(names.put(Thing::Shipment, &format!("S-{n}")), Some(n));
        }
        for n in 0..5_000 {
            assert_eq!(names.find(Thing::Shipment, &format!("S-{n}")), Some(n));
            assert_eq!(names.name(n), format!("S-{n}"));
        }
        assert_eq!(names.find(Thing::Shipment, "S-5000"), None);
    }
}

//! The model: a plain book of whole numbers, written from the text of the rules and from nothing
//! else. Days are counted from the first of the history.

use std::collections::{BTreeMap, BTreeSet};

/// A quantity and a value.
pub type Pair = (i64, i64);
/// A permit and a line of it.
pub type Place = (usize, u32);

pub const LAST_DAY: i32 = 424;

fn each(a: Pair, b: Pair, with: impl Fn(i64, i64) -> i64) -> Pair {
    (with(a.0, b.0), with(a.1, b.1))
}

pub fn plus(a: Pair, b: Pair) -> Pair {
    each(a, b, |a, b| a + b)
}

pub fn minus(a: Pair, b: Pair) -> Pair {
    each(a, b, |a, b| a - b)
}

pub fn least(a: Pair, b: Pair) -> Pair {
    each(a, b, i64::min)
}

pub fn fits(a: Pair, room: Pair) -> bool {
    a.0 <= room.0 && a.1 <= room.1
}

/// What became of one line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account {
    pub reserved: Pair,
    pub held: Pair,
    pub drawn: Pair,
    pub returned: Pair,
    pub excess: Pair,
}

impl Account {
    pub fn used(&self) -> Pair {
        let there = plus(plus(self.reserved, self.held), self.drawn);
        minus(there, self.returned)
    }
}

/// One shipment, always of one line.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub at: Place,
    pub reserved: Pair,
    pub held: Pair,
    pub gone: Pair,
    pub excess: Pair,
}

/// One order that stops.
#[derive(Debug, Clone)]
pub struct Stop {
    pub members: BTreeSet<Place>,
    pub from: i32,
    pub is_at_once: bool,
    pub until: Option<i32>,
    pub ended: BTreeMap<Place, i32>,
    pub is_listed: bool,
}

impl Stop {
    fn holds(&self, at: Place, today: i32) -> bool {
        self.members.contains(&at)
            && (self.is_at_once || today >= self.from)
            && self.until.is_none_or(|until| today < until)
            && self.ended.get(&at).is_none_or(|ended| today < *ended)
    }
}

/// What a permit grants of each of its two lines, from a day on.
pub type Version = (i32, [Pair; 2]);

#[derive(Debug, Clone, Default)]
pub struct Book {
    pub permits: Vec<Vec<Version>>,
    pub accounts: BTreeMap<Place, Account>,
    pub parcels: Vec<Parcel>,
    pub stops: Vec<Stop>,
    pub today: i32,
}

impl Book {
    pub fn issue(&mut self, grants: [Pair; 2]) {
        let permit = self.permits.len();
        self.permits.push(vec![(i32::MIN, grants)]);
        for line in [1, 2] {
            self.accounts.insert((permit, line), Account::default());
        }
    }

    pub fn version(&self, permit: usize, day: i32) -> [Pair; 2] {
        let begun = self.permits[permit].iter().enumerate();
        let begun = begun.filter(|(_, (from, _))| *from <= day);
        begun
            .max_by_key(|(order, (from, _))| (*from, *order))
            .unwrap()
            .1
            .1
    }

    pub fn granted(&self, (permit, line): Place, day: i32) -> Pair {
        self.version(permit, day)[line as usize - 1]
    }

    /// What may still be given: the least that any grant from today on leaves.
    pub fn room(&self, at: Place) -> Pair {
        let later = self.permits[at.0].iter().map(|(from, _)| *from);
        let days = later.filter(|from| *from > self.today).chain([self.today]);
        let granted = days.map(|day| self.granted(at, day)).reduce(least).unwrap();
        let room = minus(granted, self.accounts[&at].used());
        each(room, (0, 0), i64::max)
    }

    pub fn is_stopped(&self, at: Place) -> bool {
        self.stops.iter().any(|stop| stop.holds(at, self.today))
    }

    pub fn releases(&self, at: Place, asked: Pair) -> bool {
        self.today <= LAST_DAY && !self.is_stopped(at) && asked.0 > 0 && fits(asked, self.room(at))
    }

    pub fn reserve(&mut self, at: Place, asked: Pair) {
        let account = self.accounts.get_mut(&at).unwrap();
        account.reserved = plus(account.reserved, asked);
        self.parcels.push(Parcel {
            at,
            reserved: asked,
            held: (0, 0),
            gone: (0, 0),
            excess: (0, 0),
        });
    }

    /// So much left; `is_last` gives back the rest.
    pub fn exit(&mut self, parcel: usize, gone: Pair, is_last: bool) {
        let at = self.parcels[parcel].at;
        let room = self.room(at);
        let parcel = &mut self.parcels[parcel];
        let account = self.accounts.get_mut(&at).unwrap();
        let own = least(gone, parcel.reserved);
        let fitting = least(minus(gone, own), room);
        let over = minus(minus(gone, own), fitting);
        let freed = if is_last { parcel.reserved } else { own };
        parcel.reserved = minus(parcel.reserved, freed);
        account.reserved = minus(account.reserved, freed);
        let drawn = plus(own, fitting);
        parcel.gone = plus(parcel.gone, drawn);
        account.drawn = plus(account.drawn, drawn);
        parcel.excess = plus(parcel.excess, over);
        account.excess = plus(account.excess, over);
    }

    pub fn restore(&mut self, parcel: usize, amount: Pair) {
        let parcel = &mut self.parcels[parcel];
        let account = self.accounts.get_mut(&parcel.at).unwrap();
        parcel.reserved = minus(parcel.reserved, amount);
        account.reserved = minus(account.reserved, amount);
    }

    pub fn hold(&mut self, parcel: usize, amount: Pair) {
        self.restore(parcel, amount);
        let parcel = &mut self.parcels[parcel];
        let account = self.accounts.get_mut(&parcel.at).unwrap();
        parcel.held = plus(parcel.held, amount);
        account.held = plus(account.held, amount);
    }

    pub fn free(&mut self, parcel: usize) {
        let parcel = &mut self.parcels[parcel];
        let account = self.accounts.get_mut(&parcel.at).unwrap();
        account.held = minus(account.held, parcel.held);
        parcel.held = (0, 0);
    }

    pub fn take_back(&mut self, parcel: usize, amount: Pair) {
        let parcel = &mut self.parcels[parcel];
        let account = self.accounts.get_mut(&parcel.at).unwrap();
        let over = least(amount, parcel.excess);
        let rest = minus(amount, over);
        parcel.excess = minus(parcel.excess, over);
        account.excess = minus(account.excess, over);
        parcel.gone = minus(parcel.gone, rest);
        account.returned = plus(account.returned, rest);
    }
}

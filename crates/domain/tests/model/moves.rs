//! What may happen, at random.

use proptest::prelude::*;

use super::book::Pair;

/// One move by somebody. Indexes count from the last of their kind, and wrap.
#[derive(Debug, Clone)]
pub enum Move {
    Issue {
        grants: [Pair; 2],
    },
    Amend {
        permit: usize,
        line: u32,
        grant: Pair,
        later: i32,
    },
    Reserve {
        permit: usize,
        line: u32,
        asked: Pair,
    },
    Exit {
        parcel: usize,
        gone: Option<Pair>,
        is_last: bool,
    },
    Restore {
        parcel: usize,
        amount: Option<Pair>,
        is_lapse: bool,
    },
    Hold {
        parcel: usize,
        amount: Option<Pair>,
    },
    Free {
        parcel: usize,
    },
    Return {
        parcel: usize,
        amount: Option<Pair>,
        is_correction: bool,
    },
    Stop {
        permit: Option<usize>,
        lines: u32,
        later: i32,
        lasts: Option<i32>,
        is_cancelled: bool,
    },
    List {
        stop: usize,
    },
    Reinstate {
        stop: usize,
        later: i32,
    },
    Wait {
        days: i32,
    },
}

fn some() -> impl Strategy<Value = Pair> {
    prop_oneof![6 => (0..4_i64, 0..400_i64), 1 => (0..30_i64, 0..3_000_i64)]
}

fn grant() -> impl Strategy<Value = Pair> {
    (0..15_i64, 0..1_500_i64)
}

fn moves() -> impl Strategy<Value = Move> {
    let perhaps = || proptest::option::of(some());
    let any_index = 0..6_usize;
    prop_oneof![
        2 => [grant(), grant()].prop_map(|grants| Move::Issue { grants }),
        4 => (any_index.clone(), 1..=2_u32, grant(), -5..20_i32)
            .prop_map(|(permit, line, grant, later)| Move::Amend { permit, line, grant, later }),
        16 => (any_index.clone(), 1..=2_u32, some())
            .prop_map(|(permit, line, asked)| Move::Reserve { permit, line, asked }),
        8 => (any_index.clone(), perhaps(), any::<bool>())
            .prop_map(|(parcel, gone, is_last)| Move::Exit { parcel, gone, is_last }),
        4 => (any_index.clone(), perhaps(), any::<bool>())
            .prop_map(|(parcel, amount, is_lapse)| Move::Restore { parcel, amount, is_lapse }),
        4 => (any_index.clone(), perhaps()).prop_map(|(parcel, amount)| Move::Hold { parcel, amount }),
        3 => any_index.clone().prop_map(|parcel| Move::Free { parcel }),
        6 => (any_index.clone(), perhaps(), any::<bool>())
            .prop_map(|(parcel, amount, is_correction)| Move::Return { parcel, amount, is_correction }),
        4 => (
            proptest::option::of(any_index.clone()),
            1..=3_u32,
            -3..6_i32,
            proptest::option::of(1..20_i32),
            any::<bool>(),
        )
            .prop_map(|(permit, lines, later, lasts, is_cancelled)| Move::Stop {
                permit, lines, later, lasts, is_cancelled,
            }),
        4 => any_index.clone().prop_map(|stop| Move::List { stop }),
        5 => (any_index, 0..5_i32).prop_map(|(stop, later)| Move::Reinstate { stop, later }),
        5 => (-6..15_i32).prop_map(|days| Move::Wait { days }),
    ]
}

pub fn history() -> impl Strategy<Value = Vec<Move>> {
    proptest::collection::vec(moves(), 1..70)
}

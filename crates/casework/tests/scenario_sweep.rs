//! Every scenario that ships is held to what it expects: each expectation, changed by itself, is
//! not met, at its own line.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use casework::{DomainProjection, scenario};
use intake::scenario::{BorderSpec, ExpectSpec, LedgerSpec, Many, Scenario};
use register::SqliteStore;

const CASES: [&str; 4] = [
    "tr-2019-2024.yaml",
    "norland-2025.yaml",
    "southland-2026.yaml",
    "harbourland-2027.yaml",
];

/// Most runs of a case: one for each part of the row with the most, which is a ledger's.
const RUNS_MAX: usize = 6;

fn read(name: &str) -> Scenario {
    let path = walks::workspace().join("scenarios").join(name);
    let bytes = std::fs::read(path).unwrap();
    scenario::read(&bytes, name).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn play(case: &Scenario) -> scenario::Played {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.sqlite");
    let store = SqliteStore::open(&file, Arc::new(DomainProjection), &mut |_| {}).unwrap();
    let played = scenario::play(case, Box::new(store), [7; 32]);
    played.unwrap_or_else(|cause| panic!("{cause:?}")).0
}

/// A change of one expectation: the row that it changes, the line at which it must be told.
type Change = (String, u64, Box<dyn Fn(&mut ExpectSpec)>);

fn other(word: &str, one: &str, two: &str) -> String {
    if word == one { two } else { one }.to_owned()
}

/// A word that changes an answer into another.
fn words(spec: &ExpectSpec) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    let line = |key: &str| spec.at.of(key).line;
    for (number, word) in spec.pending.clone() {
        let wrong = other(&word, "absent", "barred");
        let at = line(&format!("pending/{number}"));
        all.push((
            format!("pending {number}"),
            at,
            Box::new(move |spec| *spec.pending.get_mut(&number).unwrap() = wrong.clone()),
        ));
    }
    for (number, word) in spec.issued.clone() {
        let wrong = other(&word, "annulled", "valid");
        let at = line(&format!("issued/{number}"));
        all.push((
            format!("issued {number}"),
            at,
            Box::new(move |spec| *spec.issued.get_mut(&number).unwrap() = wrong.clone()),
        ));
    }
    for question in spec.findings.clone().into_keys() {
        let at = line(&format!("findings/{question}"));
        all.push((
            question.clone(),
            at,
            Box::new(move |spec| {
                *spec.findings.get_mut(&question).unwrap() = "otherwise".to_owned();
            }),
        ));
    }
    macro_rules! word {
        ($key:ident, $one:literal, $two:literal) => {
            if let Some(word) = &spec.$key {
                let wrong = other(word, $one, $two);
                let change = move |spec: &mut ExpectSpec| spec.$key = Some(wrong.clone());
                all.push((
                    stringify!($key).to_owned(),
                    line(stringify!($key)),
                    Box::new(change),
                ));
            }
        };
    }
    word!(shipment, "refused", "left");
    word!(assurance, "denied", "confirmed");
    word!(delivery, "verified", "incomplete");
    word!(breach, "refuted", "established");
    word!(decision_record, "otherwise", "another");
    word!(evidence, "absent", "received");
    word!(
        reservations_of_suspended,
        "stop_notice_sent",
        "no open reservation"
    );
    word!(accepted_links, "7", "8");
    word!(exposure, "empty", "not empty");
    if let Some(link) = &spec.link {
        let wrong = other(&link.confidence, "strong", "category");
        let change = move |spec: &mut ExpectSpec| {
            spec.link.as_mut().unwrap().confidence = wrong.clone();
        };
        all.push(("link".to_owned(), line("link"), Box::new(change)));
    }
    all
}

/// The opposite answer at the border, and a reason that was not given.
fn borders(spec: &ExpectSpec) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    for (number, answers) in spec.border.clone() {
        for (which, answer) in answers.list().into_iter().enumerate() {
            let at = match &answer {
                BorderSpec::Declared(held) => held.at.here.line,
                BorderSpec::Word(_) => spec.at.of(&format!("border/{number}")).line,
            };
            let mut wrongs = Vec::new();
            match answer {
                BorderSpec::Word(word) => {
                    wrongs.push(BorderSpec::Word(other(&word, "release", "refuse")));
                }
                BorderSpec::Declared(held) => {
                    let mut opposite = held.clone();
                    opposite.answer = other(&held.answer, "release", "refuse");
                    opposite.reason = None;
                    wrongs.push(BorderSpec::Declared(opposite));
                    if held.reason.is_some() {
                        let mut reason = held;
                        reason.reason = Some("no-such-permit".to_owned());
                        wrongs.push(BorderSpec::Declared(reason));
                    }
                }
            }
            for wrong in wrongs {
                let number = number.clone();
                all.push((
                    format!("border {number} {which}"),
                    at,
                    Box::new(move |spec| {
                        let held = spec.border.get_mut(&number).unwrap();
                        let mut list = held.list();
                        list[which] = wrong.clone();
                        *held = Many::Several(list);
                    }),
                ));
            }
        }
    }
    all
}

/// Numbers off by one.
fn numbers(spec: &ExpectSpec) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    let line = |key: &str| spec.at.of(key).line;
    macro_rules! number {
        ($($key:ident),*) => {$(
            if let Some(number) = spec.$key {
                let change = move |spec: &mut ExpectSpec| spec.$key = Some(number + 1);
                all.push((stringify!($key).to_owned(), line(stringify!($key)), Box::new(change)));
            }
        )*};
    }
    number!(
        duties_open,
        duties_overdue,
        count_suspended,
        count_cancelled,
        reached
    );
    for standing in spec.count.clone().into_keys() {
        let at = line(&format!("count/{standing}"));
        all.push((
            format!("count {standing}"),
            at,
            Box::new(move |spec| *spec.count.get_mut(&standing).unwrap() += 1),
        ));
    }
    for (number, drawn) in spec.draw_down.clone() {
        let at = line(&format!("draw_down/{number}"));
        for which in 0..drawn.list().len() {
            let number = number.clone();
            all.push((
                format!("drawn {number} {which}"),
                at,
                Box::new(move |spec| {
                    let mut list = spec.draw_down[&number].list();
                    let (drawn, of) = list[which].split_once("_of_").unwrap();
                    let one_more = drawn.parse::<u64>().unwrap() + 1;
                    let wrong = format!("{one_more}_of_{of}");
                    if list.len() == 1 {
                        spec.draw_down.insert(number.clone(), Many::One(wrong));
                    } else {
                        list[which] = wrong;
                        spec.draw_down.insert(number.clone(), Many::Several(list));
                    }
                }),
            ));
        }
    }
    all.extend(ledgers(spec));
    all
}

/// Each part of a ledger off by one.
fn ledgers(spec: &ExpectSpec) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    let parts: [fn(&mut LedgerSpec) -> &mut Option<u64>; 6] = [
        |held| &mut held.reserved,
        |held| &mut held.held,
        |held| &mut held.drawn,
        |held| &mut held.returned,
        |held| &mut held.excess,
        |held| &mut held.left,
    ];
    for (number, ledgers) in spec.ledger.clone() {
        for (which, ledger) in ledgers.list().into_iter().enumerate() {
            for part in parts {
                if part(&mut ledger.clone()).is_none() {
                    continue;
                }
                let number = number.clone();
                all.push((
                    format!("ledger {number} {which}"),
                    ledger.at.here.line,
                    Box::new(move |spec| {
                        let held = spec.ledger.get_mut(&number).unwrap();
                        let mut list = held.list();
                        *part(&mut list[which]).as_mut().unwrap() += 1;
                        *held = Many::Several(list);
                    }),
                ));
            }
        }
    }
    all
}

/// Every change of a case, one expectation each: the event, the set, the line, what is changed.
fn changes(case: &Scenario) -> Vec<(usize, usize, Change)> {
    let mut all = Vec::new();
    for (event, held) in case.events.iter().enumerate() {
        let sets = held.expect.iter().flat_map(Many::list);
        for (set, spec) in sets.enumerate() {
            let each = words(&spec)
                .into_iter()
                .chain(borders(&spec))
                .chain(numbers(&spec));
            all.extend(each.map(|change| (event, set, change)));
        }
    }
    all
}

/// Makes changes in a case.
fn change(case: &Scenario, changes: &[&(usize, usize, Change)]) -> Scenario {
    let mut case = case.clone();
    for (event, set, (_, _, change)) in changes {
        let held = case.events[*event].expect.as_mut().unwrap();
        let mut list = held.list();
        change(&mut list[*set]);
        *held = Many::Several(list);
    }
    case
}

/// The changes shared out over runs, so that no run changes two parts of one row.
fn shared_out(all: &[(usize, usize, Change)]) -> Vec<Vec<&(usize, usize, Change)>> {
    let mut runs: Vec<Vec<&(usize, usize, Change)>> = Vec::new();
    let mut count: BTreeMap<(usize, usize, &str), usize> = BTreeMap::new();
    for change in all {
        let (event, set, (row, ..)) = change;
        let run = count.entry((*event, *set, row)).or_insert(0);
        if runs.len() == *run {
            runs.push(Vec::new());
        }
        runs[*run].push(change);
        *run += 1;
    }
    runs
}

/// How many expectations are not met, by line.
fn missed(played: &scenario::Played) -> BTreeMap<u64, usize> {
    let mut lines = BTreeMap::new();
    for row in played.rows.iter().filter(|row| row.agrees == Some(false)) {
        *lines.entry(row.at.line).or_insert(0) += 1;
    }
    lines
}

/// Holds that each change is told at its line, and nothing else is.
fn hold(name: &str, changed: &[&(usize, usize, Change)]) {
    let case = read(name);
    let mut expected = BTreeMap::new();
    for (_, _, (_, line, _)) in changed {
        *expected.entry(*line).or_insert(0) += 1;
    }
    assert!(!expected.contains_key(&0), "a change has no line");
    assert_eq!(missed(&play(&change(&case, changed))), expected, "{name}");
}

/// Expectations are looked at and change nothing, so that many wrong ones are as many not met.
fn sweep(name: &str, at_least: usize) {
    let all = changes(&read(name));
    assert!(
        all.len() >= at_least,
        "only {} changes of {name}",
        all.len()
    );
    let runs = shared_out(&all);
    assert!(runs.len() <= RUNS_MAX, "{name} takes {} runs", runs.len());
    for run in runs {
        hold(name, &run);
    }
}

#[test]
fn each_expectation_of_the_case_of_2019_to_2024_fails_when_it_is_changed() {
    sweep(CASES[0], 46);
}

#[test]
fn each_expectation_of_the_case_of_norland_fails_when_it_is_changed() {
    sweep(CASES[1], 60);
}

#[test]
fn each_expectation_of_the_case_of_southland_fails_when_it_is_changed() {
    sweep(CASES[2], 40);
}

#[test]
fn each_expectation_of_the_case_of_harbourland_fails_when_it_is_changed() {
    sweep(CASES[3], 45);
}

#[test]
fn one_changed_expectation_is_the_only_one_not_met() {
    let all = changes(&read(CASES[2]));
    let far_apart = all.iter().step_by(all.len() / 3);
    for one in far_apart {
        hold(CASES[2], &[one]);
    }
}

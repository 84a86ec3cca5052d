//! An auditor who was not there: knows the law of the gate, the log and the journals of the
//! clients, and nothing of how the register decides. It reads events as plain data and keeps sums
//! in whole numbers of its own.
//!
//! The log is the witness: if every answer stands in it where it says, if answers that followed one
//! another in time follow one another in it, and if each event in it is lawful after those before
//! it, then no release called after the acknowledgement of a stop went through it.

mod model;

use std::collections::{BTreeMap, BTreeSet};

use register::StoredEvent;
use serde_json::Value;

use crate::journal::{Asked, Call, Told};
pub use model::Model;

/// What is unlawful in a log and the journals of those who called; nothing when all is well.
pub fn audit(calls: &[Call], log: &[StoredEvent]) -> Vec<String> {
    let mut model = Model::default();
    for event in log {
        model.take(event);
    }
    model.finish();
    let mut found = model.found;
    one_answer_for_each_key(calls, &mut found);
    for call in calls {
        stands_in_the_log(call, log, &mut found);
    }
    time_and_log_agree(calls, &mut found);
    found
}

/// Whoever is told something finds it in the log, where it was said to stand.
fn stands_in_the_log(call: &Call, log: &[StoredEvent], found: &mut Vec<String>) {
    let event = |at: u64| {
        let index = usize::try_from(at).ok()?.checked_sub(1)?;
        log.get(index)
    };
    let is_there = match (&call.asked, &call.told) {
        (Asked::Reserve { key, .. }, Some(Told::Go { shipment, at, .. })) => event(*at)
            .is_some_and(|event| {
                event.kind == "ShipmentReserved"
                    && event.payload["shipment"] == **shipment
                    && event.payload["lodged"]["declaration"] == **key
            }),
        (Asked::Reserve { key, .. }, Some(Told::Stop { at, .. })) => {
            event(*at).is_some_and(|event| {
                event.kind == "ReleaseRefused" && event.payload["lodged"]["declaration"] == **key
            })
        }
        (Asked::Sign { orders }, Some(Told::Done { first, last })) => orders.iter().all(|order| {
            (*first..=*last)
                .filter_map(event)
                .any(|event| event.kind == "OrderSigned" && event.payload["order"]["id"] == **order)
        }),
        (Asked::Move { shipment }, Some(Told::Done { first, .. })) => {
            event(*first).is_some_and(|event| event.payload["shipment"] == **shipment)
        }
        _ => true,
    };
    if !is_there {
        found.push(format!("acknowledged and not in the log: {call:?}"));
    }
}

/// The same key and request: one effect and one answer, marked when it is not the first. Another
/// request under the key: refused.
fn one_answer_for_each_key(calls: &[Call], found: &mut Vec<String>) {
    let mut by_key: BTreeMap<&str, Vec<(&Value, &Told)>> = BTreeMap::new();
    for call in calls {
        if let (Asked::Reserve { key, body }, Some(told)) = (&call.asked, &call.told) {
            by_key.entry(key).or_default().push((body, told));
        }
    }
    for (key, told) in by_key {
        let mut answers = BTreeSet::new();
        let mut firsts = 0_u32;
        let mut answered: Vec<&Value> = Vec::new();
        for (body, told) in &told {
            let (answer, is_repeat) = match told {
                Told::Go {
                    shipment,
                    at,
                    is_repeat,
                    ..
                } => (format!("{shipment} {at}"), is_repeat),
                Told::Stop { at, is_repeat } => (format!("refused {at}"), is_repeat),
                _ => continue,
            };
            answers.insert(answer);
            answered.push(*body);
            firsts += u32::from(!is_repeat);
        }
        if answers.len() > 1 || firsts > 1 {
            found.push(format!("key {key} got several answers: {told:?}"));
        }
        if answered.iter().any(|body| Some(body) != answered.first()) {
            found.push(format!("key {key} answered two requests: {told:?}"));
        }
        let refused = |(body, told): &(&Value, &Told)| {
            matches!(told, Told::No { because } if because.contains("key"))
                && Some(body) == answered.first()
        };
        if told.iter().any(refused) {
            found.push(format!(
                "key {key} was refused to its own request: {told:?}"
            ));
        }
    }
}

/// A call that began after another was answered stands after it in the log.
fn time_and_log_agree(calls: &[Call], found: &mut Vec<String>) {
    let placed = |call: &Call| match call.told.as_ref()? {
        Told::Go {
            at,
            is_repeat: false,
            ..
        }
        | Told::Stop {
            at,
            is_repeat: false,
        } => Some((*at, *at)),
        Told::Done { first, last } => Some((*first, *last)),
        _ => None,
    };
    let mut answered: Vec<(u64, u64)> = calls
        .iter()
        .filter_map(|call| Some((call.answered?, placed(call)?.1)))
        .collect();
    answered.sort_unstable();
    let mut answered = answered.into_iter().peekable();
    let mut latest = 0;
    for call in calls {
        while let Some((_, last)) = answered.next_if(|(answered, _)| *answered < call.called) {
            latest = latest.max(last);
        }
        if placed(call).is_some_and(|(first, _)| first <= latest) {
            found.push(format!(
                "called after event {latest} was answered: {call:?}"
            ));
        }
    }
}

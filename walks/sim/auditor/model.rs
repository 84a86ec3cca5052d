//! The auditor's own model of the law, event by event.

use std::collections::{BTreeMap, BTreeSet};

use register::StoredEvent;
use serde_json::Value;

/// A permit and the number of a line.
type At = (String, u64);
/// Quantity and value, in billionths of the line's unit and currency.
type Sums = [i128; 2];

struct Line {
    terms: Value,
    entry: String,
    last_day: String,
    granted: Sums,
    used: Sums,
}

struct Order {
    signed: Value,
    members: BTreeSet<At>,
    listed: BTreeSet<At>,
    is_complete: bool,
    /// By line: the first day without it, and whether the list of what ended it is written.
    ended: BTreeMap<At, (String, bool)>,
}

/// What the auditor knows after some events.
#[derive(Default)]
pub struct Model {
    lines: BTreeMap<At, Line>,
    orders: BTreeMap<String, Order>,
    shipments: BTreeMap<String, Value>,
    declarations: BTreeSet<String>,
    events: u64,
    last_at: String,
    /// What is unlawful.
    pub found: Vec<String>,
    /// How often each kind of decision was made.
    pub seen: BTreeMap<&'static str, u64>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// An exact decimal, in billionths.
fn exact(value: &Value) -> i128 {
    let text = value.as_str().unwrap();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{part:0<9}").parse().unwrap()
}

/// What a declared line takes, in the unit of the line.
fn taken(declared: &Value) -> Sums {
    let quantity = exact(&declared["quantity"]["amount"]);
    let quantity = match declared["quantity"]["unit"].as_str().unwrap() {
        "PR" => quantity * 2,
        "GRM" => quantity / 1_000,
        "C62" | "NAR" | "KGM" => quantity,
        other => panic!("the auditor does not know unit {other}"),
    };
    [quantity, exact(&declared["value"]["amount"])]
}

fn by_line(permit: &Value, amounts: &Value) -> Vec<(At, Sums)> {
    let amounts = amounts.as_object().into_iter().flatten();
    let sums = |both: &Value| [exact(&both["quantity"]), exact(&both["value"])];
    amounts
        .map(|(line, both)| ((text(permit), line.parse().unwrap()), sums(both)))
        .collect()
}

/// The lines in the list of numbers of an event.
fn members(list_of: &Value) -> BTreeSet<At> {
    let permits = list_of.as_object().into_iter().flatten();
    permits
        .flat_map(|(permit, lines)| {
            let lines = list(lines).iter();
            lines.map(|line| (permit.clone(), line.as_u64().unwrap()))
        })
        .collect()
}

/// Whether a scope holds a line: by the permit alone, or as declared to a destination.
fn within(scope: &Value, at: &At, line: &Line, declared: Option<&Value>) -> bool {
    let Some((kind, what)) = scope.as_object().and_then(|scope| scope.iter().next()) else {
        panic!("the auditor does not know scope {scope}");
    };
    let inner = |scope: &Value| within(scope, at, line, declared);
    match kind.as_str() {
        "all" => list(what).iter().all(inner),
        "any" => list(what).iter().any(inner),
        "not" => !inner(what),
        "permits" => list(what).contains(&Value::from(at.0.clone())),
        "entry" => line.entry == text(what),
        "country" if what["at"] == "destination" => match declared {
            Some(declared) => declared["destination"] == what["is"],
            None => list(&line.terms["destinations"]).contains(&what["is"]),
        },
        _ => panic!("the auditor does not know scope {scope}"),
    }
}

impl Model {
    /// Takes the next event of the log.
    pub fn take(&mut self, event: &StoredEvent) {
        self.events += 1;
        let now = event.recorded_at.to_string();
        if event.position.0 != self.events || now < self.last_at {
            self.complain(event, "the log has a gap, or its time runs backwards");
        }
        self.last_at = now;
        let what = &event.payload;
        match event.kind.as_str() {
            "PermitRecorded" => self.permit(&what["issued"]),
            "OrderSigned" => self.order(event),
            "OrderResolved" => self.resolved(event),
            "ShipmentReserved" => self.reserved(event),
            "ReleaseRefused" => self.refused(event),
            "ExitConfirmed" => self.exit(event),
            "ShipmentRestored" => {
                self.note("restored");
                self.move_by(&by_line(&what["permit"], &what["amounts"]), -1);
            }
            _ => {}
        }
    }

    /// Looks at what must hold once all has settled.
    pub fn finish(&mut self) {
        let unlisted = self.orders.iter().filter(|(_, order)| !order.is_complete);
        let says: Vec<String> = unlisted
            .map(|(id, _)| format!("{id} has no list"))
            .collect();
        self.found.extend(says);
    }

    fn note(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }

    fn complain(&mut self, event: &StoredEvent, says: &str) {
        let at = event.position;
        self.found.push(format!(
            "event {at}: {says}: {} {}",
            event.kind, event.payload
        ));
    }

    fn permit(&mut self, issued: &Value) {
        for line in list(&issued["terms"]["lines"]) {
            let at = (text(&issued["permit"]), line["no"].as_u64().unwrap());
            let held = Line {
                terms: issued["terms"].clone(),
                entry: text(&line["ratings"][0]["entry"]),
                last_day: text(&issued["last_day"]),
                granted: [
                    exact(&line["quantity"]["amount"]),
                    exact(&line["value"]["amount"]),
                ],
                used: [0, 0],
            };
            self.lines.insert(at, held);
        }
    }

    fn order(&mut self, event: &StoredEvent) {
        let (signed, selection) = (&event.payload, &event.payload["order"]["selection"]);
        let is_named = |at: &At| {
            list(&selection["permits"]).contains(&Value::from(at.0.clone()))
                || list(&selection["lines"])
                    .iter()
                    .any(|line| line["permit"] == *at.0 && line["line"] == at.1)
        };
        let is_member = |(at, line): &(&At, &Line)| match &selection["scope"] {
            Value::Null => is_named(at),
            scope => within(scope, at, line, None),
        };
        let reached: BTreeSet<At> = self
            .lines
            .iter()
            .filter(is_member)
            .map(|(at, _)| at.clone())
            .collect();
        if signed["order"]["kind"] == "reinstate" {
            self.note("reinstated");
            self.end(signed, &reached, false);
        } else {
            self.note("suspended");
        }
        if !signed["members"].is_null() && members(&signed["members"]) != reached {
            self.complain(event, "the named lines are not those of the order");
        }
        let order = Order {
            signed: signed.clone(),
            members: reached,
            listed: BTreeSet::new(),
            is_complete: false,
            ended: BTreeMap::new(),
        };
        self.orders.insert(text(&signed["order"]["id"]), order);
    }

    fn end(&mut self, signed: &Value, lines: &BTreeSet<At>, is_listed: bool) {
        for ended in list(&signed["order"]["ends"]) {
            if let Some(ended) = self.orders.get_mut(ended.as_str().unwrap()) {
                let from = text(&signed["binds_from"]);
                let ends = lines
                    .iter()
                    .map(|at| (at.clone(), (from.clone(), is_listed)));
                ended.ended.extend(ends);
            }
        }
    }

    fn resolved(&mut self, event: &StoredEvent) {
        let part = members(&event.payload["members"]);
        let Some(order) = self
            .orders
            .get_mut(event.payload["order"].as_str().unwrap())
        else {
            return self.complain(event, "a list without an order");
        };
        let is_right = !order.is_complete && part.is_disjoint(&order.listed);
        order.listed.extend(part.iter().cloned());
        order.is_complete = event.payload["is_complete"] == true;
        let is_whole = !order.is_complete || order.listed == order.members;
        let signed = order.signed.clone();
        self.end(&signed, &part, true);
        if !is_right || !is_whole {
            self.complain(event, "the list of numbers is not the set of the order");
        }
    }

    /// The orders that stop a declared line on a day. Between the signature of a reinstatement and
    /// its list, either answer is right: `is_open` says which one is asked for.
    fn stops(&self, at: &At, declared: &Value, day: &str, is_open: bool) -> BTreeSet<&str> {
        let holds = |order: &&Order| {
            let (signed, rules) = (&order.signed, &order.signed["order"]);
            let until = &rules["instrument"]["effective"]["until"];
            let ended = order.ended.get(at);
            rules["kind"] != "reinstate"
                && order.members.contains(at)
                && *day >= *text(&signed["binds_from"])
                && (until.is_null() || *day < *text(until))
                && !ended.is_some_and(|(from, listed)| *day >= **from && (is_open || *listed))
                && (rules["use_scope"].is_null()
                    || within(&rules["use_scope"], at, &self.lines[at], Some(declared)))
        };
        let all = self.orders.iter();
        all.filter(|(_, order)| holds(order))
            .map(|(id, _)| id.as_str())
            .collect()
    }

    fn move_by(&mut self, amounts: &[(At, Sums)], sign: i128) {
        for (at, sums) in amounts {
            let line = self.lines.get_mut(at).unwrap();
            line.used = [line.used[0] + sign * sums[0], line.used[1] + sign * sums[1]];
            if (0..2).any(|i| line.used[i] < 0 || line.used[i] > line.granted[i]) {
                self.found.push(format!(
                    "line {at:?} is drawn beyond its grant: {:?}",
                    line.used
                ));
            }
        }
    }

    fn declared_once(&mut self, event: &StoredEvent) {
        if !self
            .declarations
            .insert(text(&event.payload["lodged"]["declaration"]))
        {
            self.complain(event, "one declaration was decided twice");
        }
    }

    fn reserved(&mut self, event: &StoredEvent) {
        self.note("released");
        self.declared_once(event);
        let what = &event.payload;
        let day = event.recorded_at.to_string()[..10].to_owned();
        let mut wanted: BTreeMap<At, Sums> = BTreeMap::new();
        let mut says = Vec::new();
        for declared in list(&what["lines"]) {
            let at = (text(&what["permit"]), declared["line"].as_u64().unwrap());
            let line = &self.lines[&at];
            let sum = wanted.entry(at.clone()).or_default();
            let more = taken(declared);
            *sum = [sum[0] + more[0], sum[1] + more[1]];
            if !list(&line.terms["destinations"]).contains(&declared["destination"]) {
                says.push("released to another destination".to_owned());
            }
            let over = self.stops(&at, declared, &day, true);
            if !over.is_empty() || day > line.last_day {
                says.push(format!("released under {over:?}, or after the last day"));
            }
        }
        let amounts = by_line(&what["permit"], &what["amounts"]);
        if wanted != amounts.iter().cloned().collect() {
            says.push("more or less is reserved than was declared".to_owned());
        }
        self.move_by(&amounts, 1);
        for says in says {
            self.complain(event, &says);
        }
        self.shipments.insert(text(&what["shipment"]), what.clone());
    }

    /// A refusal gives reasons, and each is true. The register is asked for no more than there is.
    fn refused(&mut self, event: &StoredEvent) {
        self.note("refused");
        self.declared_once(event);
        let what = &event.payload;
        let day = event.recorded_at.to_string()[..10].to_owned();
        let is_true = |reason: &Value| {
            let at = (
                text(&what["permit"]),
                reason["line"].as_u64().unwrap_or_default(),
            );
            let Some(line) = self.lines.get(&at) else {
                return false;
            };
            match reason["kind"].as_str().unwrap() {
                // Which of two lines with one number was meant is not said: any destination does.
                "stopped" => list(&line.terms["destinations"]).iter().any(|to| {
                    let declared = serde_json::json!({ "destination": to });
                    let over = self.stops(&at, &declared, &day, false);
                    over.contains(reason["order"].as_str().unwrap())
                }),
                "more-than-left" => {
                    let left = [
                        line.granted[0] - line.used[0],
                        line.granted[1] - line.used[1],
                    ];
                    let said = [
                        exact(&reason["left_quantity"]),
                        exact(&reason["left_value"]),
                    ];
                    let asked = [
                        exact(&reason["asked_quantity"]),
                        exact(&reason["asked_value"]),
                    ];
                    said == left && (asked[0] > left[0] || asked[1] > left[1])
                }
                "not-in-force" => reason["standing"] == "expired" && day > line.last_day,
                _ => false,
            }
        };
        let reasons = list(&what["reasons"]);
        if reasons.is_empty() || !reasons.iter().all(is_true) {
            self.complain(event, "refused without a true reason");
        }
    }

    /// An exit under a stop is a fact, and says under which.
    fn exit(&mut self, event: &StoredEvent) {
        self.note("exited");
        let what = &event.payload;
        let day = event.recorded_at.to_string()[..10].to_owned();
        let shipment = self.shipments[what["shipment"].as_str().unwrap()].clone();
        let said = list(&what["under_stop"]);
        for declared in list(&shipment["lines"]) {
            let at = (text(&what["permit"]), declared["line"].as_u64().unwrap());
            let over = self.stops(&at, declared, &day, true);
            let missing = over
                .into_iter()
                .find(|order| !said.contains(&Value::from(*order)));
            if let Some(order) = missing.map(str::to_owned) {
                self.complain(event, &format!("left under {order} and does not say so"));
            }
        }
        self.move_by(&by_line(&what["permit"], &what["from_reserved"]), -1);
        self.move_by(&by_line(&what["permit"], &what["drawn"]), 1);
    }
}

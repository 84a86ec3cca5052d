//! What a case means as a whole: the order of its days, what its events rest on, and what may be
//! expected after each.

use std::collections::BTreeMap;

use domain::time::Day;

use super::at::{At, Place};
use super::numbers::numbers;
use super::wrong::Wrong;
use super::{EventSpec, ExpectSpec, PermitSpec, Scenario, When};

mod lines;
mod orders;

/// The case, and what is wrong in it.
pub(super) struct Sense<'s> {
    scenario: &'s Scenario,
    /// The day on which each permit is issued; none at the beginning.
    issued: BTreeMap<String, Option<Day>>,
    /// The place of each event in the file, and its first day.
    events: BTreeMap<&'s str, (&'s EventSpec, Day, Day)>,
    /// How many lines each permit has.
    lines: BTreeMap<String, u32>,
    pub mistakes: Vec<(Place, Wrong)>,
}

/// Looks at a whole case. What did not fit is not in it: a mistake is told once.
pub(super) fn look(scenario: &Scenario) -> Vec<(Place, Wrong)> {
    let mut sense = Sense {
        scenario,
        issued: BTreeMap::new(),
        events: BTreeMap::new(),
        lines: BTreeMap::new(),
        mistakes: Vec::new(),
    };
    sense.days();
    sense.count_lines();
    sense.permits();
    sense.applications();
    sense.authority();
    for event in &scenario.events {
        sense.event(event);
        for expect in event.expect.iter().flat_map(|many| many.list()) {
            sense.expect(event, &expect);
        }
    }
    sense.mistakes
}

impl Sense<'_> {
    fn wrong(
        &mut self,
        at: Place,
        en: impl Into<String>,
        fr: impl Into<String>,
        help: (&str, &str),
    ) {
        self.mistakes
            .push((at, Wrong::of((en.into(), fr.into()), help)));
    }

    /// The days of events, and the issue of permits by them.
    fn days(&mut self) {
        for event in &self.scenario.events {
            let first = event.effective.or(event.from);
            let last = event.to.as_deref().filter(|_| event.from.is_some());
            let last = last.and_then(|text| When::parse(text).ok());
            let Some(first) = first else {
                let review = event.kind == "review";
                let (en, fr) = if review {
                    (
                        "lacks its day: expected `from` and `to`",
                        "n’a pas de jour : `from` et `to` attendus",
                    )
                } else {
                    (
                        "lacks its day: expected `effective`",
                        "n’a pas de jour : `effective` attendu",
                    )
                };
                let what = (
                    format!("event {} {en}", event.n.0),
                    format!("l’événement {} {fr}", event.n.0),
                );
                self.wrong(
                    event.at.here,
                    what.0,
                    what.1,
                    ("add the day", "ajouter le jour"),
                );
                continue;
            };
            if last.is_some_and(|last| last.day < first.day) {
                self.order(&event.at, "to", "from");
            }
            if event.until.is_some_and(|until| until.day <= first.day) {
                self.order(&event.at, "until", "effective");
            }
            if self
                .scenario
                .begins
                .is_some_and(|begins| first.day < begins.day)
            {
                self.order(&event.at, "effective", "begins");
            }
            let last = last.map_or(first.day, |last| last.day);
            self.events.insert(&event.n.0, (event, first.day, last));
            // An issue that the register refuses leaves the number to a later event.
            if event.kind == "permit_issued" && !is_refused(event) {
                let all = event
                    .ids
                    .iter()
                    .flat_map(|id| numbers(id).unwrap_or_default());
                for number in all {
                    if self
                        .issued
                        .insert(number.clone(), Some(first.day))
                        .is_some()
                    {
                        let (en, fr) = (
                            format!("permit {number} is issued by an earlier event already"),
                            format!("la licence {number} est déjà délivrée par un autre événement"),
                        );
                        let help = ("issue it once", "ne la délivrer qu’une fois");
                        self.wrong(event.at.of("ids"), en, fr, help);
                    }
                }
            }
        }
    }

    /// A day that comes before another that it should follow.
    fn order(&mut self, at: &At, key: &str, before: &str) {
        let place = at.of(key);
        let (en, fr) = (
            format!("the day of `{key}` comes before that of `{before}`: expected a later day"),
            format!("le jour de `{key}` précède celui de `{before}` : un jour postérieur attendu"),
        );
        self.wrong(
            place,
            en,
            fr,
            ("mend one of the two days", "corriger l’un des deux jours"),
        );
    }

    fn permits(&mut self) {
        for spec in &self.scenario.permits {
            let issued = spec
                .issued
                .as_deref()
                .and_then(|text| When::parse(text).ok());
            let issued = issued.map(|when| when.day);
            if let (Some(begins), Some(day)) = (self.scenario.begins, issued)
                && day < begins.day
            {
                self.order(&spec.at, "issued", "begins");
            }
            for number in numbers(&spec.id).unwrap_or_default() {
                let by_event = *self.issued.entry(number).or_insert(issued);
                let day = by_event.or(issued);
                if let (Some(last), Some(day)) = (spec.last_day, day)
                    && last.day < day
                {
                    self.order(&spec.at, "last_day", "issued");
                    break;
                }
            }
            self.permit_kind(spec);
            self.rated(
                &spec.at,
                &spec.lines,
                spec.kind.as_deref() == Some("general"),
            );
        }
    }

    fn unrated(&mut self, at: Place) {
        self.wrong(
            at,
            "it is not said what the goods are rated: expected `item_group`, `entry` or `lines`",
            "le classement des biens n’est pas dit : `item_group`, `entry` ou `lines` attendu",
            ("add one of the three", "ajouter l’un des trois"),
        );
    }

    /// Keys that a general permit cannot have, or only it.
    fn permit_kind(&mut self, spec: &PermitSpec) {
        let is_general = spec.kind.as_deref() == Some("general");
        let odd: &[&str] = if is_general {
            &["holder", "qty", "unit_value"]
        } else {
            &["law"]
        };
        for key in odd.iter().filter(|key| spec.at.keys.contains_key(**key)) {
            let (en, fr) = if is_general {
                (
                    format!("a general permit has no `{key}`"),
                    format!("une licence générale n’a pas de `{key}`"),
                )
            } else {
                (
                    format!("only a general permit has `{key}`, the instrument that issues it"),
                    format!("seule une licence générale a `{key}`, l’acte qui la délivre"),
                )
            };
            self.wrong(
                spec.at.of(key),
                en,
                fr,
                (
                    "take the key away, or change `kind`",
                    "retirer la clé, ou changer `kind`",
                ),
            );
        }
    }

    fn applications(&mut self) {
        for spec in &self.scenario.applications {
            if self
                .scenario
                .begins
                .is_some_and(|begins| spec.received.day < begins.day)
            {
                self.order(&spec.at, "received", "begins");
            }
            self.rated(&spec.at, &spec.lines, false);
        }
    }

    /// Another authority says who it is: Canada's is not lent to it.
    fn authority(&mut self) {
        if self.scenario.jurisdiction != "CA" && !self.scenario.at.keys.contains_key("authority") {
            let here = self.scenario.at.of("jurisdiction");
            self.wrong(
                here,
                format!(
                    "the jurisdiction is `{}` and `authority` is absent: another authority is \
                     not guessed",
                    self.scenario.jurisdiction
                ),
                format!(
                    "la juridiction est `{}` et `authority` manque : une autre autorité ne se \
                     devine pas",
                    self.scenario.jurisdiction
                ),
                (
                    "add `authority` with its name, word and powers",
                    "ajouter `authority`, avec nom, mot et pouvoirs",
                ),
            );
        }
    }

    /// What is expected on a day and after a kind of event.
    fn expect(&mut self, event: &EventSpec, expect: &ExpectSpec) {
        let last = self
            .events
            .get(event.n.0.as_str())
            .map(|(_, _, last)| *last);
        if let (Some(last), Some(day)) = (last, expect.day)
            && day.day < last
        {
            let (en, fr) = (
                format!(
                    "this is looked at before event {}, on {}: expected its day or a later one",
                    event.n.0, day.day
                ),
                format!(
                    "ceci est examiné avant l’événement {}, le {} : son jour ou un jour postérieur attendu",
                    event.n.0, day.day
                ),
            );
            let help = (
                "mend `day`, or put it at an earlier event",
                "corriger `day`, ou le placer à un événement antérieur",
            );
            self.wrong(expect.at.of("day"), en, fr, help);
        }
        self.lines_of(expect);
        for (key, kinds) in ONLY_AFTER {
            if expect.at.keys.contains_key(*key) && !kinds.contains(&event.kind.as_str()) {
                let kinds = kinds.join(", ");
                let (en, fr) = (
                    format!(
                        "`{key}` says nothing of `{}`: expected it after {kinds}",
                        event.kind
                    ),
                    format!(
                        "`{key}` ne dit rien de `{}` : attendu après {kinds}",
                        event.kind
                    ),
                );
                let help = ("move it to such an event", "le déplacer à un tel événement");
                self.wrong(expect.at.of(key), en, fr, help);
            }
        }
        for (question, answer) in &expect.findings {
            let known = event.answers.keys().chain(event.questions.keys());
            let known = known.map(String::as_str);
            let is_open = matches!(answer.as_str(), "not examined" | "not_examined");
            if !is_open && !known.clone().any(|held| held == question) {
                let noun = super::wrong::Noun {
                    en: "question",
                    fr: "question",
                };
                let help = ("answer it in the event", "y répondre dans l’événement");
                let place = expect.at.of(&format!("findings/{question}"));
                self.mistakes
                    .push((place, Wrong::name(question, noun, known, help)));
            }
        }
    }

    /// A permit that an event acts on before it is issued.
    fn is_there(&mut self, event: &EventSpec, number: &str, at: Place) {
        let Some((_, day, _)) = self.events.get(event.n.0.as_str()) else {
            return;
        };
        if let Some(Some(issued)) = self.issued.get(number)
            && issued > day
        {
            let (en, fr) = (
                format!(
                    "permit {number} is issued on {issued}, after event {}",
                    event.n.0
                ),
                format!(
                    "la licence {number} est délivrée le {issued}, après l’événement {}",
                    event.n.0
                ),
            );
            let help = ("mend one of the two days", "corriger l’un des deux jours");
            self.wrong(at, en, fr, help);
        }
    }

    /// An event that another one names: it must come first, and be of a kind.
    fn earlier(&mut self, event: &EventSpec, named: &str, key: &str, kinds: &[&str]) {
        let Some((other, first, last)) = self.events.get(named).copied() else {
            return;
        };
        let at = event.at.of(key);
        if !kinds.contains(&other.kind.as_str()) {
            let kinds = kinds.join(", ");
            let (en, fr) = (
                format!("event {named} is `{}`: expected one of {kinds}", other.kind),
                format!("l’événement {named} est `{}` : attendu {kinds}", other.kind),
            );
            let help = ("name another event", "nommer un autre événement");
            self.wrong(at, en, fr, help);
            return;
        }
        let ends = if other.kind == "review" { last } else { first };
        let own = self.events.get(event.n.0.as_str()).map(|(_, day, _)| *day);
        let position = |n: &str| self.scenario.events.iter().position(|held| held.n.0 == n);
        let is_later = own.is_some_and(|day| {
            ends > day || (ends == day && position(named) >= position(&event.n.0))
        });
        if is_later {
            let (en, fr) = (
                format!(
                    "event {named} comes after event {}: expected an earlier one",
                    event.n.0
                ),
                format!(
                    "l’événement {named} suit l’événement {} : un antérieur attendu",
                    event.n.0
                ),
            );
            let help = (
                "name an earlier event, or mend the days",
                "nommer un événement antérieur, ou corriger les jours",
            );
            self.wrong(at, en, fr, help);
        }
    }
}

/// Whether the file expects that the register refuses an event.
fn is_refused(event: &EventSpec) -> bool {
    let mut sets = event.expect.iter().flat_map(|many| many.list());
    sets.any(|set| set.act.as_deref() == Some("refused"))
}

/// The kinds that make a policy.
const POLICIES: &[&str] = &["issuance_pause", "policy_change", "require_dialogue"];
/// The kinds that stop permits until they are reinstated.
const STOPS: &[&str] = &["suspend"];

/// Events that one officer may sign in an emergency.
const SIGNED: &[&str] = &[
    "suspend",
    "cancel",
    "annul",
    "issuance_pause",
    "policy_change",
    "require_dialogue",
];
/// The kinds that bring evidence.
const REPORTS: &[&str] = &["report_received", "evidence_received", "unrelated_report"];
/// The kinds that are about an assurance.
const ASSURANCES: &[&str] = &[
    "assurance_given",
    "authenticity_asked",
    "authenticity_answered",
    "delivery_verified",
    "breach_found",
];
/// The kinds that declare goods, or act on declared goods.
const GOODS: &[&str] = &[
    "shipment",
    "reservation",
    "exit",
    "restore",
    "hold",
    "take_back",
    "acknowledge_stop",
];
/// The kinds that act on permits.
const ORDERS: &[&str] = &["suspend", "cancel", "annul", "reinstate", "amend"];

/// What may only be expected after some kinds of events.
const ONLY_AFTER: &[(&str, &[&str])] = &[
    ("reached", ORDERS),
    ("reservations_of_suspended", STOPS),
    ("decision_record", &["permit_issued"]),
    ("assurance", ASSURANCES),
    ("shipment", GOODS),
    ("evidence", REPORTS),
    ("link", REPORTS),
    ("accepted_links", REPORTS),
    ("exposure", REPORTS),
    ("reaches", REPORTS),
    ("permits_reached", REPORTS),
    ("reads", REPORTS),
    ("findings", &["review", "finding_made"]),
    ("delivery", ASSURANCES),
    ("breach", &["breach_found"]),
];

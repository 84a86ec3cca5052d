//! What an event needs: what it acts on, what it ends, and the law under which it is done.

use super::{ORDERS, POLICIES, REPORTS, SIGNED, STOPS, Sense};
use crate::scenario::EventSpec;
use crate::scenario::numbers::numbers;

impl Sense<'_> {
    /// Looks at one event.
    pub(super) fn event(&mut self, event: &EventSpec) {
        let kind = event.kind.as_str();
        for number in event
            .ids
            .iter()
            .flat_map(|id| numbers(id).unwrap_or_default())
        {
            if kind != "permit_issued" {
                self.is_there(event, &number, event.at.of("ids"));
            }
        }
        for number in event
            .permits
            .iter()
            .flat_map(|id| numbers(id).unwrap_or_default())
        {
            self.is_there(event, &number, event.at.of("permits"));
        }
        if let Some(number) = &event.permit {
            self.is_there(event, number, event.at.of("permit"));
        }
        self.line_of_event(event);
        if kind == "permit_issued" {
            self.issues(event);
        }
        if let Some(link) = &event.link {
            self.is_there(event, &link.permit, link.at.of("permit"));
        }
        if let Some(id) = &event.application {
            self.is_received(event, id, "application");
        }
        self.names_earlier(event);
        for (key, name) in [("concludes", &event.concludes), ("name", &event.name)] {
            if let Some(name) = name
                && (key == "concludes" || kind != "require_dialogue")
            {
                let opened = self.scenario.events.iter().find(|held| {
                    held.kind == "require_dialogue" && held.name.as_ref() == Some(name)
                });
                if let Some(opened) = opened {
                    self.earlier(event, &opened.n.0.clone(), key, &["require_dialogue"]);
                }
            }
        }
        if ORDERS.contains(&kind) && kind != "amend" {
            self.selects(event);
        }
        self.has_power(event);
    }

    /// Earlier events that an event names, each of a kind that fits.
    fn names_earlier(&mut self, event: &EventSpec) {
        let kind = event.kind.as_str();
        let ended = match kind {
            "reinstate" => STOPS,
            "amend" => &["reinstate"],
            _ => POLICIES,
        };
        for number in &event.lifts {
            self.earlier(event, &number.0, "lifts", ended);
        }
        let declared: &[&str] = &["shipment", "reservation"];
        let named = [
            (&event.shipment, "shipment", declared),
            (&event.assurance, "assurance", &["assurance_given"]),
            (&event.finding, "finding", &["finding_made"]),
            (&event.built_into, "built_into", &["unit_recorded"]),
        ];
        for (number, key, kinds) in named {
            if let Some(number) = number {
                self.earlier(event, &number.0, key, kinds);
            }
        }
        if let Some(order) = &event.order {
            let kinds: &[&str] = match kind {
                "acknowledge_stop" => &["suspend", "cancel"],
                _ => SIGNED,
            };
            self.earlier(event, &order.0, "order", kinds);
        }
        for question in event.questions.values() {
            for number in &question.rests_on {
                self.earlier(event, &number.0, "questions", REPORTS);
            }
        }
        if let Some(review) = &event.from_review {
            self.earlier(event, &review.0, "from_review", &["review"]);
        }
    }

    pub(super) fn is_received(&mut self, event: &EventSpec, id: &str, key: &str) {
        let held = self.scenario.applications.iter().find(|held| held.id == id);
        let day = self.events.get(event.n.0.as_str()).map(|(_, day, _)| *day);
        if let (Some(held), Some(day)) = (held, day)
            && held.received.day > day
        {
            let received = held.received.day;
            self.wrong(
                event.at.of(key),
                format!(
                    "application {id} is received on {received}, after event {}",
                    event.n.0
                ),
                format!(
                    "la demande {id} est reçue le {received}, après l’événement {}",
                    event.n.0
                ),
                ("mend one of the two days", "corriger l’un des deux jours"),
            );
        }
    }

    /// An order says which permits.
    fn selects(&mut self, event: &EventSpec) {
        let says = ["scope", "ids", "from_review"]
            .iter()
            .any(|key| event.at.keys.contains_key(*key));
        let is_of_review = event.kind == "cancel"
            && self
                .scenario
                .events
                .iter()
                .any(|held| held.kind == "review");
        if !says && !is_of_review {
            self.wrong(
                event.at.here,
                format!(
                    "`{}` does not say which permits: expected `scope`, `ids` or `from_review`",
                    event.kind
                ),
                format!(
                    "`{}` ne dit pas quelles licences : `scope`, `ids` ou `from_review` attendu",
                    event.kind
                ),
                ("add one of the three", "ajouter l’un des trois"),
            );
        }
        if event.kind == "reinstate" && !event.at.keys.contains_key("lifts") {
            self.wrong(
                event.at.here,
                "`reinstate` does not say what it ends: expected `lifts`, the events that stopped the permits",
                "`reinstate` ne dit pas ce qu’il termine : `lifts` attendu, les événements qui ont arrêté les licences",
                ("add `lifts`, as in lifts: [8]", "ajouter `lifts`, comme lifts: [8]"),
            );
        }
    }

    /// Another authority's powers are not guessed.
    fn has_power(&mut self, event: &EventSpec) {
        let kind = event.kind.as_str();
        let power = if ORDERS.contains(&kind) {
            kind
        } else if POLICIES.contains(&kind) {
            "policy"
        } else {
            return;
        };
        let says = ["law", "power", "instrument"]
            .iter()
            .any(|key| event.at.keys.contains_key(*key));
        let authority = self.scenario.authority.as_ref();
        let has = authority.is_some_and(|held| held.powers.contains_key(power));
        if !says && !has && self.scenario.jurisdiction != "CA" && authority.is_some() {
            self.wrong(
                event.at.of("kind"),
                format!("nothing says under which law: the authority has no power `{power}` and the event no `law`"),
                format!("rien ne dit selon quelle loi : l’autorité n’a pas de pouvoir `{power}` et l’événement pas de `law`"),
                ("add it under `authority.powers`, or add `law`", "l’ajouter sous `authority.powers`, ou ajouter `law`"),
            );
        }
    }
}

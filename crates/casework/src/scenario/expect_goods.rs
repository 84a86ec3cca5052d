//! What a file expects at the border, of ledgers, of goods and of duties.

use domain::id::PermitId;
use domain::item::LineNo;
use domain::ledger::{Both, LineLedger};
use domain::permit::standing::Standing;
use domain::shipment::reason::ReleaseReason;
use intake::scenario::{BorderSpec, DeclaredSpec, EventSpec, ExpectSpec, LedgerSpec};
use rust_decimal::Decimal;

use super::stage::{Stage, mistaken};
use super::words::{both, same, standing, word};
use crate::answer::DeskError;
use crate::gate::GateAnswer;

/// The key of a reason, as in `more-than-left`.
fn key_of(reason: &ReleaseReason) -> String {
    let value = serde_json::to_value(reason).unwrap_or_default();
    let key = value.get("kind").and_then(serde_json::Value::as_str);
    key.unwrap_or_default().to_owned()
}

impl Stage<'_> {
    pub(super) fn expect_border(
        &mut self,
        event: &EventSpec,
        spec: &ExpectSpec,
    ) -> Result<(), DeskError> {
        let each = spec.border.iter();
        let each =
            each.flat_map(|(number, all)| all.list().into_iter().map(move |one| (number, one)));
        for (number, expected) in each {
            self.at = spec.at.of(&format!("border/{number}"));
            let plain = DeclaredSpec::default();
            if let BorderSpec::Declared(held) = &expected {
                self.at = held.at.here;
            }
            let (answer, reason, goods) = match &expected {
                BorderSpec::Word(answer) => (answer.as_str(), None, &plain),
                BorderSpec::Declared(held) => {
                    (held.answer.as_str(), held.reason.as_deref(), &held.declared)
                }
            };
            let permit = PermitId::new(number)
                .map_err(|m| mistaken(&self.scenario.scenario, &event.n.0, m))?;
            let (found, keys) = self.at_the_border(&permit, goods)?;
            let is_answer = found.en.split(':').next() == Some(answer);
            let agrees = is_answer && reason.is_none_or(|key| keys.iter().any(|held| held == key));
            let found = match reason {
                Some(_) if !agrees && !keys.is_empty() => {
                    let keys = keys.join(", ");
                    both(
                        format!("{} ({keys})", found.en),
                        format!("{} ({keys})", found.fr),
                    )
                }
                _ => found,
            };
            let wanted = match (answer, reason) {
                _ if agrees => found.clone(),
                ("release", _) => both("release", "mainlevée"),
                (_, None) => both("refuse", "refus"),
                (_, Some(key)) => both(format!("refuse: {key}"), format!("refus : {key}")),
            };
            let permit = self.numbered(number, goods.line);
            let what = both(
                format!("border, {}", permit.en),
                format!("frontière, {}", permit.fr),
            );
            self.expected(&event.n.0, what, wanted, found);
        }
        Ok(())
    }

    /// What the border answers, with the keys of its reasons.
    fn at_the_border(
        &self,
        permit: &PermitId,
        goods: &DeclaredSpec,
    ) -> Result<(domain::language::Bilingual, Vec<String>), DeskError> {
        let refuse = |en: &str, fr: &str| both(format!("refuse: {en}"), format!("refus : {fr}"));
        let Some(request) = self.declaration(permit, goods)? else {
            let none = refuse("there is no such permit", "il n’y a pas de telle licence");
            return Ok((none, vec!["no-such-permit".to_owned()]));
        };
        Ok(match self.desk.check_release(&request)? {
            GateAnswer::Released { .. } => (both("release", "mainlevée"), Vec::new()),
            GateAnswer::Refused { reasons } => {
                let keys = reasons.iter().map(|held| key_of(&held.reason)).collect();
                let first = reasons.into_iter().next().map(|held| held.says);
                let first = first.unwrap_or_default();
                (refuse(&first.en, &first.fr), keys)
            }
        })
    }

    /// What became of the act and of the goods of an event, and which duties there are.
    pub(super) fn expect_acts(
        &mut self,
        event: &EventSpec,
        spec: &ExpectSpec,
    ) -> Result<(), DeskError> {
        let n = event.n.0.clone();
        if let Some(expected) = &spec.act {
            self.at = spec.at.of("act");
            let is_refused = self.made.get(&event.n).is_some_and(|made| made.is_refused);
            let found = if is_refused { "refused" } else { "done" };
            self.expected(&n, both("the act", "l’acte"), word(expected), word(found));
        }
        if let Some(expected) = &spec.shipment {
            self.at = spec.at.of("shipment");
            let found = self.shipment_word(event)?;
            self.expected(
                &n,
                both("the goods", "les biens"),
                word(expected),
                word(found),
            );
        }
        for (stands, expected) in &spec.count {
            self.at = spec.at.of(&format!("count/{stands}"));
            let found = match standing_of(stands) {
                Some(standing) => self.count(standing)?,
                None => 0,
            };
            let words = self.permit_words();
            let how = standing(&stands.replace('_', "-"), &self.permit_word().fr, true);
            let what = both(
                format!("{} in all, {}", words.en, how.en),
                format!("{} en tout, {}", words.fr, how.fr),
            );
            self.expected(
                &n,
                what,
                same(expected.to_string()),
                same(found.to_string()),
            );
        }
        let today = self.desk.clock().today();
        let open = self.desk.open_duties()?;
        let late = open.iter().filter(|duty| duty.is_overdue(today)).count();
        let duties = [
            (
                "duties_open",
                spec.duties_open,
                open.len(),
                "duties open",
                "devoirs en cours",
            ),
            (
                "duties_overdue",
                spec.duties_overdue,
                late,
                "duties overdue",
                "devoirs en retard",
            ),
        ];
        for (key, expected, found, en, fr) in duties {
            if let Some(expected) = expected {
                self.at = spec.at.of(key);
                let (expected, found) = (same(expected.to_string()), same(found.to_string()));
                self.expected(&n, both(en, fr), expected, found);
            }
        }
        Ok(())
    }

    /// What the ledgers of permits hold, as far as the file says.
    pub(super) fn expect_ledgers(
        &mut self,
        event: &EventSpec,
        spec: &ExpectSpec,
    ) -> Result<(), DeskError> {
        let n = event.n.0.clone();
        let each = spec.ledger.iter();
        let each =
            each.flat_map(|(number, all)| all.list().into_iter().map(move |one| (number, one)));
        for (number, expected) in each {
            self.at = expected.at.here;
            let permit =
                PermitId::new(number).map_err(|m| mistaken(&self.scenario.scenario, &n, m))?;
            let ledgers = self.desk.ledgers(&permit)?;
            let ledger = ledgers.get(&LineNo(expected.line.unwrap_or(1)));
            let permit = self.numbered(number, expected.line);
            let what = both(
                format!("ledger of {}", permit.en),
                format!("compte de {}", permit.fr),
            );
            let (wanted, found) = told(&expected, ledger)?;
            self.expected(&n, what, wanted, found);
        }
        Ok(())
    }
}

/// A ledger as the file expects it, and the same parts of it as they are.
fn told(
    expected: &LedgerSpec,
    ledger: Option<&LineLedger>,
) -> Result<(domain::language::Bilingual, domain::language::Bilingual), DeskError> {
    let left = ledger.map(LineLedger::left).transpose()?.flatten();
    let of = |amount: Option<Both>| amount.map(|both| both.quantity.normalize());
    let parts = [
        (
            "reserved",
            "réservé",
            expected.reserved,
            of(ledger.map(|held| held.reserved)),
        ),
        (
            "held",
            "retenu",
            expected.held,
            of(ledger.map(|held| held.held)),
        ),
        (
            "drawn",
            "imputé",
            expected.drawn,
            of(ledger.map(|held| held.drawn)),
        ),
        (
            "returned",
            "revenu",
            expected.returned,
            of(ledger.map(|held| held.returned)),
        ),
        (
            "excess",
            "en excès",
            expected.excess,
            of(ledger.map(|held| held.excess)),
        ),
        ("left", "restant", expected.left, of(left)),
    ];
    let (mut wanted, mut found) = (Vec::new(), Vec::new());
    for (en, fr, expected, held) in parts {
        let Some(expected) = expected else { continue };
        let held = held.map_or_else(|| "unlimited".to_owned(), |held: Decimal| held.to_string());
        wanted.push(both(format!("{expected} {en}"), format!("{expected} {fr}")));
        found.push(both(format!("{held} {en}"), format!("{held} {fr}")));
    }
    let join = |parts: Vec<domain::language::Bilingual>| {
        let (en, fr): (Vec<_>, Vec<_>) = parts.into_iter().map(|held| (held.en, held.fr)).unzip();
        both(en.join(", "), fr.join(", "))
    };
    Ok((join(wanted), join(found)))
}

/// A standing by its word in the format.
fn standing_of(word: &str) -> Option<Standing> {
    Some(match word {
        "valid" | "in_force" => Standing::InForce,
        "not_yet_valid" => Standing::NotYetValid,
        "exhausted" => Standing::Exhausted,
        "partly_in_force" => Standing::PartlyInForce,
        "suspended" => Standing::Suspended,
        "expired" => Standing::Expired,
        "surrendered" => Standing::Surrendered,
        "cancelled" => Standing::Cancelled,
        "annulled" => Standing::Annulled,
        _ => return None,
    })
}

//! What a file expects, compared with what the desk says.

use domain::assurance::Authenticity;
use domain::id::{ApplicationId, PermitId};
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::ledger::LineLedger;
use domain::permit::standing::Standing;
use domain::policy::Prospect;
use intake::scenario::{EventSpec, ExpectSpec, Many};

use super::stage::{Seen, Stage, mistaken};
use super::words::{both, same, standing, word};
use crate::answer::DeskError;
use crate::sight::Sight;

/// A link to a permit, with how sure it is.
fn linked(to: &str, confidence: &str) -> Bilingual {
    let sure = word(confidence);
    both(format!("{to}, {}", sure.en), format!("{to}, {}", sure.fr))
}

/// What was drawn of what a line grants, in the words of the format.
fn drawn_of(ledger: &LineLedger) -> String {
    let granted = ledger.granted.map(|both| both.quantity.normalize());
    let granted = granted.map_or_else(|| "unlimited".to_owned(), |held| held.to_string());
    format!("{}_of_{granted}", ledger.drawn.quantity.normalize())
}

/// The word of a scenario for where a permit stands.
const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::InForce => "valid",
        other => other.key(),
    }
}

/// The word of a scenario for how an application stands. Two words mean a hold: the one that the
/// file uses is accepted.
fn prospect_word(prospect: Prospect, expected: &str) -> &'static str {
    match prospect {
        Prospect::NormalReview => "normal_review",
        Prospect::CaseByCase => "case_by_case",
        Prospect::InConsultation => "in_consultation",
        Prospect::Incomplete => "incomplete",
        Prospect::PresumedRefusal => "presumed_refusal",
        Prospect::Held if expected == "held_until_confidence" => "held_until_confidence",
        Prospect::Held => "held",
        Prospect::Barred => "barred",
        Prospect::Undetermined => "undetermined",
    }
}

impl Stage<'_> {
    /// Compares one set of expectations.
    pub(super) fn expect(&mut self, index: usize, which: usize) -> Result<(), DeskError> {
        let scenario = self.scenario;
        let Some(event) = scenario.events.get(index) else {
            return Ok(());
        };
        let all = event
            .expect
            .as_ref()
            .map(|many| many.list())
            .unwrap_or_default();
        let Some(spec) = all.get(which) else {
            return Ok(());
        };
        self.expect_pending(event, spec)?;
        self.expect_issued(event, spec)?;
        self.expect_border(event, spec)?;
        self.expect_counts(event, spec)?;
        self.expect_papers(event, spec)?;
        self.expect_reached(event, spec)?;
        self.expect_read(event, spec)?;
        self.expect_findings(event, spec)?;
        self.expect_acts(event, spec)?;
        self.expect_ledgers(event, spec)
    }

    fn expect_pending(&mut self, event: &EventSpec, spec: &ExpectSpec) -> Result<(), DeskError> {
        let n = &event.n.0;
        for (number, expected) in &spec.pending {
            self.at = spec.at.of(&format!("pending/{number}"));
            let found = self.pending_word(number, expected)?;
            let before = (expected == "unchanged").then(|| self.prospect_before(number));
            let what = both(format!("application {number}"), format!("demande {number}"));
            let wanted = word(before.as_ref().unwrap_or(expected));
            self.expected(n, what, wanted, word(&found));
        }
        Ok(())
    }

    /// How an application stands, in the words of a scenario.
    pub(super) fn pending_word(&self, number: &str, expected: &str) -> Result<String, DeskError> {
        let id =
            ApplicationId::new(number).map_err(|m| mistaken(&self.scenario.scenario, number, m))?;
        let lens = self.desk.now()?;
        let Some(held) = self.desk.application_known(&id, lens)? else {
            return Ok("absent".to_owned());
        };
        if let Some(ending) = &held.ending {
            use domain::application::Ending;
            let word = match ending {
                Ending::Issued { .. } => "issued",
                Ending::Refused { .. } => "refused",
                Ending::Withdrawn { .. } => "withdrawn",
                Ending::Superseded { .. } => "superseded",
            };
            return Ok(word.to_owned());
        }
        let check = self.desk.check_application(&id, lens)?;
        Ok(prospect_word(check.prospect, expected).to_owned())
    }

    fn expect_issued(&mut self, event: &EventSpec, spec: &ExpectSpec) -> Result<(), DeskError> {
        for (number, expected) in &spec.issued {
            self.at = spec.at.of(&format!("issued/{number}"));
            let permit = PermitId::new(number)
                .map_err(|m| mistaken(&self.scenario.scenario, &event.n.0, m))?;
            let lens = self.desk.now()?;
            let stands = self.desk.standing(&permit, lens)?.map(|held| held.standing);
            let found = stands.map_or("absent", standing_word);
            let wanted = if expected == "in_force" {
                "valid"
            } else {
                expected.as_str()
            };
            let word_of = self.permit_word();
            let what = both(
                format!("{} {number}", word_of.en),
                format!("{} {number}", word_of.fr),
            );
            let wanted = standing(&wanted.replace('_', "-"), &word_of.fr, false);
            let found = standing(found, &word_of.fr, false);
            self.expected(&event.n.0, what, wanted, found);
            self.seen.push(Seen {
                lens,
                permit,
                standing: stands,
                n: event.n.0.clone(),
            });
        }
        Ok(())
    }

    fn expect_counts(&mut self, event: &EventSpec, spec: &ExpectSpec) -> Result<(), DeskError> {
        let n = &event.n.0;
        let words = self.permit_words();
        let counts = [
            (
                both(
                    format!("{} suspended in all", words.en),
                    format!("en suspens, en tout : {}", words.fr),
                ),
                "count_suspended",
                spec.count_suspended,
                Standing::Suspended,
            ),
            (
                both(
                    format!("{} cancelled in all", words.en),
                    format!("à l’état annulé, en tout : {}", words.fr),
                ),
                "count_cancelled",
                spec.count_cancelled,
                Standing::Cancelled,
            ),
        ];
        for (what, key, expected, standing) in counts {
            if let Some(expected) = expected {
                self.at = spec.at.of(key);
                let found = self.count(standing)?;
                self.expected(n, what, same(expected.to_string()), same(found.to_string()));
            }
        }
        if let Some(expected) = spec.reached {
            self.at = spec.at.of("reached");
            let found = self
                .made
                .get(&event.n)
                .and_then(|made| made.reached)
                .unwrap_or(0);
            let what = both("lines reached", "lignes atteintes");
            self.expected(n, what, same(expected.to_string()), same(found.to_string()));
        }
        for (number, expected) in &spec.draw_down {
            self.at = spec.at.of(&format!("draw_down/{number}"));
            let permit =
                PermitId::new(number).map_err(|m| mistaken(&self.scenario.scenario, n, m))?;
            let ledgers = self.desk.ledgers(&permit)?;
            let names_lines = matches!(expected, Many::Several(_));
            for (no, expected) in (1..).zip(expected.list()) {
                let found = ledgers.get(&LineNo(no)).map_or_else(String::new, drawn_of);
                let line = names_lines.then_some(no);
                let permit = self.numbered(number, line);
                let what = both(
                    format!("drawn of {}", permit.en),
                    format!("imputé sur {}", permit.fr),
                );
                self.expected(n, what, same(expected), same(found));
            }
        }
        Ok(())
    }

    pub(super) fn count(&self, standing: Standing) -> Result<u64, DeskError> {
        let lens = self.desk.now()?;
        let mut count = 0_u64;
        let mut after: Option<String> = None;
        loop {
            let page = self
                .desk
                .permits(&Sight::Whole, after.as_deref(), 500, lens)?;
            let rows = page.rows.iter();
            let here = rows.filter(|held| held.standing == standing).count();
            count = count.saturating_add(u64::try_from(here).unwrap_or(u64::MAX));
            after = page.next;
            if after.is_none() {
                return Ok(count);
            }
        }
    }

    fn expect_papers(&mut self, event: &EventSpec, spec: &ExpectSpec) -> Result<(), DeskError> {
        let n = event.n.0.clone();
        let lens = self.desk.now()?;
        if let Some(expected) = &spec.assurance {
            self.at = spec.at.of("assurance");
            let id = self
                .made
                .get(&event.n)
                .and_then(|made| made.assurance.clone());
            let held = id
                .map(|id| self.desk.assurance(&id, lens))
                .transpose()?
                .flatten();
            let found = held.map_or("absent", |held| match held.authenticity(lens.as_of) {
                Authenticity::Unasked => "recorded_unverified",
                Authenticity::Asked => "asked",
                Authenticity::Confirmed => "confirmed",
                Authenticity::Denied => "denied",
                Authenticity::NoReply => "no_reply",
            });
            let what = both("the assurance", "l’assurance");
            self.expected(&n, what, word(expected), word(found));
        }
        if let Some(expected) = &spec.evidence {
            self.at = spec.at.of("evidence");
            let id = self
                .made
                .get(&event.n)
                .and_then(|made| made.evidence.clone());
            let held = id.map(|id| self.desk.evidence(&id)).transpose()?.flatten();
            let found = if held.is_some() { "received" } else { "absent" };
            let what = both("the evidence", "la preuve");
            self.expected(&n, what, word(expected), word(found));
        }
        if let Some(expected) = &spec.delivery {
            self.at = spec.at.of("delivery");
            let found = self.delivery_word(event)?;
            let what = both("the delivery", "la livraison");
            self.expected(&n, what, word(expected), word(found));
        }
        if let Some(expected) = &spec.breach {
            self.at = spec.at.of("breach");
            let found = self.breach_word(event)?;
            let what = both("the breach", "la rupture");
            self.expected(&n, what, word(expected), word(found));
        }
        if let Some(expected) = &spec.decision_record {
            self.at = spec.at.of("decision_record");
            let found = match self.made.get(&event.n).and_then(|made| made.needed_reason) {
                Some(true) => self.reason_on_record(event)?,
                Some(false) => word("issued without a reason"),
                None => word("needed no exception"),
            };
            let what = both("the decision record", "le dossier de décision");
            self.expected(&n, what, word(expected), found);
        }
        if let Some(expected) = &spec.reservations_of_suspended {
            self.at = spec.at.of("reservations_of_suspended");
            let found = self.stops_of(event)?;
            let what = both(
                "reservations on suspended lines",
                "réservations sur des lignes suspendues",
            );
            self.expected(&n, what, word(expected), found);
        }
        Ok(())
    }

    /// Whether the permits of an event carry the reasons for the exception under which they stand.
    fn reason_on_record(&self, event: &EventSpec) -> Result<Bilingual, DeskError> {
        let lens = self.desk.now()?;
        for number in event.ids.iter().flat_map(|id| super::cast::numbers(id)) {
            let id = PermitId::new(&number).map_err(|m| DeskError::mistaken("permit", m))?;
            let held = self.desk.permit(&id, lens)?;
            if held.is_none_or(|held| held.issued.reasons.is_empty()) {
                let word = self.permit_word();
                return Ok(both(
                    format!("{} {number} has no reason on record", word.en),
                    format!("{} {number} : aucun motif au dossier", word.fr),
                ));
            }
        }
        Ok(word("requires_reason_for_exception"))
    }

    /// Whether each open reservation on a suspended line has its stop notice.
    fn stops_of(&self, event: &EventSpec) -> Result<Bilingual, DeskError> {
        let made = self.made.get(&event.n);
        let mut notices = 0_u64;
        for order in made.map(|made| made.orders.clone()).unwrap_or_default() {
            let (sent, missing) = self.desk.stops_under(&order)?;
            if let Some(missing) = missing.first() {
                return Ok(both(
                    format!("no stop notice for {missing}"),
                    format!("aucun avis d’arrêt pour {missing}"),
                ));
            }
            notices = notices.saturating_add(u64::try_from(sent.len()).unwrap_or(u64::MAX));
        }
        Ok(word(if notices > 0 {
            "stop_notice_sent"
        } else {
            "no open reservation"
        }))
    }

    fn expect_findings(&mut self, event: &EventSpec, spec: &ExpectSpec) -> Result<(), DeskError> {
        let n = event.n.0.clone();
        let made = self.made.get(&event.n);
        let evidence = made.and_then(|made| made.evidence.clone());
        let review = made.and_then(|made| made.review.clone());
        if let Some(expected) = &spec.link {
            self.at = spec.at.of("link");
            let links = evidence
                .as_ref()
                .map(|id| self.desk.linked_from(id))
                .transpose()?;
            let links = links.unwrap_or_default();
            let found = links.first().map_or_else(
                || word("no link"),
                |link| linked(link.to.named().1, link.confidence.key()),
            );
            let wanted = linked(&expected.serial_to_permit, &expected.confidence);
            self.expected(&n, both("the link", "le lien"), wanted, found);
        }
        if event.kind == "finding_made" {
            for (question, expected) in &spec.findings {
                self.at = spec.at.of(&format!("findings/{question}"));
                let found = self.found_of(event, question)?.unwrap_or("not_examined");
                let (en, fr) = ("question", "la question");
                let what = both(format!("{en} {question}"), format!("{fr} {question}"));
                self.expected(&n, what, word(expected), word(found));
            }
        } else if !spec.findings.is_empty() {
            let held = review
                .map(|id| self.desk.review(&id))
                .transpose()?
                .flatten();
            for (question, expected) in &spec.findings {
                self.at = spec.at.of(&format!("findings/{question}"));
                let id = domain::id::QuestionId::new(question)
                    .map_err(|m| mistaken(&self.scenario.scenario, &n, m))?;
                let answers = held.as_ref().and_then(|held| held.answers.get(&id));
                let found = answers.and_then(|all| all.last()).map(|a| a.answer.clone());
                let found = found.unwrap_or_else(|| "not examined".to_owned());
                let (en, fr) = ("question", "la question");
                let what = both(format!("{en} {question}"), format!("{fr} {question}"));
                self.expected(&n, what, word(expected), word(&found));
            }
        }
        self.expect_links(&n, spec, evidence.as_ref())
    }

    /// Whether material reaches anything by the links that were accepted from it.
    fn reaches_anything(
        &self,
        evidence: Option<&domain::id::EvidenceId>,
    ) -> Result<bool, DeskError> {
        let Some(id) = evidence else {
            return Ok(false);
        };
        let nothing_else = crate::exposure::Question::default();
        let found = self.desk.exposure_of(id.as_str(), &nothing_else, 0)?;
        Ok(!found.counts.is_empty())
    }

    /// How many links were accepted, and whether anything is exposed by them.
    fn expect_links(
        &mut self,
        n: &str,
        spec: &ExpectSpec,
        evidence: Option<&domain::id::EvidenceId>,
    ) -> Result<(), DeskError> {
        let links = evidence.map(|id| self.desk.linked_from(id)).transpose()?;
        let links = links.unwrap_or_default();
        if let Some(expected) = &spec.accepted_links {
            self.at = spec.at.of("accepted_links");
            let found = if links.is_empty() {
                "none".to_owned()
            } else {
                links.len().to_string()
            };
            let what = both("accepted links", "liens acceptés");
            self.expected(n, what, word(expected), word(&found));
        }
        if let Some(expected) = &spec.exposure {
            self.at = spec.at.of("exposure");
            let found = if self.reaches_anything(evidence)? {
                "not empty"
            } else {
                "empty"
            };
            self.expected(n, both("exposure", "portée"), word(expected), word(found));
        }
        Ok(())
    }
}

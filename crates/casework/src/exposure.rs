//! Exposure: what a finding, a thing or a party reaches, asked of a web that follows the log.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use domain::catalogue::Month;
use domain::evidence::{EvidenceRecord, LinkConfidence, LinkTarget};
use domain::finding::{AllegationRecord, BreachFinding, Finding, Held, InvestigationRecord};
use domain::id::EvidenceId;
use domain::time::Position;
use register::{Query, Reading};

pub use exposure::{
    Check, Counted, Cut, Direction, Exposure, Flag, Linked, PathStep, Question, QuestionMistake,
    Reached, Size, Thing, Window, drawing, table,
};

use crate::answer::DeskError;
use crate::desk::Desk;
use crate::{projection, reading};

/// Events taken in at once while the web follows the log.
const EVENTS_AT_ONCE: usize = 10_000;

/// The web, as far as it has followed the log.
pub(crate) type HeldWeb = RwLock<exposure::Web>;

/// How far the web has followed the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// The last event that it has taken in.
    pub position: Position,
    /// How far it was behind.
    pub behind: u64,
}

impl Desk {
    /// What a question reaches, as the register stands now; the first `shown_max` in full.
    ///
    /// # Errors
    /// A mistake in the question, or a fault.
    pub fn exposure(&self, question: &Question, shown_max: usize) -> Result<Exposure, DeskError> {
        question.check().map_err(|mistake| {
            let says = mistake.says();
            DeskError::mistaken_as("question", says.en, says.fr)
        })?;
        self.follow()?;
        Ok(self.web().ask(question, shown_max))
    }

    /// What a finding reaches, by the links that officers accepted from the material on which it
    /// rests; without an accepted link, nothing. Also of material, an allegation, an investigation
    /// or a finding on a breach. What else `question` asks is asked with it.
    ///
    /// # Errors
    /// A mistake when there is nothing of this number or in the question, or a fault.
    pub fn exposure_of(
        &self,
        number: &str,
        question: &Question,
        shown_max: usize,
    ) -> Result<Exposure, DeskError> {
        let mut question = question.clone();
        {
            let log = self.reading()?;
            question.links.extend(links_of(log.as_ref(), number)?);
        }
        if question.named() > 0 || !question.window.is_open() {
            return self.exposure(&question, shown_max);
        }
        // Nothing was linked, and nothing else is asked.
        self.follow()?;
        Ok(self.web().ask(&question, shown_max))
    }

    /// Lets the web follow the log to its end.
    ///
    /// # Errors
    /// A fault of the register, or an event that cannot be read.
    pub fn follow(&self) -> Result<Followed, DeskError> {
        let log = self.reading()?;
        let head = log.head()?.position;
        let position = self.web().position();
        // Somebody who asked meanwhile may have seen more.
        if position >= head {
            let behind = 0;
            return Ok(Followed { position, behind });
        }
        let mut web = self.web.write().unwrap_or_else(PoisonError::into_inner);
        let behind = head.0.saturating_sub(web.position().0);
        take_in(log.as_ref(), &mut web, head)?;
        Ok(Followed {
            position: web.position(),
            behind,
        })
    }

    /// How large the web is.
    #[must_use]
    pub fn exposure_size(&self) -> Size {
        self.web().size()
    }

    /// Writes the web down, to be read at the next start.
    ///
    /// # Errors
    /// A fault of the register, or of what is written to.
    pub fn keep_exposure(&self, to: &mut impl Write) -> Result<(), DeskError> {
        self.follow()?;
        let mut web = self.web.write().unwrap_or_else(PoisonError::into_inner);
        let mark = leaf_at(self.reading()?.as_ref(), web.position())?.unwrap_or_default();
        web.write_to(to, mark)
            .map_err(|cause| DeskError::invariant(format!("keeping the web: {cause}")))
    }

    /// Reads the web that was kept, if it is of this log; whether it was.
    ///
    /// # Errors
    /// A fault of the register. What cannot be used is not: the web then follows the log from its
    /// beginning.
    pub fn take_exposure(&self, from: &mut impl Read) -> Result<bool, DeskError> {
        let Ok(saved) = exposure::Web::read_from(from) else {
            return Ok(false);
        };
        let log = self.reading()?;
        let leaf = leaf_at(log.as_ref(), saved.web.position())?;
        if leaf != Some(saved.mark) {
            return Ok(false);
        }
        *self.web.write().unwrap_or_else(PoisonError::into_inner) = saved.web;
        Ok(true)
    }

    fn web(&self) -> RwLockReadGuard<'_, exposure::Web> {
        // Whoever panicked while writing left a web that is behind at most.
        self.web.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was seen of an object, as a question: its marks, its serial, and the days between its making and
/// the receipt of the material. A humanitarian report asks nothing.
#[must_use]
pub fn seen(held: &EvidenceRecord) -> Question {
    let evidence = &held.evidence;
    let observed = evidence
        .observed
        .as_ref()
        .filter(|_| !evidence.is_humanitarian);
    let Some(observed) = observed else {
        return Question::default();
    };
    let made = observed.made.as_deref().map(Month::parse);
    let made = made.and_then(Result::ok);
    Question {
        marks: observed.marks.iter().cloned().collect(),
        serials: observed.serial.iter().cloned().collect(),
        window: Window {
            from: made.map(Month::first_day),
            to: made.map(|_| evidence.received_on),
        },
        ..Question::default()
    }
}

/// The leaf of an event; none where the log has no such event.
fn leaf_at(log: &dyn Reading, at: Position) -> Result<Option<[u8; 32]>, DeskError> {
    if at == Position(0) {
        return Ok(None);
    }
    Ok(log.event(at)?.map(|event| event.leaf.0))
}

/// Takes in what the log has up to a position, and the web has not.
fn take_in(log: &dyn Reading, web: &mut exposure::Web, head: Position) -> Result<(), DeskError> {
    let query = Query {
        tags: Vec::new(),
        kinds: exposure::LEARNS_FROM
            .iter()
            .map(|kind| (*kind).to_owned())
            .collect(),
    };
    let mut after = web.position();
    loop {
        let events = log.events(&query, after, Some(head), EVENTS_AT_ONCE)?;
        let is_last = events.len() < EVENTS_AT_ONCE;
        for event in &events {
            after = event.position;
            // What was redacted cannot be read, and leads nowhere.
            if let Ok(recorded) = projection::recorded(event) {
                web.take(&recorded)
                    .map_err(|full| DeskError::invariant(full.to_string()))?;
            }
        }
        if is_last {
            web.has_seen(head);
            return Ok(());
        }
    }
}

/// The links that officers accepted from the material on which something rests.
fn links_of(log: &dyn Reading, number: &str) -> Result<Vec<Linked>, DeskError> {
    let mut links = Vec::new();
    let Some(material) = material_of(log, number, &mut links)? else {
        return Err(DeskError::mistaken_as(
            number,
            "there is no finding, material, allegation or investigation of this number",
            "il n’y a ni constat, ni preuve, ni allégation, ni enquête de ce numéro",
        ));
    };
    for id in material {
        let Some(held) = reading::find::<EvidenceRecord>(log, id.as_str())? else {
            continue;
        };
        // A humanitarian report weighs nothing on any permit, whatever stands in its record.
        if held.evidence.is_humanitarian {
            continue;
        }
        links.extend(held.links.into_iter().map(|link| Linked {
            to: link.to,
            confidence: link.confidence,
            evidence: id.to_string(),
        }));
    }
    links.sort();
    links.dedup();
    Ok(links)
}

/// The material on which something rests; none where there is nothing of this number.
fn material_of(
    log: &dyn Reading,
    number: &str,
    links: &mut Vec<Linked>,
) -> Result<Option<BTreeSet<EvidenceId>>, DeskError> {
    if let Some(held) = reading::find::<EvidenceRecord>(log, number)? {
        return Ok(Some(BTreeSet::from([held.evidence.id])));
    }
    if let Some(held) = reading::find::<Finding>(log, number)? {
        return Ok(Some(rests_on(&held)));
    }
    if let Some(held) = reading::find::<AllegationRecord>(log, number)? {
        return Ok(Some(held.evidence));
    }
    if let Some(held) = reading::find::<InvestigationRecord>(log, number)? {
        return match held.allegation {
            Some(allegation) => material_of(log, allegation.as_str(), links),
            None => Ok(Some(BTreeSet::new())),
        };
    }
    let Some(held) = reading::find::<BreachFinding>(log, number)? else {
        return Ok(None);
    };
    if matches!(held.held, Held::Established | Held::Credible) {
        links.push(Linked {
            to: LinkTarget::Assurance {
                assurance: held.assurance,
            },
            // The promise names permits; which of the goods broke it, it does not say.
            confidence: LinkConfidence::Category,
            evidence: number.to_owned(),
        });
    }
    match held.rests_on {
        Some(finding) => {
            let held: Finding = reading::load(log, finding.as_str())?;
            Ok(Some(rests_on(&held)))
        }
        None => Ok(Some(BTreeSet::new())),
    }
}

/// The material of the answers that were examined and not refuted.
fn rests_on(finding: &Finding) -> BTreeSet<EvidenceId> {
    let answers = finding.answers.values();
    let standing =
        answers.filter(|answer| !matches!(answer.held, Held::Refuted | Held::NotExamined));
    standing
        .flat_map(|answer| answer.rests_on.iter().cloned())
        .collect()
}

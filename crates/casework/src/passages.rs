//! From material to proposals, and from a proposal to what an officer accepts.
//!
//! Reading changes nothing. What a text speaks of becomes a record only passage by passage, when an
//! officer accepts it, and the text is read again then: words that do not stand there are refused.

use std::sync::Arc;

use domain::catalogue::{ItemRecord, PlatformRecord};
use domain::event::{EvidenceLinked, PassageAccepted};
use domain::evidence::{self, EvidenceRecord, Link, LinkConfidence, LinkTarget};
use domain::id::EvidenceId;
use domain::party::PartyRecord;
use domain::passage::{self, AcceptedPassage, Passage, PassageRecord};
use domain::time::{Day, Position};
pub use intake::finding::Kind;
use intake::finding::{Found, KnownKind, Names, Proposal, find};
use intake::passages::{Asked, Flag, Media, Passages, media_of, read, unread};
use serde::Serialize;

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::reading::{self, Lens};

/// Reads material that is not trusted in a program of its own, with limits on memory and time.
pub trait Apart: Send + Sync {
    /// The passages; what could not be read within the limits is flagged.
    fn read(&self, bytes: &[u8], asked: Asked) -> Passages;
}

/// Names as of a day, known at a position.
#[derive(Debug, Clone)]
pub struct NamesHeld {
    at: (Position, Day),
    names: Arc<Names>,
}

/// Material as read: what it is, what is odd about it, and what it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The evidence; none for a file that is no evidence yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceId>,
    /// SHA-256 of the bytes; none for a file that is no evidence yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What it is.
    pub media: Media,
    /// The language that it states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it states of itself: claims.
    pub facts: std::collections::BTreeMap<String, String>,
    /// What is odd about it.
    pub flags: Vec<Flag>,
    /// What it speaks of.
    #[serde(flatten)]
    pub found: Found,
}

/// What an officer accepts of a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// SHA-256 of the bytes that were read, as the reading gave it.
    pub digest: String,
    /// First byte of the passage, and the first after it.
    pub span: (u32, u32),
    /// The words.
    pub quote: String,
    /// What kind of thing they speak of.
    pub kind: String,
    /// Which.
    pub value: String,
    /// What the officer says of it.
    pub note: Option<String>,
    /// What the evidence is linked to on the strength of the passage.
    pub link: Option<(LinkTarget, LinkConfidence)>,
}

impl Desk {
    /// Reads material that is no evidence yet, against the register as seen through a lens.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn read_material(
        &self,
        bytes: &[u8],
        received_on: Option<Day>,
        lens: Lens,
    ) -> Result<Reading, DeskError> {
        let passages = self.passages(bytes, Asked { received_on });
        let names = self.names_to_find(lens)?;
        let found = find(&passages, &names, received_on);
        Ok(shown(passages, found))
    }

    /// Reads evidence of the register; none where there is no such evidence.
    ///
    /// # Errors
    /// A mistake where the evidence has no bytes, or a fault.
    pub fn read_evidence(&self, id: &EvidenceId, lens: Lens) -> Result<Option<Reading>, DeskError> {
        let held: Option<EvidenceRecord> = reading::find(self.reading()?.as_ref(), id.as_str())?;
        let Some(held) = held else {
            return Ok(None);
        };
        let received_on = Some(held.evidence.received_on);
        let bytes = self.bytes_of(&held)?;
        let mut read = self.read_material(&bytes, received_on, lens)?;
        read.evidence = Some(id.clone());
        read.digest = held.evidence.digest;
        Ok(Some(read))
    }

    /// Accepts one passage of evidence, and a link on the strength of it where one is asked for.
    ///
    /// # Errors
    /// A refusal where the words do not stand there or the link is not acceptable, a mistake where
    /// there is no such evidence, or a fault.
    pub fn accept_passage(
        &self,
        actor: &Actor,
        id: &EvidenceId,
        acceptance: &Acceptance,
    ) -> Result<Done<()>, DeskError> {
        let before: EvidenceRecord = reading::load(self.reading()?.as_ref(), id.as_str())?;
        // Read before the write begins: a large PDF must not hold back the gate.
        let read = match before.evidence.digest {
            None => None,
            Some(_) => {
                let received_on = Some(before.evidence.received_on);
                let bytes = self.bytes_of(&before)?;
                Some(self.passages(&bytes, Asked { received_on }))
            }
        };
        self.act(actor, "evidence.link", |act| {
            let held = crate::evidence::open(act, id)?;
            let record: Option<PassageRecord> = act.find(id)?;
            let accepted = accepted(act, acceptance, read.as_ref());
            let (start, end) = acceptance.span;
            let stands = read
                .as_ref()
                .and_then(|read| read.text.get(start as usize..end as usize));
            passage::accept(&held, record.as_ref(), &accepted, stands)
                .map_err(|refusal| DeskError::refused("evidence.accept", &refusal))?;
            let link = acceptance
                .link
                .as_ref()
                .map(|link| linked(act, &held, link, &accepted))
                .transpose()?;
            act.append(PassageAccepted {
                evidence: id.clone(),
                accepted,
            })?;
            if let Some(link) = link {
                act.append(link)?;
            }
            Ok(())
        })
    }

    /// The accepted passages of evidence.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn accepted_passages(&self, id: &EvidenceId) -> Result<Option<PassageRecord>, DeskError> {
        reading::find(self.reading()?.as_ref(), id.as_str())
    }

    fn bytes_of(&self, held: &EvidenceRecord) -> Result<Vec<u8>, DeskError> {
        let digest = held.evidence.digest.as_deref().unwrap_or_default();
        let bytes = if digest.is_empty() {
            None
        } else {
            self.kept_bytes(digest)?
        };
        bytes.ok_or_else(|| {
            DeskError::mistaken_as(
                held.evidence.id.as_str(),
                "the register has no bytes of this evidence",
                "le registre n’a pas d’octets de cette preuve",
            )
        })
    }

    /// Reads bytes: a PDF apart, everything else here.
    fn passages(&self, bytes: &[u8], asked: Asked) -> Passages {
        let media = media_of(bytes);
        if bytes.len() > intake::bounds::FILE_BYTES_MAX {
            let why = format!("larger than {} bytes", intake::bounds::FILE_BYTES_MAX);
            return unread(media, Flag::NotRead { why });
        }
        match (media, &self.apart) {
            (Media::Pdf, Some(apart)) => apart.read(bytes, asked),
            (Media::Pdf, None) => {
                let why = "there is no program here to read it apart".to_owned();
                unread(media, Flag::NotRead { why })
            }
            _ => read(bytes, asked),
        }
    }

    /// The names of the register through a lens: built once for each state that is asked for.
    fn names_to_find(&self, lens: Lens) -> Result<Arc<Names>, DeskError> {
        let at = (lens.known_at, lens.as_of);
        if let Ok(held) = self.names.lock()
            && let Some(held) = held.as_ref()
            && held.at == at
        {
            return Ok(Arc::clone(&held.names));
        }
        let names = Arc::new(self.built_names(lens)?);
        if let Ok(mut held) = self.names.lock() {
            *held = Some(NamesHeld {
                at,
                names: Arc::clone(&names),
            });
        }
        Ok(names)
    }

    fn built_names(&self, lens: Lens) -> Result<Names, DeskError> {
        let log = self.reading()?;
        let mut names =
            Names::shipped().map_err(|mistake| DeskError::invariant(mistake.to_string()))?;
        reading::each::<PartyRecord>(log.as_ref(), None, &mut |id, record| {
            let known = record.known_at(lens.known_at);
            if let Some(party) = known.as_ref().and_then(|record| record.on(lens.as_of)) {
                let all = party.aliases.iter().chain([&party.name]);
                names.add_parties(all.map(|name| (id, name)));
            }
            Ok(())
        })?;
        reading::each::<ItemRecord>(log.as_ref(), None, &mut |id, record| {
            let known = record
                .versions
                .iter()
                .filter(|one| one.position <= lens.known_at);
            for facts in known.map(|version| &version.facts) {
                names.add_known([(KnownKind::Item, id, &facts.name)]);
                names.add_known(
                    facts
                        .model
                        .iter()
                        .map(|model| (KnownKind::Model, id, model)),
                );
                names.add_known(facts.marks.iter().map(|mark| (KnownKind::Mark, id, mark)));
            }
            Ok(())
        })?;
        reading::each::<PlatformRecord>(log.as_ref(), None, &mut |id, record| {
            let known = record
                .versions
                .iter()
                .filter(|one| one.position <= lens.known_at);
            for facts in known.map(|version| &version.facts) {
                names.add_known([(KnownKind::Platform, id, &facts.name)]);
                names.add_known(facts.marks.iter().map(|mark| (KnownKind::Mark, id, mark)));
            }
            Ok(())
        })?;
        Ok(names)
    }
}

fn shown(passages: Passages, found: Found) -> Reading {
    Reading {
        evidence: None,
        digest: None,
        media: passages.media,
        language: passages.language,
        facts: passages.facts,
        flags: passages.flags,
        found,
    }
}

/// The acceptance as it is recorded, with the place of the passage and who accepts it.
fn accepted(act: &Act<'_>, acceptance: &Acceptance, read: Option<&Passages>) -> AcceptedPassage {
    let (start, end) = acceptance.span;
    let place = read.and_then(|read| {
        let spot = intake::passages::Places::of(read).spot(start, end)?;
        let page = spot.page.map(|page| format!("page {page}"));
        let row = spot.row.map(|row| format!("row {row}"));
        let part = spot.part.map(|part| format!("part {part}"));
        let places: Vec<String> = [page, part, row].into_iter().flatten().collect();
        (!places.is_empty()).then(|| places.join(", "))
    });
    AcceptedPassage {
        passage: Passage {
            digest: acceptance.digest.clone(),
            start,
            end,
            place,
            quote: acceptance.quote.clone(),
        },
        kind: acceptance.kind.clone(),
        value: acceptance.value.clone(),
        rule: None,
        note: acceptance.note.clone(),
        by: act.actor.officer.clone(),
        on: act.today,
    }
}

/// The link that the passage carries: its reasons quote the passage.
fn linked(
    act: &Act<'_>,
    held: &EvidenceRecord,
    (to, confidence): &(LinkTarget, LinkConfidence),
    accepted: &AcceptedPassage,
) -> Result<EvidenceLinked, DeskError> {
    crate::evidence::known_target(act, to)?;
    let passage = &accepted.passage;
    let mut reasons = format!(
        "{} {}: “{}” (bytes {} to {})",
        accepted.kind, accepted.value, passage.quote, passage.start, passage.end
    );
    if let Some(note) = &accepted.note {
        reasons.push_str(": ");
        reasons.push_str(note);
    }
    let link = Link {
        to: to.clone(),
        confidence: *confidence,
        reasons,
        by: accepted.by.clone(),
        on: accepted.on,
    };
    evidence::link(held, &link).map_err(|refusal| DeskError::refused("evidence.link", &refusal))?;
    Ok(EvidenceLinked {
        evidence: held.evidence.id.clone(),
        to: link.to,
        confidence: link.confidence,
        reasons: link.reasons,
        by: link.by,
        on: link.on,
    })
}

/// A proposal of a reading by its number.
#[must_use]
pub fn proposal(reading: &Reading, no: u32) -> Option<&Proposal> {
    let at = usize::try_from(no.checked_sub(1)?).ok()?;
    reading.found.proposals.get(at)
}

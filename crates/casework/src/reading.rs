//! Reading what the register holds: as it stands now, or as of one day and known at one position.

use std::collections::{BTreeMap, BTreeSet};

use domain::application::Application;
use domain::assurance::AssuranceRecord;
use domain::dialogue::{DialogueRecord, DialogueState};
use domain::facts::PartyFacts;
use domain::id::{DialogueId, PartyId, PermitId};
use domain::ledger::LineLedger;
use domain::measure::{MeasureInForce, OrderRecord};
use domain::party::PartyRecord;
use domain::permit::Permit;
use domain::time::{Day, Position};
use domain::view::{self, Noun, State};
use register::{Lookup, Page, Query, Reading};
use serde::{Deserialize, Serialize};

use crate::answer::DeskError;
use crate::projection;

/// Rows read at once from a listing: a compromise between round trips and memory.
pub(crate) const PAGE: usize = 1_000;

/// From when a question is asked: as of a day, as known at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lens {
    /// The civil day on which it is to be true.
    pub as_of: Day,
    /// The position up to which the register is to have learned it.
    pub known_at: Position,
}

/// Takes the state of one kind out of a view.
pub trait Held: Sized {
    /// The kind of view.
    const NOUN: Noun;

    /// The state, when it is of this kind.
    fn of(state: State) -> Option<Self>;
}

macro_rules! held {
    ($($variant:ident => $type:ty),+ $(,)?) => {
        $(impl Held for $type {
            const NOUN: Noun = Noun::$variant;
            fn of(state: State) -> Option<Self> {
                match state { State::$variant(held) => Some(held), _ => None }
            }
        })+
    };
}

held! {
    Authority => domain::event::AuthorityEstablished,
    RegimeFile => domain::event::RegimeFileAdopted,
    Officer => domain::event::OfficerAppointed,
    Party => PartyRecord,
    Screening => Vec<domain::event::PartyScreened>,
    Application => Application,
    Assurance => AssuranceRecord,
    Permit => Permit,
    Ledger => LineLedger,
    Registration => view::Registrations,
    Decision => domain::measure::Decision,
    Measure => MeasureInForce,
    Order => OrderRecord,
    Evidence => domain::evidence::EvidenceRecord,
    Allegation => domain::finding::AllegationRecord,
    Investigation => domain::finding::InvestigationRecord,
    Finding => domain::finding::Finding,
    Breach => domain::finding::BreachFinding,
    Request => domain::request::RequestRecord,
    Visit => domain::visit::VisitRecord,
    Review => domain::review::ReviewRecord,
    Dialogue => DialogueRecord,
    Shipment => domain::shipment::Shipment,
    Notice => domain::notice::NoticeRecord,
    Duty => domain::duty::DutyRecord,
    Webhook => domain::webhook::WebhookRecord,
    SigningKey => domain::signing_key::SigningKeyRecord,
    Passage => domain::passage::PassageRecord,
    Item => domain::catalogue::ItemRecord,
    Platform => domain::catalogue::PlatformRecord,
    Unit => domain::catalogue::UnitRecord,
}

/// Reads a view's body.
pub(crate) fn read<T: Held>(id: &str, body: &str) -> Result<T, DeskError> {
    let state: State = serde_json::from_str(body).map_err(|cause| {
        DeskError::invariant(format!(
            "view {}/{id} cannot be read: {cause}",
            T::NOUN.key()
        ))
    })?;
    T::of(state).ok_or_else(|| {
        DeskError::invariant(format!(
            "view {}/{id} holds another kind of thing",
            T::NOUN.key()
        ))
    })
}

/// One thing as it stands now, if there is one.
pub(crate) fn find<T: Held>(log: &dyn Reading, id: &str) -> Result<Option<T>, DeskError> {
    match log.view(&projection::key(T::NOUN, id))? {
        None => Ok(None),
        Some(view) => read(id, &view.body).map(Some),
    }
}

/// One thing as it stands now.
pub(crate) fn load<T: Held>(log: &dyn Reading, id: &str) -> Result<T, DeskError> {
    find(log, id)?.ok_or_else(|| {
        DeskError::mistaken_as(
            id,
            format!("there is no {} of this number", T::NOUN.key()),
            format!("il n’y a pas {} de ce numéro", in_french(T::NOUN)),
        )
    })
}

/// `de` before the French word for a kind of thing.
const fn in_french(noun: Noun) -> &'static str {
    match noun {
        Noun::Authority => "d’autorité",
        Noun::RegimeFile => "de fichier du régime",
        Noun::Officer => "d’agent",
        Noun::Party => "de partie",
        Noun::Screening => "de filtrage",
        Noun::Application => "de demande",
        Noun::Assurance => "d’assurance",
        Noun::Permit => "de licence",
        Noun::Ledger => "de compte",
        Noun::Registration => "d’inscription",
        Noun::Decision => "de décision",
        Noun::Measure => "de mesure",
        Noun::Order => "d’arrêté",
        Noun::Evidence => "de preuve",
        Noun::Allegation => "d’allégation",
        Noun::Investigation => "d’enquête",
        Noun::Finding => "de constat",
        Noun::Breach => "de rupture",
        Noun::Request => "de demande de renseignements",
        Noun::Visit => "de visite",
        Noun::Review => "d’examen",
        Noun::Dialogue => "de dialogue",
        Noun::Shipment => "d’envoi",
        Noun::Notice => "d’avis",
        Noun::Duty => "de devoir",
        Noun::Webhook => "d’abonnement",
        Noun::SigningKey => "de clé de signature",
        Noun::Item => "d’article",
        Noun::Platform => "de plateforme",
        Noun::Unit => "d’unité",
        Noun::Passage => "de passage",
    }
}

/// Goes through everything of one kind, or everything found under a name and value.
pub(crate) fn each<T: Held>(
    log: &dyn Reading,
    under: Option<(&str, &str)>,
    visit: &mut dyn FnMut(&str, T) -> Result<(), DeskError>,
) -> Result<(), DeskError> {
    let mut after: Option<String> = None;
    loop {
        let page = Page {
            after: after.as_deref(),
            limit: PAGE,
        };
        let rows = match under {
            None => log.page(T::NOUN.key(), page)?,
            Some((name, value)) => log.find(
                Lookup {
                    kind: T::NOUN.key(),
                    name,
                    value,
                },
                page,
            )?,
        };
        let is_last = rows.len() < PAGE;
        for row in &rows {
            visit(&row.id, read(&row.id, &row.body)?)?;
        }
        match rows.last() {
            Some(row) if !is_last => after = Some(row.id.clone()),
            _ => return Ok(()),
        }
    }
}

/// Everything of one kind, or everything found under a name and value.
pub(crate) fn all<T: Held>(
    log: &dyn Reading,
    under: Option<(&str, &str)>,
) -> Result<Vec<T>, DeskError> {
    let mut found = Vec::new();
    each(log, under, &mut |_, held| {
        found.push(held);
        Ok(())
    })?;
    Ok(found)
}

/// The ids found under a name and value.
pub(crate) fn ids(
    log: &dyn Reading,
    noun: Noun,
    name: &str,
    value: &str,
) -> Result<BTreeSet<String>, DeskError> {
    let mut found = BTreeSet::new();
    let mut after: Option<String> = None;
    loop {
        let page = Page {
            after: after.as_deref(),
            limit: PAGE,
        };
        let rows = log.find_ids(
            Lookup {
                kind: noun.key(),
                name,
                value,
            },
            page,
        )?;
        let is_last = rows.len() < PAGE;
        after = rows.last().cloned();
        found.extend(rows);
        if is_last {
            return Ok(found);
        }
    }
}

/// One thing as the register knew it at a position: folded again from its own events.
pub(crate) fn known_at<T: Held>(
    log: &dyn Reading,
    id: &str,
    position: Position,
) -> Result<Option<T>, DeskError> {
    // A finding on a breach is found in the log as the finding that it is.
    let noun = match T::NOUN {
        Noun::Breach => Noun::Finding,
        noun => noun,
    };
    let query = Query {
        tags: vec![format!("{}:{id}", noun.key())],
        kinds: Vec::new(),
    };
    let wanted = view::Key {
        noun: T::NOUN,
        id: id.to_owned(),
    };
    let mut state: Option<State> = None;
    let mut after = Position(0);
    loop {
        let events = log.events(&query, after, Some(position), PAGE)?;
        let is_last = events.len() < PAGE;
        for event in &events {
            after = event.position;
            let recorded = projection::recorded(event).map_err(DeskError::invariant)?;
            if view::touched(&recorded.event).contains(&wanted) {
                state = Some(view::apply(&wanted, state.take(), &recorded, None)?);
            }
        }
        if is_last {
            return Ok(state.and_then(T::of));
        }
    }
}

/// The ledgers of a permit's lines as they stand now, with what is granted on a day.
pub(crate) fn ledgers(
    log: &dyn Reading,
    permit: &Permit,
    day: Day,
) -> Result<BTreeMap<domain::item::LineNo, LineLedger>, DeskError> {
    let mut found = BTreeMap::new();
    for line in &permit.terms_on(day).lines {
        let id = format!("{}#{}", permit.issued.permit, line.no);
        if let Some(ledger) = find::<LineLedger>(log, &id)? {
            found.insert(line.no, ledger.as_of(day));
        }
    }
    Ok(found)
}

/// What is known of parties on a day, as known at a position.
pub(crate) fn party_facts<'a>(
    log: &dyn Reading,
    parties: impl Iterator<Item = &'a PartyId>,
    lens: Lens,
) -> Result<BTreeMap<PartyId, PartyFacts>, DeskError> {
    let mut facts = BTreeMap::new();
    for id in parties {
        if facts.contains_key(id) {
            continue;
        }
        let record: Option<PartyRecord> = find(log, id.as_str())?;
        let known = record.and_then(|record| record.known_at(lens.known_at)?.facts_on(lens.as_of));
        if let Some(known) = known {
            facts.insert(id.clone(), known);
        }
    }
    Ok(facts)
}

/// Policy measures in force on a day, as known at a position.
pub(crate) fn measures_in_force(
    log: &dyn Reading,
    lens: Lens,
) -> Result<Vec<MeasureInForce>, DeskError> {
    let mut held: Vec<MeasureInForce> = Vec::new();
    each::<MeasureInForce>(log, None, &mut |_, measure| {
        let known = measure
            .known_at(lens.known_at)
            .filter(|known| known.is_in_force(lens.as_of));
        held.extend(known);
        Ok(())
    })?;
    Ok(held)
}

/// Dialogues that have concluded by a day, as known at a position.
pub(crate) fn dialogues_concluded(
    log: &dyn Reading,
    lens: Lens,
) -> Result<BTreeSet<DialogueId>, DeskError> {
    let now = log.head()?.position;
    let mut concluded = BTreeSet::new();
    for held in all::<DialogueRecord>(log, None)? {
        let known = if lens.known_at >= now {
            Some(held)
        } else {
            known_at::<DialogueRecord>(log, held.id.as_str(), lens.known_at)?
        };
        concluded.extend(
            known
                .filter(|d| d.state(lens.as_of) == DialogueState::Concluded)
                .map(|d| d.id),
        );
    }
    Ok(concluded)
}

/// One permit as known at a position.
pub(crate) fn permit_known(
    log: &dyn Reading,
    id: &PermitId,
    lens: Lens,
) -> Result<Option<Permit>, DeskError> {
    Ok(find::<Permit>(log, id.as_str())?.and_then(|permit| permit.known_at(lens.known_at)))
}

//! One act: a write under way, with who acts, the law and the day.

use std::sync::Arc;

use domain::event::{Event, Recorded};
use domain::language::Bilingual;
use domain::time::{Day, Instant, Position};
use register::{AppendRefusal, Appended, NewEvent, Outgoing, Reading, Told, Writing};

use crate::actor::Actor;
use crate::answer::{DeskError, Done, Fault};
use crate::law_book::LawBook;
use crate::memory::Memory;
use crate::reading::{self, Held, Lens};

/// One act under way, in a write that whoever began it makes durable or undoes.
pub(crate) struct Act<'a> {
    writing: &'a mut (dyn Writing + 'a),
    /// What is remembered of the register.
    pub memory: &'a Memory,
    /// Who acts.
    pub actor: &'a Actor,
    /// The law.
    pub book: Arc<LawBook>,
    /// The civil day.
    pub today: Day,
    ground: Option<String>,
    events: Option<(Position, Position)>,
    is_repeat: bool,
}

impl<'a> Act<'a> {
    pub(crate) fn new(
        writing: &'a mut (dyn Writing + 'a),
        memory: &'a Memory,
        actor: &'a Actor,
        law: (Arc<LawBook>, Day),
    ) -> Self {
        let (book, today) = law;
        Self {
            writing,
            memory,
            actor,
            book,
            today,
            ground: None,
            events: None,
            is_repeat: false,
        }
    }

    /// The register as this act sees it, its own appends included.
    pub(crate) fn log(&self) -> &dyn Reading {
        &*self.writing
    }

    /// The write itself, for numbers, answers and the vault.
    pub(crate) fn writing(&mut self) -> &mut dyn Writing {
        &mut *self.writing
    }

    /// The instant that events appended now will carry.
    pub(crate) fn now(&self) -> Instant {
        self.writing.recorded_at()
    }

    /// The lens of this act: today, and everything known including its own appends.
    pub(crate) fn lens(&self) -> Result<Lens, DeskError> {
        Ok(Lens {
            as_of: self.today,
            known_at: self.log().head()?.position,
        })
    }

    /// Names the law or ground under which the events that follow are appended.
    pub(crate) fn under(&mut self, ground: impl std::fmt::Display) {
        self.ground = Some(ground.to_string());
    }

    /// Marks the act as the repetition of an earlier one.
    pub(crate) const fn repeats(&mut self, events: Option<(Position, Position)>) {
        self.is_repeat = true;
        self.events = events;
    }

    /// The first and the last event appended so far.
    pub(crate) const fn events(&self) -> Option<(Position, Position)> {
        self.events
    }

    /// One thing as it stands now.
    pub(crate) fn load<T: Held>(&self, id: impl std::fmt::Display) -> Result<T, DeskError> {
        reading::load(self.log(), &id.to_string())
    }

    /// One thing as it stands now, if there is one.
    pub(crate) fn find<T: Held>(&self, id: impl std::fmt::Display) -> Result<Option<T>, DeskError> {
        reading::find(self.log(), &id.to_string())
    }

    /// Appends one event.
    pub(crate) fn append(&mut self, event: impl Into<Event>) -> Result<Position, DeskError> {
        self.append_all(vec![event.into()], Vec::new())
    }

    /// Appends several events and the messages that they bring, together. Gives the position of
    /// the last.
    pub(crate) fn append_all(
        &mut self,
        events: Vec<Event>,
        outgoing: Vec<Outgoing>,
    ) -> Result<Position, DeskError> {
        let ground = self.ground.clone();
        let events: Vec<Arc<Event>> = events.into_iter().map(Arc::new).collect();
        let mut new = Vec::with_capacity(events.len());
        for event in &events {
            new.push(self.dress(event, ground.clone())?);
        }
        let appended =
            self.writing
                .append(new, None, outgoing)
                .map_err(|refusal| match refusal {
                    AppendRefusal::Fault(source) => DeskError::Faulty(Fault::Register {
                        doing: "appending to the register".into(),
                        source,
                    }),
                    other => DeskError::mistaken("event", other),
                })?;
        self.take_in(events, &appended);
        let first = self.events.map_or(appended.first, |(first, _)| first);
        self.events = Some((first, appended.last));
        Ok(appended.last)
    }

    /// Lets what is remembered follow what was appended.
    fn take_in(&self, events: Vec<Arc<Event>>, appended: &Appended) {
        for (position, event) in (appended.first.0..).zip(events) {
            self.memory.take_in(&Recorded {
                position: Position(position),
                recorded_at: appended.recorded_at,
                actor: self.actor.officer.clone(),
                event: Arc::unwrap_or_clone(event),
            });
        }
    }

    fn dress(&self, event: &Arc<Event>, ground: Option<String>) -> Result<NewEvent, DeskError> {
        let value = serde_json::to_value(&**event)
            .map_err(|cause| DeskError::invariant(format!("writing an event: {cause}")))?;
        let payload = match value {
            serde_json::Value::Object(mut whole) => whole.remove("payload").unwrap_or_default(),
            _ => serde_json::Value::Null,
        };
        Ok(NewEvent {
            kind: event.kind().to_owned(),
            form: event.form(),
            payload,
            tags: event.tags(),
            actor: self.actor.officer.to_string(),
            ground,
            effective_from: event.effective_from(),
            told: Some(Told(Arc::<Event>::clone(event))),
        })
    }

    /// The next number of a series for this year, as in `PMT-2027-000123`.
    pub(crate) fn number<T>(
        &mut self,
        prefix: &str,
        make: impl Fn(i16, u64) -> T,
    ) -> Result<T, DeskError> {
        let year = self.today.year();
        let sequence = self.writing.next_number(&format!("{prefix}-{year}"))?;
        Ok(make(year, sequence))
    }

    /// What was done, with its place in the log; durable once the write is.
    pub(crate) fn done<T>(self, what: T) -> Done<T> {
        Done {
            events: self.events,
            recorded_at: self.writing.recorded_at(),
            is_repeat: self.is_repeat,
            what,
        }
    }
}

impl Act<'_> {
    /// Refuses a person who acts for one party the things of another. Officers of the authority
    /// act for none and pass.
    pub(crate) fn own(&self, party: &domain::id::PartyId) -> Result<(), DeskError> {
        match &self.actor.party {
            Some(own) if own != party => {
                let officer = &self.actor.officer;
                let says = Bilingual::new(
                    format!("{officer} acts for {own}, not for {party}"),
                    format!("{officer} agit pour {own}, et non pour {party}"),
                );
                Err(DeskError::refused("access.other-party", &says))
            }
            _ => Ok(()),
        }
    }
}

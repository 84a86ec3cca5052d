//! The law as adopted by the register: what ships for the jurisdiction, and every file adopted
//! since. The only place where the desk speaks with the regime.

use std::collections::{BTreeMap, BTreeSet};

use domain::application::Application;
use domain::control_list::{Concordance, ControlList, EntryId, EntryTree};
use domain::event::{AuthorityEstablished, Limits, RegimeFileAdopted, RegimeFileKind};
use domain::facts::{Declared, LineFacts};
use domain::id::CompartmentId;
use domain::language::Bilingual;
use domain::law::Law;
use domain::measure::{MeasureInForce, Order, PolicyMeasure, Selection};
use domain::permit::{Permit, Terms};
use domain::policy::PolicyAnswer;
use domain::scope::{Geography, Judged, Scope};
use domain::time::{Calendar, Day, Instant, Position};
use regime::parts::PolicyFile;
use regime::{Access, Answer, Parts, Regime};
use register::{Digest, Page, Query, Reading};

use crate::actor::Actor;
use crate::answer::DeskError;
use crate::reading;

/// The law as adopted.
pub(crate) struct LawBook {
    /// The last event that changed it.
    pub position: Position,
    /// The authority, once established.
    pub authority: Option<AuthorityEstablished>,
    regime: Regime,
    access: Access,
}

impl LawBook {
    /// The last event that changes the book, without reading the book.
    pub(crate) fn adopted_at(log: &dyn Reading) -> Result<Position, DeskError> {
        // Regime files are few; their views carry the position of the event that adopted them.
        let mut last = Position(0);
        for kind in ["regime-file", "authority"] {
            let rows = log.page(
                kind,
                Page {
                    after: None,
                    limit: reading::PAGE,
                },
            )?;
            last = rows
                .iter()
                .map(|row| row.position)
                .chain([last])
                .max()
                .unwrap_or(last);
        }
        Ok(last)
    }

    /// Reads the book as adopted by now.
    pub(crate) fn read(log: &dyn Reading) -> Result<Self, DeskError> {
        let position = Self::adopted_at(log)?;
        let authority: Option<AuthorityEstablished> = reading::find(log, "self")?;
        let jurisdiction = authority
            .as_ref()
            .map_or("CA", |held| held.jurisdiction.as_str());
        let unreadable = |cause: &dyn std::fmt::Display| {
            DeskError::invariant(format!("the law as adopted cannot be read: {cause}"))
        };
        let mut parts = Parts::shipped(jurisdiction).map_err(|m| unreadable(&m))?;
        let mut adopted: Vec<(Position, RegimeFileAdopted)> = Vec::new();
        let query = Query {
            tags: vec!["regime".into()],
            kinds: vec!["RegimeFileAdopted".into()],
        };
        let mut after = Position(0);
        loop {
            let events = log.events(&query, after, None, reading::PAGE)?;
            let is_last = events.len() < reading::PAGE;
            for event in &events {
                after = event.position;
                let recorded = crate::projection::recorded(event).map_err(DeskError::invariant)?;
                if let domain::event::Event::RegimeFileAdopted(file) = recorded.event {
                    adopted.push((event.position, file));
                }
            }
            if is_last {
                break;
            }
        }
        for (_, file) in &adopted {
            let digest: Digest = file.digest.parse().map_err(|m| unreadable(&m))?;
            let bytes = log
                .vault(&digest)?
                .ok_or_else(|| unreadable(&format!("the bytes of {} are gone", file.key)))?;
            let text = String::from_utf8(bytes).map_err(|m| unreadable(&m))?;
            parts =
                with_file(parts, file.file_kind, &file.key, &text).map_err(|m| unreadable(&m))?;
        }
        let regime = Regime::new(parts).map_err(|m| unreadable(&m))?;
        let access = Access::shipped().map_err(|m| unreadable(&m))?;
        Ok(Self {
            position,
            authority,
            regime,
            access,
        })
    }

    /// The civil day of an instant, in the calendar of the authority; in UTC before there is one.
    pub(crate) fn day_of(&self, instant: Instant) -> Day {
        match &self.authority {
            Some(authority) => authority.day_of(instant),
            None => Calendar::utc().day_in_range(instant),
        }
    }

    /// The authority's time limits at the border.
    pub(crate) fn limits(&self) -> Limits {
        self.authority
            .as_ref()
            .map_or_else(Limits::default, |authority| authority.limits)
    }

    /// Checks that a file could be adopted now.
    pub(crate) fn check_file(
        &self,
        kind: RegimeFileKind,
        key: &str,
        text: &str,
    ) -> Result<(), DeskError> {
        let parts = with_file(self.regime.parts().clone(), kind, key, text)
            .map_err(|mistake| DeskError::mistaken(key, mistake))?;
        Regime::new(parts)
            .map(drop)
            .map_err(|mistake| DeskError::mistaken(key, mistake))
    }

    /// Checks whether the parts ship for a jurisdiction.
    pub(crate) fn check_jurisdiction(jurisdiction: &str) -> Result<(), DeskError> {
        Parts::shipped(jurisdiction)
            .map(drop)
            .map_err(|mistake| DeskError::mistaken("jurisdiction", mistake))
    }

    /// The trees of the control lists.
    pub(crate) fn tree(&self) -> &dyn EntryTree {
        &self.regime.parts().lists
    }

    /// The country groups on a day.
    pub(crate) fn geography(&self, day: Day) -> impl Geography + '_ {
        self.regime.world(day)
    }

    /// What the regime is put together from, for pages.
    pub(crate) const fn parts(&self) -> &Parts {
        self.regime.parts()
    }

    /// A scope as policy text.
    pub(crate) fn render(&self, scope: &Scope) -> String {
        regime::render(scope)
    }

    /// Whether the access policies know a role.
    pub(crate) fn knows_role(&self, role: &str) -> bool {
        regime::access::ROLES.contains(&role)
    }

    /// Refuses an act that access policies do not permit.
    pub(crate) fn check_access(&self, actor: &Actor, action: &str) -> Result<(), DeskError> {
        match self.access.may(&actor.officer, &actor.roles, action) {
            Answer::Allowed { .. } => Ok(()),
            Answer::Denied { .. } => {
                let roles = actor
                    .roles
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(", ");
                let says = Bilingual::new(
                    format!("{} ({roles}) may not {action}", actor.officer),
                    format!(
                        "{} ({roles}) ne peut pas faire ceci : {action}",
                        actor.officer
                    ),
                );
                Err(DeskError::refused("access.denied", &says))
            }
        }
    }

    /// Whether sealed material is open to a person.
    pub(crate) fn may_open(&self, actor: &Actor, sealed_in: &BTreeSet<CompartmentId>) -> bool {
        let (own, roles) = (&actor.compartments, &actor.roles);
        self.access.may_open(&actor.officer, roles, own, sealed_in)
    }

    /// Whether a person may do something, for pages and for reads.
    pub(crate) fn may(&self, actor: &Actor, action: &str) -> bool {
        matches!(
            self.access.may(&actor.officer, &actor.roles, action),
            Answer::Allowed { .. }
        )
    }

    /// Refuses a measure whose text, names or sources are not right.
    pub(crate) fn check_measure(&self, measure: &PolicyMeasure) -> Result<(), DeskError> {
        self.regime
            .check_measure(measure)
            .map_err(|mistake| DeskError::mistaken(format!("measure {}", measure.id), mistake))
    }

    /// Refuses an order whose source, entries or groups are not known.
    pub(crate) fn check_order(&self, order: &Order) -> Result<(), DeskError> {
        self.check_law(&order.instrument.law)?;
        let scopes = match &order.selection {
            Selection::Scope { scope } => vec![scope],
            Selection::Named { .. } => Vec::new(),
        };
        for scope in scopes.into_iter().chain(&order.use_scope) {
            self.check_scope(scope)?;
        }
        Ok(())
    }

    /// Refuses a scope that names an entry or a group that is not there.
    pub(crate) fn check_scope(&self, scope: &Scope) -> Result<(), DeskError> {
        match scope {
            Scope::All(parts) | Scope::Any(parts) => {
                parts.iter().try_for_each(|part| self.check_scope(part))
            }
            Scope::Not(part) => self.check_scope(part),
            Scope::Entry(entry) => self.check_entry(entry),
            Scope::CountryGroup { group, .. } if self.parts().groups.get(group).is_none() => {
                Err(DeskError::mistaken_as(
                    "scope",
                    format!("there is no country group `{group}`"),
                    format!("il n’y a pas de groupe de pays `{group}`"),
                ))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a citation whose source is not known.
    pub(crate) fn check_law(&self, law: &Law) -> Result<(), DeskError> {
        self.parts()
            .sources
            .of(law)
            .map(drop)
            .map_err(|unknown| DeskError::mistaken("law", unknown))
    }

    /// Refuses an entry that is in no edition.
    pub(crate) fn check_entry(&self, entry: &EntryId) -> Result<(), DeskError> {
        if self.parts().lists.find(entry).is_some() {
            return Ok(());
        }
        let editions: Vec<String> = self
            .parts()
            .lists
            .editions()
            .filter(|list| list.list == entry.list())
            .map(|list| list.edition.clone())
            .collect();
        let (list, editions) = (entry.list(), editions.join(", "));
        let (en, fr) = if editions.is_empty() {
            (
                format!("there is no list `{list}`"),
                format!("il n’y a pas de liste `{list}`"),
            )
        } else {
            (
                format!("list {list} has editions {editions}"),
                format!("la liste {list} a les éditions {editions}"),
            )
        };
        Err(DeskError::mistaken_as(
            "entry",
            format!("there is no entry {entry}: {en}"),
            format!("il n’y a pas d’article {entry} : {fr}"),
        ))
    }

    /// The entry itself, or the nearest entry above it that its edition holds.
    pub(crate) fn nearest_entry(&self, entry: &EntryId) -> Option<EntryId> {
        let mut code = entry.code().to_owned();
        loop {
            let id = EntryId::of(entry.list(), entry.edition(), &code).ok()?;
            if self.parts().lists.find(&id).is_some() {
                return Some(id);
            }
            code = regime::codes::above(&code)?;
        }
    }

    /// Refuses terms that name an entry in no edition.
    pub(crate) fn check_terms(&self, terms: &Terms) -> Result<(), DeskError> {
        terms
            .lines
            .iter()
            .flat_map(|line| &line.ratings)
            .try_for_each(|rating| self.check_entry(&rating.entry))
    }

    /// What policies say about a line of an application.
    pub(crate) fn judge_issue(
        &self,
        day: Day,
        facts: &LineFacts,
        measures: &[&MeasureInForce],
    ) -> PolicyAnswer {
        self.regime.judge_issue(day, facts, measures)
    }

    /// What standing policies say about a declared line.
    pub(crate) fn judge_release(
        &self,
        day: Day,
        permit: &Permit,
        facts: &LineFacts,
        declared: &Declared,
    ) -> PolicyAnswer {
        let line = domain::facts::LineRef {
            permit: permit.issued.permit.clone(),
            line: declared.line,
        };
        self.regime.judge_release(day, &line, facts, declared)
    }

    /// Whether any line of an application needs the risk determined before issue.
    pub(crate) fn needs_risk_determination(&self, held: &Application, _day: Day) -> bool {
        held.terms.lines.iter().any(|line| {
            let facts = held.facts(
                line.no,
                &BTreeMap::new(),
                &std::collections::BTreeSet::new(),
            );
            self.regime.needs_risk_determination(&facts)
        })
    }

    /// The policies that were asked about an application: standing ones and measures in force.
    pub(crate) fn asked(
        &self,
        _held: &Application,
        day: Day,
        log: &dyn Reading,
    ) -> Result<Vec<String>, DeskError> {
        let lens = reading::Lens {
            as_of: day,
            known_at: log.head()?.position,
        };
        let mut ids: Vec<String> = self
            .regime
            .standing()
            .map(|(id, _)| id.to_owned())
            .collect();
        let measures = reading::measures_in_force(log, lens)?;
        ids.extend(measures.into_iter().map(|held| held.measure.id.to_string()));
        ids.extend(self.editions(day));
        Ok(ids)
    }

    /// The editions of the lists in force on a day, as in `GUIDE@2020`.
    pub(crate) fn editions(&self, day: Day) -> Vec<String> {
        let lists = &self.parts().lists;
        let mut keys: Vec<&str> = lists.editions().map(|list| list.list.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter()
            .filter_map(|key| lists.in_force(key, day))
            .map(|list| format!("{}@{}", list.list, list.edition))
            .collect()
    }

    /// Which conditions of a scope a line satisfies, each in both languages.
    pub(crate) fn explain(&self, scope: &Scope, judged: Judged<'_>, day: Day) -> Vec<Bilingual> {
        let world = self.regime.world(day);
        let mut found = Vec::new();
        self.explain_into(scope, judged, &world, &mut found);
        found
    }

    fn explain_into(
        &self,
        scope: &Scope,
        judged: Judged<'_>,
        world: &dyn Geography,
        found: &mut Vec<Bilingual>,
    ) {
        match scope {
            Scope::All(parts) | Scope::Any(parts) => {
                for part in parts
                    .iter()
                    .filter(|part| part.contains(judged, self.tree(), world))
                {
                    self.explain_into(part, judged, world, found);
                }
            }
            Scope::Not(_) | Scope::Everything => {}
            leaf => {
                let text = regime::render(leaf);
                found.push(
                    self.in_words(leaf)
                        .unwrap_or_else(|| Bilingual::new(&text, &text)),
                );
            }
        }
    }

    /// A condition in words.
    fn in_words(&self, leaf: &Scope) -> Option<Bilingual> {
        use domain::scope::Place;
        let country = |is: &domain::country::Country| {
            self.parts()
                .countries
                .name(*is)
                .cloned()
                .unwrap_or_else(|| Bilingual::new(is.as_str(), is.as_str()))
        };
        Some(match leaf {
            Scope::Country { at, is } => {
                let name = country(is);
                let (en, fr) = match at {
                    Place::Destination => ("destination", "destination"),
                    Place::FinalDestination => ("final destination", "destination finale"),
                    Place::EndUser => ("end user in", "utilisateur final :"),
                    Place::Anywhere => ("any route to", "tout itinéraire vers"),
                    Place::Route => ("route through", "itinéraire par"),
                };
                Bilingual::new(format!("{en} {}", name.en), format!("{fr} {}", name.fr))
            }
            Scope::Entry(entry) => {
                let title = self.parts().lists.find(entry).map(|held| held.text.clone());
                let title = title.unwrap_or_default();
                Bilingual::new(
                    format!("rated within {entry} ({})", title.en),
                    format!("classé sous {entry} ({})", title.fr),
                )
            }
            Scope::Programme(is) => {
                Bilingual::new(format!("programme {is}"), format!("programme {is}"))
            }
            Scope::Party { is, .. } => Bilingual::new(format!("names {is}"), format!("nomme {is}")),
            Scope::Activity { is, .. } => Bilingual::new(
                format!("a party does `{is}`"),
                format!("une partie exerce « {is} »"),
            ),
            Scope::PlatformClass(is) => Bilingual::new(
                format!("goes into a platform of class `{is}`"),
                format!("entre dans une plateforme de classe « {is} »"),
            ),
            Scope::Platform(is) => Bilingual::new(
                format!("goes into platform {is}"),
                format!("entre dans la plateforme {is}"),
            ),
            _ => return None,
        })
    }
}

/// Adds one adopted file to the parts.
fn with_file(
    mut parts: Parts,
    kind: RegimeFileKind,
    key: &str,
    text: &str,
) -> Result<Parts, String> {
    let said = |cause: &dyn std::fmt::Display| cause.to_string();
    match kind {
        RegimeFileKind::ControlList => {
            let list: ControlList = serde_json::from_str(text).map_err(|m| said(&m))?;
            parts.lists.add(list).map_err(|m| said(&m))?;
        }
        RegimeFileKind::Concordance => {
            let links: Vec<Concordance> = serde_json::from_str(text).map_err(|m| said(&m))?;
            for link in links {
                parts.lists.link(link);
            }
        }
        RegimeFileKind::CountryGroups => {
            parts.groups = parts.groups.with(key, text).map_err(|m| said(&m))?;
        }
        RegimeFileKind::Sources => {
            parts.sources = parts.sources.with(key, text).map_err(|m| said(&m))?;
        }
        RegimeFileKind::Policies => {
            parts.standing.push(PolicyFile {
                name: key.to_owned(),
                text: text.to_owned(),
            });
        }
        RegimeFileKind::Documents => {
            parts.documents = parts.documents.with(key, text).map_err(|m| said(&m))?;
        }
    }
    Ok(parts)
}

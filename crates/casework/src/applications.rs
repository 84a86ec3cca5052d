//! From an application to a permit or a refusal.

use std::collections::{BTreeMap, BTreeSet};

use domain::advice::AdvicePosition;
use domain::application::complete::{self, StepRefusal};
use domain::application::refuse::{self, RefuseApplication};
use domain::application::submit::{self, SubmitApplication};
use domain::application::{Application, Outcome};
use domain::event::{
    AdviceGiven, ApplicationWithdrawn, CaseAssessed, ExceptionalCircumstancesDetermined,
    InformationRequested, PartyScreened, PermitIssued, ReferralSent, RiskDetermined,
};
use domain::id::{ApplicationId, DocumentKind, PartyId, PermitId};
use domain::item::{Condition, LineNo, Rating};
use domain::language::Bilingual;
use domain::measure::MeasureInForce;
use domain::permit::Permit;
use domain::permit::issue::{self, IssuePermit, Record};
use domain::policy::{Effect, PolicyAnswer, PolicyFinding, Prospect};
use domain::risk::RiskDetermination;
use domain::time::Day;
use register::Reading;
use serde::Serialize;

use crate::act::Act;
use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::law_book::LawBook;
use crate::reading::{self, Lens};

/// What stands between an application and its permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The application.
    pub application: ApplicationId,
    /// As of which day.
    pub as_of: Day,
    /// What shows.
    pub prospect: Prospect,
    /// What policies say, line by line.
    pub by_line: BTreeMap<LineNo, PolicyAnswer>,
    /// Lines that no officer has rated.
    pub unrated: Vec<LineNo>,
    /// Parties that nobody has screened clear.
    pub unscreened: Vec<PartyId>,
    /// Whether the criteria of the statute must be considered and were not.
    pub risk_is_owed: bool,
    /// Whether the clock stands still.
    pub is_paused: bool,
    /// The last recommendation.
    pub recommended: Option<Outcome>,
    /// Editions of the lists and policies that were asked.
    pub editions: Vec<String>,
}

impl Desk {
    /// Receives an application. The number is given by the register unless one comes with it.
    ///
    /// # Errors
    /// A refusal with everything that is missing, a mistake, or a fault.
    pub fn submit_application(
        &self,
        actor: &Actor,
        request: &SubmitApplication,
        supersedes: Option<&ApplicationId>,
    ) -> Result<Done<ApplicationId>, DeskError> {
        self.act(actor, "application.submit", |act| {
            if act.find::<Application>(&request.application)?.is_some() {
                return Err(DeskError::taken("application", &request.application));
            }
            act.own(&request.applicant)?;
            for party in request.terms.parties().chain([&request.applicant]) {
                let _: domain::party::PartyRecord = act.load(party)?;
            }
            act.book.check_terms(&request.terms)?;
            let earlier = supersedes
                .map(|id| act.load::<Application>(id))
                .transpose()?;
            let event = submit::submit(request, earlier.as_ref(), act.today)
                .map_err(|refusal| DeskError::refused("application.submit", &refusal))?;
            act.append(event)?;
            Ok(request.application.clone())
        })
    }

    /// Asks the applicant for more; the clock stops.
    ///
    /// # Errors
    /// A refusal when a question is open or the application has ended, or a fault.
    pub fn request_information(
        &self,
        actor: &Actor,
        id: &ApplicationId,
        questions: &[String],
        due_on: Day,
    ) -> Result<Done<()>, DeskError> {
        self.step(actor, "application.ask", id, |act, held| {
            if held.is_paused() {
                return Err(refused(&StepRefusal::AlreadyAsked(id.clone())));
            }
            let event = InformationRequested {
                application: id.clone(),
                questions: questions.to_vec(),
                on: act.today,
                due_on,
                by: act.actor.officer.clone(),
            };
            act.append(event).map(drop)
        })
    }

    /// Receives answers and documents; the clock runs again.
    ///
    /// # Errors
    /// A refusal when nothing was asked, or a fault.
    pub fn receive_information(
        &self,
        actor: &Actor,
        id: &ApplicationId,
        answers: &[String],
        documents: &BTreeSet<DocumentKind>,
    ) -> Result<Done<()>, DeskError> {
        self.step(actor, "application.answer", id, |act, held| {
            act.own(&held.applicant)?;
            let event = complete::answer(held, answers.to_vec(), documents.clone(), act.today)
                .map_err(|refusal| refused(&refusal))?;
            act.append(event).map(drop)
        })
    }

    /// Rates an item. An officer may override what the exporter proposed.
    ///
    /// # Errors
    /// A refusal, a mistake when an entry is not in its edition, or a fault.
    pub fn rate_item(
        &self,
        actor: &Actor,
        id: &ApplicationId,
        line: LineNo,
        ratings: &[Rating],
    ) -> Result<Done<()>, DeskError> {
        self.step(actor, "application.rate", id, |act, held| {
            for rating in ratings {
                act.book.check_entry(&rating.entry)?;
            }
            let event = complete::rate(held, line, ratings.to_vec(), &act.actor.officer)
                .map_err(|refusal| refused(&refusal))?;
            act.append(event).map(drop)
        })
    }

    /// Refers an application to a body.
    ///
    /// # Errors
    /// A refusal when it has ended, a mistake when the body is unknown, or a fault.
    pub fn refer(
        &self,
        actor: &Actor,
        id: &ApplicationId,
        body: &PartyId,
        question: &str,
        due_on: Day,
    ) -> Result<Done<()>, DeskError> {
        self.step(actor, "application.refer", id, |act, _| {
            let _: domain::party::PartyRecord = act.load(body)?;
            let event = ReferralSent {
                application: id.clone(),
                body: body.clone(),
                question: question.to_owned(),
                on: act.today,
                due_on,
                by: act.actor.officer.clone(),
            };
            act.append(event).map(drop)
        })
    }

    /// Records a body's advice; it stands beside any earlier advice.
    ///
    /// # Errors
    /// A refusal when the application has ended, or a fault.
    pub fn advise(
        &self,
        actor: &Actor,
        id: &ApplicationId,
        advice: AdviceGiven,
    ) -> Result<Done<()>, DeskError> {
        self.step(actor, "application.advise", id, |act, _| {
            act.own(&advice.body)?;
            act.append(advice).map(drop)
        })
    }

    /// Determines the risk under the criteria of the statute.
    ///
    /// # Errors
    /// A refusal when the order of the judgment is not kept, or a fault.
    pub fn determine_risk(
        &self,
        actor: &Actor,
        id: &ApplicationId,
        determination: RiskDetermination,
    ) -> Result<Done<()>, DeskError> {
        self.step(actor, "application.assess", id, |act, _| {
            determination
                .check()
                .map_err(|refusal| DeskError::refused("application.risk", &refusal))?;
            act.append(RiskDetermined {
                application: id.clone(),
                determination,
            })
            .map(drop)
        })
    }

    /// Determines exceptional circumstances, with reasons, naming the presumptions that they
    /// displace.
    ///
    /// # Errors
    /// A refusal without reasons or where nothing is presumed, or a fault.
    pub fn determine_exception(
        &self,
        actor: &Actor,
        id: &ApplicationId,
        reasons: &str,
    ) -> Result<Done<()>, DeskError> {
        self.step(actor, "application.except", id, |act, held| {
            if reasons.trim().is_empty() {
                return Err(refused(&StepRefusal::NoReasons));
            }
            let lens = act.lens()?;
            let check = check(act.log(), &act.book, held, lens)?;
            let policies: BTreeSet<String> = check
                .by_line
                .values()
                .flat_map(|answer| &answer.findings)
                .filter(|finding| finding.effect() == Some(Effect::PresumeDenial))
                .filter_map(|finding| finding.policy().map(str::to_owned))
                .collect();
            if policies.is_empty() {
                let says = Bilingual::new(
                    "no presumption of denial stands against it: there is nothing to except",
                    "aucune présomption de refus ne pèse sur elle : il n’y a rien à excepter",
                );
                return Err(DeskError::refused("application.except", &says));
            }
            let event = ExceptionalCircumstancesDetermined {
                application: id.clone(),
                policies,
                reasons: reasons.to_owned(),
                by: act.actor.officer.clone(),
                on: act.today,
            };
            act.append(event).map(drop)
        })
    }

    /// Records an assessment against the criteria, case by case.
    ///
    /// # Errors
    /// A refusal without reasons, or a fault.
    pub fn assess_case(
        &self,
        actor: &Actor,
        id: &ApplicationId,
        reasons: &str,
    ) -> Result<Done<()>, DeskError> {
        self.step(actor, "application.assess", id, |act, _| {
            if reasons.trim().is_empty() {
                return Err(refused(&StepRefusal::NoReasons));
            }
            let event = CaseAssessed {
                application: id.clone(),
                reasons: reasons.to_owned(),
                by: act.actor.officer.clone(),
                on: act.today,
            };
            act.append(event).map(drop)
        })
    }

    /// Recommends an outcome.
    ///
    /// # Errors
    /// A refusal by the decision, or a fault.
    pub fn recommend(
        &self,
        actor: &Actor,
        id: &ApplicationId,
        outcome: Outcome,
        reasons: &str,
        conditions: &[Condition],
    ) -> Result<Done<()>, DeskError> {
        self.step(actor, "application.recommend", id, |act, held| {
            let by = &act.actor.officer;
            let event =
                complete::recommend(held, outcome, reasons, conditions.to_vec(), by, act.today)
                    .map_err(|refusal| refused(&refusal))?;
            act.append(event).map(drop)
        })
    }

    /// Issues the permit. Fails closed: what could not be evaluated stands in the way.
    ///
    /// # Errors
    /// A refusal with everything that stands in the way, a mistake when the number is taken, or a
    /// fault.
    pub fn issue(
        &self,
        actor: &Actor,
        id: &ApplicationId,
        request: &IssuePermit,
    ) -> Result<Done<PermitId>, DeskError> {
        self.step(actor, "application.decide", id, |act, held| {
            if act.find::<Permit>(&request.permit)?.is_some() {
                return Err(DeskError::taken("permit", &request.permit));
            }
            let lens = act.lens()?;
            let check = check(act.log(), &act.book, held, lens)?;
            let answer = PolicyAnswer::join(check.by_line.values().cloned());
            let record = Record {
                answer: &answer,
                unscreened: &check.unscreened,
                needs_risk_determination: act.book.needs_risk_determination(held, act.today),
            };
            let mut event = issue::issue(held, &record, request, &act.actor.officer, act.today)
                .map_err(|refusal| issue_refused(&refusal, &answer))?;
            event.issued.determined_by = act.book.asked(held, act.today, act.log())?;
            act.under("EIPA:7(1)");
            act.append(event.clone())?;
            let notice = crate::notices::issue_notice(&event.issued, act.today)?;
            if let Some((event, outgoing)) = notice {
                act.append_all(vec![event], outgoing)?;
            }
            let PermitIssued { issued } = event;
            Ok(issued.permit)
        })
    }

    /// Refuses an application.
    ///
    /// # Errors
    /// A refusal by the decision, a mistake when a law is not known, or a fault.
    pub fn refuse(
        &self,
        actor: &Actor,
        id: &ApplicationId,
        request: &RefuseApplication,
    ) -> Result<Done<()>, DeskError> {
        self.step(actor, "application.decide", id, |act, held| {
            for law in &request.law {
                act.book.check_law(law)?;
            }
            let lens = act.lens()?;
            let check = check(act.log(), &act.book, held, lens)?;
            let mut request = request.clone();
            request.determined_by = check
                .by_line
                .values()
                .flat_map(|answer| &answer.findings)
                .filter_map(|finding| finding.policy().map(str::to_owned))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
            let event = refuse::refuse(held, &request, &act.actor.officer, act.today)
                .map_err(|refusal| DeskError::refused("application.refuse", &refusal))?;
            act.append(event.clone())?;
            let (event, outgoing) = crate::notices::refusal_notice(held, &event, act.today)?;
            act.append_all(vec![event], outgoing).map(drop)
        })
    }

    /// Gives an application up.
    ///
    /// # Errors
    /// A refusal when it has ended, or a fault.
    pub fn withdraw(&self, actor: &Actor, id: &ApplicationId) -> Result<Done<()>, DeskError> {
        self.step(actor, "application.withdraw", id, |act, held| {
            act.own(&held.applicant)?;
            let event = ApplicationWithdrawn {
                application: id.clone(),
                on: act.today,
            };
            act.append(event).map(drop)
        })
    }

    /// What stands between an application and its permit, as of a day and as known at a position.
    ///
    /// # Errors
    /// A mistake when there is no such application, or a fault.
    pub fn check_application(&self, id: &ApplicationId, lens: Lens) -> Result<Check, DeskError> {
        let log = self.reading()?;
        let book = self.book(log.as_ref())?;
        let held = self.application_known(id, lens)?.ok_or_else(|| {
            DeskError::mistaken_as(
                id.as_str(),
                "there is no application of this number then",
                "il n’y a pas alors de demande de ce numéro",
            )
        })?;
        check(log.as_ref(), &book, &held, lens)
    }

    /// An application as known at a position.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn application_known(
        &self,
        id: &ApplicationId,
        lens: Lens,
    ) -> Result<Option<Application>, DeskError> {
        let log = self.reading()?;
        if lens.known_at >= log.head()?.position {
            return reading::find(log.as_ref(), id.as_str());
        }
        reading::known_at(log.as_ref(), id.as_str(), lens.known_at)
    }

    /// One step on a pending application.
    fn step<T: serde::Serialize>(
        &self,
        actor: &Actor,
        action: &str,
        id: &ApplicationId,
        body: impl FnOnce(&mut Act<'_>, &Application) -> Result<T, DeskError>,
    ) -> Result<Done<T>, DeskError> {
        self.act(actor, action, |act| {
            let held: Application = act.load(id)?;
            complete::open(&held).map_err(|refusal| refused(&refusal))?;
            body(act, &held)
        })
    }
}

fn refused(refusal: &StepRefusal) -> DeskError {
    DeskError::refused("application.step", refusal)
}

/// A refusal to issue, with every policy's own words.
fn issue_refused(refusal: &issue::IssueRefusal, answer: &PolicyAnswer) -> DeskError {
    let DeskError::Refused(mut shown) = DeskError::refused("permit.issue", refusal) else {
        return DeskError::refused("permit.issue", refusal);
    };
    for finding in &answer.findings {
        match finding {
            PolicyFinding::Stands {
                says,
                cleared_by,
                source,
                ..
            } => {
                shown.reasons.push(says.clone());
                shown
                    .would_have_to_change
                    .get_or_insert_with(|| cleared_by.clone());
                shown.law.get_or_insert_with(|| source.clone());
            }
            PolicyFinding::Undetermined { because, .. } => {
                shown.reasons.push(Bilingual::new(
                    format!("a policy could not be evaluated: {because}"),
                    format!("une politique n’a pu être évaluée : {because}"),
                ));
            }
        }
    }
    DeskError::Refused(shown)
}

/// What stands between an application and its permit.
pub(crate) fn check(
    log: &dyn Reading,
    book: &LawBook,
    held: &Application,
    lens: Lens,
) -> Result<Check, DeskError> {
    let measures = reading::measures_in_force(log, lens)?;
    let measures: Vec<&MeasureInForce> = measures.iter().collect();
    let parties = reading::party_facts(log, held.terms.parties(), lens)?;
    let concluded = reading::dialogues_concluded(log, lens)?;
    let mut by_line = BTreeMap::new();
    for line in &held.terms.lines {
        let facts = held.facts(line.no, &parties, &concluded);
        by_line.insert(line.no, book.judge_issue(lens.as_of, &facts, &measures));
    }
    let needs_risk = book.needs_risk_determination(held, lens.as_of);
    Ok(Check {
        application: held.id.clone(),
        as_of: lens.as_of,
        prospect: PolicyAnswer::join(by_line.values().cloned()).prospect(),
        by_line,
        unrated: held
            .terms
            .lines
            .iter()
            .map(|line| line.no)
            .filter(|no| !held.rated.contains(no))
            .collect(),
        unscreened: unscreened(log, held)?,
        risk_is_owed: needs_risk && held.risks.is_empty(),
        is_paused: held.is_paused(),
        recommended: held.recommendation().map(|held| held.outcome),
        editions: book.editions(lens.as_of),
    })
}

/// Parties that no person has screened clear; the last screening counts.
fn unscreened(log: &dyn Reading, held: &Application) -> Result<Vec<PartyId>, DeskError> {
    let mut found = Vec::new();
    let parties: BTreeSet<&PartyId> = held.terms.parties().collect();
    for party in parties {
        let screenings: Option<Vec<PartyScreened>> = reading::find(log, party.as_str())?;
        let is_clear = screenings
            .and_then(|all| all.last().map(|last| last.is_clear))
            .unwrap_or(false);
        if !is_clear {
            found.push(party.clone());
        }
    }
    Ok(found)
}

/// The positions that advice can take, for forms.
pub const POSITIONS: [AdvicePosition; 4] = [
    AdvicePosition::NoObjection,
    AdvicePosition::IssueWithConditions,
    AdvicePosition::Refuse,
    AdvicePosition::NoView,
];

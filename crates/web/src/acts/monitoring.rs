//! Acts on requests for information and on visits.

use domain::id::{RequestId, VisitId};
use domain::request::{Reply, Request};
use domain::time::Day;
use domain::visit::{VisitPlan, VisitReport};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::shapes;

use super::evidence::{by_and_on, numbered};
use super::{About, Act, Body, Call, DeskError, about, done, strict};

pub(super) const REQUESTS: &[Act] = &[
    Act::of::<Send>(
        ("request", "send"),
        "requests",
        About::New,
        (
            "Send a request for information to an exporter, a state or another authority",
            "Envoyer une demande de renseignements à un exportateur, un État ou une autre autorité",
        ),
    ),
    Act::of::<Remind>(
        ("request", "remind"),
        "requests",
        About::One,
        (
            "Remind the addressee, with a new day due",
            "Rappeler le destinataire, avec une nouvelle échéance",
        ),
    ),
    Act::of::<Answer>(
        ("request", "answer"),
        "requests",
        About::One,
        ("Record a reply", "Consigner une réponse"),
    ),
    Act::of::<Unanswered>(
        ("request", "no-reply"),
        "requests",
        About::One,
        (
            "Record that nobody replied by the day due",
            "Consigner que personne n’a répondu à l’échéance",
        ),
    ),
];

pub(super) const VISITS: &[Act] = &[
    Act::of::<Plan>(
        ("visit", "plan"),
        "visits",
        About::New,
        (
            "Plan a visit, with what gives access",
            "Prévoir une visite, avec ce qui donne accès",
        ),
    ),
    Act::of::<DrawSample>(
        ("visit", "sample"),
        "visits",
        About::One,
        (
            "Draw a sample of the serials due, from a seed that is recorded",
            "Tirer un échantillon des numéros de série attendus, d’un germe qui est consigné",
        ),
    ),
    Act::of::<Record>(
        ("visit", "record"),
        "visits",
        About::One,
        (
            "Record what was found on a visit, item by item",
            "Consigner ce qui a été constaté lors d’une visite, article par article",
        ),
    ),
    Act::of::<CallOff>(
        ("visit", "call-off"),
        "visits",
        About::One,
        ("Call a visit off", "Annuler une visite"),
    ),
    Act::of::<FollowUp>(
        ("visit", "follow-up"),
        "visits",
        About::One,
        (
            "Record that what was to follow a visit was done",
            "Consigner que ce qui devait suivre une visite est fait",
        ),
    ),
];

/// A request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SendRequest)]
pub(crate) struct Send {
    /// `request_kind`, `to`, `asks`, `due_on`, and what it is about; `id` is given by the register
    /// when absent.
    #[schema(value_type = shapes::RequestFacts)]
    request: Value,
}

impl Body for Send {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("request", self.request)?;
        let make = |year, n| RequestId::numbered(year, n).to_string();
        numbered(call, &mut fields, "request.send", RequestId::PREFIX, make)?;
        strict::fill(&mut fields, "by", call.actor.officer.to_string())?;
        strict::fill(&mut fields, "asked_on", call.before.today()?.to_string())?;
        let request: Request = strict::read("request", Value::Object(fields))?;
        done(&call.desk.send_request(call.actor, &request)?)
    }
}

/// A reminder.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RemindRequest)]
pub(crate) struct Remind {
    /// The day by which a reply is due now.
    #[schema(value_type = shapes::Day)]
    due_on: Day,
}

impl Body for Remind {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(&call.desk.remind_request(call.actor, &id, self.due_on)?)
    }
}

/// A reply.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnswerRequest)]
pub(crate) struct Answer {
    /// `says`, `is_complete`, and the material that came with it.
    #[schema(value_type = shapes::ReplyFacts)]
    reply: Value,
}

impl Body for Answer {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("reply", self.reply)?;
        by_and_on(call, &mut fields)?;
        let reply: Reply = strict::read("reply", Value::Object(fields))?;
        let id = about(call)?;
        done(&call.desk.answer_request(call.actor, &id, &reply)?)
    }
}

/// Silence.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RequestUnanswered)]
pub(crate) struct Unanswered {}

impl Body for Unanswered {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(&call.desk.close_request_unanswered(call.actor, &id)?)
    }
}

/// A plan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlanVisit)]
pub(crate) struct Plan {
    /// `visit_kind`, `basis`, `host`, `place`, `country`, `planned_on`, and who travels, what is due
    /// to be seen and asked; `id` is given by the register when absent.
    #[schema(value_type = shapes::VisitFacts)]
    visit: Value,
}

impl Body for Plan {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("visit", self.visit)?;
        let make = |year, n| VisitId::numbered(year, n).to_string();
        numbered(call, &mut fields, "visit.plan", VisitId::PREFIX, make)?;
        by_and_on(call, &mut fields)?;
        let plan: VisitPlan = strict::read("visit", Value::Object(fields))?;
        done(&call.desk.plan_visit(call.actor, &plan)?)
    }
}

/// A sample.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SampleVisit)]
pub(crate) struct DrawSample {
    /// How many.
    #[schema(value_type = shapes::Count)]
    size: u32,
    /// The seed; one that nobody can guess when absent.
    #[schema(value_type = Option<shapes::Spoken>)]
    seed: Option<String>,
}

impl Body for DrawSample {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        done(
            &call
                .desk
                .sample_visit(call.actor, &id, size, self.seed.as_deref())?,
        )
    }
}

/// What was found.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordVisit)]
pub(crate) struct Record {
    /// `made_on`, `visitors`, `hosts`, `items`, custody, storage, use, refusals, `findings`,
    /// `outcome`, `judgment` and `follow_up`.
    #[schema(value_type = shapes::VisitReportFacts)]
    report: Value,
}

impl Body for Record {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("report", self.report)?;
        by_and_on(call, &mut fields)?;
        let report: VisitReport = strict::read("report", Value::Object(fields))?;
        let id = about(call)?;
        done(&call.desk.record_visit(call.actor, &id, &report)?)
    }
}

/// Why a visit is not made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CallOffVisit)]
pub(crate) struct CallOff {
    /// Why.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for CallOff {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(&call.desk.call_off_visit(call.actor, &id, &self.reasons)?)
    }
}

/// What followed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FollowUpVisit)]
pub(crate) struct FollowUp {
    /// What was done.
    #[schema(value_type = shapes::Spoken)]
    text: String,
}

impl Body for FollowUp {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(&call.desk.follow_up_visit(call.actor, &id, &self.text)?)
    }
}

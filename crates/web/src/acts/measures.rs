//! Decisions, the measures and orders that they make, and what follows from orders and time.

use domain::id::{DecisionId, MeasureId, OrderId};
use domain::measure::Draft;
use domain::measure::sign::Hand;
use domain::time::Day;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::shapes;

use super::{About, Act, Body, Call, DeskError, about, done, mistaken, strict, written};

const NOUN: &str = "measure";
const ALL: &str = "decisions";

pub(super) const ACTS: &[Act] = &[
    Act::of::<Propose>(
        (NOUN, "propose"),
        ALL,
        About::New,
        (
            "Propose a decision: measures, orders and liftings",
            "Proposer une décision : mesures, ordres et levées",
        ),
    ),
    Act::of::<Sign>(
        (NOUN, "sign"),
        ALL,
        About::One,
        ("Sign a decision", "Signer une décision"),
    ),
    Act::of::<Countersign>(
        (NOUN, "countersign"),
        ALL,
        About::One,
        ("Countersign an emergency", "Contresigner une urgence"),
    ),
    Act::of::<Decline>(
        (NOUN, "decline"),
        ALL,
        About::One,
        (
            "Decline to countersign; the measure stands",
            "Refuser de contresigner; la mesure demeure",
        ),
    ),
    Act::of::<Return>(
        (NOUN, "return"),
        ALL,
        About::One,
        (
            "Return a proposal unsigned",
            "Renvoyer une proposition sans la signer",
        ),
    ),
    Act::of::<Lift>(
        (NOUN, "lift"),
        "measures",
        About::One,
        (
            "Propose that a policy measure be lifted",
            "Proposer la levée d’une mesure de politique",
        ),
    ),
    Act::of::<Settle>(
        ("order", "settle"),
        "orders",
        About::All,
        (
            "Write the lists, stop notices and notices that signed orders still lack",
            "Établir les listes et avis qui manquent encore aux ordres signés",
        ),
    ),
    Act::of::<Escalate>(
        ("duty", "escalate"),
        "duties",
        About::All,
        (
            "Let reservations lapse and open duties for what is late",
            "Rendre caduques les réserves échues et ouvrir un devoir pour ce qui tarde",
        ),
    ),
];

/// A draft: `policies`, `orders`, `lifts`, `concludes`, `effective_from`, `intent`. Numbers that are
/// absent are given by the register; a scope may be policy text.
#[derive(Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(as = ProposeDecision, value_type = Object)]
pub(crate) struct Propose(Map<String, Value>);

impl Body for Propose {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = self.0;
        let desk = call.before;
        let number = |fields: &mut Map<String, Value>, kind: Kind| {
            if fields.contains_key("id") {
                return Ok(());
            }
            let make = |year, n| kind.numbered(year, n);
            let (who, prefix) = (call.actor, kind.prefix());
            let id = desk.next_number(who, "measure.propose", prefix, make)?;
            fields.insert("id".into(), id.into());
            Ok::<(), DeskError>(())
        };
        number(&mut fields, Kind::Decision)?;
        for (list, kind) in [("policies", Kind::Measure), ("orders", Kind::Order)] {
            for one in fields
                .get_mut(list)
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                let one = one
                    .as_object_mut()
                    .ok_or_else(|| mistaken(list, "expected objects"))?;
                number(one, kind)?;
            }
        }
        if fields.contains_key("previews") {
            return Err(mistaken(
                "previews",
                "the register computes them: leave them out",
            ));
        }
        let today = desk.today()?.to_string();
        fields
            .entry("effective_from")
            .or_insert_with(|| today.into());
        let mut whole = Value::Object(fields);
        strict::scopes(desk, &mut whole, 0)?;
        let draft: Draft = strict::read("draft", whole)?;
        done(&call.desk.propose(call.actor, draft)?)
    }
}

/// What a number is for.
#[derive(Clone, Copy)]
enum Kind {
    Decision,
    Measure,
    Order,
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Decision => DecisionId::PREFIX,
            Self::Measure => MeasureId::PREFIX,
            Self::Order => OrderId::PREFIX,
        }
    }

    fn numbered(self, year: i16, sequence: u64) -> String {
        match self {
            Self::Decision => DecisionId::numbered(year, sequence).to_string(),
            Self::Measure => MeasureId::numbered(year, sequence).to_string(),
            Self::Order => OrderId::numbered(year, sequence).to_string(),
        }
    }
}

/// A signature.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignDecision)]
pub(crate) struct Sign {
    /// Alone, to stop at once.
    #[serde(default)]
    emergency: bool,
}

impl Body for Sign {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let hand = if self.emergency {
            Hand::Emergency
        } else {
            Hand::Second
        };
        let id = about(call)?;
        done(&call.desk.sign(call.actor, &id, hand)?)
    }
}

/// A countersignature.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CountersignDecision)]
pub(crate) struct Countersign {}

impl Body for Countersign {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(&call.desk.countersign(call.actor, &id)?)
    }
}

/// A countersignature declined.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeclineDecision)]
pub(crate) struct Decline {
    /// The reasons.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for Decline {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(&call.desk.decline(call.actor, &id, &self.reasons)?)
    }
}

/// A proposal returned.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReturnDecision)]
pub(crate) struct Return {
    /// The reasons.
    #[schema(value_type = shapes::Spoken)]
    reasons: String,
}

impl Body for Return {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let id = about(call)?;
        done(&call.desk.give_back(call.actor, &id, &self.reasons)?)
    }
}

/// A lifting.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LiftMeasure)]
pub(crate) struct Lift {
    /// The number of the decision; given by the register when absent.
    #[schema(value_type = Option<shapes::Id>)]
    decision: Option<DecisionId>,
    /// First day without the measure; today when absent.
    #[schema(value_type = Option<shapes::Day>)]
    effective_from: Option<Day>,
}

impl Body for Lift {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let measure: MeasureId = about(call)?;
        let mut fields = Map::new();
        fields.insert("lifts".into(), json!([measure.to_string()]));
        if let Some(decision) = self.decision {
            fields.insert("id".into(), decision.to_string().into());
        }
        if let Some(day) = self.effective_from {
            fields.insert("effective_from".into(), day.to_string().into());
        }
        Propose(fields).perform(call)
    }
}

/// What signed orders still lack.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SettleOrders)]
pub(crate) struct Settle {}

impl Body for Settle {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        // Settling is idempotent of its own: it writes what is missing and nothing else.
        Ok(json!({ "what": written(&call.before.settle(call.actor)?)? }))
    }
}

/// What time alone brings.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EscalateDuties)]
pub(crate) struct Escalate {}

impl Body for Escalate {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        done(&call.desk.tick(call.actor)?)
    }
}

//! Acts on the catalogue: items, platforms, what they are built of, and units.

use domain::catalogue::{Composition, Fitting, ItemFacts, PlatformFacts, UnitFacts};
use domain::id::{ItemId, PartyId, UnitId};
use domain::time::Day;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::shapes;

use super::{About, Act, Body, Call, DeskError, about, done, mistaken, strict};

/// The act that each of them is, for who may do it.
const ACTION: &str = "catalogue.record";

pub(super) const ACTS: &[Act] = &[
    Act::of::<DescribeItem>(
        ("item", "describe"),
        "items",
        About::New,
        (
            "Describe an item of the catalogue, or correct its description from a day on",
            "Décrire un article du catalogue, ou en corriger la description à compter d’un jour",
        ),
    ),
    Act::of::<DescribePlatform>(
        ("platform", "describe"),
        "platforms",
        About::New,
        (
            "Describe a platform, or correct its description from a day on",
            "Décrire une plateforme, ou en corriger la description à compter d’un jour",
        ),
    ),
    Act::of::<Compose>(
        ("composition", "record"),
        "compositions",
        About::New,
        (
            "Record that an item is a part of another, or of a platform",
            "Consigner qu’un article fait partie d’un autre, ou d’une plateforme",
        ),
    ),
    Act::of::<Mark>(
        ("unit", "record"),
        "units",
        About::New,
        (
            "Record what a source says of a unit or a lot, by its serial",
            "Consigner ce qu’une source dit d’une unité ou d’un lot, par son numéro de série",
        ),
    ),
    Act::of::<Fit>(
        ("unit", "fit"),
        "units",
        About::One,
        (
            "Record that a unit is built into another",
            "Consigner qu’une unité est montée dans une autre",
        ),
    ),
];

/// An item.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DescribeItem)]
pub(crate) struct DescribeItem {
    /// `name`, `source`, and where known `model`, `maker`, `marks`, `ratings`; `id` is given by the
    /// register when absent.
    #[schema(value_type = shapes::ItemFacts)]
    item: Value,
    /// First day on which it holds; today when absent.
    #[schema(value_type = Option<shapes::Day>)]
    effective_from: Option<Day>,
}

impl Body for DescribeItem {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("item", self.item)?;
        if !fields.contains_key("id") {
            let id =
                call.before
                    .next_number(call.actor, ACTION, ItemId::PREFIX, ItemId::numbered)?;
            fields.insert("id".into(), id.to_string().into());
        }
        let item: ItemFacts = strict::read("item", Value::Object(fields))?;
        let from = self
            .effective_from
            .map_or_else(|| call.before.today(), Ok)?;
        done(&call.desk.describe_item(call.actor, &item, from)?)
    }
}

/// A platform.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DescribePlatform)]
pub(crate) struct DescribePlatform {
    /// `id`, `name`, `source`, and where known `marks`, `integrator`, `classes`.
    #[schema(value_type = shapes::PlatformFacts)]
    platform: Value,
    /// First day on which it holds; today when absent.
    #[schema(value_type = Option<shapes::Day>)]
    effective_from: Option<Day>,
}

impl Body for DescribePlatform {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let platform: PlatformFacts = strict::read("platform", self.platform)?;
        let from = self
            .effective_from
            .map_or_else(|| call.before.today(), Ok)?;
        done(&call.desk.describe_platform(call.actor, &platform, from)?)
    }
}

/// A composition.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordComposition)]
pub(crate) struct Compose {
    /// `assembly`, as in `{"kind": "platform", "platform": "DRONE-1"}`, `component`,
    /// `quantity_per`, `validity`, `source`.
    #[schema(value_type = shapes::CompositionFacts)]
    composition: Value,
}

impl Body for Compose {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("composition", self.composition)?;
        by_and_on(call, &mut fields)?;
        let composition: Composition = strict::read("composition", Value::Object(fields))?;
        done(&call.desk.compose(call.actor, &composition)?)
    }
}

/// A unit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecordUnit)]
pub(crate) struct Mark {
    /// `serial`, `source`, and where known `item`, `maker`, `made`, `pieces` of a lot, and
    /// `left_under`. Without an `id`, what is said of a serial and maker that are recorded is said
    /// of that unit; a new one is numbered by the register.
    #[schema(value_type = shapes::UnitFacts)]
    unit: Value,
}

impl Body for Mark {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("unit", self.unit)?;
        by_and_on(call, &mut fields)?;
        if !fields.contains_key("id") {
            let id = bearing(call, &fields)?.map_or_else(
                || {
                    call.before
                        .next_number(call.actor, ACTION, UnitId::PREFIX, UnitId::numbered)
                },
                Ok,
            )?;
            fields.insert("id".into(), id.to_string().into());
        }
        let unit: UnitFacts = strict::read("unit", Value::Object(fields))?;
        done(&call.desk.mark_unit(call.actor, &unit)?)
    }
}

/// The unit that bears the serial of the same maker.
fn bearing(call: &Call<'_>, fields: &Map<String, Value>) -> Result<Option<UnitId>, DeskError> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let item: Option<ItemId> = read(text("item"), "item")?;
    let maker: Option<PartyId> = read(text("maker"), "maker")?;
    let serial = text("serial").unwrap_or_default();
    call.before
        .unit_bearing(serial, item.as_ref(), maker.as_ref())
}

fn read<T: std::str::FromStr>(text: Option<&str>, field: &str) -> Result<Option<T>, DeskError>
where
    T::Err: std::fmt::Display,
{
    let read = text.map(str::parse).transpose();
    read.map_err(|mistake| mistaken(field, mistake))
}

/// A fitting.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FitUnit)]
pub(crate) struct Fit {
    /// `parent`, `period`, `source`. The same parent and first day again correct what was said.
    #[schema(value_type = shapes::FittingFacts)]
    fitting: Value,
}

impl Body for Fit {
    fn perform(self, call: &Call<'_>) -> Result<Value, DeskError> {
        let mut fields = strict::fields("fitting", self.fitting)?;
        by_and_on(call, &mut fields)?;
        let unit: UnitId = about(call)?;
        strict::fill(&mut fields, "unit", unit.to_string())?;
        let fitting: Fitting = strict::read("fitting", Value::Object(fields))?;
        done(&call.desk.fit_unit(call.actor, &fitting)?)
    }
}

fn by_and_on(call: &Call<'_>, fields: &mut Map<String, Value>) -> Result<(), DeskError> {
    strict::fill(fields, "by", call.actor.officer.to_string())?;
    strict::fill(fields, "on", call.before.today()?.to_string())
}

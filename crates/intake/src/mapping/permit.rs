//! How a row of a foreign register becomes a permit line.

use std::collections::{BTreeMap, BTreeSet};

use domain::country::Country;
use domain::id::ProgrammeId;
use domain::money::Currency;
use domain::party::PartyRole;
use domain::permit::PermitKind;
use domain::quantity::Unit;
use serde::Deserialize;

use super::{Choice, CodesMap, Column, DayShape, StatedBy};

/// How a row becomes a permit line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitMap {
    /// The permit's number; none where the file gives none and the row's place stands for it.
    pub number: Option<Column>,
    /// What is put before the number to make the register's id, so that registers do not clash.
    #[serde(default)]
    pub id_prefix: String,
    /// What a row is.
    #[serde(default)]
    pub rows: RowsAre,
    /// What a number means that was issued before on another day.
    #[serde(default)]
    pub number_again: Again,
    /// The day of issue.
    pub issued_on: DayMap,
    /// The first day of validity.
    pub valid_from: Option<DayMap>,
    /// The last day of validity, or what [`PermitMap::last_day_is`] says.
    pub last_day: Option<DayMap>,
    /// What the column of the last day holds.
    #[serde(default)]
    pub last_day_is: LastDayIs,
    /// Months of validity from issue, where no last day is given.
    pub validity_months: Option<u16>,
    /// The kind of permit.
    pub kind: Choice<PermitKind>,
    /// The kind of a permit with several destinations, where that differs.
    pub several_destinations: Option<PermitKind>,
    /// The movement: the first of these that knows the word in its column.
    pub movement: Vec<Choice<MovementWord>>,
    /// The programme that the permit belongs to.
    pub programme: Option<Choice<ProgrammeId>>,
    /// The stated end use.
    pub end_use: Option<Column>,
    /// The parties named.
    #[serde(default)]
    pub party: Vec<NamedPartyMap>,
    /// Where the goods first go.
    pub destination: PlaceMap,
    /// Where they will be used.
    pub final_destination: Option<PlaceMap>,
    /// Where they come from.
    pub origin: Option<PlaceMap>,
    /// The end user's country.
    pub end_user_country: Option<PlaceMap>,
    /// The line's own columns.
    #[serde(default)]
    pub line: LineMap,
    /// The codes of the goods.
    pub codes: Option<CodesMap>,
    /// Columns kept beside the line as they are, and read by nothing.
    #[serde(default)]
    pub kept: Vec<Column>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowsAre {
    /// A line: rows with the same number, day of issue and terms are one permit.
    #[default]
    Lines,
    /// A permit of one line.
    Permits,
}

/// What a number means that was issued before on another day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Again {
    /// Another act (a renewal, a replacement), kept apart with its day added to the number.
    #[default]
    AnotherAct,
    /// Nothing that can be imported.
    SetAside,
}

/// What the column of the last day holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LastDayIs {
    /// The last day on which the permit is valid.
    #[default]
    LastDay,
    /// The first day on which it no longer is.
    FirstDayOut,
}

/// The movement, as maps write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MovementWord {
    /// The goods leave for good.
    Permanent,
    /// The goods must come back.
    Temporary,
    /// Technology is disclosed.
    Transfer,
    /// Arranging a movement between two foreign countries.
    Brokering,
    /// Passing through.
    Transit,
}

/// A column of days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayMap {
    /// The column.
    pub column: Column,
    /// The usual shapes.
    pub shapes: Vec<DayShape>,
    /// Shapes that are read too, as an assumption.
    #[serde(default)]
    pub other_shapes: Vec<DayShape>,
    /// Words that mean that there is no such day (`onbepaald`, `n/a`).
    #[serde(default)]
    pub none: Vec<String>,
}

/// Columns that name a party in a role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedPartyMap {
    /// The role.
    pub role: PartyRole,
    /// The column with the name.
    pub name: Column,
    /// The column with the country.
    pub country: Option<Column>,
    /// The column with the address.
    pub address: Option<Column>,
    /// What may stand between several names.
    #[serde(default)]
    pub separators: Vec<String>,
    /// Words for "not disclosed".
    #[serde(default)]
    pub undisclosed: Vec<String>,
}

/// Columns that name places.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceMap {
    /// The columns.
    #[serde(default)]
    pub columns: Vec<Column>,
    /// The places, where the file has no column.
    #[serde(default)]
    pub is: Vec<Country>,
    /// Who says what `is` says.
    #[serde(default)]
    pub stated_by: StatedBy,
    /// What blank cells mean.
    #[serde(default)]
    pub blank: BlankPlace,
    /// What a name means that cannot be read.
    #[serde(default)]
    pub unread: Unread,
}

/// What a blank place means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlankPlace {
    /// It is not disclosed.
    #[default]
    Undisclosed,
    /// It is the destination (for a final destination only).
    AsDestination,
    /// The row is set aside.
    SetAside,
}

/// What something means that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unread {
    /// The row is set aside.
    #[default]
    SetAside,
    /// It stays undisclosed, as an assumption.
    Undisclosed,
}

/// The line's own columns.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LineMap {
    /// The description; several columns are joined.
    pub description: Vec<Column>,
    /// The maker's model.
    pub model: Option<Column>,
    /// The quantity.
    pub quantity: Option<QuantityMap>,
    /// The value.
    pub value: Option<ValueMap>,
}

/// A column of quantities.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuantityMap {
    /// The column.
    pub column: Column,
    /// The unit: words of a column beside the codes of UN/ECE Recommendation 20, or one for all.
    pub unit: Choice<Unit>,
    /// Words that mean that the quantity is not disclosed.
    #[serde(default)]
    pub undisclosed: Vec<String>,
}

/// A column of values.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueMap {
    /// The column.
    pub column: Column,
    /// The currency: words of a column beside the codes of ISO 4217, or one for all.
    pub currency: Choice<Currency>,
    /// Signs that may stand beside the amount in its cell, with their currency.
    #[serde(default)]
    pub signs: BTreeMap<String, Currency>,
    /// What one of the file is in whole units of the currency (1000 for thousands).
    pub times: Option<u32>,
    /// Words that mean that the value is not disclosed.
    #[serde(default)]
    pub undisclosed: Vec<String>,
}

impl PlaceMap {
    /// The places of one column, where a blank is undisclosed and an unread name sets aside.
    #[must_use]
    pub fn of_column(column: Column) -> Self {
        Self {
            columns: vec![column],
            is: Vec::new(),
            stated_by: StatedBy::File,
            blank: BlankPlace::Undisclosed,
            unread: Unread::SetAside,
        }
    }
}

impl PermitMap {
    pub(super) fn columns<'m>(&'m self, into: &mut BTreeSet<&'m str>) {
        add(into, self.number.as_ref());
        let days = [
            Some(&self.issued_on),
            self.valid_from.as_ref(),
            self.last_day.as_ref(),
        ];
        into.extend(days.into_iter().flatten().map(|day| &*day.column));
        add(into, self.kind.column.as_ref());
        for movement in &self.movement {
            add(into, movement.column.as_ref());
        }
        add(
            into,
            self.programme
                .as_ref()
                .and_then(|choice| choice.column.as_ref()),
        );
        add(into, self.end_use.as_ref());
        for party in &self.party {
            into.insert(&party.name);
            add(into, party.country.as_ref());
            add(into, party.address.as_ref());
        }
        for place in self.places() {
            add(into, &place.columns);
        }
        add(into, &self.line.description);
        add(into, self.line.model.as_ref());
        if let Some(quantity) = &self.line.quantity {
            into.insert(&quantity.column);
            add(into, quantity.unit.column.as_ref());
        }
        if let Some(value) = &self.line.value {
            into.insert(&value.column);
            add(into, value.currency.column.as_ref());
        }
        if let Some(codes) = &self.codes {
            add(into, &codes.columns);
        }
        add(into, &self.kept);
    }

    /// The name of the number's column, empty where the file has none.
    pub(crate) fn number_column(&self) -> &str {
        self.number.as_deref().unwrap_or_default()
    }

    fn places(&self) -> impl Iterator<Item = &PlaceMap> {
        std::iter::once(&self.destination)
            .chain(&self.final_destination)
            .chain(&self.origin)
            .chain(&self.end_user_country)
    }

    pub(super) fn check(&self) -> Result<(), String> {
        for place in self.places() {
            if place.columns.is_empty() == place.is.is_empty() {
                return Err("a place needs either `columns` or `is`".to_owned());
            }
        }
        let final_only = |place: Option<&PlaceMap>| {
            place.is_some_and(|place| place.blank == BlankPlace::AsDestination)
        };
        if final_only(Some(&self.destination))
            || final_only(self.origin.as_ref())
            || final_only(self.end_user_country.as_ref())
        {
            return Err("only a final destination can be `as-destination` when blank".to_owned());
        }
        if self.movement.is_empty() {
            return Err("`permit.movement` needs at least one entry".to_owned());
        }
        let days = [
            Some(&self.issued_on),
            self.valid_from.as_ref(),
            self.last_day.as_ref(),
        ];
        if days.into_iter().flatten().any(|day| day.shapes.is_empty()) {
            return Err("a day needs at least one shape".to_owned());
        }
        let mut once = BTreeSet::new();
        for party in &self.party {
            let is_single = matches!(
                party.role,
                PartyRole::Exporter | PartyRole::EndUser | PartyRole::Integrator
            );
            if is_single && (!once.insert(party.role) || !party.separators.is_empty()) {
                return Err("an exporter, end user or integrator is one name in one column".into());
            }
        }
        if self.number.is_none() && self.id_prefix.is_empty() {
            return Err("without `permit.number`, `permit.id_prefix` must tell files apart".into());
        }
        if domain::id::PermitId::new(&format!("{}1", self.id_prefix)).is_err() {
            return Err("`permit.id_prefix` has characters that an id cannot have".to_owned());
        }
        self.codes.as_ref().map_or(Ok(()), CodesMap::check)
    }
}

fn add<'m>(into: &mut BTreeSet<&'m str>, columns: impl IntoIterator<Item = &'m Column>) {
    into.extend(columns.into_iter().map(|column| &**column));
}

//! How a row of a foreign register becomes a permit line.

use std::collections::{BTreeMap, BTreeSet};

use domain::country::Country;
use domain::id::ProgrammeId;
use domain::money::Currency;
use domain::party::PartyRole;
use domain::permit::PermitKind;
use domain::quantity::Unit;
use domain::time::Day;
use serde::Deserialize;

use super::{Choice, CodesMap, Column, Columns, DayShape, Skip, StatedBy, Unfit};

/// How a row becomes a permit line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitMap {
    /// The permit's number, of one column or several; none where the file gives none and the
    /// row's place stands for it.
    pub number: Option<Columns>,
    /// What is put before the number to make the register's id, so that registers do not clash.
    #[serde(default)]
    pub id_prefix: String,
    /// What a row is.
    #[serde(default)]
    pub rows: RowsAre,
    /// What a number means that was issued before on another day.
    #[serde(default)]
    pub number_again: Again,
    /// Rows of which no permit in force is made, as refusals are none.
    #[serde(default)]
    pub set_aside: Vec<SetAside>,
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
    /// A part: rows with the same number and day of issue are one permit to all their places and
    /// parties together, which is an assumption where they differ.
    Parts,
}

/// Rows of which no permit in force is made: told by a column, as rows to skip are.
pub type SetAside = Skip;

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

/// A column of days, or a day for all rows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayMap {
    /// The column; the cells of several are joined by hyphens.
    pub column: Option<Columns>,
    /// The day of every row, where the file has no column.
    pub is: Option<Day>,
    /// Who says what `is` says.
    #[serde(default)]
    pub stated_by: StatedBy,
    /// The usual shapes.
    #[serde(default)]
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
    pub name: Option<Column>,
    /// The name in every row, where the file has no column.
    pub is: Option<String>,
    /// Who says what `is` says.
    #[serde(default)]
    pub stated_by: StatedBy,
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
    #[serde(default)]
    pub unit: Choice<Unit>,
    /// Words that may stand after the amount in its cell, with their unit.
    #[serde(default)]
    pub words: BTreeMap<String, Unit>,
    /// Words that mean that the quantity is not disclosed.
    #[serde(default)]
    pub undisclosed: Vec<String>,
    /// What an amount means that cannot be read.
    #[serde(default)]
    pub unread: Unread,
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
    /// What an amount means that cannot be read.
    #[serde(default)]
    pub unread: Unread,
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
        let columns = self.number.iter();
        let columns = columns.chain(self.days().filter_map(|day| day.column.as_ref()));
        add(into, columns.flat_map(Columns::all));
        add(into, self.set_aside.iter().map(|aside| &aside.column));
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
            add(into, party.name.as_ref());
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
        self.number.as_ref().map(Columns::first).unwrap_or_default()
    }

    fn days(&self) -> impl Iterator<Item = &DayMap> {
        std::iter::once(&self.issued_on)
            .chain(&self.valid_from)
            .chain(&self.last_day)
    }

    fn places(&self) -> impl Iterator<Item = &PlaceMap> {
        std::iter::once(&self.destination)
            .chain(&self.final_destination)
            .chain(&self.origin)
            .chain(&self.end_user_country)
    }

    pub(super) fn check(&self) -> Result<(), Unfit> {
        self.check_places()?;
        self.check_parties()?;
        if self.movement.is_empty() {
            return Err(Unfit::empty("permit.movement"));
        }
        for day in self.days() {
            let is_read = day.column.as_ref().is_some_and(|column| column.count() > 0);
            if is_read == day.is.is_some() {
                return Err(Unfit::either(
                    "issued_on, valid_from, last_day",
                    "column",
                    "is",
                ));
            }
            if is_read && day.shapes.is_empty() {
                return Err(Unfit::empty("shapes"));
            }
        }
        if self.number.is_none() && self.id_prefix.is_empty() {
            return Err(Unfit::prefix());
        }
        if self
            .number
            .as_ref()
            .is_some_and(|number| number.count() == 0)
        {
            return Err(Unfit::empty("permit.number"));
        }
        if domain::id::PermitId::new(&format!("{}1", self.id_prefix)).is_err() {
            return Err(Unfit::id_prefix());
        }
        self.codes.as_ref().map_or(Ok(()), CodesMap::check)
    }

    fn check_places(&self) -> Result<(), Unfit> {
        for place in self.places() {
            if place.columns.is_empty() == place.is.is_empty() {
                return Err(Unfit::either("destination, origin…", "columns", "is"));
            }
        }
        let final_only = |place: Option<&PlaceMap>| {
            place.is_some_and(|place| place.blank == BlankPlace::AsDestination)
        };
        if final_only(Some(&self.destination))
            || final_only(self.origin.as_ref())
            || final_only(self.end_user_country.as_ref())
        {
            return Err(Unfit::as_destination());
        }
        Ok(())
    }

    fn check_parties(&self) -> Result<(), Unfit> {
        let mut once = BTreeSet::new();
        for party in &self.party {
            if party.name.is_none() == party.is.is_none() {
                return Err(Unfit::either("permit.party", "name", "is"));
            }
            let is_single = matches!(
                party.role,
                PartyRole::Exporter | PartyRole::EndUser | PartyRole::Integrator
            );
            if is_single && !once.insert(party.role) {
                return Err(Unfit::single(word_of(party.role)));
            }
            if matches!(party.role, PartyRole::Exporter | PartyRole::Integrator)
                && !party.separators.is_empty()
            {
                return Err(Unfit::single(word_of(party.role)));
            }
            if party.separators.iter().any(String::is_empty) {
                return Err(Unfit::separators("permit.party"));
            }
        }
        Ok(())
    }
}

/// How maps write a role that one party has.
const fn word_of(role: PartyRole) -> &'static str {
    match role {
        PartyRole::Exporter => "exporter",
        PartyRole::EndUser => "end-user",
        _ => "integrator",
    }
}

fn add<'m>(into: &mut BTreeSet<&'m str>, columns: impl IntoIterator<Item = &'m Column>) {
    into.extend(columns.into_iter().map(|column| &**column));
}

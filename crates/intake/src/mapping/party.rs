//! How a row of a foreign list becomes a party.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Choice, Column, PlaceMap, Unfit};

/// How a row becomes a party.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyMap {
    /// The name.
    pub name: Column,
    /// The country.
    pub country: Option<PlaceMap>,
    /// The address.
    pub address: Option<Column>,
    /// Other names.
    pub aliases: Option<ListColumn>,
    /// What it does, as short keys.
    pub activities: Option<ListColumn>,
    /// Identifiers given by others.
    #[serde(default)]
    pub identifier: Vec<Identifier>,
    /// Whether it is a government or its armed forces.
    pub is_government: Option<Choice<bool>>,
}

/// A column with several values.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListColumn {
    /// The column.
    pub column: Column,
    /// What stands between the values.
    #[serde(default)]
    pub separators: Vec<String>,
}

/// A column of identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// Who gives them, as a short key (`lei`, `business-number`).
    pub scheme: String,
    /// The column.
    pub column: Column,
}

impl PartyMap {
    pub(super) fn columns<'m>(&'m self, into: &mut BTreeSet<&'m str>) {
        into.insert(&self.name);
        let lists = [self.aliases.as_ref(), self.activities.as_ref()];
        into.extend(lists.into_iter().flatten().map(|list| &*list.column));
        into.extend(self.address.as_deref());
        into.extend(self.identifier.iter().map(|identifier| &*identifier.column));
        if let Some(country) = &self.country {
            into.extend(country.columns.iter().map(|column| &**column));
        }
        if let Some(Choice {
            column: Some(column),
            ..
        }) = &self.is_government
        {
            into.insert(column);
        }
    }

    pub(super) fn check(&self) -> Result<(), Unfit> {
        let lists = [self.aliases.as_ref(), self.activities.as_ref()];
        let separators = lists
            .into_iter()
            .flatten()
            .flat_map(|list| &list.separators);
        if separators.into_iter().any(String::is_empty) {
            return Err(Unfit::separators("separators"));
        }
        Ok(())
    }
}

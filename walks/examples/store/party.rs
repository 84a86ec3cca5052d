//! The parties of a generated register: exporters at home, consignees and end users abroad.

use std::collections::BTreeSet;

use domain::country::Country;
use domain::id::PartyId;
use domain::party::{Basis, Party, PartyVersion};
use domain::time::Day;

use crate::Trouble;
use crate::draw::Draw;

/// Where goods go, by weight: much to a few, a little to many.
const COUNTRIES: [(&str, u64); 40] = [
    ("US", 90),
    ("GB", 80),
    ("DE", 75),
    ("FR", 70),
    ("AU", 60),
    ("NL", 45),
    ("IT", 45),
    ("NO", 40),
    ("SE", 35),
    ("ES", 35),
    ("PL", 30),
    ("JP", 30),
    ("KR", 30),
    ("BE", 25),
    ("DK", 25),
    ("FI", 25),
    ("CH", 25),
    ("TR", 20),
    ("SG", 20),
    ("NZ", 20),
    ("GR", 15),
    ("PT", 15),
    ("CZ", 15),
    ("RO", 12),
    ("AT", 12),
    ("BR", 10),
    ("CL", 10),
    ("IN", 10),
    ("MY", 8),
    ("ZA", 8),
    ("AE", 8),
    ("TH", 6),
    ("ID", 6),
    ("MX", 6),
    ("PH", 4),
    ("JO", 4),
    ("MA", 4),
    ("PE", 3),
    ("CO", 3),
    ("BG", 3),
];

/// The parties: how many of each kind, all drawn from the seed.
pub struct Town {
    /// From which everything is drawn.
    pub seed: u64,
    exporters: u64,
    consignees: u64,
    end_users: u64,
}

impl Town {
    /// A town whose size suits so many permits.
    pub fn new(seed: u64, permits: u64) -> Self {
        Self {
            seed,
            exporters: (permits / 500).max(20),
            consignees: (permits / 100).max(50),
            end_users: (permits / 200).max(30),
        }
    }

    /// How many parties there are.
    pub fn size(&self) -> u64 {
        self.exporters + self.consignees + self.end_users
    }

    /// An exporter, the large ones more often.
    pub fn exporter(&self, draw: &mut Draw) -> Result<PartyId, Trouble> {
        id("EXP", draw.skewed(self.exporters))
    }

    /// A consignee, with its country.
    pub fn consignee(&self, draw: &mut Draw) -> Result<(PartyId, Country), Trouble> {
        let number = draw.skewed(self.consignees);
        Ok((id("CSG", number)?, self.country_of("CSG", number)?))
    }

    /// An end user, with its country.
    pub fn end_user(&self, draw: &mut Draw) -> Result<(PartyId, Country), Trouble> {
        let number = draw.skewed(self.end_users);
        Ok((id("USR", number)?, self.country_of("USR", number)?))
    }

    fn country_of(&self, kind: &str, number: u64) -> Result<Country, Trouble> {
        let mut draw = Draw::of(self.seed, kind, number);
        let code = draw.weighted(&COUNTRIES).ok_or("there is no country")?;
        Ok(Country::new(code)?)
    }

    /// Every party, as it is first known.
    pub fn versions(&self) -> impl Iterator<Item = Result<PartyVersion, Trouble>> + '_ {
        let exporters = (0..self.exporters).map(|number| ("EXP", "Synthetic Exporter", number));
        let consignees = (0..self.consignees).map(|number| ("CSG", "Synthetic Consignee", number));
        let end_users = (0..self.end_users).map(|number| ("USR", "Synthetic End User", number));
        exporters
            .chain(consignees)
            .chain(end_users)
            .map(|(kind, name, number)| self.version(kind, name, number))
    }

    fn version(&self, kind: &str, name: &str, number: u64) -> Result<PartyVersion, Trouble> {
        let mut draw = Draw::of(self.seed, "facts", number);
        let country = match kind {
            "EXP" => Country::new("CA")?,
            _ => self.country_of(kind, number)?,
        };
        let mut activities = BTreeSet::new();
        if kind != "EXP" && draw.per_mille(20) {
            activities.insert("builds-uav".to_owned());
        }
        let facts = Party {
            id: id(kind, number)?,
            name: format!("{name} {number}"),
            aliases: BTreeSet::new(),
            country: Some(country),
            address: Some(format!("{number} Synthetic Street")),
            identifiers: BTreeSet::from([format!("synthetic:{kind}{number}")]),
            activities,
            is_government: kind == "USR" && draw.per_mille(400),
            branch_of: None,
            owners: BTreeSet::new(),
            basis: Some(Basis::Synthetic),
        };
        Ok(PartyVersion {
            effective_from: Day::new(2018, 1, 1)?,
            facts,
        })
    }
}

fn id(kind: &str, number: u64) -> Result<PartyId, Trouble> {
    Ok(PartyId::new(&format!("PTY-{kind}-{number:06}"))?)
}

//! What is proposed: a kind, a value, the passage, and the rule that made it. Never a fact.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::passages::Spot;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident: $key:literal, $en:literal, $fr:literal;)+) => {
        /// What a passage speaks of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind {
            $($(#[$doc])* #[serde(rename = $key)] $name),+
        }

        impl Kind {
            /// Every kind, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The key, as in JSON.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),+ }
            }

            /// Several of them, in English and French.
            #[must_use]
            pub const fn plural(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($en, $fr)),+ }
            }
        }
    };
}

kinds! {
    /// The document's own day.
    DocumentDay: "document-day", "day of the document", "date du document";
    /// A country, by its name or by what belongs to it.
    Country: "country", "countries", "pays";
    /// A region or district of the list of places.
    Place: "place", "places", "lieux";
    /// A party of the register.
    Party: "party", "parties of the register", "parties du registre";
    /// An item, model, mark or platform of the catalogue.
    Item: "item", "items, marks and platforms", "articles, marquages et plateformes";
    /// An entry of a control list.
    Entry: "entry", "list entries", "entrées de liste";
    /// A serial number.
    Serial: "serial", "serial numbers", "numéros de série";
    /// What an authority did, did not do or may do about permits.
    Act: "act", "acts on permits", "actes sur les licences";
    /// The day or days of such an act.
    ActDay: "act-day", "days of these acts", "dates de ces actes";
    /// A day or period.
    Day: "day", "days and periods", "dates et périodes";
    /// How long something took.
    Duration: "duration", "durations", "durées";
    /// A paragraph of what somebody is quoted as saying.
    Statement: "statement", "quoted statements", "déclarations citées";
    /// Who is quoted.
    Speaker: "speaker", "who is quoted", "personnes citées";
    /// An assurance or undertaking.
    Assurance: "assurance", "assurances", "assurances";
    /// A review, inquiry or investigation.
    Review: "review", "reviews and inquiries", "examens et enquêtes";
    /// Consultations between authorities.
    Dialogue: "dialogue", "dialogues", "dialogues";
    /// What a rule does not reach.
    Exception: "exception", "exceptions", "exceptions";
    /// A humanitarian mission or report: it carries no weight on any permit.
    Humanitarian: "humanitarian", "humanitarian reports", "rapports humanitaires";
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// One thing that a text speaks of, with the passage that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its number in this reading, from 1, in the order of the text.
    pub no: u32,
    /// What kind of thing.
    pub kind: Kind,
    /// Which: a code, an id, a period, an act.
    pub value: String,
    /// The passage, word for word, and where it stands.
    pub passage: Spot,
    /// The rule that proposes it.
    pub rule: String,
    /// What else the passage says of it, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

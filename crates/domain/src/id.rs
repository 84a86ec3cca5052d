//! Identifiers: one type per thing, shown with a prefix, never bare strings.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest identifier accepted, in bytes: the longest real permit number met in a public register
/// has 17 characters; 64 leaves room for an authority's prefix and a line suffix.
pub const ID_BYTES_MAX: usize = 64;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is not an identifier: expected 1 to {ID_BYTES_MAX} letters, digits, or `-` `_` `.` `/` `:` `@` `(` `)`"
)]
pub struct IdMistake {
    /// The text as given, cut to a readable length.
    pub given: String,
}

/// Checks the common shape of identifiers.
///
/// # Errors
/// Refuses an empty or overlong text, and any character outside the small set that is safe in
/// addresses, file names and policies.
pub fn check_shape(text: &str) -> Result<(), IdMistake> {
    let fits = !text.is_empty() && text.len() <= ID_BYTES_MAX;
    let clean = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_./:@()".contains(c));
    if fits && clean {
        Ok(())
    } else {
        Err(IdMistake {
            given: text.chars().take(ID_BYTES_MAX).collect(),
        })
    }
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// The prefix of numbers that the register itself gives.
            pub const PREFIX: &'static str = $prefix;

            /// Reads an identifier.
            ///
            /// # Errors
            /// See [`check_shape`].
            pub fn new(text: &str) -> Result<Self, IdMistake> {
                check_shape(text)?;
                Ok(Self(text.into()))
            }

            /// The number that the register gives to the `sequence`-th thing of a year.
            #[must_use]
            pub fn numbered(year: i16, sequence: u64) -> Self {
                Self(format!("{}-{year:04}-{sequence:06}", $prefix).into())
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdMistake;
            fn from_str(text: &str) -> Result<Self, IdMistake> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdMistake;
            fn try_from(text: String) -> Result<Self, IdMistake> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.into()
            }
        }
    };
}

identifier!(/// A request for a permit.
    ApplicationId, "APP");
identifier!(/// The authority's act allowing exports; an authority's own number is kept as it is.
    PermitId, "PMT");
identifier!(/// A person or body in the counterparty register.
    PartyId, "PTY");
identifier!(/// A person who acts for the authority, a consulted body or a customs office.
    OfficerId, "OFF");
identifier!(/// A signed undertaking about end use.
    AssuranceId, "ASR");
identifier!(/// A policy measure: what the authority orders about applications in a scope.
    MeasureId, "MSR");
identifier!(/// A permit order: amend, suspend, cancel, reinstate or annul.
    OrderId, "ORD");
identifier!(/// One signed decision; it may lift and make several measures.
    DecisionId, "DCN");
identifier!(/// A review of a frozen set of permits.
    ReviewId, "REV");
identifier!(/// A dialogue between two authorities.
    DialogueId, "DLG");
identifier!(/// Material with a source, a custody and a grade.
    EvidenceId, "EVD");
identifier!(/// A claim that gathers evidence.
    AllegationId, "ALG");
identifier!(/// An investigation opened on an allegation.
    InvestigationId, "INV");
identifier!(/// What is held about evidence, question by question.
    FindingId, "FND");
identifier!(/// A determination of risk under the criteria of the statute.
    RiskId, "RSK");
identifier!(/// A consignment with its customs statement, and what was reserved for it.
    ShipmentId, "SHP");
identifier!(/// A served paper.
    NoticeId, "NTC");
identifier!(/// What is owed by whom by when.
    DutyId, "DTY");
identifier!(/// A standing request to be told of what happens.
    SubscriptionId, "WHK");
identifier!(/// A key with which a program signs what it sends.
    SigningKeyId, "KEY");
identifier!(/// A customs office.
    OfficeId, "OFC");
identifier!(/// A cooperation programme (NATO and the like).
    ProgrammeId, "PRG");
identifier!(/// A platform that a component goes into (an aircraft type, a vehicle).
    PlatformId, "PLT");
identifier!(/// An item of the catalogue: a model of one maker.
    ItemId, "ITM");
identifier!(/// A unit or a lot that bears a serial.
    UnitId, "UNT");
identifier!(/// A set of countries named by a regime.
    CountryGroupId, "GRP");
identifier!(/// A kind of supporting document (end-use certificate, import certificate...).
    DocumentKind, "DOC");
identifier!(/// A stated ground for an act, from the authority's vocabulary.
    Ground, "GRD");
identifier!(/// A compartment: who may open what is sealed in it.
    CompartmentId, "CMP");
identifier!(/// A request for information to an exporter, a state or another authority.
    RequestId, "RQS");
identifier!(/// A visit to where items are.
    VisitId, "VST");
identifier!(/// A question asked of evidence or a criterion of the statute.
    QuestionId, "QST");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_short_and_plain() {
        assert!(PermitId::new("P-001").is_ok());
        assert!(PermitId::new("").is_err());
        assert!(PermitId::new("a b").is_err());
        assert!(PermitId::new("é").is_err());
        assert!(PermitId::new(&"x".repeat(ID_BYTES_MAX)).is_ok());
        assert!(PermitId::new(&"x".repeat(ID_BYTES_MAX + 1)).is_err());
    }

    #[test]
    fn a_number_given_by_the_register_shows_its_kind_and_year() {
        assert_eq!(PermitId::numbered(2027, 123).to_string(), "PMT-2027-000123");
    }

    #[test]
    fn an_identifier_read_from_json_is_checked() {
        assert!(serde_json::from_str::<PermitId>("\"P 1\"").is_err());
    }
}

//! One step of a path: what it is, how sure it is by itself, and how a person reads it.

use domain::evidence::LinkConfidence;
use domain::language::Bilingual;
use serde::{Deserialize, Serialize};

use crate::edges::Relation;

/// What leads from one thing of a path to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The question names it.
    Asked,
    /// An officer accepted a link to it.
    Linked,
    /// The serial read in part may be this one.
    MayBe,
    /// It is built into this, by model.
    PartOf,
    /// It contains this, by model.
    Contains,
    /// It is called or marked so.
    Marked,
    /// This is called or marked so.
    MarkOf,
    /// A line speaks of it.
    NamedBy,
    /// This bears the serial.
    BorneBy,
    /// It is a unit of this item.
    UnitOf,
    /// This is a unit of it.
    HasUnit,
    /// It left under this.
    LeftUnder,
    /// This left under it.
    Took,
    /// It is built into this unit.
    BuiltInto,
    /// It holds this unit.
    Holds,
    /// It is a line of this.
    LineOf,
    /// It has this line.
    HasLine,
    /// It was issued on this application.
    IssuedOn,
    /// It became this permit.
    Became,
    /// It rests on this assurance.
    RestsOn,
    /// It supports this.
    Supports,
    /// This shipment draws on it.
    DrawnBy,
    /// It draws on this line.
    Draws,
    /// It is named there, or this is, as exporter.
    AsExporter,
    /// The same, as consignee.
    AsConsignee,
    /// The same, as intermediate consignee.
    AsIntermediate,
    /// The same, as end user.
    AsEndUser,
    /// The same, as integrator.
    AsIntegrator,
    /// The same, as broker.
    AsBroker,
    /// It is, or this is, a place of destination.
    GoesTo,
    /// It resides there, or this resides in it.
    Resides,
    /// The platform that it goes into, by the permit.
    GoesInto,
    /// It builds this, or is built by it.
    Builds,
    /// It gave this assurance.
    Gave,
}

impl Step {
    /// The step by the role of a party.
    pub(crate) const fn of_role(role: Relation) -> Self {
        match role {
            Relation::Consignee => Self::AsConsignee,
            Relation::Intermediate => Self::AsIntermediate,
            Relation::EndUser => Self::AsEndUser,
            Relation::Integrator => Self::AsIntegrator,
            Relation::Broker => Self::AsBroker,
            _ => Self::AsExporter,
        }
    }

    /// Whether nothing is gone to after it, on a walk to what is reached.
    pub(crate) const fn is_last(self) -> bool {
        matches!(self, Self::DrawnBy | Self::RestsOn)
    }

    /// Whether it leads to a paper, a line or a shipment, on a walk to what is reached.
    pub(crate) const fn leads_to_paper(self) -> bool {
        matches!(
            self,
            Self::NamedBy
                | Self::LineOf
                | Self::HasLine
                | Self::DrawnBy
                | Self::Draws
                | Self::IssuedOn
                | Self::Became
                | Self::RestsOn
                | Self::Supports
                | Self::LeftUnder
        )
    }

    /// How a person reads it, between what stands before and what comes after.
    #[must_use]
    pub fn says(self) -> Bilingual {
        let (en, fr) = match self {
            Self::Asked => ("asked", "demandé"),
            Self::Linked => ("accepted link to", "lien accepté vers"),
            Self::MayBe => ("may read", "peut se lire"),
            Self::PartOf => ("is a part of", "fait partie de"),
            Self::Contains => ("contains", "contient"),
            Self::Marked => ("is marked", "porte la marque"),
            Self::MarkOf => ("is the mark of", "est la marque de"),
            Self::NamedBy => ("is named by", "est nommé par"),
            Self::BorneBy => ("is borne by", "est porté par"),
            Self::UnitOf => ("is a unit of", "est une unité de"),
            Self::HasUnit => ("has the unit", "compte l’unité"),
            Self::LeftUnder => ("left under", "est sorti sous"),
            Self::Took => ("took out", "a fait sortir"),
            Self::BuiltInto => ("is built into", "est monté dans"),
            Self::Holds => ("holds", "renferme"),
            Self::LineOf => ("is a line of", "est une ligne de"),
            Self::HasLine => ("has the line", "a pour ligne"),
            Self::IssuedOn => ("was issued on", "a été délivrée sur"),
            Self::Became => ("became", "est devenue"),
            Self::RestsOn => ("rests on", "repose sur"),
            Self::Supports => ("supports", "appuie"),
            Self::DrawnBy => ("is drawn on by", "est imputée par"),
            Self::Draws => ("draws on", "s’impute sur"),
            Self::AsExporter => ("exporter", "exportateur"),
            Self::AsConsignee => ("consignee", "consignataire"),
            Self::AsIntermediate => ("intermediate consignee", "destinataire intermédiaire"),
            Self::AsEndUser => ("end user", "utilisateur final"),
            Self::AsIntegrator => ("integrator", "intégrateur"),
            Self::AsBroker => ("broker", "courtier"),
            Self::GoesTo => ("destination", "destination"),
            Self::Resides => ("residence", "résidence"),
            Self::GoesInto => ("goes into", "va dans"),
            Self::Builds => ("builder", "constructeur"),
            Self::Gave => ("gave", "a donné"),
        };
        Bilingual::new(en, fr)
    }

    /// How sure the step is wherever it stands, when nothing else is known. What speaks of a model,
    /// a name on a paper or a place ties no object to it.
    pub(crate) const fn grade(self) -> LinkConfidence {
        match self {
            Self::MayBe
            | Self::PartOf
            | Self::Contains
            | Self::NamedBy
            | Self::HasUnit
            | Self::DrawnBy
            | Self::AsExporter
            | Self::AsConsignee
            | Self::AsIntermediate
            | Self::AsEndUser
            | Self::AsIntegrator
            | Self::AsBroker
            | Self::GoesTo
            | Self::GoesInto
            | Self::Builds
            | Self::Gave => LinkConfidence::Category,
            Self::Asked
            | Self::Linked
            | Self::Marked
            | Self::MarkOf
            | Self::BorneBy
            | Self::UnitOf
            | Self::LeftUnder
            | Self::Took
            | Self::BuiltInto
            | Self::Holds
            | Self::LineOf
            | Self::HasLine
            | Self::IssuedOn
            | Self::Became
            | Self::RestsOn
            | Self::Supports
            | Self::Draws
            | Self::Resides => LinkConfidence::Strong,
        }
    }
}

/// How a grade is called, in English and French.
pub(crate) const fn grade_called(grade: LinkConfidence) -> (&'static str, &'static str) {
    match grade {
        LinkConfidence::Strong => ("strong", "fort"),
        LinkConfidence::Inferred => ("inferred", "inféré"),
        LinkConfidence::Category => ("category", "catégorie"),
    }
}

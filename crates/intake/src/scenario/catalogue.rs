//! The catalogue of a case: items, platforms and what they are built of; and what is learned of units
//! and from reports.

use domain::control_list::EntryId;
use domain::party::Basis;
use serde::Deserialize;

use super::events::CONFIDENCE;
use super::format::{BASIS, noun};
use super::shape::{Key, Kind, Part, Shape, may, must};
use super::{At, When};

/// What a case knows of things.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Items: each a model of one maker.
    #[serde(default)]
    pub items: Vec<ItemSpec>,
    /// Platforms.
    #[serde(default)]
    pub platforms: Vec<PlatformSpec>,
    /// What is built into what.
    #[serde(default)]
    pub parts: Vec<PartSpec>,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Its key.
    pub id: String,
    /// What it is, in words.
    pub name: String,
    /// The maker's model.
    #[serde(default)]
    pub model: Option<String>,
    /// Who makes it.
    #[serde(default)]
    pub maker: Option<String>,
    /// Marks on it that differ from the model.
    #[serde(default)]
    pub marks: Vec<String>,
    /// Entries under which such an item was rated.
    #[serde(default)]
    pub entries: Vec<EntryId>,
    /// Where this is known from.
    #[serde(default)]
    pub source: Option<String>,
    /// How solid.
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// A platform.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// Its key, as permits name it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Other names and marks.
    #[serde(default)]
    pub marks: Vec<String>,
    /// Who builds it.
    #[serde(default)]
    pub integrator: Option<String>,
    /// What it is.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Where this is known from.
    #[serde(default)]
    pub source: Option<String>,
    /// How solid.
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// That an item is built into a platform or another item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartSpec {
    /// Where it stands.
    #[serde(default)]
    pub at: At,
    /// The item that is built in.
    pub part: String,
    /// The platform that it is built into.
    #[serde(default)]
    pub platform: Option<String>,
    /// The item that it is built into.
    #[serde(default)]
    pub item: Option<String>,
    /// How many in each; 1 when absent.
    #[serde(default)]
    pub qty: Option<u32>,
    /// First day on which it is built so; the first day of the case when absent.
    #[serde(default)]
    pub from: Option<When>,
    /// First day on which it is so no more.
    #[serde(default)]
    pub until: Option<When>,
    /// Where this is known from.
    #[serde(default)]
    pub source: Option<String>,
    /// How solid.
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// Where something is known from, and how solid it is.
const KNOWN: &[Key] = &[may("source", Shape::Text), may("basis", BASIS)];

pub(super) static CATALOGUE: Part = Part {
    noun: noun("the catalogue", "le catalogue"),
    keys: &[&[
        may("items", Shape::Several(&Shape::Part(&ITEM))),
        may("platforms", Shape::Several(&Shape::Part(&PLATFORM))),
        may("parts", Shape::Several(&Shape::Part(&PART))),
    ]],
};

static ITEM: Part = Part {
    noun: noun("an item", "un article"),
    keys: &[
        &[
            must("id", Shape::Gives(Kind::Item)),
            must("name", Shape::Text),
            may("model", Shape::Text),
            may("maker", Shape::Uses(Kind::Party)),
            may("marks", Shape::Several(&Shape::Text)),
            may("entries", Shape::Several(&Shape::Entry)),
        ],
        KNOWN,
    ],
};

static PLATFORM: Part = Part {
    noun: noun("a platform", "une plateforme"),
    keys: &[
        &[
            must("id", Shape::Gives(Kind::Platform)),
            must("name", Shape::Text),
            may("marks", Shape::Several(&Shape::Text)),
            may("integrator", Shape::Uses(Kind::Party)),
            may("classes", Shape::Several(&Shape::Own(Kind::PlatformClass))),
        ],
        KNOWN,
    ],
};

static PART: Part = Part {
    noun: noun("a part", "une pièce"),
    keys: &[
        &[
            must("part", Shape::Uses(Kind::Item)),
            may("platform", Shape::Uses(Kind::Platform)),
            may("item", Shape::Uses(Kind::Item)),
            may("qty", Shape::Whole),
            may("from", Shape::When),
            may("until", Shape::When),
        ],
        KNOWN,
    ],
};

/// What is learned of a unit.
pub(super) const UNIT: &[Key] = &[
    must("serial", Shape::Text),
    must("item", Shape::Uses(Kind::Item)),
    may("made", Shape::Text),
    may("permit", Shape::Uses(Kind::Permit)),
    may("line", Shape::Whole),
    may("built_into", Shape::Uses(Kind::Event)),
    may("source", Shape::Text),
];

/// What a report brings.
pub(super) const REPORT: &[Key] = &[
    may("source", Shape::Text),
    may("actor", Shape::Text),
    may("item", Shape::Text),
    may("serial", Shape::Text),
    may("consignee", Shape::Uses(Kind::Party)),
    may("made", Shape::Text),
    may("fitted", Shape::Text),
    may("hours", Shape::Whole),
    may("found_in", Shape::Text),
    may("places", Shape::Several(&Shape::Text)),
    may("purpose", Shape::AnyWord(&["humanitarian"])),
    may("admiralty", Shape::Text),
    may("article", Shape::Block),
    may("link", Shape::Part(&LINK)),
];

static LINK: Part = Part {
    noun: noun("a link", "un lien"),
    keys: &[&[
        must("permit", Shape::Uses(Kind::Permit)),
        must("confidence", CONFIDENCE),
        may("reasons", Shape::Text),
    ]],
};

/// How sure it is that a permit is reached, or that it is not.
pub(super) const REACHES: Shape = Shape::Word(
    noun(
        "how a permit is reached",
        "la façon dont une licence est atteinte",
    ),
    &["strong", "inferred", "category", "nothing"],
);

//! The parts of a case and their keys, events apart: `docs/scenario-format.md` as data.

use super::catalogue::CATALOGUE;
use super::shape::{Key, Kind, Part, Shape, may, must};
use super::wrong::Noun;

pub(super) const fn noun(en: &'static str, fr: &'static str) -> Noun {
    Noun { en, fr }
}

pub(super) const BASIS: Shape = Shape::Word(
    noun("a word of `basis`", "un mot de `basis`"),
    &["fact", "press", "inferred", "synthetic"],
);

pub(super) const PERMIT_KIND: Shape = Shape::Word(
    noun("a kind of permit", "un genre de licence"),
    &["individual", "multiple-destination", "general"],
);

const APPLICATION_KIND: Shape = Shape::Word(
    noun(
        "a kind of permit that is applied for",
        "un genre de licence que l’on demande",
    ),
    &["individual", "multiple-destination"],
);

pub(super) const ROLES: &[&str] = &["authority", "consulted", "exporter", "consignee", "assurer"];

/// Words that an exception may be, besides a programme.
pub(super) const EXCEPTION_WORDS: &[&str] =
    &["exceptional_circumstances", "nato_cooperation_programme"];

pub(super) const ORDER_KINDS: Shape = Shape::Word(
    noun("a kind of order", "un genre d’arrêté"),
    &["amend", "suspend", "cancel", "reinstate", "annul"],
);

const POWERS: Shape = Shape::Word(
    noun("what an authority does", "ce que fait une autorité"),
    &[
        "amend",
        "suspend",
        "cancel",
        "reinstate",
        "annul",
        "policy",
        "general",
        "release",
    ],
);

pub(super) static WORDS: Part = Part {
    noun: noun("words for people", "mots pour les personnes"),
    keys: &[&[must("en", Shape::Text), must("fr", Shape::Text)]],
};

pub(super) static SCENARIO: Part = Part {
    noun: noun("a case", "un cas"),
    keys: &[&[
        must("scenario", Shape::Id),
        may("title", Shape::Words),
        may("synthetic", Shape::Flag),
        must("jurisdiction", Shape::AnyWord(&["CA"])),
        may("destination", Shape::Country),
        may("basis_values", Shape::Several(&BASIS)),
        may("begins", Shape::When),
        may("authority", Shape::Part(&AUTHORITY)),
        may("sources", Shape::Block),
        may("country_groups", Shape::Block),
        may("policies", Shape::Block),
        may("lists", Shape::Several(&Shape::Part(&LIST))),
        may("group_list", Shape::Uses(Kind::List)),
        may("parties", Shape::Several(&Shape::Part(&PARTY))),
        may("catalogue", Shape::Part(&CATALOGUE)),
        may("permits", Shape::Several(&Shape::Part(&PERMIT))),
        may("applications", Shape::Several(&Shape::Part(&APPLICATION))),
        must("events", Shape::Several(&Shape::Event)),
        may("invariants", Shape::Several(&Shape::Text)),
        may("unknown", Shape::Several(&Shape::Text)),
    ]],
};

static AUTHORITY: Part = Part {
    noun: noun("the authority", "l’autorité"),
    keys: &[&[
        must("name", Shape::Words),
        must("permit_word", Shape::Words),
        may("verbs", Shape::Keyed(&ORDER_KINDS, &Shape::Words)),
        may("powers", Shape::Keyed(&POWERS, &Shape::Law)),
        may("calendar", Shape::Calendar),
        may("reservation_minutes", Shape::Whole),
        may("stop_acknowledge_minutes", Shape::Whole),
    ]],
};

static LIST: Part = Part {
    noun: noun("a list", "une liste"),
    keys: &[&[
        must("list", Shape::Own(Kind::List)),
        must("edition", Shape::Id),
        must("title", Shape::Words),
        must("law", Shape::Law),
        must("from", Shape::When),
        may("until", Shape::When),
        must("entries", Shape::Several(&Shape::Part(&ENTRY))),
    ]],
};

static ENTRY: Part = Part {
    noun: noun("an entry of a list", "un article d’une liste"),
    keys: &[&[
        must("code", Shape::Id),
        may("parent", Shape::Id),
        must("text", Shape::Words),
    ]],
};

static PARTY: Part = Part {
    noun: noun("a party", "une partie"),
    keys: &[&[
        must("id", Shape::Gives(Kind::Party)),
        may("role", Shape::AnyWord(ROLES)),
        may("name", Shape::Text),
        may("country", Shape::Country),
        may("activities", Shape::Several(&Shape::Own(Kind::Activity))),
        may("government", Shape::Flag),
        may("basis", BASIS),
    ]],
};

const PARTY_USED: Shape = Shape::Uses(Kind::Party);

const MOVEMENTS: Shape = Shape::Word(
    noun("a movement", "un mouvement"),
    &["permanent", "temporary", "transfer", "transit", "brokering"],
);

/// The keys that a permit and an application share, besides those of its parties and goods.
const MOVED: &[Key] = &[
    may("brokers", Shape::Many(&PARTY_USED)),
    may("movement", MOVEMENTS),
    may("return_by", Shape::When),
    may("leaves_from", Shape::Country),
    may("end_user_country", Shape::Country),
    may("integrator", PARTY_USED),
    may("model", Shape::Text),
    may("serials", Shape::Several(&Shape::Text)),
    may("lines", Shape::Several(&LINE_READ)),
];

/// Conditions, each by its own key.
pub(super) static CONDITIONS: Part = Part {
    noun: noun("conditions", "des conditions"),
    keys: &[&[
        may("route_must_avoid", Shape::Several(&Shape::Country)),
        may("destination_must_be", Shape::Several(&Shape::Country)),
        may("consignee_must_be", Shape::Several(&PARTY_USED)),
        may("office_must_be", Shape::Several(&Shape::Id)),
        may("verify_delivery_days", Shape::Whole),
        may("report_use_days", Shape::Whole),
        may("show_document", Shape::Id),
        may("declare_serials", Shape::Flag),
        may("quantity_at_most", Shape::Whole),
        may("leave_by", Shape::When),
        may("other", Shape::Words),
    ]],
};

static LINE_READ: Shape = Shape::Part(&LINE);

/// A line of a permit or an application.
static LINE: Part = Part {
    noun: noun("a line", "une ligne"),
    keys: &[&[
        may("item_group", Shape::Group),
        may("entry", Shape::Entry),
        may("item", Shape::Text),
        may("goods", Shape::Text),
        may("model", Shape::Text),
        may("serials", Shape::Several(&Shape::Text)),
        may("qty", Shape::Whole),
        may("unit_value", Shape::Whole),
    ]],
};

static PERMIT: Part = Part {
    noun: noun("a permit", "une licence"),
    keys: &[
        &[
            must("id", Shape::GivesNumbers(Kind::Permit)),
            may("kind", PERMIT_KIND),
            may("holder", PARTY_USED),
            may("consignee", Shape::Many(&PARTY_USED)),
            may("intermediate", Shape::Many(&PARTY_USED)),
            may("end_user", PARTY_USED),
            may("item_group", Shape::Group),
            may("entry", Shape::Entry),
            may("item", Shape::Text),
            may("goods", Shape::Text),
            may("qty", Shape::Whole),
            may("unit_value", Shape::Whole),
            may("currency", Shape::Currency),
            may("issued", Shape::Issue),
            may("last_day", Shape::When),
            may("destination", Shape::Many(&Shape::Country)),
            may("final_destination", Shape::Many(&Shape::Country)),
            may("nato_programme", Shape::Flag),
            may("programmes", Shape::Several(&Shape::Own(Kind::Programme))),
            may("platform", Shape::Id),
            may(
                "platform_classes",
                Shape::Several(&Shape::Own(Kind::PlatformClass)),
            ),
            may("end_use", Shape::Text),
            may("law", Shape::Law),
            may("conditions", Shape::Part(&CONDITIONS)),
            may("note", Shape::Text),
            may("basis", BASIS),
        ],
        MOVED,
    ],
};

static APPLICATION: Part = Part {
    noun: noun("an application", "une demande"),
    keys: &[
        &[
            must("id", Shape::Gives(Kind::Application)),
            may("permit", Shape::Gives(Kind::Permit)),
            may("kind", APPLICATION_KIND),
            may("holder", PARTY_USED),
            may("consignee", Shape::Many(&PARTY_USED)),
            may("item_group", Shape::Group),
            may("entry", Shape::Entry),
            may("goods", Shape::Text),
            must("received", Shape::When),
            may("destination", Shape::Many(&Shape::Country)),
            may("final_destination", Shape::Many(&Shape::Country)),
            may("nato_programme", Shape::Flag),
            may("programmes", Shape::Several(&Shape::Own(Kind::Programme))),
            may("reexport_statement", Shape::Flag),
            may("documents", Shape::Several(&Shape::Id)),
            may("brokering", Shape::Flag),
            may("intermediate", Shape::Many(&PARTY_USED)),
            may("end_user", PARTY_USED),
            may("qty", Shape::Whole),
            may("unit_value", Shape::Whole),
            may("currency", Shape::Currency),
            may("platform", Shape::Id),
            may(
                "platform_classes",
                Shape::Several(&Shape::Own(Kind::PlatformClass)),
            ),
            may("end_use", Shape::Text),
            may("basis", BASIS),
        ],
        MOVED,
    ],
};

const STANDINGS: Shape = Shape::Word(
    noun("`new_only`, or a standing", "`new_only`, ou un état"),
    &["new_only", "suspended", "valid"],
);

pub(super) const RULES: &[&str] = &[
    "presumptive_denial",
    "case_by_case",
    "assessment",
    "hold",
    "bar",
    "normal_review",
];

const EFFECTS: Shape = Shape::Word(
    noun("an effect", "un effet"),
    &[
        "bar",
        "hold",
        "presume_denial",
        "presume-denial",
        "needs_document",
        "needs-document",
        "needs_consultation",
        "needs-consultation",
        "case_by_case",
        "case-by-case",
    ],
);

pub(super) static SCOPE: Part = Part {
    noun: noun("a scope", "une portée"),
    keys: &[&[
        may("destination", Shape::Country),
        may("first_destination", Shape::Country),
        may("final_destination", Shape::Country),
        may("country_group", Shape::Uses(Kind::CountryGroup)),
        may("groups", Shape::Groups),
        may("entries", Shape::Several(&Shape::Entry)),
        may("programmes", Shape::Several(&Shape::Alike(Kind::Programme))),
        may("party", PARTY_USED),
        may("activity", Shape::Alike(Kind::Activity)),
        may("platform_class", Shape::Alike(Kind::PlatformClass)),
        may("permit_kind", PERMIT_KIND),
        may("issued_before", Shape::When),
        may(
            "permit_numbers",
            Shape::Several(&Shape::UsesNumbers(Kind::Permit)),
        ),
        may("only_brokering", Shape::Flag),
        may("any", Shape::Several(&Shape::Scope)),
        may("all", Shape::Several(&Shape::Scope)),
        may("unless", Shape::Several(&Shape::Scope)),
        may("text", Shape::Block),
        may("rule", Shape::Word(noun("a rule", "une règle"), RULES)),
        may("exception", Shape::Several(&Shape::Exception)),
        may("permits", Shape::Many(&STANDINGS)),
        may("new", Shape::Flag),
        may("brokering", Shape::Flag),
    ]],
};

pub(super) static EXCEPTION: Part = Part {
    noun: noun("an exception", "une exception"),
    keys: &[&[must("scope", Shape::Scope), may("falls_to", EFFECTS)]],
};

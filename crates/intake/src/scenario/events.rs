//! The kinds of events and the keys of each, and what may be expected after them.

use super::catalogue::{REPORT, UNIT};
use super::format::{BASIS, CONDITIONS, noun};
use super::shape::{Key, Kind, Part, Shape, may, must};

/// Every kind of event.
const NAMES: &[&str] = &[
    "issuance_pause",
    "policy_change",
    "require_dialogue",
    "lift",
    "dialogue_stalled",
    "dialogue_resumed",
    "suspend",
    "cancel",
    "annul",
    "reinstate",
    "assurance_given",
    "permit_issued",
    "shipment",
    "reservation",
    "register_use",
    "surrender",
    "withdraw",
    "report_received",
    "evidence_received",
    "unrelated_report",
    "unit_recorded",
    "investigation_opened",
    "review",
    "amend",
    "amendment_asked",
    "application_refused",
    "documents_received",
    "advice_given",
    "end_registration",
    "exit",
    "restore",
    "hold",
    "take_back",
    "acknowledge_stop",
    "authenticity_asked",
    "authenticity_answered",
    "delivery_verified",
    "finding_made",
    "breach_found",
    "countersign",
    "decline_countersign",
];

/// The keys of every event.
const COMMON: &[Key] = &[
    must("n", Shape::Gives(Kind::Event)),
    must(
        "kind",
        Shape::Word(noun("a kind of event", "un genre d’événement"), NAMES),
    ),
    may("effective", Shape::When),
    may("announced", Shape::When),
    may("published", Shape::When),
    may("basis", BASIS),
    may("expect", Shape::Many(&Shape::Expect)),
];

const EVENT_USED: Shape = Shape::Uses(Kind::Event);
const PARTY_USED: Shape = Shape::Uses(Kind::Party);
pub(super) const APPLICATION_USED: Shape = Shape::Uses(Kind::Application);
const PERMITS_USED: Shape = Shape::Several(&Shape::UsesNumbers(Kind::Permit));

/// Why an authority acts.
const INSTRUMENT: &[Key] = &[
    may("title", Shape::Words),
    may("law", Shape::Law),
    may("power", Shape::Power),
    may("instrument", Shape::Id),
    may("ground", Shape::Id),
    may("grounds", Shape::Several(&Shape::Id)),
    may("reasons", Shape::Words),
    may("until", Shape::When),
    may("review_by", Shape::When),
    may("emergency", Shape::Flag),
    may("countersigned", Shape::Flag),
];

/// Which permits an order reaches.
const SELECTION: &[Key] = &[
    may("scope", Shape::Scope),
    may("ids", PERMITS_USED),
    may("selected_by", Shape::Text),
    may("from_review", EVENT_USED),
];

const POLICY: &[Key] = &[
    may("scope", Shape::Scope),
    may("lifts", Shape::Several(&EVENT_USED)),
    may("requires", Shape::Several(&Shape::Id)),
    may("concludes", Shape::Uses(Kind::Dialogue)),
];

/// Goods as an exporter declares them.
pub(super) const GOODS: &[Key] = &[
    may("line", Shape::Whole),
    may("qty", Shape::Whole),
    may("value", Shape::Whole),
    may("exporter", PARTY_USED),
    may("consignee", PARTY_USED),
    may("intermediate", Shape::Many(&PARTY_USED)),
    may("end_user", PARTY_USED),
    may("destination", Shape::Country),
    may("final_destination", Shape::Country),
    may("route", Shape::Several(&Shape::Country)),
    may("serials", Shape::Several(&Shape::Text)),
    may("documents", Shape::Several(&Shape::Id)),
    may("model", Shape::Text),
    may("entry", Shape::Entry),
    may("office", Shape::Id),
    may("lines", Shape::Several(&DECLARED_LINES)),
];

static DECLARED_LINES: Shape = Shape::Part(&DECLARED_LINE);

static MOVED_LINES: Shape = Shape::Part(&MOVED_LINE);

/// One line of several in a declaration.
static DECLARED_LINE: Part = Part {
    noun: noun("a declared line", "une ligne déclarée"),
    keys: &[&[
        must("line", Shape::Whole),
        may("qty", Shape::Whole),
        may("value", Shape::Whole),
        may("consignee", PARTY_USED),
        may("end_user", PARTY_USED),
        may("destination", Shape::Country),
        may("final_destination", Shape::Country),
        may("serials", Shape::Several(&Shape::Text)),
        may("model", Shape::Text),
        may("entry", Shape::Entry),
    ]],
};

/// One line of several of which an event speaks.
static MOVED_LINE: Part = Part {
    noun: noun("a line", "une ligne"),
    keys: &[&[must("line", Shape::Whole), must("qty", Shape::Whole)]],
};

const DECLARED: &[Key] = &[must("permit", Shape::Uses(Kind::Permit))];

/// Goods that an earlier event declared.
const OF_SHIPMENT: &[Key] = &[
    must("shipment", Shape::Uses(Kind::Event)),
    may("qty", Shape::Whole),
    may("lines", Shape::Several(&MOVED_LINES)),
    may("because", Shape::Words),
];

/// What an amendment sets.
const AMENDED: &[Key] = &[
    may("line", Shape::Whole),
    may("qty", Shape::Whole),
    may("destinations", Shape::Many(&Shape::Country)),
    may("final_destinations", Shape::Many(&Shape::Country)),
    may("consignees", Shape::Many(&PARTY_USED)),
    may("conditions", Shape::Part(&CONDITIONS)),
];

static UNDERTAKINGS: Part = Part {
    noun: noun("undertakings", "des engagements"),
    keys: &[&[
        may("end_use", Shape::Text),
        may("end_users", Shape::Several(&PARTY_USED)),
        may("territory", Shape::Several(&Shape::Country)),
        may("resale_only_to", Shape::Several(&Shape::Country)),
        may("no_retransfer", Shape::Flag),
        may("right_of_verification", Shape::Flag),
        may("onward_transfer", Shape::Flag),
        may("delivery_by", Shape::When),
    ]],
};

const DIALOGUE: &[Key] = &[must("name", Shape::Uses(Kind::Dialogue))];

const OUTCOMES: &[&str] = &[
    "keep_in_force",
    "keep_suspended",
    "suspend",
    "reinstate",
    "cancel",
    "cancel_and_reinstate",
];

const POSITIONS: Shape = Shape::Word(
    noun("a position of a body", "une position d’un organisme"),
    &["no_objection", "issue_with_conditions", "refuse", "no_view"],
);

const CAUSES: Shape = Shape::Word(
    noun("why goods are given back", "pourquoi des biens sont rendus"),
    &["given_up", "stopped", "corrected", "freed"],
);

const ANSWERS: Shape = Shape::Word(
    noun(
        "an answer on authenticity",
        "une réponse sur l’authenticité",
    ),
    &["confirmed", "denied", "no_reply"],
);

/// What is held about a question.
pub(super) const HELD: Shape = Shape::Word(
    noun("what is held", "ce qui est tenu"),
    &[
        "established",
        "credible",
        "insufficient",
        "refuted",
        "not_examined",
    ],
);

const UNDERTAKEN: Shape = Shape::Word(
    noun("an undertaking", "un engagement"),
    &[
        "end_use",
        "end_users",
        "territory",
        "resale_only_to",
        "no_retransfer",
        "right_of_verification",
        "delivery_by",
        "onward_transfer",
    ],
);

static QUESTION: Part = Part {
    noun: noun("an answer of a finding", "une réponse d’un constat"),
    keys: &[&[
        must("held", HELD),
        may("because", Shape::Text),
        may("competing", Shape::Several(&Shape::Text)),
        may("rests_on", Shape::Several(&EVENT_USED)),
    ]],
};

const FORMS: Shape = Shape::Word(
    noun("a form of assurance", "une forme d’assurance"),
    &["certificate", "statement", "clause", "oral"],
);

pub(super) const CONFIDENCE: Shape = Shape::Word(
    noun("how sure a link is", "la solidité d’un lien"),
    &["strong", "inferred", "category"],
);

/// A kind of event with its keys; its word is the same in both languages.
const fn of(kind: &'static str, keys: &'static [&'static [Key]]) -> (&'static str, Part) {
    let noun = noun(kind, kind);
    (kind, Part { noun, keys })
}

/// The kinds, each with its keys.
pub(super) static KINDS: &[(&str, Part)] = &[
    of("issuance_pause", &[COMMON, INSTRUMENT, POLICY]),
    of("policy_change", &[COMMON, INSTRUMENT, POLICY]),
    of(
        "require_dialogue",
        &[
            COMMON,
            INSTRUMENT,
            &[
                must("name", Shape::Gives(Kind::Dialogue)),
                may("scope", Shape::Scope),
                may("holds", Shape::Scope),
                may("except", Shape::Exception),
                may("lifts", Shape::Several(&EVENT_USED)),
            ],
        ],
    ),
    of(
        "lift",
        &[
            COMMON,
            &[
                must("lifts", Shape::Several(&EVENT_USED)),
                may("emergency", Shape::Flag),
            ],
        ],
    ),
    of("dialogue_stalled", &[COMMON, DIALOGUE]),
    of("dialogue_resumed", &[COMMON, DIALOGUE]),
    of(
        "suspend",
        &[
            COMMON,
            INSTRUMENT,
            SELECTION,
            &[
                may("use_scope", Shape::Scope),
                may("stops_expiry", Shape::Flag),
            ],
        ],
    ),
    of("cancel", &[COMMON, INSTRUMENT, SELECTION]),
    of("annul", &[COMMON, INSTRUMENT, SELECTION]),
    of(
        "reinstate",
        &[
            COMMON,
            INSTRUMENT,
            SELECTION,
            &[
                may("lifts", Shape::Several(&EVENT_USED)),
                may("conditions", Shape::Part(&CONDITIONS)),
            ],
        ],
    ),
    of(
        "assurance_given",
        &[
            COMMON,
            &[
                may("form", FORMS),
                may("by", PARTY_USED),
                may("to", PARTY_USED),
                may("content", Shape::Text),
                may("document", Shape::Block),
                may("until", Shape::When),
                may("undertakings", Shape::Part(&UNDERTAKINGS)),
                may("applications", Shape::Several(&APPLICATION_USED)),
                may("permits", PERMITS_USED),
            ],
        ],
    ),
    of(
        "permit_issued",
        &[
            COMMON,
            &[
                must("ids", PERMITS_USED),
                may("last_day", Shape::When),
                may("conditions", Shape::Part(&CONDITIONS)),
                may("under", Shape::Text),
                may("because", Shape::Words),
            ],
        ],
    ),
    of("shipment", &[COMMON, DECLARED, GOODS]),
    of("reservation", &[COMMON, DECLARED, GOODS]),
    of(
        "register_use",
        &[
            COMMON,
            &[
                must("permit", Shape::Uses(Kind::Permit)),
                must("exporter", PARTY_USED),
            ],
        ],
    ),
    of(
        "surrender",
        &[
            COMMON,
            &[
                must("permit", Shape::Uses(Kind::Permit)),
                must("by", PARTY_USED),
            ],
        ],
    ),
    of(
        "withdraw",
        &[
            COMMON,
            &[must("application", Shape::Uses(Kind::Application))],
        ],
    ),
    of("report_received", &[COMMON, REPORT]),
    of("evidence_received", &[COMMON, REPORT]),
    of("unrelated_report", &[COMMON, REPORT]),
    of("unit_recorded", &[COMMON, UNIT]),
    of("investigation_opened", &[COMMON, &[may("by", Shape::Text)]]),
    of(
        "review",
        &[
            COMMON,
            &[
                may("from", Shape::When),
                may("to", Shape::When),
                may("scope", Shape::Scope),
                may("consulted", Shape::Several(&PARTY_USED)),
                may("answers", Shape::Keyed(&Shape::Id, &Shape::Text)),
                may(
                    "outcomes",
                    Shape::Keyed(
                        &Shape::Word(
                            noun("where a permit stands", "l’état d’une licence"),
                            &["suspended", "valid"],
                        ),
                        &Shape::Word(
                            noun("an outcome of a review", "une issue d’examen"),
                            OUTCOMES,
                        ),
                    ),
                ),
            ],
        ],
    ),
    of(
        "amend",
        &[
            COMMON,
            INSTRUMENT,
            AMENDED,
            &[
                must("ids", PERMITS_USED),
                may("lifts", Shape::Several(&EVENT_USED)),
            ],
        ],
    ),
    of(
        "amendment_asked",
        &[
            COMMON,
            AMENDED,
            &[
                must("permit", Shape::Uses(Kind::Permit)),
                may("last_day", Shape::When),
                may("because", Shape::Words),
            ],
        ],
    ),
    of(
        "application_refused",
        &[
            COMMON,
            &[
                must("application", APPLICATION_USED),
                may("law", Shape::Law),
                may("ground", Shape::Id),
                may("grounds", Shape::Several(&Shape::Id)),
                may("because", Shape::Words),
            ],
        ],
    ),
    of(
        "documents_received",
        &[
            COMMON,
            &[
                must("application", APPLICATION_USED),
                must("documents", Shape::Several(&Shape::Id)),
            ],
        ],
    ),
    of(
        "advice_given",
        &[
            COMMON,
            &[
                must("application", APPLICATION_USED),
                must("by", PARTY_USED),
                may("position", POSITIONS),
            ],
        ],
    ),
    of(
        "end_registration",
        &[
            COMMON,
            &[
                must("permit", Shape::Uses(Kind::Permit)),
                must("exporter", PARTY_USED),
                may("because", Shape::Words),
            ],
        ],
    ),
    of(
        "exit",
        &[
            COMMON,
            OF_SHIPMENT,
            &[
                may("partial", Shape::Flag),
                may("serials", Shape::Several(&Shape::Text)),
            ],
        ],
    ),
    of("restore", &[COMMON, OF_SHIPMENT, &[may("cause", CAUSES)]]),
    of("hold", &[COMMON, OF_SHIPMENT]),
    of(
        "take_back",
        &[COMMON, OF_SHIPMENT, &[may("correction", Shape::Flag)]],
    ),
    of(
        "acknowledge_stop",
        &[
            COMMON,
            &[
                must("shipment", EVENT_USED),
                must("order", EVENT_USED),
                may("goods_there", Shape::Flag),
            ],
        ],
    ),
    of(
        "authenticity_asked",
        &[
            COMMON,
            &[must("assurance", EVENT_USED), must("of", PARTY_USED)],
        ],
    ),
    of(
        "authenticity_answered",
        &[
            COMMON,
            &[must("assurance", EVENT_USED), must("answer", ANSWERS)],
        ],
    ),
    of(
        "delivery_verified",
        &[
            COMMON,
            &[
                must("assurance", EVENT_USED),
                may("permit", Shape::Uses(Kind::Permit)),
                may("complete", Shape::Flag),
                may("seen", Shape::Keyed(&Shape::Id, &Shape::Text)),
                may("because", Shape::Words),
            ],
        ],
    ),
    of(
        "finding_made",
        &[
            COMMON,
            &[
                may("title", Shape::Words),
                must(
                    "questions",
                    Shape::Keyed(&Shape::Id, &Shape::Part(&QUESTION)),
                ),
            ],
        ],
    ),
    of(
        "breach_found",
        &[
            COMMON,
            &[
                must("assurance", EVENT_USED),
                must("undertaking", UNDERTAKEN),
                must("held", HELD),
                may("finding", EVENT_USED),
                must("because", Shape::Words),
            ],
        ],
    ),
    of("countersign", &[COMMON, &[must("order", EVENT_USED)]]),
    of(
        "decline_countersign",
        &[
            COMMON,
            &[must("order", EVENT_USED), must("because", Shape::Words)],
        ],
    ),
];

/// The keys of an event whose kind nobody knows: those of every event, and what is wrong with the
/// others is not said before the kind is mended.
pub(super) static ANY: Part = Part {
    noun: noun("an event", "un événement"),
    keys: &[COMMON],
};

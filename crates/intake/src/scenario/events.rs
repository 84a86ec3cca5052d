//! The kinds of events and the keys of each, and what may be expected after them.

use super::format::{BASIS, noun};
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
    "investigation_opened",
    "review",
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

const DECLARED: &[Key] = &[
    must("permit", Shape::Uses(Kind::Permit)),
    may("qty", Shape::Whole),
    may("exporter", PARTY_USED),
    may("consignee", PARTY_USED),
    may("destination", Shape::Country),
];

const REPORT: &[Key] = &[
    may("source", Shape::Text),
    may("actor", Shape::Text),
    may("item", Shape::Text),
    may("serial", Shape::Text),
    may("made", Shape::Text),
    may("fitted", Shape::Text),
    may("hours", Shape::Whole),
    may("found_in", Shape::Text),
    may("places", Shape::Several(&Shape::Text)),
    may("purpose", Shape::AnyWord(&["humanitarian"])),
    may("admiralty", Shape::Text),
    may("link", Shape::Part(&LINK)),
];

const DIALOGUE: &[Key] = &[must("name", Shape::Uses(Kind::Dialogue))];

const OUTCOMES: &[&str] = &[
    "keep_in_force",
    "keep_suspended",
    "suspend",
    "reinstate",
    "cancel",
    "cancel_and_reinstate",
];

const FORMS: Shape = Shape::Word(
    noun("a form of assurance", "une forme d’assurance"),
    &["certificate", "statement", "clause", "oral"],
);

pub(super) const CONFIDENCE: Shape = Shape::Word(
    noun("how sure a link is", "la solidité d’un lien"),
    &["strong", "inferred", "category"],
);

static LINK: Part = Part {
    noun: noun("a link", "un lien"),
    keys: &[&[
        must("permit", Shape::Uses(Kind::Permit)),
        must("confidence", CONFIDENCE),
        may("reasons", Shape::Text),
    ]],
};

const fn of(en: &'static str, fr: &'static str, keys: &'static [&'static [Key]]) -> Part {
    Part {
        noun: noun(en, fr),
        keys,
    }
}

/// The kinds, each with its keys.
pub(super) static KINDS: &[(&str, Part)] = &[
    (
        "issuance_pause",
        of(
            "`issuance_pause`",
            "`issuance_pause`",
            &[COMMON, INSTRUMENT, POLICY],
        ),
    ),
    (
        "policy_change",
        of(
            "`policy_change`",
            "`policy_change`",
            &[COMMON, INSTRUMENT, POLICY],
        ),
    ),
    (
        "require_dialogue",
        of(
            "`require_dialogue`",
            "`require_dialogue`",
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
    ),
    (
        "lift",
        of(
            "`lift`",
            "`lift`",
            &[
                COMMON,
                &[
                    must("lifts", Shape::Several(&EVENT_USED)),
                    may("emergency", Shape::Flag),
                ],
            ],
        ),
    ),
    (
        "dialogue_stalled",
        of(
            "`dialogue_stalled`",
            "`dialogue_stalled`",
            &[COMMON, DIALOGUE],
        ),
    ),
    (
        "dialogue_resumed",
        of(
            "`dialogue_resumed`",
            "`dialogue_resumed`",
            &[COMMON, DIALOGUE],
        ),
    ),
    (
        "suspend",
        of(
            "`suspend`",
            "`suspend`",
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
    ),
    (
        "cancel",
        of("`cancel`", "`cancel`", &[COMMON, INSTRUMENT, SELECTION]),
    ),
    (
        "annul",
        of("`annul`", "`annul`", &[COMMON, INSTRUMENT, SELECTION]),
    ),
    (
        "reinstate",
        of(
            "`reinstate`",
            "`reinstate`",
            &[
                COMMON,
                INSTRUMENT,
                SELECTION,
                &[may("lifts", Shape::Several(&EVENT_USED))],
            ],
        ),
    ),
    (
        "assurance_given",
        of(
            "`assurance_given`",
            "`assurance_given`",
            &[
                COMMON,
                &[
                    may("form", FORMS),
                    may("by", PARTY_USED),
                    may("to", PARTY_USED),
                    may("content", Shape::Text),
                    may("document", Shape::Block),
                ],
            ],
        ),
    ),
    (
        "permit_issued",
        of(
            "`permit_issued`",
            "`permit_issued`",
            &[
                COMMON,
                &[
                    must("ids", PERMITS_USED),
                    may("under", Shape::Text),
                    may("because", Shape::Words),
                ],
            ],
        ),
    ),
    (
        "shipment",
        of("`shipment`", "`shipment`", &[COMMON, DECLARED]),
    ),
    (
        "reservation",
        of("`reservation`", "`reservation`", &[COMMON, DECLARED]),
    ),
    (
        "register_use",
        of(
            "`register_use`",
            "`register_use`",
            &[
                COMMON,
                &[
                    must("permit", Shape::Uses(Kind::Permit)),
                    must("exporter", PARTY_USED),
                ],
            ],
        ),
    ),
    (
        "surrender",
        of(
            "`surrender`",
            "`surrender`",
            &[
                COMMON,
                &[
                    must("permit", Shape::Uses(Kind::Permit)),
                    must("by", PARTY_USED),
                ],
            ],
        ),
    ),
    (
        "withdraw",
        of(
            "`withdraw`",
            "`withdraw`",
            &[
                COMMON,
                &[must("application", Shape::Uses(Kind::Application))],
            ],
        ),
    ),
    (
        "report_received",
        of("`report_received`", "`report_received`", &[COMMON, REPORT]),
    ),
    (
        "evidence_received",
        of(
            "`evidence_received`",
            "`evidence_received`",
            &[COMMON, REPORT],
        ),
    ),
    (
        "unrelated_report",
        of(
            "`unrelated_report`",
            "`unrelated_report`",
            &[COMMON, REPORT],
        ),
    ),
    (
        "investigation_opened",
        of(
            "`investigation_opened`",
            "`investigation_opened`",
            &[COMMON, &[may("by", Shape::Text)]],
        ),
    ),
    (
        "review",
        of(
            "`review`",
            "`review`",
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
    ),
];

/// The keys of an event whose kind nobody knows: those of every event, and what is wrong with the
/// others is not said before the kind is mended.
pub(super) static ANY: Part = Part {
    noun: noun("an event", "un événement"),
    keys: &[COMMON],
};

const APPLICATION_STANDS: Shape = Shape::Word(
    noun("how an application stands", "l’état d’une demande"),
    &[
        "absent",
        "normal_review",
        "case_by_case",
        "in_consultation",
        "incomplete",
        "presumed_refusal",
        "held",
        "held_until_confidence",
        "barred",
        "undetermined",
        "issued",
        "refused",
        "withdrawn",
        "superseded",
        "unchanged",
    ],
);

const PERMIT_STANDS: Shape = Shape::Word(
    noun("how a permit stands", "l’état d’une licence"),
    &[
        "absent",
        "valid",
        "in_force",
        "not_yet_valid",
        "exhausted",
        "partly_in_force",
        "suspended",
        "expired",
        "surrendered",
        "cancelled",
        "annulled",
    ],
);

const APPLICATION_USED: Shape = Shape::Uses(Kind::Application);
const PERMIT_USED: Shape = Shape::Uses(Kind::Permit);

pub(super) static EXPECT: Part = Part {
    noun: noun("an expectation", "une attente"),
    keys: &[&[
        may("day", Shape::When),
        may(
            "pending",
            Shape::Keyed(&APPLICATION_USED, &APPLICATION_STANDS),
        ),
        may("issued", Shape::Keyed(&PERMIT_USED, &PERMIT_STANDS)),
        may(
            "border",
            Shape::Keyed(
                &PERMIT_USED,
                &Shape::Word(
                    noun("an answer at the border", "une réponse à la frontière"),
                    &["release", "refuse"],
                ),
            ),
        ),
        may("draw_down", Shape::Keyed(&PERMIT_USED, &Shape::Drawn)),
        may("count_suspended", Shape::Whole),
        may("count_cancelled", Shape::Whole),
        may("reached", Shape::Whole),
        may(
            "assurance",
            Shape::Word(
                noun("how an assurance stands", "l’état d’une assurance"),
                &[
                    "recorded_unverified",
                    "asked",
                    "confirmed",
                    "denied",
                    "no_reply",
                    "absent",
                ],
            ),
        ),
        may(
            "decision_record",
            Shape::Word(
                noun("what is on record", "ce que porte le dossier"),
                &["requires_reason_for_exception"],
            ),
        ),
        may(
            "evidence",
            Shape::Word(
                noun("how evidence stands", "l’état d’une preuve"),
                &["received", "absent"],
            ),
        ),
        may("link", Shape::Part(&EXPECTED_LINK)),
        may("findings", Shape::Keyed(&Shape::Id, &Shape::Text)),
        may(
            "reservations_of_suspended",
            Shape::Word(
                noun("what became of reservations", "le sort des réservations"),
                &["stop_notice_sent", "no open reservation"],
            ),
        ),
        may("accepted_links", Shape::Links),
        may(
            "exposure",
            Shape::Word(noun("an exposure", "une portée"), &["empty", "not empty"]),
        ),
    ]],
};

static EXPECTED_LINK: Part = Part {
    noun: noun("an expected link", "un lien attendu"),
    keys: &[&[
        must("serial_to_permit", PERMIT_USED),
        must("confidence", CONFIDENCE),
    ]],
};

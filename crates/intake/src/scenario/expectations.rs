//! What a case may expect: the keys and words of an expectation.

use super::catalogue::REACHES;
use super::events::{APPLICATION_USED, CONFIDENCE, GOODS, HELD};
use super::format::noun;
use super::shape::{Kind, Part, Shape, may, must};

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

const PERMIT_USED: Shape = Shape::Uses(Kind::Permit);

const SHIPMENT_STANDS: Shape = Shape::Word(
    noun("where goods stand", "l’état d’un envoi"),
    &[
        "refused",
        "reserved",
        "stopped",
        "stop_acknowledged",
        "left",
        "left_under_stop",
        "left_in_excess",
        "held_as_evidence",
        "given_back",
        "came_back",
    ],
);

/// An answer at the border.
pub(super) const BORDER: Shape = Shape::Word(
    noun("an answer at the border", "une réponse à la frontière"),
    &["release", "refuse"],
);

const REASONS: Shape = Shape::Word(
    noun("a reason of the border", "un motif de la frontière"),
    &[
        "no-such-permit",
        "no-such-line",
        "nothing-declared",
        "not-in-force",
        "stopped",
        "mismatch",
        "other-unit",
        "other-currency",
        "more-than-left",
        "zero-quantity",
        "undisclosed",
        "not-registered",
        "route-forbidden",
        "office-not-named",
        "destination-not-named",
        "consignee-not-named",
        "more-than-condition",
        "after-last-day",
        "document-not-shown",
        "serials-missing",
        "nothing-passes-the-border",
        "policy",
    ],
);

/// An answer to goods that are declared in a certain way.
pub(super) static ANSWERED: Part = Part {
    noun: noun(
        "an answer to declared goods",
        "une réponse à des biens déclarés",
    ),
    keys: &[&[must("answer", BORDER), may("reason", REASONS)], GOODS],
};

/// What a ledger holds.
pub(super) static LEDGER: Part = Part {
    noun: noun("a ledger", "un compte"),
    keys: &[&[
        may("line", Shape::Whole),
        may("reserved", Shape::Whole),
        may("held", Shape::Whole),
        may("drawn", Shape::Whole),
        may("returned", Shape::Whole),
        may("excess", Shape::Whole),
        may("left", Shape::Whole),
    ]],
};

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
            "act",
            Shape::Word(
                noun("what became of the act", "le sort de l’acte"),
                &["done", "refused"],
            ),
        ),
        may("shipment", SHIPMENT_STANDS),
        may(
            "ledger",
            Shape::Keyed(&PERMIT_USED, &Shape::Many(&Shape::Ledger)),
        ),
        may("count", Shape::Keyed(&PERMIT_STANDS, &Shape::Whole)),
        may("duties_open", Shape::Whole),
        may("duties_overdue", Shape::Whole),
        may(
            "border",
            Shape::Keyed(&PERMIT_USED, &Shape::Many(&Shape::Border)),
        ),
        may(
            "draw_down",
            Shape::Keyed(&PERMIT_USED, &Shape::Many(&Shape::Drawn)),
        ),
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
            "delivery",
            Shape::Word(
                noun("how a delivery stands", "l’état d’une livraison"),
                &["verified", "incomplete", "not_verified"],
            ),
        ),
        may("breach", HELD),
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
        may("reaches", Shape::Keyed(&PERMIT_USED, &REACHES)),
        may("permits_reached", Shape::Whole),
        may(
            "reads",
            Shape::Keyed(&SPEAKS_OF, &Shape::Several(&Shape::Text)),
        ),
    ]],
};

/// What a text may speak of.
const SPEAKS_OF: Shape = Shape::Word(
    noun("what a text speaks of", "ce dont parle un texte"),
    &[
        "country",
        "place",
        "party",
        "item",
        "entry",
        "serial",
        "act",
        "act-day",
        "day",
        "statement",
        "speaker",
        "assurance",
        "review",
        "dialogue",
        "exception",
        "humanitarian",
    ],
);

static EXPECTED_LINK: Part = Part {
    noun: noun("an expected link", "un lien attendu"),
    keys: &[&[
        must("serial_to_permit", PERMIT_USED),
        must("confidence", CONFIDENCE),
    ]],
};

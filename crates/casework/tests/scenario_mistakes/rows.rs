//! The longer tables of mistakes: what the case of Norland is changed to, and what is then told.

use super::Row;

pub(crate) const PERMITS_AND_APPLICATIONS: &[Row] = &[
    (
        "{id: L-01..L-03, holder: north_optics,",
        "{id: ¦L-03..L-01, holder: north_optics,",
        "runs backwards",
    ),
    (
        "{id: L-01..L-03, holder: north_optics,",
        "{id: ¦L-01..M-03, holder: north_optics,",
        "is no range",
    ),
    (
        "{id: L-09, holder: north_optics,",
        "{id: ¦L-08..L-09, holder: north_optics,",
        "stands already on line",
    ),
    (
        "{id: L-01..L-03, holder: north_optics,",
        "{id: L-01..L-03, holder: ¦north_optic,",
        "did you mean `north_optics`?",
    ),
    (
        "end_user: ice_yard, item_group",
        "end_user: ¦nobody, item_group",
        "there is no party `nobody`",
    ),
    (
        "goods: beacons (synthetic),",
        "goods: beacons (synthetic), ¦quantity: 7,",
        "is not a key of a permit",
    ),
    (
        "item_group: 2, goods: beacons",
        "item_group: ¦9, goods: beacons",
        "there is no list group `9`",
    ),
    (
        "{id: L-08, holder: fjord_radio, consignee: ice_yard, item_group: 2,",
        "¦{id: L-08, holder: fjord_radio, consignee: ice_yard,",
        "expected `item_group`, `entry` or `lines`",
    ),
    (
        "entry: \"NCL@2024:1-3\", goods: spare sights (synthetic), destination: AQ, currency: EUR, issued: 2025-01-09, last_day: 2025-05-31, basis: synthetic}\n  - {id: L-07",
        "entry: ¦\"NCL@2024:1-4\", goods: spare sights (synthetic), destination: AQ, currency: EUR, issued: 2025-01-09, last_day: 2025-05-31, basis: synthetic}\n  - {id: L-07",
        "did you mean `1-3`?",
    ),
    (
        "unit_value: 500, currency: EUR,",
        "unit_value: ¦-500, currency: EUR,",
        "expected a whole number",
    ),
    (
        "unit_value: 500, currency: EUR,",
        "unit_value: 500, currency: ¦euro,",
        "expected a currency",
    ),
    (
        "issued: 2025-01-07, last_day: 2027-01-06,",
        "issued: ¦yesterday, last_day: 2027-01-06,",
        "expected a day",
    ),
    (
        "issued: 2025-01-07, last_day: 2027-01-06,",
        "issued: 2025-01-07, last_day: ¦2024-01-06,",
        "comes before that of `issued`",
    ),
    (
        "issued: 2025-01-07, last_day: 2027-01-06,",
        "issued: ¦2025-01-01, last_day: 2027-01-06,",
        "comes before that of `begins`",
    ),
    (
        "{id: G-1, kind: general,",
        "{id: G-1, kind: ¦generel,",
        "did you mean `general`?",
    ),
    (
        "{id: G-1, kind: general,",
        "{id: G-1, kind: general, holder: ¦north_optics,",
        "a general permit has no `holder`",
    ),
    (
        "law: \"NRREG:11\", issued",
        "law: ¦\"NRRGE:11\", issued",
        "did you mean `NRREG`?",
    ),
    (
        "destination: [AQ, GS, HM, TF]",
        "destination: [AQ, GS, ¦HMM, TF]",
        "there is no country `HMM`",
    ),
    (
        "{id: B-8, item_group: 1,",
        "{id: ¦B-7, item_group: 1,",
        "stands already on line",
    ),
    (
        "documents: [end_use_assurance], received: 2025-02-20",
        "documents: ¦end_use_assurance, received: 2025-02-20",
        "expected a list",
    ),
    (
        "documents: [end_use_assurance], received: 2025-02-20",
        "documents: [end_use_assurance], received: ¦20 February 2025",
        "expected a day",
    ),
    (
        "documents: [end_use_assurance], received: 2025-02-20, basis: synthetic",
        "documents: [end_use_assurance], received: 2025-02-20, basis: ¦invented",
        "expected a word of `basis`",
    ),
];

pub(crate) const ORDERS: &[Row] = &[
    (
        "kind: suspend\n    power: NRACT-7",
        "kind: ¦suspnd\n    power: NRACT-7",
        "did you mean `suspend`?",
    ),
    (
        "kind: suspend\n    power: NRACT-7",
        "kind: suspend\n    power: ¦NRAKT-7",
        "did you mean `NRACT`?",
    ),
    (
        "    ids: [G-1]\n    scope: {permit_kind: general,",
        "    ids: [¦G-11]\n    scope: {permit_kind: general,",
        "did you mean `G-1`?",
    ),
    (
        "scope: {permit_kind: general, groups: [2]}",
        "scope: {permit_kind: ¦open, groups: [2]}",
        "expected a kind of permit",
    ),
    (
        "scope: {permit_kind: general, groups: [2]}",
        "scope: {permit_kind: general, groups: [¦7]}",
        "there is no list group `7`",
    ),
    (
        "scope: {permit_kind: general, groups: [2]}",
        "scope: {permit_kind: general, groups: ¦everything}",
        "expected `all`, or numbers",
    ),
    (
        "    use_scope: {destination: AQ}",
        "    use_scope: {¦destinaton: AQ}",
        "did you mean `destination`?",
    ),
    (
        "ids: [L-01..L-03, L-05..L-07, G-2]",
        "ids: [¦L-03..L-01, L-05..L-07, G-2]",
        "runs backwards",
    ),
    (
        "        - programmes: [JOINT-SURVEY]\n",
        "        - programmes: [¦JOINT-SURVYE]\n",
        "did you mean `JOINT-SURVEY`?",
    ),
    (
        "{activity: builds-uav, destination: AQ}",
        "{activity: ¦builds-uva, destination: AQ}",
        "did you mean `builds-uav`?",
    ),
    (
        "    stops_expiry: true",
        "    stops_expiry: ¦maybe",
        "expected true or false",
    ),
    (
        "    lifts: [8]",
        "    lifts: [¦88]",
        "there is no event `88`",
    ),
    (
        "    lifts: [8]",
        "    lifts: ¦[4]",
        "event 4 is `shipment`: expected one of suspend",
    ),
    (
        "  - n: 15\n    effective: 2025-05-05\n    kind: reinstate\n    lifts: [8]",
        "  - n: 15\n    effective: 2025-03-09\n    kind: reinstate\n    lifts: ¦[8]",
        "comes after event 15",
    ),
    (
        "  - n: 15\n    effective: 2025-05-05\n    kind: reinstate\n    lifts: [8]\n",
        "  - ¦n: 15\n    effective: 2025-05-05\n    kind: reinstate\n",
        "does not say what it ends",
    ),
    (
        "    ground: end_user_in_doubt",
        "    ground: ¦end user in doubt",
        "expected a name",
    ),
    (
        "    ground: end_user_in_doubt",
        "    ground: end_user_in_doubt\n    ¦qty: 3",
        "`qty` is not a key of suspend",
    ),
];

pub(crate) const GOODS: &[Row] = &[
    (
        "permit: G-1, exporter: north_optics, basis: synthetic, expect: {issued: {G-1: valid, G-2:",
        "permit: ¦G-9, exporter: north_optics, basis: synthetic, expect: {issued: {G-1: valid, G-2:",
        "there is no permit `G-9`",
    ),
    (
        "permit: G-1, exporter: north_optics, basis: synthetic, expect: {issued: {G-1: valid, G-2:",
        "permit: G-1, exporter: ¦north_optix, basis: synthetic, expect: {issued: {G-1: valid, G-2:",
        "did you mean `north_optics`?",
    ),
    (
        "application: B-7, basis",
        "application: ¦B-77, basis",
        "did you mean `B-7`?",
    ),
    (
        "    form: certificate",
        "    form: ¦certifcate",
        "did you mean `certificate`?",
    ),
    (
        "    by: ice_council",
        "    by: ¦ice_counsel",
        "did you mean `ice_council`?",
    ),
    (
        "expect: {assurance: recorded_unverified}",
        "expect: {assurance: ¦recorded_unverifid}",
        "did you mean `recorded_unverified`?",
    ),
    (
        "expect: {assurance: recorded_unverified}",
        "expect: {evidence: ¦received}",
        "says nothing of `assurance_given`",
    ),
    (
        "expect: {pending: {B-7: withdrawn}}",
        "expect: {pending: {B-7: ¦withdrawed}}",
        "did you mean `withdrawn`?",
    ),
    (
        "expect: {pending: {B-7: withdrawn}}",
        "expect: {pending: {¦B-9: withdrawn}}",
        "there is no application `B-9`",
    ),
    (
        "expect: {pending: {B-7: withdrawn}}",
        "expect: {¦pendng: {B-7: withdrawn}}",
        "did you mean `pending`?",
    ),
    (
        "expect: {issued: {G-1: valid}, reached: 1,",
        "expect: {issued: {G-1: ¦vald}, reached: 1,",
        "did you mean `valid`?",
    ),
    (
        "expect: {issued: {G-1: valid}, reached: 1,",
        "expect: {issued: {G-1: valid}, reached: ¦one,",
        "expected a whole number",
    ),
    (
        "border: {L-01: refuse, L-04: release, L-05: refuse, L-09: release}",
        "border: {L-01: ¦refused, L-04: release, L-05: refuse, L-09: release}",
        "did you mean `refuse`?",
    ),
    (
        "expect: {draw_down: {G-1: 7_of_unlimited}}",
        "expect: {draw_down: {G-1: ¦7 of unlimited}}",
        "as in 4_of_7",
    ),
    (
        "{day: 2025-05-31, issued:",
        "{day: ¦2025-01-31, issued:",
        "is looked at before event 8",
    ),
    (
        "decision_record: requires_reason_for_exception",
        "decision_record: ¦requires_reason",
        "expected what is on record",
    ),
    (
        "n: 13, effective: 2025-04-21",
        "n: ¦12, effective: 2025-04-21",
        "stands already on line",
    ),
    (
        "n: 13, effective: 2025-04-21",
        "n: 13, effective: ¦2025-01-01",
        "comes before that of `begins`",
    ),
];

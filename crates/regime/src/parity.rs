//! One scope, three readings: the statute book's own, the rendered policy's, and the text read back.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::Schema;
use domain::control_list::EntryId;
use domain::country::Country;
use domain::facts::{Declared, LineFacts, LineRef, PartyFacts};
use domain::id::{CountryGroupId, PartyId, PermitId, PlatformId, ProgrammeId};
use domain::item::LineNo;
use domain::money::Money;
use domain::party::PartyRole;
use domain::permit::PermitKind;
use domain::quantity::Quantity;
use domain::scope::{Judged, Place, Scope};
use domain::time::Day;
use proptest::collection::{btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;

use crate::compiled::{Compiled, request};
use crate::entities::{see, tests::facts};
use crate::parse::{ScopeTextMistake, parse_scope};
use crate::parts::Parts;
use crate::policies::{Knowledge, load, schema};
use crate::render::render;

struct World {
    parts: Parts,
    schema: Schema,
    day: Day,
}

impl World {
    fn new() -> Self {
        let mut parts = Parts::shipped("CA").unwrap();
        let group = "[[group]]\nid = \"NEAR\"\nen = \"a\"\nfr = \"b\"\nlaw = \"EIPA:1\"\n\
                     certainty = \"read\"\nmember = [{ country = \"GE\", from = \"2020-01-01\" }, \
                     { country = \"AZ\", from = \"2000-01-01\", until = \"2020-01-01\" }]\n";
        parts.groups = parts.groups.with("test", group).unwrap();
        Self {
            parts,
            schema: schema().unwrap(),
            day: Day::parse("2020-06-01").unwrap(),
        }
    }

    fn contains(&self, scope: &Scope, judged: Judged<'_>) -> bool {
        scope.contains(judged, &self.parts.lists, &self.parts.groups.on(self.day))
    }

    /// Whether a policy over the rendered scope stands; an error fails the test.
    fn policy_stands(&self, scope: &Scope, judged: Judged<'_>) -> bool {
        let text = format!(
            "@id(\"P\") @source(\"EIPA:7(1)\") @effect(\"bar\") @en(\"a\") @fr(\"b\")\n\
             forbid (principal, action, resource) when {{ {} }};",
            render(scope)
        );
        let known = Knowledge {
            sources: &self.parts.sources,
            countries: &self.parts.countries,
            groups: &self.parts.groups,
            lists: &self.parts.lists,
            schema: &self.schema,
        };
        let mut set = Compiled::new();
        for policy in load(&text, &known).unwrap() {
            set.add("", policy, None);
        }
        let action = if judged.declared.is_some() {
            "release"
        } else {
            "issue"
        };
        let branches = |rating: &EntryId| set.branches(rating, &self.parts.lists);
        let world = self.parts.groups.on(self.day);
        let seen = see(judged, world, branches, &self.schema).unwrap();
        let asked = request(action, seen.resource, self.day, &self.schema).unwrap();
        let found = set.ask(&asked, &seen.entities, &self.parts.groups);
        assert!(
            found.iter().all(|finding| finding.effect().is_some()),
            "{found:?}"
        );
        !found.is_empty()
    }
}

thread_local! {
    static WORLD: World = World::new();
}

fn entry() -> impl Strategy<Value = EntryId> {
    select(vec![
        "GUIDE@2020:2-5.b",
        "GUIDE@2019:2-5",
        "GUIDE@2020:2-10.c.1",
        "GUIDE@2020:1-6.A.2",
        "ECL@2020:2",
        "ECL@2019:1",
        "ECL@2025-04-25:5504.2.i",
        "ECL@2020:5",
    ])
    .prop_map(|id| EntryId::new(id).unwrap())
}

fn country() -> impl Strategy<Value = Country> {
    select(vec!["TR", "AZ", "GE", "US", "ZZ"]).prop_map(|code| Country::new(code).unwrap())
}

fn party() -> impl Strategy<Value = PartyId> {
    select(vec!["p-1", "p-2", "p-3"]).prop_map(|id| PartyId::new(id).unwrap())
}

fn activity() -> impl Strategy<Value = String> {
    select(vec!["builds-uav", "trades \"arms\"\n", "forgé"]).prop_map(str::to_owned)
}

fn permit() -> impl Strategy<Value = PermitId> {
    select(vec!["P-001", "P-002", "P(3)/x"]).prop_map(|id| PermitId::new(id).unwrap())
}

fn money() -> impl Strategy<Value = Money> {
    select(vec![
        ("100", "CAD"),
        ("100.25", "CAD"),
        ("7", "JPY"),
        ("99999999999999", "EUR"),
    ])
    .prop_map(|(amount, currency)| Money::parse(amount, currency).unwrap())
}

fn day() -> impl Strategy<Value = Day> {
    select(vec!["2019-10-11", "2020-05-15", "2199-12-31"]).prop_map(|day| Day::parse(day).unwrap())
}

fn kind() -> impl Strategy<Value = PermitKind> {
    select(vec![
        PermitKind::Individual,
        PermitKind::MultipleDestination,
        PermitKind::General,
    ])
}

fn role() -> impl Strategy<Value = Option<PartyRole>> {
    of(select(vec![
        PartyRole::Exporter,
        PartyRole::Consignee,
        PartyRole::IntermediateConsignee,
        PartyRole::EndUser,
        PartyRole::Integrator,
        PartyRole::Broker,
    ]))
}

fn place() -> impl Strategy<Value = Place> {
    select(vec![
        Place::Destination,
        Place::FinalDestination,
        Place::EndUser,
        Place::Anywhere,
        Place::Route,
    ])
}

fn programme() -> impl Strategy<Value = ProgrammeId> {
    select(vec!["NATO", "OTHER"]).prop_map(|id| ProgrammeId::new(id).unwrap())
}

fn platform() -> impl Strategy<Value = PlatformId> {
    select(vec!["TB2", "OTHER"]).prop_map(|id| PlatformId::new(id).unwrap())
}

fn class() -> impl Strategy<Value = String> {
    select(vec!["uav", "range-300-km"]).prop_map(str::to_owned)
}

fn leaf() -> impl Strategy<Value = Scope> {
    let group = select(vec!["NATO", "ACL", "NEAR"]).prop_map(|id| CountryGroupId::new(id).unwrap());
    prop_oneof![
        Just(Scope::Everything),
        Just(Scope::Brokering),
        entry().prop_map(Scope::Entry),
        (place(), country()).prop_map(|(at, is)| Scope::Country { at, is }),
        (place(), group).prop_map(|(at, group)| Scope::CountryGroup { at, group }),
        (party(), role()).prop_map(|(is, role)| Scope::Party { is, role }),
        (activity(), role()).prop_map(|(is, role)| Scope::Activity { is, role }),
        platform().prop_map(Scope::Platform),
        class().prop_map(Scope::PlatformClass),
        programme().prop_map(Scope::Programme),
        kind().prop_map(Scope::PermitKind),
        day().prop_map(Scope::IssuedBefore),
        money().prop_map(Scope::ValueAtLeast),
        vec(permit(), 1..3).prop_map(Scope::Permits),
        (permit(), 0..3_u32).prop_map(|(permit, no)| Scope::Line(LineRef {
            permit,
            line: LineNo(no)
        })),
    ]
}

fn scope() -> impl Strategy<Value = Scope> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Scope::All),
            vec(inner.clone(), 1..4).prop_map(Scope::Any),
            inner.prop_map(|part| Scope::Not(Box::new(part))),
        ]
    })
}

prop_compose! {
    fn parties()(
        exporter in of(party()),
        consignees in btree_set(party(), 0..3),
        intermediates in btree_set(party(), 0..2),
        brokers in btree_set(party(), 0..2),
        end_user in of(party()),
        integrator in of(party()),
        known in proptest::collection::btree_map(
            party(),
            (of(country()), btree_set(activity(), 0..2), any::<bool>()).prop_map(
                |(country, activities, is_government)| PartyFacts { country, activities, is_government },
            ),
            0..3,
        ),
    ) -> LineFacts {
        LineFacts { exporter, consignees, intermediates, brokers, end_user, integrator, parties: known, ..facts() }
    }
}

prop_compose! {
    fn line()(
        with_parties in parties(),
        ratings in btree_set(entry(), 0..3),
        destinations in btree_set(country(), 0..3),
        final_destinations in btree_set(country(), 0..2),
        end_user_country in country(),
        programmes in btree_set(programme(), 0..2),
        platform in of(platform()),
        platform_classes in btree_set(class(), 0..2),
        permit_kind in kind(),
        is_brokering in any::<bool>(),
        (value, issued_on) in (of(money()), of(day())),
    ) -> LineFacts {
        LineFacts {
            primary: ratings.first().cloned(),
            ratings,
            destinations,
            final_destinations,
            end_user_country,
            programmes,
            platform,
            platform_classes,
            permit_kind,
            is_brokering,
            value,
            issued_on,
            ..with_parties
        }
    }
}

prop_compose! {
    fn declared()(
        destination in country(),
        final_destination in country(),
        consignee in of(party()),
        intermediates in btree_set(party(), 0..2),
        route in btree_set(country(), 0..3),
        exporter in of(party()),
        entry in of(entry()),
    ) -> Declared {
        Declared {
            line: LineNo(1),
            quantity: Quantity::each(1),
            value: Money::parse("1", "CAD").unwrap(),
            destination,
            final_destination,
            consignee,
            intermediates,
            route,
            serials: Vec::new(),
            documents: BTreeSet::new(),
            exporter,
            entry,
            end_user: None,
            model: None,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_scope_its_policy_and_its_text_read_back_agree(
        scope in scope(),
        facts in line(),
        declared in of(declared()),
        number in of((permit(), 0..3_u32)),
    ) {
        WORLD.with(|world| {
            let line = number.as_ref().map(|(permit, no)| (permit, LineNo(*no)));
            let judged = Judged { line, facts: &facts, declared: declared.as_ref() };
            let own = world.contains(&scope, judged);
            let text = render(&scope);
            assert_eq!(world.policy_stands(&scope, judged), own, "policy of {text}");
            let back = parse_scope(&text).unwrap();
            assert_eq!(world.contains(&back, judged), own, "{text} read back as {back:?}");
            assert_eq!(render(&parse_scope(&render(&back)).unwrap()), render(&back), "settled");
        });
    }
}

#[test]
fn each_single_condition_reads_back_as_itself() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen: BTreeMap<String, Scope> = BTreeMap::new();
    for _ in 0..300 {
        let scope = leaf().new_tree(&mut runner).unwrap().current();
        let text = render(&scope);
        assert_eq!(parse_scope(&text).unwrap(), scope, "{text}");
        seen.insert(text, scope);
    }
    assert!(seen.len() > 60, "{}", seen.len());
}

#[test]
fn what_a_person_writes_by_hand_is_read() {
    let turkiye = Country::new("TR").unwrap();
    let text = "resource in ControlEntry::\"ECL@2020:2\" &&\n\
                (resource.destinations.contains(Country::\"TR\") ||\n\
                 resource.final_destinations.contains(Country::\"TR\") ||\n\
                 resource.end_user_country == Country::\"TR\") &&\n\
                resource has platform && resource.platform == Platform::\"TB2\" // a comment";
    let expected = Scope::All(vec![
        Scope::Entry(EntryId::new("ECL@2020:2").unwrap()),
        Scope::Country {
            at: Place::Anywhere,
            is: turkiye,
        },
        Scope::Platform(PlatformId::new("TB2").unwrap()),
    ]);
    assert_eq!(parse_scope(text), Ok(expected));
}

#[test]
fn what_no_scope_can_hold_is_refused_and_named() {
    for (text, says) in [
        ("resource.documents.contains(Document::\"x\")", "contains"),
        (
            "resource.destinations.containsAny([Country::\"TR\"])",
            "containsAny",
        ),
        ("resource has platform", "`resource has platform` stands"),
        ("principal in Role::\"x\"", "this `in`"),
        ("resource.permit_kind == \"odd\"", "`odd` does not fit"),
        (
            "resource.destinations.contains(Country::\"tr\")",
            "`tr` does not fit",
        ),
        ("if true then true else false", "if-then-else"),
        ("true } unless { false", "expected one condition"),
        ("resource.destinations.contains(", "line"),
        (
            "true }; forbid (principal, action, resource) when { true",
            "line",
        ),
        ("", "line"),
    ] {
        let mistake = parse_scope(text).unwrap_err().to_string();
        assert!(mistake.contains(says), "{text}: {mistake}");
    }
    let long = "true && ".repeat(20_000);
    assert_eq!(parse_scope(&long), Err(ScopeTextMistake::TooLong));
}

#[test]
fn the_place_of_a_mistake_is_that_of_the_text_given() {
    let ScopeTextMistake::Text { place, .. } = parse_scope("true &&\n  ?? true").unwrap_err()
    else {
        panic!("a text mistake")
    };
    assert_eq!((place.line, place.column), (2, 3));
}

#[test]
fn the_largest_scope_accepted_is_judged_like_any_other() {
    let many: Vec<Scope> = (0..510)
        .map(|number| Scope::Permits(vec![PermitId::new(&format!("P-{number:03}")).unwrap()]))
        .collect();
    let scope = Scope::Any(many);
    scope.check().unwrap();
    WORLD.with(|world| {
        for (number, expected) in [("P-509", true), ("P-510", false)] {
            let permit = PermitId::new(number).unwrap();
            let facts = facts();
            let judged = Judged {
                line: Some((&permit, LineNo(1))),
                facts: &facts,
                declared: None,
            };
            assert_eq!(world.policy_stands(&scope, judged), expected, "{number}");
        }
    });
    assert!(matches!(parse_scope(&render(&scope)), Ok(Scope::Any(parts)) if parts.len() == 510));
}

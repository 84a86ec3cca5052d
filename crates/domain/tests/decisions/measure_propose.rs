//! Proposing a decision: what a draft must say, and what must be there.

use std::collections::BTreeSet;

use domain::event::{DecisionProposed, MeasureLifted, MeasureSigned};
use domain::id::DialogueId;
use domain::language::Bilingual;
use domain::measure::propose::{ProposeRefusal, Standing, propose};
use domain::measure::{
    Clearance, Draft, Exception, MeasureInForce, Order, OrderKind, PolicyMeasure, Rule, Selection,
    Text,
};
use domain::policy::Effect;
use domain::scope::{Scope, ScopeMistake};
use domain::view::State;

use super::acts::*;
use super::world::{Answer, Step, World, given};

fn check(world: &World, draft: &Draft) -> Answer<DecisionProposed, ProposeRefusal> {
    let measures: Vec<MeasureInForce> = of(world, |state| match state {
        State::Measure(held) => Some(held),
        _ => None,
    });
    let orders = world.orders();
    let permits = of(world, |state| match state {
        State::Permit(held) => Some(held.issued.permit),
        _ => None,
    });
    let dialogues: BTreeSet<DialogueId> = ids(&["DLG-1"]);
    let standing = Standing {
        lifted: measures.iter().collect(),
        ended: orders.iter().collect(),
        dialogues,
        permits: permits.into_iter().collect(),
        taken: BTreeSet::new(),
    };
    world.when(|_| propose(draft, &standing, &id("OFF-A")))
}

fn of<T>(world: &World, pick: impl Fn(State) -> Option<T>) -> Vec<T> {
    world.states.values().cloned().filter_map(pick).collect()
}

fn draft() -> Draft {
    Draft {
        id: id("DCN-2"),
        policies: Vec::new(),
        orders: Vec::new(),
        lifts: BTreeSet::new(),
        concludes: BTreeSet::new(),
        effective_from: day("2020-10-05"),
        intent: None,
        previews: [].into(),
    }
}

fn making(order: Order) -> Draft {
    Draft {
        orders: vec![order],
        ..draft()
    }
}

fn policy() -> PolicyMeasure {
    let rule = Rule {
        effect: Effect::PresumeDenial,
        scope: toward("TR"),
        exceptions: vec![Exception {
            scope: Scope::Programme(id("NATO")),
            falls_to: Some(Effect::CaseByCase),
            says: says("programmes are judged case by case"),
        }],
        cleared_by: Clearance::ExceptionalCircumstances,
        says: says("presumptively denied"),
    };
    PolicyMeasure {
        id: id("MSR-2"),
        instrument: instrument("2020-04-16", None),
        text: Text::Rules { rules: vec![rule] },
    }
}

fn measure_made(number: &str) -> Step {
    let measure = PolicyMeasure {
        id: id(number),
        ..policy()
    };
    vec![
        MeasureSigned {
            measure,
            decision: id("DCN-1"),
        }
        .into(),
    ]
}

fn stop() -> Order {
    suspension("ORD-9", toward("TR"), "2020-10-05")
}

#[test]
fn one_decision_may_lift_and_make_several_measures() {
    let world = given([permit("P-1"), measure_made("MSR-1")]);
    let draft = Draft {
        policies: vec![policy()],
        orders: vec![
            stop(),
            order("ORD-8", OrderKind::Cancel, &["P-1"], "2020-10-05"),
        ],
        lifts: ids(&["MSR-1"]),
        concludes: ids(&["DLG-1"]),
        ..draft()
    };
    check(&world, &draft).then(DecisionProposed {
        draft: draft.clone(),
        by: id("OFF-A"),
    });
}

#[test]
fn a_decision_that_does_nothing_is_not_proposed() {
    check(&given([]), &draft()).refused(ProposeRefusal::Empty(id("DCN-2")));
}

#[test]
fn a_number_is_used_once() {
    let standing = Standing {
        taken: ["ORD-9".to_owned()].into(),
        ..Standing::default()
    };
    given([])
        .when(|_| propose(&making(stop()), &standing, &id("OFF-A")))
        .refused(ProposeRefusal::NumberTaken("ORD-9".into()));
}

#[test]
fn every_text_for_people_comes_in_both_languages() {
    let english_only = || Bilingual::new("only English", " ");
    type Change = fn(&mut Order, Bilingual);
    let changes: [Change; 4] = [
        |order, text| order.instrument.title = text,
        |order, text| order.instrument.reasons = text,
        |order, text| order.verb = text,
        |order, text| {
            order.conditions = vec![domain::item::Condition {
                duty: domain::item::ConditionKind::Other,
                text,
                law: None,
            }];
        },
    ];
    for change in changes {
        let mut order = stop();
        change(&mut order, english_only());
        check(&given([]), &making(order))
            .refused(ProposeRefusal::OneLanguage("order ORD-9".into()));
    }
    let with_rule = |but: &dyn Fn(&mut Rule)| {
        let mut measure = policy();
        if let Text::Rules { rules } = &mut measure.text {
            but(&mut rules[0]);
        }
        Draft {
            policies: vec![measure],
            ..draft()
        }
    };
    let of_measure = || ProposeRefusal::OneLanguage("measure MSR-2".into());
    let says = with_rule(&|rule| rule.says = english_only());
    check(&given([]), &says).refused(of_measure());
    let exception = with_rule(&|rule| rule.exceptions[0].says = english_only());
    check(&given([]), &exception).refused(of_measure());
}

#[test]
fn a_measure_names_a_ground_and_days_in_order() {
    let with = |but: fn(&mut Order)| {
        let mut order = stop();
        but(&mut order);
        check(&given([]), &making(order))
    };
    let what = || "order ORD-9".to_owned();
    with(|order| order.instrument.grounds.clear()).refused(ProposeRefusal::NoGround(what()));
    with(|order| order.instrument.effective.until = Some(day("2020-10-05")))
        .refused(ProposeRefusal::DaysOutOfOrder(what()));
    with(|order| order.instrument.effective.until = Some(day("2020-10-06"))).granted();
    with(|order| order.instrument.review_by = Some(day("2020-10-04")))
        .refused(ProposeRefusal::DaysOutOfOrder(what()));
    with(|order| order.instrument.review_by = None).refused(ProposeRefusal::NoReviewDay(what()));
}

#[test]
fn only_a_suspension_goes_by_scope() {
    let kinds = [
        OrderKind::Amend,
        OrderKind::Cancel,
        OrderKind::Reinstate,
        OrderKind::Annul,
    ];
    check(&given([]), &making(stop())).granted();
    for kind in kinds {
        check(&given([]), &making(Order { kind, ..stop() })).refused(ProposeRefusal::NotByScope {
            order: id("ORD-9"),
            kind,
        });
    }
}

#[test]
fn an_order_names_permits_that_are_there() {
    let nothing = order("ORD-9", OrderKind::Cancel, &[], "2020-10-05");
    check(&given([permit("P-1")]), &making(nothing))
        .refused(ProposeRefusal::NamesNothing(id("ORD-9")));
    let missing = |permit: &str| ProposeRefusal::NoSuchPermit {
        order: id("ORD-9"),
        permit: id(permit),
    };
    let whole = order("ORD-9", OrderKind::Cancel, &["P-1", "P-2"], "2020-10-05");
    check(&given([permit("P-1")]), &making(whole)).refused(missing("P-2"));
    let by_line = Order {
        selection: Selection::Named {
            permits: BTreeSet::new(),
            lines: [line_ref("P-3", 1)].into(),
        },
        ..order("ORD-9", OrderKind::Cancel, &[], "2020-10-05")
    };
    check(&given([permit("P-1")]), &making(by_line)).refused(missing("P-3"));
}

#[test]
fn an_amendment_gives_new_terms_for_every_permit_that_it_names() {
    let world = given([permit("P-1"), permit("P-2")]);
    let mut amending = order("ORD-9", OrderKind::Amend, &["P-1"], "2020-10-05");
    let no_terms = |permit: &str| ProposeRefusal::NoNewTerms {
        order: id("ORD-9"),
        permit: id(permit),
    };
    check(&world, &making(amending.clone())).refused(no_terms("P-1"));
    amending.new_terms = [(id("P-1"), terms())].into();
    check(&world, &making(amending.clone())).granted();
    amending.selection = Selection::Named {
        permits: ids(&["P-1"]),
        lines: [line_ref("P-2", 1)].into(),
    };
    check(&world, &making(amending)).refused(no_terms("P-2"));
}

#[test]
fn a_reinstatement_names_the_suspensions_or_the_cancellation_that_it_ends() {
    let annulment = made(
        order("ORD-3", OrderKind::Annul, &["P-1"], "2020-10-05"),
        &[("P-1", &[1, 2])],
    );
    let world = given([
        permit("P-1"),
        suspended("ORD-1", "2020-10-05"),
        cancelled("ORD-2", "2020-10-05"),
        annulment,
    ]);
    let ending = |ends: &[&str]| making(reinstatement("ORD-9", &["P-1"], ends, "2020-12-01"));
    check(&world, &ending(&[])).refused(ProposeRefusal::EndsNothing(id("ORD-9")));
    check(&world, &ending(&["ORD-1", "ORD-2"])).granted();
    for gone in ["ORD-3", "ORD-7"] {
        check(&world, &ending(&["ORD-1", gone])).refused(ProposeRefusal::NothingToEnd {
            order: id("ORD-9"),
            ended: id(gone),
        });
    }
}

#[test]
fn only_what_stands_is_lifted_and_only_what_runs_is_concluded() {
    let lifting = Draft {
        lifts: ids(&["MSR-1"]),
        ..draft()
    };
    let nothing = || ProposeRefusal::NothingToLift(id("MSR-1"));
    check(&given([]), &lifting).refused(nothing());
    check(&given([measure_made("MSR-1")]), &lifting).granted();
    let lifted = MeasureLifted {
        measure: id("MSR-1"),
        decision: id("DCN-1"),
        effective_from: day("2020-06-01"),
    };
    check(
        &given([measure_made("MSR-1"), vec![lifted.into()]]),
        &lifting,
    )
    .refused(nothing());
    let concluding = Draft {
        concludes: ids(&["DLG-2"]),
        ..draft()
    };
    check(&given([]), &concluding).refused(ProposeRefusal::NothingToConclude(id("DLG-2")));
}

#[test]
fn a_scope_is_one_that_a_reader_could_follow() {
    let scoped = |scope| making(suspension("ORD-9", scope, "2020-10-05"));
    let refusal = |mistake| ProposeRefusal::Scope {
        what: "order ORD-9".into(),
        mistake,
    };
    let empty = Scope::All(Vec::new());
    check(&given([]), &scoped(empty)).refused(refusal(ScopeMistake::Empty("all")));
    let deep = (0..40).fold(toward("TR"), |scope, _| Scope::Not(Box::new(scope)));
    check(&given([]), &scoped(deep)).refused(refusal(ScopeMistake::TooDeep));
    let large = Scope::Any((0..600).map(|_| toward("TR")).collect());
    check(&given([]), &scoped(large)).refused(refusal(ScopeMistake::TooLarge));
    let mut use_only = stop();
    use_only.use_scope = Some(Scope::Any(Vec::new()));
    check(&given([]), &making(use_only)).refused(refusal(ScopeMistake::Empty("any")));
}

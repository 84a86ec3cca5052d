//! Amending a permit at its holder's request.

use domain::event::PermitAmended;
use domain::item::LineNo;
use domain::permit::amend::{AmendPermit, AmendRefusal, Term, amend};
use domain::permit::standing::Standing;
use domain::permit::{Movement, Terms};
use domain::quantity::Quantity;

use super::acts::*;
use super::world::{Answer, Step, World, given};

const TODAY: &str = "2020-06-01";

fn check(world: &World, ask: &AmendPermit) -> Answer<PermitAmended, AmendRefusal> {
    let ledgers: Vec<_> = world.ledgers("P-1").into_values().collect();
    world.when(|world| amend(world.permit("P-1"), &ledgers, ask, day(TODAY)))
}

/// Asks for the usual terms, changed by `but`.
fn asking_for(but: impl FnOnce(&mut Terms)) -> AmendPermit {
    let mut asked = terms();
    but(&mut asked);
    AmendPermit {
        permit: id("P-1"),
        terms: asked,
        last_day: Some(day("2021-02-28")),
        reason: "quantity: fewer are needed".into(),
        effective_from: day(TODAY),
    }
}

fn fewer(count: u32) -> AmendPermit {
    asking_for(|terms| terms.lines[0] = line(1, count))
}

fn in_force() -> World {
    given([permit("P-1")])
}

fn new_permit_for(term: Term) -> AmendRefusal {
    AmendRefusal::NeedsNewPermit {
        permit: id("P-1"),
        term,
    }
}

fn not_in_force(standing: Standing) -> AmendRefusal {
    AmendRefusal::NotInForce {
        permit: id("P-1"),
        standing,
    }
}

#[test]
fn a_holder_may_ask_for_less() {
    let ask = fewer(3);
    check(&in_force(), &ask).then(PermitAmended {
        permit: id("P-1"),
        terms: ask.terms.clone(),
        last_day: ask.last_day,
        effective_from: day(TODAY),
        reason: ask.reason.clone(),
        order: None,
    });
}

#[test]
fn a_holder_may_drop_a_line_that_nobody_used() {
    let ask = asking_for(|terms| terms.lines.truncate(1));
    check(&in_force(), &ask).granted();
}

#[test]
fn a_term_that_makes_another_export_needs_a_new_permit() {
    type Change = fn(&mut Terms);
    let table: [(Change, Term); 16] = [
        (|t| t.end_user = Some(id("PTY-OTHER")), Term::EndUser),
        (|t| t.end_user_country = Some(id("AZ")), Term::EndUser),
        (
            |t| t.consignees = ids(&["PTY-CONSIGNEE", "PTY-OTHER"]),
            Term::Consignee,
        ),
        (|t| t.intermediates = ids(&["PTY-OTHER"]), Term::Consignee),
        (|t| t.destinations = ids(&["TR", "AZ"]), Term::Destination),
        (|t| t.final_destinations = ids(&["AZ"]), Term::Destination),
        (|t| t.end_use = Some("resale".into()), Term::EndUse),
        (|t| t.integrator = Some(id("PTY-OTHER")), Term::EndUse),
        (|t| t.platform = Some(id("PLT-OTHER")), Term::EndUse),
        (|t| t.programmes = ids(&["NATO"]), Term::EndUse),
        (|t| t.lines[0].ratings = rated("2-10.c"), Term::Item),
        (|t| t.lines[0].item.model = Some("OTHER".into()), Term::Item),
        (|t| t.lines.push(line(3, 1)), Term::Item),
        (|t| t.lines[0] = line(1, 8), Term::MoreThanGranted),
        (|t| t.exporter = Some(id("PTY-OTHER")), Term::Holder),
        (|t| t.movement = Movement::Transit, Term::Movement),
    ];
    for (change, term) in table {
        let answer = check(&in_force(), &asking_for(change));
        answer.refused(new_permit_for(term));
    }
}

#[test]
fn a_holder_cannot_amend_away_a_condition() {
    let condition = domain::item::Condition {
        duty: domain::item::ConditionKind::DeclareSerials,
        text: says("declare the serial numbers"),
        law: None,
    };
    let conditioned = permit_as("P-1", |issued| {
        issued.terms.conditions = vec![condition.clone()]
    });
    let world = given([conditioned]);
    check(&world, &fewer(3)).refused(new_permit_for(Term::Condition));
    let kept = asking_for(|terms| {
        terms.lines[0] = line(1, 3);
        terms.conditions = vec![condition];
    });
    check(&world, &kept).granted();
}

#[test]
fn more_in_other_words_is_still_more() {
    let dozen = asking_for(|terms| {
        terms.lines[0].quantity = Some(Quantity::parse("1", "DZN").unwrap());
    });
    check(&in_force(), &dozen).refused(new_permit_for(Term::MoreThanGranted));
    let unlimited = asking_for(|terms| terms.lines[0].quantity = None);
    check(&in_force(), &unlimited).refused(new_permit_for(Term::MoreThanGranted));
}

#[test]
fn a_later_last_day_needs_a_new_permit_and_an_earlier_one_does_not() {
    let later = AmendPermit {
        last_day: Some(day("2021-03-01")),
        ..fewer(7)
    };
    check(&in_force(), &later).refused(new_permit_for(Term::Duration));
    let none = AmendPermit {
        last_day: None,
        ..fewer(7)
    };
    check(&in_force(), &none).refused(new_permit_for(Term::Duration));
    let earlier = AmendPermit {
        last_day: Some(day("2021-02-27")),
        ..fewer(7)
    };
    check(&in_force(), &earlier).granted();
}

#[test]
fn a_line_is_not_cut_below_what_was_used_of_it() {
    let world = given([permit("P-1"), reserved("SHP-1", 1, 4)]);
    check(&world, &fewer(4)).granted();
    check(&world, &fewer(3)).refused(AmendRefusal::BelowUse {
        permit: id("P-1"),
        line: LineNo(1),
    });
    let without_it = asking_for(|terms| {
        terms.lines.remove(0);
    });
    check(&world, &without_it).refused(AmendRefusal::BelowUse {
        permit: id("P-1"),
        line: LineNo(1),
    });
}

#[test]
fn the_last_day_of_validity_still_counts_for_asking() {
    let until = |last: &str| {
        let last = day(last);
        given([permit_as("P-1", move |issued| issued.last_day = Some(last))])
    };
    let ask = |last: &str| AmendPermit {
        last_day: Some(day(last)),
        ..fewer(3)
    };
    check(&until(TODAY), &ask(TODAY)).granted();
    check(&until("2020-05-31"), &ask("2020-05-31")).refused(AmendRefusal::AfterExpiry {
        permit: id("P-1"),
        expired_on: day("2020-05-31"),
    });
}

#[test]
fn a_refusal_after_expiry_names_the_last_day_as_amended() {
    let mut shorter = amended("P-1", terms(), "2019-06-01");
    if let Some(domain::event::Event::PermitAmended(event)) = shorter.first_mut() {
        event.last_day = Some(day("2020-05-15"));
    }
    let world = given([permit("P-1"), shorter]);
    check(&world, &fewer(3)).refused(AmendRefusal::AfterExpiry {
        permit: id("P-1"),
        expired_on: day("2020-05-15"),
    });
}

#[test]
fn a_permit_that_does_not_stand_in_force_is_not_amended() {
    let one_line = made(
        order(
            "ORD-1",
            domain::measure::OrderKind::Suspend,
            &["P-1"],
            "2020-05-01",
        ),
        &[("P-1", &[2])],
    );
    let table: [(Step, Standing); 4] = [
        (suspended("ORD-1", "2020-05-01"), Standing::Suspended),
        (one_line, Standing::PartlyInForce),
        (cancelled("ORD-1", "2020-05-01"), Standing::Cancelled),
        (surrendered("P-1", "2020-05-01"), Standing::Surrendered),
    ];
    for (step, standing) in table {
        let world = given([permit("P-1"), step]);
        check(&world, &fewer(3)).refused(not_in_force(standing));
    }
}

#[test]
fn an_amendment_names_its_reason() {
    let silent = AmendPermit {
        reason: "  ".into(),
        ..fewer(3)
    };
    check(&in_force(), &silent).refused(AmendRefusal::NoReason { permit: id("P-1") });
}

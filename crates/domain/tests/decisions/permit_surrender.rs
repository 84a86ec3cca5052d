//! Surrendering a permit.

use domain::event::PermitSurrendered;
use domain::permit::standing::Standing;
use domain::permit::surrender::{SurrenderRefusal, surrender};

use super::acts::*;
use super::world::{Answer, Step, given};

const TODAY: &str = "2020-12-01";

fn check(
    steps: impl IntoIterator<Item = Step>,
    by: &str,
) -> Answer<PermitSurrendered, SurrenderRefusal> {
    given(steps).when(|world| surrender(world.permit("P-1"), &id(by), day(TODAY)))
}

fn given_up() -> PermitSurrendered {
    PermitSurrendered {
        permit: id("P-1"),
        by: id("PTY-HOLDER"),
        effective_from: day(TODAY),
    }
}

fn ended(standing: Standing) -> SurrenderRefusal {
    SurrenderRefusal::AlreadyEnded {
        permit: id("P-1"),
        standing,
    }
}

#[test]
fn a_holder_gives_a_permit_up() {
    check([permit("P-1")], "PTY-HOLDER").then(given_up());
}

#[test]
fn a_suspended_permit_may_be_surrendered() {
    let steps = [permit("P-1"), suspended("ORD-1", "2020-10-05")];
    check(steps, "PTY-HOLDER").then(given_up());
}

#[test]
fn a_consignee_cannot_surrender_what_another_holds() {
    check([permit("P-1")], "PTY-CONSIGNEE").refused(SurrenderRefusal::NotTheHolder {
        permit: id("P-1"),
        by: id("PTY-CONSIGNEE"),
    });
}

#[test]
fn a_cancelled_permit_cannot_be_surrendered() {
    let steps = [permit("P-1"), cancelled("ORD-1", "2020-11-30")];
    check(steps, "PTY-HOLDER").refused(ended(Standing::Cancelled));
}

#[test]
fn a_permit_cancelled_from_tomorrow_can_still_be_surrendered_today() {
    let steps = [permit("P-1"), cancelled("ORD-1", "2020-12-02")];
    check(steps, "PTY-HOLDER").then(given_up());
}

#[test]
fn an_expired_permit_cannot_be_surrendered() {
    let expired = permit_as("P-1", |issued| issued.last_day = Some(day("2020-11-30")));
    check([expired], "PTY-HOLDER").refused(ended(Standing::Expired));
}

#[test]
fn a_permit_is_surrendered_once() {
    let steps = [permit("P-1"), surrendered("P-1", "2020-11-01")];
    check(steps, "PTY-HOLDER").refused(ended(Standing::Surrendered));
}

#[test]
fn nobody_surrenders_a_general_permit() {
    let general = permit_as("P-1", |issued| issued.terms.exporter = None);
    check([general], "PTY-HOLDER").refused(SurrenderRefusal::NotTheHolder {
        permit: id("P-1"),
        by: id("PTY-HOLDER"),
    });
}

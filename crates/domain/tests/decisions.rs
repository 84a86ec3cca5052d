//! Decision tests: given what has happened, when somebody asks, then an event or a refusal.

#[cfg(test)]
mod decisions {
    pub mod acts;
    pub mod world;

    mod application_process;
    mod application_submit;
    mod assurance;
    mod breach_test;
    mod catalogue;
    mod declaration;
    mod declared_against_permit;
    mod dialogue;
    mod evidence;
    mod evidence_keeping;
    mod exit_and_return;
    mod gate_conditions;
    mod general_permit;
    mod grants_by_day;
    mod inquiry_review;
    mod instant_stops;
    mod measure_propose;
    mod measure_sign;
    mod order_reach;
    mod overlapping_orders;
    mod passage;
    mod permit_amend;
    mod permit_issue;
    mod permit_standing;
    mod permit_surrender;
    mod refusals;
    mod requests;
    mod use_orders;
    mod visits;
}

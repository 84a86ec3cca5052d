//! What every register does, whatever the engine under it: one suite, run on each.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "contract/beside.rs"]
mod beside;
#[path = "contract/log.rs"]
mod log;
#[path = "contract/proofs.rs"]
mod proofs;
#[path = "contract/races.rs"]
mod races;
#[path = "toy/server.rs"]
mod server;
mod toy;
#[path = "contract/views.rs"]
mod views;
#[path = "contract/writes.rs"]
mod writes;

use std::path::Path;

use domain::time::Position;
use register::event::Query;
use register::store::{Page, Reading, Store};

type Open = fn(&Path) -> Box<dyn Store>;

/// Runs every test of the suite on each engine.
macro_rules! contract {
    ($($group:ident: $($test:ident),* $(,)?;)*) => {
        mod sqlite {
            $($(#[test]
            fn $test() {
                crate::$group::$test(crate::toy::sqlite);
            })*)*
        }

        mod postgres {
            $($(#[test]
            fn $test() {
                if crate::server::runs(stringify!($test)) {
                    crate::$group::$test(crate::server::store);
                }
            })*)*
        }
    };
}

contract! {
    log:
        a_new_register_is_empty,
        positions_have_no_gaps_and_instants_never_run_backwards,
        an_event_reads_back_as_it_was_appended,
        an_event_that_is_not_exact_is_refused_and_leaves_no_trace,
        queries_give_any_of_the_tags_and_any_of_the_kinds,
        reads_of_the_log_are_bounded,
        the_position_at_an_instant_is_the_last_recorded_by_then;
    writes:
        a_write_sees_its_own_events_and_others_do_not,
        what_is_not_committed_leaves_no_trace,
        a_guard_refuses_what_happened_since,
        a_guard_holds_when_nothing_that_it_asks_for_happened,
        a_conflict_leaves_the_write_usable,
        a_failed_fold_spoils_the_write_but_not_an_outer_savepoint,
        a_savepoint_undoes_only_what_came_after_it,
        a_savepoint_must_be_open_to_be_ended,
        a_read_keeps_its_state_while_others_write,
        writers_take_turns_and_lose_nothing;
    beside:
        an_answer_is_kept_once,
        a_message_of_the_same_key_is_the_same_message,
        what_became_of_a_message_is_kept,
        numbers_of_a_series_have_no_gaps,
        bytes_are_kept_under_their_digest;
    views:
        views_are_found_paged_and_counted,
        a_range_is_paged_without_losing_or_repeating_a_row,
        views_fold_again_to_the_same_rows;
    races:
        draws_of_many_end_exactly_at_the_grant,
        one_key_used_at_once_has_one_effect_and_one_answer;
    proofs:
        proofs_hold_against_the_roots_of_any_size,
        a_checkpoint_is_kept_and_agrees_with_the_log,
        an_excerpt_proves_what_it_discloses_and_nothing_else,
        a_redacted_event_still_proves,
        redacting_a_branch_leaves_its_neighbours,
        a_backup_is_a_register_of_its_own,
        a_furnished_register_is_clean;
}

fn in_fresh(open: Open, test: impl FnOnce(&dyn Store, &Path)) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("register.db"));
    test(store.as_ref(), folder.path());
    let report = toy::verify(store.as_ref());
    assert!(report.is_clean(), "{:?}", report.findings);
}

fn positions(reading: &dyn Reading, query: &Query) -> Vec<u64> {
    let events = reading.events(query, Position(0), None, 100).unwrap();
    events.iter().map(|event| event.position.0).collect()
}

fn query(tags: &[&str], kinds: &[&str]) -> Query {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    Query {
        tags: owned(tags),
        kinds: owned(kinds),
    }
}

fn page(after: Option<&str>, limit: usize) -> Page<'_> {
    Page { after, limit }
}

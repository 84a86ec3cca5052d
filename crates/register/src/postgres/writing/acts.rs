//! What can be done in a write.

use domain::time::Instant;

use crate::checkpoint::{Checkpoint, CheckpointKey, SignedCheckpoint};
use crate::event::{AppendRefusal, Appended, EventMistake, Guard, NewEvent, Outgoing};
use crate::fault::RegisterFault;
use crate::hash::Digest;
use crate::postgres::doing::{Doing as _, column, kept, natural};
use crate::postgres::line::{Line, int, maybe_text, text};
use crate::postgres::reading::{Connected as _, Over};
use crate::postgres::writing::flush::savepoint;
use crate::postgres::writing::levels::Level;
use crate::postgres::writing::{HELD_BYTES_MAX, PostgresWriting};
use crate::prepare::Prepared;
use crate::store::{Mark, StoredAnswer, Writing};

impl Writing for Over<PostgresWriting<'_>> {
    fn recorded_at(&self) -> Instant {
        self.0.state.borrow().recorded_at
    }

    fn append(
        &mut self,
        events: Vec<NewEvent>,
        guard: Option<&Guard>,
        outgoing: Vec<Outgoing>,
    ) -> Result<Appended, AppendRefusal> {
        let writing = &self.0;
        let mut state = writing.usable()?;
        if events.is_empty() {
            return Err(EventMistake::Nothing.into());
        }
        if let Some(guard) = guard {
            writing.check_guard(&state, guard)?;
        }
        let prepared: Vec<Prepared> = events
            .into_iter()
            .map(Prepared::new)
            .collect::<Result<_, _>>()?;
        writing
            .write_all(&mut state, prepared, outgoing)
            .map_err(|fault| {
                // What folding refuses is held here still, so a savepoint can undo it.
                let depth = match fault {
                    RegisterFault::Fold { .. } => state.depth(),
                    _ => 0,
                };
                state.failed_within = Some(depth);
                fault.into()
            })
    }

    fn remember_answer(&mut self, key: &str, answer: &StoredAnswer) -> Result<(), RegisterFault> {
        if self.0.known_answer(key)?.is_some() {
            return Err(RegisterFault::AnswerKept {
                key: key.to_owned(),
            });
        }
        let mut state = self.0.usable()?;
        state.now.numbers.answer = state.now.numbers.answer.saturating_add(1);
        let number = state.now.numbers.answer;
        state.held = state.held.saturating_add(answer.answer.len());
        if let Some(level) = state.top() {
            let kept = (number, answer.clone());
            level.pending.answers.insert(key.to_owned(), kept);
        }
        Ok(())
    }

    fn vault_put(&mut self, bytes: &[u8]) -> Result<Digest, RegisterFault> {
        let mut state = self.0.usable()?;
        let digest = Digest::of(bytes);
        state.held = state.held.saturating_add(bytes.len());
        if let Some(level) = state.top() {
            level.pending.vault.insert(digest, bytes.to_vec());
        }
        if state.held > HELD_BYTES_MAX {
            self.0.flush(&mut state)?;
        }
        Ok(digest)
    }

    fn mark(&mut self, number: u64, mark: &Mark) -> Result<(), RegisterFault> {
        let writing = &self.0;
        let mut state = writing.usable()?;
        writing.flush(&mut state)?;
        let at = state.recorded_at;
        state.has_written = true;
        drop(state);
        let changed = writing.spoiled(set_mark(writing.open()?, number, mark, at))?;
        if changed {
            Ok(())
        } else {
            Err(RegisterFault::NoSuchOutgoing { number })
        }
    }

    fn next_number(&mut self, series: &str) -> Result<u64, RegisterFault> {
        let writing = &self.0;
        let known = writing.usable()?.series(series);
        let last = match known {
            Some(last) => last,
            None => {
                let rows = writing.open()?.ask(
                    "SELECT last FROM register.series WHERE name = $1",
                    &[text(series)],
                );
                let doing = || format!("taking the next number of series `{series}`");
                let rows = writing.spoiled(rows.doing(doing))?;
                let last = rows.first().map_or(Ok(0), |row| column::<i64>(row, 0))?;
                natural(last)
            }
        };
        let mut state = writing.usable()?;
        state.known.series.entry(series.to_owned()).or_insert(last);
        let next = last.saturating_add(1);
        if let Some(level) = state.top() {
            level.pending.series.insert(series.to_owned(), next);
        }
        Ok(next)
    }

    fn savepoint(&mut self) -> Result<(), RegisterFault> {
        let mut state = self.0.usable()?;
        let level = Level::new(state.now.clone());
        state.levels.push(level);
        Ok(())
    }

    fn rollback_to_savepoint(&mut self) -> Result<(), RegisterFault> {
        let writing = &self.0;
        let mut state = writing.state.borrow_mut();
        let depth = state.depth();
        if depth == 0 {
            return Err(RegisterFault::NoSavepoint);
        }
        let Some(undone) = state.levels.pop() else {
            return Err(RegisterFault::NoSavepoint);
        };
        if undone.is_open && state.failed_within != Some(0) {
            let name = savepoint(depth);
            let sql = format!("ROLLBACK TO {name}; RELEASE {name}");
            let done = writing
                .open()
                .and_then(|line| line.run(&sql).doing(|| "undoing a savepoint".into()));
            if done.is_err() {
                state.failed_within = Some(0);
            }
            done?;
        }
        if state.failed_within == Some(0) {
            return Err(RegisterFault::Unfinished);
        }
        state.failed_within = state.failed_within.filter(|within| *within < depth);
        state.appended.truncate(undone.mark.appended);
        state.now = undone.mark;
        Ok(())
    }

    fn release_savepoint(&mut self) -> Result<(), RegisterFault> {
        let writing = &self.0;
        let depth = writing.state.borrow().depth();
        if depth == 0 {
            return Err(RegisterFault::NoSavepoint);
        }
        let mut state = writing.usable()?;
        let Some(ended) = state.levels.pop() else {
            return Err(RegisterFault::NoSavepoint);
        };
        if ended.is_open {
            let sql = format!("RELEASE {}", savepoint(depth));
            let done = writing
                .open()
                .and_then(|line| line.run(&sql).doing(|| "ending a savepoint".into()));
            if done.is_err() {
                state.failed_within = Some(0);
            }
            done?;
        }
        if let Some(level) = state.top() {
            level.absorb(ended);
        }
        Ok(())
    }

    fn sign_checkpoint(&mut self, key: &CheckpointKey) -> Result<SignedCheckpoint, RegisterFault> {
        let mut state = self.0.usable()?;
        let signed = key.sign(Checkpoint {
            origin: key.name().to_owned(),
            size: state.now.head.position.0,
            root: state.now.frontier.root(),
            recorded_at: state.recorded_at,
        });
        state.now.numbers.checkpoint = state.now.numbers.checkpoint.saturating_add(1);
        let number = state.now.numbers.checkpoint;
        if let Some(level) = state.top() {
            level.lines.checkpoints.push((number, signed.clone()));
        }
        Ok(signed)
    }

    fn commit(mut self: Box<Self>) -> Result<(), RegisterFault> {
        drop(self.0.usable()?);
        self.0.commit_now()
    }
}

/// Notes what became of a message. Says whether there is one.
fn set_mark(line: &Line, number: u64, mark: &Mark, at: Instant) -> Result<bool, RegisterFault> {
    let (sql, because) = match mark {
        Mark::Delivered => (
            "UPDATE register.outgoing SET delivered_at = coalesce(delivered_at, $2)
             WHERE number = $1 AND $3::text IS NULL RETURNING number",
            None,
        ),
        // What was acknowledged was delivered, even if the word of its delivery was lost.
        Mark::Acknowledged => (
            "UPDATE register.outgoing SET acknowledged_at = coalesce(acknowledged_at, $2),
             delivered_at = coalesce(delivered_at, $2)
             WHERE number = $1 AND $3::text IS NULL RETURNING number",
            None,
        ),
        Mark::Failed { because } => (
            "UPDATE register.outgoing SET failures = failures + 1, failed_at = $2,
             last_failure = $3 WHERE number = $1 RETURNING number",
            Some(because.as_str()),
        ),
    };
    let number_kept = kept(number);
    let changed = line
        .ask(sql, &[int(number_kept), int(at.0), maybe_text(because)])
        .doing(|| format!("marking outgoing message {number}"))?;
    Ok(!changed.is_empty())
}

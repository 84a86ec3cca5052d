//! What a run of the tests said: read from the output of cargo, counted per crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Counts of one crate.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed, as the harness saw it.
    pub passed: u64,
    /// Tests that failed, and test programs that ended without a result.
    pub failed: u64,
    /// Tests marked to be ignored.
    pub ignored: u64,
}

/// The outcome of a whole run, filled line by line.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Package of each test program, by the file name of the program.
    packages: BTreeMap<String, String>,
    counts: BTreeMap<String, Counts>,
    failed_tests: BTreeSet<String>,
    not_run: BTreeMap<String, BTreeSet<String>>,
    section: Option<Section>,
    /// What went wrong beside failed tests.
    pub trouble: Vec<String>,
}

/// One test program, or the examples in one crate's documents.
#[derive(Debug)]
struct Section {
    package: String,
    program: String,
    /// Tests announced and not yet accounted for. Document examples announce more than once.
    announced: Option<u64>,
    failed: u64,
}

impl Outcome {
    /// An outcome that knows which package each test program belongs to.
    pub fn new(packages: BTreeMap<String, String>) -> Self {
        Self {
            packages,
            ..Self::default()
        }
    }

    /// Reads one line of the output of `cargo test`.
    pub fn read(&mut self, raw: &str) {
        let line = without_colour(raw);
        let line = line.trim();
        if let Some(program) = running(line) {
            let name = program.rsplit('/').next().unwrap_or(program);
            let package = self.packages.get(name).cloned();
            self.open(package.unwrap_or_else(|| without_hash(name)), name);
        } else if let Some(name) = line.strip_prefix("Doc-tests ") {
            self.open(name.trim().replace('_', "-"), "document examples");
        } else if let Some(announced) = announced(line) {
            if let Some(section) = &mut self.section {
                section.announced = Some(announced);
            }
        } else if let Some(counts) = result(line) {
            self.count(counts);
        } else if let Some(name) = failed_test(line) {
            self.failed_tests.insert(name.to_owned());
        } else if line.starts_with("error: test failed")
            || line.starts_with("error: doctest failed")
        {
            self.program_failed();
        }
    }

    fn open(&mut self, package: String, program: &str) {
        self.close();
        self.counts.entry(package.clone()).or_default();
        self.section = Some(Section {
            package,
            program: program.to_owned(),
            announced: None,
            failed: 0,
        });
    }

    fn count(&mut self, counts: Counts) {
        let Some(section) = &mut self.section else {
            return;
        };
        // A result without its announcement was printed by a test, not by the harness.
        if section.announced != Some(counts.passed + counts.failed + counts.ignored) {
            return;
        }
        section.announced = None;
        section.failed += counts.failed;
        let sum = self.counts.entry(section.package.clone()).or_default();
        sum.passed += counts.passed;
        sum.failed += counts.failed;
        sum.ignored += counts.ignored;
    }

    /// Cargo says that the current program failed: it may have ended without any result.
    fn program_failed(&mut self) {
        let Some(section) = &mut self.section else {
            return;
        };
        if section.failed == 0 {
            section.failed += 1;
            section.announced = None;
            self.counts
                .entry(section.package.clone())
                .or_default()
                .failed += 1;
            let said = format!(
                "{} ({}) failed without a result",
                section.package, section.program
            );
            self.trouble.push(said);
        }
    }

    fn close(&mut self) {
        if let Some(section) = self.section.take()
            && section.announced.is_some()
            && section.failed == 0
        {
            self.counts
                .entry(section.package.clone())
                .or_default()
                .failed += 1;
            let said = format!(
                "{} ({}) ended without a result",
                section.package, section.program
            );
            self.trouble.push(said);
        }
    }

    /// Reads what tests said of themselves: that they did not run, and why.
    pub fn read_not_run(&mut self, text: &str) {
        for line in text.lines() {
            let said = line.strip_prefix("not run: ").unwrap_or(line);
            let (test, because) = said.split_once(": ").unwrap_or((said, "no reason given"));
            if !test.trim().is_empty() {
                let reasons = self.not_run.entry(test.trim().to_owned()).or_default();
                reasons.insert(because.trim().to_owned());
            }
        }
    }

    /// Ends the run: `cargo_ended_well` is what cargo itself returned, `with_tests` the packages
    /// that have tests in their sources.
    pub fn finish(&mut self, cargo_ended_well: bool, with_tests: &BTreeSet<String>) {
        self.close();
        for package in with_tests {
            let ran = self
                .counts
                .get(package)
                .is_some_and(|c| c.passed + c.failed > 0);
            if !ran {
                self.trouble
                    .push(format!("{package} has tests and ran none"));
            }
        }
        let failed: u64 = self.counts.values().map(|c| c.failed).sum();
        if !cargo_ended_well && failed == 0 {
            self.trouble
                .push("cargo test failed and named no test".to_owned());
        }
    }

    /// Whether every test that ran passed, and every crate with tests ran some.
    pub fn went_well(&self) -> bool {
        self.trouble.is_empty() && self.counts.values().all(|c| c.failed == 0)
    }

    /// Passed, failed, skipped. A test that said that it did not run did not pass.
    fn totals(&self) -> (u64, u64, u64) {
        let sum = |of: fn(&Counts) -> u64| self.counts.values().map(of).sum::<u64>();
        let not_run = self
            .not_run
            .keys()
            .filter(|test| !self.has_failed(test))
            .count() as u64;
        let passed = sum(|c| c.passed).saturating_sub(not_run);
        (passed, sum(|c| c.failed), not_run + sum(|c| c.ignored))
    }

    fn has_failed(&self, test: &str) -> bool {
        let ends_with = |full: &String| full == test || full.ends_with(&format!("::{test}"));
        self.failed_tests.iter().any(ends_with)
    }

    /// The table, what did not run and why, and the last line.
    pub fn report(&self) -> String {
        let mut out = format!(
            "\n{:<14}{:>8}{:>8}{:>8}{:>9}\n",
            "crate", "ran", "passed", "failed", "ignored"
        );
        for (package, c) in &self.counts {
            let ran = c.passed + c.failed;
            let _ = writeln!(
                out,
                "{package:<14}{ran:>8}{:>8}{:>8}{:>9}",
                c.passed, c.failed, c.ignored
            );
        }
        if !self.not_run.is_empty() {
            out.push_str(
                "\nnot run (the harness counts these as passed; the last line does not):\n",
            );
            for (test, reasons) in &self.not_run {
                let because: Vec<&str> = reasons.iter().map(String::as_str).collect();
                let _ = writeln!(out, "  {test}: {}", because.join("; "));
            }
        }
        if !self.failed_tests.is_empty() {
            out.push_str("\nfailed:\n");
            for test in &self.failed_tests {
                let _ = writeln!(out, "  {test}");
            }
        }
        for trouble in &self.trouble {
            let _ = writeln!(out, "\ntrouble: {trouble}");
        }
        let (passed, failed, skipped) = self.totals();
        let _ = writeln!(out, "\n{passed} passed, {failed} failed, {skipped} skipped");
        out
    }
}

/// The program in `Running unittests src/lib.rs (target/debug/deps/domain-0123)`.
fn running(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("Running ")?;
    let (_, program) = rest.strip_suffix(')')?.rsplit_once(" (")?;
    Some(program)
}

/// The number in `running 18 tests`.
fn announced(line: &str) -> Option<u64> {
    let rest = line.strip_prefix("running ")?;
    let number = rest
        .strip_suffix(" tests")
        .or_else(|| rest.strip_suffix(" test"))?;
    number.parse().ok()
}

/// The counts in `test result: ok. 18 passed; 0 failed; 1 ignored; …`.
fn result(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("test result: ")?;
    let (_, counts) = rest.split_once(". ")?;
    let of = |word: &str| {
        counts.split(';').find_map(|part| {
            let (number, what) = part.trim().split_once(' ')?;
            (what == word).then(|| number.parse::<u64>().ok())?
        })
    };
    Some(Counts {
        passed: of("passed")?,
        failed: of("failed")?,
        ignored: of("ignored")?,
    })
}

/// The name in `test tests::a_name ... FAILED`.
fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

/// `domain-0123456789abcdef` without the hash.
fn without_hash(program: &str) -> String {
    match program.rsplit_once('-') {
        Some((name, hash)) if hash.len() >= 8 && hash.chars().all(|c| c.is_ascii_hexdigit()) => {
            name.to_owned()
        }
        _ => program.to_owned(),
    }
}

fn without_colour(line: &str) -> String {
    let mut out = String::new();
    let mut is_code = false;
    for c in line.chars() {
        match (is_code, c) {
            (false, '\u{1b}') => is_code = true,
            (true, c) if c.is_ascii_alphabetic() => is_code = false,
            (false, c) => out.push(c),
            (true, _) => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREEN: &str = "\
   Compiling domain v0.1.0 (crates/domain)
    Finished `test` profile [unoptimized + debuginfo] target(s) in 1.62s
     Running unittests src/lib.rs (target/debug/deps/domain-80f3b1d0a1b2c3d4)

running 3 tests
test law::tests::a_citation_names_a_source_and_a_place ... ok
test time::tests::a_day ... ok
test slow ... ignored, an hour

test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/contract.rs (/elsewhere/target/debug/deps/contract-1111222233334444)

running 1 test
test a_guard_holds ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s

   Doc-tests domain

running 1 test
test crates/domain/src/lib.rs - (line 3) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.20s


running 2 tests
test crates/domain/src/id.rs - id (line 9) - compile fail ... ok
test crates/domain/src/id.rs - id (line 19) - compile ... ok

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.20s
";

    fn packages() -> BTreeMap<String, String> {
        [("contract-1111222233334444", "register")]
            .map(|(program, package)| (program.to_owned(), package.to_owned()))
            .into()
    }

    fn outcome(text: &str, not_run: &str, ended_well: bool, with_tests: &[&str]) -> Outcome {
        let mut outcome = Outcome::new(packages());
        text.lines().for_each(|line| outcome.read(line));
        outcome.read_not_run(not_run);
        let with_tests = with_tests.iter().map(|p| (*p).to_owned()).collect();
        outcome.finish(ended_well, &with_tests);
        outcome
    }

    fn last_line(outcome: &Outcome) -> String {
        outcome.report().lines().last().unwrap().to_owned()
    }

    #[test]
    fn tests_and_document_examples_are_counted_to_their_crate() {
        let outcome = outcome(GREEN, "", true, &["domain", "register"]);
        assert!(outcome.went_well(), "{:?}", outcome.trouble);
        assert_eq!(outcome.counts["domain"].passed, 5);
        assert_eq!(outcome.counts["domain"].ignored, 1);
        assert_eq!(outcome.counts["register"].passed, 1);
        assert_eq!(last_line(&outcome), "6 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn a_test_that_did_not_run_is_skipped_and_not_passed() {
        let said = "not run: a guard holds: no server\nnot run: a guard holds: no server\n\
                    not run: a_day: `data` is not there\n";
        let outcome = outcome(GREEN, said, true, &[]);
        assert!(outcome.went_well());
        assert_eq!(last_line(&outcome), "4 passed, 0 failed, 3 skipped");
        assert!(outcome.report().contains("  a_day: `data` is not there\n"));
    }

    #[test]
    fn a_failure_fails_the_run_and_is_named() {
        let ok = "ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        let rerun = "error: test failed, to rerun pass `-p register --test contract`";
        let failed = ok.replace("ok. 1 passed; 0 failed", "FAILED. 0 passed; 1 failed");
        let text = GREEN
            .replace(
                "test a_guard_holds ... ok",
                "test x::a_guard_holds ... FAILED",
            )
            .replace(ok, &format!("{failed}\n\n{rerun}"));
        let outcome = outcome(&text, "not run: a_guard_holds: half of it", false, &[]);
        assert!(!outcome.went_well());
        assert_eq!(last_line(&outcome), "5 passed, 1 failed, 1 skipped");
        assert!(outcome.report().contains("failed:\n  x::a_guard_holds\n"));
    }

    #[test]
    fn a_program_that_ends_without_a_result_fails() {
        let crashed: String = GREEN
            .lines()
            .filter(|line| !line.contains("finished in 0.10s"))
            .map(|line| format!("{line}\n"))
            .collect();
        let silent = outcome(&crashed, "", true, &[]);
        assert!(!silent.went_well());
        assert_eq!(last_line(&silent), "5 passed, 1 failed, 1 skipped");

        let said = crashed.replace(
            "   Doc-tests",
            "error: test failed, to rerun pass `x`\n   Doc-tests",
        );
        let once = outcome(&said, "", false, &[]);
        assert_eq!(last_line(&once), "5 passed, 1 failed, 1 skipped");
    }

    #[test]
    fn a_result_printed_by_a_test_is_not_counted() {
        let noisy = GREEN.replace(
            "test time::tests::a_day ... ok",
            "test result: ok. 400 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
        );
        assert_eq!(
            last_line(&outcome(&noisy, "", true, &[])),
            "6 passed, 0 failed, 1 skipped"
        );
    }

    #[test]
    fn a_crate_with_tests_that_ran_none_fails_the_run() {
        assert!(!outcome(GREEN, "", true, &["intake"]).went_well());
        let empty = "     Running unittests src/lib.rs (target/debug/deps/web-0123456789abcdef)\n\n\
                     running 0 tests\n\n\
                     test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert!(!outcome(empty, "", true, &["web"]).went_well());
        assert!(outcome(empty, "", true, &[]).went_well());
    }

    #[test]
    fn a_failure_of_cargo_itself_is_never_silent() {
        assert!(!outcome("error: could not compile `web`", "", false, &[]).went_well());
    }

    #[test]
    fn colours_do_not_hide_a_line() {
        assert_eq!(
            without_colour("\u{1b}[1m\u{1b}[32m   Doc-tests\u{1b}[0m web"),
            "   Doc-tests web"
        );
        assert_eq!(
            running("Running tests/a (b).rs (x/deps/a-0f)"),
            Some("x/deps/a-0f")
        );
    }
}

//! Every refusal speaks both languages, with the same facts in both.

use std::collections::BTreeSet;

use domain::application::complete::StepRefusal;
use domain::application::refuse::RefuseRefusal;
use domain::application::submit::{Missing, SubmitRefusal};
use domain::assurance::AssuranceRefusal;
use domain::catalogue::compose::ComposeRefusal;
use domain::catalogue::describe::DescribeRefusal;
use domain::catalogue::fit::FitRefusal;
use domain::catalogue::mark::MarkRefusal;
use domain::dialogue::DialogueRefusal;
use domain::evidence::LinkRefusal;
use domain::finding::FindingRefusal;
use domain::item::LineNo;
use domain::language::Bilingual;
use domain::ledger::Both;
use domain::measure::propose::ProposeRefusal;
use domain::measure::sign::{CountersignRefusal, SignRefusal};
use domain::measure::{OrderKind, PreviewSeal};
use domain::passage::PassageRefusal;
use domain::permit::amend::{AmendRefusal, Term};
use domain::permit::issue::IssueRefusal;
use domain::permit::standing::Standing;
use domain::permit::surrender::SurrenderRefusal;
use domain::policy::PolicyFinding;
use domain::refusal::Says;
use domain::review::{ReviewOutcome, ReviewRefusal};
use domain::risk::RiskRefusal;
use domain::scope::ScopeMistake;
use domain::shipment::restore::RestoreRefusal;
use domain::time::Position;

use super::acts::{day, id};

/// Facts as they appear in a text: numbers, identifiers and quoted words.
fn facts(text: &str) -> BTreeSet<String> {
    text.split([' ', ',', ':', '(', ')', '«', '»', '`', '\u{a0}'])
        .filter(|part| part.chars().any(|c| c.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

fn check(refusals: &[&dyn Says]) {
    for refusal in refusals {
        let said = refusal.says();
        assert!(said.is_complete(), "{said:?}");
        assert_ne!(said.en, said.fr);
        assert_eq!(facts(&said.en), facts(&said.fr), "{said:?}");
        for text in [&said.en, &said.fr] {
            assert!(!text.contains(['{', '}']), "a name of the code in: {text}");
        }
    }
}

#[test]
fn refusals_on_applications_say_the_same_in_both_languages() {
    let line = LineNo(3);
    let missing = BTreeSet::from([
        Missing::Exporter,
        Missing::Consignee,
        Missing::FinalDestination,
        Missing::Line,
        Missing::Description(line),
        Missing::Quantity(line),
        Missing::Value(line),
    ]);
    check(&[
        &SubmitRefusal::Incomplete(missing),
        &SubmitRefusal::LineTwice(line),
        &SubmitRefusal::TooManyLines(2001),
        &SubmitRefusal::GeneralPermit,
        &SubmitRefusal::SupersededHasEnded(id("A-1")),
        &SubmitRefusal::NotTheApplicant(id("A-1")),
        &StepRefusal::Ended(id("A-1")),
        &StepRefusal::NoSuchLine {
            application: id("A-1"),
            line,
        },
        &StepRefusal::NotOnePrimary(line, 2),
        &StepRefusal::NothingAsked(id("A-1")),
        &StepRefusal::AlreadyAsked(id("A-1")),
        &StepRefusal::NoReasons,
        &StepRefusal::NotRated(line),
        &StepRefusal::Paused,
        &RefuseRefusal::Ended(id("A-1")),
        &RefuseRefusal::NotRecommended(id("A-1")),
        &RefuseRefusal::SameOfficer(id("OFF-1")),
        &RefuseRefusal::NoGround,
        &RefuseRefusal::NoReasons,
        &RiskRefusal::NoCriterion,
        &RiskRefusal::NoReasons(id("q-1")),
        &RiskRefusal::AdoptedUnconsidered {
            criterion: id("q-1"),
            measure: "visit-2".into(),
        },
        &RiskRefusal::UnexplainedFall(id("q-1")),
    ]);
}

#[test]
fn refusals_on_permits_say_the_same_in_both_languages() {
    let line = LineNo(3);
    let permit = || id("P-1");
    let undetermined = PolicyFinding::Undetermined {
        policy: Some("P7".into()),
        because: "no such fact".into(),
    };
    check(&[
        &IssueRefusal::Ended(id("A-1")),
        &IssueRefusal::Paused(id("A-1")),
        &IssueRefusal::NotRated(line),
        &IssueRefusal::NotScreened(id("PTY-1")),
        &IssueRefusal::RiskNotDetermined,
        &IssueRefusal::SubstantialRisk(id("RSK-1")),
        &IssueRefusal::Policies(vec![undetermined]),
        &IssueRefusal::NotRecommended(id("A-1")),
        &IssueRefusal::SameOfficer(id("OFF-1")),
        &IssueRefusal::EndsBeforeItBegins {
            valid_from: day("2021-01-02"),
            last_day: day("2021-01-01"),
        },
        &IssueRefusal::RetroactiveWithoutReasons(day("2021-01-01")),
        &AmendRefusal::AfterExpiry {
            permit: permit(),
            expired_on: day("2021-01-01"),
        },
        &AmendRefusal::NotInForce {
            permit: permit(),
            standing: Standing::Suspended,
        },
        &AmendRefusal::BelowUse {
            permit: permit(),
            line,
        },
        &AmendRefusal::NoReason { permit: permit() },
        &SurrenderRefusal::NotTheHolder {
            permit: permit(),
            by: id("PTY-1"),
        },
        &SurrenderRefusal::AlreadyEnded {
            permit: permit(),
            standing: Standing::Expired,
        },
    ]);
    let terms = [
        Term::Item,
        Term::EndUser,
        Term::Consignee,
        Term::Broker,
        Term::Destination,
        Term::EndUse,
        Term::MoreThanGranted,
        Term::Duration,
        Term::Holder,
        Term::Movement,
        Term::Condition,
    ];
    let said: BTreeSet<Bilingual> = terms
        .into_iter()
        .map(|term| {
            let permit = permit();
            let refusal = AmendRefusal::NeedsNewPermit { permit, term };
            check(&[&refusal]);
            refusal.says()
        })
        .collect();
    assert_eq!(said.len(), terms.len());
}

fn seal(lines: u64) -> Box<PreviewSeal> {
    Box::new(PreviewSeal {
        at: Position(1),
        as_of: None,
        lines,
        permits: lines,
        digest: "aa".into(),
    })
}

#[test]
fn refusals_on_measures_say_the_same_in_both_languages() {
    let order = || id("ORD-1");
    check(&[
        &ProposeRefusal::Empty(id("DCN-1")),
        &ProposeRefusal::OneLanguage("ORD-1".into()),
        &ProposeRefusal::NoGround("ORD-1".into()),
        &ProposeRefusal::DaysOutOfOrder("ORD-1".into()),
        &ProposeRefusal::NoReviewDay("ORD-1".into()),
        &ProposeRefusal::NamesNothing(order()),
        &ProposeRefusal::EndsNothing(order()),
        &ProposeRefusal::NothingToEnd {
            order: order(),
            ended: id("ORD-0"),
        },
        &ProposeRefusal::NoNewTerms {
            order: order(),
            permit: id("P-1"),
        },
        &ProposeRefusal::NoSuchPermit {
            order: order(),
            permit: id("P-1"),
        },
        &ProposeRefusal::NothingToLift(id("M-1")),
        &ProposeRefusal::NothingToConclude(id("D-1")),
        &ProposeRefusal::NumberTaken("ORD-1".into()),
        &SignRefusal::Settled(id("DCN-1")),
        &SignRefusal::SameOfficer(id("OFF-1")),
        &SignRefusal::NotAStop(id("DCN-1")),
        &SignRefusal::NotPreviewed(order()),
        &SignRefusal::SetChanged {
            order: order(),
            seen: seal(4),
            now: seal(5),
        },
        &SignRefusal::CannotActOn {
            order: order(),
            permit: id("P-1"),
            because: Bilingual::new("line 1 is annulled", "la ligne 1 est invalidée"),
        },
        &CountersignRefusal::NotWaiting(id("DCN-1")),
        &CountersignRefusal::SameOfficer(id("OFF-1")),
        &CountersignRefusal::NoReasons,
        &CountersignRefusal::Settled(id("DCN-1")),
    ]);
    for mistake in [
        ScopeMistake::TooDeep,
        ScopeMistake::TooLarge,
        ScopeMistake::Empty("any"),
    ] {
        let what = "ORD-1".to_owned();
        check(&[&mistake.clone(), &ProposeRefusal::Scope { what, mistake }]);
    }
    for kind in [
        OrderKind::Amend,
        OrderKind::Cancel,
        OrderKind::Reinstate,
        OrderKind::Annul,
    ] {
        let order = order();
        check(&[&ProposeRefusal::NotByScope { order, kind }]);
    }
}

#[test]
fn refusals_on_the_catalogue_say_the_same_in_both_languages() {
    check(&[
        &DescribeRefusal::NoName,
        &DescribeRefusal::NoSource,
        &DescribeRefusal::EmptyMark,
        &ComposeRefusal::NoQuantity,
        &ComposeRefusal::NoSource,
        &ComposeRefusal::EndsBeforeItBegins,
        &MarkRefusal::NoSerial { serial: " ".into() },
        &MarkRefusal::NoPieces,
        &MarkRefusal::NoSource,
        &MarkRefusal::OtherSerial {
            unit: id("UNT-1"),
            bears: "A1".into(),
            given: "A2".into(),
        },
        &FitRefusal::EndsBeforeItBegins,
        &FitRefusal::NoSource,
    ]);
}

#[test]
fn refusals_of_passages_say_the_same_in_both_languages() {
    check(&[
        &PassageRefusal::NoBytes(id("EVD-1")),
        &PassageRefusal::OtherBytes {
            evidence: id("EVD-1"),
            held: "cd".into(),
        },
        &PassageRefusal::NotThere {
            evidence: id("EVD-1"),
            start: 4,
            end: 10,
            quote: "Canada".into(),
        },
        &PassageRefusal::Before {
            evidence: id("EVD-1"),
            start: 4,
            kind: "country".into(),
            value: "CA".into(),
        },
    ]);
}

#[test]
fn refusals_on_papers_and_shipments_say_the_same_in_both_languages() {
    let review = || id("REV-1");
    check(&[
        &AssuranceRefusal::NoReceiver,
        &AssuranceRefusal::NoPaper,
        &AssuranceRefusal::NoUndertaking,
        &DialogueRefusal::Concluded(id("D-1")),
        &DialogueRefusal::NotStalled(id("D-1")),
        &DialogueRefusal::Stalled(id("D-1")),
        &LinkRefusal::NoReasons(id("EVD-1")),
        &LinkRefusal::NotStrong(id("EVD-1")),
        &LinkRefusal::Humanitarian(id("EVD-1")),
        &FindingRefusal::NoAnswer,
        &FindingRefusal::NoReasons(id("q-1")),
        &FindingRefusal::RestsOnNothing(id("q-1")),
        &FindingRefusal::NoSuchClause {
            assurance: id("ASR-1"),
            clause: 4,
            clauses: 2,
        },
        &ReviewRefusal::NotAMember {
            permit: id("P-1"),
            review: review(),
        },
        &ReviewRefusal::Concluded(review()),
        &ReviewRefusal::NoReasons(id("P-1")),
        &ReviewRefusal::Unfinished {
            review: review(),
            missing: 2,
            first: id("P-1"),
        },
        &ReviewRefusal::NotAdvised {
            review: review(),
            body: id("PTY-1"),
        },
        &ReviewRefusal::Empty(review()),
        &RestoreRefusal::Nothing(id("SHP-1")),
        &RestoreRefusal::MoreThanThere {
            shipment: id("SHP-1"),
            line: LineNo(3),
            at_most: Both::default(),
        },
        &RestoreRefusal::NoReasons,
    ]);
    for outcome in [
        ReviewOutcome::KeepInForce,
        ReviewOutcome::KeepSuspended,
        ReviewOutcome::Suspend,
        ReviewOutcome::Reinstate,
        ReviewOutcome::Cancel,
        ReviewOutcome::CancelAndReinstate,
    ] {
        check(&[&ReviewRefusal::DoesNotFit {
            permit: id("P-1"),
            stood: Standing::InForce,
            outcome,
        }]);
    }
}

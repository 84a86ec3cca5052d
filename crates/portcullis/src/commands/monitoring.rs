//! What is owed and late, and what a finding would break.

use casework::breach_tests::{AssuranceTested, BreachTest};
use domain::breach_test::Verdict;
use domain::id::{AssuranceId, FindingId};
use domain::language::Language;

use super::{DONE, Ground, REFUSED, Stop, lens, print_json};
use crate::cli::LensArgs;

pub(crate) fn overdue(ground: &Ground, words: &LensArgs) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    ground.check(&desk, "register.read")?;
    let late = desk.overdue(lens(&desk, words)?)?;
    if ground.json {
        print_json(&late)?;
        return Ok(DONE);
    }
    for duty in &late {
        let says = duty.says.get(ground.spoken());
        println!("{}  {}  [{}]  {says}", duty.due_on, duty.id, duty.desk);
    }
    println!("{} overdue / en retard", late.len());
    Ok(DONE)
}

pub(crate) fn breach_test(
    ground: &Ground,
    finding: &str,
    assurance: Option<&str>,
    words: &LensArgs,
) -> Result<u8, Stop> {
    let wrong = |m: domain::id::IdMistake| Stop::Mistake(m.to_string());
    let finding = FindingId::new(finding).map_err(wrong)?;
    let assurance = assurance.map(AssuranceId::new).transpose().map_err(wrong)?;
    let desk = ground.desk()?;
    let sight = ground.check(&desk, "evidence.read")?;
    let lens = lens(&desk, words)?;
    let found = desk.test_breach(&sight, &finding, assurance.as_ref(), lens)?;
    let Some(found) = found else {
        println!("there is no finding {finding} / il n’y a rien sous ce numéro");
        return Ok(REFUSED);
    };
    if ground.json {
        print_json(&found)?;
        return Ok(DONE);
    }
    show(&found, ground.spoken());
    Ok(DONE)
}

fn show(found: &BreachTest, tongue: Language) {
    let is_french = tongue == Language::Fr;
    println!(
        "{} {}",
        if is_french { "constat" } else { "finding" },
        found.finding
    );
    for tested in &found.assurances {
        show_assurance(tested, tongue);
    }
    for sealed in &found.sealed {
        let says = if is_french {
            "élément scellé, non examiné"
        } else {
            "sealed material, not looked at"
        };
        println!("{says}: {sealed}");
    }
    println!(
        "{}",
        if is_french {
            "Ceci est une proposition : un agent constate."
        } else {
            "This is a proposal: an officer finds."
        }
    );
}

fn show_assurance(tested: &AssuranceTested, tongue: Language) {
    println!("assurance {}", tested.assurance);
    for clause in &tested.clauses {
        let kind = serde_json::to_value(&clause.undertaking).ok();
        let kind = kind
            .as_ref()
            .and_then(|kind| kind.get("kind"))
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default();
        println!(
            "  {}  {kind}: {}",
            clause.clause,
            verdict(clause.verdict, tongue)
        );
        for cited in &clause.cited {
            let grade = cited.grade.as_deref().unwrap_or("-");
            let step = cited.step.as_ref().map_or("-", |step| step.as_str());
            println!("      {} [{grade}, {step}]", cited.says.get(tongue));
        }
        for needed in &clause.would_take {
            println!("      > {}", needed.get(tongue));
        }
    }
}

const fn verdict(verdict: Verdict, tongue: Language) -> &'static str {
    let (en, fr) = match verdict {
        Verdict::WouldBeBreached => ("would be breached", "serait enfreinte"),
        Verdict::ToBeJudged => ("for an officer to compare", "à comparer par un agent"),
        Verdict::Consistent => ("consistent", "conforme"),
        Verdict::NothingObserved => ("nothing observed", "rien d’observé"),
        Verdict::CannotBeSaid => (
            "cannot be said: text absent",
            "ne peut se dire : texte absent",
        ),
    };
    match tongue {
        Language::En => en,
        Language::Fr => fr,
    }
}

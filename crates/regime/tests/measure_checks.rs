//! A measure before it is proposed: what is refused, where, and what is made of what is accepted.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use domain::control_list::EntryId;
use domain::country::Country;
use domain::id::{DecisionId, DialogueId, MeasureId, ProgrammeId};
use domain::language::Bilingual;
use domain::law::{Law, SourceKind};
use domain::measure::{
    Clearance, Exception, Instrument, MeasureInForce, PolicyMeasure, Rule, Text,
};
use domain::policy::Effect;
use domain::scope::{Place, Scope};
use domain::time::{Day, Period, Position};
use regime::measures::{MeasureMistake, measure_policies};
use regime::{PolicyMistake, Regime};

/// The example of the design, word for word.
const DESIGN: &str = concat!(
    "\n",
    r#"@id("M-2020-04-16") @source("NTE:992") @effect("presume-denial") @else("case-by-case")"#,
    "\n",
    r#"@en("Group 2 items to Türkiye are presumptively denied") @fr("…")"#,
    "\n",
    r#"forbid (principal, action == Action::"issue", resource)"#,
    "\n",
    r#"when { resource in ControlEntry::"ECL@2020:2" &&"#,
    "\n",
    r#"       (resource.destinations.contains(Country::"TR")"#,
    r#" || resource.final_destinations.contains(Country::"TR")"#,
    r#" || resource.end_user_country == Country::"TR") }"#,
    "\n",
    r#"unless { resource.programmes.contains(Programme::"NATO")"#,
    r#" || resource has exceptional_circumstances };"#,
    "\n",
);

fn measure(text: Text) -> PolicyMeasure {
    PolicyMeasure {
        id: MeasureId::new("MSR-2020-000001").unwrap(),
        instrument: Instrument {
            title: Bilingual::new("Notice", "Avis"),
            law: Law::new("NTE:992").unwrap(),
            source_kind: SourceKind::Policy,
            grounds: BTreeSet::new(),
            reasons: Bilingual::new("Reasons", "Motifs"),
            reasons_for_file: None,
            effective: Period {
                from: Day::parse("2020-04-16").unwrap(),
                until: None,
            },
            announced_on: None,
            published_on: None,
            review_by: None,
            rests_on: BTreeSet::new(),
        },
        text,
    }
}

fn written(text: &str) -> PolicyMeasure {
    measure(Text::Policy { text: text.into() })
}

fn built(rules: Vec<Rule>) -> PolicyMeasure {
    measure(Text::Rules { rules })
}

fn rule() -> Rule {
    Rule {
        effect: Effect::PresumeDenial,
        scope: Scope::All(vec![
            Scope::Entry(EntryId::new("ECL@2020:2").unwrap()),
            Scope::Country {
                at: Place::Anywhere,
                is: Country::new("TR").unwrap(),
            },
        ]),
        exceptions: vec![Exception {
            scope: Scope::Programme(ProgrammeId::new("NATO").unwrap()),
            falls_to: Some(Effect::CaseByCase),
            says: Bilingual::new("NATO \"programmes\"", "Programmes de l’OTAN"),
        }],
        cleared_by: Clearance::ExceptionalCircumstances,
        says: Bilingual::new("Presumed denied", "Présumé refusé"),
    }
}

fn in_force(measure: PolicyMeasure) -> MeasureInForce {
    MeasureInForce {
        measure,
        decision: DecisionId::new("DCN-1").unwrap(),
        position: Position(1),
        lifted_from: None,
        lifted_by: None,
        lifted_at: None,
    }
}

fn check(measure: &PolicyMeasure) -> Result<(), MeasureMistake> {
    Regime::shipped("CA").unwrap().check_measure(measure)
}

fn refused(measure: &PolicyMeasure) -> String {
    let shown = check(measure).unwrap_err().to_string();
    assert!(!shown.contains('\n'), "one line: {shown}");
    shown
}

#[test]
fn the_text_of_the_design_is_accepted_as_it_stands() {
    assert_eq!(check(&written(DESIGN)), Ok(()));
}

#[test]
fn what_the_exceptions_of_a_text_fall_to_is_written_out() {
    let texts = measure_policies(&in_force(written(DESIGN))).unwrap();
    assert_eq!(texts.len(), 2);
    assert_eq!(texts[0], DESIGN);
    for part in [
        "@id(\"M-2020-04-16/else\")",
        "@effect(\"case-by-case\")",
        "Programme::\"NATO\"",
        "has case_assessment",
    ] {
        assert!(texts[1].contains(part), "{part} in {}", texts[1]);
    }
    assert!(
        !texts[1].contains("exceptional_circumstances"),
        "{}",
        texts[1]
    );
}

#[test]
fn a_rule_becomes_one_policy_and_each_exception_that_falls_another() {
    let mut with_free = rule();
    with_free.exceptions.push(Exception {
        scope: Scope::Brokering,
        falls_to: None,
        says: Bilingual::new("Brokering is free", "Le courtage est libre"),
    });
    let measure = built(vec![with_free]);
    assert_eq!(check(&measure), Ok(()));
    let texts = measure_policies(&in_force(measure)).unwrap();
    assert_eq!(
        texts.len(),
        2,
        "an exception that goes free needs no policy"
    );
    assert!(texts[0].contains("@id(\"MSR-2020-000001/1\")"));
    assert!(texts[0].contains("unless { resource.is_brokering }"));
    assert!(texts[1].contains("@id(\"MSR-2020-000001/1/except-1\")"));
    assert!(
        texts[1].contains(r#"@en("NATO \"programmes\"")"#),
        "{}",
        texts[1]
    );
}

#[test]
fn a_text_is_refused_with_the_place_of_its_mistake() {
    let broken = DESIGN.replace("unless {", "unless [");
    assert!(refused(&written(&broken)).starts_with("line 7, column "));
    let unknown = DESIGN.replace("resource.programmes", "resource.colours");
    let shown = refused(&written(&unknown));
    assert!(
        shown.starts_with("policy `M-2020-04-16`: line 7, column "),
        "{shown}"
    );
    assert!(shown.contains("colours"), "{shown}");
}

#[test]
fn each_way_in_which_a_text_falls_short_is_named() {
    for (from, to, says) in [
        ("@id(\"M-2020-04-16\")", "", "lacks `@id"),
        ("@fr(\"…\")", "", "lacks `@fr"),
        ("@fr(\"…\")", "@fr(\" \")", "lacks `@fr"),
        ("NTE:992", "XYZ:992", "cites an unknown source"),
        ("NTE:992", "NTE", "`NTE` is no `@source`"),
        ("\"presume-denial\"", "\"maybe\"", "`maybe` is no `@effect`"),
        ("\"case-by-case\"", "\"bar\"", "expected a weaker effect"),
        (
            "\"case-by-case\"",
            "\"needs-document\"",
            "without saying which",
        ),
        ("forbid (", "permit (", "is a `permit`"),
        ("principal,", "principal == ?principal,", "has a slot"),
        (
            "action == Action::\"issue\"",
            "action",
            "does not act on `issue`",
        ),
        (
            "action == Action::\"issue\"",
            "action == Action::\"release\"",
            "does not act on `issue`",
        ),
        (
            "ECL@2020:2\"",
            "ECL@2020:22\"",
            "the list entry `ECL@2020:22`",
        ),
        (
            "contains(Country::\"TR\")",
            "contains(Country::\"XX\")",
            "the country `XX`",
        ),
        (
            "resource.end_user_country == Country::\"TR\"",
            "resource.end_user_country in CountryGroup::\"NEAR\"",
            "the country group `NEAR`",
        ),
        (
            " || resource has exceptional_circumstances",
            "",
            "can never be cleared",
        ),
        (
            "resource.programmes.contains(Programme::\"NATO\") || ",
            "",
            "without an exception",
        ),
        (
            "M-2020-04-16\")",
            "CA-SUBSTANTIAL-RISK\")",
            "id of a standing policy",
        ),
    ] {
        let text = DESIGN.replace(from, to);
        assert_ne!(text, DESIGN, "{from}");
        let shown = refused(&written(&text));
        assert!(shown.contains(says), "{to}: {shown}");
    }
    assert!(refused(&written(&format!("{DESIGN}{DESIGN}"))).contains("given twice"));
    assert_eq!(check(&written("")), Err(PolicyMistake::Empty.into()));
    let huge = format!("// {}", "x".repeat(200_000));
    assert_eq!(check(&written(&huge)), Err(PolicyMistake::TooLarge.into()));
}

#[test]
fn what_an_exception_asks_for_is_guarded_in_it_or_in_the_rule() {
    let programme = "resource.programmes.contains(Programme::\"NATO\")";
    let bare = "resource.platform == Platform::\"TB2\"";
    let unguarded = DESIGN.replace(programme, bare);
    assert!(refused(&written(&unguarded)).contains("platform"));
    let guarded_here = DESIGN.replace(programme, &format!("(resource has platform && {bare})"));
    assert_eq!(check(&written(&guarded_here)), Ok(()));
    let guarded_above = unguarded.replace("when {", "when { resource has platform } when {");
    assert_eq!(check(&written(&guarded_above)), Ok(()));
}

#[test]
fn a_notice_is_not_law() {
    let mut law = built(vec![rule()]);
    law.instrument.source_kind = SourceKind::Statute;
    assert!(matches!(
        check(&law),
        Err(MeasureMistake::SourceKind { .. })
    ));
    law.instrument.law = Law::new("XYZ:1").unwrap();
    assert!(matches!(check(&law), Err(MeasureMistake::Source(_))));
}

#[test]
fn each_effect_is_cleared_in_its_own_way_only() {
    let dialogue = Clearance::Dialogue {
        dialogue: DialogueId::new("DLG-1").unwrap(),
    };
    let ways = [
        Clearance::LiftingOnly,
        Clearance::ExceptionalCircumstances,
        Clearance::Assessment,
        Clearance::Documents {
            documents: ["end-use-assurance".parse().unwrap()].into(),
        },
        Clearance::Advice {
            bodies: ["defence".parse().unwrap()].into(),
        },
        dialogue,
    ];
    // One row per effect: which of the ways above it accepts.
    for (effect, accepted) in [
        (Effect::Bar, [true, false, false, false, false, false]),
        (Effect::Hold, [true, false, false, false, false, true]),
        (
            Effect::PresumeDenial,
            [false, true, false, false, false, false],
        ),
        (
            Effect::NeedsDocument,
            [false, false, false, true, false, false],
        ),
        (
            Effect::NeedsConsultation,
            [false, false, false, false, true, false],
        ),
        (
            Effect::CaseByCase,
            [false, false, true, false, false, false],
        ),
    ] {
        for (way, is_accepted) in ways.iter().zip(accepted) {
            let only = Rule {
                effect,
                cleared_by: way.clone(),
                exceptions: Vec::new(),
                ..rule()
            };
            let found = check(&built(vec![only]));
            assert_eq!(found.is_ok(), is_accepted, "{effect:?} {way:?}: {found:?}");
        }
    }
    let nothing = Clearance::Documents {
        documents: BTreeSet::new(),
    };
    let empty = Rule {
        effect: Effect::NeedsDocument,
        cleared_by: nothing,
        exceptions: Vec::new(),
        ..rule()
    };
    assert!(matches!(
        check(&built(vec![empty])),
        Err(MeasureMistake::Clearance { .. })
    ));
}

#[test]
fn a_rule_that_nobody_could_follow_or_read_is_refused() {
    let with = |change: &dyn Fn(&mut Rule)| {
        let mut changed = rule();
        change(&mut changed);
        check(&built(vec![rule(), changed]))
    };
    assert!(with(&|_| ()).is_ok());
    assert!(matches!(
        with(&|rule| rule.scope = Scope::Any(Vec::new())),
        Err(MeasureMistake::Scope { rule: 2, .. })
    ));
    assert!(matches!(
        with(&|rule| rule.says.fr.clear()),
        Err(MeasureMistake::OneLanguage { rule: 2 })
    ));
    assert!(matches!(
        with(&|rule| rule.exceptions[0].says.fr.clear()),
        Err(MeasureMistake::OneLanguage { rule: 2 })
    ));
    assert!(matches!(
        with(&|rule| rule.exceptions[0].falls_to = Some(Effect::Bar)),
        Err(MeasureMistake::Policy(PolicyMistake::Exception { .. }))
    ));
    let route = Scope::Country {
        at: Place::Route,
        is: Country::new("TR").unwrap(),
    };
    assert_eq!(
        with(&|rule| rule.scope = route.clone()),
        Err(MeasureMistake::NotOfApplications { rule: 2 })
    );
    assert_eq!(check(&built(Vec::new())), Err(MeasureMistake::NoRule));
}

#[test]
fn a_regime_can_be_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Regime>();
    is_shared::<regime::Access>();
}

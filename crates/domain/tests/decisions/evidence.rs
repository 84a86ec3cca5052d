//! Evidence, its links, and findings about it.

use domain::event::{EvidenceGraded, EvidenceLinked, EvidenceReceived};
use domain::evidence::{
    Credibility, Evidence, EvidenceRecord, Grade, Link, LinkConfidence, LinkRefusal, LinkTarget,
    Observed, Reliability, link,
};
use domain::finding::{Answer, Finding, FindingRefusal, Held, make};
use domain::view::{Noun, State};

use super::acts::*;
use super::world::{Step, World, given};

fn received(serial: Option<&str>, is_humanitarian: bool) -> Step {
    let evidence = Evidence {
        id: id("EVD-1"),
        title: "a sensor in the wreck".into(),
        source: "field team".into(),
        repeats: [].into(),
        obtained: "photographed on site".into(),
        is_humanitarian,
        digest: Some("cd".repeat(32)),
        marking: None,
        provenance: None,
        compartments: [].into(),
        observed: serial.map(|serial| Observed {
            serial: Some(serial.into()),
            ..Observed::default()
        }),
        custody: Vec::new(),
        grade: Some(grade(Reliability::F, Credibility::Six)),
        received_on: day("2020-10-20"),
        received_by: id("OFF-M"),
        basis: None,
    };
    vec![EvidenceReceived { evidence }.into()]
}

fn grade(source: Reliability, information: Credibility) -> Grade {
    Grade {
        source,
        information,
        about: None,
        confirmed_by: [].into(),
        by: id("OFF-M"),
        on: day("2020-10-20"),
    }
}

fn held(world: &World) -> &EvidenceRecord {
    match world.state(Noun::Evidence, "EVD-1") {
        State::Evidence(held) => held,
        other => panic!("not evidence: {other:?}"),
    }
}

fn to_permit(confidence: LinkConfidence, reasons: &str) -> Link {
    Link {
        to: LinkTarget::Permit { permit: id("P-1") },
        confidence,
        reasons: reasons.into(),
        by: id("OFF-M"),
        on: day("2020-10-21"),
    }
}

#[test]
fn a_strong_link_needs_a_serial_that_was_read_whole() {
    use LinkConfidence::{Category, Inferred, Strong};
    let not_strong = || Err(LinkRefusal::NotStrong(id("EVD-1")));
    let table = [
        (Some("SN-1024"), Strong, Ok(())),
        (Some("SN-10?4"), Strong, not_strong()),
        (Some(""), Strong, not_strong()),
        (None, Strong, not_strong()),
        (Some("SN-10?4"), Inferred, Ok(())),
        (None, Category, Ok(())),
    ];
    for (serial, confidence, expected) in table {
        let world = given([received(serial, false)]);
        let asked = to_permit(confidence, "the holder's records name it");
        assert_eq!(
            link(held(&world), &asked),
            expected,
            "{serial:?} {confidence:?}"
        );
    }
}

#[test]
fn a_link_gives_the_path_that_leads_there() {
    given([received(Some("SN-1024"), false)])
        .when(|world| link(held(world), &to_permit(LinkConfidence::Strong, " ")))
        .refused(LinkRefusal::NoReasons(id("EVD-1")));
}

#[test]
fn the_report_of_a_humanitarian_mission_weighs_nothing() {
    let world = given([received(Some("SN-1024"), true)]);
    for confidence in [LinkConfidence::Category, LinkConfidence::Strong] {
        world
            .when(|world| link(held(world), &to_permit(confidence, "it says so")))
            .refused(LinkRefusal::Humanitarian(id("EVD-1")));
    }
    assert_eq!(held(&world).links, []);
}

#[test]
fn grades_and_links_stand_beside_those_before_them() {
    let graded = EvidenceGraded {
        evidence: id("EVD-1"),
        grade: grade(Reliability::B, Credibility::Two),
    };
    let linked = EvidenceLinked {
        evidence: id("EVD-1"),
        to: LinkTarget::Permit { permit: id("P-1") },
        confidence: LinkConfidence::Category,
        reasons: "the same model".into(),
        by: id("OFF-M"),
        on: day("2020-10-21"),
    };
    let world = given([received(None, false), vec![graded.into(), linked.into()]]);
    let grades: Vec<_> = held(&world)
        .grades
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(grades, ["F6", "B2"]);
    assert_eq!(
        held(&world).links,
        [to_permit(LinkConfidence::Category, "the same model")]
    );
}

fn finding(held: Held, reasons: &str, rests_on: &[&str]) -> Finding {
    let answer = Answer {
        held,
        reasons: reasons.into(),
        reasons_open: None,
        competing: vec!["a sensor of the same model sold elsewhere".into()],
        rests_on: ids(rests_on),
    };
    Finding {
        id: id("FND-1"),
        investigation: None,
        title: "the sensor in the wreck".into(),
        answers: [(id("identity"), answer)].into(),
        by: id("OFF-M"),
        on: day("2020-11-15"),
    }
}

#[test]
fn what_is_held_in_the_positive_rests_on_material() {
    let on_nothing = || Err(FindingRefusal::RestsOnNothing(id("identity")));
    let no_reasons = || Err(FindingRefusal::NoReasons(id("identity")));
    let table = [
        (finding(Held::Established, "read", &["EVD-1"]), Ok(())),
        (finding(Held::Established, "read", &[]), on_nothing()),
        (finding(Held::Credible, "read", &[]), on_nothing()),
        (finding(Held::Insufficient, "too little", &[]), Ok(())),
        (finding(Held::Refuted, "another maker", &[]), Ok(())),
        (finding(Held::Refuted, "", &["EVD-1"]), no_reasons()),
        (finding(Held::Insufficient, " ", &[]), no_reasons()),
        (finding(Held::NotExamined, "", &[]), Ok(())),
    ];
    for (asked, expected) in table {
        assert_eq!(make(&asked), expected, "{asked:?}");
    }
}

#[test]
fn a_finding_answers_at_least_one_question() {
    let mut empty = finding(Held::Established, "read", &["EVD-1"]);
    empty.answers.clear();
    assert_eq!(make(&empty), Err(FindingRefusal::NoAnswer));
}

//! The acts and the reads under their nouns and verbs, from an application to a lifted measure.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::desk::{Ended, Place};

/// Criteria of the statute, as the determination of risk names them.
const CRITERIA: &str = include_str!("../../../../law/criteria.toml");

struct Office(Place);

impl Office {
    /// A register with officers of every kind and the parties of one export: set up once, and a
    /// copy of it for each test.
    fn open() -> Self {
        static SET_UP: OnceLock<Office> = OnceLock::new();
        let first = SET_UP.get_or_init(Self::set_up);
        let office = Self(Place::new());
        std::fs::copy(first.0.store(), office.0.store()).unwrap();
        office
    }

    fn set_up() -> Self {
        let office = Self(Place::new());
        for (officer, role, party) in [
            ("OFF-L", "licensing", None),
            ("OFF-D", "deciding", None),
            ("OFF-D2", "deciding", None),
            ("OFF-M", "monitor", None),
            ("OFF-A", "auditor", None),
            ("OFF-C", "customs", None),
            ("OFF-E", "exporter", Some("PTY-EXPORTER")),
            ("OFF-X", "exporter", Some("PTY-OTHER")),
            ("OFF-B", "consulted", Some("PTY-BODY")),
            ("OFF-R", "recipient", Some("PTY-STATE")),
        ] {
            let mut words = vec![
                "officer",
                "appoint",
                officer,
                "--name",
                "Synthetic officer",
                "--role",
                role,
            ];
            if let Some(party) = party {
                words.extend(["--party", party]);
            }
            office.0.run(&words).with(0);
        }
        for (id, country) in [
            ("PTY-EXPORTER", "CA"),
            ("PTY-OTHER", "CA"),
            ("PTY-CONSIGNEE", "FR"),
            ("PTY-BODY", "CA"),
            ("PTY-STATE", "FR"),
        ] {
            let party = json!({ "party": { "id": id, "name": id, "country": country } });
            office.act("OFF-L", &["party", "record"], &party).with(0);
            let clear = json!({
                "editions": ["SYNTHETIC@1"], "hits": 0, "is_clear": true, "reasons": "no hit",
            });
            office
                .act("OFF-L", &["party", "screen", id], &clear)
                .with(0);
        }
        office
    }

    /// Does an act with a body.
    fn act(&self, officer: &str, words: &[&str], body: &Value) -> Ended {
        let file = self.0.file("body.json", body.to_string());
        let mut all = vec!["--json", "--officer", officer];
        all.extend(words);
        all.push(&file);
        self.0.run(&all)
    }

    fn read(&self, officer: &str, words: &[&str]) -> Ended {
        let mut all = vec!["--json", "--officer", officer];
        all.extend(words);
        self.0.run(&all)
    }

    /// An application that officers have brought to the point of decision.
    fn ready(&self, number: &str) {
        self.act("OFF-E", &["application", "submit"], &application(number))
            .with(0);
        let rating =
            json!({ "line": 1, "ratings": [{ "entry": "GUIDE@2020:2-5", "is_primary": true }] });
        self.act("OFF-L", &["application", "rate", number], &rating)
            .with(0);
        let held = json!({ "raw": "none", "residual": "none", "reasons": "synthetic: none found" });
        let criteria: serde_json::Map<String, Value> = CRITERIA
            .lines()
            .filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"'))
            .map(|id| (id.to_owned(), held.clone()))
            .collect();
        assert!(!criteria.is_empty());
        let risk = json!({ "criteria": criteria });
        self.act("OFF-L", &["application", "determine-risk", number], &risk)
            .with(0);
        let reasons = json!({ "reasons": "synthetic: assessed" });
        self.act("OFF-L", &["application", "assess", number], &reasons)
            .with(0);
        let issue = json!({ "outcome": "issue", "reasons": "synthetic: nothing against it" });
        self.act("OFF-L", &["application", "recommend", number], &issue)
            .with(0);
    }
}

fn application(number: &str) -> Value {
    json!({
        "application": number,
        "applicant": "PTY-EXPORTER",
        "documents": ["end-use-statement", "purchase-contract", "end-use-certificate",
            "international-import-certificate", "re-export-statement"],
        "terms": {
            "kind": "individual",
            "movement": { "kind": "permanent" },
            "exporter": "PTY-EXPORTER",
            "consignees": ["PTY-CONSIGNEE"],
            "end_user": "PTY-CONSIGNEE",
            "destinations": ["FR"],
            "final_destinations": ["FR"],
            "end_use": "synthetic trials",
            "lines": [{
                "no": 1,
                "item": { "description": "synthetic sights" },
                "quantity": { "amount": "10", "unit": "C62" },
                "value": { "amount": "1000", "currency": "CAD" },
            }],
        },
    })
}

/// The words that propose to suspend what goes to France.
const SUSPENSION: [&str; 22] = [
    "measure",
    "propose",
    "--suspend",
    "resource.final_destinations.contains(Country::\"FR\")",
    "--decision",
    "DCN-1",
    "--law",
    "EIPA:10(1)",
    "--ground",
    "synthetic-ground",
    "--title-en",
    "A suspension",
    "--title-fr",
    "Une suspension",
    "--reasons-en",
    "synthetic",
    "--reasons-fr",
    "synthétique",
    "--from",
    "2020-01-01",
    "--review-by",
    "2099-01-01",
];

#[test]
fn an_application_becomes_a_permit_that_is_suspended_and_every_step_has_a_door() {
    let office = Office::open();
    office.ready("APP-1");
    let check = office
        .read("OFF-L", &["application", "check", "APP-1"])
        .with(0)
        .json();
    let issue = json!({ "permit": "PMT-1", "last_day": "2099-12-31" });
    let issued = office.act("OFF-D", &["application", "issue", "APP-1"], &issue);
    let issued = issued.with(0).json();
    assert_eq!(issued["what"], "PMT-1", "{check}");
    let standing = office
        .0
        .run(&["--json", "standing", "PMT-1"])
        .with(0)
        .json();
    assert_eq!(standing["standing"], "in-force");

    let proposed = office.read("OFF-L", &SUSPENSION).with(0).json();
    let reach = proposed["what"]["reach"].as_object().unwrap();
    assert_eq!(reach.values().next().unwrap()["permits"], 1);
    let nobody = office.read("OFF-E", &["measure", "sign", "DCN-1"]).with(1);
    assert!(nobody.err.contains("refusé"), "{}", nobody.err);
    office.read("OFF-D", &["measure", "sign", "DCN-1"]).with(0);
    let standing = office
        .0
        .run(&["--json", "standing", "PMT-1"])
        .with(0)
        .json();
    assert_eq!(standing["standing"], "suspended");
    office.read("OFF-D", &["order", "settle"]).with(0);
    office.read("OFF-L", &["duty", "escalate"]).with(0);
    let duties = office.read("OFF-D", &["duty", "list", "--under", "state:open"]);
    assert_eq!(duties.with(0).json()["rows"].as_array().unwrap().len(), 1);

    let notices = office.read("OFF-E", &["notice", "list"]).with(0).json();
    let notices = notices["rows"].as_array().unwrap().clone();
    assert_eq!(notices.len(), 2, "of the issue and of the suspension");
    let number = notices[0]["id"].as_str().unwrap();
    let others = office.read("OFF-X", &["notice", "list"]).with(0).json();
    assert_eq!(others["rows"].as_array().unwrap().len(), 0);
    office.read("OFF-X", &["notice", "show", number]).with(1);
    office
        .read("OFF-X", &["notice", "acknowledge", number])
        .with(2);
    office
        .read("OFF-E", &["notice", "acknowledge", number])
        .with(0);
}

#[test]
fn what_an_exporter_sees_of_an_application_is_its_own_and_not_what_officers_hold_of_it() {
    let office = Office::open();
    office.ready("APP-1");
    let own = office
        .read("OFF-E", &["application", "show", "APP-1"])
        .with(0)
        .json();
    assert_eq!(own["applicant"], "PTY-EXPORTER");
    assert_eq!(own["recommendations"].as_array().unwrap().len(), 0);
    let whole = office
        .read("OFF-L", &["application", "show", "APP-1"])
        .with(0)
        .json();
    assert_eq!(whole["recommendations"].as_array().unwrap().len(), 1);
    office
        .read("OFF-X", &["application", "show", "APP-1"])
        .with(1);
    let absent = office
        .read("OFF-X", &["application", "withdraw", "APP-9"])
        .with(2)
        .err;
    let others = office
        .read("OFF-X", &["application", "withdraw", "APP-1"])
        .with(2)
        .err;
    assert_eq!(
        others.replace("APP-1", "N"),
        absent.replace("APP-9", "N"),
        "what is another's is as if it were not there"
    );
    office.read("OFF-E", &["evidence", "list"]).with(1);
    office
        .read("OFF-E", &["application", "withdraw", "APP-1"])
        .with(0);
}

#[test]
fn referrals_questions_and_refusals_go_through_the_same_door() {
    let office = Office::open();
    office
        .act("OFF-E", &["application", "submit"], &application("APP-1"))
        .with(0);
    let ask = json!({ "questions": ["which trials?"], "due_on": "2099-01-01" });
    office
        .act("OFF-L", &["application", "ask", "APP-1"], &ask)
        .with(0);
    office
        .act("OFF-L", &["application", "ask", "APP-1"], &ask)
        .with(1);
    let reply = json!({ "answers": ["these"] });
    office
        .act("OFF-E", &["application", "answer", "APP-1"], &reply)
        .with(0);
    let advice = json!({ "body": "PTY-BODY", "position": "refuse", "text": "against it" });
    office
        .act("OFF-B", &["application", "advise", "APP-1"], &advice)
        .with(2);
    let refer = json!({ "body": "PTY-BODY", "question": "any objection?", "due_on": "2099-01-01" });
    office
        .act("OFF-L", &["application", "refer", "APP-1"], &refer)
        .with(0);
    office
        .act("OFF-B", &["application", "advise", "APP-1"], &advice)
        .with(0);
    let no = json!({ "outcome": "refuse", "reasons": "synthetic" });
    office
        .act("OFF-L", &["application", "recommend", "APP-1"], &no)
        .with(0);
    let refuse = json!({ "grounds": ["synthetic-ground"], "law": ["EIPA:7(1)"], "reasons": "so" });
    office
        .act("OFF-D", &["application", "refuse", "APP-1"], &refuse)
        .with(0);
    office
        .act("OFF-D", &["application", "refuse", "APP-1"], &refuse)
        .with(1);
}

#[test]
fn a_key_gives_the_first_answer_again_and_never_another_act() {
    let office = Office::open();
    let allegation = json!({ "allegation": "ALG-1", "says": "synthetic" });
    let words = ["allegation", "open", "--key", "k-1"];
    let first = office.act("OFF-M", &words, &allegation).with(0).json();
    assert_eq!(first["is_repeat"], false);
    let again = office.act("OFF-M", &words, &allegation).with(0).json();
    assert_eq!(again["is_repeat"], true);
    assert_eq!(again["events"], first["events"]);
    let other = json!({ "allegation": "ALG-2", "says": "another" });
    office.act("OFF-M", &words, &other).with(2);
    office
        .read("OFF-M", &["allegation", "show", "ALG-2"])
        .with(1);
}

#[test]
fn evidence_is_kept_with_its_bytes_and_leads_to_a_finding() {
    let office = Office::open();
    let photo = office.0.file("photo.txt", "synthetic photograph");
    let add = [
        "evidence",
        "add",
        photo.as_str(),
        "--number",
        "EVD-1",
        "--source",
        "synthetic source",
        "--obtained",
        "by hand, by a synthetic collector",
        "--grade",
        "B2",
        "--custody",
        "collector > registry, 2020-10-06, sealed",
    ];
    office.read("OFF-M", &add).with(0);
    office.read("OFF-M", &add).with(2);
    let mut wrong = add;
    wrong[4] = "EVD-2";
    wrong[10] = "Z9";
    let before = office.0.head();
    office.read("OFF-M", &wrong).with(2);
    assert_eq!(office.0.head(), before, "a mistake writes nothing");
    let held = office
        .read("OFF-M", &["evidence", "show", "EVD-1"])
        .with(0)
        .json();
    assert_eq!(held["evidence"]["digest"].as_str().unwrap().len(), 64);
    assert_eq!(held["grades"][0]["source"], "B");
    assert_eq!(held["evidence"]["custody"][0]["to"], "registry");
    let regrade = json!({ "grade": { "source": "C", "information": "3" } });
    office
        .act("OFF-M", &["evidence", "grade", "EVD-1"], &regrade)
        .with(0);
    let link = json!({
        "to": { "kind": "party", "party": "PTY-CONSIGNEE" }, "confidence": "inferred",
        "reasons": "synthetic mark",
    });
    office
        .act("OFF-M", &["evidence", "link", "EVD-1"], &link)
        .with(0);
    let finding = json!({ "finding": {
        "id": "FND-1", "title": "synthetic finding",
        "answers": { "identity": {
            "held": "credible", "reasons": "synthetic", "rests_on": ["EVD-1"],
        } },
    } });
    office.act("OFF-M", &["finding", "make"], &finding).with(0);
    assurance_is_denied_and_broken(&office);
}

/// Records an assurance, has it denied, and finds it broken by a finding that was made.
fn assurance_is_denied_and_broken(office: &Office) {
    let paper = office.0.file("paper.txt", "synthetic certificate");
    let assurance = json!({ "assurance": {
        "id": "ASR-1", "form": "certificate", "giver": "PTY-CONSIGNEE",
        "issuing_authority": "PTY-STATE", "validity": { "from": "2020-01-01" },
        "undertakings": [{ "kind": "no-retransfer-without-consent" }], "says": "synthetic",
    } });
    office
        .act("OFF-L", &["assurance", "record"], &assurance)
        .with(1);
    office
        .act(
            "OFF-L",
            &["assurance", "record", "--file", &paper],
            &assurance,
        )
        .with(0);
    let ask = json!({ "of": "PTY-STATE", "due_on": "2099-01-01" });
    office
        .act("OFF-L", &["assurance", "ask", "ASR-1"], &ask)
        .with(0);
    let answer = json!({ "answer": "denied" });
    office
        .act("OFF-R", &["assurance", "answer", "ASR-1"], &answer)
        .with(0);
    let breach = json!({ "breach": {
        "assurance": "ASR-1", "clause": 0, "held": "credible", "rests_on": "FND-1",
        "reasons": "synthetic",
    } });
    office.act("OFF-M", &["breach", "find"], &breach).with(0);
    let mut beyond = breach.clone();
    if let Some(clause) = beyond.pointer_mut("/breach/clause") {
        *clause = json!(7);
    }
    office.act("OFF-M", &["breach", "find"], &beyond).with(1);
}

#[test]
fn reviews_and_dialogues_take_their_steps() {
    let office = Office::open();
    office.ready("APP-1");
    let issue = json!({ "permit": "PMT-1", "last_day": "2099-12-31" });
    office
        .act("OFF-D", &["application", "issue", "APP-1"], &issue)
        .with(0);
    let open = json!({
        "review": "REV-1", "mandate": { "en": "synthetic", "fr": "synthétique" },
        "scope": "resource.final_destinations.contains(Country::\"FR\")",
        "consults": ["PTY-BODY"],
    });
    office.act("OFF-D", &["review", "open"], &open).with(0);
    office.act("OFF-D", &["review", "open"], &open).with(2);
    let advice = json!({ "body": "PTY-BODY", "position": "no-objection", "text": "none" });
    office
        .act("OFF-B", &["review", "advise", "REV-1"], &advice)
        .with(0);
    office
        .read("OFF-D", &["review", "conclude", "REV-1"])
        .with(1);
    let outcomes = json!({ "outcomes": {
        "PMT-1": { "outcome": "keep-in-force", "reasons": "synthetic" },
    } });
    office
        .act("OFF-D", &["review", "outcome", "REV-1"], &outcomes)
        .with(0);
    office
        .read("OFF-D", &["review", "conclude", "REV-1"])
        .with(0);
    let dialogue = json!({
        "dialogue": "DLG-1", "name": { "en": "synthetic", "fr": "synthétique" },
        "with": "PTY-STATE",
    });
    office
        .act("OFF-D", &["dialogue", "open"], &dialogue)
        .with(0);
    let text = json!({ "text": "synthetic" });
    for (officer, verb, code) in [
        ("OFF-R", "commit", 0),
        ("OFF-D", "resume", 1),
        ("OFF-D", "stall", 0),
        ("OFF-D", "resume", 0),
        ("OFF-R", "conclude", 1),
        ("OFF-D", "conclude", 0),
        ("OFF-D", "meet", 1),
    ] {
        office
            .act(officer, &["dialogue", verb, "DLG-1"], &text)
            .with(code);
    }
    office.read("OFF-E", &["dialogue", "show", "DLG-1"]).with(1);
}

#[test]
fn a_measure_is_proposed_declined_and_lifted() {
    let office = Office::open();
    let policy = "@id(\"MSR-1\") @source(\"PRACTICE:2019-10-11\") @effect(\"hold\")\n\
        @en(\"Permits to Ruritania wait\") @fr(\"Les licences attendent\")\n\
        forbid (principal, action == Action::\"issue\", resource)\n\
        when { resource.final_destinations.contains(Country::\"TR\") };";
    let file = office.0.file("policy.cedar", policy);
    let at_file = format!("@{file}");
    let flags = [
        "measure",
        "propose",
        "--policy",
        at_file.as_str(),
        "--measure",
        "MSR-1",
        "--decision",
        "DCN-1",
        "--law",
        "PRACTICE:2019-10-11",
        "--source-kind",
        "practice",
        "--ground",
        "synthetic-ground",
        "--title-en",
        "A pause",
        "--title-fr",
        "Une pause",
        "--reasons-en",
        "synthetic",
        "--reasons-fr",
        "synthétique",
        "--from",
        "2020-01-01",
    ];
    office.read("OFF-L", &flags).with(0);
    office.read("OFF-D", &["measure", "sign", "DCN-1"]).with(0);
    let lift = ["measure", "lift", "MSR-1", "--decision", "DCN-2"];
    office.read("OFF-L", &lift).with(0);
    office.read("OFF-D", &["measure", "sign", "DCN-2"]).with(0);
    office.read("OFF-L", &["measure", "lift", "MSR-1"]).with(1);
    let shown = office
        .read("OFF-L", &["decision", "show", "DCN-2"])
        .with(0)
        .json();
    assert_eq!(shown["draft"]["lifts"][0], "MSR-1");
    let reasons = json!({ "reasons": "synthetic" });
    office
        .act("OFF-D", &["measure", "decline", "DCN-2"], &reasons)
        .with(1);
    office.read("OFF-D", &["measure", "sign", "DCN-9"]).with(2);
    office.read("OFF-L", &["measure", "propose"]).with(2);
}

#[test]
fn a_body_that_cannot_be_used_says_where_and_writes_nothing() {
    let office = Office::open();
    let before = office.0.head();
    let submit = ["application", "submit"];
    let mut unknown = application("APP-1");
    unknown["colour"] = json!("red");
    let ended = office.act("OFF-E", &submit, &unknown).with(2);
    assert!(ended.err.contains("colour"), "{}", ended.err);
    let mut deep = application("APP-1");
    deep["terms"]["lines"][0]["item"]["modle"] = json!("x");
    let ended = office.act("OFF-E", &submit, &deep).with(2);
    assert!(
        ended.err.contains("terms.lines[0].item.modle"),
        "{}",
        ended.err
    );
    let chosen = json!({ "finding": {
        "id": "FND-1", "title": "x", "by": "OFF-D",
        "answers": { "identity": { "held": "refuted", "reasons": "y" } },
    } });
    let ended = office.act("OFF-M", &["finding", "make"], &chosen).with(2);
    assert!(ended.err.contains("leave it out"), "{}", ended.err);
    let broken = office.0.file("broken.json", "{\"applicant\": ");
    let words = [
        "--officer",
        "OFF-E",
        "application",
        "submit",
        broken.as_str(),
    ];
    let ended = office.0.run(&words).with(2);
    assert!(ended.err.contains("line 1"), "{}", ended.err);
    office
        .0
        .run(&["--officer", "OFF-NOBODY", "order", "settle"])
        .with(2);
    office.0.run(&["application", "withdraw"]).with(2);
    office
        .0
        .run(&["application", "list", "--limit", "0"])
        .with(2);
    office
        .0
        .run(&["application", "list", "--under", "colour:red"])
        .with(2);
    office.act("OFF-A", &submit, &application("APP-1")).with(1);
    assert_eq!(office.0.head(), before);
}

#[test]
fn every_act_and_read_says_what_it_does_in_both_languages() {
    for act in web::acts::all() {
        let (english, french) = act.says;
        assert!(!english.ends_with('.') && !french.ends_with('.'), "{act:?}");
        assert_ne!(english, french, "{act:?}");
        let shown = Place::new().run(&[act.noun, act.verb, "--help"]);
        if !["measure", "evidence", "officer"].contains(&act.noun) {
            assert!(shown.out.contains(french), "{act:?}: {}", shown.out);
        }
        assert_eq!(shown.code, 0, "{act:?}");
    }
}

#[test]
fn listings_are_cut_into_pages() {
    let office = Office::open();
    let (mut after, mut seen) = (None::<String>, 0);
    loop {
        let mut words = vec!["party", "list", "--limit", "2"];
        if let Some(after) = &after {
            words.extend(["--after", after.as_str()]);
        }
        let page = office.read("OFF-L", &words).with(0).json();
        seen += page["rows"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen, 5);
    let text = office
        .0
        .run(&["--officer", "OFF-L", "party", "list", "--limit", "2"]);
    assert!(text.with(0).out.contains("--after PTY-CONSIGNEE"));
}

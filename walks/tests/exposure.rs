//! From the evidence of the case of Canada and Türkiye to the permits that it reaches, as an
//! end-use monitor walks it at the command line; and what a humanitarian report reaches: nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use serde_json::{Value, json};
use walks::program::{BOUNDS, Ran, run};

const STORE: &str = "sqlite:register.sqlite";

struct Register {
    folder: tempfile::TempDir,
}

impl Register {
    /// The case, played; its officers go on acting, by the real clock.
    fn of_the_case() -> Self {
        let register = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let case = walks::workspace().join("scenarios/tr-2019-2024.yaml");
        std::fs::copy(case, register.path().join("case.yaml")).unwrap();
        register.done(&["scenario", "run", "case.yaml"]);
        register
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn ran(&self, words: &[&str]) -> Ran {
        let mut all = vec!["--store", STORE, "--officer", "OFF-MONITOR-1"];
        all.extend(words);
        run(self.path(), BOUNDS, &all).unwrap()
    }

    fn done(&self, words: &[&str]) -> String {
        let ran = self.ran(words);
        assert_eq!(ran.code, Some(0), "{words:?}: {ran:?}");
        ran.out
    }

    /// Does an act with a body, and gives what was done.
    fn act(&self, words: &[&str], body: &Value) -> Value {
        std::fs::write(self.path().join("body.json"), body.to_string()).unwrap();
        let mut all = vec!["--json"];
        all.extend(words);
        all.push("body.json");
        serde_json::from_str(&self.done(&all)).unwrap()
    }

    /// Asks what something reaches.
    fn exposure(&self, words: &[&str]) -> Value {
        let mut all = vec!["--json", "exposure"];
        all.extend(words);
        let ran = self.ran(&all);
        assert!(matches!(ran.code, Some(0 | 1)), "{words:?}: {ran:?}");
        serde_json::from_str(&ran.out).unwrap()
    }

    /// The catalogue of the case: the turret with its mark, the drone, and that one is in the other.
    fn catalogued(&self) {
        let source = "the maker's leaflet (synthetic)";
        self.act(
            &["item", "describe"],
            &json!({ "item": {
                "id": "ITM-TURRET", "name": "electro-optical turret", "model": "MX-15D",
                "marks": ["CMX-15D"], "maker": "wescam", "source": source, "basis": "synthetic",
            }}),
        );
        self.act(
            &["platform", "describe"],
            &json!({ "platform": {
                "id": "TB2", "name": "TB2", "integrator": "baykar", "classes": ["uav"],
                "source": source, "basis": "synthetic",
            }}),
        );
        self.act(
            &["composition", "record"],
            &json!({ "composition": {
                "assembly": { "kind": "platform", "platform": "TB2" },
                "component": "ITM-TURRET", "quantity_per": 1,
                "validity": { "from": "2016-01-01" }, "source": source, "basis": "synthetic",
            }}),
        );
    }
}

/// What of one kind was reached, with its grade.
fn reached(exposure: &Value, kind: &str) -> Vec<(String, String)> {
    let all = exposure["reached"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.filter(|held| held["kind"] == kind)
        .map(|held| (text(&held["id"]), text(&held["grade"])))
        .collect()
}

fn permits(exposure: &Value) -> Vec<(String, String)> {
    reached(exposure, "permit")
}

fn one(permit: &str, grade: &str) -> Vec<(String, String)> {
    vec![(permit.to_owned(), grade.to_owned())]
}

#[test]
fn the_evidence_of_the_case_reaches_its_permit_as_sure_as_the_link_and_no_surer() {
    let register = Register::of_the_case();
    let exposure = register.exposure(&["EVD-9"]);
    assert_eq!(permits(&exposure), one("P-001", "inferred"));
    assert_eq!(
        reached(&exposure, "permit-line"),
        [("P-001#1".into(), "inferred".into())]
    );
    let first = &exposure["reached"][0]["path"][0];
    assert_eq!(first["step"], "linked");
    assert_eq!(first["evidence"], "EVD-9");
    // Which of them it was, only a serial would say.
    let shipments = reached(&exposure, "shipment");
    assert!(shipments.iter().all(|(_, grade)| grade == "category"));
    // The catalogue changes nothing about what an officer accepted.
    register.catalogued();
    let again = register.exposure(&["EVD-9"]);
    assert_eq!(again["counts"], exposure["counts"]);
}

#[test]
fn a_humanitarian_report_and_one_without_an_accepted_link_reach_nothing() {
    let register = Register::of_the_case();
    for report in ["EVD-14", "EVD-6"] {
        let ran = register.ran(&["exposure", report]);
        assert_eq!(ran.code, Some(1), "{report}: {ran:?}");
        assert!(ran.out.contains("nothing is reached."), "{}", ran.out);
    }
    let nobody = register.ran(&["exposure", "EVD-99"]);
    assert_eq!(nobody.code, Some(2), "{nobody:?}");
    let link = json!({
        "to": { "kind": "permit", "permit": "P-001" }, "confidence": "category",
        "reasons": "the same place",
    });
    std::fs::write(register.path().join("link.json"), link.to_string()).unwrap();
    let refused = register.ran(&["evidence", "link", "EVD-14", "link.json"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
}

#[test]
fn mark_days_and_consignee_lead_to_the_permit_by_inference_and_the_mark_alone_by_category() {
    let register = Register::of_the_case();
    register.catalogued();
    let by_mark = register.exposure(&["--mark", "CMX-15D"]);
    assert_eq!(permits(&by_mark), one("P-001", "category"));
    let path: Vec<&str> = by_mark["reached"]
        .as_array()
        .unwrap()
        .iter()
        .find(|held| held["kind"] == "permit")
        .unwrap()["path"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["kind"].as_str().unwrap())
        .collect();
    assert_eq!(path, ["mark", "item", "mark", "permit-line", "permit"]);
    let words = [
        "--mark",
        "CMX-15D",
        "--party",
        "baykar",
        "--from",
        "2020-06-01",
        "--to",
    ];
    let inferred = register.exposure(&[words.as_slice(), &["2020-09-30"]].concat());
    assert_eq!(permits(&inferred), one("P-001", "inferred"));
    // Made before the permit's first day: it fits no permit.
    let before = [
        "--mark",
        "CMX-15D",
        "--party",
        "baykar",
        "--to",
        "2020-04-30",
    ];
    assert_eq!(permits(&register.exposure(&before)), []);
    // The platform reaches it through what it is built of.
    let platform = register.exposure(&["--platform", "TB2"]);
    assert_eq!(permits(&platform), one("P-001", "category"));
}

#[test]
fn a_serial_list_makes_the_path_strong_and_a_part_keeps_its_permit_inside_anothers_product() {
    let register = Register::of_the_case();
    register.catalogued();
    let source = "the exporter's list (synthetic)";
    let unit = |serial: &str, more: Value| {
        let mut unit = json!({ "serial": serial, "source": source, "basis": "synthetic" });
        for (name, value) in more.as_object().unwrap() {
            unit[name] = value.clone();
        }
        register.act(&["unit", "record"], &json!({ "unit": unit }))["what"].clone()
    };
    let left = json!({ "permit": "P-001", "line": 1 });
    let turret = json!({ "item": "ITM-TURRET", "made": "2020-06", "left_under": left });
    let turret = unit("SYN-12734", turret);
    let drone = unit("SYN-D-7", json!({}));
    let fitted = register.act(
        &["unit", "fit", turret["id"].as_str().unwrap()],
        &json!({ "fitting": {
            "parent": drone["id"], "period": { "from": "2020-09-01" }, "source": "a visit",
        }}),
    );
    assert_eq!(fitted["what"]["flags"], Value::Null, "{fitted}");
    let by_serial = register.exposure(&["--serial", "SYN-12734", "--maker", "wescam"]);
    assert_eq!(permits(&by_serial), one("P-001", "strong"));
    let in_part = register.exposure(&["--serial", "SYN-1?734", "--maker", "wescam"]);
    assert_eq!(permits(&in_part), one("P-001", "category"));
    let of_the_drone = register.exposure(&["--serial", "SYN-D-7"]);
    assert_eq!(permits(&of_the_drone), one("P-001", "category"));
    let back = register.exposure(&[
        "--whereabouts",
        "--serial",
        "SYN-12734",
        "--maker",
        "wescam",
    ]);
    assert!(
        reached(&back, "unit").contains(&(drone["id"].as_str().unwrap().into(), "strong".into())),
        "{back}"
    );
    // The same serial of the same maker again, under another permit: kept, and flagged.
    let other = json!({ "item": "ITM-TURRET", "left_under": { "permit": "P-002" } });
    let again = unit("syn-12734", other);
    assert_eq!(again["id"], turret["id"]);
    assert!(
        again["flags"][0]["fr"].as_str().unwrap().contains("P-002"),
        "{again}"
    );
    let both = register.exposure(&["--serial", "SYN-12734", "--maker", "wescam"]);
    let strong: Vec<_> = permits(&both)
        .into_iter()
        .filter(|p| p.1 == "strong")
        .collect();
    assert_eq!(strong.len(), 2, "{both}");
    let flags = both["flags"].to_string();
    assert!(flags.contains("several-permits"), "{flags}");
}

#[test]
fn a_drawing_is_written_to_a_new_file_and_a_table_speaks_french() {
    let register = Register::of_the_case();
    register.done(&["exposure", "EVD-9", "--svg", "drawing.svg"]);
    let svg = std::fs::read_to_string(register.path().join("drawing.svg")).unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("P-001"), "{svg}");
    let again = register.ran(&["exposure", "EVD-9", "--svg", "drawing.svg"]);
    assert_eq!(again.code, Some(2), "{again:?}");
    let french = register.done(&["--language", "fr", "exposure", "EVD-9"]);
    assert!(
        french.contains("licence P-001") && french.contains("inféré"),
        "{french}"
    );
}

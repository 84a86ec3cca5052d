//! Importing parties and lists, and comparing editions.

use super::desk::Place;

const HEADER: &str = "name,country,address,aliases,activities,business number,government\n";

#[test]
fn every_row_of_parties_is_accounted_for() {
    let place = Place::new();
    let rows = format!(
        "{HEADER}Synthetic Avionics,CA,1 Test Road,Synavi;Syn A,makes-sensors,BN-1,no\n\
         ,FR,,,,,no\n\
         synthetic avionics,CA,,,,,no\n\
         Synthetic Ministry,Türkiye,,,,,yes\n"
    );
    let file = place.file("parties.csv", rows);
    let done = place
        .run(&["--json", "import", "parties", &file])
        .with(1)
        .json();
    let counts = &done["read"]["summary"]["counts"];
    assert_eq!(counts["rows"], 4);
    assert_eq!(counts["set_aside"], 1, "a row without a name");
    assert_eq!(done["registered"].as_object().unwrap().len(), 2);
    assert_eq!(
        done["held_already"].as_object().unwrap().len(),
        1,
        "the same name and country is one party"
    );
    let again = place
        .run(&["--json", "import", "parties", &file])
        .with(1)
        .json();
    assert_eq!(again["registered"].as_object().unwrap().len(), 0);
    let shown = place.run(&["import", "parties", &file]).with(1).out;
    assert!(
        shown.contains("parties registered 0, held already 3"),
        "{shown}"
    );
}

#[test]
fn parties_that_are_all_new_end_in_done() {
    let place = Place::new();
    let file = place.file("parties.csv", format!("{HEADER}Synthetic One,CA,,,,,no\n"));
    place.run(&["import", "parties", &file]).with(0);
}

#[test]
fn an_import_speaks_the_language_that_is_asked_for() {
    let place = Place::new();
    let file = place.file("parties.csv", format!("{HEADER},FR,,,,,no\n"));
    let french = place.run(&["--language", "fr", "import", "parties", &file]);
    let told = french.with(1).out;
    assert!(told.contains("lignes 1 : importées 0"), "{told}");
    assert!(told.contains("mise de côté : parties.csv:2: il n'y a pas de nom dans `name`"));
    let map = place.file("map.toml", "map = 1\nkey = \"x\"\nsurprise = 1\n");
    let words = ["import", "parties", &file, "--map", &map];
    let both = place.run(&words).with(2).err;
    assert!(
        both.contains("mistake: the map is wrong at map.toml:3:1: unknown field"),
        "{both}"
    );
    assert!(
        both.contains("erreur : la table est fausse à map.toml:3:1 : clé inconnue"),
        "{both}"
    );
    let one = place
        .run(&[&words[..], &["--language", "fr"]].concat())
        .with(2)
        .err;
    assert!(!one.contains("mistake"), "{one}");
}

#[test]
fn a_file_that_cannot_be_read_writes_nothing() {
    let place = Place::new();
    place.with_parties();
    let before = place.head();
    let other = place.file("other.csv", "colour\nred\n");
    let map = place.file("map.toml", "map = 1\nkey = \"x\"\nsurprise = 1\n");
    let good = place.file("good.csv", format!("{HEADER}Synthetic One,CA,,,,,no\n"));
    for words in [
        &["import", "parties", other.as_str()][..],
        &["import", "parties", "not-there.csv"],
        &["import", "parties", good.as_str(), "--map", map.as_str()],
        &["import", "control-list", good.as_str(), good.as_str()],
    ] {
        let ended = place.run(words).with(2);
        assert!(ended.err.starts_with("mistake: "), "{}", ended.err);
    }
    assert_eq!(place.head(), before);
    let said = place.run(&["import", "parties", &other]).with(2).err;
    for begins in [
        "mistake: other.csv:1 has no column",
        "erreur : other.csv:1 ",
    ] {
        assert!(said.contains(begins), "{said}");
    }
}

/// Two consolidations of one edition as the official XML has them, cut down to what is read.
fn country_list(day: &str, countries: [&[&str]; 2]) -> [String; 2] {
    let one = |language: &str, number: &str, title: &str, names: &[&str]| {
        let items: String = names
            .iter()
            .map(|name| {
                format!("<Item lims:inforce-start-date=\"{day}\"><Text>{name}</Text></Item>")
            })
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><Regulation lims:pit-date=\"{day}\" \
             lims:lastAmendedDate=\"{day}\" lims:inforce-start-date=\"{day}\" \
             regulation-type=\"SOR\" xml:lang=\"{language}\" \
             xmlns:lims=\"http://justice.gc.ca/lims\"><Identification>\
             <InstrumentNumber>{number}</InstrumentNumber><LongTitle>{title}</LongTitle>\
             </Identification><Schedule><ScheduleFormHeading><TitleText>{title}</TitleText>\
             </ScheduleFormHeading><List>{items}</List></Schedule></Regulation>"
        )
    };
    [
        one("en", "SOR/91-575", "A test list of countries", countries[0]),
        one(
            "fr",
            "DORS/91-575",
            "Une liste de pays d’essai",
            countries[1],
        ),
    ]
}

#[test]
fn a_list_of_countries_is_adopted_once_and_in_the_order_of_its_editions() {
    let place = Place::new();
    let adopt = |day: &str, countries: [&[&str]; 2]| {
        let [en, fr] = country_list(day, countries);
        let (en, fr) = (place.file("en.xml", en), place.file("fr.xml", fr));
        place.run(&["--json", "import", "control-list", &fr, &en])
    };
    let first = adopt(
        "2020-10-14",
        [&["Germany", "France"], &["Allemagne", "France"]],
    );
    assert_eq!(first.with(0).json()["countries"], 2);
    let second = adopt("2025-02-26", [&["Germany"], &["Allemagne"]]);
    assert_eq!(second.with(0).json()["left"][0], "FR");
    adopt("2025-02-26", [&["Germany"], &["Allemagne"]]).with(2);
    adopt("2017-11-24", [&["France"], &["France"]]).with(2);
    adopt("2026-01-01", [&["Atlantis"], &["Atlantide"]]).with(2);
    let [en, _] = country_list("2026-01-02", [&["Germany"], &["Allemagne"]]);
    let en = place.file("en.xml", en);
    place.run(&["import", "control-list", &en, &en]).with(2);
}

#[test]
fn the_official_lists_are_imported_and_compared() {
    let name = "the_official_lists_are_imported_and_compared";
    let Some(folder) = walks::shared(name, "data/licensing/ca-law") else {
        return;
    };
    let place = Place::new();
    let file = |name: &str| folder.join(name).display().to_string();
    for (en, fr) in [
        (
            "history-SOR-89-202.2021-08-10.en.xml",
            "history-DORS-89-202.2021-08-10.fr.xml",
        ),
        ("SOR-89-202.en.xml", "DORS-89-202.fr.xml"),
        ("SOR-91-575.en.xml", "DORS-91-575.fr.xml"),
    ] {
        place
            .run(&["import", "control-list", &file(en), &file(fr)])
            .with(0);
    }
    let words = [
        "--json",
        "lists",
        "diff",
        "ECL@2021-07-23",
        "ECL@2025-04-25",
    ];
    let diff = place.run(&words).with(0).json();
    assert!(diff["changes"].as_array().unwrap().len() > 10);
    assert!(
        diff["impact"].as_array().unwrap().is_empty(),
        "nothing is rated yet"
    );
    let across = ["lists", "diff", "ECL@2021-07-23", "GUIDE@2020"];
    place.run(&across).with(2);
}

#[test]
fn a_file_that_cannot_be_read_leaves_no_register_behind() {
    let place = Place::new();
    let bad = place.file("bad.xlsx", b"PK\x03\x04 and nothing more");
    let map = walks::workspace().join("lists/maps/nl-military.toml");
    let map = map.display().to_string();
    place
        .run(&["import", "permits", &bad, "--map", &map])
        .with(2);
    place.run(&["import", "parties", &bad]).with(2);
    let list = place.file("list.xml", "<Regulation><Identification/></Regulation>");
    place.run(&["import", "control-list", &list]).with(2);
    assert!(!place.store().exists());
}

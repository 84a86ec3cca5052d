//! The answer as a table and as a drawing, in both languages.

use domain::language::Language;
use exposure::{Cut, DRAWN_MAX, Thing, drawing, table};

use crate::world::*;

fn world(permits: usize) -> World {
    let mut world = World::new();
    world.item("ITM-1", "T-1", &[]);
    for n in 0..permits {
        world.permit(&format!("P-{n}"), &Named::default());
    }
    world
}

#[test]
fn a_table_gives_paths_checks_and_counts_in_both_languages() {
    let exposure = world(2).ask(&about("ITM-1"));
    let english = table(&exposure, Language::En).join("\n");
    let french = table(&exposure, Language::Fr).join("\n");
    assert!(
        english.contains("is named by [category] line P-0#1"),
        "{english}"
    );
    assert!(
        french.contains("est nommé par [catégorie] ligne P-0#1"),
        "{french}"
    );
    assert!(english.contains("would refute:"), "{english}");
    assert!(french.contains("réfuterait:"), "{french}");
    assert_eq!(english.lines().count(), french.lines().count());
}

#[test]
fn nothing_is_said_to_be_nothing() {
    let mut world = world(0);
    world.item("ITM-2", "T-2", &[]);
    let exposure = world.ask(&about("ITM-2"));
    assert_eq!(table(&exposure, Language::En), ["nothing is reached."]);
    assert_eq!(table(&exposure, Language::Fr), ["rien n’est atteint."]);
}

#[test]
fn what_is_not_shown_and_every_limit_is_said() {
    let world = world(12);
    let mut exposure = world.web.ask(&about("ITM-1"), 5);
    assert_eq!(exposure.reached.len(), 5);
    assert_eq!(exposure.not_shown, 19);
    let permits = exposure.counts.iter().find(|c| c.kind == Thing::Permit);
    assert_eq!(permits.unwrap().how_many, 12);
    exposure.cuts = vec![Cut::Depth, Cut::Visits];
    let english = table(&exposure, Language::En).join("\n");
    assert!(english.contains("reached and not shown: 19"), "{english}");
    assert!(english.contains("64 steps"), "{english}");
    let french = table(&exposure, Language::Fr).join("\n");
    assert!(french.contains("atteints et non montrés: 19"), "{french}");
    assert!(french.contains("64 pas"), "{french}");
}

#[test]
fn a_drawing_has_a_title_and_a_description_and_says_how_much_of_it_is_drawn() {
    let exposure = world(200).ask(&about("ITM-1"));
    for (language, words) in [
        (
            Language::En,
            format!("{DRAWN_MAX} of 400 things reached are drawn"),
        ),
        (
            Language::Fr,
            format!("{DRAWN_MAX} des 400 choses atteintes sont dessinées"),
        ),
    ] {
        let svg = drawing(&exposure, language);
        assert!(svg.contains("<title id=\"exposure-title\">"), "{svg}");
        assert!(svg.contains(&words), "{svg}");
        assert!(svg.contains("role=\"img\""));
        assert!(svg.ends_with("</svg>\n"));
    }
}

#[test]
fn nothing_in_a_name_is_taken_as_markup() {
    let mut world = World::new();
    let name = "<script>&\"'\u{0}";
    world.item("ITM-1", name, &[]);
    world.permit(
        "P-1",
        &Named {
            models: &[name],
            ..Named::default()
        },
    );
    let svg = drawing(&world.ask(&about("ITM-1")), Language::En);
    assert!(!svg.contains("<script"), "{svg}");
    assert!(svg.contains("&lt;script&gt;&amp;&quot;&#39;�"), "{svg}");
}

#[test]
fn an_answer_survives_as_json() {
    let exposure = world(2).ask(&about("ITM-1"));
    let text = serde_json::to_string(&exposure).unwrap();
    let read: exposure::Exposure = serde_json::from_str(&text).unwrap();
    assert_eq!(read, exposure);
}

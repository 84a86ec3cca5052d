//! Who is quoted, and for whom they speak.

use super::super::quotations::quotations;
use super::super::sentences::blocks;
use super::*;

fn read(text: &str) -> Vec<(String, String, bool)> {
    let words = Words::of(text);
    let blocks = blocks(&words);
    let quoted = quotations(&words, &blocks);
    statements(&words, &blocks, &quoted)
        .into_iter()
        .map(|said| {
            let name = said.by.name.map_or(String::new(), |(name, ..)| name);
            (
                said.quoted.text.text(&words).to_owned(),
                name,
                said.by.is_official,
            )
        })
        .collect()
}

#[test]
fn who_speaks_is_read_after_before_and_above_the_quotation() {
    for text in [
        "\"We know it all too well,\" State Secretary Ada Orme told reporters.",
        "State Secretary Ada Orme said: \"We know it all too well.\"",
        "The State Secretary, Ada Orme, made the following statement:\n\n\"We know it all too well.\"",
        "« We know it all too well », a déclaré la ministre Ada Orme.",
        "Ada Orme, ministre de la Défense, a fait la déclaration suivante :\n\n« We know it all too well. »",
    ] {
        let read = read(text);
        assert_eq!(read.len(), 1, "{text}");
        assert_eq!(
            (read[0].1.as_str(), read[0].2),
            ("Ada Orme", true),
            "{text}"
        );
    }
}

#[test]
fn a_second_quotation_and_a_bare_surname_are_those_of_the_same_speaker() {
    let read = read(
        "\"It was so before,\" Trade Minister Ada Orme said. \"It is so still.\"\n\n\"We wait for more,\" Orme said.",
    );
    assert!(
        read.iter()
            .all(|(_, name, official)| name == "Ada Orme" && *official)
    );
    assert_eq!(read.len(), 3);
}

#[test]
fn names_of_things_and_turns_of_phrase_are_no_statements() {
    assert!(read("The \"Spoils of War\" museum opened, he said.").is_empty());
    assert!(read("The \"spoils of a long cold war\" museum opened.").is_empty());
}

#[test]
fn who_speaks_for_a_firm_or_an_agency_is_no_authority() {
    let read = read("\"People need more seeds,\" said the Resident Coordinator, Ada Orme.");
    assert_eq!((read[0].1.as_str(), read[0].2), ("Ada Orme", false));
    let read = self::read("\"We made none of these,\" said Ivo Brandt of the firm.");
    assert_eq!((read[0].1.as_str(), read[0].2), ("Ivo Brandt", false));
}

//! Days and periods, as texts of both languages write them.

use super::*;

fn on(day: &str, text: &str) -> Vec<String> {
    let now = Some(Days::one(Day::parse(day).unwrap()));
    let words = Words::of(text);
    days(&words, &|_| now)
        .iter()
        .map(|when| {
            let written = words.written(when.first, when.last);
            let days = when.days.map_or("?".to_owned(), |days| days.to_string());
            format!("{written} = {days}")
        })
        .collect()
}

#[test]
fn days_on_the_calendar_are_read_in_both_languages() {
    for (text, value) in [
        ("on 12 April 2021", "2021-04-12"),
        ("April 12, 2021", "2021-04-12"),
        ("le 1er mars 2020", "2020-03-01"),
        ("Oct. 5, 2020", "2020-10-05"),
        ("2021-04-12", "2021-04-12"),
        ("12.04.2021", "2021-04-12"),
        ("04/13/2021", "2021-04-13"),
        ("3rd of May 2019", "2019-05-03"),
        ("le 22 août", "2020-08-22"),
        ("April 12", "2021-04-12"),
    ] {
        let read = on("2021-04-15", text);
        assert_eq!(read.len(), 1, "{text}: {read:?}");
        assert!(read[0].ends_with(value), "{text}: {read:?}");
    }
    for text in [
        "04/05/2021",
        "32 May 2020",
        "31 April 2020",
        "2-10.c.1",
        "item 5 may",
        "5.2.1",
    ] {
        assert!(
            on("2021-04-15", text).is_empty(),
            "{text}: {:?}",
            on("2021-04-15", text)
        );
    }
}

#[test]
fn seasons_are_those_that_the_document_means() {
    for (text, value) in [
        ("Last fall, in line", "Last fall = 2020-09-01/2020-11-30"),
        (
            "in the fall of 2019",
            "fall of 2019 = 2019-09-01/2019-11-30",
        ),
        (
            "in the fall of 2020",
            "fall of 2020 = 2020-09-01/2020-11-30",
        ),
        (
            "l’automne dernier",
            "automne dernier = 2020-09-01/2020-11-30",
        ),
        (
            "au printemps 2021",
            "printemps 2021 = 2021-03-01/2021-05-31",
        ),
        (
            "the spring of 2020",
            "spring of 2020 = 2020-03-01/2020-05-31",
        ),
        ("this spring", "this spring = 2021-03-01/2021-05-31"),
        ("last winter", "last winter = 2020-12-01/2021-02-28"),
        ("depuis l’été 2020", "été 2020 = 2020-06-01/2020-08-31"),
    ] {
        assert_eq!(on("2021-04-12", text), [value], "{text}");
    }
    for text in [
        "prices fall again",
        "a spring broke",
        "il a été suspendu",
        "rise and fall",
    ] {
        assert!(on("2021-04-12", text).is_empty(), "{text}");
    }
}

#[test]
fn relative_days_are_counted_from_the_day_that_governs() {
    for (text, value) in [
        ("today", "today = 2021-04-12"),
        ("This morning, I", "This morning = 2021-04-12"),
        ("aujourd’hui", "aujourd’hui = 2021-04-12"),
        ("ce matin", "ce matin = 2021-04-12"),
        ("yesterday", "yesterday = 2021-04-11"),
        ("hier", "hier = 2021-04-11"),
        ("last week", "last week = 2021-04-05/2021-04-11"),
        ("le mois dernier", "mois dernier = 2021-03-01/2021-03-31"),
        ("l’an dernier", "an dernier = 2020-01-01/2020-12-31"),
        ("two weeks ago", "two weeks ago = 2021-03-29"),
        ("il y a trois jours", "il y a trois jours = 2021-04-09"),
        ("on Friday", "Friday = 2021-04-09"),
        ("Monday", "Monday = 2021-04-12"),
        ("last Monday", "last Monday = 2021-04-05"),
        ("vendredi dernier", "vendredi dernier = 2021-04-09"),
    ] {
        assert_eq!(on("2021-04-12", text), [value], "{text}");
    }
}

#[test]
fn parts_of_years_and_spans_keep_both_ends() {
    for (text, value) in [
        ("in late 2020", "late 2020 = 2020-10-01/2020-12-31"),
        ("mid-2020", "mid-2020 = 2020-05-01/2020-08-31"),
        ("by the end of 2019", "end of 2019 = 2019-10-01/2019-12-31"),
        (
            "début avril 2021",
            "début avril 2021 = 2021-04-01/2021-04-10",
        ),
        (
            "first half of 2022",
            "first half of 2022 = 2022-01-01/2022-06-30",
        ),
        (
            "deuxième trimestre de 2020",
            "deuxième trimestre de 2020 = 2020-04-01/2020-06-30",
        ),
        ("T2 2020", "T2 2020 = 2020-04-01/2020-06-30"),
        (
            "between 2018 and 2019",
            "between 2018 and 2019 = 2018-01-01/2019-12-31",
        ),
        ("in 2019", "2019 = 2019-01-01/2019-12-31"),
        ("April 2020", "April 2020 = 2020-04-01/2020-04-30"),
        ("in January", "January = 2021-01-01/2021-01-31"),
        ("depuis octobre", "octobre = 2020-10-01/2020-10-31"),
    ] {
        assert_eq!(on("2021-04-12", text), [value], "{text}");
    }
    assert!(on("2021-04-12", "they may march; model 2019 sold 2000").is_empty());
}

#[test]
fn without_a_day_that_governs_a_relative_day_stays_open() {
    let words = Words::of("It stopped yesterday, on 3 May 2020.");
    let read = days(&words, &|_| None);
    assert_eq!(read[0].days, None);
    assert!(read[1].is_full && read[1].days.is_some());
}

#[test]
fn lengths_are_not_days() {
    let words = Words::of("a three-day mission, la guerre de 44 jours, two days ago, a day");
    let taken = days(&words, &|_| None);
    let found: Vec<String> = lengths(&words, &taken)
        .into_iter()
        .map(|l| l.value)
        .collect();
    assert_eq!(found, ["3 days", "44 days"]);
}

//! Acts are told from other uses of the words, and from what was not done.

use super::super::sentences::{blocks, sentences};
use super::*;

fn read(text: &str) -> Vec<String> {
    let words = Words::of(text);
    let reader = ActReader::new();
    let corrections = reader.corrections(&words);
    let mut found = Vec::new();
    for sentence in blocks(&words).iter().flat_map(|b| sentences(&words, b)) {
        for acted in reader.read(&words, &sentence, &corrections, &[]) {
            let written = words.written(acted.first, acted.last);
            found.push(format!(
                "{}/{}: {written}",
                acted.verb.key(),
                acted.how.key()
            ));
        }
    }
    found
}

#[test]
fn an_act_is_a_verb_with_what_it_is_done_to() {
    for (text, act) in [
        (
            "Oslo suspended export permits.",
            "suspend/asserted: suspended export permits",
        ),
        (
            "The permits were cancelled.",
            "cancel/asserted: permits were cancelled",
        ),
        (
            "the cancellation of permits",
            "cancel/asserted: cancellation of permits",
        ),
        (
            "a suspendu les licences",
            "suspend/asserted: suspendu les licences",
        ),
        (
            "les licences ont été révoquées",
            "cancel/asserted: licences ont été révoquées",
        ),
        (
            "It put on hold all transfers.",
            "halt/asserted: put on hold all transfers",
        ),
        (
            "to suspend the issuance of new export permits",
            "halt/asserted: suspend the issuance",
        ),
        (
            "has halted some but not all of its military exports",
            "halt/asserted: halted some but not all of its military exports",
        ),
        (
            "the request was denied",
            "refuse/asserted: request was denied",
        ),
        ("the ban was lifted", "reinstate/asserted: ban was lifted"),
        ("it resumed exports", "reinstate/asserted: resumed exports"),
        (
            "presumptively denied",
            "presume-denial/asserted: presumptively denied",
        ),
        (
            "une présomption de refus",
            "presume-denial/asserted: présomption de refus",
        ),
    ] {
        assert_eq!(read(text), [act], "{text}");
    }
}

#[test]
fn other_uses_of_the_words_are_no_acts() {
    for text in [
        "The bridge was suspended from cables.",
        "The match was cancelled.",
        "He was granted leave.",
        "The issue is open.",
        "Those suspensions followed.",
        "Trade was blocked.",
        "The minister stopped at the museum.",
    ] {
        assert!(read(text).is_empty(), "{text}: {:?}", read(text));
    }
}

#[test]
fn what_was_not_done_is_not_taken_for_done() {
    for (text, act) in [
        (
            "It did not suspend any permit.",
            "suspend/negated: not suspend any permit",
        ),
        (
            "It didn’t cancel permits.",
            "cancel/negated: t cancel permits",
        ),
        (
            "No permit has been suspended.",
            "suspend/negated: No permit has been suspended",
        ),
        (
            "It cancelled no permits.",
            "cancel/negated: cancelled no permits",
        ),
        (
            "Aucune licence n’a été délivrée.",
            "issue/negated: Aucune licence n’a été délivrée",
        ),
        (
            "n’a pas annulé de permis",
            "cancel/negated: n’a pas annulé de permis",
        ),
        (
            "has not stopped issuing licences",
            "halt/negated: not stopped issuing licences",
        ),
    ] {
        assert_eq!(read(text), [act], "{text}");
    }
}

#[test]
fn denials_corrections_and_possibilities_are_told_apart() {
    for (text, act) in [
        (
            "Riga denied that it had suspended permits.",
            "suspend/denied: suspended permits",
        ),
        (
            "Riga dément avoir suspendu des permis.",
            "suspend/denied: suspendu des permis",
        ),
        (
            "An earlier version said that Riga revoked permits.",
            "cancel/corrected: revoked permits",
        ),
        (
            "Riga should cancel the permits.",
            "cancel/hypothetical: cancel the permits",
        ),
        (
            "before any further permits for goods are issued",
            "issue/hypothetical: permits for goods are issued",
        ),
        (
            "Riga envisage d’annuler des permis.",
            "cancel/hypothetical: annuler des permis",
        ),
        (
            "Les permis pourraient être annulés.",
            "cancel/hypothetical: permis pourraient être annulés",
        ),
        (
            "In May 2020 it suspended permits.",
            "suspend/asserted: suspended permits",
        ),
    ] {
        assert_eq!(read(text), [act], "{text}");
    }
}

#[test]
fn a_claim_that_is_denied_is_no_refusal_of_an_application() {
    assert!(read("Riga denied that it knew.").is_empty());
    assert_eq!(read("Riga denied the applications.").len(), 1);
}

#[test]
fn two_acts_of_a_sentence_are_two() {
    assert_eq!(
        read("I announce the cancellation of permits that were suspended."),
        [
            "cancel/asserted: cancellation of permits",
            "suspend/asserted: permits that were suspended",
        ]
    );
}

#[test]
fn permits_that_were_issued_by_mistake_were_issued() {
    assert_eq!(
        read("Riga granted permits in error, wrongly."),
        ["issue/asserted: granted permits"]
    );
    assert_eq!(
        read("trois licences avaient été accordées par erreur"),
        ["issue/asserted: licences avaient été accordées"]
    );
}

#[test]
fn what_is_lifted_is_no_second_act_and_a_sale_can_be_cancelled() {
    assert_eq!(
        read("Riga a levé la suspension des licences."),
        ["reinstate/asserted: levé la suspension"]
    );
    assert_eq!(
        read("Riga a annulé la vente de bombes."),
        ["cancel/asserted: annulé la vente"]
    );
    assert_eq!(
        read("Exports of category ML4 and ML6 goods to Russia are prohibited."),
        ["halt/asserted: Exports of category ML4 and ML6 goods to Russia are prohibited"]
    );
}

#[test]
fn a_day_belongs_to_the_act_of_its_clause() {
    let text = "Riga extended the freeze on licences until March 2020, and Oslo revoked licences for \
        bombs in January 2021.";
    let words = Words::of(text);
    let days = super::super::days::days(&words, &|_| None);
    let reader = ActReader::new();
    let cut = sentences(&words, &blocks(&words)[0]);
    let acts: Vec<(Verb, Option<usize>)> = reader
        .read(&words, &cut[0], &[], &days)
        .into_iter()
        .map(|acted| (acted.verb, acted.when))
        .collect();
    assert_eq!(acts, [(Verb::Suspend, None), (Verb::Cancel, Some(1))]);
}

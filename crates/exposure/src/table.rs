//! The answer as a table, in one language: one row for each thing reached, with its path in words.

use domain::language::{Bilingual, Language};

use crate::answer::{Exposure, Reached};
use crate::step::grade_called;
use crate::walk::Cut;

/// One text in the language asked.
fn said(language: Language, (en, fr): (&'static str, &'static str)) -> &'static str {
    match language {
        Language::En => en,
        Language::Fr => fr,
    }
}

/// A path in words: what it begins with, then each step and what it leads to.
pub(crate) fn path_in_words(reached: &Reached, language: Language) -> String {
    let mut words = String::new();
    for (n, step) in reached.path.iter().enumerate() {
        if n > 0 {
            words.push_str(" → ");
            words.push_str(step.step.says().get(language));
            if step.grade < domain::evidence::LinkConfidence::Strong {
                let grade = said(language, grade_called(step.grade));
                words.push_str(&format!(" [{grade}]"));
            }
            words.push(' ');
        }
        let kind = said(language, step.kind.called());
        words.push_str(&format!("{kind} {}", step.id));
        if let Some(evidence) = &step.evidence {
            let link = step.step.says();
            words.push_str(&format!(" ({} {evidence})", link.get(language)));
        }
    }
    words
}

/// What a limit means, in both languages.
pub(crate) fn cut_says(cut: Cut) -> Bilingual {
    match cut {
        Cut::Depth => Bilingual::new(
            format!(
                "paths of more than {} steps are not shown: there may be more",
                crate::walk::DEPTH_MAX
            ),
            format!(
                "les chemins de plus de {} pas ne sont pas montrés : il peut y en avoir d’autres",
                crate::walk::DEPTH_MAX
            ),
        ),
        Cut::Visits => Bilingual::new(
            format!(
                "the walk ended after {} places: there may be more; ask more narrowly",
                crate::walk::VISITS_MAX
            ),
            format!(
                "le parcours a pris fin après {} lieux : il peut y en avoir d’autres; posez une \
                 question plus étroite",
                crate::walk::VISITS_MAX
            ),
        ),
    }
}

/// The answer as lines of text, for people.
#[must_use]
pub fn table(exposure: &Exposure, language: Language) -> Vec<String> {
    let say = |pair| said(language, pair);
    let mut lines = Vec::new();
    if exposure.counts.is_empty() {
        lines.push(say(("nothing is reached.", "rien n’est atteint.")).to_owned());
    }
    for count in &exposure.counts {
        lines.push(format!(
            "{:<28} {:<10} {:>9}",
            say(count.kind.called()),
            say(grade_called(count.grade)),
            count.how_many
        ));
    }
    for reached in &exposure.reached {
        lines.push(format!(
            "{:<10} {} {}",
            say(grade_called(reached.grade)),
            say(reached.kind.called()),
            reached.id
        ));
        lines.push(format!("    {}", path_in_words(reached, language)));
        for (word, checks) in [
            (("would confirm", "confirmerait"), &reached.confirm),
            (("would refute", "réfuterait"), &reached.refute),
        ] {
            for check in checks {
                lines.push(format!("    {}: {}", say(word), check.says().get(language)));
            }
        }
    }
    notes(exposure, language, &mut lines);
    lines
}

/// What is not in the rows: the rest, what was set aside, limits, flags, and what is beside.
fn notes(exposure: &Exposure, language: Language, lines: &mut Vec<String>) {
    let say = |pair| said(language, pair);
    let mut counted = |how_many: usize, what: (&'static str, &'static str)| {
        if how_many > 0 {
            lines.push(format!("{}: {how_many}", say(what)));
        }
    };
    counted(
        exposure.not_shown,
        ("reached and not shown", "atteints et non montrés"),
    );
    counted(
        exposure.set_aside,
        (
            "of the same model, set aside by what else was asked",
            "du même modèle, écartés par le reste de la question",
        ),
    );
    counted(
        exposure.beside.permits,
        (
            "other permits of those who got the goods",
            "autres licences de ceux qui ont reçu les biens",
        ),
    );
    for other in &exposure.beside.others {
        lines.push(format!(
            "    {} ({}: {})",
            other.permit,
            other.role.says().get(language),
            other.party
        ));
    }
    for cut in &exposure.cuts {
        lines.push(format!("! {}", cut_says(*cut).get(language)));
    }
    for flag in &exposure.flags {
        lines.push(format!("! {}", flag.says().get(language)));
    }
}

//! Acts on permits: what was done, by which words, and whether the text says that it was done, was not
//! done, is denied, was said by mistake, or may be done.

use super::act_words::{self, ActWords, CLAUSE, DENIED, DENYING, Form, NOT, Object, PERHAPS, Verb};
use super::days::When;
use super::lexicon::Lexicon;
use super::sentences::Stretch;
use super::speakers::SAYING;
use super::words::Words;

/// Most words between an act and what it is about: `halted some but not all of its military exports`
/// has seven between, and two more for a longer name of goods.
const REACH: usize = 9;

/// Words before an act in which it is looked for what makes it a possibility: a clause of the longest
/// sentences met (`before any further permits for … are issued`).
const CLAUSE_REACH: usize = 14;

/// Words between an act in the passive and what it is about, which may have a clause of its own
/// between: `exports of category ML4 and ML6 goods to Russia are prohibited`.
const REACH_BACK: usize = 12;

/// Words by which a text says that it, or an earlier one, was wrong.
const CORRECTIONS: [&str; 25] = [
    "earlier version",
    "previous version",
    "earlier edition",
    "previous edition",
    "original version",
    "first version",
    "correction",
    "corrections",
    "erratum",
    "corrigendum",
    "incorrectly said",
    "incorrectly stated",
    "incorrectly reported",
    "wrongly said",
    "wrongly stated",
    "wrongly reported",
    "erroneously stated",
    "erroneously reported",
    "version antérieure",
    "version précédente",
    "première version",
    "rectificatif",
    "indiqué par erreur",
    "écrit par erreur",
    "indiqué à tort",
];

/// How a text puts an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Asserted,
    Negated,
    Denied,
    Corrected,
    Hypothetical,
}

impl How {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Negated => "negated",
            Self::Denied => "denied",
            Self::Corrected => "corrected",
            Self::Hypothetical => "hypothetical",
        }
    }
}

/// An act as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Acted {
    pub(crate) verb: Verb,
    pub(crate) how: How,
    pub(crate) object: Object,
    /// The word that says what is done.
    pub(crate) at: usize,
    /// The first and last word of the passage.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// The day or days, by their place in the list of days.
    pub(crate) when: Option<usize>,
}

/// Reads acts, sentence by sentence.
pub(crate) struct ActReader {
    words: ActWords,
    corrections: Lexicon<()>,
}

impl ActReader {
    pub(crate) fn new() -> Self {
        let mut corrections = Lexicon::new();
        for phrase in CORRECTIONS {
            corrections.add(phrase, ());
        }
        Self {
            words: ActWords::new(),
            corrections,
        }
    }

    /// Whether each word of a text begins or ends a phrase of correction.
    pub(crate) fn corrections(&self, words: &Words<'_>) -> Vec<usize> {
        let found = self.corrections.found(words);
        found.into_iter().map(|found| found.first).collect()
    }

    /// The acts of a sentence.
    pub(crate) fn read(
        &self,
        words: &Words<'_>,
        sentence: &Stretch,
        corrections: &[usize],
        days: &[When],
    ) -> Vec<Acted> {
        let of = Sentence {
            reader: self,
            words,
            first: sentence.first,
            after: sentence.after,
        };
        let is_corrected = corrections
            .iter()
            .any(|at| (sentence.first..sentence.after).contains(at));
        let mut found: Vec<Acted> = Vec::new();
        let mut at = of.first;
        while at < of.after {
            let (acted, next) = of.act_at(at, is_corrected);
            let is_new = |acted: &Acted| {
                found
                    .iter()
                    .all(|before| (before.verb, before.at) != (acted.verb, acted.at))
            };
            found.extend(acted.filter(is_new));
            at = next;
        }
        let in_sentence: Vec<(usize, &When)> = days
            .iter()
            .enumerate()
            .filter(|(_, when)| (of.first..of.after).contains(&when.first))
            .collect();
        for one in 0..found.len() {
            let when = found
                .get(one)
                .and_then(|acted| of.when(acted, &found, &in_sentence));
            if let Some(acted) = found.get_mut(one) {
                acted.when = when;
            }
        }
        found
    }
}

struct Sentence<'r, 'w, 't> {
    reader: &'r ActReader,
    words: &'w Words<'t>,
    first: usize,
    after: usize,
}

impl Sentence<'_, '_, '_> {
    fn word(&self, at: usize) -> &str {
        if (self.first..self.after).contains(&at) {
            self.words.folded(at)
        } else {
            ""
        }
    }

    /// The act that a word says, and the word after what it took.
    fn act_at(&self, at: usize, is_corrected: bool) -> (Option<Acted>, usize) {
        let next = at.saturating_add(1);
        if let Some(presumed) = self.presumed(at) {
            let after = presumed.last.saturating_add(1).max(next);
            return (Some(self.judged(presumed, is_corrected)), after);
        }
        if self.is_put_on_hold(at) {
            let last = at.saturating_add(2);
            let acted = self.act_of(at, last, (Verb::Suspend, Form::Verb));
            let acted = acted.map(|acted| self.judged(acted, is_corrected));
            return (acted, last.saturating_add(1));
        }
        let Some(verb) = self.reader.words.verb(self.word(at)) else {
            return (None, next);
        };
        if self.is_denying(at) {
            return (None, next);
        }
        // `stopped issuing licences` is one act.
        let issuing = self
            .reader
            .words
            .verb(self.word(next))
            .map(|(verb, _)| verb);
        let is_double = verb.0 == Verb::Halt && issuing == Some(Verb::Issue);
        let last = if is_double { next } else { at };
        let acted = self.act_of(at, last, verb);
        // What is lifted is no act beside the lifting: `levé la suspension des licences`.
        let after = match &acted {
            Some(acted) if acted.object == Object::Restriction => acted.last.max(last),
            _ => last,
        };
        let acted = acted.map(|acted| self.judged(acted, is_corrected));
        (acted, after.saturating_add(1))
    }

    fn is_put_on_hold(&self, at: usize) -> bool {
        let words = [0, 1, 2].map(|ahead| self.word(at.saturating_add(ahead)));
        ["put", "puts", "putting", "placed", "placing"].contains(&words[0])
            && words[1] == "on"
            && words[2] == "hold"
    }

    /// Whether a word denies a claim rather than an application.
    fn is_denying(&self, at: usize) -> bool {
        DENYING.contains(&self.word(at))
            && (1..=3).any(|ahead| DENIED.contains(&self.word(at.saturating_add(ahead))))
            && !self.follows_auxiliary(at)
    }

    /// `presumptively denied`, `présomption de refus`, `refused unless`.
    fn presumed(&self, at: usize) -> Option<Acted> {
        let word = self.word(at);
        let refuses = |word: &str| word.starts_with("deni") || word.starts_with("refus");
        let ahead = |by: usize| at.saturating_add(by);
        let acted = |first: usize, last: usize| Acted {
            verb: Verb::PresumeDenial,
            how: How::Asserted,
            object: Object::Applications,
            at,
            first,
            last,
            when: None,
        };
        if word.starts_with("presum") || word.starts_with("presom") {
            let last = (1..=5).map(ahead).find(|at| refuses(self.word(*at)))?;
            return Some(acted(at, last));
        }
        if word == "policy" && self.word(ahead(1)) == "of" && self.word(ahead(2)) == "denial" {
            return Some(acted(at, ahead(2)));
        }
        let unless = (1..=3)
            .map(ahead)
            .find(|at| ["unless", "sauf", "except"].contains(&self.word(*at)));
        let object = self.object_before(at);
        match (refuses(word), unless, object) {
            (true, Some(last), Some(_)) => Some(acted(at, last)),
            _ => None,
        }
    }

    /// The act of the words from one to another, with what it is about.
    fn act_of(&self, at: usize, last: usize, (verb, form): (Verb, Form)) -> Option<Acted> {
        let is_passive = self.follows_auxiliary(at);
        let ahead = || self.object_after(last);
        let behind = || self.object_before(at);
        let (object_at, object) = match form {
            Form::Noun => ahead().or_else(|| {
                let before = at.checked_sub(1)?;
                Some((before, self.object_at(before)?))
            }),
            _ if is_passive => behind().or_else(ahead),
            _ => ahead().or_else(behind),
        }?;
        Some(Acted {
            verb: act_words::act(verb, form, object)?,
            how: How::Asserted,
            object,
            at,
            first: at.min(object_at),
            last: last.max(object_at),
            when: None,
        })
    }

    fn object_at(&self, at: usize) -> Option<Object> {
        let object = self.reader.words.object(self.word(at))?;
        match object {
            // In `export permits` the permits are meant.
            Object::Exports => {
                let next = self.reader.words.object(self.word(at.saturating_add(1)));
                let is_close = self.words.gap(at.saturating_add(1)).trim().is_empty();
                let is_compound = matches!(next, Some(o) if o != Object::Pronoun) && is_close;
                (!is_compound).then_some(object)
            }
            Object::Pronoun => self.stands_for_permits(at).then_some(object),
            object => Some(object),
        }
    }

    /// Whether permits are named before a word that can stand for them, here or just before.
    fn stands_for_permits(&self, at: usize) -> bool {
        let next = self.word(at.saturating_add(1));
        // `those suspensions`, `aucune licence`: the word goes with the noun after it.
        let stands_alone = !self.words.gap(at.saturating_add(1)).trim().is_empty()
            || self.reader.words.object(next).is_none() && self.reader.words.verb(next).is_none()
            || ["none", "them"].contains(&self.word(at));
        let from = at.saturating_sub(40);
        stands_alone
            && (from..at).any(|one| {
                let word = self.words.folded(one);
                self.reader.words.object(word) == Some(Object::Permits)
            })
    }

    fn object_after(&self, at: usize) -> Option<(usize, Object)> {
        let mut one = at.saturating_add(1);
        while one < self.after && one <= at.saturating_add(REACH) {
            let gap = self.words.gap(one);
            if gap.contains([';', ':', '.', '(']) || CLAUSE.contains(&self.word(one)) {
                return None;
            }
            if let Some(object) = self.object_at(one) {
                return Some((one, object));
            }
            let is_act = self.reader.words.verb(self.word(one)).is_some();
            let is_joined = ["and", "or", "et", "ou"].contains(&self.word(one.saturating_sub(1)));
            if is_act && !is_joined {
                return None;
            }
            one = one.saturating_add(1);
        }
        None
    }

    fn object_before(&self, at: usize) -> Option<(usize, Object)> {
        let from = at.saturating_sub(REACH_BACK).max(self.first);
        for one in (from..at).rev() {
            if let Some(object) = self.object_at(one) {
                // `licences d’exportation`: the permits are meant.
                if object == Object::Exports
                    && let Some(head) = one.checked_sub(2)
                    && ["d", "de"].contains(&self.word(one.saturating_sub(1)))
                    && let Some(Object::Permits | Object::Applications) = self.object_at(head)
                {
                    return Some((head, self.object_at(head)?));
                }
                return Some((one, object));
            }
            let gap = self.words.gap(one.saturating_add(1));
            if gap.contains([';', ':']) {
                return None;
            }
        }
        None
    }

    /// Whether a form of `to be` stands just before: `were suspended`, `a été suspendue`.
    fn follows_auxiliary(&self, at: usize) -> bool {
        const BE: [&str; 21] = [
            "be", "been", "being", "is", "are", "was", "were", "ete", "etre", "est", "sont",
            "etaient", "etait", "seront", "sera", "seraient", "serait", "furent", "fut", "ever",
            "get",
        ];
        (1..=2).any(|back| {
            at.checked_sub(back)
                .is_some_and(|before| BE.contains(&self.word(before)))
        })
    }

    /// How the sentence puts the act; a word of negation becomes part of the passage.
    fn judged(&self, mut acted: Acted, is_corrected: bool) -> Acted {
        let negation = self.negation(&acted);
        acted.how = if is_corrected {
            How::Corrected
        } else if self.is_denied(&acted) {
            How::Denied
        } else if self.is_possible(&acted) {
            How::Hypothetical
        } else if negation.is_some() {
            How::Negated
        } else {
            How::Asserted
        };
        if let Some(at) = negation.filter(|_| acted.how == How::Negated) {
            acted.first = acted.first.min(self.begin_of_negation(at));
            acted.last = acted.last.max(at);
        }
        acted
    }

    /// The word that negates an act: a few words before it, or between it and its object.
    fn negation(&self, acted: &Acted) -> Option<usize> {
        let from = acted.first.saturating_sub(4).max(self.first);
        let mut found = None;
        for at in from..=acted.last {
            let gap = self.words.gap(at);
            if at > from && gap.contains([',', ';', ':']) && at <= acted.first {
                found = None;
            }
            if at <= acted.first && CLAUSE.contains(&self.word(at)) {
                found = None;
            }
            let is_short = self.word(at) == "t"
                && at
                    .checked_sub(1)
                    .is_some_and(|before| self.word(before).ends_with('n'));
            let next = self.word(at.saturating_add(1));
            let is_partial = ["only", "just", "all", "least", "seulement", "every"].contains(&next);
            if (NOT.contains(&self.word(at)) || is_short)
                && !is_partial
                && !self.is_other(acted, at)
            {
                found = found.or(Some(at));
            }
        }
        found
    }

    /// Whether another act stands between a word and an act: the word is about that one.
    fn is_other(&self, acted: &Acted, at: usize) -> bool {
        let (from, to) = if at < acted.at {
            (at.saturating_add(1), acted.at)
        } else {
            (acted.at.saturating_add(1), at)
        };
        (from..to).any(|one| {
            let is_act = self.reader.words.verb(self.word(one)).is_some();
            is_act && one != acted.at.saturating_add(1)
        })
    }

    /// `n’a pas`: the negation begins at `n’`.
    fn begin_of_negation(&self, at: usize) -> usize {
        let from = at.saturating_sub(3).max(self.first);
        (from..at)
            .find(|one| ["n", "ne"].contains(&self.word(*one)))
            .unwrap_or(at)
    }

    fn is_denied(&self, acted: &Acted) -> bool {
        let from = acted.first.saturating_sub(CLAUSE_REACH).max(self.first);
        (from..acted.at).any(|at| self.is_denying(at))
    }

    fn is_possible(&self, acted: &Acted) -> bool {
        let from = acted.at.saturating_sub(CLAUSE_REACH).max(self.first);
        let mut is_possible = false;
        for at in from..acted.at {
            let word = self.word(at);
            if ["that", "which", "who", "qui", "dont"].contains(&word) {
                is_possible = false;
            }
            if !PERHAPS.contains(&word) {
                continue;
            }
            let next = self.word(at.saturating_add(1));
            let holds = match word {
                // The month has a capital or a number.
                "may" => !self.words.get(at).is_some_and(|word| word.is_capital),
                "before" | "avant" | "until" => {
                    ["any", "new", "further", "a", "an", "toute", "que", "tout"].contains(&next)
                }
                "calls" | "called" => ["for", "on"].contains(&next),
                "appelle" => next == "a",
                _ => true,
            };
            is_possible |= holds;
        }
        is_possible
    }

    /// Whether a day stands in the clause of an act: after it, at the head of the sentence, or before it
    /// with no comma between.
    fn is_of_clause(&self, when: &When, acted: &Acted) -> bool {
        let is_head = when.first <= self.first.saturating_add(3);
        let between = when.last.saturating_add(1)..=acted.first;
        when.last >= acted.first
            || is_head
            || !between
                .into_iter()
                .any(|at| self.words.gap(at).contains([',', ';']))
    }

    /// Whether a day is that on which something ends: `until the end of March`.
    fn is_end(&self, when: &When) -> bool {
        (1..=3).any(|back| {
            let before = when.first.checked_sub(back).map_or("", |at| self.word(at));
            ["until", "till", "jusqu", "jusque"].contains(&before)
        })
    }

    /// The day of an act: the nearest of its sentence that no other act and no word of saying parts
    /// from it. Only what the text asserts has a day.
    fn when(&self, acted: &Acted, all: &[Acted], days: &[(usize, &When)]) -> Option<usize> {
        if acted.how != How::Asserted {
            return None;
        }
        let between = |when: &When| {
            if when.last < acted.first {
                when.last.saturating_add(1)..acted.first
            } else {
                acted.last.saturating_add(1)..when.first
            }
        };
        let is_free = |when: &When| {
            let mut between = between(when);
            let others = || all.iter().filter(|other| other.at != acted.at);
            !between
                .any(|at| SAYING.contains(&self.word(at)) || others().any(|other| other.at == at))
        };
        days.iter()
            .filter(|(_, when)| when.days.is_some() && is_free(when))
            .filter(|(_, when)| self.is_of_clause(when, acted) && !self.is_end(when))
            .min_by_key(|(_, when)| between(when).len())
            .map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests;

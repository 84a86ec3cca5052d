//! Assurances, reviews, dialogues, exceptions and humanitarian missions, by the words that name them.

use super::lexicon::Lexicon;
use super::proposal::Kind;
use super::sentences::Stretch;
use super::words::Words;

/// A topic as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Topic {
    pub(crate) kind: Kind,
    pub(crate) value: &'static str,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) rule: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Assurance,
    Review,
    Dialogue,
    Nato,
    CaseByCase,
    Exceptional,
    /// A body of the United Nations, or another that brings relief.
    Relief,
    Mission,
    /// A body that looks into arms: its mission is no humanitarian one.
    Arms,
    Humanitarian,
}

const ASSURANCES: [&str; 34] = [
    "end-use assurance",
    "end-use assurances",
    "end-user assurance",
    "end-user assurances",
    "end-use certificate",
    "end-use certificates",
    "end-user certificate",
    "end-user certificates",
    "end-use statement",
    "end-use statements",
    "end-user statement",
    "end-user statements",
    "end-use undertaking",
    "end-user undertaking",
    "end-use undertakings",
    "end-user undertakings",
    "assurances",
    "written assurance",
    "written undertaking",
    "assured in writing",
    "promised in writing",
    "promised not to",
    "undertook not to",
    "pledged not to",
    "assurances d’utilisation finale",
    "assurance d’utilisation finale",
    "certificat d’utilisation finale",
    "certificats d’utilisation finale",
    "certificat d’utilisateur final",
    "certificats d’utilisateur final",
    "déclaration d’utilisation finale",
    "garanties données",
    "s’est engagé à ne pas",
    "s’était engagé à ne pas",
];

const REVIEWS: [&str; 22] = [
    "review",
    "reviews",
    "reviewed",
    "investigation",
    "investigations",
    "investigated",
    "inquiry",
    "inquiries",
    "enquiry",
    "probe",
    "examination of the permits",
    "audit of permits",
    "examen",
    "examens",
    "enquête",
    "enquêtes",
    "réexamen",
    "passé en revue",
    "re-examination",
    "fact-finding",
    "vérification des licences",
    "vérification des permis",
];

const DIALOGUES: [&str; 14] = [
    "dialogue",
    "dialogue mechanism",
    "consultations between",
    "bilateral consultations",
    "bilateral talks",
    "technical talks",
    "talks with",
    "mécanisme de dialogue",
    "dialogue technique",
    "consultations bilatérales",
    "pourparlers",
    "entretiens techniques",
    "confidence-building",
    "mesures de confiance",
];

const CASE_BY_CASE: [&str; 8] = [
    "case-by-case",
    "case by case",
    "individually",
    "on their own merits",
    "au cas par cas",
    "cas par cas",
    "individuellement",
    "exempt",
];

const EXCEPTIONAL: [&str; 4] = [
    "exceptional circumstances",
    "circonstances exceptionnelles",
    "exceptional cases",
    "cas exceptionnels",
];

const RELIEF: [&str; 30] = [
    "UN country team",
    "U.N.",
    "UN",
    "United Nations",
    "UN agencies",
    "Nations Unies",
    "ONU",
    "UNHCR",
    "UNICEF",
    "OCHA",
    "World Food Programme",
    "WFP",
    "PAM",
    "HCR",
    "ICRC",
    "CICR",
    "Red Cross",
    "Croix-Rouge",
    "Red Crescent",
    "Croissant-Rouge",
    "Médecins sans frontières",
    "Doctors Without Borders",
    "aid agencies",
    "agences humanitaires",
    "humanitarian agencies",
    "relief agencies",
    "aid workers",
    "humanitarian coordinator",
    "équipe de pays",
    "coordonnateur humanitaire",
];

const MISSIONS: [&str; 22] = [
    "field mission",
    "field missions",
    "mission",
    "field visit",
    "convoy",
    "aid convoy",
    "needs assessment",
    "assessment mission",
    "displacement camps",
    "displaced people",
    "displaced persons",
    "food distribution",
    "water points",
    "mission de terrain",
    "convoi",
    "évaluation des besoins",
    "camps de déplacés",
    "personnes déplacées",
    "aide alimentaire",
    "points d’eau",
    "humanitarian access",
    "accès humanitaire",
];

const ARMS: [&str; 18] = [
    "panel of experts",
    "groupe d’experts",
    "panel",
    "arms embargo",
    "embargo sur les armes",
    "weapons inspectors",
    "sanctions committee",
    "comité des sanctions",
    "permit",
    "permits",
    "licence",
    "licences",
    "license",
    "licenses",
    "permis",
    "peacekeeping",
    "resolution",
    "résolution",
];

const HUMANITARIAN: [&str; 4] = [
    "humanitarian",
    "humanitaire",
    "humanitaires",
    "relief effort",
];

/// Reads topics, once for a text.
pub(crate) struct TopicReader {
    signs: Lexicon<Sign>,
}

struct Met {
    sign: Sign,
    first: usize,
    last: usize,
}

impl TopicReader {
    pub(crate) fn new() -> Self {
        let mut signs = Lexicon::new();
        let mut add = |names: &[&str], sign: Sign| {
            for name in names {
                signs.add(name, sign);
            }
        };
        add(&ASSURANCES, Sign::Assurance);
        add(&REVIEWS, Sign::Review);
        add(&DIALOGUES, Sign::Dialogue);
        add(&["NATO", "OTAN"], Sign::Nato);
        add(&CASE_BY_CASE, Sign::CaseByCase);
        add(&EXCEPTIONAL, Sign::Exceptional);
        add(&RELIEF, Sign::Relief);
        add(&MISSIONS, Sign::Mission);
        add(&ARMS, Sign::Arms);
        add(&HUMANITARIAN, Sign::Humanitarian);
        Self { signs }
    }

    /// The topics of a text, sentence by sentence.
    pub(crate) fn read(&self, words: &Words<'_>, sentences: &[Stretch]) -> Vec<Topic> {
        let met: Vec<Met> = self
            .signs
            .found(words)
            .into_iter()
            .flat_map(|found| {
                let (first, last) = (found.first, found.last);
                found.values.iter().map(move |sign| Met {
                    sign: *sign,
                    first,
                    last,
                })
            })
            .filter(|met| is_meant(words, met))
            .collect();
        let mut found = Vec::new();
        let mut from = 0;
        for sentence in sentences {
            let skipped = met.get(from..).unwrap_or_default();
            from = from.saturating_add(skipped.partition_point(|m| m.first < sentence.first));
            let rest = met.get(from..).unwrap_or_default();
            let here = rest.get(..rest.partition_point(|m| m.first < sentence.after));
            of_sentence(words, sentence, here.unwrap_or_default(), &mut found);
        }
        found
    }
}

/// `UN` and such are abbreviations in capitals only.
fn is_meant(words: &Words<'_>, met: &Met) -> bool {
    let is_short = met.first == met.last && words.folded(met.first).len() <= 5;
    let is_abbreviation = matches!(met.sign, Sign::Relief | Sign::Nato) && is_short;
    !is_abbreviation || words.get(met.first).is_some_and(|word| word.is_upper)
}

fn of_sentence(words: &Words<'_>, sentence: &Stretch, met: &[Met], found: &mut Vec<Topic>) {
    let has = |sign: Sign| met.iter().any(|met| met.sign == sign);
    for one in met {
        let (kind, rule) = match one.sign {
            Sign::Assurance => (Kind::Assurance, "words for assurances"),
            Sign::Review => (Kind::Review, "words for reviews and inquiries"),
            Sign::Dialogue => (
                Kind::Dialogue,
                "words for consultations between authorities",
            ),
            _ => continue,
        };
        let (Some(first), Some(last)) = (words.get(one.first), words.get(one.last)) else {
            continue;
        };
        found.push(Topic {
            kind,
            value: "mentioned",
            start: first.start,
            end: last.end,
            rule,
        });
    }
    let (start, end) = bare(words, sentence);
    let whole = |kind, value, rule| Topic {
        kind,
        value,
        start,
        end,
        rule,
    };
    if has(Sign::Nato) && has(Sign::CaseByCase) {
        let rule = "NATO, and a treatment of its own, in one sentence";
        found.push(whole(Kind::Exception, "nato", rule));
    }
    if has(Sign::Exceptional) {
        let rule = "words for exceptional circumstances";
        found.push(whole(Kind::Exception, "exceptional-circumstances", rule));
    }
    let is_mission = has(Sign::Relief) && (has(Sign::Mission) || has(Sign::Humanitarian));
    if is_mission && !has(Sign::Arms) {
        let rule =
            "a body that brings relief and its mission, and nothing on arms, in one sentence";
        found.push(whole(Kind::Humanitarian, "report", rule));
    }
}

/// A sentence without the marks that open it, and without its point and what closes it.
fn bare(words: &Words<'_>, sentence: &Stretch) -> (u32, u32) {
    let text = sentence.text(words);
    let is_mark = |c: char| c.is_whitespace() || "”“\"«»„".contains(c);
    let opened = text.trim_start_matches(is_mark);
    let closed = text.trim_end_matches(|c: char| is_mark(c) || c == '.');
    let front = super::sentences::byte(text.len().saturating_sub(opened.len()));
    let end = super::sentences::byte(closed.len());
    (
        sentence.start.saturating_add(front),
        sentence.start.saturating_add(end),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sentences::{blocks, sentences};
    use super::*;

    fn read(text: &str) -> Vec<(Kind, &'static str, String)> {
        let words = Words::of(text);
        let cut: Vec<Stretch> = blocks(&words)
            .iter()
            .flat_map(|block| sentences(&words, block))
            .collect();
        TopicReader::new()
            .read(&words, &cut)
            .into_iter()
            .map(|topic| {
                let passage = text.get(topic.start as usize..topic.end as usize).unwrap();
                (topic.kind, topic.value, passage.to_owned())
            })
            .collect()
    }

    #[test]
    fn a_mission_of_relief_is_humanitarian_and_one_on_arms_is_not() {
        let text = "The UN country team made a field mission to Barda.";
        assert_eq!(
            read(text),
            [(
                Kind::Humanitarian,
                "report",
                text.trim_end_matches('.').to_owned()
            )]
        );
        assert!(read("The UN panel of experts made a field mission to Sirte.").is_empty());
        assert!(
            read("Un convoi a quitté la ville.").is_empty(),
            "`un` is no abbreviation"
        );
    }

    #[test]
    fn an_exception_needs_the_treatment_and_not_only_the_name() {
        assert!(read("Turkey is a NATO member.").is_empty());
        let text = "Applications for NATO programs will be assessed case-by-case.";
        assert_eq!(read(text)[0].1, "nato");
        assert_eq!(
            read("refused unless in exceptional circumstances")[0].1,
            "exceptional-circumstances"
        );
    }

    #[test]
    fn the_longest_words_for_a_topic_are_the_passage() {
        let found = read("to initiate a dialogue mechanism after the end-use assurances");
        let passages: Vec<&str> = found.iter().map(|(.., passage)| passage.as_str()).collect();
        assert_eq!(passages, ["dialogue mechanism", "end-use assurances"]);
    }
}

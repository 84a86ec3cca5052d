//! The report of a review as people read it: built once as a document, then written as a page to
//! print or as plain text, in either language.

mod document;
mod words;

use casework::review_reports::{Audience, ReviewReport, Told};
use domain::language::Language;
use domain::time::Day;

use crate::pages::locale;
use document::{Block, Document, Piece, Section};
use words::Words;

pub(crate) use document::POLICY;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A page that carries its own style, to be printed.
    Page,
    /// Plain text.
    Text,
}

/// Writes the report of a review.
#[must_use]
pub fn review(report: &ReviewReport, language: Language, format: Format) -> String {
    let writer = Writer {
        report,
        words: Words(language),
    };
    let document = writer.document();
    match format {
        Format::Page => document.page(),
        Format::Text => document.text(),
    }
}

struct Writer<'a> {
    report: &'a ReviewReport,
    words: Words,
}

impl Writer<'_> {
    fn document(&self) -> Document {
        let (report, words) = (self.report, &self.words);
        let title = words.of("Report of review", "Rapport de l’examen");
        let audience = match report.audience {
            Audience::File => words.of("Version for the file", "Version du dossier"),
            Audience::Public => words.of("Version for the public", "Version publique"),
        };
        let authority = report.authority.as_ref();
        let authority = authority.map(|name| name.get(words.0).to_owned());
        let stood = format!(
            "{} {}; {} {}",
            words.of("As of", "En date du"),
            self.day(report.lens.as_of),
            words.of("as known at position", "connu à la position"),
            report.lens.known_at
        );
        Document {
            language: words.0,
            title: format!("{title} {}", report.review),
            lead: authority
                .into_iter()
                .chain([audience.to_owned(), stood])
                .collect(),
            sections: vec![
                self.mandate(),
                self.method(),
                self.evidence(),
                self.findings(),
                self.breaches(),
                self.questions(),
                self.criteria(),
                self.not_known(),
                self.consultations(),
                self.outcome(),
                self.permits(),
                self.withheld(),
                self.proof(),
            ],
        }
    }

    fn day(&self, day: Day) -> String {
        locale::day(self.words.0, day)
    }

    /// A text, or a mark of one length for each reason for which it is withheld.
    fn told(&self, told: &Told) -> Piece {
        match told {
            Told::Said(text) => Piece::Text(text.clone()),
            Told::Withheld(because) => Piece::Gone(because.says().get(self.words.0).to_owned()),
        }
    }

    fn section(&self, en: &'static str, fr: &'static str, blocks: Vec<Block>) -> Section {
        let blocks = if blocks.is_empty() {
            let nothing = self
                .words
                .of("Nothing is recorded.", "Rien n’est consigné.");
            vec![Block::line(nothing)]
        } else {
            blocks
        };
        Section {
            heading: self.words.of(en, fr).to_owned(),
            blocks,
        }
    }

    fn mandate(&self) -> Section {
        let report = self.report;
        let opened = self.words.of("Opened on", "Ouvert le");
        let concluded = match report.concluded_on {
            Some(on) => format!(
                "{} {}",
                self.words.of("concluded on", "conclu le"),
                self.day(on)
            ),
            None => self.words.of("not concluded", "non conclu").to_owned(),
        };
        self.section(
            "Mandate",
            "Mandat",
            vec![
                Block::line(report.mandate.get(self.words.0)),
                Block::line(format!(
                    "{opened} {}; {concluded}.",
                    self.day(report.opened_on)
                )),
            ],
        )
    }

    fn method(&self) -> Section {
        let report = self.report;
        let frozen = format!(
            "{} {}. {}",
            self.words.of(
                "The set was frozen when the review was opened and worked permit by permit. Permits:",
                "L’ensemble a été figé à l’ouverture et examiné licence par licence. Licences :"
            ),
            report.permits.len(),
            self.words.of(
                "Each question is held established, credible, insufficient, refuted or not examined; \
                 insufficient is an outcome and not a no. Source and information are graded apart and \
                 never averaged. Mitigation is weighed before a risk is judged.",
                "Chaque question est tenue pour établie, crédible, insuffisamment fondée, réfutée ou non \
                 examinée; insuffisant est une issue et non une négation. Source et renseignement sont \
                 cotés à part et jamais en moyenne. L’atténuation est pesée avant de juger le risque."
            )
        );
        self.section(
            "Method",
            "Méthode",
            vec![
                Block::line(frozen),
                Block::line(self.words.of("Scope:", "Portée :")),
                match &report.scope {
                    Told::Said(text) => Block::Code(text.clone()),
                    withheld => Block::Line(vec![self.told(withheld)]),
                },
            ],
        )
    }

    fn evidence(&self) -> Section {
        let (report, words) = (self.report, &self.words);
        if report.evidence.is_empty() {
            return self.section("Evidence", "Éléments de preuve", Vec::new());
        }
        let count = format!(
            "{} {}; {} {}.",
            words.of("Materials:", "Éléments :"),
            report.sources.materials,
            words.of(
                "independent sources behind them:",
                "sources indépendantes :"
            ),
            report.sources.independent
        );
        let rows = report.evidence.iter().map(|material| {
            let grades = match material.grades.as_slice() {
                [] => "—".to_owned(),
                some => some.join(" → "),
            };
            let sources = material.independent.map(|count| count.to_string());
            let mut notes = Vec::new();
            if material.flags > 0 {
                notes.push(format!(
                    "{} {}",
                    words.of("gaps or contradictions:", "lacunes ou contradictions :"),
                    material.flags
                ));
            }
            if material.is_humanitarian {
                let says = words.of(
                    "humanitarian report: weighs nothing on any permit",
                    "rapport humanitaire : ne pèse sur aucune licence",
                );
                notes.push(says.to_owned());
            }
            let day = material.received_on.map(|on| self.day(on));
            vec![
                Piece::text(&material.evidence),
                self.told(&material.title),
                self.told(&material.source),
                Piece::Text(day.unwrap_or_else(|| "—".into())),
                Piece::Text(grades),
                Piece::Text(sources.unwrap_or_else(|| "—".into())),
                Piece::Text(notes.join("; ")),
            ]
        });
        let table = Block::Table {
            head: vec![
                words.of("Number", "Numéro"),
                words.of("Material", "Élément"),
                words.of("Source", "Source"),
                words.of("Received", "Reçu"),
                words.of("Grades", "Cotes"),
                words.of("Independent sources", "Sources indépendantes"),
                words.of("Notes", "Notes"),
            ],
            rows: rows.collect(),
        };
        self.section(
            "Evidence",
            "Éléments de preuve",
            vec![Block::line(count), table],
        )
    }

    fn findings(&self) -> Section {
        let words = &self.words;
        let mut blocks = Vec::new();
        for finding in &self.report.findings {
            blocks.push(Block::Line(vec![
                Piece::Text(format!("{} — ", finding.finding)),
                self.told(&finding.title),
                Piece::Text(format!(" ({})", self.day(finding.on))),
            ]));
            let rows = finding.answers.iter().map(|answer| {
                let mut competing = Vec::new();
                for other in &answer.competing {
                    competing.push(self.told(other));
                }
                let rests_on: Vec<String> =
                    answer.rests_on.iter().map(ToString::to_string).collect();
                vec![
                    vec![Piece::text(&answer.question)],
                    vec![Piece::Text(words.held(answer.held).into())],
                    vec![self.told(&answer.reasons)],
                    competing,
                    vec![Piece::Text(format!(
                        "{} ({})",
                        rests_on.join(", "),
                        answer.independent
                    ))],
                ]
            });
            blocks.push(Block::Cells {
                head: vec![
                    words.of("Question", "Question"),
                    words.of("Held", "Tenu pour"),
                    words.of("Reasons", "Motifs"),
                    words.of(
                        "Other explanations considered",
                        "Autres explications examinées",
                    ),
                    words.of("Rests on (sources)", "Repose sur (sources)"),
                ],
                rows: rows.collect(),
            });
        }
        self.section("Findings", "Constats", blocks)
    }

    fn breaches(&self) -> Section {
        let words = &self.words;
        let rows: Vec<Vec<Piece>> = self
            .report
            .breaches
            .iter()
            .map(|breach| {
                vec![
                    Piece::text(&breach.finding),
                    Piece::Text(format!("{}, {}", breach.assurance, breach.clause)),
                    Piece::Text(words.held(breach.held).into()),
                    self.told(&breach.reasons),
                    Piece::Text(self.day(breach.on)),
                ]
            })
            .collect();
        let head = vec![
            words.of("Finding", "Constat"),
            words.of("Assurance, clause", "Assurance, clause"),
            words.of("Breach held", "Manquement tenu pour"),
            words.of("Reasons", "Motifs"),
            words.of("Day", "Jour"),
        ];
        let blocks = Block::table(head, rows);
        self.section(
            "Breaches of assurances",
            "Manquements aux assurances",
            blocks,
        )
    }

    fn questions(&self) -> Section {
        let words = &self.words;
        let rows: Vec<Vec<Piece>> = self
            .report
            .questions
            .iter()
            .map(|told| {
                let rests_on: Vec<String> = told.rests_on.iter().map(ToString::to_string).collect();
                vec![
                    Piece::text(&told.question),
                    self.told(&told.answer),
                    self.told(&told.reasons),
                    Piece::Text(rests_on.join(", ")),
                    Piece::Text(self.day(told.on)),
                    Piece::text(&told.earlier),
                ]
            })
            .collect();
        let head = vec![
            words.of("Question", "Question"),
            words.of("Answer", "Réponse"),
            words.of("Reasons", "Motifs"),
            words.of("Rests on", "Repose sur"),
            words.of("Day", "Jour"),
            words.of("Earlier answers", "Réponses antérieures"),
        ];
        let blocks = Block::table(head, rows);
        self.section("Questions of the review", "Questions de l’examen", blocks)
    }

    fn criteria(&self) -> Section {
        let words = &self.words;
        let rows = self.report.criteria.iter().map(|told| {
            let all = |texts: &[Told]| -> Vec<Piece> {
                let mut pieces = Vec::new();
                for text in texts {
                    pieces.push(self.told(text));
                }
                pieces
            };
            vec![
                vec![Piece::text(&told.criterion)],
                vec![Piece::Text(words.risk(told.raw).into())],
                all(&told.considered),
                all(&told.adopted),
                vec![Piece::Text(words.risk(told.residual).into())],
                vec![self.told(&told.reasons)],
            ]
        });
        let rows: Vec<Vec<Vec<Piece>>> = rows.collect();
        let head = vec![
            words.of("Criterion", "Critère"),
            words.of("Raw risk", "Risque brut"),
            words.of("Mitigation considered", "Atténuation envisagée"),
            words.of("Mitigation adopted", "Atténuation adoptée"),
            words.of("Residual risk", "Risque résiduel"),
            words.of("Reasons", "Motifs"),
        ];
        let blocks = if rows.is_empty() {
            Vec::new()
        } else {
            vec![Block::Cells { head, rows }]
        };
        self.section("Criteria of the statute", "Critères de la loi", blocks)
    }

    fn not_known(&self) -> Section {
        let rows = self.report.not_known.iter();
        let blocks = rows
            .map(|told| Block::Line(vec![self.told(told)]))
            .collect();
        self.section("What is not known", "Ce qui n’est pas connu", blocks)
    }

    fn consultations(&self) -> Section {
        let words = &self.words;
        let mut blocks = Vec::new();
        for consulted in &self.report.consulted {
            let due = consulted
                .due_on
                .map(|on| format!(" {} {}", words.of("owed by", "attendu le"), self.day(on)));
            let reminders = match consulted.reminders {
                0 => String::new(),
                count => format!(" {} {count}", words.of("reminders:", "rappels :")),
            };
            let state = if consulted.advice.is_empty() {
                words.of("no advice", "aucun avis")
            } else {
                words.of("advised", "a donné son avis")
            };
            blocks.push(Block::Line(vec![
                self.told(&consulted.body),
                Piece::Text(format!(": {state}{}{reminders}", due.unwrap_or_default())),
            ]));
            for (position, text, on) in &consulted.advice {
                blocks.push(Block::Line(vec![
                    Piece::Text(format!("{} ({}): ", words.advice(*position), self.day(*on))),
                    self.told(text),
                ]));
            }
        }
        self.section("Consultations", "Consultations", blocks)
    }

    fn outcome(&self) -> Section {
        let words = &self.words;
        let mut counts: std::collections::BTreeMap<&'static str, usize> =
            std::collections::BTreeMap::new();
        for permit in &self.report.permits {
            let outcome = permit.outcome.map_or_else(
                || words.of("no outcome yet", "pas encore d’issue"),
                |outcome| words.outcome(outcome),
            );
            let count = counts.entry(outcome).or_default();
            *count = count.saturating_add(1);
        }
        let lines = counts
            .into_iter()
            .map(|(outcome, count)| Block::line(format!("{outcome}: {count}")));
        self.section("Outcome", "Issue", lines.collect())
    }

    fn permits(&self) -> Section {
        let words = &self.words;
        let rows: Vec<Vec<Piece>> = self
            .report
            .permits
            .iter()
            .map(|permit| {
                let rests_on: Vec<String> =
                    permit.rests_on.iter().map(ToString::to_string).collect();
                let stands = permit.stands.map_or("—", |held| words.standing(held));
                let outcome = permit.outcome.map_or("—", |held| words.outcome(held));
                let reasons = permit.reasons.as_ref().map(|told| self.told(told));
                vec![
                    Piece::text(&permit.permit),
                    self.told(&permit.holder),
                    Piece::Text(words.standing(permit.stood).into()),
                    Piece::Text(stands.into()),
                    Piece::Text(outcome.into()),
                    reasons.unwrap_or_else(|| Piece::Text("—".into())),
                    Piece::Text(rests_on.join(", ")),
                ]
            })
            .collect();
        let head = vec![
            words.of("Permit", "Licence"),
            words.of("Holder", "Titulaire"),
            words.of("Stood at the opening", "Situation à l’ouverture"),
            words.of("Stands", "Situation"),
            words.of("Outcome", "Issue"),
            words.of("Reasons", "Motifs"),
            words.of("Rests on", "Repose sur"),
        ];
        self.section("Permits", "Licences", Block::table(head, rows))
    }

    fn withheld(&self) -> Section {
        let lines = self.report.withheld.iter().map(|(because, count)| {
            Block::line(format!("{}: {count}", because.says().get(self.words.0)))
        });
        self.section(
            "What is withheld, and why",
            "Ce qui est retenu, et pourquoi",
            lines.collect(),
        )
    }

    fn proof(&self) -> Section {
        let (proof, words) = (&self.report.proof, &self.words);
        let mut blocks = vec![
            Block::line(format!(
                "{} {}; {} {}",
                words.of("Events in the log:", "Événements au journal :"),
                proof.events,
                words.of(
                    "root of its tree (RFC 9162):",
                    "racine de son arbre (RFC 9162) :"
                ),
                proof.root
            )),
            Block::line(words.of(
                "Whoever keeps a later checkpoint can have each event below proved against it.",
                "Quiconque garde un point de contrôle ultérieur peut se faire prouver chaque \
                 événement ci-dessous.",
            )),
        ];
        if let Some(checkpoint) = &proof.checkpoint {
            blocks.push(Block::Code(checkpoint.clone()));
        }
        let positions: Vec<String> = proof
            .positions
            .iter()
            .map(|(position, kind)| format!("{position} {kind}"))
            .collect();
        blocks.push(Block::line(positions.join("; ")));
        self.section("Proof", "Preuve", blocks)
    }
}

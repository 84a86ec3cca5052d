//! Lines of permits and applications: what each needs, and that a line which is named is there.

use std::collections::BTreeMap;

use super::Sense;
use crate::scenario::at::{At, Place};
use crate::scenario::numbers::numbers;
use crate::scenario::{BorderSpec, EventSpec, ExpectSpec, LineSpec, Many};

/// What a permit says of its only line, and the lines say where there are several.
const OF_A_LINE: &[&str] = &[
    "item_group",
    "entry",
    "item",
    "goods",
    "qty",
    "unit_value",
    "model",
    "serials",
];

impl Sense<'_> {
    /// How many lines each permit of the file has, by number.
    pub(super) fn count_lines(&mut self) {
        let count = |lines: &[LineSpec]| u32::try_from(lines.len().max(1)).unwrap_or(u32::MAX);
        let mut held = BTreeMap::new();
        for spec in &self.scenario.permits {
            for number in numbers(&spec.id).unwrap_or_default() {
                held.insert(number, count(&spec.lines));
            }
        }
        for spec in &self.scenario.applications {
            if let Some(number) = &spec.permit {
                held.insert(number.clone(), count(&spec.lines));
            }
        }
        self.lines = held;
    }

    /// What a permit or an application says of its goods, of one line or of several.
    pub(super) fn rated(&mut self, at: &At, lines: &[LineSpec], is_general: bool) {
        let tried = |at: &At| {
            ["item_group", "entry"]
                .iter()
                .any(|key| at.keys.contains_key(*key))
        };
        if !at.keys.contains_key("lines") {
            if !tried(at) {
                self.unrated(at.here);
            }
            return;
        }
        for key in OF_A_LINE.iter().filter(|key| at.keys.contains_key(**key)) {
            self.beside_lines(at.of(key), key);
        }
        if lines.is_empty() {
            self.wrong(
                at.of("lines"),
                "`lines` has no line: expected at least one",
                "`lines` n’a pas de ligne : au moins une attendue",
                ("add a line", "ajouter une ligne"),
            );
        }
        for line in lines {
            if !tried(&line.at) {
                self.unrated(line.at.here);
            }
            let odd = ["qty", "unit_value"];
            for key in odd
                .iter()
                .filter(|key| is_general && line.at.keys.contains_key(**key))
            {
                self.wrong(
                    line.at.of(key),
                    format!("a general permit has no `{key}`"),
                    format!("une licence générale n’a pas de `{key}`"),
                    ("take the key away", "retirer la clé"),
                );
            }
        }
    }

    /// The line that an event names.
    pub(super) fn line_of_event(&mut self, event: &EventSpec) {
        if let Some(number) = &event.permit {
            for held in &event.declared.lines {
                if let Some(line) = held.line {
                    self.has_line(number, line, held.at.of("line"));
                }
            }
        }
        if !event.declared.lines.is_empty() {
            for key in ["line", "qty", "value", "serials", "model", "entry"] {
                if event.at.keys.contains_key(key) {
                    self.beside_lines(event.at.of(key), key);
                }
            }
        }
        let Some(line) = event.declared.line else {
            return;
        };
        let named = event
            .ids
            .iter()
            .flat_map(|id| numbers(id).unwrap_or_default());
        for number in named.chain(event.permit.clone()) {
            self.has_line(&number, line, event.at.of("line"));
        }
    }

    /// A key of a line that stands beside the lines.
    fn beside_lines(&mut self, at: Place, key: &str) {
        self.wrong(
            at,
            format!("`{key}` stands beside `lines`: expected it in each line"),
            format!("`{key}` est à côté de `lines` : attendu dans chaque ligne"),
            ("move it into the lines", "le mettre dans les lignes"),
        );
    }

    /// The lines that an expectation names.
    pub(super) fn lines_of(&mut self, expect: &ExpectSpec) {
        for (number, answers) in &expect.border {
            for answer in answers.list() {
                let BorderSpec::Declared(held) = answer else {
                    continue;
                };
                if let Some(line) = held.declared.line {
                    self.has_line(number, line, held.at.of("line"));
                }
                for one in &held.declared.lines {
                    if let Some(line) = one.line {
                        self.has_line(number, line, one.at.of("line"));
                    }
                }
            }
        }
        for (number, ledgers) in &expect.ledger {
            for held in ledgers.list() {
                if let Some(line) = held.line {
                    self.has_line(number, line, held.at.of("line"));
                }
            }
        }
        for (number, drawn) in &expect.draw_down {
            if let Many::Several(several) = drawn {
                let line = u32::try_from(several.len()).unwrap_or(u32::MAX);
                self.has_line(number, line, expect.at.of(&format!("draw_down/{number}")));
            }
        }
    }

    /// Whether a permit has a line. A permit that nobody knows is told elsewhere.
    fn has_line(&mut self, number: &str, line: u32, at: Place) {
        let Some(count) = self.lines.get(number).copied() else {
            return;
        };
        if line == 0 || line > count {
            self.wrong(
                at,
                format!("permit {number} has no line {line}: expected a line from 1 to {count}"),
                format!(
                    "la licence {number} n’a pas de ligne {line} : une ligne de 1 à {count} attendue"
                ),
                ("mend the number of the line", "corriger le numéro de la ligne"),
            );
        }
    }

    /// A permit that is issued on an application before it is received.
    pub(super) fn issues(&mut self, event: &EventSpec) {
        let named = event
            .ids
            .iter()
            .flat_map(|id| numbers(id).unwrap_or_default());
        for number in named {
            let held = self.scenario.applications.iter();
            let mut held = held.filter(|held| held.permit.as_deref() == Some(&number));
            if let Some(application) = held.next() {
                self.is_received(event, &application.id, "ids");
            }
        }
    }
}

//! The answer as a drawing: the paths in columns, from where the question begins. A table stands
//! beside it for whoever does not see it, or sees that not everything fits.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::evidence::LinkConfidence;
use domain::language::Language;

use crate::answer::{Exposure, PathStep};
use crate::names::Thing;
use crate::step::{Step, grade_called};

/// Most things whose paths are drawn: what a page shows so that it can still be read.
pub const DRAWN_MAX: usize = 60;

const COLUMN: usize = 260;
const ROW: usize = 46;
const BOX_WIDE: usize = 170;
const BOX_HIGH: usize = 32;
const MARGIN: usize = 20;
/// Longest name in a box, in characters.
const NAME_MAX: usize = 24;

type Node = (Thing, String);

/// Things in columns, and the steps between them.
#[derive(Default)]
struct Layout {
    /// The column of each thing: how many steps lie before it on the longest of its paths.
    columns: BTreeMap<Node, usize>,
    /// The steps, with the surest grade that any path gives them.
    steps: BTreeMap<(Node, Node), (Step, LinkConfidence)>,
    /// What was reached, with its grade.
    reached: BTreeMap<Node, LinkConfidence>,
}

impl Layout {
    fn of(exposure: &Exposure) -> Self {
        let mut layout = Self::default();
        for reached in exposure.reached.iter().take(DRAWN_MAX) {
            let node = (reached.kind, reached.id.clone());
            layout.reached.insert(node, reached.grade);
            layout.add(&reached.path);
        }
        layout
    }

    fn add(&mut self, path: &[PathStep]) {
        let mut before: Option<Node> = None;
        for (n, step) in path.iter().enumerate() {
            let node = (step.kind, step.id.clone());
            let column = self.columns.entry(node.clone()).or_default();
            *column = n.max(*column);
            if let Some(before) = before {
                let drawn = self.steps.entry((before, node.clone()));
                let drawn = drawn.or_insert((step.step, step.grade));
                drawn.1 = drawn.1.max(step.grade);
            }
            before = Some(node);
        }
    }

    /// Where each box stands, and how large the whole is.
    fn places(&self) -> (BTreeMap<&Node, (usize, usize)>, usize, usize) {
        let mut rows: BTreeMap<usize, usize> = BTreeMap::new();
        let mut places = BTreeMap::new();
        for (node, column) in &self.columns {
            let row = rows.entry(*column).or_default();
            places.insert(node, (MARGIN + column * COLUMN, MARGIN + *row * ROW));
            *row += 1;
        }
        let columns = rows.keys().next_back().map_or(1, |last| last + 1);
        let deepest = rows.values().copied().max().unwrap_or(1);
        let wide = MARGIN * 2 + (columns - 1) * COLUMN + BOX_WIDE;
        (places, wide, MARGIN * 2 + deepest * ROW)
    }
}

/// Draws an answer.
#[must_use]
pub fn drawing(exposure: &Exposure, language: Language) -> String {
    let layout = Layout::of(exposure);
    let (places, wide, high) = layout.places();
    let (title, rest) = titles(exposure, language);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" lang=\"{}\" \
         aria-labelledby=\"exposure-title exposure-desc\" viewBox=\"0 0 {wide} {high}\" \
         width=\"{wide}\" height=\"{high}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title id=\"exposure-title\">{}</title>\n<desc id=\"exposure-desc\">{}</desc>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        match language {
            Language::En => "en",
            Language::Fr => "fr",
        },
        escaped(&title),
        escaped(&rest),
    );
    for ((from, to), (step, grade)) in &layout.steps {
        if let (Some(from), Some(to)) = (places.get(from), places.get(to)) {
            draw_step(&mut svg, *from, *to, (*step, *grade), language);
        }
    }
    for (node, (x, y)) in &places {
        draw_box(&mut svg, node, (*x, *y), layout.reached.get(node), language);
    }
    svg.push_str("</svg>\n");
    svg
}

fn titles(exposure: &Exposure, language: Language) -> (String, String) {
    let shown = exposure.reached.len().min(DRAWN_MAX);
    let all: usize = exposure.counts.iter().map(|count| count.how_many).sum();
    match language {
        Language::En => (
            format!("what is reached, as of event {}", exposure.position),
            format!(
                "{shown} of {all} things reached are drawn, each with its path from the left to \
                 the right. A full line is strong, a dashed one inferred, a dotted one category. \
                 The table says the same in words, of all of them."
            ),
        ),
        Language::Fr => (
            format!("ce qui est atteint, à l’événement {}", exposure.position),
            format!(
                "{shown} des {all} choses atteintes sont dessinées, chacune avec son chemin de \
                 gauche à droite. Un trait plein est fort, un tireté inféré, un pointillé de \
                 catégorie. Le tableau dit la même chose en mots, de toutes."
            ),
        ),
    }
}

fn draw_step(
    svg: &mut String,
    from: (usize, usize),
    to: (usize, usize),
    (step, grade): (Step, LinkConfidence),
    language: Language,
) {
    let dashes = match grade {
        LinkConfidence::Strong => "",
        LinkConfidence::Inferred => " stroke-dasharray=\"8 4\"",
        LinkConfidence::Category => " stroke-dasharray=\"2 4\"",
    };
    let (x1, y1) = (from.0 + BOX_WIDE, from.1 + BOX_HIGH / 2);
    let (x2, y2) = (to.0, to.1 + BOX_HIGH / 2);
    let (xm, ym) = ((x1 + x2) / 2, (y1 + y2) / 2);
    let says = step.says();
    // Writing to a text cannot fail.
    let _ = writeln!(
        svg,
        "<path d=\"M{x1} {y1} C{xm} {y1} {xm} {y2} {x2} {y2}\" fill=\"none\" stroke=\"#444\"\
         {dashes}/><text x=\"{xm}\" y=\"{}\" text-anchor=\"middle\" font-size=\"9\" \
         fill=\"#333\">{}</text>",
        ym.saturating_sub(3),
        escaped(says.get(language)),
    );
}

fn draw_box(
    svg: &mut String,
    (kind, id): &Node,
    (x, y): (usize, usize),
    reached: Option<&LinkConfidence>,
    language: Language,
) {
    let (en, fr) = kind.called();
    let kind = match language {
        Language::En => en,
        Language::Fr => fr,
    };
    let (fill, weight) = match reached {
        Some(LinkConfidence::Strong) => ("#f6d9d5", 2),
        Some(LinkConfidence::Inferred) => ("#fbeccb", 2),
        Some(LinkConfidence::Category) => ("#e4ecf7", 1),
        None => ("#fff", 1),
    };
    let grade = reached.map(|grade| {
        let (en, fr) = grade_called(*grade);
        match language {
            Language::En => format!(" · {en}"),
            Language::Fr => format!(" · {fr}"),
        }
    });
    let name: String = match id.chars().nth(NAME_MAX) {
        None => id.clone(),
        Some(_) => id.chars().take(NAME_MAX - 1).chain(['…']).collect(),
    };
    let _ = writeln!(
        svg,
        "<g><title>{} {}</title><rect x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDE}\" \
         height=\"{BOX_HIGH}\" rx=\"4\" fill=\"{fill}\" stroke=\"#222\" \
         stroke-width=\"{weight}\"/><text x=\"{}\" y=\"{}\" font-size=\"9\" fill=\"#333\">{}{}\
         </text><text x=\"{}\" y=\"{}\" fill=\"#000\">{}</text></g>",
        escaped(kind),
        escaped(id),
        x + 8,
        y + 12,
        escaped(kind),
        grade.unwrap_or_default(),
        x + 8,
        y + 26,
        escaped(&name),
    );
}

/// Text that stands for itself in a drawing: nothing in it is taken as markup, and no sign stands in
/// it that a drawing may not hold.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            sign if sign.is_control() || matches!(sign, '\u{FFFE}' | '\u{FFFF}') => safe.push('�'),
            sign => safe.push(sign),
        }
    }
    safe
}

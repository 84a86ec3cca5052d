//! The text that a page shows, in the order in which it is drawn, with spaces and lines put back from
//! where the signs stand.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::file::File;
use super::font::Font;
use super::object::{Dict, Lexer, Object};

/// Deepest nesting of drawings within drawings.
const FORMS_MAX: u32 = 8;

/// Most operands held for one operator.
const OPERANDS_MAX: usize = 4_096;

/// Most operators of one page, those of its drawings counted each time: a full page has 5,000.
const OPERATORS_MAX: u32 = 2_000_000;

/// The pages of a file, turned into text one after another.
pub(super) struct Reader<'f, 'b> {
    file: &'f File<'b>,
    fonts: BTreeMap<u32, Rc<Font>>,
}

/// What one page gave.
#[derive(Debug, Default)]
pub(super) struct PageText {
    pub(super) text: String,
    /// Signs whose text nothing says.
    pub(super) unmapped: u32,
    /// Whether it was given up before its end.
    pub(super) is_cut: bool,
}

/// Six numbers that place and scale.
#[derive(Debug, Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const SAME: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// This placed within another.
    fn within(self, outer: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [oa, ob, oc, od, oe, of] = outer.0;
        Self([
            a * oa + b * oc,
            a * ob + b * od,
            c * oa + d * oc,
            c * ob + d * od,
            e * oa + f * oc + oe,
            e * ob + f * od + of,
        ])
    }

    fn moved(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    between_signs: f32,
    between_words: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
}

impl<'f, 'b> Reader<'f, 'b> {
    pub(super) const fn new(file: &'f File<'b>) -> Self {
        Self {
            file,
            fonts: BTreeMap::new(),
        }
    }

    /// The text of a page's content with what it draws on.
    pub(super) fn page(&mut self, content: &[u8], resources: &Dict) -> PageText {
        let mut page = Page {
            reader: self,
            out: PageText::default(),
            last: None,
            left: OPERATORS_MAX,
        };
        let state = State {
            matrix: Matrix::SAME,
            font: None,
            size: 1.0,
            between_signs: 0.0,
            between_words: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        page.draw(content, resources, state, 0);
        page.out
    }

    fn font(&mut self, resources: &Dict, name: &[u8]) -> Option<Rc<Font>> {
        let fonts = self.file.dict(resources, "Font")?;
        let held = fonts.0.get(name)?;
        if let Object::Reference(number) = held
            && let Some(font) = self.fonts.get(number)
        {
            return Some(Rc::clone(font));
        }
        let Some(Object::Dict(dict)) = self.file.resolve(held) else {
            return None;
        };
        let font = Rc::new(Font::read(self.file, &dict));
        if let Object::Reference(number) = held {
            self.fonts.insert(*number, Rc::clone(&font));
        }
        Some(font)
    }
}

struct Page<'r, 'f, 'b> {
    reader: &'r mut Reader<'f, 'b>,
    out: PageText,
    /// Where the last sign ended, and how high it was.
    last: Option<(f32, f32, f32)>,
    left: u32,
}

/// Where text stands within a text object.
#[derive(Clone, Copy)]
struct Pen {
    matrix: Matrix,
    line: Matrix,
}

impl Page<'_, '_, '_> {
    fn draw(&mut self, content: &[u8], resources: &Dict, mut state: State, depth: u32) {
        let mut lexer = Lexer::of_content(content);
        let mut held: Vec<Object> = Vec::new();
        let mut saved: Vec<State> = Vec::new();
        let mut pen = Pen {
            matrix: Matrix::SAME,
            line: Matrix::SAME,
        };
        while let Some(object) = lexer.next() {
            let Object::Word(word) = object else {
                if held.len() < OPERANDS_MAX {
                    held.push(object);
                }
                continue;
            };
            let Some(left) = self.left.checked_sub(1) else {
                self.out.is_cut = true;
                return;
            };
            self.left = left;
            match word.as_slice() {
                b"q" if saved.len() < 256 => saved.push(state.clone()),
                b"Q" => {
                    if let Some(before) = saved.pop() {
                        state = before;
                    }
                }
                b"cm" => state.matrix = six(&held).within(state.matrix),
                b"Do" => self.draw_form(&held, resources, &state, depth),
                b"Tf" => {
                    state.size = last_number(&held);
                    if let Some(Object::Name(name)) = held.first() {
                        state.font = self.reader.font(resources, name);
                    }
                }
                b"BI" => skip_picture(&mut lexer),
                other => self.text_operator(other, &held, &mut state, &mut pen),
            }
            held.clear();
        }
    }

    fn text_operator(&mut self, word: &[u8], held: &[Object], state: &mut State, pen: &mut Pen) {
        let number = |at: usize| held.get(at).and_then(Object::number).unwrap_or_default();
        match word {
            b"BT" => {
                pen.matrix = Matrix::SAME;
                pen.line = Matrix::SAME;
            }
            b"Tc" => state.between_signs = number(0),
            b"Tw" => state.between_words = number(0),
            b"Tz" => state.stretch = number(0) / 100.0,
            b"TL" => state.leading = number(0),
            b"Ts" => state.rise = number(0),
            b"Td" => next_line(pen, number(0), number(1)),
            b"TD" => {
                state.leading = -number(1);
                next_line(pen, number(0), number(1));
            }
            b"Tm" => {
                pen.line = six(held);
                pen.matrix = pen.line;
            }
            b"T*" => next_line(pen, 0.0, -state.leading),
            b"Tj" => self.show_one(held.first(), state, pen),
            b"'" => {
                next_line(pen, 0.0, -state.leading);
                self.show_one(held.first(), state, pen);
            }
            b"\"" => {
                state.between_words = number(0);
                state.between_signs = number(1);
                next_line(pen, 0.0, -state.leading);
                self.show_one(held.get(2), state, pen);
            }
            b"TJ" => {
                let Some(Object::Array(list)) = held.first() else {
                    return;
                };
                for one in list {
                    match one {
                        Object::Number(back) => {
                            let by = -back / 1000.0 * state.size * state.stretch;
                            pen.matrix = Matrix::moved(by, 0.0).within(pen.matrix);
                        }
                        other => self.show_one(Some(other), state, pen),
                    }
                }
            }
            _ => {}
        }
    }

    fn draw_form(&mut self, held: &[Object], resources: &Dict, state: &State, depth: u32) {
        if depth >= FORMS_MAX {
            self.out.is_cut = true;
            return;
        }
        let file = self.reader.file;
        let Some(Object::Name(name)) = held.first() else {
            return;
        };
        let Some(drawings) = file.dict(resources, "XObject") else {
            return;
        };
        let Some(Object::Reference(number)) = drawings.0.get(name) else {
            return;
        };
        let Some(stream) = file.stream(*number) else {
            return;
        };
        if !stream.dict.is("Subtype", "Form") {
            return;
        }
        let Some(content) = file.inflate(&stream) else {
            self.out.is_cut |= file.is_cut();
            return;
        };
        let own = file.dict(&stream.dict, "Resources");
        let mut inner = state.clone();
        if let Some(Object::Array(list)) = file.entry(&stream.dict, "Matrix") {
            inner.matrix = six(&list).within(inner.matrix);
        }
        let resources = own.as_ref().unwrap_or(resources);
        self.draw(&content, resources, inner, depth.saturating_add(1));
    }

    fn show_one(&mut self, shown: Option<&Object>, state: &State, pen: &mut Pen) {
        let (Some(Object::Text(shown)), Some(font)) = (shown, &state.font) else {
            return;
        };
        let font = Rc::clone(font);
        for sign in font.signs(shown) {
            let placed = Matrix([state.size, 0.0, 0.0, state.size, 0.0, state.rise])
                .within(pen.matrix)
                .within(state.matrix);
            let mut advance = sign.width / 1000.0 * state.size + state.between_signs;
            if sign.is_space {
                advance += state.between_words;
            }
            pen.matrix = Matrix::moved(advance * state.stretch, 0.0).within(pen.matrix);
            let ended = pen.matrix.within(state.matrix);
            self.put(sign.text, placed, (ended.0[4], ended.0[5]));
        }
    }

    /// Adds a sign, with a space or a line end before it where its place says so.
    fn put(&mut self, text: Option<&str>, placed: Matrix, ended: (f32, f32)) {
        let [_, _, c, d, x, y] = placed.0;
        let size = (c * c + d * d).sqrt().max(0.01);
        if let Some((last_x, last_y, last_size)) = self.last {
            let height = size.max(last_size);
            let down = (y - last_y).abs();
            let gap = x - last_x;
            if down > 1.7 * height {
                self.break_line(true);
            } else if down > 0.5 * height || gap < -2.0 * height {
                self.break_line(false);
            } else if gap > 0.17 * height && !self.out.text.ends_with(char::is_whitespace) {
                self.out.text.push(' ');
            }
        }
        self.last = Some((ended.0, ended.1, size));
        match text {
            Some(" ") if self.out.text.ends_with(char::is_whitespace) => {}
            Some(text) => self.out.text.push_str(text),
            None => {
                self.out.unmapped = self.out.unmapped.saturating_add(1);
                self.out.text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }

    fn break_line(&mut self, is_paragraph: bool) {
        let kept = self.out.text.trim_end_matches(' ').len();
        self.out.text.truncate(kept);
        if self.out.text.is_empty() {
            return;
        }
        if !self.out.text.ends_with('\n') {
            self.out.text.push('\n');
        }
        if is_paragraph && !self.out.text.ends_with("\n\n") {
            self.out.text.push('\n');
        }
    }
}

fn next_line(pen: &mut Pen, x: f32, y: f32) {
    pen.line = Matrix::moved(x, y).within(pen.line);
    pen.matrix = pen.line;
}

fn six(held: &[Object]) -> Matrix {
    let mut numbers = Matrix::SAME.0;
    if held.len() < 6 {
        return Matrix::SAME;
    }
    for (place, one) in numbers.iter_mut().zip(held) {
        *place = one.number().unwrap_or_default();
    }
    Matrix(numbers)
}

fn last_number(held: &[Object]) -> f32 {
    held.last().and_then(Object::number).unwrap_or_default()
}

/// Goes past a picture that lies within the content.
fn skip_picture(lexer: &mut Lexer<'_>) {
    let rest = lexer.rest();
    let mut at = 0;
    while let Some(next) = super::file::find(rest.get(at..).unwrap_or_default(), b"EI") {
        let found = at.saturating_add(next);
        let is_edge = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
        let before = found.checked_sub(1).and_then(|before| rest.get(before));
        if is_edge(before) && is_edge(rest.get(found.saturating_add(2))) {
            lexer.at = lexer.at.saturating_add(found).saturating_add(2);
            return;
        }
        at = found.saturating_add(2);
    }
    lexer.at = lexer.at.saturating_add(rest.len());
}

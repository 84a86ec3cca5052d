//! The text that a page shows, in the order in which it is drawn, with spaces and lines put back from
//! where the signs stand.

use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, ObjectId};

use super::File;
use super::font::Font;

/// Deepest nesting of drawings within drawings.
const FORMS_MAX: u32 = 8;

/// Most operators of one page, those of its drawings counted each time: a full page has 5,000.
const OPERATORS_MAX: u32 = 2_000_000;

/// Most states of drawing held for later.
const SAVED_MAX: usize = 256;

/// Stands after the last operator: a drawing whose reading does not come to it is damaged.
const END: &str = "PortcullisEnd";

/// The pages of a file, turned into text one after another.
pub(super) struct Reader<'f> {
    file: &'f File,
    fonts: BTreeMap<ObjectId, Rc<Font>>,
}

/// What one page gave.
#[derive(Debug, Default)]
pub(super) struct PageText {
    pub(super) text: String,
    /// Signs whose text nothing says.
    pub(super) unmapped: u32,
    /// Whether it was given up before its end.
    pub(super) is_cut: bool,
    /// Whether a part of it makes no sense.
    pub(super) is_damaged: bool,
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

impl<'f> Reader<'f> {
    pub(super) const fn new(file: &'f File) -> Self {
        Self {
            file,
            fonts: BTreeMap::new(),
        }
    }

    /// The text of a page's content with what it draws on.
    pub(super) fn page(&mut self, content: &[u8], resources: &Dictionary) -> PageText {
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

    fn font(&mut self, resources: &Dictionary, name: &[u8]) -> Option<Rc<Font>> {
        let file = self.file;
        let held = file.dict(resources, b"Font")?.get(name).ok()?;
        let id = held.as_reference().ok();
        if let Some(font) = id.and_then(|id| self.fonts.get(&id)) {
            return Some(Rc::clone(font));
        }
        let (_, dict) = file.document.dereference(held).ok()?;
        let font = Rc::new(Font::read(file, dict.as_dict().ok()?));
        if let Some(id) = id {
            self.fonts.insert(id, Rc::clone(&font));
        }
        Some(font)
    }
}

struct Page<'r, 'f> {
    reader: &'r mut Reader<'f>,
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

impl Page<'_, '_> {
    fn draw(&mut self, content: &[u8], resources: &Dictionary, mut state: State, depth: u32) {
        let content = [content, b"\n", END.as_bytes(), b"\n"].concat();
        let mut saved: Vec<State> = Vec::new();
        let mut pen = Pen {
            matrix: Matrix::SAME,
            line: Matrix::SAME,
        };
        for operation in Content::decode_iter(&content) {
            let Ok(Operation { operator, operands }) = operation else {
                break;
            };
            let Some(left) = self.left.checked_sub(1) else {
                self.out.is_cut = true;
                return;
            };
            self.left = left;
            match operator.as_str() {
                END => return,
                "q" if saved.len() < SAVED_MAX => saved.push(state.clone()),
                "Q" => {
                    if let Some(before) = saved.pop() {
                        state = before;
                    }
                }
                "cm" => state.matrix = six(&operands).within(state.matrix),
                "Do" => self.draw_form(&operands, resources, &state, depth),
                "Tf" => {
                    state.size = operands.last().map(number).unwrap_or_default();
                    if let Some(Ok(name)) = operands.first().map(Object::as_name) {
                        state.font = self.reader.font(resources, name);
                    }
                }
                other => self.text_operator(other, &operands, &mut state, &mut pen),
            }
        }
        self.out.is_damaged = true;
    }

    fn text_operator(&mut self, word: &str, held: &[Object], state: &mut State, pen: &mut Pen) {
        let number = |at: usize| held.get(at).map(number).unwrap_or_default();
        match word {
            "BT" => {
                pen.matrix = Matrix::SAME;
                pen.line = Matrix::SAME;
            }
            "Tc" => state.between_signs = number(0),
            "Tw" => state.between_words = number(0),
            "Tz" => state.stretch = number(0) / 100.0,
            "TL" => state.leading = number(0),
            "Ts" => state.rise = number(0),
            "Td" => next_line(pen, number(0), number(1)),
            "TD" => {
                state.leading = -number(1);
                next_line(pen, number(0), number(1));
            }
            "Tm" => {
                pen.line = six(held);
                pen.matrix = pen.line;
            }
            "T*" => next_line(pen, 0.0, -state.leading),
            "Tj" => self.show_one(held.first(), state, pen),
            "'" => {
                next_line(pen, 0.0, -state.leading);
                self.show_one(held.first(), state, pen);
            }
            "\"" => {
                state.between_words = number(0);
                state.between_signs = number(1);
                next_line(pen, 0.0, -state.leading);
                self.show_one(held.get(2), state, pen);
            }
            "TJ" => self.show_many(held.first(), state, pen),
            _ => {}
        }
    }

    /// Shows texts with distances between them.
    fn show_many(&mut self, list: Option<&Object>, state: &State, pen: &mut Pen) {
        let list = list.and_then(|list| list.as_array().ok());
        for one in list.into_iter().flatten() {
            match one.as_float() {
                Ok(back) => {
                    let by = -back / 1000.0 * state.size * state.stretch;
                    pen.matrix = Matrix::moved(by, 0.0).within(pen.matrix);
                }
                Err(_) => self.show_one(Some(one), state, pen),
            }
        }
    }

    fn draw_form(&mut self, held: &[Object], resources: &Dictionary, state: &State, depth: u32) {
        if depth >= FORMS_MAX {
            self.out.is_cut = true;
            return;
        }
        let file = self.reader.file;
        let Some(Ok(name)) = held.first().map(Object::as_name) else {
            return;
        };
        let drawings = file.dict(resources, b"XObject");
        let drawn = drawings.and_then(|dict| dict.get_deref(name, &file.document).ok());
        let Some(Ok(stream)) = drawn.map(Object::as_stream) else {
            return;
        };
        let kind = stream.dict.get(b"Subtype").and_then(Object::as_name);
        if kind.ok() != Some(b"Form") {
            return;
        }
        let Some(content) = file.unpacked(stream) else {
            self.out.is_cut |= file.is_cut.get();
            self.out.is_damaged |= !file.is_cut.get();
            return;
        };
        let own = file.dict(&stream.dict, b"Resources");
        let mut inner = state.clone();
        let placed = stream.dict.get_deref(b"Matrix", &file.document);
        if let Ok(list) = placed.and_then(Object::as_array) {
            inner.matrix = six(list).within(inner.matrix);
        }
        let resources = own.unwrap_or(resources);
        self.draw(&content, resources, inner, depth.saturating_add(1));
    }

    fn show_one(&mut self, shown: Option<&Object>, state: &State, pen: &mut Pen) {
        let Some(Ok(shown)) = shown.map(Object::as_str) else {
            return;
        };
        let Some(font) = &state.font else {
            // Without a font nothing says what the codes stand for.
            let signs = u32::try_from(shown.len()).unwrap_or(u32::MAX);
            self.out.unmapped = self.out.unmapped.saturating_add(signs);
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
            self.put(sign.text.as_deref(), placed, (ended.0[4], ended.0[5]));
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
        *place = number(one);
    }
    Matrix(numbers)
}

fn number(one: &Object) -> f32 {
    one.as_float().unwrap_or_default()
}

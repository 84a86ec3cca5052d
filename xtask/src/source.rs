//! Rust source, split into code, text and comments, so that rules do not trip over quoted words.

/// One source file, split.
#[derive(Debug, Default)]
pub struct Source {
    /// The code, line for line, with comments and the insides of literals blanked.
    pub code: String,
    /// String literals with the line that they start on.
    pub strings: Vec<(usize, String)>,
    /// Comments with their line; one entry per line, with the marks in front kept.
    pub comments: Vec<(usize, String)>,
    /// The first and last lines of the parts compiled for tests only.
    test_parts: Vec<(usize, usize)>,
}

/// A function, by the lines that it covers.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of the word `fn`.
    pub first_line: usize,
    /// The line of the closing brace.
    pub last_line: usize,
}

impl Source {
    /// Splits a source file.
    pub fn read(text: &str) -> Self {
        let mut lexer = Lexer {
            chars: text.chars().collect(),
            at: 0,
            line: 1,
            out: Self::default(),
        };
        lexer.run();
        let mut source = lexer.out;
        source.test_parts = source.find_test_parts();
        source
    }

    /// Whether a line is compiled for tests only.
    pub fn is_test_line(&self, line: usize) -> bool {
        self.test_parts
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&line))
    }

    /// The lines of the code, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(n, line)| (n + 1, line))
    }

    /// The functions that have a body.
    pub fn functions(&self) -> Vec<Function> {
        let chars: Vec<char> = self.code.chars().collect();
        let mut found = Vec::new();
        for at in word_positions(&chars, "fn") {
            let rest = chars.get(at + 2..).unwrap_or_default();
            let name: String = rest
                .iter()
                .skip_while(|c| c.is_whitespace())
                .take_while(|c| is_word(**c))
                .collect();
            if name.is_empty() {
                continue;
            }
            if let Some(end) = end_of_item(&chars, at) {
                let line_of = |to: usize| 1 + chars.iter().take(to).filter(|c| **c == '\n').count();
                found.push(Function {
                    name,
                    first_line: line_of(at),
                    last_line: line_of(end),
                });
            }
        }
        found
    }

    fn find_test_parts(&self) -> Vec<(usize, usize)> {
        let chars: Vec<char> = self.code.chars().collect();
        let mark: Vec<char> = "#[cfg(test)]".chars().collect();
        let mut parts = Vec::new();
        for (at, window) in chars.windows(mark.len()).enumerate() {
            if window == mark {
                let line_of = |to: usize| 1 + chars.iter().take(to).filter(|c| **c == '\n').count();
                if let Some(end) = end_of_item(&chars, at + mark.len()) {
                    parts.push((line_of(at), line_of(end)));
                }
            }
        }
        parts
    }
}

/// Whether a whole file is compiled for tests only, judged by its path.
pub fn is_test_file(path: &str) -> bool {
    path.starts_with("walks/")
        || path.contains("/tests/")
        || path.contains("/benches/")
        || path.ends_with("/tests.rs")
}

/// Whether `word` stands in `line` on its own.
pub fn has_word(line: &str, word: &str) -> bool {
    let chars: Vec<char> = line.chars().collect();
    !word_positions(&chars, word).is_empty()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word_positions(chars: &[char], word: &str) -> Vec<usize> {
    let word: Vec<char> = word.chars().collect();
    let bounded = |at: usize| {
        let before = at.checked_sub(1).and_then(|b| chars.get(b));
        let after = chars.get(at + word.len());
        !before.is_some_and(|c| is_word(*c)) && !after.is_some_and(|c| is_word(*c))
    };
    chars
        .windows(word.len().max(1))
        .enumerate()
        .filter(|(at, window)| *window == word && bounded(*at))
        .map(|(at, _)| at)
        .collect()
}

/// Where the item that starts at `from` ends: its closing brace, or none when it has no body.
fn end_of_item(chars: &[char], from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut nested = 0_usize;
    for (at, c) in chars.iter().enumerate().skip(from) {
        match c {
            '(' | '[' => nested += 1,
            ')' | ']' => nested = nested.saturating_sub(1),
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && nested == 0 {
                    return Some(at);
                }
            }
            ';' if depth == 0 && nested == 0 => return None,
            _ => {}
        }
    }
    None
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    out: Source,
}

impl Lexer {
    fn run(&mut self) {
        while let Some(c) = self.peek(0) {
            match (c, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('\'', _) => self.quote(),
                ('r', Some('"' | '#')) if self.raw_hashes().is_some() => self.raw_string(),
                _ => self.keep(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// Copies one character to the code.
    fn keep(&mut self) {
        if let Some(c) = self.peek(0) {
            self.out.code.push(c);
            self.step();
        }
    }

    /// Leaves one character out of the code, keeping lines.
    fn blank(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.out.code.push(if c == '\n' { '\n' } else { ' ' });
        self.step();
        Some(c)
    }

    fn step(&mut self) {
        if self.peek(0) == Some('\n') {
            self.line += 1;
        }
        self.at += 1;
    }

    fn line_comment(&mut self) {
        let line = self.line;
        let mut text = String::new();
        while self.peek(0).is_some_and(|c| c != '\n') {
            text.extend(self.blank());
        }
        self.out.comments.push((line, text));
    }

    fn block_comment(&mut self) {
        let first = self.line;
        let mut text = String::new();
        let mut depth = 0_usize;
        while let Some(c) = self.peek(0) {
            match (c, self.peek(1)) {
                ('/', Some('*')) => depth += 1,
                ('*', Some('/')) => depth -= 1,
                _ => {}
            }
            let is_mark = matches!((c, self.peek(1)), ('/', Some('*')) | ('*', Some('/')));
            text.extend(self.blank());
            if is_mark {
                text.extend(self.blank());
            }
            if depth == 0 {
                break;
            }
        }
        for (n, line) in text.lines().enumerate() {
            self.out.comments.push((first + n, line.to_owned()));
        }
    }

    fn string(&mut self) {
        let line = self.line;
        let mut text = String::new();
        self.keep();
        while let Some(c) = self.peek(0) {
            match c {
                '"' => break,
                '\\' => {
                    self.blank();
                    let escaped = self.blank();
                    text.extend(escaped.filter(|e| *e != '\n').map(|e| match e {
                        'n' => '\n',
                        't' => '\t',
                        other => other,
                    }));
                }
                _ => text.extend(self.blank()),
            }
        }
        self.keep();
        self.out.strings.push((line, text));
    }

    /// How many `#` stand between `r` and the quote; none when this is not a raw string.
    fn raw_hashes(&self) -> Option<usize> {
        let before = self.at.checked_sub(1).and_then(|b| self.chars.get(b));
        if before.is_some_and(|c| is_word(*c) && !matches!(c, 'b' | 'c')) {
            return None;
        }
        let hashes = (1..).take_while(|n| self.peek(*n) == Some('#')).count();
        (self.peek(1 + hashes) == Some('"')).then_some(hashes)
    }

    fn raw_string(&mut self) {
        let hashes = self.raw_hashes().unwrap_or(0);
        let line = self.line;
        for _ in 0..hashes + 2 {
            self.keep();
        }
        let mut text = String::new();
        while let Some(c) = self.peek(0) {
            if c == '"' && (1..=hashes).all(|n| self.peek(n) == Some('#')) {
                break;
            }
            text.extend(self.blank());
        }
        for _ in 0..=hashes {
            self.keep();
        }
        self.out.strings.push((line, text));
    }

    /// A character literal is blanked; a lifetime is kept.
    fn quote(&mut self) {
        let is_escape = self.peek(1) == Some('\\');
        if !is_escape && self.peek(2) != Some('\'') {
            self.keep();
            return;
        }
        self.keep();
        if is_escape {
            self.blank();
            self.blank();
        }
        while self.peek(0).is_some_and(|c| c != '\'') {
            self.blank();
        }
        self.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_words_and_comments_are_not_code() {
        let source = Source::read(
            "let a = \"todo!() \\\" x\"; // dbg!(a)\n/* one /* two */ */ let b = r#\"SELECT \"q\"\"#;\n",
        );
        assert!(!source.code.contains("todo"), "{}", source.code);
        assert!(!source.code.contains("dbg"));
        assert!(source.code.contains("let b"));
        let strings: Vec<&str> = source.strings.iter().map(|(_, s)| s.as_str()).collect();
        assert_eq!(strings, ["todo!() \" x", "SELECT \"q\""]);
        assert_eq!(source.comments.len(), 2);
    }

    #[test]
    fn a_quote_in_a_character_and_a_lifetime_open_no_text() {
        let source = Source::read(
            "fn f<'a>(x: &'a str) -> char { if x.is_empty() { '\"' } else { '\\'' } }\nlet s = \"end\";",
        );
        assert_eq!(source.strings, [(2, "end".to_owned())]);
        assert!(source.code.contains("<'a>"));
    }

    #[test]
    fn test_parts_end_with_their_brace() {
        let source = Source::read(
            "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod other;\nfn d() {}\n",
        );
        let in_tests: Vec<usize> = (1..=9).filter(|line| source.is_test_line(*line)).collect();
        assert_eq!(in_tests, [2, 3, 4, 5]);
    }

    #[test]
    fn functions_are_measured_from_name_to_brace() {
        let source = Source::read(
            "trait T { fn no_body(&self); }\nfn a(\n    x: [u8; 2],\n) {\n    if x.is_empty() {}\n}\nfn b() {}\n",
        );
        let lengths: Vec<(String, usize)> = source
            .functions()
            .into_iter()
            .map(|f| (f.name, f.last_line - f.first_line + 1))
            .collect();
        assert_eq!(lengths, [("a".to_owned(), 5), ("b".to_owned(), 1)]);
    }

    #[test]
    fn a_word_is_not_found_inside_another() {
        assert!(has_word("use cedar_policy::X;", "cedar_policy"));
        assert!(!has_word("use cedar_policy_symcc;", "cedar_policy"));
        assert!(!has_word("asynchronous", "async"));
    }
}

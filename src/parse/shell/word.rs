//! Words: quotes, expansions, substitutions, assignments, tests, arithmetic, here-documents.

use memchr::memmem;

use super::grammar::Parser;
use super::map::Offsets;
use super::model::Word;
use super::tree::{Lexed, List};
use crate::source::Span;

/// A template longer than this is none; it bounds the search for its end.
const LONGEST_TEMPLATE: usize = 2000;

/// A word being read.
#[derive(Default)]
pub(super) struct Building {
    pub(super) text: String,
    pub(super) map: Offsets,
    pub(super) expansion: bool,
    pub(super) quoted: bool,
    pub(super) inner: Vec<List>,
}

impl Building {
    pub(super) fn push(&mut self, text: &str, source: usize) {
        self.map.push(self.text.len(), source);
        self.text.push_str(text);
    }

    pub(super) fn finish(self, start: usize, end: usize) -> Lexed {
        let Self { text, map, expansion, quoted, inner } = self;
        Lexed { word: Word { text, span: Span::new(start, end), expansion, quoted, map }, inner }
    }
}

/// Bytes that mean something in an unquoted word.
fn is_special(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b";&|()<>\\'\"$`{".contains(&byte)
}

impl Parser<'_> {
    /// The word here; none where none starts.
    pub(super) fn word(&mut self) -> Option<Lexed> {
        let start = self.at;
        let mut built = Building::default();
        while let Some(byte) = self.peek() {
            let before = self.at;
            match byte {
                b'<' | b'>' if self.byte(1) == Some(b'(') => {
                    self.at += 1;
                    self.substitution(&mut built, before);
                }
                b'(' if takes_parens(&built) => {
                    let list = self.balanced_words();
                    built.inner.extend(list.into_iter().flat_map(|lexed| lexed.inner));
                    built.push(&self.text[before..self.at], before);
                }
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>' => break,
                b'\r' if matches!(self.byte(1), None | Some(b'\n')) => break,
                b'\'' => self.single(&mut built),
                b'"' => self.double(&mut built),
                b'\\' => self.escape(&mut built),
                b'$' if self.byte(1) == Some(b'\'') => self.ansi(&mut built),
                b'$' if self.byte(1) == Some(b'"') => {
                    self.at += 1;
                    self.double(&mut built);
                }
                b'$' => self.dollar(&mut built, false),
                b'`' => self.backticks(&mut built),
                b'{' if self.template(&mut built) => {}
                _ => self.plain(&mut built),
            }
        }
        (self.at > start).then(|| built.finish(start, self.at))
    }

    /// A stretch of ordinary characters, at least one.
    fn plain(&mut self, built: &mut Building) {
        let start = self.at;
        self.at += 1;
        while self.peek().is_some_and(|byte| !is_special(byte)) || !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        built.push(&self.text[start..self.at], start);
    }

    /// Words up to the parenthesis that closes the one here.
    fn balanced_words(&mut self) -> Vec<Lexed> {
        let start = self.at;
        self.at += 1;
        let mut words = Vec::new();
        let mut open = 1_usize;
        loop {
            self.gaps();
            match self.peek() {
                None => {
                    self.error(start, start + 1, "`)` is missing");
                    return words;
                }
                Some(b'(') => open += 1,
                Some(b')') => open -= 1,
                Some(_) => {
                    if let Some(Some(word)) = self.deeper(Self::word) {
                        words.push(word);
                        continue;
                    }
                }
            }
            self.at += 1;
            if open == 0 {
                return words;
            }
        }
    }

    /// Everything a dollar sign can begin; in the text it stands as written.
    pub(super) fn dollar(&mut self, built: &mut Building, quoted: bool) {
        let start = self.at;
        match self.byte(1) {
            Some(b'{') if self.starts("${{") => return self.github(built),
            Some(b'{') => {
                self.at += 2;
                self.parameter(built, quoted);
            }
            Some(b'(') => {
                self.at += 1;
                if self.byte(1) == Some(b'(')
                    && let Some(end) = self.arithmetic_end(self.at + 2)
                {
                    self.at += 2;
                    self.within(built, end - 2);
                    self.at = end;
                } else {
                    return self.substitution(built, start);
                }
            }
            Some(b'[') => {
                self.at += 1;
                self.skip_balanced(b'[', b']');
            }
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                self.at += 2;
                while self.peek().is_some_and(|next| next.is_ascii_alphanumeric() || next == b'_') {
                    self.at += 1;
                }
            }
            Some(byte) if byte.is_ascii_digit() || b"@*#?$!-".contains(&byte) => self.at += 2,
            _ => {
                built.push("$", start);
                self.at += 1;
                return;
            }
        }
        built.expansion = true;
        built.push(&self.text[start..self.at], start);
    }

    /// `${{ … }}`, whose text may hold quoted braces.
    pub(super) fn github(&mut self, built: &mut Building) {
        let start = self.at;
        let mut text = false;
        self.at += 3;
        while let Some(byte) = self.peek() {
            if byte == b'\'' {
                text = !text;
            } else if !text && self.starts("}}") {
                break;
            }
            self.at += 1;
        }
        if self.peek().is_none() {
            self.error(start, start + 3, "`}}` is missing");
            if self.retries > 0 {
                self.retries -= 1;
                self.at = start + 3;
            }
        } else {
            self.at += 2;
        }
        built.expansion = true;
        built.push(&self.text[start..self.at], start);
    }

    /// `{{ … }}` on one line: a template other than GitHub's. False where this is something else.
    pub(super) fn template(&mut self, built: &mut Building) -> bool {
        let start = self.at;
        let near = &self.bytes[start..self.end.min(start + LONGEST_TEMPLATE)];
        let Some(stop) = near.starts_with(b"{{").then(|| memmem::find(near, b"}}")).flatten() else {
            return false;
        };
        if near[..stop].contains(&b'\n') || (!self.braces && near[..stop].contains(&b',')) {
            return false;
        }
        self.at += stop + 2;
        built.expansion = true;
        built.push(&self.text[start..self.at], start);
        true
    }

    /// The rest of `${name…}`.
    fn parameter(&mut self, built: &mut Building, quoted: bool) {
        let start = self.at;
        let mut inner = Building::default();
        let read = self.deeper(|parser| {
            while let Some(byte) = parser.peek() {
                match byte {
                    b'}' => return true,
                    b'\\' => parser.at += 2,
                    b'\'' if !quoted => parser.single(&mut inner),
                    b'"' => parser.double(&mut inner),
                    b'$' => parser.dollar(&mut inner, quoted),
                    b'`' => parser.backticks(&mut inner),
                    _ => parser.at += 1,
                }
            }
            false
        });
        built.inner.extend(inner.inner);
        match read {
            Some(true) => self.at += 1,
            Some(false) => {
                self.error(start - 2, start, "`}` is missing");
                if self.retries > 0 {
                    self.retries -= 1;
                    self.at = start;
                }
            }
            None => {
                self.at = start - 1;
                self.skip_balanced(b'{', b'}');
            }
        }
        self.at = self.at.min(self.end);
    }

    /// `(…)` behind `$`, `<` or `>`; `start` is where that sign stands.
    fn substitution(&mut self, built: &mut Building, start: usize) {
        let open = self.at;
        self.at += 1;
        if let Some(list) = self.deeper(Self::enclosed) {
            built.inner.push(list);
            if self.peek() == Some(b')') {
                self.at += 1;
            } else {
                self.error(start, open + 1, "`)` is missing");
            }
        } else {
            self.error(start, open + 1, "nested too deeply to be read");
            self.at = open;
            self.skip_balanced(b'(', b')');
        }
        built.expansion = true;
        built.push(&self.text[start..self.at], start);
    }

    pub(super) fn backticks(&mut self, built: &mut Building) {
        let start = self.at;
        let mut close = start + 1;
        while close < self.end && self.bytes[close] != b'`' {
            close += if self.bytes[close] == b'\\' { 2 } else { 1 };
        }
        if close >= self.end {
            self.error(start, start + 1, "the quote is not closed");
            self.at += 1;
            built.push("`", start);
            return;
        }
        built.expansion = true;
        self.at += 1;
        let end = std::mem::replace(&mut self.end, close);
        if let Some(list) = self.deeper(Self::enclosed) {
            built.inner.push(list);
        }
        self.end = end;
        self.at = close + 1;
        built.push(&self.text[start..self.at], start);
    }

    /// Collects the substitutions between here and `end`, where the text itself does not matter.
    pub(super) fn within(&mut self, built: &mut Building, stop: usize) {
        let end = std::mem::replace(&mut self.end, stop);
        let mut inner = Building::default();
        self.deeper(|parser| parser.double_part(&mut inner, false));
        built.inner.extend(inner.inner);
        self.end = end;
    }

    /// `NAME=value`, `NAME+=value` or `NAME[i]=value`.
    pub(super) fn assignment(&mut self) -> Option<(String, Span, Lexed)> {
        let start = self.at;
        let rest = &self.text[start..self.end];
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let name = rest[..length].to_owned();
        let mut tail = &rest[length..];
        if tail.starts_with('[') {
            let line = tail.lines().next().unwrap_or_default();
            tail = line.find("]=").or_else(|| line.find("]+=")).map(|close| &tail[close + 1..])?;
        }
        let tail = tail.strip_prefix('+').unwrap_or(tail);
        if !is_name(&name) || !tail.starts_with('=') {
            return None;
        }
        let value = start + (rest.len() - tail.len()) + 1;
        self.at = value;
        let lexed = if self.peek() == Some(b'(') {
            let inner = self.balanced_words().into_iter().flat_map(|lexed| lexed.inner).collect();
            let mut built = Building { inner, ..Building::default() };
            built.push(&self.text[value..self.at], value);
            built.expansion = built.text.contains('$') || !built.inner.is_empty();
            built.finish(value, self.at)
        } else {
            self.word().unwrap_or_else(|| Building::default().finish(value, value))
        };
        Some((name, Span::new(start, self.at), lexed))
    }

    /// Passes over what the bracket here opens, to its end or to the end of the text.
    pub(super) fn skip_balanced(&mut self, open: u8, close: u8) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == open {
                depth += 1;
            } else if byte == close {
                depth -= 1;
                if depth == 0 {
                    return;
                }
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a parenthesis goes on with the word: an array `a=(…)` or a pattern `@(…)`.
fn takes_parens(built: &Building) -> bool {
    let Some(last) = built.text.bytes().last() else { return false };
    let name = built.text.trim_end_matches(['=', '+']);
    let array = last == b'=' && is_name(name);
    array || (b"?*+@!".contains(&last) && !built.quoted && built.text.len() > 1 || last == b'@')
}

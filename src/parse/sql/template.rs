//! Places that a template engine fills in before a script runs: `{{ schema }}`, `${TABLE}`, `{% if %}`, `<%= x %>`,
//! `%(name)s`, `:name`. Each is replaced by a made-up name of the same length, so that all spans stay true.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::tokens::is_word;
use crate::source::Span;

/// What stands for a place that is filled in.
const NAME: u8 = b'_';

/// The text with every place filled in, and where those are.
pub(super) fn mask(text: &str) -> (Cow<'_, str>, Vec<Span>) {
    if !may_hold(text.as_bytes()) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut marks = Marks { text: text.as_bytes(), at: 0, last: b';', out: Vec::new() };
    marks.scan();
    if marks.out.is_empty() {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut bytes = text.as_bytes().to_vec();
    for mark in &marks.out {
        for byte in &mut bytes[mark.start..mark.end] {
            if *byte != b'\n' || mark.with != b' ' {
                *byte = mark.with;
            }
        }
    }
    let spans = marks.out.iter().map(|mark| Span::new(mark.start, mark.end)).collect();
    // Whole characters are replaced by as many ASCII bytes: the text stays valid.
    match String::from_utf8(bytes) {
        Ok(masked) => (Cow::Owned(masked), spans),
        Err(_) => (Cow::Borrowed(text), spans),
    }
}

/// Whether any mark is in the text: most have none.
fn may_hold(text: &[u8]) -> bool {
    let signs: [&[u8]; 7] = [b"{{", b"{%", b"{#", b"${", b"<%", b"#{", b"%("];
    signs.iter().any(|sign| memmem::find(text, sign).is_some())
        || memchr::memchr_iter(b':', text).any(|at| is_variable(text, at))
        || memmem::find_iter(text, b"%s").any(|at| is_placeholder(text, at))
}

/// `:name`, `:'name'`, `:"name"` of `psql` and of drivers: no cast, no slice, no assignment.
fn is_variable(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(b' ', |before| text[before]);
    let after = text.get(at + 1).copied().unwrap_or(0);
    !matches!(before, b':' | b'[')
        && !is_word(before)
        && (after.is_ascii_alphabetic() || matches!(after, b'_' | b'\'' | b'"'))
}

/// `%s` alone, which is no remainder.
fn is_placeholder(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(b' ', |before| text[before]);
    !text.get(at + 2).is_some_and(|after| is_word(*after))
        && matches!(before, b' ' | b'(' | b',' | b'\n' | b'=' | b'\t' | b'.' | b'_' | b'"')
}

struct Mark {
    start: usize,
    end: usize,
    with: u8,
}

struct Marks<'a> {
    text: &'a [u8],
    at: usize,
    /// The last byte that is no blank and in no comment.
    last: u8,
    out: Vec<Mark>,
}

impl Marks<'_> {
    fn scan(&mut self) {
        while let Some(byte) = self.text.get(self.at).copied() {
            let next = self.text.get(self.at + 1).copied().unwrap_or(0);
            match (byte, next) {
                (b'\'', _) => self.string(),
                (b'-', b'-') => self.skip_to(b"\n"),
                (b'/', b'*') => self.skip_to(b"*/"),
                (b'{', b'{') => self.mark(b"}}", NAME),
                (b'{', b'%') => self.mark(b"%}", b' '),
                (b'{', b'#') => self.mark(b"#}", b' '),
                (b'$' | b'#', b'{') => self.mark(b"}", NAME),
                (b'<', b'%') => {
                    let value = self.text.get(self.at + 2) == Some(&b'=');
                    self.mark(b"%>", if value { NAME } else { b' ' });
                }
                (b'%', b'(') => self.named(),
                (b'%', b's') if is_placeholder(self.text, self.at) => self.push(self.at + 2, NAME),
                (b':', _) if is_variable(self.text, self.at) => self.variable(next),
                _ => {
                    if !byte.is_ascii_whitespace() {
                        self.last = byte;
                    }
                    self.at += 1;
                }
            }
        }
    }

    /// A statement never begins with a name: a mark there brings whole statements, or none.
    fn push(&mut self, end: usize, with: u8) {
        let with = if self.last == b';' { b' ' } else { with };
        self.out.push(Mark { start: self.at, end, with });
        self.at = end;
    }

    fn skip_to(&mut self, end: &[u8]) {
        let rest = &self.text[self.at..];
        self.at += memmem::find(rest, end).map_or(rest.len(), |found| found + end.len());
    }

    /// A string, which keeps what is in it.
    fn string(&mut self) {
        self.last = b'\'';
        let rest = &self.text[self.at + 1..];
        self.at += memchr(b'\'', rest).map_or(rest.len() + 1, |found| found + 2);
    }

    /// From an opening mark to its end, which is near.
    fn mark(&mut self, end: &[u8], with: u8) {
        let rest = &self.text[self.at..self.text.len().min(self.at + 2000)];
        match memmem::find(rest, end) {
            Some(found) => self.push(self.at + found + end.len(), with),
            None => self.at += 2,
        }
    }

    /// `%(name)s`.
    fn named(&mut self) {
        let word = self.text[self.at + 2..].iter().take_while(|byte| is_word(**byte)).count();
        let end = self.at + word + 3;
        if word > 0 && self.text.get(end - 1) == Some(&b')') && self.text.get(end) == Some(&b's') {
            self.push(end + 1, NAME);
        } else {
            self.at += 1;
        }
    }

    /// `:name` is a name; of `:'name'` and `:"name"` only the colon is hidden.
    fn variable(&mut self, next: u8) {
        if matches!(next, b'\'' | b'"') {
            self.push(self.at + 1, b' ');
            self.at += 1;
            self.skip_to(&[next]);
        } else {
            let word = self.text[self.at + 1..].iter().take_while(|byte| is_word(**byte)).count();
            self.push(self.at + 1 + word, NAME);
        }
    }
}

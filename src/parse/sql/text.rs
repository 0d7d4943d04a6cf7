//! A script cut into statements, as `psql` cuts it: quotes, dollar quotes, comments, parentheses, `begin atomic`,
//! commands of `psql`, and the rows that follow `copy … from stdin`.

mod rows;
mod words;

use memchr::memchr;
use memchr::memmem;

use super::dialect::Dialect;
use super::tokens::is_word;
use crate::source::{Span, begins};
pub(super) use rows::long_values;
use words::Words;

/// One statement of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its first byte, after blanks and comments.
    pub(super) start: usize,
    /// Just past its semicolon, or past its last byte.
    pub(super) end: usize,
    /// How deep its tree can be at most.
    pub(super) depth: usize,
    /// How many parentheses are open at most.
    pub(super) nested: usize,
}

/// A script in pieces.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// The statements.
    pub(super) statements: Vec<Piece>,
    /// Commands of `psql` that read another file, or run what a query gives.
    pub(super) included: Vec<Span>,
}

/// Cuts a script into its statements.
pub(super) fn split(text: &str, dialect: Dialect) -> Pieces {
    let mut scan =
        Scan { text, bytes: text.as_bytes(), at: 0, dialect, out: Pieces::default(), delimiter: Vec::new() };
    while scan.at < scan.bytes.len() {
        scan.statement();
    }
    scan.out
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    dialect: Dialect,
    out: Pieces,
    /// What ends a statement instead of a semicolon (MySQL's `delimiter`).
    delimiter: Vec<u8>,
}

/// What is known of the statement that is being read.
#[derive(Default)]
struct Open {
    start: Option<usize>,
    /// Just past its last byte that is no blank or comment.
    end: usize,
    parens: Vec<usize>,
    /// Sum of what the open parentheses hold.
    outer: usize,
    /// Words and signs since the last comma of this level.
    count: usize,
    /// Set operations: they nest across commas.
    chain: usize,
    depth: usize,
    nested: usize,
    words: Words,
}

impl Open {
    fn token(&mut self, start: usize, end: usize) {
        self.start.get_or_insert(start);
        self.end = end;
        self.count += 1;
        self.depth = self.depth.max(self.outer + self.count + self.chain);
    }

    /// Whether a semicolon here ends the statement. One in parentheses that are still open does, except in a rule:
    /// the parentheses are a mistake that should not swallow what follows.
    fn ends(&self) -> bool {
        !self.words.in_body() && (self.parens.is_empty() || !self.words.is_rule())
    }
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Reads up to the end of one statement.
    fn statement(&mut self) {
        let mut open = Open::default();
        while self.at < self.bytes.len() {
            if !self.delimiter.is_empty() && self.bytes[self.at..].starts_with(&self.delimiter) {
                let end = self.at;
                self.at += self.delimiter.len();
                return self.finish(&open, end);
            }
            let from = self.at;
            let byte = self.bytes[from];
            match byte {
                b';' if self.delimiter.is_empty() && open.ends() => {
                    self.at += 1;
                    return self.finish(&open, self.at);
                }
                b'\\' => {
                    if self.command(&open) {
                        return;
                    }
                }
                b'\n' => {
                    self.at += 1;
                    if self.separator(&open) {
                        return;
                    }
                }
                byte if byte.is_ascii_whitespace() => self.at += 1,
                b'-' if self.peek(1) == b'-' => self.line(),
                b'#' if self.dialect == Dialect::MySql => self.line(),
                b'/' if self.peek(1) == b'*' => {
                    if !self.comment() {
                        open.token(from, self.at);
                    }
                }
                _ => self.token(&mut open, from),
            }
        }
        let end = open.end;
        self.finish(&open, end);
    }

    fn finish(&mut self, open: &Open, end: usize) {
        let Some(start) = open.start else { return };
        self.out.statements.push(Piece { start, end, depth: open.depth, nested: open.nested });
        if open.words.copies_from_stdin() {
            self.rows();
        }
    }

    fn token(&mut self, open: &mut Open, from: usize) {
        let byte = self.bytes[from];
        match byte {
            b'\'' => self.quoted(b'\'', self.dialect == Dialect::MySql),
            b'"' => self.quoted(b'"', false),
            b'`' if !self.dialect.is_postgres() => self.quoted(b'`', false),
            b'$' => self.dollar(),
            b'(' | b'[' => {
                self.at += 1;
                open.token(from, self.at);
                open.outer += open.count;
                open.parens.push(std::mem::take(&mut open.count));
                open.nested = open.nested.max(open.parens.len());
                return;
            }
            b')' | b']' => {
                self.at += 1;
                open.count = open.parens.pop().unwrap_or(open.count);
                open.outer = open.outer.saturating_sub(open.count);
            }
            b',' => {
                self.at += 1;
                open.count = 0;
            }
            byte if is_word(byte) => {
                self.word(open, from);
                return;
            }
            _ => self.at += 1,
        }
        open.token(from, self.at);
        open.words.sign();
    }

    fn word(&mut self, open: &mut Open, from: usize) {
        while is_word_or_dollar(self.peek(0)) && self.at < self.bytes.len() {
            self.at += 1;
        }
        let word = &self.bytes[from..self.at];
        if self.peek(0) == b'\'' && matches!(word, b"e" | b"E") {
            self.quoted(b'\'', true);
        }
        open.token(from, self.at);
        let word = &self.bytes[from..self.at];
        if open.words.word(word, open.parens.is_empty(), self.dialect) {
            open.chain += 1;
        }
    }

    /// A quoted text; a doubled quote is part of it.
    fn quoted(&mut self, quote: u8, backslash: bool) {
        self.at += 1;
        loop {
            let rest = &self.bytes[self.at..];
            let found = if backslash { memchr::memchr2(quote, b'\\', rest) } else { memchr(quote, rest) };
            let Some(found) = found else {
                self.at = self.bytes.len();
                return;
            };
            self.at += found + 1;
            if self.bytes[self.at - 1] == b'\\' {
                self.at = (self.at + 1).min(self.bytes.len());
            } else if self.peek(0) == quote {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// A dollar quote, or a lone sign.
    fn dollar(&mut self) {
        let rest = &self.bytes[self.at..];
        let tag = rest[1..].iter().take_while(|byte| is_word(**byte)).count();
        let opens = rest.get(tag + 1) == Some(&b'$') && !rest.get(1).is_some_and(u8::is_ascii_digit);
        if !opens {
            self.at += 1;
            return;
        }
        let mark = &rest[..tag + 2];
        self.at += match memmem::find(&rest[mark.len()..], mark) {
            Some(found) => found + 2 * mark.len(),
            None => rest.len(),
        };
    }

    fn line(&mut self) {
        self.at = memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |found| self.at + found);
    }

    /// A comment; PostgreSQL's nest. Gives whether it ends.
    fn comment(&mut self) -> bool {
        let nests = !matches!(self.dialect, Dialect::MySql | Dialect::Oracle | Dialect::Sqlite);
        let mut depth = 0_usize;
        while let Some(found) = memchr::memchr2(b'*', b'/', &self.bytes[self.at..]) {
            self.at += found;
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') if depth == 0 || nests => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth = depth.saturating_sub(1);
                    self.at += 2;
                    if depth == 0 {
                        return true;
                    }
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
        false
    }

    /// The rows after `copy … from stdin`, up to and with `\.`.
    fn rows(&mut self) {
        self.line();
        while self.at < self.bytes.len() {
            self.at += 1;
            let from = self.at;
            self.line();
            if self.bytes[from..self.at].trim_ascii_end() == b"\\." {
                return;
            }
        }
    }
}

fn is_word_or_dollar(byte: u8) -> bool {
    is_word(byte) || byte == b'$'
}

impl Scan<'_> {
    /// A command of `psql`, which is there to the end of its line. Gives whether it ended the statement.
    fn command(&mut self, open: &Open) -> bool {
        let from = self.at;
        if self.peek(1) == b';' {
            self.at += 2;
            return false;
        }
        let line_end = memchr(b'\n', &self.bytes[from..]).map_or(self.bytes.len(), |found| from + found);
        let line = self.text.get(from + 1..line_end).unwrap_or_default();
        let letters = line.bytes().take_while(|byte| is_word(*byte) || matches!(byte, b'!' | b'?')).count();
        let (command, argument) = line.split_at_checked(letters).unwrap_or((line, ""));
        self.at = line_end;
        if matches!(command, "i" | "ir" | "include" | "include_relative" | "gexec") {
            self.out.included.push(Span::new(from, line_end));
        }
        let ends = open.start.is_some() && command.starts_with('g');
        if ends {
            self.finish(open, open.end);
        } else if command == "copy" && copies_rows(argument) {
            self.rows();
        }
        ends
    }

    /// At the start of a line: one that only says `GO` (SQL Server) or `/` (Oracle), or sets MySQL's delimiter.
    fn separator(&mut self, open: &Open) -> bool {
        if !matches!(self.dialect, Dialect::TSql | Dialect::Oracle | Dialect::MySql) {
            return false;
        }
        let line_end =
            memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |found| self.at + found);
        let line = self.bytes[self.at..line_end].trim_ascii();
        let alone = match self.dialect {
            Dialect::TSql => line.eq_ignore_ascii_case(b"go") || line.eq_ignore_ascii_case(b"go;"),
            Dialect::Oracle => line == b"/",
            _ => false,
        };
        if alone {
            self.at = line_end;
            self.finish(open, open.end);
            return true;
        }
        let words = line.split_at_checked(9).filter(|(word, _)| begins(word, "delimiter"));
        if let (Dialect::MySql, Some((_, mark))) = (self.dialect, words) {
            let mark = mark.trim_ascii();
            self.delimiter = if mark == b";" { Vec::new() } else { mark.to_vec() };
            self.at = line_end;
            self.finish(open, open.end);
            return true;
        }
        false
    }
}

/// Whether `\copy t (a, b) from stdin` is followed by rows.
fn copies_rows(argument: &str) -> bool {
    let words: Vec<String> = argument.split_whitespace().map(str::to_ascii_lowercase).collect();
    words.windows(2).any(|pair| pair[0] == "from" && matches!(pair[1].as_str(), "stdin" | "pstdin"))
}

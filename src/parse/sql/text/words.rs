//! What the first words of a statement tell about where it ends.

use super::super::dialect::Dialect;

/// The words of a statement as far as they matter to its end.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// How many words were read.
    count: usize,
    /// The first letters of the first words: `c`, `o`, `r`, `f` for `create or replace function`.
    first: [u8; 4],
    /// How many `begin` and `case` are open inside a body that is no string.
    begun: usize,
    copy: Copied,
    rule: bool,
    routine: bool,
}

/// How far `copy … from stdin` was read.
#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
enum Copied {
    #[default]
    No,
    Copy,
    From,
    Stdin,
}

impl Words {
    /// Takes the next word. Gives whether it joins two queries.
    pub(super) fn word(&mut self, word: &[u8], outside: bool, dialect: Dialect) -> bool {
        if self.count < 4 {
            self.begin(word);
        }
        self.count += 1;
        if self.copy != Copied::No {
            self.copied(word);
        }
        if self.routine && outside {
            self.body(word, dialect);
        }
        match word.len() {
            5 => word.eq_ignore_ascii_case(b"union"),
            6 => word.eq_ignore_ascii_case(b"except"),
            9 => word.eq_ignore_ascii_case(b"intersect"),
            _ => false,
        }
    }

    /// A sign that is no word: what follows `from` in `copy` is not `stdin`.
    pub(super) fn sign(&mut self) {
        if self.copy == Copied::From {
            self.copy = Copied::Copy;
        }
    }

    /// One of the first four words.
    fn begin(&mut self, word: &[u8]) {
        let is = |other: &[u8]| word.eq_ignore_ascii_case(other);
        if self.count == 0 && is(b"copy") {
            self.copy = Copied::Copy;
        }
        let known: [&[u8]; 8] =
            [b"create", b"or", b"replace", b"alter", b"function", b"procedure", b"trigger", b"rule"];
        if known.iter().any(|other| is(other)) {
            self.first[self.count] = word[0].to_ascii_lowercase();
        }
        let last = word.last().map(u8::to_ascii_lowercase);
        let kind = match self.first {
            [b'c', kind, 0, 0] if self.count == 1 => kind,
            [b'c', b'o', b'r' | b'a', kind] if self.count == 3 => kind,
            _ => return,
        };
        self.routine = matches!(kind, b'f' | b'p' | b't');
        self.rule = kind == b'r' && last == Some(b'e') && !is(b"replace");
    }

    fn copied(&mut self, word: &[u8]) {
        self.copy = match self.copy {
            Copied::From if word.eq_ignore_ascii_case(b"stdin") => Copied::Stdin,
            Copied::Stdin => Copied::Stdin,
            _ if word.eq_ignore_ascii_case(b"from") => Copied::From,
            _ => Copied::Copy,
        };
    }

    /// `begin atomic … end`, which holds semicolons; other dialects write every body so.
    fn body(&mut self, word: &[u8], dialect: Dialect) {
        if dialect == Dialect::TSql {
            // A routine is alone in its batch: only `GO` ends it.
            self.begun = 1;
            return;
        }
        let trigger = self.first.contains(&b't');
        if trigger && matches!(dialect, Dialect::Postgres | Dialect::Unknown) {
            return;
        }
        let is = |other: &[u8]| word.eq_ignore_ascii_case(other);
        if is(b"begin") || (self.begun > 0 && is(b"case")) {
            self.begun += 1;
        } else if is(b"end") {
            self.begun = self.begun.saturating_sub(1);
        }
    }

    /// Whether a semicolon is inside a body.
    pub(super) fn in_body(&self) -> bool {
        self.begun > 0
    }

    /// Whether this is `create rule`, whose parentheses hold semicolons.
    pub(super) fn is_rule(&self) -> bool {
        self.rule
    }

    /// Whether rows follow.
    pub(super) fn copies_from_stdin(&self) -> bool {
        self.copy == Copied::Stdin
    }
}

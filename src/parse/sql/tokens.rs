//! The words and signs of a text, as far as looking ahead needs them.

use memchr::memmem;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, a keyword or a number.
    Word,
    /// An opening parenthesis or bracket.
    Open,
    /// A closing one.
    Close,
    /// A comma, a semicolon, an assignment.
    Cut,
    /// A string, an operator.
    Other,
}

/// A word or a sign.
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Its first byte.
    pub(super) start: usize,
    /// Just past its last byte.
    pub(super) end: usize,
}

impl Token {
    /// What is written.
    pub(super) fn of<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }

    /// Whether it is one of these words.
    pub(super) fn is(&self, text: &str, words: &[&str]) -> bool {
        self.kind == Kind::Word && words.iter().any(|word| self.of(text).eq_ignore_ascii_case(word))
    }
}

/// The tokens of a text; comments are none, a quoted text is one.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = memmem::find(&bytes[at..], b"*/").map_or(bytes.len(), |found| at + found + 2);
                continue;
            }
            quote @ (b'\'' | b'"') => {
                at = memchr::memchr(quote, &bytes[at + 1..]).map_or(bytes.len(), |found| at + found + 2);
                Kind::Other
            }
            b'$' => {
                at = dollar(bytes, at);
                Kind::Other
            }
            b'(' | b'[' => {
                at += 1;
                Kind::Open
            }
            b')' | b']' => {
                at += 1;
                Kind::Close
            }
            b',' | b';' => {
                at += 1;
                Kind::Cut
            }
            b':' if bytes.get(at + 1) == Some(&b'=') => {
                at += 2;
                Kind::Cut
            }
            byte if is_word(byte) => {
                at += bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
                Kind::Word
            }
            _ => {
                at += 1;
                Kind::Other
            }
        };
        out.push(Token { kind, start, end: at });
    }
    out
}

/// Whether a byte is part of a name.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Past a dollar quote, or past a lone sign.
fn dollar(bytes: &[u8], at: usize) -> usize {
    let tag = bytes[at + 1..].iter().take_while(|byte| is_word(**byte)).count();
    if bytes.get(at + 1 + tag) != Some(&b'$') {
        return at + 1;
    }
    let mark = &bytes[at..at + tag + 2];
    let inside = at + mark.len();
    memmem::find(&bytes[inside..], mark).map_or(bytes.len(), |found| inside + found + mark.len())
}

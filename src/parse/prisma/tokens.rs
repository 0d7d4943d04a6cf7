//! The words, texts and signs of a schema.

use crate::source::Span;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name, also with dots, or a number.
    Word(&'t str),
    /// A text, with escapes resolved.
    Text(String),
    /// Anything else, one character.
    Sign(char),
}

/// The tokens of a text, in order.
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    last: Span,
    next: Option<(Token<'t>, Span, bool)>,
}

impl<'t> Tokens<'t> {
    /// At the first token.
    pub(super) fn of(text: &'t str) -> Self {
        let mut tokens = Self { text, at: 0, last: Span::default(), next: None };
        tokens.next = tokens.read();
        tokens
    }

    /// Goes on.
    pub(super) fn next(&mut self) -> Option<(Token<'t>, Span)> {
        let (token, span, _) = self.next.take()?;
        self.last = span;
        self.next = self.read();
        Some((token, span))
    }

    /// What comes.
    pub(super) fn peek(&self) -> Option<(Token<'t>, Span)> {
        self.next.as_ref().map(|(token, span, _)| (token.clone(), *span))
    }

    /// What comes, where it stands in the same line as what came.
    pub(super) fn peek_in_line(&self) -> Option<(Token<'t>, Span)> {
        self.next.as_ref().filter(|(.., begins)| !begins).map(|(token, span, _)| (token.clone(), *span))
    }

    /// Takes a sign, where it comes.
    pub(super) fn take(&mut self, sign: char) -> bool {
        let comes = self.next.as_ref().is_some_and(|(token, ..)| *token == Token::Sign(sign));
        if comes {
            self.next();
        }
        comes
    }

    /// Where what came last stands.
    pub(super) fn last(&self) -> Span {
        self.last
    }

    /// The next token, its place, and whether it begins a line.
    fn read(&mut self) -> Option<(Token<'t>, Span, bool)> {
        let mut begins = false;
        loop {
            let rest = self.text.get(self.at..)?;
            let first = rest.chars().next()?;
            if first.is_whitespace() {
                begins |= first == '\n';
                self.at += first.len_utf8();
            } else if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
            } else {
                let start = self.at;
                let token = self.token(rest, first);
                return Some((token, Span::new(start, self.at), begins));
            }
        }
    }

    fn token(&mut self, rest: &'t str, first: char) -> Token<'t> {
        if first == '"' {
            return Token::Text(self.quoted(rest));
        }
        let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
        let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        if length == 0 {
            self.at += first.len_utf8();
            return Token::Sign(first);
        }
        self.at += length;
        Token::Word(&rest[..length])
    }

    /// A text, up to its quote or the end of its line.
    fn quoted(&mut self, rest: &str) -> String {
        let mut text = String::new();
        let mut letters = rest.char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.at += at + 1;
                    return text;
                }
                '\n' => {
                    self.at += at;
                    return text;
                }
                '\\' => text.extend(letters.next().map(|(_, letter)| letter)),
                _ => text.push(letter),
            }
        }
        self.at = self.text.len();
        text
    }
}

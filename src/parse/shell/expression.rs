//! `(( … ))` and `[[ … ]]`: commands whose words are an expression.

use super::grammar::Parser;
use super::tree::Simple;
use super::word::Building;
use crate::source::Span;

impl Parser<'_> {
    /// Just past the `))` that closes an arithmetic expression; none where a single one closes it.
    pub(super) fn arithmetic_end(&self, from: usize) -> Option<usize> {
        let mut open = 0_usize;
        for at in from..self.end {
            match self.bytes[at] {
                b'(' => open += 1,
                b')' if open > 0 => open -= 1,
                b')' => return (at + 1 < self.end && self.bytes[at + 1] == b')').then_some(at + 2),
                _ => {}
            }
        }
        None
    }

    /// `(( … ))` as a command of two words.
    pub(super) fn arithmetic(&mut self) -> Simple {
        let start = self.at;
        let end = self.arithmetic_end(start + 2).unwrap_or(self.end);
        let (open, close) = (start + 2, end.saturating_sub(2).max(start + 2));
        let mut sign = Building::default();
        sign.push("((", start);
        let mut built = Building::default();
        built.push(self.text.get(open..close).unwrap_or_default(), open);
        built.expansion = true;
        self.at = open;
        self.within(&mut built, close);
        self.at = end;
        let words = vec![sign.finish(start, open), built.finish(open, close)];
        Simple { span: Span::new(start, end), words, ..Simple::default() }
    }

    /// `[[ … ]]` as a command, its operators as words.
    pub(super) fn test(&mut self) -> Simple {
        let start = self.at;
        let mut words = Vec::new();
        let mut joins = false;
        loop {
            self.blanks();
            let at = self.at;
            if self.bare() == "]]" {
                words.extend(self.word());
                break;
            }
            if matches!(self.peek(), Some(b'\n' | b'\r')) {
                self.gaps();
                if joins || self.starts("&&") || self.starts("||") || self.starts("]]") {
                    continue;
                }
                self.at = at;
            }
            if matches!(self.peek(), None | Some(b'\n' | b'\r' | b';')) {
                self.error(start, start + 2, "`]]` is missing");
                break;
            }
            if let Some(word) = self.word() {
                joins = false;
                words.push(word);
                continue;
            }
            joins = true;
            self.at += if self.starts("&&") || self.starts("||") { 2 } else { 1 };
            let mut sign = Building::default();
            sign.push(&self.text[at..self.at], at);
            words.push(sign.finish(at, self.at));
        }
        Simple { span: Span::new(start, self.at), words, ..Simple::default() }
    }
}

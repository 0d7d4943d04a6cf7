//! Quotes and escapes.

use super::grammar::Parser;
use super::word::Building;

impl Parser<'_> {
    pub(super) fn escape(&mut self, built: &mut Building) {
        if self.byte(1) == Some(b'\n') {
            self.at += 2;
            return;
        }
        if self.byte(1) == Some(b'\r') && self.byte(2) == Some(b'\n') {
            self.at += 3;
            return;
        }
        built.quoted = true;
        self.at += 1;
        match self.text[self.at..self.end].chars().next() {
            Some(c) => {
                built.push(&self.text[self.at..self.at + c.len_utf8()], self.at);
                self.at += c.len_utf8();
            }
            None => built.push("\\", self.at - 1),
        }
    }

    /// An unterminated quote: takes it to the end of its line, so that the lines below are still read.
    fn take_line(&mut self, built: &mut Building, start: usize, open: usize) {
        self.error(start, start + open, "the quote is not closed");
        let from = start + open;
        let rest = &self.text[from..self.end];
        if self.retries == 0 {
            self.at = self.end;
            return built.push(rest, from);
        }
        self.retries -= 1;
        let line = rest.find('\n').map_or(rest, |stop| rest[..stop].trim_end_matches('\r'));
        self.at = from + line.len();
        built.expansion |= line.contains('$');
        built.push(line, from);
    }

    pub(super) fn single(&mut self, built: &mut Building) {
        let start = self.at;
        built.quoted = true;
        built.map.push(built.text.len(), start + 1);
        self.at += 1;
        let mut from = self.at;
        let length = built.text.len();
        loop {
            match self.peek() {
                None => {
                    built.text.truncate(length);
                    return self.take_line(built, start, 1);
                }
                Some(b'\'') => break,
                Some(b'$') if self.starts("${{") => {
                    built.push(&self.text[from..self.at], from);
                    self.github(built);
                    from = self.at;
                }
                Some(b'{') if self.braces && self.starts("{{") => {
                    built.expansion = true;
                    self.at += 2;
                }
                Some(_) => self.at += 1,
            }
        }
        built.push(&self.text[from..self.at], from);
        self.at += 1;
    }

    /// `$'…'`: the usual escapes are resolved, the rare numeric ones left as written.
    pub(super) fn ansi(&mut self, built: &mut Building) {
        let start = self.at;
        built.quoted = true;
        self.at += 2;
        let length = built.text.len();
        loop {
            let Some(c) = self.text[self.at..self.end].chars().next() else {
                built.text.truncate(length);
                return self.take_line(built, start, 2);
            };
            let at = self.at;
            self.at += c.len_utf8();
            match (c, self.peek()) {
                ('\'', _) => return,
                ('\\', Some(next)) if next.is_ascii() => {
                    self.at += 1;
                    let text = match next {
                        b'n' => "\n",
                        b't' => "\t",
                        b'r' => "\r",
                        b'\\' | b'\'' | b'"' => &self.text[at + 1..self.at],
                        _ => &self.text[at..self.at],
                    };
                    built.push(text, at);
                }
                _ => built.push(&self.text[at..self.at], at),
            }
        }
    }

    pub(super) fn double(&mut self, built: &mut Building) {
        let start = self.at;
        let (kept, errors, inner) = (built.text.len(), self.errors.len(), built.inner.len());
        let (bodies, pending) = (self.bodies.len(), self.pending.clone());
        built.quoted = true;
        built.map.push(built.text.len(), start + 1);
        self.at += 1;
        self.double_part(built, true);
        if self.peek() == Some(b'"') {
            self.at += 1;
        } else if self.retries > 0 {
            built.text.truncate(kept);
            built.inner.truncate(inner);
            self.errors.truncate(errors);
            self.bodies.truncate(bodies);
            self.pending = pending;
            self.take_line(built, start, 1);
        } else {
            self.error(start, start + 1, "the quote is not closed");
        }
    }

    /// Text in double quotes, up to the closing quote, or a here-document, up to the end.
    pub(super) fn double_part(&mut self, built: &mut Building, quote: bool) {
        while let Some(byte) = self.peek() {
            match byte {
                b'"' if quote => return,
                b'\\' => match self.byte(1) {
                    Some(b'\n') => self.at += 2,
                    Some(b'$' | b'`' | b'\\') => self.resolved(built),
                    Some(b'"') if quote => self.resolved(built),
                    _ => {
                        built.push("\\", self.at);
                        self.at += 1;
                    }
                },
                b'$' => self.dollar(built, true),
                b'`' => self.backticks(built),
                b'{' if self.braces && self.template(built) => {}
                _ => {
                    let start = self.at;
                    self.at += 1;
                    while self.peek().is_some_and(|next| !b"\"\\$`{".contains(&next)) {
                        self.at += 1;
                    }
                    built.push(&self.text[start..self.at], start);
                }
            }
        }
    }

    /// A backslash and the ASCII character it protects.
    fn resolved(&mut self, built: &mut Building) {
        built.push(&self.text[self.at + 1..self.at + 2], self.at + 1);
        self.at += 2;
    }
}

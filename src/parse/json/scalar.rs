//! Keys, strings, bare words and what stands between them.

use super::Reader;
use crate::parse::lines::boundary_after;
use crate::parse::node::Value;

impl Reader<'_> {
    /// White space and comments.
    pub(super) fn skip_trivia(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' | 0x0b | 0x0c => self.at += 1,
                b'/' if self.bytes.get(self.at + 1) == Some(&b'/') => self.at = self.line_end(),
                b'/' if self.bytes.get(self.at + 1) == Some(&b'*') => {
                    let start = self.at;
                    let inside = &self.bytes[start + 2..];
                    if let Some(length) = memchr::memmem::find(inside, b"*/") {
                        self.at = start + 2 + length + 2;
                    } else {
                        self.error(start, start + 2, "this comment is never closed");
                        self.at = self.bytes.len();
                    }
                }
                // No-break space and the byte order mark are white space in JSON5.
                0xc2 if self.bytes.get(self.at + 1) == Some(&0xa0) => self.at += 2,
                0xef if self.text[self.at..].starts_with('\u{feff}') => self.at += 3,
                _ => break,
            }
        }
    }

    /// A quoted key or a JSON5 name; none where neither stands here.
    pub(super) fn key(&mut self) -> Option<String> {
        if let quote @ (b'"' | b'\'') = self.peek()? {
            return Some(self.quoted(quote));
        }
        let rest = &self.text[self.at..];
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '.');
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then(|| rest[..length].to_owned())
    }

    /// A string, from its opening quote to its closing one or, where that is missing, to the end of the line.
    pub(super) fn quoted(&mut self, quote: u8) -> String {
        let start = self.at;
        self.at += 1;
        let mut value = String::new();
        let mut from = self.at;
        loop {
            let Some(length) = memchr::memchr3(quote, b'\\', b'\n', &self.bytes[self.at..]) else {
                self.at = self.bytes.len();
                break;
            };
            self.at += length;
            match self.bytes[self.at] {
                b'\\' => {
                    value.push_str(&self.text[from..self.at]);
                    self.escape(&mut value);
                    from = self.at;
                }
                b'\n' => break,
                _ => {
                    value.push_str(&self.text[from..self.at]);
                    self.at += 1;
                    return value;
                }
            }
        }
        if self.text[from..self.at].ends_with('\r') {
            self.at -= 1;
        }
        value.push_str(&self.text[from..self.at]);
        self.error(start, self.at, "this string is never closed");
        value
    }

    /// An escape, at its backslash.
    fn escape(&mut self, value: &mut String) {
        let start = self.at;
        let Some(escaped) = self.text[start + 1..].chars().next() else {
            self.at += 1;
            return;
        };
        self.at += 1 + escaped.len_utf8();
        match escaped {
            'n' => value.push('\n'),
            't' => value.push('\t'),
            'r' => value.push('\r'),
            'b' => value.push('\u{8}'),
            'f' => value.push('\u{c}'),
            'v' => value.push('\u{b}'),
            '0' => value.push('\0'),
            '"' | '\'' | '\\' | '/' => value.push(escaped),
            // JSON5: a backslash before a line break continues the string.
            '\n' => {}
            '\r' if self.peek() == Some(b'\n') => self.at += 1,
            'x' => self.code(2, value, start),
            'u' => self.code(4, value, start),
            other => {
                self.error(start, self.at, "unknown escape");
                value.push(other);
            }
        }
    }

    /// The hexadecimal digits of `\x` and `\u`, two of the latter where they are a surrogate pair.
    fn code(&mut self, digits: usize, value: &mut String, start: usize) {
        let Some(mut code) = self.hexadecimal(digits) else {
            self.error(start, self.at, "this escape needs hexadecimal digits");
            return;
        };
        if (0xd800..0xdc00).contains(&code) && self.text[self.at..].starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            match self.hexadecimal(4) {
                Some(low) if (0xdc00..0xe000).contains(&low) => {
                    code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                }
                _ => self.at = before,
            }
        }
        value.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let text = self.text.get(self.at..self.at + digits)?;
        let code =
            text.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(text, 16).ok());
        self.at += if code.is_some() { digits } else { 0 };
        code.flatten()
    }

    /// A word without quotes: a literal, a number, or something that JSON does not know.
    pub(super) fn bare(&mut self) -> Value {
        let start = self.at;
        self.at = self.junk_end();
        match &self.text[start..self.at] {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "undefined" => Value::Opaque,
            word if is_number(word) => Value::Number(word.to_owned()),
            _ => {
                self.error(start, self.at, "expected a value");
                Value::Opaque
            }
        }
    }

    /// `{{ … }}` or `{% … %}` of a template engine where a value belongs.
    pub(super) fn template(&mut self) -> Value {
        let start = self.at;
        let close: &[u8] = if self.bytes[start + 1] == b'{' { b"}}" } else { b"%}" };
        // Without an end close by, only the opening is stepped over.
        let near = &self.bytes[start..self.bytes.len().min(start + 1024)];
        self.at = start + memchr::memmem::find(near, close).map_or(2, |length| length + 2);
        self.error(start, self.at, "templated: the value cannot be told from the file");
        Value::Opaque
    }

    /// Where a word without quotes ends; at least one character after here.
    pub(super) fn junk_end(&self) -> usize {
        let delimiter = |byte: &u8| {
            byte.is_ascii_whitespace()
                || matches!(byte, b',' | b':' | b'[' | b']' | b'{' | b'}' | b'"' | b'/')
        };
        let length = self.bytes[self.at..].iter().position(delimiter).unwrap_or(self.bytes.len() - self.at);
        boundary_after(self.text, self.at + length.max(1))
    }

    pub(super) fn line_end(&self) -> usize {
        memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |length| self.at + length)
    }

    /// Whether this is a line that a merge left behind.
    pub(super) fn at_conflict_marker(&self) -> bool {
        let rest = &self.text[self.at..];
        ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| rest.starts_with(marker))
    }
}

/// Whether JSON or JSON5 reads the word as a number.
fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(['+', '-']);
    if let Some(hexadecimal) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return !hexadecimal.is_empty() && hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    matches!(digits, "NaN" | "Infinity")
        || digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.parse::<f64>().is_ok()
}

//! As much of PHP as migrations are written in: chains of calls with literals, lists and closures.

use crate::extract::migrations::cursor::Cursor;
use crate::source::Span;

/// How deep values and blocks are read.
const DEEPEST: u16 = 64;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A text, with where its letters stand.
    Text(String, Span),
    /// A number, a name, `true`, `User::class`.
    Word(String),
    /// A list; the keys of a mapping are left out.
    List(Vec<Value>),
    /// A function, with where its statements stand.
    Closure(Span),
    /// Anything else.
    Other(Span),
}

impl Value {
    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text, _) => Some(text),
            _ => None,
        }
    }

    /// Whether it is this word.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own.eq_ignore_ascii_case(word))
    }
}

/// A call of a chain.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) arguments: Vec<Value>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Statement {
    /// `Schema::create(…)`, `$table->string('a')->nullable()`: what it begins with, and its calls.
    Chain { head: String, calls: Vec<Call>, span: Span },
    /// What stands under a condition or in a loop: where it begins, and the statements within.
    Block { head: Span, inner: Vec<Statement> },
    /// Anything else.
    Other(Span),
}

/// The statements of the function of a class; none where it has none of that name.
pub(super) fn function(text: &str, name: &str) -> Option<Vec<Statement>> {
    let head = ["function ", name].concat();
    let begin = text
        .match_indices(&head)
        .map(|(at, _)| at + head.len())
        .find(|at| text[*at..].trim_start().starts_with('('))?;
    let mut reader = Reader { text, at: begin, depth: 0 };
    reader.blank();
    reader.group();
    while !reader.done() && reader.byte() != b'{' && reader.byte() != b';' {
        reader.step();
    }
    Some(if reader.byte() == b'{' { reader.block() } else { Vec::new() })
}

/// The statements between the braces of a closure.
pub(super) fn body(text: &str, span: Span) -> Vec<Statement> {
    let mut reader = Reader { text, at: span.start as usize, depth: 0 };
    reader.block()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: u16,
}

impl<'t> Cursor<'t> for Reader<'t> {
    fn place(&self) -> (&'t str, usize) {
        (self.text, self.at)
    }

    fn go(&mut self, at: usize) {
        self.at = at;
    }

    fn step(&mut self) {
        match self.byte() {
            b'"' | b'\'' => {
                self.string();
            }
            b'(' | b'[' | b'{' => self.group(),
            b'/' | b'#' => {
                let before = self.at;
                self.blank();
                self.at += usize::from(self.at == before);
            }
            _ if self.rest().starts_with("<<<") => self.heredoc(),
            _ => self.letter(),
        }
    }
}

impl Reader<'_> {
    /// Passes over blanks and comments.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let length = if rest.starts_with("//") || rest.starts_with('#') && !rest.starts_with("#[") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                rest.len() - rest.trim_start().len()
            };
            if length == 0 {
                return;
            }
            self.at += length;
        }
    }

    fn heredoc(&mut self) {
        let (end, _) = self.heredoc_ends();
        self.at = end;
    }

    /// Where a text of `<<<WORD` ends, and where its letters stand.
    fn heredoc_ends(&self) -> (usize, Span) {
        let rest = self.rest();
        let word: String = rest[3..]
            .trim_start_matches([' ', '\'', '"'])
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let Some(line) = rest.find('\n') else {
            return (self.text.len(), Span::new(self.at, self.text.len()));
        };
        let mut at = self.at + line + 1;
        let begin = at;
        for whole in self.text[begin..].split_inclusive('\n') {
            let trimmed = whole.trim_start();
            if !word.is_empty() && trimmed.starts_with(&word) {
                return (at + (whole.len() - trimmed.len()) + word.len(), Span::new(begin, at));
            }
            at += whole.len();
        }
        (self.text.len(), Span::new(begin, self.text.len()))
    }

    /// The statements from a brace to the one that closes it.
    fn block(&mut self) -> Vec<Statement> {
        let mut found = Vec::new();
        self.at += 1;
        self.depth += 1;
        loop {
            self.blank();
            match self.byte() {
                b'}' => {
                    self.at += 1;
                    break;
                }
                _ if self.done() => break,
                b';' => self.at += 1,
                b'{' if self.depth < DEEPEST => found.extend(self.block()),
                _ => {
                    let before = self.at;
                    found.extend(self.statement());
                    if self.at == before {
                        self.step();
                    }
                }
            }
        }
        self.depth -= 1;
        found
    }

    fn statement(&mut self) -> Option<Statement> {
        let start = self.at;
        let word = self.word();
        match word.as_str() {
            "if" | "elseif" | "foreach" | "for" | "while" | "switch" | "catch" => {
                self.blank();
                self.group();
                let head = Span::new(start, self.at);
                self.blank();
                return Some(Statement::Block { head, inner: self.governed() });
            }
            "else" => {
                self.blank();
                let head = Span::new(start, self.at);
                return Some(Statement::Block { head, inner: self.governed() });
            }
            // What is tried is done.
            "try" | "finally" | "do" => return None,
            _ => self.at = start,
        }
        let chain = self.chain();
        self.blank();
        if let Some((head, calls)) = chain.filter(|_| matches!(self.byte(), b';' | b'}' | 0)) {
            return Some(Statement::Chain { head, calls, span: Span::new(start, self.at) });
        }
        while !self.done() && !matches!(self.byte(), b';' | b'}') {
            self.step();
        }
        Some(Statement::Other(Span::new(start, self.at)))
    }

    /// What stands under a condition: a block, or one statement.
    fn governed(&mut self) -> Vec<Statement> {
        if self.depth >= DEEPEST {
            self.step();
            return Vec::new();
        }
        if self.byte() == b'{' {
            return self.block();
        }
        self.depth += 1;
        let inner = self.statement().into_iter().collect();
        self.depth -= 1;
        inner
    }

    fn word(&mut self) -> String {
        self.word_with(&['$', '\\'])
    }

    /// `Schema::a(…)->b(…)`: the head with the members before the first call, and the calls.
    fn chain(&mut self) -> Option<(String, Vec<Call>)> {
        let mut head = self.word().rsplit('\\').next()?.to_owned();
        if head.is_empty() {
            return None;
        }
        let mut calls = Vec::new();
        loop {
            self.blank();
            if !(self.goes_on("->") || self.goes_on("::") || self.goes_on("?->")) {
                return (!calls.is_empty()).then_some((head, calls));
            }
            self.blank();
            let name = self.word();
            self.blank();
            if self.byte() == b'(' {
                calls.push(Call { name, arguments: self.arguments(b')') });
            } else if calls.is_empty() {
                head = format!("{head}.{name}");
            }
        }
    }

    /// What stands in brackets, from the opening one on.
    fn arguments(&mut self, end: u8) -> Vec<Value> {
        let mut found = Vec::new();
        self.at += 1;
        self.depth += 1;
        loop {
            self.blank();
            match self.byte() {
                byte if byte == end => {
                    self.at += 1;
                    break;
                }
                b',' => self.at += 1,
                b')' | b']' | b'}' | b';' | 0 => break,
                _ => {
                    let before = self.at;
                    found.push(self.value());
                    if self.at == before {
                        self.step();
                    }
                }
            }
        }
        self.depth -= 1;
        found
    }

    /// A value up to the `,` or the bracket behind it. Of `key => value` and `name: value` the value counts.
    fn value(&mut self) -> Value {
        let start = self.at;
        let value = self.primary();
        self.blank();
        if self.goes_on("=>") || self.byte() == b':' && !self.rest().starts_with("::") {
            self.at += usize::from(self.byte() == b':');
            self.blank();
            if self.depth > DEEPEST {
                return Value::Other(Span::new(start, self.at));
            }
            self.depth += 1;
            let value = self.value();
            self.depth -= 1;
            return value;
        }
        if matches!(self.byte(), b',' | b')' | b']' | b';' | 0) {
            return value;
        }
        while !self.done() && !matches!(self.byte(), b',' | b')' | b']' | b';' | b'}') {
            self.step();
        }
        Value::Other(Span::new(start, self.at))
    }

    fn primary(&mut self) -> Value {
        let start = self.at;
        if self.depth > DEEPEST {
            self.step();
            return Value::Other(Span::new(start, self.at));
        }
        match self.byte() {
            b'"' | b'\'' => return self.string(),
            b'[' => return Value::List(self.arguments(b']')),
            b'-' | b'0'..=b'9' => {
                self.at += 1;
                let rest = self.rest();
                let length =
                    rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '_')).unwrap_or(rest.len());
                self.at += length;
                return Value::Word(self.text[start..self.at].to_owned());
            }
            _ => {}
        }
        if self.rest().starts_with("<<<") {
            let (end, letters) = self.heredoc_ends();
            self.at = end;
            let text = letters.of(self.text);
            return if text.contains('$') {
                Value::Other(Span::new(start, end))
            } else {
                Value::Text(text.to_owned(), letters)
            };
        }
        let word = self.word();
        self.blank();
        match word.as_str() {
            "static" => {
                self.depth += 1;
                let value = self.primary();
                self.depth -= 1;
                return value;
            }
            "function" => {
                while !self.done() && self.byte() != b'{' {
                    if self.byte() == b'(' { self.group() } else { self.letter() }
                }
                let begin = self.at;
                self.group();
                return Value::Closure(Span::new(begin, self.at));
            }
            "array" if self.byte() == b'(' => return Value::List(self.arguments(b')')),
            _ => {}
        }
        if self.goes_on("::class") {
            return Value::Word(format!("{}::class", word.rsplit('\\').next().unwrap_or(&word)));
        }
        Value::Word(word)
    }

    fn string(&mut self) -> Value {
        let start = self.at;
        let quote = self.byte();
        let bytes = self.text.as_bytes();
        self.at += 1;
        while self.at < bytes.len() && bytes[self.at] != quote {
            self.at += if bytes[self.at] == b'\\' { 2 } else { 1 };
        }
        let end = self.text.floor_char_boundary(self.at.min(bytes.len()));
        self.at = self.text.ceil_char_boundary((end + 1).min(bytes.len()));
        let letters = self.text.get(start + 1..end).unwrap_or_default();
        if quote == b'"' && letters.contains('$') {
            return Value::Other(Span::new(start, self.at));
        }
        let text = letters.replace("\\'", "'").replace("\\\"", "\"").replace("\\\\", "\\");
        Value::Text(text, Span::new((start + 1).min(end), end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(statements: &[Statement]) -> String {
        let one = |statement: &Statement| match statement {
            Statement::Chain { head, calls, .. } => {
                let calls: Vec<_> =
                    calls.iter().map(|call| format!(".{}{}", call.name, call.arguments.len())).collect();
                format!("{head}{}", calls.concat())
            }
            Statement::Block { inner, .. } => format!("[{}]", show(inner)),
            Statement::Other(_) => "?".to_owned(),
        };
        statements.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn statements() {
        for (text, expected) in [
            ("function up(): void { Schema::drop('a'); }", "Schema.drop1"),
            ("function up() { $t->a('x', 1)->b(); // c;\n /* } */ DB::x([1, 'k' => 2]); }", "$t.a2.b0 DB.x1"),
            (
                "function up() { \\A\\Schema::create('x', function (B $t) use ($a) { $t->a(';'); }); }",
                "Schema.create2",
            ),
            ("function up() { if (! a('}')) { A::b(); } else A::c(); }", "[A.b0] [A.c0]"),
            ("function up() { foreach ($a as $b) { A::b($b); } $x = 1 + f(); }", "[A.b1] ?"),
            ("function up() { try { A::b(); } catch (E $e) { A::c(); } }", "A.b0 [A.c0]"),
            ("function up() { DB::statement(<<<'SQL'\nselect ';'\nSQL); A::b(); }", "DB.statement1 A.b0"),
            ("function up() { A::b(", "A.b0"),
            ("function up() { $this->a->b('c')", "$this.a.b1"),
            ("function upper() {}", "none"),
        ] {
            let shown = function(text, "up").map_or("none".to_owned(), |found| show(&found));
            assert_eq!(shown, expected, "{text}");
        }
        for open in [
            "{",
            "(",
            "[",
            "A::b(",
            "if (a) {",
            "if (a) ",
            "else ",
            "A::b(static ",
            "A::b(1 => ",
            "'",
            "<<<X\n",
            "\u{e4}",
        ] {
            let text = format!("function up() {{ {}", open.repeat(2000));
            assert!(function(&text, "up").is_some());
        }
    }
}

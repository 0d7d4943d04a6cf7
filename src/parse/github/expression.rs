//! `${{ … }}`: the context values an expression can come out as.

use crate::source::Span;

/// An expression in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// Where it stands in the text, braces included.
    pub span: Span,
    /// The context values whose text can be part of the result, in lower case: `github.event.issue.title`; an index
    /// or `*` is written `*`. Values that are only compared or tested are not among them.
    pub values: Vec<String>,
    /// Every context value it speaks of.
    pub mentions: Vec<String>,
}

/// Deeper parentheses than this are not followed.
const DEEPEST: usize = 64;

/// All expressions of a text.
pub fn expressions(text: &str) -> Vec<Expression> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("${{").map(|start| at + start) {
        let Some(length) = text[start..].find("}}") else { break };
        let end = start + length + 2;
        let mut reader = Reader { rest: &text[start + 3..end - 2], depth: 0, mentions: Vec::new() };
        let values = reader.or();
        found.push(Expression { span: Span::new(start, end), values, mentions: reader.mentions });
        at = end;
    }
    found
}

/// Functions that give a truth value or a hash.
const SAFE: &[&str] =
    &["contains", "startswith", "endswith", "hashfiles", "success", "failure", "always", "cancelled"];

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
    mentions: Vec<String>,
}

impl Reader<'_> {
    fn eat(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn or(&mut self) -> Vec<String> {
        let mut values = self.and();
        while self.eat("||") {
            values.extend(self.and());
        }
        values
    }

    /// `a && b` comes out as `b`, or as `a` where that is empty.
    fn and(&mut self) -> Vec<String> {
        let mut values = self.comparison();
        while self.eat("&&") {
            values = self.comparison();
        }
        values
    }

    fn comparison(&mut self) -> Vec<String> {
        let mut values = self.operand();
        while ["==", "!=", "<=", ">=", "<", ">"].iter().any(|operator| self.eat(operator)) {
            self.operand();
            values.clear();
        }
        values
    }

    fn operand(&mut self) -> Vec<String> {
        if self.depth > DEEPEST {
            self.rest = "";
            return Vec::new();
        }
        self.depth += 1;
        let values = self.operand_inner();
        self.depth -= 1;
        values
    }

    fn operand_inner(&mut self) -> Vec<String> {
        if self.eat("!") {
            self.operand();
            return Vec::new();
        }
        if self.eat("(") {
            let values = self.or();
            self.eat(")");
            return values;
        }
        if self.eat("'") {
            self.string();
            return Vec::new();
        }
        self.rest = self.rest.trim_start();
        let word = self.word();
        if word.is_empty() {
            // Something no expression has: stepped over, so that reading ends.
            let length = self.rest.chars().next().map_or(0, char::len_utf8);
            self.rest = &self.rest[length..];
            return Vec::new();
        }
        if self.eat("(") {
            return self.call(&word);
        }
        let path = self.path(word);
        if path.contains('.') {
            self.mentions.push(path.clone());
            return vec![path];
        }
        Vec::new()
    }

    fn call(&mut self, name: &str) -> Vec<String> {
        let mut values = Vec::new();
        while !self.eat(")") && !self.rest.is_empty() {
            values.extend(self.or());
            self.eat(",");
        }
        if SAFE.contains(&name) { Vec::new() } else { values }
    }

    /// The rest of a text in quotes; a doubled quote is one.
    fn string(&mut self) {
        loop {
            let Some(end) = self.rest.find('\'') else {
                self.rest = "";
                return;
            };
            self.rest = &self.rest[end + 1..];
            match self.rest.strip_prefix('\'') {
                Some(rest) => self.rest = rest,
                None => return,
            }
        }
    }

    fn word(&mut self) -> String {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let word = self.rest[..end].to_ascii_lowercase();
        self.rest = &self.rest[end..];
        word
    }

    fn path(&mut self, first: String) -> String {
        let mut path = first;
        loop {
            if let Some(rest) = self.rest.strip_prefix('.') {
                self.rest = rest;
                if self.eat("*") {
                    path.push_str(".*");
                    continue;
                }
                let word = self.word();
                if word.is_empty() {
                    return path;
                }
                path.push('.');
                path.push_str(&word);
            } else if self.rest.starts_with('[') {
                self.rest = &self.rest[1..];
                path.push('.');
                path.push_str(&self.index());
            } else {
                return path;
            }
        }
    }

    /// `['name']`, or `*` for an index that is computed.
    fn index(&mut self) -> String {
        self.rest = self.rest.trim_start();
        let name = self.rest.strip_prefix('\'').and_then(|rest| rest.split_once('\''));
        let end = self.rest.find(']').map_or(self.rest.len(), |end| end + 1);
        let name = name.map_or_else(|| "*".to_owned(), |(name, _)| name.to_ascii_lowercase());
        self.rest = &self.rest[end..];
        name
    }
}

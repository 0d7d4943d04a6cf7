//! Reads a justfile line by line: what is indented belongs to the recipe above.

use super::{Dependency, Justfile, Line, Module, Parameter, Recipe, Setting};
use crate::parse::shell::Offsets;
use crate::parse::{Parsed, SyntaxError};
use crate::source::Span;

/// A statement has at most this many lines.
const LONGEST: usize = 200;
/// After this many mistakes a statement is one line: it bounds the search for what closes it.
const MOST_SEARCHES: usize = 50;

struct Parser<'t> {
    text: &'t str,
    at: usize,
    justfile: Justfile,
    errors: Vec<SyntaxError>,
    attributes: Vec<String>,
}

pub(super) fn parse(text: &str) -> Parsed<Justfile> {
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut parser =
        Parser { text, at, justfile: Justfile::default(), errors: Vec::new(), attributes: Vec::new() };
    while parser.at < text.len() {
        parser.line();
    }
    Parsed { document: parser.justfile, errors: parser.errors }
}

impl<'t> Parser<'t> {
    /// The line at `at` without its end, and where the next one begins.
    fn raw(&self, at: usize) -> (&'t str, usize) {
        let rest = &self.text[at..];
        let stop = rest.find('\n').unwrap_or(rest.len());
        (rest[..stop].trim_end_matches('\r'), (at + stop + 1).min(self.text.len()))
    }

    fn error(&mut self, start: usize, length: usize, message: &str) {
        self.errors.push(SyntaxError::new(Span::new(start, start + length), message));
    }

    fn line(&mut self) {
        let start = self.at;
        let statement = self.statement();
        let content = without_comment(statement).trim_end();
        let span = Span::new(start, start + content.len());
        if content.is_empty() {
            return;
        }
        if content.starts_with([' ', '\t']) {
            self.error(start, content.len(), "an indented line outside a recipe");
            return;
        }
        if let Some(inner) = content.strip_prefix('[') {
            let names = inner.strip_suffix(']').unwrap_or(inner);
            self.attributes.extend(split_outside(names, ',').into_iter().map(|name| name.trim().to_owned()));
            return;
        }
        let (word, rest) = content.split_once([' ', '\t']).unwrap_or((content, ""));
        let rest = rest.trim();
        match word {
            "set" if !rest.is_empty() => {
                let setting = setting(span, rest);
                self.justfile.settings.push(setting);
            }
            "alias" if rest.contains(":=") => self.justfile.aliases.push(setting(span, rest)),
            "export" | "unexport" if rest.contains(":=") => self.justfile.variables.push(setting(span, rest)),
            "unexport" => {}
            "import" | "import?" if rest.starts_with(['\'', '"']) => {
                let path = Some(literal(rest).0);
                self.justfile.modules.push(Module { span, name: None, path, optional: word.ends_with('?') });
            }
            "mod" | "mod?" if !rest.is_empty() && !rest.starts_with(':') => {
                let (name, path) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
                let path = Some(literal(path.trim()).0).filter(|path| !path.is_empty());
                let name = Some(name.to_owned());
                self.justfile.modules.push(Module { span, name, path, optional: word.ends_with('?') });
            }
            _ => self.recipe_or_variable(start, content),
        }
        self.attributes.clear();
    }

    /// The statement here: a line, and those that go on with it in an open string, bracket or after a backslash.
    /// Moves past it. Where something never closes it is the one line.
    fn statement(&mut self) -> &'t str {
        let start = self.at;
        let (first, next) = self.raw(start);
        let (mut line, mut from, mut at) = (first, start, next);
        let mut open = Open::default();
        let longest = if self.errors.len() < MOST_SEARCHES { LONGEST } else { 1 };
        for _ in 0..longest {
            if open.closes_with(line) {
                self.at = at.max(start + 1).min(self.text.len());
                return &self.text[start..from + line.len()];
            }
            if at >= self.text.len() {
                break;
            }
            from = at;
            (line, at) = self.raw(from);
        }
        self.at = next.max(start + 1).min(self.text.len());
        let message = "a string or bracket is not closed";
        self.error(start, first.len(), message);
        first
    }

    fn recipe_or_variable(&mut self, start: usize, content: &str) {
        let span = Span::new(start, start + content.len());
        let Some(colon) = find_outside(content, ':') else {
            self.error(start, content.len(), "neither a recipe nor an assignment");
            self.body();
            return;
        };
        if content[colon..].starts_with(":=") {
            self.justfile.variables.push(setting(span, content));
            return;
        }
        let head = &content[..colon];
        let quiet = head.starts_with('@');
        let mut words = split_words(head.trim_start_matches('@')).into_iter().map(|(_, word)| word);
        let name = words.next().unwrap_or_default().to_owned();
        let parameters = words.map(parameter).collect();
        let dependencies = dependencies(&content[colon + 1..], start + colon + 1);
        let attributes = std::mem::take(&mut self.attributes);
        let (lines, mut shebang) = self.body();
        if shebang.is_none() {
            let script = attributes.iter().find_map(|attribute| attribute.strip_prefix("script("));
            shebang = script.map(|script| script.trim_end_matches(')').replace(['\'', '"', ','], ""));
        }
        let lines = if shebang.is_some() { self.one_script(&lines) } else { lines };
        self.justfile.recipes.push(Recipe {
            span,
            name,
            quiet,
            attributes,
            parameters,
            dependencies,
            lines,
            shebang,
        });
    }

    /// The indented lines here, and the interpreter the first of them names.
    fn body(&mut self) -> (Vec<Line>, Option<String>) {
        let mut lines: Vec<Line> = Vec::new();
        let mut shebang = None;
        let mut indent = None;
        while self.at < self.text.len() {
            let (line, next) = self.raw(self.at);
            let trimmed = line.trim_start();
            if trimmed.is_empty() {
                self.at = next.max(self.at + 1);
                continue;
            }
            if !line.starts_with([' ', '\t']) {
                break;
            }
            let own = line.len() - trimmed.len();
            let first = indent.is_none();
            let skip = (*indent.get_or_insert(own)).min(own);
            if first && trimmed.starts_with("#!") {
                shebang = Some(trimmed[2..].trim().to_owned());
                self.at = next;
                continue;
            }
            let begin = self.at;
            lines.push(self.body_line(begin, skip, shebang.is_some()));
        }
        (lines, shebang)
    }

    /// One line of a body, continued lines joined. Moves past it.
    fn body_line(&mut self, start: usize, indent: usize, script: bool) -> Line {
        let mut text = String::new();
        let mut map = Offsets::default();
        let mut at = start;
        let (mut silent, mut ignored) = (false, false);
        let mut first = start;
        let mut end;
        loop {
            let (line, next) = self.raw(at);
            let own = line.len() - line.trim_start().len();
            let mut skip = if script { indent.min(own) } else { own };
            if at == start && !script {
                let rest = &line[skip..];
                let body = rest.trim_start_matches(['@', '-']);
                let prefix = &rest[..rest.len() - body.len()];
                (silent, ignored) = (prefix.contains('@'), prefix.contains('-'));
                skip += prefix.len();
                first = at + skip;
            }
            map.push(text.len(), at + skip);
            text.push_str(&line[skip..]);
            end = at + line.len();
            at = next.max(at + 1);
            if script || !line.ends_with('\\') || at >= self.text.len() {
                break;
            }
            text.push('\n');
        }
        self.at = at.min(self.text.len());
        Line { span: Span::new(first, end), text, map, silent, ignored }
    }

    /// The lines of a body as one text; blank lines between them keep their place.
    fn one_script(&self, lines: &[Line]) -> Vec<Line> {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return Vec::new() };
        let mut text = String::new();
        let mut map = Offsets::default();
        for line in lines {
            // A prefix means nothing to an interpreter, and is rare enough in a script to be no worry.
            map.push(text.len(), line.span.start as usize);
            let whole = Span { start: line.map.offset(0), end: line.span.end }.of(self.text);
            map.push(text.len(), line.map.offset(0) as usize);
            text.push_str(whole);
            text.push('\n');
        }
        let span = first.span.to(last.span);
        vec![Line { span, text, map, silent: false, ignored: false }]
    }
}

/// What is open at the end of a line: brackets and a string.
#[derive(Default)]
struct Open {
    depth: isize,
    quote: Option<&'static str>,
}

impl Open {
    /// Reads a further line; whether the statement ends with it.
    fn closes_with(&mut self, line: &str) -> bool {
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let mut step = c.len_utf8();
            match self.quote {
                Some(mark) if rest.starts_with(mark) => {
                    step = mark.len();
                    self.quote = None;
                }
                Some("\"" | "\"\"\"") if c == '\\' => {
                    step += rest[1..].chars().next().map_or(0, char::len_utf8);
                }
                Some(_) => {}
                None => match c {
                    '#' => break,
                    '(' | '[' | '{' => self.depth += 1,
                    ')' | ']' | '}' => self.depth -= 1,
                    '\'' | '"' | '`' => {
                        let marks = ["'''", "\"\"\"", "```", "'", "\"", "`"];
                        self.quote = marks.into_iter().find(|mark| rest.starts_with(mark));
                        step = self.quote.map_or(1, str::len);
                    }
                    _ => {}
                },
            }
            rest = &rest[step..];
        }
        self.quote.is_none() && self.depth <= 0 && !line.ends_with('\\')
    }
}

/// The offsets and characters outside strings and brackets.
fn outside(text: &str) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 => found.push((at, c)),
            _ => {}
        }
    }
    found
}

fn find_outside(text: &str, sign: char) -> Option<usize> {
    outside(text).into_iter().find(|&(_, c)| c == sign).map(|(at, _)| at)
}

fn split_outside(text: &str, sign: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in outside(text).into_iter().filter(|&(_, c)| c == sign) {
        parts.push(&text[from..at]);
        from = at + sign.len_utf8();
    }
    parts.push(&text[from..]);
    parts
}

fn without_comment(text: &str) -> &str {
    find_outside(text, '#').map_or(text, |at| &text[..at])
}

/// Words with their offsets; strings and brackets hold together.
fn split_words(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut from = 0;
    let stops =
        outside(text).into_iter().filter(|(_, c)| c.is_whitespace()).map(|(at, c)| (at, c.len_utf8()));
    for (at, width) in stops.chain([(text.len(), 0)]) {
        if at > from {
            words.push((from, &text[from..at]));
        }
        from = at + width;
    }
    words
}

/// `name := value`, or a bare name.
fn setting(span: Span, text: &str) -> Setting {
    let (name, value) = text.split_once(":=").unwrap_or((text, "true"));
    let name = name.trim().to_owned();
    let (value, fixed) = literal(value.trim());
    Setting { span, name, value, fixed }
}

/// A plain string without its quotes, or an expression as written; and whether it was the former.
fn literal(text: &str) -> (String, bool) {
    for mark in ["'''", "\"\"\"", "'", "\""] {
        let inner = text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        if let Some(inner) = inner.filter(|inner| !inner.contains(mark)) {
            return (inner.to_owned(), mark.starts_with('\'') || !inner.contains('\\'));
        }
    }
    let plain = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
    (text.to_owned(), plain)
}

/// `+name='default'`.
fn parameter(text: &str) -> Parameter {
    let variadic = text.starts_with(['+', '*']);
    let text = text.trim_start_matches(['+', '*', '$']);
    let (name, default) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    Parameter { name: name.to_owned(), default: default.map(|value| literal(value).0), variadic }
}

/// `a (b "x") && c`.
fn dependencies(text: &str, offset: usize) -> Vec<Dependency> {
    let mut after = false;
    let mut found = Vec::new();
    for (at, word) in split_words(text) {
        if word == "&&" {
            after = true;
            continue;
        }
        let name =
            word.trim_start_matches('(').trim_end_matches(')').split_whitespace().next().unwrap_or_default();
        let span = Span::new(offset + at, offset + at + word.len());
        found.push(Dependency { span, name: name.to_owned(), after });
    }
    found
}

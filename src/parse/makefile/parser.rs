//! Reads a makefile line by line.

use super::line::{self, Joined};
use super::{Include, Makefile, Name, Recipe, Rule, Variable};
use crate::parse::{Parsed, SyntaxError};
use crate::source::Span;

/// Longer operators first.
const ASSIGNS: [&str; 7] = [":::=", "::=", ":=", "?=", "+=", "!=", "="];

struct Parser<'t> {
    text: &'t str,
    at: usize,
    makefile: Makefile,
    errors: Vec<SyntaxError>,
    /// Where the conditionals that are open began.
    open: Vec<usize>,
    /// Recipe lines belong to the last rule.
    in_rule: bool,
    prefix: char,
}

pub(super) fn parse(text: &str) -> Parsed<Makefile> {
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut parser = Parser {
        text,
        at,
        makefile: Makefile::default(),
        errors: Vec::new(),
        open: Vec::new(),
        in_rule: false,
        prefix: '\t',
    };
    while parser.at < text.len() {
        parser.line();
    }
    for start in std::mem::take(&mut parser.open) {
        parser.errors.push(SyntaxError::new(Span::new(start, start), "`endif` is missing"));
    }
    parser.finish();
    Parsed { document: parser.makefile, errors: parser.errors }
}

impl<'t> Parser<'t> {
    /// The line here without its end, and where the next one begins.
    fn raw(&self, at: usize) -> (&'t str, usize) {
        let rest = &self.text[at..];
        let stop = rest.find('\n').unwrap_or(rest.len());
        (rest[..stop].trim_end_matches('\r'), (at + stop + 1).min(self.text.len()))
    }

    fn line(&mut self) {
        let start = self.at;
        let (first, _) = self.raw(start);
        if self.in_rule && first.starts_with(self.prefix) {
            let recipe = self.recipe(start + self.prefix.len_utf8());
            if let Some(rule) = self.makefile.rules.last_mut() {
                rule.recipe.push(recipe);
            }
            return;
        }
        let joined = self.joined(start);
        let content = line::without_comment(&joined.text);
        let trimmed = content.trim();
        if trimmed.is_empty() {
            return;
        }
        let word = trimmed.split([' ', '\t', '(']).next().unwrap_or_default();
        let rest = trimmed[word.len()..].trim();
        match word {
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => self.open.push(start),
            "endif" => {
                if self.open.pop().is_none() {
                    self.errors
                        .push(SyntaxError::new(Span::new(start, start + first.len()), "unexpected `endif`"));
                }
            }
            "include" | "-include" | "sinclude" if !rest.starts_with([':', '=']) => {
                let names =
                    names(&joined, content.len() - content.trim_start().len() + word.len(), content.len());
                let optional = word != "include";
                self.makefile.includes.extend(names.into_iter().map(|path| Include { path, optional }));
            }
            "define" => self.define(start, rest),
            "export" | "override" | "unexport" | "private" if !rest.starts_with([':', '=']) => {
                let from = content.len() - content.trim_start().len() + word.len();
                if line::find(rest, &["="]).is_some() {
                    self.statement(start, &joined, from, content.len());
                }
            }
            "else" | "undefine" | "vpath" => {}
            _ => self.statement(start, &joined, 0, content.len()),
        }
    }

    /// The logical line at `start`: continued lines joined by one blank. Moves past it.
    fn joined(&mut self, start: usize) -> Joined {
        let mut joined = Joined::default();
        let mut at = start;
        loop {
            let (line, next) = self.raw(at);
            let indent = if at == start { 0 } else { line.len() - line.trim_start().len() };
            let body = &line[indent..];
            let continued = ends_in_backslash(body) && next > at && next < self.text.len();
            joined.push(if continued { &body[..body.len() - 1] } else { body }, at + indent);
            let end = at + line.len();
            at = next;
            if !continued {
                break;
            }
            joined.push(" ", end.saturating_sub(1));
        }
        self.at = at.max(start + 1);
        joined
    }

    /// The recipe line whose text begins at `start`. Moves past it.
    fn recipe(&mut self, start: usize) -> Recipe {
        let mut joined = Joined::default();
        let mut at = start;
        let mut end;
        loop {
            let (line, next) = self.raw(at);
            let skip = if at == start || !line.starts_with(self.prefix) { 0 } else { self.prefix.len_utf8() };
            joined.push(&line[skip..], at + skip);
            end = at + line.len();
            at = next;
            if !ends_in_backslash(line) || next >= self.text.len() {
                break;
            }
            joined.push("\n", end);
        }
        self.at = at.max(start);
        recipe(&joined, start, end)
    }

    fn define(&mut self, start: usize, head: &str) {
        let mut value = String::new();
        let mut depth = 1_usize;
        let mut end = self.at;
        let first = self.at;
        while self.at < self.text.len() {
            let (line, next) = self.raw(self.at);
            let (word, line) = (line.split_whitespace().next().unwrap_or_default(), line.to_owned());
            depth = match word {
                "define" => depth + 1,
                "endef" => depth - 1,
                _ => depth,
            };
            end = self.at + line.len();
            self.at = next;
            if depth == 0 {
                break;
            }
            value.push_str(&line);
            value.push('\n');
        }
        if depth > 0 {
            self.errors.push(SyntaxError::new(Span::new(start, start + 6), "`endef` is missing"));
            // Without its end the definition would take the whole rest: only its first line is.
            self.at = first;
            return;
        }
        let found = line::find(head, &ASSIGNS);
        let name = found.map_or(head, |(at, _)| &head[..at]).trim().to_owned();
        let operator = found.map_or("=", |(_, index)| ASSIGNS[index]);
        let value = value.strip_suffix('\n').map(str::to_owned).unwrap_or(value);
        self.in_rule = false;
        self.makefile.variables.push(Variable {
            span: Span::new(start, end),
            name,
            operator,
            value,
            target: None,
        });
    }

    /// An assignment or a rule, in `joined.text[from..to]`.
    fn statement(&mut self, start: usize, joined: &Joined, from: usize, to: usize) {
        let text = &joined.text[from..to];
        let span = joined.map.span(Span::new(from, from + text.trim_end().len()));
        let mut signs = ASSIGNS.to_vec();
        signs.extend(["::", "&:", ":"]);
        match line::find(text, &signs) {
            Some((at, index)) if index < ASSIGNS.len() => {
                let name = text[..at].trim().to_owned();
                let value = text[at + signs[index].len()..].trim().to_owned();
                if name == ".RECIPEPREFIX" {
                    self.prefix = value.chars().next().unwrap_or('\t');
                }
                let operator = ASSIGNS[index];
                self.in_rule = false;
                self.makefile.variables.push(Variable { span, name, operator, value, target: None });
            }
            Some((at, index)) => self.rule(joined, from..to, (from + at, signs[index]), span),
            None => {
                self.in_rule = false;
                // `$(eval …)`, `$(call …)`, `$(info …)` stand alone.
                if !text.trim_start().starts_with('$') {
                    let end = start + text.len();
                    self.errors
                        .push(SyntaxError::new(Span::new(start, end), "neither a rule nor an assignment"));
                }
            }
        }
    }

    fn rule(&mut self, joined: &Joined, range: std::ops::Range<usize>, colon: (usize, &str), span: Span) {
        let behind = colon.0 + colon.1.len();
        let tail = &joined.text[behind..range.end];
        let targets = names(joined, range.start, colon.0);
        if let Some((at, index)) =
            line::find(tail, &[";", ":=", "::=", "?=", "+=", "!=", "="]).filter(|(_, index)| *index > 0)
        {
            let operators = ["", ":=", "::=", "?=", "+=", "!=", "="];
            let operator = operators[index];
            let value = tail[at + operator.len()..].trim().to_owned();
            let name = tail[..at].trim().trim_start_matches("export ").trim().to_owned();
            for target in targets {
                let (name, value) = (name.clone(), value.clone());
                self.makefile.variables.push(Variable {
                    span,
                    name,
                    operator,
                    value,
                    target: Some(target.text),
                });
            }
            self.in_rule = false;
            return;
        }
        // A comment sign in an inline recipe is the shell's.
        let inline = line::find(&joined.text[behind..], &[";"]).map(|(at, _)| behind + at);
        let stop = inline.unwrap_or(range.end).min(range.end).max(behind);
        // `targets: pattern: prerequisites` is a static pattern rule.
        let from = line::find(&joined.text[behind..stop], &[":"]).map_or(behind, |(at, _)| behind + at + 1);
        let mut prerequisites = names(joined, from, stop);
        prerequisites.retain(|name| name.text != "|");
        let mut rule = Rule {
            span,
            targets,
            prerequisites,
            double_colon: colon.1 == "::",
            recipe: Vec::new(),
            conditional: !self.open.is_empty(),
        };
        if let Some(at) = inline {
            let mut part = Joined::default();
            let text = &joined.text[at + 1..];
            for (offset, c) in text.char_indices() {
                let source = joined.map.span(Span::new(at + 1 + offset, at + 1 + offset)).start;
                part.push(&text[offset..offset + c.len_utf8()], source as usize);
            }
            let place = joined.map.span(Span::new(at + 1, joined.text.len()));
            rule.recipe.push(recipe(&part, place.start as usize, place.end as usize));
        }
        self.makefile.rules.push(rule);
        self.in_rule = true;
    }

    /// What can be told only at the end: special targets, and the variables in names.
    fn finish(&mut self) {
        let makefile = &self.makefile;
        let expand = |names: &[Name]| -> Vec<Name> {
            let mut result = Vec::new();
            for name in names {
                let text = makefile.expand(&name.text);
                result.extend(
                    line::words(&text)
                        .into_iter()
                        .map(|(_, word)| Name { text: word.to_owned(), span: name.span }),
                );
            }
            result
        };
        let mut rules = makefile.rules.clone();
        for rule in &mut rules {
            rule.targets = expand(&rule.targets);
            rule.prerequisites = expand(&rule.prerequisites);
        }
        let mut includes = makefile.includes.clone();
        for include in &mut includes {
            include.path.text = makefile.expand(&include.path.text);
        }
        let special = |rule: &Rule, name: &str| rule.targets.iter().any(|target| target.text == name);
        let phony = rules.iter().filter(|rule| special(rule, ".PHONY")).flat_map(|rule| &rule.prerequisites);
        self.makefile.phony = phony.map(|name| name.text.clone()).collect();
        self.makefile.oneshell = rules.iter().any(|rule| special(rule, ".ONESHELL"));
        self.makefile.rules = rules;
        self.makefile.includes = includes;
    }
}

/// An odd number of backslashes ends the line.
fn ends_in_backslash(line: &str) -> bool {
    (line.len() - line.trim_end_matches('\\').len()) % 2 == 1
}

fn names(joined: &Joined, from: usize, to: usize) -> Vec<Name> {
    let text = joined.text.get(from..to).unwrap_or_default();
    let place = |at: usize, word: &str| joined.map.span(Span::new(from + at, from + at + word.len()));
    line::words(text)
        .into_iter()
        .map(|(at, word)| Name { text: word.to_owned(), span: place(at, word) })
        .collect()
}

/// Takes the prefixes off a recipe line.
fn recipe(joined: &Joined, start: usize, end: usize) -> Recipe {
    let always = joined.text.contains("$(MAKE)") || joined.text.contains("${MAKE}");
    let shell = line::for_shell(joined);
    let body = shell.text.trim_start_matches(['@', '-', '+', ' ', '\t']);
    let prefix = &shell.text[..shell.text.len() - body.len()];
    let mut cut = Joined::default();
    for (offset, c) in body.char_indices() {
        let at = Span::new(prefix.len() + offset, 0).start;
        cut.push(&body[offset..offset + c.len_utf8()], shell.map.offset(at) as usize);
    }
    let first = if body.is_empty() { end } else { cut.map.offset(0) as usize };
    Recipe {
        span: Span::new(first.max(start), end),
        silent: prefix.contains('@'),
        ignored: prefix.contains('-'),
        always: always || prefix.contains('+'),
        text: cut.text,
        map: cut.map,
    }
}

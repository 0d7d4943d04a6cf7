//! Statements, pipelines and compound commands: a recursive descent over the bytes of the script.
//!
//! A closing word nobody waits for is an error and skipped; one somebody further out waits for ends what is open
//! inside. So one mistake never costs the rest.

use super::foreign;
use super::model::Word;
use super::options::{Dialect, Options};
use super::tree::{Aim, Body, Item, Joined, Lexed, Link, List, Node, Pipeline, Simple, Stage};
use crate::parse::SyntaxError;
use crate::source::Span;

/// Nesting deeper than this is skipped over as one word: the parser must not run out of stack.
const DEEPEST: usize = 60;
/// How often an unterminated quote is taken back; it bounds the work on hostile input.
const MOST_RETRIES: usize = 12;

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// Reading stops here: the end of the text, of backticks or of a here-document.
    pub(super) end: usize,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) bodies: Vec<Body>,
    pub(super) pending: Vec<usize>,
    pub(super) depth: usize,
    pub(super) retries: usize,
    pub(super) braces: bool,
    /// The closing words waited for, innermost last, and where those of this substitution begin.
    closers: Vec<&'static [&'static str]>,
    floor: usize,
}

/// Reads a script: its statements, the here-documents they refer to, the errors.
pub(super) fn read(text: &str, options: Options) -> (List, Vec<Body>, Vec<SyntaxError>) {
    if options.dialect != Dialect::Posix {
        return (foreign::read(text, options.dialect), Vec::new(), Vec::new());
    }
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        end: text.len(),
        errors: Vec::new(),
        bodies: Vec::new(),
        pending: Vec::new(),
        depth: 0,
        retries: MOST_RETRIES,
        braces: options.braces,
        closers: Vec::new(),
        floor: 0,
    };
    let list = parser.list(&[]);
    parser.read_bodies();
    let mut errors = parser.errors;
    errors.sort_by_key(|error| error.span);
    (list, parser.bodies, errors)
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.byte(0)
    }

    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        if at < self.end { self.bytes.get(at).copied() } else { None }
    }

    pub(super) fn starts(&self, text: &str) -> bool {
        self.bytes.get(self.at..self.end).is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    pub(super) fn error(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.errors.push(SyntaxError::new(Span::new(start, end), message));
    }

    /// Runs `parse` one level deeper, or gives none where that is too deep.
    pub(super) fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        Some(result)
    }

    /// Statements up to `)`, seen from inside a substitution: closing words outside do not count.
    pub(super) fn enclosed(&mut self) -> List {
        let floor = std::mem::replace(&mut self.floor, self.closers.len());
        let list = self.list(&[")"]);
        self.floor = floor;
        list
    }

    /// Length of a line break here: 1, 2 with a carriage return, 0 where there is none.
    fn line_break(&self) -> usize {
        match (self.peek(), self.byte(1)) {
            (Some(b'\n'), _) => 1,
            (Some(b'\r'), Some(b'\n')) => 2,
            _ => 0,
        }
    }

    /// Skips blanks, continued lines and a comment.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\r') if self.byte(1) != Some(b'\n') => self.at += 1,
                Some(b'\\') if self.byte(1) == Some(b'\n') => self.at += 2,
                Some(b'\\') if self.byte(1) == Some(b'\r') && self.byte(2) == Some(b'\n') => self.at += 3,
                Some(b'#') => {
                    while self.peek().is_some_and(|byte| byte != b'\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Skips blanks, comments and line ends, reading the here-documents that begin there.
    pub(super) fn gaps(&mut self) {
        loop {
            self.blanks();
            match self.line_break() {
                0 => return,
                length => {
                    self.at += length;
                    self.read_bodies();
                }
            }
        }
    }

    /// The bare word here: what a reserved word must be the whole of.
    pub(super) fn bare(&self) -> &str {
        let rest = self.text.get(self.at..self.end).unwrap_or_default();
        let stop =
            rest.find(|c: char| c.is_ascii_whitespace() || ";&|()<>".contains(c)).unwrap_or(rest.len());
        &rest[..stop]
    }

    /// The closing token here, if this is one.
    fn closing(&self) -> Option<&'static str> {
        const SIGNS: [&str; 4] = [";;&", ";;", ";&", ")"];
        const WORDS: [&str; 8] = ["then", "do", "done", "fi", "else", "elif", "esac", "}"];
        if let Some(sign) = SIGNS.into_iter().find(|sign| self.starts(sign)) {
            return Some(sign);
        }
        let bare = self.bare();
        WORDS.into_iter().find(|word| *word == bare)
    }

    fn awaited(&self, token: &str) -> bool {
        self.closers[self.floor..].iter().any(|closers| closers.contains(&token))
    }

    pub(super) fn list(&mut self, until: &'static [&'static str]) -> List {
        self.closers.push(until);
        let mut list = List::default();
        loop {
            self.gaps();
            if self.peek().is_none() {
                break;
            }
            if let Some(token) = self.closing() {
                if self.awaited(token) {
                    break;
                }
                self.error(self.at, self.at + token.len(), format!("unexpected `{token}`"));
                self.at += token.len();
                continue;
            }
            if self.peek() == Some(b';') {
                self.at += 1;
                continue;
            }
            let before = self.at;
            if let Some(item) = self.item() {
                list.items.push(item);
            }
            if self.at == before {
                let width = self.text[self.at..].chars().next().map_or(1, char::len_utf8);
                let sign = self.text.get(before..before + width).unwrap_or_default().to_owned();
                self.error(before, before + width, format!("unexpected `{sign}`"));
                self.at += width;
            }
        }
        self.closers.pop();
        list
    }

    fn item(&mut self) -> Option<Item> {
        let start = self.at;
        let mut links = vec![Link { joined: Joined::First, pipeline: self.pipeline()? }];
        let mut stop = self.at;
        loop {
            self.blanks();
            let joined = match () {
                () if self.starts("&&") => Joined::And,
                () if self.starts("||") => Joined::Or,
                () => break,
            };
            let operator = self.at;
            self.at += 2;
            self.gaps();
            let Some(pipeline) = self.pipeline() else {
                self.error(operator, operator + 2, "no command follows");
                break;
            };
            links.push(Link { joined, pipeline });
            stop = self.at;
        }
        let background = self.peek() == Some(b'&') && self.byte(1) != Some(b'&');
        if background {
            self.at += 1;
        }
        Some(Item { span: Span::new(start, stop), links, background })
    }

    fn pipeline(&mut self) -> Option<Pipeline> {
        let mut negated = false;
        while self.bare() == "!" {
            negated = !negated;
            self.at += 1;
            self.blanks();
        }
        let mut stages = vec![self.stage()?];
        loop {
            self.blanks();
            if self.peek() != Some(b'|') || self.byte(1) == Some(b'|') {
                break;
            }
            let operator = self.at;
            self.at += if self.byte(1) == Some(b'&') { 2 } else { 1 };
            self.gaps();
            let Some(stage) = self.stage() else {
                self.error(operator, operator + 1, "no command follows");
                break;
            };
            stages.push(stage);
        }
        Some(Pipeline { negated, stages })
    }

    pub(super) fn stage(&mut self) -> Option<Stage> {
        self.time_before_compound();
        let Some(compound) = self.deeper(Self::compound) else {
            return self.too_deep();
        };
        let Some(node) = compound else {
            return self.simple().map(|simple| Stage { node: Node::Simple(simple), redirects: Vec::new() });
        };
        let mut redirects = Vec::new();
        loop {
            self.blanks();
            match self.redirect() {
                Some(redirect) => redirects.push(redirect),
                None => break,
            }
        }
        Some(Stage { node, redirects })
    }

    /// `time ( … )` and `time { … }`: the keyword is no command of its own there.
    fn time_before_compound(&mut self) {
        if self.bare() == "time" {
            let start = self.at;
            self.at += 4;
            self.blanks();
            if self.peek() != Some(b'(') && self.bare() != "{" {
                self.at = start;
            }
        }
    }

    fn too_deep(&mut self) -> Option<Stage> {
        let start = self.at;
        self.error(start, start + 1, "nested too deeply to be read");
        if self.peek() == Some(b'(') {
            self.skip_balanced(b'(', b')');
        }
        let span = Span::new(start, self.at);
        let simple = self.simple().unwrap_or_else(|| Simple { span, ..Simple::default() });
        (self.at > start).then_some(Stage { node: Node::Simple(simple), redirects: Vec::new() })
    }

    fn simple(&mut self) -> Option<Simple> {
        let start = self.at;
        let mut simple = Simple::default();
        let mut stop = start;
        loop {
            self.blanks();
            if let Some(redirect) = self.redirect() {
                simple.redirects.push(redirect);
            } else if let Some(assignment) = simple.words.is_empty().then(|| self.assignment()).flatten() {
                simple.assignments.push(assignment);
            } else if let Some(word) = self.word() {
                simple.words.push(word);
            } else {
                break;
            }
            stop = self.at;
        }
        simple.span = Span::new(start, stop);
        (stop > start).then_some(simple)
    }

    fn redirect(&mut self) -> Option<Aim> {
        const OPERATORS: [&str; 12] =
            ["&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", ">>", ">&", ">|", "<", ">"];
        let start = self.at;
        let rest = self.bytes.get(self.at..self.end).unwrap_or_default();
        let mut lead = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if rest.first() == Some(&b'{') {
            let name =
                rest.iter().skip(1).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
            lead = if rest.get(name + 1) == Some(&b'}') { name + 2 } else { 0 };
        }
        let tail = &rest[lead..];
        let operator = OPERATORS.into_iter().find(|operator| tail.starts_with(operator.as_bytes()))?;
        if operator.len() == 1 && tail.get(1) == Some(&b'(') || lead > 0 && operator.starts_with('&') {
            return None;
        }
        let fd = (lead > 0).then(|| self.text[start..start + lead].to_owned());
        self.at += lead + operator.len();
        self.blanks();
        let target = self.word().unwrap_or_else(|| {
            self.errors.push(SyntaxError::new(Span::new(start, self.at), "the redirection has no target"));
            Lexed { word: Word { span: Span::new(self.at, self.at), ..Default::default() }, inner: vec![] }
        });
        let heredoc = matches!(operator, "<<" | "<<-").then(|| self.announce(&target, operator == "<<-"));
        Some(Aim { span: Span::new(start, self.at), fd, operator, target, heredoc })
    }
}

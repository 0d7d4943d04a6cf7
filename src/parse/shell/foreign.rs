//! PowerShell and `cmd.exe`: statements and words, no more.

use memchr::memmem;

use super::map::Offsets;
use super::model::Word;
use super::options::Dialect;
use super::tree::{Item, Joined, Lexed, Link, List, Node, Pipeline, Simple, Stage};
use crate::source::Span;

/// Reads a script of another shell into plain statements.
pub(super) fn read(text: &str, dialect: Dialect) -> List {
    let mut reader = Reader {
        text,
        at: 0,
        dialect,
        list: List::default(),
        joined: Joined::First,
        piped: false,
        simple: Simple::default(),
    };
    reader.run();
    reader.list
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    dialect: Dialect,
    list: List,
    /// How the next command hangs on the one before it.
    joined: Joined,
    piped: bool,
    simple: Simple,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// How far it is to just past `close`, where that is not far.
    fn near(&self, close: &str) -> Option<usize> {
        let rest = self.rest().as_bytes();
        memmem::find(&rest[..rest.len().min(2000)], close.as_bytes()).map(|stop| stop + close.len())
    }

    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            if self.skipped(c) {
                continue;
            }
            let cmd = self.dialect == Dialect::Cmd;
            let (ends, joined, piped, width) = match c {
                '\n' => (true, Joined::First, false, 1),
                ';' | '{' | '}' if !cmd => (true, Joined::First, false, 1),
                '&' if self.rest().starts_with("&&") => (true, Joined::And, false, 2),
                '|' if self.rest().starts_with("||") => (true, Joined::Or, false, 2),
                '|' => (true, Joined::First, true, 1),
                '&' | '(' | ')' if cmd => (true, Joined::First, false, 1),
                '&' | '@' if self.simple.words.is_empty() && self.is_prefix(c) => {
                    (false, Joined::First, false, 1)
                }
                _ => (false, Joined::First, false, 0),
            };
            self.at += width;
            if ends {
                self.close();
                self.joined = joined;
                self.piped = piped;
            } else if width == 0 {
                self.word();
            }
        }
        self.close();
    }

    /// `& program` of PowerShell, `@command` of `cmd.exe`.
    fn is_prefix(&self, c: char) -> bool {
        (c == '&') == (self.dialect == Dialect::PowerShell)
    }

    /// Passes over blanks, continued lines and comments.
    fn skipped(&mut self, c: char) -> bool {
        let cmd = self.dialect == Dialect::Cmd;
        let rest = self.rest();
        let line = rest.find('\n').unwrap_or(rest.len());
        let escape = if cmd { '^' } else { '`' };
        let continued = c == escape && rest[1..line].trim().is_empty();
        let fresh = self.simple.words.is_empty();
        let remark =
            |word: &str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        let length = if c == ' ' || c == '\t' || c == '\r' || c == '\u{feff}' {
            c.len_utf8()
        } else if continued {
            (line + 1).min(rest.len())
        } else if !cmd && rest.starts_with("<#") {
            rest.find("#>").map_or(rest.len(), |stop| stop + 2)
        } else if (!cmd && c == '#') || (cmd && fresh && (remark("rem ") || remark("::"))) {
            line
        } else {
            0
        };
        self.at += length;
        length > 0
    }

    /// Ends the command being read.
    fn close(&mut self) {
        let mut simple = std::mem::take(&mut self.simple);
        let (Some(first), Some(last)) = (simple.words.first(), simple.words.last()) else { return };
        simple.span = first.word.span.to(last.word.span);
        let span = simple.span;
        let stage = Stage { node: Node::Simple(simple), redirects: Vec::new() };
        let joined = std::mem::replace(&mut self.joined, Joined::First);
        let piped = std::mem::take(&mut self.piped);
        let last = self.list.items.last_mut().filter(|_| piped || joined != Joined::First);
        match last {
            Some(item) if piped => {
                if let Some(link) = item.links.last_mut() {
                    link.pipeline.stages.push(stage);
                }
                item.span = item.span.to(span);
            }
            Some(item) => {
                item.links.push(Link { joined, pipeline: Pipeline { negated: false, stages: vec![stage] } });
                item.span = item.span.to(span);
            }
            None => {
                let pipeline = Pipeline { negated: false, stages: vec![stage] };
                let links = vec![Link { joined: Joined::First, pipeline }];
                self.list.items.push(Item { span, links, background: false });
            }
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let mut word = Word::default();
        let mut parens = 0_usize;
        while let Some(c) = self.rest().chars().next() {
            let at = self.at;
            let cmd = self.dialect == Dialect::Cmd;
            let stops = c.is_whitespace()
                || "|&".contains(c)
                || (cmd && "()".contains(c))
                || (!cmd && ";{}".contains(c));
            if stops && parens == 0 && at > start || c == '\n' {
                break;
            }
            if self.rest().starts_with("${{") {
                self.at += self.near("}}").unwrap_or(3);
            } else if self.rest().starts_with("${") || self.rest().starts_with("@{") {
                self.at += self.near("}").unwrap_or(2);
                word.expansion |= c == '$';
            } else if c == '"' || (c == '\'' && !cmd) {
                self.quoted(c, &mut word);
                continue;
            } else {
                self.at += c.len_utf8();
                match c {
                    '(' if !cmd => parens += 1,
                    ')' if !cmd => parens = parens.saturating_sub(1),
                    _ => {}
                }
            }
            word.push(&self.text[at..self.at], at);
        }
        word.finish(start, self.at, self.dialect);
        self.simple.words.push(Lexed { word, inner: Vec::new() });
    }

    /// A quoted part; one that is not closed ends with its line.
    fn quoted(&mut self, quote: char, word: &mut Word) {
        let rest = &self.rest()[1..];
        let line = rest.find('\n').unwrap_or(rest.len());
        let stop = rest.find(quote).unwrap_or(line);
        let from = self.at + 1;
        let text = &self.text[from..from + stop];
        word.quoted = true;
        word.expansion |= quote == '"' && text.contains('$') && self.dialect == Dialect::PowerShell;
        word.push(text, from);
        self.at = (from + stop + 1).min(self.text.len());
        if !self.text[from + stop..].starts_with(quote) {
            self.at = from + stop;
        }
    }
}

impl Word {
    fn push(&mut self, text: &str, source: usize) {
        self.map.push(self.text.len(), source);
        self.text.push_str(text);
    }

    fn finish(&mut self, start: usize, end: usize, dialect: Dialect) {
        self.span = Span::new(start, end);
        let percent = dialect == Dialect::Cmd && self.text.matches('%').count() > 1;
        let dollar = dialect == Dialect::PowerShell && !self.quoted && self.text.contains('$');
        self.expansion |= percent || dollar || self.text.contains("${{");
        if self.text.is_empty() {
            self.map = Offsets::from_start(start);
        }
    }
}

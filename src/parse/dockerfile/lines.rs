//! From the lines of the file to logical lines: directives, comments, continuations, heredoc bodies.

use std::collections::HashMap;

use super::document::Directive;
use super::script::Script;
use crate::parse::SyntaxError;
use crate::source::Span;

/// Reads a file line by line.
pub(super) struct Reader<'t> {
    text: &'t str,
    /// Start of each line, and its end without the line break.
    lines: Vec<(usize, usize)>,
    next: usize,
    /// `\`, or what `# escape=` says.
    pub(super) escape: char,
    /// The directives at the head of the file.
    pub(super) directives: Vec<Directive>,
    /// Comments that are no directives, from `#` to the end of the line.
    pub(super) comments: Vec<Span>,
    /// Where each text stands as a whole line: finds the end of a heredoc without reading the file again for each.
    terminators: Option<Terminators<'t>>,
}

/// The numbers of the lines of each text, in order.
#[derive(Default)]
struct Terminators<'t> {
    /// By the whole line.
    bare: HashMap<&'t str, Vec<usize>>,
    /// By the line without leading tabs.
    stripped: HashMap<&'t str, Vec<usize>>,
}

/// The lines of a heredoc.
pub(super) struct Body {
    /// Its text; of leading tabs stripped where asked for, line breaks are `\n`.
    pub(super) script: Script,
    /// Its closing line.
    pub(super) terminator: Span,
}

impl<'t> Reader<'t> {
    /// Reads the head of the file, up to the first line that is no directive.
    pub(super) fn new(text: &'t str, errors: &mut Vec<SyntaxError>) -> Self {
        let mut lines = Vec::new();
        let mut start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        while start < text.len() {
            let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at);
            lines.push((start, start + text[start..end].trim_end_matches('\r').len()));
            start = end + 1;
        }
        let mut reader = Self {
            text,
            lines,
            next: 0,
            escape: '\\',
            directives: Vec::new(),
            comments: Vec::new(),
            terminators: None,
        };
        reader.head(errors);
        reader
    }

    fn line(&self, number: usize) -> Option<(usize, &'t str)> {
        let &(start, end) = self.lines.get(number)?;
        Some((start, self.text.get(start..end).unwrap_or_default()))
    }

    /// Directives stand before everything else. After an interpreter line the builder no longer looks for `escape`.
    fn head(&mut self, errors: &mut Vec<SyntaxError>) {
        let shebang = self.line(0).is_some_and(|(_, line)| line.starts_with("#!"));
        let mut number = usize::from(shebang);
        while let Some((start, line)) = self.line(number) {
            let Some(directive) = directive(line, start) else { break };
            if self.directives.iter().any(|earlier| earlier.name == directive.name) {
                errors.push(SyntaxError::new(
                    directive.span,
                    format!("the directive `{}` may stand only once", directive.name),
                ));
            } else if directive.name == "escape" && !shebang {
                match directive.value.as_str() {
                    "\\" => self.escape = '\\',
                    "`" => self.escape = '`',
                    _ => errors.push(SyntaxError::new(
                        directive.value_span,
                        "the escape character can only be `\\` or a backtick",
                    )),
                }
            }
            self.directives.push(directive);
            number += 1;
        }
        if shebang {
            self.comments.extend(self.line(0).map(|(start, line)| Span::new(start, start + line.len())));
        }
        self.next = number;
    }

    /// The next logical line that is neither blank nor a comment.
    pub(super) fn logical(&mut self) -> Option<Script> {
        loop {
            let (start, line) = self.line(self.next)?;
            self.next += 1;
            let trimmed = line.trim_start();
            let offset = start + (line.len() - trimmed.len());
            if trimmed.starts_with('#') {
                self.comments.push(Span::new(offset, start + line.len()));
                continue;
            }
            let (piece, mut continued) = self.continuation(trimmed);
            if piece.is_empty() && !continued {
                continue;
            }
            let mut script = Script::at(offset);
            script.push(piece, offset);
            while continued {
                let Some((start, line)) = self.line(self.next) else { break };
                self.next += 1;
                let trimmed = line.trim_start();
                if trimmed.starts_with('#') {
                    self.comments.push(Span::new(start + (line.len() - trimmed.len()), start + line.len()));
                } else if !trimmed.is_empty() {
                    let (piece, more) = self.continuation(line);
                    script.push(piece, start);
                    continued = more;
                }
            }
            return Some(script);
        }
    }

    /// A line without its continuation character, and whether it has one: the last character but blanks, not itself escaped.
    fn continuation<'l>(&self, line: &'l str) -> (&'l str, bool) {
        match line.trim_end_matches([' ', '\t']).strip_suffix(self.escape) {
            Some(piece) if !piece.ends_with(self.escape) => (piece, true),
            _ => (line, false),
        }
    }

    /// Takes the lines up to the heredoc's end, which [`Reader::ends`] found.
    pub(super) fn body(&mut self, end: usize, strip_tabs: bool) -> Body {
        let (stop, terminator) = self.line(end).unwrap_or((self.text.len(), ""));
        let mut script = Script::at(self.line(self.next).map_or(stop, |(start, _)| start));
        for number in self.next..end {
            let Some((start, line)) = self.line(number) else { break };
            let piece = if strip_tabs { line.trim_start_matches('\t') } else { line };
            script.push(piece, start + (line.len() - piece.len()));
            let next = self.line(number + 1).map_or(self.text.len(), |(start, _)| start);
            script.push("\n", next.saturating_sub(1));
        }
        self.next = end + 1;
        Body { script, terminator: Span::new(stop, stop + terminator.len()) }
    }

    /// The numbers of the lines that end heredocs one after the other, each given by its name and whether leading
    /// tabs are stripped; the error is the index of the first that has no end. Nothing is taken.
    pub(super) fn ends<'n>(
        &mut self,
        heredocs: impl Iterator<Item = (&'n str, bool)>,
    ) -> Result<Vec<usize>, usize> {
        let (text, lines) = (self.text, &self.lines);
        let index = self.terminators.get_or_insert_with(|| {
            let mut index = Terminators::default();
            for (number, &(start, end)) in lines.iter().enumerate() {
                let line = text.get(start..end).unwrap_or_default();
                index.bare.entry(line).or_default().push(number);
                index.stripped.entry(line.trim_start_matches('\t')).or_default().push(number);
            }
            index
        });
        let mut next = self.next;
        heredocs
            .enumerate()
            .map(|(heredoc, (name, strip_tabs))| {
                let lines = if strip_tabs { &index.stripped } else { &index.bare };
                let candidates = lines.get(name).ok_or(heredoc)?;
                let first = candidates.partition_point(|&number| number < next);
                let end = *candidates.get(first).ok_or(heredoc)?;
                next = end + 1;
                Ok(end)
            })
            .collect()
    }

    /// The text of the file from one offset to another, as a script.
    pub(super) fn piece(&self, span: Span) -> Script {
        let mut script = Script::at(span.start as usize);
        script.push(span.of(self.text), span.start as usize);
        script
    }
}

/// `# name=value`, for the names the builder knows.
fn directive(line: &str, start: usize) -> Option<Directive> {
    let hash = line.len() - line.trim_start().len();
    let body = line[hash..].strip_prefix('#')?;
    let (name, value) = body.split_once('=')?;
    let name = name.trim().to_lowercase();
    if !["syntax", "escape", "check"].contains(&name.as_str()) || value.trim().is_empty() {
        return None;
    }
    let value_start = start + line.len() - value.trim_start().len();
    let value = value.trim();
    Some(Directive {
        name,
        value: value.to_owned(),
        span: Span::new(start + hash, value_start + value.len()),
        value_span: Span::new(value_start, value_start + value.len()),
    })
}

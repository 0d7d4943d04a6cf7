//! Events to trees: places, anchors, merge keys, tags and the limits on depth and on what aliases may expand to.

mod tree;

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use self::tree::{depth, merged, weight};
use super::scalar;
use super::template::Mask;
use crate::parse::SyntaxError;
use crate::parse::lines::{MAX_DEPTH, MAX_ERRORS, boundary_after, repeated_keys};
use crate::parse::node::{Entry, Node, Value};
use crate::source::Span;

/// How much all copies of anchored values may weigh together, see [`weight`]: what stops an alias bomb.
const MAX_COPIED: usize = 200_000;

/// What one run of the parser gave.
pub(super) struct Attempt {
    /// The documents, the last one as far as it was read.
    pub documents: Vec<Node>,
    /// Repeated keys and exceeded limits; not the syntax error that ended the run.
    pub errors: Vec<SyntaxError>,
    /// The spans of scalars, in the order of the file, and whether each is plain.
    pub scalars: Vec<(Span, bool)>,
    /// Offsets of flow mappings.
    pub flow_maps: Vec<usize>,
    /// Why and where the run ended early.
    pub failure: Option<Failure>,
}

/// A syntax error at which the parser gave up.
pub(super) struct Failure {
    /// Where the parser saw it.
    pub at: usize,
    /// What it says.
    pub message: String,
    /// Where the last thing it understood ends.
    pub understood: usize,
    /// Where the outermost flow collection that was still open begins.
    pub flow: Option<usize>,
}

/// Runs the parser over `text`, once.
pub(super) fn attempt(text: &str, mask: &Mask) -> Attempt {
    let mut builder = Builder {
        text,
        mask,
        offsets: Offsets::new(text),
        open: Vec::new(),
        skipping: 0,
        anchors: HashMap::new(),
        copied: 0,
        exhausted: false,
        understood: 0,
        read_to: 0,
        result: Attempt {
            documents: Vec::new(),
            errors: Vec::new(),
            scalars: Vec::new(),
            flow_maps: Vec::new(),
            failure: None,
        },
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => {
                let start = builder.offsets.byte(text, span.start.index());
                let end = builder.offsets.byte(text, span.end.index()).max(start);
                builder.event(event, start, end);
            }
            Err(error) => {
                builder.fail(&error);
                break;
            }
        }
    }
    builder.finish()
}

/// A collection whose end has not come yet.
struct Open {
    start: usize,
    flow: bool,
    anchor: usize,
    tag: Option<String>,
    body: Body,
}

enum Body {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<Key>, merges: Vec<usize> },
}

/// A key whose value comes next.
struct Key {
    text: String,
    span: Span,
    /// It is a plain `<<`.
    merge: bool,
}

struct Builder<'a> {
    text: &'a str,
    mask: &'a Mask,
    offsets: Offsets,
    open: Vec<Open>,
    /// How many collections are open that nest too deep.
    skipping: usize,
    /// The values of anchors, with their weights.
    anchors: HashMap<usize, (Node, usize)>,
    copied: usize,
    /// That aliases expand to too much was reported.
    exhausted: bool,
    understood: usize,
    /// Where the last scalar ends.
    read_to: usize,
    result: Attempt,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, start: usize, end: usize) {
        if self.skipping > 0 {
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => self.skipping += 1,
                Event::SequenceEnd | Event::MappingEnd => self.skipping -= 1,
                _ => {}
            }
            return;
        }
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.understood = end.max(self.understood);
                self.scalar(&value, style, anchor, tag.as_deref(), start, end);
                self.read_to = end.max(self.read_to);
            }
            Event::Alias(anchor) => {
                self.understood = end.max(self.understood);
                let value = self.alias(anchor, Span::new(start, end));
                self.place(value, 0, None, false);
            }
            Event::SequenceStart(anchor, tag) => {
                self.enter(Body::List(Vec::new()), anchor, tag.as_deref(), start);
            }
            Event::MappingStart(anchor, tag) => {
                let body = Body::Map { entries: Vec::new(), key: None, merges: Vec::new() };
                self.enter(body, anchor, tag.as_deref(), start);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if self.open.last().is_some_and(|open| open.flow) {
                    self.understood = end.max(self.understood);
                }
                self.leave(end);
            }
            Event::DocumentStart(_) | Event::DocumentEnd => self.understood = end.max(self.understood),
            _ => {}
        }
    }

    fn enter(&mut self, body: Body, anchor: usize, tag: Option<&Tag>, start: usize) {
        let bracket = self.text.as_bytes().get(start);
        let flow = match &body {
            Body::List(_) => bracket == Some(&b'['),
            Body::Map { .. } => bracket == Some(&b'{'),
        };
        if flow && matches!(body, Body::Map { .. }) {
            self.result.flow_maps.push(start);
        }
        if self.open.len() >= MAX_DEPTH {
            self.error(Span::new(start, start), "nested too deep to be read");
            self.skipping = 1;
            self.place(Node { span: Span::new(start, start), value: Value::Opaque }, 0, None, false);
            return;
        }
        self.open.push(Open { start, flow, anchor, tag: local(tag), body });
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        start: usize,
        end: usize,
    ) {
        let plain = style == ScalarStyle::Plain;
        let span = match style {
            ScalarStyle::Plain if value.is_empty() => self.empty(start),
            ScalarStyle::Literal | ScalarStyle::Folded => self.block(start, end),
            _ => self.trimmed(start, end),
        };
        self.result.scalars.push((span, plain));
        let masked = self.mask.covers(span);
        let typed = match tag {
            _ if masked && !self.key_is_due() => Value::Opaque,
            _ if masked => Value::Text(span.of(self.mask.original(self.text)).to_owned()),
            Some(tag) if tag.is_yaml_core_schema() => scalar::tagged(&tag.suffix, value),
            Some(tag) if is_text(tag) => Value::Text(value.to_owned()),
            _ if self.key_is_due() || !plain => Value::Text(value.to_owned()),
            _ => scalar::plain(value),
        };
        let merge = plain && value == "<<" && tag.is_none();
        self.place(Node { span, value: typed }, anchor, local(tag), merge);
    }

    /// Ends the innermost collection.
    fn leave(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let (first, last) = match &open.body {
            Body::List(items) => (None, items.last().map(|item| item.span.end)),
            Body::Map { entries, .. } => (
                entries.first().map(|entry| entry.key_span.start),
                entries.last().map(|entry| entry.value.span.end.max(entry.key_span.end)),
            ),
        };
        // A block collection has no brackets: it begins with its first key or dash and ends with its last value.
        let span = match (open.flow, first, last) {
            (false, first, Some(last)) => {
                let start = first.map_or_else(|| self.dash(open.start), |first| first as usize);
                Span::new(start, (last as usize).max(start))
            }
            _ => Span::new(open.start, end),
        };
        let value = match open.body {
            Body::List(items) => Value::List(items),
            Body::Map { mut entries, key, merges } => {
                if let Some(key) = key {
                    let value = Node {
                        span: Span::new(key.span.end as usize, key.span.end as usize),
                        value: Value::Null,
                    };
                    entries.push(Entry { key: key.text, key_span: key.span, value });
                }
                if !self.mask.is_active() {
                    repeated_keys(self.text, &entries, &mut self.result.errors);
                }
                Value::Map(if merges.is_empty() { entries } else { merged(entries, &merges) })
            }
        };
        self.place(Node { span, value }, open.anchor, open.tag, false);
    }

    /// Where a block sequence begins: the parser gives its dash or, where that is not indented, what follows it.
    fn dash(&self, start: usize) -> usize {
        let before = self.text[..start].trim_end();
        if !self.text[start..].starts_with('-') && before.ends_with('-') { before.len() - 1 } else { start }
    }

    /// Gives a finished value to the collection around it, or to the stream.
    fn place(&mut self, mut node: Node, anchor: usize, tag: Option<String>, merge: bool) {
        if let Some(tag) = tag {
            // The parser gives no place for a tag; it stands close before its value.
            let end = node.span.start as usize;
            let from = boundary_after(self.text, end.saturating_sub(512)).min(end);
            let start = self.text[from..end].rfind(&tag).map(|at| from + at);
            let key_span = start.map_or(node.span, |start| Span::new(start, start + tag.len()));
            let span = node.span.to(key_span);
            node = Node { span, value: Value::Map(vec![Entry { key: tag, key_span, value: node }]) };
        }
        if anchor > 0 {
            let weight = weight(&node);
            let fits = self.copied + weight <= MAX_COPIED;
            self.copied += if fits { weight } else { 0 };
            let copy = if fits { node.clone() } else { Node { span: node.span, value: Value::Opaque } };
            self.anchors.insert(anchor, (copy, weight));
        }
        match self.open.last_mut() {
            None => self.result.documents.push(node),
            Some(Open { body: Body::List(items), .. }) => items.push(node),
            Some(Open { body: Body::Map { entries, key, merges }, .. }) => {
                if let Some(Key { text, span, merge }) = key.take() {
                    if merge {
                        merges.push(entries.len());
                    }
                    entries.push(Entry { key: text, key_span: span, value: node });
                } else {
                    let text = node.scalar().unwrap_or_else(|| node.span.of(self.text).trim().to_owned());
                    *key = Some(Key { text, span: node.span, merge });
                }
            }
        }
    }

    /// The value of an alias: a copy of what its anchor names, while copies are not too many.
    fn alias(&mut self, anchor: usize, span: Span) -> Node {
        let opaque = Node { span, value: Value::Opaque };
        let Some((node, weight)) = self.anchors.get(&anchor) else {
            self.error(span, "this alias stands inside of what it names");
            return opaque;
        };
        if self.copied + weight > MAX_COPIED {
            if !std::mem::replace(&mut self.exhausted, true) {
                self.error(span, "the aliases of this file expand to too much");
            }
            return opaque;
        }
        self.copied += weight;
        if self.open.len() + depth(node) > MAX_DEPTH {
            self.error(span, "nested too deep to be read");
            return opaque;
        }
        node.clone()
    }

    fn fail(&mut self, error: &ScanError) {
        let at = self.offsets.byte(self.text, error.marker().index());
        let flow = self.open.iter().find(|open| open.flow).map(|open| open.start);
        self.result.failure =
            Some(Failure { at, message: error.info().to_owned(), understood: self.understood, flow });
    }

    /// Ends what is open still.
    fn finish(mut self) -> Attempt {
        while !self.open.is_empty() {
            self.leave(self.understood);
        }
        self.result
    }

    fn key_is_due(&self) -> bool {
        matches!(self.open.last(), Some(Open { body: Body::Map { key: None, .. }, .. }))
    }

    /// Where nothing is written: just after the colon of its key, else after what stands before `at`.
    fn empty(&self, at: usize) -> Span {
        let start = match self.open.last() {
            Some(Open { body: Body::Map { key: Some(key), .. }, .. }) => {
                let end = key.span.end as usize;
                let rest = &self.text[end..];
                let colon = rest.trim_start();
                if colon.starts_with(':') { end + rest.len() - colon.len() + 1 } else { end }
            }
            _ => self.text[..at].trim_end().len(),
        };
        Span::new(start, start)
    }

    /// The span of a block scalar, from its `|` or `>`: the parser counts from the first line of its content.
    fn block(&self, start: usize, end: usize) -> Span {
        let from = self.read_to.min(start);
        let before = self.text[from..start].trim_end();
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let is_header = |at: &usize| {
            let rest =
                before[*at + 1..].trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
            rest.is_empty()
                || rest.starts_with([' ', '\t'])
                    && matches!(rest.trim_start().as_bytes().first(), None | Some(b'#'))
        };
        let header = before[line..].match_indices(['|', '>']).map(|(at, _)| line + at).find(is_header);
        match header {
            Some(at) => Span::new(from + at, self.trimmed(start, end).end as usize),
            None => self.trimmed(start, end),
        }
    }

    /// The span of a scalar without white space around it.
    fn trimmed(&self, start: usize, end: usize) -> Span {
        let inner = &self.text[start..end];
        Span::new(start, start + inner.trim_end().len())
    }

    fn error(&mut self, span: Span, message: &str) {
        if self.result.errors.len() < MAX_ERRORS {
            self.result.errors.push(SyntaxError::new(span, message));
        }
    }
}

/// Whether it is the tag `!`, which makes any scalar a text.
fn is_text(tag: &Tag) -> bool {
    tag.handle.is_empty() && tag.suffix == "!"
}

/// A tag outside of the core schema, as it is written.
fn local(tag: Option<&Tag>) -> Option<String> {
    tag.filter(|tag| !tag.is_yaml_core_schema() && !is_text(tag)).map(|tag| {
        if tag.handle.starts_with('!') {
            format!("{}{}", tag.handle, tag.suffix)
        } else {
            format!("!<{}{}>", tag.handle, tag.suffix)
        }
    })
}

/// Byte offsets of characters: saphyr counts in characters.
enum Offsets {
    /// Every character is one byte.
    Ascii,
    /// The offsets of every 16th character.
    Sparse(Vec<usize>),
}

impl Offsets {
    const STEP: usize = 16;

    fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Ascii;
        }
        Self::Sparse(text.char_indices().step_by(Self::STEP).map(|(offset, _)| offset).collect())
    }

    fn byte(&self, text: &str, index: usize) -> usize {
        match self {
            Self::Ascii => index.min(text.len()),
            Self::Sparse(known) => {
                let Some(start) = known.get(index / Self::STEP) else { return text.len() };
                let more = text[*start..].char_indices().nth(index % Self::STEP);
                more.map_or(text.len(), |(offset, _)| start + offset)
            }
        }
    }
}

//! Files of template engines: Helm, Jinja, Go templates.
//!
//! `{{ … }}` inside a scalar is text like any other (`GoReleaser`, Argo, Ansible); what makes a file templated is a
//! directive where YAML has no place for it. `${{ … }}` is an expression of GitHub and never a directive.

use super::read::Read;
use crate::parse::lines::boundary_after;
use crate::source::Span;

/// What of a file is computed by a template engine.
pub(super) struct Mask {
    /// The directives, in the order of the file.
    ranges: Vec<Span>,
    /// As it is written.
    original: String,
    /// The text with a filler of the same length for each directive.
    masked: String,
}

impl Mask {
    /// Of a file that is no template.
    pub(super) fn none() -> Self {
        Self { ranges: Vec::new(), original: String::new(), masked: String::new() }
    }

    /// The mask of a file that turned out to be a template when it was read as YAML.
    pub(super) fn of(text: &str, read: &Read) -> Option<Self> {
        let ranges = directives(text);
        let is_flow = |range: &Span| read.flow_maps.binary_search(&(range.start as usize)).is_ok();
        let templated = |range: &Span| {
            is_flow(range) || read.failed && !in_scalar(&read.scalars, *range) && begins_value(text, *range)
        };
        if !ranges.iter().any(templated) {
            return None;
        }
        let masked = masked(text, &ranges);
        Some(Self { ranges, original: text.to_owned(), masked })
    }

    /// Whether anything is masked.
    pub(super) fn is_active(&self) -> bool {
        !self.ranges.is_empty()
    }

    /// The first directive.
    pub(super) fn first(&self) -> Span {
        self.ranges.first().copied().unwrap_or_default()
    }

    /// Whether a part of the span is computed.
    pub(super) fn covers(&self, span: Span) -> bool {
        let at = self.ranges.partition_point(|range| range.end <= span.start);
        self.ranges.get(at).is_some_and(|range| range.start < span.end)
    }

    /// The text before masking; `text` itself where nothing is masked.
    pub(super) fn original<'a>(&'a self, text: &'a str) -> &'a str {
        if self.is_active() { &self.original } else { text }
    }

    /// The text to parse.
    pub(super) fn text(&self) -> &str {
        &self.masked
    }
}

/// Whether a scalar holds the range.
fn in_scalar(scalars: &[(Span, bool)], range: Span) -> bool {
    let at = scalars.partition_point(|(span, _)| span.end <= range.start);
    scalars.get(at).is_some_and(|(span, _)| {
        span.start < range.start || span.start == range.start && span.end > range.end
    })
}

/// Whether a directive stands where a line, an item or a value begins.
fn begins_value(text: &str, range: Span) -> bool {
    let start = range.start as usize;
    let near = boundary_after(text, start.saturating_sub(1024)).min(start);
    let line = &text[text[near..start].rfind('\n').map_or(near, |at| near + at + 1)..start];
    let before = line.trim_end();
    !line.trim_start().starts_with('#') && (before.is_empty() || before.ends_with(['-', ':', '}']))
}

/// All directives: `{{ … }}`, `{% … %}` and `{# … #}`.
fn directives(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(length) = memchr::memchr(b'{', &bytes[at..]) {
        let start = at + length;
        let close: &[u8] = match bytes.get(start + 1) {
            Some(b'{') if start == 0 || bytes[start - 1] != b'$' => b"}}",
            Some(b'%') => b"%}",
            Some(b'#') => b"#}",
            _ => {
                // Of `${{` both braces are stepped over.
                at = start + if bytes.get(start + 1) == Some(&b'{') { 2 } else { 1 };
                continue;
            }
        };
        let inside = &bytes[start + 2..bytes.len().min(start + 4096)];
        match memchr::memmem::find(inside, close) {
            Some(length) => {
                at = start + 2 + length + 2;
                found.push(Span::new(start, at));
            }
            None => at = start + 2,
        }
    }
    found
}

/// The text with fillers: spaces for lines that hold directives only, a plain word for the others.
fn masked(text: &str, ranges: &[Span]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        bytes[range.start as usize..range.end as usize].fill(0);
    }
    let (mut line_end, mut alone) = (0, false);
    for range in ranges {
        let (start, end) = (range.start as usize, range.end as usize);
        // Further directives of a line share what was found for its first.
        if start >= line_end {
            let from = memchr::memrchr(b'\n', &bytes[..start]).map_or(0, |at| at + 1);
            line_end = memchr::memchr(b'\n', &bytes[end..]).map_or(bytes.len(), |length| end + length);
            alone = bytes[from..line_end].iter().all(|byte| *byte == 0 || byte.is_ascii_whitespace());
        }
        if alone {
            for (byte, written) in bytes[start..end].iter_mut().zip(&text.as_bytes()[start..end]) {
                *byte = if matches!(written, b'\n' | b'\r') { *written } else { b' ' };
            }
        } else {
            bytes[start..end].fill(b'x');
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| " ".repeat(text.len()))
}

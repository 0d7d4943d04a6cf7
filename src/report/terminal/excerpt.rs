//! The source lines of a finding's places, below each other: ariadne draws, this prepares its input and bounds its output.
//!
//! ariadne sees clean, windowed text only. Headers and notes are placeholders in its drawing and are filled in here,
//! because it knows neither the width of the page nor the true column of a line that was cut.

use ariadne::{CharSet, Color, Config, IndexType, Label, LabelAttach, ReportKind, Source};

use super::page::{Ink, Page};
use super::text;
use crate::report::{Place, Severity, clean};

/// Columns by which an excerpt is indented.
const INDENT: usize = 2;
/// Lines of a place that spans many.
const LINES: usize = 6;
/// Places further down than this are named without their source: ariadne indexes all lines above.
const LAST_LINE: u32 = 200_000;
/// The narrowest column in which a note stands beside its arrow.
const NOTE: usize = 24;

/// Stands for the header of a place; private use, and escaped in what is shown.
const HEADER: char = '\u{e000}';
/// Stands for the note of a place.
const REMARK: char = '\u{e001}';

/// A place whose source is shown.
struct Piece<'r> {
    place: &'r Place,
    /// The lines as shown, each with a space at its end so that a span may stand there.
    lines: Vec<String>,
    /// First and last line and character of the span, from 0, in `lines`; the end is exclusive.
    span: ((usize, usize), (usize, usize)),
}

/// Draws the places that have an excerpt; empty where none has.
pub(super) fn draw(page: &Page, severity: Severity, places: &[&Place]) -> String {
    let last = places.iter().map(|place| place.end_line.max(place.line)).max().unwrap_or(1);
    let margin = 1 + last.min(LAST_LINE).to_string().len() + 3;
    let room = page.width.saturating_sub(INDENT + margin + 4 + 3);
    let pieces: Vec<Piece<'_>> =
        places.iter().filter_map(|place| Piece::new(place, room, page.signs.more)).collect();
    if pieces.is_empty() {
        return String::new();
    }
    let mut drawing = vec![];
    // Writing to memory does not fail.
    let _ = report(page, severity, &pieces).write(Sources::new(&pieces), &mut drawing);
    fill(page, &pieces, &String::from_utf8_lossy(&drawing))
}

impl<'r> Piece<'r> {
    fn new(place: &'r Place, room: usize, sign: &str) -> Option<Self> {
        let excerpt = place.excerpt.as_deref().filter(|_| place.end_line.max(place.line) <= LAST_LINE)?;
        let raw: Vec<&str> = excerpt.split('\n').take(LINES).collect();
        let last = (place.end_line.saturating_sub(place.line) as usize).min(raw.len() - 1);
        let whole = last == place.end_line.saturating_sub(place.line) as usize;
        let shown: Vec<Shown> = raw[..=last].iter().map(|line| Shown::new(line)).collect();
        let start = shown[0].at(place.column);
        let end = if whole { shown[last].at(place.end_column) } else { shown[last].at(u32::MAX) };
        let mut lines = vec![];
        let mut span = ((0, start), (last, if last == 0 { end.max(start + 1) } else { end.max(1) }));
        for (number, line) in shown.iter().enumerate() {
            let seen = if last == 0 { (span.0.1, span.1.1) } else { (0, 0) };
            let (text, cut) = window(&line.text, seen, room, sign);
            let length = text.chars().count();
            for (_, column) in [&mut span.0, &mut span.1].into_iter().filter(|(at, _)| *at == number) {
                *column =
                    cut.map_or(*column, |(from, by)| (*column).saturating_sub(from) + by).min(length + 1);
            }
            lines.push(text + " ");
        }
        span.0.1 = span.0.1.min(lines[0].chars().count() - 1);
        Some(Self { place, lines, span })
    }

    /// The text up to and with the shown lines: empty lines stand for those above, so that line numbers are right.
    fn source(&self) -> String {
        "\n".repeat(self.above()) + &self.lines.join("\n") + "\n"
    }

    fn above(&self) -> usize {
        self.place.line.saturating_sub(1) as usize
    }

    /// The offset, in characters of the source, of a line and character.
    fn offset(&self, (line, column): (usize, usize)) -> usize {
        let before: usize = self.lines[..line].iter().map(|line| line.chars().count() + 1).sum();
        self.above() + before + column
    }

    fn is_one_line(&self) -> bool {
        self.lines.len() == 1
    }
}

/// A source line as it is shown: tabs as spaces, what has an effect as escapes.
struct Shown {
    text: String,
    /// Where each character of the raw line begins in `text`, in characters; the last entry is the end.
    starts: Vec<usize>,
}

impl Shown {
    fn new(raw: &str) -> Self {
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        let (mut text, mut starts, mut length) = (String::new(), vec![0], 0);
        for character in raw.chars() {
            let before = text.len();
            match character {
                '\t' => text.push_str("    "),
                HEADER | REMARK => text.extend(character.escape_unicode()),
                _ => clean::push(&mut text, character),
            }
            length += text[before..].chars().count();
            starts.push(length);
        }
        Self { text, starts }
    }

    /// Where a column of the raw line, from 1, is in the text.
    fn at(&self, column: u32) -> usize {
        let index = (column.saturating_sub(1) as usize).min(self.starts.len() - 1);
        self.starts[index]
    }
}

/// The part of a line that fits, around what is to be seen; and, where the beginning was cut, the number of characters
/// cut away and of those put in their place.
fn window(
    line: &str,
    (start, end): (usize, usize),
    room: usize,
    sign: &str,
) -> (String, Option<(usize, usize)>) {
    if text::width(line) <= room {
        return (line.to_owned(), None);
    }
    let to_end: String = line.chars().take(end).collect();
    if text::width(&to_end) + text::width(sign) <= room {
        return (text::fit(line, room, sign), None);
    }
    // A quarter of the room shows what stands before.
    let from = start.saturating_sub(room / 4);
    if from == 0 {
        return (text::fit(line, room, sign), None);
    }
    let rest: String = sign.chars().chain(line.chars().skip(from)).collect();
    (text::fit(&rest, room, sign), Some((from, sign.chars().count())))
}

type Span = (usize, std::ops::Range<usize>);

fn report(page: &Page, severity: Severity, pieces: &[Piece<'_>]) -> ariadne::Report<'static, Span> {
    let spans: Vec<Span> = pieces
        .iter()
        .enumerate()
        .map(|(number, piece)| {
            let start = piece.offset(piece.span.0);
            (number, start..piece.offset(piece.span.1).max(start + 1))
        })
        .collect();
    let config = Config::default()
        .with_color(page.style.colour)
        .with_char_set(if page.style.unicode { CharSet::Unicode } else { CharSet::Ascii })
        .with_index_type(IndexType::Char)
        .with_label_attach(LabelAttach::Middle);
    let labels = spans.iter().zip(0..).map(|(span, order)| {
        let colour = if order == 0 { colour(severity) } else { Color::Cyan };
        Label::new(span.clone()).with_order(order).with_color(colour).with_message(format!("{REMARK}{order}"))
    });
    ariadne::Report::build(ReportKind::Custom("", Color::Primary), spans[0].clone())
        .with_config(config)
        .with_labels(labels)
        .finish()
}

fn colour(severity: Severity) -> Color {
    match severity {
        Severity::Blocker | Severity::High => Color::Red,
        Severity::Medium => Color::Yellow,
        Severity::Low => Color::Cyan,
        Severity::Info => Color::Primary,
    }
}

/// The sources of the pieces by their number, each displayed as a placeholder.
struct Sources(Vec<Source<String>>);

impl Sources {
    fn new(pieces: &[Piece<'_>]) -> Self {
        Self(pieces.iter().map(|piece| Source::from(piece.source())).collect())
    }
}

impl ariadne::Cache<usize> for Sources {
    type Storage = String;

    fn fetch(&mut self, id: &usize) -> Result<&Source<String>, impl std::fmt::Debug> {
        self.0.get(*id).ok_or("no such source")
    }

    fn display<'a>(&self, id: &'a usize) -> Option<impl std::fmt::Display + 'a> {
        Some(format!("{HEADER}{id}"))
    }
}

/// Puts headers and notes in, leaves out lines that show nothing, and indents.
fn fill(page: &Page, pieces: &[Piece<'_>], drawing: &str) -> String {
    let mut lines: Vec<String> = vec![];
    let drawn: Vec<&str> = drawing.lines().collect();
    // The first line is ariadne's own title, the last closes the box.
    for raw in drawn.get(1..drawn.len().saturating_sub(1)).unwrap_or_default() {
        if let Some((before, after)) = raw.split_once(HEADER) {
            let piece = number(after).and_then(|number| pieces.get(number));
            let line = page.line(0).add(before);
            let line = piece.map(|piece| page.place(line, piece.place).add(" ]"));
            lines.extend(line.map(super::page::Line::into_text));
        } else if let Some((before, after)) = raw.split_once(REMARK) {
            if let Some(piece) = number(after).and_then(|number| pieces.get(number)) {
                note(page, piece, before, &mut lines);
            }
        } else if !plain(raw).trim().trim_matches(['│', '|']).is_empty() {
            lines.push(raw.trim_end().to_owned());
        }
    }
    let indent = " ".repeat(INDENT - 1);
    lines.iter().flat_map(|line| [indent.clone(), merge(line), "\n".to_owned()]).collect()
}

/// The line with neighbouring characters of one colour under one escape sequence; ariadne paints each on its own.
fn merge(line: &str) -> String {
    const END: &str = "\u{1b}[0m";
    let mut out = String::with_capacity(line.len());
    let (mut rest, mut colour) = (line, "");
    while let Some((before, code, after)) = next_code(rest) {
        out.push_str(before);
        rest = after;
        if code == END {
            let same =
                next_code(after).is_some_and(|(between, next, _)| between.is_empty() && next == colour);
            if same {
                rest = &after[colour.len()..];
                continue;
            }
        } else {
            colour = code;
        }
        out.push_str(code);
    }
    out + rest
}

/// The text before the first colour sequence, the sequence, the text after it.
fn next_code(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("\u{1b}[")?;
    let end = start + text[start..].find('m')? + 1;
    Some((&text[..start], &text[start..end], &text[end..]))
}

fn number(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

/// The line of an arrow with its note: beside the arrow, below it where that is too narrow, no arrow without a note.
fn note(page: &Page, piece: &Piece<'_>, before: &str, lines: &mut Vec<String>) {
    let shown = plain(before);
    let bar = if page.style.unicode { '│' } else { '|' };
    let margin = shown.find(bar).map_or(0, |at| text::width(&shown[..at]));
    let column = text::width(&shown);
    let room = page.width.saturating_sub(INDENT - 1 + column);
    let words = piece.place.note.as_deref().unwrap_or_default();
    let beside = !words.is_empty() && (room >= NOTE || text::width(words) <= room);
    let start = |column: usize| page.line(margin).ink(Ink::Quiet, bar.encode_utf8(&mut [0; 4])).to(column);
    if beside {
        let mut parts = text::wrap(words, room).into_iter();
        lines.push(format!("{before}{}", parts.next().unwrap_or_default()));
        lines.extend(parts.map(|part| start(column).add(&part).into_text()));
        return;
    }
    if piece.is_one_line() {
        // Without its arrow the underline needs no joint.
        if let Some(line) = lines.last_mut() {
            let (joint, straight) = if page.style.unicode { ('┬', "─") } else { ('|', "^") };
            if let Some(at) = line.rfind(joint) {
                line.replace_range(at..at + joint.len_utf8(), straight);
            }
        }
    } else {
        lines.push(before.trim_end().to_owned());
    }
    if !words.is_empty() {
        let column = margin + 4;
        let room = page.width.saturating_sub(INDENT - 1 + column);
        lines.extend(text::wrap(words, room).iter().map(|part| start(column).add(part).into_text()));
    }
}

/// The line without the escape sequences of colours.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut parts = line.split('\u{1b}');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(part.split_once('m').map_or(part, |(_, after)| after));
    }
    out
}

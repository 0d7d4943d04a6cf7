//! Going on after a syntax error.
//!
//! What the parser could not read is overwritten with spaces, and the text is read again. So offsets stay right, the
//! anchors of the whole file stay known, and everything that is well-formed is read, before and after the mistake.

use super::build::{Attempt, Failure, attempt};
use super::read::Read;
use super::template::Mask;
use crate::parse::SyntaxError;
use crate::parse::lines::boundary_after;
use crate::source::Span;

/// Reads a text, over and over while that brings more of it.
pub(super) fn read(text: &str, mask: &Mask) -> Read {
    let mut last = attempt(text, mask);
    let mut errors = Vec::new();
    let mut failed = false;
    let mut blanked: Option<Vec<u8>> = None;
    let mut from_before = None;
    // Each round reads the text again, so a large text gets fewer.
    let mut rounds = (16_000_000 / text.len().max(1)).clamp(4, 40);
    while let Some(failure) = last.failure.take() {
        if rounds > 0 && join_flow(blanked.get_or_insert_with(|| text.as_bytes().to_vec()), &failure) {
            rounds -= 1;
            let Some(Ok(current)) = blanked.as_deref().map(std::str::from_utf8) else { break };
            last = attempt(current, mask);
            continue;
        }
        failed = true;
        errors.push(SyntaxError::new(
            Span::new(failure.at, boundary_after(text, (failure.at + 1).min(text.len()))),
            failure.message.clone(),
        ));
        let bytes = blanked.get_or_insert_with(|| text.as_bytes().to_vec());
        if rounds == 0 || !blank(text, bytes, &failure, &mut from_before) {
            break;
        }
        rounds -= 1;
        let Ok(current) = std::str::from_utf8(bytes) else { break };
        last = attempt(current, mask);
    }
    let Attempt { documents, errors: more, scalars, flow_maps, .. } = last;
    errors.extend(more);
    Read { documents, errors, failed, scalars, flow_maps }
}

/// Reads a templated text, its directives masked.
pub(super) fn read_templated(mask: &Mask) -> Read {
    let first = mask.first();
    let mut result = read(mask.text(), mask);
    let message = "templated: what this file says is computed, and only the rest could be read";
    result.errors = vec![SyntaxError::new(first, message)];
    result
}

/// Joins a line of a flow collection that is indented less than YAML asks, such as a closing bracket below its key, with
/// the one before it: libyaml and what is built on it read such lines. `false` where the parser failed on another thing.
fn join_flow(bytes: &mut [u8], failure: &Failure) -> bool {
    let Some(flow) = failure.flow.filter(|_| failure.message.starts_with("invalid indentation")) else {
        return false;
    };
    let end = failure.at.min(bytes.len());
    // A key where a list should go on: the list was never closed.
    if bytes.get(flow) == Some(&b'[')
        && starts_key(bytes[line_start(bytes, end)..line_end(bytes, end)].trim_ascii_start())
    {
        return false;
    }
    let mut at = failure.understood.max(flow).min(end);
    let mut joined = false;
    while at < end {
        let comment = bytes[at] == b'#' && bytes[at - 1].is_ascii_whitespace();
        let stop = if comment { line_end(bytes, at).min(end) } else { at + 1 };
        if comment || matches!(bytes[at], b'\n' | b'\r') {
            joined = true;
            bytes[at..stop].fill(b' ');
        }
        at = stop;
    }
    joined
}

/// Overwrites what the parser failed on. `false` where there is nothing left to overwrite.
fn blank(text: &str, bytes: &mut [u8], failure: &Failure, from_before: &mut Option<usize>) -> bool {
    let from =
        failure.flow.unwrap_or_else(|| next_token(bytes, failure.understood.min(failure.at), failure.at));
    let stuck = from_before.is_some_and(|before| from <= before);
    *from_before = Some(from_before.unwrap_or(0).max(from));
    let line = line_start(bytes, from);
    let indent = if stuck { 0 } else { column_of_content(bytes, line, from) };
    let mut changed = false;
    if stuck {
        changed = overwrite(bytes, line, line_end(bytes, line));
    }
    changed |= overwrite(bytes, from, line_end(bytes, from));
    let mut next = line_end(bytes, from) + 1;
    while next < bytes.len() {
        let end = line_end(bytes, next);
        let content = &bytes[next..end];
        let column = content.iter().position(|byte| *byte != b' ').unwrap_or(usize::MAX);
        let is_marker = content.starts_with(b"---") || content.starts_with(b"...");
        if is_marker || column <= indent && (!stuck || starts_key(content)) {
            break;
        }
        changed |= overwrite(bytes, next, end);
        next = end + 1;
    }
    // The last resort: the parser sees the mistake elsewhere than we do.
    if !changed {
        let at = line_start(bytes, failure.at.min(text.len()));
        changed = overwrite(bytes, at, line_end(bytes, at));
    }
    changed
}

/// Whether a line begins a key in the first column.
fn starts_key(line: &[u8]) -> bool {
    let first =
        line.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'\'' | b'_'));
    first
        && line
            .iter()
            .position(|byte| *byte == b':')
            .is_some_and(|at| matches!(line.get(at + 1), None | Some(b' ' | b'\r')))
}

/// The first byte at or after `at`, at most `limit`, that begins a token: white space, comments, colons and commas are
/// stepped over.
fn next_token(bytes: &[u8], mut at: usize, limit: usize) -> usize {
    while let Some(byte) = bytes.get(at).filter(|_| at < limit) {
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' | b':' | b',' => at += 1,
            b'#' if at == 0 || bytes[at - 1].is_ascii_whitespace() => at = line_end(bytes, at),
            _ => break,
        }
    }
    at
}

/// The column, in bytes, of the first token of a line after dashes of a list that stand before `from`.
fn column_of_content(bytes: &[u8], line: usize, from: usize) -> usize {
    let mut at = line;
    while at < from && (bytes[at] == b' ' || bytes[at] == b'-' && bytes.get(at + 1) == Some(&b' ')) {
        at += 1;
    }
    at - line
}

fn line_start(bytes: &[u8], at: usize) -> usize {
    memchr::memrchr(b'\n', &bytes[..at.min(bytes.len())]).map_or(0, |found| found + 1)
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let at = at.min(bytes.len());
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

/// Overwrites with spaces, except line breaks. Whether anything but white space stood there.
fn overwrite(bytes: &mut [u8], start: usize, end: usize) -> bool {
    let mut changed = false;
    for byte in &mut bytes[start..end] {
        changed |= !byte.is_ascii_whitespace();
        if *byte != b'\r' && *byte != b'\n' {
            *byte = b' ';
        }
    }
    changed
}

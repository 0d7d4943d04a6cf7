//! What was left in source from trying something out.

use std::sync::LazyLock;

use regex::Regex;

use super::edit::Edit;
use super::{Sources, Target};
use crate::facts::TestFile;
use crate::source::{Span, pattern};

/// A `debugger` statement: away, with its line where nothing else stands there.
pub(super) fn debugger(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let text = sources.tree.text(target.file);
    let (start, end) = (target.span.start as usize, target.span.end as usize);
    if !target.span.of(text).starts_with("debugger") {
        return Err("it is written in some other way".to_owned());
    }
    let end = if text[end..].starts_with(';') { end + 1 } else { end };
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let next = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let alone = text[line..start].trim().is_empty() && text[end..next].trim().is_empty();
    let before = text[..line].trim_end();
    // A statement that is the body of an `if` or a loop needs another in its place.
    if !before.is_empty() && !before.ends_with(['{', ';', '}', '/', ','])
        || !alone && !text[..start].trim_end().ends_with(['{', ';', '}'])
    {
        return Err("the statement around it needs it".to_owned());
    }
    let span = if alone { Span::new(line, next) } else { Span::new(start, end) };
    Ok(vec![Edit::replace(sources.path(target.file), span, "")])
}

/// What keeps tests from running beside it, at the beginning of a statement.
static FOCUS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?m)^[ \t]*(?:((?:it|test|describe|context|suite|specify)(?:\.[a-z]+)*)\.only\b|f((?:it|describe|context)\b))\s*[(.]",
    )
});

/// A test that keeps others from running, and those that would do so after it: all run beside the others.
pub(super) fn focus(sources: &Sources<'_>, target: &Target<'_>) -> Result<Vec<Edit>, String> {
    let focus = sources.fact::<TestFile>(target).and_then(|(_, file)| file.focus.as_deref());
    let text = sources.tree.text(target.file);
    let found = FOCUS.as_ref().into_iter().flat_map(|pattern| pattern.captures_iter(text));
    let path = sources.path(target.file);
    let edits = found.filter_map(|found| {
        let (span, all) = match (found.get(1), found.get(2)) {
            (Some(all), _) => (Span::new(all.start(), all.end() + ".only".len()), all.as_str()),
            (_, Some(all)) => (Span::new(all.start() - 1, all.end()), all.as_str()),
            _ => return None,
        };
        Some((span, Edit::replace(path, span, all)))
    });
    let edits: Vec<_> = edits.collect();
    if focus.is_none() || !edits.iter().any(|(span, _)| *span == target.span) {
        return Err("it is written in some other way".to_owned());
    }
    Ok(edits.into_iter().map(|(_, edit)| edit).collect())
}

//! How an instruction is cut into words: by blanks, by blanks outside quotes, as flags, or as a JSON array.

use std::ops::Range;

use super::script::Script;

/// A flag as it stands before the arguments.
pub(super) struct RawFlag {
    /// In the text it was read from.
    pub(super) range: Range<usize>,
    /// Quotes and escapes removed.
    pub(super) text: Script,
}

/// What an argument that looks like a JSON array is.
pub(super) enum Json {
    /// An array of strings, each with its place (quotes included).
    Strings(Vec<(Range<usize>, String)>),
    /// A valid array that holds something else than strings; the builder refuses it.
    NotStrings,
    /// No valid JSON: the builder takes it as shell form.
    Invalid,
}

/// Blanks that separate words. Others that Unicode knows are part of a word.
fn is_blank(char: char) -> bool {
    matches!(char, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// The part of `range` that is left without white space at both ends.
pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (part.len() - part.trim_start().len());
    start..(start + part.trim().len())
}

/// The first word up to a blank, and the rest after the blanks.
pub(super) fn first(text: &str, range: Range<usize>) -> (Range<usize>, Range<usize>) {
    let part = &text[range.clone()];
    let end = part.find(is_blank).unwrap_or(part.len());
    let rest = part[end..].find(|char| !is_blank(char)).map_or(part.len(), |at| end + at);
    (range.start..range.start + end, range.start + rest..range.end)
}

/// Words separated by blanks, quotes disregarded.
pub(super) fn blank_separated(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut rest = trim(text, range);
    while !rest.is_empty() {
        let (word, after) = first(text, rest);
        words.push(word);
        rest = after;
    }
    words
}

/// Words separated by white space outside quotes and not escaped; quotes stay.
pub(super) fn quoted(text: &str, range: Range<usize>, escape: char) -> Vec<Range<usize>> {
    let part = &text[range.clone()];
    let mut words = Vec::new();
    let (mut start, mut quote) = (None, None);
    let mut chars = part.char_indices().peekable();
    let mut end = part.len();
    while let Some((at, char)) = chars.next() {
        if quote.is_none() && char.is_whitespace() {
            if let Some(start) = start.take() {
                words.push(range.start + start..range.start + at);
            }
            continue;
        }
        start.get_or_insert(at);
        if char == escape && quote != Some('\'') {
            if chars.next().is_none() {
                end = at; // an escape at the very end escapes nothing and is dropped
            }
        } else if quote == Some(char) {
            quote = None;
        } else if quote.is_none() && matches!(char, '\'' | '"') {
            quote = Some(char);
        }
    }
    if let Some(start) = start.filter(|&start| start < end) {
        words.push(range.start + start..range.start + end);
    }
    words
}

/// The `--name=value` words at the start of `range`, and what follows them.
pub(super) fn flags(line: &Script, range: Range<usize>, escape: char) -> (Vec<RawFlag>, Range<usize>) {
    let mut flags = Vec::new();
    let mut at = range.start;
    loop {
        let rest = &line.text[at..range.end];
        at += rest.len() - rest.trim_start().len();
        if !line.text[at..range.end].starts_with("--") {
            return (flags, at..range.end);
        }
        let flag = flag(line, at..range.end, escape);
        at = flag.range.end;
        if flag.text.text == "--" {
            return (flags, at..range.end);
        }
        flags.push(flag);
    }
}

/// One flag, up to white space outside quotes.
fn flag(line: &Script, range: Range<usize>, escape: char) -> RawFlag {
    let part = &line.text[range.clone()];
    let mut text = line.slice(range.start..range.start);
    let (mut quote, mut end) = (None, part.len());
    let mut chars = part.char_indices();
    while let Some((at, char)) = chars.next() {
        let kept = if char == escape {
            chars.next()
        } else if quote == Some(char) {
            quote = None;
            None
        } else if quote.is_none() && matches!(char, '\'' | '"') {
            quote = Some(char);
            None
        } else if quote.is_none() && char.is_whitespace() {
            end = at;
            break;
        } else {
            Some((at, char))
        };
        if let Some((at, char)) = kept {
            text.push_part(line, range.start + at..range.start + at + char.len_utf8());
        }
    }
    RawFlag { range: range.start..range.start + end, text }
}

/// Reads `range` as a JSON array of strings.
pub(super) fn json(text: &str, range: Range<usize>) -> Json {
    let part = &text[range.clone()];
    if !part.trim_start().starts_with('[') {
        return Json::Invalid;
    }
    let Ok(items) = serde_json::from_str::<Vec<serde_json::Value>>(part) else { return Json::Invalid };
    let Some(values) = items
        .into_iter()
        .map(|item| match item {
            serde_json::Value::String(value) => Some(value),
            _ => None,
        })
        .collect::<Option<Vec<_>>>()
    else {
        return Json::NotStrings;
    };
    // A valid array of strings has quotes only around its strings.
    let (mut places, mut open, mut escaped) = (Vec::new(), None, false);
    for (at, byte) in part.bytes().enumerate() {
        match (open, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(start), b'"') => {
                places.push(range.start + start..range.start + at + 1);
                open = None;
            }
            (None, b'"') => open = Some(at),
            _ => {}
        }
    }
    Json::Strings(places.into_iter().zip(values).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes_hold_a_word_together() {
        let cut = |text: &str| {
            quoted(text, 0..text.len(), '\\')
                .into_iter()
                .map(|range| text[range].to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(cut(r#"a="b c" d=e\ f 'g h'"#), [r#"a="b c""#, r"d=e\ f", "'g h'"]);
        assert_eq!(cut(r#"a="x\"y" b"#), [r#"a="x\"y""#, "b"]);
        assert_eq!(cut("a=1 \\"), ["a=1"]);
        assert_eq!(cut(r"a='b\' c"), [r"a='b\'", "c"]);
    }

    #[test]
    fn flags_end_at_the_first_other_word() {
        let mut line = Script::at(0);
        line.push("--a=1 --b='x y' --c\\ d e --f", 0);
        let (found, rest) = flags(&line, 0..line.text.len(), '\\');
        let texts: Vec<_> = found.iter().map(|flag| flag.text.text.as_str()).collect();
        assert_eq!(texts, ["--a=1", "--b=x y", "--c d"]);
        assert_eq!(&line.text[rest], "e --f");
    }

    #[test]
    fn two_dashes_end_the_flags() {
        let mut line = Script::at(0);
        line.push("--a -- --b", 0);
        let (found, rest) = flags(&line, 0..line.text.len(), '\\');
        assert_eq!((found.len(), &line.text[rest]), (1, " --b"));
    }
}

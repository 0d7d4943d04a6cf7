//! `.env` files and their templates.
//!
//! The dialect is that of node's `dotenv`, which most tools follow: `export`, three kinds of quotes, quoted values
//! over several lines, escapes in double quotes, comments after a space.

use super::lines::{Line, in_order, lines, trim};
use super::{Parsed, SyntaxError};
use crate::source::Span;

/// A `.env` file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dotenv {
    /// In the order of the file; of a repeated name every entry is kept, and the last one counts.
    pub entries: Vec<EnvEntry>,
}

/// One `NAME=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // independent marks of one line, none excludes another
pub struct EnvEntry {
    /// The name of the variable.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The value without its quotes, escapes resolved; references to other variables stay as written.
    pub value: String,
    /// Where the value stands, quotes included; empty where there is none.
    pub value_span: Span,
    /// Whether the value stands in quotes.
    pub quoted: bool,
    /// Whether `export` stands before it.
    pub exported: bool,
    /// Whether it is a comment of the form `# NAME=value`.
    pub commented_out: bool,
    /// Whether white space stands around `=`, which a shell would not read.
    pub spaced: bool,
    /// The comment behind the value, without `#`.
    pub comment: Option<String>,
}

impl Dotenv {
    /// The entries that set a variable: not those commented out.
    pub fn active(&self) -> impl Iterator<Item = &EnvEntry> {
        self.entries.iter().filter(|entry| !entry.commented_out)
    }
}

/// Reads a `.env` file. Errors: a line without `=`, a name with other characters than letters, digits, `_`, `.` and
/// `-`, a quote that is never closed, text after a closing quote. Repeated names are no error here.
pub fn parse(text: &str) -> Parsed<Dotenv> {
    let mut document = Dotenv::default();
    let mut errors = Vec::new();
    // A quoted value may reach over several lines; those were read with its first.
    let mut read_to = 0;
    for line in lines(text) {
        let span = line.trimmed();
        if (span.start as usize) < read_to || span.is_empty() {
            continue;
        }
        match line_of(text, line) {
            Ok(Some((entry, end, error))) => {
                read_to = end;
                document.entries.push(entry);
                errors.extend(error);
            }
            Ok(None) => {}
            Err(error) => errors.push(error),
        }
    }
    Parsed { document, errors: in_order(errors) }
}

type Assignment = (EnvEntry, usize, Option<SyntaxError>);

/// A line that is neither blank nor inside of a value.
fn line_of(text: &str, line: Line<'_>) -> Result<Option<Assignment>, SyntaxError> {
    let span = line.trimmed();
    let content = span.of(text);
    let start = span.start as usize;
    let Some(comment) = content.strip_prefix('#') else {
        return assignment(text, start, line.end(), false);
    };
    let assigned = comment.trim_start_matches(['#', ' ', '\t']);
    let start = start + content.len() - assigned.len();
    let name_length = assigned.find(|c: char| !is_name_part(c)).unwrap_or(assigned.len());
    // Prose may hold `=` too: only `NAME=` directly after the mark is an assignment.
    let is_assignment = assigned.strip_prefix("export ").is_some_and(|rest| rest.contains('='))
        || name_length > 0 && assigned[name_length..].starts_with('=');
    if !is_assignment {
        return Ok(None);
    }
    let found = assignment(text, start, line.end(), true).ok().flatten();
    Ok(found.filter(|(entry, _, error)| {
        let loud = !entry.name.contains(|c: char| c.is_ascii_lowercase());
        error.is_none() && (loud || entry.quoted || !entry.value.contains(' '))
    }))
}

/// `[export] NAME = value` from `start`, its line ending at `line_end`.
fn assignment(
    text: &str,
    start: usize,
    line_end: usize,
    commented_out: bool,
) -> Result<Option<Assignment>, SyntaxError> {
    let mut content = &text[start..line_end];
    let mut name_start = start;
    let rest = content.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
    let exported = rest.is_some();
    if let Some(rest) = rest {
        content = rest.trim_start();
        name_start = line_end - content.len();
    }
    let Some(equals) = content.find('=') else {
        // `export NAME` passes a variable on.
        let passed_on = exported && content.trim().chars().all(is_name_part);
        let message = "expected `=` after the name";
        return if passed_on { Ok(None) } else { Err(SyntaxError::new(trim(content, name_start), message)) };
    };
    let name_span = trim(&content[..equals], name_start);
    let name = name_span.of(text);
    if name.is_empty() {
        return Err(SyntaxError::new(Span::new(name_start, line_end), "a value without a name"));
    }
    if !name.chars().all(is_name_part) || name.starts_with(|c: char| c.is_ascii_digit()) {
        // What stands there is not repeated: it may be a line of a key that lost its quotes.
        return Err(SyntaxError::new(name_span, "this is no name of a variable"));
    }
    let after = &content[equals + 1..];
    let gap = after.len() - after.trim_start().len();
    let value = value(text, name_start + equals + 1, line_end, !commented_out);
    let spaced = name.len() < equals || gap > 0 && !value.span.is_empty();
    let entry = EnvEntry {
        name: name.to_owned(),
        name_span,
        value: value.text,
        value_span: value.span,
        quoted: value.quoted,
        exported,
        commented_out,
        spaced,
        comment: value.comment,
    };
    Ok(Some((entry, value.end, value.error)))
}

struct Written {
    text: String,
    span: Span,
    quoted: bool,
    comment: Option<String>,
    /// Where what was read ends: past the line, for a value of several.
    end: usize,
    error: Option<SyntaxError>,
}

/// The value that begins after the `=` at `start`.
fn value(text: &str, start: usize, line_end: usize, may_span_lines: bool) -> Written {
    let line = &text[start..line_end];
    let from = start + line.len() - line.trim_start().len();
    let quote = text[from..line_end].chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    let Some(quote) = quote else { return bare(text, start, line_end) };
    let limit = if may_span_lines { text.len() } else { line_end };
    let Some(close) = closing(&text[from + 1..limit], quote).map(|length| from + 1 + length) else {
        let span = trim(&text[from..line_end], from);
        let error = Some(SyntaxError::new(span, "this quote is never closed"));
        let text = span.of(text)[1..].to_owned();
        return Written { text, span, quoted: true, comment: None, end: line_end, error };
    };
    let inner = &text[from + 1..close];
    let end = memchr::memchr(b'\n', &text.as_bytes()[close..]).map_or(text.len(), |length| close + length);
    let rest = trim(&text[close + 1..end], close + 1);
    let comment = rest.of(text).strip_prefix('#').map(|comment| comment.trim().to_owned());
    let error = (comment.is_none() && !rest.is_empty())
        .then(|| SyntaxError::new(rest, "text after the closing quote"));
    let value = if quote == '"' { unescaped(inner) } else { inner.replace("\r\n", "\n") };
    Written { text: value, span: Span::new(from, close + 1), quoted: true, comment, end, error }
}

/// A value without quotes, up to a `#` with white space before it.
fn bare(text: &str, start: usize, line_end: usize) -> Written {
    let line = &text[start..line_end];
    let mark = line.match_indices('#').map(|(at, _)| at).find(|at| line[..*at].ends_with([' ', '\t']));
    let span = trim(&line[..mark.unwrap_or(line.len())], start);
    let span = if span.is_empty() { Span::new(start, start) } else { span };
    let comment = mark.map(|at| line[at + 1..].trim().to_owned());
    Written { text: span.of(text).to_owned(), span, quoted: false, comment, end: line_end, error: None }
}

/// How far the closing quote is, escaped ones passed over.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let found = c == quote && !escaped;
        escaped = c == '\\' && !escaped && quote == '"';
        found.then_some(at)
    })
}

/// A text of double quotes with its escapes resolved; unknown ones stay as written.
fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        let resolved = match (character, next) {
            ('\\', Some('n')) | ('\r', Some('\n')) => '\n',
            ('\\', Some('r')) => '\r',
            ('\\', Some('t')) => '\t',
            ('\\', Some(c @ ('"' | '\\' | '$' | '`'))) => c,
            _ => {
                result.push(character);
                continue;
            }
        };
        characters.next();
        result.push(resolved);
    }
    result
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;
    use crate::parse::lines::check;

    /// Each entry as `NAME=value` with marks: `x` exported, `q` quoted, `#` commented out, `s` spaced, `(comment)`.
    fn show(text: &str) -> Vec<String> {
        let marks = |flags: [(bool, char); 4]| {
            flags.into_iter().filter(|(on, _)| *on).map(|(_, c)| c).collect::<String>()
        };
        parse(text)
            .document
            .entries
            .iter()
            .map(|e| {
                let marks =
                    marks([(e.exported, 'x'), (e.quoted, 'q'), (e.commented_out, '#'), (e.spaced, 's')]);
                let comment = e.comment.as_ref().map(|comment| format!("({comment})")).unwrap_or_default();
                format!("{marks} {}={}{comment}", e.name, e.value)
            })
            .collect()
    }

    #[test]
    fn entries() {
        for (text, expected) in [
            ("", &[][..]),
            ("A=1\nB=\n", &[" A=1", " B="]),
            ("export A='x y' # note\n", &["xq A=x y(note)"]),
            ("A=\"a\\nb\\\"c\"\nB='a\\n'\nC=`x`\n", &["q A=a\nb\"c", "q B=a\\n", "q C=x"]),
            (
                "KEY=\"-----BEGIN\r\nabc\r\n-----END\"\r\nB=2\r\n",
                &["q KEY=-----BEGIN\nabc\n-----END", " B=2"],
            ),
            ("A=x#y z # c\nB= # none\nC=#x\n", &[" A=x#y z(c)", " B=(none)", " C=#x"]),
            ("A = 1\nB =2\n", &["s A=1", "s B=2"]),
            (
                "# A=1\n#B='x y'\n# prose with a = sign\n# see a=b or so\n# TODO: x=y\n",
                &["# A=1", "q# B=x y"],
            ),
            ("A=1\nA=2\n", &[" A=1", " A=2"]),
            ("\u{feff}É=1\nA=ü\r\n", &[" A=ü"]),
            ("URL=postgres://u:p@h/db?x=y\n", &[" URL=postgres://u:p@h/db?x=y"]),
        ] {
            assert_eq!(show(text), expected, "{text}");
        }
    }

    #[test]
    fn the_rest_survives_an_error() {
        for (text, errors, expected) in [
            ("KEY\nA=1\n", &["expected `=` after the name"][..], &[" A=1"][..]),
            ("=1\nA=1\n", &["a value without a name"], &[" A=1"]),
            (
                "A B=1\n1A=2\nC=1\n",
                &["this is no name of a variable", "this is no name of a variable"],
                &[" C=1"],
            ),
            ("A=\"x\nB=1\n", &["this quote is never closed"], &["q A=x", " B=1"]),
            ("A='x' y\nB=1\n", &["text after the closing quote"], &["q A=x", " B=1"]),
            ("export PATH\n", &[], &[]),
        ] {
            let found = parse(text).errors;
            assert_eq!(found.iter().map(|error| &*error.message).collect::<Vec<_>>(), errors, "{text}");
            assert_eq!(show(text), expected, "{text}");
        }
    }

    #[test]
    fn spans_are_bytes_of_the_given_text() {
        let text = "\u{feff}# é\r\nA = \"ü\r\nx\" # c\r\n#B=1\r\n";
        let entries = parse(text).document.entries;
        assert_eq!((entries[0].name_span.of(text), entries[0].value_span.of(text)), ("A", "\"ü\r\nx\""));
        assert_eq!((entries[1].name_span.of(text), entries[1].value_span.of(text)), ("B", "1"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in prop_oneof![".*", check::soup(&[
            "A", "B_C", "=", " = ", "\"", "'", "`", "\n", "\r\n", "#", " # ", "export ", "é", "\\", "\u{feff}", "1", " ",
        ])]) {
            let parsed = parse(&text);
            check::errors(&text, &parsed.errors);
            for entry in &parsed.document.entries {
                check::span(&text, entry.name_span);
                check::span(&text, entry.value_span);
            }
        }
    }
}

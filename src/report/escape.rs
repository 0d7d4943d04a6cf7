//! Text as part of a format: each function makes what a repository says of itself mean nothing there but itself.

use std::fmt::Write as _;

/// Text inside an element or a quoted attribute of HTML or XML. What XML 1.0 cannot hold at all is shown as an escape.
pub(super) fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(character),
            '\u{fffe}' | '\u{ffff}' => out.extend(character.escape_default()),
            _ if character.is_control() => out.extend(character.escape_default()),
            _ => out.push(character),
        }
    }
    out
}

/// A path as part of an address: everything but letters, digits, `/`, `.`, `-`, `_` and `~` as `%XX`.
pub fn address(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/.-_~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The text of a workflow command of GitHub.
pub(super) fn command(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a workflow command of GitHub.
pub(super) fn property(text: &str) -> String {
    command(text).replace(':', "%3A").replace(',', "%2C")
}

/// The value of a label of a metric.
pub(super) fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// A text without backslashes' meaning for SARIF: what looks like a link of it is none.
pub(super) fn sarif(text: &str) -> String {
    if text.contains("](") {
        text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    }
}

/// A sentence of a rule as HTML: what stands between backticks is code.
pub(super) fn sentence(text: &str) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Code(code) => format!("<code>{}</code>", markup(code)),
            Piece::Prose(prose) => markup(prose),
        })
        .collect()
}

/// Text of one line in Markdown, at whatever place of a line, in a table too. What stands between backticks is code.
pub(super) fn markdown(text: &str) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Code(text) => code(text),
            Piece::Prose(text) => prose(text),
        })
        .collect()
}

/// A text as code in Markdown, in a table too: a bar would end the cell there, and has to be written as HTML.
pub(super) fn code(text: &str) -> String {
    if text.contains('|') {
        let text = markup(text).replace('|', "&#124;");
        let quiet = ['\\', '`', '*', '_', '[', ']', '~', '#', '@', '!'];
        let mut out = String::new();
        for character in text.replace("&#124;", "\u{0}").replace("&#39;", "\u{1}").chars() {
            match character {
                '\u{0}' => out.push_str("&#124;"),
                '\u{1}' => out.push_str("&#39;"),
                _ if quiet.contains(&character) => {
                    let _ = write!(out, "&#{};", u32::from(character));
                }
                _ => out.push(character),
            }
        }
        return format!("<code>{out}</code>");
    }
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Lines as a block of code in Markdown; they cannot end it.
pub(super) fn fenced(lines: &str) -> String {
    let fence = "`".repeat(longest_run(lines).max(2) + 1);
    format!("{fence}\n{lines}\n{fence}\n")
}

/// How many backticks stand in a row at most.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// A text without the marks of Markdown, without mentions of people and issues, and without links.
fn prose(text: &str) -> String {
    const MARKS: &str = "\\`*_[]<>|~&#$";
    let mut out = String::with_capacity(text.len() + 8);
    for (at, character) in text.char_indices() {
        let next = text[at + character.len_utf8()..].chars().next();
        let before = text[..at].chars().next_back();
        let begins = before.is_none() && matches!(character, '-' | '+' | '=' | '!');
        if MARKS.contains(character) || begins {
            out.push('\\');
        }
        // What begins a list at the beginning of a line.
        let ends = next.is_none_or(char::is_whitespace);
        if matches!(character, '.' | ')') && ends && before.is_some() && is_number(&text[..at]) {
            out.push('\\');
        }
        out.push(character);
        let names = next.is_some_and(char::is_alphanumeric);
        // A comment shows nothing, and what would be a mention or a link is none.
        if matches!(character, '@' | '#') && names
            || character == ':' && text[at..].starts_with("://")
            || character == '.' && text[..at].to_ascii_lowercase().ends_with("www")
        {
            out.push_str("<!-- -->");
        }
    }
    out
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A part of a sentence of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// As it is.
    Prose(&'t str),
    /// What stood between backticks.
    Code(&'t str),
}

/// A sentence in its parts: what stands between two backticks is code, a backtick without a second one is text.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let opening = rest.find('`');
        if let Some(0) = opening
            && let Some(end) = rest[1..].find('`').filter(|end| *end > 0)
        {
            let piece = Piece::Code(&rest[1..=end]);
            rest = &rest[end + 2..];
            return Some(piece);
        }
        // A backtick that opens nothing belongs to the text.
        let skip = usize::from(opening == Some(0));
        let end = rest[skip..].find('`').map_or(rest.len(), |end| end + skip);
        let piece = Piece::Prose(&rest[..end]);
        rest = &rest[end..];
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_its_own_marks() {
        type Escape = fn(&str) -> String;
        let cases: &[(Escape, &str, &str)] = &[
            (
                markup,
                "<script>\"a\" & 'b'</script>",
                "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;",
            ),
            (markup, "\u{1b}[1m\u{ffff}", "\\u{1b}[1m\\u{ffff}"),
            (sentence, "`a<b` & c", "<code>a&lt;b</code> &amp; c"),
            (address, "a b/日.ts?x#y", "a%20b/%E6%97%A5.ts%3Fx%23y"),
            (command, "50 %\r\n::error::x", "50 %25%0D%0A::error::x"),
            (property, "a:b,c%0A", "a%3Ab%2Cc%250A"),
            (label, "a\"b\\c\nd", "a\\\"b\\\\c\\nd"),
            (sarif, "[x](1)", "\\[x\\](1)"),
            (sarif, "a[0] \\ b", "a[0] \\ b"),
            (markdown, "`a|b` | <b>", "<code>a&#124;b</code> \\| \\<b\\>"),
            (markdown, "`npm test` runs", "`npm test` runs"),
            (markdown, "a ` b", "a \\` b"),
            (markdown, "``", "\\`\\`"),
            (markdown, "- x", "\\- x"),
            (markdown, "12. x", "12\\. x"),
            (markdown, "0.1.0", "0.1.0"),
            (markdown, "ask @someone about #12", "ask @<!-- -->someone about \\#<!-- -->12"),
            (markdown, "see https://x.y", "see https:<!-- -->//x.y"),
            (code, "a`b", "``a`b``"),
            (code, "`a", "`` `a ``"),
            (code, "", ""),
            (fenced, "a\n```\nb", "````\na\n```\nb\n````\n"),
        ];
        for (escape, text, escaped) in cases {
            assert_eq!(escape(text), *escaped, "{text:?}");
        }
    }
}

//! Finding `<<NAME` in a logical line, the way the builder does.

use crate::source::pattern;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lex;

/// A heredoc announced on a line.
#[derive(Debug)]
pub(super) struct Announced {
    /// Where `<<NAME` stands in the text.
    pub(super) range: Range<usize>,
    /// The closing line, quotes removed.
    pub(super) name: String,
    /// Whether variables in the body are substituted: no part of the name is quoted.
    pub(super) expand: bool,
    /// Whether leading tabs are stripped: `<<-`.
    pub(super) strip_tabs: bool,
    /// The file descriptor before `<<`.
    pub(super) descriptor: Option<u32>,
}

/// The escape character in heredoc words is always this one, whatever the directive says.
const ESCAPE: char = '\\';

static HEREDOC: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"^([0-9]*)<<(-?)\s*([^<]*)$"));

/// All heredocs of a line; none where its quotes do not match. The error says which name cannot be read.
pub(super) fn find(line: &str) -> Result<Vec<Announced>, (Range<usize>, String)> {
    if !line.contains("<<") {
        return Ok(Vec::new());
    }
    let Some(words) = words(line) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for range in words {
        match parse(&line[range.clone()]) {
            Ok(Some(heredoc)) => found.push(Announced { range, ..heredoc }),
            Ok(None) => {}
            Err(message) => return Err((range, message)),
        }
    }
    Ok(found)
}

/// Reads one word as a heredoc.
pub(super) fn parse(word: &str) -> Result<Option<Announced>, String> {
    let Some(groups) = HEREDOC.as_ref().and_then(|regex| regex.captures(word)) else { return Ok(None) };
    let (descriptor, rest) = (groups[1].parse().ok(), &groups[3]);
    if rest.is_empty() {
        return Ok(None);
    }
    let name = lex::expand(rest, ESCAPE, &lex::Nothing)?.display();
    if name.is_empty() || words(rest).is_none_or(|words| words.len() != 1) {
        return Ok(None);
    }
    let quotes = |text: &str| text.matches(['\'', '"']).count();
    let expand = quotes(rest) == quotes(&name); // an escaped quote is still there, one that quotes is gone
    Ok(Some(Announced { range: 0..word.len(), name, expand, strip_tabs: !groups[2].is_empty(), descriptor }))
}

/// Shell words; blanks after `<<` belong to the word.
fn words(line: &str) -> Option<Vec<Range<usize>>> {
    let mut words = Vec::new();
    let (mut start, mut at) = (None, 0);
    while let Some(char) = line[at..].chars().next() {
        if char.is_whitespace() {
            if let Some(start) = start.take() {
                words.push(start..at);
            }
            at += char.len_utf8();
            continue;
        }
        start.get_or_insert(at);
        at = if line[at..].starts_with("<<") {
            let rest = &line[at + 2..];
            at + 2 + (rest.len() - rest.trim_start_matches(['\t', '\r', ' ']).len())
        } else {
            lex::skip(line, at, ESCAPE).ok()?
        };
    }
    words.extend(start.map(|start| start..line.len()));
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heredocs_of_a_line() {
        for (line, names) in [
            ("RUN <<EOF", vec!["EOF"]),
            ("RUN <<- EOF", vec![]), // the builder leaves this one to the shell
            ("RUN << -EOF", vec!["-EOF"]),
            ("RUN <<'EOF'", vec!["EOF"]),
            ("COPY <<A <<\"B\" /dest/", vec!["A", "B"]),
            ("RUN <<EOF python3", vec!["EOF"]),
            ("RUN 3<<EOF cat", vec!["EOF"]),
            ("RUN \"<<EOF\"", vec![]),
            ("RUN echo \"<<EOF", vec![]),
            ("RUN cat <<<EOF", vec![]),
            ("RUN <<", vec![]),
            ("RUN <<'one two'", vec!["one two"]),
            ("RUN <<$EOF", vec!["$EOF"]),
            ("RUN <<'e'o\\'f", vec!["eo'f"]),
        ] {
            let found: Vec<_> = find(line).unwrap().into_iter().map(|heredoc| heredoc.name).collect();
            assert_eq!(found, names, "{line}");
        }
    }

    #[test]
    fn a_quoted_name_keeps_the_body_as_it_is() {
        for (word, expand) in [
            ("<<EOF", true),
            ("<<'EOF'", false),
            ("<<eo'f'", false),
            ("<<eo\\'f", true),
            ("<<'e'o\\'f", false),
        ] {
            assert_eq!(parse(word).unwrap().unwrap().expand, expand, "{word}");
        }
    }

    #[test]
    fn a_name_with_an_open_quote_is_an_error() {
        for word in ["<<'EOF", "<<\"EOF", "<<EOF'"] {
            assert!(parse(word).is_err(), "{word}");
        }
    }
}

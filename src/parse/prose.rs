//! reStructuredText, `AsciiDoc` and plain text, as far as their headings go, in the shape of [`Markdown`].

use super::Parsed;
use super::lines::{Line, lines};
use super::markdown::{Content, Heading, Link, Markdown};
use crate::source::Span;

/// Reads headings with what stands under them, and addresses of the web. Every text is prose, so there are no errors.
pub fn parse(text: &str) -> Parsed<Markdown> {
    let lines: Vec<Line<'_>> = lines(text).collect();
    let mut document = Markdown::default();
    let mut marks: Vec<char> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (line, next) = (lines[at], lines.get(at + 1));
        if let Some((level, title)) = asciidoc(line.text) {
            document.headings.push(heading(level, title, line.trimmed()));
        } else if let Some(mark) = next.and_then(|next| underline(line.text, next.text)) {
            let known = marks.iter().position(|known| *known == mark);
            let level = known.unwrap_or_else(|| {
                marks.push(mark);
                marks.len() - 1
            });
            let level = u8::try_from(level + 1).unwrap_or(6).min(6);
            document.headings.push(heading(level, line.text.trim(), line.trimmed()));
            at += 1;
        } else {
            let content =
                document.headings.last_mut().map_or(&mut document.preamble, |heading| &mut heading.content);
            count(line, content, &mut document.links);
        }
        at += 1;
    }
    close(&mut document.headings, text.len());
    Parsed { document, errors: Vec::new() }
}

/// `== Title`: the level and the title.
fn asciidoc(line: &str) -> Option<(u8, &str)> {
    let title = line.trim_start_matches('=');
    let level = line.len() - title.len();
    let text = title.strip_prefix(' ')?.trim();
    (1..=6).contains(&level).then_some((u8::try_from(level).unwrap_or(6), text)).filter(|_| !text.is_empty())
}

/// The character of which a line that underlines `title` is made.
fn underline(title: &str, line: &str) -> Option<char> {
    let line = line.trim_end();
    let mark = line.chars().next().filter(|c| "=-~^\"'`#*+.:_".contains(*c))?;
    let whole = line.chars().all(|c| c == mark) && line.len() >= 3;
    let titled =
        !title.trim().is_empty() && !title.starts_with([' ', '\t']) && title.contains(char::is_alphanumeric);
    (whole && titled && line.chars().count() + 2 >= title.trim().chars().count()).then_some(mark)
}

fn heading(level: u8, text: &str, span: Span) -> Heading {
    Heading { level, text: text.to_owned(), span, section: span, content: Content::default() }
}

fn count(line: Line<'_>, content: &mut Content, links: &mut Vec<Link>) {
    let trimmed = line.text.trim();
    let listed = ["- ", "* ", "+ ", "#. ", ". "].iter().any(|mark| trimmed.starts_with(mark))
        || trimmed
            .split_once(['.', ')'])
            .is_some_and(|(number, rest)| number.parse::<u16>().is_ok() && rest.starts_with(' '));
    content.lists += usize::from(listed);
    let code = trimmed == "::" || trimmed.ends_with(" ::") || trimmed == "----" || trimmed == "```";
    let directive =
        [".. code", ".. sourcecode", "[source", ".. prompt"].iter().any(|mark| trimmed.starts_with(mark));
    content.code_blocks +=
        usize::from(code || directive || trimmed.ends_with("::") && !trimmed.starts_with(".."));
    content.words += trimmed.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    for (at, _) in line.text.match_indices("http") {
        let rest = &line.text[at..];
        if rest.starts_with("http://") || rest.starts_with("https://") {
            let end = rest.find(|c: char| c.is_whitespace() || "<>[]`\"".contains(c)).unwrap_or(rest.len());
            content.links += 1;
            let start = line.start + at;
            let text = line.text[..at].rsplit(['`', '[', '.']).next().unwrap_or_default();
            let text = text.trim_matches(['<', ' ', '_', ':']).to_owned();
            links.push(Link { target: rest[..end].to_owned(), text, span: Span::new(start, start + end) });
        }
    }
}

/// Ends each section where the next heading of its level or a higher one stands.
fn close(headings: &mut [Heading], end: usize) {
    for at in 0..headings.len() {
        let level = headings[at].level;
        let next = headings[at + 1..].iter().find(|next| next.level <= level);
        let stop = next.map_or(end, |next| next.span.start as usize);
        headings[at].section = Span::new(headings[at].span.start as usize, stop);
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    /// Each heading as `level title words/lists/code`.
    fn show(text: &str) -> Vec<String> {
        let headings = parse(text).document.headings;
        let show = |h: &super::Heading| {
            format!(
                "{} {} {}/{}/{}",
                h.level, h.text, h.content.words, h.content.lists, h.content.code_blocks
            )
        };
        headings.iter().map(show).collect()
    }

    #[test]
    fn headings() {
        for (text, expected) in [
            (
                "Shop\n====\n\nIt sells.\n\nInstall\n-------\n\n.. code-block:: sh\n\n   pip install shop\n",
                &["1 Shop 2/0/0", "2 Install 5/0/1"][..],
            ),
            ("= Shop\n\n== Deploy\n\n. push\n. wait\n", &["1 Shop 0/0/0", "2 Deploy 2/2/0"]),
            ("no headings\n\n--\nat all", &[]),
            ("A\n=\n", &[]),
        ] {
            assert_eq!(show(text), expected, "{text}");
        }
    }

    #[test]
    fn links() {
        let document = parse("See `Runbook <https://wiki.acme.io/runbook>`_ there.\n").document;
        let link = &document.links[0];
        assert_eq!((link.text.as_str(), link.target.as_str()), ("Runbook", "https://wiki.acme.io/runbook"));
    }
}

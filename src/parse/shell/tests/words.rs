//! Quotes, expansions, redirections, here-documents.

use super::super::{Offsets, Options, parse, parse_mapped, parse_with, parse_words};
use super::{check, errexit};
use crate::source::Span;

#[test]
fn quotes_resolve_where_they_are_static() {
    check(
        errexit(),
        &[
            ("echo 'a b'\"c d\"e\\ f", &["echo·a bc de f"]),
            ("echo \"a \\\"b\\\" \\$c \\d\"", &["echo·a \"b\" $c \\d"]),
            (
                "echo '$a' \"$a\" ${b:-\"}\"} $(c \"$(d)\")",
                &[
                    "d !Substitution in Substitution in Substitution",
                    "c·$$(d) !Substitution in Substitution",
                    "echo·$a·$$a·$${b:-\"}\"}·$$(c \"$(d)\")",
                ],
            ),
            ("echo $'a\\nb\\'c' $\"d\"", &["echo·a\nb'c·d"]),
            ("echo 'two\nlines' x", &["echo·two\nlines·x"]),
            ("npm run build \\\n  --prod \\\n  # none", &["npm·run·build·--prod"]),
            ("npm ci\r\nnpm test \\\r\n --ci\r\n", &["npm·ci", "npm·test·--ci"]),
            ("\u{feff}npm ci", &["npm·ci"]),
            ("echo a#b #c", &["echo·a#b"]),
        ],
    );
}

#[test]
fn github_expressions_are_opaque_parts_of_words() {
    check(
        errexit(),
        &[
            ("echo ${{ github.event.x }} b", &["echo·$${{ github.event.x }}·b"]),
            ("echo 'a ${{ format('{0}', b) }} c' d", &["echo·$a ${{ format('{0}', b) }} c·d"]),
            ("echo \"${{ x && '\"' }}\"; b", &["echo·$${{ x && '\"' }}", "b"]),
            ("${{ matrix.cmd }} --x", &["$${{ matrix.cmd }}·--x"]),
            ("cd ${{ x }} && a", &["cd·$${{ x }}", "a @?"]),
            ("V=${{ a | b }} c", &["V=${{ a | b }}·c"]),
            ("echo {{ x | y }} {a,b} ${{ '}}' }}", &["echo·${{ x | y }}·{a,b}·$${{ '}}' }}"]),
            ("echo $[[ inputs.x ]] $[1+2]", &["echo·$$[[ inputs.x ]]·$$[1+2]"]),
        ],
    );
    let braces = Options { braces: true, ..errexit() };
    check(braces, &[("echo '{{ a }}' \"{{ b }}\"", &["echo·${{ a }}·${{ b }}"])]);
}

#[test]
fn redirections_and_here_documents() {
    let text = "a > out 2>&1 <<-EOF <<'B' {fd}<in &>> all\n\tone $(b)\n\tEOF\ntwo $c\nB\nd <<< \"x\"\n";
    let parsed = parse(text);
    assert_eq!(parsed.errors, []);
    let names: Vec<_> = parsed.document.commands.iter().map(|command| command.name().unwrap()).collect();
    assert_eq!(names, ["b", "a", "d"]);
    let shown: Vec<_> = parsed.document.commands[1..]
        .iter()
        .flat_map(|command| &command.redirects)
        .map(|r| {
            (
                r.fd.as_deref().unwrap_or(""),
                r.operator,
                r.target.text.as_str(),
                r.heredoc.as_ref().map(|h| (h.body.text.as_str(), h.literal)),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("", ">", "out", None),
            ("2", ">&", "1", None),
            ("", "<<-", "EOF", Some(("one $(b)\n", false))),
            ("", "<<", "B", Some(("two $c\n", true))),
            ("{fd}", "<", "in", None),
            ("", "&>>", "all", None),
            ("", "<<<", "x", None),
        ]
    );
}

#[test]
fn a_here_document_ends_before_the_next_command() {
    check(
        errexit(),
        &[
            ("cat <<EOF > f\nnpm test\nEOF\nb", &["cat", "b"]),
            ("v=$(cat <<EOF\nx\nEOF\n)\nb", &["cat in Substitution", "v=$(cat <<EOF\nx\nEOF\n)", "b"]),
            ("cat <<EOF | b && c\nx\nEOF\nd", &["cat !Pipe", "b !Unchecked", "c", "d"]),
            ("cat <<EOF\r\nx\r\nEOF\r\nb", &["cat", "b"]),
        ],
    );
}

#[test]
fn spans_cover_commands_and_words() {
    let text = "  A=1 npm 'te'st > x; b";
    let script = parse(text).document;
    let command = &script.commands[0];
    assert_eq!(command.span.of(text), "A=1 npm 'te'st > x");
    assert_eq!(command.words[1].span.of(text), "'te'st");
    assert_eq!(command.words[1].text, "test");
    assert_eq!(command.words[1].map.span(Span::new(1, 4)).of(text), "e'st");
    assert_eq!(command.assignments[0].span.of(text), "A=1");
    assert_eq!(command.redirects[0].span.of(text), "> x");
}

#[test]
fn a_mapped_script_has_the_spans_of_its_file() {
    let file = "run: |\n    a\n    npm test\n";
    let mut map = Offsets::default();
    map.push(0, 11);
    map.push(2, 17);
    let script = parse_mapped("a\nnpm test\n", Options::default(), &map).document;
    let shown: Vec<_> = script.commands.iter().map(|command| command.span.of(file)).collect();
    assert_eq!(shown, ["a", "npm test"]);
    assert_eq!(script.commands[1].words[1].span.of(file), "test");
}

#[test]
fn the_words_of_one_command_line() {
    let words = parse_words("A=1 node --flag 'x y' && b").document;
    let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(texts, ["node", "--flag", "x y"]);
    assert_eq!(parse_words("").document, []);
    assert_eq!(parse_with("", Options::default()).document.commands, []);
}

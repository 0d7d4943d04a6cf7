use std::fmt::Write as _;

use proptest::prelude::*;

use super::parse;
use crate::parse::lines::check;

/// The documents as compact text, one after the other.
fn show(text: &str) -> String {
    parse(text).document.iter().map(check::show).collect::<Vec<_>>().join(" --- ")
}

#[test]
fn values() {
    for (text, expected) in [
        ("", ""),
        ("a: 1\nb: [x, 'y', \"z\"]\n", r#"{a: 1, b: ["x", "y", "z"]}"#),
        ("on:\n  push:\nyes: off\nno: No\n", r#"{on: {push: null}, yes: "off", no: "No"}"#),
        (
            "[true, False, ~, null, 3.10, 0x1f, 0o17, -1, 1e3, .inf, 1_0, 1.2.3]",
            "[true, false, null, null, 3.10, 0x1f, 0o17, -1, 1e3, .inf, \"1_0\", \"1.2.3\"]",
        ),
        ("['1', \"true\", !!str 5, !!int \"7\", ! 3]", r#"["1", "true", "5", 7, "3"]"#),
        ("a: |\n  x\n  y\nb: >-\n  x\n  y\n", r#"{a: "x\ny\n", b: "x y"}"#),
        ("a: 1\n---\nb: 2\n...\n---\n", "{a: 1} --- {b: 2} --- null"),
        ("\u{feff}a: 1\r\nb:\r\n- é\r\n", r#"{a: 1, b: ["é"]}"#),
        ("? [a, b]\n: 1\n", "{[a, b]: 1}"),
        // Flow collections may be indented less than their key: libyaml reads them, and so do those that build on it.
        (
            "j:\n  a: [\n    \"x\", # one\n    y#z # two\n\n  # three\n  ]\n  b: {\n  p: [\n1\n]\n  }\nc: 2\n",
            r#"{j: {a: ["x", "y#z"], b: {p: [1]}}, c: 2}"#,
        ),
        ("a: !Ref x\nb: !reference [.a, script]\n", r#"{a: {!Ref: "x"}, b: {!reference: [".a", "script"]}}"#),
    ] {
        assert_eq!(show(text), expected, "{text}");
        assert_eq!(parse(text).errors, [], "{text}");
    }
}

#[test]
fn anchors_and_merge_keys() {
    for (text, expected) in [
        ("a: &x [1]\nb: *x\n", "{a: [1], b: [1]}"),
        ("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n", "{a: {p: 1, q: 2}, b: {p: 1, q: 3}}"),
        (
            "a: &x {p: 1}\nb: &y {p: 2, r: 3}\nc: {q: 0, <<: [*x, *y]}\n",
            "{a: {p: 1}, b: {p: 2, r: 3}, c: {q: 0, p: 1, r: 3}}",
        ),
        ("a: {\"<<\": {p: 1}}\nb: {<<: 5}\n", "{a: {<<: {p: 1}}, b: {<<: 5}}"),
    ] {
        assert_eq!(show(text), expected, "{text}");
        assert_eq!(parse(text).errors, [], "{text}");
    }
}

#[test]
fn the_rest_survives_an_error() {
    for (text, expected, count) in [
        ("a: 1\nb: \"x\nc: 3\nd: 4\n", "{a: 1, b: null, c: 3, d: 4}", 1),
        ("a: 1\nb: [1, 2\nc: 3\n", "{a: 1, b: null, c: 3}", 1),
        ("a: 1\njust words\nc: 3\n", "{a: 1, c: 3}", 1),
        (
            "jobs:\n  a:\n    x: 1\n   y: 2\n  b:\n    z: 3\nend: 1\n",
            "{jobs: {a: {x: 1}, b: {z: 3}}, end: 1}",
            1,
        ),
        (
            "jobs:\n  a:\n    run: \"x\n    name: n\n  b: {z: 3}\n",
            "{jobs: {a: {run: null, name: \"n\"}, b: {z: 3}}}",
            1,
        ),
        ("a:\n\tb: 1\nc: 2\n", "{a: null, c: 2}", 1),
        ("a: *nope\nb: 1\n", "{a: null, b: 1}", 1),
        ("a: 1: 2\nb: 3\n", "{a: 1, b: 3}", 1),
        ("a: @x\nb: `y`\nc: %z\nd: 4\n", "{a: null, b: null, c: null, d: 4}", 3),
        ("- a\n- [b\n- c\n", "[\"a\", null, \"c\"]", 1),
        ("a: ]\n---\nb: 1\n", "{a: null} --- {b: 1}", 1),
        ("base: &b {x: 1}\nbad: 'q\nuse: *b\n", "{base: {x: 1}, bad: null, use: {x: 1}}", 1),
        ("}\na: 1\n", "{a: 1}", 1),
    ] {
        assert_eq!(show(text), expected, "{text}");
        assert_eq!(parse(text).errors.len(), count, "{text}: {:?}", parse(text).errors);
    }
}

#[test]
fn repeated_keys_are_kept_and_reported() {
    let text = "a: 1\nb: 2\na: 3\n";
    let parsed = parse(text);
    assert_eq!(check::show(&parsed.document[0]), "{a: 1, b: 2, a: 3}");
    assert_eq!(parsed.errors[0].message, "the key `a` is repeated; it first stands on line 1");
    assert_eq!(parsed.errors[0].span.start, 10);
}

#[test]
fn templates_give_one_error_and_no_invented_values() {
    for (text, expected) in [
        ("a: {{ .Values.x }}\nb: 1\n", "{a: ?, b: 1}"),
        ("{{- if .x }}\na: 1\n{{- end }}\nb:\n  {{- toYaml .y | nindent 2 }}\n", "{a: 1, b: null}"),
        ("a: {{ x }}\nb: \"v{{ y }}\"\nc:\n  - {{ z }}\n  - 2\n", "{a: ?, b: ?, c: [?, 2]}"),
        ("{{ .key }}: 1\nb: 2\n", "{{{ .key }}: 1, b: 2}"),
        ("{% for x in y %}\na: 1\n{% endfor %}\n", "{a: 1}"),
        ("a: {{ include \"x\" . | default \"y: z\" }}-é\nb: 1\n", "{a: ?, b: 1}"),
    ] {
        assert_eq!(show(text), expected, "{text}");
        let errors = parse(text).errors;
        assert_eq!(errors.len(), 1, "{text}: {errors:?}");
        assert!(errors[0].message.starts_with("templated"), "{errors:?}");
    }
    for (text, expected) in [
        ("if: ${{ github.x }}\nb: [\"${{ y }}\"]\n", r#"{if: "${{ github.x }}", b: ["${{ y }}"]}"#),
        (
            "name: app_{{ .Version }}\nrun: |\n  {{ x }}\n",
            r#"{name: "app_{{ .Version }}", run: "{{ x }}\n"}"#,
        ),
        ("a: \"{{ x }}\"\n# {{ y }}\n", r#"{a: "{{ x }}"}"#),
    ] {
        assert_eq!(show(text), expected, "{text}");
        assert_eq!(parse(text).errors, [], "{text}");
    }
}

#[test]
fn spans_are_bytes_of_the_given_text() {
    let text =
        "\u{feff}é: ü\r\njobs:\r\n- run: |\r\n    echo ö\r\n    x\r\n- {k: [1 , 2]}\r\nnil:\r\nend: *a\r\n"
            .replace("*a", "'z'");
    let text = text.as_str();
    let document = &parse(text).document[0];
    let first = document.entry("é").unwrap();
    assert_eq!((first.key_span.of(text), first.value.span.of(text)), ("é", "ü"));
    let jobs = document.get("jobs").unwrap();
    assert_eq!(jobs.span.of(text), "- run: |\r\n    echo ö\r\n    x\r\n- {k: [1 , 2]}");
    assert_eq!(jobs.items()[0].get("run").unwrap().span.of(text), "|\r\n    echo ö\r\n    x");
    assert_eq!(jobs.items()[1].get("k").unwrap().span.of(text), "[1 , 2]");
    assert_eq!(document.get("nil").unwrap().span.start as usize, text.find("nil:").unwrap() + 4);
    assert_eq!(document.get("end").unwrap().span.of(text), "'z'");
}

#[test]
fn an_alias_bomb_is_an_error() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let alias = format!("*a{}", level - 1);
        writeln!(text, "a{level}: &a{level} [{}]", vec![alias; 10].join(", ")).unwrap();
    }
    text.push_str("last: 1\n");
    let parsed = parse(&text);
    assert_eq!(parsed.errors[0].message, "the aliases of this file expand to too much");
    assert_eq!(parsed.document[0].get("last").unwrap().scalar().as_deref(), Some("1"));
    assert_eq!(show("a: &a [*a]\nb: 1\n"), "{a: [?], b: 1}");
}

#[test]
fn hostile_nesting_is_an_error_not_an_overflow() {
    for text in [
        format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
        "[".repeat(10_000),
        "{a: ".repeat(10_000),
        "- ".repeat(10_000),
        "a:\n".repeat(10_000),
        "[\n".repeat(10_000),
        "? ".repeat(10_000),
    ] {
        assert!(!parse(&text).errors.is_empty());
    }
    let deep = format!("a: {}\nb: 1\n", "[".repeat(10_000));
    assert_eq!(show(&deep), "{a: null, b: 1}");
}

proptest! {
    #[test]
    fn any_text_is_read(text in prop_oneof![".*", check::soup(&[
        "a", ": ", ":", "\n", "\n  ", "\n    ", "- ", "\r\n", "[", "]", "{", "}", ", ", "\"", "'", "|", ">", "|-\n", "&x ",
        "*x", "<<: ", "!t ", "!!str ", "? ", "---\n", "...", "# c", "\t", "{{ x }}", "{% y %}", "${{ z }}", "é", "\u{feff}",
        "%", "@", "`", "\\", "\u{85}", "\u{2028}",
    ])]) {
        let parsed = parse(&text);
        parsed.document.iter().for_each(|document| check::node(&text, document));
        check::errors(&text, &parsed.errors);
    }

    #[test]
    fn plain_text_of_any_kind_reads_the_same(text in check::soup(&[
        "a", "b: ", "c:", "\n", "\n", "\n  ", "\n  ", "\n    ", "\n- ", "\n  - ", "[", "]", "{", "}", ", ", "\"d\"", "'e'", " |\n",
        " |-\n", " # f", "1", "~", "-", ":", " ", "\\", "#", "?", "é",
    ])) {
        if let Some((node, errors)) = super::plain::read(&text) {
            prop_assert_eq!((vec![node], super::in_order(errors)), full(&text));
        }
    }
}

/// What the full parser makes of a text.
fn full(text: &str) -> (Vec<super::Node>, Vec<crate::parse::SyntaxError>) {
    let (documents, errors) = super::whole(text);
    (documents, super::in_order(errors))
}

#[test]
fn plain_texts_read_as_the_full_parser_reads_them() {
    for (text, plain) in [
        ("# a\na: 1\nb:\n  c: x y # z\n  d: 'it''s'\n\n  e: \"\\\"q\\\"\\n\"\n", true),
        ("---\non:\n  push:\n    branches: [main, 'v*']\n", true),
        ("a:\n- b: 1\n  c:\n    - d\n    - e: {f: 1, g: [x, \"y\"]}\nh: ~\n", true),
        ("run: |\n  one\n\n    two\n  three\n\nnext: |-\n  x\n", true),
        ("a: [\n  b, # c\n  \"d\"\n]\ne: {}\n", true),
        ("a: http://b:1/c\n/d/{e}: f-g\n- h\n", false),
        ("a: b\n  c\n", false),
        ("a: b: c\n", false),
        ("a: &b c\nd: *b\n", false),
        ("a: >\n  b\n", false),
        ("a: |2\n   b\n", false),
        ("a: \"b\" # c\n", false),
        ("a: { b: [c] , d: {} }\n", true),
        ("a: 1\n---\nb: 2\n", false),
        ("a:\n   b: 1\n  c: 2\n", false),
        ("- a\n- - b\n", false),
        ("a: 1\na: 2\nb: {c: 1, c: 2}\n", true),
        ("a: {{ b }}\n", false),
        ("\"a\": 1\n'b c': [1.5, true, null, x:y]\né: ü\n", true),
    ] {
        let read = super::plain::read(text);
        assert_eq!(read.is_some(), plain, "{text}");
        if let Some((node, errors)) = read {
            assert_eq!((vec![node], super::in_order(errors)), full(text), "{text}");
        }
    }
}

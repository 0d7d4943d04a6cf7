use proptest::prelude::*;

use super::parse;
use crate::parse::lines::check;

#[test]
fn values() {
    for (text, expected) in [
        (r#"{"a": 1, "b": [true, null, "x"]}"#, r#"{a: 1, b: [true, null, "x"]}"#),
        ("[1, -2.5e3, 0x1F, .5, +1]", "[1, -2.5e3, 0x1F, .5, +1]"),
        (r#""\u00e9\ud83d\ude00\n\x41""#, r#""é😀\nA""#),
        ("// note\n{\"a\": /* b */ 1,\n}", "{a: 1}"),
        ("{a: 'it', $b: [1,],}", r#"{a: "it", $b: [1]}"#),
        ("\u{feff}{\"a\":\r\n1}", "{a: 1}"),
        (
            r#"{"a": "line \
go"}"#,
            r#"{a: "line go"}"#,
        ),
    ] {
        let parsed = parse(text);
        assert_eq!(check::show(&parsed.document), expected, "{text}");
        assert_eq!(parsed.errors, [], "{text}");
    }
}

#[test]
fn the_rest_survives_an_error() {
    for (text, expected, errors) in [
        ("", "null", &["a value is missing"][..]),
        (r#"{"a": 1 "b": 2}"#, "{a: 1, b: 2}", &["a comma is missing"]),
        (r#"{"a" 1, "b": 2}"#, "{a: 1, b: 2}", &["expected `:` after the key"]),
        (r#"{"a": , "b": 2}"#, "{a: null, b: 2}", &["a value is missing"]),
        ("{\"a\": \"x\n, \"b\": 2}", r#"{a: "x", b: 2}"#, &["this string is never closed"]),
        (
            r#"{"a": [1, 2}, "b": 3"#,
            "{a: [1, 2], b: 3}",
            &["this bracket is never closed", "expected `]`", "this bracket closes too much"],
        ),
        (r#"{"a": {"x": 1}}, "b": 3}"#, "{a: {x: 1}, b: 3}", &["this bracket closes too much"]),
        (r#"{"a": {"x": 1, "b": 3"#, "{a: {x: 1, b: 3}}", &["this bracket is never closed"; 2]),
        (r#"{"a": nope, "b": 3}"#, "{a: ?, b: 3}", &["expected a value"]),
        (r#"{"a": {{ x }}, "b": 3}"#, "{a: ?, b: 3}", &["templated: the value cannot be told from the file"]),
        (r#"{"a": 1, "a": 2}"#, "{a: 1, a: 2}", &["the key `a` is repeated; it first stands on line 1"]),
        (
            "{\n<<<<<<< HEAD\n\"a\": 1,\n=======\n\"b\": 2,\n>>>>>>> x\n\"c\": 3}",
            "{a: 1, b: 2, c: 3}",
            &["a merge conflict marker"; 3],
        ),
    ] {
        let parsed = parse(text);
        assert_eq!(check::show(&parsed.document), expected, "{text}");
        assert_eq!(parsed.errors.iter().map(|error| &*error.message).collect::<Vec<_>>(), errors, "{text}");
    }
}

#[test]
fn spans_are_bytes_of_the_given_text() {
    let text = "\u{feff}{\r\n  \"é\": \"ü\", \"b\": [12]}";
    let document = parse(text).document;
    let entry = document.entry("é").unwrap();
    assert_eq!((entry.key_span.of(text), entry.value.span.of(text)), ("\"é\"", "\"ü\""));
    assert_eq!(document.get("b").unwrap().items()[0].span.of(text), "12");
    assert_eq!(document.span.of(text), &text[3..]);
}

#[test]
fn hostile_nesting_is_an_error_not_an_overflow() {
    let text = format!("[{}{}, 7]", "[".repeat(100_000), "]".repeat(100_000));
    let parsed = parse(&text);
    assert_eq!(parsed.errors.len(), 1);
    assert_eq!(check::show(&parsed.document.items()[1]), "7");
}

proptest! {
    #[test]
    fn any_text_is_read(text in prop_oneof![".*", check::soup(&[
        "{", "}", "[", "]", ",", ":", "\"a\"", "\"", "'", "\\", "\\u", "d83d", "//", "/*", "*/", "\n", "\r\n", "1",
        "true", "{{", "}}", "{%", "é", "\u{feff}", "<<<<<<<", "-", ".",
    ])]) {
        let parsed = parse(&text);
        check::node(&text, &parsed.document);
        check::errors(&text, &parsed.errors);
    }
}

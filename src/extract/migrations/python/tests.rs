//! Values and bodies of Python.

use super::*;

#[test]
fn values() {
    for (text, expected) in [
        ("'a' \"b\"", r#"Text("ab", "#),
        ("(\n'a'\n'b')", r#"Text("ab", "#),
        ("'a' + 'b'", r#"Text("ab", "#),
        ("'a\\n'", r#"Text("a\n", "#),
        ("r'a\\n'", r#"Text("a\\n", "#),
        ("f'{x}'", "Other("),
        ("-1", r#"Number("-1")"#),
        ("['a', 1,]", r#"List([Text("a", "#),
        ("('a',)", r#"List([Text("a", "#),
        ("sa.text('x')", r#"Call(Call { name: "sa.text", arguments: [Text("x", "#),
        ("a(b=1)", r#"Call(Call { name: "a", arguments: [], named: [("b", Number("1"))]"#),
        ("sa.Enum('a').create(x)", r#"Call(Call { name: "sa.Enum().create", arguments: [Name("x")]"#),
        ("f(lambda x: 1)", "Call("),
        ("'", r#"Text("", "#),
        ("f(", "Call("),
        ("f(]", "Call("),
        ("{'a': 1, **b, 'c': [2]}", r#"Dict([(Text("a", "#),
        ("", "Other("),
    ] {
        let shown = format!("{:?}", value(text, 0).0);
        assert!(shown.starts_with(expected), "{text}: {shown}");
    }
    assert!(matches!(value(&"(".repeat(10_000), 0).0, Value::Other(_) | Value::List(_)));
}

#[test]
fn bodies() {
    let text = "def upgrade():\n    a(\n  b)\n    # c\n    with x:\n        d('''\ne\n''')\n\ndef downgrade() -> None:\n    pass\n";
    let lines: Vec<_> = body(text, "upgrade").unwrap().iter().map(|line| (line.indent, line.text)).collect();
    assert_eq!(lines, [(4, "a("), (4, "with x:"), (8, "d('''")]);
    assert_eq!(body(text, "downgrade").unwrap().len(), 1);
    assert_eq!(body(text, "none"), None);
}

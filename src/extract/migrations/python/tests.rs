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

#[test]
fn classes_with_what_is_assigned_in_them() {
    let text = "import a.b as c, d\nfrom .x import (\n    A,  # one\n    B as Own,\n)\n\n'''\nclass No:\n'''\nclass One(A, c.B, table=True):\n    \"\"\"x = 1\"\"\"\n    a: Mapped[\n        str] = f(\n        1)\n    b: int\n    c = d = 2\n    if a == b:\n        e = 3\n\n    class Meta(A):\n        g = 4\n\n    h = 5\nclass Two: pass\n";
    let found = classes(text);
    let [one, two] = &found[..] else { panic!("{found:?}") };
    assert_eq!((one.name, one.bases.len(), one.named.len(), two.name), ("One", 2, 1, "Two"));
    let assigned = |line: &Line<'static>| {
        let assigned = assignment(text, line)?;
        Some((assigned.name, assigned.of, assigned.value.is_some()))
    };
    let expected = [
        ("a", Some("Mapped[\n        str]"), true),
        ("b", Some("int"), false),
        ("c", None, true),
        ("h", None, true),
    ];
    assert_eq!(one.own().filter_map(assigned).collect::<Vec<_>>(), expected);
    let within = one.within("Meta").unwrap();
    assert_eq!(within.iter().filter_map(assigned).collect::<Vec<_>>(), [("g", None, true)]);
    let imported: Vec<_> = imports(text).into_iter().map(|(name, full)| format!("{name}={full}")).collect();
    assert_eq!(imported, ["c=a.b", "d=d", "A=.x.A", "Own=.x.B"]);
}

#[test]
fn texts_with_names_in_them() {
    let of = |name: &str| (name == "T").then(|| "users".to_owned());
    for (text, expected) in [
        ("f'drop {T} {{x}}'", Some("drop users {x}")),
        ("f\"\"\"drop\n{ T }\"\"\"", Some("drop\nusers")),
        ("rf'{T}\\n'", Some("users\\n")),
        ("f'{T}' f'{T}'", None),
        ("f'{other}'", None),
        ("f'{T.x}'", None),
        ("f'{T'", None),
        ("x + 'a'", None),
    ] {
        assert_eq!(filled(text, of).as_deref(), expected, "{text}");
    }
}

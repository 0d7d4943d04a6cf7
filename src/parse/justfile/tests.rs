//! Text in, recipes out.

use super::super::shell::{self, Options};
use super::parse;

/// One line a recipe: its head in a normal form, then its lines.
fn show(text: &str) -> Vec<String> {
    parse(text)
        .document
        .recipes
        .iter()
        .map(|recipe| {
            let attributes: Vec<_> = recipe.attributes.iter().map(|name| format!("[{name}] ")).collect();
            let attributes = attributes.concat();
            let parameters = recipe.parameters.iter().map(|p| {
                let default = p.default.as_ref().map(|value| format!("={value}")).unwrap_or_default();
                format!(" {}{}{default}", if p.variadic { "+" } else { "" }, p.name)
            });
            let dependencies = recipe
                .dependencies
                .iter()
                .map(|d| format!(" {}{}", if d.after { "&& " } else { "" }, d.name));
            let lines = recipe.lines.iter().map(|line| {
                format!(
                    " | {}{}{}",
                    if line.silent { "@" } else { "" },
                    if line.ignored { "-" } else { "" },
                    line.text
                )
            });
            let shebang = recipe.shebang.as_ref().map(|shebang| format!(" #!{shebang}")).unwrap_or_default();
            let name = format!("{attributes}{}{}", if recipe.quiet { "@" } else { "" }, recipe.name);
            [name]
                .into_iter()
                .chain(parameters)
                .chain([":".to_owned()])
                .chain(dependencies)
                .chain([shebang])
                .chain(lines)
                .collect()
        })
        .collect()
}

#[test]
fn recipes() {
    let cases: &[(&str, &[&str])] = &[
        ("test:\n    npm test\n", &["test: | npm test"]),
        ("a: b (c \"x y\") && d # no\n  @-e {{f}}\n\n  -g\nh:\n", &["a: b c && d | @-e {{f}} | -g", "h:"]),
        ("@a x y='1 2' +z='':\n\tb\n", &["@a x y=1 2 +z=: | b"]),
        ("a:\n  b \\\n    c\n  d\n", &["a: | b \\\nc | d"]),
        (
            "a:\n  #!/usr/bin/env bash\n  set -e\n  if x; then\n    y\n  fi\n",
            &["a: #!/usr/bin/env bash | set -e\nif x; then\n  y\nfi\n"],
        ),
        ("[private]\n[group('ci'), linux]\na:\n  b\nc:", &["[private] [group('ci')] [linux] a: | b", "c:"]),
        ("[script('python3')]\na:\n  b\n", &["[script('python3')] a: #!python3 | b\n"]),
        ("a:\r\n  b\r\n", &["a: | b"]),
        ("# c\n\na x=(\"b\" + 'c:d'):\n  e", &["a x=(\"b\" + 'c:d'): | e"]),
        ("", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(show(text), *expected, "{text:?}");
        assert_eq!(parse(text).errors, [], "{text:?}");
    }
}

#[test]
fn statements() {
    let text = "set dotenv-load\nset shell := [\"bash\",\n  \"-uc\"]\nv := '1'\nexport w := `git log` + \"x\"\nalias t := test\n\
                mod web\nmod? api 'services/api.just'\nimport 'ci.just'\nm := '''\ntwo\n'''\ntest:\n  a\n";
    let parsed = parse(text);
    assert_eq!(parsed.errors, []);
    let file = parsed.document;
    assert_eq!(file.setting("dotenv-load"), Some("true"));
    assert_eq!(file.setting("shell"), Some("[\"bash\",\n  \"-uc\"]"));
    let variables: Vec<_> =
        file.variables.iter().map(|v| (v.name.as_str(), v.value.as_str(), v.fixed)).collect();
    assert_eq!(variables, [("v", "1", true), ("w", "`git log` + \"x\"", false), ("m", "\ntwo\n", true)]);
    let modules: Vec<_> =
        file.modules.iter().map(|m| (m.name.as_deref(), m.path.as_deref(), m.optional)).collect();
    assert_eq!(
        modules,
        [
            (Some("web"), None, false),
            (Some("api"), Some("services/api.just"), true),
            (None, Some("ci.just"), false),
        ]
    );
    assert_eq!(file.recipe("t").map(|recipe| recipe.name.as_str()), Some("test"));
    assert_eq!(file.default_recipe().map(|recipe| recipe.name.as_str()), Some("test"));
}

#[test]
fn lines_keep_their_place_in_the_file() {
    let text = "a:\n  @npm {{ x }} \\\n    'te'st\nb:\n  #!/bin/sh\n  c d\n\n    e\n";
    let file = parse(text).document;
    let options = Options { braces: true, ..Options::default() };
    let spans: Vec<_> = file
        .recipes
        .iter()
        .flat_map(|recipe| &recipe.lines)
        .flat_map(|line| shell::parse_mapped(&line.text, options, &line.map).document.commands)
        .flat_map(|command| command.words)
        .map(|word| word.span.of(text))
        .collect();
    assert_eq!(spans, ["npm", "{{ x }}", "'te'st", "c", "d", "e"]);
}

#[test]
fn mistakes_do_not_cost_the_rest() {
    for text in ["nonsense\na:\n  b\n", "  x\na:\n  b\n", "v := 'open\na:\n  b\n", "set x := [\na:\n  b\n"] {
        let parsed = parse(text);
        assert_eq!(show(text), ["a: | b"], "{text:?}");
        assert_eq!(parsed.errors.len(), 1, "{text:?}");
    }
    for text in
        [":", "@", "[", "é: é", "a:\n  \\", "\\", "'", "a é='", "a:\n  @-", "mod", "set", "a b:\n\té\\\n\té"]
    {
        parse(text);
    }
    parse(&"(".repeat(10_000));
    parse(&"v := (\n".repeat(2_000));
}

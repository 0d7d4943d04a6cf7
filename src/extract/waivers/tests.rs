use super::facts;
use crate::extract::given::with;
use crate::facts::Waiver;

/// The waivers of a file, each with what it is for: the text of a line, `file`, or nothing.
fn waivers(path: &str, text: &str) -> Vec<(Waiver, String)> {
    with(&[(path, text)], |context| {
        facts(context)
            .iter()
            .map(|entry| {
                let waiver = entry.get::<Waiver>().expect("a waiver").clone();
                let line = entry.also.first().map_or("", |label| label.place.span.of(text));
                let target = if waiver.file { "file".to_owned() } else { line.trim().to_owned() };
                (waiver, target)
            })
            .collect()
    })
}

/// What the waivers of a file are for; each is that of rule `a/b`.
fn targets(path: &str, text: &str) -> Vec<String> {
    let found = waivers(path, text).into_iter();
    found
        .map(|(waiver, target)| {
            assert_eq!((waiver.rule.as_str(), waiver.mistake.as_deref()), ("a/b", None), "{path}: {text}");
            assert_eq!(waiver.reason.as_deref(), Some("why: so"), "{path}: {text}");
            target
        })
        .collect()
}

#[test]
fn a_waiver_in_every_syntax_of_comments() {
    // `@` is the waiver; the line after the comment is what it is for.
    let cases = [
        ("a.js", "x();\n// @\ny();"),
        ("a.ts", "x();\n/* @ */\ny();"),
        ("a.ts", "x();\n/**\n * @\n */\ny();"),
        ("a.tsx", "const a = <p>\n{/* @ */}\ny();\n</p>"),
        ("a.vue", "<script>\nx();\n// @\ny();\n</script>"),
        ("a.svelte", "<p>\n<!-- @ -->\ny();\n</p>"),
        ("a.py", "x()\n# @\ny();"),
        ("a.sql", "select 1;\n-- @\ny();"),
        ("a.sql", "select 1;\n/* @ */\ny();"),
        ("a.yml", "a: 1\n# @\ny();: 2"),
        ("Dockerfile", "FROM a\n# @\ny();"),
        ("a.toml", "a = 1\n# @\ny(); = 2"),
        ("a.sh", "echo\n# @\ny();"),
        ("a.html", "<p>\n<!-- @ -->\ny();"),
        ("a.md", "Text.\n\n<!-- @ -->\ny();"),
        ("a.rs", "fn x() {}\n// @\ny();"),
        ("a.go", "func x() {}\n// @\ny();"),
        ("a.php", "<?php\nx();\n# @\ny();"),
        ("a.rb", "x\n# @\ny();"),
        ("a.css", "a {}\n/* @ */\ny();"),
        ("a.tf", "a = 1\n# @\ny();"),
        ("a.lua", "x()\n-- @\ny();"),
        ("a.hs", "x = 1\n{- @ -}\ny();"),
        ("a.ml", "let x = 1\n(* @ *)\ny();"),
        ("a.clj", "(x)\n;; @\ny();"),
        ("a.bat", "echo\nREM @\ny();"),
        ("a.ps1", "x\n<# @ #>\ny();"),
        ("a.hbs", "<p>\n{{!-- @ --}}\ny();"),
        ("a.jinja", "<p>\n{# @ #}\ny();"),
        ("a.erb", "<p>\n<%# @ %>\ny();"),
        (".gitignore", "a\n# @\ny();"),
        (".env", "A=1\n# @\ny();"),
        ("Makefile", "a:\n\techo\n# @\ny();"),
        ("a.ini", "a = 1\n; @\ny();"),
        ("schema.prisma", "model A {}\n// @\ny();"),
        ("a.graphql", "type A\n# @\ny();"),
        ("CODEOWNERS", "* @a/b\n# @\ny();"),
    ];
    for (path, text) in cases {
        let text = text.replace(" @\n", " golive: allow a/b until 2026-12-31: why: so\n");
        let text = text.replace(" @ ", " golive: allow a/b until 2026-12-31: why: so ");
        let found = targets(path, &text);
        assert!(matches!(&found[..], [one] if one.starts_with("y();")), "{path}: {found:?}\n{text}");
    }
}

#[test]
fn what_a_waiver_is_for() {
    const W: &str = "golive: allow a/b until 2026-12-31: why: so";
    let cases = [
        ("its own line", "x();\ny(); // @", "y(); // @"),
        ("the line below it", "x();\n// @\ny();\nz();", "y();"),
        ("below other comments", "x();\n// @\n// and a remark\n/* two\nlines */\ny();", "y();"),
        ("nothing across an empty line", "x();\n// @\n\ny();", ""),
        ("nothing at the end", "x();\n// @", ""),
        ("the line of a comment before code", "x();\n/* @ */ y();", "/* @ */ y();"),
        ("the line below a closing brace's comment", "x({\n}); // @\ny();", "}); // @"),
        ("the file", "// @\nx();\n", "file"),
        ("the file, below a remark", "// A remark.\n\n/* more */\n// @\n\nx();\n", "file"),
        ("the file, below what files begin with", "#!/usr/bin/env node\n'use strict';\n// @\nx();\n", "file"),
        ("the line, beside the first code", "x(); // @\ny();", "x(); // @"),
    ];
    for (what, text, target) in cases {
        let text = text.replace('@', W);
        assert_eq!(targets("a.js", &text), [target.replace('@', W)], "{what}");
    }
    assert_eq!(targets("a.php", &format!("<?php\n// {W}\n\nx();")), ["file"]);
    assert_eq!(targets("a.html", &format!("<!doctype html>\n<!-- {W} -->\n<p>")), ["file"]);
    assert_eq!(targets("a.yml", &format!("---\n# {W}\na: 1")), ["file"]);
    assert_eq!(targets("a.ts", &format!("x();\n// {W}\n// {W}\ny();")), ["y();", "y();"]);
    assert_eq!(
        targets("a.py", &format!("x()\ny()  # noqa: S101 # {W}\n")),
        [format!("y()  # noqa: S101 # {W}")]
    );
    assert_eq!(targets("a.sh", &format!("x\r\n# {W}\r\ny\r\n")), ["y"]);
}

#[test]
fn what_is_wrong_with_a_waiver() {
    let cases = [
        ("allow", "it names no rule; write `golive: allow RULE until YYYY-MM-DD: reason`"),
        (
            "allow until 2026-12-31: x",
            "it names no rule; write `golive: allow RULE until YYYY-MM-DD: reason`",
        ),
        ("allow a/b", "it has no end; write `golive: allow a/b until YYYY-MM-DD: reason`"),
        ("allow a/b: x", "it has no end; write `golive: allow a/b until YYYY-MM-DD: reason`"),
        ("allow a/b until", "it has no end; write `golive: allow a/b until YYYY-MM-DD: reason`"),
        (
            "allow a/b until 2026-02-30: x",
            "`2026-02-30` is no day; write `golive: allow a/b until YYYY-MM-DD: reason`",
        ),
        (
            "allow a/b until 31.12.2026: x",
            "`31.12.2026` is no day; write `golive: allow a/b until YYYY-MM-DD: reason`",
        ),
        (
            "allow a/b until 2026-12-31T10:00: x",
            "`2026-12-31T10` is no day; write `golive: allow a/b until YYYY-MM-DD: reason`",
        ),
        (
            "allow a/b until 2026-12-31",
            "it gives no reason; write `golive: allow a/b until YYYY-MM-DD: reason`",
        ),
        (
            "allow a/b until 2026-12-31: ",
            "it gives no reason; write `golive: allow a/b until YYYY-MM-DD: reason`",
        ),
        ("ignore a/b", "`ignore` says nothing here; write `golive: allow a/b until YYYY-MM-DD: reason`"),
    ];
    for (said, mistake) in cases {
        let found = waivers("a.js", &format!("x(); // golive: {said}"));
        let mistakes: Vec<_> = found.iter().map(|(waiver, _)| waiver.mistake.as_deref()).collect();
        assert_eq!(mistakes, [Some(mistake)], "{said}");
    }
}

#[test]
fn what_is_no_waiver() {
    let cases = [
        ("a.js", "const a = '// golive: allow a/b until 2026-12-31: x';"),
        ("a.py", "a = \"\"\"\n# golive: allow a/b until 2026-12-31: x\n\"\"\""),
        ("a.js", "// Write `golive: allow a/b until 2026-12-31: x` beside it."),
        ("a.js", "// As in golive: allow a/b until 2026-12-31: x"),
        ("a.rs", "//! golive: a production-readiness audit"),
        ("a.toml", "# golive: see docs/x"),
        ("a.md", "golive: allow a/b until 2026-12-31: x"),
        ("a.md", "```\n<!-- golive: allow a/b until 2026-12-31: x -->\n```"),
        ("a.json", "{\"a\": \"// golive: allow a/b until 2026-12-31: x\"}"),
        ("a.yml", "a: |\n  # golive: allow a/b until 2026-12-31: x\n"),
    ];
    for (path, text) in cases {
        assert_eq!(waivers(path, text), [], "{path}: {text}");
    }
}

#[test]
fn many_waivers_are_read_in_time() {
    let text = "// golive: allow a/b until 2026-12-31: x\n".repeat(50_000);
    assert_eq!(waivers("a.js", &text).len(), 50_000);
}

//! What no sane repository holds is audited all the same: nothing panics, nothing hangs, and the rest is judged.

use std::fmt::Write as _;

use golive::report::{Format, Report, Style, draw};
use golive::rules::embedded;
use golive::source::{MemoryFile, Tree};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn audit(files: &[(&str, String)]) -> Report {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), MemoryFile::Text(text.clone())));
    golive::audit(&Tree::from_memory(files), embedded(), false).report
}

/// A link among the workflows is a finding of its own: when it is reported, the rest was judged.
fn audit_beside_a_finding(path: &str, text: String) -> Report {
    let link = MemoryFile::Link("missing.yml".to_owned());
    let files = [(path.to_owned(), MemoryFile::Text(text)), (".github/workflows/link.yml".to_owned(), link)];
    let report = golive::audit(&Tree::from_memory(files), embedded(), false).report;
    let found = report.findings.iter().any(|finding| finding.rule == "ci/workflow-symlink");
    assert!(found, "the rest of the repository is judged beside {path}");
    report
}

/// Files of every format that is parsed.
const PATHS: &[&str] = &[
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    "docker-compose.yml",
    "k8s/app.yaml",
    "package.json",
    "tsconfig.json",
    "pnpm-workspace.yaml",
    "turbo.json",
    "Cargo.toml",
    "pyproject.toml",
    "go.mod",
    "requirements.txt",
    "setup.cfg",
    ".npmrc",
    ".env.example",
    ".gitignore",
    ".dockerignore",
    "Dockerfile",
    "deploy.sh",
    "Makefile",
    "justfile",
    "README.md",
    "eslint.config.js",
    "vitest.config.ts",
    "src/app.js",
    "src/app.tsx",
    "src/App.vue",
    "src/pages/index.astro",
    "server.pem",
];

/// An Express application that is judged, whatever stands beside it.
fn audit_beside_an_application(files: &[(&str, String)]) -> Report {
    let manifest = r#"{"name":"app","scripts":{"start":"node src/server.js"},"dependencies":{"express":"5.1.0","helmet":"8.0.0"}}"#;
    let server =
        "const app = require('express')();\nrequire('./beside');\napp.get('/a', f);\napp.listen(3000);\n";
    let mut all = vec![("package.json", manifest.to_owned()), ("src/server.js", server.to_owned())];
    all.extend(files.iter().map(|(path, text)| (*path, text.clone())));
    let report = audit(&all);
    let unwired = report.findings.iter().any(|finding| finding.rule == "security/helmet-not-applied");
    assert!(unwired, "the application is judged beside {}", files[0].0);
    report
}

#[test]
fn an_application_is_judged_beside_any_other_code() {
    let bundle = format!("var a={};", "function(e){return e+1}(2),".repeat(200_000));
    let cycle =
        |other: &str| format!("import {{ x }} from '{other}'; export * from '{other}'; export const y = x;");
    let cases: &[&[(&str, String)]] = &[
        &[("src/beside.js", "function (".to_owned())],
        &[("src/beside.js", "const a = <div>{b}</div>; export default a;".to_owned())],
        &[(
            "src/beside.js",
            "// @flow\ntype A = {| b: ?string |};\nexport const f = (a: A): number => 1;".to_owned(),
        )],
        &[("src/beside.ts", "@A() class B { @C() d: string; constructor(@E() private f: F) {} }".to_owned())],
        &[("src/beside.js", bundle.clone()), ("public/app.min.js", bundle)],
        &[("src/beside.js", cycle("./other")), ("src/other.js", cycle("./beside"))],
        &[
            ("src/beside.ts", cycle("@/beside")),
            (
                "tsconfig.json",
                r#"{"extends":"./tsconfig.json","compilerOptions":{"paths":{"@/*":["./src/*"]}}}"#.to_owned(),
            ),
        ],
        &[(
            "src/beside.js",
            "const a = b; const b = a; const c = { ...c }; class D extends D {} a.x.y(c.z, new D().q);"
                .to_owned(),
        )],
        &[(
            "src/beside.js",
            "function f(g) { return f(f(g)) } const h = f(h); app.use(h); f.f.f.f.f();".to_owned(),
        )],
        &[("src/beside.js", "[".repeat(10_000))],
        &[(
            "src/beside.vue",
            "<script setup lang='ts'>const a = </script><template>{{</template>".to_owned(),
        )],
    ];
    for files in cases {
        audit_beside_an_application(files);
    }
}

#[test]
fn ten_thousand_nested_brackets_end_in_every_format() {
    for path in PATHS {
        for bracket in ["[", "{", "(", "[{", "{\"a\":", "- ", "$(", "{{", "«"] {
            audit_beside_a_finding(path, bracket.repeat(10_000));
        }
    }
}

#[test]
fn an_alias_bomb_stays_small() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..40 {
        let last = format!("*a{}", level - 1);
        let _ = writeln!(bomb, "a{level}: &a{level} [{}]", [last.as_str(); 9].join(", "));
    }
    let report = audit_beside_a_finding(".github/workflows/bomb.yml", bomb);
    assert!(!report.syntax_errors.is_empty(), "the bomb is told");
}

#[test]
fn a_broken_file_is_listed_and_the_rest_of_it_is_judged() {
    let workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [ {uses: [}\n  b:\n    runs-on: x\n    steps:\n      - uses: some/action@master\n";
    let report = audit(&[(".github/workflows/ci.yml", workflow.to_owned())]);
    let line = report.syntax_errors.first().map(|error| error.line);
    assert!(matches!(line, Some(5 | 6)), "told where it is seen: {line:?}");
    let found = report.findings.iter().find(|finding| finding.rule == "ci/actions-branch-ref");
    assert_eq!(found.and_then(|finding| finding.places.first()).map(|place| place.line), Some(9));
}

#[test]
fn line_ends_and_byte_order_marks_move_no_finding() {
    let workflow = "on: push\njobs:\n  b:\n    runs-on: x\n    steps:\n      - uses: some/action@master\n";
    let place = |text: String| {
        let report = audit(&[(".github/workflows/ci.yml", text)]);
        let finding = report.findings.into_iter().find(|finding| finding.rule == "ci/actions-branch-ref");
        finding.and_then(|finding| finding.places.into_iter().next()).map(|place| (place.line, place.column))
    };
    let plain = place(workflow.to_owned());
    assert!(plain.is_some());
    assert_eq!(place(workflow.replace('\n', "\r\n")), plain);
    assert_eq!(place(format!("\u{feff}{workflow}")), plain);
}

#[test]
fn names_and_texts_cannot_write_to_the_terminal() {
    let name = ".github/workflows/\u{1b}[31m\u{202e}evil\n::error::.yml";
    let link = MemoryFile::Link("\u{1b}]0;title\u{7}".to_owned());
    let tree = Tree::from_memory([(name.to_owned(), link)]);
    let report = golive::audit(&tree, embedded(), false).report;
    let drawn = draw(Format::Terminal, &report, &Style { colour: false, ..Style::piped() });
    for forbidden in ['\u{1b}', '\u{202e}', '\u{7}'] {
        assert!(!drawn.contains(forbidden), "{forbidden:?} in {drawn:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(2_026),
        ..ProptestConfig::default()
    })]

    /// Pieces of real syntax in any order, in every format at once: an audit comes out, and its places are real.
    #[test]
    fn any_text_is_audited(pieces in prop::collection::vec(piece(), 0..40)) {
        let text: String = pieces.concat();
        let files: Vec<_> = PATHS.iter().map(|path| (*path, text.clone())).collect();
        let report = audit(&files);
        for finding in &report.findings {
            prop_assert!(!finding.places.is_empty());
            for place in &finding.places {
                prop_assert!(place.line >= 1 && place.column >= 1);
                prop_assert!((place.end_line, place.end_column) >= (place.line, place.column));
            }
        }
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![8 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

/// Pieces of the syntax of every format.
const PIECES: &[&str] = &[
    "\n",
    "  ",
    "\t",
    ": ",
    "- ",
    "#",
    "\"",
    "'",
    "`",
    "\\",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "|",
    "&&",
    "||",
    ">",
    "<<EOF",
    "EOF",
    "$",
    "${",
    "${{ ",
    " }}",
    "{{",
    "*a",
    "&a ",
    "!!x ",
    "---",
    "...",
    "=",
    ",",
    "FROM ",
    "node:22",
    "RUN ",
    "COPY . .",
    "USER ",
    "CMD [",
    "on: push\n",
    "jobs:\n",
    "  a:\n",
    "    steps:\n",
    "      - run: npm test\n",
    "      - uses: a/b@main\n",
    "scripts",
    "dependencies",
    "name",
    "null",
    "true",
    "export ",
    "KEY=value\n",
    "all: ",
    "\tnpm test\n",
    "é",
    "\u{feff}",
    "\0",
    "\r\n",
    "// ",
    "/* ",
    "services:\n",
    "image: x\n",
    "-----BEGIN PRIVATE KEY-----\n",
    "*",
    "!",
    "**/",
    "../",
];

//! What is said of modules and of what they ask for.

use crate::extract::given::show;

const START: (&str, &str) = (
    "package.json",
    r#"{"scripts": {"start": "node src/main.js"}, "dependencies": {"express": "4", "lost": "1", "left-pad": "1"}}"#,
);

#[test]
fn who_asks_for_a_module() {
    let files = [
        START,
        ("src/main.js", "require('./a')"),
        ("src/a.js", "export const a = 1"),
        ("src/b.js", "export const b = 1"),
        ("src/b.test.js", "require('./b')"),
        ("src/c.js", "export const c = 1"),
    ];
    let attributes = ["path", "name", "importers", "live", "tested", "entry"];
    assert_eq!(
        show("module", &attributes, &files),
        [
            "src/a.js | a | 1 | true | false | ",
            "src/b.js | b | 0 | false | true | ",
            "src/c.js | c | 0 | false | false | ",
            "src/main.js | main | 0 | true | false | the script `start`",
        ]
    );
    let cypress = ("cypress/e2e/a.cy.js", "cy.visit('/')");
    let all: Vec<_> = files.into_iter().chain([cypress]).collect();
    assert_eq!(show("module", &["tested"], &all), ["", "true", "", ""]);
    assert_eq!(
        show("package.code", &["modules", "functions", "tests", "role"], &files),
        ["4 | 0 | 1 | service"]
    );
}

#[test]
fn modules_that_decide() {
    let branches = "if (a) b(); if (c) d(); if (e) f(); if (g) h(); if (i) j(); if (k) l();";
    let pays = format!(
        "const s = require('stripe'); export function charge() {{ {branches} }} export function back() {{}}"
    );
    let computes = format!(
        "export function charge(amount) {{ {branches} return balance - amount }} export function back() {{}}"
    );
    let plain = format!("export function charge() {{ {branches} }} export function back() {{}}");
    for (path, text, expected) in [
        ("src/payment.service.js", &pays, "money"),
        ("src/billing/service.js", &pays, "money"),
        ("src/walletLedger.js", &computes, "money"),
        ("src/payment.service.js", &plain, ""),
        ("src/payment.dto.js", &pays, ""),
        ("src/orders.js", &pays, ""),
        ("src/payment.js", &"require('stripe')".to_owned(), ""),
    ] {
        assert_eq!(
            show("module", &["decides"], &[("package.json", "{}"), (path, text)]),
            [expected],
            "{path}"
        );
    }
}

#[test]
fn what_modules_ask_packages_for() {
    let text = "import 'express/lib'; import type { A } from 'types'; import x from 'gone'; import '@/a'; import 'fs'; try { require('maybe') } catch {}";
    let lock = ("package-lock.json", r#"{"packages": {"node_modules/maybe": {}}}"#);
    let attributes = ["name", "declared", "locked", "type_only", "conditional", "@"];
    assert_eq!(
        show("import", &attributes, &[START, ("src/main.js", text), lock]),
        [
            "express | true |  | false | false | 'express/lib'",
            "types | false | false | true | false | 'types'",
            "gone | false | false | false | false | 'gone'",
            "maybe | false | true | false | true | 'maybe'",
        ]
    );
    assert_eq!(show("import", &["declared"], &[("src/main.js", "import 'gone'")]), [""]);
}

#[test]
fn dependencies_that_nothing_names() {
    let main = ("src/main.js", "require('express'); use({ target: 'left-pad' })");
    let show = |files: &[(&str, &str)]| show("dependency.use", &["name", "idle"], files);
    assert_eq!(show(&[START, main]), ["express | false", "lost | true", "left-pad | false"]);
    let config = ("x.yml", "plugins: [lost]");
    assert_eq!(show(&[START, main, config]), ["express | false", "lost | false", "left-pad | false"]);
}

#[test]
fn a_path_out_of_its_package_is_built_by_somebody_else() {
    let manifest = r#"{"name": "a", "main": "../../dist/cjs/index.js", "files": []}"#;
    let files = [("packages/commons-of-all/package.json", manifest)];
    assert_eq!(show("package.path", &["target", "lost"], &files), ["../../dist/cjs/index.js | "]);
}

#[test]
fn paths_at_which_nothing_can_be() {
    let tsc = ("tsconfig.json", r#"{"compilerOptions": {"outDir": "build"}}"#);
    for (manifest, more, expected) in [
        (r#""main": "dist/a.js", "files": []"#, ("src/a.js", ""), "main | dist/a.js | nothing builds it"),
        (r#""main": "src/a.js", "files": []"#, ("src/a.js", ""), "main | src/a.js | "),
        (
            r#""main": "dist/a.js", "files": [], "scripts": {"build": "x"}"#,
            ("src/a.js", ""),
            "main | dist/a.js | ",
        ),
        (
            r#""main": "dist/a.js", "files": [], "scripts": {"build": "tsc"}"#,
            tsc,
            "main | dist/a.js | the compiler writes to `build`",
        ),
        (r#""main": "build/a.js", "files": [], "scripts": {"build": "tsc"}"#, tsc, "main | build/a.js | "),
        (
            r#""main": "dist/a.js", "scripts": {"start": "node ."}, "dependencies": {"express": "4"}"#,
            ("a.js", ""),
            "main | dist/a.js | ",
        ),
    ] {
        let manifest = format!("{{{manifest}}}");
        let files = [("package.json", manifest.as_str()), more];
        assert_eq!(show("package.path", &["key", "target", "lost"], &files), [expected], "{manifest}");
    }
}

#[test]
fn a_package_may_lead_out_of_its_folder() {
    let files = [("packages/a/package.json", r#"{"name": "a", "main": "../dist/a/index.js"}"#)];
    assert_eq!(show("package.path", &["key", "target", "lost"], &files), ["main | ../dist/a/index.js | "]);
}

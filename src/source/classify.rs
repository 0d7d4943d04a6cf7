//! Whose code a file is, by the naming conventions of the ecosystems: tests, generated code, vendored code.

use super::file::folder_of;
use super::pattern::pattern;
use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};

/// How far into a file a mark of generated code is looked for, in bytes.
const MARK_WINDOW: usize = 512;

/// Folders that hold tests, fixtures, mocks, examples or stories wherever they are.
const TEST_DIRS: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "__test__",
    "testing",
    "spec",
    "specs",
    "__specs__",
    "fixture",
    "fixtures",
    "__fixtures__",
    "testdata",
    "testfiles",
    "testcases",
    "test-data",
    "test_data",
    "test-fixtures",
    "test_fixtures",
    "mock",
    "mocks",
    "__mocks__",
    "stubs",
    "__snapshots__",
    "snapshots",
    "e2e",
    "test-utils",
    "test_utils",
    "cypress",
    "playwright",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "stories",
    "__stories__",
    "storybook",
    ".storybook",
    "benches",
    "benchmark",
    "benchmarks",
    "androidtest",
    "testutil",
    "testutils",
    "testhelpers",
    "test-helpers",
    "playground",
    "playgrounds",
];

/// Folders that hold other people's code.
const VENDOR_DIRS: &[&str] = &[
    "vendor",
    "vendors",
    "vendored",
    "third_party",
    "third-party",
    "thirdparty",
    "3rdparty",
    "node_modules",
    "bower_components",
    "jspm_packages",
    "site-packages",
    ".yarn",
    "pods",
    "carthage",
];

/// Folders that hold the output of tools.
const GENERATED_DIRS: &[&str] =
    &["__generated__", "generated", "_generated", ".next", ".nuxt", ".svelte-kit", ".turbo"];

/// Folders that compilers write to. Some projects keep sources of their own in folders of these names.
const BUILD_DIRS: &[&str] = &["dist", "build", "out", "lib"];

/// Whether the path is that of a test, fixture, mock, example or story.
pub(super) fn is_test(path: &str) -> bool {
    /// Names of test files: `x.test.ts`, `x_test.go`, `test_x.py`, `XTests.java`, `x.stories.tsx`, `conftest.py` …
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let suffix = r"[.](test|tests|spec|specs|e2e|e2e-spec|cy|mock|mocks|fixture|fixtures|stories|story|bench|test-d)[.][^.]+$";
        let underscore = r"[_-](test|tests|spec)[.](go|py|rb|rs|exs|dart|c|cc|cpp|cxx|php|sh|js|ts|jsx|tsx|mjs|lua|clj|zig|ml|sql)$";
        let prefix = r"^test_[^/]*[.](py|rs|c|cc|cpp|rb|sh|jl|sql)$|^test[.](py|js|ts|mjs|cjs|sh|rb|rs)$|^tests[.](py|rs)$";
        let camel =
            r"[^/](Test|Tests|Spec|IT|TestCase)[.](java|kt|kts|scala|groovy|cs|fs|swift|php|hs|m|mm)$";
        let fixed =
            r"^(conftest[.]py|setupTests[.][jt]sx?|test-setup[.][cm]?[jt]s|[^/]*[.](bats|feature|snap))$";
        // What runners start before all tests and after them.
        let around = r"^(global[-_.]?[sS]etup|global[-_.]?[tT]eardown|(jest|vitest|playwright|mocha|test)[-_.](global-)?(setup|teardown))[.][cm]?[jt]sx?$";
        pattern(&[suffix, underscore, prefix, camel, fixed, around].join("|"))
    });
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    dir.split('/').any(is_test_folder) && !is_route(dir, name)
        || NAME.as_ref().is_some_and(|pattern| pattern.is_match(name))
}

/// Whether a folder holds tests, fixtures, mocks, examples or stories by its name.
fn is_test_folder(name: &str) -> bool {
    TEST_DIRS.iter().any(|known| known.eq_ignore_ascii_case(name)) || is_suite(name) || is_put_away(name)
}

/// Whether a folder says by its first letter that it is out of use: `_archived`, `_old`, `_deprecated_api`.
fn is_put_away(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "archive",
        "archived",
        "archives",
        "old",
        "deprecated",
        "legacy",
        "backup",
        "backups",
        "unused",
        "trash",
    ];
    let Some(name) = name.strip_prefix('_') else { return false };
    let first = name.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(first))
}

/// Whether a folder is named after a kind of tests, or the end-to-end tests of a program: `e2e_tests`, `smoke-test`,
/// `web-e2e`.
fn is_suite(name: &str) -> bool {
    const KINDS: &[&str] = &[
        "e2e",
        "end-to-end",
        "integration",
        "unit",
        "smoke",
        "acceptance",
        "functional",
        "contract",
        "regression",
        "system",
        "load",
        "stress",
        "api",
        "ui",
        "browser",
    ];
    let Some((first, last)) = name.rsplit_once(['-', '_']) else { return false };
    let is = |known: &str| last.eq_ignore_ascii_case(known);
    is("e2e") || (is("tests") || is("test")) && KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(first))
}

/// Whether a file is a route of Next whose address holds the name of a folder of tests: `app/api/checker/test/route.ts`,
/// `pages/api/test/ping.ts`. Folders that begin with `_` are part of no address.
fn is_route(dir: &str, name: &str) -> bool {
    let script = [".ts", ".tsx", ".js", ".jsx", ".mjs"].iter().find_map(|end| name.strip_suffix(end));
    let Some(stem) = script else { return false };
    let mut parts = dir.split('/');
    let test = |part: &&str| is_test_folder(part);
    let before: Vec<&str> = parts.by_ref().take_while(|part| *part != "api").collect();
    let named = if before.last() == Some(&"pages") { !stem.starts_with('_') } else { stem == "route" };
    named
        && before.iter().any(|part| matches!(*part, "app" | "pages"))
        && !before.iter().any(test)
        && !parts.any(|part| part.starts_with('_'))
}

/// Whether a file describes a stack that the product hands to its users, one of a list: `extra/templates/mariadb/compose.yaml`.
pub(super) fn is_sample_stack(path: &str) -> bool {
    const LISTS: &[&str] = &["templates", "blueprints", "catalog", "catalogue", "marketplace", "recipes"];
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stack = ["compose.yml", "compose.yaml", "docker-compose.yml", "docker-compose.yaml"].contains(&name);
    // The folder of the list, and below it one for each stack.
    stack
        && dir
            .rsplit_once('/')
            .is_some_and(|(above, _)| above.rsplit('/').next().is_some_and(|list| LISTS.contains(&list)))
}

/// The names of folders that hold what a tool copies into the projects of others.
const SCAFFOLDS: &[&str] = &["templates", "template", "boilerplate", "scaffold", "scaffolds", "skeleton"];

/// The folders of which a command that is installed makes the projects of others: named so, within a package that has
/// a `bin`, and with files that only a project has. `files` are paths and texts.
pub(super) fn scaffolds<'f>(files: impl Iterator<Item = (&'f str, &'f str)> + Clone) -> FxHashSet<&'f str> {
    static BIN: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r#""bin"\s*:\s*["{]"#));
    let manifests = files.clone().filter(|(path, _)| path.rsplit('/').next() == Some("package.json"));
    let bins: FxHashMap<&str, bool> = manifests
        .map(|(path, text)| {
            let has = text.contains("\"bin\"") && BIN.as_ref().is_some_and(|bin| bin.is_match(text));
            (folder_of(path), has)
        })
        .collect();
    if !bins.values().any(|has| *has) {
        return FxHashSet::default();
    }
    let installed = |dir: &str| {
        let mut above = Some(folder_of(dir));
        while let Some(one) = above {
            if let Some(has) = bins.get(one) {
                return *has;
            }
            above = (!one.is_empty()).then(|| folder_of(one));
        }
        false
    };
    let project = files.filter(|(path, _)| is_of_project(path.rsplit('/').next().unwrap_or(path)));
    let folders = project.filter_map(|(path, _)| scaffold_of(path));
    folders.filter(|folder| installed(folder)).collect()
}

/// The outermost folder around a file that is named as one of projects to copy.
pub(super) fn scaffold_of(path: &str) -> Option<&str> {
    let dir = folder_of(path);
    let mut end = 0;
    for part in dir.split('/') {
        end += part.len();
        // Beside the projects, in a folder of several, stands the code that copies them.
        if SCAFFOLDS.contains(&part) && (!part.ends_with('s') || end < dir.len()) {
            return Some(&dir[..end]);
        }
        end += 1;
    }
    None
}

/// Whether a file stands at the top of a project and nowhere else. Tools keep `.gitignore` and `package.json` under
/// other names, so that they are published.
fn is_of_project(name: &str) -> bool {
    const WHOLE: &[&str] = &["gitignore", "_gitignore", ".gitignore", "tsconfig.json", "next-env.d.ts"];
    WHOLE.contains(&name) || name.trim_start_matches(['_', '.']).starts_with("package.json")
}

/// Whether the path is that of other people's code: a vendor folder, or a minified distribution.
pub(super) fn is_vendored(path: &str) -> bool {
    let dir = folder_of(path);
    // Within a program, `external` holds what speaks to others: only at the top it is their code.
    in_folder(dir, VENDOR_DIRS) || dir == "external" || dir.starts_with("external/")
}

/// Whether a tool wrote the file: by folder, by name, or by a mark in its head.
pub(super) fn is_generated(path: &str, text: &str) -> bool {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let minified = r"[.-]min[.](js|mjs|cjs|css)$|[.](bundle|chunk)[.](js|css)$|[.](js|css|mjs)[.]map$";
        let stubs = r"[.]pb([.]gw)?[.]go$|_pb2(_grpc)?[.]pyi?$|_grpc[.]pb[.]go$|[.]pb[.](cc|h)$|_pb[.](d[.]ts|js|ts)$";
        let others = r"[.](g|freezed|gr)[.]dart$|[.]designer[.]cs$|[.]g[.]cs$|[.](gen|generated)[.][a-z]+$|_gen[.]go$|^zz_generated[.]|[._]generated[.][a-z]+$|^routeTree[.]gen[.]ts$|[.]Designer[.]cs$";
        let hashed = r"^[A-Za-z0-9_~-]+[.-][0-9a-f]{8,32}[.](js|css)$";
        pattern(&[minified, stubs, others, hashed].join("|"))
    });
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    in_folder(dir, GENERATED_DIRS)
        || NAME.as_ref().is_some_and(|pattern| pattern.is_match(name))
        || is_marked(text)
        || is_compiled(dir, name, text)
}

/// Whether a compiler of TypeScript wrote a script: it stands in a folder of builds and begins or ends as they do.
fn is_compiled(dir: &str, name: &str, text: &str) -> bool {
    let script = [".js", ".cjs", ".mjs", ".d.ts"].iter().any(|end| name.ends_with(end));
    if !script || !in_folder(dir, BUILD_DIRS) {
        return false;
    }
    let head = &text[..text.floor_char_boundary(MARK_WINDOW)];
    let start = head.trim_start().strip_prefix("\"use strict\";").unwrap_or_default().trim_start();
    let last = text.trim_end().lines().next_back().unwrap_or_default();
    name.ends_with(".d.ts")
        || start.starts_with("var __")
        || start.starts_with("Object.defineProperty(exports, \"__esModule\"")
        || last.starts_with("//# sourceMappingURL=")
}

/// Whether the head of a text says a tool wrote it, and not that one writes files that say so.
fn is_marked(text: &str) -> bool {
    /// The marks of Meta's tools, of Go (<https://go.dev/s/generatedcode>), and of code generators at large.
    static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let at = r"^\W*@generated\b";
        let go = r"^\W*Code generated .*DO NOT EDIT";
        let auto = r"(?i)^\W*(<auto-generated|(this|the) (file|code|class) (is|was|has been) (auto-?matically |auto-?|auto )?generated\b)";
        let edit = r"(?i)^\W*(automatically|auto-?) ?generated\b.*(do not|don't) (edit|modify|touch)";
        pattern(&format!("(?m){at}|{go}|{auto}|{edit}"))
    });
    let head = &text[..text.floor_char_boundary(MARK_WINDOW)];
    // All of them say it in this word, and hardly any file does.
    let says = |word: &str| memchr::memmem::find(head.as_bytes(), word.as_bytes()).is_some();
    (says("enerated") || says("ENERATED")) && MARK.as_ref().is_some_and(|pattern| pattern.is_match(head))
}

/// Whether any folder of `dir` has one of these names, in any case.
fn in_folder(dir: &str, names: &[&str]) -> bool {
    !dir.is_empty() && dir.split('/').any(|part| names.iter().any(|name| name.eq_ignore_ascii_case(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_told_by_folder_and_name() {
        let yes = [
            "tests/tidy.rs",
            "pkg/__tests__/a.js",
            "src/a.test.ts",
            "src/a.spec.tsx",
            "pkg/a_test.go",
            "app/test_views.py",
            "app/conftest.py",
            "spec/models/user_spec.rb",
            "src/test/java/AppTest.java",
            "AppTests.cs",
            "fixtures/weak-express/package.json",
            "internal/testdata/x.json",
            "cypress/e2e/login.cy.ts",
            "examples/basic/index.js",
            "_archived_shop/alembic/versions/001_a.py",
            "ui/Button.stories.tsx",
            "lib/user.mock.ts",
            "integration/global-setup.ts",
            "config/globalTeardown.js",
            "vitest.setup.ts",
            "test/app/api/users/route.ts",
            "src/pages/api/__tests__/users.ts",
            "src/app/api/users/test/helper.ts",
            "packages/e2e_tests/setup/start.ts",
            "apps/web-e2e/src/support.ts",
            "smoke-test/run.js",
        ];
        let no = [
            "src/main.rs",
            "src/contest.ts",
            "latest.go",
            "src/Manifest.java",
            "docs/testing.md",
            "src/test-runner.ts",
            "protest/a.py",
            "src/inspect.py",
            ".github/workflows/test.yml",
            "package.json",
            "vitest.config.ts",
            "jest.config.js",
            "spec.md",
            "web/src/app/api/checker/test/http/route.ts",
            "src/app/(public)/api/demo/route.js",
            "src/pages/api/test/ping.ts",
            "src/app/api/load-test/route.ts",
            "packages/ab-tests/src/index.ts",
            "src/speed-test/index.ts",
        ];
        for path in yes {
            assert!(is_test(path), "{path}");
        }
        for path in no {
            assert!(!is_test(path), "{path}");
        }
    }

    #[test]
    fn what_a_command_copies_into_other_projects_is_told_by_folder() {
        let bin = r#"{"name":"create-x","bin":{"x":"./x.js"}}"#;
        for (manifest, files, expected) in [
            (bin, &["cli/src/templates/app/tsconfig.json"][..], &["cli/src/templates"][..]),
            (bin, &["cli/template/_gitignore", "cli/template/src/main.ts"], &["cli/template"]),
            // Pages to fill in, and the code beside the projects.
            (bin, &["cli/templates/mail/welcome.html"], &[]),
            (bin, &["cli/templates/package.json.ts"], &[]),
            (r#"{"name":"api","files":["bin"]}"#, &["cli/template/_gitignore"], &[]),
            // The command belongs to another package.
            (bin, &["web/template/_gitignore"], &[]),
        ] {
            let all = std::iter::once(("cli/package.json", manifest));
            let all = all.chain(files.iter().map(|path| (*path, "")));
            let mut found: Vec<&str> = scaffolds(all.collect::<Vec<_>>().into_iter()).into_iter().collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{files:?}");
        }
        assert_eq!(scaffold_of("a/templates/index.ts"), None);
        assert_eq!(scaffold_of("a/templates/app/b.ts"), Some("a/templates"));
    }

    #[test]
    fn stacks_of_a_list_are_samples() {
        for (path, expected) in [
            ("extra/templates/mariadb/compose.yaml", true),
            ("blueprints/wiki/docker-compose.yml", true),
            ("templates/compose.yaml", false),
            ("deploy/shop/compose.yaml", false),
            ("charts/shop/templates/db/deployment.yaml", false),
        ] {
            assert_eq!(is_sample_stack(path), expected, "{path}");
        }
    }

    #[test]
    fn vendored_and_generated_by_path() {
        for path in ["vendor/a.go", "web/node_modules/x/index.js", "third_party/zlib/a.c"] {
            assert!(is_vendored(path), "{path}");
        }
        assert!(!is_vendored("src/vendor.ts"));
        for path in [
            "public/jquery.min.js",
            "api/v1/user.pb.go",
            "src/__generated__/types.ts",
            "dist/app.0a1b2c3d4e.js",
        ] {
            assert!(is_generated(path, ""), "{path}");
        }
        for path in ["src/admin.js", "src/generated.rs", "min.js", "src/gen.go", "a/user-deadbeef.ts"] {
            assert!(!is_generated(path, ""), "{path}");
        }
    }

    #[test]
    fn scripts_of_a_compiler_are_generated_in_its_folder() {
        let decorated = "\"use strict\";\nvar __decorate = (this && this.__decorate) || function () {};\n";
        let module = "\"use strict\";\nObject.defineProperty(exports, \"__esModule\", { value: true });\n";
        let mapped = "export const a = 1;\n//# sourceMappingURL=a.js.map\n";
        for (path, text, expected) in [
            ("api/dist/main.js", decorated, true),
            ("api/dist/main.js", module, true),
            ("api/lib/main.mjs", mapped, true),
            ("api/dist/main.d.ts", "export declare const a: 1;\n", true),
            ("api/src/main.js", module, false),
            ("api/build/main.js", "\"use strict\";\nconst express = require('express');\n", false),
            ("api/dist/main.ts", mapped, false),
        ] {
            assert_eq!(is_generated(path, text), expected, "{path} {text}");
        }
    }

    #[test]
    fn generated_by_the_mark_at_the_head() {
        let yes = [
            "// Code generated by protoc-gen-go. DO NOT EDIT.\npackage a",
            "/**\n * @generated SignedSource<<1>>\n */",
            "# This file is automatically generated by Cargo.\n",
            "// <auto-generated>\n",
            "# Automatically generated by x, do not edit\n",
        ];
        let no = [
            "//! Looks for `@generated` in the first lines.\n",
            "const MARK: &str = \"Code generated by x DO NOT EDIT\";",
            "// We generate code here. Do not edit lightly.",
        ];
        for text in yes {
            assert!(is_generated("a.rs", text), "{text}");
        }
        for text in no {
            assert!(!is_generated("a.rs", text), "{text}");
        }
        let late = format!("{}\n// @generated\n", "x".repeat(MARK_WINDOW));
        assert!(!is_generated("a.rs", &late));
    }
}

//! Whose code a file is, by the naming conventions of the ecosystems: tests, generated code, vendored code.

use super::pattern::pattern;
use std::sync::LazyLock;

use regex::Regex;

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
    "e2e-tests",
    "integration-tests",
    "integration_tests",
    "unit-tests",
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
    in_folder(dir, TEST_DIRS) || NAME.as_ref().is_some_and(|pattern| pattern.is_match(name))
}

/// Whether the path is that of other people's code: a vendor folder, or a minified distribution.
pub(super) fn is_vendored(path: &str) -> bool {
    let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
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
    let end = text.floor_char_boundary(MARK_WINDOW);
    MARK.as_ref().is_some_and(|pattern| pattern.is_match(&text[..end]))
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
            "ui/Button.stories.tsx",
            "lib/user.mock.ts",
            "integration/global-setup.ts",
            "config/globalTeardown.js",
            "vitest.setup.ts",
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
        ];
        for path in yes {
            assert!(is_test(path), "{path}");
        }
        for path in no {
            assert!(!is_test(path), "{path}");
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

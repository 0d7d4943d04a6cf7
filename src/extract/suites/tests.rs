use crate::extract::given::show;

#[test]
fn kinds_of_suites() {
    let suites = |files: &[(&str, &str)]| show("test.suite", &["kind", "tool"], files);
    for (path, text, expected) in [
        ("package.json", r#"{"devDependencies": {"artillery": "2"}}"#, vec!["load | artillery"]),
        ("package.json", r#"{"devDependencies": {"@percy/cli": "1"}}"#, vec!["visual | @percy/cli"]),
        (
            "package.json",
            r#"{"devDependencies": {"@pact-foundation/pact": "1"}}"#,
            vec!["contract | @pact-foundation/pact"],
        ),
        ("package.json", r#"{"scripts": {"load": "k6 run a.js"}}"#, vec!["load | k6"]),
        ("package.json", r#"{"scripts": {"soak": "k6 run a.js"}}"#, vec!["load | k6", "soak | k6"]),
        ("package.json", r#"{"devDependencies": {"jest": "29"}}"#, vec![]),
        ("load/soak.js", "import http from 'k6/http';", vec!["load | k6", "soak | load test"]),
        (
            "e2e/a.spec.ts",
            "import { test } from '@playwright/test'; expect(page).toHaveScreenshot();",
            vec!["visual | toHaveScreenshot"],
        ),
        ("locustfile.py", "", vec!["load | locust"]),
        ("plan.jmx", "", vec!["load | jmeter"]),
        (".maestro/login.yaml", "appId: a", vec!["e2e | maestro"]),
    ] {
        assert_eq!(suites(&[(path, text)]), expected, "{path} {text}");
    }
}

/// The tests of a file that keep others from running.
fn focused(path: &str, text: &str) -> Vec<String> {
    show("test.file", &["focus"], &[(path, text)]).into_iter().filter(|focus| !focus.is_empty()).collect()
}

#[test]
fn tests_that_run_alone() {
    for (text, expected) in [
        ("it.only('a', () => {})", vec!["it.only"]),
        ("describe.only.each([1])('a', () => {})", vec!["describe.only"]),
        ("import { test } from 'vitest'; test.only('a', () => {})", vec!["test.only"]),
        ("import { test } from './fixtures'; test.only('a', () => {})", vec![]),
        ("test.describe.only('a', () => {})", vec!["test.describe.only"]),
        ("fdescribe('a', () => {})", vec!["fdescribe"]),
        ("import { fit } from './tailor'; fit('a')", vec![]),
        ("const only = query.only; it('a', () => {}); it.skip('b', () => {})", vec![]),
    ] {
        assert_eq!(focused("a.test.ts", text), expected, "{text}");
    }
    assert!(show("test.file", &["focus"], &[("a.ts", "it.only('a', () => {})")]).is_empty());
}

#[test]
fn statuses() {
    for (text, expected) in [
        ("expect(res.status).toBe(429)", vec!["429"]),
        ("expect(res.status).toBe(HttpStatus.TOO_MANY_REQUESTS); expect(1).toBe(429)", vec!["429"]),
        ("expect(res.text).toMatch('Too many requests')", vec!["429"]),
        ("expect(res.status).toBe(200)", vec![""]),
    ] {
        assert_eq!(show("test.file", &["statuses"], &[("a.test.ts", text)]), expected, "{text}");
    }
}

#[test]
fn misspelt_options() {
    for (path, text, expected) in [
        (
            "jest.config.js",
            "module.exports = { coverageThresholds: {}, setupFileAfterEnv: [] }",
            vec![
                "jest | coverageThresholds | coverageThreshold",
                "jest | setupFileAfterEnv | setupFilesAfterEnv",
            ],
        ),
        (
            "package.json",
            r#"{"jest": {"testEnviroment": "node"}}"#,
            vec!["jest | testEnviroment | testEnvironment"],
        ),
        (
            "vitest.config.ts",
            "export default defineConfig({ test: { coverage: { tresholds: {} } } })",
            vec!["vitest | tresholds | thresholds"],
        ),
        (
            "jest.config.js",
            "module.exports = { preset: 'ts-jest', testMatch: [], 'my-option': 1 }",
            vec!["jest |  | "],
        ),
    ] {
        assert_eq!(show("test.config", &["tool", "unknown", "meant"], &[(path, text)]), expected, "{text}");
    }
}

#[test]
fn several_runners() {
    let files = [
        (
            "package.json",
            r#"{"scripts": {"test": "jest && vitest run"}, "devDependencies": {"jest": "29", "vitest": "3"}}"#,
        ),
        ("jest.config.js", "module.exports = {}"),
        ("vitest.config.ts", "export default {}"),
        ("a.test.ts", "test('a', () => {})"),
    ];
    assert_eq!(show("test.runners", &["tools", "reason"], &files), ["jest, vitest | "]);
    assert_eq!(show("test.runners", &["tools"], &files[..2]), ["jest"]);
}

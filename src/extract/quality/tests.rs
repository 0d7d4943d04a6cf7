use crate::extract::given::show;

fn of(kind: &str, attributes: &[&str], files: &[(&str, &str)]) -> Vec<String> {
    show(kind, attributes, files)
}

#[test]
fn large_files_hold_code() {
    let functions = "export function a() {\n  return 1;\n}\n".repeat(400);
    let data = "export const a = [\n  1,\n];\n".repeat(400);
    let source = "x = 1\n".repeat(1001);
    for (path, text, expected) in [
        ("src/a.ts", functions.as_str(), vec!["1 | 1200"]),
        ("src/a.ts", data.as_str(), vec!["0 | 1200"]),
        ("src/a.test.ts", functions.as_str(), vec![]),
        ("src/a.py", source.as_str(), vec!["1 | 1001"]),
        ("src/migrations/a.py", source.as_str(), vec!["0 | 1001"]),
        ("a.css", source.as_str(), vec![]),
    ] {
        assert_eq!(of("files.large", &["count", "lines"], &[(path, text)]), expected, "{path}");
    }
}

#[test]
fn any_as_a_type() {
    for (text, expected) in [
        ("let a: any = 1;", vec!["1"]),
        ("f(x as any).b", vec!["1"]),
        ("type A = Record<string, any>; let b: any[] = [];", vec!["2"]),
        ("function f(a: any, b: Promise<any>): any {}", vec!["3"]),
        ("type A<T = any> = (x: T) => any;", vec!["1"]),
        ("type A = string | any;", vec!["1"]),
        ("// a: any\n/* x as any */", vec![]),
        ("const a = z.any(); const b = [one, any, two]; f(has, any)", vec![]),
        ("const a = 'as any other'; company: anyone", vec![]),
    ] {
        assert_eq!(of("types.any", &["count"], &[("a.ts", text)]), expected, "{text}");
    }
    assert_eq!(of("types.any", &["count"], &[("a.d.ts", "let a: any;")]), Vec::<String>::new());
}

#[test]
fn warnings_of_a_linter() {
    let lint = r#"{"scripts": {"lint": "eslint ."}}"#;
    let strict = r#"{"scripts": {"lint": "eslint .", "check": "eslint . --max-warnings=0"}}"#;
    let warn = ("eslint.config.js", "export default [{ rules: { 'no-console': 'warn' } }]");
    let error = ("eslint.config.js", "// 'warn'\nexport default [{ rules: { 'no-console': 'error' } }]");
    for (files, expected) in [
        (vec![("package.json", lint), warn], "lint | rules that `eslint.config.js` sets to `warn` | false"),
        (vec![("package.json", lint), error], "lint |  | false"),
        (vec![("package.json", strict), warn], "lint | rules that `eslint.config.js` sets to `warn` | true"),
        (
            vec![("package.json", lint), (".eslintrc.json", r#"{"extends": "next/core-web-vitals"}"#)],
            "lint | rules of `next/core-web-vitals` | false",
        ),
    ] {
        assert_eq!(of("lint.command", &["script", "warns", "strict"], &files), [expected], "{files:?}");
    }
    assert!(
        of("lint.command", &[], &[("package.json", r#"{"scripts": {"lint:fix": "eslint --fix"}}"#)])
            .is_empty()
    );
}

#[test]
fn tools_without_a_configuration() {
    let with = |name: &str, more: &str| format!(r#"{{"devDependencies": {{"{name}": "9"}}{more}}}"#);
    let prepare = r#", "scripts": {"prepare": "husky"}"#;
    for (manifest, file, expected) in [
        (with("husky", ""), "a.js", "no hook stands in `.husky`"),
        (with("husky", prepare), ".husky/pre-commit", ""),
        (with("husky", ""), ".husky/pre-commit", "no script installs its hooks"),
        (with("husky", prepare), ".husky/_/husky.sh", "no hook stands in `.husky`"),
        (with("lint-staged", ""), "a.js", "nothing says what it runs on which files"),
        (with("lint-staged", r#", "lint-staged": {}"#), "a.js", ""),
        (with("lint-staged", ""), ".lintstagedrc.mjs", ""),
        (with("@commitlint/cli", ""), "commitlint.config.js", ""),
        (with("stylelint", ""), ".stylelintrc", ""),
        (with("turbo", ""), "a.js", "there is no `turbo.json`"),
    ] {
        let found = of("developer.tool", &["lacks"], &[("package.json", &manifest), (file, "")]);
        assert_eq!(found, [expected], "{manifest} {file}");
    }
}

#[test]
fn versions_of_typescript() {
    let asks = |version: &str| format!(r#"{{"devDependencies": {{"typescript": "{version}"}}}}"#);
    for (first, second, more, expected) in [
        ("^5.3.0", "^5.6.2", "", vec!["^5.3.0, ^5.6.2 | false | "]),
        ("^4.9.0", "^5.6.2", "", vec!["^4.9.0, ^5.6.2 | true | "]),
        ("5.3.3", "5.4.5", "", vec!["5.3.3, 5.4.5 | true | "]),
        ("5.3.3", "^5.3.0", "", vec!["5.3.3, ^5.3.0 | false | "]),
        ("5.3.3", "5.4.5", r#", "overrides": {"typescript": "5"}"#, vec!["5.3.3, 5.4.5 | true | overrides"]),
        ("5.3.3", "catalog:", "", vec![]),
    ] {
        let root = format!(r#"{{"workspaces": ["a", "b"]{more}}}"#);
        let (first, second) = (asks(first), asks(second));
        let files =
            [("package.json", root.as_str()), ("a/package.json", &first), ("b/package.json", &second)];
        let found = of("typescript.versions", &["ranges", "clash", "settled"], &files);
        assert_eq!(found, expected, "{files:?}");
    }
}

#[test]
fn the_order_of_a_workspace() {
    let lib = r#"{"name": "lib", "main": "dist/index.js", "scripts": {"build": "tsc"}}"#;
    let app = r#"{"name": "app", "dependencies": {"lib": "*"}, "scripts": {"build": "tsc"}}"#;
    for (root, more, expected) in [
        (r#"{"workspaces": ["a", "b"]}"#, ("x", ""), vec!["app | lib | "]),
        (
            r#"{"workspaces": ["a", "b"], "scripts": {"build": "npm run build --workspaces"}}"#,
            ("x", ""),
            vec!["app | lib | "],
        ),
        (r#"{"workspaces": ["a", "b"]}"#, ("turbo.json", "{}"), vec!["app | lib | turbo.json"]),
        (
            r#"{"workspaces": ["a", "b"], "scripts": {"build": "npm run build -w lib && npm run build -w app"}}"#,
            ("x", ""),
            vec!["app | lib | the script `build`"],
        ),
        (r#"{"workspaces": ["a", "b"]}"#, ("a/dist/index.js", "1"), vec![]),
        (
            r#"{"workspaces": ["a", "b"]}"#,
            ("Dockerfile", "FROM x\nRUN npm run build -w lib\n"),
            vec!["app | lib | Dockerfile"],
        ),
    ] {
        let files = [("package.json", root), ("a/package.json", lib), ("b/package.json", app), more];
        assert_eq!(of("workspace.build", &["needs", "built", "by"], &files), expected, "{root} {more:?}");
    }
}

#[test]
fn routers_of_browsers() {
    let manifest = |name: &str| format!(r#"{{"dependencies": {{"{name}": "6", "react": "19"}}}}"#);
    let react =
        "import { Routes, Route, Navigate } from 'react-router-dom';\nexport const A = () => <Routes>";
    for (name, path, text, expected) in [
        ("react-router-dom", "src/a.jsx", format!("{react}<Route path='/' /></Routes>;"), vec!["React Router | "]),
        (
            "react-router-dom",
            "src/a.jsx",
            format!("{react}<Route path='*' element={{<NotFound />}} /></Routes>;"),
            vec!["React Router | a page"],
        ),
        (
            "react-router-dom",
            "src/a.jsx",
            format!("{react}<Route path='*' element={{<Navigate to='/' />}} /></Routes>;"),
            vec!["React Router | a redirect"],
        ),
        (
            "vue-router",
            "src/a.js",
            "import { createRouter } from 'vue-router'; createRouter({ routes: [{ path: '/:a(.*)', component: A }] })".to_owned(),
            vec!["Vue Router | a page"],
        ),
        ("next", "src/a.jsx", format!("{react}</Routes>;"), vec![]),
    ] {
        let manifest = manifest(name);
        let files = [("package.json", manifest.as_str()), (path, text.as_str())];
        assert_eq!(of("client.router", &["library", "unknown"], &files), expected, "{text}");
    }
}

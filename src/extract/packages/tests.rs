use super::*;
use crate::extract::given;

/// `dir ecosystem role` of every package.
fn roles(files: &[(&str, &str)]) -> Vec<String> {
    given::with(files, |context| {
        let show =
            |package: &Package| format!("{} {} {}", package.dir, package.ecosystem, package.role.word());
        context.packages.all().iter().map(show).collect()
    })
}

fn role(files: &[(&str, &str)]) -> String {
    roles(files).remove(0).rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn roles_of_npm_packages() {
    let express =
        r#"{"main": "index.js", "scripts": {"start": "node index.js"}, "dependencies": {"express": "4"}}"#;
    let plugin = r#"{"exports": "./x.js", "dependencies": {"express": "4"}}"#;
    let next = r#"{"private": true, "scripts": {"dev": "next dev", "build": "next build"}, "dependencies": {"next": "15"}}"#;
    let vite = r#"{"scripts": {"build": "tsc && vite build"}, "devDependencies": {"vite": "7"}}"#;
    let library =
        r#"{"exports": "./x.js", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}"#;
    let queue = r#"{"scripts": {"start": "node ."}, "dependencies": {"bullmq": "5"}}"#;
    let plain = r#"{"scripts": {"start": "node server.js"}}"#;
    let vite_with_docs = r#"{"scripts": {"build": "vite build", "docs": "vitepress build"}, "devDependencies": {"vite": "7", "vitepress": "1"}}"#;
    let docusaurus =
        r#"{"scripts": {"build": "docusaurus build"}, "dependencies": {"@docusaurus/core": "3"}}"#;
    for (files, expected) in [
        (vec![("package.json", express)], "service"),
        (vec![("package.json", plugin)], "library"),
        (vec![("package.json", next)], "web"),
        (vec![("package.json", vite), ("index.html", "<html>")], "web"),
        (vec![("package.json", library)], "library"),
        (vec![("package.json", queue)], "worker"),
        (vec![("package.json", plain), ("server.js", "http.createServer(f).listen(80)")], "service"),
        (vec![("package.json", plain), ("server.js", "console.log(1)")], "cli"),
        (vec![("package.json", r#"{"bin": "x.js"}"#)], "cli"),
        (vec![("package.json", r#"{"dependencies": {"expo": "1"}}"#)], "app"),
        (vec![("package.json", r#"{"dependencies": {"aws-cdk-lib": "2"}}"#)], "infra"),
        (vec![("package.json", r#"{"name": "x"}"#), ("wrangler.toml", "name = 'x'")], "service"),
        (vec![("examples/a/package.json", express)], "example"),
        (vec![("docs/package.json", next)], "docs"),
        (vec![("package.json", docusaurus)], "docs"),
        (vec![("package.json", vite_with_docs), ("index.html", "<html>")], "web"),
        (vec![("package.json", r#"{"workspaces": ["a/*"], "devDependencies": {"turbo": "2"}}"#)], "root"),
    ] {
        assert_eq!(role(&files), expected, "{files:?}");
    }
}

#[test]
fn roles_of_other_packages() {
    let hyper = "[package]\nname = \"h\"\n[dependencies]\nhyper = \"1\"\nhyper-util = \"0.1\"\n";
    let axum = "[package]\nname = \"a\"\n[dependencies]\naxum = \"1\"\n";
    let linked = "[package]\nname = \"b\"\n[dependencies]\na = { path = \"../a\" }\n";
    let library = "[project]\nname = \"x\"\ndependencies = [\"django>=4\"]\n[build-system]\nrequires = []\n";
    let main = "package main\n\nfunc main() {}\n";
    for (files, expected) in [
        (vec![("Cargo.toml", axum), ("src/main.rs", "fn main() {}")], "service"),
        (vec![("Cargo.toml", axum), ("src/lib.rs", "")], "library"),
        // Hyper is a client as often as a server.
        (vec![("Cargo.toml", hyper), ("src/main.rs", "fn main() { get() }")], "cli"),
        (vec![("Cargo.toml", hyper), ("src/main.rs", "fn main() { TcpListener::bind(a) }")], "service"),
        (vec![("Cargo.toml", "[package]\nname = \"x\"\n"), ("src/main.rs", "fn main() {}")], "cli"),
        (
            vec![("b/Cargo.toml", linked), ("a/Cargo.toml", axum), ("b/src/main.rs", "fn main() {}")],
            "library",
        ),
        (vec![("Cargo.toml", "[workspace]\nmembers = []\n")], "root"),
        (vec![("pyproject.toml", library)], "library"),
        (vec![("pyproject.toml", library), ("manage.py", "x")], "service"),
        (vec![("requirements.txt", "fastapi==1\n"), ("app/main.py", "x")], "service"),
        (vec![("requirements.txt", "celery==1\n"), ("tasks.py", "x")], "worker"),
        (vec![("requirements.txt", "numpy==1\n"), ("run.py", "x")], "cli"),
        (vec![("go.mod", "module m\n"), ("main.go", main)], "cli"),
        (
            vec![
                ("go.mod", "module m\n"),
                ("cmd/x/main.go", "package main\nfunc main() { http.ListenAndServe(a, b) }"),
            ],
            "service",
        ),
        (vec![("go.mod", "module m\n"), ("x.go", "package m\n")], "library"),
        (vec![("pom.xml", "<artifactId>spring-boot-starter</artifactId>")], "service"),
        (vec![("composer.json", r#"{"require": {"laravel/framework": "11"}}"#)], "service"),
    ] {
        assert_eq!(role(&files), expected, "{files:?}");
    }
    let files = [
        ("a/Cargo.toml", axum),
        ("a/src/lib.rs", ""),
        ("b/Cargo.toml", linked),
        ("b/src/main.rs", "fn main() {}"),
    ];
    assert_eq!(roles(&files), ["a cargo library", "b cargo service"]);
}

#[test]
fn members_of_workspaces() {
    let members = |files: &[(&str, &str)]| -> Vec<String> {
        given::with(files, |context| {
            let all = context.packages.all();
            let show = |package: &Package| Some(format!("{} < {}", package.dir, all[package.workspace?].dir));
            all.iter().filter_map(show).collect()
        })
    };
    let npm = r#"{"workspaces": ["packages/*", "!packages/old"]}"#;
    let files = [
        ("package.json", npm),
        ("packages/a/package.json", "{}"),
        ("packages/old/package.json", "{}"),
        ("other/package.json", "{}"),
        ("packages/a/b/package.json", "{}"),
    ];
    assert_eq!(members(&files), ["packages/a < "]);
    let files = [
        ("package.json", r#"{"scripts": {"start": "node packages/node_modules/x/red.js"}}"#),
        ("packages/node_modules/@x/api/package.json", "{}"),
        ("other/package.json", "{}"),
    ];
    assert_eq!(members(&files), ["packages/node_modules/@x/api < "]);
    let files = [
        ("w/package.json", "{}"),
        ("w/pnpm-workspace.yaml", "packages: ['apps/**']"),
        ("w/apps/x/y/package.json", "{}"),
    ];
    assert_eq!(members(&files), ["w/apps/x/y < w"]);
    let root = "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/c\"]\n[package]\nname = \"r\"\n[dependencies]\nd = { path = \"d\" }\n";
    let member = "[package]\nname = \"m\"\n";
    let files = [
        ("Cargo.toml", root),
        ("crates/a/Cargo.toml", member),
        ("crates/c/Cargo.toml", member),
        ("d/Cargo.toml", member),
        ("e/Cargo.toml", member),
    ];
    assert_eq!(members(&files), ["crates/a < ", "d < "]);
    let files = [("go.mod", "module m"), ("go.work", "use (\n\t.\n\t./a\n)\n"), ("a/go.mod", "module m/a")];
    assert_eq!(members(&files), ["a < "]);
    let uv = "[project]\nname = \"r\"\n[tool.uv.workspace]\nmembers = [\"p/*\"]\n";
    let files = [("pyproject.toml", uv), ("p/a/pyproject.toml", "[project]\nname = \"a\"\n")];
    assert_eq!(members(&files), ["p/a < "]);
}

#[test]
fn tests_and_code_are_counted_by_ecosystem() {
    let files = [
        ("package.json", "{}"),
        ("src/a.ts", "export {}"),
        ("src/types.d.ts", "declare x"),
        ("src/a.test.ts", "test('a', f)"),
        ("tests/setup.ts", "globalThis.x = 1"),
        ("tests/fixtures/b.ts", "it('b')"),
        ("src/style.css", "a {}"),
        ("api/pyproject.toml", "[project]\nname = \"p\"\n"),
        ("api/p.py", "x = 1"),
        ("api/test_p.py", "def test_p(): pass"),
        ("api/web/b.js", "x"),
        ("core/Cargo.toml", "[package]\nname = \"c\"\n"),
        ("core/src/lib.rs", "#[cfg(test)]\nmod tests {}"),
    ];
    given::with(&files, |context| {
        let show =
            |p: &Package| format!("{} {} {} {}", p.dir, p.source_files, p.typescript_files, p.test_files);
        let shown: Vec<_> = context.packages.all().iter().map(show).collect();
        assert_eq!(shown, [" 3 1 1", "api 1 0 1", "core 1 0 1"]);
        assert_eq!((context.packages.code_files, context.packages.test_files), (5, 3));
    });
}

#[test]
fn collections_that_something_runs_are_tests() {
    let tested = r#"{"item": [{"event": [{"listen": "test"}]}]}"#;
    for (collection, script, expected) in [
        (tested, "npx newman run api.postman_collection.json --delay-request 500", 1),
        (tested, "echo import api.postman_collection.json", 0),
        (r#"{"item": []}"#, "newman run api.postman_collection.json", 0),
    ] {
        let files = [("package.json", "{}"), ("api.postman_collection.json", collection), ("run.sh", script)];
        given::with(&files, |context| assert_eq!(context.packages.test_files, expected, "{script}"));
    }
}

#[test]
fn requirements_files_and_settings_of_tools() {
    let files = [
        ("requirements/base.txt", "flask\n"),
        ("requirements/dev.txt", "pytest\n"),
        ("a/pyproject.toml", "[tool.black]\n"),
        ("b/requirements.txt", "x==1\n"),
        ("b/requirements-test.txt", "y\n"),
    ];
    given::with(&files, |context| {
        let show = |p: &Package| {
            let names: Vec<_> =
                p.dependencies().map(|(_, d)| format!("{} {}", d.name, d.group.word())).collect();
            format!("{} {}", p.dir, names.join(", "))
        };
        let shown: Vec<_> = context.packages.all().iter().map(show).collect();
        assert_eq!(shown, [" flask prod, pytest dev", "b x prod, y dev"]);
    });
}

#[test]
fn what_packages_are_good_for() {
    for (ecosystem, name, expected) in [
        ("npm", "eslint", vec!["linter"]),
        ("npm", "@biomejs/biome", vec!["linter", "formatter"]),
        ("python", "Django", vec!["server"]),
        ("go", "github.com/labstack/echo/v4", vec!["server"]),
        ("npm", "left-pad", vec![]),
        ("cargo", "eslint", vec![]),
    ] {
        assert_eq!(capabilities(ecosystem, name), expected, "{name}");
    }
}

#[test]
fn a_package_may_stand_in_a_folder_named_as_data() {
    for dir in ["packages/messages", "public", "src/assets"] {
        let path = format!("{dir}/package.json");
        assert_eq!(roles(&[(&path, r#"{"bin": "x.js"}"#)]), [format!("{dir} npm cli")]);
    }
}

use super::*;
use crate::parse::{ini, json, toml, yaml};

/// `name version group source reference! dir`, the `!` where pinned.
fn show(manifest: &Manifest) -> Vec<String> {
    let show = |d: &Declared| {
        let reference = d.reference.as_ref().map(|r| format!(" #{r}")).unwrap_or_default();
        let pinned = if d.pinned { "!" } else { "" };
        let dir = d.dir.as_ref().map(|dir| format!(" {dir}")).unwrap_or_default();
        format!("{} {} {} {}{reference}{pinned}{dir}", d.name, d.version, d.group.word(), d.source.word())
    };
    manifest.dependencies.iter().map(show).collect()
}

#[test]
fn package_json_dependencies() {
    for (asked, expected) in [
        ("^1.0.0", "a ^1.0.0 prod registry"),
        ("", "a  prod registry"),
        ("npm:b@^2", "b npm:b@^2 prod registry"),
        ("npm:@s/b@2", "@s/b npm:@s/b@2 prod registry"),
        ("workspace:*", "a workspace:* prod workspace"),
        ("catalog:", "a catalog: prod workspace"),
        ("file:../b", "a file:../b prod path ../b"),
        ("./b", "a ./b prod path ./b"),
        ("o/r", "a o/r prod git"),
        ("o/r#main", "a o/r#main prod git #main"),
        (
            "github:o/r#0123456789abcdef0123456789abcdef01234567",
            "a github:o/r#0123456789abcdef0123456789abcdef01234567 prod git #0123456789abcdef0123456789abcdef01234567!",
        ),
        ("git+ssh://git@h.example/o/r.git#v1", "a git+ssh://git@h.example/o/r.git#v1 prod git #v1"),
        ("https://h.example/o/r.git", "a https://h.example/o/r.git prod git"),
        ("https://h.example/a-1.tgz", "a https://h.example/a-1.tgz prod url"),
        ("patch:a@npm%3A1#./p.patch", "a patch:a@npm%3A1#./p.patch prod registry"),
    ] {
        let text = format!(r#"{{"dependencies": {{"a": "{asked}"}}}}"#);
        let manifest = package_json(&json::parse(&text).document);
        assert_eq!(show(&manifest), [expected], "{asked}");
        assert_eq!(manifest.dependencies[0].span.of(&text), format!(r#""a": "{asked}""#));
    }
}

#[test]
fn package_json_heads() {
    let text = r#"{"name": "n", "private": true, "bin": "x.js", "workspaces": {"packages": ["a/*"], "catalog": {"r": "1"}},
        "scripts": {"test": "vitest"}, "peerDependencies": {"react": "*"}, "packageManager": "pnpm@9.1.0",
        "engines": {"node": ">=22", "npm": "*"}, "volta": {"node": "22.1.0"}, "exports": "./x.js"}"#;
    let manifest = package_json(&json::parse(text).document);
    assert_eq!(manifest.name.as_deref(), Some("n"));
    assert!(manifest.private && manifest.binaries && manifest.library && manifest.package);
    assert_eq!(manifest.members.as_ref().unwrap().patterns, ["a/*"]);
    assert_eq!(manifest.scripts[0].span.of(text), r#""vitest""#);
    assert_eq!(show(&manifest), ["react * peer registry"]);
    let pins: Vec<_> = manifest.pins.iter().map(|pin| format!("{} {}", pin.tool, pin.version)).collect();
    assert_eq!(pins, ["node >=22", "node 22.1.0", "pnpm 9.1.0"]);
    assert_eq!(manifest.shared, [("catalog:r".to_owned(), "1".to_owned())]);
    let workspace = yaml::parse("packages: [apps/*, '!apps/old']\ncatalogs: {x: {b: ^2}}\n").document;
    let manifest = pnpm_workspace(&workspace[0]);
    assert_eq!(manifest.members.unwrap().patterns, ["apps/*", "!apps/old"]);
    assert_eq!(manifest.shared, [("catalog:x:b".to_owned(), "^2".to_owned())]);
}

#[test]
fn cargo() {
    let text = "[package]\nname = \"n\"\nrust-version = \"1.80\"\npublish = false\n[[bin]]\nname = \"b\"\n\
        [dependencies]\na = \"1\"\nb = { path = \"../b\" }\nc = { git = \"https://h.example/c\", branch = \"main\" }\n\
        d.workspace = true\ne = { version = \"*\", optional = true }\n[dev-dependencies]\nf = \"2\"\n\
        [target.'cfg(unix)'.dependencies]\ng = { git = \"x\", rev = \"0123456789ab\" }\n[workspace]\nmembers = [\"x/*\"]\nexclude = [\"x/y\"]\n";
    let manifest = cargo_toml(&toml::parse(text).document);
    assert_eq!(
        show(&manifest),
        [
            "a 1 prod registry",
            "b  prod path ../b",
            "c  prod git #main",
            "d  prod workspace",
            "e * optional registry",
            "f 2 dev registry",
            "g  prod git #0123456789ab!"
        ]
    );
    assert!(manifest.private && manifest.binaries && !manifest.library);
    assert_eq!(manifest.pins[0].version, "1.80");
    assert_eq!(
        manifest.members.unwrap(),
        Members { patterns: vec!["x/*".into()], excluded: vec!["x/y".into()] }
    );
}

#[test]
fn python() {
    let text = "[project]\nname = \"n\"\nrequires-python = \">=3.12\"\ndependencies = [\"a>=1\", \"b[x]~=2 ; python_version < '4'\", \"c @ git+https://h.example/c@v1\", \"d\"]\n\
        [project.optional-dependencies]\nx = [\"e\"]\n[dependency-groups]\ndev = [\"f==1\"]\n\
        [tool.uv.sources]\nd = { workspace = true }\n[tool.uv.workspace]\nmembers = [\"m/*\"]\n[tool.poe.tasks]\ntest = \"pytest\"\n";
    let manifest = pyproject(&toml::parse(text).document);
    assert_eq!(
        show(&manifest),
        [
            "a >=1 prod registry",
            "b ~=2 prod registry",
            "c git+https://h.example/c@v1 prod git #v1",
            "d  prod workspace",
            "e  optional registry",
            "f ==1 dev registry"
        ]
    );
    assert_eq!(manifest.scripts[0].command, "pytest");
    assert_eq!(manifest.pins[0].version, ">=3.12");
    let text = "[tool.poetry]\nname = \"n\"\n[tool.poetry.dependencies]\npython = \"^3.12\"\na = \"*\"\nb = { git = \"u\", rev = \"0123456789abcdef\" }\n[tool.poetry.group.dev.dependencies]\nc = \"^1\"\n";
    let manifest = pyproject(&toml::parse(text).document);
    assert_eq!(show(&manifest), ["a * prod registry", "b  prod git #0123456789abcdef!", "c ^1 dev registry"]);
    let manifest =
        pipfile(&toml::parse("[packages]\na = \"*\"\n[requires]\npython_version = \"3.12\"\n").document);
    assert_eq!((show(&manifest), manifest.pins.len()), (vec!["a * prod registry".to_owned()], 1));
    let manifest = setup_cfg(
        &ini::parse("[metadata]\nname = n\n[options]\ninstall_requires =\n    a>=1\n    b\n").document,
    );
    assert_eq!(show(&manifest), ["a >=1 prod registry", "b  prod registry"]);
}

#[test]
fn requirements_files() {
    let text = "# note\na==1.0 --hash=sha256:x\nb[c]>=2,<3 # why\n-r other.txt\n--index-url https://h.example\n\
        -e ./local\ngit+https://h.example/o/r.git@main#egg=r\nd @ https://h.example/d.whl#sha256=00\ne\n";
    let manifest = requirements(text, Group::Dev);
    assert_eq!(
        show(&manifest),
        [
            "a ==1.0 dev registry",
            "b >=2,<3 dev registry",
            "./local ./local dev path ./local",
            "r git+https://h.example/o/r.git@main#egg=r dev git #main",
            "d https://h.example/d.whl#sha256=00 dev url!",
            "e  dev registry"
        ]
    );
    assert_eq!(manifest.dependencies[1].span.of(text), "b[c]>=2,<3");
}

#[test]
fn go_composer_ruby() {
    let text = "module h.example/m\n\ngo 1.22\n\nrequire (\n\th.example/a v1.0.0 // indirect\n\th.example/b v0.0.0\n)\nrequire h.example/c v2.0.0\nreplace h.example/b => ../b\n";
    let manifest = go_mod(text);
    assert_eq!(
        show(&manifest),
        [
            "h.example/a v1.0.0 prod registry",
            "h.example/b v0.0.0 prod path ../b",
            "h.example/c v2.0.0 prod registry"
        ]
    );
    assert_eq!((manifest.name.as_deref(), manifest.pins[0].version.as_str()), (Some("h.example/m"), "1.22"));
    assert_eq!(go_work("go 1.22\nuse (\n ./a\n ./b\n)\n").members.unwrap().patterns, ["./a", "./b"]);
    let manifest = composer(
        &json::parse(r#"{"require": {"php": "^8", "a/b": "*"}, "require-dev": {"c/d": "1"}}"#).document,
    );
    assert_eq!(show(&manifest), ["a/b * prod registry", "c/d 1 dev registry"]);
    let manifest = gemfile(
        "ruby '3.3'\ngem 'rails', '~> 7'\ngroup :test do\n  gem \"rspec\"\nend\ngem 'x', git: 'y', ref: 'z'\n",
    );
    assert_eq!(show(&manifest), ["rails ~> 7 prod registry", "rspec  dev registry", "x  prod git!"]);
}

#[test]
fn open_versions() {
    for (version, open) in [
        ("*", true),
        ("", true),
        ("latest", true),
        ("x", true),
        (">=0", true),
        (">=0.0", true),
        ("dev-main", true),
        ("^1", false),
        (">=1", false),
        ("~=2", false),
    ] {
        let declared = Declared { version: version.into(), ..Declared::default() };
        assert_eq!(declared.is_open(), open, "{version}");
    }
}

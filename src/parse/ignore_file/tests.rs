use proptest::prelude::*;

use super::{GitIgnores, parse, parse_docker};
use crate::parse::lines::check;

/// The cases of git's own manual, gitignore(5), and of its traps.
#[test]
fn git_patterns() {
    for (pattern, ignored, kept) in [
        ("hello.*", &["hello.txt", "a/hello.java"][..], &["hello"][..]),
        ("/hello.*", &["hello.txt"], &["a/hello.java"]),
        ("foo/", &["foo/", "a/foo/", "foo/x"], &["foo"]),
        ("doc/frotz", &["doc/frotz", "doc/frotz/"], &["a/doc/frotz"]),
        ("/foo/*", &["foo/test.json"], &["foo/"]),
        ("foo/*", &["foo/test.json", "foo/bar/", "foo/bar/hello.c"], &["bar/foo/x"]),
        ("**/foo", &["foo", "a/b/foo"], &["afoo"]),
        ("**/foo/bar", &["foo/bar", "a/foo/bar"], &["foo/a/bar"]),
        ("abc/**", &["abc/x", "abc/d/x"], &["abc/"]),
        ("a/**/b", &["a/b", "a/x/b", "a/x/y/b"], &["ab"]),
        ("*.[oa]", &["x.o", "d/x.a"], &["x.c"]),
        ("fo?", &["foo"], &["fo", "fooo"]),
        ("\\#x", &["#x"], &["x"]),
        ("# x", &[], &["# x", "x"]),
        ("\\!x", &["!x"], &["x"]),
        ("x  ", &["x"], &["x  "]),
        (".env*", &[".env", ".env.local", "a/.env"], &["env"]),
        (".env*\n!.env.example", &[".env", ".env.backup"], &[".env.example", "a/.env.example"]),
        ("!a\na", &["a"], &[]),
        ("foo/\n!foo/keep", &["foo/keep"], &[]),
        ("foo/*\n!foo/keep", &["foo/x"], &["foo/keep"]),
        ("/*\n!/foo\n/foo/*\n!/foo/bar", &["x", "foo/x"], &["foo/bar", "foo/bar/y"]),
        ("*.LOG\r\n", &["x.LOG"], &["x.log"]),
        ("\u{feff}é", &["é"], &["e"]),
    ] {
        let mut all = GitIgnores::default();
        all.add(".gitignore", parse(pattern).document);
        for path in ignored {
            assert!(all.would_ignore(path).is_some(), "{pattern:?} must ignore {path}");
        }
        for path in kept {
            assert!(all.would_ignore(path).is_none(), "{pattern:?} must not ignore {path}");
        }
    }
}

#[test]
fn nested_files_win_and_excluded_directories_stay_excluded() {
    let mut all = GitIgnores::default();
    all.add_for("", ".git/info/exclude", parse("*.tmp\nlocal").document);
    all.add(".gitignore", parse("*.log\nbuild/\n!keep.tmp\n").document);
    all.add("app/.gitignore", parse("!app.log\n/dist\n").document);
    all.add("build/.gitignore", parse("!*\n").document);
    for (path, by) in [
        ("x.log", Some((".gitignore", "*.log"))),
        ("app/x.log", Some((".gitignore", "*.log"))),
        ("app/app.log", None),
        ("app/dist/", Some(("app/.gitignore", "/dist"))),
        ("app/dist/x.js", Some(("app/.gitignore", "/dist"))),
        ("dist", None),
        ("build/x", Some((".gitignore", "build/"))),
        ("a.tmp", Some((".git/info/exclude", "*.tmp"))),
        ("keep.tmp", None),
        ("app/sub/local", Some((".git/info/exclude", "local"))),
    ] {
        let found = all.would_ignore(path).map(|found| (found.file, &*found.pattern.text));
        assert_eq!(found, by, "{path}");
    }
}

#[test]
fn docker_patterns() {
    for (text, excluded, kept) in [
        ("*/temp*", &["a/temporary.txt", "a/temp", "a/temp/x"][..], &["temp", "a/b/temp"][..]),
        ("*/*/temp*", &["a/b/temporary"], &["a/temp"]),
        ("temp?", &["tempa", "tempa/x"], &["temp", "a/tempa"]),
        ("*.md\n!README.md", &["x.md"], &["README.md", "a/x.md"]),
        ("*.md\n!README*.md\nREADME-secret.md", &["x.md", "README-secret.md"], &["README.md", "README-a.md"]),
        ("**/*.go", &["x.go", "a/b/x.go"], &["x.g"]),
        ("/node_modules/", &["node_modules", "node_modules/a/b"], &["a/node_modules"]),
        ("**/node_modules", &["node_modules/x", "a/node_modules/x"], &["anode_modules"]),
        ("dir\n!dir/keep", &["dir/x"], &["dir/keep", "dir/keep/y"]),
        ("**\n!src", &["x", "a/b"], &["src", "src/a/b"]),
        (".env*\n# .git\n", &[".env", ".env.local"], &["a/.env", ".git"]),
        ("[a-c].txt\n./x/../y\n", &["b.txt", "y"], &["d.txt", "x"]),
        ("a.b", &["a.b"], &["axb"]),
        ("\u{feff}*\r\n!a\r\n", &["b"], &["a"]),
    ] {
        let file = parse_docker(text).document;
        for path in excluded {
            assert!(file.docker_excludes(path), "{text:?} must exclude {path}");
        }
        for path in kept {
            assert!(!file.docker_excludes(path), "{text:?} must not exclude {path}");
        }
    }
}

#[test]
fn attributes_and_spans() {
    let text = "# é\n/dist/\r\n!é.txt \na/b\n*.log\n";
    let patterns = parse(text).document.patterns;
    let shown: Vec<_> =
        patterns.iter().map(|p| (p.span.of(text), p.negated, p.directory_only, p.anchored)).collect();
    assert_eq!(
        shown,
        [
            ("/dist/", false, true, true),
            ("!é.txt", true, false, false),
            ("a/b", false, false, true),
            ("*.log", false, false, false)
        ]
    );
}

proptest! {
    #[test]
    fn any_text_is_read(text in prop_oneof![".*", check::soup(&[
        "a", "é", "*", "**", "/", "!", "#", "\\", "[", "]", "-", "^", "?", " ", "\n", "\r\n", "{", "}", "..", "\u{feff}",
    ])], path in "[aé/.]{0,8}") {
        for parsed in [parse(&text), parse_docker(&text)] {
            check::errors(&text, &parsed.errors);
            parsed.document.patterns.iter().for_each(|pattern| check::span(&text, pattern.span));
            parsed.document.git_matches("", &path, false);
            parsed.document.docker_excludes(&path);
        }
    }
}

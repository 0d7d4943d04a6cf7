//! A commit is read as its checkout would be, whatever the work tree holds.

#![allow(clippy::unwrap_used)] // a test may fail

mod repositories;

use std::fs;
use std::path::Path;

use golive::source::{Limits, Reason, Revision, Tree};
use repositories::{commit, folder, git, repository, shallow, write};

fn checked_out(root: &Path) -> Tree {
    Tree::read(root, &Limits::default()).unwrap()
}

fn at(root: &Path, revision: &str) -> Tree {
    Revision::find(root, revision).unwrap().read(&Limits::default()).unwrap()
}

/// What is told where a revision cannot be read.
fn told(root: &Path, revision: &str) -> String {
    let read = Revision::find(root, revision).and_then(|found| found.read(&Limits::default()));
    read.unwrap_err().to_string()
}

fn paths(tree: &Tree) -> Vec<&str> {
    tree.files().iter().map(|file| file.path.as_str()).collect()
}

/// Files of many kinds: ignored and tracked, generated, vendored, of tests, not UTF-8, binary, too large, a pointer.
fn mixed() -> tempfile::TempDir {
    let dir = folder(&[
        (".gitignore", "*.log\n/out/\n"),
        ("kept.log", "tracked all the same\n"),
        ("out/a.js", "let a;\n"),
        ("web/.gitignore", "secret\n!kept.log\n"),
        ("web/kept.log", "no longer ignored\n"),
        ("web/secret", "x\n"),
        (".gitattributes", "schema.ts linguist-generated\n"),
        ("schema.ts", "export {};\n"),
        ("node_modules/a/index.js", "module.exports = 1;\n"),
        ("tests/a.test.ts", "test('a', () => {});\n"),
        ("model.bin.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
    ]);
    let root = dir.path();
    fs::write(root.join("latin.txt"), b"caf\xe9\n").unwrap();
    fs::write(root.join("x.png"), b"\x89PNG\0").unwrap();
    fs::write(root.join("large.ts"), "x".repeat(3 << 20)).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        symlink("../schema.ts", root.join("web/link.ts")).unwrap();
        symlink("/etc", root.join("web/outside")).unwrap();
        symlink("nothing", root.join("dangling")).unwrap();
        write(root, &[("run.sh", "#!/bin/sh\n")]);
        fs::set_permissions(root.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    }
    git(root, &["init", "-q"]);
    let inner = repository(&[("inner.rs", "")]);
    git(root, &["submodule", "add", "-q", inner.path().to_str().unwrap(), "sub"]);
    commit(root, "first");
    dir
}

#[test]
fn a_commit_is_read_as_its_checkout() {
    let dir = mixed();
    for root in [dir.path().to_owned(), dir.path().join("web")] {
        let (there, then) = (checked_out(&root), at(&root, "HEAD"));
        assert_eq!(then.files(), there.files());
        assert_eq!(then.unread(), there.unread());
        assert_eq!(then.git().unwrap().commit, there.git().unwrap().commit);
        assert_eq!(then.git().unwrap().committed, there.git().unwrap().committed);
        assert_eq!(then.git().unwrap().submodules, there.git().unwrap().submodules);
        assert_eq!(then.name(), there.name());
    }
    let ignored: Vec<_> = at(dir.path(), "HEAD")
        .files()
        .iter()
        .filter(|file| file.ignored)
        .map(|file| file.path.clone())
        .collect();
    assert_eq!(ignored, ["kept.log", "out/a.js", "web/secret"]);
}

#[test]
fn limits_hold_for_a_commit_too() {
    let dir = repository(&[("a.txt", "a"), ("b.txt", "bb"), ("vendor/c.txt", "c")]);
    let limits =
        Limits { max_text_bytes: 1, max_files: 2, exclude: vec!["vendor".to_owned()], ..Limits::default() };
    let then = Revision::find(dir.path(), "HEAD").unwrap().read(&limits).unwrap();
    let there = Tree::read(dir.path(), &limits).unwrap();
    assert_eq!((then.files(), then.unread()), (there.files(), there.unread()));
    assert!(matches!(then.unread()[0].reason, Reason::TooLarge { .. }), "{:?}", then.unread());
}

#[test]
fn the_work_tree_has_no_say() {
    let dir = repository(&[("a.txt", "one"), ("b.txt", "two")]);
    write(dir.path(), &[("a.txt", "three"), ("c.txt", "")]);
    commit(dir.path(), "second");
    write(dir.path(), &[("a.txt", "four"), ("d.txt", "")]);
    fs::remove_file(dir.path().join("b.txt")).unwrap();
    let text = |tree: &Tree| tree.text(tree.by_path("a.txt").unwrap()).to_owned();
    for (revision, files, expected) in [
        ("HEAD", &["a.txt", "b.txt", "c.txt"][..], "three"),
        ("HEAD~1", &["a.txt", "b.txt"], "one"),
        ("main", &["a.txt", "b.txt", "c.txt"], "three"),
    ] {
        let tree = at(dir.path(), revision);
        assert_eq!((paths(&tree), text(&tree).as_str()), (files.to_vec(), expected), "{revision}");
        assert!(!tree.git().unwrap().dirty);
    }
    assert_eq!(fs::read_to_string(dir.path().join("a.txt")).unwrap(), "four");
}

#[test]
fn the_files_of_a_folder_are_found_without_reading_all() {
    let files = [
        ("golive.toml", "exclude = []\n"),
        (".golive/rules/b.yml", "b"),
        (".golive/rules/a/c.yml", "c"),
        ("x", ""),
    ];
    let dir = repository(&files);
    let revision = Revision::find(dir.path(), "HEAD").unwrap();
    let names =
        |path: &str| revision.files_at(path).unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(".golive/rules"), [".golive/rules/a/c.yml", ".golive/rules/b.yml"]);
    assert_eq!(
        revision.files_at("golive.toml").unwrap(),
        [("golive.toml".to_owned(), b"exclude = []\n".to_vec())]
    );
    assert!(names("nothing").is_empty());
}

#[test]
fn where_a_branch_left_another() {
    let dir = repository(&[("a.txt", "one")]);
    let root = dir.path();
    git(root, &["switch", "-q", "-c", "side"]);
    write(root, &[("b.txt", "")]);
    commit(root, "on the branch");
    git(root, &["switch", "-q", "main"]);
    write(root, &[("c.txt", "")]);
    commit(root, "on main");
    let fork = Revision::fork(root, "main", "side").unwrap();
    assert_eq!(fork, Revision::fork(root, "side", "main").map(|_| fork.clone()).unwrap());
    assert_eq!(fork.commit(), Revision::find(root, "main~1").unwrap().commit());
    assert_eq!(paths(&fork.read(&Limits::default()).unwrap()), ["a.txt"]);
    git(root, &["switch", "-q", "--orphan", "other"]);
    commit(root, "of its own");
    let told = Revision::fork(root, "main", "other").unwrap_err().to_string();
    assert_eq!(
        told,
        "no commit is here from which both `main` and `other` come; compare them as they are, with `main..other`"
    );
}

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let dir = repository(&[("a.txt", "one")]);
    commit(dir.path(), "second");
    commit(dir.path(), "third");
    assert_eq!(
        told(dir.path(), "nowhere"),
        "the revision `nowhere` is not known here; fetch it (`git fetch origin main`), or name one that `git log` shows"
    );
    assert!(told(dir.path(), "HEAD:a.txt").starts_with("the revision `HEAD:a.txt` is not known here"));
    assert!(told(dir.path(), "HEAD~9").starts_with("the revision `HEAD~9` is not known here"));
    for name in ["", "-x", "@{", "HEAD^{", "\u{0}", "..", "a..b", ":/x", "~", "^"] {
        assert!(Revision::find(dir.path(), name).is_err(), "{name:?}");
    }
    let clone = shallow(dir.path(), 1);
    let unshallow = "fetch the whole history with `git fetch --unshallow` (in a workflow: `fetch-depth: 0` for actions/checkout)";
    assert_eq!(
        told(clone.path(), "HEAD~2"),
        format!(
            "the revision `HEAD~2` is not in this clone, which is shallow; fetch 3 commits with `git fetch --depth 3`, or {unshallow}"
        )
    );
    assert_eq!(
        told(clone.path(), "HEAD^^~1"),
        format!(
            "the revision `HEAD^^~1` is not in this clone, which is shallow; fetch 4 commits with `git fetch --depth 4`, or {unshallow}"
        )
    );
    assert_eq!(
        told(clone.path(), "v1.0"),
        format!("the revision `v1.0` is not in this clone, which is shallow; {unshallow}")
    );
    git(clone.path(), &["switch", "-q", "--detach"]);
    git(clone.path(), &["branch", "-q", "-D", "main"]);
    assert_eq!(
        told(clone.path(), "main"),
        "the revision `main` is not known here; did you mean `origin/main`?"
    );
    let plain = folder(&[("a.txt", "")]);
    let message = told(plain.path(), "main");
    assert!(
        message.starts_with("`main` is no file or folder here, and no revision: `")
            && message.contains("is in no git repository"),
        "{message}"
    );
}

#[test]
fn a_commit_that_is_not_whole_is_no_tree() {
    let dir = repository(&[("a.txt", "one"), ("b.txt", "two")]);
    let objects = dir.path().join(".git/objects");
    // The blob of `one`, without a line end.
    let blob = objects.join("43/dd47ea691c90a5fa7827892c70241913351963");
    fs::remove_file(blob).unwrap();
    assert_eq!(
        told(dir.path(), "HEAD"),
        "1 file of the revision `HEAD` is not here, as in a partial clone; fetch them with `git fetch --refetch --no-filter`"
    );
}

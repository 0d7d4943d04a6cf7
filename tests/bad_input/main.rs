//! What a tree gets that is not as it should be: each case reads to its end, once, and says what it left out.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

#[path = "../repositories/mod.rs"]
mod repositories;
#[cfg(unix)]
mod unix;

use std::fs;
use std::path::Path;

use golive::source::{FileKind, Limits, ReadError, Reason, SourceFile, Tree};
use repositories::{folder, git, repository, write};

fn read(root: &Path) -> Tree {
    Tree::read(root, &Limits::default()).unwrap()
}

fn paths(tree: &Tree) -> Vec<&str> {
    tree.files().iter().map(|file| file.path.as_str()).collect()
}

fn unread(tree: &Tree) -> Vec<(&str, Reason)> {
    tree.unread().iter().map(|one| (one.path.as_str(), one.reason.clone())).collect()
}

fn file<'a>(tree: &'a Tree, path: &str) -> &'a SourceFile {
    tree.file(tree.by_path(path).unwrap_or_else(|| panic!("{path} is not in the tree")))
}

fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    tree.text(tree.by_path(path).unwrap_or_else(|| panic!("{path} is not in the tree")))
}

fn dirty(root: &Path) -> bool {
    read(root).git().unwrap().dirty
}

#[test]
fn a_root_that_is_none_is_an_error_that_says_what_to_do() {
    let dir = repository(&[("a.txt", "")]);
    let missing = dir.path().join("missing");
    let file = dir.path().join("a.txt");
    let inside = dir.path().join(".git/objects");
    let error = |path: &Path| Tree::read(path, &Limits::default()).unwrap_err();
    assert_eq!(error(&missing), ReadError::Missing(missing.clone()));
    assert_eq!(error(&file), ReadError::NotADirectory(file.clone()));
    assert!(matches!(error(&inside), ReadError::InsideGitData(_)));
    assert!(error(&missing).to_string().ends_with("does not exist; give the path of a repository or folder"));
}

#[test]
fn an_empty_folder_is_an_empty_tree() {
    let dir = folder(&[]);
    let tree = read(dir.path());
    assert!(tree.files().is_empty() && tree.unread().is_empty() && tree.git().is_none());
}

#[test]
fn line_ends_and_byte_order_marks_are_kept() {
    let dir = folder(&[("crlf.txt", "a\r\nb\r\n"), ("bom.json", "\u{feff}{}")]);
    let tree = read(dir.path());
    assert_eq!(text(&tree, "crlf.txt"), "a\r\nb\r\n");
    assert_eq!(text(&tree, "bom.json"), "\u{feff}{}");
}

#[test]
fn text_that_is_not_utf8_keeps_its_offsets() {
    let dir = folder(&[]);
    fs::write(dir.path().join("latin1.txt"), b"caf\xE9 au lait").unwrap();
    let tree = read(dir.path());
    assert_eq!(text(&tree, "latin1.txt"), "caf? au lait");
    assert!(file(&tree, "latin1.txt").lossy);
    assert_eq!(unread(&tree), [("latin1.txt", Reason::NotUtf8)]);
}

#[test]
fn a_sparse_file_of_5_gb_is_not_read() {
    let dir = folder(&[]);
    fs::File::create(dir.path().join("data.json")).unwrap().set_len(5 << 30).unwrap();
    let tree = read(dir.path());
    assert_eq!(unread(&tree), [("data.json", Reason::TooLarge { bytes: 5 << 30, limit: 16 << 20 })]);
    assert_eq!((file(&tree, "data.json").bytes, text(&tree, "data.json")), (5 << 30, ""));
}

#[test]
fn binary_files_and_lfs_pointers_are_listed_and_not_held() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";
    let dir = folder(&[("model.bin", pointer), ("logo.png", pointer), ("picture.png", &"x".repeat(2000))]);
    fs::write(dir.path().join("program"), b"\x7fELF\0\0").unwrap();
    assert_eq!(
        unread(&read(dir.path())),
        [
            ("logo.png", Reason::LfsPointer),
            ("model.bin", Reason::LfsPointer),
            ("picture.png", Reason::Binary),
            ("program", Reason::Binary),
        ]
    );
}

#[test]
fn excluded_files_are_counted() {
    let dir = folder(&[("a.rs", ""), ("gen/b.rs", ""), ("gen/c/d.rs", "")]);
    let limits = Limits { exclude: vec!["gen/".to_owned()], ..Limits::default() };
    let tree = Tree::read(dir.path(), &limits).unwrap();
    assert_eq!(paths(&tree), ["a.rs"]);
    assert_eq!(unread(&tree), [("gen/", Reason::Excluded { files: 2 })]);
}

#[test]
fn files_over_the_limit_are_counted() {
    let dir = folder(&[("a", ""), ("b", ""), ("c", "")]);
    let tree = Tree::read(dir.path(), &Limits { max_files: 2, ..Limits::default() }).unwrap();
    assert_eq!(
        (paths(&tree), unread(&tree)),
        (vec!["a", "b"], vec![(".", Reason::TooManyFiles { files: 1 })])
    );
}

#[test]
fn nested_ignore_files_and_negations_count_outside_git_too() {
    let dir = folder(&[
        (".gitignore", "*.log\n/build/\n"),
        ("a.log", ""),
        ("build/x", ""),
        ("sub/.gitignore", "!keep.log\nlocal\n"),
        ("sub/keep.log", ""),
        ("sub/drop.log", ""),
        ("sub/local", ""),
        ("sub/build/x", ""),
    ]);
    assert_eq!(paths(&read(dir.path())), [".gitignore", "sub/.gitignore", "sub/build/x", "sub/keep.log"]);
}

#[test]
fn ignore_files_above_the_root_do_not_count_outside_git() {
    let dir = folder(&[(".gitignore", "*"), ("app/a.rs", "")]);
    assert_eq!(paths(&read(&dir.path().join("app"))), ["a.rs"]);
}

#[test]
fn what_is_tracked_is_read_and_what_is_ignored_and_untracked_is_not() {
    let dir =
        repository(&[(".gitignore", ".env\nlogs/\n"), (".env", "A=1"), ("logs/old.log", "x"), ("a.rs", "")]);
    write(dir.path(), &[("logs/new.log", ""), ("new.rs", ""), ("local.txt", ""), ("b/.env", "")]);
    fs::create_dir_all(dir.path().join(".git/info")).unwrap();
    fs::write(dir.path().join(".git/info/exclude"), "local.txt\n").unwrap();
    let tree = read(dir.path());
    let flags: Vec<_> =
        tree.files().iter().map(|file| (file.path.as_str(), file.tracked, file.ignored)).collect();
    assert_eq!(
        flags,
        [
            (".env", true, true),
            (".gitignore", true, false),
            ("a.rs", true, false),
            ("logs/old.log", true, true),
            ("new.rs", false, false),
        ]
    );
    assert_eq!(text(&tree, ".env"), "A=1");
}

#[test]
fn a_folder_of_a_repository_has_its_own_paths_and_the_ignore_files_above() {
    let dir = repository(&[
        (".gitignore", "*.tmp"),
        ("app/src/a.rs", "a"),
        ("app/kept.tmp", ""),
        ("other/b.rs", ""),
    ]);
    write(dir.path(), &[("app/x.tmp", ""), ("other/untracked", "")]);
    let tree = read(&dir.path().join("app"));
    assert_eq!(paths(&tree), ["kept.tmp", "src/a.rs"]);
    assert!(file(&tree, "kept.tmp").ignored);
    assert!(!tree.git().unwrap().dirty, "what is untracked elsewhere is not part of it");
}

#[test]
fn a_folder_that_the_repository_around_it_does_not_track_is_a_plain_folder() {
    let dir = repository(&[(".gitignore", "out/\n")]);
    write(dir.path(), &[("out/a.rs", "")]);
    let tree = read(&dir.path().join("out"));
    assert_eq!((paths(&tree), tree.git(), file(&tree, "a.rs").tracked), (vec!["a.rs"], None, true));
}

#[test]
fn git_tells_commit_branch_and_label_without_credentials() {
    let dir = repository(&[("a", "")]);
    git(dir.path(), &["remote", "add", "origin", "https://user:secret@github.example.com/owner/name.git"]);
    let tree = read(dir.path());
    let git = tree.git().unwrap();
    assert_eq!(
        (git.branch.as_deref(), git.dirty, git.shallow, git.bare),
        (Some("main"), false, false, false)
    );
    assert_eq!(git.commit.as_ref().map(String::len), Some(40));
    assert_eq!(tree.name(), "owner/name");
    assert!(!format!("{git:?}").contains("secret"));
}

#[test]
fn a_repository_before_its_first_commit_is_read() {
    let dir = folder(&[("a.rs", "")]);
    git(dir.path(), &["init", "-q"]);
    let tree = read(dir.path());
    assert_eq!((paths(&tree), file(&tree, "a.rs").tracked), (vec!["a.rs"], false));
    assert_eq!((tree.git().unwrap().commit.as_deref(), tree.git().unwrap().dirty), (None, true));
}

#[test]
fn dirty_is_content_and_not_time() {
    let dir = repository(&[("a.txt", "one\ntwo\n"), ("b.txt", "b")]);
    let root = dir.path();
    assert!(!dirty(root));
    write(root, &[("a.txt", "one\ntwo\n")]);
    assert!(!dirty(root), "written again with the same content");
    write(root, &[("a.txt", "one\r\ntwo\r\n")]);
    assert!(!dirty(root), "checked out with other line ends");
    write(root, &[("a.txt", "one\nTWO\n")]);
    assert!(dirty(root), "changed");
    git(root, &["add", "a.txt"]);
    assert!(dirty(root), "staged");
    git(root, &["commit", "-q", "-m", "second"]);
    assert!(!dirty(root), "committed");
    fs::remove_file(root.join("b.txt")).unwrap();
    let tree = read(root);
    assert_eq!((paths(&tree), unread(&tree)), (vec!["a.txt"], vec![("b.txt", Reason::Deleted)]));
    assert!(tree.git().unwrap().dirty, "deleted");
    git(root, &["checkout", "-q", "b.txt"]);
    write(root, &[("c.txt", "")]);
    assert!(dirty(root), "untracked");
}

#[test]
fn a_file_that_lfs_checked_out_is_no_change() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";
    let dir = repository(&[("model.txt", pointer)]);
    write(dir.path(), &[("model.txt", "the model")]);
    let tree = read(dir.path());
    assert_eq!((text(&tree, "model.txt"), tree.git().unwrap().dirty), ("the model", false));
}

#[test]
fn a_corrupt_index_costs_the_index_and_not_the_tree() {
    let dir = repository(&[("a.rs", "fn main() {}"), ("b.rs", "")]);
    let index = dir.path().join(".git/index");
    let whole = fs::read(&index).unwrap();
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xFF;
        bytes
    };
    let broken =
        (0..whole.len()).step_by(7).map(flipped).chain([Vec::new(), b"DIRC".to_vec(), whole[..40].to_vec()]);
    for bytes in broken {
        fs::write(&index, bytes).unwrap();
        let tree = read(dir.path());
        assert_eq!(text(&tree, "a.rs"), "fn main() {}");
        assert!(matches!(&unread(&tree)[..], [(".git/index", Reason::Git(_))]), "{:?}", unread(&tree));
        assert!(tree.git().unwrap().commit.is_some() && file(&tree, "a.rs").tracked);
    }
}

#[test]
fn a_broken_repository_is_read_as_a_folder() {
    let dir = folder(&[("a.rs", ""), (".git", "gitdir: /nonexistent/worktrees/x")]);
    let tree = read(dir.path());
    assert_eq!((paths(&tree), tree.git()), (vec!["a.rs"], None));
    assert!(matches!(&unread(&tree)[..], [(".git", Reason::Git(_))]));
}

#[test]
fn a_bare_repository_is_read_from_its_objects() {
    let dir = repository(&[("src/a.rs", "fn main() {}"), ("run", "#!/bin/sh\n"), ("x.png", "\0")]);
    let place = tempfile::tempdir().unwrap();
    let bare = place.path().join("name.git");
    git(dir.path(), &["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    for root in [&bare, &dir.path().join(".git")] {
        let tree = read(root);
        assert_eq!(paths(&tree), ["run", "src/a.rs", "x.png"]);
        assert_eq!((text(&tree, "src/a.rs"), file(&tree, "run").kind), ("fn main() {}", FileKind::Shell));
        assert_eq!(unread(&tree), [("x.png", Reason::Binary)]);
        assert!(tree.git().unwrap().bare && !tree.git().unwrap().dirty);
    }
    assert_eq!(read(&bare).name(), "name");
}

#[test]
fn a_worktree_is_read_like_its_repository() {
    let dir = repository(&[("a.rs", ""), (".gitignore", "x")]);
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("tree");
    git(dir.path(), &["worktree", "add", "-q", "-b", "side", root.to_str().unwrap()]);
    let tree = read(&root);
    assert_eq!(paths(&tree), [".gitignore", "a.rs"]);
    let git = tree.git().unwrap();
    assert_eq!((git.branch.as_deref(), git.dirty), (Some("side"), false));
}

#[test]
fn a_shallow_clone_says_so() {
    let dir = repository(&[("a.rs", "")]);
    git(dir.path(), &["commit", "-q", "--allow-empty", "-m", "second"]);
    let place = tempfile::tempdir().unwrap();
    let url = format!("file://{}", dir.path().display());
    git(place.path(), &["clone", "-q", "--depth", "1", &url, "clone"]);
    let tree = read(&place.path().join("clone"));
    assert_eq!(
        (paths(&tree), tree.git().unwrap().shallow, tree.git().unwrap().dirty),
        (vec!["a.rs"], true, false)
    );
}

#[test]
fn submodules_and_nested_repositories_are_listed_and_not_entered() {
    let inner = repository(&[("inner.rs", "")]);
    let dir = repository(&[("a.rs", "")]);
    git(dir.path(), &["submodule", "add", "-q", inner.path().to_str().unwrap(), "sub"]);
    git(dir.path(), &["commit", "-q", "-m", "submodule"]);
    write(dir.path(), &[("nested/x.rs", "")]);
    git(&dir.path().join("nested"), &["init", "-q"]);
    let tree = read(dir.path());
    assert_eq!(paths(&tree), [".gitmodules", "a.rs"]);
    assert_eq!(unread(&tree), [("nested", Reason::NestedRepository), ("sub", Reason::Submodule)]);
    assert_eq!(tree.git().unwrap().submodules, ["sub"]);
    fs::remove_dir_all(dir.path().join("sub")).unwrap();
    assert_eq!(read(dir.path()).git().unwrap().submodules, ["sub"], "not checked out");
}

#[test]
fn a_sparse_checkout_says_what_it_left_out() {
    let dir = repository(&[("a/x.rs", ""), ("b/y.rs", ""), ("top", "")]);
    git(dir.path(), &["sparse-checkout", "set", "--cone", "a"]);
    let tree = read(dir.path());
    assert_eq!((paths(&tree), unread(&tree)), (vec!["a/x.rs", "top"], vec![("b/y.rs", Reason::Sparse)]));
    assert!(!tree.git().unwrap().dirty);
    git(dir.path(), &["sparse-checkout", "reapply", "--sparse-index"]);
    assert_eq!(unread(&read(dir.path())), [("b", Reason::Sparse)], "the index knows the folder only");
}

#[test]
fn one_thread_and_two_read_the_same() {
    let dir = repository(&[(".gitignore", "*.o\n"), ("x.o", "")]);
    for number in 0..300 {
        write(dir.path(), &[(&format!("d{}/f{number}.rs", number % 17), "fn f() {}\n")]);
    }
    let with = |threads| {
        let tree = Tree::read(dir.path(), &Limits { threads, ..Limits::default() }).unwrap();
        let texts: Vec<_> = tree.entries().map(|(id, _)| tree.text(id).to_owned()).collect();
        (tree.files().to_vec(), tree.unread().to_vec(), tree.git().cloned(), tree.name().to_owned(), texts)
    };
    assert_eq!(with(1), with(2));
    assert_eq!(with(2).0.len(), 302);
}

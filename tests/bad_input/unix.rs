//! What only Unix has: links, FIFOs, sockets, permissions, names of any bytes.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use super::*;

#[test]
fn links_are_read_inside_and_not_followed_out() {
    let outside = folder(&[("secret", "outside")]);
    let dir = repository(&[("src/a.rs", "fn a() {}")]);
    let link = |target: &str, path: &str| symlink(target, dir.path().join(path)).unwrap();
    link("src/a.rs", "inside");
    link("src", "folder");
    link("missing", "dangling");
    link(outside.path().join("secret").to_str().unwrap(), "absolute");
    link("../x", "up");
    link(".", "self");
    link("loop-b", "loop-a");
    link("loop-a", "loop-b");
    let tree = read(dir.path());
    assert_eq!(tree.files().len(), 9, "{:?}", paths(&tree));
    assert_eq!(text(&tree, "inside"), "fn a() {}");
    let told: Vec<_> = tree
        .files()
        .iter()
        .filter_map(|file| Some((file.path.as_str(), file.link.as_ref()?)))
        .map(|(path, link)| (path, link.directory, link.dangling, link.outside))
        .collect();
    assert_eq!(
        told,
        [
            ("absolute", false, false, true),
            ("dangling", false, true, false),
            ("folder", true, false, false),
            ("inside", false, false, false),
            ("loop-a", false, true, false),
            ("loop-b", false, true, false),
            ("self", true, false, false),
            ("up", false, false, true),
        ]
    );
    assert_eq!(unread(&tree), [("absolute", Reason::LinkOutside), ("up", Reason::LinkOutside)]);
}

#[test]
fn a_folder_that_became_a_link_out_is_not_followed() {
    let outside = folder(&[("a.rs", "outside")]);
    let dir = repository(&[("src/a.rs", "inside"), (".gitignore", "src")]);
    fs::remove_dir_all(dir.path().join("src")).unwrap();
    symlink(outside.path(), dir.path().join("src")).unwrap();
    let tree = read(dir.path());
    assert_eq!((paths(&tree), unread(&tree)), (vec![".gitignore"], vec![("src/a.rs", Reason::Deleted)]));
}

#[test]
fn a_fifo_and_a_socket_are_never_opened() {
    let dir = folder(&[("a.rs", "")]);
    assert!(Command::new("mkfifo").arg(dir.path().join("fifo")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
    let tree = read(dir.path());
    assert_eq!(paths(&tree), ["a.rs"]);
    assert_eq!(unread(&tree), [("fifo", Reason::Special), ("socket", Reason::Special)]);
    git(dir.path(), &["init", "-q"]);
    git(dir.path(), &["add", "a.rs"]);
    git(dir.path(), &["commit", "-q", "-m", "first"]);
    assert!(!dirty(dir.path()), "git does not see them");
}

#[test]
fn what_may_not_be_read_is_listed() {
    let dir = folder(&[("a.rs", "a"), ("closed/b.rs", "b")]);
    let set = |path: &str, mode| {
        fs::set_permissions(dir.path().join(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    set("a.rs", 0o000);
    set("closed", 0o000);
    if fs::File::open(dir.path().join("a.rs")).is_err() {
        let tree = read(dir.path());
        assert_eq!(unread(&tree), [("a.rs", Reason::NotPermitted), ("closed", Reason::NotPermitted)]);
    } // else root runs the test, whom nothing is closed to
    set("closed", 0o755);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_read_and_shown_lossily() {
    use std::os::unix::ffi::OsStrExt;
    let dir = folder(&[]);
    fs::write(dir.path().join(std::ffi::OsStr::from_bytes(b"caf\xE9.txt")), "x").unwrap();
    let check = |tracked| {
        let tree = read(dir.path());
        assert_eq!(paths(&tree), ["caf\u{fffd}.txt"]);
        assert_eq!(text(&tree, "caf\u{fffd}.txt"), "x");
        assert_eq!(tree.files()[0].tracked, tracked);
    };
    check(true);
    git(dir.path(), &["init", "-q"]);
    check(false);
    git(dir.path(), &["add", "."]);
    check(true);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_differ_in_case_are_two_files() {
    let dir = repository(&[("README.md", "upper"), ("readme.md", "lower"), (".gitignore", "readme.md")]);
    let tree = read(dir.path());
    assert_eq!((text(&tree, "README.md"), text(&tree, "readme.md")), ("upper", "lower"));
    assert_eq!((file(&tree, "README.md").ignored, file(&tree, "readme.md").ignored), (false, true));
}

#[test]
fn very_deep_folders_end() {
    let dir = folder(&[]);
    let deep = "d/".repeat(1000);
    fs::create_dir_all(dir.path().join(&deep)).unwrap();
    write(dir.path(), &[(&format!("{deep}a.rs"), "x")]);
    assert_eq!(read(dir.path()).files().len(), 1);
}

#[test]
fn executable_files_are_told() {
    let dir = folder(&[("run", "#!/usr/bin/env python3\n"), ("a.sh", "")]);
    fs::set_permissions(dir.path().join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    let tree = read(dir.path());
    assert_eq!((file(&tree, "run").executable, file(&tree, "run").kind), (true, FileKind::Python));
    assert!(!file(&tree, "a.sh").executable);
}

//! Folders and repositories of git to try things on, made of text.

#![allow(clippy::unwrap_used, dead_code)] // a test may fail; each uses what it needs

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A folder with these text files.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), files);
    dir
}

pub(crate) fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Runs git without anybody's configuration.
pub(crate) fn git(root: &Path, args: &[&str]) {
    let done = Command::new("git")
        .args([
            "-c",
            "protocol.file.allow=always",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(args)
        .current_dir(root)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("HOME", "/nonexistent")])
        .envs([
            ("GIT_AUTHOR_NAME", "a"),
            ("GIT_AUTHOR_EMAIL", "a@example.com"),
            ("GIT_AUTHOR_DATE", "2000-01-01T00:00:00Z"),
        ])
        .envs([("GIT_COMMITTER_NAME", "a"), ("GIT_COMMITTER_EMAIL", "a@example.com")])
        .env("GIT_COMMITTER_DATE", "2000-01-01T00:00:00Z")
        .output()
        .unwrap();
    assert!(done.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A repository with these files committed.
pub(crate) fn repository(files: &[(&str, &str)]) -> TempDir {
    let dir = folder(files);
    git(dir.path(), &["init", "-q"]);
    commit(dir.path(), "first");
    dir
}

/// Commits everything that is there.
pub(crate) fn commit(root: &Path, message: &str) {
    git(root, &["add", "--all", "--force"]);
    git(root, &["commit", "-q", "--allow-empty", "-m", message]);
}

/// A clone of a repository with its last commits only.
pub(crate) fn shallow(root: &Path, depth: u32) -> TempDir {
    let place = tempfile::tempdir().unwrap();
    let url = format!("file://{}", root.display());
    git(place.path(), &["clone", "-q", "--depth", &depth.to_string(), &url, "."]);
    place
}

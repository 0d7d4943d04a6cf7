//! The book keeps its word: its commands were run and answer as it says, and its links lead somewhere.
//!
//! A block ```` ```console ```` of a page is run in a folder with `shop`, the fixture `weak-express` as a git repository of
//! two commits. `TRYCMD=overwrite cargo test --test book` writes the answers of today into the pages.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own pages fails

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use tempfile::TempDir;

/// The pages of the book, each with its path below `docs/`.
fn pages() -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut folders = vec![PathBuf::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("docs/ can be read") {
            let path = entry.expect("docs/ can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(&path).expect("a page can be read");
                found.push((path.strip_prefix("docs").expect("it lies there").to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// Copies of the pages with commands, each beside the folder in which they run.
struct Rehearsal {
    folder: TempDir,
    pages: Vec<PathBuf>,
}

impl Rehearsal {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut copies = vec![];
        for (path, text) in pages().iter().filter(|(_, text)| text.contains("```console")) {
            let page = folder.path().join(path);
            fs::create_dir_all(page.parent().expect("a page is in a folder")).expect("a folder");
            fs::write(&page, text).expect("a page can be written");
            shop(&page.with_extension("in").join("shop"));
            copies.push(page);
        }
        Self { folder, pages: copies }
    }
}

impl Drop for Rehearsal {
    /// Brings the pages back that were overwritten.
    fn drop(&mut self) {
        if std::env::var_os("TRYCMD").is_none_or(|mode| mode != "overwrite") {
            return;
        }
        for (path, text) in pages() {
            match fs::read_to_string(self.folder.path().join(&path)) {
                Ok(now) if now != text => {
                    fs::write(Path::new("docs").join(path), now).expect("a page can be written");
                }
                _ => {}
            }
        }
    }
}

/// The shop before and after a change that mends one thing and breaks another.
fn shop(folder: &Path) {
    copy(Path::new("fixtures/weak-express"), folder);
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
    git(folder, &["add", "--all", "--force"]);
    git(folder, &["commit", "--quiet", "--message=The shop"]);
    fs::write(folder.join(".dockerignore"), ".env\n.git\nnode_modules\n").expect("a file");
    let compose = "services:\n  app:\n    build: .\n    privileged: true\n";
    fs::write(folder.join("compose.yml"), compose).expect("a file");
    git(folder, &["add", "--all", "--force"]);
    git(folder, &["commit", "--quiet", "--message=Run it with compose"]);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the fixture can be read") {
        let entry = entry.expect("the fixture can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file");
        }
    }
}

/// Runs git as nobody in particular, on a day that does not change: commits have the same names everywhere.
fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "core.autocrlf=false", "-c", "core.fileMode=false", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", folder)
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "someone")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "someone@example.org")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_DATE"), "2026-11-20T12:00:00Z")))
        .status();
    assert!(status.is_ok_and(|status| status.success()), "git {arguments:?}");
}

#[test]
fn commands_answer_as_the_book_says() {
    let rehearsal = Rehearsal::new();
    let cases = trycmd::TestCases::new();
    for page in &rehearsal.pages {
        cases.case(page);
    }
    cases
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .env("COLUMNS", "80")
        .env("SOURCE_DATE_EPOCH", "1795176000")
        .run();
}

/// The anchor of a heading, as mdBook and GitHub make it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter.to_ascii_lowercase() }).collect()
}

/// Where a page can be entered, and where its links and pictures lead.
fn places(text: &str) -> (BTreeSet<String>, Vec<String>) {
    let (mut anchors, mut links, mut heading) = (BTreeSet::new(), vec![], None::<String>);
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take().map(|words| anchor(&words))),
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                links.push(dest_url.to_string());
            }
            _ => {}
        }
    }
    (anchors, links)
}

#[test]
fn links_lead_somewhere_and_no_page_is_forgotten() {
    let pages = pages();
    let mut wrong = vec![];
    let mut linked = BTreeSet::from([PathBuf::from("SUMMARY.md")]);
    for (path, text) in &pages {
        for link in places(text).1.iter().filter(|link| !link.contains("://")) {
            let (target, place) = link.split_once('#').unwrap_or((link, ""));
            let folder = path.parent().expect("a page is in a folder");
            let target = if target.is_empty() { path.clone() } else { folder.join(target) };
            if path.ends_with("SUMMARY.md") {
                linked.insert(target.clone());
            }
            let there = Path::new("docs").join(&target);
            let lost = match fs::read_to_string(&there) {
                Ok(text) => !place.is_empty() && !places(&text).0.contains(place),
                Err(_) => !there.exists(),
            };
            if lost {
                wrong.push(format!("docs/{}: {link} leads nowhere", path.display()));
            }
        }
    }
    let forgotten = pages.iter().filter(|(path, _)| !linked.contains(path));
    wrong.extend(forgotten.map(|(path, _)| format!("docs/{} is not in SUMMARY.md", path.display())));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

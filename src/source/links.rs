//! Symbolic links, resolved within the tree.

use rustc_hash::{FxHashMap, FxHashSet};

use super::file::SourceFile;
use super::span::FileId;
use super::unread::{Reason, Unread};

/// How many links one path may lead through; Linux allows as many.
const MAX_HOPS: usize = 40;

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
enum Goal {
    File(FileId),
    Directory,
    Unread,
    Nothing,
    Outside,
}

/// What a path can lead to.
struct Places<'a> {
    files: &'a [SourceFile],
    paths: &'a FxHashMap<Box<str>, FileId>,
    dirs: &'a FxHashSet<Box<str>>,
    /// Paths that exist without being files of the tree: submodules, special files.
    others: FxHashSet<&'a str>,
}

/// Fills in where each link of `files` leads, and lists those whose content is not there.
pub(super) fn resolve(
    files: &mut [SourceFile],
    paths: &FxHashMap<Box<str>, FileId>,
    dirs: &FxHashSet<Box<str>>,
    unread: &mut Vec<Unread>,
) {
    let exists = |one: &&Unread| !matches!(one.reason, Reason::Deleted | Reason::Vanished);
    let others = unread.iter().filter(exists).map(|one| one.path.as_str()).collect();
    let places = Places { files, paths, dirs, others };
    let goals: Vec<(usize, Goal)> = files
        .iter()
        .enumerate()
        .filter_map(|(number, file)| Some((number, places.follow(file.dir(), &file.link.as_ref()?.target))))
        .collect();
    for (number, goal) in goals {
        let reason = match goal {
            Goal::Outside => Some(Reason::LinkOutside),
            Goal::Unread => Some(Reason::LinkToUnread),
            Goal::File(_) | Goal::Directory | Goal::Nothing => None,
        };
        let file = &mut files[number];
        if let Some(reason) = reason {
            unread.push(Unread { path: file.path.clone(), reason, tracked: file.tracked });
        }
        if let Some(link) = &mut file.link {
            link.directory = goal == Goal::Directory;
            link.dangling = goal == Goal::Nothing;
            link.outside = goal == Goal::Outside;
            link.to = if let Goal::File(id) = goal { Some(id) } else { None };
        }
    }
}

impl Places<'_> {
    /// Where `target`, written in a link in the folder `dir`, leads.
    fn follow(&self, dir: &str, target: &str) -> Goal {
        let parts = |path: &str| path.split('/').map(str::to_owned).rev().collect::<Vec<_>>();
        if target.starts_with('/') {
            return Goal::Outside;
        }
        let mut at: Vec<String> = dir.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let mut rest = parts(target);
        let mut hops = 1;
        while let Some(part) = rest.pop() {
            match part.as_str() {
                ".." if at.pop().is_none() => return Goal::Outside,
                "" | "." | ".." => continue,
                _ => at.push(part),
            }
            let path = at.join("/");
            let Some(id) = self.paths.get(path.as_str()) else {
                if self.others.contains(path.as_str()) || path == ".git" {
                    return Goal::Unread;
                }
                continue;
            };
            let Some(link) = &self.files[id.0 as usize].link else { continue };
            hops += 1;
            if hops > MAX_HOPS {
                return Goal::Nothing;
            }
            if link.target.starts_with('/') {
                return Goal::Outside;
            }
            at.pop();
            rest.extend(parts(&link.target));
        }
        self.goal(&at.join("/"))
    }

    fn goal(&self, path: &str) -> Goal {
        match self.paths.get(path) {
            Some(id) => Goal::File(*id),
            None if path.is_empty() || self.dirs.contains(path) => Goal::Directory,
            None => Goal::Nothing,
        }
    }
}

//! From a folder on disk to a tree: walk, join with the git index, read in parallel, put together.

use std::collections::{HashMap, HashSet};
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::deal::dealt;
use super::exclude::Exclude;
use super::found::Found;
use super::git::Git;
use super::limits::Limits;
use super::load::{self, Wanted};
use super::repository::{self, Discovery, Entry, EntryKind, Files, Index, Repository};
use super::tree::Tree;
use super::unknown::RevisionError;
use super::unread::{ReadError, Reason, Unread};
use super::walk::{self, Scope, Step, StepKind};

impl Tree {
    /// Reads the folder `root`. Inside git these are the files of the index and those neither tracked nor ignored;
    /// outside, all that is not ignored; of a bare repository, the files of `HEAD`. Nothing outside `root` is read but git's data.
    pub fn read(root: &Path, limits: &Limits) -> Result<Self, ReadError> {
        let root = folder(root)?;
        let read = || match repository::discover(&root) {
            Discovery::InsideData => Err(ReadError::InsideGitData(root.clone())),
            Discovery::Data(repository) => since(read_data(&root, &repository, limits), &repository, limits),
            Discovery::WorkTree(repository) => {
                since(read_work_tree(&root, &repository, limits), &repository, limits)
            }
            Discovery::None => match limits.since.clone() {
                Some(revision) => {
                    Err(ReadError::Revision(RevisionError::NoRepository { root: root.clone(), revision }))
                }
                None => Ok(read_folder(&root, limits, Vec::new())),
            },
            Discovery::Broken => {
                let error = Reason::Git("the repository cannot be opened".to_owned());
                Ok(read_folder(
                    &root,
                    limits,
                    vec![Unread { path: ".git".to_owned(), reason: error, tracked: false }],
                ))
            }
        };
        with_threads(limits, read)
    }
}

/// Works with as many threads as the limits say.
pub(super) fn with_threads<T: Send>(limits: &Limits, work: impl FnOnce() -> T + Send) -> T {
    // Who calls from a pool has chosen its threads.
    if rayon::current_thread_index().is_some() {
        return work();
    }
    match rayon::ThreadPoolBuilder::new().num_threads(limits.threads).build() {
        Ok(threads) => threads.install(work),
        Err(_) => work(), // no threads to be had: the caller's own will do
    }
}

/// The tree, with the files marked that the revision to compare with does not have.
pub(super) fn since(tree: Tree, repository: &Repository, limits: &Limits) -> Result<Tree, ReadError> {
    let Some(revision) = &limits.since else { return Ok(tree) };
    Ok(tree.since(&repository.paths_at(revision).map_err(ReadError::Revision)?))
}

/// `root` as an absolute path without links, if it is a folder that can be listed.
pub(super) fn folder(root: &Path) -> Result<PathBuf, ReadError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => ReadError::Missing(root.to_owned()),
        io::ErrorKind::PermissionDenied => ReadError::NotPermitted(root.to_owned()),
        io::ErrorKind::NotADirectory => ReadError::NotADirectory(root.to_owned()),
        kind => ReadError::Failed(root.to_owned(), kind.to_string()),
    };
    let real = root.canonicalize().map_err(failed)?;
    if !real.is_dir() {
        return Err(ReadError::NotADirectory(root.to_owned()));
    }
    std::fs::read_dir(&real).map_err(failed)?;
    Ok(real)
}

/// The name of a folder.
fn label(root: &Path) -> String {
    root.file_name().map_or_else(|| "/".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A folder outside git: all that is not ignored.
fn read_folder(root: &Path, limits: &Limits, unread: Vec<Unread>) -> Tree {
    let (steps, more) = walk::walk(root, Scope::Folder, limits.threads);
    let mut plan = Plan { unread, ..Plan::default() };
    plan.unread.extend(more);
    for step in steps {
        plan.step(step, true, None);
    }
    let (found, unread, _) = plan.run(limits, None);
    Tree::assemble(label(root), found, unread, None)
}

/// The data of a repository: the files of `HEAD`, from its objects.
fn read_data(root: &Path, repository: &Repository, limits: &Limits) -> Tree {
    objects(root, repository, repository.head(), Git { bare: true, ..repository.git() }, limits)
}

/// The files of a commit, from its objects.
pub(super) fn objects(root: &Path, repository: &Repository, files: Files, git: Git, limits: &Limits) -> Tree {
    let name = repository.label().unwrap_or_else(|| {
        let name = label(root);
        name.strip_suffix(".git").filter(|name| !name.is_empty()).map_or(name.clone(), str::to_owned)
    });
    let mut exclude = Exclude::new(&limits.exclude);
    let (mut wanted, mut unread) = (Vec::new(), Vec::new());
    for entry in files.entries {
        let path = walk::shown(entry.path.clone());
        if exclude.takes(&path) {
        } else if entry.kind == EntryKind::Submodule {
            unread.push(Unread { path, reason: Reason::Submodule, tracked: true });
        } else {
            wanted.push((entry, path));
        }
    }
    unread.extend(exclude.into_unread());
    unread.extend(too_many(wanted.len().saturating_sub(limits.max_files)));
    wanted.truncate(limits.max_files);
    // A repository belongs to one thread: each opens it for a share of its own.
    let share = wanted.len().div_ceil(rayon::current_num_threads()).max(1);
    let found = wanted.par_chunks(share).flat_map_iter(|wanted| {
        let own = repository::open(root);
        let ignored = &files.ignored;
        wanted.iter().map(move |(entry, path)| {
            load::object(own.as_ref(), entry, path.clone(), ignored.contains(&entry.path), limits)
        })
    });
    let found = found.collect();
    let submodules = submodules(&unread);
    Tree::assemble(name, found, unread, Some(Git { submodules, ..git }))
}

/// A work tree or a folder of one.
fn read_work_tree(root: &Path, repository: &Repository, limits: &Limits) -> Tree {
    let scope = if repository.is_below() { Scope::Below } else { Scope::WorkTree };
    // The walk waits for the disk most of the time.
    let (index, walked) = std::thread::scope(|threads| {
        let walk = threads.spawn(|| walk::walk(root, scope, limits.threads));
        (repository.index(), walk.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let Some(index) = index else {
        let error = Reason::Git("the index is damaged; every file counts as tracked".to_owned());
        let tree = read_folder(
            root,
            limits,
            vec![Unread { path: ".git/index".to_owned(), reason: error, tracked: false }],
        );
        let name = repository.label();
        return tree.with_git(Git { dirty: true, ..repository.git() }, name);
    };
    if repository.is_below() && index.entries.is_empty() {
        return read_folder(root, limits, Vec::new()); // the repository around it does not know it
    }
    let (steps, unread) = walked;
    let plan = join(root, &index, steps, unread);
    let is_nested = |one: &Unread| one.reason == Reason::NestedRepository && !one.tracked;
    let untracked = plan.wanted.iter().any(|wanted| !wanted.tracked) || plan.unread.iter().any(is_nested);
    let deleted = plan.unread.iter().any(|one| one.reason == Reason::Deleted);
    let (found, unread, changed) = plan.run(limits, Some(repository));
    let git = Git {
        dirty: index.staged || untracked || deleted || changed,
        submodules: submodules(&unread),
        ..repository.git()
    };
    Tree::assemble(repository.label().unwrap_or_else(|| label(root)), found, unread, Some(git))
}

/// What the walk found with what the index knows: each path once.
fn join<'a>(root: &Path, index: &'a Index, steps: Vec<Step>, unread: Vec<Unread>) -> Plan<'a> {
    let mut plan = Plan { unread, ..Plan::default() };
    let numbers: HashMap<&[u8], usize> =
        index.entries.iter().enumerate().map(|(number, entry)| (entry.path.as_slice(), number)).collect();
    let mut seen = vec![false; index.entries.len()];
    let mut nested = Vec::new();
    for step in steps {
        let number = numbers.get(step.path.as_slice());
        if let Some(number) = number {
            seen[*number] = true;
        }
        let entry = number.map(|number| &index.entries[*number]);
        if step.kind == StepKind::Repository {
            nested.push([step.path.as_slice(), b"/"].concat());
        }
        plan.step(step, entry.is_some(), entry);
    }
    if seen.iter().all(|seen| *seen) {
        return plan;
    }
    let mut missed = Missed::new(root, &plan);
    let entries = index.entries.iter().zip(seen).filter(|(_, seen)| !seen).map(|(entry, _)| entry);
    let (mut wanted, mut unread) = (Vec::new(), Vec::new());
    for entry in entries {
        match missed.look(entry) {
            Ok(disk) => {
                let ignored = !nested.iter().any(|dir| entry.path.starts_with(dir));
                let path = walk::shown(entry.path.clone());
                wanted.push(Wanted { disk, path, tracked: true, ignored, plain: false, entry: Some(entry) });
            }
            Err(reason) => {
                unread.push(Unread { path: walk::shown(entry.path.clone()), reason, tracked: true });
            }
        }
    }
    plan.wanted.extend(wanted);
    plan.unread.extend(unread);
    plan
}

/// Looks for the tracked paths the walk did not come to: ignored ones, and deleted ones.
struct Missed<'a> {
    root: &'a Path,
    /// Whether a folder is one, and not reached through a link.
    folders: HashMap<PathBuf, bool>,
    /// The paths the walk came to, in lower case.
    lower: HashSet<String>,
}

impl<'a> Missed<'a> {
    fn new(root: &'a Path, plan: &Plan<'_>) -> Self {
        let lower = plan.wanted.iter().map(|wanted| wanted.path.to_lowercase()).collect();
        Self { root, folders: HashMap::new(), lower }
    }

    fn look(&mut self, entry: &Entry) -> Result<PathBuf, Reason> {
        match entry.kind {
            EntryKind::Submodule => return Err(Reason::Submodule),
            EntryKind::Folder => return Err(Reason::Sparse),
            EntryKind::File { .. } | EntryKind::Link => {}
        }
        let gone = if entry.skipped { Reason::Sparse } else { Reason::Deleted };
        let path = gix::path::from_byte_slice(&entry.path).map_err(|_| gone.clone())?;
        let disk = self.root.join(path);
        let is_folder = path.parent().is_none_or(|parent| self.is_folder(parent));
        if !is_folder {
            return Err(gone);
        }
        match std::fs::symlink_metadata(&disk) {
            Ok(found) if found.is_dir() => Err(gone),
            Ok(_) if self.is_folded(&disk) => Err(Reason::CaseClash),
            Ok(_) => Ok(disk),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(Reason::NotPermitted),
            Err(_) => Err(gone),
        }
    }

    fn is_folder(&mut self, below: &Path) -> bool {
        if below.as_os_str().is_empty() {
            return true;
        }
        if let Some(known) = self.folders.get(below) {
            return *known;
        }
        let found = std::fs::symlink_metadata(self.root.join(below));
        let answer = match found {
            // What may not be looked at is reported as such when the file itself is looked at.
            Err(error) => error.kind() == io::ErrorKind::PermissionDenied,
            Ok(found) => found.is_dir() && below.parent().is_none_or(|parent| self.is_folder(parent)),
        };
        self.folders.insert(below.to_owned(), answer);
        answer
    }

    /// Whether the file system answers with a file of another name, which the walk has already come to.
    fn is_folded(&self, disk: &Path) -> bool {
        let path = walk::shown(walk::relative(self.root, disk));
        self.lower.contains(&path.to_lowercase())
            && disk.canonicalize().is_ok_and(|real| real.file_name() != disk.file_name())
    }
}

/// What is to be read, and what will not be.
#[derive(Default)]
struct Plan<'a> {
    wanted: Vec<Wanted<'a>>,
    unread: Vec<Unread>,
}

impl<'a> Plan<'a> {
    fn step(&mut self, step: Step, tracked: bool, entry: Option<&'a Entry>) {
        let path = walk::shown(step.path);
        let submodule = entry.is_some_and(|entry| entry.kind == EntryKind::Submodule);
        let reason = match step.kind {
            StepKind::File | StepKind::Link => {
                let plain = step.kind == StepKind::File;
                self.wanted.push(Wanted { disk: step.disk, path, tracked, ignored: false, plain, entry });
                return;
            }
            StepKind::Special => Reason::Special,
            StepKind::Repository if submodule => Reason::Submodule,
            StepKind::Repository => Reason::NestedRepository,
        };
        self.unread.push(Unread { path, reason, tracked });
    }

    /// Reads it; the last answer is whether a tracked file differs from its entry.
    fn run(mut self, limits: &Limits, repository: Option<&Repository>) -> (Vec<Found>, Vec<Unread>, bool) {
        let mut exclude = Exclude::new(&limits.exclude);
        self.wanted.retain(|wanted| !exclude.takes(&wanted.path));
        self.unread.extend(exclude.into_unread());
        self.wanted.par_sort_unstable_by(|a, b| (&a.path, &a.disk).cmp(&(&b.path, &b.disk)));
        let left_out = self.wanted.len().saturating_sub(limits.max_files);
        self.wanted.truncate(limits.max_files);
        self.unread.extend(too_many(left_out));
        let compare = repository.map(load::Compare::new);
        let found = dealt(self.wanted).map(|wanted| load::file(wanted, limits, compare.as_ref())).collect();
        let changed = repository.zip(compare).is_some_and(|(repository, compare)| compare.finish(repository));
        (found, self.unread, changed)
    }
}

fn too_many(files: usize) -> Option<Unread> {
    (files > 0).then(|| Unread {
        path: ".".to_owned(),
        reason: Reason::TooManyFiles { files },
        tracked: true,
    })
}

fn submodules(unread: &[Unread]) -> Vec<String> {
    let mut paths: Vec<_> =
        unread.iter().filter(|one| one.reason == Reason::Submodule).map(|one| one.path.clone()).collect();
    paths.sort();
    paths
}

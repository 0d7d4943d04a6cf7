//! What an audit begins with: the rules, the configuration, and the tree.

use std::fs;
use std::io::ErrorKind;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use clap::CommandFactory as _;

use super::args::{Args, SelectArgs};
use super::output::reason;
use super::settings::Settings;
use super::{Exit, Failure, config, environment, select};
use crate::rules::{Catalogue, Mistake, Rule, closest, compile, embedded};
use crate::source::{Limits, ReadError, Revision, Tree};

/// The configuration of a repository.
pub(super) const CONFIG: &str = "golive.toml";
/// The rules of a repository.
const RULES: &str = ".golive/rules";

/// The rules that a repository is judged by.
#[derive(Debug)]
pub(super) struct Judges {
    /// The rules to run.
    pub(super) catalogue: Catalogue,
    /// Rules were left out on the command line: there is no score.
    pub(super) partial: bool,
    /// The configuration.
    pub(super) settings: Settings,
}

/// Where the rules and the configuration of a repository are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Own<'r> {
    /// In a folder on disk.
    Folder(&'r Path),
    /// In a commit, whatever is on disk.
    Revision(&'r Revision),
}

/// The rules for a repository, as its configuration and the arguments have them.
pub(super) fn judges(own: Own<'_>, args: &SelectArgs) -> Result<Judges, Failure> {
    let catalogue = own.catalogue()?;
    let settings = own.settings(args.config.as_deref(), &catalogue)?;
    let catalogue = select::configured(&catalogue, &settings)
        .waiving(settings.waivers.clone(), Some(environment::today()?));
    let (catalogue, partial) = select::select(&catalogue, &args.only, &args.skip)?;
    Ok(Judges { catalogue, partial, settings })
}

/// Fails where there is nothing at a path, before anything is said about its rules and configuration.
pub(super) fn exists(path: &Path) -> Result<(), Failure> {
    if !fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        return Ok(());
    }
    let commands = Args::command();
    let commands = commands.get_subcommands().map(clap::Command::get_name);
    let missing = ReadError::Missing(path.to_owned());
    Err(Failure::usage(match path.to_str().and_then(|word| closest(word, commands)) {
        Some(command) => format!("{missing}, or did you mean the command `{command}`?"),
        None => missing.to_string(),
    }))
}

/// The embedded rules and those of a repository in a folder.
pub(super) fn catalogue(root: &Path) -> Result<Catalogue, Failure> {
    Own::Folder(root).catalogue()
}

impl Own<'_> {
    /// The embedded rules and its own.
    fn catalogue(self) -> Result<Catalogue, Failure> {
        let files = match self {
            Self::Folder(root) => {
                let mut files = vec![];
                collect(&root.join(RULES), &mut files)?;
                let text = |file: &PathBuf| Ok((file.display().to_string(), read(file)?));
                files.iter().map(text).collect::<Result<Vec<_>, Failure>>()?
            }
            Self::Revision(revision) => {
                let files = committed(revision, RULES)?;
                files.into_iter().filter(|(path, _)| is_rule(Path::new(path))).collect()
            }
        };
        if files.is_empty() {
            return Ok(embedded().clone());
        }
        with_embedded(&files)
    }

    /// Its configuration, or the one that is given instead.
    fn settings(self, given: Option<&Path>, catalogue: &Catalogue) -> Result<Settings, Failure> {
        let (name, text) = match (given, self) {
            (Some(file), _) => (file.display().to_string(), read(file)?),
            (None, Self::Folder(root)) => {
                let file = root.join(CONFIG);
                let missing = |error: std::io::Error| {
                    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
                };
                if fs::symlink_metadata(&file).is_err_and(missing) {
                    return Ok(Settings::default());
                }
                (file.display().to_string(), read(&file)?)
            }
            (None, Self::Revision(revision)) => match committed(revision, CONFIG)?.pop() {
                Some(found) => found,
                None => return Ok(Settings::default()),
            },
        };
        let name = name.strip_prefix("./").unwrap_or(&name);
        config::parse(name, &text, catalogue).map_err(|mistakes| told(&mistakes))
    }
}

/// The texts of golive's own files in a commit.
fn committed(revision: &Revision, path: &str) -> Result<Vec<(String, String)>, Failure> {
    let files = revision.files_at(path).map_err(|error| Failure::usage(error.to_string()))?;
    let text = |(path, bytes): (String, Vec<u8>)| match String::from_utf8(bytes) {
        Ok(text) => Ok((path, text)),
        Err(_) => Err(Failure::usage(format!("`{path}` of {revision} cannot be read: it is not UTF-8"))),
    };
    files.into_iter().map(text).collect()
}

/// The embedded rules and these, by the names and texts of their files.
fn with_embedded(files: &[(String, String)]) -> Result<Catalogue, Failure> {
    let (mut rules, mut mistakes): (Vec<Rule>, Vec<Mistake>) = (vec![], vec![]);
    for (name, text) in files {
        match compile(name, text) {
            Ok(rule) => rules.push(rule),
            Err(more) => mistakes.extend(more),
        }
    }
    if !mistakes.is_empty() {
        return Err(told(&mistakes));
    }
    let mut ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            Err(Failure::usage(format!("two files below `{RULES}` hold the rule {}; remove one", pair[0])))
        }
        None => Ok(embedded().with(&rules)),
    }
}

/// Mistakes as a failure, one a line.
pub(super) fn told(mistakes: &[Mistake]) -> Failure {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    Failure::usage(lines.join("\n"))
}

/// The text of one of golive's own files.
pub(super) fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| {
        let why = match error.kind() {
            ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
            _ => reason(&error),
        };
        Failure::usage(format!("`{}` cannot be read: {why}", file.display()))
    })
}

/// The rule files below a folder, sorted; none where there is no such folder.
pub(super) fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(()),
        Err(error) => {
            return Err(Failure::usage(format!(
                "`{}` cannot be listed: {}",
                folder.display(),
                reason(&error)
            )));
        }
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            if path.is_symlink() {
                let why = "is a link to a folder, which is not followed; put the rules themselves there";
                return Err(Failure::usage(format!("`{}` {why}", path.display())));
            }
            collect(&path, files)?;
        } else if is_rule(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_rule(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
}

/// The rules and the tree that they judge.
pub(super) fn read_with_rules(root: &Path, args: &SelectArgs) -> Result<(Judges, Tree), Failure> {
    // Only a configuration has a say in what is read; without one, rules are compiled while files are.
    if args.config.is_some() || fs::symlink_metadata(root.join(CONFIG)).is_ok() {
        let judges = judges(Own::Folder(root), args)?;
        let tree = tree(root, &judges.settings.limits(args))?;
        return Ok((judges, tree));
    }
    let (judges, tree) = thread::scope(|threads| {
        let judges = threads.spawn(|| judges(Own::Folder(root), args));
        let tree = tree(root, &Settings::default().limits(args));
        (judges.join(), tree)
    });
    let judges = judges.unwrap_or_else(|panic| resume_unwind(panic))?;
    Ok((judges, tree?))
}

/// Reads the tree.
pub(super) fn tree(root: &Path, limits: &Limits) -> Result<Tree, Failure> {
    let tree = Tree::read(root, limits).map_err(|error| Failure::usage(error.to_string()))?;
    something(tree, &format!("`{}`", root.display()))
}

/// The tree, if there is anything in it; `name` is what it is called in a sentence.
pub(super) fn something(tree: Tree, name: &str) -> Result<Tree, Failure> {
    if tree.files().is_empty() {
        let message = format!("nothing to audit: {name} holds no file that is read");
        return Err(Failure { exit: Exit::Nothing, message });
    }
    Ok(tree)
}

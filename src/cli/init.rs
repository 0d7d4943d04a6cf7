//! `golive init`: the files with which a repository begins. What is there already is named and left.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use super::args::{InitArgs, SelectArgs};
use super::{Exit, Failure, baseline, config, output, repository};
use crate::source::pattern;

const WORKFLOW: &str = ".github/workflows/golive.yml";

/// The action of the release that this program is, as `owner/golive@commit`, where who built it said so.
const ACTION: Option<&str> = option_env!("GOLIVE_ACTION");

/// An action, pinned to a commit: a tag can be moved to other code.
static PINNED: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"^[0-9A-Za-z-]+/[0-9A-Za-z._-]+@[0-9a-f]{40}$"));

/// What happened to the files.
#[derive(Default)]
struct Done {
    wrote: Vec<String>,
    left: Vec<String>,
}

/// Writes what is asked for and not there, and says what to do next.
pub(super) fn run(args: &InitArgs) -> Result<Exit, Failure> {
    repository::exists(&args.path)?;
    let action = if args.workflow { Some(action(args.action.as_deref())?) } else { None };
    let file = args.path.join(baseline::FILE);
    let has_baseline = args.baseline || file.exists();
    let mut done = Done::default();
    done.write(&args.path.join(repository::CONFIG), &config::sample())?;
    if let Some(action) = action {
        let (root, below) = work_tree(&args.path);
        done.write(&root.join(WORKFLOW), &workflow(&action, &below, has_baseline))?;
    }
    // Last: what was written above is found in place already.
    if args.baseline {
        if file.exists() {
            done.left.push(baseline::shown(&file));
        } else {
            done.wrote.push(baseline::write(&args.path, &SelectArgs::default(), &file)?);
        }
    }
    done.tell(args, has_baseline)
}

impl Done {
    fn write(&mut self, file: &Path, text: &str) -> Result<(), Failure> {
        if fs::symlink_metadata(file).is_ok() {
            self.left.push(baseline::shown(file));
            return Ok(());
        }
        if let Some(folder) = file.parent() {
            output::make_folder(folder)?;
        }
        output::replace(file, text)?;
        self.wrote.push(format!("wrote {}", baseline::shown(file)));
        Ok(())
    }

    fn tell(&self, args: &InitArgs, has_baseline: bool) -> Result<Exit, Failure> {
        let left = self.left.iter().map(|name| format!("`{name}` is there already and was left as it is"));
        if self.wrote.is_empty() {
            let left: Vec<String> = left.collect();
            return Err(Failure::usage(format!(
                "nothing was written: {}; change it by hand, or remove it and run this again",
                left.join(", ")
            )));
        }
        let mut lines: Vec<String> = self.wrote.iter().cloned().chain(left).collect();
        lines.push(String::new());
        lines.push("Next:".to_owned());
        lines.push("- `golive` says what stands in the way, and what to mend first".to_owned());
        if !has_baseline {
            lines.push("- `golive baseline` writes down what is found today, so that only what is new shuts the gate".to_owned());
        }
        if !args.workflow {
            lines.push(
                "- `golive init --workflow` writes a workflow that asks on every pull request".to_owned(),
            );
        }
        lines.push("- commit what was written; its comments say what can be set".to_owned());
        output::print(&(lines.join("\n") + "\n"))?;
        Ok(Exit::Holds)
    }
}

/// The action to run: the one that is named, or that of this program's own release.
fn action(named: Option<&str>) -> Result<String, Failure> {
    let (action, release) = match (named, ACTION) {
        (Some(named), _) => (named, String::new()),
        (None, Some(own)) => (own, format!(" # v{}", env!("CARGO_PKG_VERSION"))),
        (None, None) => {
            return Err(Failure::usage(
                "this build of golive does not know which release it is; name the action of one, pinned to its commit: \
                 --action OWNER/golive@COMMIT",
            ));
        }
    };
    if !PINNED.as_ref().is_some_and(|pinned| pinned.is_match(action)) {
        return Err(Failure::usage(format!(
            "`{action}` is no action pinned to a commit; write OWNER/golive@ and the 40 digits of the commit"
        )));
    }
    Ok(format!("{action}{release}"))
}

/// The work tree that a folder is in, and the way from there to the folder: GitHub knows workflows of the root only.
fn work_tree(folder: &Path) -> (PathBuf, String) {
    let outside = || (folder.to_owned(), String::new());
    let Ok(real) = folder.canonicalize() else { return outside() };
    match real.ancestors().position(|above| above.join(".git").exists()) {
        None | Some(0) => outside(),
        Some(depth) => {
            let root: PathBuf = std::iter::repeat_n("..", depth).collect();
            let root_real = real.ancestors().nth(depth).unwrap_or(&real);
            let below = real.strip_prefix(root_real).unwrap_or(Path::new("")).to_string_lossy().into_owned();
            (folder.join(root), below)
        }
    }
}

/// The workflow for the folder `below` the root of a work tree.
fn workflow(action: &str, below: &str, has_baseline: bool) -> String {
    let mut text = include_str!("init/workflow.yml").replace("ACTION", action);
    let mut set = |key: &str, value: &str| {
        let value = serde_json::Value::from(value); // a text of JSON is one of YAML
        let _ = writeln!(text, "          {key}: {value}");
    };
    if !below.is_empty() {
        set("path", below);
    }
    if has_baseline {
        let file =
            if below.is_empty() { baseline::FILE.to_owned() } else { format!("{below}/{}", baseline::FILE) };
        set("baseline", &file);
    }
    text
}

#[cfg(test)]
mod tests;

//! `golive fix`: mechanical mends, shown as a diff or written.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::args::{FixArgs, SelectArgs};
use super::progress::Progress;
use super::repository::Judges;
use super::{Exit, Failure, environment, output, repository, select};
use crate::fix::{self, Fix, Sources};
use crate::parse::on_big_stack;
use crate::report::words::count;
use crate::report::{Report, visible};
use crate::source::{FileKind, Tree, unsaved};

/// Lines around a change that are shown.
const CONTEXT: usize = 3;
/// Places that are named without `--full`, of what is mended and of what is left.
const LISTED: usize = 20;

/// Finds the mends, shows them, and writes them where asked to.
pub(super) fn run(args: &FixArgs) -> Result<Exit, Failure> {
    on_big_stack(0, || mend(args))
}

fn mend(args: &FixArgs) -> Result<Exit, Failure> {
    repository::exists(&args.path)?;
    let select = SelectArgs { config: args.config.clone(), ..SelectArgs::default() };
    let progress = Progress::start("judging");
    let (judges, tree) = repository::read_with_rules(&args.path, &select)?;
    let wanted = wanted(&judges, &args.only)?;
    if tree.git().is_some_and(|git| git.bare) {
        return Err(Failure::usage("there is no work tree to mend; check the repository out first"));
    }
    let audit = crate::audit(&tree, &judges.catalogue, false);
    let sources =
        Sources { tree: &tree, documents: &audit.documents, facts: &audit.facts, report: &audit.report };
    progress.step("proving the mends");
    let judge = |tree: &Tree| crate::audit(tree, &judges.catalogue, false).report;
    let fix = fix::mend(&sources, &|rule| wanted.contains(&rule), &judge);
    drop(progress);
    if args.apply {
        write(args, &tree, &fix)?;
    } else {
        output::print(&diffs(&tree, &audit.report, &fix))?;
    }
    output::say(&account(args, &fix));
    Ok(Exit::Holds)
}

/// The rules that are to be mended.
fn wanted(judges: &Judges, only: &[String]) -> Result<Vec<&'static str>, Failure> {
    let mut wanted: Vec<&str> = fix::rules().collect();
    if !only.is_empty() {
        let (chosen, _) = select::select(&judges.catalogue, only, &[])?;
        wanted.retain(|rule| chosen.get(rule).is_some());
    }
    if wanted.is_empty() {
        let all: Vec<&str> = fix::rules().collect();
        return Err(Failure::usage(format!(
            "{} has no mechanical mend; `golive explain` tells what a person does about it. There is one for {}",
            only.join(", "),
            all.join(", ")
        )));
    }
    Ok(wanted)
}

/// All changes as one diff that `git apply` takes. On a terminal nothing in it has an effect but to be shown.
fn diffs(tree: &Tree, report: &Report, fix: &Fix) -> String {
    let style = environment::style(false, Path::new("."));
    let mut out = String::new();
    for (path, after) in &fix.texts {
        let file = tree.by_path(path);
        let before = file.map(|file| tree.text(file));
        // What stands around a change is not shown where it may be secret.
        let secret = file.is_some_and(|file| tree.file(file).kind == FileKind::Dotenv)
            || report
                .findings
                .iter()
                .flat_map(|finding| &finding.places)
                .any(|place| place.path == *path && place.excerpt.is_none() && !place.is_whole_file());
        let diff = fix::diff(path, before, after, if secret { 0 } else { CONTEXT });
        if style.piped {
            out.push_str(&diff);
        } else {
            diff.lines().for_each(|line| shown(&mut out, line, style.colour));
        }
    }
    out
}

/// A line of a diff as a terminal shows it.
fn shown(out: &mut String, line: &str, colour: bool) {
    let text: Vec<_> = line.split('\t').map(visible).collect();
    let text = text.join("\t");
    let code = match line.as_bytes().first() {
        Some(b'+') => "32",
        Some(b'-') => "31",
        Some(b'@') => "36",
        _ => "",
    };
    let _ = if colour && !code.is_empty() {
        writeln!(out, "\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        writeln!(out, "{text}")
    };
}

/// Writes the files, all or none: none where git could not bring one of them back.
fn write(args: &FixArgs, tree: &Tree, fix: &Fix) -> Result<(), Failure> {
    let there: Vec<&str> = fix.texts.keys().map(String::as_str).collect();
    if !args.allow_dirty {
        let unsaved = unsaved(&args.path, &there);
        if let Some(first) = unsaved.first() {
            let more = unsaved.len() - 1;
            let more = if more > 0 { format!(" and {}", count(more, "other file")) } else { String::new() };
            let (is, them) = if unsaved.len() > 1 { ("are", "them") } else { ("is", "it") };
            return Err(Failure::usage(format!(
                "nothing is written: `{}`{more} {is} not committed as it stands; commit or stash {them} first, or give --allow-dirty",
                visible(first)
            )));
        }
    }
    for path in there.iter().filter(|path| tree.by_path(path).is_none()) {
        let disk = args.path.join(path);
        if fs::symlink_metadata(&disk).is_ok() {
            return Err(Failure::usage(format!(
                "nothing is written: `{}` is there already, and git does not know it; add it to git, or move it away",
                visible(path)
            )));
        }
    }
    for folder in fix.texts.keys().filter_map(|path| Some(args.path.join(path).parent()?.to_owned())) {
        fs::create_dir_all(&folder).map_err(|error| {
            let why = output::reason(&error);
            Failure::usage(format!("the folder `{}` cannot be made: {why}", folder.display()))
        })?;
    }
    let files: Vec<_> = fix.texts.iter().map(|(path, text)| (args.path.join(path), text.as_str())).collect();
    output::replace_all(&files)
}

/// What is mended, what is left, and what to do next.
fn account(args: &FixArgs, fix: &Fix) -> String {
    let mut out = String::new();
    let (findings, files) = (count(fix.mended.len(), "finding"), count(fix.texts.len(), "file"));
    match (fix.mended.is_empty(), args.apply) {
        (true, _) => out.push_str("Nothing here has a mechanical mend.\n"),
        (false, true) => {
            let _ = writeln!(out, "Mended {findings} in {files}:");
        }
        (false, false) => {
            let _ = writeln!(out, "This would mend {findings} in {files}; --apply writes it:");
        }
    }
    let mended = fix.mended.iter().map(|mended| format!("{} {}", mended.rule, visible(&mended.place)));
    listed(&mut out, mended, args.full);
    if !fix.left.is_empty() {
        let _ = writeln!(out, "Left to a person:");
    }
    let left = fix.left.iter();
    let left = left.map(|left| format!("{} {}: {}", left.rule, visible(&left.place), visible(&left.because)));
    listed(&mut out, left, args.full);
    out
}

/// The first lines of a list, or all.
fn listed(out: &mut String, lines: impl ExactSizeIterator<Item = String>, full: bool) {
    let more = if full { 0 } else { lines.len().saturating_sub(LISTED) };
    let shown = lines.len() - more;
    for line in lines.take(shown) {
        let _ = writeln!(out, "  {line}");
    }
    if more > 0 {
        let _ = writeln!(out, "  … and {}; --full lists all", count(more, "more place"));
    }
}

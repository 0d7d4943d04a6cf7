//! `golive rules check`: rule files without mistakes, and each rule proved on its own examples.

use std::path::{Path, PathBuf};

use crate::cli::args::CheckArgs;
use crate::cli::{Exit, Failure, output, repository};
use crate::engine::Proof;
use crate::report::words::count;
use crate::rules::{compile, examples};

/// Checks every rule file there is.
pub(in crate::cli) fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let mut files: Vec<PathBuf> = vec![];
    for path in &args.paths {
        if path.is_file() {
            files.push(path.clone());
        } else {
            let mut found = vec![];
            repository::collect(path, &mut found)?;
            files.extend(found.into_iter().filter(|file| !is_knowledge(path, file)));
        }
    }
    if files.is_empty() {
        let paths: Vec<String> = args.paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let hint = "begin a rule with `golive rules new ID`";
        return Err(Failure::usage(format!("there is no rule file in {}; {hint}", paths.join(", "))));
    }
    let mut all = Checked::default();
    for file in &files {
        let more = check(&file.display().to_string(), &repository::read(file)?);
        all.examples += more.examples;
        all.wrong.extend(more.wrong);
    }
    if !all.wrong.is_empty() {
        return Err(Failure::usage(all.wrong.join("\n")));
    }
    let (rules, examples) = (count(files.len(), "rule"), count(all.examples, "example"));
    output::print(&format!("{rules}, {examples}: no mistake\n"))?;
    Ok(Exit::Holds)
}

/// Whether a file below a folder of rules is none of them, but says what tools and packages are.
fn is_knowledge(folder: &Path, file: &Path) -> bool {
    let inner = file.strip_prefix(folder).ok().and_then(Path::parent);
    inner.is_some_and(|inner| inner.starts_with("knowledge"))
}

/// What the check of a rule file shows.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// Examples that were judged.
    pub(super) examples: usize,
    /// Mistakes, examples that do not come out as they must, and idle conditions, each at its place.
    pub(super) wrong: Vec<String>,
}

/// Compiles a rule and lets it prove itself on its own examples.
pub(super) fn check(file: &str, text: &str) -> Checked {
    let (rule, examples) = match (compile(file, text), examples(file, text)) {
        (Ok(rule), Ok(examples)) => (rule, examples),
        (rule, examples) => {
            let mistakes = rule.err().into_iter().chain(examples.err()).flatten();
            return Checked { examples: 0, wrong: mistakes.map(|mistake| mistake.to_string()).collect() };
        }
    };
    let proof = Proof::new(&rule, &examples);
    let mut wrong: Vec<String> = Vec::new();
    for group in proof.missing() {
        wrong.push(format!(
            "{file}: `{group}` is missing: a rule shows on what it fails and on what it holds"
        ));
    }
    for complaint in proof.complaints() {
        wrong.push(format!("{file}:{}: this example {}", complaint.line, complaint.message));
    }
    if wrong.is_empty() {
        let idle = |what| {
            format!(
                "{file}: {what} can be dropped and every example still holds: show what it guards against"
            )
        };
        wrong.extend(proof.idle().into_iter().map(idle));
    }
    Checked { examples: proof.examples(), wrong }
}

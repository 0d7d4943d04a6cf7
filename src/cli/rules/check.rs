//! `golive rules check`: rule files without mistakes, and each rule proved on its own examples.

use std::path::PathBuf;

use crate::cli::args::CheckArgs;
use crate::cli::{Exit, Failure, output, repository};
use crate::report::words::count;
use crate::rules::{Catalogue, Example, Rule, compile, examples};
use crate::source::{Span, Tree};
use crate::verdict::{Outcome, Verdict};
use crate::{engine, extract, parse};

/// Checks every rule file there is.
pub(in crate::cli) fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let mut files: Vec<PathBuf> = vec![];
    for path in &args.paths {
        if path.is_file() {
            files.push(path.clone());
        } else {
            repository::collect(path, &mut files)?;
        }
    }
    if files.is_empty() {
        let paths: Vec<String> = args.paths.iter().map(|path| format!("`{}`", path.display())).collect();
        let hint = "begin a rule with `golive rules new ID`";
        return Err(Failure::usage(format!("there is no rule file in {}; {hint}", paths.join(", "))));
    }
    let mut proof = Proof::default();
    for file in &files {
        let more = prove(&file.display().to_string(), &repository::read(file)?);
        proof.examples += more.examples;
        proof.wrong.extend(more.wrong);
    }
    if !proof.wrong.is_empty() {
        return Err(Failure::usage(proof.wrong.join("\n")));
    }
    let (rules, examples) = (count(files.len(), "rule"), count(proof.examples, "example"));
    output::print(&format!("{rules}, {examples}: no mistake\n"))?;
    Ok(Exit::Holds)
}

/// What the check of a rule file shows.
#[derive(Debug, Default)]
pub(super) struct Proof {
    /// Examples that were judged.
    pub(super) examples: usize,
    /// Mistakes, and examples that do not come out as they should, each at its place.
    pub(super) wrong: Vec<String>,
}

/// Compiles a rule and judges it, alone, on its own examples.
pub(super) fn prove(file: &str, text: &str) -> Proof {
    let (rule, examples) = match (compile(file, text), examples(file, text)) {
        (Ok(rule), Ok(examples)) => (rule, examples),
        (rule, examples) => {
            let mistakes = rule.err().into_iter().chain(examples.err()).flatten();
            return Proof { examples: 0, wrong: mistakes.map(|mistake| mistake.to_string()).collect() };
        }
    };
    let mut proof = Proof::default();
    for (name, group) in [("bad", &examples.bad), ("good", &examples.good)] {
        if group.is_empty() {
            proof.wrong.push(format!(
                "{file}: `{name}` is missing: a rule shows on what it fails and on what it holds"
            ));
        }
    }
    let catalogue = Catalogue::new(vec![rule.clone()]);
    for (group, example) in examples.all() {
        proof.examples += 1;
        if let Some(complaint) = complaint(&rule, &catalogue, group, example) {
            proof.wrong.push(format!("{file}:{}: this `{group}` example {complaint}", example.line));
        }
    }
    proof
}

/// What is not as it should be when the rule judges an example.
fn complaint(rule: &Rule, catalogue: &Catalogue, group: &str, example: &Example) -> Option<String> {
    let tree = Tree::from_memory(example.files.iter().cloned());
    let documents = parse::Documents::parse(&tree);
    let pattern = rule
        .text_pattern()
        .map(|regex| extract::TextPattern { rule: rule.id.clone(), regex: regex.to_owned() });
    let (facts, _) = extract::facts(&tree, &documents, &pattern.into_iter().collect::<Vec<_>>());
    let (verdict, _) = engine::judge(catalogue, &facts).into_iter().next()?;
    let expected = match group {
        "bad" => "fail",
        "good" => "pass",
        "skip" => "not applicable",
        _ => "undecided",
    };
    let outcome = match &verdict.outcome {
        Outcome::Fail => "fail",
        Outcome::Pass => "pass",
        Outcome::NotApplicable => "not applicable",
        Outcome::Inconclusive { .. } => "undecided",
    };
    if outcome != expected {
        return Some(format!("ends as `{outcome}`, not as `{expected}`"));
    }
    let (found, marked) = (found(&verdict, &tree), marks(example));
    (group == "bad" && found != marked)
        .then(|| format!("marks {} and the rule finds {}", shown(&marked, &tree), shown(&found, &tree)))
}

/// The places found that are more than a file as a whole, sorted.
fn found(verdict: &Verdict, tree: &Tree) -> Vec<(String, Span)> {
    let places = verdict.findings.iter().flat_map(|finding| &finding.places);
    let places = places.filter(|place| !place.span.is_empty());
    sorted(places.map(|place| (tree.file(place.file).path.clone(), place.span)).collect())
}

fn marks(example: &Example) -> Vec<(String, Span)> {
    sorted(example.marks.clone())
}

fn sorted(mut places: Vec<(String, Span)>) -> Vec<(String, Span)> {
    places.sort();
    places.dedup();
    places
}

fn shown(places: &[(String, Span)], tree: &Tree) -> String {
    let text = |path: &str| tree.by_path(path).map_or("", |file| tree.text(file));
    let each: Vec<String> =
        places.iter().map(|(path, span)| format!("`{}` in {path}", span.of(text(path)))).collect();
    if each.is_empty() { "nothing".to_owned() } else { each.join(", ") }
}

//! What statements do with a failing status.

use std::collections::HashMap;

use super::model::{Failure, Mask};
use super::tree::{Item, Joined, List, Node, Pipeline, Simple, Stage};

/// The bodies of the functions of a script, by name.
pub(super) type Functions<'t> = HashMap<&'t str, &'t Stage>;

/// Functions that call functions are followed this deep.
const DEEPEST_CALL: usize = 8;

/// Collects the functions defined anywhere in a list.
pub(super) fn functions<'t>(list: &'t List, found: &mut Functions<'t>) {
    for stage in list.items.iter().flat_map(|item| &item.links).flat_map(|link| &link.pipeline.stages) {
        match &stage.node {
            Node::Function { name, body } => {
                found.insert(name, body);
                functions_of(body, found);
            }
            _ => functions_of(stage, found),
        }
    }
}

fn functions_of<'t>(stage: &'t Stage, found: &mut Functions<'t>) {
    match &stage.node {
        Node::Group(list) | Node::Subshell(list) | Node::Loop { body: list, .. } => functions(list, found),
        Node::If { arms, otherwise } => {
            for body in arms.iter().map(|(_, body)| body).chain(otherwise) {
                functions(body, found);
            }
        }
        Node::Case { arms, .. } => arms.iter().for_each(|arm| functions(arm, found)),
        Node::Function { .. } | Node::Simple(_) => {}
    }
}

/// How a statement ends that is run because something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// With success, whatever happened.
    Forgives,
    /// It leaves with a failing status.
    Fails,
    /// It keeps the status for later.
    Records,
    /// With a status of its own.
    Own,
}

/// What `|| fallback` makes of a failure; `abort` is what becomes of leaving here with one.
pub(super) fn after_fallback(fallback: &Pipeline, functions: &Functions<'_>, abort: Failure) -> Failure {
    match pipeline_ending(fallback, functions, 0) {
        Ending::Forgives => Failure::Masked(Mask::Fallback),
        Ending::Fails => abort,
        Ending::Records => Failure::Masked(Mask::Recorded),
        Ending::Own => Failure::Masked(Mask::Alternative),
    }
}

/// Whether a branch leaves with a failing status.
pub(super) fn leaves_failing(list: &List, functions: &Functions<'_>) -> bool {
    list_leaves(list, functions, 0)
}

fn list_leaves(list: &List, functions: &Functions<'_>, depth: usize) -> bool {
    let plain = |item: &&Item| item.links.iter().all(|link| link.joined != Joined::Or);
    let last_links = list.items.iter().filter(plain).filter_map(|item| item.links.last());
    last_links.into_iter().any(|link| match pipeline_ending(&link.pipeline, functions, depth) {
        // `false` fails only where it is the last; it is rare enough elsewhere.
        Ending::Fails => true,
        Ending::Forgives | Ending::Records | Ending::Own => false,
    })
}

fn pipeline_ending(pipeline: &Pipeline, functions: &Functions<'_>, depth: usize) -> Ending {
    match pipeline.stages.last() {
        Some(stage) => stage_ending(stage, functions, depth),
        None => Ending::Own,
    }
}

fn stage_ending(stage: &Stage, functions: &Functions<'_>, depth: usize) -> Ending {
    match &stage.node {
        Node::Simple(simple) => simple_ending(simple, functions, depth),
        Node::Group(list) | Node::Subshell(list) if depth <= DEEPEST_CALL => {
            if list_leaves(list, functions, depth + 1) {
                return Ending::Fails;
            }
            let end = list.items.last().and_then(|item| item.links.last());
            end.map_or(Ending::Own, |link| pipeline_ending(&link.pipeline, functions, depth + 1))
        }
        _ => Ending::Own,
    }
}

fn simple_ending(simple: &Simple, functions: &Functions<'_>, depth: usize) -> Ending {
    let Some(name) = simple.fixed(0) else {
        let records = simple.words.is_empty() && !simple.assignments.is_empty();
        return if records { Ending::Records } else { Ending::Own };
    };
    let publishes = |name: &str| ["GITHUB_OUTPUT", "GITHUB_ENV"].iter().any(|known| name.contains(known));
    match name {
        "echo" | "printf" if simple.redirects.iter().any(|aim| publishes(&aim.target.word.text)) => {
            Ending::Records
        }
        "export" | "declare" | "local" | "let" => Ending::Records,
        "true" | ":" | "echo" | "printf" | "continue" | "break" => Ending::Forgives,
        "exit" | "return" if leaves_with_success(simple) => Ending::Forgives,
        "exit" | "return" | "false" => Ending::Fails,
        _ if depth > DEEPEST_CALL => Ending::Own,
        _ => functions.get(name).map_or(Ending::Own, |body| stage_ending(body, functions, depth + 1)),
    }
}

/// `exit 0`, in `cmd.exe` also `exit /b 0`.
fn leaves_with_success(simple: &Simple) -> bool {
    simple.words.len() > 1 && simple.words.last().is_some_and(|last| last.word.text == "0")
}

/// Whether a statement leaves the script unconditionally.
pub(super) fn is_exit(item: &Item) -> bool {
    item.simple().and_then(|simple| simple.fixed(0)) == Some("exit")
}

/// Whether a statement leaves with the status of the one before it.
pub(super) fn keeps_status(item: &Item) -> bool {
    let Some(simple) = item.simple() else { return false };
    matches!(simple.fixed(0), Some("exit" | "return"))
        && simple
            .words
            .get(1)
            .is_none_or(|status| matches!(status.word.text.as_str(), "$?" | "${?}" | "$LASTEXITCODE"))
}

/// Whether a statement cannot fail and is there for that.
pub(super) fn forgives(item: &Item) -> bool {
    let Some(simple) = item.simple() else { return false };
    match simple.fixed(0) {
        Some("true" | ":") => true,
        Some("exit" | "return") => leaves_with_success(simple),
        _ => false,
    }
}

/// Whether what follows this pipeline after `&&` runs only on some condition, not after a success that matters.
pub(super) fn is_test(pipeline: &Pipeline) -> bool {
    let Some(stage) = pipeline.stages.last() else { return false };
    let Node::Simple(simple) = &stage.node else { return false };
    match simple.fixed(0) {
        Some("[" | "[[" | "((" | "test" | "which" | "type" | "hash") => true,
        Some("command") => simple.fixed(1).is_some_and(|option| option.starts_with('-')),
        _ => false,
    }
}

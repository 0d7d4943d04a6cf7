//! Tables that nothing reads, comments that silence tools, messages of browsers.

use std::collections::BTreeMap;

use super::names;
use super::scan::Scan;
use crate::extract::Context;
use crate::facts::{AccessTable, ConsoleClient, Entry, Suppressions};
use crate::parse::javascript::{ExportTarget, Kind, Module, NodeId};
use crate::source::{FileId, Place, Span};

/// What one module adds to the numbers of its package.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Comments that silence the compiler or the linter without a reason.
    pub(super) silenced: Vec<(Span, bool)>,
    /// Messages to the console of browsers.
    pub(super) messages: Vec<Span>,
    pub(super) lines: usize,
}

/// A variable at the top of a module that decides about access.
pub(super) fn declared(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let (Some(target), Some(value)) = (module.child(node, 0), module.children(node).last()) else { return };
    let Kind::Name(word, Some(binding)) = module.kind(target) else { return };
    let top =
        module.ancestors(node).all(|outer| matches!(module.kind(outer), Kind::Declare(_) | Kind::Program));
    let name = module.word(word);
    if !top || !decides(name) || !is_table(module, value) {
        return;
    }
    // Types are no part of the tree, and may speak of it; so may the markup of a component.
    let text = scan.context.tree.text(scan.file);
    let mentioned = text.match_indices(name).filter(|(at, _)| !within_comment(module, *at)).count();
    let exported = module.exports.iter().any(|export| {
        matches!(export.target, ExportTarget::Binding(other) if other == binding)
            || matches!(export.target, ExportTarget::Value(other) if other == value)
    });
    let read = mentioned > 1 || exported || !module.uses(binding).is_empty();
    let name = name.to_owned();
    scan.add(target, AccessTable { name, read });
}

fn within_comment(module: &Module, at: usize) -> bool {
    module.comments.iter().any(|comment| comment.start as usize <= at && at < comment.end as usize)
}

/// Whether the name of a table says that it decides about access.
fn decides(name: &str) -> bool {
    let about = [
        "role",
        "roles",
        "permission",
        "permissions",
        "routes",
        "paths",
        "origins",
        "ips",
        "mime",
        "mimetypes",
        "types",
        "hosts",
        "domains",
        "extensions",
    ];
    let how = [
        "role",
        "roles",
        "permission",
        "permissions",
        "allowed",
        "public",
        "protected",
        "blocked",
        "forbidden",
        "whitelist",
        "allowlist",
        "blocklist",
        "admin",
        "restricted",
    ];
    names::has(name, &how)
        && names::has(name, &about)
        && !names::has(name, &["mock", "sample", "options", "labels", "colors", "icons", "default", "type"])
}

fn is_table(module: &Module, value: NodeId) -> bool {
    match module.kind(value) {
        Kind::Array | Kind::Object => module.children(value).next().is_some(),
        Kind::New => matches!(module.called(value), Some("Set" | "Map")),
        _ => false,
    }
}

/// Counts what a module adds.
pub(super) fn count(scan: &Scan<'_, '_>) -> Counts {
    let text = scan.context.tree.text(scan.file);
    let mut counts = Counts { lines: lines(text), ..Counts::default() };
    for comment in &scan.module.comments {
        if let Some(types) = silences(comment.of(text)) {
            counts.silenced.push((*comment, types));
        }
    }
    counts
}

/// How many lines a text has; what stands behind the last line feed is one.
fn lines(text: &str) -> usize {
    let feeds = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    feeds + usize::from(!text.is_empty() && !text.ends_with('\n'))
}

/// Whether a comment silences a tool without a reason; then, whether that is the compiler.
fn silences(comment: &str) -> Option<bool> {
    let text = comment.trim_start_matches(['/', '*', ' ']).trim_end_matches(['/', '*', ' ']).trim();
    let (rest, types) =
        if let Some(rest) = text.strip_prefix("@ts-ignore").or_else(|| text.strip_prefix("@ts-nocheck")) {
            (rest, true)
        } else if let Some(rest) = text.strip_prefix("@ts-expect-error") {
            (rest, true)
        } else {
            let rest = text.strip_prefix("eslint-disable")?;
            // A reason stands behind two dashes.
            return (!rest.contains(" --")).then_some(false);
        };
    (rest.trim_matches([':', '-', ' ']).len() < 4).then_some(types)
}

/// A message to the console in code of browsers.
pub(super) fn message(scan: &Scan<'_, '_>, node: NodeId, called: &str) -> Option<Span> {
    let module = scan.module;
    if !matches!(called, "log" | "debug" | "info" | "table" | "dir") || !scan.browser {
        return None;
    }
    let console = module.receiver(node).is_some_and(|receiver| module.is_global(receiver, "console"));
    let served =
        scan.context.code.graph.client(scan.file) == Some(true) || module.has_directive("use client");
    (console && served).then(|| module.span(node))
}

/// The numbers of each package, from those of its modules in the order of paths.
pub(super) fn totals(context: &Context<'_>, counted: &[(FileId, Counts)]) -> Vec<Entry> {
    let mut packages: BTreeMap<&str, Vec<&(FileId, Counts)>> = BTreeMap::new();
    for module in counted {
        packages.entry(context.packages.dir_of(&context.tree.file(module.0).path)).or_default().push(module);
    }
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut entries = Vec::new();
    for (dir, modules) in packages {
        let lines: usize = modules.iter().map(|(_, counts)| counts.lines).sum();
        let silenced =
            modules.iter().flat_map(|(file, counts)| counts.silenced.iter().map(|found| (*file, *found)));
        if let Some((file, (span, _))) = silenced.clone().next() {
            let count = silenced.clone().count();
            let types = number(silenced.clone().filter(|(_, (_, types))| *types).count());
            let density = number(count * 1000 / lines.max(1));
            entries.push(Entry::new(
                Place { file, span },
                Suppressions { count: number(count), density, types, dense: count >= 20 && density >= 2 },
            ));
        }
        let messages =
            modules.iter().flat_map(|(file, counts)| counts.messages.iter().map(|span| (*file, *span)));
        if let Some((file, span)) = messages.clone().next() {
            let stripped = strips(context, dir);
            entries.push(Entry::new(
                Place { file, span },
                ConsoleClient { count: number(messages.count()), stripped },
            ));
        }
    }
    entries
}

/// Whether the build of a package takes messages out.
fn strips(context: &Context<'_>, dir: &str) -> bool {
    context.tree.below(dir).iter().any(|file| {
        let id = context.tree.by_path(&file.path);
        let config =
            file.name().contains(".config.") || file.name().starts_with("babel") || file.name() == ".babelrc";
        config
            && id.is_some_and(|id| {
                let text = context.tree.text(id);
                ["removeConsole", "drop_console", "remove-console", "dropConsole"]
                    .iter()
                    .any(|mark| text.contains(mark))
                    || text.contains("drop:") && text.contains("console")
            })
    })
}

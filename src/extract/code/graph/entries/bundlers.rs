//! Where the program runs that a bundler makes of an entry.

use super::{Reader, Side};
use crate::extract::packages::Package;
use crate::parse::javascript::{Kind, Module, NodeId};

/// Beginnings of the names of configurations of bundlers.
const BUNDLERS: &[&str] = &[
    "webpack.",
    "rollup.",
    "vite.",
    "esbuild.",
    "tsup.",
    "tsdown.",
    "rspack.",
    "rsbuild.",
    "build.",
    "angular.json",
    "project.json",
];

/// Those of them that build for browsers unless they are told otherwise.
const FOR_BROWSERS: &[&str] = &["webpack.", "vite.", "rspack.", "rsbuild.", "angular.json", "project.json"];

/// Keys under which entries stand.
const ENTRIES: &[&str] = &["input", "entry", "entries", "entryPoints"];

/// Keys under which files are named that become part of nothing: of tests, and of lists of what to look at.
const ASIDE: &[&str] =
    &["test", "coverage", "exclude", "include", "ignore", "ignored", "setupFiles", "globalSetup"];

/// Keys under which it stands where the result is written.
const OUTPUTS: &[&str] = &["output", "outdir", "outfile", "outDir", "outFile"];

/// Parts of paths of what runs on servers.
const SERVERS: &[&str] = &["server", "backend", "api"];

/// Parts of paths of what is sent to browsers.
const PAGES: &[&str] = &["public", "static", "assets", "client", "browser", "www", "wwwroot"];

/// Whether a file is the configuration of a bundler, by its name.
pub(super) fn is_bundler(name: &str) -> bool {
    BUNDLERS.iter().any(|tool| name.starts_with(tool))
}

/// Whether a text of a configuration names a file for tests or in a list of files, such as `coverage.exclude`.
pub(super) fn is_aside(module: &Module, text: NodeId) -> bool {
    module
        .ancestors(text)
        .any(|id| matches!(module.kind(id), Kind::Property(word) if ASIDE.contains(&module.word(word))))
}

impl Reader<'_> {
    /// Where an entry runs that the configuration `name` of a package names in the node `at`. What builds a web
    /// application may build its server as well: its role alone tells nothing then.
    pub(super) fn bundled(&self, name: &str, owner: Option<&Package>, at: Option<(&Module, NodeId)>) -> Side {
        let side = owner.map_or(Side::Open, |owner| Side::of(owner.role));
        if side != Side::Client {
            return side;
        }
        let for_browsers = FOR_BROWSERS.iter().any(|tool| name.starts_with(tool));
        let told = at.and_then(|(module, entry)| {
            let options = options_around(module, entry)?;
            told(module, options, entry).or_else(|| {
                let started = !for_browsers && self.is_started(owner?, module, options);
                started.then_some(Side::Server)
            })
        });
        told.unwrap_or(if for_browsers { Side::Client } else { Side::Open })
    }

    /// Whether the script `start` of a package runs with Node what is written by these options.
    fn is_started(&self, owner: &Package, module: &Module, options: NodeId) -> bool {
        let start = self.resolver.node(owner).and_then(|node| node.at(&["scripts", "start"])?.text());
        let Some((_, program)) = start.and_then(|start| start.split_once("node ")) else { return false };
        let program = program.split_whitespace().find(|word| !word.starts_with('-')).map(plain);
        written(module, options).into_iter().map(plain).any(|output| {
            let below =
                |program: &str| program.strip_prefix(output).is_some_and(|rest| rest.starts_with('/'));
            !output.is_empty() && program.is_some_and(|program| program == output || below(program))
        })
    }
}

/// The object of options that holds an entry: `{ input: …, output: … }`.
fn options_around(module: &Module, entry: NodeId) -> Option<NodeId> {
    let key = module.ancestors(entry).find(
        |id| matches!(module.kind(*id), Kind::Property(word) if ENTRIES.contains(&module.word(word))),
    )?;
    module.parent(key)
}

/// What the options of an entry say: the platform, the format, the paths of entry and output.
fn told(module: &Module, options: NodeId, entry: NodeId) -> Option<Side> {
    let option = |key: &str| module.property(options, key).and_then(|value| module.text(value));
    for key in ["target", "platform"] {
        match option(key) {
            Some(value) if value.starts_with("node") || value == "async-node" => return Some(Side::Server),
            Some(value) if matches!(value.as_ref(), "browser" | "web") => return Some(Side::Client),
            _ => {}
        }
    }
    let outputs = written(module, options);
    let pages = outputs.iter().any(|text| matches!(*text, "iife" | "umd") || has_part(text, PAGES));
    if pages {
        return Some(Side::Client);
    }
    let entry = if let Kind::Text(word) = module.kind(entry) { module.word(word) } else { "" };
    // What is written to the folder of another package may be a page that the server there hands out.
    let inside = !outputs.iter().any(|text| text.starts_with(".."));
    let server = has_part(entry, SERVERS) || inside && outputs.iter().any(|text| has_part(text, SERVERS));
    server.then_some(Side::Server)
}

/// The texts of the options for the output.
fn written(module: &Module, options: NodeId) -> Vec<&str> {
    let values = module.properties(options).into_iter().filter(|(key, _)| OUTPUTS.contains(key));
    let nodes = values.flat_map(|(_, value)| std::iter::once(value).chain(module.descendants(value)));
    let text = |id| if let Kind::Text(word) = module.kind(id) { Some(module.word(word)) } else { None };
    nodes.filter_map(text).collect()
}

/// Whether a folder of a path or its file, without endings, has one of these names.
fn has_part(path: &str, names: &[&str]) -> bool {
    path.split('/').any(|part| names.contains(&part.split('.').next().unwrap_or(part)))
}

/// A path without `./` before and `/` behind it.
fn plain(path: &str) -> &str {
    path.trim_start_matches("./").trim_end_matches('/')
}

//! The house rules that a compiler does not know: read from the source tree itself, so that no list has to be kept.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own input fails

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{LineColumn, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// The layers from first to last: a file uses its own and earlier ones. `lib.rs` declares them in this order.
fn layers() -> Vec<String> {
    let lib = fs::read_to_string("src/lib.rs").expect("src/lib.rs is there");
    lib.lines()
        .filter_map(|line| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned()))
        .collect()
}

const MOST_LINES_OF_A_FILE: usize = 500;
const MOST_LINES_OF_A_FUNCTION: usize = 60;

struct File {
    path: PathBuf,
    /// `report::terminal::bars` for `src/report/terminal/bars.rs`; `report` for `src/report/mod.rs`.
    module: String,
    text: String,
    syntax: syn::File,
}

fn files() -> Vec<File> {
    let mut paths = Vec::new();
    collect(Path::new("src"), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let parts: Vec<_> =
            path.with_extension("").iter().skip(1).map(|part| part.to_string_lossy().into_owned()).collect();
        let parts = if parts.last().is_some_and(|last| last == "mod") {
            &parts[..parts.len() - 1]
        } else {
            &parts[..]
        };
        File { module: parts.join("::"), path, text, syntax }
    };
    paths.into_iter().map(read).collect()
}

fn collect(dir: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a source folder can be read") {
        let path = entry.expect("a source folder can be read").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let long = files()
        .iter()
        .filter_map(|file| {
            let lines = file.text.lines().count();
            (lines > MOST_LINES_OF_A_FILE).then(|| format!("{} has {lines} lines", file.path.display()))
        })
        .collect::<Vec<_>>();
    none(&long);
}

#[test]
fn no_function_is_longer_than_a_screen() {
    let mut complaints = Vec::new();
    for file in files() {
        let mut functions = Functions::default();
        functions.visit_file(&file.syntax);
        for (name, lines) in functions.0 {
            if lines > MOST_LINES_OF_A_FUNCTION {
                complaints.push(format!("{}: `{name}` has {lines} lines", file.path.display()));
            }
        }
    }
    none(&complaints);
}

#[derive(Default)]
struct Functions(Vec<(String, usize)>);

impl Functions {
    fn note(&mut self, name: &syn::Ident, block: &syn::Block) {
        let LineColumn { line: first, .. } = block.span().start();
        self.0.push((name.to_string(), block.span().end().line - first + 1));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.note(&function.sig.ident, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.note(&function.sig.ident, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }
}

#[test]
fn a_layer_uses_itself_and_earlier_ones_only() {
    let layers = layers();
    let rank =
        |module: &str| layers.iter().position(|layer| Some(layer.as_str()) == module.split("::").next());
    let mut complaints = Vec::new();
    for file in files() {
        let Some(own) = rank(&file.module) else { continue };
        for used in uses(&file) {
            if rank(&used).is_some_and(|used| used > own) {
                complaints.push(format!("{} uses `{used}`, a later layer", file.path.display()));
            }
        }
    }
    assert!(layers.len() > 5, "lib.rs declares the layers");
    none(&complaints);
}

#[test]
fn only_source_and_cli_touch_the_disk() {
    let mut complaints = Vec::new();
    for file in files() {
        let layer = file.module.split("::").next().unwrap_or_default();
        if ["source", "cli", "main"].contains(&layer) {
            continue;
        }
        for forbidden in ["std::fs", "std::env", "std::process", "std::net"] {
            if file.text.contains(forbidden) {
                complaints.push(format!("{} uses {forbidden}", file.path.display()));
            }
        }
    }
    none(&complaints);
}

#[test]
fn expressions_of_ours_are_compiled_in_one_place() {
    // What rules bring along is compiled as it is written.
    let of_rules = ["extract::text", "rules::condition", "rules::pattern"];
    let elsewhere = |file: &File| {
        let module = file.module.as_str();
        module != "source::pattern" && !of_rules.contains(&module)
    };
    let compiles = |file: &File| {
        let calls = file.text.match_indices("Regex::new(");
        calls.into_iter().any(|(at, _)| !file.text[..at].ends_with("Lazy"))
    };
    let files = files();
    let complaints = files.iter().filter(|file| elsewhere(file) && compiles(file));
    let complaint =
        |file: &File| format!("{} compiles an expression; `source::pattern` does", file.path.display());
    none(&complaints.map(complaint).collect::<Vec<_>>());
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let files = files();
    let modules: BTreeSet<&str> = files.iter().map(|file| file.module.as_str()).collect();
    let reexports = reexports(&files, &modules);
    let mut graph: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in &files {
        for used in uses(file) {
            if let Some(target) = home(&used, &modules, &reexports)
                && target != file.module
            {
                graph.entry(&file.module).or_default().insert(target);
            }
        }
    }
    let circles: Vec<_> = graph.keys().filter_map(|start| circle(start, &graph)).collect();
    none(&circles);
}

/// The module in which a path's item is defined: through re-exports, else the longest module it begins with.
fn home<'m>(
    path: &str,
    modules: &BTreeSet<&'m str>,
    reexports: &BTreeMap<String, String>,
) -> Option<&'m str> {
    let mut path = path.to_owned();
    for _ in 0..8 {
        let parts: Vec<_> = path.split("::").collect();
        let longer = (1..=parts.len()).rev().find_map(|length| {
            let target = reexports.get(&parts[..length].join("::"))?;
            Some([&[target.as_str()], &parts[length..]].concat().join("::"))
        });
        match longer {
            Some(next) if next != path => path = next,
            _ => break,
        }
    }
    let parts: Vec<_> = path.split("::").collect();
    (1..=parts.len()).rev().find_map(|length| modules.get(parts[..length].join("::").as_str()).copied())
}

/// `pub use child::Name` in a module: `module::Name` → `module::child::Name`.
fn reexports(files: &[File], modules: &BTreeSet<&str>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for file in files {
        for item in &file.syntax.items {
            let syn::Item::Use(item) = item else { continue };
            if matches!(item.vis, syn::Visibility::Inherited) {
                continue;
            }
            for (path, name) in leaves(&item.tree) {
                let full = absolute(&path, &file.module);
                let own = format!("{}::{path}", file.module);
                let full = if modules.contains(parent(&own).as_str()) { own } else { full };
                let key = if file.module.is_empty() { name } else { format!("{}::{name}", file.module) };
                found.insert(key, full);
            }
        }
    }
    found
}

fn parent(path: &str) -> String {
    path.rsplit_once("::").map_or(String::new(), |(parent, _)| parent.to_owned())
}

/// Every path of this crate that a file names outside its tests, from the root of the crate; re-exports are no use.
fn uses(file: &File) -> BTreeSet<String> {
    let mut visitor = Paths { module: &file.module, found: BTreeSet::new() };
    visitor.visit_file(&file.syntax);
    visitor.found
}

struct Paths<'m> {
    module: &'m str,
    found: BTreeSet<String>,
}

impl Paths<'_> {
    fn note(&mut self, path: &str) {
        if path.starts_with("crate::") || path.starts_with("super::") {
            self.found.insert(absolute(path, self.module));
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = String::new();
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if path.is_empty() || path.ends_with("::") => {
                    path.push_str(&ident.to_string());
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => path.push(':'),
                TokenTree::Group(group) => {
                    self.note(&std::mem::take(&mut path));
                    self.tokens(group.stream());
                }
                TokenTree::Ident(ident) => {
                    self.note(&std::mem::replace(&mut path, ident.to_string()));
                }
                _ => self.note(&std::mem::take(&mut path)),
            }
        }
        self.note(&path);
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if matches!(item.vis, syn::Visibility::Inherited) {
            for (path, _) in leaves(&item.tree) {
                self.note(&path);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.note(&segments.join("::"));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.tokens(mac.tokens.clone());
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }
}

/// The paths of a `use`, each with the name it brings in.
fn leaves(tree: &syn::UseTree) -> Vec<(String, String)> {
    match tree {
        syn::UseTree::Path(path) => {
            let below = leaves(&path.tree).into_iter();
            below.map(|(rest, name)| (format!("{}::{rest}", path.ident), name)).collect()
        }
        syn::UseTree::Name(name) => vec![(name.ident.to_string(), name.ident.to_string())],
        syn::UseTree::Rename(rename) => vec![(rename.ident.to_string(), rename.rename.to_string())],
        syn::UseTree::Glob(_) => vec![("*".to_owned(), "*".to_owned())],
        syn::UseTree::Group(group) => group.items.iter().flat_map(leaves).collect(),
    }
}

/// A path from the root of the crate, without `crate`, `self` and `super`.
fn absolute(path: &str, module: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = path;
    if let Some(tail) = path.strip_prefix("crate::") {
        rest = tail;
    } else if path.starts_with("super::") {
        parts = module.split("::").collect();
        while let Some(tail) = rest.strip_prefix("super::") {
            parts.pop();
            rest = tail;
        }
    }
    parts.extend(rest.split("::").filter(|part| !part.is_empty() && *part != "*" && *part != "self"));
    parts.join("::")
}

/// The shortest way from a module back to itself, if there is one that begins at its first name in order.
fn circle(start: &str, graph: &BTreeMap<&str, BTreeSet<&str>>) -> Option<String> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = vec![start];
    while !queue.is_empty() {
        for from in std::mem::take(&mut queue) {
            for to in graph.get(from).into_iter().flatten() {
                if *to == start {
                    let mut way = vec![from];
                    while let Some(previous) = came_from.get(way[way.len() - 1]) {
                        way.push(previous);
                    }
                    way.reverse();
                    let smallest = way.iter().min().is_some_and(|smallest| *smallest == start);
                    return smallest.then(|| format!("{} → {start}", way.join(" → ")));
                }
                if !came_from.contains_key(to) {
                    came_from.insert(to, from);
                    queue.push(to);
                }
            }
        }
    }
    None
}

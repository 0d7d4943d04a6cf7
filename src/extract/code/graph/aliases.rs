//! Names that tools resolve by their own tables: aliases of bundlers, import maps of Deno, the customs of frameworks.

use rustc_hash::FxHashMap;

use crate::extract::packages::{above, join, resolve};
use crate::parse::Documents;
use crate::parse::node::{Node, Value};
use crate::source::{FileId, SourceFile, Span, Tree};

/// Where the aliases of a configuration stand in it.
const TABLES: &[&[&str]] = &[
    &["resolve", "alias"],
    &["alias"],
    &["kit", "alias"],
    &["vite", "resolve", "alias"],
    &["_moduleAliases"],
    &["webpack", "alias"],
    &["renderer", "resolve", "alias"],
    &["main", "resolve", "alias"],
    &["configureWebpack", "resolve", "alias"],
];

/// Names that frameworks know without being told, with the folders of a package they stand for.
const CUSTOMS: &[(&str, &[&str])] = &[
    ("$lib/", &["src/lib"]),
    ("~~/", &[""]),
    ("@@/", &[""]),
    ("~/", &["src", "app", ""]),
    ("@/", &["src", "app", ""]),
    ("#shared/", &["shared"]),
    ("#server/", &["server"]),
    ("src/", &["src"]),
    ("app/", &["app"]),
];

/// One table: names, or beginnings of names, with the paths they stand for.
#[derive(Debug, Default)]
struct Table {
    /// The name, and whether only it as a whole is meant.
    entries: Vec<(String, bool, Meaning)>,
}

/// What an alias stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A path relative to the root.
    Path(String),
    /// Another specifier: `npm:express@4`.
    Specifier(String),
}

/// The tables of all folders.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    dirs: FxHashMap<String, Table>,
}

impl Aliases {
    /// Reads the configurations of bundlers and the import maps of the tree.
    pub(super) fn read(tree: &Tree, documents: &Documents) -> Self {
        let mut aliases = Self::default();
        for (file, source) in tree.entries().filter(|(_, source)| !source.vendored && !source.test) {
            let Some(node) = documents.node(file) else { continue };
            let name = source.name();
            let table = if matches!(name, "deno.json" | "deno.jsonc" | "import_map.json" | "importmap.json") {
                import_map(source, node)
            } else if name == "package.json" || name.contains(".config.") || name.starts_with("webpack") {
                bundler(tree, file, source, node)
            } else {
                continue;
            };
            if !table.is_empty() {
                // A configuration that scripts name by its path speaks for the package around it.
                let dir = package_dir(tree, source).unwrap_or(source.dir());
                let known = aliases.dirs.entry(dir.to_owned()).or_default();
                known.entries.extend(table);
                known.entries.sort_by_key(|(name, ..)| std::cmp::Reverse(name.len()));
            }
        }
        aliases
    }

    /// Whether there is a table in this folder.
    pub(super) fn has(&self, dir: &str) -> bool {
        self.dirs.contains_key(dir)
    }

    /// What a specifier may stand for in a folder, the nearest table first.
    pub(super) fn candidates(&self, dir: &str, specifier: &str) -> Vec<Meaning> {
        let tables = above(dir).filter_map(|dir| self.dirs.get(dir));
        let fits = tables.flat_map(|table| {
            table.entries.iter().filter_map(|(name, whole, value)| {
                let rest = specifier.strip_prefix(name.as_str())?;
                let fits = rest.is_empty() || !whole && (name.ends_with('/') || rest.starts_with('/'));
                fits.then(|| value.with(rest))
            })
        });
        fits.collect()
    }
}

impl Meaning {
    fn with(&self, rest: &str) -> Self {
        match self {
            Self::Path(path) => {
                Self::Path(resolve(path, rest.trim_start_matches('/')).unwrap_or_else(|| path.clone()))
            }
            Self::Specifier(base) => Self::Specifier(format!("{base}{rest}")),
        }
    }
}

/// The paths that a specifier stands for by the custom of frameworks, in a package.
pub(super) fn customary(dir: &str, specifier: &str) -> Vec<String> {
    let fits = CUSTOMS.iter().filter_map(|(name, folders)| Some((specifier.strip_prefix(name)?, folders)));
    fits.flat_map(|(rest, folders)| folders.iter().map(move |folder| join(&join(dir, folder), rest)))
        .map(|path| path.trim_start_matches('/').to_owned())
        .collect()
}

/// `imports` of a Deno configuration, and those of its scopes.
fn import_map(source: &SourceFile, node: &Node) -> Vec<(String, bool, Meaning)> {
    let entries = node.get("imports").map_or(&[][..], Node::entries).iter();
    let entry = |entry: &crate::parse::node::Entry| {
        let text = entry.value.text()?;
        let value = if text.starts_with('.') || text.starts_with('/') {
            Meaning::Path(resolve(source.dir(), text)?)
        } else {
            Meaning::Specifier(text.to_owned())
        };
        Some((entry.key.clone(), false, value))
    };
    entries.filter_map(entry).collect()
}

/// The aliases of a bundler: an object of names, or a list of `{ find, replacement }`.
fn bundler(tree: &Tree, file: FileId, source: &SourceFile, node: &Node) -> Vec<(String, bool, Meaning)> {
    let mut found = Vec::new();
    for table in TABLES.iter().filter_map(|path| node.at(path)) {
        let pairs = table.entries().iter().map(|entry| (entry.key.as_str(), &entry.value));
        let list = table.items().iter();
        let listed = list.filter_map(|item| Some((item.get("find")?.text()?, item.get("replacement")?)));
        for (name, value) in pairs.chain(listed) {
            let whole = name.ends_with('$');
            let name = name.trim_end_matches('$').trim_end_matches("/*");
            let Some(path) = folder(tree, file, source, value) else { continue };
            found.push((name.to_owned(), whole, Meaning::Path(path)));
        }
    }
    found
}

/// The folder of the nearest manifest at or above a file.
fn package_dir<'s>(tree: &Tree, source: &'s SourceFile) -> Option<&'s str> {
    above(source.dir()).find(|dir| tree.by_path(&join(dir, "package.json")).is_some())
}

/// The path of an alias. What is computed is read as the texts in it: `path.resolve(__dirname, "src")` is `src`.
fn folder(tree: &Tree, file: FileId, source: &SourceFile, value: &Node) -> Option<String> {
    let written = match &value.value {
        Value::Text(text) => text.clone(),
        Value::Opaque => quoted(tree.text(file), value.span),
        _ => return None,
    };
    // Scripts run in the folder of the manifest.
    let from_root = || value.span.of(tree.text(file)).contains("process.cwd()");
    let base = match value.value {
        Value::Opaque if from_root() => package_dir(tree, source).unwrap_or_default(),
        _ => source.dir(),
    };
    let path = resolve(base, written.trim_end_matches("/*").trim_start_matches('/'))?;
    let there = tree.has_dir(&path) || path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    there.then_some(path)
}

/// The quoted texts of a span, joined as parts of a path.
fn quoted(text: &str, span: Span) -> String {
    let mut parts = Vec::new();
    let mut rest = span.of(text);
    while let Some(start) = rest.find(['"', '\'', '`']) {
        let quote = &rest[start..=start];
        let inner = &rest[start + 1..];
        let Some(end) = inner.find(quote) else { break };
        parts.push(inner[..end].to_owned());
        rest = &inner[end + 1..];
    }
    parts.join("/")
}

//! `paths`, `baseUrl` and `outDir` of the configurations of TypeScript.

use rustc_hash::FxHashMap;

use crate::extract::packages::{Packages, above, join, resolve};
use crate::parse::Documents;
use crate::parse::node::Node;
use crate::source::{FileId, Tree};

use super::runtime;

/// Configurations inherit this deep and no deeper: one may extend itself.
const DEEPEST: usize = 12;

/// What a configuration and those it inherits from say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Project {
    /// The folder that plain names begin from, relative to the root.
    pub(super) base: Option<String>,
    /// Patterns of names with at most one `*`, and the paths they stand for, relative to the root.
    pub(super) paths: Vec<(String, Vec<String>)>,
    /// The folder of what is compiled, relative to the root.
    pub(super) output: Option<String>,
}

/// The configurations of all folders.
#[derive(Debug, Default)]
pub(super) struct Projects {
    dirs: FxHashMap<String, Project>,
}

impl Projects {
    /// Reads every configuration of the tree.
    pub(super) fn read(tree: &Tree, documents: &Documents, packages: &Packages) -> Self {
        let reader = Reader { tree, documents, packages };
        let mut projects = Self::default();
        for (file, source) in tree.entries().filter(|(_, source)| !source.vendored) {
            let name = source.name();
            let named =
                name.starts_with("tsconfig") && source.extension() == "json" || name == "jsconfig.json";
            if !named {
                continue;
            }
            let own = reader.effective(file, DEEPEST);
            let known = projects.dirs.entry(source.dir().to_owned()).or_default();
            // `tsconfig.json` is the last of its folder by name but counts most: what it says comes first.
            let main = matches!(name, "tsconfig.json" | "jsconfig.json");
            let (first, second) =
                if main { (own, std::mem::take(known)) } else { (std::mem::take(known), own) };
            *known = first;
            known.base = known.base.take().or(second.base);
            known.output = known.output.take().or(second.output);
            known.paths.extend(second.paths);
            known.paths.dedup();
        }
        projects.dirs.retain(|_, project| *project != Project::default());
        projects
    }

    /// The configurations that may speak of a file in a folder, the nearest first.
    pub(super) fn around<'p>(&'p self, dir: &'p str) -> impl Iterator<Item = &'p Project> {
        above(dir).filter_map(|dir| self.dirs.get(dir))
    }

    /// Whether a configuration of this folder says anything.
    pub(super) fn has(&self, dir: &str) -> bool {
        self.dirs.contains_key(dir)
    }

    /// Folders of compiled code below a folder, relative to it.
    pub(super) fn outputs(&self, dir: &str) -> Vec<String> {
        let output = self.dirs.get(dir).and_then(|project| project.output.as_deref());
        let below = |output: &str| match dir {
            "" => Some(output.to_owned()),
            dir => Some(output.strip_prefix(dir)?.strip_prefix('/')?.to_owned()),
        };
        output.and_then(below).filter(|output| !output.is_empty()).into_iter().collect()
    }
}

impl Project {
    /// Whether a pattern of `paths` that does not fit everything fits a specifier.
    pub(super) fn names(&self, specifier: &str) -> bool {
        self.paths.iter().any(|(pattern, targets)| {
            let fits = !pattern.starts_with('*') && star(pattern, specifier).is_some();
            fits && !targets.iter().any(|target| target.contains("node_modules"))
        })
    }

    /// The paths a specifier may stand for, those of the most exact pattern only.
    pub(super) fn candidates(&self, specifier: &str) -> Vec<String> {
        let fits = self.paths.iter().filter_map(|(pattern, targets)| {
            let star = star(pattern, specifier)?;
            let length = pattern.find('*').unwrap_or(usize::MAX);
            Some((length, targets.iter().map(move |target| target.replace('*', star))))
        });
        let mut fits: Vec<_> = fits.collect();
        fits.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        fits.into_iter().flat_map(|(_, targets)| targets).collect()
    }
}

/// What stands for the `*` of a pattern where it fits a specifier; empty for a pattern without one.
fn star<'s>(pattern: &str, specifier: &'s str) -> Option<&'s str> {
    match pattern.split_once('*') {
        Some((before, after)) => specifier.strip_prefix(before)?.strip_suffix(after),
        None => (pattern == specifier).then_some(""),
    }
}

struct Reader<'r> {
    tree: &'r Tree,
    documents: &'r Documents,
    packages: &'r Packages,
}

impl Reader<'_> {
    fn effective(&self, file: FileId, left: usize) -> Project {
        let mut project = Project::default();
        let Some(node) = self.documents.node(file).filter(|_| left > 0) else { return project };
        for base in node.get("extends").map(Node::scalars).unwrap_or_default() {
            let Some(inherited) = self.base(file, &base).filter(|base| *base != file) else { continue };
            let inherited = self.effective(inherited, left - 1);
            project.base = inherited.base.or(project.base);
            project.output = inherited.output.or(project.output);
            if !inherited.paths.is_empty() {
                project.paths = inherited.paths;
            }
        }
        let Some(options) = node.get("compilerOptions") else { return project };
        let dir = self.tree.file(file).dir();
        let folder = |key: &str| {
            let path = options.get(key)?.text()?;
            resolve(dir, path.trim_start_matches("${configDir}/"))
        };
        project.base = folder("baseUrl").or(project.base);
        project.output = folder("outDir").or(project.output);
        if let Some(paths) = options.get("paths") {
            let from = folder("baseUrl").or_else(|| project.base.clone()).unwrap_or_else(|| dir.to_owned());
            let target = |path: &String| resolve(&from, path.trim_start_matches("${configDir}/"));
            let entries = paths.entries().iter();
            project.paths = entries
                .map(|entry| (entry.key.clone(), entry.value.scalars().iter().filter_map(target).collect()))
                .collect();
        }
        project
    }

    /// The file that `extends` names: a path, or a file of a package of this repository.
    fn base(&self, file: FileId, base: &str) -> Option<FileId> {
        let (dir, path) = if base.starts_with('.') {
            (self.tree.file(file).dir(), base)
        } else {
            let (name, path) = runtime::split(base);
            (self.packages.named(name)?.dir.as_str(), path)
        };
        let path = resolve(dir, path)?;
        let candidates = [path.clone(), format!("{path}.json"), join(&path, "tsconfig.json")];
        candidates
            .iter()
            .find_map(|path| self.tree.by_path(path))
            .filter(|file| self.documents.node(*file).is_some())
    }
}

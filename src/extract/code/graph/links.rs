//! What every module leads to: by its imports, by files it names, by folders it loads.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Target;
use super::patterns;
use super::resolve::Resolver;
use super::scan::{Named, Scan, scan};
use crate::extract::packages::resolve;
use crate::parse::Document;
use crate::parse::Documents;
use crate::parse::javascript::Module;
use crate::source::{FileId, FileKind, Tree, dealt};

/// What one file leads to.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// What each import leads to, in the order of the module's imports.
    pub(super) targets: Vec<Target>,
    /// Files that are loaded with it, each once.
    pub(super) runs: Vec<FileId>,
    /// Files of which only types are taken, each once.
    pub(super) types: Vec<FileId>,
    /// Files it names in a text, and so may load or start, each once.
    pub(super) names: Vec<FileId>,
    /// Files that it may load by a pattern or from a folder, each once.
    pub(super) may_load: Vec<FileId>,
    /// These are most likely read as texts, and not run.
    pub(super) only_reads: bool,
    /// It loads modules by names that are written nowhere: any of its package.
    pub(super) open: bool,
    /// It is code that could not be read: what it imports is told by its words.
    pub(super) unread: bool,
}

/// The links of every file, by its number.
pub(super) fn links(tree: &Tree, documents: &Documents, resolver: &Resolver<'_>) -> Vec<Links> {
    let ids: Vec<FileId> = documents.ids().collect();
    let modules: Vec<Option<(&Module, Scan<'_>)>> =
        dealt(&ids).map(|file| module(documents, *file).map(|module| (module, scan(module)))).collect();
    let shared = Shared::of(tree, resolver, &ids, &modules);
    let failed: FxHashSet<FileId> = documents.errors().map(|(file, _)| file).collect();
    let one = |(file, found): (&FileId, &Option<(&Module, Scan<'_>)>)| match found {
        Some((module, _)) if failed.contains(file) && module.all().nth(1).is_none() => {
            Links { unread: true, ..unparsed(tree, resolver, *file) }
        }
        Some((module, scan)) => {
            Linker { tree, documents, resolver, shared: &shared, file: *file }.link(module, scan)
        }
        None => unparsed(tree, resolver, *file),
    };
    dealt(&ids).zip(&modules).map(one).collect()
}

fn module(documents: &Documents, file: FileId) -> Option<&Module> {
    match documents.get(file)? {
        Document::JavaScript(script) => Some(&script.module),
        _ => None,
    }
}

/// What names of packages and aliases mean: the same in all files of a folder, and mostly of a package.
struct Shared<'m>(FxHashMap<(&'m str, &'m str), Target>);

impl<'m> Shared<'m> {
    fn of(
        tree: &'m Tree,
        resolver: &Resolver<'_>,
        ids: &[FileId],
        modules: &[Option<(&'m Module, Scan<'m>)>],
    ) -> Self {
        let mut asked: FxHashSet<(&str, &str)> = FxHashSet::default();
        for (file, found) in ids.iter().zip(modules) {
            let Some((module, _)) = found else { continue };
            let scope = resolver.scope(tree.file(*file).dir());
            let specifiers = module.imports.iter().map(|import| module.word(import.source));
            asked.extend(specifiers.filter(|one| !Resolver::is_relative(one)).map(|one| (scope, one)));
        }
        let asked: Vec<_> = asked.into_iter().collect();
        let told = asked.par_iter().map(|(scope, one)| ((*scope, *one), resolver.resolve(scope, one)));
        Self(told.collect())
    }
}

struct Linker<'l, 'r> {
    tree: &'r Tree,
    documents: &'r Documents,
    resolver: &'l Resolver<'r>,
    shared: &'l Shared<'l>,
    file: FileId,
}

impl Linker<'_, '_> {
    fn link(&self, module: &Module, scan: &Scan<'_>) -> Links {
        let dir = self.tree.file(self.file).dir();
        let scope = self.resolver.scope(dir);
        let mut links = Links::default();
        let mut run: FxHashSet<&str> = FxHashSet::default();
        for import in &module.imports {
            let specifier = module.word(import.source);
            let target = match self.shared.0.get(&(scope, specifier)) {
                Some(target) => target.clone(),
                None => self.resolver.resolve(dir, specifier),
            };
            if let Target::File(file) = target {
                if import.type_only {
                    links.types.push(file);
                } else {
                    links.runs.push(file);
                    run.insert(specifier);
                }
            }
            links.targets.push(target);
        }
        // Specifiers are texts as well.
        let others =
            scan.files.iter().filter(|named| !matches!(named, Named::Text(text) if run.contains(text)));
        links.names = others.filter_map(|named| self.named(dir, named)).collect();
        self.loads(dir, scan, &mut links);
        links.only_reads = scan.only_reads();
        for list in [&mut links.runs, &mut links.types, &mut links.names, &mut links.may_load] {
            list.sort_unstable();
            list.dedup();
            list.retain(|file| *file != self.file);
        }
        links
    }

    /// The file with code that a text means.
    fn named(&self, dir: &str, named: &Named<'_>) -> Option<FileId> {
        let text = match named {
            Named::Text(text) => *text,
            Named::Joined(text) => text.as_str(),
        };
        let plain = text.trim_start_matches('/');
        let own = resolve(dir, plain).and_then(|path| self.resolver.files.module(&path));
        let found = own.or_else(|| {
            let owner = self.resolver.owner(dir)?;
            self.resolver.files.built(&owner.dir, plain, &self.resolver.outputs(owner))
        });
        found.filter(|file| module(self.documents, *file).is_some())
    }

    /// Files that are loaded without being named.
    fn loads(&self, dir: &str, scan: &Scan<'_>, links: &mut Links) {
        let owner = self.resolver.owner(dir).map_or("", |owner| owner.dir.as_str());
        for glob in &scan.globs {
            links.may_load.extend(patterns::matching(self.tree, self.resolver, dir, glob));
        }
        let mut folders = Vec::new();
        let mut bare = false;
        for start in &scan.computed {
            match self.folder(dir, start) {
                Some(folder) => folders.push(folder),
                None => bare |= self.resolver.resolve(dir, start) == Target::Unknown || start.is_empty(),
            }
        }
        if scan.lists || bare {
            let named = scan.folders.iter().filter_map(|text| {
                let paths = [resolve(dir, text), resolve(owner, text.trim_start_matches('/'))];
                paths
                    .into_iter()
                    .flatten()
                    .find(|path| !path.is_empty() && path != owner && self.tree.has_dir(path))
            });
            let named: Vec<_> = named.collect();
            let own = scan.own_dir && !(bare && named.is_empty() && dir == owner);
            folders.extend(named.into_iter().chain(own.then(|| dir.to_owned())));
        }
        links.open = bare && folders.is_empty();
        for folder in folders {
            links.may_load.extend(patterns::below(self.tree, &folder));
        }
    }

    /// The folder that a computed specifier begins with: `./locales/` of `` `./locales/${name}.json` ``.
    fn folder(&self, dir: &str, start: &str) -> Option<String> {
        let whole = start.trim_end_matches(|c| c != '/');
        let relative = Resolver::is_relative(start);
        let candidates = if relative {
            vec![resolve(dir, start), resolve(dir, whole)]
        } else if whole.is_empty() {
            return None;
        } else {
            let paths = self.resolver.mapped_paths(dir, whole.trim_end_matches('/'));
            paths.into_iter().map(Some).collect()
        };
        candidates.into_iter().flatten().find(|path| self.tree.has_dir(path))
    }
}

/// What a file without a syntax tree imports: the quoted words behind `from`, `import` and `require`, and sources of scripts.
fn unparsed(tree: &Tree, resolver: &Resolver<'_>, file: FileId) -> Links {
    let source = tree.file(file);
    let pages = matches!(source.extension(), "mdx" | "html" | "ejs" | "hbs" | "coffee");
    let scripts = source.kind.is_ecmascript()
        || matches!(source.kind, FileKind::Vue | FileKind::Svelte | FileKind::Astro);
    let mut links = Links::default();
    if source.vendored || !(pages || scripts) {
        return links;
    }
    for specifier in patterns::specifiers(tree.text(file)) {
        if let Target::File(target) = resolver.resolve(source.dir(), specifier) {
            links.runs.push(target);
        } else if source.kind == FileKind::Html
            && let Some(target) = resolve(source.dir(), specifier).and_then(|path| resolver.files.file(&path))
        {
            links.runs.push(target);
        }
    }
    links.runs.sort_unstable();
    links.runs.dedup();
    links.runs.retain(|target| *target != file);
    if source.name().ends_with(".d.ts") {
        // Declarations load nothing; what they list may be loaded by its name, as components of templates are.
        links.may_load = std::mem::take(&mut links.runs);
        links.only_reads = true;
    }
    links
}

//! Schemas of Drizzle: the configuration names modules, and every table that these export is declared.

mod columns;
mod indexes;
mod names;
mod reader;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use globset::GlobBuilder;

use super::{Declared, repeated};
use crate::extract::Context;
use crate::extract::code::{Code, Site, Target};
use crate::extract::migrations::{Dialect, Set, dialect_of};
use crate::extract::packages::{join, resolve};
use crate::parse::javascript::{ExportTarget, Imported};
use crate::parse::node::Node;
use crate::source::{FileId, FileKind, Place, SourceFile};
use names::Casing;
use reader::Reader;

/// A configuration: `drizzle.config.ts`.
struct Config<'c> {
    file: FileId,
    source: &'c SourceFile,
    node: &'c Node,
}

/// What each configuration declares.
pub(super) fn declared(context: &Context<'_>, sets: &[Set]) -> Vec<Declared> {
    let named = |source: &SourceFile| {
        let stem = source.stem();
        stem.starts_with("drizzle") && stem.ends_with(".config") && !source.is_aside()
    };
    let files = context.tree.entries().filter(|(_, source)| named(source));
    let configs =
        files.filter_map(|(file, source)| Some(Config { file, source, node: context.documents.node(file)? }));
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for config in configs {
        let set = config.set(sets);
        // Of several configurations for the same migrations the others name other databases.
        if set.is_none_or(|number| taken.insert(number)) {
            found.extend(config.read(context, sets, set));
        }
    }
    found
}

impl Config<'_> {
    /// The migrations that are made from its schema.
    fn set(&self, sets: &[Set]) -> Option<usize> {
        let out = match self.node.get("out") {
            Some(out) => resolve(self.source.dir(), out.text()?)?,
            None => join(self.source.dir(), "drizzle"),
        };
        let fits = |set: &&Set| {
            let known = |dialect: Dialect| dialect != Dialect::Unknown;
            set.directory == out
                && (set.dialect == self.dialect() || !known(self.dialect()) || !known(set.dialect))
        };
        sets.iter().position(|set| fits(&set))
    }

    fn dialect(&self) -> Dialect {
        let named = ["dialect", "driver"].iter().find_map(|key| self.node.get(key)?.text());
        named.map(dialect_of).unwrap_or_default()
    }

    /// What is declared; nothing where no module is named that is there.
    fn read(&self, context: &Context<'_>, sets: &[Set], set: Option<usize>) -> Option<Declared> {
        let schema = self.node.get("schema")?;
        let files: BTreeSet<FileId> =
            schema.scalars().iter().flat_map(|path| self.files(context, path)).collect();
        let code = &context.code;
        let mut sites = Vec::new();
        let mut seen = BTreeSet::new();
        for file in files {
            exported(code, file, &mut seen, &mut sites);
        }
        let casing = Casing::of(self.node.get("casing"));
        let reader = Reader { code, casing, dialect: self.dialect() };
        let made: BTreeSet<Site> = sites.into_iter().filter_map(|site| reader.made(site)).collect();
        let tables: Vec<_> = made.iter().filter_map(|site| reader.table(*site)).collect();
        if tables.is_empty() {
            return None;
        }
        let full = tables.iter().map(|table| [table.schema.as_deref().unwrap_or(""), &table.name].join("."));
        let full: Vec<String> = full.collect();
        let twice = repeated(full.iter().map(String::as_str));
        let others = || {
            let tool = set.and_then(|number| sets.get(number)).map(|set| set.tool);
            let own = tool.is_none_or(|tool| matches!(tool, "drizzle" | "supabase"));
            (!own).then(|| {
                "the migrations have no journal of Drizzle: it may push what they do not make".to_owned()
            })
        };
        Some(Declared {
            tool: "drizzle",
            place: Place { file: self.file, span: schema.span },
            set,
            enums: made.iter().filter_map(|site| reader.listed(*site)).collect(),
            without_keys: false,
            own_steps: false,
            unsure: twice
                .map(|name| format!("the table `{}` is declared twice", name.trim_matches('.')))
                .or_else(others),
            tables,
        })
    }

    /// The modules that a path, a folder or a pattern means. The tool looks from where it is run, which is the folder of
    /// the configuration or that of the package.
    fn files(&self, context: &Context<'_>, path: &str) -> Vec<FileId> {
        let package = context.packages.dir_of(&self.source.path);
        let from = [self.source.dir(), package, ""];
        let found =
            from.iter().map(|dir| resolve(dir, path).map_or_else(Vec::new, |path| matching(context, &path)));
        found.into_iter().find(|files| !files.is_empty()).unwrap_or_default()
    }
}

/// The modules at a path of the tree, right in a folder, or that a pattern fits.
fn matching(context: &Context<'_>, path: &str) -> Vec<FileId> {
    let tree = context.tree;
    if let Some(file) = tree.by_path(path) {
        return vec![file];
    }
    let is_module = |source: &SourceFile| {
        matches!(source.kind, FileKind::TypeScript | FileKind::JavaScript) && !source.test
    };
    let star = path.find(['*', '{', '?', '[']);
    let folder = match star {
        Some(star) => path[..star].rsplit_once('/').map_or("", |(folder, _)| folder),
        None => path,
    };
    if !tree.has_dir(folder) {
        return Vec::new();
    }
    let pattern = star.and_then(|_| GlobBuilder::new(path).literal_separator(true).build().ok());
    let matcher = pattern.map(|pattern| pattern.compile_matcher());
    let fits = |source: &SourceFile| match &matcher {
        // A pattern may fit a folder, of which each file is taken.
        Some(matcher) => matcher.is_match(&source.path) || matcher.is_match(source.dir()),
        None => source.dir() == path,
    };
    let files = tree.below(folder).iter().filter(|source| is_module(source) && fits(source));
    files.filter_map(|source| tree.by_path(&source.path)).collect()
}

/// The values that a module exports under a name, those of modules that it passes on among them.
fn exported(code: &Code<'_>, file: FileId, seen: &mut BTreeSet<FileId>, found: &mut Vec<Site>) {
    let Some(module) = code.module(file).filter(|_| seen.insert(file)) else { return };
    for export in &module.exports {
        match export.target {
            ExportTarget::All(import) => {
                if let Target::File(other) = code.graph.target(file, import) {
                    exported(code, *other, seen, found);
                }
            }
            ExportTarget::From(import, Imported::Named(word)) => {
                if let Target::File(other) = code.graph.target(file, import) {
                    found.extend(export_of(code, *other, module.word(word), 0));
                }
            }
            ExportTarget::Binding(binding) => {
                let binding = module.bindings.get(binding.0 as usize);
                found.extend(binding.map(|binding| Site { file, node: binding.declared }));
            }
            ExportTarget::Value(node) => found.push(Site { file, node }),
            ExportTarget::From(..) => {}
        }
    }
}

/// What a module exports under this name.
fn export_of(code: &Code<'_>, file: FileId, name: &str, depth: u8) -> Option<Site> {
    const DEEPEST: u8 = 8;
    let module = code.module(file).filter(|_| depth < DEEPEST)?;
    let within = |import, name: &str| match code.graph.target(file, import) {
        Target::File(other) => export_of(code, *other, name, depth + 1),
        _ => None,
    };
    module.exports.iter().find_map(|export| match export.target {
        ExportTarget::All(import) => within(import, name),
        _ if module.word(export.name) != name => None,
        ExportTarget::From(import, Imported::Named(word)) => within(import, module.word(word)),
        ExportTarget::Binding(binding) => {
            let binding = module.bindings.get(binding.0 as usize)?;
            Some(Site { file, node: binding.declared })
        }
        ExportTarget::Value(node) => Some(Site { file, node }),
        ExportTarget::From(..) => None,
    })
}

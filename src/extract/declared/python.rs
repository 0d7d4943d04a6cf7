//! The classes of a project in Python, and what names of its modules mean.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::extract::Context;
use crate::extract::migrations::python::{self, Class};
use crate::source::{FileId, FileKind, SourceFile, folder_of};

/// A module.
pub(super) struct Module<'c> {
    pub(super) file: FileId,
    pub(super) path: &'c str,
    pub(super) text: &'c str,
    pub(super) classes: Vec<Class<'c>>,
    imports: Vec<(&'c str, String)>,
}

impl<'c> Module<'c> {
    /// Its name, that of its folder for `__init__.py`.
    pub(super) fn name(&self) -> &'c str {
        let path = self.path.trim_end_matches(".py").trim_end_matches("/__init__");
        path.rsplit('/').next().unwrap_or(path)
    }

    /// The parts of the names of all that it imports.
    pub(super) fn said(&self) -> impl Iterator<Item = &str> {
        self.imports.iter().flat_map(|(_, full)| full.split('.'))
    }
}

/// A class: the numbers of its module and of the class in that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ClassId {
    pub(super) module: usize,
    class: usize,
}

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// A class of the project.
    Class(ClassId),
    /// Something of a package, by its full name: `django.db.models.Model`.
    External(String),
    /// It cannot be told.
    Unknown,
}

/// The modules below a folder.
pub(super) struct Project<'c> {
    pub(super) modules: Vec<Module<'c>>,
    by_name: FxHashMap<&'c str, Vec<ClassId>>,
    /// The names of folders and modules.
    parts: FxHashSet<&'c str>,
}

impl<'c> Project<'c> {
    /// Reads the modules below a folder that are no tests, examples or migrations.
    pub(super) fn of(context: &'c Context<'_>, dir: &str) -> Self {
        let migrates = |source: &SourceFile| {
            source.name() != "env.py"
                && source.dir().split('/').any(|part| matches!(part, "migrations" | "versions"))
        };
        let read =
            |source: &&SourceFile| source.kind == FileKind::Python && !source.is_aside() && !migrates(source);
        let module = |source: &'c SourceFile| {
            let file = context.tree.by_path(&source.path)?;
            let text = context.tree.text(file);
            let classes = python::classes(text);
            Some(Module { file, path: &source.path, text, imports: python::imports(text), classes })
        };
        let sources = context.tree.below(dir).iter().filter(read);
        let modules: Vec<Module<'c>> = sources.filter_map(module).collect();
        let mut by_name: FxHashMap<&str, Vec<ClassId>> = FxHashMap::default();
        for (number, module) in modules.iter().enumerate() {
            for (class, own) in module.classes.iter().enumerate() {
                by_name.entry(own.name).or_default().push(ClassId { module: number, class });
            }
        }
        let parts =
            modules.iter().flat_map(|module| module.path.trim_end_matches(".py").split('/')).collect();
        Self { modules, by_name, parts }
    }

    /// Every class, in the order of files.
    pub(super) fn classes(&self) -> impl Iterator<Item = (ClassId, &Class<'c>)> {
        let of = |(number, module): (usize, &'_ Module<'c>)| (number, module.classes.len());
        let ids = self.modules.iter().enumerate().map(of);
        let ids = ids.flat_map(|(module, length)| (0..length).map(move |class| ClassId { module, class }));
        ids.filter_map(|id| Some((id, self.class(id)?)))
    }

    pub(super) fn module(&self, id: ClassId) -> Option<&Module<'c>> {
        self.modules.get(id.module)
    }

    pub(super) fn class(&self, id: ClassId) -> Option<&Class<'c>> {
        self.module(id)?.classes.get(id.class)
    }

    /// What a name, or a path of names, means in a module.
    pub(super) fn named(&self, module: usize, path: &str) -> Named {
        let Some(own) = self.modules.get(module) else { return Named::Unknown };
        let (head, rest) = path.split_once('.').unwrap_or((path, ""));
        if rest.is_empty()
            && let Some(class) = own.classes.iter().position(|class| class.name == head)
        {
            return Named::Class(ClassId { module, class });
        }
        let Some((_, full)) = own.imports.iter().rev().find(|(name, _)| *name == head) else {
            // `from .base import *` may bring it.
            let alone = self.by_name.get(path).filter(|_| own.imports.iter().any(|(name, _)| *name == "*"));
            return match alone.map(Vec::as_slice) {
                Some([class]) => Named::Class(*class),
                _ => Named::Unknown,
            };
        };
        let full = if rest.is_empty() { full.clone() } else { format!("{full}.{rest}") };
        let Some((of, name)) = full.rsplit_once('.') else { return Named::External(full) };
        let found = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let within = |exact: bool| {
            let fits =
                |id: &&ClassId| self.module(**id).is_some_and(|other| fits(own.path, of, other.path, exact));
            found.iter().filter(fits).collect::<Vec<_>>()
        };
        // A package passes on what its modules have.
        for exact in [true, false] {
            match within(exact)[..] {
                [class] => return Named::Class(*class),
                [] => {}
                _ => return Named::Unknown,
            }
        }
        if self.has(own.path, of) { Named::Unknown } else { Named::External(full) }
    }

    /// Whether a module that a file names is one of the project.
    fn has(&self, from: &str, module: &str) -> bool {
        let mut parts = module.split('.').filter(|part| !part.is_empty());
        module.starts_with('.')
            || parts.all(|part| self.parts.contains(part))
                && self.modules.iter().any(|other| {
                    fits(from, module, other.path, true) || fits(from, module, other.path, false)
                })
    }
}

/// Whether the module that a file names is another file, or, where not `exact`, a package around that.
fn fits(from: &str, module: &str, path: &str, exact: bool) -> bool {
    let path = path.trim_end_matches(".py").trim_end_matches("/__init__");
    let dots = module.len() - module.trim_start_matches('.').len();
    let named = module.trim_start_matches('.').replace('.', "/");
    if dots > 0 {
        let up = (1..dots).fold(folder_of(from), |dir, _| folder_of(dir));
        let full = [up, &named].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
        return path == full
            || !exact && path.strip_prefix(full.as_str()).is_some_and(|rest| rest.starts_with('/'));
    }
    let padded = format!("/{path}/");
    if exact { padded.ends_with(&format!("/{named}/")) } else { padded.contains(&format!("/{named}/")) }
}

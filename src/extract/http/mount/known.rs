//! What is looked up again and again: calls by name, uses of names, modules.

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use crate::extract::code::{Code, Site, Target};
use crate::parse::javascript::{BindingId, Bound, FunctionForm, ImportId, Imported, Kind, Module, NodeId};
use crate::source::FileId;

/// Indexes over modules, each made when it is first asked.
pub(super) struct Known<'c> {
    code: &'c Code<'c>,
    modules: FxHashMap<FileId, (&'c Module, OnceCell<Calls<'c>>)>,
}

/// Calls by what they are written with.
#[derive(Default)]
struct Calls<'c> {
    /// By the last name of what is called.
    by_name: FxHashMap<&'c str, Vec<Site>>,
    /// By the file whose default export is called.
    by_file: FxHashMap<FileId, Vec<Site>>,
}

impl<'c> Known<'c> {
    pub(super) fn new(code: &'c Code<'c>) -> Self {
        let modules = code.modules().map(|(file, module)| (file, (module, OnceCell::new())));
        Self { code, modules: modules.collect() }
    }

    /// A module that a site stands in.
    pub(super) fn module(&self, file: FileId) -> &'c Module {
        static NONE: std::sync::LazyLock<Module> = std::sync::LazyLock::new(Module::default);
        self.modules.get(&file).map_or(&NONE, |(module, _)| module)
    }

    /// Every module, in the order of paths.
    pub(super) fn modules(&self) -> impl Iterator<Item = (FileId, &'c Module)> {
        self.code.modules()
    }

    /// Whether a function is a method of a class.
    pub(super) fn method(&self, function: Site) -> bool {
        let module = self.module(function.file);
        module
            .parent(function.node)
            .is_some_and(|node| matches!(module.kind(node), Kind::Method(_) | Kind::Field(_)))
    }

    /// Whether a name is one that a function is handed something by.
    pub(super) fn handed(&self, file: FileId, binding: BindingId) -> bool {
        let bound = self.module(file).bindings[binding.0 as usize].bound;
        matches!(bound, Bound::Parameter(..) | Bound::ParameterPart(..))
    }

    /// Calls that may be of this function, by its name or that of its class, or by its file.
    pub(super) fn calls_by_name(&self, function: Site) -> Vec<Site> {
        let module = self.module(function.file);
        let Some(found) = module.function(function.node) else { return Vec::new() };
        let name = match found.form {
            FunctionForm::Constructor => {
                let class = module.class_around(function.node);
                class.and_then(|class| name_of(module, class)).unwrap_or_default()
            }
            _ => module.word(found.name),
        };
        let mut all: Vec<Site> = Vec::new();
        for (file, (module, calls)) in self.modules.iter().filter(|(_, (module, _))| module.may_say(name)) {
            let calls = calls.get_or_init(|| self.index(*file, module));
            all.extend(calls.by_name.get(name).filter(|_| !name.is_empty()).into_iter().flatten());
        }
        for file in self.code.graph.importers(function.file) {
            let Some((module, calls)) = self.modules.get(file) else { continue };
            let calls = calls.get_or_init(|| self.index(*file, module));
            all.extend(calls.by_file.get(&function.file).into_iter().flatten());
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn index(&self, file: FileId, module: &'c Module) -> Calls<'c> {
        let mut calls = Calls::default();
        for node in module.calls() {
            let site = Site { file, node };
            let Some(callee) = module.callee(node) else { continue };
            if let Some(import) = default_import(module, callee)
                && let Target::File(target) = self.code.graph.target(file, import)
            {
                calls.by_file.entry(*target).or_default().push(site);
            } else if let Some(name) = module.last_name(callee) {
                calls.by_name.entry(name).or_default().push(site);
            }
        }
        calls
    }
}

/// The import whose default is called: `require("./routes")(app)`, `routes(app)`.
fn default_import(module: &Module, callee: NodeId) -> Option<ImportId> {
    match module.kind(module.awaited(callee)) {
        Kind::Import(import) => Some(import),
        Kind::Name(_, Some(binding)) => match module.bindings[binding.0 as usize].bound {
            Bound::Import(import, Imported::Default | Imported::All) => Some(import),
            _ => None,
        },
        _ => None,
    }
}

fn name_of(module: &Module, class: NodeId) -> Option<&str> {
    let binding = module.bindings.iter().find(|binding| binding.bound == Bound::Value(class))?;
    Some(module.word(binding.name))
}

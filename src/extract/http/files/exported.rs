//! What a module gives to others, followed through re-exports.

use crate::extract::code::{Code, Site, Target};
use crate::parse::javascript::{ExportTarget, ImportId, Imported, Kind, Module, NodeId};
use crate::source::FileId;

/// How many re-exports are followed.
const MAX_STEPS: usize = 16;

/// Something that a module exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Exported {
    /// Where the module exports it.
    pub site: Site,
    /// The value, perhaps in another module; none where a package gives it.
    pub value: Option<Site>,
    /// The package that gives it and the name there, `default` among them.
    pub package: Option<(String, String)>,
}

/// What a module exports under a name.
pub(in crate::extract) fn exported(code: &Code<'_>, file: FileId, name: &str) -> Option<Exported> {
    follow(code, file, name, 0)
}

/// The names a module exports, those of modules it hands on among them; `default` too.
pub(in crate::extract) fn named(code: &Code<'_>, file: FileId) -> Vec<String> {
    let mut names = Vec::new();
    collect(code, file, &mut names, 0);
    names
}

fn collect(code: &Code<'_>, file: FileId, names: &mut Vec<String>, depth: usize) {
    let Some(module) = code.module(file).filter(|_| depth < MAX_STEPS) else { return };
    for export in &module.exports {
        match export.target {
            ExportTarget::All(import) if module.word(export.name).is_empty() => {
                if let Target::File(next) = code.graph.target(file, import) {
                    let before = names.len();
                    collect(code, *next, names, depth + 1);
                    // `export *` leaves the default out.
                    let handed: Vec<_> = names.drain(before..).filter(|name| name != "default").collect();
                    names.extend(handed);
                }
            }
            _ => {
                let name = module.word(export.name).to_owned();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
}

fn follow(code: &Code<'_>, file: FileId, name: &str, depth: usize) -> Option<Exported> {
    let module = code.module(file).filter(|_| depth < MAX_STEPS)?;
    let here = |node| Site { file, node };
    let own = module.exports.iter().find(|export| module.word(export.name) == name);
    let Some(export) = own else {
        let handed = module.exports.iter().filter_map(|export| match export.target {
            ExportTarget::All(import) if name != "default" && module.word(export.name).is_empty() => {
                Some(import)
            }
            _ => None,
        });
        return handed.into_iter().find_map(|import| {
            let found = through(code, file, module, import, name, depth)?;
            found.value.is_some().then_some(found)
        });
    };
    match export.target {
        ExportTarget::Value(node) => {
            Some(Exported { site: here(node), value: Some(here(node)), package: None })
        }
        ExportTarget::Binding(binding) => {
            let binding = &module.bindings[binding.0 as usize];
            let node = binding.declared;
            // What is imported and exported again is followed like a re-export.
            if let crate::parse::javascript::Bound::Import(import, imported) = binding.bound {
                let name = imported_name(module, imported)?;
                let found = through(code, file, module, import, name, depth)?;
                return Some(Exported { site: here(node), ..found });
            }
            Some(Exported { site: here(node), value: Some(here(node)), package: None })
        }
        ExportTarget::From(import, imported) => {
            through(code, file, module, import, imported_name(module, imported)?, depth)
        }
        ExportTarget::All(_) => None,
    }
}

fn imported_name(module: &Module, imported: Imported) -> Option<&str> {
    match imported {
        Imported::Default => Some("default"),
        Imported::Named(word) => Some(module.word(word)),
        Imported::All => None,
    }
}

/// What another module exports, as something that this one hands on.
fn through(
    code: &Code<'_>,
    file: FileId,
    module: &Module,
    import: ImportId,
    name: &str,
    depth: usize,
) -> Option<Exported> {
    let site = Site { file, node: statement(module, import) };
    match code.graph.target(file, import) {
        Target::File(next) => {
            let found = follow(code, *next, name, depth + 1)?;
            Some(Exported { site, ..found })
        }
        Target::Package(package, path) => {
            let package = if path.is_empty() { package.clone() } else { format!("{package}/{path}") };
            Some(Exported { site, value: None, package: Some((package, name.to_owned())) })
        }
        Target::Runtime(_) | Target::Unknown => Some(Exported { site, value: None, package: None }),
    }
}

/// The statement of an import.
fn statement(module: &Module, import: ImportId) -> NodeId {
    let is_it = |node: &NodeId| module.kind(*node) == Kind::ImportStatement(import);
    module.children(module.root()).find(is_it).unwrap_or(module.root())
}

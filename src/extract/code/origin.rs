//! What a value is: something of a package, of the language, or of this repository.

mod members;

use compact_str::{CompactString, ToCompactString, format_compact};

use super::scope::Given;
use super::{Code, Site, Target};
use crate::parse::javascript::{
    BindingId, Bound, ExportTarget, ImportForm, ImportId, Imported, Kind, Module, NodeId, Operator, Word,
};
use crate::source::FileId;

/// How many steps are followed: names, imports and members can lead in circles.
const MAX_STEPS: u8 = 24;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Something of a package: its name, and the path of names and calls that leads to the value. The package itself
    /// and its default export are the empty path; `express.Router().get` is `express` and `Router().get`;
    /// `new PrismaClient().user` is `@prisma/client` and `PrismaClient().user`. A path within a package is a part of
    /// its name: `hono/cors`. A module of the runtime is the package `node:fs`.
    External {
        /// The name of the package.
        package: String,
        /// The path.
        path: String,
    },
    /// Something of the language or the platform: `fetch`, `process.env.PORT`, `Deno.serve`.
    Global(String),
    /// A value of this repository: a function, a class, an object, a call of local code. An instance is its class.
    Local(Site),
    /// It cannot be told: a parameter, something computed.
    Unknown,
}

/// A value while it is followed.
#[derive(Debug, Clone)]
pub(super) struct Value {
    /// What it is.
    pub(super) what: What,
    /// The node that makes it.
    pub(super) at: Site,
}

/// What a value is, as far as members of it can be looked up.
#[derive(Debug, Clone)]
pub(super) enum What {
    // Nearly all names and paths are short enough to be kept in place.
    External(CompactString, CompactString),
    Global(CompactString),
    /// The value that stands there.
    Local,
    /// An instance of the class that stands there.
    Instance(Site),
    /// All exports of a module.
    Namespace(FileId),
    Unknown,
}

impl Code<'_> {
    /// Where a value comes from, through names, imports, exports, members of local objects, classes and instances.
    pub fn origin(&self, site: Site) -> Origin {
        let value = self.settled_value(site);
        match value.what {
            What::External(package, path) => {
                Origin::External { package: package.into_string(), path: path.into_string() }
            }
            What::Global(name) => Origin::Global(name.into_string()),
            What::Local | What::Namespace(_) => Origin::Local(value.at),
            What::Instance(class) => Origin::Local(class),
            What::Unknown => Origin::Unknown,
        }
    }

    /// Where what is called comes from, where the site is a call.
    pub fn callee(&self, site: Site) -> Origin {
        let callee = self.module(site.file).and_then(|module| module.callee(site.node));
        callee.map_or(Origin::Unknown, |node| self.origin(Site { file: site.file, node }))
    }

    /// The node that makes the value: names and imports are followed to the call, function, class or literal behind
    /// them; a parameter is where it is declared. Two sites are the same value when this is the same.
    pub fn definition(&self, site: Site) -> Site {
        self.settled_value(site).at
    }

    /// What a site stands for, with the node that makes it.
    pub(super) fn settled_value(&self, site: Site) -> Value {
        let found = self.module(site.file).and_then(|module| self.called_value(site, module));
        found.map_or_else(|| self.settled(self.value(site, 0), 0), Value::clone)
    }

    /// What is called, where the site is that of a call.
    fn called_value(&self, callee: Site, module: &Module) -> Option<&Value> {
        let call = module.parent(callee.node)?;
        if module.child(call, 0) != Some(callee.node) {
            return None;
        }
        let number = module.call_number(call)?;
        self.callees(callee.file, module)?.get(number)
    }

    /// What every call of a module calls, in the order of its calls.
    fn callees(&self, file: FileId, module: &Module) -> Option<&[Value]> {
        let all = || {
            // Of a chain of calls the first stands innermost and so last: each goes on from what was found for it.
            let mut behind: Vec<Value> = Vec::new();
            for call in module.calls().rev() {
                let value = match module.child(call, 0) {
                    Some(node) => self.settled(self.chained(Site { file, node }, module, &behind), 0),
                    None => Value { what: What::Unknown, at: Site { file, node: call } },
                };
                behind.push(value);
            }
            behind.reverse();
            behind.into_boxed_slice()
        };
        Some(self.callees.get(file.0 as usize)?.get_or_init(all))
    }

    /// What is called, where that of the calls behind it is known, the last one first: `b` of `a().b()` is a member of
    /// what `a()` gives.
    fn chained(&self, callee: Site, module: &Module, behind: &[Value]) -> Value {
        let known = || {
            let Kind::Member(word) = module.kind(callee.node) else { return None };
            let object = Site { file: callee.file, node: module.child(callee.node, 0)? };
            let after = module.calls().len() - 1 - module.call_number(object.node)?;
            let whole = self.called(object, behind.get(after)?.clone(), 1);
            Some(self.member(&whole, module.word(word), callee, 1))
        };
        known().unwrap_or_else(|| self.value(callee, 0))
    }

    /// A module that is used as a value is what it exports by default, where it does.
    fn settled(&self, value: Value, steps: u8) -> Value {
        match value.what {
            What::Namespace(file) => self.export(file, "default", steps + 1).unwrap_or(value),
            _ => value,
        }
    }

    pub(super) fn value(&self, site: Site, steps: u8) -> Value {
        let unknown = Value { what: What::Unknown, at: site };
        let (Some(module), true) = (self.module(site.file), steps < MAX_STEPS) else { return unknown };
        let follow = |node: Option<NodeId>| match node {
            Some(node) => self.value(Site { file: site.file, node }, steps + 1),
            None => unknown.clone(),
        };
        match module.kind(site.node) {
            Kind::Name(word, None) => self.undeclared(site, module.word(word), steps + 1),
            Kind::Name(_, Some(binding)) | Kind::Type(_, Some(binding)) | Kind::Element(_, Some(binding)) => {
                self.bound(site, binding, steps + 1)
            }
            Kind::Member(word) => {
                let object = follow(module.child(site.node, 0));
                self.member(&object, module.word(word), site, steps + 1)
            }
            Kind::Call | Kind::New => self.called(site, follow(module.child(site.node, 0)), steps),
            Kind::Import(import) => self.imported(site, import, Imported::All, steps + 1),
            Kind::Await => follow(module.child(site.node, 0)),
            Kind::Sequence => follow(module.children(site.node).last()),
            Kind::Assign(Operator::Assign) => follow(module.child(site.node, 1)),
            Kind::Logical(_) | Kind::Assign(Operator::Or | Operator::Coalesce) => {
                self.first_known([1, 0].map(|index| module.child(site.node, index)), follow)
            }
            Kind::Conditional => self.first_known([1, 2].map(|index| module.child(site.node, index)), follow),
            Kind::This => self.this(site),
            Kind::Index | Kind::Super | Kind::Other | Kind::Spread | Kind::Type(..) => unknown,
            _ => Value { what: What::Local, at: site },
        }
    }

    /// What a name stands for that nothing in its module declares.
    fn undeclared(&self, site: Site, name: &str, steps: u8) -> Value {
        let given = match self.scope.given(site.file, name) {
            Some(Given::Export(file)) => self.export(file, name, steps),
            Some(Given::Package(package)) => {
                Some(Value { what: What::External(package.into(), name.into()), at: site })
            }
            None => None,
        };
        given.unwrap_or_else(|| Value { what: What::Global(name.into()), at: site })
    }

    /// The first of two alternatives that is more than a global or nothing.
    fn first_known(&self, nodes: [Option<NodeId>; 2], follow: impl Fn(Option<NodeId>) -> Value) -> Value {
        let [first, second] = nodes;
        let first = follow(first);
        match first.what {
            What::Unknown | What::Global(_) => follow(second),
            What::Local if self.is_nothing(first.at) => follow(second),
            _ => first,
        }
    }

    fn is_nothing(&self, site: Site) -> bool {
        self.module(site.file).is_some_and(|module| matches!(module.kind(site.node), Kind::Null | Kind::Hole))
    }

    /// The result of a call. That of local code stands for itself: its members are looked up in what it returns.
    fn called(&self, site: Site, callee: Value, steps: u8) -> Value {
        let is_new = self.module(site.file).is_some_and(|module| module.kind(site.node) == Kind::New);
        let callee = self.settled(callee, steps + 1);
        if let Some(made) = self.promised(site, &callee) {
            return self.value(made, steps + 1);
        }
        let what = match callee.what {
            What::External(package, path) => What::External(package, path + "()"),
            What::Global(name) => What::Global(name + "()"),
            What::Local if is_new => What::Instance(callee.at),
            // The mixin that gives `app.bind(x)` is what it binds.
            What::Instance(class) if !is_new => What::Instance(class),
            _ => What::Local,
        };
        Value { what, at: site }
    }

    /// What `promisify` is given: it does the same, and gives a promise.
    fn promised(&self, call: Site, callee: &Value) -> Option<Site> {
        let What::External(package, path) = &callee.what else { return None };
        let node = self.module(call.file)?.argument(call.node, 0);
        node.filter(|_| package == "node:util" && path == "promisify")
            .map(|node| Site { file: call.file, node })
    }

    /// What a name stands for.
    fn bound(&self, site: Site, id: BindingId, steps: u8) -> Value {
        let unknown = Value { what: What::Unknown, at: site };
        let (Some(module), true) = (self.module(site.file), steps < MAX_STEPS) else { return unknown };
        let Some(binding) = module.bindings.get(id.0 as usize) else { return unknown };
        let declared = Value { what: What::Unknown, at: Site { file: site.file, node: binding.declared } };
        let part = |node: NodeId, key: Word| {
            let whole = self.value(Site { file: site.file, node }, steps + 1);
            self.member(&whole, module.word(key), declared.at, steps + 1)
        };
        match binding.bound {
            Bound::Import(import, imported) => self.imported(site, import, imported, steps + 1),
            Bound::Value(node) => self.value(Site { file: site.file, node }, steps + 1),
            Bound::Part(node, key) => part(node, key),
            Bound::Unknown => match self.only_assignment(site.file, id) {
                Some(node) => self.value(Site { file: site.file, node }, steps + 1),
                None => declared,
            },
            Bound::Parameter(function, index) => self
                .typed_parameter(site.file, function, index, steps)
                .map_or(declared.clone(), |value| Value { at: declared.at, ..value }),
            Bound::Item(..) | Bound::ParameterPart(..) => declared,
        }
    }

    /// The value of the one assignment to a variable that was declared without a value.
    fn only_assignment(&self, file: FileId, binding: BindingId) -> Option<NodeId> {
        let module = self.module(file)?;
        let mut values = module.uses(binding).iter().filter_map(|node| {
            let parent = module.parent(*node)?;
            let target =
                matches!(module.kind(parent), Kind::Assign(_)) && module.child(parent, 0) == Some(*node);
            target.then(|| module.child(parent, 1)).flatten()
        });
        let value = values.next()?;
        values.all(|other| matches!(module.kind(other), Kind::Null)).then_some(value)
    }

    /// What an import gives.
    fn imported(&self, site: Site, import: ImportId, imported: Imported, steps: u8) -> Value {
        let unknown = Value { what: What::Unknown, at: site };
        let (Some(module), true) = (self.module(site.file), steps < MAX_STEPS) else { return unknown };
        let path = match imported {
            Imported::Named(word) => module.word(word),
            Imported::Default | Imported::All => "",
        };
        let external =
            |package: CompactString| Value { what: What::External(package, path.into()), at: site };
        match self.graph.target(site.file, import) {
            Target::Package(name, within) if within.is_empty() => external(name.to_compact_string()),
            Target::Package(name, within) => external(format_compact!("{name}/{within}")),
            Target::Runtime(name) => external(format_compact!("node:{name}")),
            Target::Unknown => unknown,
            Target::File(file) => match imported {
                Imported::All => {
                    Value { what: What::Namespace(*file), at: Site { file: *file, node: NodeId(0) } }
                }
                Imported::Default => {
                    // A module without a default export gives itself, as common modules do.
                    let whole =
                        Value { what: What::Namespace(*file), at: Site { file: *file, node: NodeId(0) } };
                    self.export(*file, "default", steps + 1).unwrap_or(whole)
                }
                Imported::Named(_) => self.export(*file, path, steps + 1).unwrap_or(unknown),
            },
        }
    }

    /// What a module gives under a name.
    pub(super) fn export(&self, file: FileId, name: &str, steps: u8) -> Option<Value> {
        let module = self.module(file).filter(|_| steps < MAX_STEPS)?;
        let own = module.exports.iter().rev().find(|export| {
            !matches!(export.target, ExportTarget::All(_)) && module.word(export.name) == name
        });
        if let Some(export) = own {
            return Some(match export.target {
                ExportTarget::Binding(id) => {
                    let at = module.bindings.get(id.0 as usize).map_or(NodeId(0), |binding| binding.declared);
                    self.bound(Site { file, node: at }, id, steps + 1)
                }
                ExportTarget::Value(node) => self.value(Site { file, node }, steps + 1),
                ExportTarget::From(import, imported) => {
                    self.imported(Site { file, node: NodeId(0) }, import, imported, steps + 1)
                }
                ExportTarget::All(_) => return None,
            });
        }
        let others = module.exports.iter().filter_map(|export| match export.target {
            ExportTarget::All(import) => Some(import),
            _ => None,
        });
        let mut external = None;
        for import in others {
            match self.graph.target(file, import) {
                Target::File(other) if name != "default" => {
                    if let Some(found) = self.export(*other, name, steps + 1) {
                        return Some(found);
                    }
                }
                Target::Package(package, _) if name != "default" => {
                    external = Some(package.to_compact_string());
                }
                _ => {}
            }
        }
        // `export * from "package"`: the name may be of that package.
        external
            .map(|package| Value {
                what: What::External(package, name.into()),
                at: Site { file, node: NodeId(0) },
            })
            .or_else(|| self.property_of_default(file, name, steps + 1))
    }

    /// `require("./x").name`, where the module exports one object that it made before.
    fn property_of_default(&self, file: FileId, name: &str, steps: u8) -> Option<Value> {
        let module = self.module(file).filter(|_| name != "default" && steps < MAX_STEPS)?;
        let is_common = module.imports.iter().all(|import| import.form != ImportForm::Static);
        let default = self.export(file, "default", steps + 1).filter(|_| is_common)?;
        let found = self.member(&default, name, default.at, steps + 1);
        (!matches!(found.what, What::Unknown)).then_some(found)
    }
}

#[cfg(test)]
mod tests;

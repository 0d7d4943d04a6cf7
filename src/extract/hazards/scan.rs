//! One module while it is looked through.

use super::names;
use crate::extract::Context;
use crate::extract::code::{Origin, Site};
use crate::facts::{Entry, Fact};
use crate::parse::javascript::{Bound, Kind, Module, NodeId};
use crate::source::{FileId, Place, Span};

/// How many names are followed to their values, since they can name each other.
const MAX_STEPS: usize = 16;

/// One module while it is looked through, and what was found in it.
pub(super) struct Scan<'c, 'r> {
    pub(super) context: &'c Context<'r>,
    pub(super) file: FileId,
    pub(super) module: &'r Module,
    /// Its code runs in browsers, as far as can be told.
    pub(super) browser: bool,
    /// The environment decides about production somewhere in it by an error.
    pub(super) refuses: bool,
    pub(super) entries: Vec<Entry>,
}

impl Scan<'_, '_> {
    /// Adds a fact about a node.
    pub(super) fn add(&mut self, node: NodeId, fact: impl Fact) {
        self.add_at(self.module.span(node), fact);
    }

    /// Adds a fact about a span.
    pub(super) fn add_at(&mut self, span: Span, fact: impl Fact) {
        self.entries.push(Entry::new(Place { file: self.file, span }, fact));
    }

    /// A node with its file.
    pub(super) fn site(&self, node: NodeId) -> Site {
        Site { file: self.file, node }
    }

    /// The path of the file.
    pub(super) fn path(&self) -> &str {
        &self.context.tree.file(self.file).path
    }

    /// The text of a node.
    pub(super) fn source(&self, node: NodeId) -> &str {
        self.module.span(node).of(self.context.tree.text(self.file))
    }

    /// Where a value comes from.
    pub(super) fn origin(&self, node: NodeId) -> Origin {
        self.context.code.origin(Site { file: self.file, node })
    }

    /// The package that a call goes to and the path in it.
    pub(super) fn called_of(&self, call: NodeId) -> Option<(String, String)> {
        match self.origin(self.module.callee(call)?) {
            Origin::External { package, path } => Some((package, path)),
            _ => None,
        }
    }

    /// Whether a call goes to this package: `bcrypt`.
    pub(super) fn is_of(&self, call: NodeId, packages: &[&str]) -> bool {
        self.called_of(call).is_some_and(|(package, _)| packages.contains(&package.as_str()))
    }

    /// The text that a node always has, wherever the constant is declared.
    pub(super) fn text(&self, node: NodeId) -> Option<String> {
        if let Some(text) = self.module.text(node) {
            return Some(text.into_owned());
        }
        let site = self.context.code.definition(Site { file: self.file, node });
        if site.node == node && site.file == self.file {
            return None;
        }
        let module = self.context.code.module(site.file)?;
        // One of several values is not the value.
        let parent = module.parent(site.node)?;
        let text = module.text(site.node)?;
        match module.kind(parent) {
            Kind::Logical(_) | Kind::Conditional => return None,
            Kind::Field(_) if text.is_empty() => return None,
            // `jwtSecret = ""` of a class only holds the place of what is assigned later, here or by others.
            Kind::Field(word) | Kind::Property(word) if is_assigned(module, module.word(word)) => {
                return None;
            }
            _ => {}
        }
        Some(text.into_owned())
    }

    /// The name of the variable of the environment that a node reads: `process.env.X`, `Deno.env.get("X")`.
    pub(super) fn variable(&self, node: NodeId) -> Option<&str> {
        variable(self.module, node)
    }

    /// The variable that a value comes from: read here, or by the constant it names.
    pub(super) fn variable_behind(&self, node: NodeId) -> Option<String> {
        let module = self.module;
        if let Some(name) = variable_within(module, module.resolve(node)) {
            return Some(name.to_owned());
        }
        if !matches!(module.kind(node), Kind::Name(_, Some(_)) | Kind::Member(_)) {
            return None;
        }
        let site = self.context.code.definition(Site { file: self.file, node });
        let module = self.context.code.module(site.file)?;
        if site.file == self.file && site.node == node {
            return None;
        }
        let small = module.descendants(site.node).nth(24).is_none();
        small.then(|| variable_within(module, site.node)).flatten().map(str::to_owned)
    }

    /// The variable that a constant of this module comes from.
    pub(super) fn variable_here(&self, node: NodeId) -> Option<&str> {
        let value = self.module.resolve(node);
        let small = value != node && self.module.descendants(value).nth(12).is_none();
        small.then(|| variable_within(self.module, value)).flatten()
    }

    /// The names of the functions, methods and classes around a node, the nearest first.
    pub(super) fn around(&self, node: NodeId) -> impl Iterator<Item = &str> {
        self.module.ancestors(node).filter_map(|outer| {
            let name = self.module.function(outer).map(|function| self.module.word(function.name));
            name.filter(|name| !name.is_empty())
        })
    }

    /// Whether the name of a function around a node, or of its file, has one of these words.
    pub(super) fn is_about(&self, node: NodeId, any: &[&str]) -> bool {
        self.around(node).any(|name| names::has(name, any)) || names::has(self.stem(), any)
    }

    /// The name of the file without its extension; of an index or a route, that of its folder.
    pub(super) fn stem(&self) -> &str {
        let file = self.context.tree.file(self.file);
        let stem = file.name().split('.').next().unwrap_or_default();
        match stem {
            "index" | "route" | "page" | "main" | "+server" => {
                file.dir().rsplit('/').next().unwrap_or_default()
            }
            stem => stem,
        }
    }

    /// The comments that stand within a node.
    pub(super) fn comments(&self, node: NodeId) -> impl Iterator<Item = &str> {
        let span = self.module.span(node);
        let comments = &self.module.comments;
        let from = comments.partition_point(|comment| comment.start < span.start);
        let text = self.context.tree.text(self.file);
        comments[from..]
            .iter()
            .take_while(move |comment| comment.end <= span.end)
            .map(|comment| comment.of(text))
    }

    /// The name that a value is given to: a variable, a property, a target, a cookie, the function that returns it.
    pub(super) fn given_to(&self, node: NodeId) -> Option<&str> {
        let module = self.module;
        let mut inner = node;
        for outer in module.ancestors(node) {
            match module.kind(outer) {
                Kind::Declarator => {
                    let target = module.child(outer, 0).filter(|target| *target != inner)?;
                    return module.last_name(target);
                }
                Kind::Property(word) | Kind::Field(word) | Kind::Attribute(word) => {
                    return Some(module.word(word));
                }
                Kind::Assign(_) => {
                    let target = module.child(outer, 0).filter(|target| *target != inner)?;
                    return module.last_name(target);
                }
                Kind::Function(_) => {
                    let name = module.function(outer).map(|function| module.word(function.name));
                    if let Some(name) = name.filter(|name| !name.is_empty()) {
                        return Some(name);
                    }
                    if !matches!(module.kind(inner), Kind::Block) {
                        inner = outer;
                        continue;
                    }
                    return None;
                }
                Kind::If | Kind::Loop(_) | Kind::Switch if module.kind(inner) != Kind::Block => return None,
                _ => {}
            }
            inner = outer;
        }
        None
    }

    /// The value behind a name, through all its declarations that are constant.
    pub(super) fn behind(&self, node: NodeId) -> NodeId {
        let mut at = node;
        for _ in 0..MAX_STEPS {
            let next = self.module.awaited(self.module.resolve(at));
            if next == at {
                break;
            }
            at = next;
        }
        at
    }
}

/// Whether a module assigns to a member of this name: `this.secret = row.value`.
fn is_assigned(module: &Module, name: &str) -> bool {
    module.all().any(|node| {
        matches!(module.kind(node), Kind::Assign(_))
            && module.child(node, 0).is_some_and(
                |target| matches!(module.kind(target), Kind::Member(word) if module.word(word) == name),
            )
    })
}

/// The name of the variable of the environment that a node reads.
pub(super) fn variable(module: &Module, node: NodeId) -> Option<&str> {
    match module.kind(node) {
        Kind::Member(word) => {
            let object = module.child(node, 0)?;
            module.is_environment(object).then(|| module.word(word))
        }
        Kind::Call => {
            // `Deno.env.get("X")`, `configService.get("X")`.
            if !matches!(module.called(node), Some("get" | "getOrThrow")) {
                return None;
            }
            let object = module.receiver(node)?;
            let name = module.argument(node, 0)?;
            let Kind::Text(word) = module.kind(name) else { return None };
            let name = module.word(word);
            let config = module.last_name(object).is_some_and(|object| names::has(object, &["config"]));
            (module.is_environment(object) || config && names::is_variable(name)).then_some(name)
        }
        Kind::Name(_, Some(binding)) => match module.bindings[binding.0 as usize].bound {
            Bound::Part(value, word) if module.is_environment(value) => Some(module.word(word)),
            _ => None,
        },
        _ => None,
    }
}

/// The first variable of the environment that is read in a value.
pub(super) fn variable_within(module: &Module, node: NodeId) -> Option<&str> {
    std::iter::once(node).chain(module.descendants(node)).find_map(|node| variable(module, node))
}

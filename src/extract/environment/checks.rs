//! Variables that are checked when the program starts.

use std::collections::BTreeSet;

use super::names::is_name;
use super::needs::stops;
use crate::extract::code::{Code, Origin, Site};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::FileId;

/// How many steps a schema is followed through names, merges and extensions.
const MAX_STEPS: u8 = 8;

/// A variable that a schema or a list checks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Check {
    pub(super) file: FileId,
    pub(super) node: NodeId,
    pub(super) name: String,
    pub(super) by: String,
}

/// Options that take the environment, or a part of it.
const ENVIRONMENTS: &[&str] = &["runtimeEnv", "runtimeEnvStrict", "experimental__runtimeEnv"];

/// What schemas and lists of a module check. (What an `if` checks, is found with its read.)
pub(super) fn of_module(code: &Code<'_>, file: FileId, module: &Module) -> BTreeSet<Check> {
    let mut found = BTreeSet::new();
    let reads = module.may_read_environment();
    let says = Says {
        environments: ENVIRONMENTS.iter().any(|word| module.may_say(word)),
        schemas: module.may_say("validationSchema") || module.may_say("validate"),
    };
    let configures = says.environments || says.schemas || module.may_say("convict");
    for node in module.classes() {
        class(code, Site { file, node }, &mut found);
        if reads {
            checker(file, module, node, &mut found);
        }
    }
    if reads || configures {
        for node in module.calls() {
            call(code, Site { file, node }, module, says, &mut found);
        }
    }
    let indexed = reads.then(|| module.all()).into_iter().flatten();
    for node in indexed.filter(|node| matches!(module.kind(*node), Kind::Index)) {
        if module.child(node, 0).is_some_and(|object| module.is_environment(object)) {
            required_list(file, module, node, &mut found);
        }
    }
    found
}

/// Which keys of objects a module may say.
#[derive(Clone, Copy)]
struct Says {
    /// Those of [`ENVIRONMENTS`].
    environments: bool,
    /// `validationSchema` or `validate`.
    schemas: bool,
}

fn call(code: &Code<'_>, site: Site, module: &Module, says: Says, found: &mut BTreeSet<Check>) {
    let takes_environment = module.arguments(site.node).any(|argument| {
        let keyed = || ENVIRONMENTS.iter().any(|key| module.property(argument, key).is_some());
        is_whole(module, argument)
            || says.environments && keyed()
            || module.kind(argument) == Kind::Object && spreads_environment(module, argument)
    });
    let schema = |argument| {
        module.property(argument, "validationSchema").or_else(|| module.property(argument, "validate"))
    };
    let configures = says.schemas.then(|| module.arguments(site.node).find_map(schema)).flatten();
    let takes_parts = takes_parts(module, site.node);
    if !takes_environment && !takes_parts && configures.is_none() && !is_convict(code, site, module) {
        return;
    }
    let by = library(code, site, module);
    let mut names = Names { code, found: BTreeSet::new() };
    let schemas = module.arguments(site.node);
    for argument in schemas.filter(|argument| !takes_parts && !module.is_environment(*argument)) {
        names.collect(Site { file: site.file, node: argument }, 0);
    }
    if (takes_environment || takes_parts)
        && let Some(receiver) = module.receiver(site.node)
    {
        names.collect(Site { file: site.file, node: receiver }, 0);
    }
    let checks = names.found.into_iter().map(|(site, name)| Check {
        file: site.file,
        node: site.node,
        name,
        by: by.clone(),
    });
    found.extend(checks);
}

/// Whether a schema is held against an object of variables: `schema.safeParse({ PORT: process.env.PORT })`.
fn takes_parts(module: &Module, call: NodeId) -> bool {
    const CALLS: &[&str] =
        &["parse", "parseAsync", "safeParse", "safeParseAsync", "validate", "validateSync", "validateAsync"];
    module.called(call).is_some_and(|name| CALLS.contains(&name))
        && module.receiver(call).is_some()
        && module.argument(call, 0).is_some_and(|argument| module.is_of_environment(argument))
}

/// The environment, or what holds all of it: `Deno.env.toObject()`.
fn is_whole(module: &Module, node: NodeId) -> bool {
    module.is_environment(node)
        || module.called(node) == Some("toObject")
            && module.receiver(node).is_some_and(|object| module.is_environment(object))
}

/// A class of decorated variables that holds itself against its decorators when it is made: `validate(this)`.
fn class(code: &Code<'_>, site: Site, found: &mut BTreeSet<Check>) {
    let mut names = Names { code, found: BTreeSet::new() };
    names.collect(site, 0);
    if names.found.is_empty() || !validates_itself(code, site, 0) {
        return;
    }
    let check = |(site, name): (Site, String)| {
        let by = "class-validator".to_owned();
        Check { file: site.file, node: site.node, name, by }
    };
    found.extend(names.found.into_iter().map(check));
}

/// A class that holds the environment and asks for variables by their names: `this.given = process.env`,
/// `this.checkNonEmpty("JWT_SECRET")`, `if (!this.given.REDIS_URL)`.
fn checker(file: FileId, module: &Module, class: NodeId, found: &mut BTreeSet<Check>) {
    const CHECKS: &[&str] = &["check", "require", "assert", "ensure", "validate", "must", "expect"];
    let held = module.descendants(class).find_map(|node| {
        let given = matches!(module.kind(node), Kind::Assign(_))
            && module.child(node, 1).is_some_and(|value| is_whole(module, value));
        let target = module.child(node, 0).filter(|_| given)?;
        let own = module.child(target, 0).is_some_and(|object| module.kind(object) == Kind::This);
        module.last_name(target).filter(|_| own)
    });
    let Some(held) = held else { return };
    let of_test = |node: NodeId| {
        let around = module.ancestors(node).take_while(|around| module.kind(*around) != Kind::Block);
        around.into_iter().any(|around| module.kind(around) == Kind::If)
    };
    for node in module.descendants(class) {
        let name = match module.kind(node) {
            Kind::Call => {
                let own = module.receiver(node).is_some_and(|on| module.kind(on) == Kind::This);
                let checks = module.called(node).is_some_and(|name| {
                    CHECKS.iter().any(|verb| name.to_ascii_lowercase().starts_with(verb))
                });
                module.argument(node, 0).filter(|_| own && checks).and_then(|name| module.text(name))
            }
            Kind::Member(word) => {
                let of = module.child(node, 0).and_then(|object| module.last_name(object));
                (of == Some(held) && of_test(node)).then(|| module.word(word).into())
            }
            _ => None,
        };
        if let Some(name) = name.filter(|name| is_name(name)) {
            found.insert(Check { file, node, name: name.into_owned(), by: "code".to_owned() });
        }
    }
}

/// Whether a class, or one that it extends, calls `validate(this)`.
fn validates_itself(code: &Code<'_>, class: Site, steps: u8) -> bool {
    const CALLS: &[&str] = &["validate", "validateSync", "validateOrReject", "validateOrRejectSync"];
    let Some(module) = code.module(class.file).filter(|_| steps < MAX_STEPS) else { return false };
    let own = module.descendants(class.node).any(|call| {
        module.kind(call) == Kind::Call
            && module.argument(call, 0).is_some_and(|argument| module.kind(argument) == Kind::This)
            && module.called(call).is_some_and(|name| CALLS.contains(&name))
            && library(code, Site { file: class.file, node: call }, module) == "class-validator"
    });
    let base = || module.children(class.node).find(|child| module.kind(*child) == Kind::Extends);
    let extended = || {
        let node = module.child(base()?, 0)?;
        let base = code.definition(Site { file: class.file, node });
        Some(base).filter(|base| *base != class)
    };
    own || extended().is_some_and(|base| validates_itself(code, base, steps + 1))
}

fn spreads_environment(module: &Module, object: NodeId) -> bool {
    let mut spreads = module.children(object).filter(|child| module.kind(*child) == Kind::Spread);
    spreads.any(|spread| module.child(spread, 0).is_some_and(|value| module.is_environment(value)))
}

fn is_convict(code: &Code<'_>, site: Site, module: &Module) -> bool {
    module.called(site.node) == Some("convict")
        && matches!(code.callee(site), Origin::External { package, .. } if package == "convict")
}

/// The library that a call belongs to.
fn library(code: &Code<'_>, site: Site, module: &Module) -> String {
    let of = |origin| match origin {
        Origin::External { package, .. } => Some(package),
        _ => None,
    };
    let callee = of(code.callee(site));
    let receiver =
        || module.receiver(site.node).and_then(|node| of(code.origin(Site { file: site.file, node })));
    callee.or_else(receiver).unwrap_or_else(|| "code".to_owned())
}

struct Names<'c, 'r> {
    code: &'c Code<'r>,
    found: BTreeSet<(Site, String)>,
}

impl Names<'_, '_> {
    /// The keys of all objects that make up a schema: literals, what names stand for, merges, fields of a class.
    fn collect(&mut self, site: Site, steps: u8) {
        let Some(module) = self.code.module(site.file).filter(|_| steps < MAX_STEPS) else { return };
        let at = |node| Site { file: site.file, node };
        match module.kind(site.node) {
            Kind::Name(_, Some(_)) => {
                let definition = self.code.definition(site);
                if definition != site {
                    self.collect(definition, steps + 1);
                }
            }
            Kind::Object => {
                for child in module.children(site.node) {
                    self.property(at(child), module, steps);
                }
            }
            Kind::Class => {
                for child in module.children(site.node) {
                    let Kind::Field(word) = module.kind(child) else { continue };
                    if is_name(module.word(word)) && module.decorators(child).next().is_some() {
                        self.found.insert((at(child), module.word(word).to_owned()));
                    }
                }
            }
            // `...(process.env.STORE === "s3" && { … })` among them.
            Kind::Call
            | Kind::New
            | Kind::Member(_)
            | Kind::Array
            | Kind::Await
            | Kind::Logical(_)
            | Kind::Conditional => {
                for child in module.children(site.node) {
                    self.collect(at(child), steps + 1);
                }
            }
            Kind::Function(_) => {
                // `validate: (config) => schema.parse(config)`, `server: () => ({ … })`.
                let calls: Vec<NodeId> = module
                    .descendants(site.node)
                    .filter(|node| matches!(module.kind(*node), Kind::Call | Kind::Object))
                    .collect();
                for call in calls {
                    self.collect(at(call), steps + 2);
                }
            }
            _ => {}
        }
    }

    fn property(&mut self, site: Site, module: &Module, steps: u8) {
        let at = |node| Site { file: site.file, node };
        match (module.kind(site.node), module.child(site.node, 0)) {
            (Kind::Property(word), Some(value)) => {
                let name = module.word(word);
                if is_name(name) {
                    self.found.insert((site, name.to_owned()));
                } else if name == "env" {
                    // convict names the variable beside its form.
                    if let Some(text) = module.text(value).filter(|text| is_name(text)) {
                        self.found.insert((site, text.into_owned()));
                    }
                } else if !matches!(name, "runtimeEnv" | "runtimeEnvStrict" | "experimental__runtimeEnv") {
                    self.collect(at(value), steps + 1);
                }
            }
            (Kind::Spread, Some(value)) => self.collect(at(value), steps + 1),
            _ => {}
        }
    }
}

/// `for (const name of ["A", "B"]) if (!process.env[name]) throw …`: all names of the list.
fn required_list(file: FileId, module: &Module, index: NodeId, found: &mut BTreeSet<Check>) {
    if !module.child(index, 1).is_some_and(|key| matches!(module.kind(key), Kind::Name(..))) {
        return;
    }
    let scope =
        module.ancestors(index).find(|node| matches!(module.kind(*node), Kind::Block | Kind::Program));
    if !scope.is_some_and(|scope| stops(module, scope)) && !stops_near(module, index) {
        return;
    }
    for array in module.all().filter(|node| module.kind(*node) == Kind::Array) {
        let items: Vec<NodeId> = module.children(array).collect();
        let names: Vec<String> = items
            .iter()
            .filter_map(|item| module.text(*item))
            .filter(|name| is_name(name))
            .map(Into::into)
            .collect();
        if names.len() == items.len() {
            let checks =
                names.into_iter().map(|name| Check { file, node: array, name, by: "code".to_owned() });
            found.extend(checks);
        }
    }
}

/// A filter whose result is thrown about further down: `const missing = names.filter((n) => !process.env[n])`.
fn stops_near(module: &Module, index: NodeId) -> bool {
    let filter = module.function_around(index).unwrap_or_else(|| module.root());
    let outer = module.function_around(filter).unwrap_or_else(|| module.root());
    let mut branches = module.own_descendants(outer).filter(|node| module.kind(*node) == Kind::If);
    branches.any(|branch| stops(module, branch))
}

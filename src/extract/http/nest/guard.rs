//! Guards, interceptors, pipes and middlewares: what they do, and which routes they let pass unasked.

use super::class::{self, Mark};
use crate::extract::code::{Capabilities, Capability, Code, Origin, Site};
use crate::extract::http::{Guard, value};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};

/// The methods that the framework calls.
const CALLED: &[&str] =
    &["canActivate", "use", "intercept", "transform", "validate", "handleRequest", "shouldSkip"];

/// The exceptions that say why a request is turned away.
const THROWN: &[(&str, Capability)] = &[
    ("UnauthorizedException", Capability::Auth),
    ("ForbiddenException", Capability::Role),
    ("ThrottlerException", Capability::RateLimit),
];

/// The key of metadata that decorators leave on a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// A text: `isPublic`.
    Text(String),
    /// What `Reflector.createDecorator()` made.
    Made(Site),
}

/// Something that stands before routes, and the metadata it asks for.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    /// As it is told.
    pub guard: Guard,
    /// Routes with one of these pass.
    pub unless: Vec<Key>,
    /// Routes without any of these pass.
    pub only: Vec<Key>,
}

impl Gate {
    /// The value that is put before routes at `site`.
    pub(super) fn new(code: &Code<'_>, site: Site, value: Site) -> Self {
        let mut gate = Self { guard: plain(code, site, value), unless: Vec::new(), only: Vec::new() };
        let Some(class) = class::of(code, value) else {
            gate.unless.extend(throttler(code, value));
            return gate;
        };
        gate.guard.gives = gate.guard.gives.and(gives(code, class));
        for class in class::chain(code, class) {
            gate.unless.extend(class::base(code, class).and_then(|base| throttler(code, base)));
        }
        for method in class::methods(code, class) {
            if CALLED.contains(&method.name.as_str()) {
                asked(code, class, method.function, &mut gate);
            }
        }
        gate
    }

    /// Whether it stands before a route with this metadata. What a method says counts before what its class says.
    pub(super) fn holds(&self, metadata: &[(Key, bool)]) -> bool {
        let carries = |key: &Key| metadata.iter().find(|(name, _)| name == key).is_some_and(|(_, set)| *set);
        !self.unless.iter().any(carries) && (self.only.is_empty() || self.only.iter().any(carries))
    }
}

/// A value by its name and by what it does as it stands.
pub(super) fn plain(code: &Code<'_>, site: Site, value: Site) -> Guard {
    let name = code.module(value.file).and_then(|module| name(module, value.node)).unwrap_or_default();
    Guard { site, name, gives: code.capabilities(value) }
}

fn name(module: &Module, node: NodeId) -> Option<String> {
    match module.kind(node) {
        Kind::Call | Kind::New => name(module, module.callee(node)?),
        _ => module.last_name(node).map(str::to_owned),
    }
}

/// What a class does for the requests that pass it.
fn gives(code: &Code<'_>, class: Site) -> Capabilities {
    let methods = class::methods(code, class);
    let mut gives = Capabilities::default();
    for method in methods.iter().filter(|method| CALLED.contains(&method.name.as_str())) {
        gives = gives.and(code.capabilities(method.function));
    }
    for class in class::chain(code, class) {
        let base = class::base(code, class).map(|base| code.capabilities(base));
        gives = gives.and(base.unwrap_or_default());
    }
    // The methods of the class itself may turn away for it.
    for method in &methods {
        gives = gives.and(thrown(code, method.function));
    }
    let answers = methods.iter().find(|method| method.name == "handleRequest");
    if answers.is_some_and(|method| !throws(code, method.function)) {
        return gives
            .iter()
            .filter(|given| *given != Capability::Auth)
            .fold(Capabilities::default(), Capabilities::with);
    }
    gives
}

/// What the exceptions of a function say.
fn thrown(code: &Code<'_>, function: Site) -> Capabilities {
    let mut gives = Capabilities::default();
    let Some(module) = code.module(function.file) else { return gives };
    let made = module.descendants(function.node).filter(|node| module.kind(*node) == Kind::New);
    for name in made.filter_map(|node| module.called(node)) {
        let known = THROWN.iter().filter(|(exception, _)| *exception == name);
        gives = known.fold(gives, |gives, (_, capability)| gives.with(*capability));
    }
    gives
}

/// Whether a function turns anyone away, by itself or by what it overrides.
fn throws(code: &Code<'_>, function: Site) -> bool {
    let Some(module) = code.module(function.file) else { return false };
    module.descendants(function.node).any(|node| matches!(module.kind(node), Kind::Throw | Kind::Super))
}

/// The key that `@SkipThrottle()` leaves, for the guard of its package.
fn throttler(code: &Code<'_>, value: Site) -> Option<Key> {
    let external = matches!(code.origin(value), Origin::External { package, path } if package == "@nestjs/throttler" && path.contains("Guard"));
    external.then(|| Key::Text("@nestjs/throttler".to_owned()))
}

/// The metadata that a decorator leaves, and whether it is set.
pub(super) fn metadata(code: &Code<'_>, mark: &Mark) -> Option<(Key, bool)> {
    let set = |argument: Option<&Site>| {
        let kind = argument.and_then(|site| Some(code.module(site.file)?.kind(site.node)));
        kind != Some(Kind::Flag(false))
    };
    if let Some(made) = mark.key {
        return Some((Key::Made(made), set(mark.arguments.first())));
    }
    match (mark.package.as_str(), mark.name.as_str()) {
        ("@nestjs/common", "SetMetadata") => {
            Some((key(code, *mark.arguments.first()?)?, set(mark.arguments.get(1))))
        }
        ("@nestjs/throttler", "SkipThrottle") => {
            let options = mark.arguments.first();
            let default = options.and_then(|options| value::option(code, *options, "default"));
            // `{ login: true }` is about that throttler alone: the guard stays for the others.
            if default.is_none() && options.is_some_and(|options| is_filled(code, *options)) {
                return None;
            }
            Some((Key::Text("@nestjs/throttler".to_owned()), set(default.as_ref())))
        }
        _ => None,
    }
}

/// Whether a value is an object literal that says something.
fn is_filled(code: &Code<'_>, site: Site) -> bool {
    let object = code.definition(site);
    code.module(object.file).is_some_and(|module| {
        module.kind(object.node) == Kind::Object && module.children(object.node).next().is_some()
    })
}

fn key(code: &Code<'_>, site: Site) -> Option<Key> {
    match value::text(code, site) {
        Some(text) => Some(Key::Text(text)),
        None => Some(code.definition(site)).filter(|made| *made != site).map(Key::Made),
    }
}

/// Takes down which metadata lets a request pass a function of a guard.
fn asked(code: &Code<'_>, class: Site, function: Site, gate: &mut Gate) {
    let Some(module) = code.module(function.file) else { return };
    for call in module.own_descendants(function.node).filter(|node| module.kind(*node) == Kind::Call) {
        let Some(key) = asks(code, class, Site { node: call, ..function }) else { continue };
        for used in uses(module, call) {
            match passes(module, function.node, used) {
                Some(Passes::With) => gate.unless.push(key.clone()),
                Some(Passes::Without) => gate.only.push(key.clone()),
                None => {}
            }
        }
    }
}

/// The key that a call asks for: `this.reflector.get(KEY, …)`, or a method of the class that does so.
fn asks(code: &Code<'_>, class: Site, call: Site) -> Option<Key> {
    let module = code.module(call.file)?;
    let receiver = module.receiver(call.node)?;
    if module.kind(receiver) == Kind::This {
        let called = module.called(call.node)?;
        let method = class::methods(code, class).into_iter().find(|method| method.name == called)?;
        let mut results = value::returned(code, method.function).into_iter();
        return results.find_map(|result| {
            let module = code.module(result.file)?;
            let inner = Site { node: module.awaited(result.node), ..result };
            (module.kind(module.receiver(inner.node)?) != Kind::This).then(|| asks(code, class, inner))?
        });
    }
    let reads =
        matches!(module.called(call.node)?, "get" | "getAll" | "getAllAndOverride" | "getAllAndMerge");
    let reflector = module.last_name(receiver)?.to_ascii_lowercase().contains("reflector");
    let argument = module.argument(call.node, 0).filter(|_| reads && reflector)?;
    key(code, Site { node: argument, ..call })
}

/// Where the value of a call is used: at the call, or at the name it is given to.
fn uses(module: &Module, call: NodeId) -> Vec<NodeId> {
    let outer =
        module.ancestors(call).find(|node| !matches!(module.kind(*node), Kind::Await | Kind::Logical(_)));
    let declared =
        outer.filter(|node| module.kind(*node) == Kind::Declarator).and_then(|node| module.child(node, 0));
    match declared.and_then(|name| module.binding(name)) {
        Some(binding) => module.uses(binding).to_vec(),
        None => vec![call],
    }
}

/// Which routes a guard lets pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passes {
    /// Those with the metadata.
    With,
    /// Those without it.
    Without,
}

/// What a use of the metadata decides.
fn passes(module: &Module, function: NodeId, used: NodeId) -> Option<Passes> {
    let (mut at, mut set) = (used, true);
    for parent in module.ancestors(used) {
        match module.kind(parent) {
            Kind::Unary(Operator::Not) => set = !set,
            Kind::Binary(Operator::Equal | Operator::StrictEqual) => set ^= is_nothing(module, parent),
            Kind::Binary(Operator::NotEqual | Operator::StrictNotEqual) => set ^= !is_nothing(module, parent),
            Kind::Logical(Operator::Or) if is_result(module, parent) => {
                return (set && module.child(parent, 0) == Some(at)).then_some(Passes::With);
            }
            Kind::Member(_) | Kind::Await | Kind::Logical(_) => {}
            Kind::Conditional if module.child(parent, 0) == Some(at) => {
                let yes = module.child(parent, 1).is_some_and(|then| module.kind(then) == Kind::Flag(true));
                return yes.then_some(of(set));
            }
            Kind::If if module.child(parent, 0) == Some(at) => return branch(module, function, parent, set),
            _ => return None,
        }
        at = parent;
    }
    None
}

fn of(set: bool) -> Passes {
    if set { Passes::With } else { Passes::Without }
}

/// What an `if` on the metadata decides; who has already been asked by then does not pass unasked.
fn branch(module: &Module, function: NodeId, condition: NodeId, set: bool) -> Option<Passes> {
    let then = module.child(condition, 1)?;
    if allows(module, then) {
        let before = module.own_descendants(function).take_while(|node| *node < condition);
        let mut refuses = before.filter(|node| matches!(module.kind(*node), Kind::Throw | Kind::Super));
        return (set || refuses.next().is_none()).then_some(of(set));
    }
    let asks = module.descendants(then).any(|node| matches!(module.kind(node), Kind::Throw | Kind::Super));
    let last = module.results(function).last().copied();
    let open = last.is_some_and(|last| last > condition && module.kind(last) == Kind::Flag(true));
    (asks && open && module.child(condition, 2).is_none()).then_some(of(!set))
}

/// Whether a branch says that the request may pass.
fn allows(module: &Module, branch: NodeId) -> bool {
    let result =
        if module.kind(branch) == Kind::Block { module.children(branch).last() } else { Some(branch) };
    let result = result.filter(|node| module.kind(*node) == Kind::Return);
    result.and_then(|node| module.child(node, 0)).is_some_and(|value| module.kind(value) == Kind::Flag(true))
}

/// Whether a comparison is one with nothing: `undefined`, `null`, `false`, `0`.
fn is_nothing(module: &Module, comparison: NodeId) -> bool {
    module.children(comparison).any(|side| match module.kind(side) {
        Kind::Null | Kind::Flag(false) => true,
        Kind::Name(word, None) => module.word(word) == "undefined",
        Kind::Number(word) => module.word(word) == "0",
        _ => false,
    })
}

/// Whether a node is what the function returns.
fn is_result(module: &Module, node: NodeId) -> bool {
    module.parent(node).is_some_and(|parent| matches!(module.kind(parent), Kind::Return | Kind::Function(_)))
}

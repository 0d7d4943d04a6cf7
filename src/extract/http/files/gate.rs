//! What a middleware lets pass: whether a request for a path can be turned away by it.
//!
//! The function is walked for one path. Conditions on the path are decided, all others are open; what is reached then
//! tells whether anything turns the request away.

use super::handler::value;
use super::predicate::{Bound, Test, Verdict, is_reached};
use crate::extract::code::{Capability, Code, Site};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};

/// How deep calls and expressions are followed.
const MAX_DEPTH: usize = 40;

/// How many nodes are looked at for one path.
const MAX_STEPS: usize = 20_000;

/// How many functions are entered, one from the other.
const MAX_CALLS: usize = 4;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract::http) enum Passage {
    /// It can be turned away.
    Denies,
    /// It always passes.
    Passes,
    /// It cannot be told.
    Unknown,
}

/// What becomes of a request for `path` at a middleware. `id` is the path with its groups, where a framework tells
/// handlers of it.
pub(in crate::extract::http) fn passage(code: &Code<'_>, middleware: Site, path: &str, id: &str) -> Passage {
    passage_of(code, middleware, path, id, 0)
}

fn passage_of(code: &Code<'_>, middleware: Site, path: &str, id: &str, depth: usize) -> Passage {
    let at = value(code, middleware);
    let Some(module) = code.module(at.file).filter(|_| depth < MAX_CALLS) else { return Passage::Unknown };
    let mut walk = Walk::new(Test { code, path, id });
    match module.kind(at.node) {
        Kind::Function(_) => walk.function(at, &[]).outcome(),
        Kind::Call => of_call(&mut walk, at, module, depth),
        // `NextAuth(config).auth`
        Kind::Member(_) => module.child(at.node, 0).map_or(Passage::Unknown, |object| {
            let made = value(code, Site { file: at.file, node: object });
            authorized(&mut walk, made).unwrap_or(Passage::Unknown)
        }),
        _ => Passage::Unknown,
    }
}

/// The same of a middleware that a call makes.
fn of_call(walk: &mut Walk<'_, '_>, at: Site, module: &Module, depth: usize) -> Passage {
    /// Make a middleware of a function, which alone decides; without one all pass.
    const BARE: &[&str] = &["clerkMiddleware", "auth", "authMiddleware"];
    let code = walk.test.code;
    let name = module.called(at.node).unwrap_or_default();
    let site = |node| Site { file: at.file, node };
    let arguments: Vec<Site> = module.arguments(at.node).map(site).collect();
    if let Some(passage) = public_routes(walk, &arguments) {
        return passage;
    }
    if let Some(passage) = authorized(walk, at) {
        return passage;
    }
    let mut passages = Vec::new();
    for argument in &arguments {
        let argument = value(code, *argument);
        let Some(module) = code.module(argument.file) else { continue };
        match module.kind(argument.node) {
            Kind::Function(_) | Kind::Call | Kind::Member(_) => {
                passages.push(passage_of(code, argument, walk.test.path, walk.test.id, depth + 1));
            }
            Kind::Array => passages.extend(module.children(argument.node).map(|node| {
                let item = Site { file: argument.file, node };
                passage_of(code, item, walk.test.path, walk.test.id, depth + 1)
            })),
            _ => {}
        }
    }
    let callee = module.callee(at.node).map(site);
    if passages.contains(&Passage::Denies) {
        Passage::Denies
    } else if BARE.contains(&name) {
        if passages.contains(&Passage::Unknown) { Passage::Unknown } else { Passage::Passes }
    } else if callee.is_some_and(|callee| code.capabilities(callee).has(Capability::Auth)) {
        Passage::Denies
    } else if passages.is_empty() || passages.contains(&Passage::Unknown) {
        Passage::Unknown
    } else {
        Passage::Passes
    }
}

/// What `publicRoutes` among the options of a middleware says of the path.
fn public_routes(walk: &Walk<'_, '_>, arguments: &[Site]) -> Option<Passage> {
    let mut told = None;
    for argument in arguments {
        let options = value(walk.test.code, *argument);
        let Some(module) = walk.test.code.module(options.file) else { continue };
        for key in ["publicRoutes", "ignoredRoutes"] {
            let Some(listed) = module.property(options.node, key) else { continue };
            let list = Site { file: options.file, node: listed };
            match walk.test.listed_in(list) {
                Verdict::Yes => return Some(Passage::Passes),
                Verdict::No if told.is_none() => told = Some(Passage::Denies),
                Verdict::No => {}
                Verdict::Open => told = Some(Passage::Unknown),
            }
        }
    }
    told
}

/// What the callback `authorized` of next-auth says, wherever it stands in the options of a call.
fn authorized(walk: &mut Walk<'_, '_>, call: Site) -> Option<Passage> {
    let code = walk.test.code;
    let module = code.module(call.file)?;
    let options = module.arguments(call.node).map(|node| value(code, Site { file: call.file, node }));
    let callback = options.into_iter().find_map(|options| {
        let module = code.module(options.file)?;
        let callbacks = module.property(options.node, "callbacks")?;
        let callbacks = value(code, Site { file: options.file, node: callbacks });
        let module = code.module(callbacks.file)?;
        let callback = module.property(callbacks.node, "authorized")?;
        Some(value(code, Site { file: callbacks.file, node: callback }))
    })?;
    walk.answers = true;
    Some(walk.function(callback, &[]).outcome())
}

/// One walk.
struct Walk<'t, 'r> {
    test: Test<'t, 'r>,
    /// What the function returns is the answer: anything but `true` turns away.
    answers: bool,
    denies: bool,
    /// How many conditions hold here that say that nobody is signed in.
    doubts: usize,
    /// Something was reached that may turn away and cannot be read.
    open: bool,
    steps: usize,
    entered: Vec<Site>,
}

impl<'t, 'r> Walk<'t, 'r> {
    fn new(test: Test<'t, 'r>) -> Self {
        Self { test, answers: false, denies: false, doubts: 0, open: false, steps: 0, entered: Vec::new() }
    }

    fn outcome(&self) -> Passage {
        match (self.denies, self.open || self.steps > MAX_STEPS) {
            (true, _) => Passage::Denies,
            (false, true) => Passage::Unknown,
            (false, false) => Passage::Passes,
        }
    }

    /// Walks a function with what is known of its parameters.
    fn function(&mut self, function: Site, known: &[Bound]) -> &Self {
        let entered = self.entered.contains(&function) || self.entered.len() >= MAX_CALLS;
        if let Some(module) = self.test.code.module(function.file).filter(|_| !entered)
            && let Some(body) = module.body(function.node)
        {
            self.entered.push(function);
            if module.kind(body) == Kind::Block {
                self.statement(function, module, body, known, 0);
            } else {
                self.answer(function, module, body, known);
            }
            self.entered.pop();
        }
        self
    }

    /// Walks a statement; whether what follows it can be reached.
    fn statement(
        &mut self,
        around: Site,
        module: &Module,
        node: NodeId,
        known: &[Bound],
        depth: usize,
    ) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS || depth > MAX_DEPTH {
            return true;
        }
        let mut parts = module.children(node);
        match module.kind(node) {
            Kind::Block => parts.all(|part| self.statement(around, module, part, known, depth + 1)),
            Kind::If => {
                let (test, then, other) = (parts.next(), parts.next(), parts.next());
                let verdict = test.map_or(Verdict::Open, |test| self.condition(around, module, test, known));
                let mut branch = |part: Option<NodeId>, taken: bool, holds: bool| match part {
                    Some(part) if taken => {
                        let doubts = test.is_some_and(|test| doubts(module, test, holds));
                        self.doubts += usize::from(doubts);
                        let falls = self.statement(around, module, part, known, depth + 1);
                        self.doubts -= usize::from(doubts);
                        falls
                    }
                    _ => taken,
                };
                let then = branch(then, verdict != Verdict::No, true);
                let other = branch(other, verdict != Verdict::Yes, false);
                // Who is signed in has left: what follows is for the others.
                self.doubts += usize::from(!then && test.is_some_and(|test| doubts(module, test, false)));
                then || other
            }
            Kind::Return => {
                if let Some(value) = parts.next() {
                    self.answer(around, module, value, known);
                } else if self.answers {
                    self.denies = true;
                }
                false
            }
            Kind::Throw => {
                parts.for_each(|part| self.expression(around, module, part, known, depth + 1));
                false
            }
            Kind::Try => self.attempt(around, module, node, known, depth),
            Kind::Switch | Kind::Case | Kind::Loop(_) => {
                parts.for_each(|part| {
                    self.statement(around, module, part, known, depth + 1);
                });
                true
            }
            _ => {
                self.expression(around, module, node, known, depth + 1);
                true
            }
        }
    }

    /// Walks `try` and what stands behind it; whether what follows can be reached.
    fn attempt(
        &mut self,
        around: Site,
        module: &Module,
        node: NodeId,
        known: &[Bound],
        depth: usize,
    ) -> bool {
        let mut falls = false;
        for part in module.children(node) {
            let inner = match module.kind(part) {
                Kind::Block => Some(part),
                _ => module.children(part).find(|part| module.kind(*part) == Kind::Block),
            };
            // What checks a session throws where there is none.
            let caught = usize::from(matches!(module.kind(part), Kind::Catch));
            self.doubts += caught;
            falls |= inner.is_some_and(|part| self.statement(around, module, part, known, depth + 1));
            self.doubts -= caught;
        }
        falls
    }

    /// Decides a condition, and walks the calls in it.
    fn condition(&mut self, around: Site, module: &Module, test: NodeId, known: &[Bound]) -> Verdict {
        self.expression(around, module, test, known, 0);
        self.test.verdict(Site { file: around.file, node: test }, known, 0)
    }

    /// Walks what a function gives back.
    fn answer(&mut self, around: Site, module: &Module, node: NodeId, known: &[Bound]) {
        self.expression(around, module, node, known, 0);
        if self.answers && self.entered.len() == 1 {
            let site = Site { file: around.file, node };
            self.denies |= self.test.verdict(site, known, 0) != Verdict::Yes;
        }
    }

    fn expression(&mut self, around: Site, module: &Module, node: NodeId, known: &[Bound], depth: usize) {
        self.steps += 1;
        if self.steps > MAX_STEPS || depth > MAX_DEPTH {
            return;
        }
        let mut parts = module.children(node);
        match module.kind(node) {
            Kind::Class | Kind::Function(_) => {}
            Kind::Conditional | Kind::Logical(_) => {
                let Some(test) = parts.next() else { return };
                let verdict = self.condition(around, module, test, known);
                let kind = module.kind(node);
                for (number, part) in parts.enumerate() {
                    if is_reached(kind, number, verdict) {
                        let holds = number == 0 && kind != Kind::Logical(Operator::Or);
                        let doubts = usize::from(doubts(module, test, holds));
                        self.doubts += doubts;
                        self.expression(around, module, part, known, depth + 1);
                        self.doubts -= doubts;
                    }
                }
            }
            Kind::Call | Kind::New => {
                self.call(around, module, node, known);
                parts.for_each(|part| self.expression(around, module, part, known, depth + 1));
            }
            _ => parts.for_each(|part| self.expression(around, module, part, known, depth + 1)),
        }
    }

    /// Looks at a call: does it turn away, and is it worth entering?
    fn call(&mut self, around: Site, module: &Module, call: NodeId, known: &[Bound]) {
        match turns_away(module, call) {
            Some(Refusal::Plain) => {
                self.denies = true;
                return;
            }
            Some(Refusal::Elsewhere) => {
                self.denies |= self.doubts > 0;
                return;
            }
            None => {}
        }
        let site = |node| Site { file: around.file, node };
        let Some(callee) = module.callee(call) else { return };
        let target = value(self.test.code, site(callee));
        let inner = self.test.code.module(target.file);
        let is_function = inner.is_some_and(|module| matches!(module.kind(target.node), Kind::Function(_)));
        if is_function && module.arguments(call).next().is_some() {
            let passed = self.test.passed(site(call), target, known);
            self.function(target, &passed);
        } else if !is_function && self.test.code.capabilities(site(callee)).has(Capability::Auth) {
            // `requireUserSession(event)` of a package throws; what a package answers in our stead cannot be read.
            self.denies |= module.called(call).is_some_and(|name| name.starts_with("require"));
            self.open |= returned(module, call);
        }
        for argument in module.arguments(call) {
            if matches!(module.kind(argument), Kind::Function(_)) {
                self.function(site(argument), known);
            }
        }
    }
}

/// Whether the value of a call is what the function gives back.
fn returned(module: &Module, call: NodeId) -> bool {
    let around = module.ancestors(call).find(|node| module.kind(*node) != Kind::Await);
    around.is_some_and(|node| {
        matches!(module.kind(node), Kind::Return) || matches!(module.kind(node), Kind::Function(_))
    })
}

/// How a request is turned away.
enum Refusal {
    /// It is told so.
    Plain,
    /// It is sent elsewhere, which has many reasons.
    Elsewhere,
}

/// Whether a call answers that the request is not welcome, or sends it elsewhere.
fn turns_away(module: &Module, call: NodeId) -> Option<Refusal> {
    const PLAIN: &[&str] = &["redirectToSignIn", "redirectToLogin", "protect", "unauthorized", "forbidden"];
    const ELSEWHERE: &[&str] = &["redirect", "sendRedirect", "navigateTo"];
    let name = module.called(call).unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    if PLAIN.contains(&name) || ["unauthor", "forbid", "denied"].iter().any(|part| lower.contains(part)) {
        return Some(Refusal::Plain);
    }
    if ELSEWHERE.contains(&name) {
        return Some(Refusal::Elsewhere);
    }
    module.arguments(call).find_map(|argument| {
        let status = match module.kind(argument) {
            Kind::Number(word) => module.word(word).into(),
            Kind::Object => ["status", "statusCode"]
                .iter()
                .find_map(|key| module.property(argument, key).and_then(|value| module.text(value)))?,
            _ => return None,
        };
        match status.as_ref() {
            "401" | "403" | "404" => Some(Refusal::Plain),
            status if status.starts_with("30") && status.len() == 3 => Some(Refusal::Elsewhere),
            _ => None,
        }
    })
}

/// Whether a condition that holds, or does not, says that nobody is signed in.
fn doubts(module: &Module, test: NodeId, holds: bool) -> bool {
    use Operator::{Equal, Not, NotEqual, StrictEqual, StrictNotEqual};
    let child = |number| module.child(test, number);
    let nothing = |node: NodeId| match module.kind(node) {
        Kind::Null | Kind::Flag(false) => true,
        Kind::Name(word, None) => module.word(word) == "undefined",
        Kind::Text(word) => module.word(word).is_empty(),
        _ => false,
    };
    match module.kind(test) {
        Kind::Unary(Not) => child(0).is_some_and(|inner| doubts(module, inner, !holds)),
        Kind::Logical(_) => module.children(test).any(|inner| doubts(module, inner, holds)),
        Kind::Binary(Equal | StrictEqual) => match (child(0), child(1)) {
            (Some(left), Some(right)) if nothing(right) => doubts(module, left, !holds),
            (Some(left), Some(_)) => doubts(module, left, holds),
            _ => false,
        },
        Kind::Binary(NotEqual | StrictNotEqual) => match (child(0), child(1)) {
            (Some(left), Some(right)) if nothing(right) => doubts(module, left, holds),
            (Some(left), Some(_)) => doubts(module, left, !holds),
            _ => false,
        },
        Kind::Name(..) | Kind::Member(_) | Kind::Call | Kind::Await => !holds && is_identity(module, test),
        _ => false,
    }
}

/// Whether a value tells who asks, by the words in its name.
fn is_identity(module: &Module, node: NodeId) -> bool {
    const WORDS: &[&str] = &[
        "user",
        "session",
        "auth",
        "token",
        "claim",
        "logged",
        "signed",
        "cookie",
        "jwt",
        "account",
        "identity",
        "viewer",
        "role",
        "admin",
        "secret",
        "credential",
        "member",
        "key",
    ];
    std::iter::once(node).chain(module.own_descendants(node)).any(|node| match module.kind(node) {
        Kind::Name(word, _) | Kind::Member(word) => {
            let lower = module.word(word).to_ascii_lowercase();
            WORDS.iter().any(|part| lower.contains(part))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests;

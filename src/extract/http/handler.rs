//! What the function behind a route reads of its request, and what it does to the world.

mod kept;
mod linked;
mod models;
mod objection;
mod parts;
mod passed;
mod patience;
mod signs;
#[cfg(test)]
mod tests;

pub(super) use models::asks_a_model;
pub(super) use objection::models_hold_schemas;
pub(super) use patience::clients_give_up;

use std::collections::{BTreeSet, HashSet};

use self::parts::{holder, part, part_of_event};
use self::passed::Fate;
use self::signs::{locks, refuses, stands, waits};
use crate::extract::branch;
use crate::extract::code::{Capability, Code, Origin, Site};
use crate::parse::javascript::{Bound, Kind, Loop, Module, NodeId, Operator};

/// Functions that call functions are followed this deep.
const DEEPEST: usize = 6;

/// A handler is followed through no more functions than this.
const MOST: usize = 80;

/// Methods that only databases have, and that write.
const ONLY_DATABASES: &[&str] = &[
    "findByIdAndUpdate",
    "findOneAndUpdate",
    "findByIdAndDelete",
    "findOneAndDelete",
    "findOneAndReplace",
    "findByIdAndRemove",
    "findOneAndRemove",
    "insertOne",
    "insertMany",
    "updateOne",
    "updateMany",
    "deleteOne",
    "deleteMany",
    "replaceOne",
    "createMany",
    "createManyAndReturn",
    "upsert",
    "bulkCreate",
    "bulkWrite",
    "$executeRaw",
    "$executeRawUnsafe",
    "findOrCreate",
    "insertInto",
    "deleteFrom",
    "updateTable",
];

/// Methods that write where they are a database's.
const OFTEN: &[&str] = &[
    "save",
    "create",
    "update",
    "delete",
    "destroy",
    "insert",
    "remove",
    "increment",
    "decrement",
    "truncate",
    "softDelete",
    "add",
    "set",
    "del",
];

/// Methods that take a query.
const ASKS: &[&str] = &["query", "execute", "run", "raw", "unsafe", "exec", "prepare", "batch"];

/// What a handler reads and does, in the words of the fact.
#[derive(Debug, Default)]
pub(super) struct Handler {
    /// `body`, `query`, `params`, `files`.
    pub reads: BTreeSet<&'static str>,
    /// `environment`, `versions`, `memory`, `errors`.
    pub reveals: BTreeSet<&'static str>,
    /// What else was seen.
    pub signs: BTreeSet<Sign>,
}

/// Something that a handler was seen to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    /// It writes to a database.
    Writes,
    /// It looks at the state of a connection that it keeps.
    Looks,
    /// It changes what the module keeps in memory by what the body says.
    Keeps,
    /// Something in it speaks of a time after which it gives up.
    Waits,
    /// It counts what fails, and locks out who fails too often.
    Locks,
    /// It speaks of a token, a long text that nobody guesses.
    Token,
    /// It looks up what it is about by a token: whoever has the link may ask.
    Linked,
    /// It gives whoever comes without an account one for guests.
    Guests,
    /// It speaks of a code, which is short.
    Code,
    /// It hands a password to what tells whether that is right: `User.authenticate(email, password)`.
    SignsIn,
    /// It writes through a query of Objection, whose models hold what they are given against their schema.
    Modelled,
    /// It answers 401, whatever the reason: it asks something of whoever comes.
    Refuses,
    /// It does no more than to say that it is there: `res.send("API is running")`.
    Stands,
    /// It does more with a body than to hand parts of it to another service.
    Uses,
    /// It goes no further where the environment, or a flag, says so.
    Gated,
    /// It goes no further unless a flag says that the program only plays one: `if (!isMockMode) return 404`.
    Mocks,
}

impl Handler {
    /// Whether it was seen to do this.
    pub(super) fn is(&self, sign: Sign) -> bool {
        self.signs.contains(&sign)
    }

    /// Takes note of a part of the request that is more than handed on.
    fn read(&mut self, part: Option<&'static str>) {
        self.signs.extend(part.filter(|part| *part == "body").map(|_| Sign::Uses));
        self.reads.extend(part);
    }
}

/// Follows a handler of a framework through the code it calls.
pub(super) fn read(code: &Code<'_>, site: Site, framework: &str) -> Handler {
    let answers = framework == "koa";
    let mut walk = Walk { code, answers, seen: HashSet::new(), found: Handler::default() };
    for function in functions(code, site, 0) {
        walk.function(function, true, 0);
        if code.module(function.file).is_some_and(|module| stands(module, function.node)) {
            walk.found.signs.insert(Sign::Stands);
        }
    }
    walk.found
}

/// The functions behind a value: itself, or those that a wrapper is given.
pub(super) fn functions(code: &Code<'_>, site: Site, depth: usize) -> Vec<Site> {
    let mut at = code.definition(site);
    if let Origin::Local(local) = code.origin(at) {
        at = local;
    }
    let Some(module) = code.module(at.file) else { return Vec::new() };
    match module.kind(at.node) {
        Kind::Function(_) => vec![at],
        Kind::Method(_) => {
            let own =
                module.children(at.node).filter(|child| matches!(module.kind(*child), Kind::Function(_)));
            own.map(|node| Site { file: at.file, node }).collect()
        }
        Kind::Call | Kind::New | Kind::Array | Kind::Await if depth < 3 => {
            let parts = module.children(at.node);
            parts.flat_map(|node| functions(code, Site { file: at.file, node }, depth + 1)).collect()
        }
        _ => Vec::new(),
    }
}

struct Walk<'c, 'r> {
    code: &'c Code<'r>,
    /// `context.body` is the answer, as of Koa.
    answers: bool,
    seen: HashSet<Site>,
    found: Handler,
}

impl Walk<'_, '_> {
    /// `asked`: its parameters may be the request.
    fn function(&mut self, site: Site, asked: bool, depth: usize) {
        let Some(module) = self.code.module(site.file) else { return };
        if depth > DEEPEST || self.seen.len() > MOST || !self.seen.insert(site) {
            return;
        }
        if asked {
            self.parameters(module, site.node);
        }
        for node in module.descendants(site.node) {
            match module.kind(node) {
                Kind::Member(word) | Kind::Name(word, _) | Kind::Property(word)
                    if self.is_sign(module.word(word)) => {}
                // `for await (const chunk of request)`
                Kind::Loop(Loop::ForAwait) if asked => {
                    let over = module.child(node, 1).is_some_and(|over| is_parameter(module, over));
                    self.found.read(over.then_some("body"));
                }
                Kind::If if depth <= 1 && is_gate(module, node) => {
                    self.found.signs.insert(Sign::Gated);
                    self.found.signs.extend(asks_for_mocks(module, node).then_some(Sign::Mocks));
                }
                Kind::Member(word) if asked => self.member(site, module, node, module.word(word)),
                Kind::Declarator if asked => self.taken_apart(module, node),
                Kind::Call | Kind::New => self.call(site, module, node, asked, depth),
                Kind::Property(_) => self.property(module, node),
                Kind::Number(word) if module.word(word) == "401" => {
                    self.found.signs.insert(Sign::Refuses);
                }
                _ => {}
            }
        }
    }

    /// Takes note of names that say something wherever they stand.
    fn is_sign(&mut self, word: &str) -> bool {
        match word {
            "readyState" | "isInitialized" | "pingCheck" => self.found.signs.insert(Sign::Looks),
            "token" | "resetToken" | "passwordResetToken" | "resetPasswordToken" => {
                self.found.signs.insert(Sign::Token)
            }
            "signInAnonymous" | "signInAnonymously" => self.found.signs.insert(Sign::Guests),
            "otp" | "code" | "pin" | "verificationCode" | "resetCode" => self.found.signs.insert(Sign::Code),
            _ if refuses(word) => self.found.signs.insert(Sign::Refuses),
            _ if locks(word) => self.found.signs.insert(Sign::Locks),
            _ if waits(word) => self.found.signs.insert(Sign::Waits),
            _ => return false,
        };
        true
    }

    /// `({ body, params }) => …`, and `@Body() input` of a controller.
    fn parameters(&mut self, module: &Module, function: NodeId) {
        for child in module.children(function).filter(|child| module.kind(*child) == Kind::Parameter) {
            for decorator in module.decorators(child) {
                let name = module.called(decorator).or_else(|| module.last_name(decorator));
                let part = match name.unwrap_or_default() {
                    "Body" | "RawBody" | "Args" | "Payload" | "MessageBody" => "body",
                    "Query" => "query",
                    "Param" | "Params" => "params",
                    "UploadedFile" | "UploadedFiles" => "files",
                    _ => continue,
                };
                self.found.read(Some(part));
            }
        }
        for pattern in module.parameters(function).take(2) {
            self.keys(module, pattern, false);
        }
    }

    /// `const { body } = request`, `const { body } = context.request`.
    fn taken_apart(&mut self, module: &Module, declarator: NodeId) {
        let parts: Vec<_> = module.children(declarator).collect();
        let [pattern, .., value] = parts.as_slice() else { return };
        let (holder, inner) = holder(module, *value);
        if is_parameter(module, holder) {
            self.keys(module, *pattern, inner);
        }
    }

    fn keys(&mut self, module: &Module, pattern: NodeId, inner: bool) {
        if module.kind(pattern) != Kind::ObjectPattern {
            return;
        }
        let answers = self.answers && !inner;
        for key in module.children(pattern) {
            if let Kind::Property(word) = module.kind(key) {
                let part = part(module.word(word)).filter(|part| !answers || *part != "body");
                self.found.read(part);
            }
        }
    }

    /// `request.body`, `context.request.body`, `request.nextUrl.searchParams`.
    fn member(&mut self, site: Site, module: &Module, node: NodeId, word: &str) {
        let Some(part) = part(word) else { return };
        let Some(object) = module.child(node, 0) else { return };
        let (holder, inner) = holder(module, object);
        // A call of that name is another thing: `database.query()`.
        let called = module.parent(node).is_some_and(|parent| module.callee(parent) == Some(node));
        let answers = self.answers && !inner && part == "body";
        if is_parameter(module, holder) && (!called || inner) && !answers {
            self.take(part, Site { node, ..site });
        }
    }

    fn call(&mut self, site: Site, module: &Module, node: NodeId, asked: bool, depth: usize) {
        let Some(callee) = module.callee(node) else { return };
        let name = module.last_name(callee).unwrap_or_default();
        if asked {
            match module.receiver(node) {
                Some(receiver) => self.body_method(site, module, node, receiver, name),
                None => {
                    if let Some(part) = part_of_event(module, node, name) {
                        self.take(part, Site { node, ..site });
                    }
                }
            }
        }
        if asked && kept::is_changed(module, node, name) {
            self.found.signs.insert(Sign::Keeps);
        }
        if linked::looks_up(module, node, name) {
            self.found.signs.insert(Sign::Linked);
        }
        if signs::signs_in(module, node, name) {
            self.found.signs.insert(Sign::SignsIn);
        }
        if objection::writes_a_model(module, node, name) {
            self.found.signs.insert(Sign::Modelled);
        }
        if !self.found.is(Sign::Writes) && self.writes(site, module, node, name) {
            self.found.signs.insert(Sign::Writes);
        }
        let hands_on = asked && module.arguments(node).any(|argument| is_parameter(module, argument));
        let callee = Site { file: site.file, node: callee };
        let origin = self.code.origin(callee);
        if origin == Origin::Unknown && signs::limits(name) {
            self.found.signs.insert(Sign::Locks);
        }
        if let Origin::Local(_) = origin {
            for function in functions(self.code, callee, 3) {
                self.function(function, hands_on, depth + 1);
            }
        }
    }

    /// `await request.json()`, `c.req.query("q")`.
    fn body_method(&mut self, site: Site, module: &Module, node: NodeId, receiver: NodeId, name: &str) {
        let (holder, inner) = holder(module, receiver);
        if !is_parameter(module, holder) {
            return;
        }
        let bare = module.argument(node, 0).is_none();
        let part = match name {
            "json" | "text" | "formData" | "arrayBuffer" | "blob" if bare => "body",
            "parseBody" | "valid" if inner => "body",
            "on" if module
                .argument(node, 0)
                .is_some_and(|event| module.text(event).as_deref() == Some("data")) =>
            {
                "body"
            }
            "query" | "queries" if inner => "query",
            "param" if inner => "params",
            _ => return,
        };
        self.take(part, Site { node, ..site });
    }

    /// A part of the request that is read at a place.
    fn take(&mut self, part: &'static str, site: Site) {
        match if part == "body" { passed::fate(self.code, site) } else { Fate::Used } {
            Fate::Checked | Fate::Whole => {}
            Fate::Parts => {
                self.found.reads.insert(part);
            }
            Fate::Used => self.found.read(Some(part)),
        }
    }

    /// Whether a call writes to a database.
    fn writes(&self, site: Site, module: &Module, node: NodeId, name: &str) -> bool {
        if ONLY_DATABASES.contains(&name) {
            return true;
        }
        let database = || {
            let gives = self.code.capabilities(Site { file: site.file, node });
            let kept = name == "set" && signs::expires(module, node);
            !kept && (gives.has(Capability::Orm) || gives.has(Capability::Database))
        };
        if ASKS.contains(&name) {
            return module.argument(node, 0).is_some_and(|argument| is_writing_query(module, argument));
        }
        let external = || {
            let origin =
                self.code.origin(Site { file: site.file, node: module.callee(node).unwrap_or(node) });
            matches!(origin, Origin::External { .. })
        };
        OFTEN.contains(&name) && module.receiver(node).is_some() && external() && database()
    }

    /// What an answer tells about the program, at a property of an object.
    fn property(&mut self, module: &Module, node: NodeId) {
        let Some(value) = module.child(node, 0) else { return };
        let first = match module.kind(value) {
            Kind::Logical(_) => module.child(value, 0).unwrap_or(value),
            Kind::Call => module.callee(value).unwrap_or(value),
            _ => value,
        };
        let Some(path) = module.dotted(first) else { return };
        let what = match path.as_str() {
            "process.version"
            | "process.versions"
            | "process.env.npm_package_version"
            | "process.versions.node" => "versions",
            "process.memoryUsage"
            | "os.totalmem"
            | "os.freemem"
            | "os.cpus"
            | "process.cpuUsage"
            | "os.loadavg"
            | "os.hostname" => "memory",
            "process.env" => "environment",
            _ if path.starts_with("process.env.") => "environment",
            _ if matches!(module.last_name(first), Some("message" | "stack")) && in_catch(module, node) => {
                "errors"
            }
            _ => return,
        };
        self.found.reveals.insert(what);
    }
}
/// Whether a node is a name that a function takes as one of its first two parameters, whole or taken apart.
fn is_parameter(module: &Module, node: NodeId) -> bool {
    let Kind::Name(_, Some(binding)) = module.kind(node) else { return false };
    let binding = module.bindings.get(binding.0 as usize);
    binding.is_some_and(|binding| {
        matches!(binding.bound, Bound::Parameter(_, 0 | 1) | Bound::ParameterPart(_, 0 | 1, _))
    })
}

/// Whether an `if` ends the request by the environment or a flag: `if (process.env.NODE_ENV === "production") return …`.
fn is_gate(module: &Module, node: NodeId) -> bool {
    let Some(test) = module.child(node, 0) else { return false };
    let names = std::iter::once(test).chain(module.descendants(test));
    let by_flag = names.into_iter().any(|node| {
        let environment = matches!(module.kind(node), Kind::Member(_))
            && module.child(node, 0).is_some_and(|object| module.is_environment(object));
        let flag = matches!(module.kind(node), Kind::Name(..) | Kind::Member(_))
            && module.last_name(node).is_some_and(is_flag);
        environment || flag
    });
    let ends = module.descendants(node).any(|node| matches!(module.kind(node), Kind::Return | Kind::Throw));
    ends && (by_flag || branch::production(module, test).is_some())
}

/// Whether an `if` is passed only where a flag says that the program plays one for its page: `if (!isMockMode) return`.
fn asks_for_mocks(module: &Module, node: NodeId) -> bool {
    let test = module.child(node, 0).filter(|test| module.kind(*test) == Kind::Unary(Operator::Not));
    let flag = test.and_then(|test| module.last_name(module.child(test, 0)?));
    flag.is_some_and(|flag| super::words::words(flag).iter().any(|word| word == "mock" || word == "mocks"))
}

fn is_flag(name: &str) -> bool {
    let words = super::words::words(name);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    has(&["enable", "enabled", "allow", "allowed", "is"])
        && has(&[
            "demo",
            "dev",
            "development",
            "test",
            "mock",
            "production",
            "prod",
            "impersonation",
            "impersonate",
        ])
}

fn in_catch(module: &Module, node: NodeId) -> bool {
    module.ancestors(node).any(|around| module.kind(around) == Kind::Catch)
}

/// Whether a query changes what is stored, by its first word.
fn is_writing_query(module: &Module, argument: NodeId) -> bool {
    let argument = module.resolve(argument);
    let first = match module.kind(argument) {
        Kind::Template => module.child(argument, 0).unwrap_or(argument),
        Kind::Tagged => {
            let template = module.child(argument, 1).unwrap_or(argument);
            module.child(template, 0).unwrap_or(template)
        }
        _ => argument,
    };
    let text = module.text(first).unwrap_or_default();
    let word = text.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    matches!(word.as_str(), "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "MERGE" | "TRUNCATE")
}

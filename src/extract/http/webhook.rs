//! Whether the signature of a message is checked always, and over the bytes that were sent.

use std::collections::HashSet;

use super::handler::functions;
use super::words::words;
use super::{Known, place};
use crate::extract::Context;
use crate::extract::branch;
use crate::extract::code::{Capability, Code, Origin, Site};
use crate::facts::{Entry, WebhookCheck};
use crate::parse::javascript::{Kind, Module, NodeId, Operator};

/// Functions that call functions are followed this deep.
const DEEPEST: usize = 4;

/// The fact of a route that checks signatures.
pub(super) fn check(context: &Context<'_>, known: &Known<'_>, name: &str) -> Option<Entry> {
    if !known.all().has(Capability::Signature) {
        return None;
    }
    let code = &context.code;
    let mut walk = Walk { code, seen: HashSet::new(), through: Vec::new(), gap: None, parsed: false };
    let guards = known.route.guards.iter().filter(|guard| guard.gives.has(Capability::Signature));
    for site in guards.map(|guard| guard.site).chain(known.route.handler) {
        for function in functions(code, site, 0) {
            walk.function(function, 0);
        }
    }
    let fact = WebhookCheck {
        name: name.to_owned(),
        gap: walk.gap.map(|(_, gap)| gap.to_owned()),
        parsed_by: parser(context, known).filter(|_| walk.parsed),
    };
    let at = walk.gap.map_or_else(|| place(context, known.route.site), |(site, _)| place(context, site));
    Some(Entry::new(at, fact))
}

/// The first parser before a route, where it parses JSON and keeps no raw bytes.
fn parser(context: &Context<'_>, known: &Known<'_>) -> Option<String> {
    let first = known.route.guards.iter().find(|guard| {
        guard.gives.has(Capability::BodyParser)
            && !words(&guard.name).iter().any(|word| word == "urlencoded" || word == "text")
    })?;
    let json = words(&first.name).iter().any(|word| word == "json");
    let module = context.code.module(first.site.file)?;
    // `verify` keeps the bytes; a condition around it may pass this route over.
    let kept = module.descendants(first.site.node).any(|node| match module.kind(node) {
        Kind::Property(word) | Kind::Method(word) => ["verify", "type"].contains(&module.word(word)),
        Kind::If | Kind::Conditional | Kind::Logical(_) => true,
        _ => false,
    });
    (json && !kept).then(|| first.name.clone())
}

struct Walk<'c, 'r> {
    code: &'c Code<'r>,
    seen: HashSet<Site>,
    /// The calls that led to the function that is looked at, the first one's first.
    through: Vec<Site>,
    gap: Option<(Site, &'static str)>,
    /// A check reads `request.body`.
    parsed: bool,
}

impl Walk<'_, '_> {
    fn function(&mut self, site: Site, depth: usize) {
        let Some(module) = self.code.module(site.file) else { return };
        if depth > DEEPEST || !self.seen.insert(site) {
            return;
        }
        for node in module.descendants(site.node) {
            let gap = match module.kind(node) {
                Kind::If => self.condition(site, module, node),
                Kind::Call => {
                    self.parsed |= checks_parsed(module, node);
                    let callee = module.callee(node).unwrap_or(node);
                    let callee = Site { file: site.file, node: callee };
                    if let Origin::Local(_) = self.code.origin(callee) {
                        self.through.push(Site { file: site.file, node });
                        for function in functions(self.code, callee, 3) {
                            self.function(function, depth + 1);
                        }
                        self.through.pop();
                    }
                    empty_key(module, node)
                        .filter(|key| !self.refused(site, module, node, *key))
                        .map(|_| "its secret is not set and an empty text takes its place")
                }
                _ => None,
            };
            if let (None, Some(gap)) = (self.gap, gap) {
                self.gap = Some((Site { file: site.file, node }, gap));
            }
        }
    }

    /// An `if` that leads around the check.
    fn condition(&self, site: Site, module: &Module, node: NodeId) -> Option<&'static str> {
        let (test, then) = (module.child(node, 0)?, module.child(node, 1)?);
        let otherwise = module.child(node, 2);
        if branch::production(module, test).is_some() {
            return None;
        }
        let (asked, missing) = asked(module, test)?;
        if missing {
            // `if (!secret) return true`
            return (lets_pass(module, then) && !rejects(module, then)).then_some(asked);
        }
        // `if (secret) { verify() }` and nothing else.
        let verifies = self.verifies(site, module, then);
        let rejected_before = rejects_missing(module, site.node, node, test);
        let held = otherwise
            .is_some_and(|otherwise| rejects(module, otherwise) || self.verifies(site, module, otherwise));
        let answers_within = ends(module, then);
        (verifies && !held && !rejected_before && !answers_within).then_some(asked)
    }

    /// Whether the program goes no further without a key: at its start, in the function that uses the key, or in one that
    /// calls it.
    fn refused(&self, site: Site, module: &Module, node: NodeId, key: NodeId) -> bool {
        let start = module.children(module.root()).filter(|child| module.kind(*child) == Kind::If);
        if refuses_without(module, start, key) {
            return true;
        }
        let callers = self.through.iter().filter(|call| call.file == site.file).map(|call| call.node);
        std::iter::once(node).chain(callers).any(|before| {
            let mut around = module.ancestors(before).filter(|outer| module.function(*outer).is_some());
            around.any(|function| {
                let earlier = module.descendants(function).take_while(|other| *other < before);
                refuses_without(module, earlier.filter(|other| module.kind(*other) == Kind::If), key)
            })
        })
    }

    /// Whether a signature is checked within a node.
    fn verifies(&self, site: Site, module: &Module, node: NodeId) -> bool {
        module.descendants(node).any(|node| {
            let call = matches!(module.kind(node), Kind::Call | Kind::New);
            call && self.code.capabilities(Site { file: site.file, node }).has(Capability::Signature)
        })
    }
}

/// The names that are spoken in a node, those of where they stand left out: `WEBHOOK_SECRET` of
/// `process.env.WEBHOOK_SECRET`.
fn names(module: &Module, node: NodeId) -> HashSet<&str> {
    const HOLDERS: &[&str] = &["process", "env", "config", "this", "headers", "req", "request"];
    std::iter::once(node)
        .chain(module.descendants(node))
        .filter_map(|node| module.last_name(node))
        .filter(|name| !HOLDERS.contains(name))
        .collect()
}

/// Whether one of these conditions turns away where a key is not set: `if (!SECRET || !signature) throw`.
fn refuses_without(module: &Module, mut tests: impl Iterator<Item = NodeId>, key: NodeId) -> bool {
    let wanted: HashSet<&str> =
        names(module, key).into_iter().chain(names(module, module.resolve(key))).collect();
    tests.any(|condition| {
        let Some((test, then)) = module.child(condition, 0).zip(module.child(condition, 1)) else {
            return false;
        };
        let missing = |part: NodeId| {
            module.kind(part) == Kind::Unary(Operator::Not)
                && module
                    .child(part, 0)
                    .and_then(|value| module.last_name(value))
                    .is_some_and(|name| wanted.contains(name))
        };
        !module.descendants(test).chain([test]).any(|part| module.kind(part) == Kind::Logical(Operator::And))
            && module.descendants(test).chain([test]).any(missing)
            && rejects(module, then)
    })
}

/// Whether an earlier `if` of the function turns away what this one asks for.
fn rejects_missing(module: &Module, function: NodeId, before: NodeId, test: NodeId) -> bool {
    let names = |node: NodeId| names(module, node);
    let wanted = names(test);
    let mut earlier =
        module.descendants(function).filter(|node| *node < before && module.kind(*node) == Kind::If);
    earlier.any(|other| {
        let parts = module.child(other, 0).zip(module.child(other, 1));
        parts.is_some_and(|(test, then)| {
            matches!(asked(module, test), Some((_, true)))
                && rejects(module, then)
                && !names(test).is_disjoint(&wanted)
        })
    })
}

/// What a test asks for, and whether it holds where that is missing: `if (!secret)`, `if (signature)`.
fn asked(module: &Module, test: NodeId) -> Option<(&'static str, bool)> {
    match module.kind(test) {
        Kind::Unary(Operator::Not) => Some((name(module, module.child(test, 0)?)?, true)),
        Kind::Logical(Operator::And) => {
            let (left, right) = (module.child(test, 0)?, module.child(test, 1)?);
            asked(module, left).or_else(|| asked(module, right)).filter(|(_, missing)| !missing)
        }
        // `if (!timestamp || !signature)`
        Kind::Logical(Operator::Or) => {
            let (left, right) = (module.child(test, 0)?, module.child(test, 1)?);
            let missing = |part| asked(module, part).filter(|(_, missing)| *missing);
            missing(left).or_else(|| missing(right))
        }
        _ => Some((name(module, test)?, false)),
    }
}

/// What a name says that is asked for. `secretHeader` and `signatureAlgorithm` say how a message is signed, and are
/// neither.
fn name(module: &Module, node: NodeId) -> Option<&'static str> {
    const MANNER: &[&str] =
        &["header", "headers", "algorithm", "algo", "name", "field", "type", "format", "encoding", "prefix"];
    let named = module.last_name(node)?;
    let words = words(named);
    if words.last().is_some_and(|last| MANNER.contains(&last.as_str())) {
        return None;
    }
    let has = |known: &str| words.iter().any(|word| word == known);
    if has("secret") {
        Some("no secret is set")
    } else if has("signature") || has("sig") || has("hmac") {
        Some("the sender leaves the signature out")
    } else {
        None
    }
}

/// Whether a branch says that all is well.
fn lets_pass(module: &Module, node: NodeId) -> bool {
    std::iter::once(node).chain(module.descendants(node)).any(|node| match module.kind(node) {
        Kind::Return => module.child(node, 0).is_some_and(|value| module.kind(value) == Kind::Flag(true)),
        Kind::Call => module.called(node) == Some("next") && module.argument(node, 0).is_none(),
        _ => false,
    })
}

/// Whether a branch turns the message away.
fn rejects(module: &Module, node: NodeId) -> bool {
    std::iter::once(node).chain(module.descendants(node)).any(|node| match module.kind(node) {
        Kind::Throw | Kind::Flag(false) => true,
        Kind::Number(word) => module.word(word).len() == 3 && module.word(word).starts_with(['4', '5']),
        Kind::Call => module.called(node).is_some_and(|name| {
            let name = name.to_ascii_lowercase();
            ["error", "unauthorized", "forbidden", "badrequest", "reject", "fail", "exit"]
                .iter()
                .any(|word| name.contains(word))
                && !name.starts_with("console")
                && module
                    .receiver(node)
                    .and_then(|on| module.last_name(on))
                    .is_none_or(|on| !["console", "logger", "log"].contains(&on))
        }),
        _ => false,
    })
}

/// Whether a block ends the function itself, by an answer of its own.
fn ends(module: &Module, block: NodeId) -> bool {
    module.children(block).any(|node| matches!(module.kind(node), Kind::Return | Kind::Throw))
}

/// The key of `createHmac("sha256", process.env.SECRET || "")`, `constructEvent(body, signature, secret ?? "")`.
fn empty_key(module: &Module, node: NodeId) -> Option<NodeId> {
    let index = match module.called(node) {
        Some("createHmac") => 1,
        Some("constructEvent" | "constructEventAsync") => 2,
        _ => return None,
    };
    let given = module.argument(node, index)?;
    let key = module.resolve(given);
    let falls_back = matches!(module.kind(key), Kind::Logical(Operator::Or | Operator::Coalesce))
        && module
            .child(key, 1)
            .is_some_and(|fallback| module.text(fallback).is_some_and(|text| text.is_empty()));
    falls_back.then_some(given)
}

/// `constructEvent(request.body, …)`: a check of what has been parsed, where a parser stands before it.
fn checks_parsed(module: &Module, node: NodeId) -> bool {
    if !matches!(module.called(node), Some("constructEvent" | "constructEventAsync")) {
        return false;
    }
    let body = module.argument(node, 0).map(|body| module.resolve(body));
    body.is_some_and(|body| module.last_name(body) == Some("body"))
}

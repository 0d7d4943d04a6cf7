//! `configure(consumer) { consumer.apply(X).exclude(…).forRoutes(…) }`.

use super::class;
use crate::extract::code::{Code, Site};
use crate::extract::http::value;
use crate::parse::javascript::{Kind, Module, NodeId};

/// Middlewares that a module puts before some routes.
#[derive(Debug)]
pub(super) struct Middleware {
    /// What is applied, in order.
    pub applied: Vec<Site>,
    /// Before which routes.
    pub before: Vec<Aim>,
    /// But not before these.
    pub but: Vec<Aim>,
}

/// Some routes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// Those of a controller.
    Controller(Site),
    /// Those of a path, without the prefix of the application, and of a method or any.
    Path(String, Option<String>),
}

impl Aim {
    /// Whether a route is one of these: its controller, its method and its path without the prefix. A path without a
    /// method stands for what lies below it as well.
    pub(super) fn meets(&self, controller: Site, method: &str, path: &str) -> bool {
        match self {
            Self::Path(pattern, None) => under(pattern, path),
            _ => self.names(controller, method, path),
        }
    }

    /// Whether it names just this route, as exceptions do.
    pub(super) fn names(&self, controller: Site, method: &str, path: &str) -> bool {
        match self {
            Self::Controller(class) => *class == controller,
            Self::Path(pattern, only) => {
                only.as_deref().is_none_or(|only| only == method) && same(pattern, path)
            }
        }
    }
}

/// How many functions a consumer is handed on through.
const MAX_DEPTH: usize = 3;

/// Every `forRoutes` of a `configure`, and of the local functions that it hands its consumer to.
pub(super) fn read(code: &Code<'_>, configure: Site) -> Vec<Middleware> {
    let mut found = Vec::new();
    collect(code, configure, &mut found, 0);
    found
}

fn collect(code: &Code<'_>, configure: Site, found: &mut Vec<Middleware>, depth: usize) {
    let Some(module) = code.module(configure.file).filter(|_| depth < MAX_DEPTH) else { return };
    let at = |node: NodeId| Site { node, ..configure };
    let consumer = module.parameters(configure.node).next().and_then(|parameter| module.binding(parameter));
    for call in module.descendants(configure.node).filter(|node| module.kind(*node) == Kind::Call) {
        let handed = module.argument(call, 0).and_then(|given| module.binding(given));
        if module.called(call) == Some("forRoutes") {
            found.push(chain(code, module, at(call)));
        } else if let Some(callee) = module.callee(call).filter(|_| handed.is_some() && handed == consumer) {
            collect(code, code.definition(at(callee)), found, depth + 1);
        }
    }
}

fn chain(code: &Code<'_>, module: &Module, end: Site) -> Middleware {
    let at = |node: NodeId| Site { node, ..end };
    let mut middleware = Middleware { applied: Vec::new(), before: Vec::new(), but: Vec::new() };
    let mut next = Some(end.node);
    while let Some(call) = next {
        let given = module.arguments(call).flat_map(|argument| value::items(code, at(argument)));
        match module.called(call) {
            Some("forRoutes") if call == end.node => {
                middleware.before.extend(given.filter_map(|item| aim(code, item)));
            }
            Some("exclude") => middleware.but.extend(given.filter_map(|item| aim(code, item))),
            Some("apply") => middleware.applied.extend(given),
            _ => {}
        }
        next = module.receiver(call).filter(|receiver| module.kind(*receiver) == Kind::Call);
    }
    middleware
}

/// A path, a `{ path, method }` or a controller.
pub(super) fn aim(code: &Code<'_>, item: Site) -> Option<Aim> {
    if let Some(class) = class::of(code, item) {
        return Some(Aim::Controller(class));
    }
    if let Some(path) = value::text(code, item) {
        return Some(Aim::Path(path, None));
    }
    let path = value::text(code, value::option(code, item, "path")?)?;
    let method = value::option(code, item, "method").and_then(|method| {
        let word = code.module(method.file)?.last_name(method.node)?.to_ascii_uppercase();
        (word != "ALL").then_some(word)
    });
    Some(Aim::Path(path, method))
}

/// Whether a path lies at or below a pattern.
pub(super) fn under(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (segments(pattern), segments(path));
    for (index, part) in pattern.iter().enumerate() {
        if is_rest(part) {
            return true;
        }
        if !path.get(index).is_some_and(|segment| alike(part, segment)) {
            return false;
        }
    }
    true
}

/// Whether a path is one of a pattern.
fn same(pattern: &str, path: &str) -> bool {
    let rest = segments(pattern).last().is_some_and(|part| is_rest(part));
    under(pattern, path) && (rest || segments(pattern).len() == segments(path).len())
}

fn alike(part: &str, segment: &str) -> bool {
    part == segment || part.starts_with(':')
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

fn is_rest(part: &str) -> bool {
    part.starts_with('*') || part.starts_with("{*") || part == "(.*)"
}

#[cfg(test)]
mod tests {
    use super::{same, under};

    #[test]
    fn paths_and_patterns() {
        for (pattern, path, below, equal) in [
            ("*", "/users", true, true),
            ("{*splat}", "/", true, true),
            ("users", "/users/:id", true, false),
            ("users/:id", "/users/:id", true, true),
            ("users/*path", "/users/a", true, true),
            ("users", "/user", false, false),
            ("/", "/", true, true),
        ] {
            assert_eq!((under(pattern, path), same(pattern, path)), (below, equal), "{pattern} {path}");
        }
    }
}

//! Variables of the environment that open doors, and branches that are open unless it is production.

use super::environment::{self, Environment};
use super::names;
use super::scan::{Scan, variable};
use crate::extract::code::Site;
use crate::facts::{EnvironmentBranch, FlagBypass, MockFallback};
use crate::parse::javascript::{Kind, NodeId, Operator};

/// Words of what is not real.
const UNREAL: &[&str] = &["mock", "mocks", "mocked", "fake", "dummy", "stub", "prototype"];

/// An `if`, a conditional or `a && b`: its test is the first child.
pub(super) fn branch(scan: &mut Scan<'_, '_>, node: NodeId) {
    if scan.browser {
        return;
    }
    let module = scan.module;
    let Some(test) = module.child(node, 0) else { return };
    if let Some(flag) = flag_in(scan, test, 0) {
        bypass(scan, node, test, &flag);
    }
    permissive(scan, node, test);
}

/// The variable that a test asks for, where its name is that of a switch.
fn flag_in(scan: &Scan<'_, '_>, test: NodeId, depth: usize) -> Option<String> {
    let module = scan.module;
    if depth > 4 {
        return None;
    }
    match module.kind(test) {
        Kind::Unary(Operator::Not) | Kind::Binary(_) | Kind::Logical(_) => {
            module.children(test).find_map(|part| flag_in(scan, part, depth + 1))
        }
        Kind::Name(..) | Kind::Member(_) => {
            let own = module.last_name(test)?;
            let telling = is_bypass(own) || names::has(own, UNREAL) || names::has(own, &["real"]);
            let flag = match scan.variable(test) {
                Some(flag) => Some(flag.to_owned()),
                None if telling => scan.variable_behind(test),
                None => scan.variable_here(test).map(str::to_owned),
            };
            flag.filter(|flag| is_bypass(flag) || is_mock(flag))
        }
        Kind::Call => {
            let flag = scan.variable(test)?;
            (is_bypass(flag) || is_mock(flag)).then(|| flag.to_owned())
        }
        _ => None,
    }
}

/// Whether a name is that of a switch that puts authentication out: `SKIP_AUTH`, `authDisabled`.
fn is_bypass(name: &str) -> bool {
    let off = &["bypass", "skip", "disable", "disabled", "no", "without", "mock", "fake", "insecure"];
    let auth = &["auth", "authentication", "login", "authz", "authorization", "jwt", "rbac", "permissions"];
    names::has(name, off)
        && names::has(name, auth)
        && !names::has(
            name,
            &["page", "redirect", "mail", "provider", "google", "header", "methods", "basic"],
        )
}

fn is_mock(name: &str) -> bool {
    names::has(name, &["mock", "mocks", "fake", "prototype"]) || names::has_run(name, &["use", "real"])
}

fn bypass(scan: &mut Scan<'_, '_>, node: NodeId, test: NodeId, flag: &str) {
    let module = scan.module;
    let branches: Vec<_> = module.children(node).skip(1).collect();
    // A branch that ends in an error is a guard.
    if branches.first().is_some_and(|then| environment::refuses(module, *then))
        || environment::mentions(module, test)
    {
        return;
    }
    let opens = if is_bypass(flag) {
        if !branches.iter().any(|branch| lets_pass(scan, *branch)) {
            return;
        }
        "authentication"
    } else if branches.iter().any(|branch| puts_mock(scan, *branch)) {
        "mock"
    } else {
        return;
    };
    let guarded = scan.refuses
        || environment::of(module, node) == Some(Environment::Development)
        || refused_elsewhere(scan, flag);
    scan.add(node, FlagBypass { flag: flag.to_owned(), opens: opens.to_owned(), guarded });
}

/// Whether a branch lets a request pass: it goes on, returns, or says who asks.
fn lets_pass(scan: &Scan<'_, '_>, branch: NodeId) -> bool {
    let module = scan.module;
    std::iter::once(branch).chain(module.descendants(branch)).any(|inner| match module.kind(inner) {
        Kind::Return => !shows_nothing(scan, inner),
        Kind::Call => module
            .called(inner)
            .is_some_and(|name| name == "next" || names::has(name, &["auth", "authenticate"])),
        Kind::Assign(_) => module
            .child(inner, 0)
            .and_then(|target| module.last_name(target))
            .is_some_and(|name| names::has(name, &["user", "auth", "session", "principal"])),
        _ => false,
    })
}

/// Whether a page or a part of one returns nothing to show: a login that is not offered lets nobody in.
fn shows_nothing(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let null = scan.module.child(node, 0).is_some_and(|value| scan.module.kind(value) == Kind::Null);
    null && scan.path().rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "tsx" | "jsx"))
}

/// Whether a branch makes or picks something that is not real.
fn puts_mock(scan: &Scan<'_, '_>, branch: NodeId) -> bool {
    let module = scan.module;
    std::iter::once(branch).chain(module.descendants(branch)).any(|inner| {
        let made = match module.kind(inner) {
            Kind::Call | Kind::New => module.called(inner),
            Kind::Name(..)
                if matches!(
                    module.parent(inner).map(|parent| module.kind(parent)),
                    Some(Kind::Conditional | Kind::Return | Kind::Assign(_))
                ) =>
            {
                module.last_name(inner)
            }
            _ => None,
        };
        made.is_some_and(|name| names::has(name, UNREAL) || names::has_run(name, &["in", "memory"]))
    })
}

/// Whether another module refuses to run with a variable in production.
fn refused_elsewhere(scan: &Scan<'_, '_>, flag: &str) -> bool {
    scan.context.code.modules().any(|(file, module)| {
        scan.context.tree.text(file).contains(flag)
            && module.all().any(|node| {
                module.kind(node) == Kind::If
                    && module.child(node, 0).is_some_and(|test| environment::mentions(module, test))
                    && environment::refuses(module, node)
                    && scan.context.tree.text(file)
                        [module.span(node).start as usize..module.span(node).end as usize]
                        .contains(flag)
            })
    })
}

/// `if (process.env.NODE_ENV !== "production") return next()` in a function that checks.
fn permissive(scan: &mut Scan<'_, '_>, node: NodeId, test: NodeId) {
    let module = scan.module;
    if module.kind(node) != Kind::If
        || environment::implied(module, test, true) != Some(Environment::Development)
    {
        return;
    }
    let open = is_unless_production(scan, test);
    let Some(then) = module.child(node, 1) else { return };
    let passes =
        std::iter::once(then).chain(module.own_descendants(then)).any(|inner| match module.kind(inner) {
            Kind::Call => module.called(inner) == Some("next") && module.arguments(inner).next().is_none(),
            Kind::Return => {
                module.child(inner, 0).is_some_and(|value| module.kind(value) == Kind::Flag(true))
            }
            _ => false,
        });
    let checks = [
        "auth",
        "authenticate",
        "authorize",
        "verify",
        "csrf",
        "signature",
        "guard",
        "protect",
        "permission",
        "permissions",
        "webhook",
    ];
    let decides = scan.around(node).find(|name| names::has(name, &checks)).map(str::to_owned);
    if let (Some(decides), true) = (decides, passes) {
        let defaulted = defaulted(scan, scan.site(test), 0);
        scan.add(node, EnvironmentBranch { open, decides, defaulted });
    }
}

/// `synchronize: env === "development"`: the tables are made anew by what the code says.
pub(super) fn option(scan: &mut Scan<'_, '_>, node: NodeId, key: &str) {
    if key != "synchronize" {
        return;
    }
    let Some(value) = scan.module.child(node, 0) else { return };
    if environment::implied(scan.module, value, true) != Some(Environment::Development) {
        return;
    }
    if let Some(variable) = defaulted(scan, scan.site(value), 0) {
        let fact = EnvironmentBranch { open: false, decides: key.to_owned(), defaulted: Some(variable) };
        scan.add(node, fact);
    }
}

/// The variable behind a test for development that is taken for development where it is not set:
/// `(process.env.NODE_ENV || "development") === "development"`, through names.
fn defaulted(scan: &Scan<'_, '_>, site: Site, depth: usize) -> Option<String> {
    const STAGES: &[&str] =
        &["NODE_ENV", "APP_ENV", "ENV", "ENVIRONMENT", "STAGE", "APP_STAGE", "NODE_STAGE"];
    const DEEPEST: usize = 4;
    let code = &scan.context.code;
    let module = code.module(site.file).filter(|_| depth < DEEPEST)?;
    let deeper = |node: NodeId| defaulted(scan, Site { file: site.file, node }, depth + 1);
    match module.kind(site.node) {
        Kind::Name(_, Some(_)) | Kind::Member(_) => {
            let definition = code.definition(site);
            (definition != site).then(|| defaulted(scan, definition, depth + 1)).flatten()
        }
        Kind::Binary(Operator::Equal | Operator::StrictEqual) | Kind::Logical(Operator::And) => {
            module.children(site.node).find_map(deeper)
        }
        // The definition of `env` is the text of `const env = process.env.NODE_ENV || "development"`.
        Kind::Text(_) => {
            let parent = module.parent(site.node)?;
            let last = module.child(parent, 1) == Some(site.node);
            (last && matches!(module.kind(parent), Kind::Logical(_))).then(|| deeper(parent)).flatten()
        }
        Kind::Logical(Operator::Or | Operator::Coalesce) => {
            let name = variable(module, module.child(site.node, 0)?)?;
            let default = module.text(module.child(site.node, 1)?)?;
            let development = matches!(default.as_ref(), "development" | "dev" | "local");
            (development && STAGES.contains(&name)).then(|| name.to_owned())
        }
        _ => None,
    }
}

/// Whether a test is that the environment is not said to be production.
fn is_unless_production(scan: &Scan<'_, '_>, test: NodeId) -> bool {
    let module = scan.module;
    let test = module.resolve(test);
    let production = |node: NodeId| {
        module
            .children(node)
            .any(|side| matches!(module.kind(side), Kind::Text(word) if module.word(word) == "production"))
            && module
                .children(node)
                .any(|side| scan.variable_behind(side).is_some_and(|name| name.ends_with("_ENV")))
    };
    match module.kind(test) {
        Kind::Binary(Operator::NotEqual | Operator::StrictNotEqual) => production(test),
        Kind::Unary(Operator::Not) => {
            let inner = module.child(test, 0).map(|inner| module.resolve(inner));
            inner.is_some_and(|inner| {
                matches!(module.kind(inner), Kind::Binary(Operator::Equal | Operator::StrictEqual))
                    && production(inner)
            })
        }
        _ => false,
    }
}

/// `catch { return MOCK_USERS }`, and `if (!process.env.KEY) return mockAnswer()`.
pub(super) fn returned(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let Some(value) = module.child(node, 0) else { return };
    let Some(gives) = unreal(scan, value) else { return };
    if scan
        .around(node)
        .any(|name| names::has(name, UNREAL) || names::has(name, &["demo", "sample", "preview"]))
        || names::has(scan.stem(), UNREAL)
    {
        return;
    }
    let Some(because) = cause(scan, node) else { return };
    let development = environment::of(module, node) == Some(Environment::Development);
    scan.add(node, MockFallback { gives, because: because.to_owned(), development });
}

/// The name of what is given, where it is made up.
fn unreal(scan: &Scan<'_, '_>, value: NodeId) -> Option<String> {
    let module = scan.module;
    let value = module.awaited(value);
    let name = match module.kind(value) {
        Kind::Name(..) | Kind::Member(_) => module.last_name(value)?,
        Kind::Call => module.called(value)?,
        _ => return None,
    };
    let made_up = &["mock", "mocks", "mocked", "dummy", "fake", "sample"];
    (names::has(name, made_up) && !names::has(name, &["rate", "size", "sampler", "is"]))
        .then(|| name.to_owned())
}

/// Why made-up data is given: an error was caught, or a variable is missing.
fn cause(scan: &Scan<'_, '_>, node: NodeId) -> Option<&'static str> {
    let module = scan.module;
    let mut inner = node;
    for outer in module.ancestors(node) {
        match module.kind(outer) {
            Kind::Catch => return Some("error"),
            Kind::Function(_) => return None,
            Kind::If if module.child(outer, 1) == Some(inner) => {
                let test = module.child(outer, 0)?;
                let missing = |part: NodeId| {
                    module.kind(part) == Kind::Unary(Operator::Not)
                        && module.child(part, 0).and_then(|value| scan.variable_behind(value)).is_some_and(
                            |name| names::has(&name, &["key", "url", "token", "secret", "uri", "dsn"]),
                        )
                };
                if missing(test)
                    || module.kind(test) == Kind::Logical(Operator::Or) && module.children(test).any(missing)
                {
                    return Some("unset");
                }
            }
            _ => {}
        }
        inner = outer;
    }
    None
}

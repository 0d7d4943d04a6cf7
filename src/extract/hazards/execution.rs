//! Code and commands that are put together, checks of certificates that are off, channels without encryption.

use super::environment::{self, Environment};
use super::scan::{Scan, variable_within};
use super::{guards, names, request};
use crate::extract::code::Origin;
use crate::facts::{ChannelPlain, CodeEval, RequestSink, RpcCall, TlsCheck};
use crate::parse::javascript::{Bound, Kind, Loop, NodeId, Operator};

/// How deep sums of texts are followed: names can name each other.
const DEEPEST: usize = 32;

/// Looks at a call.
pub(super) fn call(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    match called {
        "eval" | "Function" => evaluated(scan, node, called),
        "exec" | "execSync" | "execAsync" | "execPromise" | "execa" | "run" | "sh" | "shell" => {
            shell(scan, node, called);
        }
        "runInNewContext" | "runInThisContext" | "runInContext"
            if scan.called_of(node).is_some_and(|(package, _)| package == "node:vm") =>
        {
            built(scan, node, 0, called);
        }
        "createInsecure" => {
            let grpc = scan.called_of(node).is_some_and(|(package, _)| package.contains("grpc"));
            let local = scan.module.ancestors(node).take(4).any(|outer| {
                let texts =
                    scan.module.descendants(outer).filter_map(|inner| match scan.module.kind(inner) {
                        Kind::Text(word) => Some(scan.module.word(word)),
                        _ => None,
                    });
                matches!(scan.module.kind(outer), Kind::New | Kind::Call) && texts.into_iter().any(is_near)
            });
            if grpc && !local && !offers_tls(scan, node) {
                channel(scan, node, "gRPC");
            }
        }
        "rpc" => database(scan, node),
        "query" | "execute" | "raw" | "$queryRawUnsafe" | "$executeRawUnsafe" | "unsafe" => {
            sink(scan, node, "sql", called);
        }
        "fetch" | "axios" | "$fetch" | "ofetch" => sink(scan, node, "url", called),
        "readFile" | "readFileSync" | "createReadStream" | "sendFile" | "unlink" | "unlinkSync" => {
            sink(scan, node, "path", called);
        }
        _ => {}
    }
}

fn evaluated(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let module = scan.module;
    if !module.callee(node).is_some_and(|callee| module.is_global(callee, called)) {
        return;
    }
    let dead = || scan.context.code.graph.live(scan.file) == Some(false);
    let last = module.arguments(node).count().saturating_sub(1);
    // `eval("throw 0;" + text)` asks whether a text is a program, and runs none of it.
    let refused = module.argument(node, last).is_some_and(|code| {
        scan.text(leading(scan, code, 0)).is_some_and(|text| text.trim_start().starts_with("throw "))
    });
    if refused || in_driven_browser(scan, node) || dead() {
        return;
    }
    built(scan, node, last, if called == "Function" { "new Function" } else { "eval" });
}

/// Whether code runs in a page that the program drives, and not in the program: `page.evaluate(() => …)`.
fn in_driven_browser(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    const DRIVERS: &[&str] = &[
        "evaluate",
        "evaluateHandle",
        "evaluateAll",
        "evaluateOnNewDocument",
        "$eval",
        "$$eval",
        "addInitScript",
        "waitForFunction",
        "executeScript",
        "executeAsyncScript",
    ];
    let module = scan.module;
    module.ancestors(node).filter(|outer| matches!(module.kind(*outer), Kind::Function(_))).any(|function| {
        module.parent(function).is_some_and(|call| {
            module.kind(call) == Kind::Call
                && module.arguments(call).any(|argument| argument == function)
                && module.called(call).is_some_and(|name| DRIVERS.contains(&name))
        })
    })
}

/// Adds the fact where the argument is not always the same.
fn built(scan: &mut Scan<'_, '_>, node: NodeId, index: usize, by: &str) {
    let Some(code) = scan.module.argument(node, index) else { return };
    if scan.module.kind(code) == Kind::Spread {
        return;
    }
    let input = match scan.text(code) {
        Some(_) => "constant",
        None if is_checked(scan) => "checked",
        None if from_request(scan, code) => "request",
        None => "computed",
    };
    scan.add(node, CodeEval { by: by.to_owned(), input: input.to_owned(), shell: false });
}

/// Whether a module asks a function of the program whether a text is one that may run, and that function reads the text as
/// a program: `if (!validate(text).valid) throw …`, where `validate` walks what `acorn` parsed.
fn is_checked(scan: &Scan<'_, '_>) -> bool {
    const PARSERS: &[&str] =
        &["acorn", "esprima", "espree", "meriyah", "cherow", "@babel/parser", "@typescript-eslint/parser"];
    const CHECKS: &[&str] = &["validate", "check", "assert", "verify", "allowed", "allow", "safe"];
    let module = scan.module;
    let reads = |call: NodeId| {
        let Origin::Local(function) = scan.context.code.callee(scan.site(call)) else { return false };
        let other = scan.context.code.module(function.file);
        other.is_some_and(|other| {
            other.imports.iter().any(|import| PARSERS.contains(&other.word(import.source)))
        })
    };
    module.calls().any(|call| module.called(call).is_some_and(|name| names::has(name, CHECKS)) && reads(call))
}

/// A command line for a shell.
fn shell(scan: &mut Scan<'_, '_>, node: NodeId, called: &str) {
    let module = scan.module;
    let Some(function) = module.callee(node) else { return };
    let Some(command) = module.argument(node, 0) else { return };
    let value = scan.behind(command);
    if !matches!(module.kind(value), Kind::Template | Kind::Binary(Operator::Add))
        && request::part(module, command).is_none()
    {
        return;
    }
    let path = scan.path();
    if scan.context.packages.owner(path, "npm").is_some_and(|package| package.role.word() == "cli") {
        return;
    }
    if scan.text(value).is_some() || only_environment(scan, value, 0) || !runs_commands(scan, function) {
        return;
    }
    let input = if from_request(scan, command) { "request" } else { "computed" }.to_owned();
    scan.add(node, CodeEval { by: called.to_owned(), input, shell: true });
}

/// Whether a function is `exec` of the runtime, or what was made of it.
fn runs_commands(scan: &Scan<'_, '_>, callee: NodeId) -> bool {
    if let Origin::External { package, .. } = scan.origin(callee)
        && package == "node:child_process"
    {
        return true;
    }
    let value = scan.module.resolve(callee);
    scan.module.called(value) == Some("promisify")
        && scan.module.argument(value, 0).is_some_and(|function| {
            matches!(scan.origin(function), Origin::External { package, .. } if package == "node:child_process")
        })
}

/// Whether the parts of a command that are not fixed come from the environment, from numbers or from the program itself.
fn only_environment(scan: &Scan<'_, '_>, value: NodeId, depth: usize) -> bool {
    let module = scan.module;
    depth < DEEPEST
        && module.children(value).all(|part| {
            let part = scan.behind(part);
            match module.kind(part) {
                Kind::Text(_) | Kind::Number(_) => true,
                Kind::Template | Kind::Binary(_) => only_environment(scan, part, depth + 1),
                // `fast ? "" : "--build"`: what is asked goes into no command.
                Kind::Conditional => module.children(part).skip(1).all(|choice| scan.text(choice).is_some()),
                Kind::Call => matches!(
                    module.called(part),
                    Some("join" | "resolve" | "cwd" | "quote" | "escape" | "shellEscape" | "stringify")
                ),
                Kind::Name(..) => {
                    scan.text(part).is_some()
                        || listed(scan, part)
                        || matches!(module.last_name(part), Some("__dirname" | "__filename"))
                        || module.last_name(part).is_some_and(names_program)
                }
                Kind::Member(_) => {
                    scan.variable(part).is_some()
                        || module.last_name(part).is_some_and(names_program)
                        || matches!(module.last_name(part), Some("pid" | "port" | "PORT" | "execPath"))
                }
                _ => false,
            }
        })
}

/// Whether a name stands for the items of a list in turn, and all of them are written there:
/// `for (const name of ["web", "mail"])`, `["web", "mail"].forEach((name) => …)`.
fn listed(scan: &Scan<'_, '_>, name: NodeId) -> bool {
    let module = scan.module;
    let Kind::Name(_, Some(binding)) = module.kind(name) else { return false };
    let Some(binding) = module.bindings.get(binding.0 as usize) else { return false };
    let list = match binding.bound {
        Bound::Unknown => {
            let around = module.ancestors(binding.declared).take(3);
            let each = around.into_iter().find(|around| module.kind(*around) == Kind::Loop(Loop::ForOf));
            each.and_then(|each| module.child(each, 1))
        }
        Bound::Parameter(function, 0) => module
            .parent(function)
            .filter(|call| matches!(module.called(*call), Some("forEach" | "map" | "flatMap")))
            .and_then(|call| module.receiver(call)),
        _ => None,
    };
    list.map(|list| scan.behind(list)).is_some_and(|list| {
        module.kind(list) == Kind::Array && module.children(list).all(|item| scan.text(item).is_some())
    })
}

/// Whether a name is that of a program to run: where it lies is found or set, and not written by users.
fn names_program(name: &str) -> bool {
    names::has(name, &["executable", "binary", "bin", "exe"])
        && !names::has(name, &["args", "arguments", "data"])
}

/// Whether a part of a value is a part of a request.
pub(super) fn from_request(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    from_request_at(scan, node, 0)
}

fn from_request_at(scan: &Scan<'_, '_>, node: NodeId, depth: usize) -> bool {
    let module = scan.module;
    if depth > DEEPEST {
        return false;
    }
    if request::part(module, node).is_some() {
        return true;
    }
    let value = scan.behind(node);
    match module.kind(value) {
        Kind::Template | Kind::Binary(Operator::Add) => {
            module.children(value).any(|part| from_request_at(scan, part, depth + 1))
        }
        _ => value != node && request::part(module, value).is_some(),
    }
}

/// `rejectUnauthorized: false`.
pub(super) fn property(scan: &mut Scan<'_, '_>, node: NodeId, key: &str) {
    if !matches!(key, "rejectUnauthorized" | "strictSSL") {
        return;
    }
    // One of several settings that whoever runs the program chooses among.
    let chosen = scan.module.ancestors(node).any(|around| scan.module.kind(around) == Kind::Case)
        || is_asked_for(scan, node)
        || is_default_of_model(scan, node);
    let off = scan.module.child(node, 0).is_some_and(|value| scan.module.kind(value) == Kind::Flag(false));
    if off && !chosen {
        let development = environment::of(scan.module, node) == Some(Environment::Development);
        scan.add(node, TlsCheck { option: format!("{key}: false"), development });
    }
}

/// Whether an option is one of the first values of what users set for a connection of theirs:
/// `_.defaults(this, given, { rejectUnauthorized: false })`. It makes no connection by itself.
fn is_default_of_model(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let module = scan.module;
    let Some(call) = module.parent(node).and_then(|object| module.parent(object)) else { return false };
    matches!(module.called(call), Some("defaults" | "defaultsDeep" | "assign"))
        && module.argument(call, 0).is_some_and(|first| module.kind(first) == Kind::This)
}

/// Whether code runs only where a setting asks for connections without checks: `if (settings.unsafeTls) { … }`.
fn is_asked_for(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let module = scan.module;
    let mut inner = node;
    for outer in module.ancestors(node) {
        let place = module.children(outer).position(|child| child == inner).unwrap_or_default();
        let truth = match module.kind(outer) {
            Kind::If | Kind::Conditional if place > 0 => Some(place == 1),
            Kind::Logical(Operator::And) if place > 0 => Some(true),
            Kind::Function(_) => return false,
            _ => None,
        };
        let test = module.child(outer, 0).map(|test| module.resolve(test));
        if let Some((truth, test)) = truth.zip(test)
            && is_about_checks(scan, test)
            && !holds_by_default(scan, test, truth)
        {
            return true;
        }
        inner = outer;
    }
    false
}

/// Whether a condition names the checks of certificates, or that they are left out.
fn is_about_checks(scan: &Scan<'_, '_>, test: NodeId) -> bool {
    const WORDS: &[&str] = &[
        "insecure",
        "unsafe",
        "unverified",
        "unauthorized",
        "untrusted",
        "signed",
        "selfsigned",
        "invalid",
        "ignore",
        "skip",
        "verify",
        "strict",
        "validate",
    ];
    let module = scan.module;
    std::iter::once(test).chain(module.descendants(test)).any(|part| match module.kind(part) {
        Kind::Name(word, _) | Kind::Member(word) | Kind::Text(word) => names::has(module.word(word), WORDS),
        _ => false,
    })
}

/// Whether a condition on a variable of the environment comes out so where the variable is not set.
fn holds_by_default(scan: &Scan<'_, '_>, test: NodeId, truth: bool) -> bool {
    let module = scan.module;
    let unset = match module.kind(test) {
        Kind::Unary(Operator::Not) | Kind::Binary(Operator::NotEqual | Operator::StrictNotEqual) => true,
        Kind::Logical(_) => return false,
        _ => false,
    };
    unset == truth && variable_within(module, test).is_some()
}

/// `process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"`.
pub(super) fn assigned(scan: &mut Scan<'_, '_>, node: NodeId) {
    let module = scan.module;
    let (Some(target), Some(value)) = (module.child(node, 0), module.child(node, 1)) else { return };
    if scan.variable(target) == Some("NODE_TLS_REJECT_UNAUTHORIZED")
        && scan.text(value).as_deref() == Some("0")
    {
        let development = environment::of(module, node) == Some(Environment::Development);
        scan.add(node, TlsCheck { option: "NODE_TLS_REJECT_UNAUTHORIZED=0".to_owned(), development });
    }
}

/// `amqp://user:password@host`.
pub(super) fn address(scan: &mut Scan<'_, '_>, node: NodeId, text: &str) {
    let Some((scheme, rest)) = text.split_once("://") else { return };
    if !matches!(scheme, "amqp" | "mqtt" | "ftp" | "http" | "redis" | "ws") {
        return;
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let Some((user, host)) = authority.rsplit_once('@') else { return };
    if user.contains(':') && host.contains('.') && !is_near(host) {
        let scheme = format!("{scheme}://");
        channel(scan, node, &scheme);
    }
}

/// Whether the function around a channel makes one over TLS as well: whoever runs the program chooses between the two.
/// What only the environment decides is told by [`channel`].
fn offers_tls(scan: &Scan<'_, '_>, node: NodeId) -> bool {
    let module = scan.module;
    let around = module.function_around(node).unwrap_or_else(|| module.root());
    let encrypts =
        |node: NodeId| matches!(module.called(node), Some("createSsl" | "createFromSecureContext"));
    environment::of(module, node).is_none() && module.descendants(around).any(encrypts)
}

fn channel(scan: &mut Scan<'_, '_>, node: NodeId, protocol: &str) {
    let development = environment::of(scan.module, node) == Some(Environment::Development);
    scan.add(node, ChannelPlain { protocol: protocol.to_owned(), development });
}

/// Whether an address stays on this machine or in its private network.
fn is_near(host: &str) -> bool {
    [
        "localhost",
        "127.0.0.1",
        "0.0.0.0",
        "unix:",
        "example.",
        "10.",
        "192.168.",
        ".internal",
        ".local",
        "host.docker",
    ]
    .iter()
    .any(|near| host.contains(near))
}

/// `supabase.rpc("exec_sql", …)`.
fn database(scan: &mut Scan<'_, '_>, node: NodeId) {
    let Some(function) = scan.module.argument(node, 0).and_then(|name| scan.text(name)) else { return };
    scan.add(node, RpcCall { function });
}

/// What an address begins with: the first part of a text that is built, where the scheme and the host stand.
fn leading(scan: &Scan<'_, '_>, node: NodeId, depth: usize) -> NodeId {
    let value = scan.behind(node);
    let built = matches!(scan.module.kind(value), Kind::Template | Kind::Binary(Operator::Add));
    let mut parts = scan.module.children(value).filter(|_| built && depth < DEEPEST);
    let first = parts.find(|part| scan.text(*part).is_none_or(|text| !text.is_empty()));
    first.map_or(node, |first| leading(scan, first, depth + 1))
}

fn sink(scan: &mut Scan<'_, '_>, node: NodeId, kind: &str, called: &str) {
    let module = scan.module;
    let Some(value) = module.argument(node, 0).filter(|_| !scan.browser) else { return };
    let built = matches!(module.kind(scan.behind(value)), Kind::Template | Kind::Binary(Operator::Add));
    let whole = kind != "sql" && request::part(module, value).is_some_and(|part| part != request::Part::Path);
    let joined = kind == "path"
        && matches!(module.called(scan.behind(value)), Some("join" | "resolve"))
        && module.arguments(scan.behind(value)).any(|part| request::part(module, part).is_some());
    // The address of another service has its host in front.
    let fixed = kind == "url" && built && !from_request(scan, leading(scan, value, 0));
    if (whole || joined || built && !fixed && from_request(scan, value)) && module.kind(node) == Kind::Call {
        if kind != "sql" && guards::stand_before(module, node, value) {
            return;
        }
        // Only a part of the program itself names the address.
        if kind == "url" && module.may_say("env") && guards::asks_for_secret(module, node) {
            return;
        }
        scan.add(node, RequestSink { kind: kind.to_owned(), by: called.to_owned() });
    }
}

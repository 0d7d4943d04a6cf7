//! Errors that are caught, and what is made of them.

use std::collections::BTreeMap;

use super::Context;
use super::side::Side;
use super::view::{View, each};
use crate::facts::{Catch, CatchSummary, Entry};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::Place;

/// Names of functions whose failure is of no account: they clean up, look whether something is there, or keep what a
/// browser may refuse to keep.
const HARMLESS: &[&str] = &[
    "unlink",
    "unlinkSync",
    "rm",
    "rmSync",
    "rmdir",
    "close",
    "end",
    "destroy",
    "abort",
    "disconnect",
    "quit",
    "kill",
    "release",
    "rollback",
    "getItem",
    "setItem",
    "removeItem",
    "parse",
    "access",
    "accessSync",
    "stat",
    "statSync",
    "existsSync",
    "mkdir",
    "mkdirSync",
    "focus",
    "play",
    "pause",
    "vibrate",
    "writeText",
    "URL",
    "cancel",
    "terminate",
    "unsubscribe",
    "removeListener",
    "decodeURIComponent",
    "decodeURI",
    "atob",
    "stop",
    "lstat",
    "readlink",
    "dispose",
    "requestFullscreen",
    "exitFullscreen",
    "postMessage",
    "observe",
    "scrollIntoView",
    "share",
    "clear",
    "cleanup",
    "returnValue",
    "resolve",
    "require",
    "cookies",
    "set",
    "setPointerCapture",
    "releasePointerCapture",
];

/// What a handler of errors does.
enum Does {
    /// Nothing at all.
    Nothing,
    /// It logs and goes on.
    Logs,
    /// More.
    More,
}

impl Does {
    fn word(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Logs => "logs",
            Self::More => "more",
        }
    }
}

/// What is known of one handler.
enum Found {
    /// A fact.
    Single(Entry),
    /// One for the summary of its package: what it does and where it is.
    Counted(String, Place, bool),
}

/// One fact for each handler of errors, and a summary for each package.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let found = each(context, look);
    let mut entries = Vec::new();
    let mut counts: BTreeMap<String, (i64, i64, Option<Place>)> = BTreeMap::new();
    for one in found {
        match one {
            Found::Single(entry) => entries.push(entry),
            Found::Counted(package, place, logs) => {
                let count = counts.entry(package).or_default();
                count.0 += 1;
                if logs {
                    count.1 += 1;
                    count.2.get_or_insert(place);
                }
            }
        }
    }
    for (package, (total, logs_only, place)) in counts {
        let name = super::view::package_name(context, &package);
        entries.extend(place.map(|place| Entry::new(place, CatchSummary { total, logs_only, name })));
    }
    entries
}

fn look(view: &View<'_>, found: &mut Vec<Found>) {
    let module = view.module;
    let aside = view.context.tree.file(view.file).is_aside();
    let mut handlers = module.calls_named(|name| name == "catch");
    handlers.extend(module.catches());
    handlers.sort_unstable();
    for node in handlers {
        let (body, tried, form) = match module.kind(node) {
            Kind::Catch => {
                let Some(block) = module.children(node).find(|child| module.kind(*child) == Kind::Block)
                else {
                    continue;
                };
                (block, module.parent(node).and_then(|around| module.child(around, 0)), "catch")
            }
            Kind::Call => {
                let function =
                    module.argument(node, 0).filter(|argument| module.function(*argument).is_some());
                let Some(body) = function.and_then(|function| module.body(function)) else { continue };
                (body, module.receiver(node), ".catch()")
            }
            _ => continue,
        };
        let does = does(module, body);
        let nothing = matches!(does, Does::Nothing);
        let fact = Catch {
            form: form.to_owned(),
            does: does.word().to_owned(),
            explained: nothing && is_explained(module, node),
            harmless: nothing && tried.is_none_or(|tried| is_harmless(module, tried)),
            server: view.is_server(),
        };
        found.push(Found::Single(view.entry(node, fact)));
        if !aside && view.side() == Side::Server {
            let logs = matches!(does, Does::Logs);
            found.push(Found::Counted(view.package().to_owned(), view.place(node), logs));
        }
    }
}

/// What a handler does that lets the program go on as if nothing had failed: `does nothing`, `only logs`.
pub(super) fn goes_on(module: &Module, body: NodeId) -> Option<&'static str> {
    match does(module, body) {
        Does::Nothing => Some("does nothing"),
        Does::Logs => Some("only logs"),
        Does::More => None,
    }
}

/// What the body of a handler does. A value that it gives back is more than nothing.
fn does(module: &Module, body: NodeId) -> Does {
    let is_log = |statement: NodeId| {
        let call = module.awaited(statement);
        if module.kind(call) != Kind::Call {
            return false;
        }
        let name = module.called(call).unwrap_or_default();
        let levels = ["log", "error", "warn", "info", "debug", "trace", "fatal"];
        let receiver =
            module.receiver(call).and_then(|receiver| module.last_name(receiver)).unwrap_or_default();
        let receiver = receiver.to_ascii_lowercase();
        levels.contains(&name) && (receiver.contains("log") || receiver == "console")
    };
    match module.kind(body) {
        Kind::Block => {
            let statements: Vec<_> = module.children(body).collect();
            if statements.is_empty() {
                Does::Nothing
            } else if statements.iter().all(|statement| is_log(*statement)) {
                Does::Logs
            } else {
                Does::More
            }
        }
        _ if is_log(body) => Does::Logs,
        _ => Does::More,
    }
}

/// Whether a comment stands within a handler, or right before it on its line.
fn is_explained(module: &Module, handler: NodeId) -> bool {
    let span = module.span(handler);
    let first = module.comments.partition_point(|comment| comment.start < span.start);
    module.comments.get(first).is_some_and(|comment| comment.start < span.end)
}

fn is_of_no_account(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    HARMLESS.contains(&name)
        || ["cache", "track", "metric", "capture"].iter().any(|word| lower.contains(word))
}

/// Whether all that may fail in a block is of no account.
fn is_harmless(module: &Module, tried: NodeId) -> bool {
    let mut calls = std::iter::once(tried)
        .chain(module.descendants(tried))
        .filter(|node| matches!(module.kind(*node), Kind::Call | Kind::New | Kind::Import(_)))
        .peekable();
    calls.peek().is_none()
        || calls.any(|call| {
            matches!(module.kind(call), Kind::Import(_)) || module.called(call).is_some_and(is_of_no_account)
        })
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn what_is_made_of_errors() {
        for (text, expected) in [
            ("try { pay() } catch {}", vec!["catch | nothing | false | false"]),
            ("try { pay() } catch { /* later */ }", vec!["catch | nothing | true | false"]),
            ("try { JSON.parse(x) } catch {}", vec!["catch | nothing | false | true"]),
            ("pay().catch(() => {})", vec![".catch() | nothing | false | false"]),
            ("pay().catch(() => null)", vec![".catch() | more | false | false"]),
            ("try { pay() } catch (e) { console.error(e) }", vec!["catch | logs | false | false"]),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("catch", &["form", "does", "explained", "harmless"], &files), expected, "{text}");
        }
    }

    #[test]
    fn one_summary_a_package() {
        let text = "try { a() } catch (e) { log.error(e) } try { b() } catch (e) { throw e }";
        let files = [SHOP, ("a.js", text)];
        assert_eq!(show("catch.summary", &["total", "logs_only", "name"], &files), ["2 | 1 | shop"]);
    }
}

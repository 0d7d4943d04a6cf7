//! Log calls of servers, and loggers that are set up.

use std::collections::BTreeMap;

use super::Context;
use super::code::{Capability, Origin};
use super::view::{View, each, package_name};
use crate::facts::{Entry, LogSetup, LogUse};
use crate::parse::javascript::{Kind, NodeId};
use crate::source::Place;

/// Functions of `console` and of loggers that write a line.
const LEVELS: &[&str] = &["log", "info", "warn", "error", "debug", "trace", "fatal"];

/// What one module writes.
struct Written {
    package: String,
    place: Place,
    console: i64,
    logger: i64,
}

/// One fact for each module of a server that writes logs, and one for each logger.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let written = each(context, uses);
    let mut totals: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for one in written.iter().filter(|one| one.console > 0 && !context.tree.file(one.place.file).is_aside()) {
        let total = totals.entry(&one.package).or_default();
        total.0 += 1;
        total.1 += one.console;
    }
    let mut entries: Vec<_> = written
        .iter()
        .map(|one| {
            let (modules, calls) = totals.get(one.package.as_str()).copied().unwrap_or_default();
            let fact = LogUse {
                console: one.console,
                logger: one.logger,
                extent: format!("{} in {}", counted(calls, "call"), counted(modules, "module")),
                package_name: package_name(context, &one.package),
            };
            Entry::new(one.place, fact)
        })
        .collect();
    entries.extend(each(context, setups));
    entries
}

/// `1 call`, `2 calls`.
fn counted(number: i64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn uses(view: &View<'_>, found: &mut Vec<Written>) {
    let module = view.module;
    // What a library says is for those who use it to hear or not.
    if !view.is_server() || !view.is_deployed() {
        return;
    }
    let (mut console, mut logger) = (0, 0);
    let mut first: Option<(bool, NodeId)> = None;
    for call in module.calls_named(|name| LEVELS.contains(&name)) {
        let Some(receiver) = module.receiver(call) else { continue };
        let by_console = module.is_global(receiver, "console");
        if by_console {
            console += 1;
        } else if is_logger(view, receiver) {
            logger += 1;
        } else {
            continue;
        }
        // The fact stands at the first call of `console`, where there is one.
        if first.is_none_or(|(of_console, _)| by_console && !of_console) {
            first = Some((by_console, call));
        }
    }
    let Some((_, place)) = first.filter(|_| !is_transport(view)) else { return };
    found.push(Written { package: view.package().to_owned(), place: view.place(place), console, logger });
}

/// Whether the module is the logger itself, which has to write somewhere.
fn is_transport(view: &View<'_>) -> bool {
    let path = view.path();
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    name.contains("logger")
        || name.contains("logging")
        || name.starts_with("log.")
        || path.contains("/logger/")
}

fn is_logger(view: &View<'_>, receiver: NodeId) -> bool {
    let named = view.module.last_name(receiver).is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name == "log" || name.ends_with("logger")
    });
    named || view.context.code.capabilities(view.site(receiver)).has(Capability::StructuredLog)
}

/// Loggers that are made with transports of their own.
fn setups(view: &View<'_>, found: &mut Vec<Entry>) {
    let module = view.module;
    if !module
        .imports
        .iter()
        .any(|import| matches!(module.word(import.source), "winston" | "pino" | "bunyan"))
    {
        return;
    }
    for call in module.calls_named(|name| matches!(name, "createLogger" | "pino" | "default")) {
        let Some(Origin::External { package, .. }) = module.callee(call).map(|callee| view.origin(callee))
        else {
            continue;
        };
        let Some(options) = module.argument(call, 0) else { continue };
        let runs = view.is_server() && view.is_deployed();
        let level = runs.then(|| fixed_level(view, options)).flatten();
        if package != "winston" && level.is_none() {
            continue;
        }
        let files_only = package == "winston" && files_only(view, options);
        found.push(view.entry(call, LogSetup { library: package, files_only, level }));
    }
}

/// The level of a logger, where it is written in the code and nothing sets another.
fn fixed_level(view: &View<'_>, options: NodeId) -> Option<String> {
    let module = view.module;
    let value = module.property(options, "level")?;
    let Kind::Text(word) = module.kind(value) else { return None };
    // `logger.level = process.env.LOG_LEVEL`.
    let set = module.all().any(|node| {
        matches!(module.kind(node), Kind::Assign(_))
            && module.child(node, 0).is_some_and(|target| module.last_name(target) == Some("level"))
    });
    (!set).then(|| module.word(word).to_owned())
}

/// Whether all that a logger of winston writes goes to files.
fn files_only(view: &View<'_>, options: NodeId) -> bool {
    let module = view.module;
    let Some(transports) = module.property(options, "transports").map(|list| module.resolve(list)) else {
        return false;
    };
    if module.kind(transports) != Kind::Array {
        return false;
    }
    let is_file = |item: NodeId| {
        let item = module.resolve(item);
        matches!(module.called(item), Some("File" | "DailyRotateFile")) && module.kind(item) == Kind::New
    };
    let only = module.children(transports).count() > 0 && module.children(transports).all(is_file);
    // A console transport that is added later, be it on a condition.
    let more = view.calls().any(|call| {
        module.called(call) == Some("Console")
            || module.called(call) == Some("add")
                && module.argument(call, 0).is_some_and(|added| !is_file(added))
    });
    only && !more
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn what_modules_write() {
        for (text, expected) in [
            (
                "log.info(1); console.log(2); console.error(3)",
                vec!["2 | 1 | 2 calls in 1 module | console.log(2)"],
            ),
            ("logger.info(1)", vec!["0 | 1 | 0 calls in 0 modules | logger.info(1)"]),
            ("Math.log(1)", vec![]),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("log.use", &["console", "logger", "extent", "@"], &files), expected, "{text}");
        }
    }

    #[test]
    fn where_loggers_write() {
        for (text, expected) in [
            (
                r#"const w = require("winston"); w.createLogger({ transports: [new w.transports.File({})] })"#,
                vec!["winston | true | "],
            ),
            (
                r#"const w = require("winston"); w.createLogger({ transports: [new w.transports.Console()] })"#,
                vec!["winston | false | "],
            ),
            (r#"const pino = require("pino"); pino({ level: "debug" })"#, vec!["pino | false | debug"]),
            (r#"const pino = require("pino"); pino({ level: process.env.LOG_LEVEL ?? "info" })"#, vec![]),
            (
                r#"const pino = require("pino"); const log = pino({ level: "info" }); log.level = level()"#,
                vec![],
            ),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("log.setup", &["library", "files_only", "level"], &files), expected, "{text}");
        }
    }
}

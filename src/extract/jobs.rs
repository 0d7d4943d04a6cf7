//! Work beside requests: queues, workers and what runs at set times.

use super::Context;
use super::packages::Role;
use super::view::{View, each};
use crate::facts::{Entry, QueueDefinition, Schedule};
use crate::parse::javascript::{Kind, Module, NodeId};

/// What makes a queue.
const QUEUES: &[&str] = &["Queue", "Bull"];

/// What sets a time.
const SCHEDULES: &[&str] = &["schedule", "scheduleJob", "CronJob", "from", "Cron", "repeatEvery", "every"];

/// One fact for each queue and each schedule in a server.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    each(context, |view, found| {
        if context.code.graph.live(view.file) == Some(false) || !view.is_server() {
            return;
        }
        for call in view.module.calls_named(|name| QUEUES.contains(&name) || SCHEDULES.contains(&name)) {
            found.extend(queue(view, call).map(|fact| view.entry(call, fact)));
            found.extend(schedule(view, call).map(|fact| view.entry(call, fact)));
        }
        decorated(view, found);
    })
}

/// `new Queue("mail", { defaultJobOptions })` of Bull and its like.
fn queue(view: &View<'_>, call: NodeId) -> Option<QueueDefinition> {
    let module = view.module;
    let name = module.called(call).filter(|name| QUEUES.contains(name))?;
    let (package, _) = view.external(module.callee(call)?)?;
    if module.kind(call) != Kind::New || !matches!(package.as_str(), "bull" | "bullmq") || name.is_empty() {
        return None;
    }
    let options = module.arguments(call).skip(1).last();
    let defaults = options.and_then(|options| module.property(options, "defaultJobOptions"));
    let open = options.is_some_and(|options| is_open(module, options))
        || defaults.is_some_and(|defaults| is_open(module, defaults));
    let retries = defaults.is_some_and(|defaults| module.property(defaults, "attempts").is_some());
    // Each job may say so by itself: `queue.add("x", data, { attempts: 3 })`, anywhere.
    let by_job = || {
        view.context.code.modules().any(|(_, module)| {
            let words = |node: NodeId| matches!(module.kind(node), Kind::Property(word) if module.word(word) == "attempts");
            asks_for_queue(module) && module.all().any(words)
        })
    };
    let unsure = if retries {
        None
    } else if open {
        Some("its options come from elsewhere".to_owned())
    } else {
        by_job().then(|| "some jobs say themselves how often they are tried".to_owned())
    };
    let label = module.argument(call, 0).and_then(|name| module.text(name)).map(std::borrow::Cow::into_owned);
    Some(QueueDefinition { library: package, name: label, retries, unsure })
}

/// Whether a module puts jobs into a queue: it says `add`.
fn asks_for_queue(module: &Module) -> bool {
    !module.calls_named(|name| matches!(name, "add" | "addBulk" | "addJob")).is_empty()
}

/// An object of which a part is not written here.
fn is_open(module: &Module, options: NodeId) -> bool {
    let options = module.resolve(options);
    module.kind(options) != Kind::Object
        || module.children(options).any(|child| {
            module.kind(child) == Kind::Spread
                && module
                    .child(child, 0)
                    .is_some_and(|value| module.kind(module.resolve(value)) != Kind::Object)
        })
}

/// `cron.schedule(…)` of node-cron and its like, in a package that answers requests.
fn schedule(view: &View<'_>, call: NodeId) -> Option<Schedule> {
    let module = view.module;
    let name = module.called(call)?;
    if !SCHEDULES.contains(&name) {
        return None;
    }
    let (package, path) = view.external(module.callee(call)?)?;
    let starts = match package.as_str() {
        "node-cron" => path == "schedule",
        "cron" => matches!(path.as_str(), "CronJob" | "CronJob.from"),
        "node-schedule" => path == "scheduleJob",
        "croner" => matches!(path.as_str(), "Cron" | ""),
        _ => false,
    };
    (starts && serves(view)).then(|| Schedule { by: package, lock: lock(view, call) })
}

/// `@Cron(…)` and `@Interval(…)` of Nest.
fn decorated(view: &View<'_>, found: &mut Vec<Entry>) {
    let module = view.module;
    if !module.imports.iter().any(|import| module.word(import.source) == "@nestjs/schedule") || !serves(view)
    {
        return;
    }
    for node in module.all().filter(|node| module.kind(*node) == Kind::Decorator) {
        let Some(value) = module.child(node, 0) else { continue };
        if matches!(module.called(value), Some("Cron" | "Interval")) {
            let method = module.parent(node).unwrap_or(node);
            let fact = Schedule { by: "@nestjs/schedule".to_owned(), lock: lock(view, method) };
            found.push(view.entry(node, fact));
        }
    }
}

/// Whether the package answers requests, so that it may run more than once.
fn serves(view: &View<'_>) -> bool {
    let owner = view.context.packages.owner(view.path(), "npm");
    owner.is_some_and(|package| matches!(package.role, Role::Service | Role::Web))
}

/// What keeps the work to one process: a lock by its name, or a condition on the environment around it.
fn lock(view: &View<'_>, node: NodeId) -> Option<String> {
    let module = view.module;
    let locks = |node: NodeId| {
        let name = module.last_name(node)?.to_ascii_lowercase();
        let named = ["lock", "leader", "mutex", "primary", "ismaster", "semaphore"];
        named
            .iter()
            .any(|word| name.contains(word) && !name.contains("block") && !name.contains("clock"))
            .then_some(name)
    };
    if let Some(name) = module.all().find_map(locks) {
        return Some(name);
    }
    let by_condition = module.ancestors(node).any(|around| {
        matches!(module.kind(around), Kind::If)
            && module.child(around, 0).is_some_and(|test| {
                std::iter::once(test).chain(module.descendants(test)).any(|part| {
                    module.dotted(part).is_some_and(|path| path.starts_with("process.env."))
                        || module
                            .last_name(part)
                            .is_some_and(|name| name.to_ascii_lowercase().contains("cron"))
                })
            })
    });
    by_condition.then(|| "a condition on the environment".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn queues() {
        for (text, expected) in [
            (
                r#"const { Queue } = require("bullmq"); new Queue("mail", { defaultJobOptions: { attempts: 3 } })"#,
                vec!["bullmq | mail | true | "],
            ),
            (
                r#"const { Queue } = require("bullmq"); new Queue("mail", options)"#,
                vec!["bullmq | mail | false | its options come from elsewhere"],
            ),
            (r#"const Bull = require("bull"); new Bull("mail")"#, vec!["bull | mail | false | "]),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(
                show("queue.definition", &["library", "name", "retries", "unsure"], &files),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn work_at_set_times() {
        for (text, expected) in [
            (r#"require("node-cron").schedule("* * * * *", f)"#, vec!["node-cron | "]),
            (
                r#"require("node-cron").schedule("* * * * *", () => redlock.acquire("x"))"#,
                vec!["node-cron | redlock"],
            ),
            (
                r#"if (process.env.JOBS) require("node-cron").schedule("* * * * *", f)"#,
                vec!["node-cron | a condition on the environment"],
            ),
        ] {
            let files = [SHOP, ("a.js", text)];
            assert_eq!(show("schedule", &["by", "lock"], &files), expected, "{text}");
        }
    }
}

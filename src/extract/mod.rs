//! Documents → facts. An extractor is a function from what was read to facts; a derivation also sees earlier facts.
//!
//! Extractors run in parallel and know nothing of each other; what needs the facts of others is a derivation.

mod branch;
pub mod code;
mod context;
mod declared;
mod formatters;
#[cfg(test)]
mod given;
mod hosting;
mod idle;
mod knowledge;
mod libraries;
mod linters;
mod mentions;
pub mod migrations;
mod owners;
pub mod packages;
mod reached;
pub mod schema;
mod scripts;
mod side;
mod variables;
mod view;
mod words;

pub use context::{Context, TextPattern};

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::facts::{Entry, FileContext, Store};
use crate::parse::Documents;
use crate::source::Tree;

/// A function from what was read to facts.
type Extractor = fn(&Context<'_>) -> Vec<Entry>;

/// A function from what was read and the facts so far to more facts.
type Derivation = fn(&Context<'_>, &Store) -> Vec<Entry>;

/// Something that gives facts: its name, the kinds of these, and the function.
struct Step<F> {
    name: &'static str,
    kinds: &'static [&'static str],
    run: F,
}

/// Names the modules that extract facts, and the kinds of these: one line adds the module and its place in the order.
macro_rules! extractors {
    (
        first: $($first:ident: $($one:literal)+),* $(,)?;
        then: $($then:ident: $($two:literal)+),* $(,)?;
        last: $($last:ident: $($three:literal)+),* $(,)?;
    ) => {
        $( mod $first; )*
        $( mod $then; )*
        $( mod $last; )*
        const FIRST: &[Step<Extractor>] =
            &[ $( Step { name: stringify!($first), kinds: &[$($one),+], run: $first::facts }, )* ];
        /// By wave: those of one see the facts of all before, not of each other.
        const DERIVED: &[&[Step<Derivation>]] = &[
            &[ $( Step { name: stringify!($then), kinds: &[$($two),+], run: $then::facts }, )* ],
            &[ $( Step { name: stringify!($last), kinds: &[$($three),+], run: $last::facts }, )* ],
        ];
    };
}

extractors! {
    first:
        repository: "file" "repo" "syntax.error",
        package: "package",
        dependencies: "dependency" "script",
        lockfiles: "lockfile" "lockfile.expected",
        toolchains: "toolchain",
        starts: "start.command",
        settings: "setting",
        typescript: "typescript.project",
        coverage: "coverage.gate",
        builds: "build.check",
        containers:
            "compose.service" "docker.command" "docker.context" "docker.copy" "docker.port" "docker.stage"
            "docker.start" "image.reference" "k8s.container" "k8s.workload",
        env_files: "env.entry" "env.file",
        keys: "key.file",
        docs: "doc" "license",
        deploy: "deploy.surface" "state.store",
        gateways: "gateway",
        headers: "http.cron" "http.headers" "http.middleware",
        http: "graphql.server" "http.app" "http.route" "socket.server" "webhook.check",
        modules: "dependency.use" "import" "module" "package.code" "package.path",
        protection: "body.limit" "cors.policy" "limiter" "session.cookie" "upload",
        hazards:
            "access.table" "auth.check" "channel.plain" "claim.default" "client.address" "client.variable"
            "code.eval" "code.stub" "console.client" "cookie.set" "credential.compare" "crypto.use"
            "environment.branch" "error.answer" "firebase.rule" "flag.bypass" "jwt.call" "markup.raw"
            "metadata.role" "mock.fallback" "network.default" "password.hash" "password.policy" "query.credential"
            "redirect" "request.sink" "rpc.call" "secret.fallback" "suppressions" "tls.check" "token.plain"
            "web.storage",
        text: "text",
        requests: "http.request",
        processes: "process.handler" "server.process",
        catches: "catch" "catch.summary",
        logs: "log.setup" "log.use",
        memory: "memory.state" "socket.adapter",
        blocking: "heavy.work" "retry.loop" "sync.call",
        jobs: "queue.definition" "schedule",
        queries: "fan.out" "list.query" "query.each",
        stores: "cache.call" "db.client",
        failures: "error.handler" "handler.async",
        sites: "site",
        quality:
            "client.router" "developer.tool" "files.large" "lint.command" "types.any" "typescript.versions"
            "workspace.build",
        artefacts: "artefact",
        debug: "debug.switch",
        webhooks: "webhook.sent",
        statics: "static.files",
        copies: "package.copy",
        watches: "query.watch",
        invalidation: "cached.entity",
        records: "record.answer" "record.write",
        database:
            "migration" "migration.fault" "migration.overlap" "migration.set" "schema.declared" "sql.access" "sql.audit"
            "sql.column" "sql.drift" "sql.extension" "sql.filter" "sql.foreign-key" "sql.function" "sql.index" "sql.policy"
            "sql.references" "sql.remark" "sql.statement" "sql.table" "sql.tenant" "sql.use" "sql.view",
        loose: "sql.loose",
        waivers: "waiver";
    then:
        environment: "env.check" "env.given" "env.package" "env.promise" "env.read" "env.variable",
        controls: "control" "server",
        ci:
            "check" "ci" "ci.action" "ci.injection" "ci.install" "ci.job" "ci.reference" "ci.step" "ci.task"
            "ci.unknown" "ci.untrusted-checkout" "ci.workflow" "update.config",
        apis: "api" "api.document",
        pushes: "data.wipe" "scale" "schema.push";
    last:
        running: "migration.run" "sqlite.store",
        suites: "test.config" "test.file" "test.runners" "test.suite",
        claims: "claim",
        configuration: "control.switch" "host.literal" "platform.drift" "source.map",
        keeping:
            "audit.record" "backup" "db.host" "db.watch" "restore" "rls.audit" "schema.document",
        ignores: "ignore.probe";
}

/// Reads what golive knows of packages, calls, actions and images. It is read when it is first asked for; who has time
/// before that, while files are read, calls this.
pub fn load_knowledge() {
    knowledge::load();
    packages::capabilities("npm", "");
    code::purpose("");
}

/// Every fact of a repository, and how long each extractor took. One that panics takes only its own facts with it: the
/// store knows of which kinds facts may be missing then, those of derivations that asked for them among these.
pub fn facts(
    tree: &Tree,
    documents: &Documents,
    texts: &[TextPattern],
) -> (Store, Vec<(&'static str, Duration)>) {
    let context = Context::new(tree, documents, texts);
    let mut store = Store::new(contexts(&context));
    let mut timings = Vec::new();
    // Several extractors ask for the routes and for what they run. These are found before: who waited for them within
    // one could be given another to run, and that one would wait for itself. Where that fails, it fails again for each
    // who asks.
    let routes = Step { name: "routes", kinds: &[], run: () };
    let found = run(&routes, || {
        http::prepare(&context);
        reached::prepare(&context);
        Vec::new()
    });
    timings.push(found.timing);
    let first: Vec<_> = each(FIRST).map(|step| run(step, || (step.run)(&context))).collect();
    take(&mut store, &mut timings, first);
    for wave in DERIVED {
        let found = if store.is_whole() {
            each(wave).map(|step| run(step, || (step.run)(&context, &store))).collect()
        } else {
            derived(&context, &store, wave)
        };
        take(&mut store, &mut timings, found);
    }
    (store, timings)
}

/// The steps, each to be taken by whichever thread is free: in the stretches that they are dealt out in otherwise, all
/// threads would wait for the one with the longest.
fn each<T: Sync>(steps: &[T]) -> impl IndexedParallelIterator<Item = &T> {
    steps.par_iter().with_max_len(1)
}

/// What came of one step.
struct Found {
    timing: (&'static str, Duration),
    entries: Vec<Entry>,
    /// The extractor that failed, and the kinds of which facts are missing for that.
    lost: Option<(&'static str, &'static [&'static str])>,
}

/// Runs one step. This is the one place where a panic of an extractor ends; what it printed is its report.
fn run<F>(step: &Step<F>, extract: impl FnOnce() -> Vec<Entry>) -> Found {
    let start = Instant::now();
    // What is looked up once and kept is kept whole or not at all: a value whose making panics stays unmade.
    let entries = catch_unwind(AssertUnwindSafe(extract));
    let timing = (step.name, start.elapsed());
    let lost = entries.is_err().then_some((step.name, step.kinds));
    let entries = entries.unwrap_or_default();
    debug_assert!(
        entries.iter().all(|entry| step.kinds.contains(&entry.fact().schema().name)),
        "`{}` gives facts of a kind that is not among those in its line",
        step.name
    );
    Found { timing, entries, lost }
}

/// Runs the steps of a wave one after the other, and sees which of them ask for facts that may be missing.
fn derived(context: &Context<'_>, store: &Store, wave: &[Step<Derivation>]) -> Vec<Found> {
    let one = |step: &Step<Derivation>| {
        store.was_missed();
        let found = run(step, || (step.run)(context, store));
        let missed = store.was_missed().map(|extractor| (extractor, step.kinds));
        let lost = found.lost.or(missed);
        Found { lost, ..found }
    };
    wave.iter().map(one).collect()
}

fn take(store: &mut Store, timings: &mut Vec<(&'static str, Duration)>, found: Vec<Found>) {
    for found in found {
        timings.push(found.timing);
        store.extend(found.entries);
        if let Some((extractor, kinds)) = found.lost {
            store.lose(extractor, kinds);
        }
    }
    store.sort();
}

fn contexts(context: &Context<'_>) -> Vec<FileContext> {
    let files = context.tree.entries();
    files
        .map(|(id, file)| FileContext {
            path: file.path.clone(),
            package: context.packages.dir_of(&file.path).to_owned(),
            test: file.is_aside(),
            live: context.code.graph.live(id),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Context, DERIVED, Derivation, FIRST, Step, derived, run, take};
    use crate::facts::{Entry, Lockfile, Repo, Store, kinds};
    use crate::parse::Documents;
    use crate::source::{FileId, Place, Tree};

    #[test]
    fn every_kind_of_facts_has_an_extractor() {
        let first = FIRST.iter().flat_map(|step| step.kinds);
        let derived = DERIVED.iter().flat_map(|wave| wave.iter()).flat_map(|step| step.kinds);
        let given: Vec<&str> = first.chain(derived).copied().collect();
        let known: BTreeSet<&str> = kinds().map(|kind| kind.name).collect();
        assert_eq!(given.iter().copied().collect::<BTreeSet<_>>(), known);
    }

    #[test]
    fn what_panics_takes_only_its_own_facts_and_those_made_of_them_with_it() {
        let fact = || vec![Entry::new(Place::file(FileId(0)), Repo::default())];
        let good = Step { name: "good", kinds: &["repo"], run: () };
        let bad = Step { name: "bad", kinds: &["lockfile"], run: () };
        let mut store = Store::new(vec![crate::facts::FileContext::default()]);
        let mut timings = Vec::new();
        let found = vec![run(&bad, || panic!("a mistake of golive")), run(&good, fact)];
        take(&mut store, &mut timings, found);
        assert_eq!(timings.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["bad", "good"]);
        assert_eq!((store.of("repo").len(), store.lost("repo")), (1, None));
        assert_eq!((store.of("lockfile").len(), store.lost("lockfile")), (0, Some("bad")));

        let wave: [Step<Derivation>; 2] = [
            Step {
                name: "asks",
                kinds: &["catch"],
                run: |_, store| store.all::<Lockfile>().flat_map(|_| Vec::new()).collect(),
            },
            Step {
                name: "does not ask",
                kinds: &["claim"],
                run: |_, store| store.all::<Repo>().flat_map(|_| Vec::new()).collect(),
            },
        ];
        let tree = Tree::from_memory([]);
        let documents = Documents::parse(&tree);
        let context = Context::new(&tree, &documents, &[]);
        let found = derived(&context, &store, &wave);
        take(&mut store, &mut timings, found);
        assert_eq!((store.lost("catch"), store.lost("claim")), (Some("bad"), None));
    }
}

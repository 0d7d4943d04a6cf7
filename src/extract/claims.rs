//! What readiness documents say is in place, beside what the code shows.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::{Context, knowledge};
use crate::facts::{Claim, Control, Entry, HttpRoute, ServerProcess, Store};
use crate::parse::Document;
use crate::source::{FileId, Place, SourceFile, Span, pattern};

/// One fact for each line of a readiness document that says a control is in place, where the code can tell.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let deployed = context.packages.all().iter().filter(|package| package.is_deployable());
    let mut known = deployed.map(|package| matches!(package.ecosystem, "npm" | "deno")).peekable();
    // Of a program in another language nothing is known.
    if known.peek().is_none() || !known.all(|known| known) {
        return Vec::new();
    }
    let mut shown = controls(store);
    shown.insert("health".to_owned(), health(store));
    shown.insert("graceful-shutdown".to_owned(), shutdown(store));
    let documents =
        context.tree.entries().filter(|(_, file)| !file.is_aside() && is_readiness_document(file));
    documents
        .filter(|(id, _)| matches!(context.documents.get(*id), Some(Document::Markdown(_))))
        .flat_map(|(id, _)| of_document(context, id, &shown))
        .collect()
}

/// The stages of a control, from nothing to its work.
const STAGES: &[&str] =
    &["absent", "declared", "unread", "present", "imported", "unclear", "live", "applied"];

fn rank(stage: &str) -> usize {
    STAGES.iter().position(|one| *one == stage).unwrap_or(0)
}

/// What the code shows of one thing that may be claimed.
enum Shown {
    /// How far it has come, what does it, and where; a place only where there is more than nothing.
    Stage { stage: String, name: Option<String>, place: Option<Place> },
    /// It cannot be told.
    Unknown,
}

/// The furthest that each capability has come in any package.
fn controls(store: &Store) -> HashMap<String, Shown> {
    let mut best: HashMap<&str, (&Entry, &Control)> = HashMap::new();
    for (entry, control) in store.all::<Control>() {
        let known = best.entry(&control.capability).or_insert((entry, control));
        if rank(&control.stage) > rank(&known.1.stage) {
            *known = (entry, control);
        }
    }
    let shown = best.into_iter().map(|(capability, (entry, control))| {
        let unused = control.total.is_some_and(|total| total > 0) && control.covered == Some(0);
        let stage = if control.stage == "live" && unused { "imported" } else { &control.stage };
        let name = Some(control.name.clone());
        (capability.to_owned(), Shown::Stage { stage: stage.to_owned(), name, place: Some(entry.place) })
    });
    shown.collect()
}

/// Whether a route answers if the program is well. Where no route is known, or the path of one is computed, it cannot be
/// told that none does.
fn health(store: &Store) -> Shown {
    let routes = || store.all::<HttpRoute>().filter(|(entry, _)| !store.context(entry.place.file).test);
    let found = routes().find(|(_, route)| route.classes.iter().any(|class| class == "health"));
    match found {
        Some((entry, route)) => at_work(route.name.clone(), entry.place),
        None if routes().next().is_some() && routes().all(|(_, route)| route.route.is_some()) => absent(),
        None => Shown::Unknown,
    }
}

/// Whether a process that listens answers the signal to stop. Where none listens, a platform may stop it.
fn shutdown(store: &Store) -> Shown {
    let processes =
        || store.all::<ServerProcess>().filter(|(entry, _)| !store.context(entry.place.file).test);
    let closing = processes().find_map(|(entry, process)| Some((entry, process.closes.clone()?)));
    match closing {
        Some((entry, closes)) => at_work(closes, entry.place),
        None if processes().next().is_some() && processes().all(|(_, process)| process.fault.is_some()) => {
            absent()
        }
        None => Shown::Unknown,
    }
}

fn at_work(name: String, place: Place) -> Shown {
    Shown::Stage { stage: "applied".to_owned(), name: Some(name), place: Some(place) }
}

fn absent() -> Shown {
    Shown::Stage { stage: "absent".to_owned(), name: None, place: None }
}

/// Whether a document is about being ready, by its name.
fn is_readiness_document(file: &SourceFile) -> bool {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?i)production|readiness|\bready|checklist|security[-_ ]?(audit|report|implementation|features|hardening|summary)|audit|hardening|go[-_ ]?live|launch|implementation[-_ ]?(complete|status|summary)|(status|completion|final)[-_ ]?(report|summary)",
        )
    });
    let name = file.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    NAME.as_ref().is_some_and(|pattern| pattern.is_match(stem))
}

fn of_document(context: &Context<'_>, id: FileId, shown: &HashMap<String, Shown>) -> Vec<Entry> {
    let Some(Document::Markdown(markdown)) = context.documents.get(id) else { return Vec::new() };
    let text = context.tree.text(id);
    let in_code = |at: usize| {
        markdown
            .code_blocks
            .iter()
            .any(|block| (block.span.start as usize..block.span.end as usize).contains(&at))
    };
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        if in_code(span.start as usize) || !says_done(line) {
            continue;
        }
        for capability in named(line) {
            let (stage, control, place) = match shown.get(&capability) {
                Some(Shown::Stage { stage, name, place }) => (stage.clone(), name.clone(), *place),
                Some(Shown::Unknown) => continue,
                None => ("absent".to_owned(), None, None),
            };
            let entry = Entry::new(Place { file: id, span }, Claim { capability, stage, control });
            found.push(match place {
                Some(place) => entry.with(place, "what the code shows"),
                None => entry,
            });
        }
    }
    found
}

/// Whether a line says that something is done: a checked box, a check mark, a table cell. A doubt on the same line wins.
fn says_done(line: &str) -> bool {
    static DONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?i)^\s*[-*+]\s*\[x\]|✅|✔|☑|\|\s*\**(implemented|done|complete|completed|enabled|active|in place|yes|pass|passed|ready)\**\s*(\||$)",
        )
    });
    static DOUBT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?i)❌|⚠|✗|🚧|⏳|\bnot\b|\bno\b|todo|planned|pending|missing|partial|recommend|should|\bneed|\bif\b|consider|optional|\[ \]|future|\bwill\b|before|add\b|coming",
        )
    });
    let hit = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(line));
    hit(&DONE) && !hit(&DOUBT)
}

/// Whether a line speaks of the health of something else: of a container, of what the program stands on.
fn is_of_others(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["docker", "container", "kubernetes", "k8s", "compose", "database", "redis", "load balancer"]
        .iter()
        .any(|word| line.contains(word))
}

/// The capabilities that a line speaks of.
fn named(line: &str) -> Vec<String> {
    static WORDS: LazyLock<(Vec<String>, Option<RegexSet>)> = LazyLock::new(|| {
        let (mut names, mut patterns) = (Vec::new(), Vec::new());
        for entry in knowledge::file("claims").entries() {
            let words: Vec<String> = entry.value.scalars().iter().map(|word| regex::escape(word)).collect();
            names.push(entry.key.clone());
            patterns.push(format!(r"(?i)\b({})\b", words.join("|")));
        }
        (names, RegexSet::new(patterns).ok())
    });
    let (names, patterns) = &*WORDS;
    let matched = patterns.as_ref().map(|patterns| patterns.matches(line));
    matched
        .into_iter()
        .flat_map(|set| set.into_iter().collect::<Vec<_>>())
        .map(|at| names[at].clone())
        .filter(|capability| capability != "health" || !is_of_others(line))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn what_documents_claim_and_the_code_shows() {
        let package = (
            "package.json",
            r#"{"name":"a","scripts":{"start":"node app.js"},"dependencies":{"express":"5","helmet":"8","express-rate-limit":"8"}}"#,
        );
        let app = (
            "app.js",
            "const app = require('express')(); app.use(require('helmet')()); app.get('/', f); app.listen(1)",
        );
        let report = "# Production readiness\n\n- [x] Helmet security headers\n- [x] Rate limiting on all routes\n- [ ] CSRF\n- ✅ Circuit breaker\n- ✅ Retry logic should be added\n| Sentry | ✅ Implemented |\n```\n- [x] CSRF\n```\n";
        let found = show(
            "claim",
            &["capability", "stage", "@"],
            &[package, app, ("PRODUCTION_READINESS.md", report)],
        );
        assert_eq!(
            found,
            [
                "security-headers | applied | - [x] Helmet security headers",
                "rate-limit | declared | - [x] Rate limiting on all routes",
                "circuit-breaker | absent | - ✅ Circuit breaker",
                "error-tracking | absent | | Sentry | ✅ Implemented |",
            ]
        );
        assert!(show("claim", &["capability"], &[package, app, ("README.md", report)]).is_empty());
    }

    #[test]
    fn claims_of_health_and_of_stopping() {
        let package = (
            "package.json",
            r#"{"name":"a","scripts":{"start":"node app.js"},"dependencies":{"express":"5"}}"#,
        );
        let report =
            ("READINESS.md", "- [x] Health check\n- [x] Docker health checks\n- [x] Graceful shutdown\n");
        let app = |text: &str| format!("const app = require('express')(); {text}");
        for (text, expected) in [
            (
                "app.get('/health', (q, a) => a.end()); const s = app.listen(1); process.on('SIGTERM', () => s.close())",
                vec!["health | applied", "graceful-shutdown | applied"],
            ),
            (
                "app.get('/', (q, a) => a.end()); app.listen(1)",
                vec!["health | absent", "graceful-shutdown | absent"],
            ),
            // Nothing listens, and the path is computed.
            ("app.get(probe, (q, a) => a.end()); module.exports = app", vec![]),
        ] {
            let found = show("claim", &["capability", "stage"], &[package, ("app.js", &app(text)), report]);
            assert_eq!(found, expected, "{text}");
        }
    }
}

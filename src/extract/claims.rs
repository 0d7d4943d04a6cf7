//! What readiness documents say is in place, beside what the code shows.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::{Context, knowledge};
use crate::facts::{Claim, Control, Entry, Store};
use crate::parse::Document;
use crate::source::{FileId, Place, SourceFile, Span};

/// One fact for each line of a readiness document that says a control is in place, where the code can tell.
pub(super) fn facts(context: &Context<'_>, store: &Store) -> Vec<Entry> {
    let deployed = context.packages.all().iter().filter(|package| package.is_deployable());
    let mut known = deployed.map(|package| matches!(package.ecosystem, "npm" | "deno")).peekable();
    // Of a program in another language nothing is known.
    if known.peek().is_none() || !known.all(|known| known) {
        return Vec::new();
    }
    let controls = best(store);
    let documents =
        context.tree.entries().filter(|(_, file)| !file.is_aside() && is_readiness_document(file));
    documents
        .filter(|(id, _)| matches!(context.documents.get(*id), Some(Document::Markdown(_))))
        .flat_map(|(id, _)| of_document(context, id, &controls))
        .collect()
}

/// The stages of a control, from nothing to its work.
const STAGES: &[&str] = &["absent", "declared", "present", "imported", "live", "applied"];

fn rank(stage: &str) -> usize {
    STAGES.iter().position(|one| *one == stage).unwrap_or(0)
}

/// The furthest that each capability has come in any package.
fn best(store: &Store) -> HashMap<&str, (&Entry, &Control)> {
    let mut best: HashMap<&str, (&Entry, &Control)> = HashMap::new();
    for (entry, control) in store.all::<Control>() {
        let known = best.entry(&control.capability).or_insert((entry, control));
        if rank(&control.stage) > rank(&known.1.stage) {
            *known = (entry, control);
        }
    }
    best
}

/// Whether a document is about being ready, by its name.
fn is_readiness_document(file: &SourceFile) -> bool {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)production|readiness|\bready|checklist|security[-_ ]?(audit|report|implementation|features|hardening|summary)|audit|hardening|go[-_ ]?live|launch|implementation[-_ ]?(complete|status|summary)|(status|completion|final)[-_ ]?(report|summary)").ok()
    });
    let name = file.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    NAME.as_ref().is_some_and(|pattern| pattern.is_match(stem))
}

fn of_document(
    context: &Context<'_>,
    id: FileId,
    controls: &HashMap<&str, (&Entry, &Control)>,
) -> Vec<Entry> {
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
            let known = controls.get(capability.as_str()).copied();
            let (stage, name) = known.map_or(("absent", None), |(_, control)| {
                (control.stage.as_str(), Some(control.name.clone()))
            });
            let unused = known.is_some_and(|(_, control)| {
                control.total.is_some_and(|total| total > 0) && control.covered == Some(0)
            });
            let stage = if stage == "live" && unused { "imported" } else { stage };
            let fact = Claim { capability: capability.clone(), stage: stage.to_owned(), control: name };
            let entry = Entry::new(Place { file: id, span }, fact);
            found.push(match known {
                Some((control, _)) => entry.with(control.place, "what the code shows"),
                None => entry,
            });
        }
    }
    found
}

/// Whether a line says that something is done: a checked box, a check mark, a table cell. A doubt on the same line wins.
fn says_done(line: &str) -> bool {
    static DONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)^\s*[-*+]\s*\[x\]|✅|✔|☑|\|\s*\**(implemented|done|complete|completed|enabled|active|in place|yes|pass|passed|ready)\**\s*(\||$)").ok()
    });
    static DOUBT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)❌|⚠|✗|🚧|⏳|\bnot\b|\bno\b|todo|planned|pending|missing|partial|recommend|should|\bneed|\bif\b|consider|optional|\[ \]|future|\bwill\b|before|add\b|coming").ok()
    });
    let hit = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(line));
    hit(&DONE) && !hit(&DOUBT)
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
}

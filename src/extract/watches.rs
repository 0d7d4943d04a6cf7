//! What notices queries that take long.

use std::sync::LazyLock;

use rayon::prelude::*;
use regex::Regex;

use super::Context;
use crate::facts::{Entry, QueryWatch};
use crate::parse::javascript::Module;
use crate::source::{FileKind, Needles, Place, Span, pattern};

/// Settings of databases, listeners of clients, and names people give to what watches queries.
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r#"log_min_duration_statement|long_query_time|slow_query_log|pg_stat_statements|auto_explain|slowms|slowOpThresholdMs|maxQueryExecutionTime|monitorCommands|[$]on\(\s*["']query|level:\s*["']query["']|log:\s*\[[^\]]*["']query|[$]allOperations|[$]use\(|\bbenchmark:\s*true|[.]on\(\s*["']query|set\(\s*["']debug["']|logQueryParameters|(?i:slow[-_ ]?(?:quer|sql|op)|query[-_ ]?(?:time|duration|latency|performance|log))"#,
    )
});

/// Words without which a module says none of these.
const NEEDED: &[&str] =
    &["log_min", "query", "slow", "pg_stat", "auto_explain", "monitorCommands", "benchmark"];

/// Those that count only where they end, or begin, as words.
static NEEDED_WHOLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?i)[$](?:on|allOperations|use)\b|\bdebug\b"));

/// Whether a module says one of these.
fn may_watch(module: &Module) -> bool {
    const BEGUN: &[&str] = &["$on", "$allOperations", "$use", "debug"];
    static CERTAIN: LazyLock<Needles> = LazyLock::new(|| Needles::of(NEEDED.iter().copied()));
    // Most modules say nothing of all this, which one pass over their words tells.
    static ANY: LazyLock<Needles> = LazyLock::new(|| Needles::of(NEEDED.iter().chain(BEGUN).copied()));
    let spoken = module.spoken();
    ANY.are_in(spoken)
        && (CERTAIN.are_in(spoken) || NEEDED_WHOLE.as_ref().is_some_and(|needed| needed.is_match(spoken)))
}

/// One fact for each file that says so, at the first place.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let files: Vec<_> = context.tree.entries().filter(|(_, file)| !file.is_aside()).collect();
    let found = files.par_iter().filter_map(|(id, file)| {
        let speaks = file.kind.is_ecmascript()
            || matches!(file.kind, FileKind::Yaml | FileKind::Sql | FileKind::Dockerfile | FileKind::Shell)
            || matches!(file.extension(), "conf" | "cnf" | "tf");
        let module = context.code.module(*id).filter(|_| speaks);
        if module.is_some_and(|module| !may_watch(module)) {
            return None;
        }
        let found = WORDS.as_ref().filter(|_| speaks)?.find(context.tree.text(*id))?;
        let place = Place { file: *id, span: Span::new(found.start(), found.end()) };
        Some(Entry::new(place, QueryWatch { by: found.as_str().to_owned() }))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn what_notices_slow_queries() {
        for (path, text, expected) in [
            (
                "compose.yml",
                "command: postgres -c log_min_duration_statement=500",
                vec!["log_min_duration_statement"],
            ),
            ("db.js", r#"prisma.$on("query", f)"#, vec![r#"$on("query"#]),
            ("db.js", "const SLOW_QUERY = 500", vec!["SLOW_QUER"]),
            ("db.js", "prisma.user.findMany()", vec![]),
            ("README.md", "slow query", vec![]),
        ] {
            assert_eq!(show("query.watch", &["by"], &[(path, text)]), expected, "{text}");
        }
    }
}

//! Modules that play a part and that no program reaches.

use super::servers::Server;
use super::{Candidate, Candidates, Stage, interesting, raise};
use crate::extract::Context;
use crate::extract::code::{Capability, Site};
use crate::parse::javascript::{ExportTarget, Kind, Module, NodeId};
use crate::source::{FileId, Place};

/// What a module is named after, where it is there for a capability. What it does has to say the same.
const WORDS: &[(Capability, &[&str])] = &[
    (Capability::RateLimit, &["limit", "throttl"]),
    (Capability::Auth, &["auth", "session", "token", "login", "guard", "protect"]),
    (Capability::Role, &["role", "permission", "rbac", "acl", "authori", "access", "admin", "policy"]),
    (Capability::Validation, &["valid"]),
    (Capability::SecurityHeaders, &["header", "helmet", "security"]),
    (Capability::Csrf, &["csrf", "xsrf"]),
    (Capability::Signature, &["signature", "verify", "hmac", "webhook"]),
    (Capability::StructuredLog, &["log"]),
    (Capability::RequestLog, &["log"]),
    (Capability::Metrics, &["metric", "prometheus", "monitor", "stats"]),
    (Capability::Tracing, &["trac", "telemetry", "instrument", "otel"]),
    (Capability::Cache, &["cache"]),
    (Capability::Queue, &["queue", "worker", "job", "producer", "consumer"]),
    (Capability::Retry, &["retry", "backoff", "resilien"]),
    (Capability::CircuitBreaker, &["circuit", "breaker", "resilien"]),
    (Capability::Timeout, &["timeout"]),
    (Capability::SecretsManager, &["secret", "vault"]),
    (Capability::Sanitizer, &["saniti", "xss", "escape"]),
    (Capability::AuditLog, &["audit"]),
    (Capability::Pagination, &["pagina"]),
    (Capability::Batching, &["batch", "loader"]),
    (Capability::Compression, &["compress"]),
    (Capability::Encryption, &["crypt", "cipher"]),
];

/// More than so many parts make a module a program of its own, not a control.
const MOST_PARTS: usize = 4;

pub(super) fn find(context: &Context<'_>, server: &Server<'_>, found: &mut Candidates) {
    for file in &server.reached {
        if context.code.graph.live(*file) != Some(false) {
            continue;
        }
        let Some(module) = context.code.module(*file) else { continue };
        let path = &context.tree.file(*file).path;
        for (name, node) in exported(context, *file, module) {
            of_export(context, Site { file: *file, node }, (path, &name), found);
        }
    }
}

fn of_export(context: &Context<'_>, site: Site, (path, name): (&str, &str), found: &mut Candidates) {
    let gives = context.code.capabilities(site);
    let parts: Vec<_> = interesting(gives).collect();
    if parts.len() > MOST_PARTS {
        return;
    }
    let stem = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let own = name.to_ascii_lowercase();
    for capability in parts {
        let words = WORDS.iter().find(|(known, _)| *known == capability).map_or(&[][..], |(_, words)| words);
        if words.iter().any(|word| own.contains(word) || stem.contains(word)) {
            let candidate = Candidate {
                stage: Stage::Present,
                before: false,
                place: place(context, site),
                local: true,
                export: Some(name).filter(|name| *name != "default").map(str::to_owned),
            };
            raise(found, capability, path, candidate);
        }
    }
}

/// What a module exports and makes itself: functions, classes, and what calls give.
fn exported(context: &Context<'_>, file: FileId, module: &Module) -> Vec<(String, NodeId)> {
    let mut all = Vec::new();
    for export in &module.exports {
        let node = match export.target {
            ExportTarget::Value(node) => node,
            ExportTarget::Binding(binding) => module.bindings[binding.0 as usize].declared,
            ExportTarget::From(..) | ExportTarget::All(_) => continue,
        };
        let made = context.code.definition(Site { file, node });
        let kind = (made.file == file).then(|| module.kind(made.node));
        if matches!(kind, Some(Kind::Function(_) | Kind::Class | Kind::Call | Kind::New))
            && !all.iter().any(|(_, known)| *known == made.node)
        {
            all.push((module.word(export.name).to_owned(), made.node));
        }
    }
    all
}

/// The line on which it begins, up to its body.
fn place(context: &Context<'_>, site: Site) -> Place {
    let mut place = context.code.place(site);
    let shown = place.span.of(context.tree.text(site.file));
    let line = shown.split(['\n', '\r', '{']).next().unwrap_or(shown).trim_end();
    place.span.end = place.span.start + u32::try_from(line.len().max(1)).unwrap_or(1);
    place
}

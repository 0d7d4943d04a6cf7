//! Modules that no manifest declares: those of runtimes, and those that are asked for by address.

use super::Target;

/// The modules of Node, without `node:`.
#[rustfmt::skip]
const NODE: &[&str] = &[
    "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto",
    "dgram", "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector",
    "module", "net", "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl",
    "stream", "string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm",
    "wasi", "worker_threads", "zlib",
];

/// Schemes of runtimes.
#[rustfmt::skip]
const SCHEMES: &[&str] = &[
    "node:", "bun:", "cloudflare:", "workerd:", "electron:", "ext:", "virtual:", "astro:", "deno:",
];

/// Names that frameworks make up when they build.
#[rustfmt::skip]
const VIRTUAL: &[&str] = &[
    "$app", "$env", "$service-worker", "#imports", "#app", "#components", "#build", "#head", "#internal",
    "#app-config",
];

/// What a specifier means that needs no file to be told: a module of the runtime, `npm:x`, an address.
pub(super) fn known(specifier: &str) -> Option<Target> {
    if let Some(name) = specifier.strip_prefix("node:") {
        return Some(Target::Runtime(name.to_owned()));
    }
    if let Some(package) = specifier.strip_prefix("npm:").or_else(|| specifier.strip_prefix("jsr:")) {
        return Some(versioned(package.trim_start_matches('/')));
    }
    if specifier.starts_with("https://") || specifier.starts_with("http://") {
        return Some(address(specifier));
    }
    if SCHEMES.iter().any(|scheme| specifier.starts_with(scheme)) || specifier.starts_with("data:") {
        return Some(Target::Runtime(specifier.to_owned()));
    }
    let first = specifier.split('/').next().unwrap_or(specifier);
    if VIRTUAL.contains(&first) {
        return Some(Target::Runtime(specifier.to_owned()));
    }
    None
}

/// Whether this is a module of Node: `fs`, `fs/promises`.
pub(super) fn is_node(specifier: &str) -> bool {
    NODE.binary_search(&specifier.split('/').next().unwrap_or(specifier)).is_ok()
}

/// A package and the path within it: `@scope/name/path` is `@scope/name` and `path`.
pub(super) fn split(specifier: &str) -> (&str, &str) {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    match specifier.match_indices('/').nth(parts - 1) {
        Some((at, _)) => (&specifier[..at], &specifier[at + 1..]),
        None => (specifier, ""),
    }
}

/// `name@1.2/path`, `@scope/name@1/path`.
fn versioned(specifier: &str) -> Target {
    let (name, path) = split(specifier);
    let name = match name.char_indices().skip(1).find(|(_, c)| *c == '@') {
        Some((at, _)) => &name[..at],
        None => name,
    };
    Target::Package(name.to_owned(), path.to_owned())
}

/// The package behind an address of one of the hosts that serve packages, told by the first word of the host.
fn address(specifier: &str) -> Target {
    let rest = specifier.split_once("://").map_or(specifier, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let Some((host, path)) = rest.split_once('/') else { return Target::Unknown };
    let host = host.split('.').next().unwrap_or(host);
    match host {
        "esm" | "cdn" | "unpkg" | "ga" => {
            let path = path.strip_prefix("npm/").unwrap_or(path);
            let version = |part: &str| {
                part.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
            };
            let path =
                path.split_once('/').filter(|(first, _)| version(first)).map_or(path, |(_, rest)| rest);
            let path = path.strip_prefix("npm:").or_else(|| path.strip_prefix("jsr:")).unwrap_or(path);
            versioned(path)
        }
        "deno" => match path.strip_prefix("x/") {
            Some(path) => versioned(path),
            // The standard library: `std@0.168.0/http/server.ts` is `@std/http` today.
            None => match versioned(path) {
                Target::Package(name, path) if name == "std" => versioned(&format!("@std/{path}")),
                other => other,
            },
        },
        "jsr" => versioned(path),
        _ => Target::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_no_file() {
        let package = |name: &str, path: &str| Some(Target::Package(name.to_owned(), path.to_owned()));
        let runtime = |name: &str| Some(Target::Runtime(name.to_owned()));
        for (specifier, expected) in [
            ("node:fs/promises", runtime("fs/promises")),
            ("npm:express@4", package("express", "")),
            ("npm:@hono/zod-validator@0.1/x", package("@hono/zod-validator", "x")),
            ("jsr:@std/assert@1", package("@std/assert", "")),
            (
                "https://esm.example/@supabase/supabase-js@2.7.1?target=deno",
                package("@supabase/supabase-js", ""),
            ),
            ("https://esm.example/v135/zod@3", package("zod", "")),
            ("https://deno.example/x/oak@v12/mod.ts", package("oak", "mod.ts")),
            ("https://deno.example/std@0.168.0/http/server.ts", package("@std/http", "server.ts")),
            ("https://unpkg.example/react@18/index.js", package("react", "index.js")),
            ("cloudflare:workers", runtime("cloudflare:workers")),
            ("$env/static/private", runtime("$env/static/private")),
            ("https://example.com/a.js", Some(Target::Unknown)),
            ("express", None),
            ("fs", None),
        ] {
            assert_eq!(known(specifier), expected, "{specifier}");
        }
        assert!(is_node("fs/promises") && is_node("zlib") && is_node("assert") && !is_node("express"));
    }
}

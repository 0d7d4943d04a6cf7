//! What calls of packages are good for, from `rules/knowledge/packages.yml` and `rules/knowledge/calls.yml`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{Capabilities, Capability};
use crate::extract::knowledge;

/// What is known of a package, or of a module within one.
#[derive(Debug, Default)]
struct Known {
    /// What people install it for.
    purpose: Capabilities,
    /// What comes with every call of it.
    always: Capabilities,
    /// What comes with some calls.
    calls: Vec<(Capability, Vec<Pattern>)>,
}

/// The path of a call, cut at its stars. A single part has none.
#[derive(Debug)]
struct Pattern(Vec<&'static str>);

static TABLE: LazyLock<FxHashMap<&'static str, Known>> = LazyLock::new(|| {
    let mut table: FxHashMap<&'static str, Known> = FxHashMap::default();
    let packages = knowledge::file("packages").get("npm").map_or(&[][..], |npm| npm.entries());
    for entry in packages {
        let Some(capability) = Capability::of(&entry.key) else { continue };
        for name in entry.value.items().iter().filter_map(|item| item.text()) {
            let known = table.entry(name).or_default();
            known.purpose = known.purpose.with(capability);
            known.always = known.purpose;
        }
    }
    for package in knowledge::file("calls").entries() {
        let known = table.entry(&package.key).or_default();
        for entry in package.value.entries() {
            let Some(capability) = Capability::of(&entry.key) else { continue };
            let paths = entry.value.items().iter().filter_map(|item| item.text());
            known.always = known.always.without(capability);
            known.calls.push((capability, paths.map(Pattern::new).collect()));
        }
    }
    table
});

/// What something of a package is good for when it is called or put before a route. The path is that of
/// [`Origin::External`](super::Origin::External); the package may be a module within one: `hono/cors`.
pub fn external(package: &str, path: &str) -> Capabilities {
    let Some(known) = known(package) else { return Capabilities::default() };
    let path = path.strip_suffix("()").unwrap_or(path);
    let given =
        known.calls.iter().filter(|(_, patterns)| patterns.iter().any(|pattern| pattern.matches(path)));
    given.fold(known.always, |all, (capability, _)| all.with(*capability))
}

/// What people install a package for.
pub fn purpose(package: &str) -> Capabilities {
    known(package).map(|known| known.purpose).unwrap_or_default()
}

/// Whether a package does something by being handed to another: no call of it shows so.
pub fn works_through_others(capability: Capability, package: &str) -> bool {
    let empty = |known: &Known| known.calls.iter().any(|(one, paths)| *one == capability && paths.is_empty());
    known(package).is_some_and(empty)
}

/// What is known of packages that say by their names that they limit requests.
static LIMITER: LazyLock<Known> = LazyLock::new(|| {
    let limits = Capabilities::default().with(Capability::RateLimit);
    Known { purpose: limits, always: limits, calls: Vec::new() }
});

/// The module itself, else its package, else what its name says.
fn known(package: &str) -> Option<&'static Known> {
    let listed = TABLE.get(package).or_else(|| TABLE.get(root(package)?));
    listed.or_else(|| is_limiter(package).then(|| &*LIMITER))
}

/// Whether a package says that it limits requests, and not those that the program makes itself.
fn is_limiter(package: &str) -> bool {
    const OUTGOING: &[&str] = &[
        "axios",
        "fetch",
        "promise",
        "got",
        "client",
        "p",
        "queue",
        "request",
        "types",
        "eslint",
        "concurrency",
    ];
    // Every package that a module asks for comes here, and hardly any says so.
    if !package.contains("limit") {
        return false;
    }
    let words = || package.split(['@', '/', '-', '_']);
    let named = package.contains("rate-limit")
        || words().any(|word| matches!(word, "ratelimit" | "ratelimiter" | "limiter"));
    named && !words().any(|word| OUTGOING.contains(&word))
}

/// The package that a module lies in: `hono` for `hono/cors`.
fn root(module: &str) -> Option<&str> {
    let mut slashes = module.match_indices('/').map(|(at, _)| at);
    let end = if module.starts_with('@') { slashes.nth(1) } else { slashes.next() };
    module.get(..end?)
}

impl Pattern {
    fn new(text: &'static str) -> Self {
        Self(text.strip_suffix("()").unwrap_or(text).split('*').collect())
    }

    fn matches(&self, path: &str) -> bool {
        let [first, middle @ .., last] = self.0.as_slice() else {
            return self.0.first().is_some_and(|only| *only == path);
        };
        let Some(mut rest) = path.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else {
            return false;
        };
        middle.iter().all(|part| {
            let found = rest.find(part);
            rest = found.map_or("", |at| &rest[at + part.len()..]);
            found.is_some()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_calls_are_good_for() {
        let table = [
            ("helmet", "", "security-headers"),
            ("helmet", "()", "security-headers"),
            ("passport", "authenticate", "auth"),
            ("passport", "authenticate()", "auth"),
            ("passport", "initialize", ""),
            ("jsonwebtoken", "verify", "auth token"),
            ("jsonwebtoken", "sign", "token"),
            ("zod", "z.object", ""),
            ("zod", "z.object().strict().safeParse", "validation"),
            ("zod/v4", "object().parse", "validation"),
            ("express", "json", "body-parser"),
            ("express", "Router().get", ""),
            ("@sentry/node", "init", "error-tracking"),
            ("@sentry/node", "Handlers.requestHandler", "error-tracking"),
            ("@sentry/node", "setUser", ""),
            ("@supabase/supabase-js", "createClient().auth.getUser", "auth"),
            ("@supabase/supabase-js", "createClient().auth.signOut", ""),
            ("stripe", "().webhooks.constructEvent", "signature payment"),
            ("stripe", "().charges.create", "payment"),
            ("hono/cors", "cors", "cors"),
            ("openai", "default().chat.completions.create", "llm"),
            ("openai", "default().responses.stream", "llm"),
            ("openai", "default()", ""),
            ("openai", "default().beta.assistants.list", ""),
            ("openai", "default().beta.threads.runs.create", "llm"),
            ("@fastify/under-pressure", "", "health"),
            ("hono/jwt", "sign", "token"),
            ("hono", "Hono().get", ""),
            ("ioredis", "().set", "cache database"),
            ("ioredis", "", "database"),
            ("@clerk/nextjs/server", "auth().protect", "auth rbac"),
            ("@fastify/rate-limit", "", "rate-limit"),
            ("winston", "createLogger().info", "structured-log"),
            ("winston", "transports.Console", ""),
            ("winston", "Logger()", "structured-log"),
            ("winston", "cli", "structured-log"),
            ("@hono/stytch-auth", "Consumer.authenticateSessionLocal", "auth"),
            ("@hono/stytch-auth", "Consumer.getStytchSession", ""),
            ("node-cron", "schedule", "scheduler"),
            ("left-pad", "", ""),
            ("limiter-es6-compat", "RateLimiter()", "rate-limit"),
            ("koa-own-rate-limit", "", "rate-limit"),
            ("axios-rate-limit", "default()", ""),
            ("delimiter", "", ""),
            ("@scope", "", ""),
        ];
        for (package, path, expected) in table {
            assert_eq!(external(package, path).words().join(" "), expected, "{package} {path}");
        }
    }

    #[test]
    fn what_packages_are_installed_for() {
        assert_eq!(purpose("express-rate-limit/dist/x").words(), ["rate-limit"]);
        // It brings a parser of bodies, but nobody installs it for that.
        assert_eq!(purpose("express"), Capabilities::default());
        assert!(external("express", "json").has(Capability::BodyParser));
    }

    #[test]
    fn knowledge_names_capabilities_and_paths_only() {
        for package in knowledge::file("calls").entries() {
            for entry in package.value.entries() {
                assert!(Capability::of(&entry.key).is_some(), "{}: {}", package.key, entry.key);
                let texts = entry.value.items().iter().filter(|item| item.text().is_some()).count();
                assert_eq!(texts, entry.value.items().len(), "{}: {}", package.key, entry.key);
            }
        }
    }

    #[test]
    fn no_package_is_named_twice_for_a_capability() {
        for entry in knowledge::file("packages").get("npm").unwrap().entries() {
            let mut names: Vec<_> = entry.value.items().iter().filter_map(|item| item.text()).collect();
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{}", entry.key);
        }
    }
}

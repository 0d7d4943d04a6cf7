//! Limiters, and what they let through.

use super::Call;
use super::options::{Options, made, milliseconds};
use crate::extract::code::{Capability, Code, Site};
use crate::facts::Limiter;
use crate::parse::javascript::{Kind, Module, NodeId};

/// Packages of limiters, and how the names of their options go.
const PACKAGES: &[&str] = &[
    "express-rate-limit",
    "@fastify/rate-limit",
    "fastify-rate-limit",
    "rate-limiter-flexible",
    "@upstash/ratelimit",
    "hono-rate-limiter",
    "koa-ratelimit",
    "koa2-ratelimit",
    "@nestjs/throttler",
];

/// The limiter a call makes, in a module that asks for such a package.
pub(super) fn limiter(call: &Call<'_>) -> Option<Limiter> {
    let (package, path, options) = call.taken()?;
    if !PACKAGES.contains(&package.as_str()) || !makes(&package, &path) || stands_in(call) {
        return None;
    }
    let object = options.and_then(|options| Options::of(call.code(), options));
    let object = object.as_ref();
    let window = object.and_then(|options| {
        milliseconds(call.code(), options.get(&["windowMs", "timeWindow", "interval", "ttl"])?)
    });
    let max = object.and_then(|options| options.number(&["max", "limit", "points"]));
    Some(Limiter {
        store: store(call, &package, &path, object).to_owned(),
        gap: object.and_then(|options| gap(options, window, max)),
        untold: untold(call, &package, object).map(str::to_owned),
        fails_open: fails_open(call, &package, object),
        by_address: matches!(
            package.as_str(),
            "express-rate-limit" | "@fastify/rate-limit" | "fastify-rate-limit"
        ) && object
            .is_some_and(|options| options.complete && options.get(&["keyGenerator"]).is_none()),
        skips: object
            .is_some_and(|options| options.get(&["skip", "skipIf", "allowList", "whitelist"]).is_some()),
        library: package,
        window,
        max,
    })
}

/// Whether a module asks for a package that limits. Names are given by who imports: no other module is looked at.
pub(super) fn asks_for_limiter(module: &Module) -> bool {
    module.imports.iter().any(|import| PACKAGES.contains(&module.word(import.source)))
}

/// Whether a limiter only stands in while the store of another one fails: `{ insuranceLimiter: new RateLimiterMemory(…) }`.
fn stands_in(call: &Call<'_>) -> bool {
    let module = call.module;
    let insures = |node: NodeId| {
        module.parent(node).is_some_and(|around| {
            matches!(module.kind(around), Kind::Property(word) if module.word(word) == "insuranceLimiter")
        })
    };
    if insures(call.node) {
        return true;
    }
    if !module.may_say("insuranceLimiter") {
        return false;
    }
    let Some(around) = module.parent(call.node) else { return false };
    let target = match module.kind(around) {
        Kind::Declarator | Kind::Assign(_) => module.child(around, 0),
        // `static own = new RateLimiterMemory(…)` is `this.own` elsewhere in the class.
        Kind::Field(_) => Some(around),
        _ => None,
    };
    let Some(target) = target else { return false };
    match module.kind(target) {
        Kind::Field(own) | Kind::Member(own) => module
            .all()
            .any(|node| matches!(module.kind(node), Kind::Member(word) if word == own) && insures(node)),
        _ => module.binding(target).is_some_and(|name| module.uses(name).iter().any(|used| insures(*used))),
    }
}

/// Whether a path of a package makes a limiter, rather than something that belongs to one.
fn makes(package: &str, path: &str) -> bool {
    match package {
        "express-rate-limit" => matches!(path, "" | "rateLimit" | "default"),
        "@fastify/rate-limit" | "fastify-rate-limit" | "koa-ratelimit" => {
            path.is_empty() || path == "default"
        }
        "rate-limiter-flexible" => {
            path.starts_with("RateLimiter")
                && !path.contains('(')
                && !path.contains("Res")
                && !path.contains("Queue")
        }
        "@upstash/ratelimit" => path == "Ratelimit",
        "hono-rate-limiter" => path == "rateLimiter",
        "koa2-ratelimit" => path.ends_with("middleware"),
        "@nestjs/throttler" => path.starts_with("ThrottlerModule.forRoot") && !path.contains('('),
        _ => false,
    }
}

/// Where it counts.
fn store(call: &Call<'_>, package: &str, path: &str, options: Option<&Options<'_, '_>>) -> &'static str {
    match package {
        "@upstash/ratelimit" => return "shared",
        "rate-limiter-flexible" => {
            return match path {
                "RateLimiterMemory" => "memory",
                "RateLimiterUnion" | "RateLimiterCluster" => "unknown",
                _ => "shared",
            };
        }
        _ => {}
    }
    let Some(options) = options else { return "unknown" };
    if package == "koa-ratelimit" {
        return match options.text("driver").as_deref() {
            Some("memory") => "memory",
            Some(_) => "shared",
            None => "unknown",
        };
    }
    match options.get(&["store", "redis", "storage"]) {
        None if options.complete => "memory",
        None => "unknown",
        Some(store) => {
            let made = made(call.code(), store);
            let module = call.code().module(made.file);
            let name = module.and_then(|module| module.called(made.node)).unwrap_or_default();
            let computed = module.is_some_and(|module| {
                matches!(module.kind(made.node), Kind::Conditional | Kind::Logical(_) | Kind::Name(..))
            });
            match name {
                "MemoryStore" => "memory",
                _ if computed => "unknown",
                _ => "shared",
            }
        }
    }
}

/// As many requests a second as no client sends by chance.
const MOST_A_SECOND: i64 = 1000;

/// Why attacks are not counted.
fn gap(options: &Options<'_, '_>, window: Option<i64>, max: Option<i64>) -> Option<String> {
    if options.flag("skipFailedRequests") == Some(true) {
        return Some("does not count requests that fail".to_owned());
    }
    let module = options.module();
    let always = |node: NodeId| {
        let body = module.body(module.resolve(node))?;
        let value = match module.kind(body) {
            Kind::Block => module
                .children(body)
                .find(|child| module.kind(*child) == Kind::Return)
                .and_then(|value| module.child(value, 0))
                .filter(|_| module.children(body).count() == 1)?,
            _ => body,
        };
        (module.kind(value) == Kind::Flag(true)).then_some(())
    };
    if options.get(&["skip"]).and_then(|skip| always(skip.node)).is_some() {
        return Some("skips every request".to_owned());
    }
    let (window, max) = (window.filter(|window| *window > 0)?, max?);
    let a_second = max.checked_mul(1000).unwrap_or(i64::MAX) / window;
    (a_second >= MOST_A_SECOND).then(|| format!("lets {} requests a second through", shown(max, a_second)))
}

fn shown(max: i64, a_second: i64) -> String {
    if max == i64::MAX { "any number of".to_owned() } else { a_second.to_string() }
}

/// What the answer does not say of 429 and when to come back.
fn untold(call: &Call<'_>, package: &str, options: Option<&Options<'_, '_>>) -> Option<&'static str> {
    const LATER: &str = "when to come back";
    match package {
        "express-rate-limit" => {
            let options = options?;
            let off = |key| options.flag(key) == Some(false);
            let standard = options.get(&["standardHeaders", "draft_polli_ratelimit_headers"]).is_some()
                && !off("standardHeaders");
            let legacy = !off("legacyHeaders") && !off("headers");
            let status = options.number(&["statusCode"]).is_none_or(|status| status == 429);
            if status { (!standard && !legacy).then_some(LATER) } else { Some("the status 429") }
        }
        // These only say yes or no: what is answered is written by hand, somewhere.
        "rate-limiter-flexible" | "@upstash/ratelimit" => {
            let text = call.context.tree.text(call.file).to_ascii_lowercase();
            let here =
                ["retry-after", "ratelimit-", "msbeforenext", "reset"].iter().any(|word| text.contains(word));
            (!here && text.contains("429")).then_some(LATER)
        }
        _ => None,
    }
}

/// Whether requests pass where the store fails.
fn fails_open(call: &Call<'_>, package: &str, options: Option<&Options<'_, '_>>) -> bool {
    let told = |key| options.is_some_and(|options| options.flag(key) == Some(true));
    match package {
        "express-rate-limit" => told("passOnStoreError"),
        "@fastify/rate-limit" | "fastify-rate-limit" => told("skipOnError"),
        "@upstash/ratelimit" => lets_pass(call),
        "@nestjs/throttler" => guard_lets_pass(call.code()),
        _ => false,
    }
}

/// Whether a guard of the repository that extends the throttler's answers yes where it catches an error.
fn guard_lets_pass(code: &Code<'_>) -> bool {
    code.modules().filter(|(_, module)| module.may_say("ThrottlerGuard")).any(|(_, module)| {
        let is_guard = |class: NodeId| {
            module.children(class).any(|child| {
                module.kind(child) == Kind::Extends
                    && module.child(child, 0).and_then(|base| module.last_name(base))
                        == Some("ThrottlerGuard")
            })
        };
        let passes = |caught: NodeId| {
            let mut inside = module.descendants(caught).map(|node| module.kind(node));
            let yes = module.descendants(caught).any(|node| {
                module.kind(node) == Kind::Return
                    && module.child(node, 0).is_some_and(|value| module.kind(value) == Kind::Flag(true))
            });
            yes && !inside.any(|kind| matches!(kind, Kind::Throw | Kind::If))
        };
        module.all().any(|node| {
            module.kind(node) == Kind::Catch
                && passes(node)
                && module.ancestors(node).any(|around| module.kind(around) == Kind::Class && is_guard(around))
        })
    })
}

/// Whether an error of `limiter.limit()` in the same module is caught and answered by going on. The method itself does
/// not throw where a limit is reached: what is caught is the store's failure.
fn lets_pass(call: &Call<'_>) -> bool {
    let module = call.module;
    let mut asked = module.all().filter(|node| {
        module.kind(*node) == Kind::Call && matches!(module.called(*node), Some("limit" | "blockUntilReady"))
    });
    asked.any(|node| {
        let Some(guard) = module.ancestors(node).find(|around| module.kind(*around) == Kind::Try) else {
            return false;
        };
        let inside = module.child(guard, 0).is_some_and(|block| module.contains(block, node));
        let caught = module.children(guard).find(|child| module.kind(*child) == Kind::Catch);
        inside && caught.is_some_and(|caught| !answers(call, caught))
    })
}

/// Whether a `catch` throws, turns the request away, or reports to a tracker.
fn answers(call: &Call<'_>, caught: NodeId) -> bool {
    let module = call.module;
    module.descendants(caught).any(|node| match module.kind(node) {
        Kind::Throw | Kind::Flag(false) => true,
        Kind::Number(word) => matches!(module.word(word), "429" | "500" | "503"),
        Kind::Call => {
            let gives = call.code().capabilities(Site { file: call.file, node });
            gives.has(Capability::ErrorTracking) || gives.has(Capability::RateLimit)
        }
        _ => false,
    })
}

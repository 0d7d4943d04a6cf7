//! What lets the answers of a server be used again.

use std::sync::LazyLock;

use regex::Regex;

use super::servers::Server;
use super::{Candidates, Stage};
use crate::extract::Context;
use crate::extract::code::Capability;
use crate::source::{FileId, pattern};

/// What frameworks and answers say of how long something may be kept.
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"max-?[aA]ge=|s-maxage|stale-while-revalidate|\bunstable_cache\b|.use cache.|\bcacheTag\b|\bcacheLife\b|\brevalidate\s*[:=]|revalidate(?:Tag|Path)\b|\bforce-cache\b|force-static|CacheInterceptor|CacheModule|@CacheControl|cacheControl\b|apicache|defineCachedEventHandler|cachedEventHandler|defineCachedFunction|routeRules|\bmemoize|\bLRU(?:Cache)?\b|[cC]ache[.](?:get|set|wrap|match)\b",
    )
});

/// Words without which a module says none of these.
static NEEDED: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"[cC]ache|max-?[aA]ge|revalidate|force-static|routeRules|memoize|LRU"));

/// What stands before servers and may keep answers for them.
const FRONTS: &[&str] =
    &["vercel.json", "netlify.toml", "_headers", "firebase.json", "fastly.toml", "varnish.vcl"];

/// What in the code of a server keeps answers: a control that works, else the first words that say so.
pub(super) fn within(context: &Context<'_>, server: &Server<'_>, found: &Candidates) -> Option<String> {
    let control = found
        .iter()
        .find(|((capability, _), one)| *capability == Capability::Cache && one.stage >= Stage::Imported);
    control.map(|((_, name), _)| name.clone()).or_else(|| {
        let pattern = WORDS.as_ref()?;
        let needed = NEEDED.as_ref()?;
        let says = |file: &&FileId| {
            context.code.module(**file).is_none_or(|module| needed.is_match(module.spoken()))
        };
        let mut texts = server.reached.iter().filter(says).map(|file| context.tree.text(*file));
        texts.find_map(|text| pattern.find(text)).map(|found| found.as_str().to_owned())
    })
}

/// What in front of all servers keeps answers, by its file.
pub(super) fn outside(context: &Context<'_>) -> Option<String> {
    let says = |text: &str| {
        ["proxy_cache", "Cache-Control", "cache-control", "aws_cloudfront", "CloudFront", "beresp.ttl"]
            .iter()
            .any(|word| text.contains(word))
    };
    let mut files = context.tree.entries().filter(|(_, file)| !file.is_aside());
    let found = files.find(|(id, file)| {
        let front = FRONTS.contains(&file.name())
            || matches!(file.extension(), "conf" | "tf" | "vcl")
            || file.name().contains("nginx")
            || file.name() == "Caddyfile";
        front && says(context.tree.text(*id))
    });
    found.map(|(_, file)| format!("`{}`", file.path))
}

//! Headers that harden browsers, wherever they are set, and what a framework calls before its routes.

mod code;
mod files;
mod name;
mod next;
mod policy;

use rayon::prelude::*;

use super::Context;
use super::code::{Capability, Site};
use super::http::files::{Pattern, Scope};
use super::http::{self, next_middlewares};
use crate::facts::{Entry, HttpCron, HttpHeaders, HttpMiddleware};
use crate::parse::node::Node;
use crate::source::{FileId, Place, dealt};

/// One fact for each place that sets such headers, for each middleware, and for each route that is called at set times.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let files: Vec<_> =
        context.tree.entries().filter(|(_, file)| !file.vendored && !file.generated).collect();
    let mut entries: Vec<Entry> =
        dealt(&files).flat_map_iter(|(id, file)| files::facts(context, *id, file)).collect();
    let modules: Vec<_> = context.code.modules().collect();
    entries.par_extend(dealt(&modules).flat_map_iter(|(file, module)| code::facts(context, *file, module)));
    entries.extend(next::facts(context));
    entries.extend(next_middlewares(context).into_iter().map(|middleware| {
        let api = "/api/0";
        let in_scope = match &middleware.scope {
            Scope::All | Scope::Unreadable | Scope::Sometimes => true,
            Scope::Paths(patterns) => patterns.iter().any(|pattern| pattern.matches(api)),
        };
        let skips = if in_scope {
            middleware.passes(&context.code, api).then_some("it lets them pass")
        } else {
            Some("its matcher leaves them out")
        };
        let fact = HttpMiddleware {
            name: middleware.name,
            capabilities: middleware.gives.words(),
            skips_api: skips.map(str::to_owned),
        };
        Entry::new(http::place(context, middleware.site), fact)
    }));
    entries.extend(
        files.iter().filter(|(_, file)| file.name() == "vercel.json").flat_map(|(id, _)| crons(context, *id)),
    );
    entries
}

/// `crons` of `vercel.json`.
fn crons(context: &Context<'_>, file: FileId) -> Vec<Entry> {
    let crons =
        context.documents.node(file).and_then(|node| node.get("crons")).map(Node::items).unwrap_or_default();
    let entry = crons.iter().filter_map(|cron| {
        let path = cron.get("path")?;
        let route = path.text()?.split('?').next()?.to_owned();
        let schedule = cron.get("schedule").and_then(Node::text).map(str::to_owned);
        Some(Entry::new(Place { file, span: path.span }, HttpCron { route, schedule }))
    });
    entry.collect()
}

/// Headers that are set together.
#[derive(Debug, Default)]
struct Set {
    names: Vec<String>,
    csp: Option<&'static str>,
    nonce: bool,
    hsts: Option<i64>,
    computed: bool,
}

impl Set {
    /// Takes a header in, where it is one of those; the value may be computed.
    fn add(&mut self, header: &str, value: Option<&str>) {
        let header = header.trim().to_ascii_lowercase();
        if !name::is_known(&header) {
            return;
        }
        match header.as_str() {
            "content-security-policy" => {
                self.csp = Some(value.map_or("computed", name::csp));
                self.nonce |= value.is_some_and(name::by_nonce);
            }
            "content-security-policy-report-only" => self.csp = self.csp.or(Some("report-only")),
            "strict-transport-security" => self.hsts = Some(value.map_or(name::YEAR, name::max_age)),
            _ => {}
        }
        if !self.names.contains(&header) {
            self.names.push(header);
        }
    }

    /// The fact, where anything is set.
    fn fact(self, from: &str, everywhere: bool, place: Place) -> Option<Entry> {
        if self.names.is_empty() && !self.computed {
            return None;
        }
        let fact = HttpHeaders {
            from: from.to_owned(),
            hardening: name::hardening(&self.names, self.csp),
            names: self.names,
            everywhere,
            csp: self.csp.map(str::to_owned),
            nonce: self.nonce,
            hsts: self.hsts,
            computed: self.computed,
        };
        Some(Entry::new(place, fact))
    }
}

/// Whether a pattern of paths holds for every page.
fn is_everything(source: &str) -> bool {
    Pattern::path(source).is_some_and(|pattern| ["/a", "/a/b"].iter().all(|path| pattern.matches(path)))
}

/// The text a site always has; what is done to spaces in it is looked through.
fn text(context: &Context<'_>, site: Site) -> Option<String> {
    let at = super::http::files::value(&context.code, site);
    let module = context.code.module(at.file)?;
    if let Some(text) = module.text(at.node) {
        return Some(text.into_owned());
    }
    match module.called(at.node) {
        Some("replace" | "replaceAll" | "trim") => {
            text(context, Site { file: at.file, node: module.receiver(at.node)? })
        }
        Some("join") => {
            let list = module.resolve(module.receiver(at.node)?);
            let parts = module.children(list).map(|node| text(context, Site { file: at.file, node }));
            parts.collect::<Option<Vec<_>>>().map(|parts| parts.join(" "))
        }
        _ => None,
    }
}

/// Whether code gives security headers.
fn gives_headers(context: &Context<'_>, site: Site) -> bool {
    context.code.capabilities(site).has(Capability::SecurityHeaders)
}

#[cfg(test)]
mod tests;

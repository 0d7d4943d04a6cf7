//! Addresses that are written in code and asked by it.

use std::collections::BTreeMap;

use super::runs;
use crate::extract::code::{Origin, Site};
use crate::extract::view::{View, each};
use crate::extract::{Context, branch};
use crate::facts::{Entry, HostLiteral};
use crate::parse::javascript::{Kind, NodeId, Operator};
use crate::source::Place;

/// How many names, templates and sums are followed to the text behind them.
const MAX_STEPS: u8 = 8;

/// Packages that ask others, with the beginning of their names.
const LIBRARIES: &[&str] = &[
    "axios",
    "got",
    "ky",
    "ofetch",
    "node-fetch",
    "cross-fetch",
    "undici",
    "superagent",
    "socket.io-client",
    "mongoose",
    "mongodb",
    "redis",
    "ioredis",
    "pg",
    "mysql",
    "mysql2",
    "mysql2/promise",
    "sequelize",
    "amqplib",
    "postgres",
    "ws",
    "@apollo/client",
    "graphql-request",
    "nodemailer",
];

/// Options that say where.
const OPTIONS: &[&str] =
    &["baseURL", "baseUrl", "url", "uri", "host", "hostname", "connectionString", "endpoint", "server"];

/// One fact for each address, at the place where it is written.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let found: BTreeMap<Place, HostLiteral> = each(context, |view, found| {
        if runs(context, view.file) {
            of_module(view, found);
        }
    })
    .into_iter()
    .collect();
    found.into_iter().map(|(place, fact)| Entry::new(place, fact)).collect()
}

fn of_module(view: &View<'_>, found: &mut Vec<(Place, HostLiteral)>) {
    let module = view.module;
    for call in view.calls() {
        let Some(library) = library(view, call) else { continue };
        if branch::development(module, call) {
            continue;
        }
        let options = |argument: NodeId| match module.kind(argument) {
            Kind::Object => {
                let own = module.properties(argument).into_iter();
                own.filter(|(key, _)| OPTIONS.contains(key))
                    .map(|(key, value)| (value, key.starts_with("host")))
                    .collect()
            }
            _ => vec![(argument, false)],
        };
        for (value, bare) in module.arguments(call).take(3).flat_map(options) {
            let Some(site) = written(view, view.site(value), 0) else { continue };
            let Some((host, fixed)) = host(view, site, bare) else { continue };
            // What leads to a tool on the developer's own machine says so.
            let on_purpose = view.context.tree.file(site.file).name().to_ascii_lowercase().contains("local");
            if on_purpose || !runs(view.context, site.file) {
                continue;
            }
            let fact = HostLiteral { host, fixed, library: library.clone() };
            found.push((view.context.code.place(site), fact));
        }
    }
}

/// What asks, where a call asks others.
fn library(view: &View<'_>, call: NodeId) -> Option<String> {
    match view.context.code.callee(view.site(call)) {
        Origin::Global(name) if matches!(name.as_str(), "fetch" | "WebSocket" | "EventSource") => Some(name),
        Origin::External { package, .. } => LIBRARIES.contains(&package.as_str()).then_some(package),
        _ => None,
    }
}

/// The text at the beginning of a value, through names, templates and sums; none where there is a choice.
fn written(view: &View<'_>, site: Site, steps: u8) -> Option<Site> {
    let module = view.context.code.module(site.file).filter(|_| steps < MAX_STEPS)?;
    let next = |node: NodeId| written(view, Site { file: site.file, node }, steps + 1);
    match module.kind(site.node) {
        Kind::Text(_) if !branch::development(module, site.node) && !is_choice(module, site.node) => {
            Some(site)
        }
        Kind::Template => {
            let empty = |node: &NodeId| matches!(module.kind(*node), Kind::Text(word) if module.word(word).is_empty());
            next(module.children(site.node).find(|node| !empty(node))?)
        }
        Kind::Binary(Operator::Add) => next(module.child(site.node, 0)?),
        Kind::Name(_, Some(_)) | Kind::Member(_) => {
            let definition = view.context.code.definition(site);
            (definition != site).then(|| written(view, definition, steps + 1)).flatten()
        }
        _ => None,
    }
}

/// Whether a text is one of several that a value can have: a fallback, a branch.
fn is_choice(module: &crate::parse::javascript::Module, node: NodeId) -> bool {
    let parents = module.ancestors(node).take(4);
    parents.into_iter().any(|parent| {
        matches!(module.kind(parent), Kind::Logical(_) | Kind::Conditional | Kind::Case | Kind::Default)
            || matches!(module.kind(parent), Kind::Array)
    })
}

/// The host of an address, and whether it is the own machine or a number; `bare` where the text is a host alone.
fn host(view: &View<'_>, site: Site, bare: bool) -> Option<(String, bool)> {
    let module = view.context.code.module(site.file)?;
    let Kind::Text(word) = module.kind(site.node) else { return None };
    let text = module.word(word);
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+') => {
            (Some(scheme), rest)
        }
        None if bare => (None, text),
        _ => return None,
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let address = authority.rsplit('@').next().unwrap_or_default();
    let name = address.split(':').next().unwrap_or_default();
    // `http://localhost:${port}` is the program itself; `169.254.169.254` describes the machine in every cloud.
    let computed = authority.len() == rest.len() && address.ends_with(':');
    if computed || name.is_empty() || name == "0.0.0.0" || name.starts_with("169.254.") {
        return None;
    }
    let host = match scheme {
        Some(scheme) => format!("{scheme}://{address}"),
        None => address.to_owned(),
    };
    Some((host, is_fixed(name)))
}

/// Whether a host is the own machine or a number.
fn is_fixed(host: &str) -> bool {
    let parts: Vec<&str> = host.split('.').collect();
    let number = parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
    host == "localhost" || number
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn addresses_in_code() {
        for (text, expected) in [
            (
                "fetch('http://localhost:3000/users')",
                vec!["http://localhost:3000 | fetch | 'http://localhost:3000/users'"],
            ),
            (
                "const API = 'http://localhost:3000'; fetch(`${API}/users`)",
                vec!["http://localhost:3000 | fetch | 'http://localhost:3000'"],
            ),
            (
                "const API = 'http://127.0.0.1'; fetch(API + '/users')",
                vec!["http://127.0.0.1 | fetch | 'http://127.0.0.1'"],
            ),
            (
                "require('axios').create({ baseURL: 'http://10.0.0.7' })",
                vec!["http://10.0.0.7 | axios | 'http://10.0.0.7'"],
            ),
            (
                "require('mongoose').connect('mongodb://u:p@localhost:27017/shop')",
                vec!["mongodb://localhost:27017 | mongoose | 'mongodb://u:p@localhost:27017/shop'"],
            ),
            ("require('mysql2').createPool({ host: 'localhost' })", vec!["localhost | mysql2 | 'localhost'"]),
            ("fetch(process.env.API ?? 'http://localhost:3000')", vec![]),
            ("const API = process.env.API || 'http://localhost:3000'; fetch(API)", vec![]),
            ("const API = isProd ? '/api' : 'http://localhost:3000'; fetch(API)", vec![]),
            ("if (process.env.NODE_ENV === 'development') fetch('http://localhost:3000')", vec![]),
            ("fetch(`http://localhost:${port}/health`)", vec![]),
            ("fetch('http://169.254.169.254/latest')", vec![]),
            ("console.log('http://localhost:3000')", vec![]),
            ("app.use(require('cors')({ origin: 'http://localhost:3000' }))", vec![]),
        ] {
            assert_eq!(
                show("host.literal", &["host", "library", "@"], &[SHOP, ("a.js", text)]),
                expected,
                "{text}"
            );
        }
        let files = [
            SHOP,
            ("a.js", "require('./useLocalStudio')"),
            ("useLocalStudio.js", "fetch('http://localhost:2022')"),
        ];
        assert!(show("host.literal", &["host"], &files).is_empty());
        let files = [SHOP, ("a.js", "fetch('https://api.example.com/v1')")];
        assert_eq!(show("host.literal", &["host", "fixed"], &files), ["https://api.example.com | false"]);
        let files = [
            SHOP,
            ("a.js", "import { API } from './b'; fetch(API)"),
            ("b.js", "export const API = 'http://localhost:1'"),
        ];
        assert_eq!(show("host.literal", &["path", "host"], &files), ["b.js | http://localhost:1"]);
    }
}

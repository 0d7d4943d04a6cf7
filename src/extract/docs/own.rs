//! Whether an address is that of the documentation of this repository itself, kept elsewhere.

use crate::extract::Context;
use crate::parse::node::Node;

/// What a repository calls itself, in lower case.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// The repository and the packages at its root.
    names: Vec<String>,
    /// The host of its home page, without `www.`.
    homes: Vec<String>,
}

impl Own {
    pub(super) fn of(context: &Context<'_>) -> Self {
        let manifests = context.packages.manifests("").iter();
        let manifests: Vec<&Node> =
            manifests.filter_map(|manifest| context.documents.node(manifest.file)).collect();
        let text =
            |key: &str| manifests.iter().filter_map(|node| node.get(key)?.scalar()).collect::<Vec<_>>();
        let repository = context.tree.name().to_owned();
        let names = text("name").into_iter().chain([repository]);
        let names = names.filter_map(|name| Some(name.rsplit('/').next()?.to_ascii_lowercase()));
        let homes = text("homepage").into_iter().map(|home| {
            let host = host(&home).to_ascii_lowercase();
            host.strip_prefix("www.").map(str::to_owned).unwrap_or(host)
        });
        // The home page of many is the page of their repository.
        let homes = homes.filter(|host| host.contains('.') && !is_forge(host));
        Self { names: names.filter(|name| name.len() >= 3).collect(), homes: homes.collect() }
    }

    /// `wiki` or `documentation`, where an address leads to such.
    pub(super) fn documentation(&self, target: &str) -> Option<&'static str> {
        let host = host(target).to_ascii_lowercase();
        let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
        let mut path = rest.split(['/', '?', '#']).skip(1).filter(|part| !part.is_empty());
        if is_forge(&host) {
            let (name, page) = (path.nth(1)?.to_ascii_lowercase(), path.next()?);
            let page = if page == "-" { path.next()? } else { page };
            let wiki = page == "wiki" || page == "wikis";
            return (wiki && self.names.contains(&name)).then_some("wiki");
        }
        let first = host.split('.').next().unwrap_or_default();
        let page = path.next().unwrap_or_default();
        let kind = [first, page].into_iter().find_map(|word| match word {
            "docs" | "doc" | "documentation" | "handbook" | "manual" => Some("documentation"),
            "wiki" => Some("wiki"),
            _ => None,
        })?;
        self.is_host(&host).then_some(kind)
    }

    /// Whether a host is the home page's or below it, or has the name of the repository: `docs.shop.io`.
    fn is_host(&self, host: &str) -> bool {
        let below = |home: &String| {
            host.strip_suffix(home.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let plain = |name: &str| name.replace(['-', '_', '.'], "");
        let mut labels = host.split('.');
        self.homes.iter().any(below)
            || labels.any(|label| self.names.iter().any(|name| plain(name) == plain(label)))
    }
}

fn is_forge(host: &str) -> bool {
    matches!(
        host,
        "github.com" | "gitlab.com" | "codeberg.org" | "bitbucket.org" | "npmjs.com" | "www.npmjs.com"
    )
}

/// The host of an address.
pub(super) fn host(target: &str) -> &str {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

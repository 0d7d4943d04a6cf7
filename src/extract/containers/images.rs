//! What is known of base images: `rules/knowledge/images.yml` and `rules/knowledge/eol.yml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use globset::{Glob, GlobMatcher};

use crate::extract::knowledge;
use crate::parse::dockerfile::ImageRef;
use crate::parse::node::Node;

/// What is known of an image.
#[derive(Debug)]
pub(super) struct Known {
    name: GlobMatcher,
    tag: Option<GlobMatcher>,
    /// Who its containers run as.
    pub(super) user: String,
    /// Whether it starts a server by itself.
    pub(super) serves: bool,
    /// Whether it brings a health check.
    pub(super) health: bool,
    product: Option<String>,
    os: bool,
}

/// A version that gets no security fixes any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    /// The product with its version.
    pub(super) what: String,
    /// The last day it got any.
    pub(super) on: String,
}

struct Product {
    name: String,
    /// By version or code name.
    versions: HashMap<String, String>,
}

static IMAGES: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let images = knowledge::file("images").get("images").map(Node::items).unwrap_or_default();
    images.iter().filter_map(known).collect()
});

static PRODUCTS: LazyLock<HashMap<String, Product>> = LazyLock::new(|| {
    let products = knowledge::file("eol").get("products").map(Node::entries).unwrap_or_default();
    let versions = |node: &Node| {
        let entries = node.get("versions").map(Node::entries).unwrap_or_default();
        entries.iter().filter_map(|entry| Some((entry.key.clone(), entry.value.scalar()?))).collect()
    };
    let product = |node: &Node| Product {
        name: node.get("name").and_then(Node::scalar).unwrap_or_default(),
        versions: versions(node),
    };
    products.iter().map(|entry| (entry.key.clone(), product(&entry.value))).collect()
});

/// The day the table of ends was made; ISO 8601, so that texts compare as days do.
static TABLE: LazyLock<String> =
    LazyLock::new(|| knowledge::file("eol").get("date").and_then(Node::scalar).unwrap_or_default());

fn known(node: &Node) -> Option<Known> {
    let text = |key: &str| node.get(key).and_then(Node::scalar);
    let flag = |key: &str| node.get(key).and_then(Node::flag).unwrap_or_default();
    let glob = |text: String| Glob::new(&text).ok().map(|glob| glob.compile_matcher());
    Some(Known {
        name: glob(text("name")?)?,
        tag: match text("tag") {
            Some(tag) => Some(glob(tag)?),
            None => None,
        },
        user: text("user")?,
        serves: flag("serves"),
        health: flag("health"),
        product: text("product"),
        os: flag("os"),
    })
}

/// The image without tag and digest, hosts that mirror the official images taken off: `node`, `owner/name`.
pub(super) fn bare(image: &ImageRef) -> Option<String> {
    let repository = image.repository.known()?;
    let host = match &image.registry {
        Some(registry) => registry.known()?,
        None => "",
    };
    let official =
        matches!(host, "" | "docker.io" | "index.docker.io" | "registry-1.docker.io" | "mirror.gcr.io");
    let repository = match (host, repository.strip_prefix("docker/library/")) {
        ("public.ecr.aws", Some(name)) => return Some(name.to_owned()),
        _ => repository,
    };
    let repository =
        if official { repository.strip_prefix("library/").unwrap_or(repository) } else { repository };
    Some(if official { repository.to_owned() } else { format!("{host}/{repository}") })
}

/// What is known of an image; none for one that no list names.
pub(super) fn lookup(image: &ImageRef) -> Option<&'static Known> {
    let name = bare(image)?;
    // A part of the tag that is known is enough to tell `*nonroot*`.
    let tag = image.tag.as_ref().map(crate::parse::dockerfile::Expanded::display).unwrap_or_default();
    IMAGES
        .iter()
        .find(|known| known.name.is_match(&name) && known.tag.as_ref().is_none_or(|glob| glob.is_match(&tag)))
}

/// The runtime or the system of an image that gets no security fixes any more.
pub(super) fn ended(image: &ImageRef) -> Option<Ended> {
    let known = lookup(image)?;
    let tag = image.tag.as_ref()?.known()?;
    let product = known.product.as_deref().and_then(|product| ended_version(product, tag));
    product.or_else(|| if known.os { ended_system(tag) } else { None })
}

/// The system that a tag names behind the version: `22-buster`, `3.12-alpine3.16`.
fn ended_system(tag: &str) -> Option<Ended> {
    tag.split('-').skip(1).find_map(|part| match part.strip_prefix("alpine") {
        Some("") => None,
        Some(version) => ended_version("alpine", version),
        None => ended_version("debian", part).or_else(|| ended_version("ubuntu", part)),
    })
}

fn ended_version(product: &str, tag: &str) -> Option<Ended> {
    let product = PRODUCTS.get(product)?;
    let version = tag.split('-').next().unwrap_or_default();
    let version = version.strip_prefix('v').unwrap_or(version);
    // The longest beginning that the table knows: `3.10.4`, `3.10`, `3`.
    let cuts = std::iter::once(version.len()).chain(version.rmatch_indices('.').map(|(at, _)| at));
    let (version, on) =
        cuts.map(|cut| &version[..cut]).find_map(|cut| Some((cut, product.versions.get(cut)?)))?;
    (on.as_str() < TABLE.as_str())
        .then(|| Ended { what: format!("{} {version}", product.name), on: on.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_told_by_tag() {
        for (image, wanted) in [
            ("node:18-alpine", Some("Node.js 18")),
            ("node:18.20.4", Some("Node.js 18")),
            ("docker.io/library/node:16", Some("Node.js 16")),
            ("public.ecr.aws/docker/library/node:14-slim", Some("Node.js 14")),
            ("node:24-slim", None),
            ("node:lts", None),
            ("node", None),
            ("node:24-buster", Some("Debian buster")),
            ("node:24-alpine3.16", Some("Alpine Linux 3.16")),
            ("python:3.8-slim", Some("Python 3.8")),
            ("python:3.12", None),
            ("python:3", None),
            ("debian:buster-slim", Some("Debian buster")),
            ("ubuntu:18.04", Some("Ubuntu 18.04")),
            ("ubuntu:24.04", None),
            ("alpine:3.1", Some("Alpine Linux 3.1")),
            ("alpine:3", None),
            ("golang:1.2", None),
            ("postgres:9.6-alpine", Some("PostgreSQL 9")),
            ("owner/node:12", None),
            ("mcr.microsoft.com/dotnet/aspnet:6.0-alpine", Some(".NET 6.0")),
        ] {
            let found = ended(&ImageRef::parse(image)).map(|ended| ended.what);
            assert_eq!(found.as_deref(), wanted, "{image}");
        }
    }

    #[test]
    fn users_are_told_by_image_and_tag() {
        for (image, wanted) in [
            ("node:24", Some("root")),
            ("gcr.io/distroless/nodejs24-debian12:nonroot", Some("nonroot")),
            ("gcr.io/distroless/static", Some("root")),
            ("cgr.dev/chainguard/node:latest", Some("nonroot")),
            ("bitnami/node:24", Some("1001")),
            ("owner/base", None),
        ] {
            assert_eq!(lookup(&ImageRef::parse(image)).map(|known| known.user.as_str()), wanted, "{image}");
        }
    }

    #[test]
    fn every_entry_of_the_lists_is_read() {
        assert_eq!(
            knowledge::file("images").get("images").map_or(0, |images| images.items().len()),
            IMAGES.len()
        );
        for known in IMAGES.iter() {
            if let Some(product) = &known.product {
                assert!(PRODUCTS.contains_key(product), "{product}");
            }
        }
        assert!(PRODUCTS.values().all(|product| product.versions.values().all(|day| day.len() == 10)));
    }
}

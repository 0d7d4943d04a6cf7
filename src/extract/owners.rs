//! Whose repository this is, by what it says of itself.

use std::collections::BTreeSet;

use super::packages::Packages;
use crate::parse::Documents;
use crate::source::Tree;

/// Hosts whose addresses start with the owner of a repository.
const FORGES: &[&str] = &["github.com", "gitlab.com", "codeberg.org", "bitbucket.org"];

/// The owners of the repository in lower case: by its remote, by the addresses in the manifests at its root, and by the
/// paths of its Go modules. A clone of a clone still knows them.
pub(super) fn of(tree: &Tree, documents: &Documents, packages: &Packages) -> BTreeSet<String> {
    let remote = tree.name().split_once('/').map(|(owner, _)| owner.to_ascii_lowercase());
    let modules = packages.all().iter().filter(|package| package.ecosystem == "go");
    let modules = modules.filter(|package| {
        let file = tree.file(package.file());
        !file.test && !file.vendored
    });
    let modules = modules.filter_map(|package| owner(package.name()?));
    let manifests = packages.manifests("").iter().filter_map(|manifest| documents.node(manifest.file));
    let addresses = manifests.flat_map(|node| ADDRESSES.iter().filter_map(|path| node.at(path)));
    let addresses = addresses.filter_map(|node| owner(node.text()?));
    remote.into_iter().chain(modules).chain(addresses).collect()
}

/// Where manifests give the address of their repository: those of npm, Cargo and Python.
const ADDRESSES: &[&[&str]] = &[
    &["repository"],
    &["repository", "url"],
    &["package", "repository"],
    &["workspace", "package", "repository"],
    &["project", "urls", "Repository"],
    &["project", "urls", "repository"],
    &["project", "urls", "Source"],
    &["tool", "poetry", "repository"],
];

/// The owner in an address: `https://forge/owner/name.git`, `git@forge:owner/name`, `github:owner/name`, `owner/name`.
fn owner(address: &str) -> Option<String> {
    let address = address.strip_prefix("git+").unwrap_or(address);
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let address = address.rsplit_once('@').map_or(address, |(_, rest)| rest);
    let mut parts = address.split(['/', ':']).filter(|part| !part.is_empty());
    let first = parts.next()?;
    let owner = match first.trim_start_matches("www.") {
        host if FORGES.contains(&host) => parts.next()?,
        "github" | "gitlab" | "bitbucket" => parts.next()?,
        name if !name.contains('.') && parts.clone().count() == 1 => name,
        _ => return None,
    };
    parts.next().map(|_| owner.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::given;

    #[test]
    fn the_owner_in_an_address() {
        for (address, expected) in [
            ("https://github.com/Acme/shop", Some("acme")),
            ("git+https://github.com/acme/shop.git", Some("acme")),
            ("git@github.com:acme/shop.git", Some("acme")),
            ("ssh://git@gitlab.com/acme/group/shop", Some("acme")),
            ("github:acme/shop", Some("acme")),
            ("github.com/acme/shop/v2", Some("acme")),
            ("acme/shop", Some("acme")),
            ("https://acme.example/shop/web", None),
            ("h.example/acme/shop", None),
            ("https://github.com/acme", None),
            ("shop", None),
            ("", None),
        ] {
            assert_eq!(owner(address).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn whose_a_repository_is() {
        let go = "module github.com/acme/shop\ngo 1.26\n";
        for (path, text, expected) in [
            ("go.mod", go, vec!["acme"]),
            ("api/go.mod", go, vec!["acme"]),
            ("vendor/x/go.mod", go, vec![]),
            ("package.json", r#"{"repository": "acme/shop"}"#, vec!["acme"]),
            (
                "package.json",
                r#"{"repository": {"url": "git+https://github.com/acme/shop.git"}}"#,
                vec!["acme"],
            ),
            ("ui/package.json", r#"{"repository": "other/ui"}"#, vec![]),
            (
                "Cargo.toml",
                "[workspace.package]\nrepository = \"https://github.com/acme/shop\"\n",
                vec!["acme"],
            ),
            (
                "pyproject.toml",
                "[project]\nname = \"a\"\n[project.urls]\nRepository = \"https://github.com/acme/shop\"\n",
                vec!["acme"],
            ),
            ("README.md", "https://github.com/acme/shop", vec![]),
        ] {
            let found = given::with(&[(path, text)], |context| context.owners.clone());
            assert_eq!(found.into_iter().collect::<Vec<_>>(), expected, "{path}: {text}");
        }
    }
}

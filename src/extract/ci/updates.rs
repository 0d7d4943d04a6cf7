//! Bots that propose updates: Dependabot and Renovate.

use std::collections::BTreeSet;

use crate::extract::Context;
use crate::facts::{Entry, UpdateConfig};
use crate::parse::node::Node;
use crate::source::Place;

/// One fact for each configuration of a bot.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let files = context.tree.entries().filter(|(_, file)| !file.test && !file.vendored);
    files
        .filter_map(|(id, file)| {
            let node = context.documents.node(id);
            let config = match (file.dir(), file.name()) {
                (".github", "dependabot.yml" | "dependabot.yaml") => dependabot(node?),
                (
                    "" | ".github" | ".gitlab" | ".forgejo" | ".gitea",
                    "renovate.json" | "renovate.json5" | ".renovaterc" | ".renovaterc.json"
                    | ".renovaterc.json5",
                ) => renovate(node),
                ("", "package.json") if node?.get("renovate").is_some() => renovate(node?.get("renovate")),
                (".github/workflows", _) if context.tree.text(id).contains("renovatebot/github-action") => {
                    renovate(None)
                }
                (_, ".gitlab-ci.yml") if context.tree.text(id).contains("renovate-runner") => renovate(None),
                _ => return None,
            };
            Some(Entry::new(Place::file(id), config))
        })
        .collect()
}

fn dependabot(node: &Node) -> UpdateConfig {
    let updates = node.get("updates").map(Node::items).unwrap_or_default();
    let ecosystems =
        updates.iter().filter_map(|update| update.get("package-ecosystem").and_then(Node::scalar));
    let ecosystems: BTreeSet<String> = ecosystems.collect();
    UpdateConfig { bot: "dependabot".to_owned(), ecosystems: ecosystems.into_iter().collect() }
}

fn renovate(node: Option<&Node>) -> UpdateConfig {
    let managers = node.and_then(|node| node.get("enabledManagers")).map(Node::scalars).unwrap_or_default();
    UpdateConfig { bot: "renovate".to_owned(), ecosystems: managers }
}

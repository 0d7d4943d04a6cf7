//! `composer.json`.

use super::{Declared, Group, Manifest, Pin, text};
use crate::parse::node::Node;

/// Reads a `composer.json`. What has no slash in its name (`php`, `ext-*`) is the platform, not a package.
pub fn composer(node: &Node) -> Manifest {
    let mut manifest = Manifest {
        name: text(node, "name"),
        package: true,
        library: text(node, "type").is_none_or(|kind| kind != "project") && node.get("type").is_some(),
        binaries: node.get("bin").is_some(),
        ..Manifest::default()
    };
    for (key, group) in [("require", Group::Prod), ("require-dev", Group::Dev)] {
        for entry in node.get(key).map_or(&[][..], Node::entries) {
            let version = entry.value.scalar().unwrap_or_default();
            let span = entry.key_span.to(entry.value.span);
            if entry.key.contains('/') {
                manifest.dependencies.push(Declared {
                    name: entry.key.clone(),
                    version,
                    group,
                    span,
                    ..Declared::default()
                });
            } else if entry.key == "php" {
                manifest.pins.push(Pin { tool: "php".into(), version, span: entry.value.span });
            }
        }
    }
    manifest
}

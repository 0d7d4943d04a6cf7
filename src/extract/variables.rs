//! What the names of variables say by themselves.

use std::sync::LazyLock;

use super::knowledge;
use crate::parse::node::Node;

/// Whether bundlers put a variable into what browsers get, by its prefix.
pub(super) fn is_public(name: &str) -> bool {
    static LIST: LazyLock<Vec<String>> =
        LazyLock::new(|| knowledge::file("environment").get("client").map(Node::scalars).unwrap_or_default());
    LIST.iter().any(|start| name.starts_with(start.as_str()))
}

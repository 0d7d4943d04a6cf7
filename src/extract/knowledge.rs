//! Knowledge is data: what packages, actions, images and commands are good for, in `rules/knowledge/*.yml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::parse::node::Node;
use crate::parse::yaml;

static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));

static NODES: LazyLock<HashMap<&'static str, Node>> = LazyLock::new(|| {
    let parse =
        |(name, text): &(&'static str, &str)| Some((*name, yaml::parse(text).document.into_iter().next()?));
    FILES.iter().filter_map(parse).collect()
});

/// The content of `rules/knowledge/<name>.yml`, parsed once; null where there is no such file.
///
/// Turn it into a hashed table in a `LazyLock` of its own where it is looked up often.
pub(super) fn file(name: &str) -> &'static Node {
    static NOTHING: Node =
        Node { span: crate::source::Span { start: 0, end: 0 }, value: crate::parse::node::Value::Null };
    NODES.get(name).unwrap_or(&NOTHING)
}

/// Reads all of it now, rather than when it is first asked for.
pub(super) fn load() {
    LazyLock::force(&NODES);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_knowledge_parses_without_error() {
        for (name, text) in FILES {
            assert_eq!(yaml::parse(text).errors, [], "rules/knowledge/{name}.yml");
        }
    }
}

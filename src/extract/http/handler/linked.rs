//! What is found by a token: whoever has the link that it stands in may ask.

use crate::parse::javascript::{Kind, Module, NodeId};

/// Whether a call looks something up by a token: `findFirst({ where: { token } })`, `findOne({ resetToken: hash })`,
/// `delete({ where: { token: hash } })`, `eq("invite_token", token)`.
pub(super) fn looks_up(module: &Module, call: NodeId, name: &str) -> bool {
    if name == "eq" {
        return module.argument(call, 0).is_some_and(|column| match module.kind(column) {
            Kind::Text(word) | Kind::Member(word) => names_token(module.word(word)),
            _ => false,
        });
    }
    let asked = module.argument(call, 0);
    let condition = if name.starts_with("find") {
        asked.map(|asked| module.property(asked, "where").unwrap_or(asked))
    } else if name.starts_with("delete") || name.starts_with("update") {
        asked.and_then(|asked| module.property(asked, "where"))
    } else {
        None
    };
    condition.is_some_and(|condition| module.properties(condition).iter().any(|(key, _)| names_token(key)))
}

fn names_token(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("token") && !name.contains("access") && !name.contains("push") && !name.contains("device")
}

//! Where a server listens.

use crate::parse::javascript::{Kind, Module, NodeId};

/// The port and the host that a call of `listen` is given: `listen(3000, "127.0.0.1")`, `listen({ port, host })`.
pub(super) fn address(module: &Module, listen: NodeId) -> (Option<NodeId>, Option<NodeId>) {
    let Some(first) = module.argument(listen, 0) else { return (None, None) };
    let options = module.resolve(first);
    if module.kind(options) == Kind::Object {
        let host = module.property(options, "host").or_else(|| module.property(options, "hostname"));
        return (module.property(options, "port"), host);
    }
    (Some(first), module.argument(listen, 1))
}

/// Whether a call of `listen` names an address that only the same machine reaches.
pub(super) fn is_loopback(module: &Module, listen: NodeId) -> bool {
    let (_, host) = address(module, listen);
    let host = host.and_then(|host| module.text(host));
    host.is_some_and(|host| matches!(host.as_ref(), "127.0.0.1" | "localhost" | "::1"))
}

//! What local code does by itself.

use super::Capabilities;
use crate::parse::javascript::{Module, NodeId};

/// What a function is good for by what it does itself, calls of packages left out.
pub(super) fn of_function(_module: &Module, _function: NodeId) -> Capabilities {
    Capabilities::default()
}

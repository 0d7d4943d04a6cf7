//! `golive rules`: the rules themselves.

pub(super) mod check;
pub(super) mod list;
pub(super) mod new;

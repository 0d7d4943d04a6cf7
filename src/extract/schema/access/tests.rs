//! What roles may do: scripts in, a short text out.

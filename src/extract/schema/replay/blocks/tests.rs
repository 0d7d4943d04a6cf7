//! Blocks: scripts in, what they leave out.

//! The `golive` program.
fn main() {}

//! The `golive` program.
fn main() { print!("{}", golive::report::json::schema()); }

//! What statements are lowered to: SQL in, a short line out.

mod relations;
mod rights;
mod routines;
mod show;

use show::show;

/// Every text gives its line.
fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, wanted)| (text, wanted, show(text)))
        .filter(|(_, wanted, got)| got != *wanted)
        .map(|(text, wanted, got)| format!("{text}\n  wanted {wanted}\n  got    {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

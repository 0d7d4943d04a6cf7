//! `golive rules list`: every rule there is.

use std::fmt::Write as _;
use std::path::Path;

use crate::cli::args::ListArgs;
use crate::cli::{Exit, Failure, output, repository, select};

/// Lists the rules: id, severity, title.
pub(in crate::cli) fn run(args: &ListArgs) -> Result<Exit, Failure> {
    if let Some(name) = &args.category {
        select::category(name)?;
    }
    let catalogue = repository::catalogue(Path::new("."))?;
    let wanted = |category: &str| args.category.as_deref().is_none_or(|name| name == category);
    let rules: Vec<_> = catalogue.rules().iter().filter(|rule| wanted(rule.category())).collect();
    let widest = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules {
        let preview = if rule.preview { " (preview, not scored)" } else { "" };
        let _ = writeln!(out, "{:<widest$}  {:<7}  {}{preview}", rule.id, rule.severity.word(), rule.title);
    }
    output::print(&out)?;
    Ok(Exit::Holds)
}

//! `golive explain RULE`: a rule's own page.

use std::fmt::Write as _;
use std::path::Path;

use super::args::ExplainArgs;
use super::{Exit, Failure, output, repository, select};
use crate::fix;
use crate::report::words::effort;
use crate::rules::{Rule, source};

/// Prints the page of a rule.
pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let catalogue = repository::catalogue(Path::new("."))?;
    let rule = select::rule(&catalogue, &args.rule)?;
    output::print(&page(rule, source(&rule.id).as_ref().map(|(_, text)| text.as_str())))?;
    Ok(Exit::Holds)
}

/// The page of a rule; `written` is its file, where it comes with golive.
fn page(rule: &Rule, written: Option<&str>) -> String {
    let mut out =
        format!("{}  {}, {} to mend\n{}\n", rule.id, rule.severity.word(), effort(rule.effort), rule.title);
    let _ = write!(out, "\nWhy\n{}\nFix\n{}", indented(&rule.why), indented(&rule.fix));
    if fix::rules().any(|mended| mended == rule.id) {
        let _ = write!(out, "\nMended by\n{}", indented(&format!("golive fix --only {}", rule.id)));
    }
    if !rule.refines.is_empty() {
        let _ = write!(out, "\nSpeaks only where these hold\n{}", indented(&rule.refines.join("\n")));
    }
    if !rule.references.is_empty() {
        let _ = write!(out, "\nReferences\n{}", indented(&rule.references.join("\n")));
    }
    if let Some(written) = written {
        let _ = write!(out, "\nThe rule\n{}", indented(sentence(written)));
    }
    out
}

/// The rule file from the key after its head: what it looks for, what it says, and its examples.
fn sentence(written: &str) -> &str {
    let keys = ["when:", "unless:", "every:", "require:", "forbid:", "match:", "check:"];
    let starts = written.match_indices('\n').map(|(at, _)| at + 1);
    let start = starts.into_iter().find(|start| keys.iter().any(|key| written[*start..].starts_with(key)));
    &written[start.unwrap_or(0)..]
}

fn indented(text: &str) -> String {
    let lines = text.trim().lines();
    lines.map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::embedded;

    #[test]
    fn every_rule_has_a_page() {
        for rule in embedded().rules() {
            let text = source(&rule.id).expect("embedded").1;
            let page = page(rule, Some(&text));
            assert!(page.starts_with(&format!("{}  {}", rule.id, rule.severity.word())), "{page}");
            assert!(
                page.contains("\nWhy\n") && page.contains("\nFix\n") && page.contains("\nThe rule\n"),
                "{page}"
            );
            assert!(!page.contains("  title:"), "{page}");
        }
    }
}

//! The reference: pages about rules and facts, made from the rule files and the schema of facts themselves.

use std::fmt::Write as _;

use crate::facts::{AttributeSchema, COMMON, KindSchema, areas};
use crate::rules::{Catalogue, Rule};
use crate::verdict::{CATEGORIES, Polarity};

/// The page of a rule, in Markdown: what it says, why, what to do, and the rule itself with its examples.
///
/// `source` is the text of its file; what stands there from the first examples on is shown as such.
pub fn rule_page(rule: &Rule, source: &str) -> String {
    let mut page = format!("## {}\n\n{}\n\n", rule.id, rule.title);
    let _ = writeln!(page, "{}\n", facts_of(rule));
    let _ = writeln!(page, "{}\n", rule.why);
    let _ = writeln!(page, "**To mend it.** {}\n", rule.fix);
    if !rule.references.is_empty() {
        let _ = writeln!(page, "References: {}.\n", rule.references.join(", "));
    }
    let _ = writeln!(
        page,
        "<details><summary>The rule and its examples</summary>\n\n~~~yaml\n{}~~~\n\n</details>",
        body(source)
    );
    page
}

fn facts_of(rule: &Rule) -> String {
    let polarity = match rule.polarity() {
        Polarity::Control => "control",
        Polarity::Hazard => "hazard",
    };
    let mut line = format!("`{}` · {polarity} · {} to mend", rule.severity.word(), effort(rule.effort));
    if rule.preview {
        line.push_str(" · preview: reported, not scored");
    }
    if rule.capped {
        line.push_str(" · holds the total at 59 while open");
    }
    if !rule.refines.is_empty() {
        let _ = write!(line, " · refines {}", rule.refines.join(", "));
    }
    line
}

/// Minutes as a person says them.
fn effort(minutes: u32) -> String {
    match minutes {
        0..60 => format!("{minutes} min"),
        60..480 => format!("{} h", f64::from(minutes) / 60.0),
        _ => format!("{} d", f64::from(minutes) / 480.0),
    }
}

/// The part of a rule file that is no head: from its sentence on.
fn body(source: &str) -> &str {
    const SENTENCE: [&str; 6] = ["when:", "unless:", "every:", "require:", "forbid:", "match:"];
    let mut offset = 0;
    for line in source.split_inclusive('\n') {
        if SENTENCE.iter().any(|key| line.starts_with(key)) {
            return &source[offset..];
        }
        offset += line.len();
    }
    source
}

/// The page of a category: every rule of it.
pub fn category_page(category: &str, catalogue: &Catalogue, source: &dyn Fn(&str) -> String) -> String {
    let mut page = format!("# Rules: {category}\n\n{GENERATED}\n");
    for rule in catalogue.rules().iter().filter(|rule| rule.category() == category) {
        let _ = write!(page, "\n{}", rule_page(rule, &source(&rule.id)));
    }
    page
}

/// The index of all rules, by category.
pub fn rules_index(catalogue: &Catalogue) -> String {
    let mut page = format!("# Rules\n\n{GENERATED}\n");
    for category in CATEGORIES {
        let mut rules = catalogue.rules().iter().filter(|rule| rule.category() == category.id).peekable();
        if rules.peek().is_none() {
            continue;
        }
        let _ = writeln!(
            page,
            "\n## {} (weight {})\n\n| rule | severity | what it finds |\n|---|---|---|",
            category.id, category.weight
        );
        for rule in rules {
            let anchor = rule.id.replace('/', "");
            let link = format!("rules/{}.md#{anchor}", category.id);
            let _ = writeln!(page, "| [{}]({link}) | {} | {} |", rule.id, rule.severity.word(), rule.title);
        }
    }
    page
}

/// The vocabulary of facts, by area.
pub fn facts_page() -> String {
    let mut page =
        format!("# Facts\n\n{GENERATED}\n\nEvery fact also has these attributes:\n\n{}", attributes(COMMON));
    for (area, kinds) in areas() {
        let _ = write!(page, "\n## {area}\n");
        for kind in kinds {
            let _ = write!(page, "\n{}", kind_page(kind));
        }
    }
    page
}

fn kind_page(kind: &KindSchema) -> String {
    format!("### {}\n\n{}\n\n{}", kind.name, sentence(kind.doc), attributes(kind.attributes))
}

fn attributes(attributes: &[AttributeSchema]) -> String {
    let mut table = String::from("| attribute | value | meaning |\n|---|---|---|\n");
    for attribute in attributes {
        let optional = if attribute.optional { ", may be absent" } else { "" };
        let meaning = sentence(attribute.doc).replace('|', "\\|");
        let _ =
            writeln!(table, "| `{}` | {}{optional} | {meaning} |", attribute.name, attribute.shape.word());
    }
    table
}

/// A doc comment as one line.
fn sentence(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

const GENERATED: &str = "<!-- Made from the rule files and the schema of facts; `GOLIVE_DOCS=write cargo test --test docs` writes it anew. -->";

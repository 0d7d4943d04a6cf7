//! The generated pages are those that the rules and facts of today make.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own input fails

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use golive::parse::node::Node;
use golive::parse::yaml;
use golive::report::{Format, Style, draw, reference};
use golive::rules;
use golive::source::{Limits, Tree};
use golive::verdict::CATEGORIES;

#[test]
fn the_reference_is_fresh() {
    let catalogue = rules::embedded();
    let source = |id: &str| rules::source(id).map(|(_, text)| text).unwrap_or_default();
    let mut pages = BTreeMap::from([
        ("docs/facts.md".to_owned(), reference::facts_page()),
        ("docs/rules.md".to_owned(), reference::rules_index(catalogue)),
    ]);
    for category in CATEGORIES {
        if catalogue.rules().iter().any(|rule| rule.category() == category.id) {
            let page = reference::category_page(category.id, catalogue, &source);
            pages.insert(format!("docs/rules/{}.md", category.id), page);
        }
    }
    pages.insert("docs/cli.md".to_owned(), golive::cli::reference());
    pages.insert("README.md".to_owned(), readme());
    pages.insert("docs/SUMMARY.md".to_owned(), summary(&pages));
    pages.insert("docs/gate.md".to_owned(), gate());
    let write = std::env::var_os("GOLIVE_DOCS").is_some_and(|value| value == "write");
    let mut stale = Vec::new();
    for (path, page) in &pages {
        if fs::read_to_string(path).ok().as_deref() == Some(page) {
            continue;
        }
        if write {
            fs::create_dir_all(Path::new(path).parent().expect("a page is in a folder"))
                .expect("docs/ can be made");
            fs::write(path, page).expect("docs/ can be written");
        } else {
            stale.push(path.as_str());
        }
    }
    assert!(stale.is_empty(), "stale: {}\nGOLIVE_DOCS=write cargo test --test docs", stale.join(", "));
}

/// The README, with the first screen that an audit of `fixtures/weak-express` shows today.
fn readme() -> String {
    let readme = fs::read_to_string("README.md").expect("README.md is there");
    let tree =
        Tree::read(Path::new("fixtures/weak-express"), &Limits::default()).expect("the fixture is there");
    let mut report = golive::audit(&tree, rules::embedded(), false).report;
    // The commit of the day and the state of the work tree are no part of the picture.
    report.repository.commit = None;
    report.repository.committed = None;
    report.repository.dirty = false;
    let style = Style { piped: false, ..Style::piped() };
    let drawn = draw(Format::Terminal, &report, &style);
    let end = drawn.find("golive explain RULE").expect("the first screen ends with what to do next");
    let screen = &drawn[..end + "golive explain RULE".len()];
    let (before, rest) = readme.split_once("<!-- screen -->").expect("README.md has a place for the screen");
    let (_, after) = rest.split_once("<!-- /screen -->").expect("README.md says where the screen ends");
    format!("{before}<!-- screen -->\n```text\n{screen}\n```\n<!-- /screen -->{after}")
}

/// The contents of the book: below the index of the rules its categories, below that of the decisions each of them.
fn summary(pages: &BTreeMap<String, String>) -> String {
    let summary = fs::read_to_string("docs/SUMMARY.md").expect("docs/SUMMARY.md is there");
    let decisions = fs::read_to_string("docs/decisions/README.md").expect("the decisions have an index");
    let mut lines = vec![];
    for line in summary.lines().filter(|line| !line.starts_with("  ")) {
        lines.push(line.to_owned());
        if line.ends_with("(rules.md)") {
            let categories = CATEGORIES
                .iter()
                .filter(|category| pages.contains_key(&format!("docs/rules/{}.md", category.id)));
            lines.extend(categories.map(|category| format!("  - [{0}](rules/{0}.md)", category.id)));
        } else if line.ends_with("(decisions/README.md)") {
            let links = decisions.lines().filter(|line| line.starts_with("- ["));
            lines.extend(links.map(|link| format!("  {}", link.replace("](", "](decisions/"))));
        }
    }
    lines.join("\n") + "\n"
}

/// The page about the gate, with the inputs and outputs that `action.yml` declares today.
fn gate() -> String {
    let page = fs::read_to_string("docs/gate.md").expect("docs/gate.md is there");
    let action = yaml::parse(&fs::read_to_string("action.yml").expect("action.yml is there"));
    let table = |key: &str| {
        let rows = action.document[0].get(key).map_or(&[][..], Node::entries).iter().map(|entry| {
            let text = |key| entry.value.get(key).and_then(Node::scalar).unwrap_or_default();
            let default = Some(text("default")).filter(|text| !text.is_empty());
            let default = default.map_or(String::new(), |text| format!(" Default: `{text}`."));
            format!("| `{}` | {}{default} |\n", entry.key, text("description").trim())
        });
        rows.collect::<String>()
    };
    let (before, rest) = page.split_once("<!-- inputs -->").expect("the page has a place for the inputs");
    let (_, after) = rest.split_once("<!-- /inputs -->").expect("the page says where the inputs end");
    format!(
        "{before}<!-- inputs -->\n| input | what it does |\n|---|---|\n{}\n| output | what it holds |\n|---|---|\n{}\n\
         <!-- /inputs -->{after}",
        table("inputs"),
        table("outputs")
    )
}

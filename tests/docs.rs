//! The generated pages are those that the rules and facts of today make.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot read its own input fails

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use golive::report::reference;
use golive::rules;
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

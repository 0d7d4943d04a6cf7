//! What packages are good for, from `rules/knowledge/packages.yml`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::extract::knowledge;

/// Ecosystem → name → capabilities; and the beginnings of names.
#[derive(Default)]
struct Table {
    names: FxHashMap<(&'static str, &'static str), Vec<String>>,
    prefixes: Vec<(&'static str, &'static str, String)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for ecosystem in knowledge::file("packages").entries() {
        for capability in ecosystem.value.entries() {
            for name in capability.value.items().iter().filter_map(|item| item.text()) {
                if let Some(prefix) = name.strip_suffix('*') {
                    table.prefixes.push((&ecosystem.key, prefix, capability.key.clone()));
                } else {
                    let known = table.names.entry((ecosystem.key.as_str(), name)).or_default();
                    known.push(capability.key.clone());
                }
            }
        }
    }
    table
});

/// What a package is good for: `linter`, `test-runner`, `server` …
pub fn capabilities(ecosystem: &str, name: &str) -> Vec<String> {
    let lower =
        if ecosystem == "python" { name.to_ascii_lowercase().replace('_', "-") } else { name.to_owned() };
    let mut found = TABLE.names.get(&(ecosystem, lower.as_str())).cloned().unwrap_or_default();
    let prefixes = TABLE.prefixes.iter();
    found.extend(
        prefixes
            .filter(|(of, prefix, _)| *of == ecosystem && lower.starts_with(prefix))
            .map(|(_, _, capability)| capability.clone()),
    );
    found
}

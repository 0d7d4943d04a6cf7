//! What a `package.json` gives to those who ask for the package: `exports`, `imports`, `main`.

use crate::parse::node::{Node, Value};

/// Conditions of `exports` in the order they are preferred: the source itself, then what servers run.
#[rustfmt::skip]
const CONDITIONS: &[&str] = &[
    "source", "development", "bun", "deno", "node", "import", "module", "require", "default", "worker",
    "workerd", "browser", "react-native", "svelte", "types",
];

/// The paths that a package gives for a path within it (empty for the package itself), the preferred first.
/// None where its `exports` do not speak of it, or where it has none.
pub(super) fn exports(manifest: &Node, path: &str) -> Option<Vec<String>> {
    let exports = manifest.get("exports")?;
    let by_path = exports.entries().iter().any(|entry| entry.key.starts_with('.'));
    if !by_path {
        return path.is_empty().then(|| given(exports, ""));
    }
    let key = if path.is_empty() { ".".to_owned() } else { format!("./{path}") };
    matching(exports, &key)
}

/// The paths that a package means by a private name: `#lib/x`.
pub(super) fn imports(manifest: &Node, specifier: &str) -> Option<Vec<String>> {
    matching(manifest.get("imports")?, specifier)
}

/// What stands at a key, or at the longest pattern that fits it.
fn matching(map: &Node, key: &str) -> Option<Vec<String>> {
    if let Some(value) = map.get(key) {
        return Some(given(value, ""));
    }
    let fits = map.entries().iter().filter_map(|entry| {
        let (before, after) = entry.key.split_once('*')?;
        let star = key.strip_prefix(before)?.strip_suffix(after)?;
        Some((before.len(), star, &entry.value))
    });
    let (_, star, value) = fits.max_by_key(|(length, ..)| *length)?;
    Some(given(value, star))
}

/// Every path in a target, conditions in their order.
fn given(target: &Node, star: &str) -> Vec<String> {
    match &target.value {
        Value::Text(path) => vec![path.replace('*', star)],
        Value::List(items) => items.iter().flat_map(|item| given(item, star)).collect(),
        Value::Map(entries) => {
            let known = CONDITIONS.iter().filter_map(|condition| target.get(condition));
            let other = entries.iter().filter(|entry| !CONDITIONS.contains(&entry.key.as_str()));
            known.chain(other.map(|entry| &entry.value)).flat_map(|value| given(value, star)).collect()
        }
        _ => Vec::new(),
    }
}

/// The paths that a package without `exports` gives, the preferred first.
pub(super) fn mains(manifest: &Node) -> Vec<&str> {
    let keys = ["source", "module", "main", "browser", "types", "typings"];
    keys.iter().filter_map(|key| manifest.get(key).and_then(Node::text)).collect()
}

/// Every path in `exports`, those of types left out, with whether it is a pattern.
pub(super) fn all_exports(manifest: &Node) -> Vec<&str> {
    let mut found = Vec::new();
    if let Some(exports) = manifest.get("exports") {
        collect(exports, &mut found);
    }
    found
}

fn collect<'n>(node: &'n Node, found: &mut Vec<&'n str>) {
    match &node.value {
        Value::Text(path) => found.push(path),
        Value::List(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Map(entries) => {
            let runs = entries.iter().filter(|entry| entry.key != "types");
            runs.for_each(|entry| collect(&entry.value, found));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::json;

    #[test]
    fn what_exports_give() {
        for (text, path, expected) in [
            (r#"{"exports": "./a.js"}"#, "", Some(vec!["./a.js"])),
            (r#"{"exports": "./a.js"}"#, "b", None),
            (
                r#"{"exports": {"types": "./a.d.ts", "import": "./a.mjs"}}"#,
                "",
                Some(vec!["./a.mjs", "./a.d.ts"]),
            ),
            (r#"{"exports": {".": {"node": {"require": "./a.cjs"}}}}"#, "", Some(vec!["./a.cjs"])),
            (r#"{"exports": {"./*": "./src/*.ts", "./b/*": ["./b/*.ts"]}}"#, "b/c", Some(vec!["./b/c.ts"])),
            (r#"{"exports": {"./*": "./src/*.ts", "./b": null}}"#, "b", Some(vec![])),
            (r#"{"exports": {"./x": "./x.js"}}"#, "y", None),
            (r#"{"main": "./x.js"}"#, "", None),
        ] {
            let manifest = json::parse(text).document;
            let expected = expected.map(|list| list.into_iter().map(str::to_owned).collect());
            assert_eq!(exports(&manifest, path), expected, "{text} {path}");
        }
        let manifest = json::parse(r##"{"imports": {"#lib/*": {"default": "./lib/*.js"}}}"##).document;
        assert_eq!(imports(&manifest, "#lib/db"), Some(vec!["./lib/db.js".to_owned()]));
    }
}

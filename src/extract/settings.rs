//! The key paths of well-known configuration files.

use super::Context;
use crate::facts::{Entry, Setting};
use crate::parse::node::{Node, Value};
use crate::source::{Place, Span};

/// Keys that nest deeper are not told.
const DEEPEST: usize = 8;

/// A file gives no more settings than this.
const MOST: usize = 400;

/// Names of files, or their beginnings where a dot follows, with their tool.
const TOOLS: &[(&str, &str)] = &[
    ("tsconfig.", "typescript"),
    ("next.config.", "next"),
    ("nuxt.config.", "nuxt"),
    ("vite.config.", "vite"),
    ("vitest.config.", "vitest"),
    ("jest.config.", "jest"),
    ("webpack.config.", "webpack"),
    (".npmrc", "npm"),
    (".yarnrc", "yarn"),
    (".yarnrc.yml", "yarn"),
    ("pip.conf", "pip"),
    ("pip.ini", "pip"),
    (".pypirc", "pypi"),
];

/// One fact for each setting.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (file, source) in context.tree.entries() {
        let Some(tool) = tool(source.name()) else { continue };
        let Some(node) = context.documents.node(file) else { continue };
        let mut found = Vec::new();
        flatten(node, Span::default(), &mut String::new(), DEEPEST, &mut found);
        for (span, key, value) in found {
            entries.push(Entry::new(Place { file, span }, Setting { tool: tool.to_owned(), key, value }));
        }
    }
    entries
}

/// The tool a file configures, by its name.
fn tool(name: &str) -> Option<&'static str> {
    let is = |known: &str| name == known || known.ends_with('.') && name.starts_with(known);
    TOOLS.iter().find(|(known, _)| is(known)).map(|(_, tool)| *tool)
}

/// Every scalar with the keys that lead to it; it stands where its last key and its value do.
fn flatten(
    node: &Node,
    whole: Span,
    key: &mut String,
    left: usize,
    found: &mut Vec<(Span, String, Option<String>)>,
) {
    if left == 0 || found.len() >= MOST {
        return;
    }
    match &node.value {
        Value::Map(entries) => {
            for entry in entries {
                let length = key.len();
                if length > 0 {
                    key.push('.');
                }
                key.push_str(&entry.key);
                flatten(&entry.value, entry.key_span.to(entry.value.span), key, left - 1, found);
                key.truncate(length);
            }
        }
        Value::List(items) => {
            for item in items {
                flatten(item, item.span, key, left - 1, found);
            }
        }
        Value::Null => {}
        Value::Opaque => found.push((whole, key.clone(), None)),
        _ => {
            found.push((whole, key.clone(), node.scalar()));
            let password = node.text().and_then(password).map(str::to_owned);
            found.extend(password.map(|password| (node.span, format!("{key}.password"), Some(password))));
        }
    }
}

/// The password in an address: `https://user:password@host`.
fn password(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let (user, _) = rest.split('/').next()?.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| password).filter(|password| !password.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn keys_of_every_syntax() {
        for (path, text, expected) in [
            (
                "tsconfig.json",
                "{\"compilerOptions\": {\"strict\": true, /* x */ \"lib\": [\"a\"]}}",
                vec![
                    "typescript | compilerOptions.strict | true | \"strict\": true",
                    "typescript | compilerOptions.lib | a | \"a\"",
                ],
            ),
            ("next.config.mjs", "export default { images: { x: f() } }", vec!["next | images.x |  | x: f()"]),
            (
                ".npmrc",
                "//h.example/:_authToken=abc\n",
                vec!["npm | //h.example/:_authToken | abc | //h.example/:_authToken=abc"],
            ),
            (
                "pip.conf",
                "[global]\nindex-url = https://u:p@h.example/\n",
                vec![
                    "pip | global.index-url | https://u:p@h.example/ | index-url = https://u:p@h.example/",
                    "pip | global.index-url.password | p | https://u:p@h.example/",
                ],
            ),
            (
                ".yarnrc.yml",
                "nodeLinker: node-modules\n",
                vec!["yarn | nodeLinker | node-modules | nodeLinker: node-modules"],
            ),
            ("other.json", "{\"a\": 1}", vec![]),
        ] {
            assert_eq!(show("setting", &["tool", "key", "value", "@"], &[(path, text)]), expected, "{path}");
        }
    }
}

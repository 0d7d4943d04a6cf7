//! What says which version of a runtime to use.

use std::sync::LazyLock;

use regex::Regex;

use super::Context;
use crate::facts::{Entry, Toolchain};
use crate::parse::node::Node;
use crate::source::{FileId, Place, Span, pattern};

/// Files that hold nothing but a version, with the runtime it is of.
const VERSIONS: &[(&str, &str)] = &[
    (".nvmrc", "node"),
    (".node-version", "node"),
    (".python-version", "python"),
    ("runtime.txt", "python"),
    (".ruby-version", "ruby"),
    (".go-version", "go"),
    (".java-version", "java"),
    (".php-version", "php"),
    ("rust-toolchain", "rust"),
    (".bun-version", "bun"),
    (".dvmrc", "deno"),
];

/// Files of mise.
const SEVERAL: &[&str] = &["mise.toml", ".mise.toml", "config.toml"];

/// One fact for each pinned runtime.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for package in context.packages.all() {
        for (file, part) in &package.parts {
            for pin in &part.pins {
                entries.push(entry(*file, pin.span, &pin.tool, &pin.version));
            }
        }
    }
    for (file, source) in context.tree.entries().filter(|(_, source)| !source.vendored) {
        let name = source.name();
        if let Some((_, runtime)) = VERSIONS.iter().find(|(known, _)| *known == name) {
            entries.extend(version(file, runtime, context.tree.text(file)));
        } else if name == ".tool-versions" {
            entries.extend(tool_versions(file, context.tree.text(file)));
        } else if name == "rust-toolchain.toml" {
            let channel = context.documents.node(file).and_then(|node| node.at(&["toolchain", "channel"]));
            entries.extend(channel.and_then(|node| Some(entry(file, node.span, "rust", node.text()?))));
        } else if SEVERAL.contains(&name) && (name != "config.toml" || source.dir().ends_with("mise")) {
            entries.extend(context.documents.node(file).map(|node| mise(file, node)).unwrap_or_default());
        } else if name == "devbox.json" {
            entries.extend(context.documents.node(file).map(|node| devbox(file, node)).unwrap_or_default());
        } else if name == "devcontainer.json" || name == ".devcontainer.json" {
            entries.extend(
                context.documents.node(file).map(|node| devcontainer(file, node)).unwrap_or_default(),
            );
        } else if name == "flake.nix" || name == "shell.nix" || name == "devenv.nix" {
            entries.extend(nix(file, context.tree.text(file)));
        }
    }
    entries
}

fn entry(file: FileId, span: Span, tool: &str, version: &str) -> Entry {
    let fact = Toolchain { runtime: runtime(tool).to_owned(), version: version.to_owned() };
    Entry::new(Place { file, span }, fact)
}

/// One name for each runtime.
fn runtime(tool: &str) -> &str {
    match tool {
        "nodejs" => "node",
        "golang" => "go",
        tool => tool.strip_prefix("core:").unwrap_or(tool),
    }
}

fn version(file: FileId, runtime: &str, text: &str) -> Option<Entry> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let start = text.find(line)?;
    Some(entry(file, Span::new(start, start + line.len()), runtime, line))
}

fn tool_versions(file: FileId, text: &str) -> Vec<Entry> {
    let mut start = 0;
    let mut entries = Vec::new();
    for line in text.split_inclusive('\n') {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        if let (Some(tool), Some(version)) = (words.next(), words.next()) {
            entries.push(entry(file, Span::new(start, start + line.trim_end().len()), tool, version));
        }
        start += line.len();
    }
    entries
}

fn mise(file: FileId, node: &Node) -> Vec<Entry> {
    let tools = node.get("tools").map_or(&[][..], Node::entries).iter();
    let version =
        |value: &Node| value.scalars().into_iter().next().or_else(|| value.get("version")?.scalar());
    tools.filter_map(|tool| Some(entry(file, tool.value.span, &tool.key, &version(&tool.value)?))).collect()
}

/// Packages of devbox: a list of `nodejs@24.12.0`, or a table of names and versions.
fn devbox(file: FileId, node: &Node) -> Vec<Entry> {
    let Some(packages) = node.get("packages") else { return Vec::new() };
    let listed = packages.items().iter().filter_map(|item| {
        let (tool, version) = item.text()?.split_once('@')?;
        Some(entry(file, item.span, tool, version))
    });
    let named = packages.entries().iter().filter_map(|tool| {
        let version = tool.value.get("version").unwrap_or(&tool.value);
        let version = version.text().filter(|version| !version.is_empty())?;
        Some(entry(file, tool.value.span, &tool.key, version))
    });
    listed.chain(named).collect()
}

/// The images and features of development containers name runtimes: `devcontainers/typescript-node:22`.
fn devcontainer(file: FileId, node: &Node) -> Vec<Entry> {
    let image = node.get("image").and_then(|image| Some((image.span, image.text()?)));
    let features = node.get("features").map_or(&[][..], Node::entries).iter();
    let features = features.map(|feature| (feature.key_span, feature.key.as_str()));
    image.into_iter().chain(features).flat_map(|(span, text)| named(file, span, text)).collect()
}

fn named(file: FileId, span: Span, text: &str) -> Vec<Entry> {
    let runtimes = ["node", "python", "rust", "go", "ruby", "php", "java"];
    let holds = |runtime: &&str| {
        text.split(['/', ':', '-', '_']).any(|part| part == *runtime || part == format!("{runtime}js"))
    };
    runtimes.iter().filter(|runtime| holds(runtime)).map(|runtime| entry(file, span, runtime, text)).collect()
}

/// Packages of Nix name their version.
fn nix(file: FileId, text: &str) -> Vec<Entry> {
    static NAME: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r"\b(nodejs|python|go|ruby|php|rust)(?:[_-]|-bin)?(\d[\w.]*)?\b"));
    let Some(name) = NAME.as_ref() else { return Vec::new() };
    let found = name.captures_iter(text).filter_map(|found| {
        let whole = found.get(0)?;
        Some(entry(file, Span::new(whole.start(), whole.end()), &found[1], whole.as_str()))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn every_place_that_pins_a_runtime() {
        for (path, text, expected) in [
            (".nvmrc", "# lts\nv22.1.0\n", "node | v22.1.0 | v22.1.0"),
            ("a/.python-version", "3.13\n", "python | 3.13 | 3.13"),
            (".tool-versions", "nodejs 22.1.0 # why\n", "node | 22.1.0 | nodejs 22.1.0 # why"),
            ("rust-toolchain.toml", "[toolchain]\nchannel = \"1.90\"\n", "rust | 1.90 | \"1.90\""),
            ("rust-toolchain", "stable\n", "rust | stable | stable"),
            ("mise.toml", "[tools]\npython = [\"3.12\", \"3.13\"]\n", "python | 3.12 | [\"3.12\", \"3.13\"]"),
            (
                ".config/mise/config.toml",
                "[tools]\ngo = { version = \"1.24\" }\n",
                "go | 1.24 | { version = \"1.24\" }",
            ),
            (
                ".devcontainer/devcontainer.json",
                r#"{"image": "a/typescript-node:22"}"#,
                "node | a/typescript-node:22 | \"a/typescript-node:22\"",
            ),
            ("devbox.json", r#"{"packages": ["nodejs@24.12.0"]}"#, "node | 24.12.0 | \"nodejs@24.12.0\""),
            ("devbox.json", r#"{"packages": {"bun": "1.3", "hello": ""}}"#, "bun | 1.3 | \"1.3\""),
            ("flake.nix", "packages = [ pkgs.nodejs_22 ];", "node | nodejs_22 | nodejs_22"),
            ("package.json", r#"{"engines": {"node": ">=22"}}"#, "node | >=22 | \">=22\""),
            ("pyproject.toml", "[project]\nrequires-python = \">=3.12\"\n", "python | >=3.12 | \">=3.12\""),
        ] {
            assert_eq!(
                show("toolchain", &["runtime", "version", "@"], &[(path, text)]),
                [expected],
                "{path}"
            );
        }
    }
}

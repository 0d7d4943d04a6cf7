//! `Gemfile`, as far as its lines are plain.

use crate::source::pattern;
use std::sync::LazyLock;

use regex::Regex;

use super::{Declared, Group, Manifest, Origin, Pin};
use crate::parse::lines::lines;

/// Reads the `gem` and `ruby` lines of a `Gemfile`.
pub fn gemfile(text: &str) -> Manifest {
    static GEM: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r#"^\s*gem\s*\(?\s*["']([\w.-]+)["'](?:\s*,\s*["']([^"']*)["'])?(.*)$"#));
    static RUBY: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r#"^\s*ruby\s+["']([^"']+)["']"#));
    let mut manifest = Manifest { package: true, ..Manifest::default() };
    let mut dev = false;
    for line in lines(text) {
        let content = line.text.trim();
        if content.starts_with("group ") && content.ends_with(" do") {
            dev = !content.contains(":production")
                && (content.contains(":development") || content.contains(":test"));
        } else if content == "end" {
            dev = false;
        }
        if let Some(found) = GEM.as_ref().and_then(|gem| gem.captures(line.text)) {
            let rest = found.get(3).map_or("", |rest| rest.as_str());
            let source = if rest.contains("git:") || rest.contains("github:") || rest.contains(":git ") {
                Origin::Git
            } else if rest.contains("path:") {
                Origin::Path
            } else {
                Origin::Registry
            };
            manifest.dependencies.push(Declared {
                name: found[1].to_owned(),
                version: found.get(2).map(|version| version.as_str().to_owned()).unwrap_or_default(),
                group: if dev { Group::Dev } else { Group::Prod },
                source,
                pinned: rest.contains("ref:"),
                span: line.trimmed(),
                ..Declared::default()
            });
        } else if let Some(found) = RUBY.as_ref().and_then(|ruby| ruby.captures(line.text)) {
            manifest.pins.push(Pin {
                tool: "ruby".into(),
                version: found[1].to_owned(),
                span: line.trimmed(),
            });
        }
    }
    manifest
}

//! Switches of frameworks that show the insides of a program, where they are set for production.

use std::sync::LazyLock;

use regex::Regex;

use super::Context;
use crate::facts::{DebugSwitch, Entry};
use crate::parse::Document;
use crate::parse::dockerfile::{Dockerfile, Kind};
use crate::parse::node::{Node, Value};
use crate::source::{FileId, Place, SourceFile, Span, pattern};

const WERKZEUG: &str =
    "Flask shows its code with every error and runs what a visitor writes into its debugger";
const DJANGO: &str = "Django shows settings, queries and code with every error";
const RAILS: &str = "Rails shows code and a console with every error";
const LARAVEL: &str = "the framework shows code and its environment with every error";
const ASPNET: &str = "ASP.NET shows code and headers with every error";

/// Variables of frameworks, the values that switch them on, and what they show.
const SWITCHES: &[(&str, &[&str], &str)] = &[
    ("FLASK_DEBUG", &["1", "true"], WERKZEUG),
    ("FLASK_ENV", &["development"], WERKZEUG),
    ("DJANGO_DEBUG", &["1", "true"], DJANGO),
    ("APP_DEBUG", &["1", "true"], LARAVEL),
    ("RAILS_ENV", &["development"], RAILS),
    ("ASPNETCORE_ENVIRONMENT", &["development"], ASPNET),
];

/// One fact for each switch.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let files = context.tree.entries().filter(|(_, file)| !file.is_aside());
    files.flat_map(|(id, file)| of(context, id, file)).collect()
}

fn of(context: &Context<'_>, id: FileId, file: &SourceFile) -> Vec<Entry> {
    let lower = file.path.to_ascii_lowercase();
    let production =
        lower.contains("prod") && !["example", "template", "sample"].iter().any(|mark| lower.contains(mark));
    match context.documents.get(id) {
        Some(Document::Dockerfile(dockerfile)) if !is_development(&lower) => image(id, dockerfile),
        Some(Document::Dotenv(dotenv)) if production => {
            let entries = dotenv.entries.iter().filter(|entry| !entry.commented_out);
            entries
                .filter_map(|entry| {
                    switch(id, entry.name_span.to(entry.value_span), &entry.name, &entry.value)
                })
                .collect()
        }
        Some(Document::Yaml(documents)) if production && lower.contains("compose") => {
            documents.iter().flat_map(|document| compose(id, document)).collect()
        }
        None if production && file.extension() == "py" => settings(id, context.tree.text(id)),
        _ => Vec::new(),
    }
}

fn is_development(path: &str) -> bool {
    ["dev", "local", "test", "debug"]
        .iter()
        .any(|mark| path.split(|letter: char| !letter.is_alphanumeric()).any(|word| word.starts_with(mark)))
}

/// Of the last stage of a Dockerfile, and of those it is built on.
fn image(id: FileId, dockerfile: &Dockerfile) -> Vec<Entry> {
    let Some(last) = dockerfile.stages.len().checked_sub(1) else { return Vec::new() };
    let named = dockerfile.stages[last]
        .name
        .as_ref()
        .is_some_and(|name| is_development(&name.text.to_ascii_lowercase()));
    if named {
        return Vec::new();
    }
    let mut found: Vec<Entry> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for (_, stage) in dockerfile.lineage(last) {
        for instruction in stage.instructions.iter().rev() {
            let Kind::Env(pairs) = &instruction.kind else { continue };
            for (name, value) in pairs.pairs.iter().rev() {
                // What is set last holds.
                if seen.contains(&name.text) {
                    continue;
                }
                seen.push(name.text.clone());
                let value_text = value.known().unwrap_or_default();
                found.extend(switch(id, name.span.to(value.span), &name.text, value_text));
            }
        }
    }
    found
}

fn switch(file: FileId, span: Span, name: &str, value: &str) -> Option<Entry> {
    let (_, values, shows) = SWITCHES.iter().find(|(known, ..)| *known == name)?;
    let on = values.contains(&value.to_ascii_lowercase().as_str());
    let fact = DebugSwitch { written: format!("{name}={value}"), shows: on.then(|| (*shows).to_owned()) };
    Some(Entry::new(Place { file, span }, fact))
}

/// What a compose file sets for its services.
fn compose(id: FileId, document: &Node) -> Vec<Entry> {
    let services = document.get("services").map(Node::entries).unwrap_or_default();
    let mut found = Vec::new();
    for environment in services.iter().filter_map(|service| service.value.get("environment")) {
        match &environment.value {
            Value::Map(entries) => found.extend(entries.iter().filter_map(|entry| {
                let value = entry.value.scalar()?;
                switch(id, entry.key_span.to(entry.value.span), &entry.key, &value)
            })),
            Value::List(items) => found.extend(items.iter().filter_map(|item| {
                let (name, value) = item.text()?.split_once('=')?;
                switch(id, item.span, name, value)
            })),
            _ => {}
        }
    }
    found
}

/// Of the settings of Django for production.
fn settings(id: FileId, text: &str) -> Vec<Entry> {
    static DEBUG: LazyLock<Option<Regex>> =
        LazyLock::new(|| pattern(r"(?m)^DEBUG[ \t]*=[ \t]*(True|False)\b"));
    let Some(pattern) =
        DEBUG.as_ref().filter(|_| text.contains("INSTALLED_APPS") || text.contains("import *"))
    else {
        return Vec::new();
    };
    let last = pattern.captures_iter(text).last();
    let found = last.and_then(|found| Some((found.get(0)?, found.get(1)?)));
    let entry = found.map(|(whole, value)| {
        let shows = (value.as_str() == "True").then(|| DJANGO.to_owned());
        let place = Place { file: id, span: Span::new(whole.start(), whole.end()) };
        Entry::new(place, DebugSwitch { written: whole.as_str().to_owned(), shows })
    });
    entry.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn what_is_set_for_production() {
        for (path, text, expected) in [
            ("Dockerfile", "FROM python:3.13\nENV FLASK_DEBUG=1\n", vec!["FLASK_DEBUG=1 | true"]),
            (
                "Dockerfile",
                "FROM python:3.13\nENV FLASK_DEBUG=1\nENV FLASK_DEBUG=0\n",
                vec!["FLASK_DEBUG=0 | false"],
            ),
            ("Dockerfile", "FROM a AS b\nENV APP_DEBUG=true\nFROM c\n", vec![]),
            ("Dockerfile", "FROM a AS b\nENV APP_DEBUG=true\nFROM b\n", vec!["APP_DEBUG=true | true"]),
            ("Dockerfile.dev", "FROM python:3.13\nENV FLASK_DEBUG=1\n", vec![]),
            (".env.production", "APP_DEBUG=true\n", vec!["APP_DEBUG=true | true"]),
            (".env.production.example", "APP_DEBUG=true\n", vec![]),
            (".env", "APP_DEBUG=true\n", vec![]),
            (
                "docker-compose.prod.yml",
                "services: {a: {environment: [RAILS_ENV=development]}}",
                vec!["RAILS_ENV=development | true"],
            ),
            ("docker-compose.yml", "services: {a: {environment: [RAILS_ENV=development]}}", vec![]),
            (
                "app/settings/production.py",
                "from .base import *\nDEBUG = True\n",
                vec!["DEBUG = True | true"],
            ),
            (
                "app/settings/production.py",
                "from .base import *\nDEBUG = False\n",
                vec!["DEBUG = False | false"],
            ),
            ("app/settings/dev.py", "from .base import *\nDEBUG = True\n", vec![]),
        ] {
            let files = [(path, text)];
            let found = show("debug.switch", &["written", "shows"], &files);
            let found: Vec<_> = found
                .iter()
                .map(|line| {
                    line.split_once(" | ").map_or(String::new(), |(a, b)| format!("{a} | {}", !b.is_empty()))
                })
                .collect();
            assert_eq!(found, expected, "{path} {text}");
        }
    }
}

//! Libraries of which a program can load one copy only, and that npm installs twice.

use super::Context;
use crate::facts::{Entry, PackageCopy};
use crate::source::{FileId, FileKind, Place, Span};

/// Libraries whose parts have to come from one copy: they keep what they know in variables of their modules.
const SINGLE: &[&str] = &["react", "react-dom", "vue", "@angular/core", "graphql", "styled-components"];

/// Packages that draw something else with React than the pages of the program: terminals, e-mails, documents.
const APART: &[&str] =
    &["ink", "react-email", "@react-email", "react-pdf", "@react-pdf", "storybook", "docusaurus"];

/// One fact for each second copy.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let locks = context.tree.entries().filter(|(_, file)| {
        file.kind == FileKind::Lockfile
            && matches!(file.name(), "package-lock.json" | "npm-shrinkwrap.json")
            && !file.is_aside()
    });
    locks.flat_map(|(id, _)| SINGLE.iter().flat_map(move |name| copies(context, id, name))).collect()
}

fn copies(context: &Context<'_>, file: FileId, name: &str) -> Vec<Entry> {
    let text = context.tree.text(file);
    let key = format!("\"node_modules/{name}\": {{");
    let Some(first) = text.find(&key).and_then(|at| Block::read(&text[at..])) else { return Vec::new() };
    let nested = format!("/node_modules/{name}\": {{");
    let found = text.match_indices(&nested).filter_map(|(at, _)| {
        let start = text[..at].rfind('"')?;
        // What lies in a member of the workspace is a program of its own.
        let under = text[start + 1..at].strip_prefix("node_modules/")?;
        let under = under.rsplit("node_modules/").next()?;
        let block = Block::read(&text[at..])?;
        if block.aside {
            return None;
        }
        let apart = APART.iter().any(|known| under.contains(known)).then_some("a program of its own");
        let same = (major(block.version) == major(first.version)).then_some("the same major version");
        let fact = PackageCopy {
            name: name.to_owned(),
            version: block.version.to_owned(),
            first: first.version.to_owned(),
            under: under.to_owned(),
            harmless: apart.or(same).map(str::to_owned),
        };
        Some(Entry::new(Place { file, span: Span::new(start, at + nested.len() - 3) }, fact))
    });
    found.collect()
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

/// What the lockfile says of one package.
struct Block<'t> {
    version: &'t str,
    /// It is installed for development only, or where it is wanted.
    aside: bool,
}

impl<'t> Block<'t> {
    /// Reads the block that begins at the key.
    fn read(text: &'t str) -> Option<Self> {
        let block = &text[..text.find("\n    }")?];
        let (_, version) = block.split_once("\"version\": \"")?;
        let version = version.split('"').next()?;
        let aside = ["\"dev\": true", "\"devOptional\": true", "\"optional\": true", "\"peer\": true"]
            .iter()
            .any(|word| block.contains(word));
        Some(Self { version, aside })
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    #[test]
    fn second_copies() {
        let lock = |path: &str, version: &str, more: &str| {
            format!(
                "{{\n  \"packages\": {{\n    \"node_modules/react\": {{\n      \"version\": \"19.1.0\"\n    }},\n    \"{path}/node_modules/react\": {{\n      \"version\": \"{version}\"{more}\n    }}\n  }}\n}}\n"
            )
        };
        for (path, version, more, expected) in [
            ("node_modules/old-table", "17.0.2", "", vec!["17.0.2 | 19.1.0 | old-table | "]),
            (
                "node_modules/old-table",
                "19.0.0",
                "",
                vec!["19.0.0 | 19.1.0 | old-table | the same major version"],
            ),
            ("node_modules/old-table", "17.0.2", ",\n      \"dev\": true", vec![]),
            ("node_modules/ink", "18.0.0", "", vec!["18.0.0 | 19.1.0 | ink | a program of its own"]),
            ("apps/admin", "18.0.0", "", vec![]),
        ] {
            let text = lock(path, version, more);
            let files = [("package.json", "{}"), ("package-lock.json", text.as_str())];
            assert_eq!(
                show("package.copy", &["version", "first", "under", "harmless"], &files),
                expected,
                "{path}"
            );
        }
    }
}

//! How strictly the TypeScript compiler checks the code of each package.

use std::collections::HashMap;

use super::Context;
use super::packages::{Package, join, resolve};
use super::scripts::major;
use crate::facts::{Entry, TypescriptProject};
use crate::parse::node::Node;
use crate::source::{FileId, Place, Span};

/// What `strict` stands for, as far as any version of the compiler has it.
const PARTS: &[&str] = &[
    "noImplicitAny",
    "noImplicitThis",
    "alwaysStrict",
    "strictNullChecks",
    "strictFunctionTypes",
    "strictBindCallApply",
    "strictPropertyInitialization",
];

/// Without these two the rest catches little.
const CORE: &[&str] = &["noImplicitAny", "strictNullChecks"];

/// Configurations of packages and tools that set `strict`, by the beginning of what `extends` says.
const STRICT_BASES: &[&str] = &[
    "@tsconfig/",
    "astro/tsconfigs/strict",
    "@vue/tsconfig",
    "@sindresorhus/tsconfig",
    "@total-typescript/tsconfig",
    "gts/",
    "./.nuxt/",
    "./.wxt/",
    "@adonisjs/tsconfig",
    "@electron-toolkit/tsconfig",
    "@react-native/typescript-config",
    "./node_modules/gts/",
    "@shopify/typescript-configs",
    "@vercel/style-guide",
];

/// Configurations that are known not to set it.
const LOOSE_BASES: &[&str] = &[
    "@tsconfig/docusaurus",
    "@docusaurus/tsconfig",
    "astro/tsconfigs/base",
    "expo/tsconfig.base",
    "./.svelte-kit/",
    "@tsconfig/create-react-app-loose",
];

/// Configurations inherit this deep and no deeper.
const DEEPEST: usize = 10;

/// What a configuration and those it inherits from say.
#[derive(Default)]
struct Effective {
    flags: HashMap<String, bool>,
    unknown: Option<String>,
}

/// One fact for each configuration that compiles the code of a package.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let packages = context.packages.all().iter();
    let typed = packages.filter(|package| package.ecosystem == "npm" && package.typescript_files > 0);
    typed.flat_map(|package| projects(context, package)).collect()
}

fn projects(context: &Context<'_>, package: &Package) -> Vec<Entry> {
    let Some(file) = context.tree.by_path(&join(&package.dir, "tsconfig.json")) else { return Vec::new() };
    let files = match context.documents.node(file) {
        Some(node) => solution(context, file, node).unwrap_or_else(|| vec![file]),
        None => Vec::new(),
    };
    let by_default = context.packages.lineage(package).find_map(|package| package.dependency("typescript"));
    let by_default =
        by_default.and_then(|typescript| major(&typescript.version)).is_some_and(|major| major >= 6);
    files.into_iter().map(|file| project(context, file, by_default)).collect()
}

/// The configurations a solution refers to, those of tools and tests left out; none where the file compiles code itself.
fn solution(context: &Context<'_>, file: FileId, node: &Node) -> Option<Vec<FileId>> {
    let references = node.get("references")?.items();
    let empty = |key: &str| node.get(key).is_some_and(|list| list.items().is_empty());
    if !empty("files") || node.get("include").is_some() && !empty("include") {
        return None;
    }
    let dir = context.tree.file(file).dir();
    let found = references.iter().filter_map(|reference| {
        let path = resolve(dir, reference.get("path")?.text()?)?;
        let file =
            context.tree.by_path(&path).or_else(|| context.tree.by_path(&format!("{path}/tsconfig.json")))?;
        let name = context.tree.file(file).name();
        let other = ["node", "test", "spec", "e2e", "cypress", "vitest", "storybook"]
            .iter()
            .any(|word| name.contains(word));
        (!other && context.tree.file(file).dir() == dir).then_some(file)
    });
    Some(found.collect())
}

fn project(context: &Context<'_>, file: FileId, by_default: bool) -> Entry {
    let effective = effective(context, file, DEEPEST);
    let flag = |name: &str| effective.flags.get(name).copied();
    let strict = match flag("strict") {
        Some(true) => true,
        None => by_default,
        Some(false) => false,
    };
    let strict = strict && CORE.iter().all(|part| flag(part) != Some(false));
    let strict = strict || PARTS.iter().all(|part| flag(part) == Some(true));
    let fact = TypescriptProject {
        strict,
        unknown_base: effective.unknown.filter(|_| !strict && flag("strict").is_none()),
    };
    Entry::new(Place { file, span: place(context, file) }, fact)
}

/// Where the file itself says something about strictness; else the file as a whole.
fn place(context: &Context<'_>, file: FileId) -> Span {
    let options = context.documents.node(file).and_then(|node| node.get("compilerOptions"));
    let said = options.and_then(|options| {
        let loose = |name: &&&str| options.get(name).and_then(Node::flag) == Some(false);
        let name = ["strict"].iter().chain(CORE).find(loose)?;
        options.entry(name)
    });
    said.map_or(Span::default(), |entry| entry.key_span.to(entry.value.span))
}

fn effective(context: &Context<'_>, file: FileId, left: usize) -> Effective {
    let mut all = Effective::default();
    let Some(node) = context.documents.node(file).filter(|_| left > 0) else { return all };
    for base in node.get("extends").map(Node::scalars).unwrap_or_default() {
        match find(context, file, &base) {
            Some(file) => {
                let inherited = effective(context, file, left - 1);
                all.flags.extend(inherited.flags);
                all.unknown = all.unknown.or(inherited.unknown);
            }
            None if LOOSE_BASES.iter().any(|known| base.starts_with(known)) => {}
            None if STRICT_BASES.iter().any(|known| base.starts_with(known)) => {
                all.flags.insert("strict".to_owned(), true);
            }
            None => all.unknown = Some(base),
        }
    }
    for entry in node.get("compilerOptions").map_or(&[][..], Node::entries) {
        if let Some(flag) = entry.value.flag() {
            all.flags.insert(entry.key.clone(), flag);
        }
    }
    all
}

/// The file that `extends` names: a path, or a file of a package of this repository.
fn find(context: &Context<'_>, file: FileId, base: &str) -> Option<FileId> {
    let (dir, path) = if base.starts_with('.') {
        (context.tree.file(file).dir(), base)
    } else {
        let parts = if base.starts_with('@') { 2 } else { 1 };
        let end = base.match_indices('/').nth(parts - 1).map_or(base.len(), |(at, _)| at);
        (context.packages.named(&base[..end])?.dir.as_str(), base[end..].trim_start_matches('/'))
    };
    let path = resolve(dir, path)?;
    let candidates = [path.clone(), format!("{path}.json"), join(&path, "tsconfig.json")];
    candidates
        .iter()
        .find_map(|path| context.tree.by_path(path))
        .filter(|file| context.documents.node(*file).is_some())
}

#[cfg(test)]
mod tests {
    use crate::extract::given::show;

    fn of(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![("package.json", "{}"), ("a.ts", "export {}")];
        all.extend(files);
        show("typescript.project", &["strict", "unknown_base"], &all)
    }

    #[test]
    fn strictness_is_inherited_and_overridden() {
        let parts = r#"{"compilerOptions": {"noImplicitAny": true, "noImplicitThis": true, "alwaysStrict": true, "strictNullChecks": true,
            "strictFunctionTypes": true, "strictBindCallApply": true, "strictPropertyInitialization": true}}"#;
        let strict = r#"{"compilerOptions": {"strict": true}}"#;
        for (text, expected) in [
            (strict, "true | "),
            (parts, "true | "),
            ("{}", "false | "),
            (r#"{"compilerOptions": {"strict": true, "noImplicitAny": false}}"#, "false | "),
            (r#"{"compilerOptions": {"strict": true, "strictPropertyInitialization": false}}"#, "true | "),
            (r#"{"extends": "./base"}"#, "true | "),
            (r#"{"extends": ["@tsconfig/node22/tsconfig.json"]}"#, "true | "),
            (r#"{"extends": "@tsconfig/strictest", "compilerOptions": {"strict": false}}"#, "false | "),
            (r#"{"extends": "@other/base"}"#, "false | @other/base"),
            (r#"{"extends": "@other/base", "compilerOptions": {"strict": true}}"#, "true | "),
            (r#"{"extends": "./tsconfig.json"}"#, "false | "),
            (r#"{"extends": "astro/tsconfigs/base"}"#, "false | "),
        ] {
            assert_eq!(of(&[("tsconfig.json", text), ("base.json", strict)]), [expected], "{text}");
        }
    }

    #[test]
    fn a_solution_stands_for_what_it_refers_to() {
        let solution = r#"{"files": [], "references": [{"path": "./tsconfig.app.json"}, {"path": "./tsconfig.node.json"}]}"#;
        let files = [("tsconfig.json", solution), ("tsconfig.app.json", "{}"), ("tsconfig.node.json", "{}")];
        assert_eq!(of(&files), ["false | "]);
        assert_eq!(of(&[]), Vec::<String>::new());
    }
}

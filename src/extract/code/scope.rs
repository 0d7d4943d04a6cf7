//! Names that Nuxt and Nitro put in scope of the server without an import.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::extract::packages::{Packages, join};
use crate::parse::{Document, Documents};
use crate::source::{FileId, Tree};

/// Functions of packages that are in scope.
const GIVEN: &[(&str, &[&str])] = &[
    (
        "h3",
        &[
            "readBody",
            "readRawBody",
            "readFormData",
            "readMultipartFormData",
            "readValidatedBody",
            "getValidatedQuery",
            "getValidatedRouterParams",
            "handleCors",
            "useSession",
            "getSession",
            "proxyRequest",
            "sendProxy",
        ],
    ),
    (
        "nuxt-auth-utils",
        &[
            "requireUserSession",
            "getUserSession",
            "setUserSession",
            "clearUserSession",
            "hashPassword",
            "verifyPassword",
        ],
    ),
];

/// What is in scope, by the server that it is in scope of.
#[derive(Debug, Default)]
pub(super) struct Scope {
    servers: Vec<Server>,
}

#[derive(Debug)]
struct Server {
    /// Its files: a stretch of all, since these are in the order of paths.
    files: Range<u32>,
    /// The modules that export each name.
    utilities: FxHashMap<String, FileId>,
}

/// What a name stands for that nothing declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// What a module of the repository exports by that name.
    Export(FileId),
    /// A function of a package by that name.
    Package(&'static str),
}

impl Scope {
    pub(super) fn new(tree: &Tree, documents: &Documents, packages: &Packages) -> Self {
        let mut servers = Vec::new();
        for package in packages.all().iter().filter(|package| package.ecosystem == "npm") {
            let depends = |names: &[&str]| names.iter().any(|name| package.dependency(name).is_some());
            let nuxt = depends(&["nuxt", "nuxt3", "nuxt-edge"]);
            let (servers_in, utilities): (&[&str], &[&str]) = if nuxt {
                (&["server", "src/server"], &["server/utils", "src/server/utils", "shared/utils"])
            } else if depends(&["nitropack", "nitro"]) {
                (&[""], &["utils", "src/utils", "server/utils"])
            } else {
                continue;
            };
            let utilities: FxHashMap<String, FileId> = utilities
                .iter()
                .flat_map(|folder| names(tree, documents, &join(&package.dir, folder)))
                .collect();
            let files = servers_in.iter().filter_map(|folder| stretch(tree, &join(&package.dir, folder)));
            servers.extend(files.map(|files| Server { files, utilities: utilities.clone() }));
        }
        // The innermost first.
        servers.sort_by_key(|server| (server.files.len(), server.files.start));
        Self { servers }
    }

    /// What a name stands for in a file where nothing declares it.
    pub(super) fn given(&self, file: FileId, name: &str) -> Option<Given> {
        let server = self.servers.iter().find(|server| server.files.contains(&file.0))?;
        let exported = server.utilities.get(name).map(|file| Given::Export(*file));
        exported.or_else(|| {
            let known = GIVEN.iter().find(|(_, names)| names.contains(&name));
            known.map(|(package, _)| Given::Package(package))
        })
    }
}

/// The files below a folder.
fn stretch(tree: &Tree, folder: &str) -> Option<Range<u32>> {
    let below = tree.below(folder);
    let first = tree.by_path(&below.first()?.path)?.0;
    Some(first..first.saturating_add(u32::try_from(below.len()).unwrap_or(u32::MAX)))
}

/// What the modules of a folder export, with the module of each name.
fn names(tree: &Tree, documents: &Documents, folder: &str) -> Vec<(String, FileId)> {
    let files = stretch(tree, folder).into_iter().flatten().map(FileId);
    let modules = files.filter_map(|file| match documents.get(file) {
        Some(Document::JavaScript(script)) => Some((file, &script.module)),
        _ => None,
    });
    let exported = modules.flat_map(|(file, module)| {
        let names = module.exports.iter().map(|export| module.word(export.name).to_owned());
        names.filter(|name| !name.is_empty() && name != "default").map(move |name| (name, file))
    });
    exported.collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::code::{Origin, Site};
    use crate::extract::given;
    use crate::parse::javascript::Kind;

    /// Where the functions that a file calls come from.
    fn called(package: &str, path: &str, text: &str) -> Vec<String> {
        let files = [
            ("package.json", package),
            ("server/utils/auth.ts", "export function requireUser(event) {}"),
            ("components/form.ts", "readBody(event); requireUser(event);"),
            (path, text),
        ];
        given::with(&files, |context| {
            let file = context.tree.by_path(path).unwrap();
            let module = context.code.module(file).unwrap();
            let calls = module.all().filter(|node| module.kind(*node) == Kind::Call);
            calls
                .map(|node| match context.code.callee(Site { file, node }) {
                    Origin::External { package, path } => format!("{package} {path}"),
                    Origin::Local(site) => context.tree.file(site.file).path.clone(),
                    Origin::Global(name) => format!("global {name}"),
                    Origin::Unknown => "unknown".to_owned(),
                })
                .collect()
        })
    }

    #[test]
    fn servers_of_nuxt_have_names_in_scope() {
        let nuxt = r#"{ "dependencies": { "nuxt": "4" } }"#;
        let text = "readValidatedBody(event, parse); requireUser(event); fetch(url);";
        for (package, path, expected) in [
            (nuxt, "server/api/a.post.ts", ["h3 readValidatedBody", "server/utils/auth.ts", "global fetch"]),
            (nuxt, "components/a.ts", ["global readValidatedBody", "global requireUser", "global fetch"]),
            (
                r#"{ "dependencies": { "express": "5" } }"#,
                "server/a.ts",
                ["global readValidatedBody", "global requireUser", "global fetch"],
            ),
        ] {
            assert_eq!(called(package, path, text), expected, "{path}");
        }
    }
}

//! What specifiers mean, as Node, TypeScript, bundlers and Deno have it.

use rustc_hash::FxHashMap;

use super::aliases::{self, Aliases, Meaning};
use super::files::Files;
use super::typescript::Projects;
use super::{Target, manifest, runtime};
use crate::extract::packages::{Package, Packages, above, join, resolve};
use crate::parse::Documents;
use crate::parse::node::Node;
use crate::source::{FileId, Tree, folder_of};

/// Resolves specifiers over the files of the tree; nothing is looked for on disk.
#[derive(Debug)]
pub(super) struct Resolver<'r> {
    /// All files.
    pub(super) files: Files<'r>,
    documents: &'r Documents,
    packages: &'r Packages,
    projects: Projects,
    aliases: Aliases,
    /// The packages of npm and Deno by their names.
    named: FxHashMap<&'r str, Vec<&'r Package>>,
    /// By folder, the nearest package at or above it: it is asked for at every step.
    owners: FxHashMap<&'r str, Option<&'r Package>>,
}

impl<'r> Resolver<'r> {
    /// Reads what configurations say of resolution.
    pub(super) fn new(tree: &'r Tree, documents: &'r Documents, packages: &'r Packages) -> Self {
        let mut named: FxHashMap<&str, Vec<&Package>> = FxHashMap::default();
        for package in packages.all().iter().filter(|package| is_script(package)) {
            if let Some(name) = package.name() {
                named.entry(name).or_default().push(package);
            }
        }
        let mut owners: FxHashMap<&str, Option<&Package>> = FxHashMap::default();
        for file in tree.files() {
            let owner = || above(file.dir()).find_map(|dir| package_in(packages, dir));
            owners.entry(file.dir()).or_insert_with(owner);
        }
        Self {
            owners,
            files: Files { tree },
            documents,
            packages,
            projects: Projects::read(tree, documents, packages),
            aliases: Aliases::read(tree, documents),
            named,
        }
    }

    /// Whether a specifier is a path from the file it stands in.
    pub(super) fn is_relative(specifier: &str) -> bool {
        specifier == "." || specifier == ".." || specifier.starts_with("./") || specifier.starts_with("../")
    }

    /// What a specifier in a file of this folder leads to.
    pub(super) fn resolve(&self, dir: &str, specifier: &str) -> Target {
        let plain = bare(specifier);
        if Self::is_relative(plain) {
            return self.relative(dir, plain).map_or(Target::Unknown, Target::File);
        }
        if let Some(target) = runtime::known(plain) {
            return target;
        }
        if plain.is_empty() {
            return Target::Unknown;
        }
        if let Some(path) = plain.strip_prefix('/') {
            return self.absolute(dir, path).map_or(Target::Unknown, Target::File);
        }
        self.mapped(dir, plain)
            .or_else(|| self.private(dir, plain))
            .or_else(|| self.workspace(dir, plain))
            .or_else(|| runtime::is_node(plain).then(|| Target::Runtime(plain.to_owned())))
            .or_else(|| self.customary(dir, plain))
            .or_else(|| self.is_own(dir, plain).then_some(Target::Unknown))
            .unwrap_or_else(|| package(plain))
    }

    /// The module of a relative path; of a folder that is a package, what the package gives.
    pub(super) fn relative(&self, dir: &str, specifier: &str) -> Option<FileId> {
        let path = resolve(dir, specifier)?;
        if let Some(file) = self.files.module(&path) {
            return Some(file);
        }
        if let Some(package) = self.package_in(&path) {
            return self.given(package, "");
        }
        // A script may ask for what is built: `../dist/app.js`.
        let owner = self.owner(dir)?;
        self.files.source_of(&owner.dir, &path, &self.outputs(owner))
    }

    /// `/src/main.ts`: from the folder a server of pages serves.
    pub(super) fn absolute(&self, dir: &str, path: &str) -> Option<FileId> {
        let owner = self.owner(dir).map_or("", |package| package.dir.as_str());
        ["", "public", "src", "static"]
            .iter()
            .flat_map(|folder| [join(dir, folder), join(owner, folder)])
            .find_map(|base| self.files.module(join(&base, path).trim_start_matches('/')))
    }

    /// By `paths` and `baseUrl`, the aliases of bundlers, and import maps.
    fn mapped(&self, dir: &str, specifier: &str) -> Option<Target> {
        for meaning in self.aliases.candidates(dir, specifier) {
            match meaning {
                Meaning::Path(path) => {
                    if let Some(file) = self.files.module(&path) {
                        return Some(Target::File(file));
                    }
                }
                Meaning::Specifier(specifier) => {
                    return Some(runtime::known(&specifier).unwrap_or_else(|| package(&specifier)));
                }
            }
        }
        let projects = self.projects.around(dir);
        projects
            .flat_map(|project| {
                let base = project.base.as_ref().map(|base| join(base, specifier));
                project.candidates(specifier).into_iter().chain(base)
            })
            .find_map(|path| self.mapped_file(&path))
            .map(Target::File)
    }

    /// The paths, of files or folders, that the tables of tools give for a specifier.
    pub(super) fn mapped_paths(&self, dir: &str, specifier: &str) -> Vec<String> {
        let aliased =
            self.aliases.candidates(dir, specifier).into_iter().filter_map(|meaning| match meaning {
                Meaning::Path(path) => Some(path),
                Meaning::Specifier(_) => None,
            });
        let projects = self.projects.around(dir).flat_map(|project| {
            let base = project.base.as_ref().map(|base| join(base, specifier));
            project.candidates(specifier).into_iter().chain(base)
        });
        let owner = self.owner(dir).map_or("", |owner| owner.dir.as_str());
        aliased.chain(projects).chain(aliases::customary(owner, specifier)).collect()
    }

    /// The folder at or above one from which all specifiers that are no paths mean the same as in it.
    pub(super) fn scope<'d>(&self, dir: &'d str) -> &'d str {
        let counts =
            |dir: &&str| self.package_in(dir).is_some() || self.projects.has(dir) || self.aliases.has(dir);
        above(dir).find(counts).unwrap_or_default()
    }

    /// What `paths` lead to may be built, and may be the folder of a package.
    fn mapped_file(&self, path: &str) -> Option<FileId> {
        self.files.module(path).or_else(|| {
            let package = self.package_in(path);
            package.map_or_else(
                || {
                    let owner = self.packages.owner(path, "npm")?;
                    self.files.source_of(&owner.dir, path, &self.outputs(owner))
                },
                |package| self.given(package, ""),
            )
        })
    }

    /// `#x`: what the nearest package means by it.
    fn private(&self, dir: &str, specifier: &str) -> Option<Target> {
        if !specifier.starts_with('#') {
            return None;
        }
        let owner = self.owner(dir)?;
        let paths = manifest::imports(self.node(owner)?, specifier)?;
        let outputs = self.outputs(owner);
        paths.iter().find_map(|path| {
            if path.starts_with('.') {
                return self.files.built(&owner.dir, path, &outputs).map(Target::File);
            }
            Some(runtime::known(path).unwrap_or_else(|| package(path)))
        })
    }

    /// A package of this repository by its name, as a workspace links it.
    fn workspace(&self, dir: &str, specifier: &str) -> Option<Target> {
        let (name, path) = runtime::split(specifier);
        let package = self.package_named(dir, name)?;
        match self.given(package, path) {
            Some(file) => Some(Target::File(file)),
            None => Some(Target::Package(name.to_owned(), path.to_owned())),
        }
    }

    /// The package of this repository that a name means in a folder: one of the same workspace before another.
    pub(super) fn package_named(&self, dir: &str, name: &str) -> Option<&'r Package> {
        let list = self.named.get(name)?;
        let tree = self.files.tree;
        let from_test = self.owner(dir).is_some_and(|owner| tree.file(owner.file()).test);
        let mut seen = list.iter().filter(|package| from_test || !tree.file(package.file()).test);
        let root = self.owner(dir).and_then(|owner| self.packages.root_of(owner).or(Some(owner)));
        let same = |package: &&&Package| {
            root.is_some_and(|root| {
                package.dir == root.dir
                    || self.packages.root_of(package).is_some_and(|other| other.dir == root.dir)
            })
        };
        list.iter().find(same).or_else(|| seen.next()).copied()
    }

    /// The file that a package gives for a path within it.
    pub(super) fn given(&self, package: &Package, path: &str) -> Option<FileId> {
        let outputs = self.outputs(package);
        let built = |path: &str| self.files.built(&package.dir, path, &outputs);
        let node = self.node(package);
        if let Some(paths) = node.and_then(|node| manifest::exports(node, path)) {
            return paths.iter().find_map(|path| built(path));
        }
        if path.is_empty() {
            let mains = node.map(manifest::mains).unwrap_or_default();
            return mains
                .iter()
                .find_map(|path| built(path))
                .or_else(|| self.files.conventional(&package.dir));
        }
        built(path).or_else(|| self.files.module(&join(&join(&package.dir, "src"), path)))
    }

    /// By the customs of frameworks: `@/lib/db`, `~/x`, `$lib/x`. Only files count: `@/x` may be a package as well.
    fn customary(&self, dir: &str, specifier: &str) -> Option<Target> {
        let mut at = Some(dir);
        let owner = self.owner(dir).map_or("", |owner| owner.dir.as_str());
        while let Some(folder) = at {
            let paths = aliases::customary(folder, specifier);
            if paths.is_empty() {
                return None;
            }
            if let Some(file) = paths.iter().find_map(|path| self.files.module(path)) {
                return Some(Target::File(file));
            }
            at = if folder == owner || folder.is_empty() { None } else { Some(folder_of(folder)) };
        }
        (specifier.starts_with("@/") || specifier.starts_with('~') || specifier.starts_with("$lib"))
            .then_some(Target::Unknown)
    }

    /// Whether a name that leads to no file is one of this repository all the same: a table of a tool stands behind it, or
    /// a folder that plain names begin from has it. What it means may be generated and not checked in. A dependency of
    /// that name stays one.
    fn is_own(&self, dir: &str, specifier: &str) -> bool {
        let first = specifier.split('/').next().unwrap_or(specifier);
        let own = |path: &str| path != "node_modules" && !path.contains("node_modules/");
        let aliased = || {
            let meanings = self.aliases.candidates(dir, specifier);
            meanings.iter().any(|meaning| matches!(meaning, Meaning::Path(path) if own(path)))
        };
        let based = || {
            self.projects.around(dir).any(|project| {
                let folder = project.base.as_ref().map(|base| join(base, first));
                folder.is_some_and(|folder| self.files.tree.has_dir(&folder)) || project.names(specifier)
            })
        };
        let (name, _) = runtime::split(specifier);
        let declared = || {
            let packages = above(dir).filter_map(|dir| self.packages.get(dir, "npm"));
            packages.into_iter().any(|package| package.dependency(name).is_some())
        };
        (aliased() || based()) && !declared()
    }

    /// The nearest package of npm or Deno at or above a folder.
    pub(super) fn owner(&self, dir: &str) -> Option<&'r Package> {
        match self.owners.get(dir) {
            Some(owner) => *owner,
            None => above(dir).find_map(|dir| self.package_in(dir)),
        }
    }

    /// The package of npm or Deno in exactly this folder.
    pub(super) fn package_in(&self, dir: &str) -> Option<&'r Package> {
        package_in(self.packages, dir)
    }

    /// The manifest that speaks for a package.
    pub(super) fn node(&self, package: &Package) -> Option<&'r Node> {
        self.documents.node(package.file())
    }

    /// The folders of what a package is compiled to, as its configuration says.
    pub(super) fn outputs(&self, package: &Package) -> Vec<String> {
        self.projects.outputs(&package.dir)
    }
}

fn package_in<'r>(packages: &'r Packages, dir: &str) -> Option<&'r Package> {
    packages.get(dir, "npm").or_else(|| packages.get(dir, "deno"))
}

/// Whether a package is one of npm or Deno.
pub(super) fn is_script(package: &Package) -> bool {
    matches!(package.ecosystem, "npm" | "deno")
}

/// A specifier without what bundlers read around it: `?raw`, `file-loader!x`.
fn bare(specifier: &str) -> &str {
    let plain = specifier.rsplit('!').next().unwrap_or(specifier);
    if plain.starts_with("http") { plain } else { plain.split('?').next().unwrap_or(plain) }
}

fn package(specifier: &str) -> Target {
    let (name, path) = runtime::split(specifier);
    Target::Package(name.to_owned(), path.to_owned())
}

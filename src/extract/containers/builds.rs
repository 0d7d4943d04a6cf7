//! Where images are built: which Dockerfile, in which folder, by which file of the repository.

use super::cli::{self, Invocation};
use super::paths::{dir, join, name, under};
use super::stacks::Stack;
use super::yaml_builds;
use crate::extract::Context;
use crate::parse::Document;
use crate::parse::node::Node;
use crate::parse::shell::{self, Script};
use crate::source::{FileId, FileKind, Tree};

/// One build of a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Build {
    /// The Dockerfile, a path of the repository.
    pub(super) dockerfile: String,
    /// The folder it is built in; none where it cannot be told.
    pub(super) context: Option<String>,
    /// The stage, where not the last.
    pub(super) target: Option<String>,
    /// The path of the file that says so.
    pub(super) by: String,
    /// Whether it is for development only.
    pub(super) dev: bool,
}

/// All builds that the repository shows.
#[derive(Debug, Default)]
pub(super) struct Builds {
    /// Those whose Dockerfile is known.
    pub(super) known: Vec<Build>,
    /// Whether there are builds whose Dockerfile is computed.
    pub(super) open: bool,
    /// Names of the images that are built, without tag.
    pub(super) images: Vec<String>,
    /// What is built from a Dockerfile: its path, the image with its tag.
    pub(super) tagged: Vec<(String, String)>,
}

impl Builds {
    /// Looks through compose files, workflows, scripts and the configuration of platforms.
    pub(super) fn find(context: &Context<'_>, stacks: &[Stack]) -> Self {
        let mut builds = Self::default();
        for stack in stacks {
            builds.stack(context.tree, stack);
        }
        for (file, source) in context.tree.entries() {
            if !source.vendored {
                builds.file(context, file);
            }
        }
        builds.known.dedup();
        builds
    }

    fn stack(&mut self, tree: &Tree, stack: &Stack) {
        for service in &stack.compose.services {
            let Some(build) = &service.build else { continue };
            if let Some(image) = &service.image {
                self.image(&image.text);
            }
            let found = join(dir(&stack.path), &build.context);
            let dockerfile = build.dockerfile.as_deref().unwrap_or("Dockerfile");
            let context = found.as_deref();
            match context.and_then(|context| join(context, dockerfile)).filter(|_| !build.inline) {
                Some(path) if tree.by_path(&path).is_some() => self.known.push(Build {
                    dockerfile: path,
                    context: found,
                    target: build.target.clone(),
                    by: stack.path.clone(),
                    dev: stack.dev,
                }),
                None if !build.inline && !build.context.contains("://") => self.open = true,
                _ => {}
            }
        }
    }

    fn file(&mut self, context: &Context<'_>, file: FileId) {
        let source = context.tree.file(file);
        let text = context.tree.text(file);
        let root_and_own = ["", source.dir(), dir(source.dir())];
        match context.documents.get(file) {
            Some(Document::Shell(script)) => self.script(context.tree, script, &root_and_own, &source.path),
            Some(Document::Makefile(makefile)) => {
                for recipe in makefile.rules.iter().flat_map(|rule| &rule.recipe) {
                    let script = shell::parse(&makefile.expand(&recipe.text)).document;
                    self.script(context.tree, &script, &[source.dir()], &source.path);
                }
            }
            Some(Document::Justfile(_)) if mentions_build(text) => {
                let script = shell::parse(text).document;
                self.script(context.tree, &script, &[source.dir()], &source.path);
            }
            Some(Document::Yaml(nodes)) => self.yaml(context.tree, &source.path, nodes),
            Some(Document::Toml(node)) => {
                let dockerfile =
                    node.at(&["build", "dockerfile"]).or_else(|| node.at(&["build", "dockerfilePath"]));
                let dockerfile = dockerfile.and_then(Node::scalar);
                let paths = ["", source.dir()].map(|base| join(base, dockerfile.as_deref()?));
                let path =
                    paths.into_iter().flatten().rev().find(|path| context.tree.by_path(path).is_some());
                // Platforms take the folder of this file or that in which they are started.
                for folder in path.iter().flat_map(|_| [source.dir(), ""]) {
                    self.known.push(Build {
                        dockerfile: path.clone().unwrap_or_default(),
                        context: Some(folder.to_owned()),
                        target: None,
                        by: source.path.clone(),
                        dev: false,
                    });
                }
            }
            Some(Document::Json(node)) if source.name() == "package.json" => {
                for entry in node.get("scripts").map(Node::entries).unwrap_or_default() {
                    if let Some(text) = entry.value.text().filter(|text| mentions_build(text)) {
                        self.script(
                            context.tree,
                            &shell::parse(text).document,
                            &[source.dir()],
                            &source.path,
                        );
                    }
                }
            }
            None if source.kind == FileKind::Hcl && source.name().contains("bake") => {
                self.bake(context.tree, text, &source.path);
            }
            None if source.name().starts_with("Tiltfile") => self.tilt(context.tree, source.dir(), file),
            None if source.kind == FileKind::Groovy && text.contains("docker") => {
                self.open |= text.contains("build");
            }
            _ => {}
        }
    }

    /// `docker_build(…, dockerfile = "../Dockerfile-loop")`: Tilt rebuilds it at every change of a file.
    fn tilt(&mut self, tree: &Tree, dir: &str, file: FileId) {
        for rest in tree.text(file).split("dockerfile").skip(1) {
            let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
            let Some(quote) = value.and_then(|value| value.chars().next()) else { continue };
            let path = value.and_then(|value| value.split(quote).nth(1)).filter(|_| "\"'".contains(quote));
            let Some(path) = path.and_then(|path| join(dir, path)) else { continue };
            if tree.by_path(&path).is_some() {
                let by = tree.file(file).path.clone();
                self.known.push(Build { dockerfile: path, context: None, target: None, by, dev: true });
            }
        }
    }

    fn yaml(&mut self, tree: &Tree, path: &str, nodes: &[Node]) {
        for found in yaml_builds::find(path, nodes) {
            match found {
                yaml_builds::Found::Script { text, dir } => {
                    self.script(tree, &shell::parse(&text).document, &[&dir], path);
                }
                yaml_builds::Found::Build { base, invocation } => {
                    self.invocation(tree, &[&base], &invocation, path);
                }
                yaml_builds::Found::Elsewhere(dockerfile) => self.elsewhere(tree, &dockerfile, path),
                yaml_builds::Found::Unknown => self.open = true,
            }
        }
    }

    /// Every build command of a script that starts in one of `bases`.
    fn script(&mut self, tree: &Tree, script: &Script, bases: &[&str], by: &str) {
        for command in &script.commands {
            let words: Vec<&str> = command.effective().iter().map(|word| word.text.as_str()).collect();
            let Some(invocation) = cli::read(&words) else { continue };
            let bases: Vec<String> = match command.dir.as_deref() {
                Some(dir) => bases.iter().filter_map(|base| join(base, dir)).collect(),
                None => bases.iter().map(|base| (*base).to_owned()).collect(),
            };
            let bases: Vec<&str> = bases.iter().map(String::as_str).collect();
            self.invocation(tree, &bases, &invocation, by);
        }
    }

    /// A build that starts in one of `bases`: each in which the Dockerfile exists counts.
    fn invocation(&mut self, tree: &Tree, bases: &[&str], invocation: &Invocation, by: &str) {
        for tag in &invocation.tags {
            self.image(tag);
        }
        let Some(context) = &invocation.context else {
            self.open |= invocation.file.is_none();
            return;
        };
        let context = workspace(context);
        let mut found = false;
        for base in bases {
            let folder = join(base, &context);
            let dockerfile = match &invocation.file {
                Some(file) => join(base, &workspace(file)),
                None => folder.as_deref().map(|folder| under(folder, "Dockerfile")),
            };
            let Some(dockerfile) = dockerfile.filter(|path| tree.by_path(path).is_some()) else { continue };
            found = true;
            // A folder that is made while the build runs holds what nobody here can tell.
            let folder = folder.filter(|folder| tree.has_dir(folder));
            self.tagged.extend(invocation.tags.iter().map(|tag| (dockerfile.clone(), tag.clone())));
            let build = Build {
                dockerfile,
                context: folder,
                target: invocation.target.clone(),
                by: by.to_owned(),
                dev: false,
            };
            if !self.known.contains(&build) {
                self.known.push(build);
            }
        }
        self.open |= !found;
    }

    /// A Dockerfile that a tool builds in a folder of its own making.
    fn elsewhere(&mut self, tree: &Tree, dockerfile: &str, by: &str) {
        if tree.by_path(dockerfile).is_some() {
            self.known.push(Build {
                dockerfile: dockerfile.to_owned(),
                context: None,
                target: None,
                by: by.to_owned(),
                dev: false,
            });
        }
    }

    /// `docker-bake.hcl`: the `context`, `dockerfile` and `target` of each target.
    fn bake(&mut self, tree: &Tree, text: &str, path: &str) {
        for block in text.split("\ntarget ").skip(1) {
            let field = |key: &str| {
                let line = block.lines().map(str::trim).find(|line| {
                    line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
                })?;
                Some(line.split_once('=')?.1.trim().trim_matches('"').to_owned())
            };
            let context = field("context").unwrap_or_else(|| ".".to_owned());
            let file = field("dockerfile").unwrap_or_else(|| "Dockerfile".to_owned());
            let file = join(&context, &file).or(Some(file));
            let invocation =
                Invocation { file, context: Some(context), target: field("target"), tags: Vec::new() };
            self.invocation(tree, &[dir(path)], &invocation, path);
        }
    }

    fn image(&mut self, reference: &str) {
        let bare = reference.split('@').next().unwrap_or_default();
        let bare = match bare.rsplit_once(':') {
            Some((image, tag)) if !tag.contains('/') => image,
            _ => bare,
        };
        if !bare.is_empty() && !name(bare).contains(['$', '{']) {
            self.images.push(bare.to_owned());
        }
    }

    /// The builds of a Dockerfile.
    pub(super) fn of<'b>(&'b self, dockerfile: &'b str) -> impl Iterator<Item = &'b Build> {
        self.known.iter().filter(move |build| build.dockerfile == dockerfile)
    }
}

fn mentions_build(text: &str) -> bool {
    text.contains("docker") && text.contains("build")
}

/// A path where the usual names of the checked-out repository are `.`.
fn workspace(path: &str) -> String {
    let roots = [
        "${{ github.workspace }}",
        "$GITHUB_WORKSPACE",
        "${GITHUB_WORKSPACE}",
        "$CI_PROJECT_DIR",
        "${CI_PROJECT_DIR}",
        "$(pwd)",
        "$PWD",
        "${PWD}",
        "${CURDIR}",
        "`pwd`",
    ];
    let root = roots.iter().find_map(|root| path.strip_prefix(root));
    root.map_or_else(|| path.to_owned(), |rest| format!("./{}", rest.trim_start_matches('/')))
}

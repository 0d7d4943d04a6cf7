//! What runs images: services of compose files, workloads of Kubernetes, platforms.

use super::builds::Builds;
use super::paths::{dir, join, name};
use super::stacks::{self, Stack};
use crate::extract::Context;
use crate::facts::{ComposeService, Entry, KubernetesContainer, KubernetesWorkload};
use crate::parse::Document;
use crate::parse::compose::Service;
use crate::parse::kubernetes::{self, Workload};
use crate::parse::node::Node;
use crate::source::{FileId, Place, is_below};

/// What the repository says of running its images.
#[derive(Debug, Default)]
pub(super) struct Orchestrated {
    /// Facts on services, workloads and containers.
    pub(super) entries: Vec<Entry>,
    /// Workloads with their files.
    pub(super) workloads: Vec<(FileId, Workload)>,
    /// Dockerfiles whose health a compose file checks, with that file.
    checked: Vec<(String, String)>,
    /// Dockerfiles of services that get folders mounted, outside of development.
    mounted: Vec<String>,
    /// Configuration of platforms for one service that checks its health.
    platforms: Vec<Platform>,
    /// What checks the health of whatever is deployed: a manifest with probes, a list of services of a platform.
    everywhere: Option<String>,
}

/// The configuration of a platform for one service.
#[derive(Debug)]
struct Platform {
    /// Its file.
    path: String,
    /// The Dockerfile it names, relative to the root.
    dockerfile: Option<String>,
}

impl Platform {
    /// Reads `fly.toml` and `railway.json`; none where nothing there checks the health of the service.
    fn read(path: &str, node: &Node) -> Option<Self> {
        let keys = ["checks", "http_checks", "tcp_checks", "healthcheckPath"];
        let named = ["dockerfile", "dockerfilePath"].iter().find_map(|key| node.at(&["build", key])?.text());
        let dockerfile = named.and_then(|named| join(dir(path), named));
        has_key(node, &keys, 6).then(|| Self { path: path.to_owned(), dockerfile })
    }

    /// Whether the service may be the one that this Dockerfile builds: it is named, or stands in the same folder or
    /// below it.
    fn runs(&self, dockerfile: &str) -> bool {
        let folder = dir(&self.path);
        is_below(dockerfile, folder) || self.dockerfile.as_deref() == Some(dockerfile)
    }
}

/// Reads compose files, manifests and configuration of platforms.
pub(super) fn read(context: &Context<'_>, stacks: &[Stack], builds: &Builds) -> Orchestrated {
    let mut around = Orchestrated::default();
    for stack in stacks {
        let merged = stacks::with_override(context, stack);
        for service in &merged.as_ref().unwrap_or(&stack.compose).services {
            around.service(context, stack, service, builds);
        }
    }
    for (file, source) in context.tree.entries() {
        if source.test || source.vendored {
            continue;
        }
        match context.documents.get(file) {
            Some(Document::Yaml(nodes)) => {
                for workload in nodes.iter().flat_map(kubernetes::workloads) {
                    around.workload(context, file, workload);
                }
                if nodes.iter().any(|node| {
                    name_of_platform(source.name())
                        && has_key(
                            node,
                            &["healthCheckPath", "health_check", "readiness_check", "liveness_check"],
                            6,
                        )
                }) {
                    around.everywhere.get_or_insert_with(|| source.path.clone());
                }
            }
            Some(Document::Toml(node) | Document::Json(node)) if name_of_platform(source.name()) => {
                around.platforms.extend(Platform::read(&source.path, node));
            }
            _ => {}
        }
    }
    around
}

fn name_of_platform(name: &str) -> bool {
    matches!(name, "render.yaml" | "app.yaml" | "fly.toml" | "railway.json" | "railway.toml" | "koyeb.yaml")
        || name.strip_prefix("fly.").is_some_and(|rest| rest.rsplit('.').next() == Some("toml"))
}

/// Whether a key stands anywhere in a tree, no deeper than `depth`.
fn has_key(node: &Node, keys: &[&str], depth: usize) -> bool {
    depth > 0
        && (node
            .entries()
            .iter()
            .any(|entry| keys.contains(&entry.key.as_str()) || has_key(&entry.value, keys, depth - 1))
            || node.items().iter().any(|item| has_key(item, keys, depth - 1)))
}

impl Orchestrated {
    /// What outside of a Dockerfile checks the health of its image.
    pub(super) fn health(&self, dockerfile: &str) -> Option<String> {
        let by_compose = self.checked.iter().find(|(path, _)| path == dockerfile).map(|(_, by)| by.clone());
        let by_platform = || self.platforms.iter().find(|platform| platform.runs(dockerfile));
        by_compose
            .or_else(|| by_platform().map(|platform| platform.path.clone()))
            .or_else(|| self.everywhere.clone())
    }

    /// Whether something is mounted into containers of its image.
    pub(super) fn mounts(&self, dockerfile: &str) -> bool {
        self.mounted.iter().any(|path| path == dockerfile)
    }

    fn service(&mut self, context: &Context<'_>, stack: &Stack, service: &Service, builds: &Builds) {
        let by_build = service.build.as_ref().and_then(|build| {
            let folder = join(dir(&stack.path), &build.context)?;
            join(&folder, build.dockerfile.as_deref().unwrap_or("Dockerfile"))
        });
        let by_build = by_build.filter(|path| context.tree.by_path(path).is_some());
        // A service that runs an image this repository builds elsewhere, by its name.
        let by_image = || {
            let image = name(&service.image.as_ref()?.text).split([':', '@']).next()?.to_owned();
            let built = builds.images.iter().any(|built| name(built) == image);
            let only = builds
                .known
                .first()
                .filter(|first| builds.known.iter().all(|one| one.dockerfile == first.dockerfile))?;
            built.then(|| only.dockerfile.clone())
        };
        let dockerfile = by_build.or_else(by_image);
        if let Some(path) = &dockerfile {
            if service.healthcheck == Some(true) {
                self.checked.push((path.clone(), stack.path.clone()));
            }
            if !service.volumes.iter().all(|volume| volume.target.is_empty()) {
                self.mounted.push(path.clone());
            }
        }
        let user = service.user.as_deref().map(|user| user.split(':').next().unwrap_or_default());
        let fact = ComposeService {
            name: service.name.clone(),
            dockerfile,
            non_root: user.is_some_and(|user| !matches!(user, "" | "root" | "0") && !stack.dev),
            restart: service.restart.clone(),
            dev: stack.dev,
        };
        self.entries.push(Entry::new(Place { file: stack.file, span: service.span }, fact));
    }

    fn workload(&mut self, context: &Context<'_>, file: FileId, workload: Workload) {
        for container in &workload.containers {
            if !container.probes.is_empty() {
                self.everywhere
                    .get_or_insert_with(|| format!("the probes of {}", context.tree.file(file).path));
            }
            let fact = KubernetesContainer {
                name: container.name.clone(),
                image: container.image.as_ref().map(|(image, _)| image.clone()),
                non_root: container.non_root == Some(true),
                probed: !container.probes.is_empty(),
            };
            self.entries.push(Entry::new(Place { file, span: container.span }, fact));
        }
        let fact = KubernetesWorkload { kind: workload.kind.to_owned(), templated: workload.templated };
        self.entries.push(Entry::new(Place { file, span: workload.span }, fact));
        self.workloads.push((file, workload));
    }
}

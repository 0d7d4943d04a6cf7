//! Images that only serve files which were built before.

use rustc_hash::FxHashMap;

use crate::extract::Context;
use crate::facts::{ComposeService, DockerStage, Store};
use crate::source::FileId;

/// Images of servers for files, by the last part of their names.
const SERVERS: &[&str] =
    &["nginx", "nginx-unprivileged", "httpd", "caddy", "lighttpd", "static-web-server", "apache"];

/// Words in a Dockerfile that tell of variables written into the files when the container starts.
const WRITTEN: &[&str] =
    &["envsubst", "entrypoint", "env.sh", "import-meta-env", ".template", "runtime-env", "env-config"];

/// Services of compose files, each with its server of files and its Dockerfile.
pub(super) struct Servers(FxHashMap<(FileId, String), (String, FileId)>);

impl Servers {
    /// Finds them.
    pub(super) fn find(context: &Context<'_>, store: &Store) -> Self {
        let mut found = FxHashMap::default();
        for (entry, service) in store.all::<ComposeService>().filter(|(_, service)| !service.dev) {
            let Some(file) = service.dockerfile.as_deref().and_then(|path| context.tree.by_path(path)) else {
                continue;
            };
            let text = context.tree.text(file).to_ascii_lowercase();
            if WRITTEN.iter().any(|word| text.contains(word)) {
                continue;
            }
            let mut stages = store.all::<DockerStage>().filter(|(stage, _)| stage.place.file == file);
            let Some((_, stage)) = stages.find(|(_, stage)| stage.last) else { continue };
            let Some(image) = &stage.image else { continue };
            if image.rsplit('/').next().is_some_and(|name| SERVERS.contains(&name)) {
                let service = (entry.place.file, service.name.clone());
                found.insert(service, (image.clone(), file));
            }
        }
        Self(found)
    }

    /// The server of a service, where what is set for it cannot reach the files; the build may be told of the variable
    /// by an argument.
    pub(super) fn of(
        &self,
        context: &Context<'_>,
        file: FileId,
        service: &str,
        name: &str,
    ) -> Option<String> {
        let (image, dockerfile) = self.0.get(&(file, service.to_owned()))?;
        let told = context.tree.text(*dockerfile).contains(&format!("ARG {name}"));
        (!told).then(|| image.clone())
    }
}

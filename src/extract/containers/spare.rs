//! Dockerfiles that stand beside the one that is built: other ways to the same image, which ship nothing.

use super::builds::Builds;
use super::paths::name;
use super::role::Role;
use super::stacks;
use crate::extract::Context;

/// Words in names of Dockerfiles that tell the package manager, the base or the kind of machine, not another image.
#[rustfmt::skip]
const VARIANTS: &[&str] = &[
    "npm", "yarn", "pnpm", "bun", "deno", "alpine", "slim", "debian", "ubuntu", "buster", "bullseye", "bookworm",
    "trixie", "distroless", "scratch", "chainguard", "wolfi", "ubi", "ubi8", "ubi9", "arm", "arm32", "arm64", "armv7",
    "aarch64", "amd64", "x86", "simple", "minimal", "lite", "light", "new", "alt", "alternative", "legacy",
];

/// The role of a Dockerfile that nothing builds or names, while another one is built and its own name tells only how
/// it differs: `Dockerfile.pnpm`.
pub(super) fn role(context: &Context<'_>, builds: &Builds, path: &str) -> Option<Role> {
    let file = name(path);
    let lower = file.to_ascii_lowercase();
    let mut words =
        lower.split(['.', '-', '_']).filter(|word| !matches!(*word, "" | "dockerfile")).peekable();
    words.peek()?;
    if !words.all(|word| VARIANTS.contains(&word)) || builds.of(path).next().is_some() {
        return None;
    }
    let other = builds.known.iter().find(|build| !build.dev && !stacks::is_development(&build.dockerfile))?;
    let names_it = context.tree.entries().any(|(one, source)| {
        let prose =
            matches!(source.extension(), "md" | "mdx" | "txt" | "rst") || source.name().ends_with("ignore");
        !source.vendored && !prose && source.path != path && context.tree.text(one).contains(file)
    });
    (!names_it).then(|| Role { name: "spare", by: format!("{} builds {}", other.by, other.dockerfile) })
}

//! Requirements files of pip, and single requirements as PEP 508 writes them.

use super::{Declared, Group, Manifest, Origin, is_commit};
use crate::parse::lines::lines;
use crate::source::Span;

/// Reads a requirements file. Options (`-r`, `-c`, `--hash`) are no dependencies.
pub fn requirements(text: &str, group: Group) -> Manifest {
    let mut manifest = Manifest { package: true, ..Manifest::default() };
    for line in lines(text) {
        let content = line.text.split(" #").next().unwrap_or_default();
        let content = content.trim().trim_end_matches('\\').trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let start = line.start + (line.text.len() - line.text.trim_start().len());
        let span = Span::new(start, start + content.len());
        let editable = content.strip_prefix("-e ").or_else(|| content.strip_prefix("--editable "));
        let asked = editable.map_or(content, str::trim);
        manifest.dependencies.extend(requirement(asked, span, group));
    }
    manifest
}

/// One requirement: `name[extra]>=1; marker`, `name @ url`, `git+https://…@ref#egg=name`; none where it is an option.
pub(super) fn requirement(text: &str, span: Span, group: Group) -> Option<Declared> {
    let text = text.trim();
    if text.is_empty() || text.starts_with(['-', '#']) {
        return None;
    }
    let mut declared = Declared { group, span, ..Declared::default() };
    let text = text.split(" --").next().unwrap_or(text).trim();
    if let Some((name, address)) = text.split_once('@').filter(|(name, _)| is_name(name)) {
        declared.name = bare(name);
        address.trim().clone_into(&mut declared.version);
        locate(&mut declared, address.trim());
        return Some(declared);
    }
    if text.contains("://") || text.starts_with('.') || text.starts_with('/') || text.starts_with("file:") {
        let name = text.split_once("egg=").map_or(text, |(_, name)| name);
        name.split(['&', '[', ';']).next()?.clone_into(&mut declared.name);
        text.clone_into(&mut declared.version);
        locate(&mut declared, text);
        return Some(declared);
    }
    let text = text.split(';').next().unwrap_or_default().trim();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
    text[..end].clone_into(&mut declared.name);
    let rest = text[end..].trim();
    let rest = rest.strip_prefix('[').map_or(rest, |rest| rest.split_once(']').map_or("", |(_, rest)| rest));
    rest.trim().trim_matches(['(', ')']).clone_into(&mut declared.version);
    (!declared.name.is_empty()).then_some(declared)
}

fn is_name(text: &str) -> bool {
    let text = bare(text);
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Without extras.
fn bare(name: &str) -> String {
    name.split('[').next().unwrap_or_default().trim().to_owned()
}

fn locate(declared: &mut Declared, address: &str) {
    let address = address.split(" ;").next().unwrap_or(address).trim();
    if address.starts_with("git+") {
        declared.source = Origin::Git;
        let path = address.split_once("://").map_or(address, |(_, path)| path);
        let path = path.split('#').next().unwrap_or_default();
        // The first `@` may stand before the host.
        let reference = path.split_once('/').and_then(|(_, path)| path.rsplit_once('@'));
        declared.reference = reference.map(|(_, reference)| reference.to_owned());
        declared.pinned = declared.reference.as_deref().is_some_and(is_commit);
    } else if address.contains("://") && !address.starts_with("file:") {
        declared.source = Origin::Url;
        declared.pinned = address.contains("sha256=");
    } else {
        declared.source = Origin::Path;
        declared.dir =
            Some(address.split(['[', '#']).next().unwrap_or(address).trim_start_matches("file:").to_owned());
    }
}

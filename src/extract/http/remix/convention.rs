//! Routes that file names spell, in the three conventions there are.

use super::Leaf;
use crate::extract::Context;
use crate::extract::http::files::{or_root, stem};
use crate::source::FileId;

/// How the files of an application are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Convention {
    /// `posts.$id.tsx`, `posts.$id/route.tsx`.
    Flat,
    /// The same with folders: `posts+/$id.tsx`.
    Hybrid,
    /// `posts/$id.tsx`.
    Folders,
}

/// The routes of `modules`, given with their paths below the directory of the application.
pub(super) fn leaves(context: &Context<'_>, dir: &str, modules: &[(FileId, &str)]) -> Vec<Leaf> {
    let convention = convention(context, dir);
    let routes = modules.iter().filter_map(|(file, path)| {
        let name = stem(path)?.strip_prefix("routes/")?;
        let segments = segments(name, convention)?;
        Some(Leaf { file: *file, path: path_of(&segments), around: Vec::new() })
    });
    routes.collect()
}

fn convention(context: &Context<'_>, dir: &str) -> Convention {
    let package = context.packages.get(dir, "npm");
    let declared = |name: &str| package.and_then(|package| package.dependency(name));
    if declared("remix-flat-routes").is_some() || declared("react-router-auto-routes").is_some() {
        return Convention::Hybrid;
    }
    let version = declared("@remix-run/react").or_else(|| declared("@remix-run/node"));
    let old = version
        .map(|declared| declared.version.as_str())
        .is_some_and(|version| version.trim_start_matches(['^', '~', 'v', '=']).starts_with("1."));
    if old || declared("@remix-run/v1-route-convention").is_some() {
        Convention::Folders
    } else {
        Convention::Flat
    }
}

/// The segments of a route; none where a file is no route of the convention.
fn segments(name: &str, convention: Convention) -> Option<Vec<String>> {
    match convention {
        Convention::Flat => {
            let flat = match name.split_once('/') {
                Some((folder, "route" | "index")) => folder,
                Some(_) => return None,
                None => name,
            };
            Some(dotted(flat))
        }
        Convention::Hybrid => {
            let mut parts: Vec<&str> = name.split('/').collect();
            let last = parts.pop()?;
            // Only folders marked with `+` are part of a path; in others lies what belongs to a route.
            let closed = parts.iter().position(|part| !part.ends_with('+'));
            match closed {
                Some(at) if at + 1 != parts.len() || !matches!(last, "route" | "index" | "_index") => {
                    return None;
                }
                Some(_) => {}
                None => parts.push(last),
            }
            Some(parts.into_iter().flat_map(|part| dotted(part.trim_end_matches('+'))).collect())
        }
        Convention::Folders => Some(name.split('/').flat_map(dotted).collect()),
    }
}

/// The segments of a name, at its dots; `[.]` is one.
fn dotted(name: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let mut escaped = false;
    for next in name.chars() {
        match next {
            '[' => escaped = true,
            ']' => escaped = false,
            '.' if !escaped => segments.push(String::new()),
            _ => segments.extend_last(next),
        }
    }
    segments
}

/// Adds to the last of several texts.
trait ExtendLast {
    fn extend_last(&mut self, next: char);
}

impl ExtendLast for Vec<String> {
    fn extend_last(&mut self, next: char) {
        if let Some(last) = self.last_mut() {
            last.push(next);
        }
    }
}

/// The path of segments: `_index`, `_layout` and `index` are no part of it.
fn path_of(segments: &[String]) -> String {
    let mut path = String::new();
    let last = segments.len().saturating_sub(1);
    for (number, segment) in segments.iter().enumerate() {
        if segment.starts_with('_') || number == last && matches!(segment.as_str(), "index" | "route") {
            continue;
        }
        let segment = segment.strip_suffix('_').unwrap_or(segment);
        let (segment, optional) = match segment.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
            Some(inner) => (inner, "?"),
            None => (segment, ""),
        };
        path.push('/');
        match segment.strip_prefix('$') {
            Some("") => path.push_str(":path*"),
            Some(name) => path.extend([":", name]),
            None => path.push_str(segment),
        }
        path.push_str(optional);
    }
    or_root(path)
}

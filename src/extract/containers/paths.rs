//! Paths as text: of the repository (relative, with `/`, the root is empty) and of an image (absolute).

use crate::extract::packages;

/// `path` as seen from `base`, both in the repository; none where it leads out of it or is no plain path.
pub(super) fn join(base: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains("://") || path.contains('$') || path.contains("{{") {
        return None;
    }
    packages::resolve(base, path)
}

/// `path` below `base` where `..` stops at `base`: how a builder reads sources in its context.
pub(super) fn clamp(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// `path` in an image, seen from the working directory: absolute, without a slash at its end.
pub(super) fn in_image(workdir: &str, path: &str) -> String {
    let full = if path.starts_with('/') { path.to_owned() } else { format!("{workdir}/{path}") };
    format!("/{}", clamp(&full))
}

/// `dir/name`, or `name` in the root.
pub(super) fn under(dir: &str, name: &str) -> String {
    match (dir, name) {
        ("", name) => name.to_owned(),
        (dir, "") => dir.to_owned(),
        (dir, name) => format!("{dir}/{name}"),
    }
}

/// The folder of a path; empty for the root.
pub(super) fn dir(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// The last part of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `.` for the root, else the folder: how a build context is written.
pub(super) fn shown(dir: &str) -> String {
    if dir.is_empty() { ".".to_owned() } else { dir.to_owned() }
}

/// What of `path` lies below `base`; none where it does not. Both absolute.
pub(super) fn below<'p>(path: &'p str, base: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(base.trim_end_matches('/'))?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_and_clamped() {
        for (base, path, wanted) in [
            ("", ".", Some("")),
            ("a/b", "../c", Some("a/c")),
            ("a", "../..", None),
            ("a", "/b", None),
            ("a", "$X", None),
            ("", "./a//b/", Some("a/b")),
        ] {
            assert_eq!(join(base, path).as_deref(), wanted, "{base} {path}");
        }
        assert_eq!(clamp("../../a/./b/../c"), "a/c");
        assert_eq!(in_image("/app", "x/"), "/app/x");
        assert_eq!(in_image("/app", "/"), "/");
        assert_eq!(below("/app/x", "/app"), Some("x"));
        assert_eq!(below("/app", "/"), Some("app"));
        assert_eq!(below("/apple", "/app"), None);
    }
}

//! Paths of routes, written alike for every framework.

/// What a segment begins with that stands for a path that is computed: no path is written with it.
pub(super) const COMPUTED: char = '\u{1}';

/// Whether two paths can be told apart: where they part, neither is computed.
pub(super) fn comparable(path: &str, other: &str) -> bool {
    let mut own = path.split('/').filter(|part| !part.is_empty());
    let mut others = other.split('/').filter(|part| !part.is_empty());
    loop {
        let (own, other) = (own.next(), others.next());
        if own == other && own.is_some() {
            continue;
        }
        let computed = |part: Option<&str>| part.is_some_and(|part| part.starts_with(COMPUTED));
        return !(computed(other) || computed(own) && other.is_some());
    }
}

/// `prefix` and `path` as one; `/` where both are empty.
pub(in crate::extract::http) fn joined(prefix: &str, path: &str) -> String {
    let (prefix, path) = (prefix.trim_end_matches('/'), path.trim_matches('/'));
    match (prefix.is_empty(), path.is_empty()) {
        (true, true) => "/".to_owned(),
        (_, true) => rooted(prefix),
        _ => format!("{}/{path}", if prefix.is_empty() { String::new() } else { rooted(prefix) }),
    }
}

fn rooted(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// A path with its parameters as `:name`: what they must look like is left out.
pub(in crate::extract::http) fn tidy(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for segment in path.split('/') {
        if !out.is_empty() || path.starts_with('/') {
            out.push('/');
        }
        out.push_str(&plain_segment(segment));
    }
    if path.starts_with('/') { out.split_off(1) } else { out }
}

fn plain_segment(segment: &str) -> String {
    if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        // `{id}` of OpenAPI and hapi, `{id?}`, `{rest*}`.
        return format!(":{}", name.trim_end_matches(['?', '*']));
    }
    if segment == "(.*)" || segment.starts_with('*') || segment.starts_with("{*") {
        return "*".to_owned();
    }
    let Some(name) = segment.strip_prefix(':') else { return segment.to_owned() };
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-' || c == '.' || c == ':'));
    format!(":{}", &name[..end.unwrap_or(name.len())])
}

/// Whether a path lies at or below another; parameters and `*` stand for anything.
pub(super) fn under(path: &str, prefix: &str) -> bool {
    let mut path = path.split('/').filter(|part| !part.is_empty());
    prefix
        .split('/')
        .filter(|part| !part.is_empty())
        .all(|part| path.next().is_some_and(|own| same(own, part)) || part == "*")
}

/// Whether a pattern takes a path: `/admin` that one only, `/admin/*` also those below it.
pub(super) fn fits(path: &str, pattern: &str) -> bool {
    if let Some(prefix) = pattern.trim_end_matches('/').strip_suffix('*') {
        return under(path, prefix);
    }
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).count();
    under(path, pattern) && parts(path) == parts(pattern)
}

fn same(own: &str, part: &str) -> bool {
    own == part || part.starts_with(':') || part == "*" || own == "*"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined() {
        let cases = [
            ("", "", "/"),
            ("", "/", "/"),
            ("/", "/users", "/users"),
            ("/api", "/", "/api"),
            ("api", "users", "/api/users"),
            ("/api/", "/users/", "/api/users"),
            ("", "users", "/users"),
        ];
        for (prefix, path, expected) in cases {
            assert_eq!(joined(prefix, path), expected, "{prefix} + {path}");
        }
    }

    #[test]
    fn parameters_are_written_alike() {
        let cases = [
            ("/users/:id", "/users/:id"),
            ("/users/:id(\\d+)", "/users/:id"),
            ("/users/:id?", "/users/:id"),
            ("/users/{id}", "/users/:id"),
            ("/posts/:date{[0-9]+}", "/posts/:date"),
            ("/files/*path", "/files/*"),
            ("/(.*)", "/*"),
            ("/", "/"),
            ("", ""),
            ("users/{id?}", "users/:id"),
            ("/v1/keys.verify", "/v1/keys.verify"),
        ];
        for (path, expected) in cases {
            assert_eq!(tidy(path), expected, "{path}");
        }
    }

    #[test]
    fn what_is_computed_is_like_itself_only() {
        let cases = [
            ("/\u{1}1/api/users", "/\u{1}1/api", true),
            ("/\u{1}1/api/users", "/\u{1}1/users", true),
            ("/\u{1}1/api", "/\u{1}2/api", false),
            ("/\u{1}1/api", "/api", false),
            ("/api", "/\u{1}1", false),
            ("/api/\u{1}1", "/users", true),
            ("/api/\u{1}1", "/api", true),
            ("/api", "/api/\u{1}1", false),
        ];
        for (path, other, expected) in cases {
            assert_eq!(comparable(path, other), expected, "{path} {other}");
        }
    }

    #[test]
    fn a_prefix_ends_where_a_segment_ends() {
        assert!(under("/api/users", "/api"));
        assert!(under("/api", "/api/"));
        assert!(under("/api", "/"));
        assert!(!under("/apis", "/api"));
        assert!(under("/t/acme/users", "/t/:tenant"));
        assert!(fits("/admin", "/admin"));
        assert!(!fits("/admin/users", "/admin"));
        assert!(fits("/admin/users", "/admin/*"));
        assert!(fits("/admin", "/admin/*"));
    }
}

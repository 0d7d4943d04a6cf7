//! Paths of routes that folders and file names spell.

/// The extensions of files that can answer requests.
const EXTENSIONS: &[&str] = &["ts", "js", "tsx", "jsx", "mts", "mjs", "cts", "cjs"];

/// A path without the extension of a module. None for another file, a declaration of types and a test.
pub(in crate::extract) fn stem(path: &str) -> Option<&str> {
    let (stem, extension) = path.rsplit_once('.')?;
    let name = stem.rsplit('/').next().unwrap_or(stem);
    let aside = [".d", ".test", ".spec", ".stories"].iter().any(|suffix| name.ends_with(suffix));
    (EXTENSIONS.contains(&extension) && !aside).then_some(stem)
}

/// The path of folders as Next.js, Nuxt and Astro write them: `users/[id]` is `/users/:id`. Groups and slots are no part
/// of it; none where a folder is private.
pub(in crate::extract) fn bracketed(folders: &str) -> Option<String> {
    let mut path = String::new();
    for segment in folders.split('/').filter(|segment| !segment.is_empty()) {
        let group = segment.starts_with('(') && segment.ends_with(')');
        if group || segment.starts_with('@') {
            continue;
        }
        if segment.starts_with('_') {
            return None;
        }
        path.push('/');
        path.push_str(&parameters(&segment.replace("%5F", "_")));
    }
    Some(or_root(path))
}

/// A segment with its parameters: `[id]` is `:id`, `[...slug]` and `[[...slug]]` are `:slug*`, `[[id]]` is `:id?`, a
/// matcher (`[id=integer]`) is left out.
pub(in crate::extract) fn parameters(segment: &str) -> String {
    let mut out = String::new();
    let mut rest = segment;
    while let Some(start) = rest.find('[') {
        let Some(length) = rest[start..].find(']') else { break };
        out.push_str(&rest[..start]);
        let inner = rest[start..start + length].trim_start_matches('[');
        let optional = rest[start..].starts_with("[[");
        rest = rest[start + length + 1..].trim_start_matches(']');
        let name = inner.split('=').next().unwrap_or(inner);
        match (inner.strip_prefix("..."), hexadecimal(inner)) {
            (Some(name), _) => {
                let name = name.split('=').next().unwrap_or(name);
                out.extend([":", if name.is_empty() { "path" } else { name }, "*"]);
            }
            (None, Some(character)) => out.push(character),
            (None, None) => out.extend([":", name, if optional { "?" } else { "" }]),
        }
    }
    out.push_str(rest);
    out
}

/// The character of `x+2e`, as `SvelteKit` writes what a file name cannot hold.
fn hexadecimal(inner: &str) -> Option<char> {
    let code = inner.strip_prefix("x+")?;
    u32::from_str_radix(code, 16).ok().and_then(char::from_u32)
}

/// `/` for nothing.
pub(in crate::extract) fn or_root(path: String) -> String {
    if path.is_empty() { "/".to_owned() } else { path }
}

/// Two paths, one behind the other, with one slash between them and none at the end.
pub(in crate::extract) fn join(prefix: &str, path: &str) -> String {
    let parts = [prefix.trim_matches('/'), path.trim_matches('/')];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("/{}", parts.join("/"))
}

/// A path as a request may have it: parameters filled in.
pub(in crate::extract) fn sample(path: &str) -> String {
    let fill = |segment: &str| {
        if segment.starts_with(':') || segment == "*" { "0".to_owned() } else { segment.to_owned() }
    };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_spell_paths() {
        let table = [
            ("", Some("/")),
            ("api/users", Some("/api/users")),
            ("(admin)/api/users/[id]", Some("/api/users/:id")),
            ("api/[...slug]", Some("/api/:slug*")),
            ("docs/[[...slug]]", Some("/docs/:slug*")),
            ("@modal/photos/[id]", Some("/photos/:id")),
            ("_lib/users", None),
            ("%5Finternal", Some("/_internal")),
            ("[lang=locale]/x", Some("/:lang/x")),
            ("[[lang]]/x", Some("/:lang?/x")),
            ("rss[x+2e]xml", Some("/rss.xml")),
            ("files/[name].[extension]", Some("/files/:name.:extension")),
            ("api/[...]", Some("/api/:path*")),
            ("api/[open", Some("/api/[open")),
        ];
        for (folders, path) in table {
            assert_eq!(bracketed(folders).as_deref(), path, "{folders}");
        }
    }

    #[test]
    fn modules_are_told_from_other_files() {
        let table = [
            ("a/route.ts", Some("a/route")),
            ("a/route.d.ts", None),
            ("a/users.test.ts", None),
            ("rss.xml.js", Some("rss.xml")),
            ("a/x.json", None),
            ("Dockerfile", None),
        ];
        for (path, wanted) in table {
            assert_eq!(stem(path), wanted, "{path}");
        }
        assert_eq!(join("/docs/", "/"), "/docs");
        assert_eq!(sample("/users/:id/files/:path*"), "/users/0/files/0");
    }
}

//! Compose files, as far as images and how they run are concerned.
//!
//! The format is that of <https://github.com/compose-spec/compose-spec>. `extends` is followed within a file;
//! override files are merged by [`Compose::merge`]; fragments and merge keys are those of YAML.

use super::node::{Entry, Node};
use crate::source::Span;

/// A compose file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Compose {
    /// In the order of the file.
    pub services: Vec<Service>,
    /// Paths of `include`, as written.
    pub includes: Vec<String>,
}

/// A service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// The image it runs, or under which what is built is stored; variables replaced by their defaults.
    pub image: Option<Scalar>,
    /// How its image is built.
    pub build: Option<Build>,
    /// `command`, words joined by blanks.
    pub command: Option<String>,
    /// `entrypoint`, words joined by blanks.
    pub entrypoint: Option<String>,
    /// Whether a health check is set; `Some(false)` where it is switched off.
    pub healthcheck: Option<bool>,
    /// Whom it runs as.
    pub user: Option<String>,
    /// When it is started again: `always`, `unless-stopped` …; the condition of `deploy.restart_policy` where that is set.
    pub restart: Option<String>,
    /// Published ports as written.
    pub ports: Vec<String>,
    /// What is mounted.
    pub volumes: Vec<Volume>,
    /// Profiles it belongs to.
    pub profiles: Vec<String>,
    /// Files of environment variables.
    pub env_files: Vec<String>,
    /// Names of the environment variables it sets, with their values as written.
    pub environment: Vec<(String, String)>,
    /// The service of the same file it extends.
    pub extends: Option<String>,
}

/// How an image is built.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Build {
    /// The context as written, defaults put in; `.` where none is.
    pub context: String,
    /// The Dockerfile, relative to the context.
    pub dockerfile: Option<String>,
    /// The stage.
    pub target: Option<String>,
    /// Whether the Dockerfile stands in the compose file itself.
    pub inline: bool,
    /// Names of `additional_contexts`.
    pub contexts: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

/// A text with its place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scalar {
    /// The text, variables replaced by their defaults.
    pub text: String,
    /// Whether a variable without default is left in it.
    pub open: bool,
    /// Where it stands.
    pub span: Span,
}

/// What is mounted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Volume {
    /// The path on the host or the name of a volume; empty for an anonymous one.
    pub source: String,
    /// The path in the container.
    pub target: String,
}

impl Compose {
    /// Reads a compose file; none where the document has no `services`.
    pub fn read(document: &Node) -> Option<Self> {
        let services = document.get("services")?.entries();
        let mut compose = Self {
            services: services.iter().map(service).collect(),
            includes: document.get("include").map(includes).unwrap_or_default(),
        };
        for index in 0..compose.services.len() {
            let base = compose.services[index].extends.clone();
            let base = base.and_then(|name| compose.services.iter().find(|one| one.name == name).cloned());
            if let Some(base) = base {
                compose.services[index].inherit(&base);
            }
        }
        Some(compose)
    }

    /// This file with `over` put on top, as `docker-compose.override.yml` is.
    #[must_use]
    pub fn merge(&self, over: &Self) -> Self {
        let mut merged = self.clone();
        for service in &over.services {
            match merged.services.iter_mut().find(|one| one.name == service.name) {
                Some(base) => {
                    let mut top = service.clone();
                    top.inherit(base);
                    top.span = base.span;
                    *base = top;
                }
                None => merged.services.push(service.clone()),
            }
        }
        merged
    }
}

impl Service {
    /// Takes from `base` what is not said here; lists are joined.
    fn inherit(&mut self, base: &Self) {
        let take = |own: &mut Option<String>, other: &Option<String>| {
            if own.is_none() {
                own.clone_from(other);
            }
        };
        take(&mut self.command, &base.command);
        take(&mut self.entrypoint, &base.entrypoint);
        take(&mut self.user, &base.user);
        take(&mut self.restart, &base.restart);
        self.image = self.image.take().or_else(|| base.image.clone());
        self.build = self.build.take().or_else(|| base.build.clone());
        self.healthcheck = self.healthcheck.or(base.healthcheck);
        self.ports.extend(base.ports.iter().cloned());
        self.volumes.extend(base.volumes.iter().cloned());
        self.env_files.extend(base.env_files.iter().cloned());
        self.environment.extend(base.environment.iter().cloned());
    }
}

fn includes(node: &Node) -> Vec<String> {
    let single = std::slice::from_ref(node);
    let items = if node.items().is_empty() { single } else { node.items() };
    items
        .iter()
        .flat_map(|item| item.scalar().map_or_else(|| paths(item.get("path")), |path| vec![path]))
        .collect()
}

/// `restart`, or the condition of `deploy.restart_policy`, which is `any` unless it says otherwise.
fn restart(node: &Node) -> Option<String> {
    let policy = node.at(&["deploy", "restart_policy"]);
    let by_policy = || {
        policy
            .map(|policy| policy.get("condition").and_then(Node::scalar).unwrap_or_else(|| "any".to_owned()))
    };
    node.get("restart")
        .and_then(Node::scalar)
        .or_else(by_policy)
        .filter(|restart| !matches!(restart.as_str(), "no" | "none" | "false"))
}

fn service(entry: &Entry) -> Service {
    let node = &entry.value;
    Service {
        name: entry.key.clone(),
        span: entry.key_span,
        image: node.get("image").and_then(scalar),
        build: node.get("build").map(build),
        command: node.get("command").map(words).filter(|words| !words.is_empty()),
        entrypoint: node.get("entrypoint").map(words).filter(|words| !words.is_empty()),
        healthcheck: node.get("healthcheck").map(is_check),
        user: node.get("user").and_then(Node::scalar),
        restart: restart(node),
        ports: node.get("ports").map(ports).unwrap_or_default(),
        volumes: node
            .get("volumes")
            .map(|node| node.items().iter().map(volume).collect())
            .unwrap_or_default(),
        profiles: paths(node.get("profiles")),
        env_files: paths(node.get("env_file")),
        environment: node.get("environment").map(environment).unwrap_or_default(),
        extends: node
            .get("extends")
            .filter(|extends| extends.get("file").is_none())
            .and_then(|extends| extends.get("service").unwrap_or(extends).scalar()),
    }
}

fn build(node: &Node) -> Build {
    let text = |node: &Node| node.scalar().map(|text| defaults(&text).0);
    if let Some(context) = text(node) {
        return Build { context, span: node.span, ..Build::default() };
    }
    let contexts = node.get("additional_contexts");
    Build {
        context: node.get("context").and_then(text).unwrap_or_else(|| ".".to_owned()),
        dockerfile: node.get("dockerfile").and_then(text),
        target: node.get("target").and_then(text),
        inline: node.get("dockerfile_inline").is_some(),
        contexts: contexts
            .map(|node| match node.entries() {
                [] => node
                    .scalars()
                    .iter()
                    .filter_map(|pair| Some(pair.split_once('=')?.0.to_owned()))
                    .collect(),
                entries => entries.iter().map(|entry| entry.key.clone()).collect(),
            })
            .unwrap_or_default(),
        span: node.span,
    }
}

fn scalar(node: &Node) -> Option<Scalar> {
    let (text, open) = defaults(&node.scalar()?);
    Some(Scalar { text, open, span: node.span })
}

fn words(node: &Node) -> String {
    node.scalars().join(" ")
}

/// A check that is neither `disable: true` nor `test: ["NONE"]`.
fn is_check(node: &Node) -> bool {
    let off = node.get("disable").and_then(Node::flag) == Some(true);
    let without = node.get("test").is_some_and(|test| words(test) == "NONE");
    !off && !without
}

fn ports(node: &Node) -> Vec<String> {
    let port = |item: &Node| item.scalar().or_else(|| item.get("target").and_then(Node::scalar));
    node.items().iter().filter_map(port).collect()
}

fn volume(node: &Node) -> Volume {
    let Some(text) = node.scalar() else {
        let field = |key| node.get(key).and_then(Node::scalar).unwrap_or_default();
        return Volume { source: field("source"), target: field("target") };
    };
    let (text, _) = defaults(&text);
    match text.split_once(':') {
        Some((source, rest)) => Volume {
            source: source.to_owned(),
            target: rest.split(':').next().unwrap_or_default().to_owned(),
        },
        None => Volume { source: String::new(), target: text },
    }
}

/// A path, a list of paths, or a list of mappings with `path`.
fn paths(node: Option<&Node>) -> Vec<String> {
    let Some(node) = node else { return Vec::new() };
    let of = |item: &Node| item.scalar().or_else(|| item.get("path").and_then(Node::scalar));
    match node.items() {
        [] => of(node).into_iter().collect(),
        items => items.iter().filter_map(of).collect(),
    }
}

fn environment(node: &Node) -> Vec<(String, String)> {
    if node.entries().is_empty() {
        let split = |pair: String| match pair.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (pair, String::new()),
        };
        return node.scalars().into_iter().map(split).collect();
    }
    let entries = node.entries().iter();
    entries.map(|entry| (entry.key.clone(), entry.value.scalar().unwrap_or_default())).collect()
}

/// `text` with `${NAME:-default}` and `${NAME-default}` replaced by the default; whether a variable is left.
pub fn defaults(text: &str) -> (String, bool) {
    let mut out = String::new();
    let mut open = false;
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        if let Some(after) = tail.strip_prefix("$$") {
            out.push('$');
            rest = after;
            continue;
        }
        let length = match tail.strip_prefix("${").and_then(closing) {
            Some(inner) => inner + 3,
            None => 1 + tail[1..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(tail.len() - 1),
        };
        let variable = &tail[..length];
        let inner = variable.strip_prefix("${").and_then(|inner| inner.strip_suffix('}')).unwrap_or_default();
        let name = inner.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inner.len());
        let default = inner[name..].strip_prefix(":-").or_else(|| inner[name..].strip_prefix('-'));
        if let Some((default, inside)) = default.map(defaults) {
            out.push_str(&default);
            open |= inside;
        } else {
            out.push_str(variable);
            open = true;
        }
        rest = &tail[length..];
    }
    out.push_str(rest);
    (out, open)
}

/// Where the `}` stands that closes what follows `${`.
fn closing(inner: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::yaml;

    fn read(text: &str) -> Compose {
        Compose::read(yaml::parse(text).document.first().expect("a document")).expect("services")
    }

    #[test]
    fn short_and_long_forms_say_the_same() {
        let compose = read(
            "services:\n  a:\n    build: ./api\n    command: [npm, start]\n    env_file: .env\n    ports: ['80:3000']\n    volumes: ['.:/app']\n    environment: [A=1, B]\n  b:\n    build: { context: ., dockerfile: b/Dockerfile, target: run }\n    image: ${I:-app}:${TAG}\n    env_file: [{ path: x.env }]\n    ports: [{ target: 80 }]\n    volumes: [{ type: bind, source: ./x, target: /x }]\n    environment: { A: 1 }\n    healthcheck: { disable: true }\n",
        );
        let [a, b] = compose.services.as_slice() else { panic!("two services") };
        assert_eq!(a.build.as_ref().map(|build| build.context.as_str()), Some("./api"));
        assert_eq!(a.command.as_deref(), Some("npm start"));
        assert_eq!(
            (a.env_files.as_slice(), a.ports.as_slice()),
            (&[".env".to_owned()][..], &["80:3000".to_owned()][..])
        );
        assert_eq!(a.volumes, [Volume { source: ".".into(), target: "/app".into() }]);
        assert_eq!(a.environment, [("A".into(), "1".into()), ("B".into(), String::new())]);
        let build = b.build.as_ref().expect("a build");
        assert_eq!(
            (build.dockerfile.as_deref(), build.target.as_deref()),
            (Some("b/Dockerfile"), Some("run"))
        );
        let image = b.image.as_ref().expect("an image");
        assert_eq!((image.text.as_str(), image.open), ("app:${TAG}", true));
        assert_eq!((b.env_files.as_slice(), b.healthcheck), (&["x.env".to_owned()][..], Some(false)));
        assert_eq!(b.volumes, [Volume { source: "./x".into(), target: "/x".into() }]);
    }

    #[test]
    fn an_override_wins_and_lists_are_joined() {
        let base = read("services:\n  a: { image: x, ports: ['1:1'], healthcheck: { test: x } }\n");
        let over = read("services:\n  a: { image: y, ports: ['2:2'] }\n  b: { image: z }\n");
        let merged = base.merge(&over);
        assert_eq!(merged.services.len(), 2);
        let a = &merged.services[0];
        assert_eq!(a.image.as_ref().map(|image| image.text.as_str()), Some("y"));
        assert_eq!((a.ports.len(), a.healthcheck), (2, Some(true)));
    }

    #[test]
    fn a_service_takes_what_it_extends() {
        let compose = read(
            "services:\n  base: { image: x, user: app }\n  a: { extends: { service: base }, user: b }\n",
        );
        assert_eq!(compose.services[1].image.as_ref().map(|image| image.text.as_str()), Some("x"));
        assert_eq!(compose.services[1].user.as_deref(), Some("b"));
    }

    #[test]
    fn defaults_are_put_in() {
        let table = [
            ("a:${T:-1}", "a:1", false),
            ("${I-a}:${T:-${U:-2}}", "a:2", false),
            ("a:$T-x", "a:$T-x", true),
            ("a:${T:?needed}", "a:${T:?needed}", true),
            ("a$$b", "a$b", false),
            ("${", "${", true),
        ];
        for (text, wanted, open) in table {
            assert_eq!(defaults(text), (wanted.to_owned(), open), "{text}");
        }
    }
}

//! GitLab CI: `.gitlab-ci.yml` and the files it includes, typed, on top of a YAML tree.

use std::collections::HashSet;

use super::node::{Node, Value};
use crate::source::Span;

/// One file of a pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline<'n> {
    /// In their order; GitLab's own where none are named.
    pub stages: Vec<String>,
    /// The files of this repository it includes, relative to its root; globs as written.
    pub local: Vec<String>,
    /// What it includes from elsewhere: a project, a template, a remote file, a component.
    pub remote: Vec<(String, Span)>,
    /// `workflow.rules`.
    pub workflow: Vec<Rule>,
    /// In the order of the file; templates, whose names begin with a dot, too.
    pub jobs: Vec<Job<'n>>,
}

/// A job, with what it takes over from `extends` and `default`.
#[derive(Debug, Clone, PartialEq)]
pub struct Job<'n> {
    /// Its key.
    pub name: String,
    /// Where the key stands.
    pub span: Span,
    /// A name that begins with a dot: only others run it.
    pub template: bool,
    /// `stage`.
    pub stage: Option<String>,
    /// `before_script`, `script` and `after_script`: their commands in the order they run.
    pub commands: Vec<Command<'n>>,
    /// `rules`; none where not written.
    pub rules: Option<Vec<Rule>>,
    /// `only`: branches, tags and sources.
    pub only: Vec<String>,
    /// `except`.
    pub except: Vec<String>,
    /// `allow_failure: true`, or for some exit codes.
    pub allow_failure: bool,
    /// `when`.
    pub when: Option<String>,
    /// `environment`: its name.
    pub environment: Option<String>,
    /// `needs` and `dependencies`.
    pub needs: Vec<String>,
    /// `timeout` as written.
    pub timeout: Option<String>,
    /// `trigger`: it starts another pipeline.
    pub trigger: bool,
    /// A name it extends, or a reference it makes, that no file of the repository has.
    pub unknown: Option<String>,
}

/// One command line of a script.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Command<'n> {
    /// The text.
    pub node: &'n Node,
    /// The file it stands in: 0 for the one that was read, else the number of an included one, from 1 on.
    pub source: usize,
    /// Of `after_script`, whose failure does not count.
    pub after: bool,
}

/// One of `rules`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// `if`.
    pub condition: Option<String>,
    /// `when`.
    pub when: Option<String>,
    /// `allow_failure`.
    pub allow_failure: bool,
}

/// Keys at the top that are no jobs.
const KEYWORDS: &[&str] = &[
    "stages",
    "variables",
    "default",
    "include",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "pages_defaults",
    "spec",
];

/// More lines of one script are not read, those it refers to included.
const MOST_LINES: usize = 10_000;

/// Longer chains of `extends` or `!reference` are not followed.
const DEEPEST: usize = 12;

/// Reads a file of a pipeline. `others` are the included files: their templates can be extended.
pub fn pipeline<'n>(node: &'n Node, others: &[&'n Node]) -> Pipeline<'n> {
    let scope: Vec<&Node> = std::iter::once(node).chain(others.iter().copied()).collect();
    let includes = node.get("include");
    let mut local = Vec::new();
    let mut remote = Vec::new();
    for item in includes
        .into_iter()
        .flat_map(|node| if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() })
    {
        include(item, &mut local, &mut remote);
    }
    let stages = node.get("stages").map(Node::scalars).unwrap_or_default();
    let jobs = node.entries().iter().filter(|entry| {
        !KEYWORDS.contains(&entry.key.as_str()) && matches!(entry.value.value, Value::Map(_))
    });
    let jobs = jobs.map(|entry| job(&entry.key, entry.key_span, &entry.value, &scope)).collect();
    let default = ["build", "test", "deploy"].map(str::to_owned).to_vec();
    Pipeline {
        stages: if stages.is_empty() { default } else { stages },
        local,
        remote,
        workflow: node.at(&["workflow", "rules"]).map(rules).unwrap_or_default(),
        jobs,
    }
}

fn include(item: &Node, local: &mut Vec<String>, remote: &mut Vec<(String, Span)>) {
    match item.scalar() {
        Some(path) if path.contains("://") => remote.push((path, item.span)),
        Some(path) => local.push(path.trim_start_matches('/').to_owned()),
        None => {
            if let Some(path) = item.get("local").and_then(Node::scalar) {
                local.push(path.trim_start_matches('/').to_owned());
            }
            let elsewhere = ["project", "template", "remote", "component"];
            let named = elsewhere.iter().find_map(|key| item.get(key).and_then(Node::scalar));
            remote.extend(named.map(|name| (name, item.span)));
        }
    }
}

fn job<'n>(name: &str, span: Span, node: &'n Node, scope: &[&'n Node]) -> Job<'n> {
    let mut unknown = None;
    let lineage = lineage(node, scope, &mut unknown);
    let get = |key: &str| lineage.iter().find_map(|(source, node)| Some((*source, node.get(key)?)));
    let value = |key: &str| get(key).map(|(_, node)| node);
    let inherited = |key: &str| {
        get(key).or_else(|| {
            let of_root = |root: &&'n Node| root.at(&["default", key]).or_else(|| root.get(key));
            scope.iter().enumerate().find_map(|(source, root)| Some((source, of_root(root)?)))
        })
    };
    let mut commands = Vec::new();
    for (key, after) in [("before_script", false), ("script", false), ("after_script", true)] {
        let script = if key == "script" { get(key) } else { inherited(key) };
        let mut nodes = Vec::new();
        let mut left = MOST_LINES;
        if let Some(script) = script {
            lines(script, scope, 0, &mut nodes, &mut unknown, &mut left);
        }
        commands.extend(nodes.into_iter().map(|(source, node)| Command { node, source, after }));
    }
    let scalars = |key: &str| value(key).map(refs).unwrap_or_default();
    let environment = value("environment");
    Job {
        name: name.to_owned(),
        span,
        template: name.starts_with('.'),
        stage: value("stage").and_then(Node::scalar),
        commands,
        rules: value("rules").map(rules),
        only: scalars("only"),
        except: scalars("except"),
        allow_failure: value("allow_failure").is_some_and(allows),
        when: value("when").and_then(Node::scalar),
        environment: environment
            .and_then(|node| node.scalar().or_else(|| node.get("name").and_then(Node::scalar))),
        needs: value("needs").or_else(|| value("dependencies")).map(needs).unwrap_or_default(),
        timeout: inherited("timeout").and_then(|(_, node)| node.scalar()),
        trigger: value("trigger").is_some(),
        unknown,
    }
}

fn allows(node: &Node) -> bool {
    node.flag() == Some(true) || node.get("exit_codes").is_some()
}

/// The refs of `only` and `except`, in both syntaxes.
fn refs(node: &Node) -> Vec<String> {
    let own = node.scalars();
    if own.is_empty() { node.get("refs").map(Node::scalars).unwrap_or_default() } else { own }
}

fn needs(node: &Node) -> Vec<String> {
    let name = |item: &Node| item.scalar().or_else(|| item.get("job").and_then(Node::scalar));
    node.items().iter().filter_map(name).collect()
}

fn rules(node: &Node) -> Vec<Rule> {
    let rule = |item: &Node| Rule {
        condition: item.get("if").and_then(Node::scalar),
        when: item.get("when").and_then(Node::scalar),
        allow_failure: item.get("allow_failure").is_some_and(allows),
    };
    node.items().iter().map(rule).collect()
}

/// The job and everything it extends, nearest first.
fn lineage<'n>(node: &'n Node, scope: &[&'n Node], unknown: &mut Option<String>) -> Vec<(usize, &'n Node)> {
    let mut found = vec![(0, node)];
    let mut seen = HashSet::new();
    let mut at = 0;
    while let Some((_, node)) = found.get(at).copied() {
        at += 1;
        // Of several templates the last one wins.
        for name in node.get("extends").map(Node::scalars).unwrap_or_default().into_iter().rev() {
            if found.len() > DEEPEST || !seen.insert(name.clone()) {
                continue;
            }
            match scope.iter().enumerate().find_map(|(source, root)| Some((source, root.get(&name)?))) {
                Some(template) => found.push(template),
                None => *unknown = Some(name),
            }
        }
    }
    found
}

/// The command lines of a script: a text, a list, lists in lists, `!reference [job, script]`.
fn lines<'n>(
    (source, node): (usize, &'n Node),
    scope: &[&'n Node],
    depth: usize,
    found: &mut Vec<(usize, &'n Node)>,
    unknown: &mut Option<String>,
    left: &mut usize,
) {
    *left = left.saturating_sub(1);
    if depth > DEEPEST || *left == 0 {
        return;
    }
    match &node.value {
        Value::Text(_) => found.push((source, node)),
        Value::List(items) => {
            for item in items {
                lines((source, item), scope, depth + 1, found, unknown, left);
            }
        }
        Value::Map(_) => {
            let Some(reference) = node.get("!reference") else { return };
            let path = reference.scalars();
            let keys: Vec<&str> = path.iter().map(String::as_str).collect();
            match scope.iter().enumerate().find_map(|(source, root)| Some((source, root.at(&keys)?))) {
                Some(target) => lines(target, scope, depth + 1, found, unknown, left),
                None => *unknown = Some(path.join(".")),
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::pipeline;
    use crate::parse::yaml;

    #[test]
    fn jobs_take_over_what_they_extend() {
        let text = "include: [{ local: /ci/x.yml }, { template: SAST.gitlab-ci.yml }]\n\
                    default: { before_script: [npm ci] }\n\
                    .base: { script: [echo base], only: [main], allow_failure: true }\n\
                    .more: { script: &s [npm test] }\n\
                    a: { extends: [.base, .more] }\n\
                    b:\n  script:\n    - !reference [.base, script]\n    - npm run lint\n  after_script: [rm x]\n\
                    c: { extends: .gone, script: x, needs: [{ job: a }] }\n";
        let documents = yaml::parse(text).document;
        let pipeline = pipeline(&documents[0], &[]);
        let show = |index: usize| {
            let job = &pipeline.jobs[index];
            job.commands.iter().filter_map(|command| command.node.text()).collect::<Vec<_>>().join(" ; ")
        };
        let names: Vec<_> = pipeline.jobs.iter().map(|job| job.name.as_str()).collect();
        assert_eq!(names, [".base", ".more", "a", "b", "c"]);
        assert_eq!(show(2), "npm ci ; npm test");
        assert_eq!(show(3), "npm ci ; echo base ; npm run lint ; rm x");
        assert!(pipeline.jobs[2].allow_failure && pipeline.jobs[2].only == ["main"]);
        assert_eq!(pipeline.jobs[4].unknown.as_deref(), Some(".gone"));
        assert_eq!(pipeline.jobs[4].needs, ["a"]);
        assert_eq!(pipeline.local, ["ci/x.yml"]);
        assert_eq!(pipeline.remote[0].0, "SAST.gitlab-ci.yml");
    }

    #[test]
    fn templates_that_extend_each_other_end() {
        let documents =
            yaml::parse(".a: { extends: .b }\n.b: { extends: .a }\nc: { extends: .a }\n").document;
        assert_eq!(pipeline(&documents[0], &[]).jobs.len(), 3);
    }
}

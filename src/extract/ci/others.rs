//! Other providers, whose files are read only as far as their command lines stand there plainly; and platforms that
//! build by themselves.

use std::sync::LazyLock;

use regex::Regex;

use super::events;
use super::model::{Flow, Job, Run, Step, Text, Triggers, Unknown, Work, join};
use crate::extract::Context;
use crate::parse::Document;
use crate::parse::node::{Node, Value};
use crate::parse::shell::Dialect;
use crate::source::{FileId, Place, SourceFile, Span, pattern};

/// What starts the pipelines of a provider where its file says nothing else.
const ALWAYS: &[&str] = &["push", "branch-push", "pull_request"];

/// The provider whose pipeline a file is.
fn provider(file: &SourceFile) -> Option<&'static str> {
    let yaml = matches!(file.extension(), "yml" | "yaml");
    let lower = file.name().to_ascii_lowercase();
    Some(match (file.dir(), lower.as_str()) {
        (".circleci", _) if yaml => "circleci",
        ("", "bitbucket-pipelines.yml") => "bitbucket",
        ("", ".travis.yml") => "travis",
        (dir, name)
            if yaml
                && (name.starts_with("azure-pipeline")
                    || dir == ".azure-pipelines"
                    || dir == ".azuredevops") =>
        {
            "azure"
        }
        (".buildkite", _) if yaml => "buildkite",
        ("", ".woodpecker.yml" | ".woodpecker.yaml") => "woodpecker",
        (".woodpecker", _) if yaml => "woodpecker",
        ("", ".drone.yml") => "drone",
        ("", ".cirrus.yml") => "cirrus",
        ("", "appveyor.yml" | ".appveyor.yml") => "appveyor",
        (_, name) if yaml && name.starts_with("cloudbuild") => "cloudbuild",
        (_, "buildspec.yml" | "buildspec.yaml") => "codebuild",
        ("", "codemagic.yaml") => "codemagic",
        ("", "bitrise.yml") => "bitrise",
        (".semaphore", _) if yaml => "semaphore",
        ("", "jenkinsfile") => "jenkins",
        ("", ".teamcity") | (".teamcity", _) => "teamcity",
        (".harness", _) => "harness",
        (".concourse" | "ci", "pipeline.yml") => "concourse",
        (".dagger", _) | ("", "dagger.json") => "dagger",
        _ => return None,
    })
}

/// The pipelines of those providers.
pub(super) fn flows<'d>(context: &Context<'d>) -> Vec<Flow<'d>> {
    let mut flows = Vec::new();
    let mut opaque: Vec<&str> = Vec::new();
    for (id, file) in context.tree.entries().filter(|(_, file)| !file.test && !file.vendored) {
        let Some(provider) = provider(file) else { continue };
        let mut flow = Flow {
            file: id,
            place: Place::file(id),
            provider,
            name: file.name().to_owned(),
            kind: "pipeline",
            triggers: ALWAYS.iter().map(|word| (*word).to_owned()).collect(),
            permissions: None,
            jobs: Vec::new(),
            unknown: Vec::new(),
        };
        match context.documents.get(id) {
            Some(Document::Yaml(nodes)) => {
                let mut steps = Vec::new();
                for node in nodes {
                    walk(node, id, "", &flow.triggers, &mut steps, 0);
                }
                flow.jobs.push(job(id, file.name(), flow.triggers.clone(), steps));
                flow.place.span = nodes
                    .first()
                    .and_then(|node| node.entries().first())
                    .map(|entry| entry.key_span)
                    .unwrap_or_default();
            }
            _ if provider == "jenkins" => {
                let steps = jenkins(context.tree.text(id), id, &flow.triggers);
                flow.jobs.push(job(id, "Jenkinsfile", flow.triggers.clone(), steps));
            }
            _ if opaque.contains(&provider) => continue,
            _ => opaque.push(provider),
        }
        // Commands in jobs of its own format, or in what it includes, may be missed.
        if !flow.jobs.iter().any(|job| !job.steps.is_empty()) || is_partial(provider, context.tree.text(id)) {
            flow.unknown.push(Unknown {
                place: Place::file(id),
                kind: "provider",
                name: provider.to_owned(),
            });
        }
        flows.push(flow);
    }
    flows
}

/// Whether a file takes in commands from elsewhere: orbs, templates, pipes, shared libraries.
fn is_partial(provider: &str, text: &str) -> bool {
    match provider {
        "circleci" => text.contains("orbs:") || text.contains("setup: true"),
        "azure" => text.contains("template:"),
        "jenkins" => text.contains("@Library") || text.contains("load "),
        "buildkite" => text.contains("pipeline upload") || text.contains("plugins:"),
        "bitbucket" => text.contains("pipe:"),
        _ => false,
    }
}

fn job<'d>(file: FileId, name: &str, triggers: Triggers, steps: Vec<Step<'d>>) -> Job<'d> {
    Job {
        id: name.to_owned(),
        title: name.to_owned(),
        place: Place::file(file),
        triggers,
        masked: None,
        informs: events::informs(name),
        needs: Vec::new(),
        // How its jobs wait for each other is not read.
        gate: Some("its pipeline".to_owned()),
        timeout: None,
        calls: None,
        local_cluster: false,
        has_checkout: false,
        steps,
    }
}

/// Every text below a key that providers use for command lines.
fn walk<'d>(
    node: &'d Node,
    file: FileId,
    dir: &str,
    triggers: &Triggers,
    steps: &mut Vec<Step<'d>>,
    depth: usize,
) {
    const KEYS: &[&str] = &[
        "run",
        "script",
        "scripts",
        "command",
        "commands",
        "bash",
        "sh",
        "pwsh",
        "powershell",
        "customCommand",
        "before_script",
        "after_success",
        "content",
    ];
    if depth > 40 {
        return;
    }
    let own = ["working_directory", "workingDirectory", "working-directory", "dir"]
        .iter()
        .find_map(|key| node.get(key))
        .and_then(Node::text);
    let dir = own
        .and_then(|own| {
            join(dir, own.trim_start_matches("~/").trim_start_matches("$(Build.SourcesDirectory)/"))
        })
        .unwrap_or_else(|| dir.to_owned());
    for entry in node.entries() {
        if KEYS.contains(&entry.key.as_str()) {
            texts(&entry.value, file, &dir, triggers, steps);
        }
        walk(&entry.value, file, &dir, triggers, steps, depth + 1);
    }
    // The steps of Cloud Build: `entrypoint: npm`, `args: [test]`.
    if let (Some(args), program) = (node.get("args"), node.get("entrypoint").or_else(|| node.get("name"))) {
        let program = program.and_then(Node::text).unwrap_or_default();
        let program =
            program.rsplit('/').next().unwrap_or_default().split([':', '@']).next().unwrap_or_default();
        let args = args.scalars();
        let shell = matches!(program, "bash" | "sh") && args.first().is_some_and(|word| word.contains('c'));
        let line = if shell {
            args.get(1).cloned().unwrap_or_default()
        } else {
            format!("{program} {}", args.join(" "))
        };
        let place = Place { file, span: node.span };
        steps.push(step(Text::Made(line, place), place, &dir, triggers));
    }
    node.items().iter().for_each(|item| walk(item, file, &dir, triggers, steps, depth + 1));
}

fn texts<'d>(node: &'d Node, file: FileId, dir: &str, triggers: &Triggers, steps: &mut Vec<Step<'d>>) {
    match &node.value {
        Value::Text(_) => steps.push(step(Text::Node(node), Place { file, span: node.span }, dir, triggers)),
        Value::List(items) => items.iter().for_each(|item| texts(item, file, dir, triggers, steps)),
        _ => {}
    }
}

fn step<'d>(text: Text<'d>, place: Place, dir: &str, triggers: &Triggers) -> Step<'d> {
    let run = Run {
        file: place.file,
        text,
        dialect: Some(Dialect::Posix),
        errexit: true,
        pipefail: true,
        dir: Some(dir.to_owned()),
        prefix: "",
    };
    Step {
        name: None,
        place,
        condition: None,
        triggers: triggers.clone(),
        masked: None,
        work: Work::Run(run),
        matrix: Vec::new(),
        through: Vec::new(),
    }
}

/// `sh '…'`, `sh "…"`, `sh '''…'''`, `sh script: '…'` and `bat`.
fn jenkins<'d>(text: &'d str, file: FileId, triggers: &Triggers) -> Vec<Step<'d>> {
    static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let quoted = r#"'''(?s:(?<a>.*?))'''|"""(?s:(?<b>.*?))"""|'(?<c>[^'\n]*)'|"(?<d>[^"\n]*)""#;
        pattern(&format!(r"\b(?:sh|bat)\s*\(?\s*(?:script:\s*)?(?:{quoted})"))
    });
    let calls = CALL.iter().flat_map(|regex| regex.captures_iter(text));
    calls
        .filter_map(|captures| ["a", "b", "c", "d"].iter().find_map(|name| captures.name(name)))
        .map(|found| {
            let place = Place { file, span: Span::new(found.start(), found.end()) };
            step(Text::Plain(&text[found.start()..found.end()], found.start()), place, "", triggers)
        })
        .collect()
}

/// Platforms that build what is pushed, and pre-commit.ci.
pub(super) fn platforms<'d>(context: &Context<'d>) -> Vec<Flow<'d>> {
    let mut flows = Vec::new();
    for (id, file) in context.tree.entries().filter(|(_, file)| !file.test && !file.vendored) {
        let node = context.documents.node(id);
        let (provider, command, triggers): (_, Option<&Node>, &[&str]) = match file.name() {
            "vercel.json" => ("vercel", node.and_then(|node| node.get("buildCommand")), ALWAYS),
            "netlify.toml" => ("netlify", node.and_then(|node| node.at(&["build", "command"])), ALWAYS),
            "render.yaml" => (
                "render",
                node.and_then(|node| {
                    node.get("services")?.items().iter().find_map(|service| service.get("buildCommand"))
                }),
                &["push"],
            ),
            "amplify.yml" => ("amplify", None, &["push", "branch-push"]),
            "railway.json" | "railway.toml" => {
                ("railway", node.and_then(|node| node.at(&["build", "buildCommand"])), &["push"])
            }
            ".pre-commit-config.yaml"
                if file.dir().is_empty() && node.is_some_and(|node| node.get("ci").is_some()) =>
            {
                ("pre-commit.ci", None, ALWAYS)
            }
            _ => continue,
        };
        let triggers: Triggers = triggers.iter().map(|word| (*word).to_owned()).collect();
        let place = Place { file: id, span: command.map(|node| node.span).unwrap_or_default() };
        let text = match (provider, command) {
            ("pre-commit.ci", _) => Text::Made("pre-commit run".to_owned(), place),
            (_, Some(node)) => Text::Node(node),
            _ => Text::Made("npm run --if-present build".to_owned(), place),
        };
        let steps = vec![step(text, place, file.dir(), &triggers)];
        flows.push(Flow {
            file: id,
            place: Place::file(id),
            provider,
            name: file.name().to_owned(),
            kind: if provider == "pre-commit.ci" { "pipeline" } else { "platform" },
            permissions: None,
            jobs: vec![job(id, provider, triggers.clone(), steps)],
            triggers,
            unknown: Vec::new(),
        });
    }
    flows
}

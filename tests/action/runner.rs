//! Plays `action.yml` as a runner would: its steps in order, expressions filled in, what a step writes given to the next.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use golive::parse::node::Node;
use golive::parse::yaml;
use serde_json::Value;
use tempfile::TempDir;

use crate::api::Api;

/// A job that uses the action once.
pub(crate) struct Job<'a> {
    /// What `with:` gives; inputs that are left out have their defaults.
    pub(crate) with: Vec<(&'a str, &'a str)>,
    /// The name of the event.
    pub(crate) on: &'a str,
    /// The event.
    pub(crate) event: Value,
    /// The token that the runner would hand out; empty for none.
    pub(crate) token: &'a str,
}

/// What came of a job.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The status of the step that failed, else 0.
    pub(crate) status: i32,
    /// What all steps printed.
    pub(crate) log: String,
    /// The outputs of the action.
    pub(crate) outputs: BTreeMap<String, String>,
    /// The summary on the page of the run.
    pub(crate) summary: String,
    /// Other actions that were used, each with its inputs.
    pub(crate) used: Vec<(String, BTreeMap<String, String>)>,
}

/// Values of `inputs`, `github` and `steps`, by their whole name.
type Context = BTreeMap<String, String>;

/// The action as it is written.
pub(crate) fn action() -> Node {
    let text = fs::read_to_string("action.yml").expect("action.yml is there");
    let parsed = yaml::parse(&text);
    assert!(parsed.errors.is_empty(), "action.yml: {:?}", parsed.errors);
    parsed.document.into_iter().next().expect("action.yml is not empty")
}

impl Job<'_> {
    /// Runs the action in a checkout, with servers that listen there.
    pub(crate) fn run(&self, checkout: &Path, api: &Api) -> Outcome {
        let machine = Machine::new(&self.event);
        let action = action();
        let mut context = Context::from([("github.token".to_owned(), self.token.to_owned())]);
        let fork = &self.event["pull_request"]["head"]["repo"]["fork"];
        context.insert("github.event.pull_request.head.repo.fork".to_owned(), fork.to_string());
        for input in action.get("inputs").map_or(&[][..], Node::entries) {
            let given =
                self.with.iter().find(|(name, _)| *name == input.key).map(|(_, value)| (*value).to_owned());
            let default = input.value.get("default").and_then(Node::scalar).unwrap_or_default();
            let value = given.unwrap_or_else(|| fill(&default, &context));
            context.insert(format!("inputs.{}", input.key), value);
        }
        let mut outcome = Outcome {
            status: 0,
            log: String::new(),
            outputs: BTreeMap::new(),
            summary: String::new(),
            used: vec![],
        };
        for step in action.at(&["runs", "steps"]).expect("the action has steps").items() {
            let condition = step.get("if").and_then(Node::text);
            if !condition.is_none_or(|condition| holds(condition, &context)) {
                continue;
            }
            if let Some(uses) = step.get("uses").and_then(Node::text) {
                outcome.used.push((uses.to_owned(), values(step.get("with"), &context)));
                continue;
            }
            let environment = values(step.get("env"), &context);
            let run = step.get("run").and_then(Node::text).expect("a step runs something");
            let status = machine.step(run, &environment, checkout, (self.on, api), &mut outcome.log);
            for (name, value) in machine.written("output") {
                let id = step.get("id").and_then(Node::text).expect("what writes outputs has a name");
                context.insert(format!("steps.{id}.outputs.{name}"), value);
            }
            if status != 0 {
                outcome.status = status;
                break;
            }
        }
        for output in action.get("outputs").map_or(&[][..], Node::entries) {
            let value = output.value.get("value").and_then(Node::text).expect("an output has a value");
            outcome.outputs.insert(output.key.clone(), fill(value, &context));
        }
        outcome.summary = fs::read_to_string(machine.file("summary")).unwrap_or_default();
        // The reports are read after the machine is gone.
        for format in ["json", "markdown", "html", "sarif"] {
            if let Some(path) = outcome.outputs.get_mut(format).filter(|path| !path.is_empty()) {
                *path = fs::read_to_string(&*path).expect("the report is where the output says");
            }
        }
        outcome
    }
}

/// What a runner gives to steps: folders, files and settings of the environment.
struct Machine {
    folder: TempDir,
    action: PathBuf,
}

impl Machine {
    fn new(event: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let action = folder.path().join("_actions/acme/golive/v1");
        fs::create_dir_all(action.parent().expect("a parent")).expect("a folder");
        let here = std::env::current_dir().expect("tests run in the repository");
        std::os::unix::fs::symlink(here, &action).expect("a link");
        fs::create_dir(folder.path().join("temp")).expect("a folder");
        fs::write(folder.path().join("event"), event.to_string()).expect("the event is written");
        Self { folder, action }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn step(
        &self,
        run: &str,
        environment: &BTreeMap<String, String>,
        checkout: &Path,
        (event, api): (&str, &Api),
        log: &mut String,
    ) -> i32 {
        let _ = fs::remove_file(self.file("output"));
        fs::write(self.file("output"), "").expect("a file");
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", run])
            .current_dir(checkout)
            .env_clear()
            .envs(["PATH", "HOME"].map(|name| (name, std::env::var_os(name).unwrap_or_default())))
            .envs([("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64"), ("GITHUB_REPOSITORY", "acme/shop")])
            .envs([("GITHUB_API_URL", &api.url), ("GITHUB_SERVER_URL", &api.url)])
            .envs([("GITHUB_ACTION_PATH", &self.action), ("GITHUB_EVENT_PATH", &self.file("event"))])
            .envs([("GITHUB_OUTPUT", self.file("output")), ("GITHUB_STEP_SUMMARY", self.file("summary"))])
            .env("RUNNER_TEMP", self.file("temp"))
            .env("GITHUB_EVENT_NAME", event)
            .envs(environment)
            .output()
            .expect("bash runs");
        log.push_str(&String::from_utf8_lossy(&output.stdout));
        log.push_str(&String::from_utf8_lossy(&output.stderr));
        output.status.code().unwrap_or(-1)
    }

    /// The lines `name=value` of such a file.
    fn written(&self, file: &str) -> Vec<(String, String)> {
        let text = fs::read_to_string(self.file(file)).expect("the file is there");
        let pair = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        text.lines().map(|line| pair(line).expect("an output is a line `name=value`")).collect()
    }
}

/// A mapping of texts, filled in.
fn values(node: Option<&Node>, context: &Context) -> BTreeMap<String, String> {
    let entries = node.map_or(&[][..], Node::entries).iter();
    entries
        .map(|entry| (entry.key.clone(), fill(&entry.value.scalar().unwrap_or_default(), context)))
        .collect()
}

/// Fills in `${{ name }}`. Of a step that wrote nothing the value is empty; other names have to be known.
fn fill(text: &str, context: &Context) -> String {
    let Some((before, rest)) = text.split_once("${{") else { return text.to_owned() };
    let (name, after) = rest.split_once("}}").expect("an expression ends");
    let name = name.trim();
    let value = context.get(name).cloned();
    assert!(value.is_some() || name.starts_with("steps."), "this runner does not know `{name}`");
    format!("{before}{}{}", value.unwrap_or_default(), fill(after, context))
}

/// A condition of comparisons joined by `&&`.
fn holds(condition: &str, context: &Context) -> bool {
    let bare = condition.trim().trim_start_matches("${{").trim_end_matches("}}");
    bare.split("&&").all(|part| {
        let (name, literal, equal) = match (part.split_once("=="), part.split_once("!=")) {
            (Some((name, literal)), None) => (name, literal, true),
            (None, Some((name, literal))) => (name, literal, false),
            _ => panic!("this runner does not know `{part}`"),
        };
        let value = context.get(name.trim()).unwrap_or_else(|| panic!("this runner does not know `{name}`"));
        (value == literal.trim().trim_matches('\'')) == equal
    })
}

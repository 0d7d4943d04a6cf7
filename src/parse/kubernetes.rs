//! Kubernetes manifests: workloads and their containers, also as far as a Helm template shows them.

use super::node::{Node, Value};
use crate::source::Span;

/// Kinds that run containers, with the way from the document to the specification of their pods.
const WORKLOADS: &[(&str, &[&str])] = &[
    ("Deployment", &["spec", "template"]),
    ("StatefulSet", &["spec", "template"]),
    ("DaemonSet", &["spec", "template"]),
    ("ReplicaSet", &["spec", "template"]),
    ("ReplicationController", &["spec", "template"]),
    ("Rollout", &["spec", "template"]),
    ("Job", &["spec", "template"]),
    ("CronJob", &["spec", "jobTemplate", "spec", "template"]),
    ("Pod", &[]),
];

/// A workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// `Deployment`, `CronJob` …
    pub kind: &'static str,
    /// Its name, where it is written.
    pub name: Option<String>,
    /// Where its kind stands.
    pub span: Span,
    /// Its containers without init containers, in the order of the file.
    pub containers: Vec<Container>,
    /// Its init containers.
    pub init: Vec<Container>,
    /// Whether a template makes the containers or what belongs to them.
    pub templated: bool,
}

/// A container.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub span: Span,
    /// The image with its place; none where a template makes it.
    pub image: Option<(String, Span)>,
    /// `command` and `args`, words joined by blanks.
    pub command: Option<String>,
    /// Probes that are set: `livenessProbe`, `readinessProbe`, `startupProbe`.
    pub probes: Vec<&'static str>,
    /// Whether it, or its pod, is kept from running as root; absent where nothing is said.
    pub non_root: Option<bool>,
    /// Whether limits of memory are set.
    pub limits: bool,
}

/// The workloads of a document: one, or those of a `List`.
pub fn workloads(document: &Node) -> Vec<Workload> {
    if document.get("kind").and_then(Node::text) == Some("List") {
        return document
            .get("items")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(workload)
            .collect();
    }
    workload(document).into_iter().collect()
}

fn workload(document: &Node) -> Option<Workload> {
    let kind_node = document.get("kind")?;
    document.get("apiVersion")?;
    let (kind, path) = *WORKLOADS.iter().find(|(kind, _)| Some(*kind) == kind_node.text())?;
    let pod = document.at(path).and_then(|template| template.get("spec"));
    let all = |key: &str| {
        let items = pod.and_then(|pod| pod.get(key)).map(Node::items).unwrap_or_default();
        items.iter().map(|item| container(item, pod)).collect::<Vec<_>>()
    };
    let containers = all("containers");
    let holes = pod.is_none_or(has_holes);
    Some(Workload {
        kind,
        name: document.at(&["metadata", "name"]).and_then(Node::scalar),
        span: kind_node.span,
        templated: holes && (containers.is_empty() || containers.iter().any(|one| one.probes.is_empty())),
        containers,
        init: all("initContainers"),
    })
}

/// Whether something in it is computed by a template, or is not there at all.
fn has_holes(node: &Node) -> bool {
    match &node.value {
        Value::Opaque | Value::Null => true,
        Value::List(items) => items.iter().any(has_holes),
        Value::Map(entries) => {
            entries.iter().any(|entry| entry.key.contains("{{") || has_holes(&entry.value))
        }
        Value::Text(text) => text.contains("{{"),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn container(node: &Node, pod: Option<&Node>) -> Container {
    let command: Vec<String> =
        ["command", "args"].iter().filter_map(|key| node.get(key)).flat_map(Node::scalars).collect();
    let own = node.get("securityContext").and_then(non_root);
    let of_pod = || pod?.get("securityContext").and_then(non_root);
    let image = node.get("image");
    Container {
        name: node.get("name").and_then(Node::scalar).unwrap_or_default(),
        span: image.map_or(node.span, |image| image.span),
        image: image.and_then(|image| Some((image.scalar()?, image.span))),
        command: (!command.is_empty()).then(|| command.join(" ")),
        probes: ["livenessProbe", "readinessProbe", "startupProbe"]
            .into_iter()
            .filter(|probe| node.get(probe).is_some_and(|probe| !probe.is_null()))
            .collect(),
        non_root: own.or_else(of_pod),
        limits: node.at(&["resources", "limits", "memory"]).is_some(),
    }
}

/// What a security context says of root: `runAsNonRoot: true`, or a user that is not 0.
fn non_root(context: &Node) -> Option<bool> {
    let user = context.get("runAsUser").and_then(Node::scalar).and_then(|user| user.parse::<i64>().ok());
    match (context.get("runAsNonRoot").and_then(Node::flag), user) {
        (Some(true), _) => Some(true),
        (_, Some(user)) => Some(user != 0),
        (flag, None) => flag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::yaml;

    fn read(text: &str) -> Vec<Workload> {
        yaml::parse(text).document.iter().flat_map(workloads).collect()
    }

    #[test]
    fn workloads_and_their_containers() {
        let found = read(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api }\nspec:\n  template:\n    spec:\n      securityContext: { runAsNonRoot: true }\n      initContainers: [{ name: m, image: a:1 }]\n      containers:\n        - { name: api, image: api:2, readinessProbe: { httpGet: { path: / } }, resources: { limits: { memory: 1Gi } } }\n        - { name: side, image: b, securityContext: { runAsUser: 0 } }\n---\napiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers: [{ name: j, image: j:1, command: [run], args: [now] }]\n---\napiVersion: v1\nkind: Service\n",
        );
        let [api, job] = found.as_slice() else { panic!("two workloads: {found:?}") };
        assert_eq!((api.kind, api.name.as_deref(), api.templated), ("Deployment", Some("api"), false));
        assert_eq!(api.init.len(), 1);
        let [one, side] = api.containers.as_slice() else { panic!("two containers") };
        assert_eq!(
            (one.probes.as_slice(), one.non_root, one.limits),
            (&["readinessProbe"][..], Some(true), true)
        );
        assert_eq!((side.probes.len(), side.non_root), (0, Some(false)));
        assert_eq!(job.containers[0].command.as_deref(), Some("run now"));
    }

    #[test]
    fn a_list_holds_several() {
        let found = read(
            "apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: Pod, spec: { containers: [{ name: a, image: x }] } }\n",
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].containers.len(), 1);
    }

    #[test]
    fn a_template_says_what_it_hides() {
        let found = read(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          image: {{ .Values.image }}\n          {{- with .Values.probe }}\n          livenessProbe: {{ toYaml . }}\n          {{- end }}\n",
        );
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn without_api_version_it_is_something_else() {
        assert_eq!(read("kind: Deployment\nspec: {}\n"), []);
    }
}

//! What workflows trust: actions, expressions, checkouts, steps and gates.

use super::store;
use crate::facts::{
    CiAction, CiInjection, CiInstall, CiJob, CiStep, CiTask, CiUntrustedCheckout, CiWorkflow,
};

/// A workflow started by `on` with these steps in its only job.
fn steps(on: &str, steps: &str) -> crate::facts::Store {
    let steps = steps.replace('\n', "\n      ");
    let text = format!("on: {on}\njobs:\n  a:\n    steps:\n      {steps}\n");
    store(&[(".github/workflows/x.yml", &text)])
}

#[test]
fn actions_are_pinned_or_not() {
    for (uses, expected) in [
        ("actions/checkout@v4", "actions/checkout tag platform"),
        ("a/b/c@main", "a/b/c branch third"),
        ("a/b@11bd71901bbe5b1630ceea73d27597364c9af683", "a/b sha third"),
        ("a/b", "a/b none third"),
        ("dtolnay/rust-toolchain@stable", "dtolnay/rust-toolchain tag third"),
        ("docker://alpine:3", "alpine:3 tag third"),
        ("docker://alpine@sha256:abc", "alpine digest third"),
        ("./local", ""),
    ] {
        let store = steps("push", &format!("- uses: {uses}"));
        let found = store.all::<CiAction>().next();
        let shown = found.map(|(_, action)| format!("{} {} {}", action.action, action.pin, action.party));
        assert_eq!(shown.unwrap_or_default(), expected, "{uses}");
    }
}

#[test]
fn called_workflows_that_get_nothing_are_harmless() {
    for (head, job, expected) in [
        ("permissions: { contents: read }", "", true),
        ("permissions: write-all", "permissions: {}", true),
        ("permissions: { contents: read }", "secrets: inherit", false),
        ("permissions: { contents: read }", "with: { token: '${{ secrets.T }}' }", false),
        ("permissions: { contents: write }", "", false),
        ("", "", false),
    ] {
        let text =
            format!("on: push\n{head}\njobs:\n  a:\n    uses: a/b/.github/workflows/c.yml@main\n    {job}\n");
        let store = store(&[(".github/workflows/x.yml", &text)]);
        let found: Vec<_> = store.all::<CiAction>().map(|(_, action)| action.harmless).collect();
        assert_eq!(found, [expected], "{text}");
    }
    let text = "on: push\npermissions: {}\njobs: { a: { steps: [{ uses: a/b@main }] } }\n";
    assert!(
        store(&[(".github/workflows/x.yml", text)]).all::<CiAction>().all(|(_, action)| !action.harmless)
    );
}

#[test]
fn values_of_strangers_in_scripts() {
    for (on, step, expected) in [
        ("pull_request", "- run: echo ${{ github.head_ref }}", "github.head_ref anyone"),
        ("push", "- run: echo ${{ github.head_ref }}", ""),
        (
            "push",
            "- run: echo ${{ github.event.head_commit.message }}",
            "github.event.head_commit.message anyone",
        ),
        ("issues", "- run: echo '${{ toJSON(github.event.issue) }}'", "github.event.issue anyone"),
        ("issues", "- run: echo ${{ github.event.issue.number }}", ""),
        (
            "issues",
            "- env: { A: '${{ github.event.issue.title }}' }\n  run: echo ${{ env.A }}",
            "github.event.issue.title anyone",
        ),
        ("issues", "- env: { A: '${{ github.event.issue.title }}' }\n  run: echo $A", ""),
        (
            "issues",
            "- uses: actions/github-script@v7\n  with: { script: 'f(`${{ github.event.issue.body }}`)' }",
            "github.event.issue.body anyone",
        ),
        ("issues", "- uses: a/b@v1\n  with: { body: '${{ github.event.issue.body }}' }", ""),
        (
            "{ workflow_dispatch: { inputs: { t: ~ } } }",
            "- run: echo ${{ inputs.t }}",
            "inputs.t collaborator",
        ),
        ("{ workflow_dispatch: { inputs: { t: { type: choice } } } }", "- run: echo ${{ inputs.t }}", ""),
        (
            "workflow_call",
            "- run: echo ${{ github.event.pull_request.title }}",
            "github.event.pull_request.title anyone",
        ),
    ] {
        let store = steps(on, step);
        let shown: Vec<_> = store
            .all::<CiInjection>()
            .map(|(_, found)| format!("{} {}", found.value, found.author))
            .collect();
        assert_eq!(shown.join(" "), expected, "{on} {step}");
    }
}

#[test]
fn strangers_code_with_rights() {
    let checkout =
        "- uses: actions/checkout@v4\n  with: { ref: '${{ github.event.pull_request.head.sha }}' }";
    let table = [
        ("pull_request", format!("{checkout}\n- run: npm test"), ""),
        ("pull_request_target", format!("{checkout}\n- run: npm test"), "npm test true "),
        (
            "pull_request_target",
            format!("{checkout}\n- uses: ./.github/actions/x"),
            "./.github/actions/x true ",
        ),
        ("pull_request_target", format!("{checkout}\n- run: cat README.md"), " true "),
        ("pull_request_target", format!("- run: npm test\n{checkout}"), " true "),
        ("pull_request_target", "- uses: actions/checkout@v4\n- run: npm test".to_owned(), ""),
        ("issue_comment", "- run: gh pr checkout 1 && npm ci".to_owned(), "gh pr checkout 1 && npm ci true "),
        (
            "{ pull_request_target: { types: [labeled] } }",
            format!("{checkout}\n- run: make"),
            "make true a label",
        ),
    ];
    for (on, text, expected) in table {
        let store = steps(on, &text);
        let found = store.all::<CiUntrustedCheckout>().next();
        let shown = found.map(|(_, found)| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            format!("{} {} {}", text(&found.runs), found.privileged, text(&found.gate))
        });
        assert_eq!(shown.unwrap_or_default(), expected, "{on} {text}");
    }
}

#[test]
fn steps_that_only_print() {
    for (name, run, expected) in [
        ("Deploy", "echo deploying", "deploy"),
        ("Deploy", "# helm upgrade\nsleep 3", "deploy"),
        ("Run smoke tests", "printf ok", "health-check"),
        ("Deploy", "./deploy.sh", ""),
        ("Deploy", "echo x > version.txt", ""),
        ("Notify about deploy", "echo done", ""),
        ("Build", "echo done", ""),
    ] {
        let store = steps("push", &format!("- name: {name}\n  run: |\n    {}", run.replace('\n', "\n    ")));
        let found = store.all::<CiStep>().find_map(|(_, step)| step.empty_promise.clone());
        assert_eq!(found.unwrap_or_default(), expected, "{name}: {run}");
    }
}

#[test]
fn what_a_deployment_waits_for() {
    let store = store(&[(
        ".github/workflows/x.yml",
        "name: x\non: { push: { branches: [main] }, pull_request: ~ }\npermissions: { contents: read }\njobs:\n  \
         test: { steps: [{ run: pytest }] }\n  build: { needs: test, steps: [{ run: docker build . }] }\n  \
         a: { needs: [build], timeout-minutes: 5, steps: [{ run: flyctl deploy }] }\n  b: { environment: live, steps: [{ run: flyctl deploy }] }\n  \
         c: { steps: [{ run: flyctl deploy }, { run: pytest }] }\n  d: { steps: [{ run: pytest }, { run: flyctl deploy }] }\n  \
         e: { if: github.event_name == 'pull_request', steps: [{ run: flyctl deploy }] }\n",
    )]);
    let jobs: Vec<_> = store
        .all::<CiJob>()
        .filter(|(_, job)| job.deploys)
        .map(|(_, job)| format!("{} {}", job.name, job.gate.clone().unwrap_or_default()))
        .collect();
    assert_eq!(jobs, ["a needs test", "b environment live", "c ", "d test before it"]);
    let permissions = store.all::<CiWorkflow>().next().and_then(|(_, flow)| flow.permissions.clone());
    assert_eq!(permissions.as_deref(), Some("declared"));
}

#[test]
fn installations_hold_to_the_lockfile_or_not() {
    for (lockfile, text, run, expected) in [
        ("package-lock.json", "{}", "npm install", "Some(false)"),
        ("package-lock.json", "{}", "npm ci", "Some(true)"),
        ("package-lock.json", "{}", "npm install -g x", ""),
        ("package-lock.json", "{}", "npm i x", ""),
        ("none", "", "npm install", "None"),
        ("package-lock.json", "{}", "cd other && npm install", "None"),
        ("web/package-lock.json", "{}", "cd web && npm install", "Some(false)"),
        ("yarn.lock", "# yarn lockfile v1", "yarn", "Some(false)"),
        ("yarn.lock", "# yarn lockfile v1", "yarn install --frozen-lockfile", "Some(true)"),
        ("yarn.lock", "__metadata:", "yarn install", "Some(true)"),
        ("pnpm-lock.yaml", "x: 1", "pnpm i", "Some(true)"),
        ("pnpm-lock.yaml", "x: 1", "pnpm i --no-frozen-lockfile", "Some(false)"),
        ("bun.lock", "{}", "bun install", "Some(false)"),
    ] {
        let workflow = format!("on: push\njobs: {{ a: {{ steps: [{{ run: {run} }}] }} }}");
        let store =
            store(&[(".github/workflows/x.yml", &workflow), ("package.json", "{}"), (lockfile, text)]);
        let found = store.all::<CiInstall>().next().map(|(_, install)| format!("{:?}", install.frozen));
        assert_eq!(found.unwrap_or_default(), expected, "{lockfile} {run}");
    }
}

#[test]
fn names_tell_what_only_informs() {
    let store = store(&[(
        ".github/workflows/x.yml",
        "on: push\njobs:\n  experimental: { continue-on-error: true, steps: [{ run: pytest }] }\n  a: { steps: [{ run: pytest }] }\n",
    )]);
    let shown: Vec<_> =
        store.all::<CiTask>().map(|(_, task)| (task.informs, task.masked.is_some())).collect();
    assert_eq!(shown, [(true, true), (false, false)]);
}

//! Other providers, platforms, bots, and what a repository is set up for.

use super::{store, tasks};
use crate::facts::{Check, Ci, CiJob, CiUnknown, CiWorkflow, Store, UpdateConfig};

/// The workflows as `provider kind`.
fn workflows(store: &Store) -> Vec<String> {
    store.all::<CiWorkflow>().map(|(_, flow)| format!("{} {}", flow.provider, flow.kind)).collect()
}

#[test]
fn gitlab_jobs_wait_for_earlier_stages() {
    let store = store(&[
        (
            ".gitlab-ci.yml",
            "include: [{ local: ci/deploy.yml }, { project: x/y, file: z.yml }]\n.base: { before_script: [pip install -r r.txt] }\n\
             unit: { extends: .base, stage: test, script: [pytest], rules: [{ if: $CI_PIPELINE_SOURCE == \"merge_request_event\" }, { if: $CI_COMMIT_BRANCH }] }\n\
             style: { stage: test, script: [ruff check .], allow_failure: true }\n",
        ),
        ("ci/deploy.yml", "go-live: { stage: deploy, script: [kubectl apply -f k8s], only: [main] }\n"),
    ]);
    assert_eq!(tasks(&store), ["test pytest@.", "lint ruff@.!", "deploy kubectl@."]);
    let jobs: Vec<_> = store
        .all::<CiJob>()
        .map(|(_, job)| {
            format!("{} [{}] {}", job.name, job.triggers.join(" "), job.gate.clone().unwrap_or_default())
        })
        .collect();
    assert_eq!(
        jobs,
        [
            "unit [branch-push pull_request push] test before it",
            "style [branch-push push] ",
            "go-live [push] needs unit"
        ]
    );
    assert_eq!(
        store.all::<CiUnknown>().map(|(_, unknown)| unknown.name.clone()).collect::<Vec<_>>(),
        ["x/y"]
    );
}

#[test]
fn plain_commands_of_other_providers_are_read() {
    for (path, text, expected) in [
        (
            ".circleci/config.yml",
            "jobs: { a: { steps: [checkout, { run: pytest }, { run: { command: ruff check . } }] } }",
            "test pytest@. lint ruff@.",
        ),
        (
            "azure-pipelines.yml",
            "steps: [{ script: dotnet test }, { bash: npx eslint . }]",
            "build dotnet@. test dotnet@. lint eslint@.",
        ),
        (
            "bitbucket-pipelines.yml",
            "pipelines: { default: [{ step: { script: [go vet ./...] } }] }",
            "lint go@.",
        ),
        (".travis.yml", "script: [phpunit]", "test phpunit@."),
        (".woodpecker.yml", "steps: { a: { commands: [cargo clippy] } }", "lint cargo@."),
        (
            "cloudbuild.yaml",
            "steps: [{ name: gcr.io/cloud-builders/docker, args: [build, .] }]",
            "build docker@.",
        ),
        (
            "Jenkinsfile",
            "steps { sh 'mvn verify'\n sh \"\"\"\n npx tsc --noEmit\n\"\"\" }",
            "build mvn@. test mvn@. typecheck mvn@. typecheck tsc@.",
        ),
        ("netlify.toml", "[build]\ncommand = \"vite build\"", "build vite@."),
    ] {
        assert_eq!(tasks(&store(&[(path, text)])).join(" "), expected, "{path}");
    }
}

#[test]
fn platforms_are_told_from_pipelines() {
    let package = ("package.json", r#"{"scripts": {"build": "next build", "test": "jest"}}"#);
    assert_eq!(workflows(&store(&[("vercel.json", "{}"), package])), ["vercel platform"]);
    let tested = ("vercel.json", r#"{"buildCommand": "npm test && npm run build"}"#);
    assert_eq!(workflows(&store(&[tested, package])), ["vercel pipeline"]);
    assert_eq!(workflows(&store(&[(".teamcity/settings.kts", "x")])), ["teamcity pipeline"]);
    assert_eq!(workflows(&store(&[("web/.github/workflows/ci.yml", "on: push\njobs: {}")])), [""; 0]);
}

#[test]
fn there_is_one_fact_about_all_of_it() {
    let store = store(&[
        (".github/workflows/a.yml", "on: push\njobs: { a: { steps: [{ run: make }] } }"),
        (".github/workflows/b.yml", "on: push\njobs: { a: { steps: [{ run: pytest }] } }"),
        ("app.py", "run()"),
        ("pyproject.toml", ""),
    ]);
    let all: Vec<_> = store.all::<Ci>().collect();
    let [(entry, ci)] = all.as_slice() else { panic!("one") };
    assert_eq!(store.context(entry.place.file).path, ".github/workflows/b.yml");
    assert_eq!(
        (ci.providers.join(" "), ci.source_files, ci.ecosystems.join(" ")),
        ("github".to_owned(), 1, "python".to_owned())
    );
}

#[test]
fn bots_and_what_they_update() {
    for (path, text, expected) in [
        (
            ".github/dependabot.yml",
            "updates: [{ package-ecosystem: npm }, { package-ecosystem: docker }, { package-ecosystem: npm }]",
            "dependabot docker npm",
        ),
        ("renovate.json", "{}", "renovate "),
        (".renovaterc", "{}", "renovate "),
        (".github/renovate.json5", "{ enabledManagers: ['npm'] }", "renovate npm"),
        ("package.json", r#"{"renovate": {}}"#, "renovate "),
        ("docs/renovate.json", "{}", ""),
    ] {
        let store = store(&[(path, text)]);
        let found = store.all::<UpdateConfig>().next();
        let shown = found
            .map(|(_, config)| format!("{} {}", config.bot, config.ecosystems.join(" ")))
            .unwrap_or_default();
        assert_eq!(shown, expected, "{path}");
    }
}

#[test]
fn what_is_set_up_and_whether_it_is_run() {
    let store = store(&[
        ("package.json", r#"{"scripts": {"build": "vite build", "test": "vitest run"}}"#),
        ("vitest.config.ts", "export default {}"),
        ("playwright.config.ts", "export default {}"),
        ("e2e/a.spec.ts", "test()"),
        ("src/a.test.ts", "test()"),
        ("src/a.ts", "run()"),
        ("tsconfig.json", "{}"),
        ("Dockerfile", "FROM node:24"),
        ("pyproject.toml", "[tool.pytest.ini_options]\n[tool.mypy]\n"),
        ("tests/test_a.py", "def test(): pass"),
    ]);
    let mut found: Vec<_> = store
        .all::<Check>()
        .map(|(_, check)| format!("{} {} {} {}", check.kind, check.tool, check.invoked, check.files))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "build docker false 0",
            "build the script build false 0",
            "e2e playwright false 1",
            "test pytest false 1",
            "test vitest true 1",
            "typecheck mypy false 0",
            "typecheck tsc false 0",
        ]
    );
}

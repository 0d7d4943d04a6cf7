//! Workflows in, tasks out.

mod providers;
mod safety;

use crate::extract;
use crate::facts::{CiReference, CiTask, CiUnknown, Store};
use crate::parse::Documents;
use crate::source::{MemoryFile, Tree};

fn store(files: &[(&str, &str)]) -> Store {
    let entries = files.iter().map(|(path, text)| ((*path).to_owned(), MemoryFile::Text((*text).to_owned())));
    let tree = Tree::from_memory(entries);
    extract::facts(&tree, &Documents::parse(&tree), &[]).0
}

/// A workflow of one job whose only step, after the checkout, runs this.
fn workflow(run: &str) -> String {
    let run = run.replace('\n', "\n          ");
    format!(
        "on: [push, pull_request]\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          {run}\n"
    )
}

/// The tasks: `kind tool@package,package` and, where masked, `!`.
fn tasks(store: &Store) -> Vec<String> {
    let show = |task: &CiTask| {
        let mask = if task.masked.is_some() { "!" } else { "" };
        let packages: Vec<_> =
            task.packages.iter().map(|package| if package.is_empty() { "." } else { package }).collect();
        format!("{} {}@{}{mask}", task.kind, task.tool, packages.join(","))
    };
    store.all::<CiTask>().map(|(_, task)| show(task)).collect()
}

fn check(files: &[(&str, &str)], run: &str, expected: &[&str]) {
    let text = workflow(run);
    let mut all = files.to_vec();
    all.push((".github/workflows/ci.yml", &text));
    assert_eq!(tasks(&store(&all)), expected, "{run}");
}

const PACKAGE: &str = r#"{"name": "root", "scripts": {
    "lint": "eslint .", "test": "vitest run", "pretest": "tsc --noEmit", "check": "npm run lint && yarn test",
    "all": "run-s lint test", "both": "concurrently \"npm:lint\" \"tsc --noEmit\"", "loop": "npm run loop",
    "measured": "run-s lint counted", "counted": "nyc --reporter text npm run spec", "spec": "mocha test",
    "build": "node build.mjs", "fake": "echo hi", "test:fake": "echo no tests", "soft": "eslint . || true"}}"#;

#[test]
fn package_scripts_are_followed() {
    let files = [("package.json", PACKAGE), ("build.mjs", "build()")];
    let check = |run, expected: &[&str]| check(&files, run, expected);
    check("npm run lint", &["lint eslint@."]);
    check("npm test", &["test vitest@.", "typecheck tsc@."]);
    check("yarn lint", &["lint eslint@."]);
    check("pnpm check", &["lint eslint@.", "test vitest@.", "typecheck tsc@."]);
    check("npm run all", &["lint eslint@.", "test vitest@.", "typecheck tsc@."]);
    check("npm run measured", &["coverage nyc@.", "lint eslint@.", "test mocha@."]);
    check(
        "docker run --name e2e --shm-size 1G -v $PWD:/e2e cypress/included:4.9.0 --headless",
        &["e2e cypress@."],
    );
    check("helm plugin install a\nhelm cm-push a b", &["release helm@."]);
    check("npm run both", &["lint eslint@.", "typecheck tsc@."]);
    check("npm run loop", &[]);
    check("npm run build", &["build build.mjs@."]);
    check("npm run fake", &[]);
    check("npm run test:fake", &["test test:fake@.!"]);
    check("npm run soft", &["lint eslint@.!"]);
    check("npm run lint || true", &["lint eslint@.!"]);
    check("npm run lint || echo failed", &["lint eslint@.!"]);
    check("npx eslint .", &["lint eslint@."]);
    check("yarn eslint .", &["lint eslint@."]);
    check("npm run nothing --if-present", &[]);
    check("bun test", &["test bun@."]);
}

const MONOREPO: &[(&str, &str)] = &[
    ("package.json", r#"{"scripts": {"test": "turbo run test", "ci": "turbo run lint build --filter=web"}}"#),
    ("turbo.json", r#"{"tasks": {"test": {"dependsOn": ["^build"]}, "lint": {"dependsOn": ["typecheck"]}}}"#),
    (
        "apps/web/package.json",
        r#"{"name": "web", "scripts": {"test": "jest", "lint": "eslint .", "build": "next build", "typecheck": "tsc --noEmit"}}"#,
    ),
    ("apps/web/tsconfig.json", "{}"),
    ("libs/ui/package.json", r#"{"name": "@x/ui", "scripts": {"test": "jest", "build": "tsup"}}"#),
];

#[test]
fn packages_of_a_monorepo_are_told_apart() {
    let check = |run, expected: &[&str]| check(MONOREPO, run, expected);
    check(
        "pnpm test",
        &[
            "build next@apps/web",
            "build tsup@libs/ui",
            "lint next@apps/web",
            "test jest@apps/web,libs/ui",
            "typecheck next@apps/web",
        ],
    );
    check(
        "npm run ci",
        &[
            "build next@apps/web",
            "lint eslint@apps/web",
            "lint next@apps/web",
            "typecheck next@apps/web",
            "typecheck tsc@apps/web",
        ],
    );
    check(
        "pnpm -r test",
        &[
            "build next@apps/web",
            "build tsup@libs/ui",
            "lint next@apps/web",
            "test jest@apps/web,libs/ui",
            "typecheck next@apps/web",
        ],
    );
    check("pnpm --filter @x/ui test", &["test jest@libs/ui"]);
    check("npm test -w apps/web", &["test jest@apps/web"]);
    check("yarn workspace @x/ui test", &["test jest@libs/ui"]);
    check("cd apps/web && npm test", &["test jest@apps/web"]);
    check("npm --prefix apps/web run lint", &["lint eslint@apps/web"]);
}

#[test]
fn programs_run_in_the_packages_that_are_named() {
    let check = |run, expected: &[&str]| check(MONOREPO, run, expected);
    check("pnpm --filter @x/ui exec vitest run", &["test vitest@libs/ui"]);
    check("pnpm --dir libs/ui exec vitest run", &["test vitest@libs/ui"]);
    check("pnpm -C libs/ui vitest run", &["test vitest@libs/ui"]);
    check("npm exec -w @x/ui -- vitest run", &["test vitest@libs/ui"]);
    check("npx -w apps/web vitest run", &["test vitest@apps/web"]);
    check("yarn workspace @x/ui exec vitest run", &["test vitest@libs/ui"]);
    check("yarn workspace @x/ui vitest run", &["test vitest@libs/ui"]);
    check("bun --filter @x/ui test", &["test jest@libs/ui"]);
    check("pnpm -r exec vitest run", &["test vitest@.,apps/web,libs/ui"]);
    check("pnpm exec vitest run", &["test vitest@."]);
    check("pnpm --filter @x/made exec vitest run", &["test vitest@."]);
}

#[test]
fn targets_and_scripts_are_followed() {
    let files = [
        (
            "Makefile",
            "GO = go\nci: lint test\n\t$(MAKE) fmt\nlint:\n\tgolangci-lint run\ntest:\n\t-$(GO) test ./...\nfmt:\n\tgofmt -l .\n",
        ),
        ("justfile", "ci: lint\n  cargo test\n\nlint:\n  cargo clippy\n"),
        ("go.mod", "module x"),
        ("scripts/check.sh", "set -e\nruff check .\npytest\n"),
        ("scripts/loose.sh", "ruff check .\necho done\n"),
        (
            "tox.ini",
            "[tox]\nenvlist = py, lint\n[testenv]\ncommands = pytest\n[testenv:lint]\ncommands = flake8\n",
        ),
        (
            ".pre-commit-config.yaml",
            "repos:\n  - repo: x\n    hooks: [{ id: ruff }, { id: mypy }, { id: end-of-file-fixer }]\n",
        ),
    ];
    let check = |run, expected: &[&str]| check(&files, run, expected);
    check("make ci", &["format gofmt@.", "lint golangci-lint@.", "test go@.!"]);
    check("just ci", &["build cargo@.", "lint cargo@.", "test cargo@."]);
    check("./scripts/check.sh", &["lint ruff@.", "test pytest@."]);
    check("bash scripts/loose.sh", &["lint ruff@.!"]);
    check("tox", &["lint flake8@.", "test pytest@."]);
    check("tox -e lint", &["lint flake8@."]);
    check("pre-commit run --all-files", &["lint ruff@.", "typecheck mypy@."]);
    check("python -m pytest -q | tee log", &["test pytest@.!"]);
    check("docker run --rm -v x:/y node:22 npx eslint .", &["lint eslint@."]);
    check("docker compose run web pytest", &["test pytest@."]);
    check("set +e\npytest\necho done", &["test pytest@.!"]);
}

#[test]
fn checks_of_an_image_are_those_of_who_builds_it() {
    let dockerfile = "FROM node:24 AS build\nWORKDIR /app\nCOPY package.json ./\nRUN npm ci\nCOPY . .\nRUN npm run all && npm run build\n\
                      FROM nginx\nCOPY --from=build /app/dist /srv\n";
    let files = [("web/Dockerfile", dockerfile), ("web/package.json", PACKAGE), ("web/build.mjs", "build()")];
    let expected: &[&str] = &["build docker@.", "lint eslint@web", "test vitest@web", "typecheck tsc@web"];
    for run in ["docker build -t web web", "docker buildx build -f web/Dockerfile --push web"] {
        check(&files, run, expected);
    }
    check(
        &files,
        "docker build -t web web || true",
        &["build docker@.!", "lint eslint@web!", "test vitest@web!", "typecheck tsc@web!"],
    );
    check(&files, "docker build -t web .", &["build docker@."]);
    let action = "on: push\njobs: { a: { steps: [{ uses: actions/checkout@v4 }, { uses: docker/build-push-action@v6, with: { context: ./web } }] } }";
    let mut all = files.to_vec();
    all.push((".github/workflows/ci.yml", action));
    let mut found = tasks(&store(&all));
    found.retain(|task| !task.starts_with("build"));
    assert_eq!(found, &expected[1..]);
}

#[test]
fn matrices_actions_and_called_workflows_are_followed() {
    let store = store(&[
        (
            ".github/workflows/ci.yml",
            "on:\n  pull_request:\njobs:\n  m:\n    strategy: { matrix: { task: [lint, test] } }\n    steps:\n      - uses: actions/checkout@v4\n      \
             - run: npm run ${{ matrix.task }}\n      - uses: ./.github/actions/scan\n        with: { tool: gitleaks }\n        continue-on-error: true\n  \
             call:\n    uses: ./.github/workflows/called.yml\n  other:\n    uses: x/y/.github/workflows/z.yml@v1\n",
        ),
        (
            ".github/workflows/called.yml",
            "on: workflow_call\njobs:\n  t:\n    steps:\n      - run: cargo test\n      - uses: golangci/golangci-lint-action@v6\n",
        ),
        (
            ".github/actions/scan/action.yml",
            "inputs: { tool: { default: x } }\nruns:\n  using: composite\n  steps:\n    - run: ${{ inputs.tool }} detect\n      shell: bash\n",
        ),
        ("package.json", PACKAGE),
    ]);
    assert_eq!(
        tasks(&store),
        [
            "build cargo@.",
            "test cargo@.",
            "lint golangci/golangci-lint-action@.",
            "lint eslint@.",
            "test vitest@.",
            "typecheck tsc@.",
            "secret-scan gitleaks@.!"
        ]
    );
    let triggers = |index: usize| {
        store.all::<CiTask>().nth(index).map(|(_, task)| task.triggers.join(" ")).unwrap_or_default()
    };
    assert_eq!(triggers(0), "called pull_request");
    let unknown: Vec<_> = store.all::<CiUnknown>().map(|(_, unknown)| unknown.name.as_str()).collect();
    assert_eq!(unknown, ["x/y/.github/workflows/z.yml@v1"]);
}

#[test]
fn references_that_lead_nowhere_are_told() {
    let text = workflow(
        "npm run gone\nmake gone\n./gone.sh\npip install -r gone.txt\npytest gone/tests\nnpm run lint",
    );
    let store = store(&[
        (".github/workflows/ci.yml", &text),
        ("package.json", PACKAGE),
        ("Makefile", "all:\n\ttrue\n"),
    ]);
    let mut missing: Vec<_> = store
        .all::<CiReference>()
        .filter(|(_, reference)| reference.exists == Some(false))
        .map(|(_, reference)| format!("{} {}", reference.kind, reference.name))
        .collect();
    missing.sort();
    assert_eq!(missing, ["file ./gone.sh", "path gone/tests", "script gone", "target gone"]);
}

//! Small repositories in, facts out.

use super::facts;
use crate::extract::Context;
use crate::facts::{
    ComposeService, DockerCommand, DockerContext, DockerCopy, DockerStage, DockerStart, Entry,
    ImageReference, KubernetesContainer, KubernetesWorkload,
};
use crate::parse::Documents;
use crate::source::{MemoryFile, Tree};

/// The facts of files given as `path`, `text`.
fn of(files: &[(&str, &str)]) -> Vec<Entry> {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), MemoryFile::Text((*text).to_owned())));
    let tree = Tree::from_memory(files);
    let documents = Documents::parse(&tree);
    facts(&Context::new(&tree, &documents, &[]))
}

fn all<K: crate::facts::Kind + Clone>(entries: &[Entry]) -> Vec<K> {
    entries.iter().filter_map(|entry| entry.get::<K>()).cloned().collect()
}

fn last_stage(files: &[(&str, &str)]) -> DockerStage {
    let stages: Vec<DockerStage> = all(&of(files));
    stages.into_iter().find(|stage| stage.last).expect("a last stage")
}

#[test]
fn roles_are_told_by_name_command_and_surroundings() {
    for (path, text, role) in [
        ("Dockerfile", "FROM node\nEXPOSE 80\nCMD [\"node\", \"x\"]", "service"),
        ("Dockerfile", "FROM node\nCMD [\"node\", \"dist/server.js\"]", "service"),
        ("Dockerfile", "FROM python\nCMD uvicorn app:app", "service"),
        ("Dockerfile", "FROM nginx\nCOPY a b", "service"),
        ("Dockerfile", "FROM node\nCMD [\"node\", \"worker.js\"]", "job"),
        ("Dockerfile", "FROM node\nCMD [\"npm\", \"run\", \"migrate\"]", "job"),
        ("Dockerfile", "FROM alpine\nENTRYPOINT [\"/tool\"]\nCMD [\"--help\"]", "cli"),
        ("Dockerfile", "FROM alpine\nENTRYPOINT [\"/tool\"]", "app"),
        ("services/tool/Dockerfile", "FROM alpine\nENTRYPOINT [\"/tool\"]", "service"),
        ("Dockerfile", "FROM alpine\nRUN apk add git", "base"),
        ("Dockerfile", "FROM alpine\nCMD [\"/bin/bash\"]", "base"),
        ("Dockerfile.dev", "FROM node\nEXPOSE 80\nCMD node x", "dev"),
        ("Dockerfile-dev", "FROM node\nEXPOSE 80\nCMD node x", "dev"),
        ("Dockerfile-tilt", "FROM node\nEXPOSE 80\nCMD node x", "dev"),
        (".devcontainer/Dockerfile", "FROM node\nCMD node server", "dev"),
        ("ci/Dockerfile", "FROM node\nCMD node server", "ci"),
        ("Dockerfile", "FROM node AS base\nFROM base AS dev\nCMD nodemon", "dev"),
        ("Dockerfile", "FROM node AS run\nCMD node server\nFROM run AS dev\nCMD nodemon", "service"),
        ("Dockerfile", "FROM node AS production\nCMD node server\nFROM node AS dev\nCMD nodemon", "service"),
    ] {
        assert_eq!(last_stage(&[(path, text)]).role, role, "{path}: {text}");
    }
}

#[test]
fn other_stages_that_ship_as_root_are_named() {
    let file = "FROM node:24 AS migrate\nCMD npm run migrate\nFROM node:24 AS app\nCMD node a.js\nFROM node:24 AS web\nUSER node\nCMD node b.js\nFROM node:24 AS admin\nCMD node c.js";
    for (targets, expected) in [
        (vec!["migrate", "app", "web", "admin"], Some(", and so do `app`, `admin`")),
        (vec!["migrate", "app"], Some(", and so does `app`")),
        (vec!["migrate", "web"], None),
        (vec!["app"], None),
    ] {
        let service =
            |target: &&str| format!("  {target}: {{ build: {{ context: ., target: {target} }} }}\n");
        let compose = format!("services:\n{}", targets.iter().map(service).collect::<String>());
        let stage = last_stage(&[("Dockerfile", file), ("compose.yml", compose.as_str())]);
        assert_eq!(stage.others.as_deref(), expected, "{targets:?}");
    }
}

#[test]
fn what_a_tiltfile_alone_builds_is_for_development() {
    let watches = "FROM node\nCMD npm run dev";
    for (tiltfile, file, role) in [
        ("docker_build('shop', '..',\n  dockerfile = \"../loop.Dockerfile\")", watches, "dev"),
        (
            "docker_build('shop', '..', dockerfile='../loop.Dockerfile')",
            "FROM node\nCMD node server",
            "service",
        ),
        ("docker_build('shop', '..')", "FROM node\nCMD node server", "service"),
    ] {
        let files = [("loop.Dockerfile", file), ("k3d/Tiltfile", tiltfile)];
        assert_eq!(last_stage(&files).role, role, "{tiltfile}");
    }
}

#[test]
fn other_ways_to_an_image_that_is_built_ship_nothing() {
    let docker = "FROM node\nCOPY pnpm-lock.yaml package.json ./\nCMD node server";
    let compose = ("compose.yml", "services: { a: { build: . } }");
    for (path, more, role) in [
        ("web/Dockerfile.pnpm", compose, "spare"),
        ("alpine.Dockerfile", compose, "spare"),
        // It is named somewhere, or nothing else is built, or its name may be that of another image.
        (
            "Dockerfile.pnpm",
            ("compose.yml", "services: { a: { build: { dockerfile: Dockerfile.pnpm } } }"),
            "service",
        ),
        ("Dockerfile.pnpm", ("a.yml", "matrix: [Dockerfile.pnpm]"), "service"),
        ("Dockerfile.worker", compose, "service"),
    ] {
        let entries = of(&[(path, docker), ("Dockerfile", "FROM node\nCMD node server"), more]);
        let stages: Vec<DockerStage> = all(&entries);
        assert!(stages.iter().any(|stage| stage.role == role), "{path} {more:?}");
        assert_eq!(stages.iter().any(|stage| stage.role == "spare"), role == "spare", "{path} {more:?}");
    }
    let open = ("build.sh", "docker build -f \"$DIR/x\" \"$ROOT\"");
    for (lockfile, wanted) in [("x", Some("missing")), ("other/pnpm-lock.yaml", None)] {
        let entries = of(&[("web/Dockerfile", docker), ("web/package.json", "{}"), open, (lockfile, "")]);
        assert_eq!(all::<DockerCopy>(&entries)[0].state.as_deref(), wanted, "{lockfile}");
    }
}

#[test]
fn users_follow_stages_base_images_and_entry_points() {
    for (text, user, root) in [
        ("FROM node:24\nCMD x", Some("root"), Some(true)),
        ("FROM node:24\nUSER node:node", Some("node:node"), Some(false)),
        ("FROM node:24 AS a\nUSER 1000\nFROM a", Some("1000"), Some(false)),
        ("FROM node:24\nUSER node\nUSER root", Some("root"), Some(true)),
        ("FROM scratch\nCOPY a /a", Some("root"), Some(true)),
        ("FROM gcr.io/distroless/static:nonroot", Some("nonroot"), Some(false)),
        ("FROM private.example/x", None, None),
        ("FROM node\nARG U\nUSER $U", None, None),
        ("FROM node\nARG U=app\nUSER $U", Some("app"), Some(false)),
        ("FROM node\nENTRYPOINT [\"/init\"]", None, None),
        (
            "FROM node\nENTRYPOINT [\"su-exec\", \"app\", \"node\"]",
            Some("another user than root"),
            Some(false),
        ),
    ] {
        let stage = last_stage(&[("Dockerfile", text)]);
        assert_eq!((stage.user.as_deref(), stage.root), (user, root), "{text}");
    }
}

#[test]
fn contexts_are_told_by_whatever_builds() {
    let docker = "FROM node\nCOPY x .\n";
    for (path, text, wanted) in [
        ("compose.yml", "services: { a: { build: { context: ., dockerfile: api/Dockerfile } } }", "."),
        ("compose.yml", "services: { a: { build: ./api } }", "api"),
        ("Makefile", "image:\n\tdocker build -f api/Dockerfile .\n", "."),
        ("Makefile", "DIR := api\nimage:\n\tdocker build $(DIR)\n", "api"),
        ("scripts/image.sh", "cd api && docker build -t x .\n", "api"),
        ("api/package.json", "{\"scripts\": {\"image\": \"docker build -f Dockerfile ..\"}}", "."),
        (
            ".github/workflows/a.yml",
            "jobs: { a: { steps: [{ run: docker build -t a ., working-directory: api }] } }",
            "api",
        ),
        (
            ".github/workflows/a.yml",
            "jobs: { a: { strategy: { matrix: { app: [api, web] } }, steps: [{ uses: docker/build-push-action@v6, with: { context: './${{ matrix.app }}' } }] } }",
            "api",
        ),
        (".gitlab-ci.yml", "image: { script: [\"docker build --file api/Dockerfile .\"] }", "."),
        ("docker-bake.hcl", "\ntarget \"a\" {\n  context = \"api\"\n}\n", "api"),
        ("render.yaml", "services: [{ runtime: docker, dockerfilePath: ./api/Dockerfile }]", "."),
        ("heroku.yml", "build: { docker: { web: api/Dockerfile } }", "api"),
    ] {
        let found: Vec<DockerContext> = all(&of(&[("api/Dockerfile", docker), (path, text), ("api/x", "")]));
        let found = found.first().map(|one| (one.context.as_str(), one.source.as_str()));
        assert_eq!(found, Some((wanted, path)), "{path}: {text}");
    }
    let assumed: Vec<DockerContext> = all(&of(&[("api/Dockerfile", docker), ("x", "")]));
    assert_eq!((assumed[0].context.as_str(), assumed[0].source.as_str()), (".", "assumed"), "where `x` is");
    let elsewhere =
        of(&[("Dockerfile", docker), (".goreleaser.yml", "dockers: [{ dockerfile: Dockerfile }]")]);
    assert_eq!(all::<DockerContext>(&elsewhere), [], "a folder the tool makes");
    assert_eq!(all::<DockerCopy>(&elsewhere)[0].state, None);
}

#[test]
fn sources_of_stages_that_nothing_needs_are_left_out() {
    let entries =
        of(&[("Dockerfile", "FROM a AS x\nCOPY p .\nFROM a AS y\nCOPY q .\nFROM a\nCOPY --from=y q r\n")]);
    let copies: Vec<DockerCopy> = all(&entries);
    assert_eq!(copies.iter().map(|copy| copy.source.as_str()).collect::<Vec<_>>(), ["q"]);
}

#[test]
fn a_source_outside_of_the_context_is_not_made_by_a_build() {
    let compose = "services: { n: { build: nginx } }";
    let docker = "FROM nginx\nCOPY ../client/build /www\nCOPY build /x\n";
    let copies: Vec<DockerCopy> = all(&of(&[("nginx/Dockerfile", docker), ("docker-compose.yml", compose)]));
    let made: Vec<bool> = copies.iter().map(|copy| copy.made_by.is_some()).collect();
    assert_eq!(made, [false, true]);
}

#[test]
fn lockfiles_are_looked_for_where_the_command_runs() {
    let package = ("package.json", "{}");
    let lock = ("package-lock.json", "{}");
    for (text, files, wanted) in [
        ("COPY . .\nRUN npm ci", vec![package, lock], Some("present")),
        ("COPY . .\nRUN npm ci", vec![package], Some("missing")),
        ("COPY package.json .\nRUN npm ci", vec![package, lock], Some("missing")),
        ("WORKDIR /a\nCOPY package*.json ./\nRUN cd /a && npm ci", vec![package, lock], Some("present")),
        ("COPY . .\nRUN npm ci", vec![package, lock, (".dockerignore", "*lock*")], Some("ignored")),
        ("COPY . .\nRUN npm install", vec![package], None),
        ("COPY package.json .\nRUN npm install", vec![package, lock], Some("not copied")),
        ("COPY . .\nRUN [ -f package-lock.json ] && npm ci || npm i", vec![package], None),
        ("COPY . .\nRUN npm --prefix web ci", vec![package], None),
        ("RUN git clone x . && npm ci", vec![package], None),
        ("COPY --from=other /x .\nRUN npm ci", vec![package], None),
    ] {
        let docker = format!("FROM node:24\n{text}\n");
        let entries = of(&[files.as_slice(), &[("Dockerfile", docker.as_str())]].concat());
        let commands: Vec<DockerCommand> = all(&entries);
        let found = commands.iter().find(|one| one.manager.is_some()).and_then(|one| one.lockfile.as_deref());
        assert_eq!(found, wanted, "{text}");
    }
}

#[test]
fn starts_are_followed_into_the_image() {
    for (text, files, lacks) in [
        ("COPY a.js .\nCMD [\"node\", \"a.js\"]", vec![("a.js", "")], false),
        ("COPY a.js .\nCMD [\"node\", \"b.js\"]", vec![("a.js", "")], true),
        ("COPY a.js b.js\nCMD [\"node\", \"b.js\"]", vec![("a.js", "")], false),
        ("COPY a /x\nCMD [\"node\", \"/x/b\"]", vec![("a/b.js", "")], false),
        ("COPY a /x\nCMD [\"node\", \"/x/c\"]", vec![("a/b.js", "")], true),
        ("COPY a /x\nRUN make\nCMD [\"node\", \"/x/c\"]", vec![("a/b.js", "")], false),
        ("COPY . .\nCMD [\"node\", \"dist/c\"]", vec![("a.js", ""), (".gitignore", "dist")], false),
        (
            "COPY . .\nCMD [\"node\", \"dist/c\"]",
            vec![("a.js", ""), (".gitignore", "dist"), (".dockerignore", "dist")],
            true,
        ),
        ("CMD [\"node\", \"-e\", \"1\"]", vec![], false),
        ("CMD cd x && node y", vec![], false),
    ] {
        let docker = format!("FROM node:24\nWORKDIR /app\n{text}\n");
        let entries = of(&[files.as_slice(), &[("Dockerfile", docker.as_str())]].concat());
        let starts: Vec<DockerStart> = all(&entries);
        assert_eq!(starts[0].lacks.is_some(), lacks, "{text}: {:?}", starts[0].lacks);
    }
}

#[test]
fn references_know_who_builds_and_who_uses_them() {
    let entries = of(&[
        ("Dockerfile", "FROM node:24 AS build\nFROM app-base:1\nCOPY --from=build a b\nCMD node server\n"),
        ("base.Dockerfile", "FROM alpine:3.22\n"),
        ("build.sh", "docker build -t app-base:1 -f base.Dockerfile .\n"),
        (
            "compose.yml",
            "services: { a: { build: . }, db: { image: 'postgres:${V:-12}' }, x: { image: $X } }",
        ),
        ("k8s.yml", "apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, image: 'a@sha256:00' }] }\n"),
    ]);
    let found: Vec<ImageReference> = all(&entries);
    let found: Vec<_> =
        found.iter().map(|one| (one.reference.as_str(), one.shipped, one.own, one.ended.is_some())).collect();
    assert_eq!(
        found,
        [
            ("node:24", false, false, false),
            ("app-base:1", true, true, false),
            ("alpine:3.22", true, false, false),
            ("postgres:12", true, false, true),
            ("a@sha256:00", true, false, false),
        ]
    );
}

#[test]
fn services_and_workloads_are_facts() {
    let entries = of(&[
        ("api/Dockerfile", "FROM node:24\nCMD node server\n"),
        (
            "compose.yml",
            "services: { api: { build: api, user: '1000', healthcheck: { test: x } }, c: { image: c } }",
        ),
        (
            "k8s.yml",
            "apiVersion: apps/v1\nkind: Deployment\nspec: { template: { spec: { containers: [{ name: a, image: b, livenessProbe: { exec: {} }, securityContext: { runAsUser: 5 } }] } } }\n",
        ),
    ]);
    let services: Vec<ComposeService> = all(&entries);
    let services: Vec<_> = services.iter().map(|one| (one.dockerfile.as_deref(), one.non_root)).collect();
    assert_eq!(services, [(Some("api/Dockerfile"), true), (None, false)]);
    let containers: Vec<KubernetesContainer> = all(&entries);
    assert_eq!((containers[0].non_root, containers[0].probed), (true, true));
    let workloads: Vec<KubernetesWorkload> = all(&entries);
    assert_eq!((workloads[0].kind.as_str(), workloads[0].templated), ("Deployment", false));
    let stages: Vec<DockerStage> = all(&entries);
    assert_eq!(stages[0].health.as_deref(), Some("compose.yml"));
}

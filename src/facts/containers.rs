//! Container images: how they are built, what runs in them, and what runs them.

facts! {
    /// One stage of a Dockerfile; it stands at what follows `FROM`.
    "docker.stage" DockerStage {
        /// Its number in the file, from 0.
        index: i64,
        /// What stands after `AS`.
        name: Option<String>,
        /// The image at the root of the stages it is built on, without tag and digest; absent for `scratch` and where
        /// it cannot be told.
        image: Option<String>,
        /// Whether it is the final stage, which is built where no other is asked for.
        last: bool,
        /// What the final stage is for: `service`, `job`, `app` (runs something, not told what), `cli`, `base`
        /// (starts nothing), `dev`, `ci` or `spare` (nothing builds it while another Dockerfile is built, and its name
        /// tells only another package manager, base or machine).
        role: String,
        /// What told the role.
        role_by: String,
        /// Who its containers run as, through all stages it is built on and the default of the base image; a number
        /// or a name. Absent where the base image is not known or the name is given at build time.
        user: Option<String>,
        /// Whether they run as root; absent where that cannot be told.
        root: Option<bool>,
        /// Of the final stage: which others of this file ship as well and run as root, in words: `, and so do …`.
        others: Option<String>,
        /// What checks its health: `HEALTHCHECK`, the base image, a compose file, Kubernetes probes, the
        /// configuration of a platform.
        health: Option<String>,
        /// The first step that compiles, transpiles or bundles, in any stage the final one needs; as it is written.
        build: Option<String>,
        /// Whether such a step runs in the stages that ship, so that they hold compilers and sources.
        builds_here: bool,
        /// How dependencies only used in development came into the shipped stages.
        dev_dependencies: Option<String>,
    }

    /// A command that runs while an image is built, from any stage the final one needs.
    "docker.command" DockerCommand {
        /// The command as it is written.
        text: String,
        /// What the final stage of the file is for; see `docker.stage`.
        role: String,
        /// The package manager with which it installs what a project declares: `npm`, `yarn`, `pnpm`, `bun`, `cargo`,
        /// `uv` …; absent for all other commands, installs of single packages and global tools among them.
        manager: Option<String>,
        /// Whether it fails where the lockfile does not fit: `npm ci`, `--frozen-lockfile`, `--locked`.
        frozen: bool,
        /// Of an install: the lockfile of its package manager is `present` where it runs, `missing` (in no build
        /// context, or none of the files copied), `ignored` (left out by a `.dockerignore`), `not copied` where it is
        /// tracked and the command goes on without it, or absent where that cannot be told.
        lockfile: Option<String>,
        /// The names a lockfile for it can have.
        lockfile_name: Option<String>,
    }

    /// A source of `COPY` or `ADD` that is taken from the build context, in any stage the final one needs.
    "docker.copy" DockerCopy {
        /// The source as the builder reads it, relative to the build context.
        source: String,
        /// What the final stage of the file is for; see `docker.stage`.
        role: String,
        /// Whether it takes the whole build context.
        whole: bool,
        /// `present`, `missing`, `excluded` by a `.dockerignore`, or absent where that cannot be told; of several
        /// possible build contexts the best counts.
        state: Option<String>,
        /// Why a missing source may be there when the image is built: git ignores it, or something builds it.
        made_by: Option<String>,
        /// The build context that was looked in, `.` for the root.
        context: String,
        /// The `.dockerignore` of that context.
        ignore_file: Option<String>,
    }

    /// A Dockerfile with the folder it is built in; it stands at the file.
    "docker.context" DockerContext {
        /// The folder, `.` for the root of the repository; the likeliest where several are possible.
        context: String,
        /// What tells it: the path of a compose file, workflow or script; `assumed` where nothing does.
        source: String,
        /// What the final stage of the file is for; see `docker.stage`.
        role: String,
        /// The file that keeps things out of the context: `<Dockerfile>.dockerignore`, else `.dockerignore`.
        ignore_file: Option<String>,
        /// Whether some stage that the final one needs copies the whole context.
        whole: bool,
        /// Whether an env file may lie in the context: git ignores `.env` there, or a template of one is tracked.
        env_likely: bool,
        /// Of `.env`, `.env.local`, `.env.production`: those that would be copied into a shipped stage.
        exposed: Vec<String>,
    }

    /// What a container of an image starts with: `ENTRYPOINT` and `CMD` of the final stage, at the instruction.
    "docker.start" DockerStart {
        /// What the final stage of the file is for; see `docker.stage`.
        role: String,
        /// The command as it is written.
        text: String,
        /// What stands between the container and the program, so that signals do not reach it: `npm`, `yarn`,
        /// `pnpm`, `a shell`.
        between: Option<String>,
        /// Why it cannot start: what it needs is not in the image.
        lacks: Option<String>,
    }

    /// A reference to an image: in `FROM`, in a compose file, in a Kubernetes manifest.
    "image.reference" ImageReference {
        /// The reference as it comes out.
        reference: String,
        /// Its tag.
        tag: Option<String>,
        /// Its digest.
        digest: Option<String>,
        /// Whether all of it is known: no variable without a value.
        resolved: bool,
        /// Whether it is used by what ships: a shipped stage, a compose file that is not for development, a manifest.
        shipped: bool,
        /// Whether this repository builds the image.
        own: bool,
        /// The runtime or system that gets no security fixes any more, with its version.
        ended: Option<String>,
        /// The day since which it gets none.
        ended_on: Option<String>,
    }

    /// A service of a compose file, overrides merged.
    "compose.service" ComposeService {
        /// Its name.
        name: String,
        /// The Dockerfile it is built from, where this repository has it.
        dockerfile: Option<String>,
        /// Whether it is run as somebody else than root.
        non_root: bool,
        /// When it is started again after it ended: `always`, `unless-stopped`, `on-failure`.
        restart: Option<String>,
        /// Whether its file is for development or tests.
        dev: bool,
    }

    /// A Kubernetes workload, also in a Helm template.
    "k8s.workload" KubernetesWorkload {
        /// `Deployment`, `StatefulSet`, `DaemonSet`, `Job`, `CronJob`, `Pod`, `ReplicaSet`, `Rollout`.
        kind: String,
        /// Whether its containers cannot be read, because a template makes them.
        templated: bool,
    }

    /// A container of a Kubernetes workload.
    "k8s.container" KubernetesContainer {
        /// Its name.
        name: String,
        /// The image as written.
        image: Option<String>,
        /// Whether it, or its pod, is kept from running as root.
        non_root: bool,
        /// Whether it has a liveness, readiness or startup probe.
        probed: bool,
    }

    /// A port that the final stage of a Dockerfile says its program listens at.
    "docker.port" DockerPort {
        /// The port.
        port: i64,
        /// It is below 1024: without a right of its own only root may listen there.
        privileged: bool,
        /// Whether the containers of the stage run as root; absent where that cannot be told.
        root: Option<bool>,
        /// What the stage is for; see `docker.stage`.
        role: String,
    }
}

//! Continuous integration: what runs by itself when the code changes.

facts! {
    /// The automation of the repository as a whole: there is exactly one. It stands at the first workflow that checks
    /// changes, else where the repository does.
    "ci" Ci {
        /// Every provider with a pipeline here: `github`, `gitlab`, `circleci`, `azure`, `jenkins`, `vercel` …
        providers: Vec<String>,
        /// Source files of programs: without any there is nothing to check.
        source_files: i64,
        /// The ecosystems of its packages: `npm`, `cargo`, `python`, `go` …
        ecosystems: Vec<String>,
    }

    /// A workflow, a pipeline, a composite action, or the build a platform runs by itself. Those in a directory where
    /// no provider looks for them are none.
    "ci.workflow" CiWorkflow {
        /// `github`, `forgejo`, `gitlab`, `circleci`, `azure`, `jenkins`, `vercel`, `netlify` …
        provider: String,
        /// Its name, or the name of its file.
        name: String,
        /// `pipeline`; `called` where only other workflows start it; `action` for a composite action; `platform` where
        /// a hosting platform builds and nothing more is known to run.
        kind: String,
        /// What starts it: `push`, `branch-push` (a push to any branch), `pull_request`, `pull_request_target`,
        /// `merge_group`, `schedule`, `manual`, `tag`, `release`, `workflow_run`, `called`, `issue_comment` … `called`
        /// ones also have those of their callers.
        triggers: Vec<String>,
        /// Where the token of a GitHub workflow is limited: `declared` at the top, `jobs` in each job, `partial` in
        /// some, `write-all` anywhere, `none`; absent elsewhere.
        permissions: Option<String>,
        /// How many jobs it has.
        jobs: i64,
    }

    /// A job of a workflow.
    "ci.job" CiJob {
        /// Its key.
        name: String,
        /// As of its workflow.
        provider: String,
        /// The name of its workflow.
        workflow: String,
        /// What can start it: the triggers of the workflow that its `if` lets through.
        triggers: Vec<String>,
        /// Minutes after which it is stopped; absent where nothing is said, and where it is computed 0.
        timeout: Option<i64>,
        /// The workflow it calls, where it does.
        calls: Option<String>,
        /// The kinds of its tasks, those of the workflow it calls included.
        tasks: Vec<String>,
        /// It deploys by itself when a branch changes. Of a called workflow, the job that calls it does.
        deploys: bool,
        /// What stands before its tasks: `needs test`, `environment production`, `test before it` …; absent where
        /// nothing does.
        gate: Option<String>,
    }

    /// A step of a job that runs a script.
    "ci.step" CiStep {
        /// Its name, or that of its job where it has none.
        name: String,
        /// The kind of task its name promises and nothing in its job does: `deploy`, `backup`, `migrate`, `rollback`,
        /// `test`, `health-check`, `release`. Only where the script prints, waits or sets variables and nothing else.
        empty_promise: Option<String>,
    }

    /// A use of an action.
    "ci.action" CiAction {
        /// `owner/name`, with the path below it; the image of `docker://`.
        action: String,
        /// What stands after `@`.
        version: String,
        /// `sha`, `tag`, `branch`, `digest` or `none`; a name that cannot be told apart from a tag is a `tag`, and `own`
        /// whatever moves in a repository of the same owner.
        pin: String,
        /// `platform` for those of GitHub itself, `own` for those of the repository's owner, else `third`.
        party: String,
        /// A called workflow that gets no secret and a token that can only read: what is pushed to it can do no harm here.
        harmless: bool,
    }

    /// Something a pipeline does, whichever way it leads there: a command, a package script, a target, an action.
    "ci.task" CiTask {
        /// `lint`, `format`, `typecheck`, `test`, `coverage`, `build`, `e2e`, `audit` (of dependencies), `sast`,
        /// `secret-scan`, `image-scan`, `iac-scan`, `migrate`, `deploy`, `release`, `docs`, `other-lint`.
        kind: String,
        /// The program or action that does it.
        tool: String,
        /// As of its workflow.
        provider: String,
        /// The name of its workflow.
        workflow: String,
        /// The key of its job.
        job: String,
        /// What can start it; as of a workflow.
        triggers: Vec<String>,
        /// The directories of the packages it runs on; empty text for the root.
        packages: Vec<String>,
        /// Why a failure does not fail the pipeline: `` `|| true` ``, `` `continue-on-error` `` …; absent where it does.
        masked: Option<String>,
        /// The name of its job or step says that it only informs: `experimental`, `optional`, `report` …
        informs: bool,
        /// How it was found: `npm run check → tsc`.
        chain: String,
    }

    /// Something a pipeline runs that the repository does not show.
    "ci.unknown" CiUnknown {
        /// `workflow` of another repository, `include` of another project, `action` nothing is known of, `command`
        /// that is computed, `provider` whose format is not read.
        kind: String,
        /// As written.
        name: String,
    }

    /// A script, target, file or directory that a pipeline names.
    "ci.reference" CiReference {
        /// `script` of a package, `target` of make or just, `file` to be run, `path` given to a tool, `directory` to
        /// work in.
        kind: String,
        /// As written.
        name: String,
        /// Where it was looked for.
        place: String,
        /// What names it: the program, or the key of the workflow.
        user: String,
        /// Whether it is there; absent where it may be made on the way.
        exists: Option<bool>,
    }

    /// A package manager installing all dependencies of a project in a pipeline.
    "ci.install" CiInstall {
        /// `npm`, `yarn`, `pnpm`, `bun`, `pipenv` …
        manager: String,
        /// The command as run.
        command: String,
        /// It fails where the lockfile does not fit; absent where there is no lockfile.
        frozen: Option<bool>,
        /// The command that does.
        better: String,
    }

    /// An expression that is put into a script before its shell or interpreter reads it.
    "ci.injection" CiInjection {
        /// The context value: `github.event.issue.title`.
        value: String,
        /// Who decides what it holds: `anyone`, or `collaborator`.
        author: String,
        /// `run`, or the input of the action that runs it.
        sink: String,
    }

    /// A job with the rights of the repository that fetches code of a stranger's pull request.
    "ci.untrusted-checkout" CiUntrustedCheckout {
        /// What starts it: `pull_request_target`, `workflow_run`, `issue_comment`.
        trigger: String,
        /// The reference that is checked out.
        reference: String,
        /// The first step after it that runs something of that code; absent where none does.
        runs: Option<String>,
        /// It is given secrets, or its token can write or is not limited.
        privileged: bool,
        /// What keeps strangers out: an environment, or a condition on the label, the author or the repository.
        gate: Option<String>,
    }

    /// A bot that proposes updates of dependencies.
    "update.config" UpdateConfig {
        /// `dependabot` or `renovate`.
        bot: String,
        /// What it is told to update; empty for all it finds.
        ecosystems: Vec<String>,
    }

    /// A check this repository is set up for: a test suite, a linter, types, something to build.
    "check" Check {
        /// `test`, `e2e`, `lint`, `typecheck` or `build`.
        kind: String,
        /// The program: `jest`, `pytest`, `tsc`, `docker` …; of a package script its name.
        tool: String,
        /// A pipeline or a package script runs that program.
        invoked: bool,
        /// Files it would run on; 0 where they are not counted.
        files: i64,
    }
}

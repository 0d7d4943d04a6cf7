//! Documents for people, and what makes them necessary.

facts! {
    /// A document in Markdown, reStructuredText, `AsciiDoc` or plain text; also monitoring that is written as code.
    "doc" Doc {
        /// What it is, by its name and folder: `readme`, `guide`, `runbook`, `security`, `contributing`, `changelog`,
        /// `decision`, `assessment`, `content` (what the product publishes), `agent`, `form`, or `code` for dashboards and alerts as files.
        kind: String,
        /// What it explains under a heading of its own, with a procedure, code or enough words: `install`, `run`, `build`,
        /// `test`, `deploy`, `rollback`, `backup`, `restore`, `disaster-recovery`, `rto-rpo` (with numbers),
        /// `monitoring`, `alerting`, `slo` (goals of service), `runbook`, `on-call`, `incident`. Changelogs, decisions and assessments explain none.
        topics: Vec<String>,
        /// The topics for which it only links to a page outside of the repository; `documentation` or `wiki` where it links
        /// to all there is.
        pointers: Vec<String>,
    }

    /// A license under which the repository may be used, or the statement that there is none.
    "license" License {
        /// What tells: `file`, `manifest`, or `private` where the manifest says that it is not to be published.
        from: String,
    }

    /// A file by which something that answers requests gets deployed.
    "deploy.surface" DeploySurface {
        /// `Docker`, `Docker Compose`, `Kubernetes`, `Helm`, `Fly.io`, `Vercel` …
        platform: String,
    }

    /// A place where the application keeps data that outlives it.
    "state.store" StateStore {
        /// The database or the library that leads to one: `PostgreSQL`, `MongoDB`, `prisma` …
        kind: String,
        /// What tells: `service` (of a compose file), `dependency` or `migrations`.
        because: String,
    }

    /// A line of a readiness document that says a control is in place, in a repository whose code can be read.
    "claim" Claim {
        /// What would prove it: `rate-limit`, `error-tracking` …
        capability: String,
        /// How far the code has come: `absent`, `declared`, `unread`, `present`, `imported`, `unclear`, `live`
        /// or `applied`, as of `control`.
        stage: String,
        /// The library or module that comes closest.
        control: Option<String>,
    }
}

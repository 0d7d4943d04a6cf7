//! How the programs of a repository behave when something goes wrong: what they wait for, what they close, what they
//! ignore, and what they keep in memory.

facts! {
    /// A call of another service over HTTP, in code of a server. It stands at the call.
    "http.request" HttpRequest {
        /// What makes it: `fetch`, `axios`, `got`, `undici`, `node:https` …
        library: String,
        /// What ends it when no answer comes: `signal`, `timeout`, a default of its client; absent where nothing does.
        timeout: Option<String>,
        /// Why it cannot be told whether something ends it.
        unsure: Option<String>,
        /// Where it goes, as far as that is written.
        target: Option<String>,
    }

    /// A process that listens for requests until it is told to stop. It stands where it begins to listen.
    "server.process" ServerProcess {
        /// What listens: `express`, `fastify`, `koa`, `nest`, `hono`, `http`, `bun` …
        framework: String,
        /// What answers SIGTERM in the code of its package and lets requests end, or closes connections:
        /// `a handler of SIGTERM`, `enableShutdownHooks` …
        closes: Option<String>,
        /// Why nothing does: `nothing in its package answers the signal`, `its handler leaves at once`.
        fault: Option<String>,
        /// A limit of time on requests that was switched off: `requestTimeout = 0`.
        unlimited: Option<String>,
    }

    /// A handler of errors that nobody caught.
    "process.handler" ProcessHandler {
        /// `uncaughtException` or `unhandledRejection`.
        event: String,
        /// Whether the process leaves, or hands the error on to what makes it leave.
        exits: bool,
    }

    /// A handler of errors.
    "catch" Catch {
        /// `catch` or `.catch()`.
        form: String,
        /// What it does: `nothing`, `logs` (and goes on), `more`.
        does: String,
        /// A comment in it says why.
        explained: bool,
        /// What failed is of no account: cleaning up, reading a text that may be none, what only a browser keeps.
        harmless: bool,
        /// Whether it is in a server.
        server: bool,
    }

    /// The handlers of errors of one package. It stands at the first that only logs.
    "catch.summary" CatchSummary {
        /// How many there are.
        total: i64,
        /// How many only log and go on.
        logs_only: i64,
        /// The package, in words.
        name: String,
    }

    /// An asynchronous function that answers requests of Express 4, which does not hear when it fails. It stands at the
    /// first `await` that nothing guards, else at the function.
    "handler.async" AsyncHandler {
        /// Its name, or `a handler`.
        name: String,
        /// Whether all it awaits stands in a `try` or is given a `catch`.
        guarded: bool,
    }

    /// A function that answers for whatever fails in the handlers of an application.
    "error.handler" ErrorHandler {
        /// Its name.
        name: String,
        /// Whether it is a function of this repository that writes the answer.
        answers: bool,
        /// The identifier of the request that its answer, or a header of every answer of its package, carries.
        traced: Option<String>,
    }

    /// Work at set times within a process that answers requests.
    "schedule" Schedule {
        /// What starts it: `node-cron`, `setInterval`, `@nestjs/schedule` …
        by: String,
        /// What keeps it to one of several processes: a lock, a flag of the environment.
        lock: Option<String>,
    }

    /// A queue of jobs, where jobs are put into it.
    "queue.definition" QueueDefinition {
        /// The library.
        library: String,
        /// Its name.
        name: Option<String>,
        /// Whether a job that fails is tried again: `attempts`, a retry policy.
        retries: bool,
        /// Why it cannot be told.
        unsure: Option<String>,
    }

    /// A list, map or object of a server into which functions put what they keep from one request to another; also a
    /// store of sessions.
    "memory.state" MemoryState {
        /// The name of the variable, or the library.
        name: String,
        /// What it holds that has to outlive the process and be the same for all processes: `sessions`, `tokens`,
        /// `one-time codes`. Absent for all else.
        holds: Option<String>,
    }

    /// Work that takes seconds to minutes: video, headless browsers, transcription, archives.
    "heavy.work" HeavyWork {
        /// What does it: `fluent-ffmpeg`, `puppeteer` …
        by: String,
        /// Where it runs: `request`, `worker` or `other`.
        runs: String,
    }

    /// A call that stops the whole process until it is done, within the handling of a request.
    "sync.call" SyncCall {
        /// The function: `fs.readFileSync`.
        function: String,
        /// It runs for every request.
        in_request: bool,
    }

    /// A loop that tries again until something succeeds.
    "retry.loop" RetryLoop {
        /// Whether the number of tries has a limit.
        limited: bool,
        /// Whether it waits between two tries.
        waits: bool,
    }

    /// What passes the messages of sockets between several processes.
    "socket.adapter" SocketAdapter {
        /// How it is set: `io.adapter(…)`, an option.
        by: String,
    }

    /// More than one process of a service is meant to run.
    "scale" Scale {
        /// What says so: `replicas: 3`, an autoscaler, a cluster of PM2.
        by: String,
        /// It follows the load.
        automatic: bool,
    }
}

//! What protects and watches a service: what it declares, and how much of it works.

facts! {
    /// A package with code that runs on a server and its package manifest: a service, a worker, or a site with routes.
    /// It stands where its application is made, else at its manifest.
    "server" Server {
        /// The name of the package, else its directory.
        name: String,
        /// The directory of its manifest; empty for the root.
        of: String,
        /// `service`, `web` or `worker`.
        role: String,
        /// The frameworks that answer its routes.
        frameworks: Vec<String>,
        /// It is a process that runs on, rather than functions that a platform calls.
        runs_on: bool,
        /// How many routes it answers, without those for health, metrics and docs.
        routes: i64,
        /// Whether all of these only answer with a text or a file that everybody gets: there is nothing to guess, to
        /// use up or to take.
        plain: bool,
        /// What is there in any form, declared or built: `rate-limit`, `error-tracking` …
        controls: Vec<String>,
        /// What is there and works: it stands before routes, or is called where that is enough.
        wired: Vec<String>,
        /// How many of these only read, where routes of the package ask a database; 0 where none does.
        reads: i64,
        /// What lets answers be used again: the library of a cache, a header, a setting of the framework or of a CDN;
        /// absent where nothing does.
        keeps: Option<String>,
        /// The other services that its code asks, by their packages; `fetch` for the function.
        asks: Vec<String>,
        /// How many these are.
        services: i64,
        /// How many other servers the repository has.
        others: i64,
        /// Whether one of these does not try again by itself.
        asks_once: bool,
    }

    /// A control of a server: a library that it depends on, or a module of its own. It stands where it is put to work,
    /// else where it is imported or built, else in the manifest.
    "control" Control {
        /// What it does: `rate-limit`, `auth`, `validation`, `structured-log` …
        capability: String,
        /// The name of the package of a registry, or the path of the module.
        name: String,
        /// Whether it is a module of this repository.
        local: bool,
        /// What plays the part, as messages name it: the export of a module, else the name of its file; a library by
        /// its name.
        part: String,
        /// The directory of the server's manifest; empty for the root.
        of: String,
        /// How a message says so: `is in the manifest only`, `is called, but stands before no route`.
        state: String,
        /// `declared` (in the manifest only), `unread` (the same, and a module of the package could not be read),
        /// `present` (built or imported in a module that no program reaches), `imported` (in one that runs), `unclear`
        /// (called in one of which it cannot be told whether a program loads it, or put before routes only where a
        /// setting says so), `live` (called in one that runs), `applied` (stands before routes; where it needs no
        /// route, called).
        stage: String,
        /// How many routes it stands before, of what stands before routes.
        covered: Option<i64>,
        /// How many routes there are, without those for health, metrics and docs, and those of which it cannot be told
        /// what stands before them.
        total: Option<i64>,
        /// What it stands before where it is applied, in words: `3 of 14 routes`, `all that the application hands on`.
        reach: String,
        /// Whether it limits what comes in over sockets.
        sockets: bool,
        /// How many of a hundred routes it stands before.
        share: Option<i64>,
        /// Another control of the same kind that works in the same server.
        instead: Option<String>,
    }
}

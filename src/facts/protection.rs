//! How what protects an application is set: who may read its answers, how much it takes, and how often.

facts! {
    /// A file of the repository that sets up something in front of the applications: a proxy, a gateway, a platform.
    "gateway" Gateway {
        /// `nginx`, `Caddy`, `HAProxy`, `Traefik`, `Kong`, `Envoy`, `Kubernetes ingress`, `Istio`, `Terraform`,
        /// `Serverless`, or the name of the platform.
        kind: String,
        /// What it does: `proxy` (hands requests on), `rate-limit`, `auth`, `body-limit`.
        does: Vec<String>,
    }

    /// A place that says which origins may read the answers of an application.
    "cors.policy" CorsPolicy {
        /// The package that does so; `header` where the header is set by hand.
        library: String,
        /// `any` (`*`), `reflected` (whatever asks), `local` (only the machine of a developer), `list` (written in the
        /// code), `environment`, `function` (decided at run time), `unknown`.
        origin: String,
        /// The origins, as far as they are written.
        origins: Vec<String>,
        /// Whether cookies may be sent along.
        credentials: bool,
        /// Only where the program does not run in production.
        development: bool,
        /// What stands behind it is meant for everybody: it changes nothing, or its path says `public`.
        open: bool,
        /// Browsers may tell by themselves who asks, as by a cookie. False where everybody is let in and requests are
        /// known by a header alone, which the page of another site cannot set in the name of its user.
        ambient: bool,
        /// What says so, as messages name it: `cors`, `enableCors`, `Access-Control-Allow-Origin`.
        by: String,
        /// What pages of the origins may read, in words: `what the API answers`, `what the API answers to their visitors`
        /// (with credentials), `what the server sends over sockets`.
        answers: String,
    }

    /// A limiter that is made in live code.
    "limiter" Limiter {
        /// The package.
        library: String,
        /// Where it counts: `memory` (of one process), `shared`, `unknown`.
        store: String,
        /// The length of its window in milliseconds, where that is written.
        window: Option<i64>,
        /// How many requests it lets through in a window, where that is written.
        max: Option<i64>,
        /// Why attacks are not counted: `failed requests are not counted`, `every request is skipped` …
        gap: Option<String>,
        /// What its answer does not tell: `the status 429`, `when to come back`; absent where it tells both.
        untold: Option<String>,
        /// It lets requests pass where its store fails.
        fails_open: bool,
        /// It tells clients apart by the address they come from.
        by_address: bool,
        /// Something decides which requests it passes over.
        skips: bool,
    }

    /// A place that says how large the body of a request may be.
    "body.limit" BodyLimit {
        /// What reads the body: `express.json`, `body-parser`, `fastify` …
        parser: String,
        /// As written: `50mb`.
        written: String,
        /// The same in bytes.
        bytes: i64,
        /// Whether it stands before the whole application, not before one path or route.
        everywhere: bool,
    }

    /// A place that takes files.
    "upload" Upload {
        /// The package.
        library: String,
        /// Whether it limits the size of a file.
        sized: bool,
        /// Whether it turns away files by their type.
        typed: bool,
        /// What the files are, by the words of fields, folders and filters: `images`, `documents`; absent where they do
        /// not tell.
        holds: Option<String>,
        /// The folder it writes to, where that is written.
        folder: Option<String>,
        /// Whether that folder is served to everybody.
        public: bool,
        /// Why sizes and types cannot be told.
        unsure: Option<String>,
    }

    /// A cookie that tells who asks.
    "session.cookie" SessionCookie {
        /// What sets it: a package, or `response` where that is done by hand.
        library: String,
        /// From which other sites it is sent along: `lax`, `strict`, `none`; absent where nothing says so.
        same_site: Option<String>,
    }
}

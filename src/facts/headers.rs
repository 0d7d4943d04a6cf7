//! Headers of answers that harden browsers, what a framework calls before its routes, and what calls them at set times.

facts! {
    /// A place that sets headers which harden browsers: a configuration, a middleware, code of an answer.
    "http.headers" HttpHeaders {
        /// `next.config`, `vercel.json`, `netlify.toml`, `_headers`, `firebase.json`, `staticwebapp.config.json`, `nginx`,
        /// `html`, `code`, or the package that sets them.
        from: String,
        /// The headers, in lower case.
        names: Vec<String>,
        /// How many of five it sets: against sniffing, against framing, `referrer-policy`, `permissions-policy`,
        /// `strict-transport-security`.
        hardening: i64,
        /// Whether it is set for every page.
        everywhere: bool,
        /// What `content-security-policy` says of scripts: `strict`, `unsafe` (any script may run), `report-only`, or
        /// `computed`; absent where it is not set.
        csp: Option<String>,
        /// Whether `content-security-policy` lets only those scripts of a page run that it names by a nonce or a hash,
        /// and what they load.
        nonce: bool,
        /// For how many seconds browsers come back over TLS only; absent where that is not set.
        hsts: Option<i64>,
        /// It cannot be read which headers these are.
        computed: bool,
    }

    /// A middleware that a framework calls before the routes of an application, by the file it stands in.
    "http.middleware" HttpMiddleware {
        /// Its name.
        name: String,
        /// What it does: `auth`, `rate-limit` …
        capabilities: Vec<String>,
        /// Why nothing below `/api` is turned away: `its matcher leaves them out`, `it lets them pass`; absent where it
        /// may turn them away.
        skips_api: Option<String>,
    }

    /// A route that the platform calls at set times.
    "http.cron" HttpCron {
        /// The path, without a query.
        route: String,
        /// When, as written.
        schedule: Option<String>,
    }
}

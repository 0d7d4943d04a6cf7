//! Applications that answer requests, their routes, and what stands before them.

facts! {
    /// An application that answers HTTP requests: what listens, or what a platform calls. One that no program of its
    /// package reaches is left out.
    "http.app" HttpApp {
        /// The framework: the name of its package, `http`, `supabase`, `workers`, `deno`.
        framework: String,
        /// Whether it begins to listen itself, rather than being called by a platform.
        listens: bool,
        /// Whether it does so on an address that only the same machine reaches: `listen(3000, "127.0.0.1")`.
        loopback: bool,
        /// The names of what stands before all its routes, in order: `helmet`, `limiter`.
        guards: Vec<String>,
        /// What these do: `rate-limit`, `auth`, `security-headers` …
        capabilities: Vec<String>,
        /// The role of its package: `service`, `web`, `cli` …
        role: String,
        /// How far it believes `X-Forwarded-For`, as written: `1`, `true`, `loopback`; absent where nothing sets it.
        trust_proxy: Option<String>,
    }

    /// A route that a request can reach. One in a module that no program of its package reaches is left out, and so is
    /// code that is sent to browsers.
    "http.route" HttpRoute {
        /// The framework, as of its app.
        framework: String,
        /// `GET`, `POST` …, `ALL` for any, `QUERY`, `MUTATION` and `SUBSCRIPTION` of tRPC and GraphQL, `ACTION` of a
        /// server action.
        method: String,
        /// The whole path with its prefixes, parameters as `:name`; absent where a part of it is computed.
        route: Option<String>,
        /// How messages name it: `POST /login`; with the name of its handler where the path is computed.
        name: String,
        /// The name of the function that answers.
        handler: Option<String>,
        /// The names of what stands before it, outermost first.
        guards: Vec<String>,
        /// What its guards do: `rate-limit`, `auth`, `validation` …
        before: Vec<String>,
        /// What it does itself, and what those of its guards do that stand neither before the whole application nor
        /// before most routes of the package.
        own: Vec<String>,
        /// What guards and handler do together.
        capabilities: Vec<String>,
        /// Why it cannot be told what stands before it.
        unsure: Option<String>,
        /// What it is for: `webhook` (takes messages of another service), `admin`, `login` (sign-in, registration,
        /// reset, one-time code, token), `guess` (a login at which a password or a code is guessed), `dev-login` (a login for demonstrations, tests or in the name of others),
        /// `health`, `docs` (description of the API, playground), `metrics`, `debug`, `cron`, `upload`, `payment`,
        /// `llm`, `action` (its name orders something: `delete-all`, `sendMail`).
        classes: Vec<String>,
        /// Whether it is there to change something: by its method, or because its handler writes.
        changes_state: bool,
        /// What its handler was seen to do to the world: `database` (writes to one), `memory` (changes what a module
        /// keeps, and reads a body), `mail`, `payment`, `llm`.
        effects: Vec<String>,
        /// What of the request its handler reads: `body`, `query`, `params`, `files`.
        reads: Vec<String>,
        /// Whether it reads a body, and all it does with the parts of it is to hand them to another service.
        handed: bool,
        /// Whether it is there, or goes on, only where the program does not run in production or a flag allows it.
        gated: bool,
        /// Whether it is there only where the program does not run in production.
        development: bool,
        /// Whether it finds out nothing about who asks, though most other routes of its package do, and is not for everybody
        /// by its name: what tells something, forms for visitors, counts of visits.
        outlier: bool,
        /// Whether it is meant for people without an account, or asks in a way of its own: it answers 401, finds what it
        /// is about by a token, makes guests of visitors, signs them up, takes their forms or counts their visits.
        visitors: bool,
        /// Whether routes of its package ask a database.
        stored: bool,
        /// Whether everybody gets the same text, a file of the repository or a picture drawn of the address, and its whole
        /// handler could be read; also where it answers only while the program plays a mock.
        plain: bool,
        /// Whether something in it gives up after some time.
        waits: bool,
        /// What it tells about the program: `environment`, `versions`, `memory`, `errors`. Of health routes only.
        reveals: Vec<String>,
    }

    /// A server that keeps connections open and takes messages over them.
    "socket.server" SocketServer {
        /// `socket.io` or `ws`.
        library: String,
        /// The path it answers at, where one is given.
        route: Option<String>,
        /// What stands before its connections and messages: `auth` (a middleware, a check of the upgrade, the handler
        /// of connections), `payload-limit`, `rate-limit`.
        guards: Vec<String>,
    }

    /// A route that takes messages of another service and checks their signature.
    "webhook.check" WebhookCheck {
        /// The route, as messages name it.
        name: String,
        /// How a message passes unchecked: `when no secret is set` …; absent where none does.
        gap: Option<String>,
        /// The parser that stands before the route and leaves it no bytes to check: `express.json`.
        parsed_by: Option<String>,
    }
}

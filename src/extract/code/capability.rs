//! What code is good for.

/// Declares the capabilities with the words that rules and `rules/knowledge/` use.
macro_rules! capabilities {
    ($( $(#[doc = $doc:literal])+ $name:ident = $word:literal, )+) => {
        /// Something that code does for the program around it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Capability {
            $( $(#[doc = $doc])+ $name, )+
        }

        impl Capability {
            /// All of them.
            pub const ALL: &'static [Self] = &[ $( Self::$name, )+ ];

            /// The word for it: `rate-limit`.
            pub fn word(self) -> &'static str {
                match self { $( Self::$name => $word, )+ }
            }

            /// The capability of a word.
            pub fn of(word: &str) -> Option<Self> {
                match word { $( $word => Some(Self::$name), )+ _ => None }
            }
        }
    };
}

capabilities! {
    /// Turns away who asks too often.
    RateLimit = "rate-limit",
    /// Finds out who asks, and turns away who may not be known.
    Auth = "auth",
    /// Turns away who is known but may not do this.
    Role = "rbac",
    /// Holds input against a schema.
    Validation = "validation",
    /// Sets the headers that harden browsers.
    SecurityHeaders = "security-headers",
    /// Answers which origins may read.
    Cors = "cors",
    /// Turns away requests that another site forged.
    Csrf = "csrf",
    /// Checks the signature of a message.
    Signature = "signature",
    /// Reads the body of requests.
    BodyParser = "body-parser",
    /// Takes files.
    Upload = "upload",
    /// Compresses answers.
    Compression = "compression",
    /// Keeps sessions.
    Session = "session-store",
    /// Writes structured logs.
    StructuredLog = "structured-log",
    /// Logs every request.
    RequestLog = "request-log",
    /// Reports errors to a tracker.
    ErrorTracking = "error-tracking",
    /// Counts and measures.
    Metrics = "metrics",
    /// Follows requests across services.
    Tracing = "tracing",
    /// Keeps answers for later.
    Cache = "cache",
    /// Hands work to a queue, or takes it from one.
    Queue = "queue",
    /// Runs work at set times.
    Scheduler = "scheduler",
    /// Tries again.
    Retry = "retry",
    /// Stops asking what does not answer.
    CircuitBreaker = "circuit-breaker",
    /// Gives up after some time.
    Timeout = "timeout",
    /// Answers whether the program is well.
    Health = "health",
    /// Fetches secrets from a vault.
    SecretsManager = "secrets-manager",
    /// Checks the environment at the start.
    EnvCheck = "env-check",
    /// Asks a database through objects.
    Orm = "orm",
    /// Asks a database.
    Database = "database",
    /// Asks another service over HTTP.
    HttpClient = "http-client",
    /// Sends e-mail or messages.
    Mail = "mail",
    /// Moves money.
    Payment = "payment",
    /// Asks a language model.
    Llm = "llm",
    /// Makes passwords safe to keep.
    PasswordHash = "password-hash",
    /// Makes or reads tokens.
    Token = "token",
    /// Cleans markup.
    Sanitizer = "sanitizer",
    /// Writes down who did what.
    AuditLog = "audit-log",
    /// Switches features.
    FeatureFlag = "feature-flag",
    /// Writes the description of an API.
    ApiDocs = "api-docs",
    /// Lets running requests end before the program does.
    GracefulShutdown = "graceful-shutdown",
    /// Tells people from programs.
    Captcha = "captcha",
    /// Keeps files in a store of objects.
    ObjectStorage = "object-storage",
    /// Answers with files.
    StaticFiles = "static-files",
    /// Passes requests on.
    Proxy = "proxy",
    /// Hands on what a promise of a handler is rejected with.
    AsyncErrors = "async-errors",
    /// Reads and writes cookies.
    Cookies = "cookies",
    /// Makes data unreadable, and readable again.
    Encryption = "encryption",
    /// Keeps connections open to send messages.
    Realtime = "realtime",
    /// Gives each request a name that logs carry.
    RequestId = "request-id",
    /// Lets one of several programs in.
    Lock = "lock",
    /// Answers with one page of many.
    Pagination = "pagination",
    /// Asks for many things at once.
    Batching = "batching",
    /// Changes images.
    Image = "image",
    /// Does once what is asked for twice.
    Idempotency = "idempotency",
}

/// A set of capabilities.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capabilities(u64);

impl Capabilities {
    /// With one more.
    #[must_use]
    pub fn with(self, capability: Capability) -> Self {
        Self(self.0 | 1 << capability as u64)
    }

    /// With one less.
    #[must_use]
    pub fn without(self, capability: Capability) -> Self {
        Self(self.0 & !(1 << capability as u64))
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are in both.
    #[must_use]
    pub fn among(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether it is one of them.
    pub fn has(self, capability: Capability) -> bool {
        self.0 & 1 << capability as u64 != 0
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.iter().copied().filter(move |capability| self.has(*capability))
    }

    /// Their words.
    pub fn words(self) -> Vec<String> {
        self.iter().map(|capability| capability.word().to_owned()).collect()
    }
}

//! Interfaces that other programs call, and their descriptions.

facts! {
    /// The HTTP interface of a package: its routes but those of pages, server actions, tRPC and GraphQL. It stands at
    /// its first route.
    "api" Api {
        /// How many routes it has.
        routes: i64,
        /// The frameworks that answer.
        frameworks: Vec<String>,
        /// What describes it: an `OpenAPI` document, a package that writes one, a schema of another kind.
        described: Option<String>,
        /// How its versions are told apart: `v1` in paths, `enableVersioning` …
        version: Option<String>,
        /// It is there for the pages of the same package or of the same repository.
        internal: bool,
    }

    /// A description of an interface in the format of `OpenAPI`.
    "api.document" ApiDocument {
        /// How many operations it names.
        operations: i64,
        /// What in it contradicts its format.
        mistakes: Vec<String>,
        /// Whether it names what the routes answer and nothing else; absent where they cannot be compared.
        agrees: Option<bool>,
        /// Where they differ, the first of it: `` no route answers `GET /old` ``.
        differences: Vec<String>,
    }

    /// A message to an address that a user of the program gave: a webhook of its own. It stands where it is sent.
    "webhook.sent" WebhookSent {
        /// What sends it.
        by: String,
        /// The document that speaks of webhooks.
        documented: Option<String>,
    }
}

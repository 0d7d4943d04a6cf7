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
        /// Why the routes behind it cannot be compared with it, where they cannot.
        incomparable: Option<String>,
    }

    /// Something in a description of an interface that contradicts its format: the rest still holds.
    "api.mistake" ApiMistake {
        /// What is wrong.
        what: String,
    }

    /// A difference between a description of an interface and its routes. It stands where there is something too many:
    /// at the route or at the operation.
    "api.gap" ApiGap {
        /// `GET /users/:id`.
        name: String,
        /// `route` without a description, or `operation` without a route.
        only: String,
        /// The description.
        document: String,
    }
}

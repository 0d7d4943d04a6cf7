//! Servers that answer GraphQL.

facts! {
    /// A server that answers GraphQL, where it is made.
    "graphql.server" GraphqlServer {
        /// The package that answers: `@apollo/server`, `graphql-yoga`, `mercurius`, `@nestjs/graphql` …
        library: String,
        /// What limits the depth or the cost of a query, or which queries there are; absent where nothing does.
        limit: Option<String>,
        /// `always` where it says so, `never`, `computed`; absent where nothing is said.
        introspection: Option<String>,
        /// What anyone may do with it, in words; absent where there is nothing to say.
        open: Option<String>,
        /// Why it cannot be told what limits queries.
        unsure: Option<String>,
    }
}

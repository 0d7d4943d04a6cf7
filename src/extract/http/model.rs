//! What every framework's reader gives: applications, routes and what stands before them.

use crate::extract::code::{Capabilities, Site};

/// What a framework's reader finds.
#[derive(Debug, Default)]
pub(in crate::extract) struct Found {
    /// Applications and routers that stand for themselves.
    pub(super) apps: Vec<App>,
    /// Routes that a request can reach.
    pub(super) routes: Vec<Route>,
    /// Where servers with routes of their own are put behind an application.
    pub(super) doors: Vec<Door>,
    /// Further places where such a server is made, each with the server it is.
    pub(super) also: Vec<(Site, Site)>,
}

impl Found {
    /// With what another reader found.
    pub(super) fn extend(&mut self, more: Self) {
        self.apps.extend(more.apps);
        self.routes.extend(more.routes);
        self.doors.extend(more.doors);
        self.also.extend(more.also);
    }
}

/// Where an application hands requests to a server with routes of its own: `use("/trpc", createExpressMiddleware(…))`.
#[derive(Debug)]
pub(super) struct Door {
    /// What is handed requests: the server, or what is made with it.
    pub value: Site,
    /// What stands before it in the application, outermost first.
    pub guards: Vec<Guard>,
    /// Why it cannot be told what stands before it, where it cannot.
    pub unsure: Option<String>,
}

/// An application: what listens, or what a platform calls.
#[derive(Debug)]
pub(super) struct App {
    /// Where it is made.
    pub site: Site,
    /// The framework: the name of its package, `http`, `supabase`, `workers`, `deno`.
    pub framework: &'static str,
    /// What stands before all its routes, in order.
    pub guards: Vec<Guard>,
    /// Where it begins to listen, where it does so itself.
    pub listens: Option<Site>,
}

/// A route.
#[derive(Debug)]
pub(super) struct Route {
    /// Where it is registered or declared.
    pub site: Site,
    /// The framework, as of its app.
    pub framework: &'static str,
    /// `GET`, `POST` …, `ALL` for any, `QUERY`, `MUTATION` and `SUBSCRIPTION` of tRPC and GraphQL, `ACTION` of a server action.
    pub method: String,
    /// The whole path with its prefixes, parameters as `:name`; none where a part is computed.
    pub path: Option<String>,
    /// The function that answers.
    pub handler: Option<Site>,
    /// What stands before it, outermost first.
    pub guards: Vec<Guard>,
    /// Why it cannot be told what stands before it, where it cannot.
    pub unsure: Option<String>,
    /// The server it belongs to, where that is put behind an application of another framework.
    pub server: Option<Site>,
}

/// Something that a request passes before it reaches its handler: a middleware, a hook, a wrapper.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    /// Where it is put before the route.
    pub site: Site,
    /// Its name as written: `helmet`, `requireAuth`, `limiter`.
    pub name: String,
    /// What it does.
    pub gives: Capabilities,
}

/// Whether a method asks for something and changes nothing.
pub(in crate::extract) fn only_reads(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "QUERY" | "SUBSCRIPTION")
}

/// Whether a method is one with which a program is asked how it is.
pub(super) fn may_tell(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "ALL" | "QUERY")
}

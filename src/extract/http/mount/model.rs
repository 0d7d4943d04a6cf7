//! What the evaluator of routers speaks of.

use std::rc::Rc;

use crate::extract::code::Site;
use crate::extract::http::model::Guard;
use crate::parse::javascript::BindingId;
use crate::source::FileId;

/// What is made by a call of a framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract::http) enum Role {
    /// Something that answers by itself once it is served.
    App,
    /// Something that answers where it is mounted.
    Router,
}

/// A way to make an application or a router: package, path of its origin, what it makes.
pub(in crate::extract::http) type Maker = (&'static str, &'static str, Role);

/// What reaches which route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract::http) enum Flow {
    /// A middleware stands before everything that is registered later, wherever it is mounted, if the path fits.
    Through,
    /// A middleware of a router stands before the routes of that router only.
    Scoped,
}

/// A framework as data.
#[derive(Debug)]
pub(in crate::extract::http) struct Shape {
    /// Its name, as of [`App`](crate::extract::http::model::App).
    pub framework: &'static str,
    /// How its applications and routers are made.
    pub makers: &'static [Maker],
    /// Methods that give the router itself, or what stands for it.
    pub itself: &'static [&'static str],
    /// Methods that give a router which hangs on the one they are called on.
    pub derived: &'static [&'static str],
    /// What reaches which route.
    pub flow: Flow,
}

/// A router, wherever it is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::extract::http) enum Key {
    /// What this call makes: the framework's own, or a function of the repository that gives a new router.
    Made(Site),
    /// What a function is handed by this name.
    Given(FileId, BindingId),
}

/// What the names of a function stand for while it is read.
#[derive(Debug)]
pub(in crate::extract::http) struct Frame {
    /// The function, or the loop.
    pub owner: Site,
    /// What it is given.
    pub given: Given,
    /// What stands for what where the call is written.
    pub outer: Env,
}

/// What a function is given.
#[derive(Debug)]
pub(in crate::extract::http) enum Given {
    /// The arguments of this call.
    Call(Site),
    /// One item of a list.
    Item(Site, Env),
}

/// The frames around, the innermost first.
pub(in crate::extract::http) type Env = Option<Rc<Frame>>;

/// A router with what its names stand for.
#[derive(Debug, Clone)]
pub(in crate::extract::http) struct Instance {
    /// The router.
    pub key: Key,
    /// What names stand for where it is made.
    pub env: Env,
}

/// Before which paths a middleware stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract::http) enum Filter {
    /// All of its router.
    All,
    /// This path and those below it; none where it is computed.
    Under(Option<String>),
    /// A pattern: this path only, or with `*` at its end those below it.
    Pattern(Option<String>),
    /// Paths with this parameter.
    Parameter(String),
}

/// What one registration does to its router.
#[derive(Debug)]
pub(in crate::extract::http) enum Event {
    /// Something now stands before routes.
    Guard {
        /// The middleware.
        guard: Guard,
        /// Before which paths.
        filter: Filter,
    },
    /// Something stands before all routes of the router, registered earlier or later.
    Hook(Guard),
    /// What stands before routes cannot be told.
    Unsure(String),
    /// A route.
    Route {
        /// Where it is registered.
        site: Site,
        /// Its methods.
        methods: Vec<String>,
        /// Its paths below the router; none where one is computed.
        paths: Vec<Option<String>>,
        /// What answers.
        handler: Option<Site>,
        /// What stands before it alone.
        guards: Vec<Guard>,
        /// Why it cannot be told what stands before it.
        unsure: Option<String>,
    },
    /// Another router answers below a prefix.
    Mount {
        /// The router.
        router: Instance,
        /// Below which paths; none where one is computed.
        prefixes: Vec<Option<String>>,
        /// Its own middlewares stay its own, where the framework parts them.
        scoped: bool,
    },
    /// Several, whose middlewares stay among them.
    Group(Vec<Event>),
    /// All its routes stand below this path.
    Prefix(Option<String>),
    /// It hands requests below this path to a server with routes of its own.
    Door {
        /// The server, or what is made with it.
        value: Site,
        /// The path; none where it is computed.
        path: Option<String>,
    },
    /// It begins to listen.
    Listen(Site),
}

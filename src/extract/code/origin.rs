//! What a value is: something of a package, of the language, or of this repository.

use super::{Capabilities, Code, Site};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Something of a package: its name, and the path of names and calls that leads to the value. The package itself
    /// and its default export are the empty path; `express.Router().get` is `express` and `Router().get`;
    /// `new PrismaClient().user` is `@prisma/client` and `PrismaClient().user`. A module of the runtime is the package
    /// `node:fs`.
    External {
        /// The name of the package.
        package: String,
        /// The path.
        path: String,
    },
    /// Something of the language or the platform: `fetch`, `process.env.PORT`, `Deno.serve`.
    Global(String),
    /// A value of this repository: a function, a class, an object, a call of local code.
    Local(Site),
    /// It cannot be told: a parameter, something computed.
    Unknown,
}

impl Code<'_> {
    /// Where a value comes from, through names, imports, exports, members of local objects, classes and instances.
    pub fn origin(&self, _site: Site) -> Origin {
        Origin::Unknown
    }

    /// The node that makes the value: names and imports are followed to the call, function, class or literal behind
    /// them. Two sites are the same value when this is the same.
    pub fn definition(&self, site: Site) -> Site {
        site
    }

    /// What a value is good for when it is used as a guard or a wrapper, or called. What it calls counts, wherever that
    /// is written: a function that calls a limiter is a limiter. Of a call, both what is called and the functions it is given.
    pub fn capabilities(&self, _site: Site) -> Capabilities {
        Capabilities::default()
    }
}

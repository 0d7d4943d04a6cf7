//! Packages that draw pages in browsers.

facts! {
    /// A package whose code draws pages in the browsers of its users. It stands where its manifest names the library
    /// that draws them.
    "site" Site {
        /// Its name, else its directory.
        name: String,
        /// What draws: `react`, `vue`, `svelte`, `angular`, `solid` or `preact`.
        library: String,
        /// What catches an error of drawing before it takes the whole page away: `error.tsx`, `errorElement`, the name of
        /// a boundary. Of React only.
        boundary: Option<String>,
        /// What measures or reports from browsers: `web-vitals`, `@sentry/react` …
        watch: Option<String>,
        /// What holds its size or speed to a number: `size-limit`, Lighthouse, a document.
        budget: Option<String>,
        /// What shows of which parts its code is made: `webpack-bundle-analyzer`, the framework's own build.
        analysis: Option<String>,
    }

    /// A place that answers with the built files of a site: scripts, styles, images.
    "static.files" StaticFiles {
        /// `express.static`, `koa-static`, `@fastify/static`, `nginx` …
        by: String,
        /// The folder, as far as it is written.
        folder: String,
        /// What says how long they may be kept: `maxAge`, `expires`, the file of a proxy in front; absent where nothing
        /// does.
        lifetime: Option<String>,
        /// Why it cannot be told.
        unsure: Option<String>,
    }

    /// A library of which a program can load one copy only, installed a second time for one of its dependencies. It stands
    /// in the lockfile of npm.
    "package.copy" PackageCopy {
        /// The name.
        name: String,
        /// The version of the second copy.
        version: String,
        /// The version of the first.
        first: String,
        /// Who asks for the second.
        under: String,
        /// Why both may live: `the same major version`, `a program of its own` (it draws terminals, e-mails, documents).
        harmless: Option<String>,
    }
}

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
}

//! What specifiers lead to, and what is reached.

use super::Target;
use crate::extract::given;
use crate::parse::javascript::ImportId;

/// What the first import of `from` leads to, as text.
fn leads(from: &str, files: &[(&str, &str)]) -> String {
    given::with(files, |context| {
        let file = context.tree.by_path(from).unwrap();
        match context.code.graph.target(file, ImportId(0)) {
            Target::File(file) => context.tree.file(*file).path.clone(),
            Target::Package(name, path) if path.is_empty() => format!("package {name}"),
            Target::Package(name, path) => format!("package {name} at {path}"),
            Target::Runtime(name) => format!("runtime {name}"),
            Target::Unknown => "?".to_owned(),
        }
    })
}

#[test]
fn relative_specifiers() {
    for (specifier, there, expected) in [
        ("./b", "src/b.ts", "src/b.ts"),
        ("./b", "src/b/index.tsx", "src/b/index.tsx"),
        ("./b.js", "src/b.ts", "src/b.ts"),
        ("./b.mjs", "src/b.mts", "src/b.mts"),
        ("./b.jsx", "src/b.tsx", "src/b.tsx"),
        ("./b.vue", "src/b.vue", "src/b.vue"),
        ("./b.svg?raw", "src/b.svg", "src/b.svg"),
        ("./b.json", "src/b.json", "src/b.json"),
        ("../b", "b.cjs", "b.cjs"),
        ("..", "index.js", "index.js"),
        ("../dist/b.js", "src/b.ts", "src/b.ts"),
        ("./c", "src/b.ts", "?"),
        ("../../b", "b.ts", "?"),
    ] {
        let import = format!("import '{specifier}'");
        let files = [("package.json", "{}"), ("src/a.ts", import.as_str()), (there, "export {}")];
        assert_eq!(leads("src/a.ts", &files), expected, "{specifier}");
    }
}

#[test]
fn packages_and_the_runtime() {
    for (specifier, expected) in [
        ("express", "package express"),
        ("@scope/name/path/to", "package @scope/name at path/to"),
        ("lodash/fp", "package lodash at fp"),
        ("fs", "runtime fs"),
        ("node:fs/promises", "runtime fs/promises"),
        ("npm:hono@4", "package hono"),
        ("@/missing", "?"),
    ] {
        let import = format!("import '{specifier}'");
        let files = [("package.json", "{}"), ("src/a.ts", import.as_str())];
        assert_eq!(leads("src/a.ts", &files), expected, "{specifier}");
    }
}

#[test]
fn paths_of_typescript() {
    let paths =
        r#"{"compilerOptions": {"baseUrl": ".", "paths": {"@app/*": ["src/*"], "@app/db": ["lib/db.ts"]}}}"#;
    let base = r#"{"extends": "../base.json"}"#;
    let own = r#"{"extends": "./tsconfig.json", "compilerOptions": {"baseUrl": "src"}}"#;
    for (specifier, config, more, there, expected) in [
        ("@app/b", ("tsconfig.json", paths), ("x", ""), "src/b.ts", "src/b.ts"),
        ("@app/db", ("tsconfig.json", paths), ("x", ""), "lib/db.ts", "lib/db.ts"),
        ("lib/db", ("tsconfig.json", paths), ("x", ""), "lib/db.ts", "lib/db.ts"),
        ("@app/b", ("base.json", paths), ("src/tsconfig.json", base), "src/b.ts", "src/b.ts"),
        ("b", ("tsconfig.json", own), ("x", ""), "src/b.ts", "src/b.ts"),
        ("@app/b", ("tsconfig.app.json", paths), ("tsconfig.json", "{}"), "src/b.ts", "src/b.ts"),
        ("@app/b", ("jsconfig.json", paths), ("x", ""), "src/b.ts", "src/b.ts"),
    ] {
        let import = format!("import '{specifier}'");
        let files =
            [("package.json", "{}"), config, more, ("src/a.ts", import.as_str()), (there, "export {}")];
        assert_eq!(leads("src/a.ts", &files), expected, "{specifier} {config:?}");
    }
}

#[test]
fn own_names_that_lead_nowhere_are_no_packages() {
    let base =
        r#"{"compilerOptions": {"baseUrl": "./", "paths": {"@gen/*": ["./gen/*"], "*": ["./types/*"]}}}"#;
    let webpack = "module.exports = { resolve: { alias: { gql: path.join(process.cwd(), 'src/graph'), own: path.resolve(__dirname, '../src') } } }";
    for (specifier, expected) in [
        ("src/generated/client", "?"),
        ("@gen/client", "?"),
        ("gql/b", "src/graph/b.js"),
        ("gql/made", "?"),
        ("own/a", "src/a.ts"),
        ("express", "package express"),
        ("express/lib", "package express at lib"),
        ("other/lib", "package other at lib"),
        ("srcery", "package srcery"),
    ] {
        let import = format!("import '{specifier}'");
        let files = [
            ("package.json", r#"{"dependencies": {"express": "5"}}"#),
            ("tsconfig.json", base),
            ("build/webpack.prod.js", webpack),
            ("src/a.ts", import.as_str()),
            ("src/graph/b.js", ""),
            ("express/main.ts", ""),
        ];
        assert_eq!(leads("src/a.ts", &files), expected, "{specifier}");
    }
}

#[test]
fn packages_of_the_workspace() {
    let root = ("package.json", r#"{"workspaces": ["*"]}"#);
    for (specifier, manifest, there, expected) in [
        ("@x/lib", r#"{"main": "dist/index.js"}"#, "lib/src/index.ts", "lib/src/index.ts"),
        ("@x/lib", r#"{"main": "dist/lib.cjs.js"}"#, "lib/src/lib.ts", "lib/src/lib.ts"),
        (
            "@x/lib",
            r#"{"exports": {".": {"types": "./dist/i.d.ts", "import": "./dist/esm/i.mjs"}}}"#,
            "lib/src/i.ts",
            "lib/src/i.ts",
        ),
        ("@x/lib/b", r#"{"exports": {"./*": "./src/*.ts"}}"#, "lib/src/b.ts", "lib/src/b.ts"),
        ("@x/lib/b", "{}", "lib/src/b.ts", "lib/src/b.ts"),
        ("@x/lib", "{}", "lib/index.js", "lib/index.js"),
        ("@x/lib/c", "{}", "lib/index.js", "package @x/lib at c"),
    ] {
        let manifest = manifest.replacen('{', r#"{"name": "@x/lib", "version": "1""#, 1);
        let manifest =
            manifest.replacen(r#""1""#, if manifest.ends_with(r#""1"}"#) { r#""1""# } else { r#""1","# }, 1);
        let import = format!("import '{specifier}'");
        let files = [
            root,
            ("app/package.json", "{}"),
            ("app/a.ts", import.as_str()),
            ("lib/package.json", &manifest),
            (there, "export {}"),
        ];
        assert_eq!(leads("app/a.ts", &files), expected, "{specifier} {manifest}");
    }
}

#[test]
fn aliases_of_tools() {
    let vite = "export default defineConfig({ resolve: { alias: { '@': path.resolve(__dirname, './src'), lib: '/lib' } } })";
    let list = "export default { resolve: { alias: [{ find: '@', replacement: fileURLToPath(new URL('./src', import.meta.url)) }] } }";
    let deno = r#"{"imports": {"@/": "./src/", "oak": "npm:@oak/oak@17", "std/": "jsr:/@std/"}}"#;
    for (specifier, config, expected) in [
        ("@/b", ("vite.config.ts", vite), "src/b.ts"),
        ("lib/c", ("vite.config.ts", vite), "lib/c.ts"),
        ("@/b", ("vite.config.ts", list), "src/b.ts"),
        ("@/b", ("deno.json", deno), "src/b.ts"),
        ("oak", ("deno.json", deno), "package @oak/oak"),
        ("std/assert", ("deno.json", deno), "package @std/assert"),
        ("@/b", ("x", ""), "src/b.ts"),
        ("~/lib/c", ("x", ""), "lib/c.ts"),
        ("#b", ("x", ""), "src/b.ts"),
    ] {
        let import = format!("import '{specifier}'");
        let manifest = r##"{"imports": {"#*": "./dist/*.js"}}"##;
        let files = [
            ("package.json", manifest),
            config,
            ("src/a.ts", import.as_str()),
            ("src/b.ts", ""),
            ("lib/c.ts", ""),
        ];
        assert_eq!(leads("src/a.ts", &files), expected, "{specifier} {config:?}");
    }
}

/// Whether `src/x.ts` is live, and why it is an entry.
fn told(files: &[(&str, &str)]) -> (Option<bool>, Option<String>) {
    given::with(files, |context| {
        let file = context.tree.by_path("src/x.ts").unwrap();
        let graph = &context.code.graph;
        (graph.live(file), graph.entry(file).map(str::to_owned))
    })
}

const X: (&str, &str) = ("src/x.ts", "export const x = 1");

#[test]
fn what_a_program_reaches() {
    let app = ("package.json", r#"{"scripts": {"start": "node dist/main.js"}}"#);
    for (main, more, expected) in [
        ("import './x'", ("a", ""), Some(true)),
        ("export * from './x.js'", ("a", ""), Some(true)),
        ("if (y) require('./x')", ("a", ""), Some(true)),
        ("await import('./x')", ("a", ""), Some(true)),
        ("import './y'", ("src/y.ts", "import './x'"), Some(true)),
        ("new Worker(new URL('./x.ts', import.meta.url))", ("a", ""), Some(true)),
        ("fork(path.join(__dirname, 'x.js'))", ("a", ""), Some(true)),
        ("import type { x } from './x'", ("a", ""), Some(false)),
        ("import './y'", ("src/z.ts", "import './x'; export const z = 1"), Some(false)),
        ("1", ("src/x.test.ts", "import './x'"), Some(false)),
        ("1", ("src/y.ts", "import './x'; export const y = 1"), Some(false)),
        ("1", ("src/y.ts", "import './x'; y()"), None),
        ("for (const f of readdirSync(__dirname)) require(path.join(__dirname, f))", ("a", ""), None),
        ("await import(`./${name}.js`)", ("a", ""), None),
        (
            "import load from '@fastify/autoload'; app.register(load, { dir: path.join(import.meta.dirname, 'routes') })",
            ("src/routes/y.ts", "import '../x'"),
            None,
        ),
        ("await import(name)", ("a", ""), None),
        ("import.meta.glob('./*.ts')", ("a", ""), None),
        ("new DataSource({ entities: ['src/**/*.ts'] })", ("a", ""), None),
        ("glob('**/*.route.ts')", ("a", ""), Some(false)),
        // The comments of these are read.
        (
            "docs({ definition: {}, apis: ['./*.ts', 'src/x.ts', path.join(__dirname, '*.ts')] })",
            ("a", ""),
            Some(false),
        ),
        ("const options = { paths: ['./*.ts'] }; docs(options)", ("a", ""), None),
        // Paths of requests.
        ("app.put(new RegExp(`^${USERS}(/.*)?$`), h); app.get('/a/(.*)', h)", ("a", ""), Some(false)),
        ("1", ("README.md", "Run `node src/x.ts` once."), None),
    ] {
        let files = [app, ("src/main.ts", main), more, X];
        assert_eq!(told(&files).0, expected, "{main} {more:?}");
    }
}

#[test]
fn what_a_program_loads_all_of() {
    let app = ("package.json", r#"{"scripts": {"start": "node dist/main.js"}}"#);
    for (main, expected) in [
        ("for (const f of readdirSync(__dirname)) require(path.join(__dirname, f))", true),
        ("new DataSource({ entities: ['src/**/*.ts'] })", true),
        ("load(globSync('src/**/*.ts'))", true),
        ("for (const f of globSync('src/**/*.ts')) show(readFileSync(f))", false),
        ("docs({ apis: ['src/**/*.ts'] })", false),
    ] {
        let files = [app, ("src/main.ts", main), X];
        let listed = given::with(&files, |context| {
            context.code.graph.is_listed(context.tree.by_path("src/x.ts").unwrap())
        });
        assert_eq!(listed, expected, "{main}");
    }
}

#[test]
fn what_manifests_begin() {
    for (manifest, expected) in [
        (r#"{"scripts": {"dev": "nodemon --exec 'ts-node' src/x.ts"}}"#, Some("the script `dev`")),
        (
            r#"{"scripts": {"dev": "concurrently \"tsc -w\" \"node --watch dist/x\""}}"#,
            Some("the script `dev`"),
        ),
        (r#"{"scripts": {"build": "tsup src/*.ts"}}"#, Some("the script `build`")),
        (r#"{"scripts": {"start": "fastify start -l info dist/x.js"}}"#, Some("the script `start`")),
        (r#"{"scripts": {"dev": "fastify-cli start src/x.ts"}}"#, Some("the script `dev`")),
        (
            r#"{"scripts": {"build": "NODE_ENV=production esbuild src/x.ts --bundle"}}"#,
            Some("the script `build`"),
        ),
        // What compiles file by file runs none of them; what bundles begins in them.
        (r#"{"scripts": {"build": "esbuild 'src/**/*.ts' --outdir=dist"}}"#, None),
        (r#"{"scripts": {"build": "esbuild src/*.ts --bundle"}}"#, Some("the script `build`")),
        (r#"{"scripts": {"lint": "eslint src/x.ts"}}"#, None),
        (r#"{"main": "build/x.js"}"#, Some("`main` of `package.json`")),
        (r#"{"bin": {"x": "./dist/x.js"}}"#, Some("`bin` of `package.json`")),
        (r#"{"exports": {"./*": "./dist/*.js"}}"#, Some("`exports` of `package.json`")),
        (r#"{"prisma": {"seed": "tsx src/x.ts"}}"#, Some("`prisma` of `package.json`")),
    ] {
        let found = told(&[("package.json", manifest), X]);
        assert_eq!(found, (expected.map(|_| true), expected.map(str::to_owned)), "{manifest}");
    }
}

#[test]
fn where_else_programs_begin() {
    for (file, expected) in [
        (
            ("Dockerfile", "FROM node:22\nWORKDIR /app\nCMD [\"node\", \"/app/dist/x.js\"]\n"),
            Some("the command of `Dockerfile`"),
        ),
        (("compose.yml", "services: { a: { command: node dist/x.js } }"), Some("run by `compose.yml`")),
        (("Procfile", "worker: node dist/x.js\n"), Some("run by `Procfile`")),
        (
            (".github/workflows/a.yml", "jobs: { a: { steps: [{ run: npx tsx src/x.ts }] } }"),
            Some("run by `.github/workflows/a.yml`"),
        ),
        (
            ("serverless.yml", "functions: { a: { handler: src/x.handler } }"),
            Some("named in `serverless.yml`"),
        ),
        (("wrangler.toml", "main = \"src/x.ts\"\n"), Some("named in `wrangler.toml`")),
        (
            ("webpack.config.js", "module.exports = { entry: './src/x.ts' }"),
            Some("named in `webpack.config.js`"),
        ),
        (
            ("index.html", "<script type=\"module\" src=\"/src/x.ts\"></script>"),
            Some("the page `index.html`"),
        ),
        (("Makefile", "run:\n\tnode src/x.ts\n"), Some("run by `Makefile`")),
        (("a", ""), None),
    ] {
        let found = told(&[("package.json", "{}"), file, X]);
        assert_eq!(found, (expected.map(|_| true), expected.map(str::to_owned)), "{file:?}");
    }
}

#[test]
fn files_that_frameworks_find() {
    let depends = |name: &str| format!(r#"{{"dependencies": {{"{name}": "1"}}}}"#);
    for (framework, path, found) in [
        ("next", "src/app/api/users/route.ts", true),
        ("next", "src/app/api/users/service.ts", false),
        ("next", "app/(a)/b/page.tsx", true),
        ("next", "pages/api/x.ts", true),
        ("next", "src/middleware.ts", true),
        ("next", "src/lib/middleware.ts", false),
        ("@remix-run/react", "app/routes/a.b.tsx", true),
        ("@sveltejs/kit", "src/routes/a/+server.ts", true),
        ("@sveltejs/kit", "src/routes/a/util.ts", false),
        ("nuxt", "server/api/a.get.ts", true),
        ("astro", "src/pages/a.ts", true),
        ("express", "pages/api/x.ts", false),
    ] {
        let manifest = depends(framework);
        let files = [("package.json", manifest.as_str()), (path, "export const a = 1")];
        let is_entry = given::with(&files, |context| {
            context.code.graph.entry(context.tree.by_path(path).unwrap()).is_some()
        });
        assert_eq!(is_entry, found, "{framework} {path}");
    }
}

#[test]
fn where_code_runs() {
    let manifest =
        r#"{"scripts": {"start": "node src/server.js", "dev": "vite"}, "dependencies": {"express": "4"}}"#;
    let files = [
        ("package.json", manifest),
        ("index.html", "<script type=\"module\" src=\"/src/main.tsx\"></script>"),
        ("src/main.tsx", "import './page'; import './shared'"),
        ("src/page.tsx", "export {}"),
        ("src/shared.ts", "export {}"),
        ("src/server.js", "require('./shared'); require('./db'); require('./form')"),
        ("src/db.js", "module.exports = 1"),
        ("src/form.js", "'use client'; module.exports = 1"),
        ("src/lost.js", "module.exports = 1"),
    ];
    for (path, expected) in [
        ("src/page.tsx", Some(true)),
        ("src/shared.ts", None),
        ("src/db.js", Some(false)),
        ("src/form.js", Some(true)),
        ("src/lost.js", None),
    ] {
        let told =
            given::with(&files, |context| context.code.graph.client(context.tree.by_path(path).unwrap()));
        assert_eq!(told, expected, "{path}");
    }
}

/// Whether what the entry of a bundler in a web package asks for is sent to browsers.
fn sent(name: &str, options: &str, start: &str) -> Option<bool> {
    let manifest = format!(r#"{{"scripts": {{"start": "{start}", "build": "react-scripts build"}}}}"#);
    let config = format!("export default {{ {options} }}");
    let main = "import '../src/x'";
    let files =
        [("package.json", &*manifest), (name, &*config), ("src/main.ts", main), ("server/a.ts", main), X];
    given::with(&files, |context| context.code.graph.client(context.tree.by_path("src/x.ts").unwrap()))
}

#[test]
fn where_the_programs_of_bundlers_run() {
    let (client, server) = (Some(true), Some(false));
    for (name, options, expected) in [
        ("rollup.config.mjs", "input: 'server/a.ts', output: { dir: 'dist' }", server),
        ("rollup.config.mjs", "input: 'src/main.ts', output: { dir: 'build/server' }", server),
        ("rollup.config.mjs", "input: 'src/main.ts', output: { dir: 'dist' }", None),
        ("rollup.config.mjs", "input: 'src/main.ts', output: { file: 'public/a.js' }", client),
        ("rollup.config.mjs", "input: 'src/main.ts', output: { dir: 'a', format: 'iife' }", client),
        ("esbuild.js", "entryPoints: ['src/main.ts'], platform: 'node'", server),
        ("webpack.config.js", "entry: './src/main.ts', target: 'node'", server),
        ("webpack.config.js", "entry: './src/main.ts', output: { path: resolve('dist') }", client),
        ("webpack.config.js", "entry: './src/main.ts', output: { path: '../server/dist' }", client),
        ("webpack.config.js", "entry: './src/main.ts', output: { path: 'server/public' }", client),
        ("vite.config.ts", "resolve: { alias: { api: './src/main.ts' } }", client),
        ("vite.config.ts", "test: { coverage: { exclude: ['src/main.ts'] } }", None),
    ] {
        assert_eq!(sent(name, options, "serve"), expected, "{name} {options}");
    }
    let options = "input: 'src/main.ts', output: { dir: 'dist' }";
    assert_eq!(sent("rollup.config.mjs", options, "node dist/run.js"), server, "the start runs its output");
}

#[test]
fn what_angular_builds_runs_in_browsers() {
    for (executor, key, expected) in [
        ("@nx/angular:browser-esbuild", "\"main\"", Some(true)),
        ("@angular/build:application", "\"browser\"", Some(true)),
        ("@angular/build:application", "\"ssr\": {\"a\": 1}, \"server\"", Some(false)),
        ("@angular-devkit/build-angular:server", "\"main\"", Some(false)),
        ("@nx/js:node", "\"main\"", Some(false)),
    ] {
        let project = format!(
            r#"{{"targets": {{"build": {{"executor": "{executor}", "options": {{{key}: "apps/a/src/x.ts"}}}}}}}}"#
        );
        let manifest = r#"{"scripts": {"start": "node main.js"}, "dependencies": {"@nestjs/core": "11"}}"#;
        let files = [("package.json", manifest), ("apps/a/project.json", &*project), ("apps/a/src/x.ts", "")];
        let file = "apps/a/src/x.ts";
        let told =
            given::with(&files, |context| context.code.graph.client(context.tree.by_path(file).unwrap()));
        assert_eq!(told, expected, "{executor} {key}");
    }
}

//! What a package is for.

use std::collections::HashSet;

use super::{Package, capabilities, join, resolve};
use crate::parse::manifest::{Group, Origin};
use crate::source::Tree;

/// What a package is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// It answers requests.
    Service,
    /// It is a site or an application in a browser.
    Web,
    /// It works off jobs, messages or a schedule.
    Worker,
    /// Other packages use it.
    #[default]
    Library,
    /// People start it by hand.
    Cli,
    /// It runs on people's own devices: mobile, desktop, an extension.
    App,
    /// It describes infrastructure.
    Infra,
    /// It builds a documentation.
    Docs,
    /// It shows something, or tests something.
    Example,
    /// It holds a workspace together.
    Root,
}

impl Role {
    /// The word rules use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Web => "web",
            Self::Worker => "worker",
            Self::Library => "library",
            Self::Cli => "cli",
            Self::App => "app",
            Self::Infra => "infra",
            Self::Docs => "docs",
            Self::Example => "example",
            Self::Root => "root",
        }
    }
}

/// Files that say a directory is deployed as it is.
const DEPLOYED: &[&str] = &[
    "Procfile",
    "fly.toml",
    "render.yaml",
    "railway.json",
    "railway.toml",
    "app.yaml",
    "nixpacks.toml",
    "ecosystem.config.js",
    "ecosystem.config.cjs",
    "vercel.json",
    "netlify.toml",
    "Dockerfile",
    "Containerfile",
    "Dockerfile.prod",
    "captain-definition",
    "zeabur.json",
];

/// What makes sites of documents and nothing else, and the program that a package builds with which is such a site.
const DOCUMENTATION: &[(&str, &str)] = &[
    ("@astrojs/starlight", "astro"),
    ("@docusaurus/core", "docusaurus"),
    ("docus", "nuxt"),
    ("nextra-theme-docs", "next"),
    ("vitepress", "vitepress"),
];

/// What is known about a package before its role is.
struct View<'p> {
    package: &'p Package,
    tree: &'p Tree,
    /// What its dependencies of production give.
    prod: HashSet<String>,
    /// What its dependencies of any group give.
    any: HashSet<String>,
}

type Told = (Role, String);

/// Tells the role of every package and the frameworks it is built with.
pub(super) fn tell(packages: &mut [Package], tree: &Tree) {
    let serving = serving_crates(packages);
    let told: Vec<(Told, Vec<String>)> = packages
        .iter()
        .map(|package| {
            let view = View::new(package, tree);
            (view.role(&serving), view.frameworks())
        })
        .collect();
    for (package, ((role, because), frameworks)) in packages.iter_mut().zip(told) {
        package.role = role;
        package.role_because = because;
        package.frameworks = frameworks;
    }
}

/// The directories of crates that hold a server as a library for a small binary beside them.
fn serving_crates(packages: &[Package]) -> HashSet<String> {
    let serves = |package: &Package| {
        package.dependencies().any(|(_, dependency)| {
            matches!(dependency.group, Group::Prod | Group::Optional)
                && capabilities("cargo", &dependency.name).iter().any(|given| given == "server")
        })
    };
    let crates = packages
        .iter()
        .filter(|package| package.ecosystem == "cargo" && (serves(package) || listens_with_hyper(package)));
    crates.map(|package| package.dir.clone()).collect()
}

/// Hyper is a client as often as a server: a socket that is bound tells.
fn listens_with_hyper(package: &Package) -> bool {
    package.listens && package.dependency("hyper").is_some()
}

impl<'p> View<'p> {
    fn new(package: &'p Package, tree: &'p Tree) -> Self {
        let given = |wanted: &dyn Fn(Group) -> bool| {
            let dependencies = package.dependencies().filter(|(_, dependency)| wanted(dependency.group));
            dependencies
                .flat_map(|(_, dependency)| capabilities(package.ecosystem, &dependency.name))
                .collect()
        };
        let prod = given(&|group| matches!(group, Group::Prod | Group::Optional));
        let any = given(&|group| group != Group::Peer);
        Self { package, tree, prod, any }
    }

    fn frameworks(&self) -> Vec<String> {
        let kinds = ["server", "web", "app"];
        let mut names: Vec<String> = Vec::new();
        for (_, dependency) in self.package.dependencies().filter(|(_, d)| d.group != Group::Peer) {
            let given = capabilities(self.package.ecosystem, &dependency.name);
            if given.iter().any(|given| kinds.contains(&given.as_str())) && !names.contains(&dependency.name)
            {
                names.push(dependency.name.clone());
            }
        }
        names
    }

    fn role(&self, serving: &HashSet<String>) -> Told {
        let package = self.package;
        if self.tree.file(package.file()).test {
            return (Role::Example, format!("it lies in `{}`", package.dir));
        }
        let last = package.dir.rsplit('/').next().unwrap_or_default();
        if ["docs", "doc", "documentation", "www-docs"].contains(&last) {
            return (Role::Docs, format!("it lies in `{}`", package.dir));
        }
        let builds = |tool: &str| {
            let script = package.script("build").map_or("", |(_, script)| script.command.as_str());
            script.split([' ', '&', ';', '|']).any(|word| word == tool)
        };
        let mut generators = DOCUMENTATION.iter().filter(|(name, _)| package.dependency(name).is_some());
        if let Some((name, _)) = generators.find(|(_, tool)| builds(tool)).filter(|_| !package.is_root()) {
            return (Role::Docs, format!("`{name}` makes a documentation of it"));
        }
        let bare = !self.prod.contains("server") && !self.prod.contains("web") && package.source_files < 20;
        if package.is_root() && (bare || !package.parts.iter().any(|(_, part)| part.package)) {
            return (Role::Root, "it is the root of a workspace".to_owned());
        }
        if self.prod.contains("infra") || self.has("Pulumi.yaml") || self.has("cdk.json") {
            return (Role::Infra, "it uses a library of infrastructure as code".to_owned());
        }
        match package.ecosystem {
            "npm" | "deno" => self.npm(),
            "cargo" => self.cargo(serving),
            "python" => self.python(),
            "go" => self.go(),
            _ => self.other(),
        }
    }

    fn npm(&self) -> Told {
        let package = self.package;
        let start = ["start", "start:prod", "serve", "server"]
            .into_iter()
            .find(|name| package.script(name).is_some());
        let library = self.part(|part| part.library) && start.is_none() && self.deployed().is_none();
        if self.any.contains("app") {
            return (Role::App, "it is built for devices".to_owned());
        }
        // A server that also builds its pages is a service; a framework of its own is a site with a server inside.
        let serves = self.prod.contains("server") && start.is_some();
        let page_tool = |tool: &&str| ["vite", "parcel"].contains(tool);
        if let Some(tool) = self.web_tool().filter(|tool| !(library || serves && page_tool(tool))) {
            return (Role::Web, format!("its scripts run `{tool}`"));
        }
        let edge = ["wrangler.toml", "wrangler.jsonc", "wrangler.json", "serverless.yml", "serverless.ts"];
        if let Some(file) = edge.into_iter().find(|file| self.has(file)) {
            return (Role::Service, format!("`{file}` deploys it"));
        }
        let binary = self.part(|part| part.binaries);
        if library || (binary && start.is_none()) {
            return if binary { (Role::Cli, "it installs a program".to_owned()) } else { a_library() };
        }
        let reason = start
            .map(|name| format!("its script `{name}`"))
            .or_else(|| self.deployed().map(|file| format!("`{file}`")));
        if self.prod.contains("server") {
            let framework = self.framework("server");
            return (Role::Service, format!("it depends on `{framework}`"));
        }
        match reason {
            Some(reason) if self.prod.contains("queue") => {
                (Role::Worker, format!("{reason} and `{}`", self.framework("queue")))
            }
            Some(reason) if package.listens => {
                (Role::Service, format!("{reason} and code that listens on a port"))
            }
            Some(reason) if package.source_files > 0 => (Role::Cli, format!("{reason} runs it")),
            _ => a_library(),
        }
    }

    /// The program that builds or serves a site, if a script runs one.
    fn web_tool(&self) -> Option<&'static str> {
        let tools = [
            "next",
            "nuxt",
            "nuxi",
            "remix",
            "react-router",
            "astro",
            "gatsby",
            "react-scripts",
            "ng",
            "vite",
            "qwik",
            "vinxi",
            "vue-cli-service",
            "parcel",
            "docusaurus",
            "vitepress",
            "eleventy",
            "ember",
            "rsbuild",
            "umi",
            "webpack-dev-server",
        ];
        let runs = |tool: &&str| {
            self.package
                .scripts()
                .any(|(_, script)| script.command.split([' ', '&', ';', '|']).any(|word| word == *tool))
        };
        let tool = tools.into_iter().find(runs)?;
        // Vite and parcel also build libraries and servers: a page tells.
        let page = [
            "index.html",
            "public/index.html",
            "src/index.html",
            "src/app.html",
            "svelte.config.js",
            "src/routes/__root.tsx",
            "app/root.tsx",
        ];
        let shows = !["vite", "parcel", "vinxi"].contains(&tool) || page.iter().any(|file| self.has(file));
        shows.then_some(tool)
    }

    fn cargo(&self, serving: &HashSet<String>) -> Told {
        let binary = self.part(|part| part.binaries) || self.package.starts;
        if !binary {
            return a_library();
        }
        if self.any.contains("app") {
            return (Role::App, "it is built for devices".to_owned());
        }
        if self.prod.contains("server") {
            return (Role::Service, format!("it depends on `{}`", self.framework("server")));
        }
        if listens_with_hyper(self.package) {
            return (Role::Service, "it depends on `hyper` and listens on a port".to_owned());
        }
        let linked = self.package.dependencies().find(|(_, dependency)| {
            let dir = dependency.dir.as_deref().and_then(|dir| resolve(&self.package.dir, dir));
            dependency.source == Origin::Path && dir.is_some_and(|dir| serving.contains(&dir))
        });
        match linked {
            Some((_, dependency)) => (Role::Service, format!("it runs the server of `{}`", dependency.name)),
            None if self.prod.contains("queue") => {
                (Role::Worker, format!("it depends on `{}`", self.framework("queue")))
            }
            None => (Role::Cli, "it builds a program".to_owned()),
        }
    }

    fn python(&self) -> Told {
        let manage = self.has("manage.py");
        let packaged = self.part(|part| part.library) && !manage && self.deployed().is_none();
        if manage || (self.prod.contains("server") && !packaged) {
            let because = if manage {
                "`manage.py` starts it".to_owned()
            } else {
                format!("it depends on `{}`", self.framework("server"))
            };
            return (Role::Service, because);
        }
        if self.prod.contains("server")
            && self.package.starts
            && !self.part(|part| part.binaries)
            && self.package.listens
        {
            return (Role::Service, format!("it depends on `{}` and starts it", self.framework("server")));
        }
        if self.prod.contains("queue") && !packaged {
            return (Role::Worker, format!("it depends on `{}`", self.framework("queue")));
        }
        match self.deployed() {
            Some(file) if self.package.listens => {
                (Role::Service, format!("`{file}` and code that listens on a port"))
            }
            Some(file) if self.package.source_files > 0 => (Role::Worker, format!("`{file}` deploys it")),
            _ if self.part(|part| part.binaries) => (Role::Cli, "it installs a program".to_owned()),
            _ if packaged => a_library(),
            _ if self.package.source_files > 0 => (Role::Cli, "it is no package for others".to_owned()),
            _ => a_library(),
        }
    }

    fn go(&self) -> Told {
        if !self.package.starts {
            return a_library();
        }
        if self.package.listens || self.prod.contains("server") && !self.prod.contains("cli") {
            let because = if self.package.listens {
                "its code listens on a port".to_owned()
            } else {
                format!("it depends on `{}`", self.framework("server"))
            };
            return (Role::Service, because);
        }
        if self.prod.contains("queue") {
            return (Role::Worker, format!("it depends on `{}`", self.framework("queue")));
        }
        (Role::Cli, "it has a package `main`".to_owned())
    }

    fn other(&self) -> Told {
        if self.prod.contains("server") {
            return (Role::Service, format!("it depends on `{}`", self.framework("server")));
        }
        let text = self.tree.text(self.package.file());
        let words = [
            "spring-boot",
            "quarkus",
            "micronaut",
            "Microsoft.NET.Sdk.Web",
            "{:phoenix,",
            "ktor-server",
            "dropwizard",
        ];
        match words.into_iter().find(|words| text.contains(words)) {
            Some(words) => {
                (Role::Service, format!("it depends on `{}`", words.trim_matches(['{', ':', ','])))
            }
            None => a_library(),
        }
    }

    /// The file that says its directory is deployed as it is.
    fn deployed(&self) -> Option<&'static str> {
        DEPLOYED.iter().copied().find(|file| self.has(file))
    }

    fn has(&self, file: &str) -> bool {
        self.tree.by_path(&join(&self.package.dir, file)).is_some()
    }

    fn part(&self, says: impl Fn(&crate::parse::manifest::Manifest) -> bool) -> bool {
        self.package.parts.iter().any(|(_, part)| says(part))
    }

    /// The first dependency that gives a capability.
    fn framework(&self, capability: &str) -> &str {
        let mut dependencies = self.package.dependencies();
        let gives =
            |name: &str| capabilities(self.package.ecosystem, name).iter().any(|given| given == capability);
        dependencies
            .find(|(_, dependency)| gives(&dependency.name))
            .map_or("", |(_, dependency)| &dependency.name)
    }
}

fn a_library() -> Told {
    (Role::Library, "nothing starts it".to_owned())
}

//! What a module names besides its imports: files, folders and patterns of files that it may load when it runs.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::parse::javascript::{Kind, Module, NodeId};

/// Functions that list files, or load all of a folder.
#[rustfmt::skip]
const LOADERS: &[&str] = &[
    "readdir", "readdirSync", "glob", "globSync", "globby", "globbySync", "fg", "context", "AutoLoad",
    "autoLoad", "autoload", "requireAll", "requireDir", "requireDirectory", "loadFilesSync", "loadFiles",
    "loadModules", "includeAll", "importDir", "walk", "walkSync", "scanDir", "opendir", "expandGlob",
];

/// Functions that read files as texts.
const READERS: &[&str] = &["readFile", "readFileSync"];

/// Endings of files with code.
#[rustfmt::skip]
const CODE: &[&str] = &[
    ".ts", ".js", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".astro",
];

/// Longer texts are no paths.
const LONGEST: usize = 200;

/// What was found in one module.
#[derive(Debug, Default)]
pub(super) struct Scan<'m> {
    /// Texts that may name a file with code: `./worker.js`, and those joined to `__dirname`.
    pub(super) files: Vec<Named<'m>>,
    /// Patterns of files with code: `src/**/*.entity.ts`.
    pub(super) globs: Vec<&'m str>,
    /// What computed `import()` and `require()` begin with; empty where they begin with nothing that is written.
    pub(super) computed: Vec<String>,
    /// It lists files, or loads all of a folder.
    pub(super) lists: bool,
    /// It reads files as texts.
    pub(super) reads: bool,
    /// It speaks of its own folder: `__dirname`, `import.meta.url`.
    pub(super) own_dir: bool,
    /// Texts that may name folders, kept where it loads something that is not written.
    pub(super) folders: Vec<&'m str>,
}

/// A text that may name a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named<'m> {
    /// As written.
    Text(&'m str),
    /// Relative to the folder of the module, put together from parts.
    Joined(String),
}

/// Looks through all nodes of a module once.
pub(super) fn scan(module: &Module) -> Scan<'_> {
    let loads =
        |name: &str| matches!(name, "@fastify/autoload" | "fastify-autoload" | "require-all" | "require-dir");
    let lists = module.imports.iter().any(|import| loads(module.word(import.source)));
    let described = module.may_say("apis");
    let mut scan = Scan { lists, ..Scan::default() };
    // Most modules say none of these words, and then only their texts are looked at.
    let may_list = LOADERS.iter().chain(READERS).any(|name| module.may_say(name));
    let speaks = may_list || ["__dirname", "import", "require"].iter().any(|name| module.may_say(name));
    for id in module.all() {
        match module.kind(id) {
            Kind::Text(word) => {
                let text = module.word(word);
                if !(described && text.contains(['/', '*']) && is_described(module, id)) {
                    scan.text(text);
                }
            }
            Kind::Name(word, None) if speaks => match module.word(word) {
                "__dirname" => {
                    scan.own_dir = true;
                    scan.joined(module, id);
                }
                "import" | "require" => scan.call(module, id),
                name if may_list => scan.used(name),
                _ => {}
            },
            Kind::Name(word, Some(_)) if may_list => scan.used(module.word(word)),
            Kind::Member(word) => match module.word(word) {
                "dirname" | "url" if is_meta(module, id) => scan.own_dir = true,
                name if may_list => scan.used(name),
                _ => {}
            },
            _ => {}
        }
    }
    if !scan.computed.is_empty() || scan.lists {
        let texts = module.all().filter_map(|id| match module.kind(id) {
            Kind::Text(word) if !(described && is_described(module, id)) => Some(module.word(word)),
            _ => None,
        });
        scan.folders = texts.filter(|text| may_be_folder(text)).collect();
    }
    scan
}

/// Whether a function of this name lists or loads files that nothing names one by one.
fn is_loader(name: &str) -> bool {
    static NAMES: LazyLock<FxHashSet<&str>> = LazyLock::new(|| LOADERS.iter().copied().collect());
    NAMES.contains(name)
}

/// `routes` and `./src/routes`, no pattern and no address.
fn may_be_folder(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 2 || bytes.len() > LONGEST {
        return false;
    }
    if is_path(bytes) {
        !bytes.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b'*') && !text.contains("://")
    } else {
        // `path.join(root, "routes")`
        bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    }
}

fn is_path(text: &[u8]) -> bool {
    text.iter().any(|byte| matches!(byte, b'/' | b'.'))
}

/// Whether a text is an item of `apis: ["./routes/*.js"]`: swagger-jsdoc reads the comments of such files, and runs none.
fn is_described(module: &Module, text: NodeId) -> bool {
    let within = |node: &NodeId| !matches!(module.kind(*node), Kind::Object | Kind::Function(_));
    let mut around = module.ancestors(text).take_while(within);
    around.any(|node| matches!(module.kind(node), Kind::Property(word) if module.word(word) == "apis"))
}

/// Whether a text with a star is an expression over paths of requests: `/(.*)`, `^/users/.*$`.
fn is_expression(text: &str) -> bool {
    // `+(a|b)` is a group of a pattern of files.
    let group = |(at, _): (usize, &str)| !text[..at].ends_with(['+', '@', '!', '?', '*']);
    text.contains(['^', '$', '\\']) || text.match_indices('(').any(group)
}

/// `import.meta.url`: what `import.meta` is lowered to is not told apart from other names.
fn is_meta(module: &Module, member: NodeId) -> bool {
    module.child(member, 0).is_some_and(|object| match module.kind(object) {
        Kind::Member(word) => module.word(word) == "meta",
        Kind::Other => true,
        _ => false,
    })
}

impl<'m> Scan<'m> {
    fn used(&mut self, name: &str) {
        self.lists |= is_loader(name);
        self.reads |= READERS.contains(&name);
    }

    /// Whether what it lists is read and not run: it loads nothing but what it names.
    pub(super) fn only_reads(&self) -> bool {
        self.reads && self.computed.is_empty()
    }

    fn text(&mut self, text: &'m str) {
        let bytes = text.as_bytes();
        if bytes.len() < 2 || bytes.len() > LONGEST {
            return;
        }
        if !is_path(bytes) || bytes.iter().any(u8::is_ascii_whitespace) || text.contains("://") {
            return;
        }
        let code = CODE.iter().any(|ending| text.ends_with(ending));
        if text.contains('*') {
            if is_expression(text) {
                return;
            }
            let names_code =
                code || [".{", "{.", ".ts", ".js", ".*", ".vue"].iter().any(|part| text.contains(part));
            if names_code || text.starts_with("./") || text.starts_with("../") {
                self.globs.push(text);
            }
        } else if code || text.starts_with("./") || text.starts_with("../") {
            self.files.push(Named::Text(text));
        }
    }

    /// `path.join(__dirname, "jobs", "worker")`.
    fn joined(&mut self, module: &'m Module, own: NodeId) {
        let Some(call) = module.parent(own).filter(|call| module.kind(*call) == Kind::Call) else { return };
        let parts: Option<Vec<&str>> = module
            .arguments(call)
            .skip_while(|argument| *argument != own)
            .skip(1)
            .map(|argument| match module.kind(argument) {
                Kind::Text(word) => Some(module.word(word)),
                _ => None,
            })
            .collect();
        if let Some(parts) = parts.filter(|parts| !parts.is_empty()) {
            self.files.push(Named::Joined(parts.join("/")));
        }
    }

    /// `import(x)` and `require(x)` whose specifier is no literal.
    fn call(&mut self, module: &Module, callee: NodeId) {
        let Some(call) = module.parent(callee).filter(|call| module.callee(*call) == Some(callee)) else {
            return;
        };
        let Some(argument) = module.argument(call, 0) else { return };
        if let Some(text) = module.text(argument) {
            self.computed.push(text.into_owned());
            return;
        }
        // The files that a list in the module names are texts in it, and found as such.
        if module.of_listed(argument).is_some() {
            return;
        }
        let mut start = String::new();
        let mut parts = vec![argument];
        parts.extend(module.descendants(argument));
        for part in parts {
            match module.kind(part) {
                Kind::Text(word) => {
                    let text = module.word(word);
                    if !start.is_empty() && !start.ends_with('/') && !text.starts_with('/') {
                        start.push('/');
                    }
                    start.push_str(text);
                    if !matches!(module.kind(argument), Kind::Call) {
                        break;
                    }
                }
                Kind::Name(word, _) if module.word(word) == "__dirname" && start.is_empty() => {
                    start.push_str("./");
                }
                Kind::Name(..) if matches!(module.kind(argument), Kind::Template | Kind::Binary(_)) => break,
                _ => {}
            }
        }
        self.computed.push(start);
    }
}

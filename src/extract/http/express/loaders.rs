//! Modules of a folder that a package loads all at once: `const routes = autoload(join(__dirname, "routes"))`, and
//! `routes.users` is what `routes/users.js` exports.

use crate::extract::code::{Origin, Site};
use crate::extract::http::mount::Eval;
use crate::extract::packages::{join, resolve};
use crate::parse::javascript::{Bound, Kind, NodeId};

/// Packages that load the modules of a folder into an object.
const LOADERS: &[&str] = &[
    "auto-load",
    "require-all",
    "require-dir",
    "require-directory",
    "requiredir",
    "include-all",
    "import-dir",
];

/// Endings of modules, in the order in which they are looked for.
const ENDINGS: &[&str] = &[".js", ".ts", ".mjs", ".cjs", "/index.js", "/index.ts"];

/// A member of what such a package loads.
#[derive(Clone, Copy)]
pub(super) struct Loaded {
    /// What the module of that name exports, where it was found.
    pub(super) export: Option<Site>,
}

/// Reads `routes.users` of a folder that is loaded; none where a value is something else.
pub(super) fn of(eval: &Eval<'_>, value: Site) -> Option<Loaded> {
    let module = eval.module(value);
    let Kind::Member(word) = module.kind(value.node) else { return None };
    let Origin::External { package, path } = eval.code().origin(value) else { return None };
    let member = module.word(word);
    if !LOADERS.contains(&package.as_str()) || path.strip_suffix(member) != Some("().") {
        return None;
    }
    let folder = made(eval, value).and_then(|call| folder(eval, call));
    let dir = folder.and_then(|folder| resolve(eval.context.tree.file(value.file).dir(), &folder));
    let export = dir.and_then(|dir| {
        let tree = &eval.context.tree;
        let file = ENDINGS.iter().find_map(|end| tree.by_path(&join(&dir, &format!("{member}{end}"))))?;
        eval.export(file, "default")
    });
    Some(Loaded { export })
}

/// The call that gave the object of a member.
fn made(eval: &Eval<'_>, member: Site) -> Option<Site> {
    let module = eval.module(member);
    let Kind::Name(_, Some(binding)) = module.kind(module.child(member.node, 0)?) else { return None };
    let Bound::Value(node) = module.bindings[binding.0 as usize].bound else { return None };
    (module.kind(node) == Kind::Call).then_some(Site { node, ..member })
}

/// The folder that a call names, relative to its module: the texts of `join(ROOT, "/controllers")`. A root that is
/// computed is taken for the folder of the module.
fn folder(eval: &Eval<'_>, call: Site) -> Option<String> {
    let module = eval.module(call);
    let named = module.argument(call.node, 0).map(|named| module.resolve(named))?;
    let named = match module.kind(named) {
        Kind::Object => module.property(named, "dirname")?,
        _ => named,
    };
    let text = |node: NodeId| match module.kind(node) {
        Kind::Text(word) => Some(module.word(word).trim_matches(['/', '.'])),
        _ => None,
    };
    let parts = std::iter::once(named).chain(module.descendants(named)).filter_map(text);
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| format!("./{}", parts.join("/")))
}

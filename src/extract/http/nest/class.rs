//! Classes: their methods, what they extend, and what their decorators say.

use crate::extract::code::{Code, Origin, Site};
use crate::extract::http::value;
use crate::parse::javascript::{Kind, NodeId};

/// How many classes above one are looked at, and how deep decorators may be composed.
const MAX_DEPTH: usize = 8;

/// A method of a class or of one that it extends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract::http) struct Method {
    /// Its name.
    pub name: String,
    /// The method with its decorators.
    pub site: Site,
    /// Its function.
    pub function: Site,
}

/// The class that a value is or is made of: `X`, `new X()`.
pub(in crate::extract::http) fn of(code: &Code<'_>, value: Site) -> Option<Site> {
    let module = code.module(value.file)?;
    let value = match module.kind(value.node) {
        Kind::New => Site { node: module.callee(value.node)?, ..value },
        _ => value,
    };
    let class = code.definition(value);
    let module = code.module(class.file)?;
    match module.kind(class.node) {
        Kind::Class => Some(class),
        Kind::New => of(code, class),
        _ => None,
    }
}

/// What a class extends, as written.
pub(super) fn base(code: &Code<'_>, class: Site) -> Option<Site> {
    let module = code.module(class.file)?;
    let extends = module.children(class.node).find(|child| module.kind(*child) == Kind::Extends)?;
    Some(Site { node: module.child(extends, 0)?, ..class })
}

/// A class and the classes of the repository that it extends, the nearest first.
pub(super) fn chain(code: &Code<'_>, class: Site) -> Vec<Site> {
    let above = |class: &Site| base(code, *class).and_then(|base| of(code, base));
    std::iter::successors(Some(class), above).take(MAX_DEPTH).collect()
}

/// The methods of a class and those it inherits; one that is written again counts once.
pub(in crate::extract::http) fn methods(code: &Code<'_>, class: Site) -> Vec<Method> {
    let mut found: Vec<Method> = Vec::new();
    for class in chain(code, class) {
        let Some(module) = code.module(class.file) else { continue };
        for node in module.children(class.node) {
            let Kind::Method(word) = module.kind(node) else { continue };
            let function = module.children(node).find(|child| module.function(*child).is_some());
            let name = module.word(word);
            if let Some(function) = function.filter(|_| found.iter().all(|method| method.name != name)) {
                let at = |node: NodeId| Site { node, ..class };
                found.push(Method { name: name.to_owned(), site: at(node), function: at(function) });
            }
        }
    }
    found
}

/// Something that a decorator says, the composed ones taken apart.
#[derive(Debug, Clone)]
pub(in crate::extract::http) struct Mark {
    /// The package of the decorator: `@nestjs/common`; empty for one that is made with `Reflector.createDecorator`.
    pub package: String,
    /// Its name there: `UseGuards`.
    pub name: String,
    /// What it is given, spreads and conditions opened for guards.
    pub arguments: Vec<Site>,
    /// What makes it, where it has no package: the key of its metadata.
    pub key: Option<Site>,
    /// Where it stands on the class or method.
    pub site: Site,
}

impl Mark {
    /// Whether it is this decorator of this package.
    pub(in crate::extract::http) fn is(&self, package: &str, name: &str) -> bool {
        self.name == name && self.package == package
    }
}

/// Everything the decorators of a class, a method or a parameter say.
pub(in crate::extract::http) fn marks(code: &Code<'_>, decorated: Site) -> Vec<Mark> {
    let mut found = Vec::new();
    if let Some(module) = code.module(decorated.file) {
        for node in module.decorators(decorated.node) {
            let site = Site { node, ..decorated };
            read(code, site, site, &mut found, 0);
        }
    }
    found
}

/// Reads a decorator, or what a function that composes decorators returns.
fn read(code: &Code<'_>, value: Site, site: Site, found: &mut Vec<Mark>, depth: usize) {
    let Some(module) = code.module(value.file).filter(|_| depth < MAX_DEPTH) else { return };
    let at = |node: NodeId| Site { node, ..value };
    let is_call = module.kind(value.node) == Kind::Call;
    let Some(callee) = (if is_call { module.callee(value.node) } else { Some(value.node) }).map(at) else {
        return;
    };
    let arguments: Vec<Site> =
        if is_call { module.arguments(value.node).map(at).collect() } else { Vec::new() };
    let definition = code.definition(callee);
    if code.module(definition.file).is_some_and(|module| module.function(definition.node).is_some()) {
        for result in value::returned(code, definition).into_iter().flat_map(|list| value::items(code, list))
        {
            read(code, result, site, found, depth + 1);
        }
        return;
    }
    let Origin::External { mut package, path } = code.origin(callee) else { return };
    if package.starts_with("@nestjs/common/") {
        package.truncate("@nestjs/common".len());
    }
    match path.as_str() {
        "applyDecorators" => {
            let composed = arguments.into_iter().flat_map(|list| value::items(code, list));
            composed.for_each(|value| read(code, value, site, found, depth + 1));
        }
        "Reflector.createDecorator()" => {
            let (package, name) =
                (String::new(), module.last_name(callee.node).unwrap_or_default().to_owned());
            found.push(Mark { package, name, arguments, key: Some(definition), site });
        }
        _ => found.push(Mark { package, name: path, arguments, key: None, site }),
    }
}

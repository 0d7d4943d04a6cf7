//! What functions are good for, carried along calls: a function that calls a limiter is a limiter.

use rayon::prelude::*;

use super::origin::What;
use super::{Capabilities, Code, Site, behaviour, knowledge};
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::source::{FileId, dealt};

/// What every function of the repository is good for.
#[derive(Debug, Default)]
pub(super) struct Travel {
    /// The number of the first function of each file.
    first: Vec<u32>,
    /// By function: those of a file in the order of its text, files in the order of paths.
    gives: Vec<Capabilities>,
    /// What each does without calling anything.
    behaves: Vec<Capabilities>,
}

/// What one function does by itself, and which functions it calls or holds.
struct Own {
    behaves: Capabilities,
    gives: Capabilities,
    calls: Vec<u32>,
}

impl Travel {
    /// Looks into every function once, and then carries what it finds along calls until nothing changes.
    pub(super) fn new(code: &Code<'_>) -> Self {
        let modules: Vec<(FileId, Option<&Module>)> =
            code.files().map(|file| (file, code.module(file))).collect();
        let mut travel = Self::default();
        let mut count = 0_u32;
        for (_, module) in &modules {
            travel.first.push(count);
            let functions = module.map_or(0, |module| module.functions.len());
            count = count.saturating_add(u32::try_from(functions).unwrap_or(u32::MAX));
        }
        let numbers = &travel;
        let own: Vec<Vec<Own>> = dealt(&modules)
            .map(|(file, module)| {
                module.map_or_else(Vec::new, |module| numbers.of_module(code, *file, module))
            })
            .collect();
        let own: Vec<Own> = own.into_iter().flatten().collect();
        travel.behaves = own.iter().map(|function| function.behaves).collect();
        travel.gives = carried(&own);
        travel
    }

    /// The number of a function.
    fn number(&self, code: &Code<'_>, site: Site) -> Option<u32> {
        let Kind::Function(function) = code.module(site.file)?.kind(site.node) else { return None };
        Some(self.first.get(site.file.0 as usize)? + function.0)
    }

    /// What a function is good for.
    fn of(&self, code: &Code<'_>, site: Site) -> Option<Capabilities> {
        self.gives.get(self.number(code, site)? as usize).copied()
    }

    fn of_module(&self, code: &Code<'_>, file: FileId, module: &Module) -> Vec<Own> {
        let mut own: Vec<Own> = module
            .functions
            .iter()
            .map(|function| {
                let behaves = behaviour::of_function(module, function.node);
                Own { behaves, gives: behaves, calls: Vec::new() }
            })
            .collect();
        // Functions lie within each other as brackets do: the one that began last and has not ended is around.
        let mut around: Vec<NodeId> = Vec::new();
        for node in module.all() {
            while around.last().is_some_and(|function| !module.contains(*function, node)) {
                around.pop();
            }
            let inner = around.last().and_then(|function| index(module, *function));
            match module.kind(node) {
                Kind::Function(function) => {
                    let held = self.number(code, Site { file, node });
                    if let (Some(inner), Some(held)) = (inner, held) {
                        own[inner].calls.push(held);
                    }
                    debug_assert_eq!(module.functions[function.0 as usize].node, node);
                    around.push(node);
                }
                Kind::Call | Kind::New | Kind::Tagged => {
                    if let (Some(inner), Some(callee)) = (inner, module.child(node, 0)) {
                        let (gives, called) = self.mentioned(code, Site { file, node: callee });
                        own[inner].gives = own[inner].gives.and(gives);
                        own[inner].calls.extend(called);
                    }
                }
                _ => {}
            }
        }
        own
    }

    /// What something that is called gives by itself, and the functions of this repository that run.
    fn mentioned(&self, code: &Code<'_>, callee: Site) -> (Capabilities, Vec<u32>) {
        let value = code.settled_value(callee);
        match value.what {
            What::External(package, path) => (knowledge::external(&package, &path), Vec::new()),
            What::Local => (Capabilities::default(), self.functions_of(code, value.at, 0)),
            What::Instance(class) => (Capabilities::default(), self.functions_of(code, class, 0)),
            _ => (Capabilities::default(), Vec::new()),
        }
    }

    /// The functions that run when a local value is called: itself, or what a call of it returned.
    fn functions_of(&self, code: &Code<'_>, site: Site, depth: u8) -> Vec<u32> {
        let Some(module) = code.module(site.file).filter(|_| depth < 4) else { return Vec::new() };
        match module.kind(site.node) {
            Kind::Function(_) => self.number(code, site).into_iter().collect(),
            Kind::Class => {
                let methods = module.children(site.node).filter(|child| {
                    matches!(module.kind(*child), Kind::Method(word) if module.word(word) == "constructor")
                });
                let functions = methods.filter_map(|method| module.children(method).last());
                functions.filter_map(|node| self.number(code, Site { file: site.file, node })).collect()
            }
            // A wrapper's result does what the wrapper and what it is given do: `const limited = withLimit(handler)`.
            Kind::Call | Kind::New => {
                let parts =
                    module.children(site.node).map(|node| code.settled_value(Site { file: site.file, node }));
                parts
                    .filter(|part| matches!(part.what, What::Local))
                    .flat_map(|part| self.functions_of(code, part.at, depth + 1))
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The place of a function in its module's list.
fn index(module: &Module, node: NodeId) -> Option<usize> {
    match module.kind(node) {
        Kind::Function(function) => Some(function.0 as usize),
        _ => None,
    }
}

/// Carries capabilities from what is called to what calls, until nothing changes. Each function is visited again only
/// when one that it calls has gained something, so at most once for each capability.
fn carried(own: &[Own]) -> Vec<Capabilities> {
    let mut callers: Vec<Vec<u32>> = vec![Vec::new(); own.len()];
    for (caller, function) in (0_u32..).zip(own) {
        for called in &function.calls {
            if let Some(list) = callers.get_mut(*called as usize) {
                list.push(caller);
            }
        }
    }
    let mut gives: Vec<Capabilities> = own.iter().map(|function| function.gives).collect();
    let mut waiting: Vec<u32> =
        (0_u32..).zip(&gives).filter(|(_, gives)| !gives.is_empty()).map(|(number, _)| number).collect();
    while let Some(number) = waiting.pop() {
        let gained = gives[number as usize];
        for caller in &callers[number as usize] {
            let before = gives[*caller as usize];
            let after = before.and(gained);
            if after != before {
                gives[*caller as usize] = after;
                waiting.push(*caller);
            }
        }
    }
    gives
}

impl Code<'_> {
    /// What a function does by itself, without what it calls.
    pub fn behaviour(&self, function: Site) -> Capabilities {
        let number = self.travel.number(self, function);
        number.and_then(|number| self.travel.behaves.get(number as usize).copied()).unwrap_or_default()
    }

    /// What a value is good for when it is used as a guard or a wrapper, or called. What it calls counts, wherever that
    /// is written: a function that calls a limiter is a limiter. Of a call, both what is called and the functions it is
    /// given; of a class or an object, all its functions.
    pub fn capabilities(&self, site: Site) -> Capabilities {
        self.capabilities_within(site, 0)
    }

    fn capabilities_within(&self, site: Site, depth: u8) -> Capabilities {
        const MAX_DEPTH: u8 = 8;
        if depth > MAX_DEPTH {
            return Capabilities::default();
        }
        let value = self.settled_value(site);
        match &value.what {
            What::External(package, path) => {
                let called = path.strip_suffix("()").unwrap_or(path);
                let own = knowledge::external(package, called);
                own.and(self.given(value.at, depth))
            }
            What::Instance(class) => self.of_parts(*class),
            What::Local => {
                let Some(module) = self.module(value.at.file) else { return Capabilities::default() };
                match module.kind(value.at.node) {
                    Kind::Function(_) => self.travel.of(self, value.at).unwrap_or_default(),
                    Kind::Call | Kind::New => {
                        let callee = module.callee(value.at.node);
                        let callee = callee.map(|node| Site { file: value.at.file, node });
                        let own = callee
                            .map(|callee| self.capabilities_within(callee, depth + 1))
                            .unwrap_or_default();
                        own.and(self.given(value.at, depth))
                    }
                    Kind::Array => {
                        let items =
                            module.children(value.at.node).map(|node| Site { file: value.at.file, node });
                        items.fold(Capabilities::default(), |all, item| {
                            all.and(self.capabilities_within(item, depth + 1))
                        })
                    }
                    _ => self.of_parts(value.at),
                }
            }
            _ => Capabilities::default(),
        }
    }

    /// What the functions are good for that a call is given.
    fn given(&self, call: Site, depth: u8) -> Capabilities {
        let Some(module) = self.module(call.file) else { return Capabilities::default() };
        if !matches!(module.kind(call.node), Kind::Call | Kind::New) {
            return Capabilities::default();
        }
        let callable = |node: &NodeId| {
            matches!(
                module.kind(*node),
                Kind::Name(_, Some(_)) | Kind::Function(_) | Kind::Call | Kind::Member(_)
            )
        };
        let arguments =
            module.arguments(call.node).filter(callable).map(|node| Site { file: call.file, node });
        arguments.fold(Capabilities::default(), |all, argument| {
            all.and(self.capabilities_within(argument, depth + 1))
        })
    }

    /// What all functions of a class or an object are good for.
    fn of_parts(&self, site: Site) -> Capabilities {
        let Some(module) = self.module(site.file) else { return Capabilities::default() };
        let functions =
            module.descendants(site.node).filter(|node| matches!(module.kind(*node), Kind::Function(_)));
        functions.fold(Capabilities::default(), |all, node| {
            all.and(self.travel.of(self, Site { file: site.file, node }).unwrap_or_default())
        })
    }
}

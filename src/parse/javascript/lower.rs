//! From the parser's tree to a [`Module`].

mod classes;
mod expressions;
mod markup;
mod modules;
mod patterns;
mod statements;

use oxc_ast::ast::{BindingIdentifier, Directive, Program};
use oxc_semantic::{Scoping, SymbolId};
use oxc_span::Span as OxcSpan;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::model::{
    Binding, BindingId, Bound, Called, Function, FunctionForm, FunctionId, Import, ImportForm, ImportId,
    Kind, Module, Node, NodeId, Said, Word,
};
use crate::source::Span;

/// Builds the module.
pub(super) struct Lowering<'a> {
    module: Module,
    scoping: Scoping,
    words: FxHashMap<&'a str, Word>,
    /// Every use of a binding.
    uses: Vec<(BindingId, NodeId)>,
    /// The node that is being filled.
    parent: u32,
    /// How many functions and conditions are around.
    depth: u32,
    /// Where the text of the program begins in its file.
    shift: u32,
    /// The name that a function gets if it has none of its own.
    named: Option<Word>,
}

/// The module of a program. `shift` is where its text begins in the file, in bytes.
pub(super) fn module(program: &Program<'_>, scoping: Scoping, shift: usize) -> Module {
    let length = program.source_text.len();
    let mut lowering = Lowering {
        module: Module::default(),
        scoping,
        // As many as most files have of that length: growing means to begin anew.
        words: FxHashMap::with_capacity_and_hasher(16 + length / 48, FxBuildHasher),
        uses: Vec::with_capacity(length / 32),
        parent: 0,
        depth: 0,
        shift: u32::try_from(shift).unwrap_or(u32::MAX),
        named: None,
    };
    lowering.module.nodes.reserve(16 + length / 10);
    lowering.word("");
    lowering.declare_symbols();
    let span = OxcSpan::new(0, program.span.end);
    lowering.node(Kind::Program, span, |lowering| {
        lowering.directives(&program.directives, true);
        lowering.statements(&program.body);
    });
    for comment in &program.comments {
        let span = lowering.span(comment.span);
        lowering.module.comments.push(span);
    }
    lowering.finish()
}

impl<'a> Lowering<'a> {
    /// A text, interned.
    fn word(&mut self, text: &'a str) -> Word {
        if let Some(word) = self.words.get(text) {
            return *word;
        }
        let word = Word(length(&self.module.words));
        self.module.text.push_str(text);
        self.module.words.push(u32::try_from(self.module.text.len()).unwrap_or(u32::MAX));
        self.module.text.push('\n');
        self.words.insert(text, word);
        word
    }

    fn span(&self, span: OxcSpan) -> Span {
        Span { start: span.start.saturating_add(self.shift), end: span.end.saturating_add(self.shift) }
    }

    /// Adds a node, and below it what `inside` adds.
    fn node(&mut self, kind: Kind, span: OxcSpan, inside: impl FnOnce(&mut Self)) -> NodeId {
        let id = length(&self.module.nodes);
        let span = self.span(span);
        match kind {
            Kind::Call | Kind::New => self.module.calls.push(NodeId(id)),
            Kind::Class => self.module.classes.push(NodeId(id)),
            Kind::Catch => self.module.catches.push(NodeId(id)),
            _ => {}
        }
        self.module.nodes.push(Node { span, end: id + 1, parent: self.parent, kind });
        let outer = std::mem::replace(&mut self.parent, id);
        inside(self);
        self.parent = outer;
        self.module.nodes[id as usize].end = length(&self.module.nodes);
        NodeId(id)
    }

    fn leaf(&mut self, kind: Kind, span: OxcSpan) -> NodeId {
        self.node(kind, span, |_| {})
    }

    /// Changes what a node is, once its children are known.
    fn become_kind(&mut self, node: NodeId, kind: Kind) {
        self.module.nodes[node.0 as usize].kind = kind;
    }

    /// One level deeper: within a function or under a condition.
    fn deeper(&mut self, inside: impl FnOnce(&mut Self)) {
        self.depth += 1;
        inside(self);
        self.depth -= 1;
    }

    fn directives(&mut self, directives: &[Directive<'a>], top: bool) {
        for directive in directives {
            let word = self.word(directive.directive.as_str());
            if top {
                self.module.directives.push(word);
            }
            self.leaf(Kind::Directive(word), directive.span);
        }
    }

    /// Adds a function; `parameters` and the body are what `inside` adds.
    fn function(
        &mut self,
        form: FunctionForm,
        own_name: Option<&'a str>,
        marks: (bool, bool),
        span: OxcSpan,
        inside: impl FnOnce(&mut Self, NodeId) -> u32,
    ) -> NodeId {
        let given = self.named.take();
        let name = own_name.map(|name| self.word(name)).or(given).unwrap_or(Word(0));
        let number = FunctionId(length(&self.module.functions));
        let node = NodeId(length(&self.module.nodes));
        let (asynchronous, generator) = marks;
        self.module.functions.push(Function { node, name, form, asynchronous, generator, parameters: 0 });
        let mut parameters = 0;
        self.node(Kind::Function(number), span, |lowering| {
            lowering.depth += 1;
            parameters = inside(lowering, node);
            lowering.depth -= 1;
        });
        self.module.functions[number.0 as usize].parameters = parameters;
        node
    }

    fn import(
        &mut self,
        source: &'a str,
        span: OxcSpan,
        form: ImportForm,
        type_only: bool,
        conditional: bool,
    ) -> ImportId {
        let id = ImportId(length(&self.module.imports));
        let source = self.word(source);
        let span = self.span(span);
        self.module.imports.push(Import { source, span, form, type_only, conditional });
        id
    }

    /// Every symbol becomes a binding of the same number.
    fn declare_symbols(&mut self) {
        let scoping = &self.scoping;
        let binding = |symbol| Binding {
            name: Word(0),
            declared: NodeId(0),
            bound: Bound::Unknown,
            mutated: scoping.symbol_is_mutated(symbol),
            uses: (0, 0),
        };
        self.module.bindings = scoping.symbol_ids().map(binding).collect();
    }

    fn bind(&mut self, binding: Option<BindingId>, bound: Bound) {
        let Some(binding) = binding.and_then(|id| self.module.bindings.get_mut(id.0 as usize)) else {
            return;
        };
        // A second declaration of one name (`var` twice, an overload): the first one that says something counts.
        if binding.bound == Bound::Unknown {
            binding.bound = bound;
        }
    }

    fn declared(&mut self, id: &BindingIdentifier<'a>, node: NodeId) {
        let name = self.word(id.name.as_str());
        let binding = binding_of(id.symbol_id.get());
        let Some(binding) = binding.and_then(|id| self.module.bindings.get_mut(id.0 as usize)) else {
            return;
        };
        if binding.declared == NodeId(0) {
            binding.name = name;
            binding.declared = node;
        }
    }

    /// A name that its declaration makes stand for a node: a function, a class, an enumeration.
    fn stands_for(&mut self, id: &BindingIdentifier<'a>, node: NodeId) {
        self.declared(id, node);
        self.bind(binding_of(id.symbol_id.get()), Bound::Value(node));
    }

    /// Sorts the uses by binding: how many each has tells where its own begin.
    fn sort_uses(&mut self) {
        let Module { bindings, uses, .. } = &mut self.module;
        self.uses.retain(|(binding, _)| (binding.0 as usize) < bindings.len());
        for (binding, _) in &self.uses {
            bindings[binding.0 as usize].uses.1 += 1;
        }
        let mut at = 0;
        for binding in &mut *bindings {
            let count = std::mem::replace(&mut binding.uses, (at, at)).1;
            at += count;
        }
        *uses = vec![NodeId(0); self.uses.len()];
        for (binding, node) in &self.uses {
            let end = &mut bindings[binding.0 as usize].uses.1;
            uses[*end as usize] = *node;
            *end += 1;
        }
        for binding in bindings {
            let own = &mut uses[binding.uses.0 as usize..binding.uses.1 as usize];
            if !own.is_sorted() {
                own.sort_unstable();
            }
        }
    }

    fn finish(mut self) -> Module {
        self.sort_uses();
        let words = (0..length(&self.module.words)).map(|word| self.module.word(Word(word)));
        self.module.said = Said::of(words);
        let module = &self.module;
        let named = module.calls().filter_map(|call| Some((module.last_word(module.callee(call)?)?, call)));
        self.module.called = Called::of(named.collect());
        self.module.nodes.shrink_to_fit();
        self.module
    }
}

/// The length of a list that never has more than 2³² items: every item stands for a byte of a file or more.
fn length<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// The binding of a symbol: they have the same number.
fn binding_of(symbol: Option<SymbolId>) -> Option<BindingId> {
    Some(BindingId(u32::try_from(symbol?.index()).ok()?))
}

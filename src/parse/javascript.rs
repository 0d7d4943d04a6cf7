//! JavaScript and TypeScript modules, JSX and the scripts of components included.
//!
//! The parser's tree lives in an arena that cannot leave its thread. What analyses need of it is lowered once into a
//! [`Module`]: a flat tree in the order of the text, with every name bound to its declaration.

mod component;
mod depth;
mod listed;
mod lower;
mod model;
mod query;
mod tree;

#[cfg(test)]
mod tests;

pub use component::Component;
pub use model::{
    Binding, BindingId, Bound, Declare, Export, ExportTarget, Function, FunctionForm, FunctionId, Import,
    ImportForm, ImportId, Imported, Kind, Loop, Module, Node, NodeId, Operator, Word,
};

use std::borrow::Cow;
use std::cell::RefCell;

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_semantic::{SemanticBuilder, Stats};
use oxc_span::SourceType;

use super::lines::{bom_length, boundary_after, in_order};
use super::node::Node as DataNode;
use super::script_config;
use super::{Parsed, SyntaxError};
use crate::source::Span;

/// The language of a file with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// JavaScript, in which JSX and Flow types may stand.
    JavaScript,
    /// TypeScript without JSX.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// A file of components whose scripts are read.
    Component(Component),
}

/// What is read of a file: its module, and the value that it exports by default where it configures a tool.
#[derive(Debug, Default)]
pub struct Source {
    /// The module.
    pub module: Module,
    /// The configuration, as [`script_config`] sees it.
    pub config: Option<DataNode>,
}

/// Reads a module. With `config` the value that it exports is read as configuration, too.
///
/// The caller needs a stack of [`STACK`] bytes: nesting is limited, not absent. What nests deeper is refused as a whole.
pub fn parse(text: &str, dialect: Dialect, config: bool) -> Parsed<Source> {
    let start = bom_length(text);
    let source = match dialect {
        Dialect::Component(component) => Cow::Owned(component.scripts(text).split_off(start)),
        _ => Cow::Borrowed(&text[start..]),
    };
    if depth::is_too_deep(source.as_bytes()) {
        let error = SyntaxError::new(Span::default(), "nested too deep to be read");
        let config = config.then(script_config::opaque);
        return Parsed { document: Source { module: Module::default(), config }, errors: vec![error] };
    }
    // The memory of one file serves for the next one of the thread.
    ARENA.with_borrow_mut(|allocator| {
        allocator.reset();
        let result = program(allocator, &source, dialect);
        let errors = result.diagnostics.iter().map(|error| {
            let label = error.labels.first();
            let (at, end) = label.map_or((0, 0), |label| (label.offset(), label.offset() + label.len()));
            let place = |at: u32| boundary_after(text, (at as usize + start).min(text.len()));
            SyntaxError::new(Span::new(place(at), place(end)), error.message.to_string())
        });
        let errors = in_order(errors.collect());
        let config = config.then(|| script_config::exported(&result.program, text, start));
        Parsed { document: Source { module: lowered(&result.program, start), config }, errors }
    })
}

thread_local! {
    /// Where the parser keeps its tree, which is gone once it is lowered.
    static ARENA: RefCell<Allocator> = RefCell::default();
}

/// The stack that [`parse`] needs, in bytes.
pub const STACK: usize = 512 << 20;

fn lowered<'a>(program: &'a Program<'a>, start: usize) -> Module {
    // How much of each there may be, as tables grow: counting it takes a walk of its own.
    let length = u32::try_from(program.source_text.len()).unwrap_or(u32::MAX);
    let stats = Stats::new(0, 16 + length / 128, 16 + length / 64, 16 + length / 32);
    let semantic = SemanticBuilder::new().with_stats(stats).build(program).semantic;
    lower::module(program, semantic.into_scoping(), start)
}

/// Parses as the dialect says, and as others where that gives nothing: `<T>x` and JSX exclude each other, and what is
/// no JavaScript may hold types.
fn program<'a>(allocator: &'a Allocator, source: &'a str, dialect: Dialect) -> ParserReturn<'a> {
    let types: &[SourceType] = match dialect {
        Dialect::JavaScript => &[SourceType::jsx(), SourceType::tsx(), SourceType::cjs()],
        Dialect::TypeScript | Dialect::Component(_) => &[SourceType::ts(), SourceType::tsx()],
        Dialect::Tsx => &[SourceType::tsx()],
    };
    let parse = |kind: SourceType| {
        let options = ParseOptions {
            preserve_parens: false,
            allow_return_outside_function: true,
            ..ParseOptions::default()
        };
        Parser::new(allocator, source, kind).with_options(options).parse()
    };
    let mut first = parse(types[0]);
    for other in types.iter().skip(1) {
        if !first.panicked && first.diagnostics.is_empty() {
            break;
        }
        let next = parse(*other);
        if next.diagnostics.len() < first.diagnostics.len() || first.panicked && !next.panicked {
            first = next;
        }
    }
    first
}

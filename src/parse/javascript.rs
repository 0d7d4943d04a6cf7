//! JavaScript and TypeScript modules, JSX and the scripts of components included.
//!
//! The parser's tree lives in an arena that cannot leave its thread. What analyses need of it is lowered once into a
//! [`Module`]: a flat tree in the order of the text, with every name bound to its declaration.

mod model;
mod query;
mod tree;

pub use model::{
    Binding, BindingId, Bound, Declare, Export, ExportTarget, Function, FunctionForm, FunctionId, Import,
    ImportForm, ImportId, Imported, Kind, Loop, Module, Node, NodeId, Operator, Word,
};

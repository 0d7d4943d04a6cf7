//! What is kept of a JavaScript or TypeScript module: a flat syntax tree, its names, its imports and its exports.

use std::hash::BuildHasher as _;

use rustc_hash::FxBuildHasher;

use crate::source::Span;

/// The number of a node in its module. Numbers rise in the order of the text, a node before its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A text of the module, interned: two nodes say the same where their words are equal. [`Module::word`] reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(pub u32);

/// The number of a [`Binding`] in its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingId(pub u32);

/// The number of an [`Import`] in its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportId(pub u32);

/// The number of a [`Function`] in its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub u32);

/// A module as it was parsed. Types, parentheses, `as`, `satisfies` and `!` are left out of the tree: what they hold
/// stands in their place.
#[derive(Debug, Default)]
pub struct Module {
    /// The syntax tree in the order of the text, a node before its children; node 0 is the program.
    pub(super) nodes: Vec<Node>,
    /// All interned texts, each on a line of its own.
    pub(super) text: String,
    /// Where each word lies in `text`, as its end.
    pub(super) words: Vec<u32>,
    /// A bit for each hash of a word, see [`Module::may_say`].
    pub(super) said: Said,
    /// Every `Call` and `New`, in the order of the text: most analyses begin there.
    pub(super) calls: Vec<NodeId>,
    /// The same where what is called has a name, by its last name.
    pub(super) called: Called,
    /// Every `Class`, in the order of the text.
    pub(super) classes: Vec<NodeId>,
    /// Every `Catch`, in the order of the text.
    pub(super) catches: Vec<NodeId>,
    /// Every name that is declared, imported names among them.
    pub bindings: Vec<Binding>,
    /// The uses of all bindings, by binding.
    pub(super) uses: Vec<NodeId>,
    /// Every `import`, `export … from`, `require` and `import()` whose specifier is a literal.
    pub imports: Vec<Import>,
    /// What the module gives to others.
    pub exports: Vec<Export>,
    /// Every function, in the order of the text.
    pub functions: Vec<Function>,
    /// Every comment with its marks.
    pub comments: Vec<Span>,
    /// Directives at the top: `use client`, `use server`, `use strict`.
    pub directives: Vec<Word>,
}

/// The calls of a module by the last name of what is called: most analyses look for a few names, and most modules call
/// none of them.
#[derive(Debug, Default)]
pub(super) struct Called {
    /// Every name once, with where its calls end.
    names: Vec<(Word, u32)>,
    /// By name, those of one name in the order of the text.
    calls: Vec<NodeId>,
}

impl Called {
    /// Of calls with the names of what they call.
    pub(super) fn of(mut named: Vec<(Word, NodeId)>) -> Self {
        named.sort_unstable();
        let calls: Vec<NodeId> = named.iter().map(|(_, call)| *call).collect();
        let mut names: Vec<(Word, u32)> = Vec::new();
        for ((name, _), end) in named.into_iter().zip(1..) {
            match names.last_mut() {
                Some(last) if last.0 == name => last.1 = end,
                _ => names.push((name, end)),
            }
        }
        Self { names, calls }
    }

    /// The calls of each name, in no order of names.
    pub(super) fn each(&self) -> impl Iterator<Item = (Word, &[NodeId])> {
        let mut start = 0;
        self.names.iter().map(move |(name, end)| {
            let calls = &self.calls[start as usize..*end as usize];
            start = *end;
            (*name, calls)
        })
    }
}

/// The hashes of the words of a module, a bit each.
#[derive(Debug, Default)]
pub(super) struct Said(Vec<u64>);

impl Said {
    /// As many bits as make one in eight an accident at most, for this many words.
    pub(super) fn of<'w>(words: impl ExactSizeIterator<Item = &'w str>) -> Self {
        let mut said = Self(vec![0; (words.len() * 8).div_ceil(64).next_power_of_two()]);
        for word in words {
            let (at, bit) = said.place(word);
            said.0[at] |= bit;
        }
        said
    }

    /// Whether a word may be among them; `false` is certain.
    pub(super) fn has(&self, word: &str) -> bool {
        let (at, bit) = self.place(word);
        self.0.get(at).is_some_and(|bits| bits & bit != 0)
    }

    fn place(&self, word: &str) -> (usize, u64) {
        let hash = FxBuildHasher.hash_one(word);
        ((hash >> 6) as usize & self.0.len().saturating_sub(1), 1 << (hash & 63))
    }
}

/// A node of the tree.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// Where it stands in the file.
    pub span: Span,
    /// The number of the first node that is not part of it.
    pub(super) end: u32,
    /// The number of the node around it; its own for the program.
    pub(super) parent: u32,
    /// What it is.
    pub kind: Kind,
}

/// What a node is. Behind each stand its children in their order; `…` is any number, `?` perhaps one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The module: statements….
    Program,

    // Values.
    /// A name where it is used or declared; without a binding it is global.
    Name(Word, Option<BindingId>),
    /// `this`.
    This,
    /// `super`.
    Super,
    /// A text literal, escapes resolved; also a part of a template.
    Text(Word),
    /// A number literal, as written.
    Number(Word),
    /// `true` or `false`.
    Flag(bool),
    /// `null`.
    Null,
    /// A regular expression: its pattern.
    Regex(Word),
    /// A template literal: text, (expression, text)….
    Template,
    /// A tagged template: tag, template.
    Tagged,
    /// An array: items…, with `Hole` where one is left out.
    Array,
    /// Nothing, where an array leaves out an item.
    Hole,
    /// An object: (`Property` | `Computed` | `Spread`)….
    Object,
    /// A property of an object or of a pattern whose key is plain: value. `{ a }` has the value `a`.
    Property(Word),
    /// A property whose key is computed: key, value.
    Computed,
    /// `...x` in a call, an array or an object: x.
    Spread,
    /// `a.b` and `a["b"]`: object.
    Member(Word),
    /// `a[b]`: object, index.
    Index,
    /// A call: callee, argument….
    Call,
    /// `new`: callee, argument….
    New,
    /// `require("x")` or `import("x")` with a literal: nothing.
    Import(ImportId),
    /// A function of any form: `Parameter`…, body. The body is a `Block`, or the value of an arrow without braces.
    Function(FunctionId),
    /// A parameter: `Decorator`…, pattern, `Type`?. A default value is in the pattern.
    Parameter,
    /// A class: `Decorator`…, `Extends`?, (`Method` | `Field` | `Block` for `static {}`)….
    Class,
    /// What a class extends: value.
    Extends,
    /// A method, getter, setter or constructor: `Decorator`…, function. A computed key is the empty word.
    Method(Word),
    /// A field of a class: `Decorator`…, `Type`?, value?.
    Field(Word),
    /// `@x`: value.
    Decorator,
    /// A name of a type behind a parameter, a field or a variable; lists and promises are seen through.
    Type(Word, Option<BindingId>),
    /// `!x`, `typeof x` …: value.
    Unary(Operator),
    /// `x++`, `--x`: target.
    Update,
    /// `a + b`, `a === b` …: left, right.
    Binary(Operator),
    /// `a && b`, `a || b`, `a ?? b`: left, right.
    Logical(Operator),
    /// `a ? b : c`: test, then, else.
    Conditional,
    /// `a = b`, `a += b` …: target, value. The operator is `Assign` for a plain one.
    Assign(Operator),
    /// `a, b`: values….
    Sequence,
    /// `await x`: value.
    Await,
    /// `yield x`: value?.
    Yield,
    /// A JSX element by its name, empty for a fragment: (`Attribute` | `Spread`)…, child….
    Element(Word, Option<BindingId>),
    /// An attribute of a JSX element: value?.
    Attribute(Word),

    // Patterns.
    /// `{ a, b: c, ...d }`: (`Property` | `Computed` | `Rest`)….
    ObjectPattern,
    /// `[a, , b]`: (pattern | `Hole`)….
    ArrayPattern,
    /// `...x` in a pattern or among parameters: pattern.
    Rest,
    /// A pattern with a default: pattern, value.
    Default,

    // Statements. An expression that is a statement stands by itself.
    /// `{ … }`, and the body of a function: statement….
    Block,
    /// A directive within a function: `use server`.
    Directive(Word),
    /// `const`, `let`, `var`, `using`: `Declarator`….
    Declare(Declare),
    /// One variable: pattern, `Type`?, value?.
    Declarator,
    /// `if`: test, then, else?.
    If,
    /// `for`, `for … of`, `while` …: parts…, the body last.
    Loop(Loop),
    /// `switch`: subject, `Case`….
    Switch,
    /// `case x:` and `default:`: `test`, statement…; the test of `default` is a `Hole`.
    Case,
    /// `try`: `Block`, `Catch`?, `Finally`?.
    Try,
    /// `catch`: pattern?, `Block`.
    Catch,
    /// `finally`: `Block`.
    Finally,
    /// `return`: value?.
    Return,
    /// `throw`: value.
    Throw,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `debugger`.
    Debugger,
    /// `import … from "x"`, `export … from "x"` and `import x = require("x")`: `Name`… of what it binds here.
    ImportStatement(ImportId),
    /// `export` in front of a declaration or a value, `export { … }`, `export =`: what is exported….
    Export,
    /// An enumeration: `Property`….
    Enum,
    /// What no analysis asks for: parts….
    Other,
}

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // named as in the language's grammar
pub enum Operator {
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Bits,
    In,
    InstanceOf,
    And,
    Or,
    Coalesce,
    Not,
    Minus,
    Plus,
    BitNot,
    TypeOf,
    Void,
    Delete,
    Assign,
}

/// The word of a variable declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the words themselves
pub enum Declare {
    Const,
    Let,
    Var,
    Using,
}

/// The form of a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the words themselves
pub enum Loop {
    For,
    ForIn,
    ForOf,
    ForAwait,
    While,
    DoWhile,
}

/// A name that is declared somewhere in the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The name.
    pub name: Word,
    /// The node where it is declared: its `Name`, or the function or class of that name.
    pub declared: NodeId,
    /// What it stands for.
    pub bound: Bound,
    /// Something is assigned to it after its declaration.
    pub mutated: bool,
    /// Where its uses begin in the module's list of them.
    pub(super) uses: (u32, u32),
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// What another module exports.
    Import(ImportId, Imported),
    /// A value of this module: the right side of its declaration, a function or a class.
    Value(NodeId),
    /// A property of a value: `const { key: name } = value`.
    Part(NodeId, Word),
    /// An item of a value: `const [, name] = value`.
    Item(NodeId, u32),
    /// A parameter of a function, by its place.
    Parameter(NodeId, u32),
    /// A property of a parameter: `({ key: name }) => …`.
    ParameterPart(NodeId, u32, Word),
    /// Anything else: a variable without a value, of a loop, deep in a pattern, an error that is caught.
    Unknown,
}

/// Which export of another module is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// `import x from`.
    Default,
    /// `import * as x from`, `import x = require()`.
    All,
    /// `import { name as x } from`.
    Named(Word),
}

/// A module that this one asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Import {
    /// The specifier as written: `express`, `./routes`, `@/lib/db`.
    pub source: Word,
    /// Where the specifier stands, with its quotes.
    pub span: Span,
    /// How it is asked for.
    pub form: ImportForm,
    /// Only types are taken: nothing is loaded when the program runs.
    pub type_only: bool,
    /// It stands within a function or under a condition: it may never be loaded.
    pub conditional: bool,
}

/// How a module asks for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportForm {
    /// `import … from "x"`, `import "x"`.
    Static,
    /// `export … from "x"`.
    Reexport,
    /// `require("x")`, `import x = require("x")`.
    Require,
    /// `import("x")`.
    Dynamic,
}

/// Something that a module gives to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Export {
    /// The name others ask for, `default` among them; empty for `export * from`.
    pub name: Word,
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub target: ExportTarget,
}

/// What an export is. `module.exports = { a, b }` gives `default`, `a` and `b`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportTarget {
    /// What a name of the module stands for.
    Binding(BindingId),
    /// A value.
    Value(NodeId),
    /// What another module exports.
    From(ImportId, Imported),
    /// Everything that another module exports.
    All(ImportId),
}

/// A function of any form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// Its node.
    pub node: NodeId,
    /// Its own name, or that of the variable, property or method it is given to; empty where there is none.
    pub name: Word,
    /// How it is written.
    pub form: FunctionForm,
    /// `async`.
    pub asynchronous: bool,
    /// `function*`.
    pub generator: bool,
    /// How many parameters it has, a rest among them.
    pub parameters: u32,
}

/// How a function is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the words themselves
pub enum FunctionForm {
    Declaration,
    Expression,
    Arrow,
    Method,
    Getter,
    Setter,
    Constructor,
}

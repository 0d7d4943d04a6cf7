//! From squawk's tree to the plain statements of [`model`](super::model).
//!
//! Each file of this module lowers one part of the grammar. A node gives a [`Kind`]; what is not read further gives
//! [`Kind::Other`] with its first words. Names, types, expressions and queries are shared by all of them.

mod alter;
mod body;
mod change;
mod comment;
mod drop;
mod expr;
mod function;
mod grant;
mod index;
mod maintain;
mod names;
mod node;
mod other;
mod plpgsql;
mod policy;
mod query;
mod role;
mod session;
mod table;
mod trigger;
mod types;
mod view;

pub(super) use names::fold;

use std::cell::{Cell, RefCell};

use compact_str::CompactString;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::decoded_text::DecodedText;
use squawk_syntax::{SyntaxNode, SyntaxToken};

use super::foreign::Inner;
use super::model::{CreateIndex, Expr, IndexKey, Kind, Name, ObjectName, Query};
use crate::source::Span;

/// Where the text of a tree stands in its file, and how deep its reading is.
pub(super) struct At<'a> {
    /// What the tree was made of.
    pub(super) text: &'a str,
    origin: Origin<'a>,
    depth: Cell<u16>,
    /// Whether PostgreSQL refuses what is wrong here: not in a body, where that is a setting of the session.
    checked: bool,
    /// What the grammar of squawk allows and PostgreSQL refuses.
    refused: RefCell<Option<String>>,
}

/// How an offset in the text becomes one of the file.
enum Origin<'a> {
    /// The text is a part of the file, from this byte on.
    File(usize),
    /// The text is what a literal of another text means: a function's body.
    Literal(&'a DecodedText, &'a At<'a>),
}

/// How deep expressions and queries are kept: below that they are their text.
const DEEPEST: u16 = 200;

impl<'a> At<'a> {
    /// A text that stands in its file from `start` on.
    pub(super) fn new(text: &'a str, start: usize) -> Self {
        Self {
            text,
            origin: Origin::File(start),
            depth: Cell::new(0),
            checked: true,
            refused: RefCell::default(),
        }
    }

    /// The decoded text of a literal of `outer`.
    pub(super) fn inside(decoded: &'a DecodedText, outer: &'a At<'a>) -> Self {
        Self {
            text: decoded.text(),
            origin: Origin::Literal(decoded, outer),
            depth: Cell::new(outer.depth.get()),
            checked: false,
            refused: RefCell::default(),
        }
    }

    /// A statement of `outer` with signs added that the grammar needs.
    pub(super) fn mended(decoded: &'a DecodedText, outer: &'a At<'a>) -> Self {
        Self { checked: outer.checked, ..Self::inside(decoded, outer) }
    }

    /// Where a node stands in the file, without the trivia around it.
    pub(super) fn span(&self, node: &impl AstNode) -> Span {
        self.span_of(node.syntax())
    }

    /// As [`Self::span`], of an untyped node.
    pub(super) fn span_of(&self, node: &SyntaxNode) -> Span {
        let range = node.text_range();
        self.place(usize::from(range.start()), usize::from(range.end()))
    }

    /// Where a token stands in the file.
    pub(super) fn token_span(&self, token: &SyntaxToken) -> Span {
        let range = token.text_range();
        self.place(usize::from(range.start()), usize::from(range.end()))
    }

    /// Where a range of this text stands in the file.
    pub(super) fn place(&self, start: usize, end: usize) -> Span {
        match self.origin {
            Origin::File(shift) => Span::new(start + shift, end + shift),
            Origin::Literal(decoded, outer) => {
                let source = |offset: usize| {
                    let offset = u32::try_from(offset).unwrap_or(u32::MAX);
                    usize::from(decoded.source_pos(offset.into()))
                };
                outer.place(source(start), source(end))
            }
        }
    }

    /// The text of a node as written.
    pub(super) fn text(&self, node: &impl AstNode) -> &'a str {
        self.text_of(node.syntax())
    }

    /// As [`Self::text`], of an untyped node.
    pub(super) fn text_of(&self, node: &SyntaxNode) -> &'a str {
        let range = node.text_range();
        self.text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default()
    }

    /// Says that PostgreSQL refuses the statement at this node.
    pub(super) fn refuse(&self, why: &str, node: &SyntaxNode) {
        if self.checked {
            let near: String = self.text_of(node).split_whitespace().take(4).collect::<Vec<_>>().join(" ");
            self.refused.borrow_mut().get_or_insert_with(|| format!("{why} near `{near}`"));
        }
    }

    /// Why PostgreSQL refuses the statement, where it does.
    pub(super) fn refused(&self) -> Option<String> {
        self.refused.take()
    }

    /// Runs `read` some levels deeper, or gives `None` where the text nests too deep to be kept.
    pub(super) fn deeper<T>(&self, levels: u16, read: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth.saturating_add(levels) > DEEPEST {
            return None;
        }
        self.depth.set(depth + levels);
        let out = read();
        self.depth.set(depth);
        Some(out)
    }
}

// Expressions hold queries, and queries hold expressions and changes: these lead from the one file to the other.

/// A query inside an expression.
fn queried(node: &ast::SelectVariant, at: &At) -> Query {
    query::query(node, at)
}

/// The query in parentheses, where it is one.
fn bracketed(node: &ast::ParenExpr, at: &At) -> Option<Query> {
    query::parenthesised(node, at)
}

/// A change inside a query: what it reads and returns, and what it writes to.
fn written(stmt: &ast::Stmt, at: &At) -> Query {
    change::writes(stmt, at)
}

/// An index that is declared inside its table.
pub(super) fn plain_index(table: &ObjectName, index: &Inner) -> Kind {
    let key = |column: &String| IndexKey {
        expr: Expr::Column(vec![names::fold(column)], table.span),
        class: None,
        descending: false,
        nulls_first: None,
        operator: None,
    };
    Kind::CreateIndex(Box::new(CreateIndex {
        name: Some(names::fold(&index.name)).filter(|name| !name.is_empty()),
        table: table.clone(),
        method: Name::const_new("btree"),
        keys: index.columns.iter().map(key).collect(),
        ..CreateIndex::default()
    }))
}

/// A statement that is not read further: its first words.
pub(super) fn unread(node: &impl AstNode, at: &At) -> Kind {
    Kind::Other { what: first_words(at.text(node)), name: None }
}

/// The words a statement begins with, in lower case, at most three: `create event trigger`.
fn first_words(text: &str) -> Name {
    let mut out = CompactString::default();
    for word in text.split_ascii_whitespace().take(3) {
        let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
        if letters == 0 {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word[..letters].to_ascii_lowercase());
        if letters < word.len() {
            break;
        }
    }
    out
}

/// What a statement does; `None` for an empty one.
pub(super) fn statement(stmt: &ast::Stmt, at: &At) -> Option<Kind> {
    use ast::Stmt as S;
    Some(match stmt {
        S::EmptyStmt(_) => return None,
        S::CreateTable(node) => table::create(node, at),
        S::CreateTableAs(node) => table::create_as(node, at),
        S::CreateForeignTable(node) => table::create_foreign(node, at),
        S::CreateSequence(node) => table::sequence(node, at),
        S::AlterTable(node) => alter::table(node, at),
        S::AlterForeignTable(node) => alter::foreign_table(node, at),
        S::AlterView(node) => alter::view(node, at),
        S::AlterMaterializedView(node) => alter::materialized_view(node, at),
        S::AlterIndex(node) => alter::index(node, at),
        S::AlterSequence(node) => alter::sequence(node, at),
        S::CreateIndex(node) => index::create(node, at),
        S::CreateView(node) => view::create(node, at),
        S::CreateMaterializedView(node) => view::create_materialized(node, at),
        S::CreatePolicy(node) => policy::create(node, at),
        S::AlterPolicy(node) => policy::alter(node, at),
        S::CreateFunction(node) => function::create(node, at),
        S::CreateProcedure(node) => function::create_procedure(node, at),
        S::AlterFunction(node) => function::alter(node, at),
        S::AlterProcedure(node) => function::alter(node, at),
        S::AlterRoutine(node) => function::alter(node, at),
        S::CreateTrigger(node) => trigger::create(node, at),
        S::AlterTrigger(node) => trigger::alter(node, at),
        S::CreateRule(node) => trigger::rule(node, at),
        S::CreateType(node) => types::create(node, at),
        S::AlterType(node) => types::alter(node, at),
        S::CreateDomain(node) => types::domain(node, at),
        S::AlterDomain(node) => types::alter_domain(node, at),
        S::Do(node) => body::run(node, at),
        _ => rights(stmt, at),
    })
}

/// Rights and roles.
fn rights(stmt: &ast::Stmt, at: &At) -> Kind {
    use ast::Stmt as S;
    match stmt {
        S::Grant(node) => grant::grant(node, at),
        S::Revoke(node) => grant::revoke(node, at),
        S::AlterDefaultPrivileges(node) => grant::default_privileges(node, at),
        S::CreateRole(node) => role::create(node, at),
        S::CreateUser(node) => role::create_user(node, at),
        S::CreateGroup(node) => role::create_group(node, at),
        S::AlterRole(node) => role::alter(node, at),
        S::AlterUser(node) => role::alter_user(node, at),
        S::AlterGroup(node) => role::alter_group(node, at),
        S::DropOwned(node) => role::drop_owned(node, at),
        S::Reassign(node) => role::reassign(node, at),
        _ => rows(stmt, at),
    }
}

/// Rows, sessions, drops, and all that is left.
fn rows(stmt: &ast::Stmt, at: &At) -> Kind {
    use ast::Stmt as S;
    match stmt {
        S::Select(_)
        | S::SelectInto(_)
        | S::CompoundSelect(_)
        | S::ParenSelect(_)
        | S::Table(_)
        | S::Values(_)
        | S::Explain(_)
        | S::Call(_)
        | S::Declare(_) => query::statement(stmt, at),
        S::Insert(_)
        | S::Update(_)
        | S::Delete(_)
        | S::Merge(_)
        | S::Truncate(_)
        | S::Copy(_)
        | S::Lock(_) => change::statement(stmt, at),
        S::Set(_)
        | S::Reset(_)
        | S::SetRole(_)
        | S::ResetRole(_)
        | S::SetSessionAuth(_)
        | S::ResetSessionAuth(_)
        | S::Begin(_)
        | S::Commit(_)
        | S::Rollback(_)
        | S::SavepointCreate(_)
        | S::ReleaseSavepoint(_) => session::statement(stmt, at),
        S::Refresh(_) | S::Reindex(_) | S::Vacuum(_) | S::Analyze(_) | S::Cluster(_) => {
            maintain::statement(stmt, at)
        }
        _ => drop::lower(stmt, at).unwrap_or_else(|| other::lower(stmt, at)),
    }
}

#[cfg(test)]
mod tests;

//! SQL as migrations write it: text in, typed statements with their places out.
//!
//! The grammar is PostgreSQL's, by `squawk-syntax`, which recovers from errors. Its tree is lowered at once into the
//! plain statements of [`model`]: they can cross threads, are small, and say only what a replay needs.

pub mod block;
pub mod expression;
mod lower;
pub mod model;
pub mod relation;
pub mod routine;
pub mod walk;

use squawk_syntax::SourceFile;
use squawk_syntax::ast::{self, AstNode};

use model::{Script, Statement};

/// Reads a script of PostgreSQL statements.
pub fn read(text: &str) -> Script {
    let parse = SourceFile::parse(text);
    let at = lower::At::new(text, 0);
    let mut script = Script::default();
    let file: ast::SourceFile = parse.tree();
    for stmt in file.stmts() {
        let span = at.span_of(stmt.syntax());
        if let Some(kind) = lower::statement(&stmt, &at) {
            script.statements.push(Statement { span, kind });
        }
    }
    script
}

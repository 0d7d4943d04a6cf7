//! One statement of PL/pgSQL.

use squawk_syntax::ast::{self, AstNode};

use super::super::node::{child, named, words};
use super::super::{At, first_words, statement};
use super::{expression, query_of, read, steps_of};
use crate::parse::sql::model::{Expr, Kind, Name, Statement, Step, StepKind, Transaction};
use crate::source::Span;

/// A statement; most are one step.
pub(super) fn lower(stmt: &ast::PlpgsqlStmt, at: &At, out: &mut Vec<Step>) {
    use ast::PlpgsqlStmt as S;
    let kind = match stmt {
        S::PlpgsqlAssignStmt(it) => assign(it, at),
        S::PlpgsqlBlock(it) => match at.deeper(2, || read(it, at)) {
            Some(block) => StepKind::Block(Box::new(block)),
            None => StepKind::Other(Name::const_new("begin")),
        },
        S::PlpgsqlExecSqlStmt(it) => sql(it.stmt(), at),
        S::PlpgsqlCallStmt(it) => sql(child::<ast::Stmt>(it.syntax()), at),
        S::PlpgsqlDoStmt(it) => sql(child::<ast::Stmt>(it.syntax()), at),
        S::PlpgsqlPerformStmt(it) => match child::<ast::Stmt>(it.syntax()) {
            Some(stmt) => StepKind::Perform(Box::new(query_of(&stmt, at))),
            None => unread(stmt, at),
        },
        S::PlpgsqlDynExecuteStmt(_) | S::PlpgsqlReturnQueryExecuteStmt(_) => dynamic(stmt, at),
        S::PlpgsqlIfStmt(it) => branches(it, at),
        S::PlpgsqlCaseStmt(it) => cases(it, at),
        S::PlpgsqlForQueryStmt(_)
        | S::PlpgsqlForDynStmt(_)
        | S::PlpgsqlForIStmt(_)
        | S::PlpgsqlForEachStmt(_)
        | S::PlpgsqlForCursorStmt(_)
        | S::PlpgsqlLoopStmt(_)
        | S::PlpgsqlWhileStmt(_) => looped(stmt, at),
        S::PlpgsqlRaiseStmt(it) => {
            let quiet = it.level().is_some_and(|level| {
                level.exception_token().is_none() && words(level.syntax()) != "exception"
            });
            StepKind::Raise(!quiet)
        }
        S::PlpgsqlReturnStmt(it) => StepKind::Return(it.expr().map(|it| expression(&it, at))),
        S::PlpgsqlReturnQueryStmt(it) => match it.query() {
            Some(stmt) => StepKind::ReturnQuery(Box::new(query_of(&stmt, at))),
            None => unread(stmt, at),
        },
        S::PlpgsqlCommitStmt(it) => transaction(it, Transaction::Commit, at),
        S::PlpgsqlRollbackStmt(it) => transaction(it, Transaction::Rollback, at),
        S::PlpgsqlGetDiagStmt(it) => return diagnostics(it, at, out),
        S::PlpgsqlExitStmt(it) => leaving("exit", it.when_clause(), at.span(stmt), at),
        S::PlpgsqlContinueStmt(it) => leaving("continue", it.when_clause(), at.span(stmt), at),
        S::PlpgsqlAssertStmt(_)
        | S::PlpgsqlCloseStmt(_)
        | S::PlpgsqlFetchStmt(_)
        | S::PlpgsqlMoveStmt(_)
        | S::PlpgsqlNullStmt(_)
        | S::PlpgsqlOpenStmt(_) => unread(stmt, at),
        S::PlpgsqlReturnNextStmt(_) => StepKind::Other(Name::const_new("return next")),
    };
    out.push(Step { span: at.span(stmt), kind });
}

/// `exit when a` is `if a then exit`.
fn leaving(word: &'static str, when: Option<ast::PlpgsqlExitWhen>, span: Span, at: &At) -> StepKind {
    let plain = StepKind::Other(Name::const_new(word));
    match when {
        None => plain,
        Some(when) => {
            let arms = vec![(optional(when.cond(), at), vec![Step { span, kind: plain }])];
            StepKind::If { arms, otherwise: Vec::new() }
        }
    }
}

/// `execute` and `return query execute`.
fn dynamic(stmt: &ast::PlpgsqlStmt, at: &At) -> StepKind {
    let (text, clause, names) = match stmt {
        ast::PlpgsqlStmt::PlpgsqlDynExecuteStmt(it) => {
            (it.query(), it.using_clause(), into(it.into_clause()))
        }
        ast::PlpgsqlStmt::PlpgsqlReturnQueryExecuteStmt(it) => (it.query(), it.using_clause(), Vec::new()),
        other => return unread(other, at),
    };
    StepKind::Execute { text: optional(text, at), using: using(clause, at), into: names }
}

/// `get diagnostics` gives variables values that are not known.
fn diagnostics(node: &ast::PlpgsqlGetDiagStmt, at: &At, out: &mut Vec<Step>) {
    for item in node.items().iter().flat_map(ast::PlpgsqlDiagItemList::plpgsql_diag_items) {
        if let Some(target) = item.target() {
            let value = Expr::Other(String::from("diagnostics"), Vec::new());
            let kind = StepKind::Assign { name: dotted(target.name(), target.field_accessors()), value };
            out.push(Step { span: at.span(node), kind });
        }
    }
}

fn unread(stmt: &ast::PlpgsqlStmt, at: &At) -> StepKind {
    let words = first_words(at.text(stmt));
    StepKind::Other(words.split(' ').next().unwrap_or_default().into())
}

fn sql(stmt: Option<ast::Stmt>, at: &At) -> StepKind {
    let Some(stmt) = stmt else { return StepKind::Other(Name::default()) };
    match statement(&stmt, at) {
        Some(kind) => StepKind::Sql(Box::new(Statement { span: at.span(&stmt), kind })),
        None => StepKind::Other(first_words(at.text(&stmt))),
    }
}

fn transaction(node: &impl AstNode, what: Transaction, at: &At) -> StepKind {
    StepKind::Sql(Box::new(Statement { span: at.span(node), kind: Kind::Transaction(what) }))
}

fn optional(node: Option<ast::PlpgsqlExpr>, at: &At) -> Expr {
    node.map_or(Expr::Null, |node| expression(&node, at))
}

fn using(clause: Option<ast::PlpgsqlUsingClause>, at: &At) -> Vec<Expr> {
    let Some(clause) = clause else { return Vec::new() };
    clause.exprs().map(|it| expression(&it, at)).collect()
}

fn into(clause: Option<ast::PlpgsqlIntoClause>) -> Vec<Name> {
    let list = clause.and_then(|clause| clause.targets());
    list.into_iter()
        .flat_map(|list| list.plpgsql_into_targets())
        .map(|target| dotted(target.name(), target.field_accessors()))
        .collect()
}

/// A variable with its fields: `new.changed`.
fn dotted(name: Option<ast::PlpgsqlVarNameRef>, fields: impl Iterator<Item = ast::FieldAccessor>) -> Name {
    let mut out = named(name);
    for field in fields {
        out.push('.');
        out.push_str(&named(field.composite_field_ref()));
    }
    out
}

fn assign(node: &ast::PlpgsqlAssignStmt, at: &At) -> StepKind {
    let mut name = Name::default();
    if let Some(target) = child::<ast::PlpgsqlAssignTarget>(node.syntax()) {
        name = named(target.name());
        for accessor in target.accessors() {
            match accessor {
                ast::Accessor::FieldAccessor(field) => {
                    name.push('.');
                    name.push_str(&named(field.composite_field_ref()));
                }
                ast::Accessor::IndexAccessor(_) | ast::Accessor::SliceAccessor(_) => name.push_str("[]"),
            }
        }
    }
    StepKind::Assign { name, value: optional(child(node.syntax()), at) }
}

fn branches(node: &ast::PlpgsqlIfStmt, at: &At) -> StepKind {
    let mut arms = vec![(optional(node.cond(), at), steps_of(node.then_body(), at))];
    for clause in node.elsifs() {
        arms.push((optional(clause.cond(), at), steps_of(clause.body(), at)));
    }
    let otherwise = steps_of(node.else_clause().and_then(|clause| clause.body()), at);
    StepKind::If { arms, otherwise }
}

/// `case` is an `if`; of one with a subject, each arm compares.
fn cases(node: &ast::PlpgsqlCaseStmt, at: &At) -> StepKind {
    let subject = node.subject().map(|it| expression(&it, at));
    let arms = node
        .whens()
        .map(|when| {
            let condition = optional(when.cond(), at);
            let condition = match (&subject, condition) {
                (None, condition) => condition,
                (Some(subject), Expr::Row(list)) => {
                    Expr::In { needle: Box::new(subject.clone()), list, negated: false }
                }
                (Some(subject), value) => {
                    Expr::Binary(Box::new(subject.clone()), Name::const_new("="), Box::new(value))
                }
            };
            (condition, steps_of(when.body(), at))
        })
        .collect();
    let otherwise = steps_of(node.else_clause().and_then(|clause| clause.body()), at);
    StepKind::If { arms, otherwise }
}

fn variables(list: impl Iterator<Item = ast::PlpgsqlForVariable>) -> Vec<Name> {
    list.map(|variable| dotted(variable.name(), variable.field_accessors())).collect()
}

fn looped(stmt: &ast::PlpgsqlStmt, at: &At) -> StepKind {
    use ast::PlpgsqlStmt as S;
    match stmt {
        S::PlpgsqlForQueryStmt(it) => {
            let query = it.query().map(|stmt| query_of(&stmt, at)).unwrap_or_default();
            StepKind::ForQuery {
                names: variables(it.vars()),
                query: Box::new(query),
                body: steps_of(it.body(), at),
            }
        }
        S::PlpgsqlForDynStmt(it) => StepKind::ForExecute {
            names: variables(it.vars()),
            text: optional(it.query(), at),
            body: steps_of(it.body(), at),
        },
        S::PlpgsqlForEachStmt(it) => StepKind::ForEach {
            names: variables(it.vars()),
            array: optional(it.array(), at),
            body: steps_of(it.body(), at),
        },
        // The rows of a cursor are those of the query it was declared or opened with: looked up at run time.
        S::PlpgsqlForCursorStmt(it) => StepKind::ForExecute {
            names: variables(it.vars()),
            text: Expr::Other(named(it.cursor()).into_string(), Vec::new()),
            body: steps_of(it.body(), at),
        },
        S::PlpgsqlForIStmt(it) => range(it, at),
        S::PlpgsqlLoopStmt(it) => StepKind::Loop(steps_of(it.body(), at)),
        S::PlpgsqlWhileStmt(it) => StepKind::Loop(steps_of(it.body(), at)),
        other => unread(other, at),
    }
}

/// `for i in 1..3`; with `by`, how often it runs is not read.
fn range(node: &ast::PlpgsqlForIStmt, at: &At) -> StepKind {
    let body = steps_of(node.body(), at);
    let Some(range) = node.range() else { return StepKind::Loop(body) };
    if range.step().is_some() {
        return StepKind::Loop(body);
    }
    StepKind::ForRange {
        name: variables(node.vars()).pop().unwrap_or_default(),
        from: optional(range.lower(), at),
        to: optional(range.upper(), at),
        reverse: node.reverse_token().is_some(),
        body,
    }
}

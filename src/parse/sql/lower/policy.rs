//! `create policy`, `alter policy`.

use squawk_syntax::ast::{self, AstNode};

use super::At;
use super::expr::optional;
use super::node::{named, object, roles, words};
use crate::parse::sql::model::{Command, CreatePolicy, Expr, Kind, Name};

/// `create policy`.
pub(super) fn create(node: &ast::CreatePolicy, at: &At) -> Kind {
    use ast::PolicyCommandKind as C;
    let command = match node.policy_command().and_then(|command| command.command()) {
        Some(C::PolicyCommandSelect(_)) => Command::Select,
        Some(C::PolicyCommandInsert(_)) => Command::Insert,
        Some(C::PolicyCommandUpdate(_)) => Command::Update,
        Some(C::PolicyCommandDelete(_)) => Command::Delete,
        Some(C::PolicyCommandAll(_)) | None => Command::All,
    };
    Kind::CreatePolicy(Box::new(CreatePolicy {
        name: named(node.policy()),
        table: object(node.on_table().and_then(|on| on.table_name_ref()), at),
        permissive: !node.as_policy_type().is_some_and(|kind| words(kind.syntax()).ends_with("restrictive")),
        command,
        roles: to(node.policy_roles()).unwrap_or_default(),
        using: using(node.using_expr_clause(), at),
        check: check(node.with_check_expr_clause(), at),
    }))
}

/// `alter policy`.
pub(super) fn alter(node: &ast::AlterPolicy, at: &At) -> Kind {
    let (rename, parts) = match node.action() {
        Some(ast::AlterPolicyAction::PolicyRenameTo(it)) => (Some(named(it.policy())), None),
        Some(ast::AlterPolicyAction::AlterPolicyTo(it)) => (None, Some(it)),
        None => (None, None),
    };
    Kind::AlterPolicy {
        name: named(node.policy_ref()),
        table: object(node.on_table().and_then(|on| on.table_name_ref()), at),
        rename,
        roles: parts.as_ref().and_then(|it| to(it.policy_roles())),
        using: parts.as_ref().and_then(|it| using(it.using_expr_clause(), at)),
        check: parts.as_ref().and_then(|it| check(it.with_check_expr_clause(), at)),
    }
}

fn to(clause: Option<ast::PolicyRoles>) -> Option<Vec<Name>> {
    clause.map(|clause| roles(clause.role_ref_list()))
}

fn using(clause: Option<ast::UsingExprClause>, at: &At) -> Option<Expr> {
    clause.map(|clause| optional(clause.expr(), at))
}

fn check(clause: Option<ast::WithCheckExprClause>, at: &At) -> Option<Expr> {
    clause.map(|clause| optional(clause.expr(), at))
}

//! Settings of the session that policies read, such as the tenant of a request.

use crate::extract::schema::catalog::Policy;
use crate::parse::sql::expression::Expr;
use crate::parse::sql::walk::{self, Part};

/// The settings a policy reads by name, without those that the data API sets.
pub(super) fn of(policy: &Policy) -> Vec<String> {
    let mut names = Vec::new();
    for expr in super::expressions(policy) {
        walk::expression(expr, &mut |part| {
            if let Part::Expr(Expr::Call(call)) = part
                && call.name.name == "current_setting"
                && let Some(name) = call.arguments.first().and_then(literal)
                && name.contains('.')
                && !name.starts_with("request.")
            {
                names.push(name.to_lowercase());
            }
            true
        });
    }
    names.sort();
    names.dedup();
    names
}

/// A literal, also one that is cast.
fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Text(text) => Some(text),
        Expr::Cast(inner, _) => literal(inner),
        _ => None,
    }
}

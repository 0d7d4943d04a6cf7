//! Queries that are asked once for each row of another.

use super::Libraries;
use super::fanout::rows;
use crate::extract::declared::{self, Does};
use crate::extract::view::View;
use crate::facts::QueryEach;
use crate::parse::javascript::{Bound, Kind, Loop, Module, NodeId};

/// Names of what asks for many rows at once all the same.
const TOGETHER: &[&str] = &["dataloader", "DataLoader"];

/// What a call asks, where it stands in a loop over the rows of a query and asks by what the row holds.
pub(super) fn find(view: &View<'_>, call: NodeId, libraries: &Libraries) -> Option<QueryEach> {
    let module = view.module;
    let around = module
        .ancestors(call)
        .take_while(|id| !matches!(module.kind(*id), Kind::Function(_)))
        .find(|id| module.kind(*id) == Kind::Loop(Loop::ForOf))?;
    let parts: Vec<NodeId> = module.children(around).collect();
    let [target, over, body] = parts.as_slice() else { return None };
    if !module.contains(*body, call) || !asks_by(module, call, *target) {
        return None;
    }
    let query = declared::query(view, call)?;
    let rows = rows(view, *over, libraries)?;
    let together = TOGETHER.iter().any(|word| module.may_say(word));
    let reads = query.does != Does::Write && !together;
    Some(QueryEach { by: query.by, over: rows.of, reads })
}

/// Whether a call speaks of a name that a loop gives to each row.
fn asks_by(module: &Module, call: NodeId, target: NodeId) -> bool {
    let named = |node: NodeId| match module.kind(node) {
        Kind::Name(_, Some(binding)) => Some(binding),
        _ => None,
    };
    let given: Vec<_> = std::iter::once(target).chain(module.descendants(target)).filter_map(named).collect();
    module.descendants(call).filter_map(named).any(|binding| {
        let from = |bound: Bound| matches!(bound, Bound::Part(of, _) if named(of).is_some_and(|of| given.contains(&of)));
        given.contains(&binding) || module.bindings.get(binding.0 as usize).is_some_and(|one| from(one.bound))
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::given::{SHOP, show};

    #[test]
    fn queries_for_each_row() {
        let head =
            "exports.getOrders = async (req, res) => { const orders = await db.order.findMany({ take: 9 }); ";
        for (text, expected) in [
            (
                "for (const order of orders) await db.user.findUnique({ where: { id: order.userId } })",
                vec!["db.user.findUnique | db.order.findMany | true"],
            ),
            (
                "for (const { userId } of orders) await db.user.findUnique({ where: { id: userId } })",
                vec!["db.user.findUnique | db.order.findMany | true"],
            ),
            (
                "for (const order of orders) await db.order.update({ where: { id: order.id } })",
                vec!["db.order.update | db.order.findMany | false"],
            ),
            ("for (const order of orders) await db.user.findMany()", vec![]),
            ("for (const id of [1, 2]) await db.user.findUnique({ where: { id } })", vec![]),
        ] {
            let text = format!("{head}{text}; res.json(orders) }}");
            let found = show("query.each", &["by", "over", "reads"], &[SHOP, ("a.js", &text)]);
            assert_eq!(found, expected, "{text}");
        }
    }
}

//! What a migration does only sometimes: conditions and switches, decided where they ask for the kind of the database.

use super::super::model::Dialect;
use super::super::survey;
use super::table::Table;
use super::walk::Walker;
use crate::parse::javascript::{Kind, NodeId, Operator};

impl Walker<'_> {
    /// Walks through a condition. Gives whether the function ends there.
    pub(super) fn condition(&mut self, node: NodeId) -> bool {
        let module = self.module;
        let mut parts = module.children(node);
        let (Some(test), Some(then)) = (parts.next(), parts.next()) else { return false };
        let otherwise = parts.next();
        if let Some(decided) = self.decided(test) {
            return match (decided, otherwise) {
                (true, _) => self.visit(then),
                (false, Some(otherwise)) => self.visit(otherwise),
                (false, None) => false,
            };
        }
        if self.is_guard(test) {
            let before = std::mem::replace(&mut self.guarded, true);
            self.visit(then);
            if let Some(otherwise) = otherwise {
                self.visit(otherwise);
            }
            self.guarded = before;
            return false;
        }
        let (made, open) = (self.parts.len(), self.gaps.len());
        let columns = self.table.as_ref().map(Table::len);
        self.visit(test);
        let (tested, ends) = (self.parts.len(), self.visit(then));
        if let Some(otherwise) = otherwise {
            self.visit(otherwise);
        }
        let now = self.table.as_ref().map(Table::len);
        let mut open = self.forget(tested.max(made), open);
        if let (Some(table), Some(columns)) = (&mut self.table, columns.filter(|_| now != columns)) {
            table.truncate(columns);
            open = true;
        }
        // Where it ends, what follows may not be run at all.
        if open || ends {
            self.gap(test, "what it does depends on a condition");
        }
        false
    }

    /// What a test comes to, where it asks for the kind of the database.
    fn decided(&self, test: NodeId) -> Option<bool> {
        let module = self.module;
        if self.dialect == Dialect::Unknown {
            return None;
        }
        let mut named: Vec<Dialect> = Vec::new();
        for node in std::iter::once(test).chain(module.descendants(test)) {
            let word = match module.kind(node) {
                Kind::Text(word) => module.word(word).to_ascii_lowercase(),
                Kind::Name(word, _) | Kind::Member(word) => {
                    let word = module.word(word).to_ascii_lowercase();
                    match word.strip_prefix("is") {
                        Some(rest) => rest.trim_start_matches('_').to_owned(),
                        None => continue,
                    }
                }
                _ => continue,
            };
            named.push(survey::dialect(&word));
        }
        named.retain(|dialect| *dialect != Dialect::Unknown);
        if named.is_empty() {
            return None;
        }
        let negated = matches!(
            module.kind(test),
            Kind::Unary(Operator::Not) | Kind::Binary(Operator::NotEqual | Operator::StrictNotEqual)
        );
        Some(named.contains(&self.dialect) != negated)
    }

    /// Whether a test asks for what is there: `await knex.schema.hasTable("x")`, `!exists`, `tableInfo.name`.
    fn is_guard(&self, test: NodeId) -> bool {
        const WORDS: &[&str] = &[
            "exist",
            "has",
            "find",
            "found",
            "column",
            "describe",
            "table",
            "index",
            "schema",
            "constraint",
            "field",
        ];
        let module = self.module;
        std::iter::once(test).chain(module.descendants(test)).any(|node| match module.kind(node) {
            Kind::Name(word, _) | Kind::Member(word) => {
                let word = module.word(word).to_ascii_lowercase();
                WORDS.iter().any(|known| word.contains(known))
            }
            _ => false,
        })
    }

    /// Walks through a switch: the case of this kind of database where the cases name kinds, else all of them in doubt.
    pub(super) fn switch(&mut self, node: NodeId) {
        let module = self.module;
        let Some(subject) = module.child(node, 0) else { return };
        let cases: Vec<_> =
            module.children(node).skip(1).filter(|case| module.kind(*case) == Kind::Case).collect();
        let label = |case: NodeId| module.child(case, 0);
        let named: Vec<_> = cases
            .iter()
            .map(|case| label(*case).map_or(Dialect::Unknown, |label| self.kind_named(label)))
            .collect();
        if self.dialect == Dialect::Unknown || named.iter().all(|kind| *kind == Dialect::Unknown) {
            let (made, open) = (self.parts.len(), self.gaps.len());
            for case in cases {
                self.all(case);
            }
            if self.forget(made, open) {
                self.gap(subject, "what it does depends on a condition");
            }
            return;
        }
        let default =
            cases.iter().position(|case| label(*case).is_some_and(|label| module.kind(label) == Kind::Hole));
        let Some(first) = named.iter().position(|kind| *kind == self.dialect).or(default) else { return };
        // A case without an end goes on into the next one.
        for case in cases.into_iter().skip(first) {
            let ends = module
                .children(case)
                .skip(1)
                .any(|child| matches!(module.kind(child), Kind::Break | Kind::Return | Kind::Throw));
            self.all(case);
            if ends {
                return;
            }
        }
    }

    /// The kind of database that a text names.
    fn kind_named(&self, node: NodeId) -> Dialect {
        match self.module.kind(node) {
            Kind::Text(word) => survey::dialect(&self.module.word(word).to_ascii_lowercase()),
            _ => Dialect::Unknown,
        }
    }
}

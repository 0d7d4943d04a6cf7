//! What could not be followed, and the faults that it may be the reason for.

use super::{Refusal, Replay, blocks};
use crate::extract::schema::catalog::{About, Doubt, Fault, FaultKind, Place};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{ObjectName, Statement, Subject, Unread};

/// What is said where a statement was refused because something before it was not followed.
const NEEDS: &str = "a statement that needs what could not be followed";

impl Replay {
    /// Something of a script that is not among its statements: what it would have made may be missed later.
    pub(super) fn unread(&mut self, number: u32, unread: &Unread) {
        self.place = Place { script: number, span: unread.span };
        for subject in &unread.about {
            let about = match subject {
                Subject::Everything => About::Everything,
                Subject::Relation(name) => {
                    let (schema, name) = self.expected(name);
                    About::Relation(schema, name)
                }
                Subject::Function(name) => {
                    let (schema, name) = self.expected(name);
                    About::Function(schema, name)
                }
                Subject::Schema(name) => About::Schema(name.clone()),
                Subject::Privileges => About::Privileges,
            };
            self.doubt(unread.why, about);
        }
    }

    /// The schema and the name that a name would be made as.
    fn expected(&self, name: &ObjectName) -> (Name, Name) {
        let here = || self.path().next().cloned().unwrap_or_else(|| Name::const_new("public"));
        (name.schema.clone().unwrap_or_else(here), name.name.clone())
    }

    /// Records a fault at the running statement. Where a doubt explains it, what the statement would have made is one
    /// too.
    pub(super) fn fault(&mut self, refusal: &Refusal, statement: &Statement) {
        if self.explained(refusal.kind, &refusal.name) {
            for about in blocks::effects(self, statement) {
                self.doubt(NEEDS, about);
            }
        } else {
            let fault = Fault { place: self.place, kind: refusal.kind, name: refusal.name.clone() };
            self.catalog.faults.push(fault);
        }
    }

    /// Whether something that the replay could not follow may be the reason for a fault.
    pub(super) fn explained(&self, kind: FaultKind, name: &str) -> bool {
        self.catalog.doubts.iter().any(|doubt| explains(&doubt.about, kind, name))
    }

    /// Records what could not be followed. The same doubt at the same place is kept once.
    pub(super) fn doubt(&mut self, why: impl Into<String>, about: About) {
        let doubt = Doubt { place: self.place, why: why.into(), about };
        if self.catalog.doubts.last() != Some(&doubt) {
            self.catalog.doubts.push(doubt);
        }
    }
}

fn explains(about: &About, kind: FaultKind, name: &str) -> bool {
    match about {
        About::Everything => true,
        // What should be gone, or should not be needed any more.
        About::Schema(_) | About::Relation(..) | About::Functions | About::Function(..)
            if kind == FaultKind::Depended =>
        {
            true
        }
        About::Schema(schema) => {
            name.strip_prefix(schema.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }
        About::Relation(schema, relation) => is_of(name, schema, relation),
        About::Part(schema, relation, part) => {
            is_of(name, schema, relation) && name.rsplit('.').next() == Some(part)
        }
        About::PoliciesOf(schema, relation) => {
            kind == FaultKind::UnknownPolicy && is_of(name, schema, relation)
        }
        About::Functions => matches!(kind, FaultKind::UnknownFunction | FaultKind::UnknownType),
        About::Function(schema, function) => is_of(name, schema, function),
        About::Policies => kind == FaultKind::UnknownPolicy,
        About::Triggers => kind == FaultKind::UnknownTrigger,
        About::Privileges => kind == FaultKind::UnknownRole,
    }
}

/// Whether a fault speaks of an object, of a part of it (`public.orders.total`), or of what is named after it by itself
/// (`public.orders_pkey`). Types are named without a schema where none was written.
fn is_of(fault: &str, schema: &Name, object: &Name) -> bool {
    let rest = fault.strip_prefix(schema.as_str()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(fault);
    let Some(rest) = rest.strip_prefix(object.as_str()) else { return false };
    let named_after =
        || rest.starts_with('_') && ["_pkey", "_key", "_seq", "_idx"].iter().any(|end| rest.ends_with(end));
    rest.is_empty() || rest.starts_with('.') || named_after()
}

//! Functions as texts: `oid::regprocedure`, `pg_get_function_identity_arguments(oid)`, which loops over `pg_proc` put
//! into the statements that they execute.

use super::eval::Env;
use super::value::{Val, identifier};
use crate::extract::schema::acl::{self, AclKind};
use crate::extract::schema::catalog::{Function, FunctionId};
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{ObjectName, TypeName};

/// The function that an identity of `pg_proc` is.
fn id_of(key: &str) -> Option<FunctionId> {
    key.parse().ok().map(FunctionId)
}

impl Env<'_> {
    /// A function as `regprocedure` prints it: `public.f(integer, text)`, without its schema where the path finds it.
    pub(super) fn signature(&self, key: &str) -> Option<String> {
        let id = id_of(key)?;
        let function = self.replay.function(id)?;
        let name = identifier(&function.name);
        let bare = ObjectName { name: function.name.clone(), ..ObjectName::default() };
        let plain = self.replay.functions_named(&bare).contains(&id);
        let name = if plain { name } else { format!("{}.{name}", identifier(&function.schema)) };
        Some(format!("{name}({})", inputs(function)))
    }

    /// `has_function_privilege`, `has_table_privilege`, `has_schema_privilege`: of a role, or of the running one.
    pub(super) fn holds(&self, values: &[Val]) -> Val {
        let (role, object, privilege) = match values {
            [role, object, Val::Text(privilege)] => (self.text(role), object, privilege),
            [object, Val::Text(privilege)] => (Some(self.replay.role.to_string()), object, privilege),
            _ => return Val::Unknown,
        };
        let Some(role) = role.map(Name::from) else { return Val::Unknown };
        let catalog = &self.replay.catalog;
        let privilege = privilege.to_ascii_lowercase();
        let (acl, kind, owner) = match object {
            Val::Object('f', key) => match id_of(key).and_then(|id| self.replay.function(id)) {
                Some(function) => (&function.acl, AclKind::Function, &function.owner),
                None => return Val::Unknown,
            },
            Val::Relation(id) => match self.replay.relation(*id) {
                Some(relation) => (&relation.acl, AclKind::Table, &relation.owner),
                None => return Val::Unknown,
            },
            Val::Text(name) => match catalog.schemas.get(name.as_str()) {
                Some(schema) if matches!(privilege.as_str(), "usage" | "create") => {
                    (&schema.acl, AclKind::Schema, &schema.owner)
                }
                _ => return Val::Unknown,
            },
            _ => return Val::Unknown,
        };
        Val::Bool(acl::holds(catalog, acl, kind, owner, &role, &privilege))
    }

    /// The types that a function takes, as `alter function` writes them.
    pub(super) fn taken(&self, value: Option<&Val>) -> Val {
        let Some(Val::Object('f', key)) = value else { return Val::Unknown };
        id_of(key)
            .and_then(|id| self.replay.function(id))
            .map_or(Val::Unknown, |function| Val::Text(inputs(function)))
    }
}

fn inputs(function: &Function) -> String {
    let taken = function
        .arguments
        .iter()
        .filter(|argument| argument.mode.goes_in())
        .map(|argument| spelled(&argument.of));
    taken.collect::<Vec<String>>().join(", ")
}

/// A type as a statement writes it.
fn spelled(of: &TypeName) -> String {
    let mut out = match &of.schema {
        Some(schema) => format!("{}.{}", identifier(schema), identifier(&of.name)),
        None => of.name.to_string(),
    };
    if of.dimensions > 0 {
        out.push_str("[]");
    }
    out
}

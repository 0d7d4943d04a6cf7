//! Names to objects: the search path, and what stands where.

use super::{Key, Outcome, Replay, builtin, refuse};
use crate::extract::schema::catalog::{FaultKind, FunctionId, Relation, RelationId};
use crate::extract::schema::platform;
use crate::parse::sql::expression::Name;
use crate::parse::sql::model::{ObjectName, TypeName};

/// The schema of temporary objects.
pub(super) const TEMPORARY: &str = "pg_temp";

/// What a name of a relation stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A table, a view, a sequence.
    Relation(RelationId),
    /// An index.
    Index(Key),
    /// A composite type: it shares the names of relations.
    Composite(Key),
    /// A table or a view of `pg_catalog` or `information_schema`.
    System,
}

/// `schema.name` as a fault names it.
pub(super) fn dotted(key: &Key) -> String {
    format!("{}.{}", key.0, key.1)
}

/// A name as a fault names it: as it was written.
pub(super) fn written(name: &ObjectName) -> String {
    match &name.schema {
        Some(schema) => format!("{schema}.{}", name.name),
        None => name.name.to_string(),
    }
}

impl Replay {
    /// The schemas where a name without a schema is looked for, in order; those that do not exist are left out.
    pub(super) fn path(&self) -> impl Iterator<Item = &Name> {
        self.catalog.search_path.iter().filter_map(|name| {
            let name = if name == "$user" { &self.role } else { name };
            self.catalog.schemas.get_key_value(name).map(|(name, _)| name)
        })
    }

    /// The schema where a new object goes: the one that is written, or the first of the search path.
    pub(super) fn target(&self, name: &ObjectName) -> Outcome<Key> {
        let schema = match &name.schema {
            Some(schema) if self.is_schema(schema) => schema.clone(),
            Some(schema) => return refuse(FaultKind::UnknownSchema, schema.as_str()),
            None => match self.path().next() {
                Some(schema) => schema.clone(),
                None => return refuse(FaultKind::UnknownSchema, name.name.as_str()),
            },
        };
        Ok((schema, name.name.clone()))
    }

    /// Whether a schema exists, also those of the system.
    pub(super) fn is_schema(&self, name: &str) -> bool {
        self.catalog.schemas.contains_key(name)
            || matches!(name, "pg_catalog" | "information_schema" | "pg_toast" | TEMPORARY)
    }

    /// What stands at a schema and a name among relations, indexes and composite types.
    pub(super) fn at(&self, key: &Key) -> Option<Found> {
        if let Some(id) = self.catalog.relation_names.get(key) {
            return Some(Found::Relation(*id));
        }
        if self.catalog.indexes.contains_key(key) {
            return Some(Found::Index(key.clone()));
        }
        if self.is_composite(key) {
            return Some(Found::Composite(key.clone()));
        }
        let system = match key.0.as_str() {
            "pg_catalog" => builtin::relation(&key.1),
            "information_schema" => builtin::information(&key.1),
            _ => false,
        };
        system.then_some(Found::System)
    }

    /// What a name stands for among relations, indexes and composite types.
    pub(super) fn find(&self, name: &ObjectName) -> Option<Found> {
        if let Some(schema) = &name.schema {
            return self.at(&(schema.clone(), name.name.clone()));
        }
        let temporary = self.at(&(TEMPORARY.into(), name.name.clone()));
        if temporary.is_some() {
            return temporary;
        }
        if builtin::relation(&name.name) {
            return Some(Found::System);
        }
        self.path().find_map(|schema| self.at(&(schema.clone(), name.name.clone())))
    }

    /// The relation that a name stands for; a fault where there is none. `None` where it is of the system.
    pub(super) fn read_relation(&self, name: &ObjectName) -> Outcome<Option<RelationId>> {
        match self.find(name) {
            Some(Found::Relation(id)) => Ok(Some(id)),
            Some(Found::System) => Ok(None),
            Some(Found::Index(_) | Found::Composite(_)) => refuse(FaultKind::WrongKind, written(name)),
            None => self.missing(name),
        }
    }

    /// The relation that a name stands for, to be changed: those of the system are refused.
    pub(super) fn relation_named(&self, name: &ObjectName) -> Outcome<RelationId> {
        match self.find(name) {
            Some(Found::Relation(id)) => Ok(id),
            Some(_) => refuse(FaultKind::WrongKind, written(name)),
            None => self.missing(name),
        }
    }

    /// Refuses a name that nothing has: its schema does not exist, or no relation in it.
    pub(super) fn missing<T>(&self, name: &ObjectName) -> Outcome<T> {
        match &name.schema {
            Some(schema) if !self.is_schema(schema) => refuse(FaultKind::UnknownSchema, schema.as_str()),
            _ => refuse(FaultKind::UnknownRelation, self.full(name)),
        }
    }

    /// A name with the schema where it was expected.
    pub(super) fn full(&self, name: &ObjectName) -> String {
        match (&name.schema, self.path().next()) {
            (None, Some(schema)) => format!("{schema}.{}", name.name),
            _ => written(name),
        }
    }

    /// A relation's schema and name.
    pub(super) fn key(&self, id: RelationId) -> Key {
        self.relation(id).map(|relation| (relation.schema.clone(), relation.name.clone())).unwrap_or_default()
    }

    /// A relation that must be there: its id came from the catalogue in this statement.
    pub(super) fn known(&self, id: RelationId) -> Outcome<&Relation> {
        match self.relation(id) {
            Some(relation) => Ok(relation),
            None => refuse(FaultKind::UnknownRelation, ""),
        }
    }

    /// The type that a name stands for: its schema and name. `None` where it is built in, or the row of a relation.
    /// A fault where nothing has the name.
    pub(super) fn type_named(&self, of: &TypeName) -> Outcome<Option<Key>> {
        if of.of_column {
            return Ok(None);
        }
        if let Some(schema) = &of.schema {
            let key = (schema.clone(), of.name.clone());
            if self.catalog.types.contains_key(&key) {
                return Ok(Some(key));
            }
            if self.is_row_type(&key) || (schema == "pg_catalog" && builtin::type_name(&of.name)) {
                return Ok(None);
            }
            if schema == "information_schema" || self.lends() {
                return Ok(None);
            }
            if !self.is_schema(schema) {
                return refuse(FaultKind::UnknownSchema, schema.as_str());
            }
            return refuse(FaultKind::UnknownType, dotted(&key));
        }
        if builtin::type_name(&of.name) {
            return Ok(None);
        }
        let temporary = (TEMPORARY.into(), of.name.clone());
        for key in
            std::iter::once(temporary).chain(self.path().map(|schema| (schema.clone(), of.name.clone())))
        {
            if self.catalog.types.contains_key(&key) {
                return Ok(Some(key));
            }
            if self.is_row_type(&key) {
                return Ok(None);
            }
        }
        if self.lends() {
            return Ok(None);
        }
        refuse(FaultKind::UnknownType, of.name.as_str())
    }

    /// A type name with the schema it was found in, as the catalogue keeps it.
    pub(super) fn resolved_type(&self, of: &TypeName) -> Outcome<TypeName> {
        let mut resolved = of.clone();
        resolved.dimensions = resolved.dimensions.min(1);
        match self.type_named(of)? {
            Some((schema, _)) => resolved.schema = Some(schema),
            None if of.schema.is_none() && !of.of_column && !builtin::type_name(&of.name) => {
                resolved.schema = self
                    .path()
                    .find(|schema| self.is_row_type(&((*schema).clone(), of.name.clone())))
                    .cloned();
            }
            None => {}
        }
        if let Some(schema) = &resolved.schema {
            let key = (schema.clone(), resolved.name.clone());
            if !self.catalog.types.contains_key(&key) && self.is_row_type(&key) {
                self.row_types.borrow_mut().insert(key);
            }
        }
        Ok(resolved)
    }

    fn is_row_type(&self, key: &Key) -> bool {
        self.catalog.relation_names.contains_key(key)
    }

    fn is_composite(&self, key: &Key) -> bool {
        use crate::extract::schema::catalog::TypeKind;
        self.catalog.types.get(key).is_some_and(|of| matches!(of.kind, TypeKind::Composite(_)))
    }

    /// The functions that a name may stand for: all overloads of the first schema of the search path that has some,
    /// then those of the others.
    pub(super) fn functions_named(&self, name: &ObjectName) -> Vec<FunctionId> {
        let of = |schema: &Name| {
            self.catalog.function_names.get(&(schema.clone(), name.name.clone())).cloned().unwrap_or_default()
        };
        match &name.schema {
            Some(schema) => of(schema),
            None => self.path().flat_map(of).collect(),
        }
    }

    /// Whether every function of that name is known in the schemas where it is looked for: no extension there is
    /// unknown, or brings functions of the name without more.
    pub(super) fn is_complete(&self, name: &ObjectName) -> bool {
        !self.lends()
            && self.catalog.extensions.iter().all(|(extension, of)| {
                let looked_in = match &name.schema {
                    Some(schema) => of.schema == *schema,
                    None => self.path().any(|schema| of.schema == *schema),
                };
                !looked_in
                    || platform::extension(extension).is_some_and(|brought| !brought.has_function(&name.name))
            })
    }

    /// Whether PostgreSQL itself brings a function of that name, and no schema or its own is written.
    pub(super) fn is_builtin_function(name: &ObjectName) -> bool {
        name.schema
            .as_ref()
            .is_none_or(|schema| matches!(schema.as_str(), "pg_catalog" | "information_schema"))
            && builtin::function(&name.name)
    }
}

/// A name as a text of `regclass` says it: `schema.name`, folded unless quoted. `None` where it is no name.
pub(super) fn parsed(text: &str) -> Option<ObjectName> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let (part, after) = if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"')?;
            (Name::from(quoted.get(..end)?), quoted.get(end + 1..)?)
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            (Name::from(rest.get(..end)?.trim().to_lowercase()), rest.get(end..)?)
        };
        if part.is_empty() || part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        parts.push(part);
        match after.strip_prefix('.') {
            Some(after) => rest = after,
            None if after.is_empty() => break,
            None => return None,
        }
    }
    let name = parts.pop()?;
    Some(ObjectName { schema: parts.pop(), name, ..ObjectName::default() })
}

//! What a column name can stand for in a query.

use super::{Output, Own, Reader};
use crate::extract::schema::catalog::{Column, Relation, RelationId, RelationKind};
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::TypeName;
use crate::parse::sql::routine::{Argument, ArgumentMode};

/// Something in `from`.
pub(super) struct Table<'r> {
    /// What it is called here.
    pub(super) name: Option<Name>,
    pub(super) id: Option<RelationId>,
    pub(super) columns: Columns<'r>,
}

/// The columns of something in `from`.
pub(super) enum Columns<'r> {
    /// Those of a relation, the first of them under other names.
    Relation(RelationId, &'r [Column], Vec<Name>),
    /// Those of a table that is being made.
    New(&'r [Column]),
    /// Those that a query or a function gives.
    Given(Vec<Output>),
    /// Not known: every name is accepted.
    Unknown,
}

/// What a column name stands for.
pub(super) enum Seen {
    /// A column, its relation where it has one, its type where that is known.
    Column(Option<(RelationId, Name)>, Option<TypeName>),
    /// A whole row.
    Row(Vec<(RelationId, Name)>),
    /// Something that is not known.
    Unsure,
    /// There is no such table in the query.
    NoTable(Name),
    /// There is no such column; the table where only one can have it.
    NoColumn(Option<RelationId>),
}

impl Columns<'_> {
    /// What a query gives, the first columns under other names.
    pub(super) fn given(outputs: Option<Vec<Output>>, names: &[Name]) -> Self {
        let Some(mut outputs) = outputs else {
            return Columns::Unknown;
        };
        for (output, name) in outputs.iter_mut().zip(names) {
            output.name.clone_from(name);
        }
        Columns::Given(outputs)
    }
}

/// Whether all columns of a relation are known.
pub(super) fn is_sure(relation: &Relation) -> bool {
    let shown = matches!(relation.kind, RelationKind::View | RelationKind::Materialized);
    !(relation.columns.is_empty() && (shown || relation.kind == RelationKind::Sequence))
}

/// Whether a function with these arguments can be called with so many.
pub(super) fn takes(arguments: &[Argument], given: usize) -> bool {
    let ins = || arguments.iter().filter(|argument| argument.mode.goes_in());
    let most = if ins().any(|argument| argument.mode == ArgumentMode::Variadic) {
        usize::MAX
    } else {
        ins().count()
    };
    let least = ins().filter(|argument| !argument.default && argument.mode != ArgumentMode::Variadic).count();
    (least..=most).contains(&given)
}

/// Columns that every table has.
fn is_system(name: &str) -> bool {
    matches!(name, "ctid" | "xmin" | "xmax" | "cmin" | "cmax" | "tableoid")
}

impl<'r> Table<'r> {
    /// The table around an expression.
    pub(super) fn own(own: Own<'r>) -> Self {
        let columns = match own.id {
            Some(id) => Columns::Relation(id, own.columns, Vec::new()),
            None => Columns::New(own.columns),
        };
        Self { name: Some(own.name.clone()), id: own.id, columns }
    }

    pub(super) fn is(&self, name: &Name) -> bool {
        self.name.as_ref() == Some(name)
    }

    /// The columns of a relation that all its columns are.
    pub(super) fn sources(&self) -> Vec<(RelationId, Name)> {
        match &self.columns {
            Columns::Relation(id, columns, _) => {
                columns.iter().map(|column| (*id, column.name.clone())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a name stands for among its columns; `None` where it has no such column.
    fn column(&self, name: &Name) -> Option<Seen> {
        match &self.columns {
            Columns::Unknown => Some(Seen::Unsure),
            Columns::Relation(id, columns, names) => {
                let at = names.iter().position(|other| other == name).or_else(|| {
                    columns.iter().position(|column| column.name == *name).filter(|at| *at >= names.len())
                });
                if let Some(column) = at.and_then(|at| columns.get(at)) {
                    return Some(Seen::Column(Some((*id, column.name.clone())), typed(&column.of)));
                }
                is_system(name).then_some(Seen::Column(None, None))
            }
            Columns::New(columns) => {
                let column = columns.iter().find(|column| column.name == *name);
                column
                    .map(|column| Seen::Column(None, typed(&column.of)))
                    .or_else(|| is_system(name).then_some(Seen::Column(None, None)))
            }
            Columns::Given(outputs) => outputs
                .iter()
                .find(|output| output.name == *name)
                .map(|output| Seen::Column(None, output.of.clone()))
                .or_else(|| (name == "ordinality").then_some(Seen::Unsure)),
        }
    }

    /// The columns that `*` of it gives; `None` where they are not known.
    pub(super) fn outputs(&self) -> Option<Vec<Output>> {
        match &self.columns {
            Columns::Unknown => None,
            Columns::Given(outputs) => Some(outputs.clone()),
            Columns::New(columns) | Columns::Relation(_, columns, _) => {
                let names =
                    if let Columns::Relation(_, _, names) = &self.columns { names } else { &Vec::new() };
                let outputs = columns.iter().enumerate().map(|(at, column)| Output {
                    name: names.get(at).unwrap_or(&column.name).clone(),
                    of: typed(&column.of),
                });
                Some(outputs.collect())
            }
        }
    }
}

fn typed(of: &TypeName) -> Option<TypeName> {
    (!of.name.is_empty()).then(|| of.clone())
}

impl Reader<'_> {
    /// What a column name stands for here.
    pub(super) fn seen(&self, names: &[Name]) -> Seen {
        match names {
            [name] => self.seen_alone(name),
            [table, name] => self.seen_in(table, name),
            _ => Seen::Unsure,
        }
    }

    fn seen_alone(&self, name: &Name) -> Seen {
        let mut only = None;
        let mut tables = 0;
        for scope in self.scopes.iter().rev() {
            let mut unsure = false;
            for table in scope {
                tables += 1;
                only = table.id;
                match table.column(name) {
                    Some(Seen::Unsure) => unsure = true,
                    Some(seen) => return seen,
                    None => {}
                }
            }
            if let Some(table) = scope.iter().find(|table| table.is(name)) {
                return Seen::Row(table.sources());
            }
            if unsure {
                return Seen::Unsure;
            }
        }
        Seen::NoColumn(only.filter(|_| tables == 1))
    }

    fn seen_in(&self, table: &Name, name: &Name) -> Seen {
        let Some(found) = self.scopes.iter().rev().flatten().find(|other| other.is(table)) else {
            // What a rule, a trigger or an upsert calls the row; and a join under a name of its own.
            if matches!(table.as_str(), "old" | "new" | "excluded") {
                return Seen::Unsure;
            }
            return Seen::NoTable(table.clone());
        };
        if name == "*" {
            return Seen::Row(found.sources());
        }
        found.column(name).unwrap_or_else(|| {
            let call = crate::parse::sql::model::ObjectName { name: name.clone(), ..Default::default() };
            if self.replay.functions_named(&call).is_empty() {
                Seen::NoColumn(found.id)
            } else {
                Seen::Unsure
            }
        })
    }

    /// The columns of a function in `from`.
    pub(super) fn called(&self, call: &Expr, alias: Option<&Name>, names: &[Name]) -> Table<'static> {
        let table = |name: Option<Name>, columns| Table { name, id: None, columns };
        let Expr::Call(call) = call else {
            return table(alias.cloned(), Columns::Unknown);
        };
        let name = Some(alias.unwrap_or(&call.name.name).clone());
        if !names.is_empty() {
            let outputs = names.iter().map(|name| Output { name: name.clone(), of: None });
            return table(name, Columns::Given(outputs.collect()));
        }
        let outputs = match self.replay.functions_named(&call.name).as_slice() {
            [id] => self.returned(*id, alias.unwrap_or(&call.name.name)),
            [] if is_plain_set(&call.name.name) => {
                Some(vec![Output { name: alias.unwrap_or(&call.name.name).clone(), of: None }])
            }
            _ => None,
        };
        table(name, outputs.map_or(Columns::Unknown, Columns::Given))
    }

    /// The columns that a function gives.
    fn returned(&self, id: crate::extract::schema::catalog::FunctionId, alias: &Name) -> Option<Vec<Output>> {
        let function = self.replay.function(id)?;
        let outs = function.arguments.iter().filter(|argument| argument.mode.goes_out());
        let outs = outs
            .map(|argument| Some(Output { name: argument.name.clone()?, of: Some(argument.of.clone()) }))
            .collect::<Option<Vec<_>>>()?;
        if !outs.is_empty() {
            return Some(if let [only] = outs.as_slice() {
                let single = function.arguments.iter().any(|argument| argument.mode == ArgumentMode::Table);
                vec![Output {
                    name: if single { only.name.clone() } else { alias.clone() },
                    of: only.of.clone(),
                }]
            } else {
                outs
            });
        }
        let of = function.returns.as_ref()?;
        if matches!(of.name.as_str(), "record" | "trigger" | "void") {
            return None;
        }
        let name = crate::parse::sql::model::ObjectName {
            schema: of.schema.clone(),
            name: of.name.clone(),
            ..Default::default()
        };
        if let Ok(Some(key)) = self.replay.type_named(of) {
            use crate::extract::schema::catalog::TypeKind;
            if let TypeKind::Composite(fields) = &self.replay.catalog.types.get(&key)?.kind {
                let field =
                    |(name, of): &(Name, TypeName)| Output { name: name.clone(), of: Some(of.clone()) };
                return Some(fields.iter().map(field).collect());
            }
        } else if let Ok(Some(id)) = self.replay.read_relation(&name) {
            let relation = self.replay.relation(id).filter(|relation| is_sure(relation))?;
            return Table::own(Own::new(id, relation)).outputs();
        }
        Some(vec![Output { name: alias.clone(), of: Some(TypeName { set: false, ..of.clone() }) }])
    }
}

/// Functions of PostgreSQL that give rows of one plain value, which is called as the function is.
fn is_plain_set(name: &str) -> bool {
    matches!(
        name,
        "generate_series"
            | "generate_subscripts"
            | "regexp_split_to_table"
            | "string_to_table"
            | "regexp_matches"
            | "json_object_keys"
            | "jsonb_object_keys"
            | "now"
            | "unnest"
    )
}

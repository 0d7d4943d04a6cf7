//! Tables and columns of models as SQL.

use rustc_hash::FxHashSet;

use super::super::columns::Column;
use super::super::model::Reach;
use super::super::write::{Sql, quoted, quoted_path};
use super::fields::{COUNTS, Field, Index, Kind, ModelId};
use super::names::{dotted, made_up, shortened};
use super::operations::{Later, Writer};
use crate::source::Span;

impl Writer<'_> {
    /// Makes the table of a model that is noted, with its indexes, references and tables between.
    pub(super) fn create_table(&mut self, span: Span, id: &ModelId) {
        let Some(model) = self.state.models.get(id).filter(|model| model.managed).cloned() else { return };
        let mut sql = Sql::at(span);
        sql.push("CREATE TABLE ").table(&model.table).push(" (");
        let mut made = model.fields.clone();
        let columns: Vec<usize> = (0..made.len()).filter(|number| made[*number].is_column()).collect();
        for (count, number) in columns.iter().enumerate() {
            sql.push(if count > 0 { ", " } else { "" });
            self.describe(&made[*number]).write(&mut sql);
        }
        for number in &columns {
            let field = &mut made[*number];
            if field.index == Index::Unique {
                let name = made_up(&model.table, &field.column(), "uniq");
                sql.push(", CONSTRAINT ").name(&name).push(" UNIQUE ").names(&[field.column()]);
                field.made.unique = Some(name);
            }
        }
        sql.push(")");
        self.push(sql);
        for field in &mut made {
            self.index_of(&model.table, field);
            self.reference_of(&model.table, field);
        }
        if let Some(model) = self.state.models.get_mut(id) {
            model.fields = made;
        }
        let between = model.fields.iter().filter(|field| matches!(field.kind, Kind::Many { .. }));
        for field in between {
            self.table_between(id, field, true);
        }
    }

    fn describe(&self, field: &Field) -> Column {
        let key = matches!(field.kind, Kind::Key { .. });
        Column {
            name: field.column(),
            of: if key { self.state.type_of_key(field) } else { self.state.type_of(field) },
            not_null: !field.null || field.primary,
            default: field.default.clone(),
            primary: field.primary,
            span: field.span,
            ..Column::default()
        }
    }

    fn index_of(&mut self, table: &str, field: &mut Field) {
        if field.index == Index::Plain && field.is_column() {
            let name = made_up(table, &field.column(), "idx");
            let mut sql = Sql::at(field.span);
            sql.push("CREATE INDEX ").name(&name).push(" ON ").table(table).push(" ");
            sql.names(&[field.column()]);
            self.push(sql);
            field.made.index = Some(name);
        }
    }

    fn reference_of(&mut self, table: &str, field: &mut Field) {
        let Kind::Key { to, field: of, constrained: true } = &field.kind else { return };
        let name = made_up(table, &field.column(), "fk");
        field.made.reference = Some(name.clone());
        // Tables of packages are not made by these migrations.
        let target = self.state.target(to.as_ref(), of.as_deref()).filter(|_| !self.quiet);
        self.later.extend(target.map(|target| Later {
            table: table.to_owned(),
            column: field.column(),
            name,
            target,
            span: field.span,
        }));
    }

    /// Makes the references that were put off, to tables that are still there.
    pub(super) fn finish(&mut self) {
        if self.later.is_empty() {
            return;
        }
        let mut there: FxHashSet<String> = FxHashSet::default();
        for model in self.state.models.values() {
            there.insert(model.table.clone());
            there.extend(model.fields.iter().filter_map(|field| match &field.kind {
                Kind::Many { table, .. } => table.clone(),
                _ => None,
            }));
        }
        for later in std::mem::take(&mut self.later) {
            let (target, column) = &later.target;
            if !there.contains(&later.table) || !there.contains(target) {
                continue;
            }
            let action = format!(
                "ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED",
                quoted(&later.name),
                quoted(&later.column),
                quoted_path(target),
                quoted(column),
            );
            self.alter(later.span, &later.table, &action);
        }
    }

    /// The table between two models; `make` says whether it is made, or only noted.
    fn table_between(&mut self, id: &ModelId, field: &Field, make: bool) {
        let Kind::Many { to: Some(to), table, through: false } = field.kind.clone() else { return };
        let Some(model) = self.state.models.get(id).filter(|model| model.managed) else { return };
        let name = table.unwrap_or_else(|| shortened(format!("{}_{}", model.table, field.name)));
        let (from, towards) = columns_between(id, &to);
        let key = |of: &ModelId| Field {
            kind: Kind::Key { to: Some(of.clone()), field: None, constrained: true },
            ..field.clone()
        };
        let types = [self.state.type_of_key(&key(id)), self.state.type_of_key(&key(&to))];
        let mut sql = Sql::at(field.span);
        sql.push("CREATE TABLE ").table(&name).push(" (\"id\" bigint").push(COUNTS);
        sql.push(" NOT NULL PRIMARY KEY, ").name(&from).push(&format!(" {} NOT NULL, ", types[0]));
        sql.name(&towards).push(&format!(" {} NOT NULL, CONSTRAINT ", types[1]));
        sql.name(&made_up(&name, &format!("{from}_{towards}"), "uniq"));
        sql.push(" UNIQUE ").names(&[from.clone(), towards.clone()]).push(")");
        if let Some(own) = self.state.models.get_mut(id).and_then(|model| model.field_mut(&field.name)) {
            own.kind = Kind::Many { to: Some(to.clone()), table: Some(name.clone()), through: false };
        }
        if !make {
            return;
        }
        self.push(sql);
        for (column, of) in [(&from, id), (&towards, &to)] {
            let mut sql = Sql::at(field.span);
            sql.push("CREATE INDEX ").name(&made_up(&name, column, "idx")).push(" ON ").table(&name);
            sql.push(" ").names(std::slice::from_ref(column));
            self.push(sql);
            if let Some(target) = self.state.target(Some(of), None).filter(|_| !self.quiet) {
                let (table, column) = (name.clone(), column.clone());
                let name = made_up(&table, &column, "fk");
                self.later.push(Later { table, column, name, target, span: field.span });
            }
        }
    }

    pub(super) fn delete_model(&mut self, span: Span, id: &ModelId) -> Option<()> {
        let model = self.state.models.remove(id)?;
        if !model.managed {
            return Some(());
        }
        let between = model.fields.iter().filter_map(|field| match &field.kind {
            Kind::Many { table, through: false, .. } => table.clone(),
            _ => None,
        });
        for table in between.collect::<Vec<_>>().into_iter().chain([model.table]) {
            let mut sql = Sql::at(span);
            sql.push("DROP TABLE ").table(&table).push(" CASCADE");
            self.push(sql);
        }
        Some(())
    }

    fn rename(&mut self, span: Span, from: &str, to: &str) {
        if from == to {
            return;
        }
        let short = to.rsplit('.').next().unwrap_or(to);
        self.alter(span, from, &format!("RENAME TO {}", quoted(short)));
        // What was put off speaks of the table by its name.
        for later in &mut self.later {
            for name in [&mut later.table, &mut later.target.0] {
                if name == from {
                    to.clone_into(name);
                }
            }
        }
    }

    /// Gives a model another table; that of its name where none is given.
    pub(super) fn move_table(&mut self, span: Span, id: &ModelId, table: Option<String>) -> Option<()> {
        let model = self.state.models.get_mut(id)?;
        model.named_after = table.is_none();
        let new = table.map_or_else(|| shortened(format!("{}_{}", id.0, id.1)), |table| dotted(&table));
        let old = std::mem::replace(&mut model.table, new.clone());
        let mut renamed = vec![(old.clone(), new.clone())];
        for field in &mut model.fields {
            if let Kind::Many { table: Some(table), through: false, .. } = &mut field.kind
                && *table == shortened(format!("{old}_{}", field.name))
            {
                let to = shortened(format!("{new}_{}", field.name));
                renamed.push((std::mem::replace(table, to.clone()), to));
            }
        }
        if model.managed {
            for (from, to) in renamed {
                self.rename(span, &from, &to);
            }
        }
        Some(())
    }

    pub(super) fn rename_model(&mut self, span: Span, id: &ModelId, name: &str) -> Option<()> {
        let model = self.state.models.remove(id)?;
        let new = (id.0.clone(), name.to_owned());
        let (named_after, managed) = (model.named_after, model.managed);
        self.state.models.insert(new.clone(), model);
        let mut columns = Vec::new();
        for (owner, model) in &mut self.state.models {
            for field in &mut model.fields {
                let many = matches!(field.kind, Kind::Many { .. });
                let (Kind::Key { to, .. } | Kind::Many { to, .. }) = &mut field.kind else { continue };
                let hit = to.as_ref() == Some(id);
                if hit {
                    *to = Some(new.clone());
                }
                let own = *owner == new;
                if many
                    && (hit != own)
                    && let Kind::Many { table: Some(table), through: false, .. } = &field.kind
                {
                    columns.push(table.clone());
                }
            }
        }
        if managed && id.1 != name {
            for table in columns {
                let action = format!(
                    "RENAME COLUMN {} TO {}",
                    quoted(&format!("{}_id", id.1)),
                    quoted(&format!("{name}_id"))
                );
                self.alter(span, &table, &action);
            }
        }
        if named_after { self.move_table(span, &new, None) } else { Some(()) }
    }

    pub(super) fn add_field(&mut self, id: &ModelId, mut field: Field) -> Option<()> {
        let model = self.state.models.get_mut(id)?;
        let (table, managed) = (model.table.clone(), model.managed);
        let second = field.primary && model.primary().is_some();
        model.fields.retain(|own| own.name != field.name);
        model.fields.push(field.clone());
        if !managed {
            return Some(());
        }
        if second {
            self.gap(field.span, "it gives a table another primary key", Reach::table(table.clone()));
        }
        self.table_between(id, &field, true);
        if field.is_column() {
            let mut sql = Sql::at(field.span);
            sql.push("ALTER TABLE ").table(&table).push(" ADD COLUMN ");
            let mut column = self.describe(&field);
            column.primary &= !second;
            // Rows that are there are filled with a default that is dropped at once.
            column.write(&mut sql);
            self.push(sql);
            self.unique_of(&table, &mut field);
            self.index_of(&table, &mut field);
            self.reference_of(&table, &mut field);
            let own = self.state.models.get_mut(id)?.field_mut(&field.name)?;
            own.made = field.made;
        }
        Some(())
    }

    pub(super) fn unique_of(&mut self, table: &str, field: &mut Field) {
        if field.index == Index::Unique {
            let name = made_up(table, &field.column(), "uniq");
            let action = format!("ADD CONSTRAINT {} UNIQUE ({})", quoted(&name), quoted(&field.column()));
            self.alter(field.span, table, &action);
            field.made.unique = Some(name);
        }
    }

    pub(super) fn remove_field(&mut self, span: Span, id: &ModelId, name: &str) -> Option<()> {
        let model = self.state.models.get_mut(id)?;
        let at = model.fields.iter().position(|field| field.name == name)?;
        let field = model.fields.remove(at);
        let (table, managed) = (model.table.clone(), model.managed);
        self.later.retain(|later| later.table != table || later.column != field.column());
        if !managed {
            return Some(());
        }
        match &field.kind {
            Kind::Many { table: Some(between), through: false, .. } => {
                let mut sql = Sql::at(span);
                sql.push("DROP TABLE ").table(between).push(" CASCADE");
                self.push(sql);
            }
            Kind::Column(_) | Kind::Key { .. } => {
                self.alter(span, &table, &format!("DROP COLUMN {} CASCADE", quoted(&field.column())));
            }
            _ => {}
        }
        Some(())
    }

    pub(super) fn rename_field(&mut self, span: Span, id: &ModelId, old: &str, new: &str) -> Option<()> {
        let model = self.state.models.get_mut(id)?;
        let (table, managed) = (model.table.clone(), model.managed);
        for (_, fields, _) in &mut model.together {
            for field in fields.iter_mut().filter(|field| *field == old) {
                new.clone_into(field);
            }
        }
        let field = model.field_mut(old)?;
        let before = field.column();
        new.clone_into(&mut field.name);
        let after = field.column();
        let between = match &mut field.kind {
            Kind::Many { table: Some(between), through: false, .. }
                if *between == shortened(format!("{table}_{old}")) =>
            {
                let to = shortened(format!("{table}_{new}"));
                Some((std::mem::replace(between, to.clone()), to))
            }
            _ => None,
        };
        let column = field.is_column() && before != after;
        if managed {
            if column {
                for later in self.later.iter_mut().filter(|later| later.table == table) {
                    if later.column == before {
                        after.clone_into(&mut later.column);
                    }
                }
                self.alter(span, &table, &format!("RENAME COLUMN {} TO {}", quoted(&before), quoted(&after)));
            }
            if let Some((from, to)) = between {
                self.rename(span, &from, &to);
            }
        }
        Some(())
    }

    pub(super) fn alter_field(&mut self, id: &ModelId, new: Field) -> Option<()> {
        let model = self.state.models.get_mut(id)?;
        let (table, managed) = (model.table.clone(), model.managed);
        let own = model.field_mut(&new.name)?;
        let old = std::mem::replace(own, new);
        own.made = old.made.clone();
        if managed && old.is_column() && own.is_column() {
            let mut new = own.clone();
            self.alter_column(id, &table, &old, &mut new);
            let name = new.name.clone();
            *self.state.models.get_mut(id)?.field_mut(&name)? = new;
            return Some(());
        }
        let changed = match (&old.kind, &mut own.kind) {
            // The table stays, whatever else is said of it.
            (Kind::Many { table: there, through: false, .. }, Kind::Many { table, through: false, .. })
                if table.is_none() || table == there =>
            {
                table.clone_from(there);
                false
            }
            (Kind::Many { through: true, .. }, Kind::Many { through: true, .. })
            | (Kind::None, Kind::None) => false,
            _ => true,
        };
        let span = own.span;
        if changed && managed {
            self.gap(span, "it changes what stands between two models", Reach::table(table));
        }
        Some(())
    }

    /// Changes a column from what it was to what it is now.
    fn alter_column(&mut self, id: &ModelId, table: &str, old: &Field, new: &mut Field) {
        let span = new.span;
        // The type that was is told by the model as it is now, where that is what the field refers to.
        let types = (self.state.type_of_key(old), self.state.type_of_key(new));
        if old.primary != new.primary {
            self.gap(span, "it gives a table another primary key", Reach::table(table));
        }
        let (before, after) = (old.column(), new.column());
        if before != after {
            self.alter(span, table, &format!("RENAME COLUMN {} TO {}", quoted(&before), quoted(&after)));
        }
        let moved = target(old) != target(new) || types.0 != types.1;
        if moved && let Some(name) = new.made.reference.take() {
            self.later.retain(|later| later.name != name);
            self.alter(span, table, &format!("DROP CONSTRAINT IF EXISTS {}", quoted(&name)));
        }
        if types.0 != types.1 {
            self.retype(id, new, &types.1);
        }
        if old.null != new.null && !new.primary {
            let word = if new.null { "DROP" } else { "SET" };
            self.alter(span, table, &format!("ALTER COLUMN {} {word} NOT NULL", quoted(&after)));
        }
        let changed = old.index != new.index;
        if changed
            && old.index == Index::Unique
            && let Some(name) = new.made.unique.take()
        {
            self.alter(span, table, &format!("DROP CONSTRAINT IF EXISTS {}", quoted(&name)));
        } else if changed {
            self.unique_of(table, new);
        }
        if changed
            && old.index == Index::Plain
            && let Some(name) = new.made.index.take()
        {
            let mut sql = Sql::at(span);
            sql.push("DROP INDEX IF EXISTS ").name(&name);
            self.push(sql);
        } else if changed {
            self.index_of(table, new);
        }
        if new.made.reference.is_none() {
            self.reference_of(table, new);
        }
    }

    /// Changes the type of a column, and of those that refer to it.
    fn retype(&mut self, id: &ModelId, field: &Field, of: &str) {
        let mut columns = vec![(id.clone(), field.name.clone())];
        if field.primary {
            let own = columns[0].clone();
            columns.extend(self.state.keys_to(id).into_iter().filter(|key| *key != own));
        }
        let mut put_off = Vec::new();
        for (owner, name) in &columns[1..] {
            let Some(model) = self.state.models.get(owner).filter(|model| model.managed) else { continue };
            let Some(key) = model.field(name).cloned() else { continue };
            if let Some(reference) = &key.made.reference {
                let table = model.table.clone();
                self.later.retain(|later| later.name != *reference);
                let action = format!("DROP CONSTRAINT IF EXISTS {}", quoted(reference));
                self.alter(field.span, &table, &action);
                put_off.push((table, key));
            }
        }
        for (owner, name) in &columns {
            let Some(model) = self.state.models.get(owner).filter(|model| model.managed) else { continue };
            let (Some(own), table) = (model.field(name), model.table.clone()) else { continue };
            let column = quoted(&own.column());
            self.alter(field.span, &table, &format!("ALTER COLUMN {column} TYPE {of} USING {column}::{of}"));
        }
        for (table, mut key) in put_off {
            self.reference_of(&table, &mut key);
        }
    }
}

/// What a field refers to.
fn target(field: &Field) -> Option<(Option<ModelId>, Option<String>, bool)> {
    match &field.kind {
        Kind::Key { to, field, constrained } => Some((to.clone(), field.clone(), *constrained)),
        _ => None,
    }
}

/// The columns of a table between two models.
fn columns_between(from: &ModelId, to: &ModelId) -> (String, String) {
    if from == to {
        return (format!("from_{}_id", from.1), format!("to_{}_id", to.1));
    }
    // Models of the same name in two applications are told apart by their place.
    if from.1 == to.1 {
        return (format!("from_{}_id", from.1), format!("to_{}_id", to.1));
    }
    (format!("{}_id", from.1), format!("{}_id", to.1))
}

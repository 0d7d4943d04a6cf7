//! Classes and the tables that they stand for.

use super::fields::Fields;
use super::reader::{Given, Mark, Reader};
use crate::extract::code::{Origin, Site};
use crate::extract::declared::{Column, Table};
use crate::parse::javascript::Kind;
use crate::source::Place;

/// How many classes above one are looked at.
const MAX_DEPTH: usize = 8;

impl Reader<'_> {
    /// The tables of a class: its own, and those between it and others. None where it is no entity, or its name cannot
    /// be told.
    pub(super) fn tables(&self, class: Site) -> Vec<Table> {
        let Some(mut table) = self.own(class) else { return Vec::new() };
        let (classes, known) = self.lineage(class);
        let mut fields = Fields::new(&table.name, known);
        for class in &classes {
            self.fields(*class, &[], &mut fields, 0);
        }
        // TypeORM refuses a class without a key.
        if fields.whole && fields.found.is_empty() {
            return Vec::new();
        }
        let marks = classes.iter().filter_map(|class| self.marks(*class));
        let inheritance =
            marks.flatten().find(|(name, _)| matches!(name.as_str(), "TableInheritance" | "Tree"));
        if let Some((name, call)) = inheritance {
            // Other classes have columns in the same table, or the tree has some of its own.
            fields.whole = false;
            table.columns.extend((name == "TableInheritance").then(|| self.discriminator(call)).flatten());
        }
        table.columns.extend(fields.found.into_iter().map(|found| found.column));
        table.whole = fields.whole;
        table.indexes = fields.indexes;
        std::iter::once(table).chain(fields.between).collect()
    }

    /// The table of a class, without columns: that of the class above it for `@ChildEntity()`.
    pub(super) fn own(&self, class: Site) -> Option<Table> {
        let marks = self.marks(class)?;
        let Some((_, call)) = marks.iter().find(|(name, _)| name == "Entity") else {
            let (_, call) = marks.iter().find(|(name, _)| name == "ChildEntity")?;
            let (parent, _) = self.parent(class)?;
            let (name, schema) = self.name(parent.0, parent.1)?;
            return Some(empty(name, schema, self.code.place(*call)));
        };
        let (name, schema) = self.name(class, *call)?;
        let mut table = empty(name, schema, self.code.place(*call));
        table.called = self.called(class).filter(|called| *called != table.name);
        Some(table)
    }

    /// The class above one whose table holds the rows of both, and its mark.
    fn parent(&self, class: Site) -> Option<((Site, Site), Mark)> {
        let (classes, _) = self.lineage(class);
        classes.into_iter().skip(1).find_map(|class| {
            let marks = self.marks(class)?;
            let inheritance = marks.iter().find(|(name, _)| name == "TableInheritance")?.clone();
            let (_, entity) = marks.iter().find(|(name, _)| name == "Entity")?;
            Some(((class, *entity), inheritance))
        })
    }

    /// The name and the schema of the table of an entity.
    fn name(&self, class: Site, call: Site) -> Option<(String, Option<String>)> {
        if self.option(call, "synchronize").is_some() || self.option(call, "database").is_some() {
            return None;
        }
        let schema = match self.option(call, "schema") {
            Some(value) => Some(self.text(value)?),
            None => None,
        };
        let name = match self.given(call) {
            Given::Name(name) => name,
            Given::Absent => self.naming.table(&self.called(class)?)?,
            Given::Unknown => return None,
        };
        Some((name, schema))
    }

    /// The name that `@Entity("users")` and `@Entity({ name: "users" })` give.
    fn given(&self, call: Site) -> Given {
        for value in self.arguments(call) {
            let Some(module) = self.module(value) else { return Given::Unknown };
            let given = match module.kind(value.node) {
                Kind::Object => self.named(value),
                _ => self.text(value).map_or(Given::Unknown, Given::Name),
            };
            if !matches!(given, Given::Absent) {
                return given;
            }
        }
        Given::Absent
    }

    /// The name of a class.
    fn called(&self, class: Site) -> Option<String> {
        let module = self.module(class)?;
        let bound = module.bindings.iter().find(|binding| binding.declared == class.node)?;
        Some(module.word(bound.name).to_owned())
    }

    /// A class with those of the repository above it, and whether no other stands among them that may have columns.
    pub(super) fn lineage(&self, class: Site) -> (Vec<Site>, bool) {
        let mut classes = vec![class];
        while let Some(class) = classes.last().copied().filter(|_| classes.len() < MAX_DEPTH) {
            let Some(module) = self.module(class) else { return (classes, false) };
            let Some(extends) =
                module.children(class.node).find(|child| module.kind(*child) == Kind::Extends)
            else {
                return (classes, true);
            };
            let Some(node) = module.child(extends, 0) else { return (classes, false) };
            let base = Site { node, ..class };
            let above = self.code.definition(base);
            if self.module(above).is_some_and(|module| module.kind(above.node) == Kind::Class) {
                classes.push(above);
                continue;
            }
            let plain =
                matches!(self.code.origin(base), Origin::External { package, .. } if package == "typeorm");
            return (classes, plain);
        }
        (classes, false)
    }

    /// The column that tells classes of one table apart.
    fn discriminator(&self, call: Site) -> Option<Column> {
        let name = match self.option(call, "column") {
            None => "type".to_owned(),
            Some(column) => {
                let column = self.code.definition(column);
                match self.module(column)?.kind(column.node) {
                    Kind::Object => match self.named(column) {
                        Given::Name(name) => name,
                        Given::Absent => "type".to_owned(),
                        Given::Unknown => return None,
                    },
                    _ => self.text(column)?,
                }
            }
        };
        let name = self.naming.column(&name, Some(&name), &[])?;
        Some(Column { name, ignored: false, place: self.code.place(call) })
    }
}

fn empty(name: String, schema: Option<String>, place: Place) -> Table {
    Table { schema, name, place, called: None, whole: false, columns: Vec::new(), indexes: Vec::new() }
}

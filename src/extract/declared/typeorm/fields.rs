//! Fields of classes: columns, embedded classes, and relations with the columns and tables that they bring.

use super::reader::{Given, Mark, Reader};
use crate::extract::code::{Origin, Site};
use crate::extract::declared::{Column, Index, Table};
use crate::parse::javascript::{Kind, NodeId};
use crate::source::Place;

/// Decorators of fields that are columns of their own.
const COLUMNS: &[&str] = &[
    "Column",
    "PrimaryColumn",
    "PrimaryGeneratedColumn",
    "CreateDateColumn",
    "UpdateDateColumn",
    "DeleteDateColumn",
    "VersionColumn",
    "TreeLevelColumn",
];

/// How deep embedded classes stand in each other.
const MAX_DEPTH: usize = 4;

/// What was found of a table.
pub(super) struct Fields {
    table: String,
    /// Fields that have been read: one of a class hides that of the class above.
    seen: Vec<String>,
    pub(super) found: Vec<Found>,
    pub(super) indexes: Vec<Index>,
    /// Tables between this one and others.
    pub(super) between: Vec<Table>,
    /// Whether it has no other columns.
    pub(super) whole: bool,
}

/// A column.
pub(super) struct Found {
    pub(super) column: Column,
    property: String,
    /// Whether it is the primary key, or part of it.
    primary: bool,
}

impl Fields {
    pub(super) fn new(table: &str, whole: bool) -> Self {
        let (seen, found, indexes, between) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { table: table.to_owned(), seen, found, indexes, between, whole }
    }

    fn add(&mut self, place: Place, property: &str, name: Option<String>, primary: bool) {
        match name {
            Some(name) if self.found.iter().all(|found| found.column.name != name) => {
                let column = Column { name, ignored: false, place };
                self.found.push(Found { column, property: property.to_owned(), primary });
            }
            Some(_) => {}
            None => self.whole = false,
        }
    }
}

/// A field while it is read.
struct Field<'f> {
    site: Site,
    property: &'f str,
    prefixes: &'f [String],
    marks: &'f [Mark],
}

impl Field<'_> {
    fn mark(&self, names: &[&str]) -> Option<Site> {
        self.marks.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, call)| *call)
    }
}

impl Reader<'_> {
    /// Reads the fields of a class, in embedded ones within these prefixes.
    pub(super) fn fields(&self, class: Site, prefixes: &[String], fields: &mut Fields, depth: usize) {
        let Some(module) = self.module(class).filter(|_| depth <= MAX_DEPTH) else {
            fields.whole = false;
            return;
        };
        for node in module.children(class.node) {
            let (Kind::Field(word) | Kind::Method(word)) = module.kind(node) else { continue };
            let site = Site { node, ..class };
            let Some(marks) = self.marks(site) else {
                fields.whole = false;
                continue;
            };
            let property = module.word(word);
            let path = prefixes.concat() + "." + property;
            if marks.is_empty() || fields.seen.contains(&path) {
                continue;
            }
            fields.seen.push(path);
            self.field(&Field { site, property, prefixes, marks: &marks }, fields, depth);
        }
    }

    fn field(&self, field: &Field<'_>, fields: &mut Fields, depth: usize) {
        let place = self.code.place(field.site);
        if let Some(call) = field.mark(COLUMNS) {
            if let Some(class) = self.embedded(call) {
                let mut prefixes = field.prefixes.to_vec();
                match self.option(call, "prefix") {
                    None => prefixes.push(field.property.to_owned()),
                    off if self.is(off, false) => {}
                    Some(prefix) => match self.text(prefix) {
                        Some(prefix) => prefixes.extend((!prefix.is_empty()).then_some(prefix)),
                        None => return fields.whole = false,
                    },
                }
                return self.fields(class, &prefixes, fields, depth + 1);
            }
            let name = match self.given_column(call) {
                Given::Name(name) => self.naming.column(field.property, Some(&name), field.prefixes),
                Given::Absent => self.naming.column(field.property, None, field.prefixes),
                Given::Unknown => None,
            };
            if let Some(name) = name.clone().filter(|_| self.is(self.option(call, "unique"), true)) {
                fields.indexes.push(Index { columns: vec![name], unique: true, place });
            }
            let primary = field.mark(&["PrimaryColumn", "PrimaryGeneratedColumn"]).is_some()
                || self.is(self.option(call, "primary"), true);
            return fields.add(place, field.property, name, primary);
        }
        let owner = field.mark(&["JoinColumn"]).is_some();
        if field.mark(&["ManyToOne", "TreeParent"]).is_some() || owner && field.mark(&["OneToOne"]).is_some()
        {
            let primary = field.mark(&["PrimaryColumn"]).is_some();
            for name in self.references(field) {
                fields.add(place, field.property, name, primary);
            }
        } else if let (Some(call), Some(join)) = (field.mark(&["ManyToMany"]), field.mark(&["JoinTable"])) {
            fields.between.extend(self.between(field, call, join, fields));
        }
    }

    /// The class that a column embeds: `@Column(() => Address)`.
    fn embedded(&self, call: Site) -> Option<Site> {
        let first = self.arguments(call).next()?;
        matches!(self.module(first)?.kind(first.node), Kind::Function(_)).then(|| self.class_of(first))?
    }

    /// The name that a column is given: `@Column("varchar", { name: "e_mail" })`.
    fn given_column(&self, call: Site) -> Given {
        for (index, value) in self.arguments(call).enumerate() {
            let Some(module) = self.module(value) else { return Given::Unknown };
            match module.kind(value.node) {
                Kind::Object => {
                    let given = self.named(value);
                    if !matches!(given, Given::Absent) {
                        return given;
                    }
                }
                Kind::Text(_) => {}
                // `String`, a text of a constant: a type.
                _ if index == 0 && (self.is_type(value) || self.text(value).is_some()) => {}
                _ => return Given::Unknown,
            }
        }
        Given::Absent
    }

    /// Whether a value is a type of the language: `String`, `Number`.
    fn is_type(&self, value: Site) -> bool {
        matches!(self.code.origin(value), Origin::Global(name) if name.starts_with(char::is_uppercase))
    }

    /// The columns by which a field refers to another class; none for one whose name cannot be told.
    fn references(&self, field: &Field<'_>) -> Vec<Option<String>> {
        // What embedded classes make of these is not told.
        if !field.prefixes.is_empty() {
            return vec![None];
        }
        let options = match field.mark(&["JoinColumn"]) {
            Some(join) => self.listed(join),
            None => Some(Vec::new()),
        };
        let Some(options) = options else { return vec![None] };
        let relation = field.mark(&["ManyToOne", "OneToOne"]);
        let target =
            relation.and_then(|call| self.arguments(call).next()).and_then(|first| self.class_of(first));
        let by_key = || match self.keys(target).as_slice() {
            [] => vec![None],
            keys => keys.iter().map(|(key, _)| self.naming.reference(field.property, key)).collect(),
        };
        if options.is_empty() {
            return by_key();
        }
        let named = options.into_iter().flat_map(|option| match self.named(option) {
            Given::Name(name) => vec![Some(name)],
            Given::Unknown => vec![None],
            Given::Absent => match self.property(option, "referencedColumnName") {
                Some(key) => vec![self.text(key).and_then(|key| self.naming.reference(field.property, &key))],
                None => by_key(),
            },
        });
        named.collect()
    }

    /// The objects of options that a decorator has, one or a list; none where they cannot be told.
    fn listed(&self, call: Site) -> Option<Vec<Site>> {
        let mut found = Vec::new();
        for value in self.arguments(call) {
            let module = self.module(value)?;
            match module.kind(value.node) {
                Kind::Object => found.push(value),
                Kind::Array => {
                    let items: Vec<NodeId> = module.children(value.node).collect();
                    found.extend(items.into_iter().map(|node| self.code.definition(Site { node, ..value })));
                }
                _ => return None,
            }
        }
        Some(found)
    }

    /// The primary key of a class: the properties with their columns.
    fn keys(&self, class: Option<Site>) -> Vec<(String, String)> {
        let Some(class) = class else { return Vec::new() };
        let mut fields = Fields::new("", true);
        for class in self.lineage(class).0 {
            // Only what columns say by themselves: relations may lead in a circle.
            let Some(module) = self.module(class) else { return Vec::new() };
            for node in module.children(class.node) {
                let Kind::Field(word) = module.kind(node) else { continue };
                let site = Site { node, ..class };
                let Some(marks) = self.marks(site) else { return Vec::new() };
                let field = Field { site, property: module.word(word), prefixes: &[], marks: &marks };
                if field.mark(COLUMNS).is_some() && !fields.seen.iter().any(|seen| seen == field.property) {
                    fields.seen.push(field.property.to_owned());
                    self.field(&field, &mut fields, MAX_DEPTH);
                }
            }
        }
        let keys = fields.found.into_iter().filter(|found| found.primary);
        keys.map(|found| (found.property, found.column.name)).collect()
    }

    /// The table between the class of a field and another.
    fn between(&self, field: &Field<'_>, call: Site, join: Site, fields: &Fields) -> Option<Table> {
        let target = self.class_of(self.arguments(call).next()?)?;
        let other = self.own(target)?;
        let options = self.listed(join)?;
        let name = match options.first().map_or(Given::Absent, |options| self.named(*options)) {
            Given::Name(name) => name,
            Given::Absent => self.naming.between(&fields.table, field.property, &other.name)?,
            Given::Unknown => return None,
        };
        let place = self.code.place(field.site);
        let column = |side: &[&str], table: &str, class: Option<Site>, mark: &str| {
            let given = side.iter().find_map(|side| self.property(*options.first()?, side));
            let given = given.map(|given| self.named(self.code.definition(given)));
            let name = match given.unwrap_or(Given::Absent) {
                Given::Name(name) => name,
                Given::Absent => match self.keys(class).as_slice() {
                    [(_, key)] => self.naming.between_column(table, key)? + mark,
                    _ => return None,
                },
                Given::Unknown => return None,
            };
            Some(Column { name, ignored: false, place })
        };
        // A table between a class and itself counts its columns.
        let marks = if other.name == fields.table { ["_1", "_2"] } else { ["", ""] };
        let own = self.module(field.site)?.class_around(field.site.node);
        let own = own.map(|node| Site { node, ..field.site });
        let columns = [
            column(&["joinColumn", "joinColumns"], &fields.table, own, marks[0]),
            column(&["inverseJoinColumn", "inverseJoinColumns"], &other.name, Some(target), marks[1]),
        ];
        let schema = options.first().and_then(|options| self.property(*options, "schema"));
        let columns = columns.into_iter().flatten().collect();
        let schema = schema.and_then(|schema| self.text(schema));
        Some(Table { schema, name, place, called: None, whole: false, columns, indexes: Vec::new() })
    }
}

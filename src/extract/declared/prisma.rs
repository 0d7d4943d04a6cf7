//! Schemas of Prisma: which files make one up, which migrations belong to it, and the tables it declares.

use std::collections::{BTreeMap, BTreeSet};

use super::{Column, Declared, Enum, Index, Table, repeated};
use crate::extract::Context;
use crate::extract::migrations::{Dialect, Set, dialect_of};
use crate::extract::packages::{above, join, resolve};
use crate::parse::prisma::{Attribute, Block, Field, Schema, Value};
use crate::source::{FileId, Place, folder_of, is_below};

/// Types of fields that are columns by themselves.
const SCALARS: &[&str] =
    &["String", "Boolean", "Int", "BigInt", "Float", "Decimal", "DateTime", "Json", "Bytes", "Unsupported"];

/// The configurations of Prisma.
const CONFIGS: &[&str] = &[
    "prisma.config.ts",
    "prisma.config.mts",
    "prisma.config.js",
    "prisma.config.mjs",
    "prisma.config.cjs",
    ".config/prisma.ts",
];

/// The schema files of a repository.
struct Files<'c> {
    by_path: BTreeMap<&'c str, (FileId, &'c Schema)>,
}

/// A configuration: what it names, relative to the root.
struct Config {
    schema: Option<String>,
    migrations: Option<String>,
    /// Tables that are there without migrations may be named.
    external: bool,
}

/// The schema of each set of migrations of Prisma, and those that have none.
pub(super) fn declared(context: &Context<'_>, sets: &[Set]) -> Vec<Declared> {
    let tree = context.tree;
    let own = context.documents.schemas().filter(|(file, _)| !tree.file(*file).is_aside());
    let by_path: BTreeMap<_, _> =
        own.map(|(file, schema)| (tree.file(file).path.as_str(), (file, schema))).collect();
    if by_path.is_empty() {
        return Vec::new();
    }
    let files = Files { by_path };
    let mut found = Vec::new();
    let mut taken = BTreeSet::new();
    for (number, set) in sets.iter().enumerate().filter(|(_, set)| set.tool == "prisma") {
        let Some((paths, external)) = files.of_set(context, set) else { continue };
        taken.extend(paths.iter().copied());
        found.extend(files.read(&paths, Some(number), external));
    }
    let left = files.sources().filter(|path| !taken.contains(*path)).collect::<Vec<_>>();
    for source in left {
        let paths = files.around(source);
        found.extend(files.read(&paths, None, false));
    }
    found
}

impl<'c> Files<'c> {
    /// The files with a data source.
    fn sources(&self) -> impl Iterator<Item = &'c str> {
        let with = self.by_path.iter().filter(|(_, (_, schema))| schema.source().is_some());
        with.map(|(path, _)| *path)
    }

    /// The files of the schema that a set of migrations is made from, and whether tables of it may be made elsewhere.
    fn of_set(&self, context: &Context<'_>, set: &Set) -> Option<(Vec<&'c str>, bool)> {
        let home = (!set.directory.is_empty()).then(|| folder_of(&set.directory))?;
        let config = config(context, home);
        let external = config.as_ref().is_some_and(|config| config.external);
        let ours = |config: &&Config| config.migrations.as_ref().is_none_or(|path| *path == set.directory);
        if let Some(path) = config.as_ref().filter(ours).and_then(|config| config.schema.as_deref()) {
            let paths = self.named(path);
            return (!paths.is_empty()).then_some((paths, external));
        }
        let fits = |path: &&str| {
            let told = self.dialect(path);
            told == set.dialect || Dialect::Unknown == told || set.dialect == Dialect::Unknown
        };
        let near = |dir: &dyn Fn(&str) -> bool| -> Vec<&str> {
            self.sources().filter(|path| dir(folder_of(path))).filter(fits).collect()
        };
        let beside = near(&|dir| dir == home);
        let inner = || near(&|dir| folder_of(dir) == home && dir != home);
        let found = if beside.is_empty() { inner() } else { beside };
        match found[..] {
            [one] => Some((self.around(one), external)),
            _ => None,
        }
    }

    /// What a configuration names: a file, or every file of a folder.
    fn named(&self, path: &str) -> Vec<&'c str> {
        match self.by_path.get_key_value(path) {
            Some((path, _)) => vec![*path],
            None => self.by_path.keys().copied().filter(|file| is_below(file, path)).collect(),
        }
    }

    /// A file with a data source, and those of its folder that it needs: they have none of their own.
    fn around(&self, source: &'c str) -> Vec<&'c str> {
        let dir = folder_of(source);
        let others = self.by_path.iter().filter(|(path, (_, schema))| {
            is_below(path, dir) && **path != source && schema.source().is_none()
        });
        let others: Vec<&str> = others.map(|(path, _)| *path).collect();
        let sources = self.sources().filter(|path| folder_of(path) == dir).count();
        let alone = vec![source];
        let all = [alone.clone(), others].concat();
        if sources == 1 && self.unknown(&alone) && !self.unknown(&all) || self.models(&alone) == 0 {
            return all;
        }
        alone
    }

    /// The schemas of files.
    fn schemas<'f>(&'f self, paths: &'f [&str]) -> impl Iterator<Item = (FileId, &'c Schema)> + 'f {
        paths.iter().filter_map(|path| self.by_path.get(path)).copied()
    }

    fn models(&self, paths: &[&str]) -> usize {
        self.schemas(paths).flat_map(|(_, schema)| &schema.blocks).filter(|block| is_model(block)).count()
    }

    /// Whether a field is of a type that none of these files declares.
    fn unknown(&self, paths: &[&str]) -> bool {
        let blocks = || self.schemas(paths).flat_map(|(_, schema)| &schema.blocks);
        let names: BTreeSet<&str> = blocks().map(|block| block.name.as_str()).collect();
        let fields = blocks().filter(|block| is_model(block)).flat_map(|block| &block.fields);
        fields
            .into_iter()
            .any(|field| !SCALARS.contains(&field.of.as_str()) && !names.contains(field.of.as_str()))
    }

    /// The database of a file's data source.
    fn dialect(&self, path: &str) -> Dialect {
        let source = self.by_path.get(path).map(|(_, schema)| *schema);
        source.and_then(Schema::provider).map(dialect_of).unwrap_or_default()
    }

    /// What these files declare; nothing for databases without tables.
    fn read(&self, paths: &[&str], set: Option<usize>, external: bool) -> Option<Declared> {
        let (file, source) = self.schemas(paths).find_map(|(file, schema)| Some((file, schema.source()?)))?;
        if source.setting("provider").and_then(Value::text) == Some("mongodb") {
            return None;
        }
        let blocks: Vec<(FileId, &Block)> = self
            .schemas(paths)
            .flat_map(|(file, schema)| schema.blocks.iter().map(move |block| (file, block)))
            .collect();
        let twice =
            repeated(blocks.iter().filter(|(_, block)| is_model(block)).map(|(_, block)| &*block.name));
        let unsure = twice.map(|name| format!("the model `{name}` is declared twice")).or_else(|| {
            external.then(|| "the configuration names tables that are made elsewhere".to_owned())
        });
        let names = Names { blocks: &blocks };
        let models = blocks.iter().filter(|(_, block)| is_model(block));
        let mut tables: Vec<Table> = models.filter_map(|(file, block)| names.table(*file, block)).collect();
        tables.extend(names.joins());
        let enums = blocks.iter().filter(|(_, block)| block.keyword == "enum");
        Some(Declared {
            tool: "prisma",
            place: Place { file, span: source.span },
            set,
            tables,
            enums: enums.map(|(file, block)| listed(*file, block)).collect(),
            without_keys: source.setting("relationMode").and_then(Value::text) == Some("prisma"),
            own_steps: false,
            unsure,
        })
    }
}

/// The configuration in a folder or above it.
fn config(context: &Context<'_>, home: &str) -> Option<Config> {
    let document = |dir: &str, name: &str| {
        let file = context.tree.by_path(&join(dir, name))?;
        Some((file, context.documents.node(file)))
    };
    above(home).find_map(|dir| {
        if let Some((file, node)) = CONFIGS.iter().find_map(|name| document(dir, name)) {
            let named = |path: &[&str]| resolve(dir, node?.at(path)?.text()?);
            return Some(Config {
                schema: named(&["schema"]),
                migrations: named(&["migrations", "path"]),
                external: context.tree.text(file).contains("external"),
            });
        }
        let manifest = document(dir, "package.json").and_then(|(_, node)| node);
        let schema = manifest?.at(&["prisma", "schema"])?.text()?;
        Some(Config { schema: resolve(dir, schema), migrations: None, external: false })
    })
}

fn is_model(block: &Block) -> bool {
    block.keyword == "model"
}

/// The name of the database for something that may be called otherwise: `@map`, `@@map`.
fn mapped<'n>(map: Option<&'n Attribute>, name: &'n str) -> &'n str {
    let argument = map.and_then(|map| map.first().or_else(|| map.argument("name")));
    argument.and_then(Value::text).unwrap_or(name)
}

fn schema_of(block: &Block) -> Option<String> {
    Some(block.attribute("schema")?.first()?.text()?.to_owned())
}

fn listed(file: FileId, block: &Block) -> Enum {
    let value = |field: &Field| {
        (mapped(field.attribute("map"), &field.name).to_owned(), Place { file, span: field.span })
    };
    Enum {
        schema: schema_of(block),
        name: mapped(block.attribute("map"), &block.name).to_owned(),
        values: block.fields.iter().map(value).collect(),
    }
}

/// What the names of a schema mean.
struct Names<'s> {
    blocks: &'s [(FileId, &'s Block)],
}

impl<'s> Names<'s> {
    fn block(&self, name: &str, keyword: &str) -> Option<&'s Block> {
        let mut blocks = self.blocks.iter().map(|(_, block)| *block);
        blocks.find(|block| block.keyword == keyword && block.name == name)
    }

    /// Whether a field is a column.
    fn is_column(&self, field: &Field) -> bool {
        SCALARS.contains(&field.of.as_str()) || self.block(&field.of, "enum").is_some()
    }

    /// The table of a model; none of one that is left out.
    fn table(&self, file: FileId, block: &Block) -> Option<Table> {
        if block.attribute("ignore").is_some() {
            return None;
        }
        let fields = block.fields.iter().filter(|field| self.is_column(field));
        let columns = fields.clone().map(|field| Column {
            name: mapped(field.attribute("map"), &field.name).to_owned(),
            ignored: field.attribute("ignore").is_some(),
            place: Place { file, span: field.span },
        });
        let column = |name: &str| {
            let field = block.fields.iter().find(|field| field.name == name);
            mapped(field.and_then(|field| field.attribute("map")), name).to_owned()
        };
        let alone = fields.flat_map(|field| {
            let of = field.attributes.iter().filter(|attribute| matches!(&*attribute.name, "id" | "unique"));
            of.map(|attribute| Index {
                columns: vec![column(&field.name)],
                unique: true,
                place: Place { file, span: attribute.span },
            })
        });
        let several = block.attributes.iter().filter_map(|attribute| {
            let unique = matches!(&*attribute.name, "id" | "unique");
            let fields = attribute.first().or_else(|| attribute.argument("fields"))?;
            let partial = attribute.argument("where").is_some();
            (unique || attribute.name == "index").then_some(())?;
            (!partial).then(|| Index {
                columns: fields.names().into_iter().map(column).collect(),
                unique,
                place: Place { file, span: attribute.span },
            })
        });
        let name = mapped(block.attribute("map"), &block.name);
        Some(Table {
            schema: schema_of(block),
            name: name.to_owned(),
            place: Place { file, span: block.span },
            called: (name != block.name).then(|| block.name.clone()),
            whole: true,
            columns: columns.collect(),
            indexes: alone.chain(several).collect(),
        })
    }

    /// The tables between two models that each have a list of the other: `_CategoryToPost`.
    fn joins(&self) -> Vec<Table> {
        let mut found: BTreeMap<String, Table> = BTreeMap::new();
        let models = self.blocks.iter().filter(|(_, block)| is_model(block));
        for (file, block) in models.filter(|(_, block)| block.attribute("ignore").is_none()) {
            for field in block.fields.iter().filter(|field| field.list && field.attribute("ignore").is_none())
            {
                let Some(other) = self.block(&field.of, "model") else { continue };
                let name = relation(field);
                let back = other.fields.iter().find(|back| {
                    back.of == block.name
                        && relation(back) == name
                        && (other.name != block.name || back.name != field.name)
                });
                if back.is_none_or(|back| !back.list || back.attribute("ignore").is_some()) {
                    continue;
                }
                let (first, second) = (&block.name, &other.name).min((&other.name, &block.name));
                let own = name.map_or_else(|| format!("_{first}To{second}"), |name| format!("_{name}"));
                let place = Place { file: *file, span: field.span };
                let columns = ["A", "B"].map(|name| Column { name: name.to_owned(), place, ignored: false });
                let schema = schema_of(block);
                found.entry(own.clone()).or_insert_with(|| Table {
                    schema,
                    name: own,
                    place,
                    called: None,
                    whole: true,
                    columns: columns.to_vec(),
                    indexes: Vec::new(),
                });
            }
        }
        found.into_values().collect()
    }
}

/// The name of the relation of a field.
fn relation(field: &Field) -> Option<&str> {
    let relation = field.attribute("relation")?;
    relation.first().or_else(|| relation.argument("name")).and_then(Value::text)
}

//! What describes the tables of a database.

use std::sync::LazyLock;

use super::{One, has_word};
use crate::extract::{Context, migrations};
use crate::facts::{Dependency, Entry, SchemaDocument, Store};
use crate::parse::Document;
use crate::source::{FileKind, Needles, Place};

/// Libraries whose models describe tables.
static MODELS: LazyLock<Needles> = LazyLock::new(|| {
    Needles::of([
        "prisma",
        "drizzle-orm",
        "typeorm",
        "sequelize",
        "mikro-orm",
        "objection",
        "bookshelf",
        "kysely-codegen",
        "sqlalchemy",
        "sqlmodel",
        "django",
        "tortoise-orm",
        "peewee",
        "gorm",
        "entgo",
        "/bun",
        "sqlc",
        "sqlboiler",
        "jet",
        "diesel",
        "sea-orm",
        "hibernate",
        "jpa",
        "jooq",
        "mybatis",
        "entityframework",
        "dapper",
        "ecto",
        "doctrine",
        "laravel",
        "activerecord",
        "rails",
        "sequel",
        "rom-sql",
        "exposed",
        "slick",
        "mongoose",
    ])
});

/// Tools whose migrations are made from models, or that keep the state that these lead to.
const MADE: &[&str] = &[
    "prisma",
    "drizzle",
    "typeorm",
    "sequelize",
    "mikro-orm",
    "alembic",
    "django",
    "rails",
    "hasura",
    "ent",
    "diesel",
];

/// Words of names of files that describe tables, where they are documents, drawings or types.
static NAMES: LazyLock<Needles> = LazyLock::new(|| {
    Needles::of([
        "schema",
        "database",
        "er-diagram",
        "erdiagram",
        "data-model",
        "datamodel",
        "data_model",
        "tables",
        "supabase",
        "entit",
    ])
});

/// Headings of documents about tables.
static HEADINGS: LazyLock<Needles> =
    LazyLock::new(|| Needles::of(["data model", "database design", "entities", "tables", "schema"]));

/// What migrations say of the tables that they make.
static COMMENTS: LazyLock<Needles> = LazyLock::new(|| Needles::of(["comment on table", "comment on column"]));

/// A file that describes tables.
pub(super) fn of_file(context: &Context<'_>, one: &One<'_>) -> Option<Entry> {
    let (name, kind, extension) = (one.file.stem(), one.file.kind, one.file.extension());
    let document = matches!(kind, FileKind::Markdown | FileKind::Text | FileKind::Image | FileKind::Document)
        || matches!(extension, "svg" | "drawio" | "puml" | "plantuml" | "mmd" | "html" | "rs" | "rb");
    let types = || has_word(&one.file.path, "types") || has_word(name, "schema");
    let describes = match extension {
        "dbml" | "prisma" | "erd" | "er" => true,
        _ if kind == FileKind::Sql => has_word(name, "schema") || has_word(name, "structure"),
        _ if kind.is_ecmascript() => NAMES.are_in(name) && types(),
        _ if document => {
            NAMES.are_in(name)
                || kind == FileKind::Markdown && (one.says("erDiagram") || explains(context, one))
        }
        _ => one.file.name() == ".tbls.yml",
    };
    describes.then(|| Entry::new(one.whole(), SchemaDocument { by: one.file.path.clone() }))
}

/// Whether a heading of a document is about the tables.
fn explains(context: &Context<'_>, one: &One<'_>) -> bool {
    let Some(Document::Markdown(document)) = context.documents.get(one.id) else { return false };
    document.headings.iter().any(|heading| HEADINGS.are_in(&heading.text))
}

/// What migrations are made from, states that are kept beside them, and models.
pub(super) fn facts(context: &Context<'_>, store: &Store, entries: &mut Vec<Entry>) {
    for set in migrations::sets(context) {
        let place = set.configured.or_else(|| set.steps.first().map(|step| Place::file(step.file)));
        if let Some(place) = place.filter(|_| MADE.contains(&set.tool)) {
            entries.push(Entry::new(place, SchemaDocument { by: set.tool.to_owned() }));
        }
        let states =
            set.states.iter().map(|file| (Place::file(*file), context.tree.file(*file).path.clone()));
        entries.extend(states.map(|(place, by)| Entry::new(place, SchemaDocument { by })));
        let said = |step: &&migrations::Step| {
            matches!(context.tree.file(step.file).kind, FileKind::Sql)
                && COMMENTS.are_in(context.tree.text(step.file))
        };
        if let Some(step) = set.steps.iter().find(said) {
            let by = "comments on tables".to_owned();
            entries.push(Entry::new(Place::file(step.file), SchemaDocument { by }));
        }
    }
    let models = store.all::<Dependency>().find(|(_, dependency)| MODELS.are_in(&dependency.name));
    entries.extend(
        models.map(|(entry, dependency)| {
            Entry::new(entry.place, SchemaDocument { by: dependency.name.clone() })
        }),
    );
}

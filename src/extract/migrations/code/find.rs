//! Which modules are migrations, of which tool, and where that tool is configured.

use super::super::model::Dialect;
use super::super::survey::{Survey, lineage};
use super::quoted_dialect;
use crate::extract::pushes::may_synchronize;
use crate::parse::javascript::{Bound, ExportTarget, Kind, Module, NodeId};
use crate::source::{FileId, Place};

/// A tool whose migrations are modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::extract::migrations) enum Tool {
    Knex,
    TypeOrm,
    Sequelize,
    MikroOrm,
    Kysely,
    PgMigrate,
    DbMigrate,
}

impl Tool {
    /// As sets call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Knex => "knex",
            Self::TypeOrm => "typeorm",
            Self::Sequelize => "sequelize",
            Self::MikroOrm => "mikro-orm",
            Self::Kysely => "kysely",
            Self::PgMigrate => "node-pg-migrate",
            Self::DbMigrate => "db-migrate",
        }
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Knex => &["knex", "objection"],
            Self::TypeOrm => &["typeorm", "@nestjs/typeorm"],
            Self::Sequelize => &["sequelize", "sequelize-cli", "umzug", "sequelize-typescript"],
            Self::MikroOrm => &["@mikro-orm/migrations", "@mikro-orm/core"],
            Self::Kysely => &["kysely"],
            Self::PgMigrate => &["node-pg-migrate"],
            Self::DbMigrate => &["db-migrate"],
        }
    }

    fn configurations(self) -> &'static [&'static str] {
        match self {
            Self::Knex => &["knexfile.js", "knexfile.ts", "knexfile.mjs", "knexfile.cjs"],
            Self::TypeOrm => &[
                "ormconfig.json",
                "ormconfig.js",
                "ormconfig.ts",
                "data-source.ts",
                "src/data-source.ts",
                "datasource.ts",
                "typeorm.config.ts",
            ],
            Self::Sequelize => {
                &[".sequelizerc", "config/config.json", "config/config.js", "config/database.js"]
            }
            Self::MikroOrm => &["mikro-orm.config.ts", "src/mikro-orm.config.ts", "mikro-orm.config.js"],
            Self::Kysely => &["kysely.config.ts"],
            Self::PgMigrate => &[".pgmigraterc", "config/default.json"],
            Self::DbMigrate => &["database.json"],
        }
    }
}

/// The function of a way: an export, a property of what is exported, or a method of a class.
pub(super) fn way(module: &Module, name: &str) -> Option<NodeId> {
    let of_export = |target: ExportTarget| match target {
        ExportTarget::Value(node) => Some(node),
        ExportTarget::Binding(binding) => match module.bindings[binding.0 as usize].bound {
            Bound::Value(node) => Some(node),
            _ => None,
        },
        _ => None,
    };
    let is_function = |node: NodeId| module.function(node).is_some();
    let exported = module.exports.iter().filter(|export| module.word(export.name) == name);
    let direct = exported.filter_map(|export| of_export(export.target)).map(|node| module.resolve(node));
    let mut direct = direct.filter(|node| is_function(*node));
    direct
        .next()
        .or_else(|| {
            let default = module.exports.iter().filter(|export| module.word(export.name) == "default");
            let values = default.filter_map(|export| of_export(export.target));
            let mut found =
                values.filter_map(|object| module.property(object, name)).map(|node| module.resolve(node));
            found.find(|node| is_function(*node))
        })
        .or_else(|| {
            let methods = module.functions.iter().filter(|function| module.word(function.name) == name);
            let mut nodes = methods.map(|function| function.node);
            nodes.find(|node| {
                module.parent(*node).is_some_and(|around| matches!(module.kind(around), Kind::Method(_)))
            })
        })
}

/// The name of the class that is the migration.
pub(super) fn class_name(module: &Module) -> Option<&str> {
    let up = way(module, "up")?;
    let class = module.class_around(up)?;
    let bound = module
        .bindings
        .iter()
        .find(|binding| binding.declared == class || binding.bound == Bound::Value(class));
    // A class may say its name again in a field, which is what counts.
    let field = module
        .children(class)
        .find(|child| matches!(module.kind(*child), Kind::Field(word) if module.word(word) == "name"));
    let said = field.and_then(|field| {
        module.children(field).find_map(|value| match module.kind(value) {
            Kind::Text(word) => Some(module.word(word)),
            _ => None,
        })
    });
    said.or_else(|| bound.map(|binding| module.word(binding.name)))
}

/// Whether a name or a text of exactly these letters stands in a module.
fn says(module: &Module, word: &str) -> bool {
    module.may_say(word) && module.spoken().lines().any(|said| said == word)
}

/// The tool of a module that is a migration.
pub(super) fn tool(module: &Module, depends: impl Fn(&[&str]) -> bool) -> Option<Tool> {
    let up = way(module, "up")?;
    let imports = |name: &str| {
        module.imports.iter().any(|import| {
            let from = module.word(import.source);
            from == name || from.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
        })
    };
    let method = module.parent(up).is_some_and(|around| matches!(module.kind(around), Kind::Method(_)));
    if method {
        return if imports("@mikro-orm/migrations") || says(module, "addSql") {
            Some(Tool::MikroOrm)
        } else if imports("typeorm") || says(module, "queryRunner") {
            Some(Tool::TypeOrm)
        } else {
            None
        };
    }
    let first = module.parameters(up).next();
    let name = first.and_then(|pattern| match module.kind(pattern) {
        Kind::Name(word, _) => Some(module.word(word)),
        Kind::ObjectPattern => Some("{}"),
        _ => None,
    });
    match name? {
        "knex" | "trx" => Some(Tool::Knex),
        "queryInterface" | "qi" | "query" => Some(Tool::Sequelize),
        "pgm" => Some(Tool::PgMigrate),
        "queryRunner" => Some(Tool::TypeOrm),
        "{}" if says(module, "context") || says(module, "queryInterface") => Some(Tool::Sequelize),
        _ if imports("kysely") => Some(Tool::Kysely),
        _ if imports("node-pg-migrate") => Some(Tool::PgMigrate),
        _ if imports("knex") => Some(Tool::Knex),
        _ if imports("sequelize") => Some(Tool::Sequelize),
        "db" if says(module, "runSql") || depends(Tool::DbMigrate.packages()) => Some(Tool::DbMigrate),
        "db" if says(module, "schema") && depends(Tool::Kysely.packages()) => Some(Tool::Kysely),
        _ if says(module, "schema") && depends(Tool::Knex.packages()) => Some(Tool::Knex),
        _ => None,
    }
}

/// Where a tool is configured for a folder, and the language of its database.
pub(super) fn configuration(survey: &Survey<'_>, dir: &str, tool: Tool) -> (Option<Place>, Dialect) {
    let file = lineage(dir).find_map(|above| survey.first(above, tool.configurations()));
    let place = file.map(Place::file).or_else(|| survey.depends(dir, tool.packages()));
    let named =
        file.and_then(|file| quoted_dialect(survey.text(file), &["client", "type", "dialect", "driver"]));
    let named = named.or_else(|| connected(survey, dir, tool).filter(|_| file.is_none()));
    let driver = named.unwrap_or_else(|| survey.driver(dir));
    // Who serves several kinds of databases is judged by this one.
    let serves = driver == Dialect::Unknown && survey.depends(dir, &["pg", "postgres"]).is_some();
    (place, if serves { Dialect::Postgres } else { driver })
}

/// The language that the programs around a folder name where they connect with Knex; PostgreSQL, where it is one of several.
fn connected(survey: &Survey<'_>, dir: &str, tool: Tool) -> Option<Dialect> {
    if tool != Tool::Knex {
        return None;
    }
    let packages = &survey.context.packages;
    let own = packages.dir_of_dir(dir);
    let of_module = |(file, module): (FileId, &Module)| {
        let source = survey.context.tree.file(file);
        let connects = module.imports.iter().any(|import| module.word(import.source) == "knex");
        let near = connects && !source.is_aside() && packages.dir_of(&source.path) == own;
        near.then(|| quoted_dialect(survey.text(file), &["client"])).flatten()
    };
    let found: Vec<Dialect> = survey.context.code.modules().filter_map(of_module).collect();
    found.iter().copied().find(|dialect| *dialect == Dialect::Postgres).or(found.first().copied())
}

/// Where a connection of `TypeORM` makes the tables from classes before migrations run: `synchronize: true`.
pub(super) fn synchronizes(survey: &Survey<'_>, dir: &str) -> Option<Place> {
    let packages = &survey.context.packages;
    let own = packages.dir_of_dir(dir);
    survey.context.code.modules().find_map(|(file, module)| {
        let source = survey.context.tree.file(file);
        if source.is_aside() || packages.dir_of(&source.path) != own {
            return None;
        }
        let (node, value) = may_synchronize(module, survey.text(file))?;
        (module.kind(value) == Kind::Flag(true)).then(|| Place { file, span: module.span(node) })
    })
}

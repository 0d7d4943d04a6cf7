//! What the records of a database hold, by the model that a program makes for them.

use std::sync::OnceLock;

use crate::extract::Context;
use crate::extract::code::{Code, Origin, Site};
use crate::facts::Entry;
use crate::parse::javascript::{Kind, Module, NodeId};
use crate::parse::prisma::Schema;
use crate::source::Place;

/// The fields of a model.
#[derive(Debug, Default, Clone)]
pub(super) struct Model {
    /// The names of its fields.
    pub fields: Vec<String>,
    /// Those that queries leave out unless they are asked for.
    pub left_out: Vec<String>,
    /// Those whose values are listed, none of which gives rights: `role` of a buyer or a seller.
    pub harmless: Vec<String>,
    /// Something of its own decides what is given out: `toJSON`, a transformation, a plugin.
    pub shaped: bool,
}

impl Model {
    /// Whether its records are people who sign in, rather than something else that a password opens.
    pub(super) fn is_of_people(&self) -> bool {
        let names = ["email", "username", "userName", "login", "phone", "phoneNumber", "mobile"];
        self.fields.iter().any(|field| names.contains(&field.as_str()))
    }
}

/// Whether one of the values of a field lets its holder do more than others.
fn gives_rights<'v>(mut values: impl Iterator<Item = &'v str>) -> bool {
    const WORDS: &[&str] = &["admin", "owner", "moderator", "manager", "staff", "root", "super", "editor"];
    values.any(|value| {
        let value = value.to_ascii_lowercase();
        WORDS.iter().any(|word| value.contains(word))
    })
}

/// Looks for models.
pub(super) struct Models<'c> {
    pub context: &'c Context<'c>,
    /// The models of the schema of Prisma, in lower case, once they were asked for.
    prisma: OnceLock<Vec<(String, Model)>>,
}

impl<'c> Models<'c> {
    pub(super) fn new(context: &'c Context<'c>) -> Self {
        Self { context, prisma: OnceLock::new() }
    }

    pub(super) fn code(&self) -> &'c Code<'c> {
        &self.context.code
    }

    /// Where a fact stands.
    pub(super) fn entry(&self, site: Site, fact: impl crate::facts::Fact) -> Entry {
        let span = self.code().module(site.file).map(|module| module.span(site.node)).unwrap_or_default();
        Entry::new(Place { file: site.file, span }, fact)
    }

    /// The library and the model of what a query is asked of: `User`, `prisma.user`, `users` of Drizzle.
    pub(super) fn of(&self, receiver: Site) -> Option<(&'static str, Model)> {
        match self.code().origin(receiver) {
            Origin::External { package, path } => match package.as_str() {
                "mongoose" if path.contains("model(") => Some(("mongoose", self.mongoose(receiver)?)),
                "sequelize" if path.contains("define(") => Some(("sequelize", self.defined(receiver)?)),
                "@prisma/client" => Some(("prisma", self.of_prisma(path.rsplit_once('.')?)?)),
                _ if package.starts_with("drizzle-orm/") && path.ends_with("Table()") => {
                    Some(("drizzle", self.defined(receiver)?))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// `mongoose.model("User", schema)`.
    fn mongoose(&self, receiver: Site) -> Option<Model> {
        let code = self.code();
        let mut made = code.definition(receiver);
        let module = code.module(made.file)?;
        // `models.User || model("User", schema)`
        if let Kind::Logical(_) = module.kind(made.node) {
            made.node = module.child(made.node, 1)?;
        }
        let schema = code.definition(Site { file: made.file, node: module.argument(made.node, 1)? });
        let module = code.module(schema.file)?;
        if module.called(schema.node) != Some("Schema") {
            return None;
        }
        let mut model = fields(module, module.argument(schema.node, 0)?)?;
        model.shaped = ["toJSON", "toObject", "plugin", "transform", "discriminator"]
            .iter()
            .any(|word| module.may_say(word));
        Some(model)
    }

    /// `sequelize.define("user", { … })`, `pgTable("users", { … })`.
    fn defined(&self, receiver: Site) -> Option<Model> {
        let made = self.code().definition(receiver);
        let module = self.code().module(made.file)?;
        let mut model = fields(module, module.argument(made.node, 1)?)?;
        model.shaped = ["toJSON", "defaultScope"].iter().any(|word| module.may_say(word));
        Some(model)
    }

    /// `model User { … }` of a schema of Prisma.
    fn of_prisma(&self, (client, name): (&str, &str)) -> Option<Model> {
        if client != "PrismaClient()" {
            return None;
        }
        let models = self.prisma.get_or_init(|| self.schemas());
        models.iter().find(|(model, _)| model.eq_ignore_ascii_case(name)).map(|(_, model)| model.clone())
    }

    fn schemas(&self) -> Vec<(String, Model)> {
        let Context { tree, documents, .. } = self.context;
        let own = documents.schemas().filter(|(file, _)| !tree.file(*file).is_aside());
        let mut models: Vec<_> = own.flat_map(|(_, schema)| prisma_models(schema)).collect();
        // Clients that leave something out everywhere.
        let omits = |module: &Module| {
            module.may_say("PrismaClient")
                && module.may_say("omit")
                && module.calls().any(|made| {
                    module.called(made) == Some("PrismaClient")
                        && module
                            .argument(made, 0)
                            .is_some_and(|options| module.property(options, "omit").is_some())
                })
        };
        let shaped = self.code().modules().any(|(_, module)| omits(module));
        for (_, model) in &mut models {
            model.shaped |= shaped;
        }
        models
    }
}

/// The fields of an object that describes them.
fn fields(module: &Module, object: NodeId) -> Option<Model> {
    let object = module.resolve(object);
    if module.kind(object) != Kind::Object {
        return None;
    }
    let mut model = Model::default();
    for (name, value) in module.properties(object) {
        let select = module.property(value, "select").map(|select| module.kind(select));
        if select == Some(Kind::Flag(false)) {
            model.left_out.push(name.to_owned());
        }
        let listed = module.property(value, "enum").map(|list| module.resolve(list));
        if let Some(list) = listed.filter(|list| module.kind(*list) == Kind::Array) {
            let values: Option<Vec<_>> = module.children(list).map(|value| module.text(value)).collect();
            if values.is_some_and(|values| !gives_rights(values.iter().map(AsRef::as_ref))) {
                model.harmless.push(name.to_owned());
            }
        }
        model.fields.push(name.to_owned());
    }
    Some(model)
}

/// The models of a schema and the names of their fields. A list of other records is no field.
fn prisma_models(schema: &Schema) -> impl Iterator<Item = (String, Model)> + '_ {
    let blocks = |keyword: &'static str| schema.blocks.iter().filter(move |block| block.keyword == keyword);
    let harmless = move |of: &str| {
        let listed = blocks("enum").find(|block| block.name == of);
        listed.is_some_and(|block| !gives_rights(block.fields.iter().map(|value| value.name.as_str())))
    };
    blocks("model").map(move |block| {
        let fields = || block.fields.iter().filter(|field| !field.list);
        let listed = fields().filter(|field| harmless(&field.of));
        let model = Model {
            fields: fields().map(|field| field.name.clone()).collect(),
            harmless: listed.map(|field| field.name.clone()).collect(),
            ..Model::default()
        };
        (block.name.clone(), model)
    })
}

//! What a query for many rows looks like in each library.

use crate::extract::view::View;
use crate::parse::javascript::{Kind, NodeId};

/// A query for many rows.
pub(super) struct Query {
    /// As it is written: `prisma.user.findMany`.
    pub(super) of: String,
    /// The call that names the query.
    pub(super) call: NodeId,
    /// The end of the chain that begins with it.
    pub(super) whole: NodeId,
    /// The calls of that chain behind the query, by name.
    pub(super) chain: Vec<(String, NodeId)>,
    /// What it is written with.
    pub(super) form: Form,
}

/// How a library says what it wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// An object with `where` and `take` or `limit`: Prisma, Drizzle's relations, Sequelize, `TypeORM`.
    Object,
    /// A filter, and a chain behind it: Mongoose.
    Filter,
    /// A chain: Drizzle.
    Chain,
    /// A text of SQL.
    Sql,
}

impl Query {
    /// Reads a call, where it is such a query.
    pub(super) fn read(view: &View<'_>, call: NodeId, depends: &dyn Fn(&[&str]) -> bool) -> Option<Self> {
        let module = view.module;
        if module.kind(call) != Kind::Call {
            return None;
        }
        let name = module.called(call)?;
        let receiver = module.receiver(call)?;
        let form = match name {
            "findMany" => Some(Form::Object).filter(|_| matches!(module.kind(receiver), Kind::Member(_))),
            "findAll" | "findAndCountAll" => Some(Form::Object)
                .filter(|_| depends(&["sequelize", "sequelize-typescript"]) && is_model(view, receiver)),
            "find" if depends(&["typeorm", "@nestjs/typeorm"]) && is_repository(view, receiver) => {
                Some(Form::Object)
            }
            "find" => Some(Form::Filter).filter(|_| depends(&["mongoose"]) && is_model(view, receiver)),
            "select" => Some(Form::Chain).filter(|_| depends(&["drizzle-orm"])),
            "query" | "execute" => Some(Form::Sql).filter(|_| is_list_sql(view, call)),
            _ => None,
        }?;
        let chain = module.chain(call);
        let whole = chain.last().map_or(call, |(_, end)| *end);
        let chain: Vec<_> = chain.into_iter().map(|(name, call)| (name.to_owned(), call)).collect();
        if form == Form::Chain && !chain.iter().any(|(name, _)| name == "from") {
            return None;
        }
        let of = match form {
            Form::Chain => table(view, &chain)?,
            Form::Sql => table_of_sql(view, call)?,
            _ => module.dotted(module.callee(call)?)?,
        };
        let of = of.strip_prefix("this.").unwrap_or(&of).to_owned();
        Some(Self { of, call, whole, chain, form })
    }
}

impl Query {
    /// Whose rows it asks for: `customer` of `this.prisma.customer.findMany`.
    pub(super) fn rows(&self) -> String {
        self.of.rsplit('.').nth(1).unwrap_or(&self.of).to_owned()
    }
}

/// `User` of `User.find()`: what its definition makes a model, in whichever module it stands; where that is not found, a
/// name that begins with a capital and is no class of the language.
fn is_model(view: &View<'_>, receiver: NodeId) -> bool {
    let module = view.module;
    if let Some((package, path)) = view.external(receiver) {
        match package.as_str() {
            "mongoose" | "sequelize" => {
                return path.contains("model") || path.contains("define") || path.is_empty();
            }
            // A list, or a function on lists.
            "lodash" | "underscore" | "ramda" => return false,
            _ => {}
        }
    }
    let Some(name) = module.last_name(receiver) else { return false };
    let model = name.to_ascii_lowercase().ends_with("model");
    (name.starts_with(|first: char| first.is_ascii_uppercase())
        && module.binding(module.leftmost(receiver)).is_some())
        || model
}

fn is_repository(view: &View<'_>, receiver: NodeId) -> bool {
    let name = view.module.last_name(receiver).unwrap_or_default().to_ascii_lowercase();
    name.ends_with("repository") || name.ends_with("repo")
}

/// `users.select` of `db.select().from(users)`.
fn table(view: &View<'_>, chain: &[(String, NodeId)]) -> Option<String> {
    let (_, from) = chain.iter().find(|(name, _)| name == "from")?;
    let table = view.module.argument(*from, 0)?;
    Some(format!("{}.select", view.module.last_name(table)?))
}

/// The text of a query, where all of it is written.
fn sql(view: &View<'_>, call: NodeId) -> Option<String> {
    Some(view.module.text(view.module.argument(call, 0)?)?.into_owned())
}

/// `SELECT … FROM users` that takes every row of a table: no condition, no group, no sum.
fn is_list_sql(view: &View<'_>, call: NodeId) -> bool {
    let Some(text) = sql(view, call) else { return false };
    let text = text.trim_start().to_ascii_lowercase();
    let narrow = [
        " where ",
        "\nwhere ",
        " where\n",
        "group by",
        "count(",
        "sum(",
        "max(",
        "min(",
        "avg(",
        " join ",
        "returning",
        "exists",
        "pg_",
        "information_schema",
        "now()",
        "version()",
    ];
    text.starts_with("select")
        && text.split_whitespace().any(|word| word == "from")
        && !narrow.iter().any(|word| text.contains(word))
}

fn table_of_sql(view: &View<'_>, call: NodeId) -> Option<String> {
    let text = sql(view, call)?;
    let mut words = text.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("from")).skip(1);
    let table = words.next()?.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '_');
    (!table.is_empty()).then(|| format!("{table}.select"))
}

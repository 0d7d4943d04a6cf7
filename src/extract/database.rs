//! The database as it will be: each set of migrations is replayed, and what it leads to becomes facts.

mod access;
mod audit;
mod columns;
mod drift;
mod faults;
mod files;
mod filters;
mod functions;
mod guards;
mod keys;
mod ledgers;
mod missing;
mod names;
mod overlap;
mod owners;
mod policies;
mod recursion;
mod references;
mod remarks;
mod safety;
mod scripts;
mod settings;
mod tables;
mod tenants;
mod uses;
mod views;

use std::cell::OnceCell;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use scripts::Run;

use super::Context;
use super::declared;
use super::migrations::{self, Gap, Reach, Set, Step};
use super::schema::access::{Access, Bar, access};
use super::schema::catalog::{
    self, About, Catalog, Function, FunctionId, Policy, Relation, RelationId, RelationKind,
};
use super::schema::replay::{self, Manner};
use crate::facts::{Entry, SqlExtension};
use crate::parse::sql::dialect::Dialect;
use crate::parse::sql::expression::{Expr, Name};
use crate::parse::sql::model::{Kind, Script, Transaction};
use crate::source::{FileId, FileKind, Needles, Place, SourceFile, Span};

/// The roles with which clients ask a data API.
const CLIENTS: &[&str] = &["anon", "authenticated", "web_anon"];

/// One set of migrations, replayed.
struct Database<'c> {
    context: &'c Context<'c>,
    set: &'c Set,
    /// What each step runs, in order.
    runs: Vec<Run>,
    catalog: Catalog,
    /// The language of the database.
    dialect: Dialect,
    /// The roles of clients that there are.
    roles: Vec<Name>,
    /// The schemas that a data API serves.
    served: Vec<Name>,
    /// Relations that clients have a privilege on, in schemas that are served: what each of the roles may do.
    exposed: FxHashMap<RelationId, Vec<[Access; 4]>>,
    /// The SQL files outside of the set that are no examples, with their texts in small letters.
    aside: OnceCell<Vec<(FileId, String)>>,
    /// Files outside of a set that nothing runs which secure tables too: whoever runs one by hand may run both.
    by_hand: Vec<FileId>,
}

/// Facts of every set of migrations.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut touched = Vec::new();
    let sets = migrations::sets(context);
    let declared = declared::declared(context, sets);
    drift::schemas(sets, &declared, &mut entries);
    let named = if sets.is_empty() { Vec::new() } else { declared::uses(context) };
    let asked = sets.iter().any(|set| declared::TOOLS.contains(&set.tool));
    let queries = if asked { declared::queries(context) } else { Vec::new() };
    for (number, set) in sets.iter().enumerate() {
        let database = Database::of(context, set);
        files::facts(&database, &mut entries);
        faults::facts(&database, &mut entries);
        safety::facts(&database, &mut entries);
        let texts = functions::texts(&database);
        let recorders = audit::Recorders::of(&database, &texts);
        tables::facts(&database, &recorders, &texts, &mut entries);
        audit::facts(&database, &recorders, &mut entries);
        columns::facts(&database, &mut entries);
        keys::facts(&database, &mut entries);
        references::facts(&database, number, &declared, &mut entries);
        policies::facts(&database, &mut entries);
        functions::facts(&database, &texts, &mut entries);
        views::facts(&database, &mut entries);
        access::facts(&database, &mut entries);
        extensions(&database, &mut entries);
        for declared in declared.iter().filter(|declared| declared.set == Some(number)) {
            drift::facts(&database, declared, &mut entries);
        }
        uses::facts(&database, &uses::of_set(sets, set, &named), &mut entries);
        let own = declared.iter().find(|declared| declared.set == Some(number));
        tenants::facts(&database, own, &queries, &mut entries);
        filters::facts(&database, own, &queries, &mut entries);
        remarks::facts(&database, &mut entries);
        touched.push(overlap::Touched::of(&database));
        // What was read of a large set is many small pieces: all threads take it apart.
        database.runs.into_par_iter().for_each(drop);
    }
    entries.extend(overlap::facts(context, &touched));
    entries
}

/// One fact for each extension that the migrations make.
fn extensions(database: &Database<'_>, entries: &mut Vec<Entry>) {
    for (name, extension) in &database.catalog.extensions {
        let Some(place) = database.place(extension.place) else { continue };
        let fact = SqlExtension {
            name: name.to_string(),
            schema: extension.schema.to_string(),
            exposed: database.is_served(&extension.schema),
        };
        entries.push(Entry::new(place, fact));
    }
}

impl<'c> Database<'c> {
    /// Replays a set.
    fn of(context: &'c Context<'c>, set: &'c Set) -> Self {
        let mut runs = scripts::of(context, set);
        if set.dialect == Dialect::Unknown {
            // What tells nothing by itself is read as the rest of the set.
            scripts::read_as(context, set, dialect(set, &runs), &mut runs);
        }
        let dialect = dialect(set, &runs);
        let manner = if dialect.is_postgres() { Manner::Mended } else { Manner::Foreign };
        let scripts = runs.iter().map(|run| &run.script).collect::<Vec<_>>();
        let catalog = replay::replay_as(set.platform, &scripts, manner);
        let roles =
            CLIENTS.iter().filter(|role| catalog.roles.contains_key(**role)).map(|role| Name::from(*role));
        let roles: Vec<Name> = roles.collect();
        let named =
            set.exposed.clone().unwrap_or_else(|| vec!["public".to_owned(), "graphql_public".to_owned()]);
        let served = if roles.is_empty() { Vec::new() } else { named.iter().map(Name::from).collect() };
        let exposed = FxHashMap::default();
        let by_hand = by_hand(context, set);
        let mut database = Self {
            context,
            set,
            runs,
            catalog,
            dialect,
            roles,
            served,
            exposed,
            by_hand,
            aside: OnceCell::new(),
        };
        database.exposed = database.reached();
        database
    }

    /// Relations of served schemas on which a role of clients has a privilege, with what each role may do.
    fn reached(&self) -> FxHashMap<RelationId, Vec<[Access; 4]>> {
        let may =
            |access: &Access| !matches!(access, Access::Nobody(Bar::Schema | Bar::Privilege | Bar::Kind));
        let served = self.relations().filter(|(_, relation)| self.is_served(&relation.schema));
        let of_roles = served.map(|(id, _)| {
            let access = self.roles.iter().map(|role| access(&self.catalog, id, role));
            (id, access.collect::<Vec<_>>())
        });
        of_roles.filter(|(_, roles)| roles.iter().flatten().any(may)).collect()
    }

    /// What the migrations made and left, without what platforms and extensions bring.
    fn relations(&self) -> impl Iterator<Item = (RelationId, &Relation)> {
        self.catalog
            .relations()
            .filter(|(_, relation)| !relation.platform && relation.extension.is_none() && !relation.temporary)
    }

    /// Tables among them, also partitioned and foreign ones.
    fn tables(&self) -> impl Iterator<Item = (RelationId, &Relation)> {
        self.relations().filter(|(_, relation)| {
            matches!(relation.kind, RelationKind::Table | RelationKind::Partitioned | RelationKind::Foreign)
        })
    }

    /// Functions that the migrations made and left.
    fn functions(&self) -> impl Iterator<Item = (FunctionId, &Function)> {
        self.catalog.functions().filter(|(_, function)| !function.platform && function.extension.is_none())
    }

    /// A relation that is still there.
    fn relation(&self, id: RelationId) -> Option<&Relation> {
        self.catalog.relation(id)
    }

    /// Where a statement stands; nowhere for what the platform brings.
    fn place(&self, place: catalog::Place) -> Option<Place> {
        self.at(place.script as usize, place.span)
    }

    /// A place in the file of a step.
    fn at(&self, step: usize, span: Span) -> Option<Place> {
        Some(Place { file: self.set.steps.get(step)?.file, span: self.runs.get(step)?.place(span) })
    }

    /// The files of the repository that no step is.
    fn outside(&self) -> impl Iterator<Item = (FileId, &'c SourceFile)> {
        let steps: FxHashSet<FileId> = self.set.steps.iter().map(|step| step.file).collect();
        self.context.tree.entries().filter(move |(file, _)| !steps.contains(file))
    }

    /// The SQL files among them that are no examples, with their texts in small letters.
    fn sql_outside(&self) -> &[(FileId, String)] {
        self.aside.get_or_init(|| {
            let sql = self.outside().filter(|(_, source)| source.kind == FileKind::Sql && !source.is_aside());
            sql.map(|(file, _)| (file, self.context.tree.text(file).to_lowercase())).collect()
        })
    }

    /// The steps with what they run.
    fn steps(&self) -> impl Iterator<Item = (usize, &Step, &Script)> {
        let both = self.set.steps.iter().zip(&self.runs).enumerate();
        both.map(|(number, (step, run))| (number, step, &run.script))
    }

    /// The statement at a place.
    fn statement(&self, place: catalog::Place) -> Option<&Kind> {
        let statements = &self.runs.get(place.script as usize)?.script.statements;
        let at = statements.partition_point(|statement| statement.span.start < place.span.start);
        statements.get(at).filter(|statement| statement.span == place.span).map(|statement| &statement.kind)
    }

    /// The text of a statement.
    fn text(&self, place: catalog::Place) -> &str {
        self.place(place).map_or("", |place| place.span.of(self.context.tree.text(place.file)))
    }

    /// Whether a data API serves a schema.
    fn is_served(&self, schema: &str) -> bool {
        self.served.iter().any(|served| served == schema)
    }

    /// Whether clients can ask for a relation at all.
    fn is_exposed(&self, id: RelationId) -> bool {
        self.exposed.contains_key(&id)
    }

    /// What each role of clients may do with the rows of a relation; none where clients cannot ask for it.
    fn access(&self, id: RelationId) -> impl Iterator<Item = (&Name, &[Access; 4])> {
        self.roles.iter().zip(self.exposed.get(&id).into_iter().flatten())
    }

    /// Why the end of the migrations is not known in full.
    fn incomplete(&self) -> Option<String> {
        let known = |gap: &&Gap| matches!(gap.reach, Reach::Rows | Reach::Names | Reach::Base);
        let gap = self.set.gaps.iter().find(|gap| !known(gap)).map(|gap| gap.why.clone());
        gap.or_else(|| self.unsure())
    }

    /// Why something that no migration makes may be there all the same.
    fn stands_on(&self) -> Option<String> {
        let base = self.set.gaps.iter().find(|gap| gap.reach == Reach::Base).map(|gap| gap.why.clone());
        self.incomplete().or(base)
    }

    /// Why anything may be otherwise at the end of the migrations.
    fn unsure(&self) -> Option<String> {
        let gap = self.set.gaps.iter().find(|gap| gap.reach == Reach::Anything).map(|gap| gap.why.clone());
        gap.or_else(|| {
            let everything = |doubt: &&catalog::Doubt| doubt.about == About::Everything;
            self.catalog.doubts.iter().find(everything).map(|doubt| doubt.why.clone())
        })
    }

    /// Why what is said of a table may be otherwise.
    fn unsure_of_table(&self, table: &Relation) -> Option<String> {
        let about = |doubt: &&catalog::Doubt| match &doubt.about {
            About::Everything | About::Policies | About::Privileges => true,
            About::Schema(schema) => *schema == table.schema,
            About::Relation(schema, name) => *schema == table.schema && *name == table.name,
            About::Function(_, name) => {
                table.policies.values().flat_map(|policy| &policy.calls).any(|called| {
                    self.catalog.function(*called).is_some_and(|function| function.name == *name)
                })
            }
            About::PoliciesOf(schema, name) => *schema == table.schema && *name == table.name,
            About::Functions | About::Triggers | About::Part(..) => false,
        };
        let doubt = self.catalog.doubts.iter().find(about).map(|doubt| doubt.why.clone());
        let of_table = |gap: &&Gap| gap.reach.concerns(&table.schema, &table.name);
        let gap = || self.set.gaps.iter().find(of_table).map(|gap| gap.why.clone());
        doubt.or_else(gap).or_else(|| self.unsure()).or_else(|| self.secured_by_hand(table))
    }

    /// The file that may secure a table by hand.
    fn secured_by_hand(&self, table: &Relation) -> Option<String> {
        let tree = &self.context.tree;
        let file = self.by_hand.iter().find(|file| tree.text(**file).contains(table.name.as_str()))?;
        let path = &tree.file(*file).path;
        Some(format!("`{path}` speaks of it too, and nothing tells which files are run"))
    }

    /// Why what is said of a function may be otherwise.
    fn unsure_of_function(&self, function: &Function) -> Option<String> {
        let about = |doubt: &&catalog::Doubt| match &doubt.about {
            About::Functions | About::Privileges => true,
            About::Function(schema, name) => *schema == function.schema && *name == function.name,
            _ => false,
        };
        let doubt = self.catalog.doubts.iter().find(about).map(|doubt| doubt.why.clone());
        doubt.or_else(|| self.unsure())
    }
}

/// Files outside of a set that nothing runs which secure tables too.
fn by_hand(context: &Context<'_>, set: &Set) -> Vec<FileId> {
    if set.configured.is_some() || set.tool != "numbered" {
        return Vec::new();
    }
    let beside = |source: &SourceFile| {
        source.kind == FileKind::Sql && source.dir() != set.directory && !source.is_aside()
    };
    let files = context.tree.entries().filter(|(_, source)| beside(source)).map(|(file, _)| file);
    let needles = Needles::of(["row level security"]);
    files.filter(|file| needles.are_in(context.tree.text(*file))).collect()
}

/// The language of a set: as it is told for all of it, else as the first file shows that does.
fn dialect(set: &Set, runs: &[Run]) -> Dialect {
    if set.dialect != Dialect::Unknown {
        return set.dialect;
    }
    let told = runs.iter().map(|run| run.script.dialect).find(|told| *told != Dialect::Unknown);
    told.unwrap_or_default()
}

/// Whether a script opens a transaction.
fn begins(script: &Script) -> bool {
    script.statements.iter().any(|statement| matches!(statement.kind, Kind::Transaction(Transaction::Begin)))
}

/// What a policy asks.
fn expressions(policy: &Policy) -> impl Iterator<Item = &Expr> {
    policy.using.iter().chain(&policy.check)
}

/// A number as facts have it.
fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A relation with its schema.
fn full_name(relation: &Relation) -> String {
    format!("{}.{}", relation.schema, relation.name)
}

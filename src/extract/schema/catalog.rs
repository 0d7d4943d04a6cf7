//! The catalogue of a database: every object, by identity rather than by name, so that renames keep what points at it.

#![allow(missing_docs)] // fields are named as PostgreSQL's catalogues name them
#![allow(clippy::struct_excessive_bools)] // each is a column of those catalogues

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::parse::sql::expression::{Expr, Name, Query, truth};
use crate::parse::sql::model::{Command, TriggerState, TypeName};
use crate::parse::sql::routine::{Argument, Body, Setting, Timing, Volatility};
use crate::source::Span;

/// A place in the scripts that were replayed: which script, in the order given, and the bytes in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The script, counted from zero. Scripts of the platform come before and are [`Place::PLATFORM`].
    pub script: u32,
    /// The statement.
    pub span: Span,
}

impl Place {
    /// The script number of what the platform brings (`auth.users` of Supabase, `pg_catalog`).
    pub const PLATFORM: u32 = u32::MAX;
}

/// A relation: where it stands in [`Catalog::relations`]. It stays the same through renames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub u32);

/// A function: where it stands in [`Catalog::functions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub u32);

/// The state of a database.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Schemas by name.
    pub schemas: BTreeMap<Name, Schema>,
    /// Relations; `None` where one was dropped.
    pub relations: Vec<Option<Relation>>,
    /// Where relations are, by schema and name. Indexes share the names of relations in PostgreSQL; they are in
    /// [`Catalog::indexes`].
    pub relation_names: FxHashMap<(Name, Name), RelationId>,
    /// Indexes by schema and name.
    pub indexes: BTreeMap<(Name, Name), Index>,
    /// Functions and procedures; `None` where one was dropped.
    pub functions: Vec<Option<Function>>,
    /// Functions by schema and name: overloads in the order they were made.
    pub function_names: FxHashMap<(Name, Name), Vec<FunctionId>>,
    /// Types, enums, domains by schema and name. Row types of relations are not among them.
    pub types: BTreeMap<(Name, Name), Type>,
    /// Roles by name. The one who runs the migrations is [`Catalog::owner`].
    pub roles: BTreeMap<Name, Role>,
    /// Extensions by name.
    pub extensions: BTreeMap<Name, Extension>,
    /// `alter default privileges`, in order.
    pub defaults: Vec<DefaultPrivileges>,
    /// Publications by name.
    pub publications: BTreeMap<Name, Publication>,
    /// Who owns what is made: the role that runs the migrations.
    pub owner: Name,
    /// Where names without a schema are looked for, as the session stands.
    pub search_path: Vec<Name>,
    /// What could not be applied, in order.
    pub faults: Vec<Fault>,
    /// What the replay could not follow: objects that it may concern are named there.
    pub doubts: Vec<Doubt>,
}

impl Catalog {
    /// A relation that exists.
    pub fn relation(&self, id: RelationId) -> Option<&Relation> {
        self.relations.get(id.0 as usize).and_then(Option::as_ref)
    }

    /// A function that exists.
    pub fn function(&self, id: FunctionId) -> Option<&Function> {
        self.functions.get(id.0 as usize).and_then(Option::as_ref)
    }

    /// Every relation that exists, in the order they were made.
    pub fn relations(&self) -> impl Iterator<Item = (RelationId, &Relation)> {
        (0..).zip(&self.relations).filter_map(|(at, of)| Some((RelationId(at), of.as_ref()?)))
    }

    /// Every function that exists, in the order they were made.
    pub fn functions(&self) -> impl Iterator<Item = (FunctionId, &Function)> {
        (0..).zip(&self.functions).filter_map(|(at, of)| Some((FunctionId(at), of.as_ref()?)))
    }
}

/// A schema.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    pub owner: Name,
    pub acl: Acl,
    pub place: Place,
    /// Made by an extension or the platform.
    pub platform: bool,
}

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKind {
    Table,
    /// A partitioned table.
    Partitioned,
    View,
    Materialized,
    Foreign,
    Sequence,
}

/// A table, a view or a sequence.
#[derive(Debug, Clone)]
pub struct Relation {
    pub schema: Name,
    pub name: Name,
    pub kind: RelationKind,
    pub owner: Name,
    pub temporary: bool,
    pub unlogged: bool,
    pub columns: Vec<Column>,
    pub constraints: Vec<Constraint>,
    /// `enable row level security`.
    pub rls: bool,
    /// `force row level security`.
    pub rls_forced: bool,
    /// By name, which is how PostgreSQL orders them.
    pub policies: BTreeMap<Name, Policy>,
    pub triggers: BTreeMap<Name, Trigger>,
    /// Rewrite rules: the name, the event, and whether it does nothing instead.
    pub rules: BTreeMap<Name, (Name, bool)>,
    pub acl: Acl,
    /// Parents by `inherits`, or the partitioned table it is a part of.
    pub parents: Vec<RelationId>,
    pub partition: bool,
    /// The partition that takes what no other does.
    pub partition_default: bool,
    /// The columns it is partitioned by, and how.
    pub partition_by: Option<(Name, Vec<Name>)>,
    /// `with (…)`: `security_invoker`, `security_barrier`, `fillfactor`; lower case.
    pub options: BTreeMap<Name, String>,
    /// What a view shows.
    pub query: Option<Query>,
    /// The relations that the query of a view reads.
    pub reads: BTreeSet<RelationId>,
    /// The columns that the query of a view reads, where it is known whose they are.
    pub read_columns: BTreeSet<(RelationId, Name)>,
    /// Functions that a view, a default or a check calls; they cannot be dropped alone.
    pub calls: BTreeSet<FunctionId>,
    /// The column that owns a sequence.
    pub owned_by: Option<(RelationId, Name)>,
    /// The extension that made it.
    pub extension: Option<Name>,
    /// Where it was made.
    pub place: Place,
    /// The statement that last changed it.
    pub changed: Place,
    /// Made by the platform or an extension.
    pub platform: bool,
}

impl Relation {
    /// Whether a view reads with the rights of who asks it, and not of its owner.
    pub fn is_invoker(&self) -> bool {
        self.options
            .get("security_invoker")
            .is_some_and(|value| value.is_empty() || truth(value) == Some(true))
    }
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    pub name: Name,
    /// With the schema of types that are not built in.
    pub of: TypeName,
    pub not_null: bool,
    /// The default, also that of `serial` (`nextval`).
    pub default: Option<Expr>,
    pub generated: Option<Expr>,
    /// `always` (`true`) or `by default` identity.
    pub identity: Option<bool>,
    /// Privileges on the column alone.
    pub acl: Acl,
    /// Taken from a parent and not declared here.
    pub inherited: bool,
    pub place: Place,
}

/// A constraint of a table (`not null` and defaults are of the column).
#[derive(Debug, Clone)]
pub struct Constraint {
    pub name: Name,
    pub kind: ConstraintKind,
    /// The columns it speaks of, in order.
    pub columns: Vec<Name>,
    pub valid: bool,
    pub deferrable: bool,
    /// The index that holds it: of keys and exclusions.
    pub index: Option<(Name, Name)>,
    pub inherited: bool,
    pub place: Place,
}

/// What a constraint demands.
#[derive(Debug, Clone)]
pub enum ConstraintKind {
    Check(Expr),
    Primary,
    Unique,
    Foreign {
        table: RelationId,
        columns: Vec<Name>,
        /// `cascade`, `set null`, `set default`, `restrict`, `no action`.
        on_delete: Name,
        on_update: Name,
    },
    Exclude,
}

/// An index.
#[derive(Debug, Clone)]
pub struct Index {
    pub table: RelationId,
    pub unique: bool,
    pub primary: bool,
    pub method: Name,
    pub keys: Vec<Key>,
    pub include: Vec<Name>,
    pub predicate: Option<Expr>,
    pub nulls_not_distinct: bool,
    /// What its columns were called when it was made: copies are named by them.
    pub names: Vec<Name>,
    /// Of a key: made by a constraint of that name.
    pub constraint: Option<Name>,
    /// The index of the parent that it is a part of.
    pub parent: Option<(Name, Name)>,
    pub place: Place,
}

/// One key of an index.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// The column, where the key is one.
    pub column: Option<Name>,
    /// What is indexed.
    pub expr: Expr,
    /// The operator class, where it is not the default of the type.
    pub class: Option<Name>,
    pub descending: bool,
    pub nulls_first: bool,
}

/// A policy.
#[derive(Debug, Clone)]
pub struct Policy {
    pub name: Name,
    pub permissive: bool,
    pub command: Command,
    /// Sorted; `public` where no `to` is written.
    pub roles: Vec<Name>,
    pub using: Option<Expr>,
    pub check: Option<Expr>,
    /// The relations and functions that its expressions speak of.
    pub reads: BTreeSet<RelationId>,
    /// The columns that they speak of, of its own table too.
    pub columns: BTreeSet<(RelationId, Name)>,
    pub calls: BTreeSet<FunctionId>,
    pub place: Place,
}

/// A trigger.
#[derive(Debug, Clone)]
pub struct Trigger {
    pub timing: Timing,
    pub insert: bool,
    pub update: bool,
    pub delete: bool,
    pub truncate: bool,
    pub update_columns: Vec<Name>,
    pub for_each_row: bool,
    pub when: Option<Expr>,
    pub constraint: bool,
    pub function: FunctionId,
    pub state: TriggerState,
    /// Taken from the partitioned table.
    pub inherited: bool,
    pub place: Place,
}

/// A function or a procedure.
#[derive(Debug, Clone)]
pub struct Function {
    pub schema: Name,
    pub name: Name,
    pub procedure: bool,
    pub arguments: Vec<Argument>,
    pub returns: Option<TypeName>,
    pub language: Name,
    pub volatility: Volatility,
    pub definer: bool,
    pub strict: bool,
    /// By name, as `proconfig` holds them.
    pub settings: BTreeMap<Name, Setting>,
    pub body: Body,
    pub owner: Name,
    pub acl: Acl,
    pub extension: Option<Name>,
    pub place: Place,
    pub platform: bool,
}

/// A type.
#[derive(Debug, Clone)]
pub struct Type {
    pub kind: TypeKind,
    pub owner: Name,
    pub acl: Acl,
    pub extension: Option<Name>,
    pub place: Place,
    pub platform: bool,
}

/// What a type is.
#[derive(Debug, Clone)]
pub enum TypeKind {
    Enum(Vec<String>),
    Domain { base: TypeName, not_null: bool, default: Option<Expr>, checks: BTreeMap<Name, Expr> },
    Composite(Vec<(Name, TypeName)>),
    Range,
    Base,
}

/// A role.
#[derive(Debug, Clone, Default)]
pub struct Role {
    pub superuser: bool,
    pub bypass_rls: bool,
    pub inherit: bool,
    pub login: bool,
    /// The roles it is a member of.
    pub member_of: BTreeSet<Name>,
    pub platform: bool,
    pub place: Place,
}

/// An extension.
#[derive(Debug, Clone, Default)]
pub struct Extension {
    pub schema: Name,
    pub place: Place,
    pub platform: bool,
}

/// A publication: which tables it holds.
#[derive(Debug, Clone, Default)]
pub struct Publication {
    /// All tables.
    pub all: bool,
    /// Tables by name.
    pub tables: BTreeSet<RelationId>,
    /// All tables of these schemas.
    pub schemas: BTreeSet<Name>,
}

/// Privileges by role (`public` is a role here): each with whether it may be granted on.
///
/// `None` in [`Acl::granted`] is what an object has that nobody granted anything on: the defaults of its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acl {
    /// Role → privilege (`select`, `execute` …) → `with grant option`.
    pub granted: Option<BTreeMap<Name, BTreeMap<Name, bool>>>,
}

/// One `alter default privileges`.
#[derive(Debug, Clone)]
pub struct DefaultPrivileges {
    /// Whose objects.
    pub owner: Name,
    /// In which schema; everywhere where `None`.
    pub schema: Option<Name>,
    /// `tables`, `sequences`, `functions`, `types`, `schemas`.
    pub class: Name,
    pub acl: BTreeMap<Name, BTreeMap<Name, bool>>,
}

/// A statement that cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub place: Place,
    pub kind: FaultKind,
    /// The object, with its schema where that is known.
    pub name: String,
}

/// Why a statement cannot be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FaultKind {
    UnknownSchema,
    UnknownRelation,
    UnknownColumn,
    UnknownConstraint,
    UnknownIndex,
    UnknownType,
    UnknownFunction,
    UnknownRole,
    UnknownPolicy,
    UnknownTrigger,
    UnknownExtension,
    UnknownObject,
    Duplicate,
    /// Something else depends on it and there is no `cascade`.
    Depended,
    /// It is another kind of object: `alter table` on a view's column, a policy on a view.
    WrongKind,
    /// Anything else that PostgreSQL refuses.
    Invalid,
}

/// Something that the replay could not follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub place: Place,
    /// What could not be followed, in a sentence without a full stop.
    pub why: String,
    /// What it may have changed.
    pub about: About,
}

/// What a doubt is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Anything at all.
    Everything,
    /// Everything in a schema.
    Schema(Name),
    /// One relation, by schema and name.
    Relation(Name, Name),
    /// A column, a constraint or an index of a relation: schema, relation, name.
    Part(Name, Name, Name),
    /// The policies of one relation, by schema and name.
    PoliciesOf(Name, Name),
    /// Functions.
    Functions,
    /// The functions of one name, by schema and name.
    Function(Name, Name),
    /// Policies and row level security of any table.
    Policies,
    /// Triggers of any table.
    Triggers,
    /// Privileges.
    Privileges,
}

//! The database as it will be after every migration: what migrations are there, and the state they lead to.

facts! {
    /// A set of migrations: files that one tool applies in one order to one database. It stands at its first file.
    "migration.set" MigrationSet {
        /// The tool: `supabase`, `prisma`, `drizzle`, `flyway`, `goose`, `numbered` for files that are only numbered …
        tool: String,
        /// The directory of its files.
        directory: String,
        /// `postgres`, `mysql`, `sqlite`, `tsql`; `unknown` where the files do not show it.
        dialect: String,
        /// How many files the tool applies.
        files: i64,
        /// How many statements of them were read.
        statements: i64,
        /// How many statements of them were not understood.
        unread: i64,
        /// How many tables there are at the end.
        tables: i64,
        /// Clients ask its tables over a data API (`PostgREST`), with the roles `anon` and `authenticated`.
        api: bool,
        /// The schemas that a data API serves.
        serves: Vec<String>,
        /// Its tables have row level security: at least one.
        secured: bool,
        /// Why what it leads to is not known in full.
        unsure: Option<String>,
    }

    /// A file of migrations.
    "migration" Migration {
        /// The tool of its set.
        tool: String,
        /// The directory of its set.
        directory: String,
        /// What its name begins with: the number or the time that orders it.
        version: Option<String>,
        /// Another file that is applied and has the same version.
        same_version: Option<String>,
        /// Why the tool never applies it.
        ignored: Option<String>,
        /// Whether it says how to undo it; absent where the tool knows no way back.
        back: Option<bool>,
        /// What it destroys of what earlier files made: `column users.name`.
        destroys: Option<String>,
        /// What is left open of its transactions: `begin` without `commit`.
        open: Option<String>,
        /// It has several statements, and neither the tool nor the file puts them into one transaction.
        loose: bool,
        /// Outside of a transaction, the first statement that cannot be run a second time: `` `create table notes` ``.
        unguarded: Option<String>,
        /// Why its place in the order is not told by its name.
        disorder: Option<String>,
        /// Whether it limits how long it waits for locks; absent of files that are not new, and where nothing that is there
        /// before is changed.
        patient: Option<bool>,
    }

    /// Something that runs migrations: a command, a call, a setting.
    "migration.run" MigrationRun {
        /// The tool.
        tool: String,
        /// What runs them, as it is written: `prisma migrate deploy`, `migrate()`.
        by: String,
        /// Where: `ci`, `image` (while it is built), `start` (when a process or container starts), `release` (a platform
        /// runs it before it starts the new version), `script` of a package, `shell` script, `code`.
        stage: String,
        /// By its name it is for development or tests.
        aside: bool,
        /// The folder it names, which is not in the repository.
        missing: Option<String>,
        /// What becomes of its failure, where nothing stops at it: `` `||` with a command that cannot fail ``.
        masked: Option<String>,
        /// Whether a program, script, pipeline or document leads to it; absent where that cannot be told.
        wired: Option<bool>,
    }

    /// Two folders of migrations that change the same tables. It stands at the first file of the smaller one.
    "migration.overlap" MigrationOverlap {
        /// The smaller folder.
        directory: String,
        /// The other one.
        other: String,
        /// Tables that both make or change, in words.
        tables: String,
        /// How many these are.
        shared: i64,
    }

    /// A file of SQL outside of every folder of migrations that changes a schema, and that nothing runs.
    "sql.loose" SqlLoose {
        /// The first statement that does.
        statement: String,
        /// How many such files there are.
        among: i64,
    }

    /// A comment that would turn on row level security of a table, or give it a policy; the table has none at the end.
    "sql.remark" SqlRemark {
        /// The table, with its schema.
        table: String,
        /// What it would do: `enable row level security`, `create policy`.
        says: String,
        /// Clients may ask for the table over a data API, or there is none.
        reachable: bool,
        /// Why what is said of the table may be otherwise.
        unsure: Option<String>,
    }

    /// A database in one file, as what a program keeps its data in. It stands where that is told.
    "sqlite.store" SqliteStore {
        /// What tells it: the schema, the migrations.
        by: String,
        /// Why that file is not kept or not shared where the program runs: `Vercel keeps no files`.
        lost: Option<String>,
    }

    /// A statement of a migration that the database refuses.
    "migration.fault" MigrationFault {
        /// The tool of its set.
        tool: String,
        /// `syntax`; `missing` (what it speaks of does not exist), `duplicate` (what it makes exists), `depended` (something
        /// else needs what it drops), `invalid`.
        kind: String,
        /// The thing: a relation, a column, or what the grammar says.
        name: String,
        /// What is wrong, as the end of a sentence: `` needs the relation `orders`, which no earlier migration makes ``.
        problem: String,
        /// Why that may be otherwise.
        unsure: Option<String>,
    }

    /// A schema of a relational database that code declares: that of Prisma, tables of Drizzle, entities of `TypeORM`, models
    /// of Django and `SQLAlchemy`.
    "schema.declared" DeclaredSchema {
        /// The tool: `prisma`, `drizzle`, `typeorm`, `django`, `sqlalchemy`.
        tool: String,
        /// How many tables it declares.
        tables: i64,
        /// The directory of the migrations that are to make it.
        migrations: Option<String>,
    }

    /// Something in which the schema that code declares and the end of all migrations differ. It stands where it is declared.
    "sql.drift" SqlDrift {
        /// The tool that the schema is declared with, as in `schema.declared`.
        tool: String,
        /// `table`, `column`, `unique` (a unique key), `index`, `value` (of an enum): what no migration makes;
        /// `required`: a column that has to be given and is not declared.
        kind: String,
        /// The thing: `users`, `users.email`.
        name: String,
        /// The difference, as a sentence: ``no migration makes the column `users.email` ``.
        problem: String,
        /// Why that may be otherwise.
        unsure: Option<String>,
    }

    /// A table or a function that code asks a database for, by its name, once a file. Only clients are looked at that are
    /// known by their package and whose migrations are in the repository.
    "sql.use" SqlUse {
        /// The client: `supabase`, `knex`, `kysely`.
        client: String,
        /// `table` (a view is one here) or `function`.
        kind: String,
        /// Its name, without schema.
        name: String,
        /// It is there at the end of all migrations.
        made: bool,
        /// What is wrong where it is not, in a sentence; the same of all where the migrations make none of them.
        problem: Option<String>,
        /// Why that may be otherwise.
        unsure: Option<String>,
    }

    /// A statement of a new migration that changes what is there before it. New are files that the revision does not have
    /// which the audit compares with (`--since`), or that are not committed.
    "sql.statement" SqlStatement {
        /// The table.
        table: String,
        /// What waits while it runs: `writes wait while the index is built`.
        locks: Option<String>,
        /// What breaks the version of the program that still runs: that it drops a column.
        breaks: Option<String>,
    }

    /// A table at the end of all migrations. It stands at the statement that made it.
    "sql.table" SqlTable {
        /// With its schema: `public.orders`.
        name: String,
        /// The tool of its set.
        tool: String,
        /// `table`, `partitioned` or `foreign`.
        kind: String,
        /// Clients may ask for it over a data API: its schema is served, and one of their roles has a privilege on it.
        exposed: bool,
        /// Row level security is on.
        rls: bool,
        /// How many policies it has.
        policies: i64,
        /// It has a primary key or a unique one.
        key: bool,
        /// It is a part of a partitioned table.
        partition: bool,
        /// It holds money by its name and its columns: wallets, payments, invoices, ledgers.
        money: bool,
        /// Of these, the program itself counts what stands in it: balances, payments, transfers.
        counts: bool,
        /// It records who changed what.
        audit: bool,
        /// What its rows do not say, of a table that records changes: `who`, `when`, `what changed`, `from where`.
        audit_lacks: Vec<String>,
        /// It keeps what happened, by its name, or since triggers write into it what was there before a change.
        log: bool,
        /// Columns that hold what nobody is to read: password hashes, tokens, numbers of cards.
        secrets: Vec<String>,
        /// Roles of clients that may read every row.
        read_by: Vec<String>,
        /// Roles of clients that may add, change or delete any row: `anon: insert, delete`.
        written_by: Vec<String>,
        /// It counts money, and no check, unique key, type, trigger or function holds what is written into it. Only of
        /// PostgreSQL.
        loose: bool,
        /// Why its policies hold nobody, where it has some.
        passed_by: Option<String>,
        /// Why what is said of it may be otherwise.
        unsure: Option<String>,
    }

    /// A table whose rows belong to tenants, where three tables at least carry the key of one: by that key, or by keys that
    /// lead to such a table. And one whose rows say nothing of a tenant, though all of them write it.
    "sql.tenant" SqlTenant {
        /// With its schema: `public.projects`.
        table: String,
        /// The table of tenants: `organizations`.
        tenant: String,
        /// The column by which it belongs to one; of a table that belongs to none, the one that others have.
        key: String,
        /// How many keys lead to the tenant; none of a table that belongs to none.
        hops: i64,
        /// How the rows of one tenant reach another.
        gap: Option<String>,
        /// Why that may be otherwise.
        unsure: Option<String>,
    }

    /// A table that holds money, where triggers are there to write down what changes.
    "sql.audit" SqlAudit {
        /// With its schema: `public.payments`.
        table: String,
        /// A trigger writes down what changes in it, or nothing in it can be changed.
        audited: bool,
        /// How far the triggers reach: `1 of 3 tables that hold money`.
        reach: String,
        /// The function of the triggers: `public.record_change`.
        by: String,
        /// Why that may be otherwise.
        unsure: Option<String>,
    }

    /// A column at the end of all migrations.
    "sql.column" SqlColumn {
        /// The table, with its schema.
        table: String,
        /// Its name.
        name: String,
        /// Its type, as `format_type` spells it.
        of: String,
        /// It is the primary key, alone.
        key: bool,
        /// By its name it holds an amount of money.
        money: bool,
        /// Its numbers are rounded: `real`, `double precision`.
        rounded: bool,
        /// It is an identity or takes its value from a sequence.
        counted: bool,
    }

    /// A policy at the end of all migrations. It stands at the statement that last changed it.
    "sql.policy" SqlPolicy {
        /// Its name.
        name: String,
        /// The table, with its schema.
        table: String,
        /// `all`, `select`, `insert`, `update` or `delete`.
        command: String,
        /// The roles it is for; `public` is everyone.
        roles: Vec<String>,
        /// It lets rows through that other policies do not; a restrictive one only takes away.
        permissive: bool,
        /// Clients may ask for the table over a data API.
        exposed: bool,
        /// Row level security of its table is on.
        rls: bool,
        /// Roles of clients whom it lets do its command with every row.
        open_to: Vec<String>,
        /// Whom its name promises to let through, where it lets clients through beyond them: `the service role`.
        promises: Option<String>,
        /// It decides by what users may write themselves: `user_metadata`.
        user_metadata: bool,
        /// A function that is called anew for every row: `auth.uid()`.
        per_row: Option<String>,
        /// The tables through which it comes back to its own, as a sentence's end: `reads memberships, whose policies read it`.
        recursive: Option<String>,
        /// Settings of the session it reads: `app.tenant_id`.
        settings: Vec<String>,
        /// Those of them that nothing in the repository names but policies.
        unset: Option<String>,
        /// Other permissive policies for the same role and command.
        beside: Option<String>,
        /// Anybody may sign in without an account, and it lets whoever is signed in, and nobody else, read rows that are not
        /// theirs; nothing asks for `is_anonymous`.
        anonymous: bool,
        /// Why what is said of it may be otherwise.
        unsure: Option<String>,
    }

    /// A foreign key at the end of all migrations.
    "sql.foreign-key" SqlForeignKey {
        /// The table, with its schema.
        table: String,
        /// Its columns: `user_id, org_id`.
        columns: String,
        /// The table it refers to.
        to: String,
        /// Its columns there: `id`.
        refers: String,
        /// The platform brings that table.
        platform: bool,
        /// An index begins with its columns; MySQL makes one by itself.
        indexed: bool,
    }

    /// Columns that name another table (`user_id`, where there are `users`), over all tables at the end of the migrations:
    /// only where there are five tables and five such columns at least.
    "sql.references" SqlReferences {
        /// The directory of the migrations.
        directory: String,
        /// How many such columns there are.
        named: i64,
        /// How many of them a foreign key holds.
        held: i64,
        /// These are less than a fifth.
        few: bool,
        /// The schema says that code holds relations (`relationMode` of Prisma).
        without: bool,
        /// Why that may be otherwise.
        unsure: Option<String>,
    }

    /// Columns by which code asks for rows of a table, one of which names another table or a state and no foreign key holds.
    /// Only of tools whose tables code names: Prisma, Drizzle, Kysely. It stands at the first query that does.
    "sql.filter" SqlFilter {
        /// The table, with its schema.
        table: String,
        /// That column.
        column: String,
        /// What asks, as it is written: `prisma.order.findMany`.
        by: String,
        /// An index or a key begins with one of the columns.
        indexed: bool,
        /// Why that may be otherwise.
        unsure: Option<String>,
    }

    /// An index at the end of all migrations.
    "sql.index" SqlIndex {
        /// Its name.
        name: String,
        /// The table, with its schema.
        table: String,
        /// Another index that has the very same keys and conditions.
        same_as: Option<String>,
    }

    /// A function at the end of all migrations. It stands at the statement that last changed it.
    "sql.function" SqlFunction {
        /// With its schema: `public.is_admin`.
        name: String,
        /// The schema is served by a data API.
        exposed: bool,
        /// It runs with the rights of its owner.
        definer: bool,
        /// It says where names are looked for (`set search_path`).
        path_set: bool,
        /// It runs with the rights of its owner and sets no `search_path`, and its body names every table, function and type with its schema.
        qualified: bool,
        /// Roles of clients that may execute it.
        executed_by: Vec<String>,
        /// It is for triggers and cannot be called.
        trigger: bool,
        /// A policy calls it, so that clients have to be allowed to.
        policy: bool,
        /// It asks who calls: `auth.uid()`, `auth.role()`, a setting of the session.
        asks_who: bool,
        /// It runs a text that it is given, as SQL.
        runs_text: bool,
        /// Why what is said of it may be otherwise.
        unsure: Option<String>,
    }

    /// A view at the end of all migrations.
    "sql.view" SqlView {
        /// With its schema.
        name: String,
        /// Its rows are kept, and stand under no policy.
        materialized: bool,
        /// Clients may ask for it over a data API.
        exposed: bool,
        /// It reads with the rights of its owner, past the policies of its tables.
        definer: bool,
        /// Tables under row level security that it reads.
        past: Vec<String>,
        /// It shows columns of the table of users who sign in.
        users: bool,
        /// Roles of clients that may read it.
        read_by: Vec<String>,
        /// Why what is said of it may be otherwise.
        unsure: Option<String>,
    }

    /// What a role of clients may do with the rows of a table over a data API.
    "sql.access" SqlAccess {
        /// The table or view, with its schema.
        table: String,
        /// `anon` or `authenticated`.
        role: String,
        /// Which rows it may read: `everyone`, `own rows by user_id`, `nobody: no policy` …
        select: String,
        /// Which rows it may add.
        insert: String,
        /// Which rows it may change.
        update: String,
        /// Which rows it may delete.
        delete: String,
    }

    /// An extension at the end of all migrations.
    "sql.extension" SqlExtension {
        /// Its name.
        name: String,
        /// The schema its objects are in.
        schema: String,
        /// Clients may ask for that schema over a data API.
        exposed: bool,
    }
}

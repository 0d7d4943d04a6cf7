use crate::extract::declared::tests::shown;

const JOURNAL: &str = r#"{"dialect": "postgresql", "entries": [{"idx": 0, "tag": "0000_init", "when": 1}]}"#;

/// What these files declare, with a journal of one migration in `drizzle`.
fn declared(config: &str, files: &[(&str, &str)]) -> Vec<String> {
    let config = format!("export default defineConfig({{ dialect: 'postgresql', {config} }})");
    let around = [
        ("drizzle.config.ts", config.as_str()),
        ("drizzle/meta/_journal.json", JOURNAL),
        ("drizzle/0000_init.sql", "create table a (id int);"),
    ];
    shown(&[&around, files].concat())
}

const HEAD: &str =
    "import { pgTable, pgTableCreator, pgSchema, text, serial, integer, uuid, index, unique, uniqueIndex,
    primaryKey, customType } from 'drizzle-orm/pg-core'\n";

/// Holds what the table of each text is against what is expected of it.
fn hold(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let text = [HEAD, "export const table = ", text].concat();
        let found = declared("schema: './schema.ts'", &[("schema.ts", &text)]);
        let expected: Vec<_> =
            (!expected.is_empty()).then(|| format!("drizzle: {expected}")).into_iter().collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn tables_have_the_names_and_columns_that_calls_give_them() {
    hold(&[
        (
            "pgTable('users', { id: serial('id').primaryKey(), mail: text('e_mail').notNull().unique() })",
            "users(id e_mail) =id =e_mail",
        ),
        ("pgTable('users', { createdAt: text(), n: integer({ mode: 'x' }) })", "users(createdAt n)"),
        ("pgTable('users', (t) => ({ id: t.uuid('key').primaryKey() }))", "users(key) =key"),
        ("pgTable('users', { id: serial() }).enableRLS()", "users(id)"),
        ("pgTable.withRLS('users', { id: serial() })", "users(id)"),
        ("pgSchema('shop').table('orders', { id: serial() })", "orders(id)"),
        (
            "make('users', { id: serial() }); const make = pgTableCreator((name) => `app_${name}`)",
            "app_users(id)",
        ),
        (
            "make('users', { id: serial() }); const make = pgTableCreator((name) => process.env.PREFIX + name)",
            "",
        ),
        ("pgTable(NAME, { id: serial() }); const NAME = 'people'", "people(id)"),
        ("pgTable(process.env.NAME, { id: serial() })", ""),
        (
            "pgTable('users', { id: serial(), ...times }); const times = { at: text('made_at') }",
            "users(id made_at)",
        ),
        (
            "pgTable('users', { id: serial(), ...times() }); const times = () => ({ at: text('made_at') })",
            "users(id made_at)",
        ),
        ("pgTable('users', { id: serial(), ...others })", "users(id)?"),
        (
            "pgTable('users', { id: serial(), at: time() }); function time() { return text('made_at').notNull() }",
            "users(id made_at)",
        ),
        (
            "pgTable('users', { id: serial(), at: time('made_at') }); const time = (name) => text(name)",
            "users(id)?",
        ),
        (
            "pgTable('users', { mail: citext('mail') }); const citext = customType({ dataType: () => 'citext' })",
            "users(mail)",
        ),
    ]);
}

#[test]
fn keys_and_indexes_stand_behind_columns() {
    hold(&[
        (
            "pgTable('users', { a: text('x'), b: text('y') }, (t) => [uniqueIndex('u').on(t.a, t.b), index('i').on(t.b.desc()), \
             index('j').on(sql`lower(x)`), uniqueIndex('k').on(t.a).where(sql`true`), primaryKey({ columns: [t.a] })])",
            "users(x y) =x+y ~y =x",
        ),
        (
            "pgTable('users', { a: text('x') }, (t) => ({ one: unique().on(t.a), two: index('i').using('btree', t.a.asc()) }))",
            "users(x) =x ~x",
        ),
    ]);
}

#[test]
fn a_schema_is_what_the_modules_of_the_configuration_export() {
    let head = "import { pgTable, text } from 'drizzle-orm/pg-core'\n";
    let users = [
        head,
        "export const users = pgTable('users', { firstName: text() }); const hidden = pgTable('hidden', {})",
    ]
    .concat();
    let posts = [head, "export const posts = pgTable('posts', { firstName: text() })"].concat();
    let files = [
        ("db/users.ts", users.as_str()),
        ("db/in/posts.ts", posts.as_str()),
        ("db/users.test.ts", posts.as_str()),
    ];
    let users_only = "drizzle: users(firstName)";
    for (config, expected) in [
        ("schema: './db/users.ts'", users_only),
        ("schema: 'db'", users_only),
        ("schema: './db/*'", "drizzle: posts(firstName), users(firstName)"),
        ("schema: './db/*.{ts,js}'", users_only),
        ("schema: './db/**/*.ts'", "drizzle: posts(firstName), users(firstName)"),
        ("schema: ['./db/users.ts', './db/in/posts.ts']", "drizzle: posts(firstName), users(firstName)"),
        ("schema: './db/users.ts', casing: 'snake_case'", "drizzle: users(first_name)"),
        ("schema: './db/users.ts', casing: named", "drizzle: users()?"),
        ("schema: './db/users.ts', out: './others'", "none: users(firstName)"),
    ] {
        assert_eq!(declared(config, &files), [expected], "{config}");
    }
    assert!(declared("schema: process.env.SCHEMA", &files).is_empty());
    assert!(declared("schema: './gone.ts'", &files).is_empty());
    let index = "export * from './users'\nexport { posts as articles } from './in/posts'";
    let all = [&files[..], &[("db/index.ts", index)]].concat();
    assert_eq!(declared("schema: './db/index.ts'", &all), ["drizzle: posts(firstName), users(firstName)"]);
}

#[test]
fn tables_of_other_databases_are_left_out() {
    let text = "import { sqliteTable, text } from 'drizzle-orm/sqlite-core'
        import { pgTable } from 'drizzle-orm/pg-core'
        export const a = sqliteTable('a', { id: text() })
        export const b = pgTable('b', { id: text() })
        export const c = local('c', { id: text() })";
    assert_eq!(declared("schema: './schema.ts'", &[("schema.ts", text)]), ["drizzle: b(id)"]);
}

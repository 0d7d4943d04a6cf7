use super::{Declared, declared};
use crate::extract::given::with;
use crate::extract::migrations::sets;

/// What is declared: the migrations, and each table with its columns; `=` and `~` before keys and indexes, `?` where it may
/// have others.
pub(super) fn shown(files: &[(&str, &str)]) -> Vec<String> {
    with(files, |context| {
        let sets = sets(context);
        let show = |one: &Declared| {
            let set = one.set.map_or("none", |number| sets[number].directory.as_str());
            let tables = one.tables.iter().map(|table| {
                let columns: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
                let indexes = table.indexes.iter().map(|index| {
                    format!(" {}{}", if index.unique { "=" } else { "~" }, index.columns.join("+"))
                });
                let open = if table.whole { "" } else { "?" };
                format!("{}({}){open}{}", table.name, columns.join(" "), indexes.collect::<String>())
            });
            let mut tables: Vec<_> = tables.collect();
            tables.sort();
            format!("{set}: {}", tables.join(", "))
        };
        declared(context, sets).iter().map(show).collect()
    })
}

const SOURCE: &str = "datasource db {\n provider = \"postgresql\"\n}\n";

#[test]
fn tables_of_prisma_have_the_names_of_the_database() {
    let schema = [
        SOURCE,
        r#"
        model User {
          id Int @id
          mail String? @unique @map("e_mail")
          role Role
          old String @ignore
          posts Post[]
          friends User[] @relation("friends")
          friendOf User[] @relation("friends")
          @@index([mail, role])
          @@map("users")
        }
        model Post {
          userId Int
          tag String
          user User @relation(fields: [userId], references: [id])
          tags Tag[]
          @@id([userId, tag])
        }
        model Tag {
          id Int @id
          posts Post[]
        }
        model Legacy { 
          id Int
          @@ignore
        }
        view Seen { 
          id Int
        }
        enum Role {
          ADMIN
        }"#,
    ]
    .concat();
    let files = [
        ("prisma/schema.prisma", schema.as_str()),
        ("prisma/migrations/20240101000000_init/migration.sql", "create table a (id int);"),
    ];
    assert_eq!(
        shown(&files),
        ["prisma/migrations: Post(userId tag) =userId+tag, Tag(id) =id, _PostToTag(A B), _friends(A B), \
             users(id e_mail role old) =id =e_mail ~e_mail+role"]
    );
}

#[test]
fn a_schema_is_a_file_a_folder_or_what_the_configuration_names() {
    let migration = "prisma/migrations/20240101000000_init/migration.sql";
    let a = "model A {\n id Int\n b B?\n}\n";
    let b = "model B {\n id Int\n a A[]\n}\n";
    let alone = [SOURCE, b].concat();
    let rest = [SOURCE, a].concat();
    let both = "prisma/migrations: A(id), B(id)";
    for (case, files, expected) in [
        (
            "files beside each other",
            vec![("prisma/schema.prisma", rest.as_str()), ("prisma/models/b.prisma", b)],
            both,
        ),
        (
            "a folder",
            vec![("prisma/schema/schema.prisma", rest.as_str()), ("prisma/schema/b.prisma", b)],
            both,
        ),
        (
            "a data source alone",
            vec![("prisma/schema.prisma", SOURCE), ("prisma/a.prisma", a), ("prisma/b.prisma", b)],
            both,
        ),
        (
            "a folder that is named, beside a copy",
            vec![
                ("package.json", r#"{"prisma": {"schema": "./prisma/schema"}}"#),
                ("prisma/schema.prisma", alone.as_str()),
                ("prisma/schema/schema.prisma", rest.as_str()),
                ("prisma/schema/b.prisma", b),
            ],
            both,
        ),
        (
            "a configuration",
            vec![
                (
                    "prisma.config.ts",
                    "export default defineConfig({ schema: 'db', migrations: { path: 'prisma/migrations' } })",
                ),
                ("db/main.prisma", rest.as_str()),
                ("db/b.prisma", b),
            ],
            both,
        ),
        (
            "a file that needs no other",
            vec![
                ("prisma/schema.prisma", "datasource db {\n}\nmodel C {\n id Int\n}"),
                ("prisma/old.prisma", b),
            ],
            "prisma/migrations: C(id)",
        ),
    ] {
        let files: Vec<_> = files.into_iter().chain([(migration, "create table a (id int);")]).collect();
        let found = shown(&files);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{case}");
    }
}

#[test]
fn a_schema_may_have_no_tables_or_no_migrations() {
    let alone = [SOURCE, "model B {\n id Int\n a A[]\n}\n"].concat();
    let mongo = "datasource db {\n provider = \"mongodb\"\n}\nmodel C {\n id String\n}";
    assert!(shown(&[("prisma/schema.prisma", mongo)]).is_empty());
    assert_eq!(shown(&[("prisma/schema.prisma", &alone)]), ["none: B(id)"]);
}

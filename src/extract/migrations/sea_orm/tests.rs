//! Migrators as sets, and what their statements come to.

use super::super::{Part, sets};
use crate::extract::given;

const LIST: &str = r"
pub use sea_orm_migration::prelude::*;
mod m20240101_000001_posts;
pub struct Migrator;
#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20240102_000001_more::Migration),
            // The first one.
            Box::new(m20240101_000001_posts::Migration),
        ]
    }
}
";

const POSTS: &str = r#"
use sea_orm_migration::{prelude::*, schema::*};
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Post::Table)
                    .if_not_exists()
                    .col(pk_auto(Post::Id))
                    .col(string_len_uniq(Post::Slug, 64))
                    .col(text_null(Post::Body))
                    .col(ColumnDef::new(Post::AuthorId).big_integer().not_null().default(1))
                    .col(&mut ColumnDef::new(Alias::new("made")).timestamp_with_time_zone().default(Expr::current_timestamp()))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk")
                            .from(Post::Table, Post::AuthorId)
                            .to(Author::Table, Author::Id)
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .to_owned(),
            )
            .await?;
        let index = Index::create().name("ix").table(Post::Table).col(Post::AuthorId).unique().to_owned();
        manager.create_index(index).await?;
        let db = manager.get_connection();
        db.execute_unprepared("create extension x").await?;
        if manager.has_table("old").await? {
            manager.drop_table(Table::drop().table(Alias::new("old")).to_owned()).await?;
        }
        Post::seed(db).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        todo!()
    }
}
#[derive(DeriveIden)]
enum Post {
    Table,
    Id,
    Slug,
    Body,
    AuthorId,
}
"#;

const MORE: &str = r#"
use sea_orm_migration::prelude::*;
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_type(Type::create().as_enum(Kind).values([Alias::new("a"), Alias::new("b")]).to_owned()).await?;
        manager
            .alter_table(
                Table::alter()
                    .table(Author::Table)
                    .add_column(ColumnDef::new("kind").custom(Kind).not_null())
                    .modify_column(ColumnDef::new(Author::Id).big_integer().not_null())
                    .drop_column(Author::Old)
                    .rename_column(Author::Old, Alias::new("new"))
                    .to_owned(),
            )
            .await
    }
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Author::Table).if_exists().to_owned()).await
    }
}
#[derive(DeriveIden)]
pub enum Author { Table, Id, #[sea_orm(iden = "aged")] Old }
#[derive(DeriveIden)]
struct Kind;
"#;

#[test]
fn a_migrator() {
    let cargo = "[package]\nname = \"m\"\n[dependencies.sea-orm-migration]\nversion = \"1\"\nfeatures = [\"sqlx-postgres\"]\n";
    let files = [
        ("m/Cargo.toml", cargo),
        ("m/src/lib.rs", LIST),
        ("m/src/m20240101_000001_posts.rs", POSTS),
        ("m/src/m20240102_000001_more.rs", MORE),
        ("m/src/m20240103_000001_left.rs", MORE),
    ];
    let shown = given::with(&files, |context| {
        let set = &sets(context)[0];
        let mut shown = vec![format!("{} {} {:?}", set.tool, set.directory, set.dialect)];
        for step in &set.steps {
            let text = context.tree.text(step.file);
            shown.push(format!("{} {}", step.name, step.down.is_some()));
            shown.extend(step.up.iter().map(|part| match part {
                Part::Sql(span) => span.of(text).to_owned(),
                Part::Text { text, .. } => text.clone(),
            }));
        }
        shown.extend(set.unrun.iter().map(|unrun| format!("! {}", unrun.why.text())));
        let place = |gap: &super::Gap| {
            gap.place.span.of(context.tree.text(gap.place.file)).lines().next().map(str::to_owned)
        };
        shown.extend(set.gaps.iter().map(|gap| format!("? {}: {}", place(gap).unwrap_or_default(), gap.why)));
        shown
    });
    assert_eq!(
        shown,
        [
            "sea-orm m/src Postgres",
            "more true",
            r#"CREATE TYPE "kind" AS ENUM ('a', 'b')"#,
            r#"ALTER TABLE "author" ADD COLUMN "kind" "kind" NOT NULL"#,
            r#"ALTER TABLE "author" ALTER COLUMN "id" TYPE bigint"#,
            r#"ALTER TABLE "author" ALTER COLUMN "id" SET NOT NULL"#,
            r#"ALTER TABLE "author" DROP COLUMN "aged""#,
            r#"ALTER TABLE "author" RENAME COLUMN "aged" TO "new""#,
            "posts false",
            r#"CREATE TABLE IF NOT EXISTS "post" ("id" serial NOT NULL PRIMARY KEY, "slug" varchar(64) NOT NULL UNIQUE, "body" text, "author_id" bigint DEFAULT 1 NOT NULL, "made" timestamptz DEFAULT CURRENT_TIMESTAMP, CONSTRAINT "fk" FOREIGN KEY ("author_id") REFERENCES "author" ("id") ON DELETE SET NULL)"#,
            r#"CREATE UNIQUE INDEX "ix" ON "post" ("author_id")"#,
            "create extension x",
            "! `m/src/lib.rs` does not list it",
            "? if manager.has_table(\"old\").await? {: what it does depends on a condition",
            "? Post::seed(db).await: the call is not understood",
        ]
    );
}

#[test]
fn a_list_put_together_by_code() {
    let list = "use sea_orm_migration::prelude::*;\nimpl MigratorTrait for Migrator {\n fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n  let mut all = vec![Box::new(m1::Migration)];\n  all.extend(others());\n  all\n }\n}\n";
    let files = [("src/lib.rs", list), ("src/m1.rs", MORE)];
    let shown = given::with(&files, |context| {
        let set = &sets(context)[0];
        (set.steps.len(), set.gaps.first().map(|gap| gap.why.clone()))
    });
    assert_eq!(shown, (1, Some("the list of migrations is put together by code".to_owned())));
}

//! A schema of Ruby as SQL.

use super::super::{Part, sets};
use crate::extract::given;

#[test]
fn schemas() {
    let schema = r#"
ActiveRecord::Schema[7.2].define(version: 2025_07_24_115507) do
  enable_extension "pgcrypto"
  create_enum "kind", ["a", "b"]

  create_table "users", id: :uuid, default: -> { "gen_random_uuid()" }, force: :cascade do |t|
    t.string "name", limit: 20, default: "it's", null: false
    t.datetime "created_at", null: false
    t.decimal "sum", precision: 19, scale: 4
    t.enum "of", default: "a", enum_type: "kind"
    t.text "tags", default: [], array: true
    t.bigint "company_id"
    t.index ["name", "of"], name: "i", unique: true, where: "(sum > 1)"
    t.index "lower(name)", name: "j"
    t.check_constraint "sum > 0", name: "c"
  end

  create_table "joins", primary_key: ["a", "b"], force: :cascade do |t|
    t.integer "a", null: false
    t.integer "b", null: false
  end

  add_foreign_key "users", "companies", on_delete: :nullify
end
"#;
    let files = [
        ("Gemfile", "gem 'rails'\ngem 'pg'\n"),
        ("db/schema.rb", schema),
        ("db/migrate/1_a.rb", "class A < ActiveRecord::Migration[7.2]"),
    ];
    let shown = given::with(&files, |context| {
        let [set] = sets(context) else { panic!("one set") };
        assert!(set.gaps.is_empty(), "{:?}", set.gaps);
        assert_eq!((set.tool, set.steps.len()), ("rails", 1));
        assert_eq!(set.steps[0].version.as_deref(), Some("20250724115507"));
        let text = |part: &Part| match part {
            Part::Text { text, .. } => text.clone(),
            Part::Sql(_) => "sql".to_owned(),
        };
        set.steps[0].up.iter().map(text).collect::<Vec<_>>()
    });
    assert_eq!(
        shown,
        [
            r#"CREATE EXTENSION IF NOT EXISTS "pgcrypto""#,
            r#"CREATE TYPE "kind" AS ENUM ('a', 'b')"#,
            r#"CREATE TABLE "users" ("id" uuid DEFAULT gen_random_uuid() NOT NULL PRIMARY KEY, "name" varchar(20) DEFAULT 'it''s' NOT NULL, "created_at" timestamp(6) NOT NULL, "sum" numeric(19, 4), "of" "kind" DEFAULT 'a', "tags" text[] DEFAULT '{}', "company_id" bigint, CONSTRAINT "c" CHECK (sum > 0))"#,
            r#"CREATE UNIQUE INDEX "i" ON "users" ("name", "of") WHERE (sum > 1)"#,
            r#"CREATE INDEX "j" ON "users" (lower(name))"#,
            r#"CREATE TABLE "joins" ("a" integer NOT NULL, "b" integer NOT NULL, PRIMARY KEY ("a", "b"))"#,
            r#"ALTER TABLE "users" ADD FOREIGN KEY ("company_id") REFERENCES "companies" ("id") ON DELETE SET NULL"#,
        ]
    );
}

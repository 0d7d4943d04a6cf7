//! Revisions as SQL, and their order.

use super::super::{Part, sets};
use super::read;
use crate::extract::given;

fn check(text: &str, expected: &[&str]) {
    let (parts, gaps) = read(text);
    let part = |part: &Part| match part {
        Part::Sql(span) => format!("sql {}", span.of(text).trim()),
        Part::Text { text, .. } => format!("text {text}"),
    };
    let mut shown: Vec<String> = parts.iter().map(part).collect();
    shown.extend(gaps.iter().map(|gap| format!("? {gap}")));
    assert_eq!(shown, expected, "{text}");
}

#[test]
fn operations() {
    check(
        r#"
revision = "b"
down_revision = "a"
TABLE = "users"
def upgrade() -> None:
    op.execute("create extension x")
    op.execute(sa.text("""update users
set a = 1"""))
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=20), nullable=False, index=True),
        sa.Column("team_id", sa.UUID(), nullable=True),
        sa.Column("kind", sa.Enum("a", "b", name="kind"), server_default="a"),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
    )
    op.add_column(TABLE, sa.Column("age", sa.BigInteger(), nullable=True))
    op.alter_column("users", "age", existing_type=sa.BigInteger(), nullable=False, new_column_name="years")
    op.create_index(op.f("ix"), "users", ["email", sa.text("lower(email)")], unique=True, postgresql_where=sa.text("age > 1"))
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("at")
        batch_op.create_foreign_key("fk2", "teams", ["age"], ["id"])
    op.create_foreign_key(None, "users", "teams", ["age"], ["id"], ondelete="SET NULL")
    op.drop_constraint("fk", "users", type_="foreignkey")
    op.drop_index("ix", table_name="users")
    bind = op.get_bind()
    if bind.dialect.name == "x":
        op.drop_table("users")
    op.frobnicate("x")
    for name in names:
        op.execute(f"DROP TABLE {name}")

def downgrade():
    op.drop_table("users")
"#,
        &[
            "sql create extension x",
            "sql update users\nset a = 1",
            r#"text DO $$ BEGIN CREATE TYPE "kind" AS ENUM ('a', 'b'); EXCEPTION WHEN duplicate_object THEN NULL; END $$"#,
            r#"text CREATE TABLE "users" ("id" serial NOT NULL, "email" varchar(20) NOT NULL, "team_id" uuid, "kind" "kind" DEFAULT 'a', "at" timestamptz DEFAULT now() NOT NULL, CONSTRAINT "fk" FOREIGN KEY ("team_id") REFERENCES "teams" ("id") ON DELETE CASCADE, CONSTRAINT "users_pkey" PRIMARY KEY ("id"))"#,
            r#"text CREATE INDEX "ix_users_email" ON "users" ("email")"#,
            r#"text ALTER TABLE "users" ADD COLUMN "age" bigint"#,
            r#"text ALTER TABLE "users" ALTER COLUMN "age" SET NOT NULL"#,
            r#"text ALTER TABLE "users" RENAME COLUMN "age" TO "years""#,
            r#"text CREATE UNIQUE INDEX "ix" ON "users" ("email", (lower(email))) WHERE age > 1"#,
            r#"text ALTER TABLE "users" DROP COLUMN "at""#,
            r#"text ALTER TABLE "users" ADD CONSTRAINT "fk2" FOREIGN KEY ("age") REFERENCES "teams" ("id")"#,
            r#"text ALTER TABLE "users" ADD FOREIGN KEY ("age") REFERENCES "teams" ("id") ON DELETE SET NULL"#,
            r#"text ALTER TABLE "users" DROP CONSTRAINT "fk""#,
            r#"text DROP INDEX "ix""#,
            "? what it does depends on a condition",
            "? the operation is not understood",
            "? what it does depends on a condition",
        ],
    );
}

#[test]
fn the_graph() {
    let text = |id: &str, before: &str| {
        format!("revision = '{id}'\ndown_revision = {before}\ndef upgrade():\n    pass\n")
    };
    let files = [
        ("alembic.ini", "sqlalchemy.url = postgresql+psycopg://x".to_owned()),
        ("m/versions/1.py", text("c", "('b', 'x')")),
        ("m/versions/2.py", text("b", "'a'")),
        ("m/versions/3.py", text("x", "'a'")),
        ("m/versions/4.py", text("a", "None")),
        ("m/versions/5.py", text("d", "'b'")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let shown = given::with(&files, |context| {
        let set = &sets(context)[0];
        let order: Vec<_> = set.steps.iter().filter_map(|step| step.version.as_deref()).collect();
        let gaps: Vec<_> = set.gaps.iter().map(|gap| gap.why.as_str()).collect();
        format!("{} {:?} {} {}", set.tool, set.dialect, order.concat(), gaps.join("; "))
    });
    assert_eq!(shown, "alembic Postgres abxcd the graph has several heads, `1.py` and `5.py`");
}

#[test]
fn environments() {
    let text = |id: &str, more: &str| format!("revision = '{id}'\n{more}\ndef upgrade():\n    pass\n");
    let root = "down_revision = None";
    let files = [
        ("a/alembic.ini", "[alembic]\nscript_location = %(here)s/db\nversion_locations = %(here)s/db/one:%(here)s/db/two\nsqlalchemy.url = postgresql+psycopg://x".to_owned()),
        ("a/db/one/1.py", text("a", "down_revision = None\ndepends_on = 'b'")),
        ("a/db/one/2.py", text("c", "down_revision = 'a'")),
        ("a/db/two/1.py", text("b", root)),
        ("a/old/versions/1.py", text("x", root)),
        ("a/programs/env.py", String::new()),
        ("a/programs/versions/1.py", text("p", root)),
        ("b/pyproject.toml", "[project]\nname = 'b'\n[tool.alembic]\nscript_location = 'b:moves'\n".to_owned()),
        ("b/src/b/moves/versions/1.py", text("q", root)),
        ("c/versions/1.py", text("r", root)),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let shown = given::with(&files, |context| {
        let show = |set: &super::super::Set| {
            let order: Vec<_> = set.steps.iter().filter_map(|step| step.version.as_deref()).collect();
            let unrun: Vec<_> = set.unrun.iter().map(|unrun| unrun.why.text()).collect();
            format!("{} {} {}{}", set.directory, set.configured.is_some(), order.concat(), unrun.concat())
        };
        sets(context).iter().map(show).collect::<Vec<_>>()
    });
    assert_eq!(
        shown,
        [
            "a/db/one true bac",
            "a/old/versions false `a/alembic.ini` does not list it",
            "a/programs/versions true p",
            "b/src/b/moves/versions true q",
            "c/versions false r",
        ]
    );
}

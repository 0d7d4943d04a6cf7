//! Migrations as SQL.

use super::super::{Part, sets};
use crate::extract::given;

fn shown(files: &[(&str, &str)]) -> Vec<String> {
    given::with(files, |context| {
        let [set] = sets(context) else { panic!("one set") };
        let mut lines = vec![format!("{:?}", set.dialect)];
        for step in &set.steps {
            lines.push(format!("{} {} {}", step.name, step.down.is_some(), step.transaction));
            let text = context.tree.text(step.file);
            lines.extend(step.up.iter().map(|part| match part {
                Part::Sql(span) => format!("  sql {}", span.of(text)),
                Part::Text { text, .. } => format!("  {text}"),
            }));
        }
        // The last one is of every set.
        let own = set.gaps.len() - 1;
        lines.extend(set.gaps[..own].iter().map(|gap| format!("? {} {:?}", gap.why, gap.reach)));
        lines
    })
}

const FIRST: &str = r"<?php
use Illuminate\Database\Migrations\Migration;
return new class extends Migration {
    public function up(): void
    {
        Schema::create('categories', function (Blueprint $table) {
            $table->id();
            $table->string('name', 100)->unique();
        });
        Schema::create('posts', function (Blueprint $table) {
            $table->uuid('id')->primary();
            $table->foreignId('category_id')->nullable()->constrained()->cascadeOnDelete();
            $table->unsignedBigInteger('author');
            $table->decimal('price', 10, 2)->default(0);
            $table->boolean('open')->default(true)->index();
            $table->enum('kind', ['a', 'b'])->default('a'); // $table->text('no');
            $table->morphs('owner');
            $table->timestamps();
            $table->softDeletes();
            $table->foreign('author')->references('id')->on('users')->onDelete('set null');
            $table->unique(['author', 'kind'], 'one');
        });
    }
    public function down(): void { Schema::dropIfExists('posts'); }
};
";

const SECOND: &str = r"<?php
class AddThings extends Migration {
    public function up()
    {
        Schema::table('posts', function (Blueprint $table) {
            $table->dropColumn(['open', 'kind']);
            $table->string('open')->nullable();
            $table->text('price')->nullable()->change();
            $table->dropForeign(['author']);
            $table->renameColumn('author', 'writer');
            if (true) { $table->text('maybe'); }
            $table->frobnicate('x');
        });
        DB::statement('create index x on posts (open)');
        DB::table('posts')->where('a', 1)->update(['a' => 2]);
        Schema::rename('posts', 'articles');
        Schema::create($names['roles'], function (Blueprint $table) {});
        if (!Schema::hasTable('tags')) { Schema::create('tags', function ($table) { $table->id(); }); }
        foreach ($all as $one) { DB::statement('update x set a = 1'); }
        DB::statement($sql);
    }
    public function down() {}
}
";

#[test]
fn chains_on_tables() {
    let files = [
        (".env.example", "APP_ENV=local\nDB_CONNECTION=pgsql\n"),
        ("composer.json", r#"{"require": {"laravel/framework": "^11"}}"#),
        ("database/migrations/2024_01_01_000000_create_posts.php", FIRST),
        ("database/migrations/2024_01_02_000000_add_things.php", SECOND),
    ];
    assert_eq!(
        shown(&files),
        [
            "Postgres",
            "2024_01_01_000000_create_posts true true",
            r#"  CREATE TABLE "categories" ("id" bigserial NOT NULL PRIMARY KEY, "name" varchar(100) NOT NULL)"#,
            r#"  ALTER TABLE "categories" ADD CONSTRAINT "categories_name_unique" UNIQUE ("name")"#,
            r#"  CREATE TABLE "posts" ("id" uuid NOT NULL PRIMARY KEY, "category_id" bigint, "author" bigint NOT NULL, "price" numeric(10, 2) DEFAULT '0' NOT NULL, "open" boolean DEFAULT true NOT NULL, "kind" varchar(255) DEFAULT 'a' NOT NULL, "owner_type" varchar(255) NOT NULL, "owner_id" bigint NOT NULL, "created_at" timestamp(0), "updated_at" timestamp(0), "deleted_at" timestamp(0))"#,
            r#"  ALTER TABLE "posts" ADD CONSTRAINT "posts_category_id_foreign" FOREIGN KEY ("category_id") REFERENCES "categories" ("id") ON DELETE CASCADE"#,
            r#"  CREATE INDEX "posts_open_index" ON "posts" ("open")"#,
            r#"  CREATE INDEX "posts_owner_type_owner_id_index" ON "posts" ("owner_type", "owner_id")"#,
            r#"  ALTER TABLE "posts" ADD CONSTRAINT "posts_author_foreign" FOREIGN KEY ("author") REFERENCES "users" ("id") ON DELETE SET NULL"#,
            r#"  ALTER TABLE "posts" ADD CONSTRAINT "one" UNIQUE ("author", "kind")"#,
            "2024_01_02_000000_add_things false true",
            r#"  ALTER TABLE "posts" DROP COLUMN "open""#,
            r#"  ALTER TABLE "posts" DROP COLUMN "kind""#,
            r#"  ALTER TABLE "posts" ADD COLUMN "open" varchar(255)"#,
            r#"  ALTER TABLE "posts" ALTER COLUMN "price" TYPE text USING "price"::text"#,
            r#"  ALTER TABLE "posts" ALTER COLUMN "price" DROP NOT NULL"#,
            r#"  ALTER TABLE "posts" DROP CONSTRAINT "posts_author_foreign""#,
            r#"  ALTER TABLE "posts" RENAME COLUMN "author" TO "writer""#,
            "  sql create index x on posts (open)",
            r#"  ALTER TABLE "posts" RENAME TO "articles""#,
            r#"? the call on the table is not understood Tables(["posts"])"#,
            r#"? the call on the table is not understood Tables(["posts"])"#,
            "? it speaks of a table whose name is computed Others",
            r#"? what it does depends on a condition Tables(["tags"])"#,
            "? the statement is not understood Anything",
        ]
    );
}

#[test]
fn plurals_of_words() {
    for (column, table) in [
        ("user_id", "users"),
        ("category_id", "categories"),
        ("box_id", "boxes"),
        ("person_id", "people"),
        ("day_id", "days"),
        ("status_id", "statuses"),
    ] {
        assert_eq!(super::named_after(column), table, "{column}");
    }
}

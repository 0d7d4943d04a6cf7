//! Scripts: what is a statement, what is refused, what is filled in, whose dialect it is.

use super::dialect::{Dialect, told};
use super::model::{Kind, Script};
use super::{read, read_as};

/// The statements of a script as written, one a line; errors after a `!`, commands that read another file after a backslash.
fn lines(text: &str) -> String {
    let script = read(text);
    let one = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out: Vec<String> = script.statements.iter().map(|it| one(it.span.of(text))).collect();
    out.extend(script.errors.iter().map(|(span, why)| format!("! {} ({why})", one(span.of(text)))));
    out.extend(script.unread.iter().filter(|it| it.why == super::INCLUDED).map(|it| one(it.span.of(text))));
    out.join("\n")
}

#[test]
fn scripts_are_cut_as_psql_cuts_them() {
    let cases = [
        ("select 1; select 2", "select 1;\nselect 2"),
        ("-- a;\nselect /* b; /* c; */ */ 1;", "select /* b; /* c; */ */ 1;"),
        (
            "select ';', E'\\';', $$;$$, $a$;$$;$a$, \"a;b\"; select 2;",
            "select ';', E'\\';', $$;$$, $a$;$$;$a$, \"a;b\";\nselect 2;",
        ),
        (
            "create rule r as on insert to t do (select 1; select 2); select 3;",
            "create rule r as on insert to t do (select 1; select 2);\nselect 3;",
        ),
        (
            "create function f() returns int begin atomic select case when a then 1 end; select 2; end; select 3;",
            "create function f() returns int begin atomic select case when a then 1 end; select 2; end;\nselect 3;",
        ),
        ("begin; select 1; end; select 2;", "begin;\nselect 1;\nend;\nselect 2;"),
        ("copy t from stdin;\na;b\n\\.\nselect 1;", "copy t from stdin;\nselect 1;"),
        ("copy t (a) from stdin with csv;\n1\n", "copy t (a) from stdin with csv;"),
        ("copy t from '/stdin'; select 1;", "copy t from '/stdin';\nselect 1;"),
        ("\\connect a\nselect 1;\n\\ir b.sql\n", "select 1;\n\\ir b.sql"),
        ("\\copy t from stdin\n1;2\n\\.\nselect 1;", "select 1;"),
        ("select 'drop table t' \\gexec\nselect 1;", "select 'drop table t'\nselect 1;\n\\gexec"),
        ("create table t (a int; select 1;", "select 1;\n! create table t (a int; (expected `)` near `;`)"),
        ("; ;; select 1;;", "select 1;"),
        (
            "select 'open; select 2;",
            "! select 'open; select 2; (Missing trailing `'` symbol to terminate the string literal near `'open;`)",
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(lines(text), wanted, "{text}");
    }
}

#[test]
fn a_statement_that_is_refused_leaves_the_others() {
    let cases = [
        (
            "select 1; selec 2; select 3;",
            "select 1;\nselect 3;\n! selec 2; (no statement of PostgreSQL near `selec`)",
        ),
        ("create table t (a int, b);", "! create table t (a int, b); (a column has no type near `b`)"),
        ("create or alter procedure p as begin select 1; select 2; end\nGO\nselect 3;\nGO", "select 3;"),
        (
            "create table a (b int)\ncreate table c (d int);",
            "! create table a (b int) create table c (d int); (a semicolon is missing before this statement near `create table c (d`)",
        ),
        ("select * from a join b;", "! select * from a join b; (a join has no condition near `a join b`)"),
        ("<<<<<<< HEAD\nselect 1;", "! <<<<<<< HEAD select 1; (no statement of PostgreSQL near `<<<<<<<`)"),
        (
            "```sql\nselect 1;\n```",
            "! ```sql select 1; (no statement of PostgreSQL near ````sql`)\n! ``` (no statement of PostgreSQL near `````)",
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(lines(text), wanted, "{text}");
    }
}

#[test]
fn templated_places_are_names_of_the_same_length() {
    let cases = [
        ("create table {{ s }}.t (a int);", "create table {{ s }}.t (a int);", 1),
        (
            "create table ${T}_a (a int {% if x %}, b text{% endif %});",
            "create table ${T}_a (a int {% if x %}, b text{% endif %});",
            3,
        ),
        (
            "insert into t values (%s, %(a)s, :b, :'c', 5 % a, x::int, a[1:2]);",
            "insert into t values (%s, %(a)s, :b, :'c', 5 % a, x::int, a[1:2]);",
            4,
        ),
        ("{{ include }}\ncreate table t (a int);", "create table t (a int);", 1),
        ("create {{ kind }} wonder; select 1;", "select 1;", 1),
        (
            "select '{{1,2}}'::int[][], '${x}', '{\"a\":{\"b\":1}}';",
            "select '{{1,2}}'::int[][], '${x}', '{\"a\":{\"b\":1}}';",
            0,
        ),
    ];
    for (text, wanted, places) in cases {
        assert_eq!(lines(text), wanted, "{text}");
        assert_eq!(read(text).templated.len(), places, "{text}");
    }
}

#[test]
fn the_dialect_is_told_by_words_and_signs() {
    let cases = [
        ("create table t (id int);", Dialect::Unknown, ""),
        ("create table t (id bigserial);", Dialect::Postgres, "bigserial"),
        ("select a::int;", Dialect::Postgres, "::"),
        ("do $$ begin end $$;", Dialect::Postgres, "$$"),
        ("create table `t` (id int);", Dialect::MySql, "`t`"),
        ("create table t (id int auto_increment) ENGINE=InnoDB;", Dialect::MySql, "auto_increment"),
        ("drop index a on b;", Dialect::MySql, "drop"),
        ("create table t (id integer primary key autoincrement);", Dialect::Sqlite, "autoincrement"),
        ("PRAGMA foreign_keys=off;", Dialect::Sqlite, "PRAGMA"),
        ("create table [dbo].[t] (a int);", Dialect::TSql, "[dbo]"),
        ("create table t (a int identity(1,1));\nGO\n", Dialect::TSql, "identity"),
        ("create table t (a varchar2(10));", Dialect::Oracle, "varchar2"),
        ("create table t (a text[], b int); select a[n], b [1] from t;", Dialect::Postgres, "[]"),
        ("-- auto_increment\nselect 'nvarchar', \"pragma\";", Dialect::Unknown, ""),
    ];
    for (text, dialect, evidence) in cases {
        let (found, span) = told(text);
        assert_eq!((found, span.of(text)), (dialect, evidence), "{text}");
    }
}

#[test]
fn other_dialects_give_no_errors() {
    let text = "CREATE TABLE `a` (`id` int AUTO_INCREMENT, KEY `k` (`id`)) ENGINE=InnoDB;\nALTER TABLE a MODIFY b int;\nDELIMITER //\ncreate procedure p() begin select 1; end//\nDELIMITER ;\nselect 1;";
    let script = read(text);
    assert_eq!((script.dialect, script.errors.len()), (Dialect::MySql, 0));
    assert!(script.statements.iter().any(|it| it.span.of(text) == "select 1;"));
    assert!(read_as("drop wonder;", Dialect::Oracle).errors.is_empty());
}

/// Other dialects are rewritten to what is common; names, keys and references stay.
#[test]
fn other_dialects_are_read_for_what_is_common() {
    let cases = [
        (
            Dialect::MySql,
            "create table `a` (`b` int unsigned auto_increment comment 'it\\'s', key `k` (`b` desc), primary key (`b`) using btree, unique key `u` (`b`(9))) engine=innodb comment='x';",
            "create table \"a\" (\"b\" int , primary key (\"b\") , unique (\"b\" )) ;",
        ),
        (Dialect::MySql, "create table a (key k (b), b int, index (b));", "create table a ( b int );"),
        (
            Dialect::MySql,
            "alter table a add b int after c, drop foreign key f;",
            "alter table a add b int , drop constraint f;",
        ),
        (Dialect::MySql, "create index i on a (b(10));", "create index i on a (b );"),
        (
            Dialect::TSql,
            "create table [dbo].[A] ([Id] int identity(1,1), constraint [P] primary key clustered ([Id] asc) with (x = y) on [primary]) on [primary]",
            "create table \"dbo\".\"a\" (\"id\" int , constraint \"p\" primary key (\"id\" ) )",
        ),
        (
            Dialect::TSql,
            "create nonclustered index i on a (b) with (x = y) on [primary]",
            "create index i on a (b)",
        ),
        (
            Dialect::Sqlite,
            "create table a (b integer primary key autoincrement) without rowid;",
            "create table a (b integer primary key ) ;",
        ),
        (Dialect::Sqlite, "create table a as select 1;", "create table a as select 1;"),
    ];
    for (dialect, text, wanted) in cases {
        let (common, _) = super::foreign::common(text, dialect);
        assert_eq!(common.len(), text.len());
        assert_eq!(common.split_whitespace().collect::<Vec<_>>().join(" "), wanted, "{text}");
        assert!(!read_as(text, dialect).statements.is_empty(), "{text}");
    }
}

/// Spans of all that hostile texts give lie in them.
fn sound(text: &str) -> Script {
    let script = read(text);
    for span in script.statements.iter().map(|it| it.span).chain(script.errors.iter().map(|it| it.0)) {
        assert!(text.get(span.start as usize..span.end as usize).is_some());
    }
    script
}

#[test]
fn hostile_texts_are_read_in_bounds() {
    let deep = [
        format!("select {}1{};", "(".repeat(10_000), ")".repeat(10_000)),
        format!("select {}1{};", "(select ".repeat(5_000), ")".repeat(5_000)),
        format!("select 1{};", " || 1".repeat(10_000)),
        format!("select 1{};", " or a = 1".repeat(10_000)),
        format!("select 1{};", " union select 1, 2".repeat(5_000)),
        format!("select {}1;", "not ".repeat(10_000)),
        format!("select {}1{};", "case when 1 then ".repeat(5_000), " end".repeat(5_000)),
        format!("select a{};", "::int".repeat(10_000)),
        format!("select a{};", "[1]".repeat(10_000)),
        format!("select * from a{};", " join b on true".repeat(5_000)),
        "(".repeat(100_000),
        "[".repeat(100_000),
        "begin ".repeat(100_000),
        "/*".repeat(100_000),
        "$a".repeat(100_000),
        "'".repeat(99_999),
        "\\".repeat(100_000),
        "{{".repeat(100_000),
        "select $a$ never closed; select 1;".to_owned(),
        "select \"never closed; select 1;".to_owned(),
        "\u{0}select 1;".to_owned(),
        "élève;\u{feff}select 'ü';".to_owned(),
    ];
    for text in deep {
        for dialect in [Dialect::MySql, Dialect::TSql, Dialect::Oracle] {
            super::foreign::common(&format!("create table a ({text}"), dialect);
        }
        let script = sound(&format!("{text}\n;select 2;"));

        assert!(script.statements.len() + script.errors.len() > 0, "{}", &text[..text.len().min(20)]);
    }
}

/// A dump's `insert` is read by its first rows.
#[test]
fn long_lists_of_rows_are_read_by_their_first() {
    let rows = "(1, 'it''s; (', E'\\'', \"a\"),".repeat(5_000);
    let text = format!("insert into t (a, b) values {}; select 1;", rows.trim_end_matches(','));
    let script = read(&text);
    let changes: Vec<_> = script.statements.iter().map(|it| (it.span.end, &it.kind)).collect();
    let [(end, Kind::Change(change)), (_, Kind::Query(_))] = changes.as_slice() else {
        panic!("{}", changes.len())
    };
    assert_eq!((*end as usize, change.columns.len()), (text.len() - 10, 2));
    let conflict = format!("insert into t values {} on conflict do nothing", rows.trim_end_matches(','));
    assert_eq!(super::text::long_values(&conflict), None);
}

#[test]
fn many_statements_are_all_read() {
    let text = "insert into t (a) values (1);\n".repeat(20_000);
    let script = read(&text);
    assert_eq!((script.statements.len(), script.errors.len()), (20_000, 0));
}

//! Small repositories in, what is told of how they keep data out.

use crate::extract::given::show;

const PG: (&str, &str) = ("package.json", r#"{"dependencies": {"pg": "8.16.3"}}"#);
const WALLETS: (&str, &str) =
    ("db/migrations/0001_init.sql", "create table wallets (id serial primary key, balance numeric);");
const SECURED: (&str, &str) = (
    "supabase/migrations/20240101000000_init.sql",
    "create table notes (id uuid primary key);\nalter table notes enable row level security;",
);

#[test]
fn databases_that_are_run_here() {
    let own = "services:\n  a: { build: . }\n  db: { image: \"postgres:17\" }\n";
    let others = "services:\n  a: { image: \"acme/shop:3\" }\n  db: { image: \"postgres:17\" }\n";
    let pod = "apiVersion: apps/v1\nkind: StatefulSet\nspec: { template: { spec: { containers: [{ name: db, image: \"mysql:9\" }] } } }\n";
    let unsure = |path: &str| {
        format!("PostgreSQL | compose | nothing tells that `{path}` runs the database of production")
    };
    for (path, text, expected) in [
        ("compose.prod.yml", own, vec!["PostgreSQL | compose | ".to_owned()]),
        ("compose.yml", own, vec![unsure("compose.yml")]),
        ("production/compose.yml", others, vec![unsure("production/compose.yml")]),
        ("compose.dev.yml", own, vec![]),
        ("k8s/production/db.yml", pod, vec!["MySQL | kubernetes | ".to_owned()]),
    ] {
        assert_eq!(show("db.host", &["kind", "by", "unsure"], &[(path, text)]), expected, "{path}: {text}");
    }
    let neon = ("package.json", r#"{"dependencies": {"@neondatabase/serverless": "1"}}"#);
    let found = show("db.host", &["unsure"], &[("compose.prod.yml", own), neon]);
    assert_eq!(found, ["the database of production may be one of Neon"]);
}

#[test]
fn copies() {
    let all = "a copy elsewhere, encryption, an end for old copies";
    for (path, text, expected) in [
        ("a.sh", "pg_dump shop > shop.sql", vec!["pg_dump | script |  | ".to_owned()]),
        ("backup.sh", "pg_dump shop > shop.sql", vec![format!("pg_dump | script | {all} | ")]),
        ("dev/backup.sh", "pg_dump shop > shop.sql", vec!["pg_dump | script |  | ".to_owned()]),
        (
            "backup.sh",
            "pg_dump shop | aws s3 cp - s3://shop/a",
            vec!["pg_dump | script | an end for old copies | the bucket that the copies go to may delete old ones".to_owned()],
        ),
        ("a.sh", "# pg_dump shop", vec![]),
        ("a.sh", "pg_dump -s shop > shop.sql", vec![]),
        ("a.sh", "pg_dump shop | psql other", vec![]),
        ("a.sh", "supabase db dump -f schema.sql", vec![]),
        ("backup.sh", "tar cz /data > a.tgz", vec!["backup.sh | script |  | ".to_owned()]),
        ("api.bak", "pg_dump", vec![]),
        ("src/help.js", "show('restic')", vec![]),
        (
            "compose.yml",
            "services:\n  b: { image: \"offen/docker-volume-backup:v2\" }\n",
            vec!["offen/docker-volume-backup:v2 | service |  | ".to_owned()],
        ),
        ("a.tf", "backup_retention_period = 7", vec!["backup_retention_period | infrastructure |  | ".to_owned()]),
        ("a.tf", "backup_retention_period = 0", vec![]),
        ("src/jobs.js", "spawn('pg_dump', [url])", vec!["pg_dump | code |  | ".to_owned()]),
        // Its heading says so, and the command that it shows.
        (
            "docs/ops.md",
            "# Ops\n## Backups\n```sh\npg_dump shop\n```\n",
            vec!["docs/ops.md | document |  | ".to_owned(); 2],
        ),
    ] {
        let found = show("backup", &["by", "form", "lacks", "unsure"], &[PG, (path, text)]);
        assert_eq!(found, expected, "{path}: {text}");
    }
}

#[test]
fn ways_back() {
    for (path, text, expected) in [
        ("a.sh", "pg_restore -d shop a.dump", vec!["pg_restore"]),
        ("a.sh", "psql shop < dump.sql", vec!["psql"]),
        ("a.sh", "zcat dump.gz | psql shop", vec!["zcat"]),
        ("restore.sh", "tar xz < a.tgz", vec!["restore.sh"]),
        ("a.sh", "psql shop <<EOF", vec![]),
        ("ops.md", "# Backups\n1. Take the newest.\n2. Restore it elsewhere.\n", vec!["ops.md"]),
        ("ops.md", "# Backups\n- [ ] restore one every month\n", vec![]),
        ("ops.md", "# Ops\n```sh\npsql shop < backup.sql\n```\n", vec!["ops.md"]),
        ("a.sh", "psql shop -c 'select 1'", vec![]),
    ] {
        assert_eq!(show("restore", &["by"], &[PG, (path, text)]), expected, "{path}: {text}");
    }
}

#[test]
fn what_watches_and_what_records() {
    for (path, text, expected) in [
        ("a.sql", "select * from pg_stat_activity", vec!["pg_stat_activity"]),
        ("a.yml", "image: quay.io/x/postgres-exporter", vec!["postgres-exporter"]),
        ("a.md", "pg_stat_activity", vec![]),
    ] {
        assert_eq!(show("db.watch", &["by"], &[PG, (path, text)]), expected, "{path}: {text}");
    }
    for (path, text, expected) in [
        ("src/a.ts", "auditLog.write(1)", vec!["src/a.ts | code"]),
        ("src/a.ts", "// audit\nwrite(1)", vec![]),
        ("package.json", r#"{"dependencies": {"x-audit": "1"}}"#, vec!["x-audit | library"]),
    ] {
        assert_eq!(
            show("audit.record", &["by", "form"], &[WALLETS, (path, text)]),
            expected,
            "{path}: {text}"
        );
    }
    assert_eq!(show("audit.record", &["by"], &[("src/a.ts", "auditLog.write(1)")]), [""; 0]);
}

#[test]
fn what_looks_at_policies() {
    let lint = "on: push\njobs: { a: { runs-on: x, steps: [{ run: supabase db lint }] } }\n";
    let asks = "select policies_are('public', 'notes', array['own']);";
    for (files, expected) in [
        (vec![(".github/workflows/a.yml", lint)], vec!["supabase db lint | ci"]),
        (vec![("supabase/tests/a.sql", asks)], vec!["supabase/tests/a.sql | "]),
        (vec![("src/a.ts", "f()")], vec![]),
    ] {
        let mut all = vec![SECURED];
        all.extend(files);
        assert_eq!(show("rls.audit", &["by", "runs"], &all), expected);
    }
}

#[test]
fn what_describes_tables() {
    for (path, text, expected) in [
        ("docs/database.md", "# Tables", vec!["docs/database.md"]),
        ("docs/a.md", "```mermaid\nerDiagram\n```", vec!["docs/a.md"]),
        ("src/types/database.ts", "export interface Database {}", vec!["src/types/database.ts"]),
        ("src/database.ts", "export const pool = new Pool()", vec![]),
        ("a.dbml", "Table a {}", vec!["a.dbml"]),
        ("package.json", r#"{"dependencies": {"typeorm": "0.3.0"}}"#, vec!["typeorm"]),
    ] {
        assert_eq!(show("schema.document", &["by"], &[WALLETS, (path, text)]), expected, "{path}: {text}");
    }
}

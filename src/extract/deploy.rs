//! What deploys a service, and where it keeps data.

use std::collections::HashSet;
use std::sync::LazyLock;

use memchr::memmem;
use rayon::prelude::*;
use regex::Regex;

use super::Context;
use super::hosting::PLATFORMS;
use super::packages::Role;
use crate::facts::{DeploySurface, Entry, StateStore};
use crate::parse::node::Node;
use crate::parse::{Document, Documents};
use crate::source::{FileId, FileKind, Place, SourceFile, Span, pattern};

/// One fact for each file that deploys a service, and one for each sign of a database.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let files: Vec<_> =
        context.tree.entries().filter(|(_, file)| !file.is_aside() && file.link.is_none()).collect();
    // The site of a documentation keeps no data, whatever its generator depends on.
    let documentation = context.packages.all().iter().filter(|package| package.role == Role::Docs);
    let documentation: HashSet<&str> = documentation.map(|package| package.dir.as_str()).collect();
    let found = files.par_iter().map(|(id, file)| {
        let reader = Reader { id: *id, file, text: context.tree.text(*id), documents: context.documents };
        let mut entries: Vec<Entry> = reader.surface().into_iter().collect();
        entries.extend(reader.services());
        entries.extend(reader.dependency().filter(|_| !documentation.contains(file.dir())));
        entries.extend(reader.migrations());
        entries
    });
    found.flatten().collect()
}

/// Further files whose name alone says where a service runs.
const OTHERS: &[(&str, &str)] = &[
    ("serverless.yml", "Serverless"),
    ("serverless.yaml", "Serverless"),
    ("serverless.ts", "Serverless"),
    ("sst.config.ts", "SST"),
    ("apprunner.yaml", "App Runner"),
    ("ecosystem.config.js", "PM2"),
    ("ecosystem.config.cjs", "PM2"),
];

/// Images of databases, by a part of their name, with the name people use.
const DATABASES: &[(&str, &str)] = &[
    ("postgres", "PostgreSQL"),
    ("postgis", "PostgreSQL"),
    ("pgvector", "PostgreSQL"),
    ("timescale", "PostgreSQL"),
    ("mysql", "MySQL"),
    ("mariadb", "MariaDB"),
    ("mongo", "MongoDB"),
    ("clickhouse", "ClickHouse"),
    ("cockroach", "CockroachDB"),
    ("mssql", "SQL Server"),
    ("cassandra", "Cassandra"),
    ("neo4j", "Neo4j"),
];

struct Reader<'a> {
    id: FileId,
    file: &'a SourceFile,
    text: &'a str,
    documents: &'a Documents,
}

impl Reader<'_> {
    fn surface(&self) -> Option<Entry> {
        let name = self.file.name().to_ascii_lowercase();
        let mut by_name = PLATFORMS.iter().chain(OTHERS);
        let known = by_name.find(|(file, _)| *file == name).map(|(_, platform)| *platform);
        let platform = known.or_else(|| match self.file.kind {
            FileKind::Dockerfile if !is_aside(&self.file.path) && serves(self.text) => Some("Docker"),
            FileKind::Yaml if is_compose(&name) => {
                (!is_aside(&self.file.path) && self.builds()).then_some("Docker Compose")
            }
            FileKind::Yaml => self.manifest(&name),
            _ => None,
        })?;
        Some(Entry::new(Place::file(self.id), DeploySurface { platform: platform.to_owned() }))
    }

    /// Kubernetes, Helm, App Engine and Kamal.
    fn manifest(&self, name: &str) -> Option<&'static str> {
        let Some(Document::Yaml(documents)) = self.documents.get(self.id) else { return None };
        let text = |node: &Node, key: &str| node.get(key).and_then(Node::scalar).unwrap_or_default();
        let workloads = ["Deployment", "StatefulSet", "DaemonSet", "Rollout"];
        let first = documents.first();
        if documents.iter().any(|node| {
            workloads.contains(&text(node, "kind").as_str()) && node.get("apiVersion").is_some()
                || text(node, "apiVersion").starts_with("serving.knative.dev")
        }) {
            return (!is_aside(&self.file.path)).then_some("Kubernetes");
        }
        match name {
            "chart.yaml" => first.filter(|node| text(node, "type") != "library").map(|_| "Helm"),
            "app.yaml" => first.filter(|node| node.get("runtime").is_some()).map(|_| "App Engine"),
            "deploy.yml" => first
                .filter(|node| node.get("image").is_some() && node.get("servers").is_some())
                .map(|_| "Kamal"),
            _ => None,
        }
    }

    fn compose_services(&self) -> &[crate::parse::node::Entry] {
        let compose = is_compose(&self.file.name().to_ascii_lowercase());
        let node = self.documents.node(self.id).filter(|_| compose);
        node.and_then(|node| node.get("services")).map_or(&[], Node::entries)
    }

    /// Whether a service is built from this repository.
    fn builds(&self) -> bool {
        self.compose_services().iter().any(|service| service.value.get("build").is_some())
    }

    /// Databases among the services of a compose file.
    fn services(&self) -> Vec<Entry> {
        let service = |service: &crate::parse::node::Entry| {
            let image = service.value.get("image")?;
            let kind = database_of(&image.scalar()?)?;
            Some(self.store(image.span, kind, "service"))
        };
        if is_aside(&self.file.path) && !self.file.path.contains("dev") {
            return Vec::new();
        }
        self.compose_services().iter().filter_map(service).collect()
    }

    /// The first library in a manifest that leads to a database; one that tells which before one that does not, and `SQLite`,
    /// which stands in for others in tests, behind those.
    fn dependency(&self) -> Option<Entry> {
        static NPM: LazyLock<Option<Regex>> = LazyLock::new(|| {
            pattern(
                r#""(@prisma/client|prisma|drizzle-orm|typeorm|sequelize|mongoose|knex|kysely|pg|postgres|mysql2?|mongodb|better-sqlite3|@libsql/client|@supabase/supabase-js|firebase-admin|@mikro-orm/core|@neondatabase/serverless|objection|@planetscale/database)"\s*:"#,
            )
        });
        static PYTHON: LazyLock<Option<Regex>> = LazyLock::new(|| {
            pattern(
                r#"(?mi)(?:^|["'])\s*(sqlalchemy|django|psycopg[23]?|psycopg2-binary|asyncpg|pymongo|motor|beanie|tortoise-orm|peewee|sqlmodel|mysqlclient|pymysql|flask-sqlalchemy)\s*(?:\[[^\]]*\])?\s*(?:[<>=~!;"']|$)"#,
            )
        });
        static RUST: LazyLock<Option<Regex>> = LazyLock::new(|| {
            pattern(
                r"(?m)^(sqlx|diesel|sea-orm|tokio-postgres|mongodb|rusqlite|deadpool-postgres)(?:\.workspace)?\s*=",
            )
        });
        static GO: LazyLock<Option<Regex>> = LazyLock::new(|| {
            pattern(
                r"(?m)^\s*(?:require\s+)?(gorm\.io/gorm|github\.com/jackc/pgx(?:/v\d+)?|github\.com/lib/pq|github\.com/go-sql-driver/mysql|entgo\.io/ent|go\.mongodb\.org/mongo-driver(?:/v\d+)?|github\.com/uptrace/bun|github\.com/jmoiron/sqlx|github\.com/ory/pop/v6|modernc\.org/sqlite|github\.com/mattn/go-sqlite3|github\.com/tursodatabase/(?:libsql-client-go|go-libsql))\s+v[^\n/]*$",
            )
        });
        let pattern = match self.file.name() {
            "package.json" => &NPM,
            "pyproject.toml" | "requirements.txt" | "Pipfile" | "setup.py" | "setup.cfg" => &PYTHON,
            "Cargo.toml" => &RUST,
            "go.mod" => &GO,
            _ => return None,
        };
        let mut libraries: Vec<_> =
            pattern.as_ref()?.captures_iter(self.text).filter_map(|found| found.get(1)).collect();
        libraries.sort_by_key(|library| match driver_of(library.as_str()) {
            Some("SQLite") => 1,
            Some(_) => 0,
            None => 2,
        });
        let found = libraries.first()?;
        let kind = driver_of(found.as_str()).unwrap_or(found.as_str());
        Some(self.store(Span::new(found.start(), found.end()), kind, "dependency"))
    }

    /// Files by which a database gets its tables.
    fn migrations(&self) -> Option<Entry> {
        let path = self.file.path.to_ascii_lowercase();
        let kind = match self.file.name() {
            "schema.prisma" if memmem::find(self.text.as_bytes(), b"datasource ").is_some() => "prisma",
            "alembic.ini" => "alembic",
            "diesel.toml" => "diesel",
            _ if self.file.kind != FileKind::Sql => return None,
            _ if path.contains("supabase/migrations/") => "supabase",
            _ if path.contains("migrations/") => "SQL migrations",
            _ => return None,
        };
        Some(self.store(Span::default(), kind, "migrations"))
    }

    fn store(&self, span: Span, kind: &str, because: &str) -> Entry {
        let fact = StateStore { kind: kind.to_owned(), because: because.to_owned() };
        Entry::new(Place { file: self.id, span }, fact)
    }
}

/// The database that an image holds.
pub(super) fn database_of(image: &str) -> Option<&'static str> {
    let repository = image.split('@').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let repository = repository.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let tool = ["exporter", "admin", "express", "backup", "pgbouncer"];
    let (_, kind) = DATABASES
        .iter()
        .find(|(part, _)| repository.contains(part) && !tool.iter().any(|tool| repository.contains(tool)))?;
    Some(kind)
}

/// The database that a library talks to, where it talks to one only.
fn driver_of(library: &str) -> Option<&'static str> {
    let drivers: [(&str, &[&str]); 5] = [
        (
            "PostgreSQL",
            &["pg", "postgres", "psycopg", "asyncpg", "tokio-postgres", "pgx", "lib/pq", "neondatabase"],
        ),
        ("MySQL", &["mysql", "planetscale"]),
        ("MongoDB", &["mongo", "motor", "beanie"]),
        ("libSQL", &["libsql"]),
        ("SQLite", &["sqlite"]),
    ];
    let name = library.to_ascii_lowercase();
    let (kind, _) = drivers.iter().find(|(_, names)| {
        names.iter().any(|part| if part.len() > 2 { name.contains(part) } else { name == *part })
    })?;
    Some(kind)
}

/// Whether a container of this Dockerfile answers requests: it opens a port, is checked, or starts a server.
fn serves(text: &str) -> bool {
    static SERVES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?mi)^\s*(EXPOSE|HEALTHCHECK)\s+\S|^\s*(CMD|ENTRYPOINT)\b.*\b(serve|server|start|start:prod|gunicorn|uvicorn|hypercorn|nginx|php-fpm|apache2|puma|runserver|daphne|caddy|next|node|java|dotnet)\b",
        )
    });
    SERVES.as_ref().is_some_and(|serves| serves.is_match(text))
}

fn is_compose(name: &str) -> bool {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    (stem.starts_with("docker-compose") || stem.starts_with("compose"))
        && ["yml", "yaml"].contains(&extension)
}

/// Whether the path says that the file is for development, tests or the build itself.
fn is_aside(path: &str) -> bool {
    const WORDS: &[&str] = &[
        "dev",
        "develop",
        "development",
        "devcontainer",
        "test",
        "tests",
        "testing",
        "e2e",
        "ci",
        "build",
        "builder",
        "local",
        "debug",
        "github",
        "circleci",
        "gitpod",
        "override",
        "hack",
        "docs",
        "cypress",
        "playwright",
        "lint",
        "bench",
        "integration",
        "quickstart",
        "contrib",
        "scripts",
        "tools",
    ];
    let path = path.to_ascii_lowercase();
    path.split(|c: char| !c.is_ascii_alphanumeric()).any(|token| WORDS.contains(&token))
}

#[cfg(test)]
mod tests {
    use crate::extract::facts;
    use crate::facts::{DeploySurface, StateStore};
    use crate::parse::Documents;
    use crate::source::{MemoryFile, Tree};

    fn show(path: &str, text: &str) -> (Vec<String>, Vec<String>) {
        let tree = Tree::from_memory([(path.to_owned(), MemoryFile::Text(text.to_owned()))]);
        let (store, _) = facts(&tree, &Documents::parse(&tree), &[]);
        let surfaces = store.all::<DeploySurface>().map(|(_, surface)| surface.platform.clone()).collect();
        let stores = store.all::<StateStore>().map(|(_, s)| format!("{} {}", s.kind, s.because)).collect();
        (surfaces, stores)
    }

    #[test]
    fn surfaces() {
        for (path, text, expected) in [
            ("Dockerfile", "FROM a\nEXPOSE 80\n", Some("Docker")),
            ("Dockerfile", "FROM a\nCMD [\"node\", \"x.js\"]\n", Some("Docker")),
            ("Dockerfile", "FROM a\nENTRYPOINT [\"/usr/bin/tool\"]\n", None),
            ("Dockerfile.dev", "FROM a\nEXPOSE 80\n", None),
            (".devcontainer/Dockerfile", "FROM a\nEXPOSE 80\n", None),
            ("docker-compose.yml", "services:\n  api:\n    build: .\n", Some("Docker Compose")),
            ("docker-compose.yml", "services:\n  db:\n    image: postgres:17\n", None),
            ("docker-compose.dev.yml", "services:\n  api:\n    build: .\n", None),
            ("k8s/api.yaml", "apiVersion: apps/v1\nkind: Deployment\n", Some("Kubernetes")),
            ("k8s/config.yaml", "apiVersion: v1\nkind: ConfigMap\n", None),
            ("chart/Chart.yaml", "apiVersion: v2\nname: shop\n", Some("Helm")),
            ("fly.toml", "app = \"shop\"\n", Some("Fly.io")),
            ("Procfile", "web: node x.js\n", Some("Heroku")),
            ("app.yaml", "runtime: nodejs22\n", Some("App Engine")),
            ("app.yaml", "name: x\n", None),
        ] {
            let found = show(path, text).0;
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{path}: {text}");
        }
    }

    #[test]
    fn stores() {
        for (path, text, expected) in [
            ("compose.yml", "services:\n  db:\n    image: postgres:17\n", Some("PostgreSQL service")),
            (
                "compose.yml",
                "services:\n  x:\n    image: a/postgres-exporter\n  r:\n    image: redis:8\n",
                None,
            ),
            ("package.json", "{\"dependencies\": {\"pg\": \"8\"}}", Some("PostgreSQL dependency")),
            ("package.json", "{\"dependencies\": {\"pgp\": \"8\"}}", None),
            ("docs/package.json", "{\"dependencies\": {\"better-sqlite3\": \"12\"}}", None),
            ("requirements.txt", "flask\nSQLAlchemy==2.0\n", Some("SQLAlchemy dependency")),
            ("requirements.txt", "django-cors-headers==4\n", None),
            (
                "pyproject.toml",
                "[project]\ndependencies = [\"asyncpg>=0.30\"]\n",
                Some("PostgreSQL dependency"),
            ),
            ("requirements.txt", "django==5.2\npsycopg2-binary==2.9\n", Some("PostgreSQL dependency")),
            ("requirements.txt", "django==5.2\n", Some("django dependency")),
            ("Cargo.toml", "[dependencies]\nsqlx = \"0.8\"\n", Some("sqlx dependency")),
            ("go.mod", "require (\n\tgorm.io/gorm v1.31.0\n)\n", Some("gorm.io/gorm dependency")),
            (
                "go.mod",
                "require (\n\tgithub.com/mattn/go-sqlite3 v1.14.22\n\tgithub.com/lib/pq v1.10.9\n)\n",
                Some("PostgreSQL dependency"),
            ),
            ("package.json", "{\"dependencies\": {\"@libsql/client\": \"0.15\"}}", Some("libSQL dependency")),
            ("go.mod", "require (\n\tgithub.com/lib/pq v1.10.9 // indirect\n)\n", None),
            ("supabase/migrations/1_init.sql", "select 1;", Some("supabase migrations")),
            ("queries/a.sql", "select 1;", None),
        ] {
            let found = show(path, text).1;
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{path}: {text}");
        }
    }
}

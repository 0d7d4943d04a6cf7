//! How what a database holds is kept: where it runs, copies of it, who changed what, what watches and describes it.

facts! {
    /// A database that files of this repository run. It stands at its image. Databases of providers, and those of which
    /// nothing is said, are none.
    "db.host" DatabaseHost {
        /// `PostgreSQL`, `MySQL`, `MongoDB` …
        kind: String,
        /// What runs it: `compose` or `kubernetes`.
        by: String,
        /// Why it may not be the one that production uses.
        unsure: Option<String>,
    }

    /// Something that copies what a database holds.
    "backup" Backup {
        /// The program, the image, the setting or the file: `pg_dump`, `litestream`, `docs/backup.md` …
        by: String,
        /// `script`, `job` (of a pipeline), `service` (a container), `infrastructure`, `code` (of the program) or
        /// `document`.
        form: String,
        /// What it leaves out, of scripts and jobs: `a copy elsewhere`, `encryption`, `an end for old copies`.
        lacks: Vec<String>,
        /// Why that may be otherwise.
        unsure: Option<String>,
    }

    /// A way back from a copy of a database.
    "restore" Restore {
        /// The program or the file: `pg_restore`, `scripts/restore.sh`, `docs/recovery.md` …
        by: String,
    }

    /// What watches a database from within: queries of its statistics, an exporter, traces of its clients.
    "db.watch" DatabaseWatch {
        /// As it is written: `pg_stat_user_indexes`, `postgres-exporter` …
        by: String,
    }

    /// What holds the policies of a database against what they are to allow.
    "rls.audit" RlsAudit {
        /// The file or the command: `supabase/tests/policies.sql`, `supabase db lint` …
        by: String,
        /// What runs it: `schedule`, `ci`; absent where nothing in this repository does.
        runs: Option<String>,
    }

    /// What records who did what, in whatever way.
    "audit.record" AuditRecord {
        /// What it is: the table, the extension, the library or the file.
        by: String,
        /// `table`, `column`, `extension`, `library` or `code`.
        form: String,
    }

    /// What describes the tables of a database to who reads the repository.
    "schema.document" SchemaDocument {
        /// The file, or the tool whose migrations are made from models.
        by: String,
    }
}

//! How programs ask databases and caches.

facts! {
    /// A client of a database that is made. It stands where it is made.
    "db.client" DatabaseClient {
        /// `prisma`, `pg`, `mongoose`, `mysql2`, `redis` …
        library: String,
        /// How often one process makes one, where that is more than once: `for every request`, `in 4 modules`.
        repeated: Option<String>,
        /// Encryption is switched off: `ssl: false`, `sslmode=disable`, for a host that is not local.
        plain: bool,
    }

    /// A record that is written with all that the body of a request holds, in a handler whose route holds it against no
    /// schema and asks for no role. Only of models whose fields are known.
    "record.write" RecordWrite {
        /// What writes it, as it is written: `User.findByIdAndUpdate`.
        by: String,
        /// The fields of people who sign in that a client so sets and that give rights: `role`, `isAdmin` …
        grants: Vec<String>,
    }

    /// A record that is answered, of a model whose fields are known and that has a password or its hash.
    "record.answer" RecordAnswer {
        /// What it comes from, as it is written: `User.findById`.
        by: String,
        /// The field, where the answer holds it: `password`. Absent where it is not asked for, taken out, or shaped away.
        holds: Option<String>,
    }

    /// A query for many rows, in a function that answers a request for reading with them.
    "list.query" ListQuery {
        /// What is asked, as it is written: `prisma.user.findMany`.
        of: String,
        /// Whose rows it asks for: the model, the table, or what holds its queries.
        rows: String,
        /// What limits how many rows come back: `take`, `limit` …; absent where nothing does.
        limit: Option<String>,
        /// The limit is taken from the request.
        asked: bool,
        /// What keeps a limit from the request below a number.
        maximum: Option<String>,
        /// Why it cannot be told how many rows come back.
        unsure: Option<String>,
    }

    /// A query that a request waits for once for each row of another: in a loop over its rows, by what the row holds.
    "query.each" QueryEach {
        /// What is asked in the loop, as it is written: `prisma.user.findUnique`.
        by: String,
        /// The query whose rows it goes through.
        over: String,
        /// It only reads, and nothing puts such queries together by itself (`DataLoader`).
        reads: bool,
    }

    /// A call of a cache outside of the process.
    "cache.call" CacheCall {
        /// The library.
        library: String,
        /// `set` or `get`.
        does: String,
        /// Whether what is put there ends by itself; absent of reading.
        expires: Option<bool>,
        /// Why that cannot be told.
        unsure: Option<String>,
        /// It runs while a request is handled.
        in_request: bool,
        /// Whether something catches its failure.
        caught: bool,
    }

    /// Something that pushes a schema to a database without migrations.
    "schema.push" SchemaPush {
        /// How: `prisma db push`, `synchronize: true` …
        by: String,
        /// Where: a script, an image, the code of the server.
        stage: String,
        /// What keeps it away from production: the name of its script, a condition.
        guard: Option<String>,
    }

    /// A command that empties a database and asks nobody.
    "data.wipe" DataWipe {
        /// What does it.
        by: String,
        /// What keeps it away from production: a check of the environment, a question, a test database.
        guard: Option<String>,
    }

    /// What notices queries that take long: a setting of the database, a listener of a client.
    "query.watch" QueryWatch {
        /// As it is written: `log_min_duration_statement`, `maxQueryExecutionTime` …
        by: String,
    }

    /// Work of a server that begins for each row or message at once.
    "fan.out" FanOut {
        /// What begins it: `Promise.all`, `channel.consume`.
        by: String,
        /// For each of what: `prisma.user.findMany`, `a queue`.
        over: String,
        /// What keeps how much runs at once below a number: `prefetch`, `limit`.
        limit: Option<String>,
    }

    /// Rows that are kept in a cache outside of the process for longer than some minutes, and that the same package
    /// changes in the database. It stands where they are put into the cache.
    "cached.entity" CachedEntity {
        /// Whose rows, by the key: `user`.
        entity: String,
        /// Whether anything in the package takes something out of a cache.
        cleared: bool,
    }
}

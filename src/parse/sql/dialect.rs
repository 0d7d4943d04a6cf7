//! Whose SQL a text is, told by the words and signs that only one dialect has.

use memchr::memchr;

use super::tokens::is_word;
use crate::source::Span;

/// A dialect of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub enum Dialect {
    /// PostgreSQL and what speaks like it.
    Postgres,
    /// MySQL and `MariaDB`.
    MySql,
    /// SQLite.
    Sqlite,
    /// SQL Server.
    TSql,
    /// Oracle.
    Oracle,
    /// A database of another kind, which no text tells: `CockroachDB`, whose SQL is much like PostgreSQL's,
    /// `ClickHouse`, Cassandra, Snowflake.
    Other,
    /// Nothing in the text tells: it is read as PostgreSQL's.
    #[default]
    Unknown,
}

impl Dialect {
    /// Its name, as facts have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
            Self::Sqlite => "sqlite",
            Self::TSql => "tsql",
            Self::Oracle => "oracle",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }

    /// Whether a text of this dialect is read as PostgreSQL's.
    pub fn is_postgres(self) -> bool {
        matches!(self, Self::Postgres | Self::Unknown)
    }
}

/// Whose SQL a text is.
pub fn dialect(text: &str) -> Dialect {
    told(text).0
}

/// Whose SQL a text is, and the first word or sign that tells.
pub(super) fn told(text: &str) -> (Dialect, Span) {
    let mut seen = Seen::default();
    seen.scan(text.as_bytes());
    let postgres = seen.points[0];
    let others = [Dialect::MySql, Dialect::Sqlite, Dialect::TSql, Dialect::Oracle];
    let best =
        others.into_iter().max_by_key(|other| (seen.points[slot(*other)], std::cmp::Reverse(slot(*other))));
    match best {
        Some(best) if seen.points[slot(best)] > postgres => (best, seen.first[slot(best)]),
        _ if postgres > 0 => (Dialect::Postgres, seen.first[0]),
        _ => (Dialect::Unknown, Span::default()),
    }
}

fn slot(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Postgres | Dialect::Other | Dialect::Unknown => 0,
        Dialect::MySql => 1,
        Dialect::Sqlite => 2,
        Dialect::TSql => 3,
        Dialect::Oracle => 4,
    }
}

/// How much speaks for each dialect, and where that began.
#[derive(Default)]
struct Seen {
    points: [u32; 5],
    first: [Span; 5],
}

/// How many points a text gathers at most for a dialect.
const ENOUGH: u32 = 4000;

impl Seen {
    fn add(&mut self, dialect: Dialect, points: u32, start: usize, end: usize) {
        let slot = slot(dialect);
        if self.points[slot] == 0 {
            self.first[slot] = Span::new(start, end);
        }
        self.points[slot] = (self.points[slot] + points).min(ENOUGH);
    }

    /// Goes over all that is neither a comment nor a string.
    fn scan(&mut self, text: &[u8]) {
        let mut at = 0;
        let mut line = true;
        while at < text.len() {
            let next = text.get(at + 1).copied().unwrap_or(0);
            let byte = text[at];
            match byte {
                b'\n' => {
                    line = true;
                    at += 1;
                    continue;
                }
                b'-' if next == b'-' => {
                    at = memchr(b'\n', &text[at..]).map_or(text.len(), |found| at + found);
                }
                b'/' if next == b'*' => {
                    at = memchr::memmem::find(&text[at..], b"*/").map_or(text.len(), |found| at + found + 2);
                }
                b'\'' | b'"' => at = memchr(byte, &text[at + 1..]).map_or(text.len(), |found| at + found + 2),
                b'`' if text[at..].starts_with(b"```") => at += 3,
                b'`' => {
                    let end = memchr(b'`', &text[at + 1..]).map_or(text.len(), |found| at + found + 2);
                    if end < text.len() && end - at < 70 {
                        self.add(Dialect::MySql, 5, at, end);
                    }
                    at = end;
                }
                b'$' => at = self.dollar(text, at),
                b':' if next == b':' => {
                    self.add(Dialect::Postgres, 6, at, at + 2);
                    at += 2;
                }
                b'[' => at = self.bracket(text, at),
                b'@' if next == b'@' || next.is_ascii_alphabetic() => at = self.variable(text, at),
                byte if is_word(byte) => at = self.word(text, at, line),
                _ => at += 1,
            }
            line = line && (byte.is_ascii_whitespace() || byte == b'/');
        }
    }

    fn dollar(&mut self, text: &[u8], at: usize) -> usize {
        let tag = text[at + 1..].iter().take_while(|byte| is_word(**byte)).count();
        if text.get(at + tag + 1) != Some(&b'$') {
            return at + 1;
        }
        let mark = &text[at..at + tag + 2];
        let from = at + mark.len();
        match memchr::memmem::find(&text[from..], mark) {
            Some(found) => {
                self.add(Dialect::Postgres, 8, at, from);
                from + found + mark.len()
            }
            None => from,
        }
    }

    /// `[dbo]` is a quoted name; `text[]` and `a[1]` are PostgreSQL's.
    fn bracket(&mut self, text: &[u8], at: usize) -> usize {
        let inner = text[at + 1..].iter().take_while(|byte| is_word(**byte) || **byte == b' ').count();
        if text.get(at + inner + 1) != Some(&b']') {
            return at + 1;
        }
        let end = at + inner + 2;
        let before = at.checked_sub(1).map_or(b' ', |before| text[before]);
        if inner == 0 {
            self.add(Dialect::Postgres, 6, at, end);
        } else if text[at + 1].is_ascii_alphabetic()
            && !is_word(before)
            && !matches!(before, b')' | b']' | b'"')
        {
            self.add(Dialect::TSql, 6, at, end);
        }
        end
    }

    /// `@@name`, of SQL Server and MySQL. `@name` alone tells nothing: PostgreSQL has operators that begin so.
    fn variable(&mut self, text: &[u8], at: usize) -> usize {
        let end = at + 1 + text[at + 1..].iter().take_while(|byte| is_word(**byte) || **byte == b'@').count();
        if text[at..end].starts_with(b"@@") {
            self.add(Dialect::TSql, 3, at, end);
            self.add(Dialect::MySql, 3, at, end);
        }
        end
    }

    fn word(&mut self, text: &[u8], at: usize, line: bool) -> usize {
        let length = text[at..].iter().take_while(|byte| is_word(**byte)).count();
        let end = at + length;
        if !(2..=20).contains(&length) {
            return end;
        }
        let mut buffer = [0_u8; 20];
        for (to, from) in buffer.iter_mut().zip(&text[at..end]) {
            *to = from.to_ascii_lowercase();
        }
        let word = &buffer[..length];
        let after = text[end..]
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t'))
            .map_or(end, |blanks| end + blanks);
        let next = text.get(after).copied().unwrap_or(0);
        if let Some((dialect, points)) = words::word(word).or_else(|| words::before(word, next)) {
            self.add(dialect, points, at, end);
        } else if line && let Some((dialect, points)) = words::first(word, &text[after..]) {
            self.add(dialect, points, at, end);
        } else if let Some((dialect, points)) = words::pair(word, &text[after..]) {
            self.add(dialect, points, at, end);
        }
        end
    }
}

mod words {
    //! The words of each dialect, and how much each tells.

    use super::Dialect::{self, MySql, Oracle, Postgres, Sqlite, TSql};

    /// A word that tells by itself.
    pub(super) fn word(word: &[u8]) -> Option<(Dialect, u32)> {
        Some(match word {
            b"plpgsql" | b"concurrently" | b"jsonb" | b"timestamptz" | b"bytea" | b"bigserial"
            | b"smallserial" | b"serial" | b"regclass" | b"tsvector" | b"gen_random_uuid"
            | b"uuid_generate_v4" | b"search_path" | b"nextval" | b"service_role" | b"authenticated"
            | b"plainto_tsquery" | b"to_tsvector" => (Postgres, 8),
            b"ilike"
            | b"citext"
            | b"unnest"
            | b"array_agg"
            | b"setval"
            | b"int4"
            | b"int8"
            | b"float8"
            | b"timetz"
            | b"inet"
            | b"hstore"
            | b"pg_catalog"
            | b"json_build_object"
            | b"jsonb_build_object" => (Postgres, 6),
            b"auto_increment" | b"mediumtext" | b"longtext" | b"mediumint" | b"longblob" | b"tinytext"
            | b"mediumblob" | b"utf8mb4" | b"innodb" | b"myisam" | b"utf8mb3" | b"zerofill" => (MySql, 10),
            b"mergetree" | b"replacingmergetree" | b"unsigned" | b"datetime64" | b"lowcardinality" => {
                (MySql, 8)
            }
            b"modify" => (MySql, 3),
            b"autoincrement" | b"rowid" | b"sqlite_master" | b"sqlite_sequence" | b"strftime" | b"fts5"
            | b"fts4" | b"randomblob" | b"julianday" | b"foreign_keys" => (Sqlite, 10),
            b"nvarchar"
            | b"uniqueidentifier"
            | b"datetime2"
            | b"datetimeoffset"
            | b"getdate"
            | b"getutcdate"
            | b"sysutcdatetime"
            | b"nonclustered"
            | b"clustered"
            | b"newsequentialid"
            | b"sp_executesql"
            | b"sp_rename"
            | b"rowversion"
            | b"smalldatetime"
            | b"ntext"
            | b"dbo"
            | b"nocount"
            | b"ansi_nulls"
            | b"quoted_identifier"
            | b"sp_addextendedproperty" => (TSql, 10),
            b"varchar2" | b"nvarchar2" | b"systimestamp" | b"nclob" | b"sys_guid" | b"dbms_output"
            | b"pls_integer" => (Oracle, 10),
            b"sysdate" | b"rownum" | b"clob" => (Oracle, 5),
            _ => return None,
        })
    }

    /// A word that tells by the sign after it.
    pub(super) fn before(word: &[u8], next: u8) -> Option<(Dialect, u32)> {
        Some(match (word, next) {
            (b"engine", b'=') => (MySql, 10),
            (b"charset", b'=') => (MySql, 8),
            (b"tinyint" | b"enum" | b"ifnull" | b"group_concat" | b"unix_timestamp", b'(') => (MySql, 4),
            (b"identity" | b"newid" | b"object_id" | b"isnull" | b"charindex" | b"col_length", b'(') => {
                (TSql, 6)
            }
            (b"number" | b"nvl" | b"to_clob", b'(') => (Oracle, 4),
            (b"datetime", b'(') => (Sqlite, 3),
            (b"datetime", _) => (MySql, 2),
            (b"tinyint" | b"mediumblob" | b"tinyblob", _) => (MySql, 3),
            _ => return None,
        })
    }

    /// A word that tells at the start of a line.
    pub(super) fn first(word: &[u8], rest: &[u8]) -> Option<(Dialect, u32)> {
        let ends = rest.first().is_none_or(|byte| matches!(byte, b'\n' | b'\r' | b';'));
        Some(match word {
            b"go" if ends => (TSql, 10),
            b"pragma" => (Sqlite, 10),
            b"delimiter" if rest.starts_with(b"//") || rest.starts_with(b"$$") || rest.starts_with(b";") => {
                (MySql, 10)
            }
            b"exec" => (TSql, 6),
            b"print" => (TSql, 4),
            b"use" => (MySql, 4),
            _ => return None,
        })
    }

    /// `drop index name on table`: what follows `drop`.
    fn of_table(rest: &[u8]) -> bool {
        let mut words = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).skip(2);
        words.next().is_some_and(|word| word.eq_ignore_ascii_case(b"on"))
    }

    /// Two words that tell together.
    pub(super) fn pair(word: &[u8], rest: &[u8]) -> Option<(Dialect, u32)> {
        let next = |other: &[u8]| {
            rest.get(..other.len()).is_some_and(|head| head.eq_ignore_ascii_case(other))
                && !rest.get(other.len()).is_some_and(|byte| super::is_word(*byte))
        };
        Some(match word {
            b"create" if next(b"extension") || next(b"policy") => (Postgres, 10),
            b"create" if next(b"virtual") => (Sqlite, 8),
            b"level" if next(b"security") => (Postgres, 8),
            b"owner" if next(b"to") => (Postgres, 6),
            b"double" if next(b"precision") => (Postgres, 3),
            b"character" if next(b"varying") => (Postgres, 5),
            b"character" if next(b"set") => (MySql, 6),
            b"time" if next(b"zone") => (Postgres, 4),
            b"as" if next(b"enum") => (Postgres, 8),
            b"using" if next(b"gin") || next(b"gist") || next(b"btree") => (Postgres, 4),
            b"on" if next(b"conflict") => (Postgres, 2),
            b"on" if next(b"duplicate") => (MySql, 8),
            b"insert" if next(b"ignore") => (MySql, 8),
            b"insert" if next(b"or") => (Sqlite, 8),
            b"replace" if next(b"into") => (MySql, 3),
            b"without" if next(b"rowid") => (Sqlite, 10),
            b"lock" | b"unlock" if next(b"tables") => (MySql, 6),
            b"modify" if next(b"column") => (MySql, 8),
            b"drop" if next(b"index") && of_table(rest) => (MySql, 6),
            b"drop" if next(b"foreign") || next(b"primary") => (MySql, 8),
            b"rename" if next(b"table") => (MySql, 8),
            b"begin" if next(b"tran") => (TSql, 8),
            b"execute" if next(b"immediate") => (Oracle, 6),
            b"from" if next(b"dual") => (Oracle, 4),
            b"create" if next(b"database") => (MySql, 1),
            _ => return None,
        })
    }
}

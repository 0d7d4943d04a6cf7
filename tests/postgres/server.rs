//! A private PostgreSQL server in a folder of its own, reached by its socket only.

use std::cell::Cell;
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::set::Set;

/// What the catalogue of a server says after a set.
#[derive(Debug, Default, Clone)]
pub(crate) struct Truth {
    /// Sorted.
    pub(crate) lines: Vec<String>,
    /// Statements that were refused: the file of the set, the line of their end, and why.
    pub(crate) errors: Vec<(usize, usize, String)>,
    /// What the probe of the set printed.
    pub(crate) probe: Vec<String>,
}

/// A running server; it ends with the value, also when a test panics.
pub(crate) struct Server {
    bin: PathBuf,
    folder: tempfile::TempDir,
    process: Child,
    /// Who runs the server where the tests run as root, which PostgreSQL refuses.
    user: Option<(u32, u32)>,
    /// How many sets the database has seen: dropped objects make its catalogue slow, so it is made anew now and then.
    seen: Cell<usize>,
}

/// How many sets a database sees.
const MOST_SEEN: usize = 250;
/// What every database has after its reset.
const RESET: &str = include_str!("reset.sql");
const CATALOGUE: &str = include_str!("catalogue.sql");
/// Prints the catalogue: with the settings it was planned for.
const EXECUTE: &str = "set search_path = pg_catalog;\nset plan_cache_mode = force_generic_plan;\nexecute catalogue;\n\
                       reset all;\nset client_min_messages = error;\n";
/// Makes a session as good as new, but for what it has prepared.
const SESSION: &str = "set session authorization default;\nreset role;\nreset all;\ndiscard temp;\n\
                       set client_min_messages = error;\n";

impl Server {
    /// Starts a server, where there is one to start.
    pub(crate) fn start() -> Option<Self> {
        let bin = programs()?;
        let folder = tempfile::Builder::new().prefix("glpg").tempdir().expect("a folder");
        let user = unprivileged();
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).expect("the folder is given to the server's user");
        }
        let data = folder.path().join("data");
        let made = command(&bin.join("initdb"), user, folder.path())
            .args(["-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C", "-D"])
            .arg(&data)
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let mut start = command(&bin.join("postgres"), user, folder.path());
        start.arg("-D").arg(&data).arg("-k").arg(folder.path());
        for setting in [
            "listen_addresses=",
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
            "autovacuum=off",
            "wal_level=minimal",
            "max_wal_senders=0",
            "shared_buffers=32MB",
            "jit=off",
        ] {
            start.args(["-c", setting]);
        }
        let log = fs::File::create(folder.path().join("log")).expect("a log");
        start.stdout(Stdio::null()).stderr(log);
        let process = start.spawn().expect("postgres runs");
        let server = Self { bin, folder, process, user, seen: Cell::new(MOST_SEEN) };
        server.wait();
        Some(server)
    }

    fn wait(&self) {
        let until = Instant::now() + Duration::from_mins(1);
        while !self.psql("postgres").args(["-c", "select"]).output().expect("psql runs").status.success() {
            assert!(
                Instant::now() < until,
                "the server does not start: {}",
                fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-U", "postgres", "-d", database, "-h"]).arg(self.folder.path());
        psql.env_clear().env("LC_ALL", "C").env("PGCLIENTENCODING", "UTF8").stdin(Stdio::null());
        psql
    }

    /// Runs a script in a database: standard output and the errors.
    pub(crate) fn script(&self, database: &str, text: &str) -> (String, String) {
        let file = tempfile::Builder::new().suffix(".sql").tempfile_in(self.folder.path()).expect("a file");
        fs::write(file.path(), text).expect("a script is written");
        let output = self.psql(database).arg("-f").arg(file.path()).output().expect("psql runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    }

    /// Applies sets one after the other to a fresh database, which is emptied in between.
    pub(crate) fn run(&self, sets: &[Set]) -> Vec<Truth> {
        if self.seen.get() + sets.len() > MOST_SEEN {
            let anew = "drop database if exists sets (force);\ncreate database sets template template0;";
            let (_, errors) = self.script("postgres", &format!("set client_min_messages = error;\n{anew}"));
            assert_eq!(errors, "");
            self.seen.set(0);
        }
        self.seen.set(self.seen.get() + sets.len());
        let files = tempfile::tempdir_in(self.folder.path()).expect("a folder");
        let (out, errors) = self.script("sets", &whole(sets, files.path()));
        truths(sets.len(), &out, &errors)
    }
}

/// The script that applies sets; its files are put in a folder.
fn whole(sets: &[Set], folder: &Path) -> String {
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).expect("a script is written");
        path.display().to_string()
    };
    let catalogue = file("catalogue.sql", CATALOGUE);
    let reset = file("reset.sql", RESET);
    let mut script = format!("\\set VERBOSITY terse\n\\i {catalogue}\n{SESSION}\\i {reset}\n");
    for (number, set) in sets.iter().enumerate() {
        // A tool commits what a file leaves open.
        for (part, (_, text)) in set.files.iter().enumerate() {
            let path = file(&format!("set-{number}-{part}.sql"), text);
            script.push_str("\\set ON_ERROR_ROLLBACK on\n\\i ");
            script.push_str(&path);
            script.push_str("\n\\set ON_ERROR_ROLLBACK off\ncommit;\n");
            script.push_str(SESSION);
        }
        let _ = write!(script, "\\echo @@set {number}\n{EXECUTE}\\echo @@probe {number}\n");
        if !set.probe.is_empty() {
            let _ = writeln!(script, "\\i {}", file(&format!("probe-{number}.sql"), &set.probe));
        }
        let _ = write!(script, "\\echo @@end\n{SESSION}\\i {reset}\n");
    }
    script
}

/// What a run of sets printed, by set.
fn truths(number: usize, out: &str, errors: &str) -> Vec<Truth> {
    let mut truths = vec![Truth::default(); number];
    let mut current = None;
    let mut probed = false;
    for line in out.lines() {
        if let Some(number) = line.strip_prefix("@@set ") {
            current = number.parse::<usize>().ok();
            probed = false;
        } else if line.starts_with("@@probe ") {
            probed = true;
        } else if line == "@@end" {
            current = None;
        } else if let Some(number) = current {
            let truth = &mut truths[number];
            if probed { &mut truth.probe } else { &mut truth.lines }.push(line.to_owned());
        }
    }
    for truth in &mut truths {
        truth.lines.sort_unstable();
    }
    for line in errors.lines() {
        match error(line) {
            Some((number, part, at, why)) => truths[number].errors.push((part, at, why.to_owned())),
            None => assert!(
                !line.contains("ERROR:") || line.contains("/set-"),
                "the harness itself is wrong: {line}"
            ),
        }
    }
    truths
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = command(&self.bin.join("pg_ctl"), self.user, self.folder.path())
            .args(["stop", "-m", "immediate", "-D"])
            .arg(self.folder.path().join("data"))
            .output();
        if !stopped.is_ok_and(|output| output.status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// A line like `psql:/folder/set-1-0.sql:12: ERROR:  why`: the set, its file, the line, and why.
fn error(line: &str) -> Option<(usize, usize, usize, &str)> {
    let (place, why) = line.split_once(": ERROR:  ")?;
    let (path, at) = place.rsplit_once(':')?;
    let (number, part) = path.rsplit_once("/set-")?.1.strip_suffix(".sql")?.split_once('-')?;
    Some((number.parse().ok()?, part.parse().ok()?, at.parse().ok()?, why))
}

/// A command that runs as the server's user, away from folders it may not enter.
fn command(program: &Path, user: Option<(u32, u32)>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env_clear().env("LC_ALL", "C").stdin(Stdio::null());
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// The folder of PostgreSQL's programs: the oldest from 15 on that Debian's packages installed, or one of the path.
fn programs() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions = debian
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(version, bin)| *version >= 15 && bin.join("initdb").exists())
        .collect::<Vec<_>>();
    versions.sort();
    if let Some((_, bin)) = versions.into_iter().next() {
        return Some(bin);
    }
    let bin =
        std::env::split_paths(&std::env::var_os("PATH")?).find(|folder| folder.join("initdb").exists())?;
    let version = Command::new(bin.join("postgres")).arg("--version").output().ok()?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let major = version.split_whitespace().nth(2)?.split('.').next()?.parse::<u32>().ok()?;
    (major >= 15).then_some(bin)
}

/// Another user than root, where the tests run as root.
fn unprivileged() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let of = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    of("postgres").or_else(|| of("nobody")).or(Some((65_534, 65_534)))
}

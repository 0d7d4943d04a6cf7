//! The audit of migrations: beside `squawk` on the migrations of a real repository, and on more and more statements.
//!
//! `GOLIVE_BENCH_REPOSITORY=path/to/checkout cargo bench --bench migrations` prints the median wall times of ten runs of the
//! whole audit over a copy of the checkout's `.sql` files and of `squawk` over the same files, and their ratio, where
//! squawk is on the path. Squawk reads statement by statement; golive replays all of them and judges the end state.
//! Quote ratios: absolute times are those of one machine.

mod measure;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use measure::{median, paired};

const RUNS: usize = 10;

fn main() -> io::Result<()> {
    match env::var_os("GOLIVE_BENCH_REPOSITORY") {
        Some(path) => beside_squawk(&PathBuf::from(path))?,
        None => println!("set GOLIVE_BENCH_REPOSITORY to a checkout to compare with squawk"),
    }
    println!("{:>7}  {:>10}  {:>10}", "tables", "statements", "golive");
    for tables in [20, 200, 2_000] {
        let folder = tempfile::tempdir()?;
        let statements = generate(folder.path(), tables)?;
        let time = median(RUNS, &|| audit(folder.path())).unwrap_or_default();
        println!("{tables:>7}  {statements:>10}  {:>7} ms", time.as_millis());
    }
    Ok(())
}

fn audit(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_golive"));
    command.args([".", "--fail-on", "none", "--format", "json"]).current_dir(folder);
    command
}

fn beside_squawk(checkout: &Path) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut files = Vec::new();
    copy(checkout, folder.path(), &mut files)?;
    files.sort();
    let lint = || {
        let mut command = Command::new("squawk");
        command.args(&files).current_dir(folder.path());
        command
    };
    let (golive, squawk) = paired(RUNS, &|| audit(folder.path()), &lint);
    println!("{} files, golive {} ms", files.len(), golive.as_millis());
    match squawk {
        Some(squawk) => println!(
            "squawk {} ms, ratio {:.2}",
            squawk.as_millis(),
            golive.as_secs_f64() / squawk.as_secs_f64()
        ),
        None => println!("squawk is not on the path"),
    }
    Ok(())
}

/// Copies what says which tool runs the migrations, and the `.sql` files, which it lists.
fn copy(from: &Path, to: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    const LEFT: &[&str] = &[".git", "node_modules", "target"];
    const TOLD_BY: &[&str] = &["config.toml", "diesel.toml", "migration_lock.toml", "_journal.json"];
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type()?.is_dir() {
            if !LEFT.iter().any(|left| name == *left) {
                copy(&path, &to.join(&name), files)?;
            }
            continue;
        }
        let is_sql = path.extension().is_some_and(|extension| extension == "sql");
        if is_sql || TOLD_BY.iter().any(|told| name == *told) {
            fs::create_dir_all(to)?;
            fs::copy(&path, to.join(&name))?;
        }
        if is_sql {
            files.push(to.join(name));
        }
    }
    Ok(())
}

/// A Supabase project whose tables each refer to the one before, ten to a file; gives how many statements it has.
fn generate(root: &Path, tables: usize) -> io::Result<usize> {
    const IN_ONE_FILE: usize = 10;
    let folder = root.join("supabase/migrations");
    fs::create_dir_all(&folder)?;
    fs::write(root.join("supabase/config.toml"), "[api]\nschemas = [\"public\"]\n")?;
    let mut text = String::new();
    for table in 0..tables {
        let before = table.saturating_sub(1);
        let _ = write!(
            text,
            "create table public.t{table} (id bigint primary key, owner uuid not null, note text);\n\
             alter table public.t{table} add column before_id bigint references public.t{before} (id);\n\
             create index t{table}_before on public.t{table} (before_id);\n\
             alter table public.t{table} enable row level security;\n\
             create policy own on public.t{table} for all to authenticated using (owner = (select auth.uid()));\n"
        );
        if (table + 1) % IN_ONE_FILE == 0 || table + 1 == tables {
            fs::write(folder.join(format!("{:014}_t.sql", 20_260_000_000_000 + table)), &text)?;
            text.clear();
        }
    }
    Ok(tables * 5)
}

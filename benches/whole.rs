//! The audit as a whole process, on generated monorepos of 500, 5,000 and 50,000 files, beside what it takes to read them.
//!
//! `cargo bench` prints the median wall time of each size, the peak memory, and the ratio to `rg -c .` over the same files
//! where ripgrep is installed. Quote ratios: absolute times are those of one machine.

mod measure;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{fs, io};

use measure::{median, paired};

const RUNS: usize = 7;
const FILES_PER_PACKAGE: usize = 50;

fn main() -> io::Result<()> {
    let golive = env!("CARGO_BIN_EXE_golive");
    println!("{:>7}  {:>10}  {:>10}  {:>7}  {:>9}", "files", "golive", "rg -c .", "ratio", "peak MB");
    for size in [500, 5_000, 50_000] {
        let folder = tempfile::tempdir()?;
        let files = generate(folder.path(), size)?;
        git(folder.path());
        let audit = || {
            let mut command = Command::new(golive);
            command.args([".", "--fail-on", "none", "--format", "json"]).current_dir(folder.path());
            command
        };
        let read = || {
            let mut command = Command::new("rg");
            command.args(["-c", "--hidden", "."]).current_dir(folder.path());
            command
        };
        let (golive, rg) = paired(RUNS, &audit, &read);
        let ratio = rg.map(|rg| golive.as_secs_f64() / rg.as_secs_f64());
        let show =
            |time: Option<Duration>| time.map_or("-".to_owned(), |time| format!("{} ms", time.as_millis()));
        let ratio = ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
        let peak = peak(&audit()).map_or("-".to_owned(), |kilobytes| format!("{}", kilobytes / 1024));
        println!("{files:>7}  {:>10}  {:>10}  {ratio:>7}  {peak:>9}", show(Some(golive)), show(rg));
    }
    println!(
        "start-up: `golive rules list` {} µs",
        median(RUNS * 3, &|| {
            let mut command = Command::new(golive);
            command.args(["rules", "list"]);
            command
        })
        .unwrap_or_default()
        .as_micros()
    );
    Ok(())
}

/// Peak resident memory in kilobytes, where `/usr/bin/time` tells it.
fn peak(command: &Command) -> Option<u64> {
    let output = Command::new("/usr/bin/time")
        .arg("-f")
        .arg("%M")
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(command.get_current_dir()?)
        .stdout(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8_lossy(&output.stderr).lines().last()?.trim().parse().ok()
}

fn git(folder: &Path) {
    for arguments in [&["init", "-q"][..], &["add", "-A"]] {
        let _ = Command::new("git").args(arguments).current_dir(folder).stdout(Stdio::null()).status();
    }
}

/// A monorepo of packages, each with sources, tests, configuration, an image, a workflow and documents.
fn generate(root: &Path, size: usize) -> io::Result<usize> {
    let packages = size / FILES_PER_PACKAGE;
    fs::create_dir_all(root.join(".github/workflows"))?;
    fs::write(
        root.join("package.json"),
        "{\"name\":\"root\",\"private\":true,\"workspaces\":[\"packages/*\"]}\n",
    )?;
    fs::write(root.join("README.md"), "# Monorepo\n\n## Install\n\n`npm ci`\n")?;
    let mut files = 2;
    for package in 0..packages {
        let dir = root.join(format!("packages/p{package:04}"));
        fs::create_dir_all(dir.join("src"))?;
        fs::write(dir.join("package.json"), manifest(package))?;
        fs::write(dir.join("tsconfig.json"), "{ \"compilerOptions\": { \"strict\": true } } // checked\n")?;
        fs::write(dir.join("Dockerfile"), DOCKERFILE)?;
        fs::write(dir.join("README.md"), format!("# p{package}\n\n{}", "Some words about it. ".repeat(40)))?;
        fs::write(
            dir.join("schema.sql"),
            "CREATE TABLE t (id bigint PRIMARY KEY, name text NOT NULL);\n".repeat(30),
        )?;
        fs::write(root.join(format!(".github/workflows/p{package:04}.yml")), workflow(package))?;
        files += 6;
        for file in 0..FILES_PER_PACKAGE - 6 {
            let suffix = if file % 6 == 0 { "test.ts" } else { "ts" };
            fs::write(dir.join(format!("src/m{file:02}.{suffix}")), module(package, file))?;
            files += 1;
        }
    }
    Ok(files)
}

const DOCKERFILE: &str = "FROM node:22-alpine AS build\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\n\
    COPY src ./src\nRUN npm run build\n\nFROM node:22-alpine\nWORKDIR /app\nCOPY --from=build /app/dist ./dist\n\
    USER node\nHEALTHCHECK CMD node dist/health.js\nCMD [\"node\", \"dist/m00.js\"]\n";

fn manifest(package: usize) -> String {
    format!(
        "{{\"name\":\"p{package}\",\"version\":\"1.0.0\",\"private\":true,\"scripts\":{{\"build\":\"tsc\",\"test\":\"vitest run\",\
         \"lint\":\"eslint .\",\"start\":\"node dist/m00.js\"}},\"dependencies\":{{\"express\":\"^4.21.2\"}},\
         \"devDependencies\":{{\"typescript\":\"^5.9.0\",\"vitest\":\"^3.2.0\",\"eslint\":\"^9.30.0\"}}}}\n"
    )
}

fn workflow(package: usize) -> String {
    format!(
        "name: p{package}\non:\n  pull_request:\n    paths: [packages/p{package:04}/**]\npermissions:\n  contents: read\njobs:\n  \
         check:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    defaults:\n      run:\n        \
         working-directory: packages/p{package:04}\n    steps:\n      - run: npm ci\n      - run: npm run lint\n      \
         - run: npm test\n      - run: npm run build\n"
    )
}

/// About four kilobytes of TypeScript, no two files alike.
fn module(package: usize, file: usize) -> String {
    let mut text = String::from("import { join } from 'node:path';\n\n");
    for function in 0..16 {
        let _ = write!(
            text,
            "export function f{package}_{file}_{function}(input: string[], limit = {function}): Map<string, number> {{\n  \
             const counts = new Map<string, number>();\n  for (const item of input.slice(0, limit)) {{\n    \
             counts.set(join(item, '{file}'), (counts.get(item) ?? 0) + 1);\n  }}\n  return counts;\n}}\n\n"
        );
    }
    text
}

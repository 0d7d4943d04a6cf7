//! The audit of TypeScript: beside `oxlint` on a real repository, and on applications with more and more routes.
//!
//! `GOLIVE_BENCH_REPOSITORY=path/to/checkout cargo bench --bench typescript` prints the median wall times of ten runs of the
//! whole audit and of `oxlint` with its default rules over the same checkout, and their ratio, where oxlint is on the
//! path. Quote ratios: absolute times are those of one machine.

mod measure;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use measure::{median, paired};

const RUNS: usize = 10;

fn main() -> io::Result<()> {
    match env::var_os("GOLIVE_BENCH_REPOSITORY") {
        Some(path) => beside_oxlint(&PathBuf::from(path)),
        None => println!("set GOLIVE_BENCH_REPOSITORY to a checkout to compare with oxlint"),
    }
    println!("{:>7}  {:>10}", "routes", "golive");
    for routers in [10, 100, 1_000] {
        let folder = tempfile::tempdir()?;
        generate(folder.path(), routers)?;
        let time = median(RUNS, &|| audit(folder.path())).unwrap_or_default();
        println!("{:>7}  {:>7} ms", routers * ROUTES, time.as_millis());
    }
    Ok(())
}

fn audit(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_golive"));
    command.args([".", "--fail-on", "none", "--format", "json"]).current_dir(folder);
    command
}

fn beside_oxlint(folder: &Path) {
    let lint = || {
        let mut command = Command::new("oxlint");
        command.arg(".").current_dir(folder);
        command
    };
    let (golive, oxlint) = paired(RUNS, &|| audit(folder), &lint);
    match oxlint {
        Some(oxlint) => println!(
            "golive {} ms, oxlint {} ms, ratio {:.2}",
            golive.as_millis(),
            oxlint.as_millis(),
            golive.as_secs_f64() / oxlint.as_secs_f64()
        ),
        None => println!("golive {} ms; oxlint is not on the path", golive.as_millis()),
    }
}

/// Routes of one router.
const ROUTES: usize = 10;

/// An Express application with a router a file, each mounted under its own prefix.
fn generate(root: &Path, routers: usize) -> io::Result<()> {
    fs::create_dir_all(root.join("src/routes"))?;
    fs::write(
        root.join("package.json"),
        "{\"name\":\"app\",\"scripts\":{\"start\":\"node src/app.js\"},\"dependencies\":{\"express\":\"^5.1.0\",\"helmet\":\"^8.0.0\"}}\n",
    )?;
    let mut app = String::from(
        "const express = require('express');\nconst app = express();\napp.use(require('helmet')());\n",
    );
    for router in 0..routers {
        let _ = writeln!(app, "app.use('/r{router}', require('./routes/r{router}'));");
        let mut text = String::from(
            "const router = require('express').Router();\nconst { find } = require('../store');\n",
        );
        for route in 0..ROUTES {
            let _ = writeln!(
                text,
                "router.get('/{route}/:id', async (req, res) => res.json(await find(req.params.id, {route})));"
            );
        }
        text.push_str("module.exports = router;\n");
        fs::write(root.join(format!("src/routes/r{router}.js")), text)?;
    }
    app.push_str("app.listen(3000);\n");
    fs::write(root.join("src/app.js"), app)?;
    fs::write(root.join("src/store.js"), "exports.find = async (id, kind) => ({ id, kind });\n")
}

//! Every format of a report with 5,000 findings.
//!
//! `cargo bench --bench report` prints the median time to draw each, and how large it is.

use std::time::Instant;

use golive::report::{Format, Report, Style, draw};
use golive::rules::embedded;
use golive::source::{MemoryFile, Tree};

const FINDINGS: usize = 5_000;
const RUNS: usize = 9;

fn main() {
    let report = report();
    println!("{:>12}  {:>9}  {:>9}", "format", "time", "kB");
    for format in Format::ALL {
        let mut times = Vec::new();
        let mut size = 0;
        for _ in 0..RUNS {
            let start = Instant::now();
            size = draw(*format, &report, &Style { full: true, ..Style::piped() }).len();
            times.push(start.elapsed());
        }
        times.sort();
        println!("{:>12}  {:>6} ms  {:>9}", format.name(), times[RUNS / 2].as_millis(), size / 1000);
    }
}

/// The report of a small repository, with its findings again and again at other lines.
fn report() -> Report {
    let files = [
        (
            "package.json",
            "{\"name\":\"shop\",\"dependencies\":{\"express\":\"4.21.2\",\"helmet\":\"8.0.0\"}}",
        ),
        (
            "src/app.js",
            "const app = require('express')();\napp.post('/pay', (req, res) => res.send(req.body));\napp.listen(3000);\n",
        ),
        ("Dockerfile", "FROM node\nCOPY . .\nCMD [\"node\", \"src/app.js\"]\n"),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), MemoryFile::Text(text.to_owned())));
    let mut report = golive::audit(&Tree::from_memory(files), embedded(), false).report;
    let found = report.findings.clone();
    report.findings.clear();
    for finding in &found {
        for number in 0..FINDINGS.div_ceil(found.len()) {
            let mut finding = finding.clone();
            for (place, line) in finding.places.iter_mut().zip(number..) {
                place.line += u32::try_from(line).unwrap_or(0);
                place.end_line += u32::try_from(line).unwrap_or(0);
            }
            report.findings.push(finding);
        }
    }
    report.findings.truncate(FINDINGS);
    report
}

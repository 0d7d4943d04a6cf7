//! Lists the rule files and the files of knowledge, so that nobody keeps a list: each is found by being in `rules/`.
//!
//! A rule is packed in two halves: the sentence, which every audit reads, and the examples, which only tests and
//! `golive explain` do.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=rules");
    let mut files = Vec::new();
    collect(Path::new("rules"), &mut files)?;
    files.sort();
    let mut out = String::from("&[\n");
    for file in files {
        let text = fs::read_to_string(&file)?;
        let path = file.to_string_lossy().replace('\\', "/");
        let sentence =
            text.split_inclusive('\n').take_while(|line| !is_example_key(line)).map(str::len).sum();
        let (sentence, examples) = text.split_at(sentence);
        let _ =
            writeln!(out, "    Source {{ path: {path:?}, sentence: {sentence:?}, examples: {examples:?} }},");
    }
    out.push_str("]\n");
    let target = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(target.join("catalogue.rs"), out)?;
    fs::write(target.join("knowledge.rs"), knowledge()?)
}

/// The files of `rules/knowledge/`, each as its name without extension and its text.
fn knowledge() -> io::Result<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir("rules/knowledge")? {
        files.push(entry?.path());
    }
    files.sort();
    let mut out = String::from("&[\n");
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "yml")) {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let _ = writeln!(out, "    ({name:?}, {:?}),", fs::read_to_string(file)?);
    }
    out.push_str("]\n");
    Ok(out)
}

/// Examples stand last in a rule file; `tests/rules.rs` holds that.
fn is_example_key(line: &str) -> bool {
    ["bad:", "good:", "skip:", "unsure:"].iter().any(|key| line.starts_with(key))
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "knowledge") {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            files.push(path);
        }
    }
    Ok(())
}

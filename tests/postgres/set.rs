//! Migration sets: files in the order they are applied.

use std::fs;
use std::path::Path;

/// A migration set.
#[derive(Debug, Clone)]
pub struct Set {
    /// What it is called in complaints.
    pub name: String,
    /// The name and the text of every file, in order.
    pub files: Vec<(String, String)>,
    /// Made up: one file, a statement a line.
    pub generated: bool,
    /// What is asked of the server after the set, in SQL.
    pub probe: String,
}

impl Set {
    /// A generated set: the statements, one a line.
    pub fn of(name: String, statements: &[String]) -> Self {
        Self {
            name,
            files: vec![("1.sql".to_owned(), statements.join("\n") + "\n")],
            generated: true,
            probe: String::new(),
        }
    }

    /// The statements of a generated set.
    pub fn statements(&self) -> Vec<String> {
        self.files[0].1.lines().map(str::to_owned).collect()
    }
}

/// The sets in `tests/postgres/sets`, by name. A line `-- file: name` begins another file of the same set.
pub fn hand_written() -> Vec<Set> {
    let folder = Path::new("tests/postgres/sets");
    let mut paths = fs::read_dir(folder)
        .expect("the sets are there")
        .map(|entry| entry.expect("the sets can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect::<Vec<_>>();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Set {
    let text = fs::read_to_string(path).expect("a set can be read");
    let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
    let mut files = vec![(format!("{name}.sql"), String::new())];
    for line in text.split_inclusive('\n') {
        if let Some(file) = line.strip_prefix("-- file: ") {
            files.push((file.trim().to_owned(), String::new()));
        } else if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
        }
    }
    files.retain(|(_, text)| !text.trim().is_empty());
    Set { name, files, generated: false, probe: String::new() }
}

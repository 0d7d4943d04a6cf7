//! Migration sets: files in the order they are applied.

use std::fs;
use std::path::Path;

/// A migration set.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    /// What it is called in complaints.
    pub(crate) name: String,
    /// The name and the text of every file, in order.
    pub(crate) files: Vec<(String, String)>,
    /// Made up: one file, a statement a line.
    pub(crate) generated: bool,
    /// What is asked of the server after the set, in SQL.
    pub(crate) probe: String,
}

impl Set {
    /// A generated set: the statements, one a line.
    pub(crate) fn of(name: String, statements: &[String]) -> Self {
        Self {
            name,
            files: vec![("1.sql".to_owned(), statements.join("\n") + "\n")],
            generated: true,
            probe: String::new(),
        }
    }

    /// The statements of a generated set.
    pub(crate) fn statements(&self) -> Vec<String> {
        self.files[0].1.lines().map(str::to_owned).collect()
    }
}

/// The sets in `tests/postgres/sets`, by name. A line `-- file: name` begins another file of the same set.
pub(crate) fn hand_written() -> Vec<Set> {
    let folder = Path::new("tests/postgres/sets");
    let mut paths = fs::read_dir(folder)
        .expect("the sets are there")
        .map(|entry| entry.expect("the sets can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect::<Vec<_>>();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// The files of a folder, and `migration.sql` of its folders, as one set.
pub(crate) fn folder(folder: &Path) -> Set {
    let mut paths = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("the folder can be read").path())
        .map(|path| if path.is_dir() { path.join("migration.sql") } else { path })
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql") && path.exists())
        .collect::<Vec<_>>();
    paths.retain(|path| !path.to_string_lossy().ends_with(".down.sql"));
    paths.sort();
    let file = |path: &std::path::PathBuf| {
        let name = path.strip_prefix(folder).unwrap_or(path).display().to_string();
        (name, fs::read_to_string(path).expect("a file can be read"))
    };
    let files = paths.iter().map(file).collect();
    Set { name: folder.display().to_string(), files, generated: false, probe: String::new() }
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

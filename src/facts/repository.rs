//! The repository itself, and its files.

facts! {
    /// The repository: there is exactly one.
    "repo" Repo {
        /// The name of the directory, or `owner/name` where a remote tells it.
        name: String,
        /// Whether it is a git repository: only then is it known what is tracked.
        git: bool,
        /// Source files of programs: neither tests, nor fixtures, nor generated or vendored code.
        source_files: i64,
        /// The programming languages of those files, most files first.
        languages: Vec<String>,
        /// The same without styles, queries and scripts of a shell: files of code that a test could run.
        code_files: i64,
        /// Files with automated tests, those in program code counted too.
        test_files: i64,
    }

    /// A file that an ordinary checkout brings, or that lies in the work tree and is not ignored.
    "file" File {
        /// The file name without its directories.
        name: String,
        /// What it holds: `dockerfile`, `yaml`, `typescript`, `binary` …
        kind: String,
        /// Whether git tracks it; true for every file outside git.
        tracked: bool,
        /// Whether an ignore rule of this repository covers it.
        ignored: bool,
        /// Its size in bytes.
        bytes: i64,
        /// The target, as written, where it is a symbolic link.
        link: Option<String>,
        /// A link whose target does not exist.
        dangling: bool,
        /// Written by a program.
        generated: bool,
    }

    /// Something in a file that its language does not allow; the rest of the file was still read.
    "syntax.error" SyntaxFault {
        /// What is wrong.
        message: String,
    }
}

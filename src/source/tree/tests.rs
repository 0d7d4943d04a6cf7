use super::*;

fn tree(entries: &[(&str, MemoryFile)]) -> Tree {
    Tree::from_memory(entries.iter().map(|(path, file)| ((*path).to_owned(), file.clone())))
}

fn text(text: &str) -> MemoryFile {
    MemoryFile::Text(text.to_owned())
}

#[test]
fn files_are_in_the_order_of_their_paths() {
    let tree = tree(&[("b/a", text("1")), ("a", text("2")), ("b.txt", text("3")), ("B", text("4"))]);
    let paths: Vec<_> = tree.files().iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["B", "a", "b.txt", "b/a"]);
    let id = tree.by_path("b/a").unwrap();
    assert_eq!((id, tree.text(id), tree.file(id).name(), tree.file(id).dir()), (FileId(3), "1", "a", "b"));
    assert_eq!(tree.by_path("b"), None);
}

#[test]
fn folders_are_those_above_files() {
    let tree = tree(&[("a/b/c.ts", text("")), ("d", text(""))]);
    for (path, expected) in
        [("", true), ("a", true), ("a/b", true), ("a/b/c.ts", false), ("d", false), ("a/", false)]
    {
        assert_eq!(tree.has_dir(path), expected, "{path}");
    }
    assert!(!Tree::from_memory([]).has_dir(""));
}

#[test]
fn memory_files_are_read_as_from_disk() {
    let tree = tree(&[
        ("bin", MemoryFile::Binary(b"a\0b".to_vec())),
        ("latin1.txt", MemoryFile::Binary(b"caf\xE9".to_vec())),
        ("note", MemoryFile::Untracked("x".to_owned())),
        ("run", text("#!/bin/sh\n")),
        ("src/gen/api.ts", text("export {}")),
        (".gitattributes", text("src/gen/** linguist-generated")),
    ]);
    let get = |path: &str| tree.file(tree.by_path(path).unwrap());
    assert!(!get("note").tracked && get("run").tracked);
    assert_eq!(get("run").kind, FileKind::Shell);
    assert!(get("src/gen/api.ts").generated);
    assert!(get("latin1.txt").lossy);
    assert_eq!(tree.text(tree.by_path("latin1.txt").unwrap()), "caf?");
    let unread: Vec<_> = tree.unread().iter().map(|one| (one.path.as_str(), &one.reason)).collect();
    assert_eq!(unread, [("bin", &Reason::Binary), ("latin1.txt", &Reason::NotUtf8)]);
}

#[test]
fn extensions() {
    for (path, expected) in [("a/b.ts", "ts"), ("a.b/c", ""), (".env", ""), ("x.test.tsx", "tsx")] {
        let tree = tree(&[(path, text(""))]);
        assert_eq!(tree.files()[0].extension(), expected, "{path}");
    }
}

fn answer(tree: &Tree, path: &str) -> String {
    let id = tree.by_path(path).unwrap();
    let link = tree.file(id).link.as_ref().unwrap();
    match link.to {
        Some(to) => format!("file {}", tree.file(to).path),
        None if link.directory => "directory".to_owned(),
        None if link.dangling => "dangling".to_owned(),
        None if link.outside => "outside".to_owned(),
        None => "unread".to_owned(),
    }
}

#[test]
fn links_lead_to_files_folders_nothing_or_out() {
    let links = [
        ("a", "src/main.rs", "file src/main.rs"),
        ("src/b", "../README.md", "file README.md"),
        ("src/c", "./../src//main.rs", "file src/main.rs"),
        ("d", "a", "file src/main.rs"),
        ("e", "src", "directory"),
        ("f", "e/main.rs", "file src/main.rs"),
        ("g", "e/../README.md", "file README.md"),
        ("root", ".", "directory"),
        ("h", "missing", "dangling"),
        ("i", "j", "dangling"),
        ("j", "i", "dangling"),
        ("k", "k/x", "dangling"),
        ("l", "/etc/hostname", "outside"),
        ("m", "../sibling", "outside"),
        ("n", "m", "outside"),
        ("o", ".git/hooks", "unread"),
    ];
    let own = |path: &str| (path.to_owned(), text(&format!("text of {path}")));
    let tree = Tree::from_memory(
        [own("src/main.rs"), own("README.md")]
            .into_iter()
            .chain(links.map(|(path, target, _)| (path.to_owned(), MemoryFile::Link(target.to_owned())))),
    );
    for (path, target, expected) in links {
        assert_eq!(answer(&tree, path), expected, "{path} -> {target}");
    }
    assert_eq!(tree.text(tree.by_path("f").unwrap()), "text of src/main.rs");
}

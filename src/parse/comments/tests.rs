use super::*;
use crate::parse::Documents;
use crate::source::{MemoryFile, Tree};

/// The comments of a file with this name.
fn of(path: &str, text: &str) -> Vec<String> {
    let tree = Tree::from_memory([(path.to_owned(), MemoryFile::Text(text.to_owned()))]);
    let documents = Documents::parse(&tree);
    let (id, file) = tree.entries().next().expect("a file");
    comments(file, text, documents.get(id)).iter().map(|span| span.of(text).to_owned()).collect()
}

/// Files of every language: `©` stands at the beginning of each comment, and nowhere else.
const FILES: &[(&str, &str)] = &[
    ("a.js", "x('// no'); // ©1\n/* ©2\n */ y(`/* no */`, /[/*]/) // ©3"),
    ("a.tsx", "const a = <p>// no {/* ©1 */}</p>"),
    ("a.vue", "<!-- ©1 -->\n<script>\nconst a = '// no' // ©2\n</script>"),
    ("a.py", "x = '# no' # ©1\n\"\"\"\n# no\n\"\"\"\n#©2"),
    ("a.sql", "select '-- no', 'it''s -- no' -- ©1\n/* ©2 */ from \"-- no\""),
    ("a.yml", "a: 'x # no' # ©1\nb: don't#no # ©2 isn't\nc: \"# no\"\n#©3"),
    ("b.yml", "a: |\n  # no\n\n  # no\nb: # ©1\n  - >-\n    # no\n  - x"),
    (
        ".github/workflows/a.yml",
        "jobs:\n  - run: |\n      x # ©1\n    name: y # ©2\n  - env: |\n     # no\n    # ©3",
    ),
    ("Dockerfile", "# ©1\nFROM a # no\nRUN echo '# no' \\\n  # ©2\n  && x"),
    ("a.toml", "# ©1\na = '# no' # ©2\nb = \"\"\"\n# no\n\"\"\""),
    ("a.sh", "#!©0\necho ${a#no} \"# no\" '# no' # ©1\necho don't#no"),
    ("a.html", "<!-- ©1 --><p># no // no</p>"),
    ("a.md", "<!-- ©1 -->\n\n```html\n<!-- no -->\n```\n\nA `<!-- no -->` and <!-- ©2 --> b"),
    (
        "a.rs",
        "let a = \"// no\"; // ©1\nlet b = r#\"/* no */ \" // no\"#; /* ©2 */ let c: &'static str = '\"'; // ©3",
    ),
    ("a.go", "a := `// no`; b := \"// no\" // ©1\n/* ©2 */"),
    ("a.php", "<!-- ©1 -->\n<?php $a = '# no // no'; // ©2\n# ©3\n/* ©4 */"),
    ("a.rb", "a = '# no' # ©1\nb = \"#{no}\""),
    ("a.css", "a { content: '/* no */'; } /* ©1 */ // no"),
    ("a.scss", "a { background: url(http://no) } // ©1\n/* ©2 */"),
    ("a.java", "String a = \"// no\"; // ©1\n/** ©2 */"),
    ("a.kt", "val a = \"\"\"\n// no\n\"\"\" // ©1"),
    ("a.cs", "var a = \"// no\"; // ©1"),
    ("a.c", "char *a = \"/* no */\"; /* ©1 */"),
    ("a.swift", "let a = \"// no\" // ©1"),
    ("a.ex", "a = \"# no\" # ©1"),
    ("a.lua", "a = '-- no' --[[ ©1 ]] b = [[ -- no ]] -- ©2"),
    ("a.hs", "a = \"-- no\" -- ©1\n{- ©2 -}"),
    ("a.ml", "let a = \"(* no *)\" (* ©1 *)"),
    ("a.clj", "(def a \"; no\") ; ©1"),
    ("a.erl", "a() -> \"% no\". % ©1"),
    ("a.jl", "a = \"# no\" # ©1\n#= ©2 =#"),
    ("a.ps1", "$a = '# no' # ©1\n<# ©2 #>"),
    ("a.bat", "echo REM no\nREM ©1\n:: ©2"),
    ("a.tf", "a = \"# no // no\" # ©1\n// ©2\n/* ©3 */"),
    ("a.nix", "a = \"# no\"; # ©1"),
    ("a.proto", "string a = 1 [b = \"// no\"]; // ©1"),
    ("a.graphql", "\"\"\"\n# no\n\"\"\"\ntype A # ©1"),
    ("a.prisma", "url = \"// no\" // ©1"),
    ("tsconfig.json", "{ \"a\": \"// no\", // ©1\n/* ©2 */ }"),
    ("Makefile", "a: b # ©1\n\techo '# no'"),
    ("justfile", "a := '# no' # ©1"),
    (".env", "# ©1\nA=b#no\nB='# no' # ©2"),
    (".gitignore", "# ©1\na#no # no"),
    ("a.ini", "; ©1\na = b # ©2"),
    ("a.xml", "<a><!-- ©1 --></a>"),
    ("a.erb", "<%# ©1 %>\n<!-- ©2 -->"),
    ("a.hbs", "{{!-- ©1 --}} {{! ©2 }}"),
    ("CODEOWNERS", "# ©1\n* @a # no"),
    ("go.mod", "// ©1\nmodule a // no"),
    ("package-lock.json", "// no"),
    ("a.csv", "# no"),
    ("a.ipynb", "{\"source\": \"# no\"}"),
];

#[test]
fn the_comments_of_every_language() {
    for (path, text) in FILES {
        let found = of(path, text);
        let marks = text.matches('©').count();
        assert_eq!(found.len(), marks, "{path}: {found:?}");
        assert!(
            found.iter().all(|comment| comment.contains('©') && !comment.contains("no")),
            "{path}: {found:?}"
        );
    }
}

#[test]
fn any_text_is_read_in_time() {
    let hostile = [
        "\\\"".repeat(100_000),
        "/*".repeat(100_000),
        "'".repeat(99_999),
        "#".repeat(200_000),
        "<!--é".repeat(50_000),
    ];
    for text in &hostile {
        for path in ["a.js", "a.py", "a.sql", "a.yml", "a.rs", "a.md", "a.hbs", "a.sh", "a.lua", "a.txt"] {
            let tree = Tree::from_memory([(path.to_owned(), MemoryFile::Text(String::new()))]);
            let (_, file) = tree.entries().next().expect("a file");
            for span in comments(file, text, None) {
                assert!(!span.is_empty() && text.get(span.start as usize..span.end as usize).is_some());
            }
        }
    }
}

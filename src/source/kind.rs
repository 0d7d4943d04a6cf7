//! What a file is, by its name, its extension, or the interpreter its first line names.

/// The kind of a file: what reads it, or the language it is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // most variants are the names of languages and formats
pub enum FileKind {
    // Formats with parsers of their own.
    /// `Dockerfile`, `Containerfile`, `Dockerfile.prod`, `api.dockerfile`.
    Dockerfile,
    Yaml,
    /// JSON, JSONC and JSON5.
    Json,
    Toml,
    /// INI and its relatives: `.editorconfig`, `.npmrc`, `setup.cfg`, `*.properties`.
    Ini,
    /// `.env`, `.env.*`, `*.env`, `env.example`.
    Dotenv,
    /// `.gitignore`, `.dockerignore` and others.
    Ignore(IgnoreDialect),
    /// POSIX shell, bash, zsh; by extension, name or first line.
    Shell,
    Makefile,
    Justfile,
    Markdown,
    /// Plain prose: `*.txt`, `*.rst`, `*.adoc`, `LICENSE`.
    Text,
    Sql,
    // Languages.
    JavaScript,
    Jsx,
    TypeScript,
    Tsx,
    Vue,
    Svelte,
    Astro,
    Python,
    Rust,
    Go,
    Java,
    Kotlin,
    Scala,
    Groovy,
    CSharp,
    FSharp,
    C,
    Cpp,
    ObjectiveC,
    Swift,
    Ruby,
    Php,
    Perl,
    Lua,
    R,
    Dart,
    Elixir,
    Erlang,
    Haskell,
    OCaml,
    Clojure,
    Julia,
    Zig,
    Nix,
    Solidity,
    PowerShell,
    Batch,
    Css,
    Html,
    /// Templates of HTML or text: Jinja, ERB, Handlebars, Liquid …
    Template,
    // Other text.
    Xml,
    Csv,
    Hcl,
    Protobuf,
    GraphQl,
    Prisma,
    Notebook,
    /// A lockfile of any package manager, whatever its syntax.
    Lockfile,
    /// A certificate or a private key as text: `*.pem`, `*.crt`, `*.key`, `id_rsa`.
    Certificate,
    // Not text; the content is not held.
    /// A container of keys: PKCS#12, Java key store.
    KeyStore,
    Image,
    /// Sound and video.
    Media,
    Font,
    Archive,
    /// Office documents and PDF.
    Document,
    /// A database file: `*.sqlite`, `*.db`.
    Database,
    /// Programs, libraries, models and other data that is not text.
    Binary,
    /// Anything else.
    Other,
}

/// Whose ignore file it is: the dialects differ in what a pattern means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IgnoreDialect {
    /// `.gitignore`.
    Git,
    /// `.dockerignore`, `Dockerfile.dockerignore`.
    Docker,
    /// `.npmignore`, `.prettierignore` and others, most with the dialect of git.
    Other,
}

use FileKind as K;

impl FileKind {
    /// The kind of a file with this path and text; the text is looked at only where the name tells nothing.
    pub fn of(path: &str, text: &str) -> Self {
        match Self::of_path(path) {
            K::Other => by_interpreter(text).unwrap_or(K::Other),
            kind => kind,
        }
    }

    /// The kind by the path alone.
    pub fn of_path(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        by_name(&name).or_else(|| by_extension(&name)).unwrap_or(K::Other)
    }

    /// Whether it is source code of a programming language (shell, SQL and styles included; data and prose are not).
    pub fn is_code(self) -> bool {
        self.language().is_some()
    }

    /// Whether oxc reads it as it is: JavaScript and TypeScript, with or without JSX.
    pub fn is_ecmascript(self) -> bool {
        matches!(self, K::JavaScript | K::Jsx | K::TypeScript | K::Tsx)
    }

    /// Whether its content is never text.
    pub fn is_binary(self) -> bool {
        matches!(
            self,
            K::KeyStore | K::Image | K::Media | K::Font | K::Archive | K::Document | K::Database | K::Binary
        )
    }

    /// Whether it holds data rather than code or prose: such files may be larger.
    pub fn is_data(self) -> bool {
        matches!(self, K::Yaml | K::Json | K::Toml | K::Sql | K::Xml | K::Csv | K::Notebook | K::Lockfile)
    }

    /// The name of its programming language.
    pub fn language(self) -> Option<&'static str> {
        Some(match self {
            K::JavaScript | K::Jsx => "JavaScript",
            K::TypeScript | K::Tsx => "TypeScript",
            K::Vue => "Vue",
            K::Svelte => "Svelte",
            K::Astro => "Astro",
            K::Python => "Python",
            K::Rust => "Rust",
            K::Go => "Go",
            K::Java => "Java",
            K::Kotlin => "Kotlin",
            K::Scala => "Scala",
            K::Groovy => "Groovy",
            K::CSharp => "C#",
            K::FSharp => "F#",
            K::C => "C",
            K::Cpp => "C++",
            K::ObjectiveC => "Objective-C",
            K::Swift => "Swift",
            K::Ruby => "Ruby",
            K::Php => "PHP",
            K::Perl => "Perl",
            K::Lua => "Lua",
            K::R => "R",
            K::Dart => "Dart",
            K::Elixir => "Elixir",
            K::Erlang => "Erlang",
            K::Haskell => "Haskell",
            K::OCaml => "OCaml",
            K::Clojure => "Clojure",
            K::Julia => "Julia",
            K::Zig => "Zig",
            K::Nix => "Nix",
            K::Solidity => "Solidity",
            K::PowerShell => "PowerShell",
            K::Batch => "Batch",
            K::Shell => "Shell",
            K::Sql => "SQL",
            K::Css => "CSS",
            _ => return None,
        })
    }
}

/// By the whole name, in lower case.
fn by_name(name: &str) -> Option<FileKind> {
    Some(match name {
        "package-lock.json"
        | "npm-shrinkwrap.json"
        | "yarn.lock"
        | "pnpm-lock.yaml"
        | "bun.lock"
        | "bun.lockb"
        | "deno.lock"
        | "cargo.lock"
        | "poetry.lock"
        | "uv.lock"
        | "pdm.lock"
        | "pipfile.lock"
        | "pixi.lock"
        | "pylock.toml"
        | "go.sum"
        | "go.work.sum"
        | "gemfile.lock"
        | "composer.lock"
        | "mix.lock"
        | "pubspec.lock"
        | "flake.lock"
        | "packages.lock.json"
        | "gradle.lockfile"
        | "podfile.lock"
        | "package.resolved"
        | ".terraform.lock.hcl" => K::Lockfile,
        ".gitignore" => K::Ignore(IgnoreDialect::Git),
        "makefile" | "gnumakefile" => K::Makefile,
        "justfile" | ".justfile" => K::Justfile,
        "go.mod" | "go.work" | "codeowners" | "procfile" | "license" | "licence" | "copying" | "notice"
        | "authors" | "readme" | "changelog" | "contributing" | "unlicense" => K::Text,
        "pipfile" => K::Toml,
        "gemfile" | "rakefile" | "vagrantfile" | "fastfile" | "podfile" | "brewfile" | "config.ru" => K::Ruby,
        "jenkinsfile" => K::Groovy,
        ".editorconfig" | ".npmrc" | ".yarnrc" | ".pypirc" | ".flake8" | ".pylintrc" | ".coveragerc"
        | ".gitconfig" | ".gitmodules" | ".netrc" | ".curlrc" => K::Ini,
        ".babelrc" | ".eslintrc" | ".swcrc" | ".jshintrc" | ".nycrc" | ".lintstagedrc" | ".prettierrc"
        | ".stylelintrc" | ".releaserc" | ".mocharc" | ".devcontainer" => K::Json,
        ".bashrc" | ".bash_profile" | ".bash_aliases" | ".profile" | ".zshrc" | ".zprofile" | ".envrc" => {
            K::Shell
        }
        "id_rsa" | "id_dsa" | "id_ecdsa" | "id_ed25519" => K::Certificate,
        ".env" | ".flaskenv" | ".dev.vars" => K::Dotenv,
        ".clang-format" | ".clang-tidy" | ".yamllint" | ".clangd" => K::Yaml,
        _ => return by_pattern(name),
    })
}

/// By the beginning or end of the name, where the extension alone would mislead.
fn by_pattern(name: &str) -> Option<FileKind> {
    let docker = ["dockerfile", "containerfile"];
    if name.ends_with(".dockerignore") || name == ".containerignore" {
        return Some(K::Ignore(IgnoreDialect::Docker));
    }
    if name.starts_with('.') && name.ends_with("ignore") {
        return Some(K::Ignore(IgnoreDialect::Other));
    }
    if docker.contains(&name) || docker.iter().any(|d| name.strip_suffix(d).is_some_and(|n| n.ends_with('.')))
    {
        return Some(K::Dockerfile);
    }
    if let Some(rest) =
        docker.iter().find_map(|d| name.strip_prefix(d)).filter(|r| r.starts_with(['.', '-', '_']))
    {
        // `Dockerfile.prod` is one, `dockerfile.rs` and `dockerfile_test.go` are code.
        let code =
            by_extension(name).is_some_and(|kind| kind.is_code() || kind.is_data() || kind == K::Markdown);
        return (rest.len() > 1 && !code).then_some(K::Dockerfile);
    }
    if is_dotenv(name) {
        return Some(K::Dotenv);
    }
    if name.starts_with("license") || name.starts_with("licence") {
        return by_extension(name).or(Some(K::Text));
    }
    name.starts_with("makefile.").then_some(K::Makefile).filter(|_| by_extension(name).is_none())
}

/// `.env.local`, `.env-backup`, `prod.env`, `env.example`, `.env.example.txt`; not `.env.ts` or `.env.d.ts`.
fn is_dotenv(name: &str) -> bool {
    let code = || by_extension(name).is_some_and(|kind| kind != K::Shell && kind != K::Text);
    let after =
        |prefix| name.strip_prefix(prefix).is_some_and(|rest: &str| rest.starts_with(['.', '-', '_', '~']));
    let sample = ["env.example", "env.sample", "env.template", "env.dist", "env.local", "env.production"];
    (after(".env") && !code())
        || name.strip_suffix(".env").is_some_and(|stem| !stem.is_empty())
        || sample.contains(&name)
}

/// By what follows the last dot, in lower case.
fn by_extension(name: &str) -> Option<FileKind> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "yml" | "yaml" => K::Yaml,
        "json" | "jsonc" | "json5" | "webmanifest" | "geojson" | "code-workspace" | "map" | "arb" => K::Json,
        "toml" => K::Toml,
        "ini" | "cfg" | "conf" | "properties" | "service" | "desktop" => K::Ini,
        "sh" | "bash" | "zsh" | "ksh" | "bats" => K::Shell,
        "mk" | "mak" => K::Makefile,
        "just" => K::Justfile,
        "md" | "markdown" | "mdx" | "mdown" => K::Markdown,
        "txt" | "rst" | "adoc" | "asciidoc" | "text" | "org" | "log" | "in" => K::Text,
        "csv" | "tsv" | "jsonl" | "ndjson" => K::Csv,
        "xml" | "svg" | "xsd" | "xsl" | "xslt" | "csproj" | "fsproj" | "vbproj" | "props" | "targets"
        | "plist" | "resx" | "xaml" | "sln" => K::Xml,
        "tf" | "tfvars" | "hcl" | "tofu" => K::Hcl,
        "proto" => K::Protobuf,
        "graphql" | "gql" => K::GraphQl,
        "prisma" => K::Prisma,
        "ipynb" => K::Notebook,
        "lock" | "lockb" => K::Lockfile,
        "pem" | "crt" | "cer" | "key" | "csr" | "ppk" | "pub" | "asc" | "p8" => K::Certificate,
        _ => return by_language(extension).or_else(|| by_binary(extension)),
    })
}

fn by_language(extension: &str) -> Option<FileKind> {
    Some(match extension {
        "js" | "mjs" | "cjs" | "es6" => K::JavaScript,
        "jsx" => K::Jsx,
        "ts" | "mts" | "cts" => K::TypeScript,
        "tsx" => K::Tsx,
        "vue" => K::Vue,
        "svelte" => K::Svelte,
        "astro" => K::Astro,
        "py" | "pyi" | "pyw" => K::Python,
        "rs" => K::Rust,
        "go" => K::Go,
        "java" => K::Java,
        "kt" | "kts" => K::Kotlin,
        "scala" | "sbt" => K::Scala,
        "groovy" | "gradle" => K::Groovy,
        "cs" | "csx" => K::CSharp,
        "fs" | "fsx" | "fsi" => K::FSharp,
        "c" | "h" => K::C,
        "cpp" | "cc" | "cxx" | "hpp" | "hh" | "hxx" | "ino" => K::Cpp,
        "m" | "mm" => K::ObjectiveC,
        "swift" => K::Swift,
        "rb" | "rake" | "gemspec" => K::Ruby,
        "php" | "phtml" => K::Php,
        "pl" | "pm" => K::Perl,
        "lua" => K::Lua,
        "r" => K::R,
        "dart" => K::Dart,
        "ex" | "exs" => K::Elixir,
        "erl" | "hrl" => K::Erlang,
        "hs" | "lhs" => K::Haskell,
        "ml" | "mli" => K::OCaml,
        "clj" | "cljs" | "cljc" | "edn" => K::Clojure,
        "jl" => K::Julia,
        "zig" => K::Zig,
        "nix" => K::Nix,
        "sol" => K::Solidity,
        "ps1" | "psm1" | "psd1" => K::PowerShell,
        "bat" | "cmd" => K::Batch,
        "sql" | "psql" | "pgsql" | "ddl" => K::Sql,
        "css" | "scss" | "sass" | "less" | "styl" | "pcss" => K::Css,
        "html" | "htm" | "xhtml" => K::Html,
        "j2" | "jinja" | "jinja2" | "erb" | "hbs" | "handlebars" | "mustache" | "ejs" | "pug" | "liquid"
        | "twig" | "tmpl" | "tpl" | "gotmpl" | "njk" | "cshtml" | "razor" | "haml" | "slim" => K::Template,
        _ => return None,
    })
}

fn by_binary(extension: &str) -> Option<FileKind> {
    Some(match extension {
        "p12" | "pfx" | "jks" | "keystore" | "bks" | "kdbx" | "der" => K::KeyStore,
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "ico" | "icns" | "bmp" | "tif" | "tiff"
        | "psd" | "heic" => K::Image,
        "mp3" | "mp4" | "wav" | "ogg" | "webm" | "mov" | "avi" | "flac" | "m4a" | "m4v" | "mkv" => K::Media,
        "woff" | "woff2" | "ttf" | "otf" | "eot" => K::Font,
        "zip" | "tar" | "gz" | "tgz" | "bz2" | "xz" | "zst" | "7z" | "rar" | "jar" | "war" | "ear"
        | "whl" | "deb" | "rpm" | "apk" | "ipa" | "dmg" | "nupkg" | "gem" | "crate" | "br" => K::Archive,
        "pdf" | "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "odt" | "ods" => K::Document,
        "sqlite" | "sqlite3" | "db" | "db3" | "mdb" | "rdb" => K::Database,
        "exe" | "dll" | "so" | "dylib" | "a" | "o" | "obj" | "lib" | "class" | "pyc" | "pyo" | "wasm"
        | "node" | "pack" | "parquet" | "onnx" | "pt" | "pth" | "h5" | "pkl" | "npy" | "npz"
        | "safetensors" | "pb" | "gguf" | "mo" | "rlib" => K::Binary,
        _ => return None,
    })
}

/// `#!/usr/bin/env -S python3 -u`: the interpreter, without folder and version.
fn by_interpreter(text: &str) -> Option<FileKind> {
    let line = text.trim_start_matches('\u{feff}').strip_prefix("#!")?.lines().next()?;
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let mut program = words.next()?;
    if program == "env" {
        program = words.find(|word| !word.starts_with('-') && !word.contains('='))?;
    }
    Some(match program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
        "sh" | "bash" | "dash" | "zsh" | "ksh" | "ash" | "bats" => K::Shell,
        "python" | "pypy" | "uv" => K::Python,
        "node" | "bun" | "zx" => K::JavaScript,
        "deno" | "ts-node" | "tsx" => K::TypeScript,
        "ruby" => K::Ruby,
        "php" => K::Php,
        "perl" => K::Perl,
        "lua" => K::Lua,
        "Rscript" => K::R,
        "make" => K::Makefile,
        "just" => K::Justfile,
        "pwsh" => K::PowerShell,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_extensions() {
        let table = [
            ("Dockerfile", K::Dockerfile),
            ("docker/Dockerfile.prod", K::Dockerfile),
            ("api.Dockerfile", K::Dockerfile),
            ("Dockerfile-dev", K::Dockerfile),
            ("Containerfile", K::Dockerfile),
            ("src/parse/dockerfile.rs", K::Rust),
            ("dockerfile_test.go", K::Go),
            ("Dockerfile.dockerignore", K::Ignore(IgnoreDialect::Docker)),
            ("a/.dockerignore", K::Ignore(IgnoreDialect::Docker)),
            (".gitignore", K::Ignore(IgnoreDialect::Git)),
            (".prettierignore", K::Ignore(IgnoreDialect::Other)),
            (".env", K::Dotenv),
            (".env.production.local", K::Dotenv),
            (".env.bak", K::Dotenv),
            (".env~", K::Dotenv),
            (".env.example.txt", K::Dotenv),
            ("deploy/prod.env", K::Dotenv),
            ("env.example", K::Dotenv),
            (".env.ts", K::TypeScript),
            (".env.yml", K::Yaml),
            (".environment", K::Other),
            ("package-lock.json", K::Lockfile),
            ("tsconfig.json", K::Json),
            ("compose.yaml", K::Yaml),
            ("vite.config.mts", K::TypeScript),
            ("src/App.TSX", K::Tsx),
            ("GNUmakefile", K::Makefile),
            ("LICENSE", K::Text),
            ("LICENSE.md", K::Markdown),
            ("LICENSE-MIT", K::Text),
            ("server.key", K::Certificate),
            ("app.p12", K::KeyStore),
            ("logo.PNG", K::Image),
            ("logo.svg", K::Xml),
            ("unknown", K::Other),
            ("", K::Other),
        ];
        for (path, kind) in table {
            assert_eq!(FileKind::of_path(path), kind, "{path}");
        }
    }

    #[test]
    fn first_lines() {
        let table = [
            ("#!/bin/sh\n", K::Shell),
            ("#!/usr/bin/env bash", K::Shell),
            ("#!/usr/bin/env -S FOO=1 python3.12 -u\n", K::Python),
            ("#! /usr/local/bin/node\r\n", K::JavaScript),
            ("\u{feff}#!/bin/zsh", K::Shell),
            ("#!", K::Other),
            ("#!/usr/bin/env", K::Other),
            ("echo", K::Other),
        ];
        for (text, kind) in table {
            assert_eq!(FileKind::of("bin/run", text), kind, "{text:?}");
        }
        assert_eq!(FileKind::of("run.py", "#!/bin/sh"), K::Python, "the name comes first");
    }
}

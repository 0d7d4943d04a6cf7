//! Private keys in files of any kind: told by their content, not by a header alone.

use std::sync::LazyLock;

use memchr::memmem;
use rayon::prelude::*;
use regex::Regex;

use super::Context;
use crate::facts::{Entry, KeyMaterial};
use crate::source::{FileId, FileKind, Phrases, Place, SourceFile, Span, pattern};

/// One fact for each private key.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let files: Vec<_> = context.tree.entries().filter(|(_, file)| !file.vendored).collect();
    let found = files.par_iter().map(|(id, file)| match file.kind {
        FileKind::KeyStore => container(*id, file).into_iter().collect(),
        kind if kind.is_binary() || kind == FileKind::Markdown || file.link.is_some() => Vec::new(),
        _ => armoured(*id, file, context.tree.text(*id)),
    });
    found.flatten().collect()
}

/// A PKCS#12 file or Java key store. Their content is not read: a store of trusted certificates is told by its name.
fn container(id: FileId, file: &SourceFile) -> Option<Entry> {
    let format = match file.extension().to_ascii_lowercase().as_str() {
        "p12" | "pfx" => "pkcs12",
        "jks" | "keystore" | "bks" => "jks",
        _ => return None,
    };
    let path = file.path.to_ascii_lowercase();
    let trusted = ["trust", "cacert"].iter().any(|word| path.contains(word));
    (!trusted && file.bytes > 0).then(|| Entry::new(Place::file(id), material(file, format, None)))
}

/// Keys as text: PEM and `OpenSSH`, `PuTTY` and age.
fn armoured(id: FileId, file: &SourceFile, text: &str) -> Vec<Entry> {
    static MARKS: LazyLock<Phrases> =
        LazyLock::new(|| Phrases::of(&["-----BEGIN ", "PuTTY-User-Key-File-", "AGE-SECRET-KEY-1"]));
    let mut entries = Vec::new();
    if !MARKS.are_in(text) {
        return entries;
    }
    for start in memmem::find_iter(text.as_bytes(), "-----BEGIN ") {
        if let Some((format, encrypted, length)) = pem(&text[start..]) {
            let span = Span::new(start, start + length);
            if !is_in_unit_test(file, text, start) {
                let mut fact = material(file, format, Some(encrypted));
                fact.development |= is_said_to_be_harmless(text, start);
                entries.push(Entry::new(Place { file: id, span }, fact));
            }
        }
    }
    if text.starts_with("PuTTY-User-Key-File-") && text.contains("Private-Lines:") {
        let fact = material(file, "putty", Some(!text.contains("Encryption: none")));
        let end = text.find(['\r', '\n']).unwrap_or(text.len());
        entries.push(Entry::new(Place { file: id, span: Span::new(0, end) }, fact));
    }
    for start in memmem::find_iter(text.as_bytes(), "AGE-SECRET-KEY-1") {
        let body = text[start + 16..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        if body == 58 {
            let place = Place { file: id, span: Span::new(start, start + 16) };
            entries.push(Entry::new(place, material(file, "age", Some(false))));
        }
    }
    entries
}

fn material(file: &SourceFile, format: &str, encrypted: Option<bool>) -> KeyMaterial {
    KeyMaterial {
        format: format.to_owned(),
        tracked: file.tracked,
        encrypted,
        development: is_for_development(&file.path),
    }
}

/// A private key in PEM at the start of `text`: its format, whether it is encrypted, the length of its header.
///
/// There must be a body: code that reads or writes keys holds the header alone. The body may stand in one line with
/// `\n` written out, as in JSON, or in pieces of string literals.
fn pem(text: &str) -> Option<(&'static str, bool, usize)> {
    static HEADER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(r"^-----BEGIN ((?:RSA |EC |DSA |OPENSSH |ENCRYPTED |ANY )?PRIVATE KEY)-----")
    });
    /// The least that a key of 32 bytes takes in PKCS#8.
    const SHORTEST_BODY: usize = 60;
    let found = HEADER.as_ref()?.captures(text)?;
    let (header, label) = (found.get(0)?, found.get(1)?.as_str());
    let rest = &text[header.end()..];
    let end = rest.find(&format!("-----END {label}-----"))?;
    let inner = &rest[..end];
    let marked = inner.contains("Proc-Type: 4,ENCRYPTED") || inner.contains("DEK-Info");
    let body: String = inner.replace("\\r", "").replace("\\n", "").split_whitespace().collect();
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let quoting = |c: char| matches!(c, '"' | '\'' | '`' | '+' | ',' | '\\' | '|' | '#' | '*' | '.' | '-');
    let clean = body.chars().filter(|c| base64(*c)).count();
    let foreign = body.chars().filter(|c| !base64(*c) && !quoting(*c)).count();
    let elided = inner.contains("...") || inner.contains('…') || inner.to_ascii_lowercase().contains("your");
    if !marked && (clean < SHORTEST_BODY || foreign > 0 || elided || is_monotonous(&body)) {
        return None;
    }
    // The name of the cipher stands at the start of the key: `none` in base64.
    let open = body.contains("b3BlbnNzaC1rZXktdjEAAAAABG5vbmU");
    let openssh = label.starts_with("OPENSSH");
    let encrypted = marked || label.starts_with("ENCRYPTED") || openssh && !open;
    Some((if openssh { "openssh" } else { "pem" }, encrypted, header.end()))
}

/// `AAAA…`, `xxxx…`: a stand-in for a key.
fn is_monotonous(body: &str) -> bool {
    body.chars().collect::<std::collections::HashSet<_>>().len() < 16
}

/// Rust keeps unit tests in the file they test.
fn is_in_unit_test(file: &SourceFile, text: &str, offset: usize) -> bool {
    file.kind == FileKind::Rust && text[..offset].contains("#[cfg(test)]")
}

/// Whether the head of the file, or the lines above the key, say that it protects nothing.
fn is_said_to_be_harmless(text: &str, start: usize) -> bool {
    static SAYS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        pattern(
            r"(?i)test[- ]only|only (for|in) (test|dev|local)|for (testing|tests|local development)|(not|don.?t|never) (be )?use[d]? (it |this |these |them )?(in|for) prod|not (a )?(real|secret)|(dummy|sample|example|fake|throw-?away|mock|insecure|test|demo)[ _-](\w+ )?keys?",
        )
    });
    const HEAD: usize = 600;
    const ABOVE: usize = 300;
    let head = &text[..text.floor_char_boundary(HEAD.min(start))];
    let above = &text[text.floor_char_boundary(start.saturating_sub(ABOVE))..start];
    SAYS.as_ref().is_some_and(|says| says.is_match(head) || says.is_match(above))
}

fn is_for_development(path: &str) -> bool {
    const WORDS: &[&str] = &[
        "dev",
        "development",
        "local",
        "localhost",
        "snakeoil",
        "selfsigned",
        "signed",
        "sample",
        "dummy",
        "fake",
        "insecure",
        "debug",
        "demo",
        "testing",
        "test",
        "tests",
        "testkey",
        "devcontainer",
        "example",
        "mkcert",
        "e2e",
        "127",
        "spec",
        "specs",
        "ci",
        "sandbox",
        "vagrant",
        "mock",
        "mocks",
        "seed",
        "seeds",
        "seeder",
        "fixture",
    ];
    let path = path.to_ascii_lowercase();
    path.split(|c: char| !c.is_ascii_alphanumeric()).any(|token| WORDS.contains(&token))
}

#[cfg(test)]
mod tests {
    use crate::extract::facts;
    use crate::facts::KeyMaterial;
    use crate::parse::Documents;
    use crate::source::{MemoryFile, Tree};

    fn show(path: &str, content: MemoryFile) -> Vec<String> {
        let tree = Tree::from_memory([(path.to_owned(), content)]);
        let (store, _) = facts(&tree, &Documents::parse(&tree), &[]);
        let keys = store.all::<KeyMaterial>().map(|(_, key)| {
            let encrypted = match key.encrypted {
                Some(true) => " encrypted",
                Some(false) => "",
                None => " unknown",
            };
            format!("{}{encrypted}{}", key.format, if key.development { " development" } else { "" })
        });
        keys.collect()
    }

    fn pem(label: &str, head: &str) -> String {
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n".repeat(4);
        format!("-----BEGIN {label}-----\n{head}{body}-----END {label}-----\n")
    }

    #[test]
    fn keys_as_text() {
        let inline = pem("PRIVATE KEY", "").replace('\n', "\\n");
        let in_rust = format!("#[cfg(test)]\nconst KEY: &str = \"{}\";", pem("PRIVATE KEY", ""));
        for (path, text, expected) in [
            ("server.pem", pem("PRIVATE KEY", ""), &["pem"][..]),
            ("server.key", pem("RSA PRIVATE KEY", ""), &["pem"]),
            ("server.key", pem("ENCRYPTED PRIVATE KEY", ""), &["pem encrypted"]),
            (
                "server.key",
                pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\n"),
                &["pem encrypted"],
            ),
            (
                "id_ed25519",
                pem("OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE\n"),
                &["openssh"],
            ),
            (
                "id_ed25519",
                pem("OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHI\n"),
                &["openssh encrypted"],
            ),
            ("sa.json", format!("{{\"private_key\": \"{inline}\"}}"), &["pem"]),
            ("certs/localhost.key", pem("PRIVATE KEY", ""), &["pem development"]),
            ("cert.pem", pem("CERTIFICATE", ""), &[]),
            ("key.pub", pem("PUBLIC KEY", ""), &[]),
            ("parse.js", "if (x.startsWith('-----BEGIN PRIVATE KEY-----')) {}".to_owned(), &[]),
            ("a.js", "`-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`".to_owned(), &[]),
            ("docs/tls.md", pem("PRIVATE KEY", ""), &[]),
            (
                "pool.js",
                format!("// These keys are TEST-ONLY.\n`{}`", pem("PRIVATE KEY", "")),
                &["pem development"],
            ),
            ("src/jwt.rs", in_rust, &[]),
            ("key.txt", format!("AGE-SECRET-KEY-1{}", "Q".repeat(58)), &["age"]),
            (
                "login.ppk",
                "PuTTY-User-Key-File-3: x\nEncryption: none\nPrivate-Lines: 1\n".to_owned(),
                &["putty"],
            ),
        ] {
            assert_eq!(show(path, MemoryFile::Text(text)), expected, "{path}");
        }
    }

    #[test]
    fn containers() {
        for (path, expected) in [
            ("app.p12", &["pkcs12 unknown"][..]),
            ("release.keystore", &["jks unknown"]),
            ("debug.keystore", &["jks unknown development"]),
            ("truststore.jks", &[]),
            ("ca.der", &[]),
        ] {
            assert_eq!(show(path, MemoryFile::Binary(vec![0x30, 0x82])), expected, "{path}");
        }
    }
}

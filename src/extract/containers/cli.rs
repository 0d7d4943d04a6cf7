//! `docker build` and its relatives: which Dockerfile they build, in which folder.

/// What a build command asks for, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Invocation {
    /// `-f`.
    pub(super) file: Option<String>,
    /// The folder that is sent; none where a URL or standard input is.
    pub(super) context: Option<String>,
    /// `--target`.
    pub(super) target: Option<String>,
    /// `-t`.
    pub(super) tags: Vec<String>,
}

/// Flags of the builders that take no value.
const SWITCHES: &[&str] = &[
    "--no-cache",
    "--pull",
    "--push",
    "--load",
    "-q",
    "--quiet",
    "--rm",
    "--force-rm",
    "--squash",
    "--compress",
    "--disable-content-trust",
    "-D",
    "--debug",
    "--layers",
    "--check",
    "--cleanup",
    "--cache",
    "--single-snapshot",
    "--reproducible",
    "--no-push",
    "--verbose",
];

/// Reads the words of a command, the program first; none where it builds no image.
pub(super) fn read(words: &[&str]) -> Option<Invocation> {
    let (program, rest) = words.split_first()?;
    let program = program.rsplit('/').next().unwrap_or(program);
    let arguments = match (program, rest) {
        ("docker" | "podman" | "nerdctl" | "finch" | "depot", ["build", rest @ ..])
        | ("docker" | "podman", ["buildx" | "image" | "builder", "build", rest @ ..])
        | ("buildah", ["bud" | "build" | "build-using-dockerfile", rest @ ..])
        | ("executor", rest) => Some(rest),
        _ => None,
    }?;
    let mut found = Invocation::default();
    let mut positional = None;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if !word.starts_with('-') || *word == "-" {
            positional.get_or_insert(*word);
            continue;
        }
        let (flag, value) = match word.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None if SWITCHES.contains(word) => (*word, None),
            None if word.starts_with("-f") && word.len() > 2 => ("-f", Some(&word[2..])),
            None => (*word, words.next().copied()),
        };
        match (flag, value) {
            ("-f" | "--file" | "--dockerfile", Some(value)) => found.file = Some(value.to_owned()),
            ("--target", Some(value)) => found.target = Some(value.to_owned()),
            ("-t" | "--tag" | "--destination", Some(value)) => found.tags.push(value.to_owned()),
            ("--context" | "-c", Some(value)) if program == "executor" => {
                positional = Some(value.strip_prefix("dir://").unwrap_or(value));
            }
            _ => {}
        }
    }
    let remote = |context: &str| context == "-" || context.contains("://") || context.starts_with("git@");
    found.context = positional.filter(|context| !remote(context)).map(str::to_owned);
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builders_and_their_flags() {
        type Wanted = Option<(Option<&'static str>, Option<&'static str>, Option<&'static str>)>;
        let table: &[(&str, Wanted)] = &[
            ("docker build .", Some((None, Some("."), None))),
            (
                "docker build -t a:1 -f api/Dockerfile --target run api",
                Some((Some("api/Dockerfile"), Some("api"), Some("run"))),
            ),
            (
                "docker buildx build --push --platform linux/amd64 --file=D .",
                Some((Some("D"), Some("."), None)),
            ),
            ("docker build --build-arg A=1 --no-cache ..", Some((None, Some(".."), None))),
            ("podman build -fContainerfile .", Some((Some("Containerfile"), Some("."), None))),
            ("buildah bud -f a", Some((Some("a"), None, None))),
            ("/kaniko/executor --context x --dockerfile x/D", Some((Some("x/D"), Some("x"), None))),
            ("docker build -", Some((None, None, None))),
            ("docker build https://host/repo.git", Some((None, None, None))),
            ("docker run build", None),
            ("npm run build", None),
        ];
        for (text, wanted) in table {
            let words: Vec<_> = text.split(' ').collect();
            let found = read(&words);
            let found = found
                .as_ref()
                .map(|one| (one.file.as_deref(), one.context.as_deref(), one.target.as_deref()));
            assert_eq!(found, *wanted, "{text}");
        }
    }
}

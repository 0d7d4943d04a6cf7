//! Text in, commands out. One line a command: its words (`·` between them, `$` before one that expands), then what
//! is not as usual: the mask, the directory, what it stands in, its wrappers.

mod commands;
mod hostile;
mod masks;
mod words;

use super::{Command, Failure, Options, Script, Within, parse_with};

fn line(command: &Command) -> String {
    let mut words: Vec<String> =
        command.assignments.iter().map(|a| format!("{}={}", a.name, a.value.text)).collect();
    words.extend(
        command
            .effective()
            .iter()
            .map(|word| format!("{}{}", if word.expansion { "$" } else { "" }, word.text)),
    );
    let mut parts = vec![words.join("·")];
    if let Failure::Masked(mask) = command.failure {
        parts.push(format!("!{mask:?}"));
    }
    if command.dir.as_deref() != Some(".") {
        parts.push(format!("@{}", command.dir.as_deref().unwrap_or("?")));
    }
    parts.extend(command.within.iter().map(|within| match within {
        Within::Function(name) => format!("in {name}()"),
        other => format!("in {other:?}"),
    }));
    parts.extend(command.wrappers.iter().map(|wrapper| format!("by {wrapper:?}")));
    parts.extend(command.unreachable.then(|| "never".to_owned()));
    parts.join(" ")
}

fn lines(script: &Script) -> Vec<String> {
    script.commands.iter().map(line).collect()
}

/// Every case must give exactly these commands and no syntax error.
fn check(options: Options, cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        let parsed = parse_with(text, options);
        assert_eq!(lines(&parsed.document), *expected, "commands of {text:?}");
        assert_eq!(parsed.errors, [], "errors of {text:?}");
    }
}

fn errexit() -> Options {
    Options { errexit: true, ..Options::default() }
}

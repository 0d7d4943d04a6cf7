//! A rule file that is wrong says so when it is loaded: at its line, with what was probably meant.

use golive::rules::compile;

const HEAD: &str = "id: ci/sample\ntitle: T\nseverity: low\neffort: 5m\nwhy: W\nfix: F\n";

/// Every mistake in the head above, lines 1 to 6, and the given lines.
fn mistakes(lines: &str) -> Vec<String> {
    let text = format!("{HEAD}{lines}");
    let mistakes = compile("rules/ci/sample.yml", &text).err().unwrap_or_default();
    mistakes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_right_rule_has_none() {
    assert_eq!(mistakes("forbid: file\nwhere: { name: x }\nmessage: \"{path}\"\n"), Vec::<String>::new());
}

#[test]
fn mistakes_are_found_at_their_place() {
    let cases: &[(&str, &str)] = &[
        ("forbid: fille\nmessage: m\n", "7:9: `fille` is no fact: did you mean `file`?"),
        (
            "forbid: file\nwhere: { nmae: x }\nmessage: m\n",
            "8:10: `nmae` is no attribute of `file`: did you mean `name`?",
        ),
        ("forbid: file\nwhere: { name: 3 }\nmessage: m\n", "8:16: `name` is a text; put it in quotes"),
        ("forbid: file\nwhere: { tracked: maybe }\nmessage: m\n", "8:19: `tracked` is a flag"),
        ("forbid: file\nwhere: { tracked: null }\nmessage: m\n", "8:19: `tracked` is never absent"),
        (
            "forbid: file\nwhere: { bytes: { globb: x } }\nmessage: m\n",
            "8:19: `globb` is no operator: did you mean `glob`?",
        ),
        (
            "forbid: file\nwhere: { bytes: { glob: x } }\nmessage: m\n",
            "8:25: `bytes` is a number: glob needs a text",
        ),
        (
            "forbid: file\nwhere: { name: { regex: '(' } }\nmessage: m\n",
            "8:25: not a regular expression: unclosed group",
        ),
        ("forbid: file\nmessage: \"{pth}\"\n", "8:10: `pth` is no attribute of `file`: did you mean `path`?"),
        ("forbid: file\nmessage: \"{path\"\n", "8:10: a `{` that is never closed"),
        ("forbid: file\n", "1:1: `message` is missing: it says what was found in this repository"),
        ("every: file\nmessage: m\n", "7:8: `every` demands nothing: add `is`, `has` or `lacks`"),
        ("forbid: file\nwithin: repo\nmessage: m\n", "8:9: `within` belongs to `has` or `lacks`"),
        (
            "forbid: file\nhas: repo\nwithin: galaxy\nmessage: m\n",
            "9:9: `galaxy` is no scope: known are repo, package, file",
        ),
        (
            "forbid: file\nmesage: m\nmessage: m\n",
            "8:1: `mesage` is no key of a rule: did you mean `message`?",
        ),
        (
            "forbid: file\nrequire: file\nmessage: m\n",
            "1:1: a rule has exactly one of every, require, forbid, match; this one has 2",
        ),
        (
            "forbid: file\nhas: repo\nwith: { name: $nmae }\nmessage: m\n",
            "9:15: `nmae` is no attribute of `file`: did you mean `name`?",
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(mistakes(lines), [format!("rules/ci/sample.yml:{expected}")], "for\n{lines}");
    }
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text =
        "id: nowhere/sample\ntitle: T\nseverity: grave\neffort: long\nwhy: W\nforbid: fille\nmessage: m\n";
    let mistakes: Vec<_> = compile("rules/ci/sample.yml", text).err().unwrap_or_default();
    let lines: Vec<_> = mistakes.iter().map(|mistake| mistake.line).collect();
    assert_eq!(lines, [1, 1, 1, 3, 4, 6], "{mistakes:?}");
}

use super::*;
use crate::source::Span;

/// Keywords of a file in order, `FROM` included.
fn keywords(document: &Dockerfile) -> Vec<&'static str> {
    let mut found: Vec<_> = document.global_args.iter().map(Instruction::name).collect();
    for stage in &document.stages {
        found.push("FROM");
        found.extend(stage.instructions.iter().map(Instruction::name));
    }
    found
}

/// The instructions of the last stage; the file must hold no mistake.
fn stage(text: &str) -> Vec<Instruction> {
    let parsed = parse(text);
    assert_eq!(parsed.errors, [], "{text}");
    parsed.document.stages.last().unwrap().instructions.clone()
}

/// The last instruction of a stage on an image, with a line in front of it.
fn last(lines: &str) -> Kind {
    stage(&format!("FROM alpine\n{lines}\n")).pop().unwrap().kind
}

/// The word that `WORKDIR` comes to after some lines, unknown parts as written in `<>`.
fn value(before: &str, word: &str) -> String {
    let text = format!("{before}\nWORKDIR {word}\n");
    let instructions = stage(&text);
    let Some(Kind::Workdir(word)) = instructions.last().map(|last| &last.kind) else { panic!("{text}") };
    word.value
        .parts()
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Unknown { written, .. } => format!("<{written}>"),
        })
        .collect()
}

fn shell(kind: &Kind) -> &Script {
    match kind {
        Kind::Run(Run { command: Command::Shell(script), .. })
        | Kind::Cmd(Command::Shell(script))
        | Kind::Entrypoint(Command::Shell(script)) => script,
        other => panic!("no shell form: {other:?}"),
    }
}

fn texts(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
}

#[test]
fn every_logical_line_is_an_instruction_or_an_error() {
    let text = "\u{feff}# escape=\\\n# a comment\nARG A\n\nfrom a AS b\r\nrUn x \\\r\n  # within\r\n\r\n  y\r\nNONSENSE 1\nCOPY only\nENV A\nFROM b\nCMD\n";
    let parsed = parse(text);
    assert_eq!(keywords(&parsed.document), ["ARG", "FROM", "RUN", "FROM", "CMD"]);
    let wrong: Vec<_> = parsed.errors.iter().map(|error| error.span.of(text)).collect();
    assert_eq!(wrong, ["NONSENSE 1", "COPY only", "ENV A"]);
    let comments: Vec<_> = parsed.document.comments.iter().map(|span| span.of(text)).collect();
    assert_eq!(comments, ["# a comment", "# within"]);
}

#[test]
fn directives_stand_before_everything_else() {
    let names = |text: &str| {
        parse(text).document.directives.into_iter().map(|found| (found.name, found.value)).collect::<Vec<_>>()
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        names("# Syntax = docker/dockerfile:1 \n#escape=`\n# check=skip=all\nFROM a\n"),
        [pair("syntax", "docker/dockerfile:1"), pair("escape", "`"), pair("check", "skip=all")]
    );
    assert_eq!(names("# a comment\n# escape=`\nFROM a\n"), []);
    assert_eq!(names("\n# escape=`\nFROM a\n"), []);
    assert_eq!(names("#!/bin/sh\n# syntax=x\nFROM a\n"), [pair("syntax", "x")]);
    for text in ["# escape=x\nFROM a\n", "# escape=`\n# escape=`\nFROM a\n"] {
        assert_eq!(parse(text).errors.len(), 1, "{text}");
    }
}

#[test]
fn the_escape_directive_changes_what_continues_a_line() {
    let text = "# escape=`\nFROM a\nCOPY c:\\dir\\ `\n  d:\\\nRUN x\n";
    let instructions = stage(text);
    let Kind::Copy(copy) = &instructions[0].kind else { panic!() };
    assert_eq!(copy.destination.known(), Some("d:\\"));
    assert_eq!(instructions.len(), 2);
}

#[test]
fn a_continued_line_is_joined_and_keeps_its_places() {
    let text = "FROM a\nRUN one && \\\n  # note\n\n    two\\\n-three\n";
    let instructions = stage(text);
    let script = shell(&instructions[0].kind);
    assert_eq!(script.text, "one &&     two-three");
    let at = script.text.find("two-three").unwrap();
    assert_eq!(script.span(at..at + 9).of(text), "two\\\n-three");
    assert_eq!(instructions[0].span.of(text), "RUN one && \\\n  # note\n\n    two\\\n-three");
}

#[test]
fn a_doubled_escape_does_not_continue() {
    assert_eq!(shell(&last("RUN echo \\\\")).text, "echo \\\\");
    assert_eq!(shell(&last("RUN x \\")).text, "x");
}

#[test]
fn exec_form_is_a_json_array_and_anything_else_is_shell_form() {
    let Kind::Cmd(Command::Exec(words)) = last(r#"CMD [ "a", "b\"c" ]"#) else { panic!() };
    assert_eq!(texts(&words), ["a", "b\"c"]);
    for text in ["CMD ['a']", "CMD [\"a\"", "CMD [\"a\" \"b\"]", "CMD \"[]\""] {
        assert_eq!(shell(&last(text)).text, text[4..], "{text}");
    }
    let parsed = parse("FROM a\nCMD [\"a\", 1]\nUSER b\n");
    assert_eq!(keywords(&parsed.document), ["FROM", "USER"]);
    assert_eq!(parsed.errors.len(), 1);
}

#[test]
fn words_of_exec_form_have_their_places() {
    let text = "FROM a\nCMD [\"x\", \\\n  \"y z\"]\n";
    let instructions = stage(text);
    let Kind::Cmd(Command::Exec(words)) = &instructions[0].kind else { panic!() };
    assert_eq!(words.iter().map(|word| word.span.of(text)).collect::<Vec<_>>(), ["\"x\"", "\"y z\""]);
}

#[test]
fn a_lone_heredoc_is_the_script() {
    let text = "FROM a\nRUN --mount=type=cache,target=/c <<-'EOF'\n\tset -e\n\tnpm ci\n\tEOF\nUSER b\n";
    let instructions = stage(text);
    let script = shell(&instructions[0].kind);
    assert_eq!(script.text, "set -e\nnpm ci\n");
    let at = script.text.find("npm").unwrap();
    assert_eq!(script.span(at..at + 6), Span::new(text.find("npm").unwrap(), text.find("npm").unwrap() + 6));
    assert!(instructions[0].span.of(text).ends_with("\tEOF"));
    assert_eq!(instructions[1].name(), "USER");
    let Kind::Run(run) = &instructions[0].kind else { panic!() };
    assert_eq!((run.heredocs[0].expand, run.heredocs[0].strip_tabs), (false, true));
    assert_eq!(
        shell(&last("RUN <<X\n#!/usr/bin/python3 -u\nprint()\nX")).interpreter(),
        Some("/usr/bin/python3 -u")
    );
}

#[test]
fn other_heredocs_follow_the_command_as_in_a_shell() {
    let text = "FROM a\r\nRUN cat <<A 3<<B\r\none\r\nA\r\ntwo\r\nB\r\nCMD x\r\n";
    let instructions = stage(text);
    assert_eq!(shell(&instructions[0].kind).text, "cat <<A 3<<B\none\nA\ntwo\nB");
    assert_eq!(instructions.len(), 2);
    assert_eq!(shell(&last("RUN <<EOF python3\nprint()\nEOF")).text, "<<EOF python3\nprint()\nEOF");
}

#[test]
fn heredocs_of_copy_are_files() {
    let Kind::Copy(copy) = last("COPY <<a.txt b <<\"c\" /d/\nA\na.txt\nC\nc") else { panic!() };
    let found: Vec<_> = copy
        .sources
        .iter()
        .map(|source| match source {
            Source::Path(word) => word.text.clone(),
            Source::Heredoc(index) => {
                format!("{}={}", copy.heredocs[*index].name, copy.heredocs[*index].body.text)
            }
        })
        .collect();
    assert_eq!(found, ["a.txt=A\n", "b", "c=C\n"]);
    assert_eq!(copy.destination.text, "/d/");
}

#[test]
fn a_heredoc_without_end_costs_only_its_instruction() {
    let parsed = parse("FROM a\nRUN <<EOF\nUSER b\n");
    assert_eq!(keywords(&parsed.document), ["FROM", "USER"]);
    assert_eq!(parsed.errors[0].message, "no line `EOF` ends this heredoc");
    let parsed = parse("FROM a\nRUN <<A <<B\nUSER b\nA\n");
    assert_eq!(
        keywords(&parsed.document),
        ["FROM", "USER"],
        "the first heredoc is not taken without the second"
    );
}

#[test]
fn no_heredoc_begins_elsewhere() {
    for text in ["USER <<EOF", "RUN [\"<<EOF\"]", "RUN echo \"<<EOF\"", "RUN cat <<<EOF"] {
        assert_eq!(stage(&format!("FROM a\n{text}\n")).len(), 1, "{text}");
    }
}

#[test]
fn onbuild_holds_an_instruction() {
    let Kind::Onbuild(inner) = last("ONBUILD RUN cat <<E\nx\nE") else { panic!() };
    assert_eq!(shell(&inner.kind).text, "cat <<E\nx\nE");
    for text in ["ONBUILD", "ONBUILD ONBUILD RUN x", "ONBUILD FROM x", "ONBUILD nonsense"] {
        assert_eq!(parse(&format!("FROM a\n{text}\n")).errors.len(), 1, "{text}");
    }
}

#[test]
fn flags_stand_before_the_arguments() {
    let text = "FROM a\nCOPY --from=x --chown=\"1:1\" --exclude=a \\\n --exclude=b --link s d\n";
    let instructions = stage(text);
    let flags: Vec<_> = instructions[0]
        .flags
        .iter()
        .map(|flag| (flag.name.as_str(), flag.value.as_ref().map(|value| value.text.as_str())))
        .collect();
    assert_eq!(
        flags,
        [
            ("from", Some("x")),
            ("chown", Some("1:1")),
            ("exclude", Some("a")),
            ("exclude", Some("b")),
            ("link", None)
        ]
    );
    assert_eq!(instructions[0].flag("from").unwrap().value.as_ref().unwrap().span.of(text), "x");
}

#[test]
fn a_wrong_flag_is_an_error_and_the_instruction_stays() {
    for line in ["COPY --x=1 a b", "CMD --x y", "COPY --from a b", "COPY --from=a --from=b c d"] {
        let parsed = parse(&format!("FROM a\n{line}\n"));
        assert_eq!((parsed.errors.len(), parsed.document.stages[0].instructions.len()), (1, 1), "{line}");
    }
}

#[test]
fn mounts_are_read() {
    let Kind::Run(run) =
        last("ARG D=/d\nRUN --mount=type=cache,dst=$D,ro --mount=from=img,src=/a,target=/b x")
    else {
        panic!()
    };
    assert_eq!(run.mounts[0].kind(), Some("cache"));
    assert_eq!(run.mounts[0].get("target").and_then(Word::known), Some("/d"));
    assert_eq!(run.mounts[1].kind(), Some("bind"));
    assert_eq!(run.mounts[1].from, Some(Origin::Image(ImageRef::parse("img"))));
}

#[test]
fn env_is_written_in_two_ways() {
    for (text, expected, legacy) in [
        ("ENV a b  c", vec![("a", "b  c")], true),
        ("ENV a=1 b=\"2 3\" c=4\\ 5", vec![("a", "1"), ("b", "2 3"), ("c", "4 5")], false),
        ("LABEL a='x=y' b=", vec![("a", "x=y"), ("b", "")], false),
    ] {
        let (Kind::Env(pairs) | Kind::Label(pairs)) = last(text) else { panic!() };
        let found: Vec<_> =
            pairs.pairs.iter().map(|(name, value)| (name.text.as_str(), value.known().unwrap())).collect();
        assert_eq!((found, pairs.legacy), (expected, legacy), "{text}");
    }
}

#[test]
fn healthchecks() {
    assert_eq!(last("HEALTHCHECK NONE"), Kind::Healthcheck(None));
    let Kind::Healthcheck(Some(Command::Shell(script))) =
        last("HEALTHCHECK --interval=5s cmd curl -f x || exit 1")
    else {
        panic!()
    };
    assert_eq!(script.text, "curl -f x || exit 1");
    assert!(matches!(last("HEALTHCHECK CMD [\"a\"]"), Kind::Healthcheck(Some(Command::Exec(_)))));
    for line in ["HEALTHCHECK", "HEALTHCHECK NONE x", "HEALTHCHECK CMD", "HEALTHCHECK TCP 80"] {
        assert_eq!(parse(&format!("FROM a\n{line}\n")).errors.len(), 1, "{line}");
    }
}

#[test]
fn the_other_instructions() {
    let listed = |text: &str| match last(text) {
        Kind::Expose(words) | Kind::Volume(words) | Kind::Shell(words) => {
            words.iter().map(|word| word.value.display()).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(listed("ARG P=80\nEXPOSE $P/tcp 90-91"), ["80/tcp", "90-91"]);
    assert_eq!(listed("VOLUME /a /b"), ["/a", "/b"]);
    assert_eq!(listed("VOLUME [\"/a b\"]"), ["/a b"]);
    assert_eq!(listed("SHELL [\"bash\", \"-c\"]"), ["bash", "-c"]);
    assert!(matches!(last("STOPSIGNAL 9"), Kind::StopSignal(word) if word.text == "9"));
    assert!(matches!(last("MAINTAINER some one"), Kind::Maintainer(word) if word.text == "some one"));
    let Kind::Add(add) = last("ADD [\"a b\", \"/c\"]") else { panic!() };
    assert_eq!((add.sources.len(), add.destination.text.as_str()), (1, "/c"));
}

#[test]
fn variables_are_substituted() {
    let before = "FROM alpine\nARG A=1 E=\nENV B=v1.2.3 C=$A-$UNKNOWN";
    for (word, expected) in [
        ("/$A", "/1"),
        ("${A}x", "1x"),
        ("\\$A", "$A"),
        ("'$A'", "$A"),
        ("\"$A\"", "1"),
        ("$X", "<$X>"),
        ("/${X}/y", "/<${X}>/y"),
        ("${A:-d}", "1"),
        ("${E:-d}", "d"),
        ("${E-d}", ""),
        ("${A:+d}", "d"),
        ("${E:+d}", ""),
        ("${E+d}", "d"),
        ("${X:-d}", "<${X:-d}>"),
        ("${A:-${X}}", "1"),
        ("${E:-${X}}", "<${X}>"),
        ("${B#v}", "1.2.3"),
        ("${B##*.}", "3"),
        ("${B%.*}", "v1.2"),
        ("${B%%.*}", "v1"),
        ("${B/./_}", "v1_2.3"),
        ("${B//./_}", "v1_2_3"),
        ("$C", "1-<$UNKNOWN>"),
        ("${C:-d}", "1-<$UNKNOWN>"),
        ("${C#1}", "<${C#1}>"),
        ("$1$@x", "x"),
        ("$.", "$."),
    ] {
        assert_eq!(value(before, word), expected, "{word}");
    }
}

#[test]
fn a_wrong_substitution_is_an_error_and_the_word_is_unknown() {
    for word in ["${}", "${A", "${A:x}", "${A:=d}", "'a", "\"a", "${A:#x}", "${A/x}"] {
        let parsed = parse(&format!("FROM scratch\nARG A=1\nUSER {word}\nCMD x\n"));
        assert_eq!(parsed.errors.len(), 1, "{word}");
        assert_eq!(keywords(&parsed.document), ["FROM", "ARG", "USER", "CMD"]);
    }
}

#[test]
fn arguments_have_a_scope() {
    for (before, expected) in [
        ("ARG V=1\nFROM alpine", "<$V>"),
        ("ARG V=1\nFROM alpine\nARG V", "1"),
        ("ARG V=1\nFROM alpine\nARG V=2", "2"),
        ("FROM alpine AS b\nARG V=1\nFROM alpine", "<$V>"),
        ("FROM alpine AS b\nARG V=1\nFROM b", "1"),
        ("FROM alpine\nARG V=1\nENV V=2", "2"),
        ("FROM alpine\nENV V=2\nARG V", "2"),
        ("FROM alpine\nARG V", "<$V>"),
        ("FROM alpine\nARG U=1 V=$U$U", "11"),
        ("FROM alpine\nENV U=1\nENV U=2 V=$U", "1"),
    ] {
        assert_eq!(value(before, "$V"), expected, "{before}");
    }
    assert_eq!(value("FROM alpine\nARG V", "${V:-d}"), "d", "nothing gives it a value but the command line");
    assert_eq!(value("FROM scratch", "${V:-d}"), "d", "the empty image sets no variable");
    assert_eq!(value("FROM scratch\nARG TARGETARCH", "${TARGETARCH:-d}"), "<${TARGETARCH:-d}>");
}

#[test]
fn stages_are_built_on_images_and_on_stages() {
    let text = "ARG V=22\nARG R\nFROM --platform=$BUILDPLATFORM node:${V}-slim AS Build\nFROM build as two\nFROM scratch\nCOPY --from=0 a b\nCOPY --from=TWO a b\nCOPY --from=nginx:1 a b\nFROM $R/x:1\n";
    let parsed = parse(text);
    assert_eq!(parsed.errors, []);
    let stages = &parsed.document.stages;
    let origins: Vec<_> = stages.iter().map(|stage| &stage.base.origin).collect();
    assert_eq!(origins[0], &Origin::Image(ImageRef::parse("node:22-slim")));
    assert_eq!(origins[1..3], [&Origin::Stage(0), &Origin::Scratch]);
    let Origin::Image(image) = origins[3] else { panic!() };
    assert_eq!((image.display().as_str(), image.is_known()), ("$R/x:1", false));
    assert_eq!(stages[0].name.as_ref().map(|name| name.span.of(text)), Some("Build"));
    assert_eq!(stages[0].platform.as_ref().and_then(Word::known), None);
    let from: Vec<_> = stages[2]
        .instructions
        .iter()
        .map(|instruction| match &instruction.kind {
            Kind::Copy(copy) => copy.from.clone().unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(from, [Origin::Stage(0), Origin::Stage(1), Origin::Image(ImageRef::parse("nginx:1"))]);
}

#[test]
fn a_wrong_from_begins_a_stage_all_the_same() {
    for line in ["FROM", "FROM a b", "FROM a AS 1x", "FROM \"\"", "FROM --x a"] {
        let parsed = parse(&format!("FROM z\nUSER a\n{line}\nUSER root\n"));
        assert_eq!((parsed.errors.len(), parsed.document.stages.len()), (1, 2), "{line}");
        assert_eq!(parsed.document.stages[1].instructions.len(), 1, "{line}");
    }
}

#[test]
fn mistakes_about_stages() {
    for text in [
        "",
        "# only a comment\n",
        "ARG A\n",
        "USER a\nFROM b\n",
        "FROM a\nCOPY --from=7 a b\n",
        "FROM a\nCOPY --from=$A a b\n",
    ] {
        assert_eq!(parse(text).errors.len(), 1, "{text}");
    }
}

#[test]
fn what_a_stage_inherits() {
    let text = "FROM node AS a\nUSER app\nCMD x\nFROM a AS b\nRUN y\nFROM b\nENTRYPOINT z\n";
    let document = parse(text).document;
    let lineage: Vec<_> = document.lineage(2).map(|(index, _)| index).collect();
    assert_eq!(lineage, [2, 1, 0]);
    assert_eq!(document.ancestors(2).count(), 2);
    assert_eq!(document.root(2), Some(&Origin::Image(ImageRef::parse("node"))));
    assert_eq!(document.user(2).and_then(Word::known), Some("app"));
    assert!(document.command(1).is_some());
    assert!(document.command(2).is_none(), "a new entry point drops the inherited command");
    assert!(document.entrypoint(2).is_some());
    assert_eq!(document.stage_named("B"), Some(1));
}

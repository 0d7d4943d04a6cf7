//! What becomes of a failure.

use super::super::{Failure, Mask, Options, parse};
use super::{check, errexit, line};

#[test]
fn without_errexit_only_the_last_status_counts() {
    check(
        Options::default(),
        &[
            ("npm test", &["npm·test"]),
            ("npm run lint; npm test", &["npm·run·lint !Unchecked", "npm·test"]),
            ("npm test; exit 0", &["npm·test !ExitZero", "exit·0"]),
            ("npm test; true", &["npm·test !ExitZero", "true"]),
            ("npm test\n:\n", &["npm·test !ExitZero", ":"]),
            ("npm test; exit $?", &["npm·test", "exit·$$?"]),
            ("npm test; exit", &["npm·test", "exit"]),
            ("npm test; code=$?\nexit $code", &["npm·test !Recorded", "code=$? !Unchecked", "exit·$$code"]),
            ("npm run lint && npm test", &["npm·run·lint", "npm·test"]),
            ("(npm test; true)", &["npm·test !ExitZero in Subshell", "true in Subshell"]),
            ("set -e\nnpm run lint\nnpm test", &["set·-e !Unchecked", "npm·run·lint", "npm·test"]),
            ("#!/bin/bash -e\na\nb", &["a", "b"]),
            (
                "#!/usr/bin/env bash\nset -euo pipefail\na | b\nc",
                &["set·-euo·pipefail !Unchecked", "a", "b", "c"],
            ),
        ],
    );
}

#[test]
fn under_errexit_every_command_counts() {
    check(
        errexit(),
        &[
            ("npm run lint\nnpm test\necho done", &["npm·run·lint", "npm·test", "echo·done"]),
            ("npm test; exit 0", &["npm·test", "exit·0"]),
            ("npm run lint && npm test\necho done", &["npm·run·lint !Unchecked", "npm·test", "echo·done"]),
            (
                "set +e\nnpm test\nset -e\necho done",
                &["set·+e", "npm·test !Unchecked", "set·-e !Unchecked", "echo·done"],
            ),
            ("{ a; b; }\nc", &["a", "b", "c"]),
            ("( a; b )\nc", &["a in Subshell", "b in Subshell", "c"]),
            ("( a; b ) || true", &["a !Unchecked in Subshell", "b !Fallback in Subshell", "true in Branch"]),
            ("for d in a b; do make; done\nc", &["make in Loop", "c"]),
        ],
    );
}

#[test]
fn a_fallback_masks_unless_it_fails_too() {
    check(
        errexit(),
        &[
            ("npm test || true", &["npm·test !Fallback", "true in Branch"]),
            ("npm test || :", &["npm·test !Fallback", ": in Branch"]),
            ("npm test ||\n  echo failed", &["npm·test !Fallback", "echo·failed in Branch"]),
            ("npm test || exit 0", &["npm·test !Fallback", "exit·0 in Branch"]),
            ("npm test || exit 1", &["npm·test", "exit·1 in Branch"]),
            ("npm test || exit", &["npm·test", "exit in Branch"]),
            (
                "npm test || (echo no && exit 1)",
                &["npm·test", "echo·no in Branch in Subshell", "exit·1 in Branch in Subshell"],
            ),
            ("npm test || { echo no; exit 1; }", &["npm·test", "echo·no in Branch", "exit·1 in Branch"]),
            ("npm test || { echo no; }", &["npm·test !Fallback", "echo·no in Branch"]),
            ("npm ci || npm install", &["npm·ci !Alternative", "npm·install in Branch"]),
            ("npm test || rc=$?\nexit $rc", &["npm·test !Recorded", "rc=$? in Branch", "exit·$$rc"]),
            (
                "npm test || echo \"failed=1\" >> $GITHUB_OUTPUT\nb",
                &["npm·test !Recorded", "echo·failed=1 in Branch", "b"],
            ),
            ("a && npm test || true", &["a !Fallback", "npm·test !Fallback", "true in Branch"]),
            (
                "die() { echo \"$1\"; exit 1; }\nnpm test || die no",
                &["echo·$$1 in die()", "exit·1 in die()", "npm·test", "die·no in Branch"],
            ),
            (
                "warn() { echo \"$1\"; }\nnpm test || warn no",
                &["echo·$$1 in warn()", "npm·test !Fallback", "warn·no in Branch"],
            ),
            ("npm test || true && echo ok", &["npm·test !Fallback", "true in Branch", "echo·ok"]),
        ],
    );
}

#[test]
fn a_pipe_without_pipefail_masks_all_but_its_last() {
    check(
        errexit(),
        &[
            ("npm test | tee log", &["npm·test !Pipe", "tee·log"]),
            ("npm test 2>&1 |& tee log", &["npm·test !Pipe", "tee·log"]),
            ("set -o pipefail\nnpm test | tee log", &["set·-o·pipefail", "npm·test", "tee·log"]),
            ("a | b || true", &["a !Fallback", "b !Fallback", "true in Branch"]),
        ],
    );
    let strict = Options { pipefail: true, ..errexit() };
    check(strict, &[("npm test | tee log", &["npm·test", "tee·log"])]);
}

#[test]
fn conditions_negation_and_background_mask() {
    check(
        errexit(),
        &[
            ("! grep -r TODO src", &["grep·-r·TODO·src !Negated"]),
            ("npm start &\nnpm test", &["npm·start !Background", "npm·test"]),
            (
                "(npm start; x) & npm test",
                &["npm·start !Background in Subshell", "x !Background in Subshell", "npm·test"],
            ),
            ("if npm test; then echo ok; fi", &["npm·test !Condition in Condition", "echo·ok in Branch"]),
            (
                "if npm test; then echo ok; else exit 1; fi",
                &["npm·test in Condition", "echo·ok in Branch", "exit·1 in Branch"],
            ),
            (
                "if ! npm test; then echo no; exit 1; fi",
                &["npm·test in Condition", "echo·no in Branch", "exit·1 in Branch"],
            ),
            ("if ! npm test; then echo no; fi", &["npm·test !Negated in Condition", "echo·no in Branch"]),
            (
                "if a; then b; elif c; then d; else e; fi",
                &[
                    "a !Condition in Condition",
                    "b in Branch",
                    "c !Condition in Condition",
                    "d in Branch",
                    "e in Branch",
                ],
            ),
            (
                "while ! curl -f localhost; do sleep 1; done",
                &["curl·-f·localhost !Negated in Condition", "sleep·1 in Loop"],
            ),
            (
                "until pg_isready; do sleep 1; done",
                &["pg_isready !Condition in Condition", "sleep·1 in Loop"],
            ),
            ("[ -f x ] && npm test", &["[·-f·x·]", "npm·test in Branch"]),
        ],
    );
}

#[test]
fn a_status_in_a_substitution_counts_where_it_is_assigned() {
    check(
        errexit(),
        &[
            ("v=$(npm pack)", &["npm·pack in Substitution", "v=$(npm pack)"]),
            ("echo \"$(npm pack)\"", &["npm·pack !Substitution in Substitution", "echo·$$(npm pack)"]),
            ("export v=`npm pack`", &["npm·pack !Substitution in Substitution", "export·$v=`npm pack`"]),
            (
                "diff <(a) >(b)",
                &["a !Substitution in Substitution", "b !Substitution in Substitution", "diff·$<(a)·$>(b)"],
            ),
        ],
    );
}

#[test]
fn calls_resolve_to_bodies_and_recursion_ends() {
    let parsed = parse(
        "test_all() { npm test; loop; }\nloop() { loop; test_all; }\ntest_all || true\nunused() { x; }",
    );
    let script = parsed.document;
    let runs: Vec<_> = script.runs().iter().map(|(command, failure)| (line(command), *failure)).collect();
    let masked = Failure::Masked(Mask::Fallback);
    assert_eq!(
        runs,
        [
            ("npm·test !Unchecked in test_all()".to_owned(), masked),
            ("true !Unchecked in Branch".to_owned(), Failure::Masked(Mask::Unchecked)),
        ]
    );
}

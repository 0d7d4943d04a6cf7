//! Which commands run, in what, from where, and by whom.

use super::super::{Dialect, Options, parse};
use super::{check, errexit, lines};

#[test]
fn compound_commands() {
    check(
        errexit(),
        &[
            ("", &[]),
            ("# only a comment\n\n  # another", &[]),
            ("a # comment; b\nc", &["a", "c"]),
            ("a;b;", &["a", "b"]),
            ("for f in *.js \"$x\"; do\n  node $f\ndone", &["node·$$f in Loop"]),
            ("for ((i=0; i<3; i++)); do a; done", &["a in Loop"]),
            ("for f\ndo a\ndone", &["a in Loop"]),
            (
                "while read -r line; do\n  echo \"$line\"\ndone < file",
                &["read·-r·line !Condition in Condition", "echo·$$line in Loop"],
            ),
            (
                "cat x | while read l; do a; done",
                &["cat·x !Pipe", "read·l !Condition in Condition", "a in Loop"],
            ),
            (
                "case \"$1\" in\n  start|run) a ;;\n  (stop) b; c ;;\n  *) d\nesac",
                &["a in Branch", "b in Branch", "c in Branch", "d in Branch"],
            ),
            ("case $x in esac", &[]),
            (
                "v=$(case $x in a) echo 1;; esac)",
                &["echo·1 in Substitution in Branch", "v=$(case $x in a) echo 1;; esac)"],
            ),
            (
                "function f { a; }\nfunction g() ( b )\nh () {\n c\n}",
                &["a in f()", "b in g() in Subshell", "c in h()"],
            ),
            (
                "if [[ $a == b && ( -f x || $c =~ ^(a|b)+$ ) ]]; then d; fi",
                &[
                    "[[·$$a·==·b·&&·(·-f·x·||·$$c·=~·^·(·a·|·b·)·+$·)·]] !Condition in Condition",
                    "d in Branch",
                ],
            ),
            ("((n++))\na", &["((·$n++", "a"]),
            ("x=$(( (1 + 2) * $(b) ))", &["b in Substitution", "x=$(( (1 + 2) * $(b) ))"]),
            ("a=(one \"two\" $(b))\nc", &["b in Substitution", "a=(one \"two\" $(b))", "c"]),
            ("declare -A m=([x]=1 [y]=2)\na[1]=2\nb+=3", &["declare·-A·m=([x]=1 [y]=2)", "a=2", "b=3"]),
            ("time (a; b)", &["a in Subshell", "b in Subshell"]),
            (
                "((a; b) | c)",
                &["a !Pipe in Subshell in Subshell", "b !Pipe in Subshell in Subshell", "c in Subshell"],
            ),
            ("select x in a b; do c; break; done", &["c in Loop", "break in Loop"]),
            ("echo if then fi done { } ! [[", &["echo·if·then·fi·done·{·}·!·[["]),
            ("a\nexit 1\nb", &["a", "exit·1", "b never"]),
            ("A=1 B=\"x y\" npm test", &["A=1·B=x y·npm·test"]),
            ("> out", &[""]),
        ],
    );
}

#[test]
fn the_working_directory_is_followed() {
    check(
        errexit(),
        &[
            ("cd app && npm test", &["cd·app", "npm·test @app"]),
            ("cd app\ncd ../lib/./x\na", &["cd·app", "cd·../lib/./x @app", "a @lib/x"]),
            ("(cd app && npm test)\na", &["cd·app in Subshell", "npm·test @app in Subshell", "a"]),
            ("cd \"$d\"\na\ncd /srv\nb", &["cd·$$d", "a @?", "cd·/srv @?", "b @/srv"]),
            ("pushd app\na\npopd\nb", &["pushd·app", "a @app", "popd @app", "b"]),
            ("cd app\ncd -\na", &["cd·app", "cd·- @app", "a"]),
            ("cd app || exit 1\na", &["cd·app", "exit·1 @app in Branch", "a @app"]),
            ("if x; then cd app; fi\na", &["x !Condition in Condition", "cd·app in Branch", "a @?"]),
            ("cd\na\ncd ..\nb", &["cd", "a @?", "cd·.. @?", "b @?"]),
            ("cd ..\na", &["cd·..", "a @.."]),
        ],
    );
}

#[test]
fn wrappers_are_taken_off() {
    check(
        errexit(),
        &[
            ("env A=b npm test", &["A=b·npm·test by Env"]),
            ("/usr/bin/env -i npm test", &["npm·test by Env"]),
            ("sudo -E npm test", &["npm·test by Sudo"]),
            ("time npm test", &["npm·test by Time"]),
            ("exec node app.js", &["node·app.js by Exec"]),
            ("command -v node", &["command·-v·node"]),
            ("nice -n 5 timeout -k 9 5m jest", &["jest by Nice by Timeout"]),
            ("xvfb-run -a npm test", &["npm·test by Xvfb"]),
            ("dotenv -e .env.test -- jest", &["jest by Dotenv"]),
            ("cross-env CI=1 NODE_ENV=test jest", &["CI=1·NODE_ENV=test·jest by CrossEnv"]),
            ("npx --yes -p typescript tsc --noEmit", &["tsc·--noEmit by Npx"]),
            ("npm exec -- jest", &["jest by Npx"]),
            ("bunx vitest", &["vitest by Bunx"]),
            ("pnpm -C web --filter x exec tsc", &["tsc by PnpmExec"]),
            ("pnpm dlx turbo build", &["turbo·build by PnpmDlx"]),
            ("yarn exec jest", &["jest by YarnExec"]),
            ("yarn dlx jest", &["jest by YarnDlx"]),
            ("uv run --frozen --group dev pytest -q", &["pytest·-q by UvRun"]),
            ("poetry run mypy .", &["mypy·. by PoetryRun"]),
            ("pipenv run pytest", &["pytest by PipenvRun"]),
            ("pdm run pytest", &["pytest by PdmRun"]),
            ("hatch run test:pytest", &["test:pytest by HatchRun"]),
            ("rye run pytest", &["pytest by RyeRun"]),
            ("bundle exec rspec", &["rspec by BundleExec"]),
            ("docker compose -f ci.yml run --rm -e A=b web npm test", &["npm·test by ComposeRun"]),
            ("docker-compose exec -T web npm test", &["npm·test by ComposeExec"]),
            ("docker compose run web", &["docker·compose·run·web"]),
            ("env", &["env"]),
            ("npx", &["npx"]),
        ],
    );
}

#[test]
fn scripts_in_arguments_are_read() {
    check(
        errexit(),
        &[
            (
                "sudo sh -c 'npm ci && npm test'",
                &[
                    "sh·-c·npm ci && npm test by Sudo by Shell",
                    "npm·ci in Script by Sudo by Shell",
                    "npm·test in Script by Sudo by Shell",
                ],
            ),
            (
                "bash -ec \"cd app\nnpm test\na\" || true",
                &[
                    "bash·-ec·cd app\nnpm test\na !Fallback by Shell",
                    "cd·app !Fallback in Script by Shell",
                    "npm·test !Fallback @app in Script by Shell",
                    "a !Fallback @app in Script by Shell",
                    "true in Branch",
                ],
            ),
            (
                "bash -lc \"echo \\\"$(a)\\\"\"",
                &[
                    "bash·-lc·$echo \"$(a)\" by Shell",
                    "a !Substitution in Script in Substitution by Shell",
                    "echo·$$(a) in Script by Shell",
                ],
            ),
            ("bash <<'EOF'\nnpm test\nEOF\n", &["bash by Shell", "npm·test in Script by Shell"]),
            ("bash script.sh", &["bash·script.sh"]),
            (
                "npx -c 'jest && tsc'",
                &[" by Npx by Shell", "jest in Script by Npx by Shell", "tsc in Script by Npx by Shell"],
            ),
        ],
    );
}

#[test]
fn spans_of_scripts_in_arguments_are_those_of_the_file() {
    let text = "x; sh -c \"echo \\\"a\\\"; npm 'test'\"";
    let script = parse(text).document;
    let last = script.commands.last().unwrap();
    assert_eq!(last.span.of(text), "npm 'test'");
    let echo = &script.commands[2];
    assert_eq!(echo.span.of(text), "echo \\\"a\\\"");
}

#[test]
fn other_shells_are_split_into_statements_and_words() {
    let pwsh = Options { dialect: Dialect::PowerShell, ..Options::default() };
    let text = "# c\n$env:CI = 'true'\nnpm ci; if ($LASTEXITCODE) { exit 1 }\n& \"npm\" test `\n  --ci | Out-Host\nnpm run `\"x\n";
    let shown = lines(&super::parse_with(text, pwsh).document);
    assert_eq!(
        shown,
        [
            "$$env:CI·=·true !Unchecked",
            "npm·ci !Recorded",
            "if·$($LASTEXITCODE) !Unchecked",
            "exit·1 !Unchecked",
            "npm·test·--ci !Pipe",
            "Out-Host !Unchecked",
            "npm·run·`x",
        ]
    );
    let cmd = Options { dialect: Dialect::Cmd, ..Options::default() };
    let text = "@echo off\r\nrem c\r\nnpm ci || exit /b 1\r\nset A=%B%C% & npm ^\r\n test\r\n";
    assert_eq!(
        lines(&super::parse_with(text, cmd).document),
        [
            "echo·off !Unchecked",
            "npm·ci",
            "exit·/b·1 !Unchecked in Branch",
            "set·$A=%B%C% !Unchecked",
            "npm·test",
        ]
    );
}

//! The command line as people meet it: what they type, what they read, and the exit code.

#[test]
fn commands_answer_as_written() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .env("COLUMNS", "80")
        .case("tests/cmd/*.trycmd");
}

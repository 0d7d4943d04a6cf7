//! The `golive` program: parses the arguments, runs one command, prints one error.

use std::io::Write as _;
use std::process::ExitCode;

/// Many small strings from many threads, which this allocator is made for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match golive::cli::run(std::env::args_os()) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            // Where standard error is closed the exit code says it alone.
            let _ = writeln!(std::io::stderr(), "{failure}");
            failure.exit.into()
        }
    }
}

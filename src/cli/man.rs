//! `golive man`: the man page.

use clap::CommandFactory as _;

use super::args::Args;
use super::{Exit, Failure, output};

/// Prints the man page in roff.
pub(super) fn run() -> Result<Exit, Failure> {
    let mut page = vec![];
    // Writing to memory does not fail.
    let _ = clap_mangen::Man::new(Args::command()).render(&mut page);
    output::print(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Holds)
}

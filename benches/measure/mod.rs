//! Whole processes, timed in turn so that all meet the same machine.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Median wall times of two commands over `runs` runs each.
pub(crate) fn paired(
    runs: usize,
    first: &dyn Fn() -> Command,
    second: &dyn Fn() -> Command,
) -> (Duration, Option<Duration>) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for _ in 0..=runs {
        left.extend(time(first()));
        right.extend(time(second()));
    }
    (middle(left).unwrap_or_default(), middle(right))
}

/// The median wall time of one command.
#[allow(dead_code)] // not every bench times a command alone
pub(crate) fn median(runs: usize, command: &dyn Fn() -> Command) -> Option<Duration> {
    middle((0..=runs).filter_map(|_| time(command())).collect())
}

/// The median without the first run, which warms the cache.
fn middle(mut times: Vec<Duration>) -> Option<Duration> {
    if times.len() < 2 {
        return None;
    }
    times.remove(0);
    times.sort();
    times.get(times.len() / 2).copied()
}

fn time(mut command: Command) -> Option<Duration> {
    let start = Instant::now();
    command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null()).status().ok()?;
    Some(start.elapsed())
}

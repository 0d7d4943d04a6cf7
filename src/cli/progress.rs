//! A line on standard error for audits that take longer than a second; it vanishes when the work is done.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long the work may take in silence, and how often the line is renewed.
const PATIENCE: Duration = Duration::from_secs(1);

/// The line, from its making to its end.
pub(super) struct Progress {
    steps: Option<Sender<&'static str>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins to wait; nothing is ever shown where standard error is no terminal.
    pub(super) fn start(step: &'static str) -> Self {
        if !stderr().is_terminal() {
            return Self { steps: None, thread: None };
        }
        let (steps, received) = mpsc::channel();
        let start = Instant::now();
        let thread = thread::Builder::new().spawn(move || {
            let (mut step, mut shown) = (step, false);
            loop {
                match received.recv_timeout(PATIENCE) {
                    Ok(next) => step = next,
                    Err(RecvTimeoutError::Timeout) => {
                        shown = true;
                        // A line that cannot be shown is no reason to stop the work.
                        let _ = write!(stderr(), "\r\u{1b}[Kgolive: {step}, {} s", start.elapsed().as_secs());
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            if shown {
                let _ = write!(stderr(), "\r\u{1b}[K");
            }
        });
        Self { steps: Some(steps), thread: thread.ok() }
    }

    /// Says what is done next.
    pub(super) fn step(&self, step: &'static str) {
        if let Some(steps) = &self.steps {
            let _ = steps.send(step);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.steps = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

//! The report for reading: what a person needs first stands first. Piped, one finding a line and no decoration.

mod access;
mod compare;
mod excerpt;
mod findings;
mod page;
mod piped;
mod rest;
mod summary;
mod text;

pub(super) use compare::render as compare;

use super::{Report, clean};

/// How the terminal report is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties of the terminal")]
pub struct Style {
    /// Whether colours may be used.
    pub colour: bool,
    /// Whether characters outside ASCII may be used for bars, boxes and signs.
    pub unicode: bool,
    /// Columns of the terminal; drawn between 60 and 160.
    pub width: u16,
    /// Everything instead of a part of every list.
    pub full: bool,
    /// The root's `file:` address without a final slash, where the terminal understands links; places are linked below it.
    pub links: Option<String>,
    /// The output goes to a file or a program: one finding a line, no colour, no bars, no boxes.
    pub piped: bool,
}

impl Style {
    /// The style of a report that is written to a file or to another program.
    pub fn piped() -> Self {
        Self { colour: false, unicode: true, width: 80, full: false, links: None, piped: true }
    }
}

/// The report as text that ends with a newline.
pub fn render(report: &Report, style: &Style) -> String {
    // Escaped once, at the door, so that no part of the page can forget it.
    let report = clean::report(report);
    if style.piped {
        return piped::render(&report, style.full);
    }
    let mut page = page::Page::new(style);
    summary::draw(&mut page, &report);
    findings::draw(&mut page, &report);
    access::draw(&mut page, &report);
    rest::draw(&mut page, &report);
    page.finish()
}

//! The report as plain data, and one file per format. A format reads the report and nothing else.

mod ask;
pub mod badge;
mod brief;
mod build;
mod clean;
mod data;
mod escape;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod json;
pub mod junit;
pub mod lines;
pub mod markdown;
pub mod openmetrics;
pub mod plan;
pub mod reference;
pub mod sarif;
pub mod sum;
pub mod terminal;
pub mod waivers;
pub mod words;

pub use build::{Audited, build};
pub use clean::visible;
pub use data::*;
pub use escape::address;
pub use terminal::Style;

/// Declares the formats: a line each gives the variant, its name, its sentence in the help and what draws it.
macro_rules! formats {
    ($($variant:ident $name:literal $help:literal => $draw:expr,)+) => {
        /// A form in which a report can be written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Format {
            $(#[doc = $help] $variant,)+
        }

        impl Format {
            /// Every format, in the order in which the help lists them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name used on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What it is for, in a few words.
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => $help),+ }
            }
        }

        /// The report in a format. The style matters to formats for people only.
        pub fn draw(format: Format, report: &Report, style: &Style) -> String {
            let draw: fn(&Report, &Style) -> String = match format { $(Format::$variant => $draw),+ };
            draw(report, style)
        }
    };
}

formats! {
    Terminal "terminal" "for reading: the score, what stands in the way, every finding in its source" => terminal::render,
    Markdown "markdown" "the report as a document: what blocks, what is good, what to do in which order" => markdown::render,
    Html "html" "the same document as one page for a browser, with nothing to fetch" => |report, _| html::render(report),
    Json "json" "the whole report as data, see `golive schema`" => |report, _| json::render(report),
    Sarif "sarif" "for code scanning: SARIF 2.1.0 within GitHub's limits" => |report, _| sarif::render(report),
    Github "github" "annotations in the log of a GitHub workflow" => |report, _| github::render(report),
    Gitlab "gitlab" "GitLab's code quality report" => |report, _| gitlab::render(report),
    Junit "junit" "test results in the XML of `JUnit`" => |report, _| junit::render(report),
    Openmetrics "openmetrics" "gauges for a dashboard" => |report, _| openmetrics::render(report),
    Badge "badge" "the score as an SVG" => |report, _| badge::svg(report),
    Shields "shields" "the score as data for a badge service" => |report, _| badge::endpoint(report),
}

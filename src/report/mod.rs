//! The report as plain data, and one file per format. A format reads the report and nothing else.

mod ask;
pub mod badge;
mod baseline;
mod brief;
mod build;
mod clean;
pub mod comment;
mod compare;
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

pub use baseline::{Baseline, identities};
pub use build::{Audited, build};
pub use clean::visible;
pub use compare::compare;
pub use data::*;
pub use escape::address;
pub use terminal::Style;

/// Declares the formats of something: a line each gives the variant, its name, its sentence in the help and what draws it.
macro_rules! formats {
    ($(#[$doc:meta])+ $name:ident of $data:ty, drawn by $draw:ident;
     $($variant:ident $word:literal $help:literal => $with:expr,)+) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = $help] $variant,)+
        }

        impl $name {
            /// Every format, in the order in which the help lists them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name used on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// What it is for, in a few words.
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => $help),+ }
            }
        }

        /// The data in a format. The style matters to formats for people only.
        pub fn $draw(format: $name, data: &$data, style: &Style) -> String {
            let draw: fn(&$data, &Style) -> String = match format { $($name::$variant => $with),+ };
            draw(data, style)
        }
    };
}

formats! {
    /// A form in which a report can be written.
    Format of Report, drawn by draw;
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
    Comment "comment" "a comment on a pull request, not longer than GitHub takes" => |report, _| comment::render(report),
}

formats! {
    /// A form in which a comparison can be written.
    ComparisonFormat of Comparison, drawn by draw_comparison;
    Terminal "terminal" "for reading: what is new, what is mended, and why the score is another" => terminal::compare,
    Markdown "markdown" "the comparison as a document" => markdown::compare::render,
    Html "html" "the same document as one page for a browser, with nothing to fetch" => |compared, _| html::compare::render(compared),
    Json "json" "the whole comparison as data, see `golive schema --comparison`" => |compared, _| json::comparison(compared),
    Comment "comment" "a comment on a pull request, not longer than GitHub takes" => |compared, _| comment::compare(compared),
}

//! The report as plain data, and one file per format. A format reads the report and nothing else.

mod ask;
mod build;
mod clean;
mod data;
pub mod json;
pub mod lines;
pub mod reference;
pub mod sum;
pub mod terminal;
pub mod words;

pub use build::{Audited, build};
pub use clean::visible;
pub use data::*;
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
    Json "json" "the whole report as data, see `golive schema`" => |report, _| json::render(report),
}

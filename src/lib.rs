//! golive: a production-readiness audit for repositories.

pub mod facts;
pub mod parse;
pub mod report;
pub mod source;

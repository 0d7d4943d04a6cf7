//! golive: a production-readiness audit for repositories.

pub mod parse;
pub mod source;

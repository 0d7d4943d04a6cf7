//! What one reading of a text gives, however often it had to be tried.

use crate::parse::SyntaxError;
use crate::parse::node::Node;
use crate::source::Span;

/// What could be read of a text.
pub(super) struct Read {
    pub documents: Vec<Node>,
    pub errors: Vec<SyntaxError>,
    /// Whether there was a syntax error.
    pub failed: bool,
    /// The spans of scalars, in the order of the file, and whether each is plain.
    pub scalars: Vec<(Span, bool)>,
    /// Offsets of flow mappings.
    pub flow_maps: Vec<usize>,
}

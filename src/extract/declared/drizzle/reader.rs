//! What all readers of modules of a schema ask.

use super::names::Casing;
use crate::extract::code::{Code, Site};
use crate::extract::migrations::Dialect;
use crate::parse::javascript::Module;
use crate::source::Place;

/// How many steps are followed from call to call.
pub(super) const MAX_STEPS: usize = 24;

/// Reads what the modules of a schema export.
pub(super) struct Reader<'c> {
    pub(super) code: &'c Code<'c>,
    pub(super) casing: Casing,
    /// The database that the configuration names.
    pub(super) dialect: Dialect,
}

impl<'c> Reader<'c> {
    pub(super) fn module(&self, site: Site) -> Option<&'c Module> {
        self.code.module(site.file)
    }

    /// The call that a method is called on.
    pub(super) fn behind(&self, call: Site) -> Option<Site> {
        let receiver = self.module(call)?.receiver(call.node)?;
        Some(self.code.definition(Site { node: receiver, ..call }))
    }

    /// The text that a value always has.
    pub(super) fn text(&self, site: Site) -> Option<String> {
        let told = |site: Site| Some(self.module(site)?.text(site.node)?.into_owned());
        told(site).or_else(|| told(self.code.definition(site)))
    }

    pub(super) fn place(&self, site: Site) -> Place {
        self.code.place(site)
    }
}

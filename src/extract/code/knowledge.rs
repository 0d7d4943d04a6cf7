//! What calls of packages are good for.

use super::{Capabilities, Capability};
use crate::extract::packages::capabilities;

/// What a call of this path of a package is good for.
pub(super) fn external(package: &str, _path: &str) -> Capabilities {
    let words = capabilities("npm", package);
    let found = Capability::ALL.iter().filter(|one| words.iter().any(|word| word == one.word()));
    found.fold(Capabilities::default(), |all, one| all.with(*one))
}

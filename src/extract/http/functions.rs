//! Functions that a platform calls: those of Supabase, Vercel, Netlify, Firebase and AWS, and servers of Deno.

mod aws;
mod deno;
mod firebase;
mod serve;
mod supabase;
mod vercel;

use super::model::Found;
use crate::extract::Context;

/// Every function that a platform calls over HTTP.
pub(super) fn find(context: &Context<'_>) -> Found {
    let readers = [supabase::find, deno::find, vercel::find, firebase::find, aws::find];
    let mut all = Found::default();
    for read in readers {
        let found: Found = read(context);
        all.apps.extend(found.apps);
        all.routes.extend(found.routes);
    }
    all
}

#[cfg(test)]
mod tests;

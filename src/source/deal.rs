//! How work on many items is dealt out to threads.

use rayon::prelude::*;

/// How many items a thread takes at once: few enough that none is left with much when the others are done.
const STRETCH: usize = 16;

/// The items, dealt out to all threads in short stretches. In those that they are dealt out in otherwise, half of a
/// thread's share, one thread works for long while the others have nothing left.
pub fn dealt<P: IntoParallelIterator<Iter: IndexedParallelIterator>>(
    items: P,
) -> impl IndexedParallelIterator<Item = P::Item> {
    items.into_par_iter().with_max_len(STRETCH)
}

//! What statements are lowered to: SQL in, a short line out.

mod show;

use show::show;

#[test]
fn first() {
    println!("{}", show("select 1"));
}

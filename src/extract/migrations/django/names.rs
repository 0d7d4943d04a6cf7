//! Names of tables, indexes and constraints.

/// The longest name that PostgreSQL keeps.
const LONGEST: usize = 63;

/// A name for what Django makes one up for: of the table and the column, and short enough.
pub(super) fn made_up(table: &str, columns: &str, end: &str) -> String {
    shortened(format!("{}_{columns}_{end}", table.replace('.', "_")))
}

/// A name that is too long, told apart by a sum of its letters. Django takes another sum.
pub(in crate::extract) fn shortened(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let sum = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{}_{sum:x}", &name[..name.floor_char_boundary(LONGEST - 17)])
}

/// `"shop"."orders"` and `shop"."orders` as `shop.orders`.
pub(in crate::extract) fn dotted(table: &str) -> String {
    table.replace("\".\"", ".").trim_matches('"').to_owned()
}

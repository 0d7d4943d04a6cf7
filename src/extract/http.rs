//! Applications, their routes, and what stands before each route.

mod model;

pub use model::{App, Found, Guard, Route};

//! Frameworks where an application is a value: routers are made, handed around and mounted on each other.
//!
//! A router is a [`Key`]: the call that makes it, or a name that a function is handed it by. What is done to it is
//! looked up forward, from its uses. Mounting is an edge with a prefix and an order; routes are unfolded from every
//! application through its mounts, so that what is mounted twice has its routes twice. What a function is handed is
//! known by the calls that led there.

mod arguments;
mod eval;
mod guards;
mod handed;
mod held;
mod known;
mod loaded;
mod model;
mod paths;
mod roots;
mod routers;
#[cfg(test)]
mod shown;
mod uses;
mod walk;

pub(super) use arguments::{
    arguments, arity, entered_by, first_parameter, hands_on, is_external, paths, verb,
};
pub(super) use eval::Eval;
pub(super) use guards::{Middlewares, UNNAMED, handler, middlewares, name, opened};
pub(super) use loaded::is_alone;
pub(super) use model::{Env, Event, Filter, Flow, Instance, Key, Role, Shape};
#[cfg(test)]
pub(super) use shown::{finds, shown};
pub(super) use uses::{Registration, Use};
pub(super) use walk::{Reader, find};

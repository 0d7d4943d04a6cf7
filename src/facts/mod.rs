//! The vocabulary between parsers and rules: typed facts, each with a place in a file.
//!
//! A kind is declared once, with [`facts!`]; its struct, its schema for rule authors and its page in
//! `docs/facts.md` come from there.

mod schema;
mod store;

pub use schema::{Attribute, AttributeSchema, COMMON, KindSchema, Shape, Value};
pub use store::{Entry, FileContext, Label, Store};

use std::any::Any;
use std::fmt::Debug;

/// One statement about the repository.
pub trait Fact: Any + Debug + Send + Sync {
    /// What its kind is made of.
    fn schema(&self) -> &'static KindSchema;
    /// The value of its own attribute number `index`, in the order of the schema.
    fn attribute(&self, index: usize) -> Value<'_>;
}

/// A fact whose kind is known at compile time.
pub trait Kind: Fact {
    /// What the kind is made of.
    const SCHEMA: &'static KindSchema;
}

/// Declares kinds of facts: a doc comment, the name rules use, the struct and its attributes.
macro_rules! facts {
    ($(
        $(#[doc = $doc:literal])+
        $name:literal $kind:ident {
            $( $(#[doc = $attribute_doc:literal])+ $attribute:ident: $type:ty, )*
        }
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, Default, PartialEq, Eq)]
            pub struct $kind {
                $( $(#[doc = $attribute_doc])+ pub $attribute: $type, )*
            }

            impl $crate::facts::Fact for $kind {
                fn schema(&self) -> &'static $crate::facts::KindSchema {
                    <Self as $crate::facts::Kind>::SCHEMA
                }

                fn attribute(&self, index: usize) -> $crate::facts::Value<'_> {
                    let values = [ $( $crate::facts::Attribute::value(&self.$attribute), )* ];
                    values.get(index).copied().unwrap_or($crate::facts::Value::Absent)
                }
            }

            impl $crate::facts::Kind for $kind {
                const SCHEMA: &'static $crate::facts::KindSchema = &$crate::facts::KindSchema {
                    name: $name,
                    doc: &[$($doc),+],
                    attributes: &[ $(
                        $crate::facts::AttributeSchema {
                            name: stringify!($attribute),
                            doc: &[$($attribute_doc),+],
                            shape: <$type as $crate::facts::Attribute>::SHAPE,
                            optional: <$type as $crate::facts::Attribute>::OPTIONAL,
                        },
                    )* ],
                };
            }
        )+

        /// The kinds of this area.
        pub(super) static KINDS: &[&$crate::facts::KindSchema] = &[
            $( <$kind as $crate::facts::Kind>::SCHEMA, )+
        ];
    };
}

/// The areas of the vocabulary: a module each, and the list of all their kinds.
macro_rules! areas {
    ($($area:ident),+ $(,)?) => {
        $( mod $area; pub use $area::*; )+

        /// Every kind of fact there is, by area.
        pub fn areas() -> Vec<(&'static str, &'static [&'static KindSchema])> {
            vec![ $( (stringify!($area), $area::KINDS), )+ ]
        }
    };
}

areas! {
    repository, dependencies, settings, containers, ci, environment, configuration, ignores, keys, docs, http, modules, protection, headers,
    hazards, text, graphql, reliability, logging, data, database, testing, api, controls, sites, quality,
    keeping, waivers,
}

/// The kind of this name.
pub fn kind(name: &str) -> Option<&'static KindSchema> {
    kinds().find(|kind| kind.name == name)
}

/// Every kind of fact there is.
pub fn kinds() -> impl Iterator<Item = &'static KindSchema> {
    areas().into_iter().flat_map(|(_, kinds)| kinds.iter().copied())
}

//! What names of values and of enumerations stand for.

use std::collections::BTreeMap;

use super::idens::Idens;
use super::rust::Value;

/// How many names lead to one another.
const DEEPEST: usize = 8;

/// The names that a migration may use.
pub(super) struct Names<'i> {
    /// Those of the file itself.
    pub(super) own: Idens,
    /// Those of every file of the set.
    pub(super) all: &'i [Idens],
    /// Values that have a name.
    pub(super) values: BTreeMap<String, Value>,
}

impl Names<'_> {
    /// A value, or the one that its name was given.
    pub(super) fn named(&self, value: &Value) -> Value {
        match value {
            Value::Chain(chain) if chain.with.is_none() => match self.values.get(&chain.head) {
                Some(Value::Chain(known)) => {
                    let mut known = known.clone();
                    known.calls.extend(chain.calls.iter().cloned());
                    Value::Chain(known)
                }
                Some(known) => known.clone(),
                None => value.clone(),
            },
            _ => value.clone(),
        }
    }

    /// The name that a value stands for.
    pub(super) fn name(&self, value: &Value) -> Option<String> {
        self.name_at(value, 0)
    }

    fn name_at(&self, value: &Value, depth: usize) -> Option<String> {
        // A name may be given to what is made of another value of that name.
        if depth > DEEPEST {
            return None;
        }
        match self.named(value) {
            Value::Text(text, _) => Some(text),
            Value::List(items) => {
                let names: Option<Vec<String>> =
                    items.iter().map(|item| self.name_at(item, depth + 1)).collect();
                Some(names?.join("."))
            }
            Value::Chain(chain) => match &chain.with {
                Some(with)
                    if matches!(chain.head.as_str(), "Alias::new" | "DynIden::from" | "TableRef::Table") =>
                {
                    self.name_at(with.first()?, depth + 1)
                }
                Some(_) => None,
                None => {
                    let mut parts = chain.head.rsplit("::");
                    let last = parts.next()?;
                    match parts.next() {
                        Some(of) => self.variant(of, last),
                        None => self.variant(last, ""),
                    }
                }
            },
            _ => None,
        }
    }

    fn variant(&self, of: &str, variant: &str) -> Option<String> {
        if let Some(name) = self.own.get(of).and_then(|names| names.get(variant)) {
            return Some(name.clone());
        }
        let mut names = self.all.iter().filter_map(|idens| idens.get(of)?.get(variant));
        let first = names.next()?;
        names.all(|name| name == first).then(|| first.clone())
    }
}

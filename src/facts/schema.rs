//! What a kind of fact is made of: read by the rule compiler, `golive facts` and the page `docs/facts.md`.

/// A kind of fact: its name, what it stands for and its attributes.
#[derive(Debug)]
pub struct KindSchema {
    /// The name rules use, such as `docker.stage`.
    pub name: &'static str,
    /// What one such fact says, from the doc comment of its struct.
    pub doc: &'static [&'static str],
    /// Its own attributes, in the order of the struct.
    pub attributes: &'static [AttributeSchema],
}

/// One attribute of a kind.
#[derive(Debug)]
pub struct AttributeSchema {
    /// The name rules use.
    pub name: &'static str,
    /// What it says.
    pub doc: &'static [&'static str],
    /// The shape of its value.
    pub shape: Shape,
    /// Whether it may be absent.
    pub optional: bool,
}

/// The shape of an attribute's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// A text.
    Text,
    /// A list of texts.
    List,
}

impl Shape {
    /// The word used in messages and docs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Number => "number",
            Self::Text => "text",
            Self::List => "list of text",
        }
    }
}

/// The value of an attribute, borrowed from its fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'f> {
    /// Not there, or not known.
    Absent,
    /// A truth value.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(&'f str),
    /// A list of texts.
    List(&'f [String]),
}

impl std::fmt::Display for Value<'_> {
    /// The value as a message shows it; nothing for an absent one, lists joined by commas.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absent => Ok(()),
            Self::Flag(flag) => flag.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => f.write_str(&items.join(", ")),
        }
    }
}

/// A Rust type that can be an attribute.
pub trait Attribute {
    /// Its shape.
    const SHAPE: Shape;
    /// Whether it may be absent.
    const OPTIONAL: bool = false;
    /// Its value, borrowed.
    fn value(&self) -> Value<'_>;
}

impl Attribute for bool {
    const SHAPE: Shape = Shape::Flag;
    fn value(&self) -> Value<'_> {
        Value::Flag(*self)
    }
}

impl Attribute for i64 {
    const SHAPE: Shape = Shape::Number;
    fn value(&self) -> Value<'_> {
        Value::Number(*self)
    }
}

impl Attribute for String {
    const SHAPE: Shape = Shape::Text;
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Attribute for Vec<String> {
    const SHAPE: Shape = Shape::List;
    fn value(&self) -> Value<'_> {
        Value::List(self)
    }
}

impl<T: Attribute> Attribute for Option<T> {
    const SHAPE: Shape = T::SHAPE;
    const OPTIONAL: bool = true;
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Absent, Attribute::value)
    }
}

/// Attributes every fact has, whatever its kind.
pub static COMMON: &[AttributeSchema] = &[
    AttributeSchema {
        name: "path",
        doc: &["The file it stands in, relative to the root of the repository."],
        shape: Shape::Text,
        optional: false,
    },
    AttributeSchema {
        name: "dir",
        doc: &["The directory of that file; empty for the root."],
        shape: Shape::Text,
        optional: false,
    },
    AttributeSchema {
        name: "package",
        doc: &["The directory of the nearest manifest above it; empty for the root."],
        shape: Shape::Text,
        optional: false,
    },
    AttributeSchema {
        name: "test",
        doc: &[
            "In tests, fixtures, mocks, examples, stories, generated or vendored code; images and pipelines that a tool wrote are none.",
        ],
        shape: Shape::Flag,
        optional: false,
    },
    AttributeSchema {
        name: "live",
        doc: &["Reachable from an entry point of its package; absent where that cannot be told."],
        shape: Shape::Flag,
        optional: true,
    },
];

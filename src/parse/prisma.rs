//! Schemas of Prisma: data sources, models, enums and views, with their fields and attributes.

#[cfg(test)]
mod tests;
mod tokens;

use crate::source::Span;
use tokens::{Token, Tokens};

/// What a schema file declares, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// `model User { … }`, `datasource db { … }`.
    pub blocks: Vec<Block>,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// `model`, `enum`, `view`, `type`, `datasource`, `generator`.
    pub keyword: String,
    /// Its name.
    pub name: String,
    /// From its keyword to its name.
    pub span: Span,
    /// `provider = "postgresql"` of data sources and generators.
    pub settings: Vec<(String, Value)>,
    /// The fields of a model, the values of an enum.
    pub fields: Vec<Field>,
    /// `@@map("users")`.
    pub attributes: Vec<Attribute>,
}

/// A field of a model, or a value of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The whole field, with its attributes.
    pub span: Span,
    /// `String`, `User`, `Unsupported`; empty for a value of an enum.
    pub of: String,
    /// `String[]`.
    pub list: bool,
    /// `String?`.
    pub optional: bool,
    /// `@id`, `@db.Uuid`.
    pub attributes: Vec<Attribute>,
}

/// An attribute of a field or a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Without `@`: `map`, `relation`, `db.Uuid`.
    pub name: String,
    /// From `@` to its end.
    pub span: Span,
    /// What it is given, with the name of each where it has one.
    pub arguments: Vec<(Option<String>, Value)>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `"text"`.
    Text(String),
    /// A word or a number: `Cascade`, `10`.
    Word(String),
    /// `[a, b]`.
    List(Vec<Value>),
    /// `env("URL")`, `title(sort: Desc)`: the name and what it is given.
    Call(String, Vec<(Option<String>, Value)>),
}

/// Reads a schema. What is no schema is passed over, line by line.
pub fn parse(text: &str) -> Schema {
    let mut tokens = Tokens::of(text);
    let mut schema = Schema::default();
    while let Some((token, span)) = tokens.next() {
        let Token::Word(keyword) = token else { continue };
        let Some((Token::Word(name), end)) = tokens.peek() else { continue };
        tokens.next();
        if !tokens.take('{') {
            continue;
        }
        let (keyword, name) = (keyword.to_owned(), name.to_owned());
        let mut block = Block {
            keyword,
            name,
            span: span.to(end),
            settings: Vec::new(),
            fields: Vec::new(),
            attributes: Vec::new(),
        };
        body(&mut tokens, &mut block);
        schema.blocks.push(block);
    }
    schema
}

/// What stands between the braces of a block.
fn body(tokens: &mut Tokens<'_>, block: &mut Block) {
    while let Some((token, span)) = tokens.next() {
        match token {
            Token::Sign('}') => return,
            Token::Sign('@') if tokens.take('@') => block.attributes.extend(attribute(tokens, span)),
            Token::Word(name) if tokens.take('=') => {
                block.settings.extend(value(tokens, 0).map(|value| (name.to_owned(), value)));
            }
            Token::Word(name) => block.fields.push(field(tokens, name, span)),
            _ => {}
        }
    }
}

/// A field, after its name.
fn field(tokens: &mut Tokens<'_>, name: &str, span: Span) -> Field {
    let mut field = Field {
        name: name.to_owned(),
        span,
        of: String::new(),
        list: false,
        optional: false,
        attributes: Vec::new(),
    };
    while let Some((token, at)) = tokens.peek_in_line() {
        match token {
            Token::Sign('@') => {
                tokens.next();
                field.attributes.extend(attribute(tokens, at));
            }
            Token::Sign('}') => break,
            Token::Word(word) => {
                tokens.next();
                if field.of.is_empty() {
                    word.clone_into(&mut field.of);
                }
            }
            Token::Sign('(') => {
                tokens.next();
                arguments(tokens, 0);
            }
            Token::Sign(sign) => {
                tokens.next();
                field.list |= sign == '[';
                field.optional |= sign == '?';
            }
            Token::Text(_) => {
                tokens.next();
            }
        }
        field.span = field.span.to(tokens.last());
    }
    field
}

/// An attribute, after its `@`.
fn attribute(tokens: &mut Tokens<'_>, start: Span) -> Option<Attribute> {
    let Some((Token::Word(name), _)) = tokens.peek_in_line() else { return None };
    tokens.next();
    let arguments = if tokens.take('(') { arguments(tokens, 0) } else { Vec::new() };
    Some(Attribute { name: name.to_owned(), span: start.to(tokens.last()), arguments })
}

/// How deep values may stand in each other.
const DEEPEST: usize = 32;

/// What stands between parentheses, after the first of them.
fn arguments(tokens: &mut Tokens<'_>, depth: usize) -> Vec<(Option<String>, Value)> {
    let mut found = Vec::new();
    while let Some((token, _)) = tokens.peek() {
        match token {
            Token::Sign(')') => {
                tokens.next();
                break;
            }
            Token::Sign('}') => break,
            Token::Sign(',') => {
                tokens.next();
            }
            _ => match value(tokens, depth) {
                Some(Value::Word(name)) if tokens.take(':') => {
                    found.extend(value(tokens, depth).map(|value| (Some(name), value)));
                }
                Some(value) => found.push((None, value)),
                None => {}
            },
        }
    }
    found
}

/// A value; none where something else stands, which is passed over.
fn value(tokens: &mut Tokens<'_>, depth: usize) -> Option<Value> {
    match tokens.next()?.0 {
        Token::Text(text) => Some(Value::Text(text)),
        Token::Word(word) if depth < DEEPEST && tokens.take('(') => {
            Some(Value::Call(word.to_owned(), arguments(tokens, depth + 1)))
        }
        Token::Word(word) => Some(Value::Word(word.to_owned())),
        Token::Sign('[') if depth < DEEPEST => {
            let mut items = Vec::new();
            loop {
                match tokens.peek()?.0 {
                    Token::Sign(']') => {
                        tokens.next();
                        break;
                    }
                    Token::Sign('}') => break,
                    Token::Sign(',') => {
                        tokens.next();
                    }
                    _ => items.extend(value(tokens, depth + 1)),
                }
            }
            Some(Value::List(items))
        }
        Token::Sign(_) => None,
    }
}

impl Schema {
    /// What the data source says its database is: `postgresql`.
    pub fn provider(&self) -> Option<&str> {
        self.source()?.setting("provider")?.text()
    }

    /// The data source.
    pub fn source(&self) -> Option<&Block> {
        self.blocks.iter().find(|block| block.keyword == "datasource")
    }
}

impl Block {
    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// A setting of a data source.
    pub fn setting(&self, name: &str) -> Option<&Value> {
        self.settings.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

impl Field {
    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

impl Attribute {
    /// The argument of this name; without a name only the first.
    pub fn argument(&self, name: &str) -> Option<&Value> {
        let named = self.arguments.iter().find(|(key, _)| key.as_deref() == Some(name));
        named.map(|(_, value)| value)
    }

    /// The first argument without a name.
    pub fn first(&self) -> Option<&Value> {
        self.arguments.iter().find(|(key, _)| key.is_none()).map(|(_, value)| value)
    }
}

impl Value {
    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The names in a list of fields: `[a, b(sort: Desc)]`.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::List(items) => items.iter().filter_map(Self::name).collect(),
            other => other.name().into_iter().collect(),
        }
    }

    /// The name, where it is one, or that of a call.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) | Self::Call(name, _) => Some(name),
            _ => None,
        }
    }
}

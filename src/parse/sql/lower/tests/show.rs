//! What a text is lowered to, in one short line a statement: the debug text without places and without what is unset.

use crate::parse::sql::model::Statement;
use crate::parse::sql::read;

/// The statements of a text, one line each; errors as `error: …`.
pub(super) fn show(text: &str) -> String {
    let script = read(text);
    let mut lines: Vec<String> = script.statements.iter().map(line).collect();
    lines.extend(script.errors.iter().map(|(_, why)| format!("error: {why}")));
    lines.join("\n")
}

fn line(statement: &Statement) -> String {
    let text = format!("{:?}", statement.kind);
    let mut reader = Reader { rest: &text };
    reader.value().print().unwrap_or_default()
}

/// A value as `{:?}` prints it.
enum Value {
    Atom(String),
    Text(String),
    List(Vec<Value>),
    Tuple(String, Vec<Value>),
    Struct(String, Vec<(String, Value)>),
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, mark: &str) -> bool {
        let trimmed = self.rest.trim_start();
        let found = trimmed.strip_prefix(mark);
        self.rest = found.unwrap_or(trimmed);
        found.is_some()
    }

    fn value(&mut self) -> Value {
        if self.eat("[") {
            return Value::List(self.values("]"));
        }
        if self.eat("(") {
            return Value::Tuple(String::new(), self.values(")"));
        }
        if self.eat("\"") {
            let mut out = String::new();
            let mut chars = self.rest.char_indices();
            while let Some((at, letter)) = chars.next() {
                match letter {
                    '"' => {
                        self.rest = &self.rest[at + 1..];
                        break;
                    }
                    '\\' => out.extend(chars.next().map(|(_, next)| if next == 'n' { ' ' } else { next })),
                    other => out.push(other),
                }
            }
            return Value::Text(out);
        }
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let word = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        if self.eat("(") {
            return Value::Tuple(word, self.values(")"));
        }
        if !self.eat("{") {
            return Value::Atom(word);
        }
        let mut fields = Vec::new();
        while !self.eat("}") {
            let colon = self.rest.find(':').unwrap_or(0);
            let name = self.rest[..colon].to_owned();
            self.rest = &self.rest[colon + 1..];
            let _ = self.eat("");
            fields.push((name, self.value()));
            self.eat(",");
        }
        Value::Struct(word, fields)
    }

    fn values(&mut self, close: &str) -> Vec<Value> {
        let mut out = Vec::new();
        while !self.eat(close) {
            out.push(self.value());
            self.eat(",");
        }
        out
    }
}

impl Value {
    /// The text of a name or an atom inside.
    fn text(&self) -> String {
        match self {
            Value::Atom(text) | Value::Text(text) => text.clone(),
            Value::Tuple(head, items) if head == "Some" => items.iter().map(Value::text).collect(),
            Value::List(items) => items.iter().map(Value::text).collect::<Vec<_>>().join(","),
            other => other.print().unwrap_or_default(),
        }
    }

    /// `None` where there is nothing to say.
    fn print(&self) -> Option<String> {
        match self {
            Value::Atom(word) if word == "None" || word == "false" => None,
            Value::Atom(word) => Some(word.clone()),
            Value::Text(text) if text.is_empty() => Some(String::from("''")),
            Value::Text(text) => Some(text.clone()),
            Value::List(items) if items.is_empty() => None,
            Value::List(items) => Some(format!("[{}]", join(items))),
            Value::Tuple(head, items) => Some(tuple(head, items)),
            Value::Struct(head, fields) => structure(head, fields),
        }
    }
}

fn join(items: &[Value]) -> String {
    let part = |item: &Value| match item {
        Value::Atom(word) => Some(word.clone()),
        other => other.print(),
    };
    items.iter().filter_map(part).collect::<Vec<_>>().join(", ")
}

fn tuple(head: &str, items: &[Value]) -> String {
    match (head, items) {
        ("Some" | "Box" | "Number", items) => join(items),
        ("Text", [Value::Text(text)]) => format!("'{text}'"),
        ("Column", [Value::List(path), _]) => path.iter().map(Value::text).collect::<Vec<_>>().join("."),
        ("", items) => {
            items.iter().map(|item| item.print().unwrap_or("-".into())).collect::<Vec<_>>().join(" ")
        }
        ("Call" | "Query" | "Foreign" | "Grant", [only @ Value::Struct(..)]) => {
            only.print().unwrap_or_default()
        }
        (head, [Value::Struct(inner, fields)]) if head == inner => {
            structure(inner, fields).unwrap_or_else(|| head.to_owned())
        }
        (head, items) => format!("{head}({})", join(items)),
    }
}

fn structure(head: &str, fields: &[(String, Value)]) -> Option<String> {
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let text = |name: &str| field(name).map(Value::text).unwrap_or_default();
    let schema = || match field("schema") {
        Some(Value::Tuple(_, items)) => format!("{}.", items.iter().map(Value::text).collect::<String>()),
        _ => String::new(),
    };
    match head {
        "Span" => return None,
        "ObjectName" => return Some(format!("{}{}", schema(), text("name"))),
        "TypeName" => {
            let mut out = format!("{}{}", schema(), text("name"));
            if !text("modifiers").is_empty() {
                out = format!("{out}({})", text("modifiers"));
            }
            out.push_str(&"[]".repeat(text("dimensions").parse().unwrap_or(0)));
            if text("of_column") == "true" {
                out.push_str("%type");
            }
            return Some(if text("set") == "true" { format!("setof {out}") } else { out });
        }
        "Call" if field("name").is_some() => {
            let star = if text("star") == "true" { "*" } else { "" };
            let arguments = match field("arguments") {
                Some(Value::List(items)) => join(items),
                _ => String::new(),
            };
            return Some(format!("{}({star}{arguments})", text("name")));
        }
        _ => {}
    }
    let parts: Vec<String> = fields
        .iter()
        .filter_map(|(name, value)| match value {
            Value::Atom(word) if word == "true" => Some(name.clone()),
            Value::Atom(word) if matches!(word.as_str(), "Volatile" | "0") => None,
            Value::Text(text) if text.is_empty() => None,
            Value::List(items) if items.is_empty() => None,
            value => value
                .print()
                .map(|text| if name == "name" || name == "kind" { text } else { format!("{name}={text}") }),
        })
        .collect();
    let head = if matches!(head, "Statement" | "Step" | "Constraint") { "" } else { head };
    Some(format!("{{{}}}", format!("{head} {}", parts.join(" ")).trim()))
}

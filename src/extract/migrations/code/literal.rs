//! SQL in literals of JavaScript: texts, templates, sums and joins of them, as far as nothing in them is computed.

use super::super::model::Part;
use super::super::write::{quoted_path, text};
use super::walk::Walker;
use crate::parse::javascript::{Kind, NodeId, Operator};
use crate::source::Span;

/// How deep values are followed.
const DEEPEST: u8 = 24;

/// A text with the places of its pieces.
#[derive(Debug, Default)]
struct Pieces {
    text: String,
    places: Vec<(u32, Span)>,
}

impl Walker<'_> {
    /// The SQL that a node stands for; none where part of it is computed.
    pub(super) fn sql(&self, node: NodeId) -> Option<Part> {
        let mut pieces = Pieces::default();
        self.pieces(node, &mut pieces, 0)?;
        if let [(_, span)] = pieces.places[..]
            && span.of(self.text) == pieces.text
        {
            return Some(Part::Sql(span));
        }
        Some(Part::Text { text: pieces.text, places: pieces.places })
    }

    /// The text that a node stands for; none where part of it is computed.
    pub(super) fn string(&self, node: NodeId) -> Option<String> {
        let mut pieces = Pieces::default();
        self.pieces(node, &mut pieces, 0)?;
        Some(pieces.text)
    }

    /// The texts of a list, or the one text that stands in its place.
    pub(super) fn strings(&self, node: NodeId) -> Option<Vec<String>> {
        let value = self.value(node);
        match self.module.kind(value) {
            Kind::Array => self.module.children(value).map(|item| self.string(item)).collect(),
            _ => Some(vec![self.string(value)?]),
        }
    }

    /// The first letters of a text that is put together.
    pub(super) fn begins(&self, node: NodeId) -> Option<String> {
        let mut at = self.value(node);
        for _ in 0..DEEPEST {
            match self.module.kind(at) {
                Kind::Text(word) => return Some(self.module.word(word).to_owned()),
                Kind::Template | Kind::Binary(_) => at = self.value(self.module.child(at, 0)?),
                Kind::Tagged => at = self.module.child(at, 1)?,
                _ => return None,
            }
        }
        None
    }

    fn pieces(&self, node: NodeId, into: &mut Pieces, depth: u8) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        let module = self.module;
        let node = self.value(node);
        let inner = |node: NodeId| {
            let span = module.span(node);
            Span::new(span.start as usize + 1, (span.end as usize).saturating_sub(1))
        };
        match module.kind(node) {
            Kind::Text(word) => {
                // A part of a template has no quotes of its own.
                let whole = module.span(node);
                let word = module.word(word);
                let span = if whole.of(self.text) == word { whole } else { inner(node) };
                add(into, word, span);
            }
            Kind::Number(word) => add(into, module.word(word), module.span(node)),
            Kind::Template => {
                let mut parts = module.children(node);
                let first = parts.next();
                if let (Some(Kind::Text(word)), None) = (first.map(|part| module.kind(part)), parts.next()) {
                    add(into, module.word(word), inner(node));
                    return Some(());
                }
                for part in module.children(node) {
                    self.pieces(part, into, depth + 1)?;
                }
            }
            Kind::Tagged => self.pieces(module.child(node, 1)?, into, depth + 1)?,
            Kind::Binary(Operator::Add) => {
                self.pieces(module.child(node, 0)?, into, depth + 1)?;
                self.pieces(module.child(node, 1)?, into, depth + 1)?;
            }
            // `process.env.SCHEMA || "public"` is what it is where nothing is set.
            Kind::Logical(Operator::Or | Operator::Coalesce) => {
                self.pieces(module.child(node, 1)?, into, depth + 1)?;
            }
            Kind::Call => self.called(node, into, depth)?,
            Kind::Member(key) => {
                let object = self.value(module.child(node, 0)?);
                match module.property(object, module.word(key)) {
                    Some(value) => self.pieces(value, into, depth + 1)?,
                    None => add(into, &(self.abroad)(node)?, module.span(node)),
                }
            }
            // A constant of another module.
            Kind::Name(_, Some(_)) => add(into, &(self.abroad)(node)?, module.span(node)),
            _ => return None,
        }
        Some(())
    }

    /// Calls that give a text: `[…].join("\n")`, `x.trim()`, `sql.raw(x)`, `sql.ref("a.b")`, `raw(x)`.
    fn called(&self, node: NodeId, into: &mut Pieces, depth: u8) -> Option<()> {
        let module = self.module;
        match module.called(node)? {
            "join" => {
                let list = self.value(module.receiver(node)?);
                if module.kind(list) != Kind::Array {
                    return None;
                }
                let between = module
                    .argument(node, 0)
                    .map_or(Some(",".to_owned()), |argument| self.string(argument))?;
                for (number, item) in module.children(list).enumerate() {
                    if number > 0 {
                        add(into, &between, module.span(item));
                    }
                    self.pieces(item, into, depth + 1)?;
                }
                Some(())
            }
            "trim" | "trimStart" | "trimEnd" | "toString" => {
                self.pieces(module.receiver(node)?, into, depth + 1)
            }
            "raw" | "lit" | "dedent" | "sql" | "literal" | "fn" => {
                self.pieces(module.argument(node, 0)?, into, depth + 1)
            }
            "ref" | "table" | "id" | "identifier" => {
                let name = self.string(module.argument(node, 0)?)?;
                add(into, &quoted_path(&name), module.span(node));
                Some(())
            }
            _ => None,
        }
    }
}

impl Walker<'_> {
    /// A value that a column has by default, as SQL; a computed one counts as some text.
    pub(super) fn default(&self, node: NodeId) -> String {
        let module = self.module;
        let value = self.value(node);
        match module.kind(value) {
            Kind::Text(word) => text(module.word(word)),
            Kind::Number(word) => module.word(word).to_owned(),
            Kind::Flag(flag) => flag.to_string(),
            Kind::Null => "NULL".to_owned(),
            Kind::Object => text("{}"),
            Kind::Array => text("[]"),
            Kind::Unary(_) => {
                let inner = module.child(value, 0).and_then(|inner| self.string(inner));
                inner.map_or_else(|| "''".to_owned(), |number| format!("-{number}"))
            }
            Kind::Tagged => self.string(value).unwrap_or_else(|| "''".to_owned()),
            Kind::Template => self.string(value).map_or_else(|| "''".to_owned(), |value| text(&value)),
            Kind::Call | Kind::New => match module.called(value) {
                Some("now") => "CURRENT_TIMESTAMP".to_owned(),
                Some("uuid") => "gen_random_uuid()".to_owned(),
                Some("raw" | "literal" | "func" | "PgLiteral") => {
                    let inner = module.argument(value, 0).and_then(|inner| self.string(inner));
                    inner.filter(|inner| !inner.trim().is_empty()).unwrap_or_else(|| "''".to_owned())
                }
                Some("fn") => {
                    let name = module.argument(value, 0).and_then(|inner| self.string(inner));
                    name.map_or_else(|| "''".to_owned(), |name| format!("{name}()"))
                }
                Some("stringify") => text("{}"),
                _ => "''".to_owned(),
            },
            Kind::Member(word) => match module.word(word) {
                "NOW" => "CURRENT_TIMESTAMP".to_owned(),
                "UUIDV4" | "UUIDV1" => "gen_random_uuid()".to_owned(),
                _ => self.string(value).map_or_else(|| "''".to_owned(), |value| text(&value)),
            },
            _ => "''".to_owned(),
        }
    }

    /// The name of a table: a text, or an object with a schema.
    pub(super) fn table_name(&self, node: NodeId) -> Option<String> {
        if let Some(name) = self.string(node) {
            return Some(name);
        }
        let name = ["tableName", "name"].iter().find_map(|key| self.property_text(node, key))?;
        Some(match self.property_text(node, "schema") {
            Some(schema) => format!("{schema}.{name}"),
            None => name,
        })
    }
}

fn add(into: &mut Pieces, text: &str, span: Span) {
    let at = u32::try_from(into.text.len()).unwrap_or(u32::MAX);
    into.text.push_str(text);
    into.places.push((at, span));
}

//! SQL statements with `into`: PL/pgSQL takes that part out before it gives the rest to SQL.

use squawk_syntax::decoded_text::DecodedText;
use squawk_syntax::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};

use super::super::{At, first_words, names};
use super::parsed;
use crate::parse::sql::model::{Expr, Kind, Name, Statement, Step, StepKind};

/// A statement that the grammar refused.
pub(super) fn lower(node: &SyntaxNode, at: &At, out: &mut Vec<Step>) {
    let span = at.span_of(node);
    let Some(part) = find(node) else {
        out.push(Step { span, kind: StepKind::Other(first_words(at.text_of(node))) });
        return;
    };
    let range = node.text_range();
    let text = at.text_of(node);
    let cut = |from: u32, to: u32| {
        text.get((from - u32::from(range.start())) as usize..(to - u32::from(range.start())) as usize)
    };
    let (Some(head), Some(tail)) = (cut(range.start().into(), part.start), cut(part.end, range.end().into()))
    else {
        return;
    };
    let mut decoded = DecodedText::new(range.start());
    decoded.push_str(head, range.start());
    decoded.push_str(" ", part.start.into());
    decoded.push_str(tail, part.end.into());
    let kind = match parsed(&decoded, at) {
        Some(Kind::Query(query)) => StepKind::SelectInto { names: part.names, query },
        Some(kind) => {
            out.push(Step { span, kind: StepKind::Sql(Box::new(Statement { span, kind })) });
            // What a change returns is not known: the variables get something.
            for name in part.names {
                let value = Expr::Other(String::from("returning"), Vec::new());
                out.push(Step { span, kind: StepKind::Assign { name, value } });
            }
            return;
        }
        None => StepKind::Other(first_words(text)),
    };
    out.push(Step { span, kind });
}

/// The `into` part of a statement, in bytes of the text, and what it names.
struct Part {
    start: u32,
    end: u32,
    names: Vec<Name>,
}

fn find(node: &SyntaxNode) -> Option<Part> {
    let tokens: Vec<SyntaxToken> = node
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .filter(|token| !token.kind().is_trivia())
        .collect();
    let mut depth = 0i32;
    let mut before = None;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind() {
            SyntaxKind::L_PAREN => depth += 1,
            SyntaxKind::R_PAREN => depth -= 1,
            SyntaxKind::INTO_KW
                if depth == 0 && !matches!(before, Some(SyntaxKind::INSERT_KW | SyntaxKind::MERGE_KW)) =>
            {
                return Some(targets(token, &tokens[index + 1..]));
            }
            _ => {}
        }
        before = Some(token.kind());
    }
    None
}

/// The variables after `into`: names with fields, separated by commas.
fn targets(into: &SyntaxToken, rest: &[SyntaxToken]) -> Part {
    let mut part = Part {
        start: into.text_range().start().into(),
        end: into.text_range().end().into(),
        names: Vec::new(),
    };
    let mut tokens = rest.iter().peekable();
    if let Some(strict) = tokens.next_if(|token| token.text().eq_ignore_ascii_case("strict")) {
        part.end = strict.text_range().end().into();
    }
    while let Some(first) = tokens.next() {
        let mut name = names::fold(first.text());
        part.end = first.text_range().end().into();
        while tokens.next_if(|token| token.kind() == SyntaxKind::DOT).is_some() {
            let Some(field) = tokens.next() else { break };
            name.push('.');
            name.push_str(&names::fold(field.text()));
            part.end = field.text_range().end().into();
        }
        part.names.push(name);
        if tokens.next_if(|token| token.kind() == SyntaxKind::COMMA).is_none() {
            break;
        }
    }
    part
}

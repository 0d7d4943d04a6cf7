//! Here-documents: announced by a redirection, read where the next line begins.

use super::grammar::Parser;
use super::map::Offsets;
use super::model::Word;
use super::tree::{Body, Lexed};
use super::word::Building;
use crate::source::Span;

impl Parser<'_> {
    /// Notes a here-document whose lines begin after this one.
    pub(super) fn announce(&mut self, target: &Lexed, strip: bool) -> usize {
        let text = Building::default().finish(self.at, self.at);
        let delimiter = target.word.text.clone();
        self.bodies.push(Body { delimiter, quoted: target.word.quoted, strip, text });
        self.pending.push(self.bodies.len() - 1);
        self.bodies.len() - 1
    }

    /// At the beginning of a line: reads the here-documents announced before it.
    pub(super) fn read_bodies(&mut self) {
        for index in std::mem::take(&mut self.pending) {
            let Some(body) = self.bodies.get(index) else { continue };
            let (delimiter, quoted, strip) = (body.delimiter.clone(), body.quoted, body.strip);
            let start = self.at;
            let (stop, next) = self.body_end(&delimiter, strip);
            let mut built = Building::default();
            if quoted {
                built.expansion = self.text[start..stop].contains("${{");
                built.push(&self.text[start..stop], start);
            } else {
                let end = std::mem::replace(&mut self.end, stop);
                self.deeper(|parser| parser.double_part(&mut built, false));
                self.end = end;
            }
            let mut text = built.finish(start, stop);
            if strip {
                strip_tabs(&mut text.word);
            }
            self.at = next;
            self.bodies[index].text = text;
        }
    }

    /// Where the body that begins here ends, and where the line behind its delimiter begins.
    fn body_end(&mut self, delimiter: &str, strip: bool) -> (usize, usize) {
        let mut near = None;
        let mut line = self.at;
        while line < self.end {
            let rest = &self.text[line..self.end];
            let length = rest.find('\n').map_or(rest.len(), |stop| stop + 1);
            let content = rest[..length].trim_end_matches(['\n', '\r']);
            let content = if strip { content.trim_start_matches('\t') } else { content };
            if content == delimiter {
                return (line, line + length);
            }
            if near.is_none() && content.trim() == delimiter {
                near = Some((line, line + length));
                if self.retries == 0 {
                    break;
                }
            }
            line += length;
        }
        self.retries = self.retries.saturating_sub(1);
        self.error(self.at, self.at, format!("the here-document is not closed by a line `{delimiter}`"));
        near.unwrap_or((self.end, self.end))
    }
}

/// Takes the tabs off the beginning of every line.
fn strip_tabs(word: &mut Word) {
    let mut text = String::new();
    let mut map = Offsets::default();
    let mut offset = 0;
    for line in word.text.split_inclusive('\n') {
        let kept = line.trim_start_matches('\t');
        let from = Span::new(offset + line.len() - kept.len(), 0).start;
        map.push(text.len(), word.map.offset(from) as usize);
        text.push_str(kept);
        offset += line.len();
    }
    word.text = text;
    word.map = map;
}

//! Compound commands: groups, branches, loops, functions.

use super::grammar::Parser;
use super::tree::{Lexed, List, Node};

impl Parser<'_> {
    /// The compound command here; none where a simple one stands.
    pub(super) fn compound(&mut self) -> Option<Node> {
        if self.peek() == Some(b'(') {
            return Some(if self.starts("((") && self.arithmetic_end(self.at + 2).is_some() {
                Node::Simple(self.arithmetic())
            } else {
                self.subshell()
            });
        }
        if let Some(function) = self.function() {
            return Some(function);
        }
        match self.bare() {
            "{" => {
                self.at += 1;
                let list = self.list(&["}"]);
                self.expect("}");
                Some(Node::Group(list))
            }
            "if" => Some(self.conditional()),
            "while" | "until" => {
                self.at += 5;
                let condition = Some(self.list(&["do", "done"]));
                Some(Node::Loop { head: Vec::new(), condition, body: self.loop_body() })
            }
            "for" => {
                self.at += 3;
                Some(self.for_loop())
            }
            "select" => {
                self.at += 6;
                Some(self.for_loop())
            }
            "case" => Some(self.case()),
            "[[" => Some(Node::Simple(self.test())),
            _ => None,
        }
    }

    /// Passes over `token`, or notes that it is missing.
    fn expect(&mut self, token: &'static str) {
        self.gaps();
        let here = if token == ")" { self.starts(token) } else { self.bare() == token };
        if here {
            self.at += token.len();
        } else {
            self.error(self.at, self.at, format!("`{token}` is missing"));
        }
    }

    fn subshell(&mut self) -> Node {
        self.at += 1;
        let list = self.list(&[")"]);
        self.expect(")");
        Node::Subshell(list)
    }

    fn conditional(&mut self) -> Node {
        let mut arms = Vec::new();
        let mut otherwise = None;
        self.at += 2;
        loop {
            let condition = self.list(&["then", "elif", "else", "fi"]);
            self.expect("then");
            arms.push((condition, self.list(&["elif", "else", "fi"])));
            if self.bare() != "elif" {
                break;
            }
            self.at += 4;
        }
        if self.bare() == "else" {
            self.at += 4;
            otherwise = Some(self.list(&["fi"]));
        }
        self.expect("fi");
        Node::If { arms, otherwise }
    }

    fn loop_body(&mut self) -> List {
        self.gaps();
        if self.peek() == Some(b';') {
            self.at += 1;
            self.gaps();
        }
        if self.bare() == "{" {
            self.at += 1;
            let body = self.list(&["}"]);
            self.expect("}");
            return body;
        }
        self.expect("do");
        let body = self.list(&["done"]);
        self.expect("done");
        body
    }

    /// What stands behind `for` or `select`.
    fn for_loop(&mut self) -> Node {
        self.blanks();
        let mut head = Vec::new();
        if self.starts("((") {
            head = self.arithmetic().words;
        } else {
            self.word();
            self.gaps();
            if self.bare() == "in" {
                self.at += 2;
                self.blanks();
                while let Some(word) = self.word() {
                    head.push(word);
                    self.blanks();
                }
            }
        }
        Node::Loop { head, condition: None, body: self.loop_body() }
    }

    fn case(&mut self) -> Node {
        self.at += 4;
        self.blanks();
        let subject: Vec<Lexed> = self.word().into_iter().collect();
        self.gaps();
        if self.bare() == "in" {
            self.at += 2;
        } else {
            self.error(self.at, self.at, "`in` is missing");
        }
        let mut arms = Vec::new();
        loop {
            self.gaps();
            if self.peek().is_none() || self.bare() == "esac" || !self.case_pattern() {
                break;
            }
            arms.push(self.list(&[";;", ";&", ";;&", "esac"]));
            if let Some(sign) = [";;&", ";;", ";&"].into_iter().find(|sign| self.starts(sign)) {
                self.at += sign.len();
            } else if self.bare() != "esac" {
                break;
            }
        }
        self.expect("esac");
        Node::Case { subject, arms }
    }

    /// Passes over `a | b)`; false where no such thing stands here.
    fn case_pattern(&mut self) -> bool {
        if self.peek() == Some(b'(') {
            self.at += 1;
        }
        loop {
            self.blanks();
            if self.word().is_none() {
                return false;
            }
            self.blanks();
            match self.peek() {
                Some(b'|') => self.at += 1,
                Some(b')') => {
                    self.at += 1;
                    return true;
                }
                _ => return false,
            }
        }
    }

    /// `name() …` or `function name …`.
    fn function(&mut self) -> Option<Node> {
        let start = self.at;
        let keyword = self.bare() == "function";
        if keyword {
            self.at += 8;
            self.blanks();
        }
        let name = self.bare().to_owned();
        let plain = |c: char| c.is_alphanumeric() || "_:.+-@".contains(c);
        let mut fits = !name.is_empty() && name.chars().all(plain);
        if fits {
            self.at += name.len();
            self.blanks();
            let parens = self.peek() == Some(b'(');
            if parens {
                self.at += 1;
                self.blanks();
            }
            fits = if parens { self.peek() == Some(b')') } else { keyword };
            self.at += usize::from(parens && fits);
        }
        if !fits {
            self.at = start;
            return None;
        }
        self.gaps();
        let Some(body) = self.stage() else {
            self.error(start, self.at, "the function has no body");
            return Some(Node::Group(List::default()));
        };
        Some(Node::Function { name, body: Box::new(body) })
    }
}

//! Values that run over a list that is written out.

use super::{Bound, Kind, Loop, Module, NodeId};

impl Module {
    /// The texts that a name, or a property of one, stands for one after the other: `entry.file` in
    /// `[{ file: "./a" }, { file: "./b" }].forEach((entry) => …)`, and within `for (const entry of list)`. None where the
    /// list is not written out as a whole.
    pub fn of_listed(&self, node: NodeId) -> Option<Vec<NodeId>> {
        let (name, key) = match self.kind(node) {
            Kind::Member(word) => (self.child(node, 0)?, Some(self.word(word))),
            _ => (node, None),
        };
        let binding = &self.bindings[self.binding(name)?.0 as usize];
        let (list, key) = match binding.bound {
            Bound::Parameter(function, 0) => (self.runs_over(function)?, key),
            Bound::ParameterPart(function, 0, word) if key.is_none() => {
                (self.runs_over(function)?, Some(self.word(word)))
            }
            Bound::Unknown => (self.looped_over(binding.declared)?, key),
            _ => return None,
        };
        let list = self.resolve(list);
        if self.kind(list) != Kind::Array {
            return None;
        }
        let text = |item| {
            let value = key.map_or(Some(item), |key| self.property(self.resolve(item), key))?;
            let value = self.resolve(value);
            matches!(self.kind(value), Kind::Text(_)).then_some(value)
        };
        self.children(list).map(text).collect()
    }

    /// The list of which each item is handed to a function: that of `list.forEach((item) => …)`.
    fn runs_over(&self, function: NodeId) -> Option<NodeId> {
        let call = self.parent(function).filter(|call| self.kind(*call) == Kind::Call)?;
        let each = matches!(self.called(call)?, "forEach" | "map" | "flatMap" | "filter");
        self.receiver(call).filter(|_| each && self.argument(call, 0) == Some(function))
    }

    /// The list of the loop `for (const item of list)` in whose head something is declared.
    fn looped_over(&self, declared: NodeId) -> Option<NodeId> {
        let around =
            self.ancestors(declared).take(4).find(|node| matches!(self.kind(*node), Kind::Loop(_)))?;
        let parts: Vec<NodeId> = self.children(around).collect();
        let [_, .., list, _] = parts.as_slice() else { return None };
        let of = self.kind(around) == Kind::Loop(Loop::ForOf);
        (of && !self.contains(*list, declared)).then_some(*list)
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::javascript::{Dialect, Kind, parse};

    /// The texts that the argument of `show(…)` stands for, one after the other.
    fn listed(text: &str) -> Option<Vec<String>> {
        let module = parse(text, Dialect::JavaScript, false).document.module;
        let call = module
            .all()
            .find(|node| module.kind(*node) == Kind::Call && module.called(*node) == Some("show"))
            .unwrap();
        let found = module.of_listed(module.argument(call, 0).unwrap())?;
        Some(
            found
                .into_iter()
                .filter_map(|node| module.text(node))
                .map(std::borrow::Cow::into_owned)
                .collect(),
        )
    }

    #[test]
    fn lists_that_are_written_out() {
        for (text, expected) in [
            ("['./a', './b'].forEach((file) => show(file))", Some(vec!["./a", "./b"])),
            (
                "const all = [{ file: './a' }, { file: './b' }]; all.map((one) => show(one.file))",
                Some(vec!["./a", "./b"]),
            ),
            ("all.forEach(({ file }) => show(file)); const all = [{ file: './a' }]", Some(vec!["./a"])),
            ("for (const one of ['./a']) { show(one) }", Some(vec!["./a"])),
            ("const all = [{ file: './a' }]; for (const one of all) show(one.file)", Some(vec!["./a"])),
            ("['./a', other].forEach((file) => show(file))", None),
            ("[{ file: './a' }].forEach((one) => show(one.path))", None),
            ("all.forEach((file) => show(file))", None),
            ("for (const one in ['./a']) { show(one) }", None),
            ("show(file)", None),
        ] {
            let expected = expected.map(|all| all.into_iter().map(str::to_owned).collect());
            assert_eq!(listed(text), expected, "{text}");
        }
    }
}

//! Walking the tree of a module.

use super::model::{BindingId, Function, Kind, Module, Node, NodeId, Word};
use crate::source::Span;

impl Module {
    /// The text of a word.
    #[inline]
    pub fn word(&self, word: Word) -> &str {
        let at = word.0 as usize;
        let before = at.checked_sub(1).and_then(|before| self.words.get(before));
        let start = before.map_or(0, |end| *end as usize + 1);
        let end = self.words.get(at).map_or(start, |end| *end as usize);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Whether a name or a text of exactly these letters may stand in the module; `false` is certain.
    #[inline]
    pub fn may_say(&self, word: &str) -> bool {
        self.said.has(word)
    }

    /// Whether a name or a text of these letters stands in the module, ASCII letters of either case alike.
    pub fn says_in_any_case(&self, word: &str) -> bool {
        let mut start = 0;
        self.words.iter().any(|end| {
            let end = *end as usize;
            let own = start..end;
            start = end + 1;
            own.len() == word.len() && self.text.get(own).is_some_and(|own| own.eq_ignore_ascii_case(word))
        })
    }

    /// Every name and text of the module, each once and on a line of its own, in the order they first stand there: far
    /// shorter than the file, and without its comments.
    #[inline]
    pub fn spoken(&self) -> &str {
        &self.text
    }

    /// A node.
    #[inline]
    pub fn node(&self, id: NodeId) -> &Node {
        /// Stands for every node of a module of which nothing could be read.
        const NOTHING: &Node =
            &Node { span: Span { start: 0, end: 0 }, end: 0, parent: 0, kind: Kind::Other };
        self.nodes.get(id.0 as usize).unwrap_or(NOTHING)
    }

    /// What a node is.
    #[inline]
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// Where a node stands.
    #[inline]
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// The program itself.
    #[inline]
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// Every node, in the order of the text.
    #[inline]
    pub fn all(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// Every call and `new`, in the order of the text.
    #[inline]
    pub fn calls(&self) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + '_ {
        self.calls.iter().copied()
    }

    /// Every class, in the order of the text.
    #[inline]
    pub fn classes(&self) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + '_ {
        self.classes.iter().copied()
    }

    /// Every `catch (…) { … }`, in the order of the text.
    #[inline]
    pub fn catches(&self) -> impl DoubleEndedIterator<Item = NodeId> + ExactSizeIterator + '_ {
        self.catches.iter().copied()
    }

    /// The place of a call or `new` among [`Module::calls`].
    #[inline]
    pub fn call_number(&self, call: NodeId) -> Option<usize> {
        self.calls.binary_search(&call).ok()
    }

    /// The node around one; none for the program.
    #[inline]
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        Some(NodeId(self.node(id).parent)).filter(|parent| *parent != id)
    }

    /// The nodes around one, the nearest first.
    #[inline]
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |id| self.parent(*id))
    }

    /// The nodes right below one.
    #[inline]
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.node(id).end;
        let within = move |next: u32| Some(NodeId(next)).filter(|_| next < end);
        std::iter::successors(within(id.0 + 1), move |child| within(self.node(*child).end))
    }

    /// The child of this number.
    #[inline]
    pub fn child(&self, id: NodeId, index: usize) -> Option<NodeId> {
        match index {
            0 => Some(NodeId(id.0 + 1)).filter(|first| first.0 < self.node(id).end),
            _ => self.children(id).nth(index),
        }
    }

    /// Everything below a node, in the order of the text.
    #[inline]
    pub fn descendants(&self, id: NodeId) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (id.0 + 1..self.node(id).end).map(NodeId)
    }

    /// Everything below a node but what stands in functions and classes within it: what runs when it runs.
    #[inline]
    pub fn own_descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.node(id).end;
        let within = move |next: u32| Some(NodeId(next)).filter(|_| next < end);
        std::iter::successors(within(id.0 + 1), move |node| match self.kind(*node) {
            Kind::Function(_) | Kind::Class => within(self.node(*node).end),
            _ => within(node.0 + 1),
        })
    }

    /// Whether `inner` is `outer` or stands in it.
    #[inline]
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        outer <= inner && inner.0 < self.node(outer).end
    }

    /// The function a node stands in, not the node itself.
    #[inline]
    pub fn function_around(&self, id: NodeId) -> Option<NodeId> {
        self.ancestors(id).find(|id| matches!(self.kind(*id), Kind::Function(_)))
    }

    /// The class a node stands in, not the node itself.
    #[inline]
    pub fn class_around(&self, id: NodeId) -> Option<NodeId> {
        self.ancestors(id).find(|id| self.kind(*id) == Kind::Class)
    }

    /// What is known of a function, where the node is one.
    #[inline]
    pub fn function(&self, id: NodeId) -> Option<&Function> {
        match self.kind(id) {
            Kind::Function(function) => self.functions.get(function.0 as usize),
            _ => None,
        }
    }

    /// The parameters of a function, as their patterns.
    #[inline]
    pub fn parameters(&self, function: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let parameters = self.children(function).filter(|child| self.kind(*child) == Kind::Parameter);
        parameters.filter_map(|parameter| {
            self.children(parameter).find(|child| self.kind(*child) != Kind::Decorator)
        })
    }

    /// The body of a function: a block, or the value of an arrow.
    #[inline]
    pub fn body(&self, function: NodeId) -> Option<NodeId> {
        self.children(function).last().filter(|body| self.kind(*body) != Kind::Parameter)
    }

    /// The decorators of a class, a method, a field or a parameter, as their values.
    #[inline]
    pub fn decorators(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let decorators = self.children(id).filter(|child| self.kind(*child) == Kind::Decorator);
        decorators.filter_map(|decorator| self.child(decorator, 0))
    }

    /// Every use of a name, in the order of the text; its declaration is none.
    #[inline]
    pub fn uses(&self, binding: BindingId) -> &[NodeId] {
        let (start, end) = self.bindings[binding.0 as usize].uses;
        self.uses.get(start as usize..end as usize).unwrap_or_default()
    }
}

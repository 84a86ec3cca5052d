//! The tree of a page as browsers build it, within bounds that browsers have and the library has not.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::{ElementFlags, ExpandedName, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

/// Deepest nesting of elements: where browsers stop. The library's time grows with its square.
const DEPTH_MAX: u32 = 512;

/// Most elements, comments and texts: a page of the longest report has some 50,000.
const NODES_MAX: usize = 500_000;

/// Bytes that are read between two looks at the bounds.
const STEP_BYTES: usize = 1_024;

/// The document itself.
pub(super) const ROOT: usize = 0;

/// What a node is.
pub(super) enum Node {
    /// The document, or what has no text of its own.
    Bare,
    /// A comment, which is no text of the page.
    Comment,
    /// Text.
    Text(String),
    /// An element: its name in small letters, and its attributes.
    Element(Rc<QualName>, Vec<Attribute>),
}

impl Node {
    /// The name of an element; none of anything else.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Element(name, _) => Some(&name.local),
            _ => None,
        }
    }

    /// What an attribute of an element says.
    pub(super) fn says(&self, wanted: &str) -> Option<&str> {
        let Self::Element(_, attributes) = self else {
            return None;
        };
        let found = attributes.iter().find(|one| &*one.name.local == wanted);
        found.map(|one| &*one.value)
    }
}

/// A node with its place.
struct Placed {
    node: Node,
    parent: Option<usize>,
    children: Vec<usize>,
    depth: u32,
}

/// A page as a tree.
pub(super) struct Tree {
    nodes: Vec<Placed>,
    /// Whether the page was larger or deeper than is read.
    pub(super) is_cut: bool,
}

impl Tree {
    /// Reads a page. Whatever is wrong in it is put right as browsers put it right.
    pub(super) fn read(text: &str) -> Self {
        let options = ParseOpts {
            tree_builder: TreeBuilderOpts {
                // What stands there for readers without scripts is what this reader sees.
                scripting_enabled: false,
                ..TreeBuilderOpts::default()
            },
            ..ParseOpts::default()
        };
        let mut parser = parse_document(Sink::new(), options);
        let mut rest = text;
        while !rest.is_empty() && !parser.tokenizer.sink.sink.is_over.get() {
            let end = rest.ceil_char_boundary(STEP_BYTES);
            let (step, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            parser.process(StrTendril::from(step));
            rest = after;
        }
        parser.finish()
    }

    /// A node; the document's own where there is none of that number.
    pub(super) fn node(&self, at: usize) -> &Node {
        self.nodes.get(at).map_or(&Node::Bare, |held| &held.node)
    }

    pub(super) fn children(&self, at: usize) -> &[usize] {
        self.nodes.get(at).map_or(&[], |held| &held.children)
    }
}

/// A node as the library names it.
#[derive(Clone)]
struct Handle {
    at: usize,
    name: Rc<QualName>,
    is_integration_point: bool,
}

/// The tree in the making.
struct Sink {
    nodes: RefCell<Vec<Placed>>,
    nameless: Rc<QualName>,
    is_over: Cell<bool>,
}

impl Sink {
    fn new() -> Self {
        let name = html5ever::local_name!("");
        let sink = Self {
            nodes: RefCell::new(Vec::new()),
            nameless: Rc::new(QualName::new(None, html5ever::ns!(), name)),
            is_over: Cell::new(false),
        };
        sink.add(Node::Bare);
        sink
    }

    /// Adds a node that stands nowhere yet. Beyond the bound all are one, and reading stops soon.
    fn add(&self, node: Node) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        if nodes.len() >= NODES_MAX {
            self.is_over.set(true);
            return nodes.len().saturating_sub(1);
        }
        nodes.push(Placed {
            node,
            parent: None,
            children: Vec::new(),
            depth: 0,
        });
        nodes.len().saturating_sub(1)
    }

    fn handle(&self, at: usize) -> Handle {
        Handle {
            at,
            name: Rc::clone(&self.nameless),
            is_integration_point: false,
        }
    }

    fn child(&self, child: NodeOrText<Handle>) -> usize {
        match child {
            NodeOrText::AppendNode(node) => node.at,
            NodeOrText::AppendText(text) => self.add(Node::Text(text.to_string())),
        }
    }

    /// Puts a node among the children of another, before one of them or at their end.
    fn put(&self, parent: usize, before: Option<usize>, child: usize) {
        self.detach(child);
        let mut nodes = self.nodes.borrow_mut();
        let Some(held) = nodes.get_mut(parent).filter(|_| parent != child) else {
            return;
        };
        let depth = held.depth.saturating_add(1);
        let place = before.and_then(|before| held.children.iter().rposition(|one| *one == before));
        held.children
            .insert(place.unwrap_or(held.children.len()), child);
        if let Some(held) = nodes.get_mut(child) {
            held.parent = Some(parent);
            held.depth = depth;
        }
        if depth > DEPTH_MAX {
            self.is_over.set(true);
        }
    }

    fn parent(&self, at: usize) -> Option<usize> {
        self.nodes.borrow().get(at).and_then(|held| held.parent)
    }

    fn detach(&self, at: usize) {
        let mut nodes = self.nodes.borrow_mut();
        let parent = nodes.get_mut(at).and_then(|held| held.parent.take());
        if let Some(held) = parent.and_then(|parent| nodes.get_mut(parent)) {
            // What is moved was mostly put there last.
            if let Some(place) = held.children.iter().rposition(|one| *one == at) {
                held.children.remove(place);
            }
        }
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Tree;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Tree {
        Tree {
            nodes: self.nodes.into_inner(),
            is_cut: self.is_over.get(),
        }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        self.handle(ROOT)
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, held: Vec<Attribute>, flags: ElementFlags) -> Handle {
        let name = Rc::new(name);
        Handle {
            at: self.add(Node::Element(Rc::clone(&name), held)),
            name,
            is_integration_point: flags.mathml_annotation_xml_integration_point,
        }
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.handle(self.add(Node::Comment))
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.handle(self.add(Node::Comment))
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let child = self.child(child);
        self.put(parent.at, None, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        prev_element: &Handle,
        child: NodeOrText<Handle>,
    ) {
        if self.parent(element.at).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(prev_element, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Handle) -> Handle {
        // What a template holds is shown by no page: it need not be kept apart.
        target.clone()
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.at == y.at
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, new_node: NodeOrText<Handle>) {
        let child = self.child(new_node);
        if let Some(parent) = self.parent(sibling.at) {
            self.put(parent, Some(sibling.at), child);
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, attrs: Vec<Attribute>) {
        let mut nodes = self.nodes.borrow_mut();
        let held = nodes.get_mut(target.at).map(|held| &mut held.node);
        if let Some(Node::Element(_, held)) = held {
            for one in attrs {
                if !held.iter().any(|had| had.name == one.name) {
                    held.push(one);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.at);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut nodes = self.nodes.borrow_mut();
        let moved = nodes.get_mut(node.at).map(|held| &mut held.children);
        let moved = moved.map(std::mem::take).unwrap_or_default();
        for child in &moved {
            if let Some(held) = nodes.get_mut(*child) {
                held.parent = Some(new_parent.at);
            }
        }
        if let Some(held) = nodes.get_mut(new_parent.at) {
            held.children.extend(moved);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &Handle) -> bool {
        handle.is_integration_point
    }
}

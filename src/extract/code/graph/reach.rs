//! What is reached from the beginnings, and by which of them.

use std::collections::HashSet;

use super::entries::{Entries, Purpose, Side};
use super::links::Links;
use crate::parse::javascript::Module;
use crate::source::FileId;

/// By what a file is reached: a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reached(u8);

impl Reached {
    /// By a program, or by who uses a library.
    pub(super) const PROGRAM: Self = Self(1);
    /// By a tool.
    pub(super) const TOOL: Self = Self(2);
    /// By a test.
    pub(super) const TEST: Self = Self(4);
    /// By something that may be a beginning, or may load it.
    pub(super) const PERHAPS: Self = Self(8);
    /// By code on a server.
    pub(super) const SERVER: Self = Self(16);
    /// By code in a browser.
    pub(super) const CLIENT: Self = Self(32);

    /// By a program that loads all of a folder, or all that a pattern fits, or by what such a file asks for.
    pub(super) const LISTED: Self = Self(64);

    /// Both together.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Without those of another.
    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether any of them is among these.
    pub(super) const fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }
}

/// Follows the links from all beginnings until nothing changes. `module` gives the module of a file, `inside` the files
/// of the package around it, `package` its folder.
pub(super) fn reach<'m>(
    links: &[Links],
    entries: &Entries,
    module: impl Fn(FileId) -> Option<&'m Module>,
    inside: impl Fn(FileId) -> Vec<FileId>,
    package: impl Fn(FileId) -> &'m str,
) -> Vec<Reached> {
    let mut walk = Walk {
        reached: vec![Reached::default(); links.len()],
        sides: sides(links.len(), &module),
        queue: Vec::new(),
    };
    for (file, entry) in &entries.found {
        let by = match entry.purpose {
            Purpose::Program | Purpose::Library => Reached::PROGRAM,
            Purpose::Tool => Reached::TOOL,
            Purpose::Test => Reached::TEST,
        };
        let side = match (entry.purpose, entry.side) {
            (Purpose::Program | Purpose::Library, Side::Server) => Reached::SERVER,
            (Purpose::Program | Purpose::Library, Side::Client) => Reached::CLIENT,
            (Purpose::Program | Purpose::Library, Side::Both) => Reached::SERVER.and(Reached::CLIENT),
            _ => Reached::default(),
        };
        walk.visit(*file, by.and(side));
    }
    for file in &entries.perhaps {
        walk.visit(*file, Reached::PERHAPS);
    }
    let runs = Reached::PROGRAM.and(Reached::TOOL).and(Reached::PERHAPS);
    let mut opened = HashSet::new();
    while let Some(file) = walk.queue.pop() {
        let own = &links[file.0 as usize];
        let by = walk.reached[file.0 as usize];
        for target in own.runs.iter().chain(&own.names) {
            walk.visit(*target, by);
        }
        if by.any(runs) {
            let listed = by.any(Reached::PROGRAM.and(Reached::LISTED)) && !own.only_reads;
            let listed = if listed { Reached::LISTED } else { Reached::default() };
            for target in &own.may_load {
                walk.visit(*target, Reached::PERHAPS.and(listed));
            }
            if own.open && opened.insert(package(file)) {
                for target in inside(file) {
                    walk.visit(target, Reached::PERHAPS);
                }
            }
        }
    }
    walk.reached
}

struct Walk {
    reached: Vec<Reached>,
    /// Where a module says that it runs: `use client`, `use server`.
    sides: Vec<Option<Side>>,
    queue: Vec<FileId>,
}

impl Walk {
    fn visit(&mut self, file: FileId, by: Reached) {
        let at = file.0 as usize;
        let sides = Reached::SERVER.and(Reached::CLIENT);
        let by = match self.sides[at] {
            Some(Side::Client) if by.any(sides) => by.without(sides).and(Reached::CLIENT),
            Some(Side::Server) if by.any(sides) => by.without(sides).and(Reached::SERVER),
            _ => by,
        };
        let all = self.reached[at].and(by);
        if all != self.reached[at] {
            self.reached[at] = all;
            self.queue.push(file);
        }
    }
}

fn sides<'m>(files: usize, module: impl Fn(FileId) -> Option<&'m Module>) -> Vec<Option<Side>> {
    let side = |file| {
        let module = module(file)?;
        if module.has_directive("use client") {
            Some(Side::Client)
        } else {
            module.has_directive("use server").then_some(Side::Server)
        }
    };
    (0..u32::try_from(files).unwrap_or(u32::MAX)).map(|file| side(FileId(file))).collect()
}

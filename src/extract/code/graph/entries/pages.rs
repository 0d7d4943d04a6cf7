//! Pages: what their scripts load.

use super::{Purpose, Reader, Side};
use crate::extract::packages::resolve;
use crate::source::{FileId, FileKind, SourceFile};

use super::super::patterns;

/// Folders whose files are served as they are.
const SERVED: &[&str] = &["public", "static", "www", "htdocs", "wwwroot", "webroot"];

impl Reader<'_> {
    /// The scripts of HTML pages and templates, the components of MDX, and files that are served as they are.
    pub(super) fn pages(&mut self) {
        self.each_file(Self::page);
    }

    fn page(&mut self, file: FileId, source: &SourceFile) {
        let page = matches!(source.kind, FileKind::Html | FileKind::Template) || source.extension() == "mdx";
        if page {
            for specifier in patterns::specifiers(self.tree.text(file)) {
                let plain = specifier.trim_start_matches('/');
                let own = resolve(source.dir(), plain).and_then(|path| self.resolver.files.file(&path));
                let found = own.or_else(|| match self.resolver.resolve(source.dir(), specifier) {
                    super::super::Target::File(file) => Some(file),
                    _ => self.resolver.absolute(source.dir(), plain),
                });
                if let Some(script) = found {
                    let reason = || format!("the page `{}`", source.path);
                    self.add(script, Purpose::Program, Side::Client, reason);
                }
            }
        } else if super::is_module(source.kind)
            && source.kind.is_ecmascript()
            && source.dir().split('/').any(|part| SERVED.contains(&part))
        {
            self.entries.perhaps.insert(file);
        }
    }
}

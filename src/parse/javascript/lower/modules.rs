//! Imports and exports, of both kinds of modules.

use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, Declaration, ExportDefaultDeclarationKind, ExportFromDeclaration,
    ExportNamedDeclaration, Expression, ImportDeclaration, ImportDeclarationSpecifier, ImportOrExportKind,
    ModuleDeclaration, ModuleExportName, TSImportEqualsDeclaration, TSModuleReference,
};
use oxc_span::{GetSpan, Span};
use oxc_syntax::operator::AssignmentOperator;

use super::{Lowering, binding_of};
use crate::parse::javascript::model::{
    BindingId, Bound, Export, ExportTarget, FunctionForm, ImportForm, Imported, Kind, NodeId, Operator, Word,
};

impl<'a> Lowering<'a> {
    pub(super) fn module_declaration(&mut self, declaration: &ModuleDeclaration<'a>) {
        let span = declaration.span();
        match declaration {
            ModuleDeclaration::ImportDeclaration(import) => self.import_declaration(import),
            ModuleDeclaration::ExportAllDeclaration(export) => {
                let type_only = export.export_kind == ImportOrExportKind::Type;
                let source = &export.source;
                let id =
                    self.import(source.value.as_str(), source.span, ImportForm::Reexport, type_only, false);
                self.leaf(Kind::ImportStatement(id), span);
                match &export.exported {
                    Some(name) => {
                        let name = self.export_name(name);
                        self.export(name, span, ExportTarget::From(id, Imported::All));
                    }
                    None => self.export(Word(0), span, ExportTarget::All(id)),
                }
            }
            ModuleDeclaration::ExportFromDeclaration(export) => self.export_from(export),
            ModuleDeclaration::ExportNamedDeclaration(export) => self.export_names(export),
            ModuleDeclaration::ExportDeclaration(export) => {
                let first = self.module.nodes.len();
                self.node(Kind::Export, span, |lowering| lowering.declare(&export.declaration));
                self.export_declared(&export.declaration, first, span);
            }
            ModuleDeclaration::ExportDefaultDeclaration(export) => {
                let mut value = None;
                self.node(Kind::Export, span, |lowering| value = lowering.default_value(&export.declaration));
                let name = self.word("default");
                if let Some(value) = value {
                    self.export(name, span, ExportTarget::Value(value));
                }
            }
            ModuleDeclaration::TSExportAssignment(export) => {
                let mut value = NodeId(0);
                self.node(Kind::Export, span, |lowering| value = lowering.expression(&export.expression));
                let name = self.word("default");
                self.export(name, span, ExportTarget::Value(value));
            }
            ModuleDeclaration::TSNamespaceExportDeclaration(_) => {}
        }
    }

    fn default_value(&mut self, declaration: &ExportDefaultDeclarationKind<'a>) -> Option<NodeId> {
        match declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                let node = self.any_function(function, FunctionForm::Declaration);
                if let Some(id) = &function.id {
                    self.stands_for(id, node);
                }
                function.body.is_some().then_some(node)
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) => Some(self.class(class)),
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => None,
            value => value.as_expression().map(|value| self.expression(value)),
        }
    }

    fn export(&mut self, name: Word, span: Span, target: ExportTarget) {
        let span = self.span(span);
        self.module.exports.push(Export { name, span, target });
    }

    /// `export const a = …`, `export function a() {}` …: all names that the declaration binds.
    fn export_declared(&mut self, declaration: &Declaration<'a>, first: usize, span: Span) {
        let symbols = match declaration {
            Declaration::VariableDeclaration(variables) => {
                variables.declarations.iter().flat_map(|one| one.id.get_binding_identifiers()).collect()
            }
            Declaration::FunctionDeclaration(function) => function.id.iter().collect(),
            Declaration::ClassDeclaration(class) => class.id.iter().collect(),
            Declaration::TSEnumDeclaration(enumeration) => vec![&enumeration.id],
            Declaration::TSImportEqualsDeclaration(import) => vec![&import.id],
            _ => Vec::new(),
        };
        // Declarations of types and overloads leave no node, and nothing to import when the program runs.
        if self.module.nodes.len() <= first + 1 {
            return;
        }
        for symbol in symbols {
            let name = self.word(symbol.name.as_str());
            if let Some(binding) = binding_of(symbol.symbol_id.get()) {
                self.export(name, span, ExportTarget::Binding(binding));
            }
        }
    }

    fn export_names(&mut self, export: &ExportNamedDeclaration<'a>) {
        if export.export_kind == ImportOrExportKind::Type {
            return;
        }
        let mut found: Vec<(Word, Span, Option<BindingId>)> = Vec::new();
        self.node(Kind::Export, export.span, |lowering| {
            for specifier in &export.specifiers {
                if specifier.export_kind == ImportOrExportKind::Type {
                    continue;
                }
                let name = lowering.export_name(&specifier.exported);
                if let ModuleExportName::IdentifierReference(local) = &specifier.local {
                    let node = lowering.name(local);
                    found.push((name, specifier.span, lowering.module.binding(node)));
                }
            }
        });
        for (name, span, binding) in found {
            if let Some(binding) = binding {
                self.export(name, span, ExportTarget::Binding(binding));
            }
        }
    }

    fn export_from(&mut self, export: &ExportFromDeclaration<'a>) {
        let is_type = |kind| kind == ImportOrExportKind::Type;
        let type_only = is_type(export.export_kind)
            || !export.specifiers.is_empty() && export.specifiers.iter().all(|one| is_type(one.export_kind));
        let source = &export.source;
        let id = self.import(source.value.as_str(), source.span, ImportForm::Reexport, type_only, false);
        self.leaf(Kind::ImportStatement(id), export.span);
        for specifier in export.specifiers.iter().filter(|one| !is_type(one.export_kind) && !type_only) {
            let name = self.export_name(&specifier.exported);
            let imported = self.imported_name(&specifier.local);
            self.export(name, specifier.span, ExportTarget::From(id, imported));
        }
    }

    fn export_name(&mut self, name: &ModuleExportName<'a>) -> Word {
        match name {
            ModuleExportName::IdentifierName(name) => self.word(name.name.as_str()),
            ModuleExportName::IdentifierReference(name) => self.word(name.name.as_str()),
            ModuleExportName::StringLiteral(text) => self.word(text.value.as_str()),
        }
    }

    fn imported_name(&mut self, name: &ModuleExportName<'a>) -> Imported {
        let word = self.export_name(name);
        if self.module.word(word) == "default" { Imported::Default } else { Imported::Named(word) }
    }

    fn import_declaration(&mut self, import: &ImportDeclaration<'a>) {
        let is_type = |kind| kind == ImportOrExportKind::Type;
        let specifiers = import.specifiers.as_ref().map_or(&[][..], |specifiers| specifiers.as_slice());
        let all_types = !specifiers.is_empty()
            && specifiers.iter().all(|specifier| {
                matches!(specifier, ImportDeclarationSpecifier::ImportSpecifier(one) if is_type(one.import_kind))
            });
        let type_only = is_type(import.import_kind) || all_types;
        let source = &import.source;
        let id = self.import(source.value.as_str(), source.span, ImportForm::Static, type_only, false);
        self.node(Kind::ImportStatement(id), import.span, |lowering| {
            for specifier in specifiers {
                let (local, imported) = match specifier {
                    ImportDeclarationSpecifier::ImportSpecifier(one) => {
                        (&one.local, lowering.imported_name(&one.imported))
                    }
                    ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => {
                        (&one.local, Imported::Default)
                    }
                    ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => (&one.local, Imported::All),
                };
                lowering.declared_name(local);
                lowering.bind(binding_of(local.symbol_id.get()), Bound::Import(id, imported));
            }
        });
    }

    pub(super) fn import_equals(&mut self, import: &TSImportEqualsDeclaration<'a>) {
        let TSModuleReference::ExternalModuleReference(reference) = &import.module_reference else { return };
        let type_only = import.import_kind == ImportOrExportKind::Type;
        let source = &reference.expression;
        let id = self.import(source.value.as_str(), source.span, ImportForm::Require, type_only, false);
        self.node(Kind::ImportStatement(id), import.span, |lowering| {
            lowering.declared_name(&import.id);
        });
        self.bind(binding_of(import.id.symbol_id.get()), Bound::Import(id, Imported::All));
    }

    pub(super) fn assignment(&mut self, assignment: &AssignmentExpression<'a>) -> NodeId {
        let operator = match assignment.operator {
            AssignmentOperator::Assign => Operator::Assign,
            AssignmentOperator::LogicalOr => Operator::Or,
            AssignmentOperator::LogicalNullish => Operator::Coalesce,
            AssignmentOperator::LogicalAnd => Operator::And,
            AssignmentOperator::Addition => Operator::Add,
            AssignmentOperator::Subtraction => Operator::Subtract,
            _ => Operator::Bits,
        };
        let mut value = NodeId(0);
        let name = self.assigned_name(&assignment.left);
        let node = self.node(Kind::Assign(operator), assignment.span, |lowering| {
            lowering.target(&assignment.left);
            lowering.named = name;
            value = lowering.expression(&assignment.right);
            lowering.named = None;
        });
        self.common_export(assignment, value);
        node
    }

    fn assigned_name(&mut self, target: &AssignmentTarget<'a>) -> Option<Word> {
        match target {
            AssignmentTarget::AssignmentTargetIdentifier(name) => Some(self.word(name.name.as_str())),
            AssignmentTarget::StaticMemberExpression(member) if member.property.name != "exports" => {
                Some(self.word(member.property.name.as_str()))
            }
            _ => None,
        }
    }

    /// `module.exports = x`, `exports.a = x`, `module.exports.a = x`.
    fn common_export(&mut self, assignment: &AssignmentExpression<'a>, value: NodeId) {
        let AssignmentTarget::StaticMemberExpression(target) = &assignment.left else { return };
        let property = target.property.name.as_str();
        let span = assignment.span;
        match &target.object {
            Expression::Identifier(object) if object.name == "module" && property == "exports" => {
                let name = self.word("default");
                self.export(name, span, ExportTarget::Value(value));
                self.export_properties(value);
            }
            Expression::Identifier(object) if object.name == "exports" => {
                let name = self.word(property);
                self.export(name, span, ExportTarget::Value(value));
            }
            Expression::StaticMemberExpression(object)
                if object.property.name == "exports"
                    && matches!(&object.object, Expression::Identifier(name) if name.name == "module") =>
            {
                let name = self.word(property);
                self.export(name, span, ExportTarget::Value(value));
            }
            _ => {}
        }
    }

    /// The properties of the object that `module.exports` is.
    fn export_properties(&mut self, value: NodeId) {
        if self.module.kind(value) != Kind::Object {
            return;
        }
        let children: Vec<NodeId> = self.module.children(value).collect();
        for child in children {
            if let (Kind::Property(name), Some(value)) =
                (self.module.kind(child), self.module.child(child, 0))
            {
                let span = self.module.span(child);
                self.module.exports.push(Export { name, span, target: ExportTarget::Value(value) });
            }
        }
    }
}

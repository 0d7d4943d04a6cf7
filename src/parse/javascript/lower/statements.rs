//! Statements and declarations.

use oxc_ast::ast::{
    Declaration, ForStatementInit, ForStatementLeft, Statement, SwitchStatement, TSEnumDeclaration,
    TSEnumMemberName, TSNamespaceDeclaration, TSNamespaceDeclarationBody, TryStatement,
};
use oxc_span::{GetSpan, Span};

use super::Lowering;
use super::patterns::drop_id;
use crate::parse::javascript::model::{FunctionForm, Kind, Loop};

impl<'a> Lowering<'a> {
    pub(super) fn statements(&mut self, statements: &[Statement<'a>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement<'a>) {
        let span = statement.span();
        match statement {
            Statement::ExpressionStatement(inner) => drop_id(self.expression(&inner.expression)),
            Statement::BlockStatement(block) => self.block(&block.body, span),
            Statement::ReturnStatement(inner) => drop_id(self.node(Kind::Return, span, |lowering| {
                if let Some(value) = &inner.argument {
                    lowering.expression(value);
                }
            })),
            Statement::ThrowStatement(inner) => drop_id(self.node(Kind::Throw, span, |lowering| {
                lowering.expression(&inner.argument);
            })),
            Statement::IfStatement(inner) => drop_id(self.node(Kind::If, span, |lowering| {
                lowering.expression(&inner.test);
                lowering.deeper(|lowering| {
                    lowering.statement(&inner.consequent);
                    if let Some(alternate) = &inner.alternate {
                        lowering.statement(alternate);
                    }
                });
            })),
            Statement::TryStatement(inner) => self.attempt(inner),
            Statement::SwitchStatement(inner) => self.switch(inner),
            Statement::LabeledStatement(inner) => self.statement(&inner.body),
            Statement::WithStatement(inner) => drop_id(self.node(Kind::Other, span, |lowering| {
                lowering.expression(&inner.object);
                lowering.statement(&inner.body);
            })),
            Statement::BreakStatement(_) => drop_id(self.leaf(Kind::Break, span)),
            Statement::ContinueStatement(_) => drop_id(self.leaf(Kind::Continue, span)),
            Statement::DebuggerStatement(_) => drop_id(self.leaf(Kind::Debugger, span)),
            Statement::EmptyStatement(_) => {}
            statement => match (statement.as_declaration(), statement.as_module_declaration()) {
                (Some(declaration), _) => self.declare(declaration),
                (None, Some(declaration)) => self.module_declaration(declaration),
                (None, None) => self.repeated(statement, span),
            },
        }
    }

    /// A loop of any form.
    fn repeated(&mut self, statement: &Statement<'a>, span: Span) {
        match statement {
            Statement::ForStatement(inner) => self.looped(Loop::For, span, &inner.body, |lowering| {
                match &inner.init {
                    Some(ForStatementInit::VariableDeclaration(variables)) => lowering.declaration(variables),
                    Some(init) => drop_id(match init.as_expression() {
                        Some(init) => lowering.expression(init),
                        None => lowering.leaf(Kind::Other, span),
                    }),
                    None => {}
                }
                for part in [&inner.test, &inner.update].into_iter().flatten() {
                    lowering.expression(part);
                }
            }),
            Statement::ForInStatement(inner) => self.looped(Loop::ForIn, span, &inner.body, |lowering| {
                lowering.loop_variable(&inner.left);
                lowering.expression(&inner.right);
            }),
            Statement::ForOfStatement(inner) => {
                let kind = if inner.r#await { Loop::ForAwait } else { Loop::ForOf };
                self.looped(kind, span, &inner.body, |lowering| {
                    lowering.loop_variable(&inner.left);
                    lowering.expression(&inner.right);
                });
            }
            Statement::WhileStatement(inner) => {
                self.looped(Loop::While, span, &inner.body, |lowering| {
                    lowering.expression(&inner.test);
                });
            }
            Statement::DoWhileStatement(inner) => {
                self.looped(Loop::DoWhile, span, &inner.body, |lowering| {
                    lowering.expression(&inner.test);
                });
            }
            _ => {}
        }
    }

    fn switch(&mut self, switch: &SwitchStatement<'a>) {
        self.node(Kind::Switch, switch.span, |lowering| {
            lowering.expression(&switch.discriminant);
            for case in &switch.cases {
                lowering.node(Kind::Case, case.span, |lowering| {
                    match &case.test {
                        Some(test) => drop_id(lowering.expression(test)),
                        None => drop_id(lowering.leaf(Kind::Hole, case.span)),
                    }
                    lowering.deeper(|lowering| lowering.statements(&case.consequent));
                });
            }
        });
    }

    fn block(&mut self, statements: &[Statement<'a>], span: Span) {
        self.node(Kind::Block, span, |lowering| lowering.statements(statements));
    }

    fn attempt(&mut self, attempt: &TryStatement<'a>) {
        self.node(Kind::Try, attempt.span, |lowering| {
            lowering.block(&attempt.block.body, attempt.block.span);
            if let Some(handler) = &attempt.handler {
                lowering.node(Kind::Catch, handler.span, |lowering| {
                    if let Some(parameter) = &handler.param {
                        lowering.pattern(&parameter.pattern);
                    }
                    lowering.deeper(|lowering| lowering.block(&handler.body.body, handler.body.span));
                });
            }
            if let Some(last) = &attempt.finalizer {
                lowering.node(Kind::Finally, last.span, |lowering| lowering.block(&last.body, last.span));
            }
        });
    }

    fn looped(&mut self, kind: Loop, span: Span, body: &Statement<'a>, head: impl FnOnce(&mut Self)) {
        self.node(Kind::Loop(kind), span, |lowering| {
            head(lowering);
            lowering.deeper(|lowering| {
                if let Statement::BlockStatement(_) = body {
                    lowering.statement(body);
                } else {
                    lowering.node(Kind::Block, body.span(), |lowering| lowering.statement(body));
                }
            });
        });
    }

    fn loop_variable(&mut self, left: &ForStatementLeft<'a>) {
        match left {
            ForStatementLeft::VariableDeclaration(declaration) => self.declaration(declaration),
            left => {
                if let Some(target) = left.as_assignment_target() {
                    self.target(target);
                }
            }
        }
    }

    /// A declaration. Types alone leave nothing.
    pub(super) fn declare(&mut self, declaration: &Declaration<'a>) {
        match declaration {
            Declaration::VariableDeclaration(variables) if !variables.declare => {
                self.declaration(variables);
            }
            Declaration::FunctionDeclaration(function) => {
                let node = self.any_function(function, FunctionForm::Declaration);
                if let Some(id) = function.id.as_ref().filter(|_| function.body.is_some()) {
                    self.stands_for(id, node);
                }
            }
            Declaration::ClassDeclaration(class) => drop_id(self.class(class)),
            Declaration::TSEnumDeclaration(enumeration) => self.enumeration(enumeration),
            Declaration::TSNamespaceDeclaration(namespace) => self.namespace(namespace),
            Declaration::TSImportEqualsDeclaration(import) => self.import_equals(import),
            _ => {}
        }
    }

    fn namespace(&mut self, namespace: &TSNamespaceDeclaration<'a>) {
        if namespace.declare {
            return;
        }
        self.node(Kind::Other, namespace.span, |lowering| match &namespace.body {
            TSNamespaceDeclarationBody::TSModuleBlock(block) => {
                lowering.deeper(|lowering| lowering.statements(&block.body));
            }
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => lowering.namespace(inner),
        });
    }

    fn enumeration(&mut self, enumeration: &TSEnumDeclaration<'a>) {
        let node = self.node(Kind::Enum, enumeration.span, |lowering| {
            for member in &enumeration.body.members {
                let word = match &member.id {
                    TSEnumMemberName::Identifier(name) => lowering.word(name.name.as_str()),
                    TSEnumMemberName::String(text) | TSEnumMemberName::ComputedString(text) => {
                        lowering.word(text.value.as_str())
                    }
                    TSEnumMemberName::ComputedTemplateString(_) => continue,
                };
                lowering.node(Kind::Property(word), member.span, |lowering| {
                    if let Some(value) = &member.initializer {
                        lowering.expression(value);
                    }
                });
            }
        });
        self.stands_for(&enumeration.id, node);
    }
}

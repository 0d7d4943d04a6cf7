//! What clients may do with the rows of tables, role by role.

use super::page::{Ink, Page};
use super::summary::more;
use super::text::{fit, flow, width};
use crate::report::{Access, Report, RoleAccess};

/// Tables that are shown without `--full`: those first that let everyone do something.
const TABLES: usize = 8;

pub(super) fn draw(page: &mut Page, report: &Report) {
    let (open, kept): (Vec<_>, Vec<_>) = report.access.iter().partition(|table| is_open(table));
    if open.is_empty() && !page.style.full {
        return;
    }
    page.heading("Access", "   what clients may do with rows over the data API");
    let shown: Vec<_> = if page.style.full {
        open.iter().chain(&kept).copied().collect()
    } else {
        open.iter().take(TABLES).copied().collect()
    };
    for table in &shown {
        let name = fit(&table.table, page.width - 2, page.signs.more);
        let room = page.width.saturating_sub(2 + width(&name) + 3);
        let place = fit(&format!("{}:{}", table.path, table.line), room, page.signs.more);
        let line = page.line(2).add(&name).add("   ").ink(Ink::Quiet, &place);
        page.put(&line);
        let widest = table.roles.iter().map(|role| width(&role.role)).max().unwrap_or(0);
        for role in &table.roles {
            lines(page, role, widest);
        }
    }
    if !page.style.full {
        more(page, open.len() - shown.len(), "open table");
    }
}

/// Whether a role may do something with every row.
fn is_open(table: &Access) -> bool {
    table.roles.iter().any(|role| commands(role).iter().any(|(_, rows)| *rows == "everyone"))
}

fn commands(role: &RoleAccess) -> [(&'static str, &str); 4] {
    [("select", &role.select), ("insert", &role.insert), ("update", &role.update), ("delete", &role.delete)]
}

/// A role: commands that reach the same rows stand together.
fn lines(page: &mut Page, role: &RoleAccess, widest: usize) {
    let mut parts: Vec<(Vec<&str>, &str)> = Vec::new();
    for (command, rows) in commands(role) {
        match parts.iter_mut().find(|(_, same)| *same == rows) {
            Some((commands, _)) => commands.push(command),
            None => parts.push((vec![command], rows)),
        }
    }
    let items: Vec<String> =
        parts.iter().map(|(commands, rows)| format!("{} {rows}", commands.join(", "))).collect();
    let column = 4 + widest + 3;
    for (number, text) in flow(&items, page.signs.dot, page.width - column).into_iter().enumerate() {
        let name = if number == 0 { role.role.as_str() } else { "" };
        let text = fit(&text, page.width - column, page.signs.more);
        let line = page.line(4).add(name).to(column).add(&text);
        page.put(&line);
    }
}

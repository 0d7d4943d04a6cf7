//! What statements are lowered to: SQL in, a short line out.

mod queries;
mod relations;
mod rights;
mod routines;
mod show;

use show::show;

/// Every text gives its line.
fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, wanted)| (text, wanted, show(text)))
        .filter(|(_, wanted, got)| got != *wanted)
        .map(|(text, wanted, got)| format!("{text}\n  wanted {wanted}\n  got    {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Bodies that nest without end, close nothing or are no text of the language are kept unread.
#[test]
fn hostile_bodies_are_left_unread() {
    let bodies = [
        format!("begin {} end", "begin ".repeat(10_000)),
        format!("begin x := {}1{}; end", "(".repeat(10_000), ")".repeat(10_000)),
        format!("begin {} end", "(;".repeat(50_000)),
        format!("begin {} end", "if a then ".repeat(5_000)),
        "begin ".to_owned() + &"a := 'x'; ".repeat(40_000) + "end",
        "begin ".to_owned() + &"if a; end if; ".repeat(9_000) + "end",
        "this is no block".to_owned(),
        String::from("begin case"),
    ];
    for body in bodies {
        let line = show(&format!("do $x$ {body} $x$; select 1"));
        let lines: Vec<&str> = line.lines().collect();
        assert!(
            lines.len() == 2 && lines[0].starts_with("{Do language=plpgsql"),
            "{}",
            &line[..line.len().min(300)]
        );
    }
}

/// Many statements with `if exists` are no nesting.
#[test]
fn long_bodies_are_read() {
    let body = "create table if not exists t (a int); if a then null; end if; ".repeat(500);
    let line = show(&format!("do $x$ begin {body} end $x$"));
    assert_eq!(line.matches("CreateTable").count(), 500);
}

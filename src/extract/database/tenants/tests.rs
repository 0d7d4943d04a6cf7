use crate::extract::given::show;

#[test]
fn tables_of_tenants() {
    let members = "create table org (id uuid primary key);\n\
        create table users (id uuid primary key);\n\
        create table members (user_id uuid not null references users, org_id uuid not null references org);\n\
        create table projects (id uuid primary key, org_id uuid not null references org);\n";
    for (more, expected) in [
        // Three tables carry the key, and a table below them.
        (
            "create table bills (id uuid primary key, org_id uuid not null);\n\
             create table tasks (id uuid primary key, project_id uuid not null references projects);\n\
             create table words (id uuid primary key, text text);",
            vec![
                "public.members | org | org_id | 1",
                "public.projects | org | org_id | 1",
                "public.bills | org | org_id | 1",
                "public.tasks | org | project_id | 2",
            ],
        ),
        // Two do.
        ("create table tasks (id uuid primary key, project_id uuid not null references projects);", vec![]),
        // A key that a row may lack says nothing of what is below.
        (
            "create table bills (id uuid primary key, org_id uuid);\n\
             create table tasks (id uuid primary key, project_id uuid references projects);",
            vec![
                "public.members | org | org_id | 1",
                "public.projects | org | org_id | 1",
                "public.bills | org | org_id | 1",
            ],
        ),
    ] {
        let text = format!("{members}{more}");
        let files = [("db/migrations/001_init.up.sql", text.as_str())];
        let found = show("sql.tenant", &["table", "tenant", "key", "hops"], &files);
        assert_eq!(found, expected, "{more}");
    }
}

#[test]
fn teams_that_nobody_belongs_to_are_no_tenants() {
    let text = "create table teams (id uuid primary key);\n\
        create table games (id uuid primary key, team_id uuid not null references teams);\n\
        create table goals (id uuid primary key, team_id uuid not null references teams);\n\
        create table fouls (id uuid primary key, team_id uuid not null references teams);";
    assert!(show("sql.tenant", &["table"], &[("db/migrations/001_init.up.sql", text)]).is_empty());
}

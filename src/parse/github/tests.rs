use super::{action, expressions, workflow};
use crate::parse::yaml;

#[test]
fn events_are_read_in_all_three_ways() {
    for (text, expected) in [
        ("on: push\njobs: {}", &["push"][..]),
        ("on: [push, pull_request]", &["push", "pull_request"]),
        ("on:\n  push:\n    branches: [main]\n  workflow_dispatch:\n", &["push", "workflow_dispatch"]),
        ("jobs: {}", &[]),
    ] {
        let documents = yaml::parse(text).document;
        let workflow = workflow(&documents[0]).unwrap();
        let events: Vec<_> = workflow.triggers.iter().map(|trigger| trigger.event.as_str()).collect();
        assert_eq!(events, expected, "{text}");
    }
}

#[test]
fn a_matrix_is_the_product_with_its_additions() {
    let text = "jobs:\n  a:\n    strategy:\n      matrix:\n        os: [linux, mac]\n        node: [20, 22]\n        \
                exclude: [{ os: mac, node: 20 }]\n        include: [{ node: 22, slow: true }, { os: bsd }]\n";
    let documents = yaml::parse(text).document;
    let workflow = workflow(&documents[0]).unwrap();
    let show = |row: &Vec<(String, String)>| {
        row.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    let rows: Vec<_> = workflow.jobs[0].strategy.matrix.iter().map(show).collect();
    assert_eq!(
        rows,
        ["os=linux node=20", "os=linux node=22 slow=true", "os=mac node=22 slow=true", "os=bsd"]
    );
}

#[test]
fn jobs_and_steps() {
    let text = "on: push\npermissions: write-all\njobs:\n  call:\n    uses: ./.github/workflows/a.yml\n  build:\n    \
                runs-on: [self-hosted, x]\n    needs: call\n    environment: { name: prod }\n    timeout-minutes: 5\n    \
                continue-on-error: true\n    defaults: { run: { working-directory: web } }\n    services: { db: { image: p } }\n    \
                steps:\n      - uses: a/b@v1\n        with: { x: 1 }\n      - run: |\n          make\n        shell: bash\n";
    let documents = yaml::parse(text).document;
    let workflow = workflow(&documents[0]).unwrap();
    assert!(workflow.permissions.as_ref().is_some_and(super::Permissions::writes));
    let [call, build] = workflow.jobs.as_slice() else { panic!("two jobs") };
    assert_eq!(call.uses.and_then(|node| node.text()), Some("./.github/workflows/a.yml"));
    assert_eq!((build.runs_on.len(), build.needs.len(), build.services.len()), (2, 1, 1));
    assert_eq!(build.environment.as_deref(), Some("prod"));
    assert_eq!(build.timeout.as_deref(), Some("5"));
    assert_eq!(build.defaults.directory.as_ref().map(|(dir, _)| dir.as_str()), Some("web"));
    assert_eq!(build.steps[0].input("x").as_deref(), Some("1"));
    assert_eq!(build.steps[1].run.and_then(|node| node.text()), Some("make\n"));
}

#[test]
fn a_composite_action_has_steps() {
    let text = "name: x\nruns:\n  using: composite\n  steps:\n    - run: make\n      shell: bash\n";
    let documents = yaml::parse(text).document;
    let action = action(&documents[0]).unwrap();
    assert_eq!((action.using.as_str(), action.steps.len()), ("composite", 1));
}

#[test]
fn expressions_tell_what_their_result_can_hold() {
    for (text, expected) in [
        ("${{ github.head_ref }}", "github.head_ref"),
        ("a ${{ github.event.pull_request.title || 'none' }} b", "github.event.pull_request.title"),
        ("${{ github.head_ref == 'main' }}", ""),
        ("${{ contains(github.event.issue.title, 'x') && 'a' || 'b' }}", ""),
        ("${{ format('it''s {0}', github.event.comment.body) }}", "github.event.comment.body"),
        ("${{ github.event.commits[0].message }}", "github.event.commits.*.message"),
        ("${{ github.event['issue'].Title }}", "github.event.issue.title"),
        ("${{ !github.head_ref }}", ""),
        ("${{ github.head_ref && 'yes' }}", ""),
        ("${{ toJSON(github.event.*) }}", "github.event.*"),
        ("${{ ((((", ""),
        ("${{ % @ }}", ""),
        ("no ${ x }", ""),
    ] {
        let values: Vec<_> = expressions(text).into_iter().flat_map(|found| found.values).collect();
        assert_eq!(values.join(" "), expected, "{text}");
    }
}

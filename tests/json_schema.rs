//! The JSON contract: what is checked in is what the types say, and reports come back as they were written.

mod sample;

use golive::report::json;

const CHECKED_IN: &str = include_str!("../docs/report.schema.json");

#[test]
fn the_schema_in_docs_is_fresh() {
    assert_eq!(CHECKED_IN, json::schema(), "run `cargo run -- schema > docs/report.schema.json`");
}

#[test]
fn every_report_is_valid_and_comes_back_the_same() {
    let schema = serde_json::from_str(CHECKED_IN).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    for report in [sample::shop(), sample::clean(), sample::undecided(), sample::hostile(), sample::crowded()]
    {
        let text = json::render(&report);
        let value = serde_json::from_str(&text).expect("a report is JSON");
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
        assert_eq!(json::parse(&text).as_ref(), Ok(&report));
        assert_eq!(json::render(&json::parse(&text).expect("parsed")), text);
        assert!(text.ends_with("}\n"));
    }
}

#[test]
fn the_schema_refuses_what_the_contract_does_not_name() {
    let schema = serde_json::from_str(CHECKED_IN).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    let mut value = serde_json::to_value(sample::shop()).expect("a report is JSON");
    value["score"]["verdict"] = "maybe".into();
    assert!(!validator.is_valid(&value));
    value["score"]["verdict"] = "ready".into();
    assert!(validator.is_valid(&value));
    value["extra"] = 1.into();
    assert!(!validator.is_valid(&value));
}

use super::{Value, parse};

const SHOP: &str = r#"
// a shop
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
  schemas  = ["public", "audit"]
}

/// Who buys.
model User {
  id    Int     @id @default(autoincrement())
  email String? @unique(map: "users_email") @db.VarChar(255) // mail
  tags  String[]
  place Unsupported("point")?
  posts Post[]

  @@index([email, id(sort: Desc)], name: "by \"mail\"")
  @@map("users")
}

enum Role {
  ADMIN @map("admin")
  USER
}
"#;

#[test]
fn blocks_have_settings_fields_and_attributes() {
    let schema = parse(SHOP);
    let names: Vec<_> = schema.blocks.iter().map(|block| (&*block.keyword, &*block.name)).collect();
    assert_eq!(names, [("datasource", "db"), ("model", "User"), ("enum", "Role")]);
    let source = schema.source().unwrap();
    assert_eq!(source.setting("provider").and_then(Value::text), Some("postgresql"));
    let user = &schema.blocks[1];
    assert_eq!(user.span.of(SHOP), "model User");
    let fields: Vec<_> =
        user.fields.iter().map(|field| (&*field.name, &*field.of, field.list, field.optional)).collect();
    assert_eq!(
        fields,
        [
            ("id", "Int", false, false),
            ("email", "String", false, true),
            ("tags", "String", true, false),
            ("place", "Unsupported", false, true),
            ("posts", "Post", true, false),
        ]
    );
    let email = &user.fields[1];
    assert_eq!(email.span.of(SHOP), "email String? @unique(map: \"users_email\") @db.VarChar(255)");
    assert_eq!(email.attribute("unique").and_then(|a| a.argument("map")?.text()), Some("users_email"));
    let index = user.attribute("index").unwrap();
    assert_eq!(index.first().map(Value::names), Some(vec!["email", "id"]));
    assert_eq!(index.argument("name").and_then(Value::text), Some("by \"mail\""));
    let values: Vec<_> = schema.blocks[2].fields.iter().map(|field| &*field.name).collect();
    assert_eq!(values, ["ADMIN", "USER"]);
}

#[test]
fn what_is_broken_loses_itself_only() {
    let fields = |text: &str| {
        let schema = parse(text);
        let blocks = schema.blocks.iter().filter(|block| block.keyword == "model");
        blocks.map(|block| format!("{}: {}", block.name, block.fields.len())).collect::<Vec<_>>()
    };
    assert_eq!(fields("model A { id Int @id( }\nmodel B { id Int\n}"), ["A: 1", "B: 1"]);
    assert_eq!(
        fields("model A {\n id Int @map(\"open\n name String\n}\nmodel B {\n id Int\n}"),
        ["A: 1", "B: 1"]
    );
    assert_eq!(
        fields("model {}\nmodel C {\n id Int @default([[[[\n}\nmodel D {\n id Int\n}"),
        ["C: 1", "D: 1"]
    );
    assert_eq!(fields(&"model A { x Int @a(".repeat(50)), ["A: 1"]);
    assert_eq!(fields(&["model A {\n x Int @a(", &"[(".repeat(5000)].concat()), ["A: 1"]);
}

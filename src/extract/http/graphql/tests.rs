use super::find;
use crate::extract::given::show;
use crate::extract::http::shown::routes;

fn unnamed(files: &[(&str, &str)]) -> Vec<String> {
    routes(find, files)
}

#[test]
fn operations_of_resolver_maps() {
    let resolvers = r#"
import { authenticated } from "./auth";
const users = { users: () => [], me: authenticated((_, args, context) => context.user) };
export const resolvers = {
  Query: { ...users, status() { return "ok"; } },
  Mutation: { addUser: authenticated(async function add() {}) },
  Subscription: { added: { subscribe: function feed() {} } },
  User: { name: (user) => user.name },
};
"#;
    let auth = r#"
import jwt from "jsonwebtoken";
export const authenticated = (next) => (root, args, context) => {
  jwt.verify(context.token, process.env.SECRET);
  return next(root, args, context);
};
"#;
    let server = r#"
import { ApolloServer } from "@apollo/server";
import { resolvers } from "./resolvers";
const server = new ApolloServer({ typeDefs, resolvers });
"#;
    let files = [("src/server.ts", server), ("src/resolvers.ts", resolvers), ("src/auth.ts", auth)];
    let expected = [
        "QUERY users users []",
        "QUERY me  [authenticated=auth+token]",
        "QUERY status status []",
        "MUTATION addUser add [authenticated=auth+token]",
        "SUBSCRIPTION added feed []",
    ];
    assert_eq!(unnamed(&files), expected);
}

#[test]
fn classes_of_type_graphql() {
    let server = r#"
import { Authorized, Mutation, Query, Resolver, UseMiddleware, buildSchema } from "type-graphql";
@Resolver()
class Users {
  @Query(() => [User]) users() {}
  @Authorized("admin") @Mutation(() => User) remove() {}
}
export const schema = await buildSchema({ resolvers: [Users] });
"#;
    let expected = ["QUERY users users []", "MUTATION remove remove [Authorized=auth]"];
    assert_eq!(unnamed(&[("src/schema.ts", server)]), expected);
}

#[test]
fn what_limits_queries() {
    let apollo = |options: &str| {
        let text = format!(
            "import {{ ApolloServer }} from '@apollo/server'; import depthLimit from 'graphql-depth-limit';\n\
             import {{ ApolloArmor }} from '@escape.tech/graphql-armor'; const armor = new ApolloArmor();\n\
             const plugin = () => ({{ requestDidStart() {{ getComplexity(); }} }}); import {{ getComplexity }} from 'graphql-query-complexity';\n\
             new ApolloServer({options});"
        );
        show(
            "graphql.server",
            &["library", "limit", "introspection"],
            &[("package.json", "{}"), ("a.ts", &text)],
        )
    };
    for (options, limit, introspection) in [
        ("{ schema, validationRules: [depthLimit(5)] }", "graphql-depth-limit", ""),
        ("{ schema, ...armor.protect() }", "protect", ""),
        ("{ schema, plugins: [plugin()] }", "getComplexity", ""),
        ("{ schema, introspection: true }", "", "always"),
        ("{ schema, introspection: process.env.NODE_ENV !== 'production' }", "", "computed"),
        ("{ schema, introspection: false }", "", "never"),
    ] {
        assert_eq!(apollo(options), [format!("@apollo/server | {limit} | {introspection}")], "{options}");
    }
    let others = [
        ("import { createYoga } from 'graphql-yoga'; createYoga({ schema });", "graphql-yoga | "),
        (
            "import mercurius from 'mercurius'; app.register(mercurius, { schema, queryDepth: 7 });",
            "mercurius | queryDepth",
        ),
        (
            "import { GraphQLModule } from '@nestjs/graphql'; GraphQLModule.forRoot({ autoSchemaFile: true });",
            "@nestjs/graphql | ",
        ),
    ];
    for (text, expected) in others {
        let files = [("package.json", "{}"), ("a.ts", text)];
        assert_eq!(show("graphql.server", &["library", "limit"], &files), [expected], "{text}");
    }
}

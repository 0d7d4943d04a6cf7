use super::find;
use crate::extract::http::shown::routes;

/// The root module with one controller, and whatever else the files say.
const MAIN: (&str, &str) = (
    "src/main.ts",
    r#"
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";
async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  await app.listen(3000);
}
bootstrap();
"#,
);

const MODULE: (&str, &str) = (
    "src/app.module.ts",
    r#"
import { Module } from "@nestjs/common";
import { CatsController } from "./cats.controller";
@Module({ controllers: [CatsController] })
export class AppModule {}
"#,
);

fn controller(body: &str) -> String {
    format!(
        "import {{ All, Body, Controller, Get, Param, ParseIntPipe, Post, Query, SetMetadata, UseGuards, UseInterceptors, UsePipes, Version, applyDecorators, ValidationPipe }} from '@nestjs/common';\n\
         import {{ AuthGuard }} from '@nestjs/passport';\n\
         import {{ SkipThrottle, ThrottlerGuard }} from '@nestjs/throttler';\n{body}"
    )
}

fn cats(body: &str) -> Vec<String> {
    routes(find, &[MAIN, MODULE, ("src/cats.controller.ts", &controller(body))])
}

#[test]
fn controllers_and_their_handlers() {
    for (body, expected) in [
        (
            "@Controller('cats') export class CatsController { @Get() all() {} @Post(':id/feed') feed() {} helper() {} }",
            vec!["GET /cats all []", "POST /cats/:id/feed feed []"],
        ),
        (
            "@Controller({ path: 'cats' }) export class CatsController { @Get(['a', '/b/']) list() {} @All('*') any() {} }",
            vec!["GET /cats/a list []", "GET /cats/b list []", "ALL /cats/* any []"],
        ),
        (
            "@Controller() export class CatsController { @Get() root() {} @Get(':id(\\\\d+)') one() {} }",
            vec!["GET / root []", "GET /:id one []"],
        ),
        (
            "const P = { base: 'cats' }; enum Paths { Feed = 'feed' } @Controller(P.base) export class CatsController { @Post(Paths.Feed) feed() {} }",
            vec!["POST /cats/feed feed []"],
        ),
        ("@Controller(process.env.BASE) export class CatsController { @Get() a() {} }", vec!["GET ? a []"]),
        (
            "class Base { @Get('list') list() {} } @Controller('cats') export class CatsController extends Base { @Post() add() {} }",
            vec!["POST /cats add []", "GET /cats/list list []"],
        ),
    ] {
        assert_eq!(cats(body), expected, "{body}");
    }
}

#[test]
fn guards_in_the_order_of_the_framework() {
    for (body, expected) in [
        (
            "class Owner { canActivate() { throw new UnauthorizedException() } }
             @UseGuards(Owner) @Controller() export class CatsController { @UseInterceptors(Log) @UseGuards(Role) @Get() a() {} }
             class Log { intercept() {} } class Role { canActivate() { throw new ForbiddenException() } }",
            "GET / a [Owner=auth, Role=rbac, Log]",
        ),
        (
            "const Auth = (...roles) => applyDecorators(SetMetadata('roles', roles), UseGuards(Owner));
             class Owner { canActivate() { throw new UnauthorizedException() } }
             @Controller() export class CatsController { @Auth('admin') @Get() a() {} }",
            "GET / a [Owner=auth]",
        ),
        (
            "@Controller() @UseGuards(AuthGuard('jwt')) export class CatsController { @Get() a() {} }",
            "GET / a [AuthGuard=auth]",
        ),
        (
            "class Jwt extends AuthGuard('jwt') {} class Mine extends Jwt {}
             @Controller() export class CatsController { @UseGuards(Mine) @Get() a() {} }",
            "GET / a [Mine=auth]",
        ),
        // Who is unknown passes.
        (
            "class Maybe extends AuthGuard('jwt') { handleRequest(error, user) { return user } }
             @Controller() export class CatsController { @UseGuards(Maybe) @Get() a() {} }",
            "GET / a [Maybe]",
        ),
    ] {
        assert_eq!(cats(body), [expected], "{body}");
    }
}

#[test]
fn throttlers_are_left_out_by_name() {
    for (body, expected) in [
        (
            "@UseGuards(ThrottlerGuard) @Controller() export class CatsController { @Get() a() {} }",
            "GET / a [ThrottlerGuard=rate-limit]",
        ),
        (
            "@UseGuards(ThrottlerGuard) @Controller() export class CatsController { @SkipThrottle() @Get() a() {} }",
            "GET / a []",
        ),
        (
            "@UseGuards(ThrottlerGuard) @SkipThrottle() @Controller() export class CatsController { @SkipThrottle({ default: false }) @Get() a() {} }",
            "GET / a [ThrottlerGuard=rate-limit]",
        ),
        // One of several throttlers is left out, the others stay.
        (
            "@UseGuards(ThrottlerGuard) @Controller() export class CatsController { @SkipThrottle({ 'ai-chat': true }) @Get() a() {} }",
            "GET / a [ThrottlerGuard=rate-limit]",
        ),
        (
            "const CHAT = 'ai-chat'; @SkipThrottle({ [CHAT]: true }) @UseGuards(ThrottlerGuard) @Controller() export class CatsController { @Get() a() {} }",
            "GET / a [ThrottlerGuard=rate-limit]",
        ),
        (
            "@UseGuards(ThrottlerGuard) @Controller() export class CatsController { @SkipThrottle({ chat: true, default: true }) @Get() a() {} }",
            "GET / a []",
        ),
        (
            "@UseGuards(ThrottlerGuard) @Controller() export class CatsController { @SkipThrottle({}) @Get() a() {} }",
            "GET / a []",
        ),
    ] {
        assert_eq!(cats(body), [expected], "{body}");
    }
}

#[test]
fn pipes_hold_what_has_validators() {
    let dto = "import { IsString } from 'class-validator'; class Dto { @IsString() name: string; } class Half extends Partial(Dto) {} class Plain { name: string }";
    for (handler, expected) in [
        ("a(@Body() dto: Dto) {}", "POST / a [ValidationPipe=validation]"),
        ("a(@Body() dto: Half) {}", "POST / a [ValidationPipe=validation]"),
        ("a(@Body() dto: Plain) {}", "POST / a []"),
        ("a(@Body() dto: any) {}", "POST / a []"),
        ("a(@Body('name') name: string) {}", "POST / a []"),
        ("a() {}", "POST / a [ValidationPipe=validation]"),
        ("a(@Query() query: Dto) {}", "POST / a [ValidationPipe=validation]"),
        (
            "a(@Param('id', ParseIntPipe) id: number) {}",
            "POST / a [ValidationPipe=validation, ParseIntPipe=validation]",
        ),
    ] {
        let body = format!(
            "{dto} @Controller() @UsePipes(new ValidationPipe()) export class CatsController {{ @Post() {handler} }}"
        );
        assert_eq!(cats(&body), [expected], "{handler}");
    }
}

/// A guard for all routes that asks for metadata in this way.
fn with_global_guard(can_activate: &str, route: &str) -> Vec<String> {
    let module = r#"
import { Module } from "@nestjs/common";
import { APP_GUARD } from "@nestjs/core";
import { CatsController } from "./cats.controller";
import { Jwt } from "./jwt.guard";
@Module({ controllers: [CatsController], providers: [{ provide: APP_GUARD, useClass: Jwt }] })
export class AppModule {}
"#;
    let guard = format!(
        r#"
import {{ AuthGuard }} from "@nestjs/passport";
export const PUBLIC = "isPublic";
export class Jwt extends AuthGuard("jwt") {{
  constructor(private reflector: Reflector) {{ super(); }}
  canActivate(context) {{ {can_activate} }}
}}
"#
    );
    let decorators = r#"
import { SetMetadata } from "@nestjs/common";
import { PUBLIC } from "./jwt.guard";
export const Public = () => SetMetadata(PUBLIC, true);
"#;
    let body = format!(
        "import {{ Public }} from './public'; @Controller() export class CatsController {{ @Get() {route} a() {{}} }}"
    );
    let files = [
        MAIN,
        ("src/app.module.ts", module),
        ("src/jwt.guard.ts", &guard),
        ("src/public.ts", decorators),
        ("src/cats.controller.ts", &controller(&body)),
    ];
    routes(find, &files)
}

#[test]
fn metadata_that_a_guard_for_all_asks_for() {
    let read =
        "const is = this.reflector.getAllAndOverride(PUBLIC, [context.getHandler(), context.getClass()]);";
    for (decision, public, other) in [
        ("if (is) { return true; } return super.canActivate(context);", false, true),
        ("if (is === true) return true; return super.canActivate(context);", false, true),
        ("return is || super.canActivate(context);", false, true),
        ("return is ? true : super.canActivate(context);", false, true),
        ("if (!is) { return super.canActivate(context); } return true;", false, true),
        ("if (!is) return true; return super.canActivate(context);", true, false),
        ("if (is == null) return true; return super.canActivate(context);", true, false),
        ("log(is); return super.canActivate(context);", true, true),
    ] {
        let can_activate = format!("{read} {decision}");
        let of = |holds: bool| vec![format!("GET / a [{}]", if holds { "Jwt=auth" } else { "" })];
        assert_eq!(with_global_guard(&can_activate, "@Public()"), of(public), "with it: {decision}");
        assert_eq!(with_global_guard(&can_activate, ""), of(other), "without it: {decision}");
    }
}

#[test]
fn what_an_application_is_told() {
    let app = |told: &str| {
        let listens = if told.contains("listen") { "" } else { "await app.listen(1);" };
        let main = format!(
            r#"
import {{ NestFactory }} from "@nestjs/core";
import {{ VersioningType }} from "@nestjs/common";
import helmet from "helmet";
import {{ AppModule }} from "./app.module";
async function bootstrap() {{
  const app = await NestFactory.create(AppModule);
  {told}; {listens}
}}
bootstrap();
"#
        );
        let body = "@Controller('cats') export class CatsController { @Get() a() {} @Version('2') @Get('b') b() {} }";
        routes(find, &[("src/main.ts", &main), MODULE, ("src/cats.controller.ts", &controller(body))])
    };
    for (told, expected) in [
        (
            "app.use(helmet()); await app.listen(1)",
            ["GET /cats a [helmet=security-headers]", "GET /cats/b b [helmet=security-headers]"],
        ),
        ("await app.listen(1); app.use(helmet());", ["GET /cats a []", "GET /cats/b b []"]),
        ("app.setGlobalPrefix('api')", ["GET /api/cats a []", "GET /api/cats/b b []"]),
        ("app.setGlobalPrefix('api', { exclude: ['cats'] })", ["GET /cats a []", "GET /api/cats/b b []"]),
        ("app.setGlobalPrefix(config.prefix)", ["GET /:prefix/cats a []", "GET /:prefix/cats/b b []"]),
        ("app.enableVersioning()", ["GET /cats a []", "GET /v2/cats/b b []"]),
        (
            "app.setGlobalPrefix('api'); app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' })",
            ["GET /api/v1/cats a []", "GET /api/v2/cats/b b []"],
        ),
        (
            "app.enableVersioning({ type: VersioningType.HEADER, header: 'v' })",
            ["GET /cats a []", "GET /cats/b b []"],
        ),
        ("app.enableCors()", ["GET /cats a [enableCors=cors]", "GET /cats/b b [enableCors=cors]"]),
        ("app.use('/cats/b', helmet())", ["GET /cats a []", "GET /cats/b b [helmet=security-headers]"]),
        (
            "setup(app); function setup(server) { server.use(helmet()) }",
            ["GET /cats a [helmet=security-headers]", "GET /cats/b b [helmet=security-headers]"],
        ),
        (
            "app.useGlobalGuards(new Guard()); class Guard { canActivate() { throw new UnauthorizedException() } }",
            ["GET /cats a [Guard=auth]", "GET /cats/b b [Guard=auth]"],
        ),
    ] {
        assert_eq!(app(told), expected, "{told}");
    }
}

#[test]
fn modules_that_the_root_reaches() {
    let files = |root: &str| {
        let module = format!(
            r#"
import {{ Module, forwardRef }} from "@nestjs/common";
import {{ RouterModule }} from "@nestjs/core";
import {{ CatsController }} from "./cats.controller";
@Module({{ controllers: [CatsController] }}) class Cats {{ static forRoot() {{ return {{ module: Cats, controllers: [Dogs] }}; }} }}
@Controller("lost") class Lost {{ @Get() lost() {{}} }}
@Module({{ controllers: [Lost] }}) class Unused {{}}
import {{ Controller, Get }} from "@nestjs/common";
@Controller("dogs") class Dogs {{ @Get() dogs() {{}} }}
{root}
"#
        );
        let body = "@Controller('cats') export class CatsController { @Get() a() {} }";
        routes(find, &[MAIN, ("src/app.module.ts", &module), ("src/cats.controller.ts", &controller(body))])
    };
    for (root, expected) in [
        ("@Module({ imports: [Cats] }) export class AppModule {}", vec!["GET /cats a []"]),
        ("@Module({ imports: [forwardRef(() => Cats)] }) export class AppModule {}", vec!["GET /cats a []"]),
        (
            "const parts = { imports: [Cats] }; @Module({ ...parts, imports: [...parts.imports] }) export class AppModule {}",
            vec!["GET /cats a []"],
        ),
        (
            "@Module({ imports: [Cats.forRoot()] }) export class AppModule {}",
            vec!["GET /cats a []", "GET /dogs dogs []"],
        ),
        (
            "const all = [Cats]; if (x) all.push(Unused); @Module({ imports: all }) export class AppModule {}",
            vec!["GET /cats a []", "GET /lost lost []"],
        ),
        (
            "const more = () => { const all = []; all.push(Unused); return all; }; @Module({ imports: [Cats].concat(more()) }) export class AppModule {}",
            vec!["GET /cats a []", "GET /lost lost []"],
        ),
        (
            "@Module({ imports: [Cats, RouterModule.register([{ path: 'v1', children: [{ path: 'zoo', module: Cats }] }])] }) export class AppModule {}",
            vec!["GET /v1/zoo/cats a []"],
        ),
        (
            "@Module({ imports: [...(dev ? [Unused] : [])] }) export class AppModule {}",
            vec!["GET /lost lost []"],
        ),
        ("@Module({}) export class AppModule {}", vec![]),
    ] {
        assert_eq!(files(root), expected, "{root}");
    }
}

#[test]
fn middlewares_of_modules() {
    let files = |configure: &str| {
        let module = format!(
            r#"
import {{ Module, RequestMethod }} from "@nestjs/common";
import {{ CatsController }} from "./cats.controller";
class Known {{ use(req, res, next) {{ throw new UnauthorizedException(); }} }}
@Module({{ controllers: [CatsController] }})
export class AppModule {{ configure(consumer) {{ consumer.apply(Known){configure}; }} }}
"#
        );
        let body = "@Controller('cats') export class CatsController { @Get() a() {} @Post(':id') b() {} }";
        routes(find, &[MAIN, ("src/app.module.ts", &module), ("src/cats.controller.ts", &controller(body))])
    };
    for (configure, first, second) in [
        (".forRoutes('*')", true, true),
        (".forRoutes(CatsController)", true, true),
        (".forRoutes('dogs')", false, false),
        (".forRoutes({ path: 'cats', method: RequestMethod.GET })", true, false),
        (".forRoutes({ path: 'cats/:id', method: RequestMethod.ALL })", false, true),
        (".exclude('cats').forRoutes('*')", false, true),
        (".exclude({ path: 'cats/:id', method: RequestMethod.POST }).forRoutes(CatsController)", true, false),
        ("", false, false),
    ] {
        let guard = |holds: bool| if holds { "Known=auth" } else { "" };
        let expected =
            [format!("GET /cats a [{}]", guard(first)), format!("POST /cats/:id b [{}]", guard(second))];
        assert_eq!(files(configure), expected, "{configure}");
    }
}

#[test]
fn resolvers() {
    let module = r#"
import { Module } from "@nestjs/common";
import { Args, Mutation, Query, Resolver } from "@nestjs/graphql";
import { UseGuards } from "@nestjs/common";
import { AuthGuard } from "@nestjs/passport";
@Resolver(() => Cat)
class Cats {
  @Query(() => [Cat]) cats() {}
  @UseGuards(AuthGuard("jwt")) @Mutation(() => Cat, { name: "addCat" }) add() {}
}
@Module({ providers: [Cats] })
export class AppModule {}
"#;
    let expected = ["QUERY cats cats []", "MUTATION addCat add [AuthGuard=auth]"];
    assert_eq!(routes(find, &[MAIN, ("src/app.module.ts", module)]), expected);
}

#[test]
fn a_module_that_two_applications_load_answers_in_the_larger() {
    let main = r#"
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";
async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  app.setGlobalPrefix("api");
  app.useGlobalGuards(new Known());
  await app.listen(3000);
}
class Known { canActivate() { throw new UnauthorizedException(); } }
bootstrap();
"#;
    let worker = r#"
import { NestFactory } from "@nestjs/core";
import { WorkerModule } from "./worker.module";
async function bootstrap() { const app = await NestFactory.create(WorkerModule); await app.listen(3001); }
bootstrap();
"#;
    let module = |name: &str, controllers: &str| {
        format!(
            "import {{ Module }} from '@nestjs/common'; import {{ SharedModule, Cats, Dogs, Jobs }} from './shared';
             @Module({{ imports: [SharedModule], controllers: [{controllers}] }}) export class {name} {{}}"
        )
    };
    let shared = "import { Controller, Get, Module, Post } from '@nestjs/common';
        @Controller('cats') export class Cats { @Get() all() {} }
        @Controller('jobs') export class Jobs { @Get() jobs() {} }
        @Controller('notes') class Notes { @Post() add() {} @Post('old') old() {} }
        @Controller('dogs') export class Dogs { @Get() dogs() {} }
        @Module({ controllers: [Notes] }) export class SharedModule {}";
    let (app, second) = (module("AppModule", "Cats, Dogs"), module("WorkerModule", "Jobs"));
    let files = [
        ("src/a-worker.ts", worker),
        ("src/main.ts", main),
        ("src/app.module.ts", app.as_str()),
        ("src/worker.module.ts", second.as_str()),
        ("src/shared.ts", shared),
    ];
    let expected = [
        "GET /api/cats all [Known=auth]",
        "GET /api/dogs dogs [Known=auth]",
        "POST /api/notes add [Known=auth]",
        "POST /api/notes/old old [Known=auth]",
        "GET /jobs jobs []",
    ];
    let mut found = routes(find, &files);
    found.sort_by_key(|line| line.split(' ').nth(1).map(str::to_owned));
    assert_eq!(found, expected);
}

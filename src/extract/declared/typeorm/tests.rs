use crate::extract::declared::tests::shown;

const MIGRATION: &str = "import { MigrationInterface, QueryRunner } from 'typeorm'
    export class Init1700000000000 implements MigrationInterface {
      public async up(queryRunner: QueryRunner) { await queryRunner.query('create table a (id int)') }
      public async down(queryRunner: QueryRunner) {}
    }";

const HEAD: &str = "import { Entity, ChildEntity, Column, PrimaryColumn, PrimaryGeneratedColumn, ManyToOne, OneToOne, OneToMany, \
    ManyToMany, JoinColumn, JoinTable, Index, TableInheritance, BaseEntity } from 'typeorm'\n";

/// What the classes of one module declare, beside the modules of a data source.
fn declared(source: &str, text: &str) -> Vec<String> {
    let text = [HEAD, text].concat();
    shown(&[
        ("package.json", r#"{"dependencies": {"typeorm": "^0.3.0", "pg": "^8.0.0"}}"#),
        ("src/migrations/1700000000000-init.ts", MIGRATION),
        ("src/data-source.ts", source),
        ("src/entities/one.entity.ts", &text),
    ])
}

fn check(source: &str, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let expected: Vec<_> =
            (!expected.is_empty()).then(|| format!("src/migrations: {expected}")).into_iter().collect();
        assert_eq!(declared(source, text), expected, "{text}");
    }
}

#[test]
fn entities_have_the_names_that_decorators_give_them() {
    check(
        "",
        &[
            (
                "@Entity() class UserProfile { @PrimaryGeneratedColumn() id: number; name: string }",
                "user_profile(id)",
            ),
            (
                "@Entity('users') class User { @Column('varchar', { name: 'e_mail', unique: true }) mail: string }",
                "users(e_mail) =e_mail",
            ),
            (
                "@Entity({ name: 'users' }) class User { @Index() @Column({ type: String }) firstName: string }",
                "users(firstName)",
            ),
            (
                "@Entity('users') class User { @Column({ name: PREFIX + 'x' }) x: string; @Column(options) y: string }",
                "users()?",
            ),
            ("@Entity('users') class User extends Base {} class Base { @Column() id: number }", "users(id)"),
            ("@Entity('users') class User extends BaseEntity { @Column() id: number }", "users(id)"),
            ("@Entity('users') class User extends Audited(Base) { @Column() id: number }", "users(id)?"),
            ("const Own = () => Column(); @Entity('users') class User { @Own() id: number }", "users()?"),
            ("@Entity('seen', { synchronize: false }) class Seen { @Column() id: number }", ""),
            ("@Entity(TABLE + process.env.X) class Seen { @Column() id: number }", ""),
            (
                "@Entity() @TableInheritance({ column: { name: 'kind' } }) class Pet { @Column() id: number }
                 @ChildEntity() class Dog extends Pet { @Column() size: number }",
                "pet(kind id size)?",
            ),
        ],
    );
}

#[test]
fn relations_and_embedded_classes_are_columns_too() {
    let team =
        "@Entity('teams') class Team { @PrimaryGeneratedColumn('uuid', { name: 'team_id' }) id: string }\n";
    for (class, expected) in [
        ("@ManyToOne(() => Team) team: Team", "teams(team_id), users(teamId)"),
        ("@OneToOne(() => Team) team: Team", "teams(team_id)"),
        ("@OneToOne(() => Team) @JoinColumn({ name: 'own' }) team: Team", "teams(team_id), users(own)"),
        ("@ManyToOne('Team') team: Team", "teams(team_id), users()?"),
        ("@OneToMany(() => Team, (team) => team.user) teams: Team[]", "teams(team_id)"),
        (
            "@PrimaryGeneratedColumn() id: number; @ManyToMany(() => Team) @JoinTable() teams: Team[]",
            "teams(team_id), users(id), users_teams_teams(usersId teamsTeamId)?",
        ),
        (
            "@PrimaryColumn() id: number; @ManyToMany(() => Team) @JoinTable({ name: 'members', joinColumn: { name: 'user' }, inverseJoinColumn: { name: 'team' } }) teams: Team[]",
            "members(user team)?, teams(team_id), users(id)",
        ),
        (
            "@PrimaryGeneratedColumn() id: number; @ManyToMany(() => User) @JoinTable() friends: User[]",
            "teams(team_id), users(id), users_friends_users(usersId_1 usersId_2)?",
        ),
        ("@Column(() => Name) name: Name", "teams(team_id), users(nameFirst)"),
        ("@Column(() => Name, { prefix: false }) name: Name", "teams(team_id), users(first)"),
    ] {
        let text = format!(
            "{team}class Name {{ @Column() first: string }}\n@Entity('users') class User {{ {class} }}"
        );
        check("", &[(&text, expected)]);
    }
}

#[test]
fn a_strategy_makes_the_names_that_nothing_gives() {
    let class = "@Entity() class UserProfile { @Column() firstName: string; @Column({ name: 'mail' }) eMail: string }";
    for (source, expected) in [
        (
            "import { SnakeNamingStrategy } from 'typeorm-naming-strategies'
             export default new DataSource({ namingStrategy: new SnakeNamingStrategy() })",
            "user_profile(first_name mail)",
        ),
        ("export default new DataSource({ namingStrategy: new Own() })", ""),
        ("export default new DataSource({ entityPrefix: 'app_' })", ""),
    ] {
        check(source, &[(class, expected)]);
    }
}

use crate::extract::declared::tests::shown;

const REVISION: &str = "revision = 'a'\ndown_revision = None\n\ndef upgrade():\n    pass\n";
const HEAD: &str = "from sqlalchemy import Column, Integer, Table\nfrom sqlalchemy.orm import Mapped, mapped_column, relationship, DeclarativeBase\nclass Base(DeclarativeBase):\n    pass\n\n";

/// What a module of models declares, beside other modules.
fn declared(models: &str, others: &[(&str, &str)]) -> Vec<String> {
    let models = [HEAD, models].concat();
    let own = [
        ("alembic.ini", "[alembic]\nscript_location = alembic\n"),
        ("alembic/env.py", "from app.models import Base\n"),
        ("alembic/versions/a.py", REVISION),
        ("app/models.py", models.as_str()),
    ];
    shown(&[&own, others].concat())
}

#[test]
fn classes_have_tables_and_columns() {
    for (models, expected) in [
        (
            "class User(Base):\n    __tablename__ = 'users'\n    id = Column(Integer, primary_key=True)\n    mail: Mapped[str] = mapped_column(\n        'e_mail', unique=True)\n    name: Mapped[str]\n    posts: Mapped[list['Post']] = relationship()\n    KIND = 3\n\n    def x(self):\n        y = Column(Integer)\n",
            "users(id e_mail name) =e_mail",
        ),
        (
            "class Timed:\n    at: Mapped[str] = mapped_column(name='made_at')\n\nclass User(Timed, Base):\n    __tablename__ = 'users'\n    __table_args__ = (UniqueConstraint('a', 'b'), {'schema': 'x'})\n    a = Column(Integer)\n\n    @declared_attr\n    def b(cls):\n        return Column(Integer)\n\n    @declared_attr\n    def c(cls):\n        return relationship('C')\n",
            "users(a b made_at) =a+b",
        ),
        (
            "class Pet(Base):\n    __tablename__ = 'pets'\n    id = Column(Integer)\n\nclass Dog(Pet):\n    size = Column(Integer)\n\nclass Cat(Pet):\n    __tablename__ = 'cats'\n    id = Column(Integer)\n",
            "cats(id), pets(id size)?",
        ),
        ("class User(Base):\n    __tablename__ = PREFIX + 'users'\n    id = Column(Integer)\n", ""),
        (
            "class User(Base):\n    __tablename__ = 'users'\n    __table_args__ = {'info': {'is_view': True}}\n    id = Column(Integer)\n",
            "",
        ),
        ("class User(Base):\n    __abstract__ = True\n    id = Column(Integer)\n", ""),
        (
            "class User(Base):\n    __tablename__ = 'users'\n    id: Mapped[int] = key()\n    a = Column(*given)\n",
            "users()?",
        ),
        (
            "class Named:\n    @declared_attr\n    def __tablename__(cls):\n        return cls.__name__.lower()\n\nclass UserRole(Named, Base):\n    id = Column(Integer)\n",
            "userrole(id)",
        ),
        ("class UserRole(db.Model):\n    id = db.Column(db.Integer)\n", "user_role(id)"),
        (
            "members = Table('members', Base.metadata, Column('user', ForeignKey('users.id')), Column('team', Integer))\n",
            "members(user team)",
        ),
    ] {
        let expected: Vec<_> =
            (!expected.is_empty()).then(|| format!("alembic/versions: {expected}")).into_iter().collect();
        assert_eq!(declared(models, &[]), expected, "{models}");
    }
}

#[test]
fn classes_of_sqlmodel_have_a_column_for_each_type() {
    let models = "from sqlmodel import Field, Relationship, SQLModel\nclass UserBase(SQLModel):\n    mail: str = Field(unique=True)\n    active: bool = True\n\nclass UserIn(UserBase):\n    password: str\n\nclass User(UserBase, table=True):\n    id: int = Field(primary_key=True)\n    items: list['Item'] = Relationship()\n    hash: str\n";
    assert_eq!(declared(models, &[]), ["alembic/versions: user(id hash mail active) =mail"]);
}

#[test]
fn modules_that_none_asks_for_are_left_over() {
    let left =
        "from app.models import Base\nclass Left(Base):\n    __tablename__ = 'left'\n    id = Column()\n";
    let own = "class User(Base):\n    __tablename__ = 'users'\n    id = Column(Integer)\n";
    assert_eq!(declared(own, &[("app/rest.py", left)]), ["alembic/versions: users(id)"]);
}

use crate::extract::declared::tests::shown;

const MIGRATION: &str =
    "from django.db import migrations\n\nclass Migration(migrations.Migration):\n    operations = []\n";

/// What modules of an application declare.
fn declared(models: &str, others: &[(&str, &str)]) -> Vec<String> {
    let models = ["from django.db import models\n", models].concat();
    let own = [
        ("manage.py", ""),
        ("shop/fields.py", "from django.db import models\n\nclass Number(models.IntegerField):\n    pass\n"),
        ("shop/migrations/0001_initial.py", MIGRATION),
        ("shop/models.py", models.as_str()),
    ];
    shown(&[&own, others].concat())
}

#[test]
fn models_have_tables_and_columns() {
    for (models, expected) in [
        (
            "class Order(models.Model):\n    total = models.DecimalField(max_digits=8)\n    user = models.ForeignKey(\n        'auth.User', models.CASCADE\n    )\n    code = models.SlugField(unique=True)\n    objects = models.Manager()\n    MAX = 3\n\n    def save(self):\n        x = models.TextField()\n",
            "shop_order(total user_id code id) =code",
        ),
        (
            "class Order(models.Model):\n    class Meta:\n        db_table = 'orders'\n\n    key: str = models.CharField(primary_key=True, db_column='k')\n",
            "orders(k)",
        ),
        ("class Order(models.Model):\n    class Meta:\n        db_table = PREFIX + 'orders'\n", ""),
        ("class Order(models.Model):\n    class Meta:\n        managed = False\n", ""),
        ("class Order(models.Model):\n    class Meta:\n        app_label = 'other'\n", ""),
        (
            "class Base(models.Model):\n    at = models.DateTimeField()\n    by = models.TextField()\n\n    class Meta:\n        abstract = True\n\nclass Order(Base):\n    by = None\n\nclass Old(Order):\n    class Meta:\n        proxy = True\n\nclass Paid(Order):\n    sum = models.IntegerField()\n",
            "shop_order(at id), shop_paid(sum)?",
        ),
        (
            "class Tag(models.Model):\n    pass\n\nclass Order(models.Model):\n    tags = models.ManyToManyField(Tag)\n    near = models.ManyToManyField('self')\n    by = models.ManyToManyField('auth.User', through='Seen')\n",
            "shop_order(id), shop_order_near(from_order_id to_order_id)?, shop_order_tags(order_id tag_id)?, shop_tag(id)",
        ),
        ("class Order(models.Model):\n    if models:\n        a = models.TextField()\n", "shop_order()?"),
        (
            "from x import Sized\nclass Order(Sized, models.Model):\n    a = models.TextField()\n",
            "shop_order(a)?",
        ),
        ("from x import OwnField\nclass Order(models.Model):\n    a = OwnField()\n", "shop_order()?"),
        (
            "class OwnField(models.TextField):\n    pass\n\nclass Order(models.Model):\n    a = OwnField()\n",
            "shop_order(a id)",
        ),
        (
            "from .fields import Number\nclass Kind(models.TextChoices):\n    A = 'a'\n\nclass Own(models.Manager):\n    pass\n\nclass Order(models.Model):\n    a = models.JSONField[list](default=list)\n    b = Number()\n",
            "shop_order(a b id)",
        ),
        ("from django import forms\nclass Order(forms.Form):\n    a = forms.CharField()\n", ""),
    ] {
        let expected: Vec<_> = (!expected.is_empty()).then(|| format!(": {expected}")).into_iter().collect();
        assert_eq!(declared(models, &[]), expected, "{models}");
    }
}

#[test]
fn classes_stand_in_other_modules() {
    let models = "from core.bases import Timed as Base\n\nclass Order(Base):\n    a = models.TextField()\n";
    let bases = "from django.db import models\n\nclass Timed(models.Model):\n    at = models.DateTimeField()\n\n    class Meta:\n        abstract = True\n";
    let alone = "from django.db import models\n\nclass Left(models.Model):\n    pass\n";
    let others = [("core/bases.py", bases), ("shop/left.py", alone), ("shop/tests/models.py", alone)];
    assert_eq!(declared(models, &others), [": shop_order(a at id)"]);
}

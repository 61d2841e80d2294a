import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("roster", "0002_indexes_that_are_used"),
    ]

    operations = [
        migrations.AlterField(
            model_name="enrollment",
            name="district",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="roster.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="outsideidentifier",
            name="district",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="roster.organisation",
            ),
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models

from milepost.evidence.append_only import protect, unprotect


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("evidence", "0002_append_only"),
        ("roster", "0001_initial"),
    ]

    operations = [
        # SQLite remakes a table that is altered, and a table made anew has no triggers.
        migrations.RunPython(unprotect, protect),
        migrations.AlterField(
            "observation",
            "batch",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.importrun",
            ),
        ),
        migrations.AlterField(
            "observation",
            "district",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="roster.organisation",
            ),
        ),
        migrations.AlterField(
            "observation",
            "voids",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="voided_by",
                to="evidence.observation",
            ),
        ),
        migrations.AddConstraint(
            "observation",
            models.UniqueConstraint(
                condition=models.Q(("voids__isnull", False)),
                fields=("voids",),
                name="voided_once",
            ),
        ),
        migrations.RunPython(protect, unprotect),
    ]

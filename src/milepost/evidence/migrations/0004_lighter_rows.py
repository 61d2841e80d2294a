import django.db.models.deletion
from django.db import migrations, models

from milepost.evidence.append_only import protect, unprotect


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("evidence", "0003_fewer_indexes"),
        ("roster", "0001_initial"),
    ]

    operations = [
        # SQLite remakes a table that is altered, and a table made anew has no triggers.
        migrations.RunPython(unprotect, protect),
        migrations.RemoveIndex("observation", "evidence_ob_learner_3ee60f_idx"),
        migrations.AlterField(
            "observation",
            "batch",
            models.ForeignKey(
                db_constraint=False,
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
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="roster.organisation",
            ),
        ),
        migrations.AddIndex(
            "observation",
            models.Index(fields=["learner", "occurred_at"], name="evidence_ob_learner_c6d2f4_idx"),
        ),
        migrations.RunPython(protect, unprotect),
        migrations.CreateModel(
            "MonthGiven",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "learner",
                        "month",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("learner", models.UUIDField()),
                (
                    "month",
                    models.DateField(help_text="Its first day, in the district's time zone."),
                ),
                (
                    "milliseconds",
                    models.BigIntegerField(help_text="Time known; whole, so that sums are exact."),
                ),
                (
                    "pieces",
                    models.IntegerField(help_text="Pieces of evidence, taken back ones left out."),
                ),
                ("timed", models.IntegerField(help_text="Pieces whose time is known.")),
            ],
        ),
    ]

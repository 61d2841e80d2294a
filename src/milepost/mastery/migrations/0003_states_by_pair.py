import django.db.models.deletion
from django.db import migrations, models

COLUMNS = (
    "learner, competency_id, district_id, mean, variance, first_at, last_at, pieces, needs, met_at"
)


def take_over(apps, schema_editor):
    """Carry the states over: without them every page would be empty until the next fold."""
    carry(schema_editor, "mastery_oldstate", "mastery_state")


def give_back(apps, schema_editor):
    carry(schema_editor, "mastery_state", "mastery_oldstate")


def carry(schema_editor, origin, destination):
    schema_editor.execute(
        f"INSERT INTO {destination} ({COLUMNS}) SELECT {COLUMNS} FROM {origin}"  # noqa: S608
        " ORDER BY learner, competency_id"
    )


class Migration(migrations.Migration):
    """A primary key cannot be altered into a composite one, so the table is made anew."""

    dependencies = [
        ("mastery", "0002_initial"),
        ("purpose", "0001_initial"),
        ("roster", "0001_initial"),
    ]

    operations = [
        migrations.RenameModel("State", "OldState"),
        migrations.CreateModel(
            name="State",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "learner", "competency", blank=True, editable=False,
                        primary_key=True, serialize=False,
                    ),
                ),
                ("learner", models.UUIDField(help_text="Learner key.")),
                (
                    "competency",
                    models.ForeignKey(
                        db_constraint=False, db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+", to="purpose.competency",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        db_constraint=False, db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+", to="roster.organisation",
                    ),
                ),
                ("mean", models.FloatField(help_text="Logits; 0: half of typical items right.")),
                ("variance", models.FloatField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("pieces", models.IntegerField(help_text="Pieces of evidence that count.")),
                (
                    "needs",
                    models.JSONField(
                        help_text="Pieces that count for each need of the rule, in order."
                    ),
                ),
                (
                    "met_at",
                    models.DateTimeField(help_text="When the rule was first met.", null=True),
                ),
            ],
        ),
        migrations.RunPython(take_over, give_back),
        migrations.DeleteModel("OldState"),
    ]  # fmt: skip

import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    """Count what is there, once."""
    Observation = apps.get_model("evidence", "Observation")
    SourceCount = apps.get_model("evidence", "SourceCount")
    counts = (
        Observation.objects.values("district_id", "source", "kind")
        .annotate(count=models.Count("pk"), last_recorded_at=models.Max("recorded_at"))
        .order_by()
    )
    SourceCount.objects.bulk_create(SourceCount(**one) for one in counts)


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0005_time_given_so_far"),
        ("roster", "0002_indexes_that_are_used"),
    ]

    operations = [
        migrations.CreateModel(
            name="SourceCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("practice", "Practice"),
                            ("quiz", "Quiz"),
                            ("task", "Task scored on a rubric"),
                            ("judgement", "Teacher's judgement"),
                            ("portfolio", "Portfolio"),
                            ("outside", "Work outside class"),
                            ("void", "Correction"),
                        ],
                        max_length=10,
                    ),
                ),
                ("count", models.BigIntegerField()),
                ("last_recorded_at", models.DateTimeField()),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="roster.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "source", "kind"), name="one_source_count"
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

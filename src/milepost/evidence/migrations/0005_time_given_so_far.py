from django.db import migrations


def fill(apps, schema_editor):
    """Add up what is there: a new table would say that nobody gave any time."""
    from milepost.evidence.commands import rebuild_time_given

    Ledger = apps.get_model("evidence", "Ledger")
    for district in Ledger.objects.values_list("pk", flat=True):
        rebuild_time_given(district=district)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("evidence", "0004_lighter_rows"),
        ("roster", "0001_initial"),
    ]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

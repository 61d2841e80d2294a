from django.db import migrations

from milepost.evidence.append_only import protect, unprotect


class Migration(migrations.Migration):
    dependencies = [("evidence", "0006_counts_by_source")]

    operations = [
        # SQLite remakes a table that is altered, and a table made anew has no triggers.
        migrations.RunPython(unprotect, protect),
        migrations.RemoveConstraint("observation", "one_observation_a_row"),
        migrations.RunPython(protect, unprotect),
    ]

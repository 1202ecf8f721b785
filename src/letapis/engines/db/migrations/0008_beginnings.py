"""Words on which beginning of a number counts, and what was laid out late by them.

The tables are filled anew when the desk is opened next (``desk.opening``): numbers that begin twice are told then, which an older letapis did not.
"""

from django.db import migrations, models


def note_stale(apps, schema_editor):
    """Where nothing was recorded yet, there is nothing to fill in."""
    database = schema_editor.connection.alias
    if apps.get_model("db", "Record").objects.using(database).exists():
        apps.get_model("db", "Setting").objects.using(database).update_or_create(name="tables.stale", defaults={"value": "0008"})


class Migration(migrations.Migration):
    dependencies = [("db", "0007_in_each_place")]
    operations = [
        migrations.CreateModel(
            name="Beginning",
            fields=[("ref", models.BinaryField(max_length=32, primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="Late",
            fields=[("compartment", models.BinaryField(max_length=16, primary_key=True, serialize=False))],
        ),
        migrations.RunPython(note_stale, migrations.RunPython.noop, elidable=False),
    ]

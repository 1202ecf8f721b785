"""What somebody said of a compartment from elsewhere is laid out no more.

No table changes. The tables are filled anew from the sealed records when the desk is opened next (``desk.opening``): what an older letapis
took, whoever let themselves into a compartment from another one among it, stands in none of them afterwards.
"""

from django.db import migrations


def note_stale(apps, schema_editor):
    """Where nothing was recorded yet, there is nothing to fill in."""
    database = schema_editor.connection.alias
    if apps.get_model("db", "Record").objects.using(database).exists():
        apps.get_model("db", "Setting").objects.using(database).update_or_create(name="tables.stale", defaults={"value": "0006"})


class Migration(migrations.Migration):
    dependencies = [("db", "0005_shredded")]
    operations = [migrations.RunPython(note_stale, migrations.RunPython.noop, elidable=False)]

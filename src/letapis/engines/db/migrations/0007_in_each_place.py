"""A number is one item in each place, and what is kept out of sight is so in its dossier.

What stood in the two tables is not carried over: they are filled from the sealed records when the desk is opened next (``desk.opening``).
"""

from django.db import migrations, models


def note_stale(apps, schema_editor):
    """Where nothing was recorded yet, there is nothing to fill in."""
    database = schema_editor.connection.alias
    if apps.get_model("db", "Record").objects.using(database).exists():
        apps.get_model("db", "Setting").objects.using(database).update_or_create(name="tables.stale", defaults={"value": "0007"})


class Migration(migrations.Migration):
    dependencies = [("db", "0006_said_elsewhere")]
    operations = [
        migrations.DeleteModel("Item"),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("item", models.BinaryField(max_length=16)),
                ("type", models.CharField(max_length=20)),
                ("dossier", models.BinaryField(default=b"", max_length=16)),
                ("compartment", models.BinaryField(max_length=16)),
                ("parent", models.BinaryField(default=b"", max_length=16)),
                ("about", models.BinaryField(default=b"", max_length=16)),
                ("owner", models.BinaryField(default=b"", max_length=16)),
                ("state", models.CharField(max_length=20)),
                ("day", models.CharField(max_length=10)),
                ("number", models.PositiveIntegerField(default=0)),
                ("author", models.BinaryField(max_length=16)),
                ("recorded", models.CharField(max_length=20)),
                ("ref", models.BinaryField(max_length=32)),
                ("heads", models.BinaryField()),
                ("record_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["type", "state", "day"], name="db_item_type_ade703_idx"),
                    models.Index(fields=["dossier", "type", "day"], name="db_item_dossier_582136_idx"),
                    models.Index(fields=["parent", "number"], name="db_item_parent_d79a9a_idx"),
                    models.Index(fields=["about", "type"], name="db_item_about_f108bc_idx"),
                    models.Index(fields=["owner", "type", "state", "day"], name="db_item_owner_cd4677_idx"),
                ],
                "constraints": [models.UniqueConstraint(fields=("item", "type", "dossier", "compartment"), name="item_once_in_each_place")],
            },
        ),
        migrations.DeleteModel("Withheld"),
        migrations.CreateModel(
            name="Withheld",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("dossier", models.BinaryField(max_length=16)),
                ("ident", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("ident", "dossier"), name="withheld_once_in_each_dossier")],
            },
        ),
        migrations.RunPython(note_stale, migrations.RunPython.noop, elidable=False),
    ]

"""What an order takes away, by commitment, and what a restriction keeps out of the tables."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("db", "0004_items_anew")]
    operations = [
        migrations.CreateModel(
            name="Shredded",
            fields=[
                ("ref", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("part", models.BinaryField(max_length=32)),
                ("rid", models.BinaryField(default=b"", max_length=16)),
                ("compartment", models.BinaryField(default=b"", max_length=16)),
                ("device", models.CharField(default="", max_length=64)),
                ("seq", models.BigIntegerField(default=-1)),
            ],
        ),
        migrations.CreateModel(
            name="Withheld",
            fields=[
                ("ident", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
            ],
        ),
    ]

"""The full-text index beside ``SearchDocument``: FTS5 without content on SQLCipher, a tsvector with GIN on PostgreSQL.

The index holds stems and row ids only. ``detail=none`` keeps no positions, since nothing is searched as a phrase.
"""

from django.db import migrations

FTS5 = (
    "CREATE VIRTUAL TABLE db_search USING fts5(stems, content='', contentless_delete=1, detail=none, prefix='2 3', "
    'tokenize="unicode61 remove_diacritics 0")',
    "INSERT INTO db_search(db_search, rank) VALUES('secure-delete', 1)",
)
TSVECTOR = (
    "ALTER TABLE db_searchdocument ADD COLUMN stems tsvector NOT NULL DEFAULT ''",
    "CREATE INDEX db_searchdocument_stems ON db_searchdocument USING gin (stems)",
)


def make_index(apps, schema_editor):
    for statement in TSVECTOR if schema_editor.connection.vendor == "postgresql" else FTS5:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("db", "0001_initial")]
    operations = [migrations.RunPython(make_index, migrations.RunPython.noop, elidable=False)]

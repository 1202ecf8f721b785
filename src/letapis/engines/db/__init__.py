"""The database of a workspace: an encrypted SQLite file by default, PostgreSQL for an office, the same tables on both.

Importing it makes Django ready, because tables cannot be imported before; whoever set Django up first keeps their settings.
"""

from letapis.engines.db.setup import prepare_django

prepare_django()

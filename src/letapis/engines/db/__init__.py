"""The database of a workspace: an encrypted SQLite file by default, PostgreSQL for an office, the same tables on both."""

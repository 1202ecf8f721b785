"""Django database backend for SQLCipher: Django's own SQLite backend over the encrypted library."""

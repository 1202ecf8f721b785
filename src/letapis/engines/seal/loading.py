"""Everything that reading a stranger's certificate may import, imported at once."""

import importlib
import pkgutil

import cryptography


def load_all() -> None:
    """The library imports a module of its own when it meets a key or an extension of that kind, and behind the shut door of a reader nothing
    can be imported."""
    for found in pkgutil.walk_packages(cryptography.__path__, f"{cryptography.__name__}."):
        importlib.import_module(found.name)

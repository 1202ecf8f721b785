"""Which program something was made with: what was made under other rules is not built upon, but made anew."""

import hashlib
import json
from functools import cache
from importlib.resources import files

from letapis import __version__
from letapis.engines.catalogue import Catalogue, data_files


def made_with(catalogue: Catalogue, *packages: str) -> str:
    """One digest of the rules in ``letapis.core`` and these packages, of the data, and of the organisation's own rules where it has some."""
    own = catalogue.overlay.told if catalogue.overlay is not None else []
    return _digest([_program("letapis.core", *packages), own])


@cache
def _program(*packages: str) -> str:
    source = {f"{package}.{one.name}": one.read_text("utf-8") for package in packages for one in files(package).iterdir() if one.name.endswith(".py")}
    return _digest([__version__, source, dict(data_files())])


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

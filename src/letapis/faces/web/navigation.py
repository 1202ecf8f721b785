"""Sections of the desk, found by themselves: every module of ``views`` brings its addresses and, if it likes, its place in the menu."""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from django.urls import reverse

from letapis.faces.web import views


@dataclass(frozen=True)
class Entry:
    """A place in the menu. ``order`` sorts, ``key`` is the text, ``name`` the URL name it leads to."""

    order: int
    key: str
    name: str


@dataclass(frozen=True)
class Link:
    """A menu entry as the template shows it."""

    key: str
    address: str
    here: bool


@cache
def sections() -> tuple[ModuleType, ...]:
    """Every module of ``views`` that has ``urlpatterns``, in the order of their names."""
    names = sorted(info.name for info in pkgutil.iter_modules(views.__path__))
    modules = (importlib.import_module(f"{views.__name__}.{name}") for name in names)
    return tuple(module for module in modules if hasattr(module, "urlpatterns"))


@cache
def entries() -> tuple[Entry, ...]:
    found = [entry for module in sections() for entry in getattr(module, "NAVIGATION", ())]
    return tuple(sorted(found, key=lambda entry: (entry.order, entry.key)))


def navigation(path: str) -> list[Link]:
    """The menu, with the section of ``path`` marked: the longest address that the path begins with."""
    places = [(entry, reverse(entry.name)) for entry in entries()]
    within = [address for _, address in places if path == address or (address != "/" and path.startswith(address + "/"))]
    nearest = max(within, key=len, default=None)
    return [Link(entry.key, address, address == nearest) for entry, address in places]

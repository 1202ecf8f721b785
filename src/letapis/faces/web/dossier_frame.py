"""The frame around every page of a dossier: its name, and the tabs that lead to its other pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import NoReverseMatch, reverse

from letapis.desk import reading, restriction
from letapis.faces.web.opened import count_dossier

TABS: Final = (
    ("account", "dossiers:show"),
    ("timeline", "dossiers:timeline"),
    ("people", "people:list"),
    ("evidence", "evidence:list"),
    ("standing", "dossiers:standing"),
    ("law", "law:dossier"),
    ("submissions", "submit:dossier"),
    ("around", "around:dossier"),
    ("history", "history:dossier"),
)


@dataclass(frozen=True)
class Tab:
    key: str
    address: str
    here: bool


def tabs(dossier: bytes, here: str) -> list[Tab]:
    """The tabs of a dossier with ``here`` marked. A section that this installation does not have has no tab."""
    found = []
    for name, route in TABS:
        try:
            found.append(Tab(f"dossiers.tab.{name}", reverse(route, args=[dossier.hex()]), name == here))
        except NoReverseMatch:
            continue
    return found


def frame(request: Any, dossier: bytes, here: str) -> Mapping[str, Any]:
    """Context of ``parts/dossier_head.html``. Raises NotFound for a dossier that is not the reader's."""
    home = reading.dossier(request.desk, request.reader, dossier)
    count_dossier(request, dossier)
    hidden = restriction.is_restricted(request.desk, request.reader, dossier)
    return {"dossier": home, "tabs": tabs(dossier, here), "holds_raw": request.reader.holds(home.raw), "hidden": hidden}

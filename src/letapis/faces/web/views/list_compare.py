"""A list of others beside ours: who is perhaps who, in which fields they disagree, who stands on one side alone. Nothing is decided here."""

from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_safe

from letapis.core.csv_out import write_csv
from letapis.core.errors import LetapisError, NotFound
from letapis.core.public_compare import Pair, Side
from letapis.desk import list_files, public_compare
from letapis.desk.public_compare import AGAINST, DOSSIERS, PUBLIC, Beside
from letapis.faces import compare_words
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, page
from letapis.faces.web.streams import saved

app_name = "list_compare"
PARTS: Final = ("pairs", "missing_here", "missing_there", "hidden", "apart")
_PAGE: Final = 25


@require_safe
def show(request: Any, listed: str) -> HttpResponse:
    """The comparison, one part of it at a time."""
    known = list_files.shown(request.desk, request.reader, ident(listed))
    against = request.GET.get("against", DOSSIERS)
    part = request.GET.get("part", PARTS[0])
    part, against = part if part in PARTS else PARTS[0], against if against in AGAINST else DOSSIERS
    context = dict(frame(request, known.dossier, "around")) | {"known": known, "against": against, "part_name": part}
    context["ways"] = [(name, f"compare.against.{name}", name == against) for name in (DOSSIERS, PUBLIC)]
    try:
        found = public_compare.beside(request.desk, request.reader, known.ident, against)
    except NotFound:
        raise
    except LetapisError as error:
        return page(request, "lists/compare.html", context | {"error": f"errors.{error.code}"}, 422)
    shown = part_of(getattr(found.found, part), request.GET.get("page", ""), _PAGE)
    told = _Told(request, found)
    context |= {"parts": [(name, f"compare.{name}", found.counts[name], name == part) for name in PARTS], "counts": found.counts, "part": shown}
    context["rows"] = [told.pair(one) if isinstance(one, Pair) else told.side(one) for one in shown.shown]
    return page(request, "lists/compare.html", context)


class _Told:
    """Sides and pairs for the page."""

    def __init__(self, request: Any, found: Beside) -> None:
        self._language, self._lines, self._found = request.language, Lines(request), found
        self._words = request.desk.catalogue.public_words

    def pair(self, one: Pair) -> dict[str, Any]:
        why = compare_words.why(one, self._words, self._language)
        told = compare_words.lines(one.differences, self._words, self._language)
        how = f"oneperson.how.{one.proposal.how}"
        return {"theirs": self.side(one.theirs), "ours": self.side(one.ours), "why": why, "lines": told, "how": how}

    def side(self, one: Side) -> dict[str, Any]:
        home = self._found.homes.get(one.key)
        person = bytes.fromhex(one.key) if home and self._found.against == DOSSIERS else b""
        code = self._lines.code(home) if home else ""
        apart = f"listing.quarantine.{one.apart}" if one.apart else ""
        return {"name": compare_words.name_of(one, self._language), "key": "" if home else one.key, "person": person, "code": code, "apart": apart}


@require_safe
def sheet(request: Any, listed: str) -> HttpResponseBase:
    """All of it as a table; its name says nothing."""
    known = list_files.shown(request.desk, request.reader, ident(listed))
    found = public_compare.beside(request.desk, request.reader, known.ident, request.GET.get("against", DOSSIERS))
    data = write_csv(compare_words.sheet_rows(found.found, request.desk.catalogue.public_words, request.language))
    return saved([data], f"compare-{known.ident.hex()[:8]}.csv", len(data))


urlpatterns = [
    path("lists/<str:listed>/compare", show, name="show"),
    path("lists/<str:listed>/compare.csv", sheet, name="sheet"),
]

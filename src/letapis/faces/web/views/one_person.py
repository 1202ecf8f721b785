"""One person or two: what waits for a look, two persons side by side, what members said of them and how it is undone."""

from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from letapis.core.errors import LetapisError, NotFound
from letapis.core.one_person import SAME
from letapis.desk import one_person, reading
from letapis.faces.name_words import weighing
from letapis.faces.texts import texts
from letapis.faces.web.around import Around
from letapis.faces.web.beside import known_as, rows, weighed_lines
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.versions import carried, seen_versions

app_name = "oneperson"
_PAGE: Final = 25
_ASIDE: Final = 25
_LOOKED_AT: Final = 3000  # persons that are compared in about a second


@require_safe
def every(request: Any) -> HttpResponse:
    """Who may be entered twice in the dossiers that the member holds."""
    return page(request, "one_person/every.html", _queue(request, b""))


@require_safe
def dossier(request: Any, dossier: str) -> HttpResponse:
    """The same for one dossier: within it, and between it and the others."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "people"))
    return page(request, "one_person/dossier.html", context | _queue(request, ident_))


def _queue(request: Any, dossier: bytes) -> dict[str, Any]:
    found, lines = one_person.queue(request.desk, request.reader, dossier, _LOOKED_AT), Lines(request)
    part = part_of(found.proposals, request.GET.get("page", ""), _PAGE)
    groups = [
        (
            [found.people[entry] for entry in one.entries],
            [f"oneperson.by.{by}" for by in sorted(one.by)],
            [(found.people[first], found.people[second]) for first, second in one.open],
        )
        for one in found.collisions
    ]
    return {
        "part": part,
        "waiting": weighed_lines(request, lines, part.shown, found.people),
        "aside": weighed_lines(request, lines, found.aside[:_ASIDE], found.people),
        "groups": groups,
        "quarrels": [(two, [lines.code(one.dossier) for one in two]) for two in found.quarrels],
        "crowded": found.crowded,
        "left_out": found.left_out,
    }


@require_safe
def beside(request: Any, entity: str) -> HttpResponse:
    """Whom a member chose to put beside this person."""
    other = request.GET.get("other", "")
    reading.pair(request.desk, request.reader, ident(entity), ident(other))
    return see_other("oneperson:pair", entity=entity, other=other)


@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: Any, entity: str, other: str) -> HttpResponse:
    """Two persons side by side. What a member says of them is sent here."""
    first, second = ident(entity), ident(other)
    reading.pair(request.desk, request.reader, first, second)
    if request.method != "POST":
        return _pair_page(request, first, second)
    state, reason = request.POST.get("state", ""), request.POST.get("reason", "")
    try:
        one_person.decide(request.desk, request.reader, first, second, state, reason, seen_versions(request.POST))
    except NotFound:
        raise
    except LetapisError as error:
        return _pair_page(request, first, second, f"errors.{error.code}", reason)
    notice(request, f"oneperson.saved.{state}")
    return see_other("oneperson:pair", entity=entity, other=other)


def _pair_page(request: Any, first: bytes, second: bytes, error: str = "", typed: str = "") -> HttpResponse:
    lines, known = Lines(request), reading.pair(request.desk, request.reader, first, second)
    found = one_person.weighed(request.desk, request.reader, first, second)
    others = [one for one, *_ in known_as(request, lines, first)]
    joined = {one.entity for one in others}
    context = dict(frame(request, known.first.dossier, "people")) | {
        "pair": known,
        "heading": lines.say("oneperson.heading", first=known.first.label, second=known.second.label),
        "rows": rows(request, lines, known, found),
        "how": f"oneperson.how.{found.how if found else 'no_name'}",
        "bars": f"oneperson.block.{found.block}" if found and found.block else "",
        "reasons": weighing(found, texts(), request.language) if found else [],
        "standing": _standing(request, known, second in joined),
        "by_way": [one for one in others if one.entity != second] if not known.words and second in joined else [],
        "words": [(lines.name(one.member), lines.date(one.recorded[:10]), f"oneperson.state.{one.state}", one.reason) for one in known.words],
        "mine": request.reader.member in known.backing,
        "seen": carried(known.heads) if known.differing else request.POST.get("seen", "") or carried(known.heads),
        "reason_error": error if error == "errors.oneperson.reason" else "",
        "error": error if error != "errors.oneperson.reason" else "",
        "typed": typed,
    }
    return page(request, "one_person/pair.html", context, 422 if error else 200)


def _standing(request: Any, known: reading.PairView, joined: bool) -> list[str]:
    """The keys of what holds between two entries, in words."""
    if not known.state:
        return ["oneperson.differing"] if known.words else ["oneperson.by_way"] if joined else []
    said = [f"oneperson.state.{known.state}"]
    if known.state == SAME:
        said.append("oneperson.two_words" if known.confirmed else "oneperson.one_word")
        if not joined and not known.across:
            said.append("oneperson.torn")
    return said


AROUND = (Around(12, "oneperson.title", "oneperson:dossier"),)
urlpatterns = [
    path("one-person", every, name="every"),
    path("dossiers/<str:dossier>/one-person", dossier, name="dossier"),
    path("persons/<str:entity>/beside", beside, name="beside"),
    path("persons/<str:entity>/beside/<str:other>", pair, name="pair"),
]

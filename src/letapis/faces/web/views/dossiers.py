"""Dossiers: the list, a new one, and the pages of one: account, information, timeline, standing, colleagues."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError
from letapis.core.standing import Level
from letapis.desk import dossiers, people, reading
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.navigation import Entry
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.timeline import years_of

app_name = "dossiers"
_CLAIMS_PAGE: Final = 40
_NOTES_PAGE: Final = 40
_DATED_PAGE: Final = 60
_NEW_SHOWN: Final = 12
_GROUPS_PAGE: Final = 6
_GROUP_SHOWN: Final = 6
_LEVELS: Final = (Level.VERIFIED, Level.CHECKED, Level.OPEN, Level.DISPUTED, Level.RETRACTED, Level.UNCOUNTED)
_FIELDS: Final = {"dossiers.code": "code", "dossiers.code_taken": "code", "dossiers.title": "title", "dossiers.label": "person"}


class DossierForm(DeskForm):
    section = "dossiers"
    code = forms.CharField(max_length=40)
    title = forms.CharField(max_length=200)
    subject_kind = forms.ChoiceField(widget=forms.RadioSelect, initial="person")
    person = forms.CharField(max_length=200, required=False)

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("subject_kind", [(kind, f"dossiers.kind.{kind}") for kind in dossiers.SUBJECT_KINDS])


@require_safe
def overview(request: Any) -> HttpResponse:
    part = part_of(reading.dossiers(request.desk, request.reader), request.GET.get("page", ""), 60)
    new = {item.dossier.dossier: item.new for item in reading.news(request.desk, request.reader)}
    shown = [(home, new.get(home.dossier, 0)) for home in part.shown]
    return page(request, "work/dossiers.html", {"part": part, "dossiers": shown})


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    form = DossierForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = dossiers.new_dossier(request.desk, told["code"], told["title"], told["subject_kind"], told["person"])
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "dossiers.made")
            return see_other("dossiers:show", dossier=made.hex())
    return page(request, "work/dossier_new.html", {"form": form}, 422 if form.errors else 200)


@require_safe
def show(request: Any, dossier: str) -> HttpResponse:
    """The account: notes, where the work stands, and what colleagues added since the last look."""
    ident_, lines = ident(dossier), Lines(request)
    context = dict(frame(request, ident_, "account"))
    numbers = reading.numbers(request.desk, request.reader, ident_)
    notes = reading.notes(request.desk, request.reader, ident_)
    part = part_of(notes[::-1], request.GET.get("page", ""), _NOTES_PAGE)
    fresh = reading.new_in(request.desk, request.reader, ident_)
    every = next((item.new for item in reading.news(request.desk, request.reader) if item.dossier.dossier == ident_), 0)
    context |= {
        "numbers": numbers,
        "total": sum(numbers.levels.values()),
        "levels": [(f"claims.level.{level.name.lower()}", level.name.lower(), numbers.levels[level]) for level in _LEVELS if numbers.levels[level]],
        "part": part,
        "notes": [(note, lines.source(ident_, note.source).code if note.source else "", lines.name(note.author)) for note in part.shown],
        "new": lines.lines(fresh[:_NEW_SHOWN]),
        "new_count": len(fresh),
        "new_decisions": max(0, every - len(fresh)),
        "no_sources": not lines.sources(ident_),
    }
    return page(request, "work/dossier.html", context)


@require_POST
def seen(request: Any, dossier: str) -> HttpResponse:
    """The member has seen what is new; only this device remembers it."""
    reading.mark_visited(request.desk, request.reader, ident(dossier))
    return see_other("dossiers:show", dossier=dossier)


@require_safe
def information(request: Any, dossier: str) -> HttpResponse:
    """All claims of a dossier, or those of one level."""
    ident_, lines = ident(dossier), Lines(request)
    context = dict(frame(request, ident_, "standing"))
    asked = request.GET.get("level", "")
    levels = {level.name.lower(): level for level in _LEVELS}
    count = reading.standing_count(request.desk, request.reader, ident_, levels.get(asked)) if asked in ("", *levels) else 0
    part = part_of(range(count), request.GET.get("page", ""), _CLAIMS_PAGE)
    found = reading.standing_claims(request.desk, request.reader, ident_, levels.get(asked), part.shown)
    chosen = [(f"claims.level.{name}", name) for name in levels]
    context |= {"part": part, "lines": lines.lines(found), "levels": chosen, "level": asked, "count": count}
    return page(request, "work/information.html", context)


@require_safe
def timeline(request: Any, dossier: str) -> HttpResponse:
    ident_, lines = ident(dossier), Lines(request)
    found = reading.timeline(request.desk, request.reader, ident_)
    part = part_of(found, request.GET.get("page", ""), _DATED_PAGE)
    context = dict(frame(request, ident_, "timeline")) | {
        "part": part,
        "years": years_of(lines, part.shown, found),
        "whose": len({claim.subject for claim in found}) > 1,
    }
    return page(request, "work/timeline.html", context)


@require_safe
def standing(request: Any, dossier: str) -> HttpResponse:
    """Contradictions side by side, and how much of the dossier has been checked."""
    ident_, lines = ident(dossier), Lines(request)
    context = dict(frame(request, ident_, "standing"))
    numbers = reading.numbers(request.desk, request.reader, ident_)
    groups = reading.contradictions(request.desk, request.reader, ident_)
    part = part_of(groups, request.GET.get("page", ""), _GROUPS_PAGE)
    refs = [claim.passage for group in part.shown for claim in group.claims if claim.passage]
    words = reading.passages_by_ref(request.desk, request.reader, refs)
    shown = []
    for group in part.shown:
        told = [(line, words.get(line.claim.passage)) for line in lines.lines(group.claims[:_GROUP_SHOWN])]
        shown.append((lines.entities(ident_).get(group.subject, ""), lines.label(group.property), told))
    disputed = [c for c in reading.claims(request.desk, request.reader, ident_, level=Level.DISPUTED) if not c.replaced]
    most = max(numbers.levels.values())
    levels = [(f"claims.level.{level.name.lower()}", level.name.lower(), numbers.levels[level]) for level in _LEVELS]
    context |= {"part": part, "groups": shown, "levels": levels, "most": most, "disputed": lines.lines(disputed[:20]), "numbers": numbers}
    return page(request, "work/standing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def admit(request: Any, dossier: str) -> HttpResponse:
    """Colleagues who may read the dossier; keys travel with the next sync."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "people"))
    home, error = context["dossier"], ""
    if request.method == "POST":
        chosen = [ident(text) for text in request.POST.getlist("member")]
        try:
            given = dossiers.admit_to_dossier(request.desk, request.reader, ident_, chosen, raw=request.POST.get("raw") == "yes")
        except LetapisError as fault:
            error = f"errors.{fault.code}"
        else:
            notice(request, "dossiers.admitted" if given else "dossiers.nobody_admitted")
            return see_other("dossiers:admit", dossier=dossier)
    working, hearing = (reading.holders(request.desk, compartment) for compartment in (home.work, home.raw))
    publishers = people.publishers(request.desk)  # who is given what is public alone, and by themselves
    team = [one for one in reading.members(request.desk, request.reader) if one.member not in publishers]
    rows = [(m, m.member in working, m.member in hearing) for m in team if m.state == "active" or m.member in working]
    return page(request, "work/admit.html", context | {"members": rows, "error": error}, 422 if error else 200)


NAVIGATION = (Entry(10, "dossiers.title", "dossiers:list"),)
urlpatterns = [
    path("dossiers", overview, name="list"),
    path("dossiers/new", new, name="new"),
    path("dossiers/<str:dossier>", show, name="show"),
    path("dossiers/<str:dossier>/seen", seen, name="seen"),
    path("dossiers/<str:dossier>/information", information, name="information"),
    path("dossiers/<str:dossier>/timeline", timeline, name="timeline"),
    path("dossiers/<str:dossier>/standing", standing, name="standing"),
    path("dossiers/<str:dossier>/colleagues", admit, name="admit"),
]

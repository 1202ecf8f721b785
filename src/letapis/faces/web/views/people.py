"""People of a dossier: those it is about, those who told us, and what they allow us to do with their words."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound
from letapis.core.records import SOURCE_KINDS
from letapis.desk import dossiers, reading, sources
from letapis.desk.identity import Details
from letapis.faces.web.beside import choices, known_as
from letapis.faces.web.consent_table import read_table, rows_of
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.timeline import years_of

app_name = "people"
_CLAIMS_PAGE: Final = 40
_PEOPLE_PAGE: Final = 35
_FIELDS: Final = {"sources.code": "code", "sources.code_taken": "code", "sources.kind": "kind", "sources.grade": "grade",
                  "sources.circle": "circle", "sources.upstream": "upstream", "dossiers.label": "label", "dossiers.entity_kind": "kind",
                  "identity.too_long": "notes"}  # fmt: skip


class EntityForm(DeskForm):
    section = "people"
    label = forms.CharField(max_length=200)
    kind = forms.ChoiceField()

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("kind", [(kind, f"people.kind.{kind}") for kind in dossiers.ENTITY_KINDS])


class SourceForm(DeskForm):
    """A source and, in the same form, who it really is: the second half is sealed with the same button."""

    section = "sources"
    code = forms.CharField(max_length=60)
    kind = forms.ChoiceField()
    grade = forms.ChoiceField(initial="F")
    circle = forms.ChoiceField(required=False)
    upstream = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    name = forms.CharField(max_length=300, required=False)
    birth = forms.CharField(max_length=100, required=False)
    contact = forms.CharField(max_length=500, required=False)
    notes = forms.CharField(max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        known = reading.sources(request.desk, request.reader, dossier)
        self.offer("kind", [(kind, f"claims.source_kind.{kind}") for kind in SOURCE_KINDS])
        self.offer("circle", [("", "sources.circle_unknown"), *((circle, f"claims.circle.{circle}") for circle in sources.CIRCLES)])
        self.offer_labels("grade", [(g.id, {self.language: f"{g.id} – {g.label[self.language]}"}) for g in grades(request)])
        upstream: Any = self.fields["upstream"]
        upstream.choices = [(source.source.hex(), source.code) for source in known]
        if not known:
            del self.fields["upstream"]


def grades(request: Any) -> Any:
    return request.desk.catalogue.proof.source_grades


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: Any, dossier: str) -> HttpResponse:
    """Persons and sources of a dossier; a person is added here."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "people"))
    form = EntityForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            dossiers.add_entity(request.desk, request.reader, ident_, form.cleaned_data["kind"], form.cleaned_data["label"])
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "people.added")
            return see_other("people:list", dossier=dossier)
    lines = Lines(request)
    persons = part_of(reading.entities(request.desk, request.reader, ident_), request.GET.get("page", ""), _PEOPLE_PAGE)
    told = part_of(reading.sources(request.desk, request.reader, ident_), request.GET.get("page", ""), _PEOPLE_PAGE)
    context |= {
        "form": form,
        "persons": persons,
        "part": persons if persons.count >= told.count else told,
        "sources": [(s, lines.source(ident_, s.source)) for s in told.shown],
    }
    return page(request, "work/people.html", context, 422 if form.errors else 200)


@require_safe
def person(request: Any, entity: str) -> HttpResponse:
    """Everything said about one person, dated and undated."""
    found = reading.person_page(request.desk, request.reader, ident(entity))
    lines = Lines(request)
    dated = part_of(found.dated, request.GET.get("page", ""), _CLAIMS_PAGE)
    undated = part_of(found.undated, request.GET.get("page", ""), _CLAIMS_PAGE)
    part = dated if dated.count >= undated.count else undated
    context = dict(frame(request, found.dossier, "people")) | {
        "person": found,
        "part": part,
        "years": years_of(lines, dated.shown if part.number <= dated.count else (), found.dated),
        "undated": lines.lines(undated.shown if part.number <= undated.count else ()),
        "whose": len(found.entries) > 1,
        "known_as": known_as(request, lines, found.entity),
        "beside": choices(request, found),
    }
    return page(request, "work/person.html", context)


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: Any, dossier: str) -> HttpResponse:
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "people"))
    form = SourceForm(request, ident_, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = sources.add_source(request.desk, request.reader, ident_, *_source_of(form.cleaned_data))
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "sources.added")
            return see_other("people:source", source=made.hex())
    sealed = [form[name] for name in ("name", "birth", "contact", "notes")]
    told = [form[name] for name in ("code", "kind", "grade", "circle", "upstream") if name in form.fields]
    return page(request, "work/source_new.html", context | {"form": form, "told": told, "sealed": sealed}, 422 if form.errors else 200)


def _source_of(told: dict[str, Any]) -> tuple[sources.SourceForm, Details]:
    upstream = tuple(bytes.fromhex(one) for one in told.get("upstream", ()))
    person = Details(told["name"], told["birth"], told["contact"], told["notes"])
    return sources.SourceForm(told["code"], told["kind"], told["grade"], told["circle"], upstream), person


@require_safe
def source(request: Any, source: str) -> HttpResponse:
    return _source_page(request, ident(source))


def _source_page(request: Any, ident_: bytes, errors: dict[str, str] | None = None, typed: str = "") -> HttpResponse:
    """A source: what it told, how it is graded, whom it was compared with, what it allows."""
    known = reading.source(request.desk, request.reader, ident_)
    lines = Lines(request)
    told = [c for c in reading.claims(request.desk, request.reader, known.dossier, source=ident_) if not c.replaced]
    compared = reading.rulings_of_dossier(request.desk, request.reader, known.dossier, ("distinct",))
    part = part_of(told, request.GET.get("page", ""), _CLAIMS_PAGE)
    others = {code.ident: code.code for code in lines.sources(known.dossier).values() if code.ident != ident_}
    context = dict(frame(request, known.dossier, "people")) | {
        "source": known,
        "words": lines.source(known.dossier, ident_),
        "grades": [(g.id, g.label[request.language]) for g in grades(request)],
        "circles": [(circle, f"claims.circle.{circle}") for circle in sources.CIRCLES],
        "upstream": [others.get(one, "") for one in known.upstream],
        "others": sorted(others.items(), key=lambda item: item[1]),
        "compared": [(_other(others, r.parties), lines.name(r.member), r) for r in compared if ident_ in r.parties],
        "consents": [row for row in rows_of(request, known.dossier, ident_) if row.answer],
        "part": part,
        "count": len(told),
        "lines": lines.lines(part.shown),
        "errors": errors or {},
        "typed": typed,
    }
    return page(request, "work/source.html", context, 422 if errors else 200)


def _other(others: dict[bytes, str], parties: tuple[bytes, ...]) -> str:
    return next((others[party] for party in parties if party in others), "")


@made_once
@require_POST
def regrade(request: Any, source: str) -> HttpResponse:
    ident_ = ident(source)
    try:
        sources.regrade_source(request.desk, request.reader, ident_, request.POST.get("grade", ""), request.POST.get("circle"))
    except NotFound:
        raise
    except LetapisError as error:
        return _source_page(request, ident_, {"grade": f"errors.{error.code}"})
    notice(request, "sources.regraded")
    return see_other("people:source", source=source)


@made_once
@require_POST
def compare(request: Any, source: str) -> HttpResponse:
    ident_, reason = ident(source), request.POST.get("reason", "")
    reading.source(request.desk, request.reader, ident_)
    try:
        other = ident(request.POST.get("other", "").strip() or ident_.hex())
        sources.compare_sources(request.desk, request.reader, ident_, other, reason)
    except NotFound:
        raise
    except LetapisError as error:
        return _source_page(request, ident_, {"compare": f"errors.{error.code}"}, reason)
    notice(request, "sources.compared")
    return see_other("people:source", source=source)


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: Any, dossier: str, party: str) -> HttpResponse:
    """What a source or a person allows, use by use."""
    ident_, who = ident(dossier), ident(party)
    context = dict(frame(request, ident_, "people"))
    named = {s.source: s.code for s in reading.sources(request.desk, request.reader, ident_)}
    people = reading.entities(request.desk, request.reader, ident_)
    named |= {e.entity: e.label for e in people}
    if who not in named:
        raise NotFound("web.no_such_page")
    error = ""
    if request.method == "POST":
        answers = read_table(request.POST, request.desk.catalogue.consent.scopes)
        try:
            if answers:
                sources.record_consent(request.desk, request.reader, ident_, who, answers)
        except LetapisError as fault:
            error = f"errors.{fault.code}"
        else:
            notice(request, "consent.saved" if answers else "consent.unchanged", count=len(answers))
            return see_other("people:consent", dossier=dossier, party=party)
    rows = rows_of(request, ident_, who, request.POST if request.method == "POST" else None)
    context |= {"card": any(one.entity == who and one.kind == "person" for one in people),
                "party": party, "name": named[who], "rows": rows, "hows": [(how, f"consent.how.{how}") for how in sources.HOW], "error": error,
                "typed": request.POST}  # fmt: skip
    return page(request, "work/consent.html", context, 422 if error else 200)


urlpatterns = [
    path("dossiers/<str:dossier>/people", overview, name="list"),
    path("dossiers/<str:dossier>/sources/new", new_source, name="new_source"),
    path("dossiers/<str:dossier>/consent/<str:party>", consent, name="consent"),
    path("persons/<str:entity>", person, name="person"),
    path("sources/<str:source>", source, name="source"),
    path("sources/<str:source>/grade", regrade, name="regrade"),
    path("sources/<str:source>/compare", compare, name="compare"),
]

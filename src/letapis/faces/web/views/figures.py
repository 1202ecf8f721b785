"""How many today: the page for a journalist's question, the figures that wait, one figure with who is in it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound
from letapis.core.figures import APPROVALS
from letapis.core.language import LANGUAGES
from letapis.desk import figures, reading
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import ident, notice, page, see_other

app_name = "figures"
NAVIGATION = (Entry(60, "figures.title", "figures:home"),)
_PEOPLE: Final = 60
_FIGURES: Final = 40
_FIELDS: Final = {"figures.rule": "rule", "figures.day": "day", "figures.because": "because", "figures.nobody": "day",
                  "figures.published_already": "day", "figures.proposed_already": "day"}  # fmt: skip


class ProposeForm(DeskForm):
    """By which rule, as of which day."""

    section = "figures"
    rule = forms.ChoiceField(widget=forms.RadioSelect)
    day = forms.CharField(max_length=10)

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        rules = request.desk.catalogue.figures.rules.values()
        self.offer_labels("rule", [(rule.id, {self.language: f"{rule.label[self.language]}. {rule.definition[self.language]}"}) for rule in rules])


class CorrectForm(DeskForm):
    """Why a published figure is replaced; it is counted anew for the same rule."""

    section = "figures"
    day = forms.CharField(max_length=10)
    because = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


@dataclass(frozen=True)
class Row:
    """A figure in a list: label of its rule, in how many words it waits."""

    figure: figures.FigureView
    rule: str
    author: str


def _label(request: Any, rule: str) -> str:
    known = request.desk.catalogue.figures.rules.get(rule)
    return str(known.label[request.language]) if known else rule


def _row(request: Any, lines: Lines, view: figures.FigureView) -> Row:
    return Row(view, _label(request, view.rule), lines.name(view.author))


@require_safe
def home(request: Any) -> HttpResponse:
    """What may be told: the last published figures and nothing else."""
    found = figures.answers(request.desk, request.reader)
    own = request.language
    told = [(a, a.rule.label[own], a.rule.definition[own], [(lang, a.sentences[lang]) for lang in LANGUAGES]) for a in found]
    waiting = sum(not view.published for view in figures.figures(request.desk, request.reader))
    return page(request, "figures/home.html", {"told": told, "waiting": waiting})


@require_safe
def everything(request: Any) -> HttpResponse:
    """What waits for approval, and what was published so far."""
    lines, found = Lines(request), figures.figures(request.desk, request.reader)
    part = part_of([view for view in found if view.published], request.GET.get("page", ""), _FIGURES)
    waiting = [_row(request, lines, view) for view in found if not view.published][:_FIGURES]
    context = {"waiting": waiting, "published": [_row(request, lines, view) for view in part.shown], "part": part, "needed": APPROVALS}
    return page(request, "figures/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    today = request.desk.clock().date().isoformat()
    form = ProposeForm(request, request.POST if request.method == "POST" else None, initial={"day": today})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = figures.propose(request.desk, request.reader, told["rule"], told["day"].strip())
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "figures.proposed")
            return see_other("figures:show", figure=made.hex())
    return page(request, "figures/new.html", {"form": form}, 422 if form.errors else 200)


@require_safe
def show(request: Any, figure: str) -> HttpResponse:
    return _show(request, figures.figure(request.desk, request.reader, ident(figure)))


def _show(request: Any, view: figures.FigureView, form: CorrectForm | None = None, error: str = "") -> HttpResponse:
    """A figure with who is in it, as far as the reader holds their dossiers."""
    desk, reader, lines = request.desk, request.reader, Lines(request)
    known = reading.person_labels(desk, reader, [*view.persons, *view.silent])
    now = _count_now(request, view)
    news = dict(now.count.silent) if now else {}
    pointed = figures.singled_out(desk, reader, view)
    part = part_of([known[person] for person in view.persons if person in known], request.GET.get("page", ""), _PEOPLE)
    names = Counter(known[person][0].casefold() for person in view.persons if person in known)
    context = {
        "figure": view,
        "rule": _label(request, view.rule),
        "definition": _definition(request, view.rule),
        "author": lines.name(view.author),
        "approvers": [lines.name(member) for member in view.approvers],
        "part": part,
        "seen": sum(person in known for person in view.persons),
        "silent": [(*known[person], lines.date(news[person]) if person in news else "") for person in view.silent if person in known],
        "silent_count": len(view.silent),
        "pointed": [known[person][0] for person in sorted(pointed) if person in known],
        "twice": sorted({known[p] for p in view.persons if p in known and names[known[p][0].casefold()] > 1}),
        "singles_out": bool(pointed) and not view.published,
        "now": now.count.value if now else None,
        "may_approve": not view.approval_refused(reader.member),
        "may_correct": bool(view.published) and not view.corrected_by,
        "form": form or CorrectForm(request, initial={"day": view.day}),
        "error": error,
        "needed": APPROVALS,
    }
    return page(request, "figures/show.html", context, 422 if error or (form and form.errors) else 200)


def _definition(request: Any, rule: str) -> str:
    known = request.desk.catalogue.figures.rules.get(rule)
    return str(known.definition[request.language]) if known else ""


def _count_now(request: Any, view: figures.FigureView) -> figures.Counted | None:
    """The same count from what this reader holds, while the figure waits: a colleague who holds more or less sees another number."""
    if view.published or view.rule not in request.desk.catalogue.figures.rules:
        return None
    return figures.count(request.desk, request.reader, view.rule, view.day)


@require_POST
def approve(request: Any, figure: str) -> HttpResponse:
    view = figures.figure(request.desk, request.reader, ident(figure))
    try:
        figures.approve(request.desk, request.reader, view.figure, looked=request.POST.get("looked") == "yes")
    except LetapisError as error:
        return _show(request, view, error=f"errors.{error.code}")
    published = figures.figure(request.desk, request.reader, view.figure).published
    notice(request, "figures.now_published" if published else "figures.approved")
    return see_other("figures:show", figure=figure)


@require_POST
def correct(request: Any, figure: str) -> HttpResponse:
    """Propose another figure in the place of a published one, with the reason."""
    view = figures.figure(request.desk, request.reader, ident(figure))
    form = CorrectForm(request, request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            made = figures.propose(request.desk, request.reader, view.rule, told["day"].strip(), view.figure, told["because"])
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "figures.proposed")
            return see_other("figures:show", figure=made.hex())
    return _show(request, view, form)


urlpatterns = [
    path("figures", home, name="home"),
    path("figures/all", everything, name="list"),
    path("figures/new", new, name="new"),
    path("figures/<str:figure>", show, name="show"),
    path("figures/<str:figure>/approve", approve, name="approve"),
    path("figures/<str:figure>/correct", correct, name="correct"),
]

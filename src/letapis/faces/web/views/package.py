"""Give persons and organisations of a dossier to a partner as data. The page shows exactly what would leave and what stays; what is given is
what was shown: where it has become something else, it is shown again first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_http_methods

from letapis.core import date_words
from letapis.core.errors import LetapisError
from letapis.core.package import FORMATS, Stated
from letapis.core.standing import Level
from letapis.desk import package, package_plan
from letapis.desk.package_plan import Order, Plan, Stays
from letapis.faces.texts import texts
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import ClaimLine, Lines
from letapis.faces.web.pages import ident, page
from letapis.faces.web.streams import saved

app_name = "package"
SHOWN: Final = 40
"""Persons in one part of the preview, and reasons that are told one by one."""
_BEGINS: Final = 1500
_FLOORS: Final = {"checked": Level.CHECKED, "verified": Level.VERIFIED}
_FIELDS: Final = {"package.recipient": "recipient", "package.purpose": "purpose", "package.format": "form", "package.groups": "groups"}


class PackageForm(DeskForm):
    """Who gets it and what for, in which form, how far checked, what goes beside the names."""

    section = "package"
    to = forms.ChoiceField(initial="partner")
    recipient = forms.CharField(max_length=200)
    purpose = forms.CharField(max_length=200)
    form = forms.ChoiceField(initial="ftm")
    floor = forms.ChoiceField(initial="checked")
    groups = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        columns = request.desk.catalogue.package
        self.offer_labels("to", [(one.id, one.label) for one in request.desk.catalogue.consent.handovers.values()])
        self.offer("form", [(name, f"package.form.{name}") for name in FORMATS])
        self.offer("floor", [(name, f"claims.level.{name}") for name in _FLOORS])
        self.offer_labels("groups", [(one.id, one.label) for one in columns.groups if not one.always])
        self.fields["groups"].initial = list(columns.usual)

    def told(self) -> dict[str, Any]:
        """What stands in the form; a field that is wrong or was not sent yet is taken as the page offers it."""
        told = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        if self.is_bound:
            self.is_valid()
            told |= self.cleaned_data
        return told

    def order(self) -> Order:
        told = self.told()
        return Order(told["form"], told["to"], _FLOORS[told["floor"]], tuple(told["groups"] or ()))

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, to be shown again without a word on what is still missing."""
        return {name: field.widget.value_from_datadict(self.data, self.files, name) for name, field in self.fields.items()}


@dataclass(frozen=True)
class ValueLine:
    """One value that leaves, in words."""

    label: str
    value: str
    when: str
    origin: str
    level: str


@dataclass(frozen=True)
class StaysLine:
    """One value that stays: its claim in words, why, and whose answer that is (keys of texts)."""

    line: ClaimLine
    why: str
    who: str


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: Any, dossier: str) -> HttpResponseBase:
    """The form with its preview; from the button, the file itself."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "people"))
    sent = request.method == "POST"
    form = PackageForm(request, request.POST if sent else None)
    told, order = form.told(), form.order()
    recipient, purpose = (" ".join((told.get(name) or "").split()) for name in ("recipient", "purpose"))
    plan = package_plan.make_plan(request.desk, request.reader, ident_, recipient, order)
    part = request.POST.get("part", "")
    if sent and ("look" in request.POST or part):
        form = PackageForm(request, initial=form.typed())
    elif sent and form.is_valid():
        try:
            given = package.give(request.desk, request.reader, ident_, recipient, purpose, order, request.POST.get("shown", ""))
            return saved([given.data], given.name, len(given.data))
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
    context |= {"form": form, "plan": plan, "to": plan.to.label[request.language]} | _preview(request, plan, part)
    context["begins"] = _begins(request, plan, order, recipient, purpose)
    context["given"] = package.packages(request.desk, request.reader, ident_)
    return page(request, "package/give.html", context, 422 if form.errors else 200)


def _preview(request: Any, plan: Plan, part: str) -> dict[str, Any]:
    """One part of what leaves, in words, and why the rest stays."""
    lines, origins = Lines(request), _origins(request)
    parts = max(1, -(-len(plan.people) // SHOWN))
    number = min(int(part), parts) if part.isascii() and part.isdecimal() and 0 < len(part) < 7 and int(part) else 1
    shown = plan.people[(number - 1) * SHOWN : number * SHOWN]
    stays = plan.stays[:SHOWN]
    words = {one.claim.ref: line for one, line in zip(stays, lines.lines([one.claim for one in stays]), strict=True)}
    return {
        "people": [
            (
                one,
                f"package.kind.{one.kind}",
                [_value(lines, value, origins) for value in one.values],
                [(at, origins.get(at.origin, at.origin)) for at in one.listed],
            )
            for one in shown
        ],
        "part": number,
        "parts": parts,
        "others": [n for n in (number - 1, number + 1) if 1 <= n <= parts],
        "stays": [StaysLine(words[one.claim.ref], lines.say(one.because.because, **one.because.detail), _who(one)) for one in stays],
        "stays_more": len(plan.stays) - len(stays),
        "stays_count": len(plan.stays),
        "reasons": _reasons(plan, lines),
        "never": _never(request, plan),
        "never_count": sum(plan.never.values()),
    }


def _who(one: Stays) -> str:
    return f"casefile.who.{one.who}" if one.who else ""


def _reasons(plan: Plan, lines: Lines) -> list[tuple[str, int]]:
    """Each reason with how many values it keeps at home, the commonest first."""
    counted = Counter(lines.say(one.because.because, **one.because.detail) for one in plan.stays)
    return counted.most_common()


def _never(request: Any, plan: Plan) -> list[tuple[str, int]]:
    """What never leaves by group; groups that are called alike are one to whoever reads."""
    groups = {group.id: group.label[request.language] for group in request.desk.catalogue.vocabulary.groups}
    counted: Counter[str] = Counter()
    for name, count in plan.never.items():
        counted[groups.get(name, name)] += count
    return sorted(counted.items())


def _origins(request: Any) -> dict[str, str]:
    """What the file calls a list, in English, as the reader of the page calls it."""
    catalogue = request.desk.catalogue
    told = {one.titles["en"]: one.titles[request.language] for one in catalogue.mappings.values()}
    return told | {catalogue.package.some_list: texts().say("package.some_list", request.language)}


def _value(lines: Lines, value: Stated, origins: Mapping[str, str]) -> ValueLine:
    """A value as a reader says it; how it stands in the file is shown by the beginning of the file."""
    days = [date_words.show(day, lines.language) if day else "…" for day in (value.since, value.until)]
    when = " – ".join(days) if value.since or value.until else ""
    origin = origins.get(value.origin, value.origin)
    return ValueLine(lines.label(value.fact), lines.in_words(value.fact, value.value), when, origin, f"claims.level.{value.standing}")


def _begins(request: Any, plan: Plan, order: Order, recipient: str, purpose: str) -> str:
    """The first lines of the file, as its bytes stand."""
    if not plan.people:
        return ""
    few = package_plan.Plan(plan.people[:3], (), (), {}, 0, plan.to, plan.fields)
    text = package.written(request.desk, few, order, recipient or "…", purpose or "…").decode("utf-8")
    return text if len(text) <= _BEGINS else f"{text[:_BEGINS]}…"


urlpatterns = [path("dossiers/<str:dossier>/package", give, name="give")]

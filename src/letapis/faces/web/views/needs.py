"""Needs of the people of a dossier: asked at first contact, before and without any testimony, and kept apart from the case."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.errors import LetapisError, NotFound
from letapis.core.needs import MAX_TEXT, STATES
from letapis.desk import needs, reading
from letapis.faces.texts import texts
from letapis.faces.web.around import Around
from letapis.faces.web.choosing import offer_parties
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.versions import carried, seen_versions, side_by_side

app_name = "needs"
_FIELDS: Final = {"needs.party": "party", "needs.code": "code", "needs.text": "text", "needs.tells_amount": "text", "needs.tells_account": "text",
                  "needs.tells_contact": "text", "needs.until": "until", "dossiers.not_a_member": "others"}  # fmt: skip


class NeedForm(DeskForm):
    """No payer, amount or address: there is no field for them."""

    section = "needs"
    party = forms.ChoiceField()
    code = forms.ChoiceField()
    text = forms.CharField(max_length=MAX_TEXT, required=False)
    until = forms.CharField(widget=forms.DateInput(attrs={"type": "date", "class": "short"}))
    others = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, request: Any, dossier: bytes, holders: frozenset[bytes], *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, initial={"until": needs.usual_day(request.desk)}, **named)
        sources = reading.sources(request.desk, request.reader, dossier)
        offer_parties(self, "party", request, dossier, first=[(one.source.hex(), one.code) for one in sources])
        self.offer_labels("code", request.desk.catalogue.needs.labels.items())
        team = [m for m in reading.active_members(request.desk, request.reader) if m.member not in {request.desk.me, *holders}]
        others: Any = self.fields["others"]
        others.choices = [(one.member.hex(), one.name) for one in team]
        if not team:
            del self.fields["others"]

    def told(self) -> tuple[needs.NeedForm, list[bytes]]:
        told = self.cleaned_data
        form = needs.NeedForm(bytes.fromhex(told["party"]), told["code"], told["text"], told["until"])
        return form, [bytes.fromhex(one) for one in told.get("others", ())]


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: Any, dossier: str) -> HttpResponse:
    """What is needed and how far it is; one more is added here."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "around"))
    view = needs.needs(request.desk, request.reader, ident_)
    form = NeedForm(request, ident_, view.holders, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            needs.add_need(request.desk, request.reader, ident_, *form.told())
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "needs.added")
            return see_other("needs:list", dossier=dossier)
    lines = Lines(request)
    named = {**lines.entities(ident_), **{one: words.code for one, words in lines.sources(ident_).items()}}
    context |= {
        "form": form,
        "rows": [_row(request, lines, one, named.get(one.about, "")) for one in view.current],
        "states": [(state, f"needs.state.{state}") for state in STATES],
        "over": len(view.over),
        "holders": sorted(lines.name(member) for member in view.holders),
        "nobody": not named,
    }
    return page(request, "support/needs.html", context, 422 if form.errors else 200)


def _label(request: Any, code: str) -> str:
    """The label of a need; a code of a colleague's newer list stands for itself."""
    label = request.desk.catalogue.needs.labels.get(code)
    return str(label[request.language]) if label else code


def _row(request: Any, lines: Lines, one: reading.ItemView, party: str) -> tuple[reading.ItemView, str, str, list[tuple[str, str]], str]:
    """A need, whose it is, what it is, the states that stand side by side, and the versions that its buttons carry."""
    said = side_by_side(request, lines, one.item, one.heads, lambda record: lines.word("needs.state", record.text("state")))
    return one, party, _label(request, one.text("code")), said, carried(one.heads)


@require_POST
def mark(request: Any, need: str) -> HttpResponse:
    ident_ = ident(need)
    dossier = reading.item(request.desk, request.reader, ident_).dossier
    try:
        needs.mark_need(request.desk, request.reader, ident_, request.POST.get("state", ""), seen_versions(request.POST))
    except NotFound:
        raise
    except LetapisError as error:
        context = dict(frame(request, dossier, "around")) | {"fault": texts().say(f"errors.{error.code}", request.language)}
        return page(request, "support/wrong.html", context, 422)
    notice(request, "needs.marked")
    return see_other("needs:list", dossier=dossier.hex())


AROUND = (Around(5, "needs.title", "needs:list", ("need",)),)
urlpatterns = [
    path("dossiers/<str:dossier>/needs", overview, name="list"),
    path("needs/<str:need>/state", mark, name="mark"),
]

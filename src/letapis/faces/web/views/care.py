"""Care for oneself: what I opened this week, what I do not want to be shown, with whom I look. For the reader's own eyes."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core.errors import LetapisError
from letapis.core.records import Record
from letapis.desk import care
from letapis.faces.texts import texts
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines
from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.versions import keep_chosen, version_context

app_name = "care"


class CareForm(DeskForm):
    section = "care"
    avoided = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    until = forms.CharField(required=False, max_length=24)

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        mine = care.preferences(request.desk, request.reader)
        super().__init__(request, *arguments, initial={"avoided": list(mine.avoided), "until": mine.until}, **named)
        topics = request.desk.catalogue.care.topics
        self.offer_labels("avoided", [(topic.id, topic.label) for topic in topics.values()])


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any) -> HttpResponse:
    form = CareForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            care.prefer(request.desk, request.reader, form.cleaned_data["avoided"], form.cleaned_data["until"].strip())
        except LetapisError as error:
            form.complain(error, "until" if error.code == "care.until" else "avoided")
        else:
            notice(request, "care.kept")
            return see_other("care:show")
    return page(request, "care/show.html", _context(request) | {"form": form}, 422 if form.errors else 200)


def _context(request: Any) -> dict[str, Any]:
    desk, reader, lines = request.desk, request.reader, Lines(request)
    load, topics = care.load(desk, reader), desk.catalogue.care.topics
    days = [(day, [(topics[k].label[request.language], n) for k, n in sorted(counts.items()) if k in topics]) for day, counts in load.days]
    proposed = texts().say(load.proposal.because, request.language, **load.proposal.detail) if load.proposal is not None else ""
    offering = care.company(desk, reader)
    others = [lines.name(member) for member in offering if member != desk.me]
    context = {"load": load, "days": days, "proposed": proposed, "others": others, "offers": desk.me in offering}
    twice = care.said_twice(desk, reader)
    return context | ({"twice": twice} | version_context(request, lines, twice, lambda record: _describe(request, lines, record)) if twice else {})


def _describe(request: Any, lines: Lines, record: Record) -> list[tuple[str, str]]:
    """What two devices of one member say: wishes, or whether they offer to look together."""
    state = record.text("state")
    offer = {care.OFFERS: "vocabulary.yes", care.ENDED: "vocabulary.no"}.get(state)
    topics = request.desk.catalogue.care.topics
    return [
        ("care.company", lines.say(offer) if offer else ""),
        ("care.field.avoided", ", ".join(topics[one].label[lines.language] if one in topics else one for one in record.texts("topics"))),
        ("care.field.until", lines.date(record.text("until")) if record.text("until") else ""),
    ]


@require_POST
def keep(request: Any, item: str) -> HttpResponse:
    """Of what two of one's own devices say side by side, go on with one."""
    keep_chosen(request, care.own(request.desk, request.reader, ident(item)))
    return see_other("care:show")


@require_POST
def company(request: Any) -> HttpResponse:
    """Offer to look at the worst together, or take the offer back."""
    offers = request.POST.get("offers") == "yes"
    care.offer_company(request.desk, request.reader, offers)
    notice(request, "care.offered" if offers else "care.offer_ended")
    return see_other("care:show")


NAVIGATION = (Entry(700, "care.title", "care:show"),)
urlpatterns = [path("care", show, name="show"), path("care/company", company, name="company"), path("care/<str:item>/version", keep, name="keep")]

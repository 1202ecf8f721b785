"""Looking at originals without harm: page by page, first small and grey where it is difficult, sounds and films muted and at a moment."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core import moments
from letapis.core.errors import LetapisError, NotFound
from letapis.desk import claims as deeds
from letapis.desk import difficult, evidence, reading, redaction
from letapis.engines import pixels
from letapis.faces.web.difficult import CLOSED, GREY, OPEN, look, open_as, original, told
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, ordinal, page, see_other
from letapis.faces.web.streams import PLAYED

app_name = "looking"
_COPIES_PAGE: Final = 12
_ZOOMS: Final = ("fit", "100", "150", "200")
_WORDS: Final = 6_000
_MOMENTS: Final = 60


class MarkForm(DeskForm):
    """What awaits whoever opens an original."""

    section = "difficult"
    topics = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    text = forms.CharField(required=False, max_length=difficult.LONGEST)

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        known = request.desk.catalogue.care.topics
        self.offer_labels("topics", [(topic, known[topic].label) for topic in difficult.offered(request.desk)])


class MomentForm(DeskForm):
    """A note about one moment of a sound or film."""

    section = "looking"
    moment = forms.CharField(max_length=12, widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "10", "data-moment": ""}))
    words = forms.CharField(max_length=20_000, strip=False, widget=forms.Textarea(attrs={"rows": 4}))


def on_item(request: Any, kept: reading.EvidenceView, claims: Sequence[reading.ClaimView]) -> dict[str, Any]:
    """What the page of an item needs to show it or to say why it does not: how far it is open, its pages, its copies with parts blacked out."""
    found = look(request, kept, claims)
    copies = reading.renditions(request.desk, request.reader, kept.object)
    plays = kept.media_type.partition("/")[0] if kept.media_type in PLAYED else ""
    return {
        "look": found,
        "part": part_of(copies, request.GET.get("page", ""), _COPIES_PAGE),
        "copies": len(copies),
        "plays": plays,
        "shows": bool(copies or plays or kept.media_type == "text/plain"),
        "blacked_out": redaction.redactions(request.desk, request.reader, kept.object),
        "can_black_out": redaction.can_redact(kept, copies),
    }


@require_POST
def open_item(request: Any, item: str) -> HttpResponse:
    """A step of the reader: small and grey, or as it is. It is forgotten with the session."""
    kept = original(request, item)
    open_as(request, kept, GREY if request.POST.get("how") == GREY else OPEN)
    return see_other("evidence:item", item=item)


@require_safe
def grey(request: Any, copy: str) -> HttpResponse:
    """A safe page, small and without colour: what is shown first of what is difficult."""
    kept = reading.evidence(request.desk, request.reader, ident(copy))
    if not kept.page or kept.media_type != "image/png" or look(request, kept).state == CLOSED:
        raise NotFound("reading.not_found")
    data = b"".join(evidence.read_object(request.desk, request.reader, kept.object))
    return HttpResponse(pixels.grey_small(data), content_type="image/png")


@require_safe
def pages(request: Any, item: str, number: str) -> HttpResponse:
    """One page of an original, with the words that a program reads in it beside the picture."""
    kept, wanted = original(request, item), ordinal(number)
    if look(request, kept).state != OPEN:
        return see_other("evidence:item", item=item)
    copies = reading.renditions(request.desk, request.reader, kept.object)
    shown = next((copy for copy in copies if copy.page == wanted), None)
    if shown is None:
        raise NotFound("reading.not_found")
    at, zoom = copies.index(shown), request.GET.get("zoom", "")
    zoom = zoom if zoom in _ZOOMS else _ZOOMS[0]
    context = dict(frame(request, kept.dossier, "evidence")) | {
        "item": kept,
        "shown": shown,
        "copies": len(copies),
        "numbers": [copy.page for copy in copies],
        "before": copies[at - 1].page if at else 0,
        "after": copies[at + 1].page if at + 1 < len(copies) else 0,
        "zoom": zoom,
        "zooms": _ZOOMS,
        "layer": _layer(request, kept, wanted),
    }
    return page(request, "looking/page.html", context)


def _layer(request: Any, kept: reading.EvidenceView, number: int) -> str:
    """The words of a page, as much as a person reads beside a picture; empty where the file has none or gives none out."""
    try:
        words = [one.word for one in redaction.layer(request.desk, request.reader, kept.object) if one.page == number]
    except NotFound:
        raise
    except LetapisError:
        return ""
    return " ".join(words)[:_WORDS]


@require_safe
def turn(request: Any, item: str) -> HttpResponse:
    """The page whose number was typed."""
    kept, typed = original(request, item), request.GET.get("to", "").strip()
    there = {str(copy.page) for copy in reading.renditions(request.desk, request.reader, kept.object)}
    zoom = request.GET.get("zoom", "")
    address = reverse("looking:page", args=[item, int(typed if typed in there else min(there, key=int, default="1"))])
    response = HttpResponse(status=303)
    response["Location"] = f"{address}?{urlencode({'zoom': zoom})}" if zoom in _ZOOMS else address
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def player(request: Any, item: str) -> HttpResponse:
    """A sound or film, muted, at a moment; beside it a note about a moment can be written. Nothing is loaded before somebody presses play."""
    kept = original(request, item)
    if kept.media_type not in PLAYED:
        raise NotFound("reading.not_found")
    if look(request, kept).state != OPEN:
        return see_other("evidence:item", item=item)
    at = moments.seconds(request.GET.get("at", "")) or 0
    form = MomentForm(request, request.POST if request.method == "POST" else None, initial={"moment": moments.code(at)})
    if request.method == "POST" and form.is_valid() and (saved := _noted(request, kept, form)):
        return saved
    lines, cut = Lines(request), reading.claims(request.desk, request.reader, kept.dossier, evidence=kept.object)
    marked = [(one, moments.seconds(one.anchor)) for one in cut if not one.replaced]
    anchored = sorted(((moment, one) for one, moment in marked if moment is not None), key=lambda pair: pair[0])[:_MOMENTS]
    context = dict(frame(request, kept.dossier, "evidence")) | {
        "item": kept,
        "plays": kept.media_type.partition("/")[0],
        "at": at,
        "code": moments.code(at),
        "marked": [(moments.code(moment), moment, lines.line(one)) for moment, one in anchored],
        "form": form,
    }
    return page(request, "looking/player.html", context, 422 if form.errors else 200)


def _noted(request: Any, kept: reading.EvidenceView, form: MomentForm) -> HttpResponse | None:
    """Keep a note about a moment: its words begin with the time code, from which every later page leads back. None where a field is wrong."""
    moment = moments.seconds(form.cleaned_data["moment"])
    if moment is None:
        form.add_error("moment", Lines(request).say("errors.looking.moment"))
        return None
    words = form.cleaned_data["words"].replace("\r\n", "\n").replace("\r", "\n")
    code = moments.code(moment)
    form_of_note = deeds.NoteForm(f"{kept.title[:180]}, {code}", f"[{code}] {words}", request.language, kept.source, evidence=kept.object)
    try:
        deeds.write_note(request.desk, request.reader, kept.dossier, form_of_note)
    except LetapisError as error:
        form.complain(error, "words")
        return None
    notice(request, "looking.noted")
    response = HttpResponse(status=303)
    response["Location"] = f"{reverse('looking:player', args=[kept.object.hex()])}?at={moment}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: Any, item: str) -> HttpResponse:
    """Say what awaits whoever opens this, or take one's own word back."""
    kept = original(request, item)
    mine = next((one for one in difficult.marks(request.desk, request.reader, kept.object) if one.member == request.desk.me), None)
    first = {"topics": list(mine.topics), "text": mine.text} if mine else None
    form = MarkForm(request, request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "take_back":
                difficult.take_back(request.desk, request.reader, kept.object)
                notice(request, "difficult.taken_back")
                return see_other("evidence:item", item=item)
            if form.is_valid():
                difficult.mark(request.desk, request.reader, kept.object, form.cleaned_data["topics"], form.cleaned_data["text"])
                notice(request, "difficult.marked")
                return see_other("evidence:item", item=item)
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, "topics" if error.code == "difficult.topics" else "text")
    marks = told(request, difficult.marks(request.desk, request.reader, kept.object))
    context = dict(frame(request, kept.dossier, "evidence")) | {"item": kept, "form": form, "mine": mine, "marks": marks}
    return page(request, "looking/mark.html", context, 422 if form.errors else 200)


urlpatterns = [
    path("evidence/<str:item>/pages", turn, name="turn"),
    path("evidence/<str:item>/pages/<str:number>", pages, name="page"),
    path("evidence/<str:item>/player", player, name="player"),
    path("evidence/<str:item>/difficult", mark, name="mark"),
    path("evidence/picture/<str:copy>/grey", grey, name="grey"),
]

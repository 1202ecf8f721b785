"""Black out parts of an original: draw or type boxes, or name words; see exactly what would leave; make the copy; a colleague looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from letapis.core import redaction as rules
from letapis.core.errors import LetapisError, NotFound, UsageError
from letapis.core.redaction import Box
from letapis.desk import evidence, reading, redaction
from letapis.faces.texts import texts
from letapis.faces.web.difficult import OPEN, look, require_open
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.drafted import Draft, draft, keep
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, ordinal, page, see_other

app_name = "redacting"
_BESIDE: Final = {"redact.pages": "pages", "redact.page": "pages", "evidence.title": "title", "redact.words_in_title": "title"}
_PREVIEWED: Final = 12
_SIDES: Final = ("left", "top", "width", "height")
_SHOWN_WORDS: Final = 12


class BoxForm(DeskForm):
    """A box in percent of the page. Drawn by a small script where there is one, typed everywhere."""

    section = "redact"
    left = forms.CharField(max_length=7, widget=forms.TextInput(attrs={"inputmode": "decimal", "size": "7"}))
    top = forms.CharField(max_length=7, widget=forms.TextInput(attrs={"inputmode": "decimal", "size": "7"}))
    width = forms.CharField(max_length=7, widget=forms.TextInput(attrs={"inputmode": "decimal", "size": "7"}))
    height = forms.CharField(max_length=7, widget=forms.TextInput(attrs={"inputmode": "decimal", "size": "7"}))
    reason = forms.ChoiceField()

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        _offer_reasons(self)

    def read(self, number: int, pages: int) -> Box | None:
        """The box of page ``number``; None with the errors beside their fields."""
        values = {}
        for side in _SIDES:
            try:
                values[side] = rules.percent(self.cleaned_data[side])
            except UsageError as error:
                self.complain(error, side)
        if len(values) < len(_SIDES):
            return None
        try:
            left, top, width, height = (values[side] for side in _SIDES)
            return rules.box(number, left, top, width, height, self.cleaned_data["reason"], pages)
        except UsageError as error:
            self.complain(error, "width")
        return None


class WordsForm(DeskForm):
    """Words to be covered wherever a program finds them."""

    section = "redact"
    words = forms.CharField(max_length=4_000, strip=False, widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.ChoiceField()

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, auto_id="words_%s", **named)
        _offer_reasons(self)


class CopyForm(DeskForm):
    """What the copy is called, which pages go in, why it was made."""

    section = "redact"
    title = forms.CharField(max_length=200)
    pages = forms.CharField(max_length=200, required=False)
    text = forms.CharField(max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class LookForm(DeskForm):
    """Whether anything is left open in a colleague's copy."""

    section = "redact"
    nothing_open = forms.ChoiceField(widget=forms.RadioSelect)
    because = forms.CharField(max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("nothing_open", [("yes", "redact.look.yes"), ("no", "redact.look.no")])


@dataclass(frozen=True)
class Covered:
    """A box or place in words: what to take away by its line, where it lies, why."""

    line: str
    page: int
    place: str
    reason: str


def _offer_reasons(form: DeskForm) -> None:
    form.offer("reason", [(reason, f"redact.reason.{reason}") for reason in rules.REASONS])


# ---- drawing ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: Any, item: str) -> HttpResponse:
    """A page with its boxes, or a text with its places; what is drawn stays in this session until a copy is made."""
    kept = _original(request, item)
    if look(request, kept).state != OPEN:
        notice(request, "redact.open_first")
        return see_other("evidence:item", item=item)
    safe = redaction.pages(request.desk, request.reader, kept.object)
    number = _number(request.GET.get("page", ""), safe)
    box, words = BoxForm(request), WordsForm(request)
    if request.method == "POST":
        box, words = _posted(request, box, words)
        try:
            if _change(request, kept, safe, number, box, words):
                return _again(item, number, bool(safe))
        except NotFound:
            raise
        except LetapisError as error:
            (words if words.is_bound else box).complain(error, "words")
    now = draft(request, kept.object)
    shown = next((copy for copy in safe if copy.page == number), None)
    context = dict(frame(request, kept.dossier, "evidence")) | {
        "item": kept,
        "shown": shown,
        "pages": [copy.page for copy in safe],
        "copies": len(safe),
        "here": _covered(request, now, number),
        "elsewhere": [copy.page for copy in safe if copy.page != number and now.on(copy.page)],
        "draft": now,
        "box": box,
        "words": words,
        "text": "" if safe else _text(request, kept, now),
        "stray": _stray(request, kept, now.boxes),
    }
    return page(request, "redacting/draw.html", context, 422 if box.errors or words.errors else 200)


def _original(request: Any, item: str) -> reading.EvidenceView:
    kept = reading.evidence(request.desk, request.reader, ident(item))
    redaction.pages(request.desk, request.reader, kept.object)  # raises NotFound for what is no original
    return kept


def _number(typed: str, safe: Sequence[reading.EvidenceView]) -> int:
    there = [copy.page for copy in safe]
    return int(typed) if typed in map(str, there) else (there[0] if there else 0)


def _posted(request: Any, box: BoxForm, words: WordsForm) -> tuple[BoxForm, WordsForm]:
    match request.POST.get("do"):
        case "box":
            return BoxForm(request, request.POST), words
        case "words":
            return box, WordsForm(request, request.POST)
    return box, words


def _change(request: Any, kept: reading.EvidenceView, safe: Sequence[reading.EvidenceView], number: int, box: BoxForm, words: WordsForm) -> bool:
    """Carry out what was asked; False where a field is wrong. Raises UsageError for words that are found nowhere."""
    now = draft(request, kept.object)
    if box.is_bound:
        made = box.read(number, max(copy.page for copy in safe)) if box.is_valid() and safe else None
        if made is None:
            return False
        now = now.with_more(boxes=[made])
    elif words.is_bound:
        if not words.is_valid():
            return False
        now = _with_words(request, kept, now, bool(safe), words)
    elif "remove" in request.POST:
        now = now.without(request.POST["remove"])
    elif request.POST.get("do") == "clear":
        now = Draft()
    keep(request, kept.object, now)
    return True


def _with_words(request: Any, kept: reading.EvidenceView, now: Draft, paged: bool, form: WordsForm) -> Draft:
    words, reason = form.cleaned_data["words"].strip(), form.cleaned_data["reason"]
    if paged:
        boxes = rules.boxes_of(redaction.layer(request.desk, request.reader, kept.object), words, reason)
        made, count = now.with_more(boxes=boxes), len(boxes)
    else:
        spans = rules.spans_of(redaction.safe_text(request.desk, request.reader, kept.object), words, reason)
        made, count = now.with_more(spans=spans), len(spans)
    if not count:
        raise UsageError("redact.words_not_found")
    notice(request, "redact.words_found", count=count)
    return made


def _again(item: str, number: int, paged: bool) -> HttpResponse:
    response = see_other("redacting:draw", item=item)
    if paged:
        response["Location"] += f"?page={number}"
    return response


def _covered(request: Any, now: Draft, number: int) -> list[Covered]:
    """Boxes of a page in percent, or the places of a text, each with its reason in words."""
    say = Lines(request).say
    boxes = [
        Covered(box.text, box.page, say("redact.place", left=_percent(box.left), top=_percent(box.top), width=_percent(box.width),
                height=_percent(box.height)), say(f"redact.reason.{box.reason}"))
        for box in now.on(number)
    ]  # fmt: skip
    spans = [Covered(s.text, 0, say("redact.span", start=s.start, length=s.end - s.start), say(f"redact.reason.{s.reason}")) for s in now.spans]
    return boxes + spans


def _percent(value: int) -> str:
    return f"{value / 100:g}"


def _text(request: Any, kept: reading.EvidenceView, now: Draft) -> str:
    return rules.blanked(redaction.safe_text(request.desk, request.reader, kept.object), now.spans)


def _stray(request: Any, kept: reading.EvidenceView, boxes: Sequence[Box], pages: Sequence[int] = ()) -> list[tuple[str, str]]:
    """Words that stand uncovered elsewhere, with the pages where; of many the first ones."""
    found = rules.open_elsewhere(redaction.layer(request.desk, request.reader, kept.object), boxes, pages) if boxes else []
    return [(word, ", ".join(map(str, on))) for word, on in found[:_SHOWN_WORDS]]


@require_safe
def drawn(request: Any, item: str, number: str) -> HttpResponse:
    """A page as it would leave with what is drawn on it now: the same function makes the copy."""
    kept, wanted = _original(request, item), ordinal(number)
    require_open(request, kept)
    safe = redaction.pages(request.desk, request.reader, kept.object)
    shown = next((copy for copy in safe if copy.page == wanted), None)
    if shown is None:
        raise NotFound("reading.not_found")
    data = redaction.page_picture(request.desk, request.reader, shown, draft(request, kept.object).boxes)
    return HttpResponse(data, content_type="image/png")


# ---- making ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: Any, item: str) -> HttpResponse:
    """Exactly what would leave; POST makes the copy of it. Where the draft has become another one since, it is shown again first."""
    kept = _original(request, item)
    if look(request, kept).state != OPEN:
        return see_other("evidence:item", item=item)
    now, safe = draft(request, kept.object), redaction.pages(request.desk, request.reader, kept.object)
    first = {"title": texts().say("redact.copy_title", request.language)}
    form = CopyForm(request, request.POST if request.method == "POST" else None, initial=first)
    if not safe:
        del form.fields["pages"]
    if request.method == "POST" and form.is_valid() and (made := _made(request, kept, now, safe, form)):
        return see_other("redacting:show", made=made.hex())
    part = part_of(safe, request.GET.get("page", ""), _PREVIEWED)
    context = dict(frame(request, kept.dossier, "evidence")) | {
        "item": kept,
        "draft": now,
        "part": part,
        "copies": len(safe),
        "text": "" if safe else _text(request, kept, now),
        "form": form,
        "stray": _stray(request, kept, now.boxes),
    }
    return page(request, "redacting/preview.html", context, 422 if form.errors else 200)


def _made(request: Any, kept: reading.EvidenceView, now: Draft, safe: Sequence[reading.EvidenceView], form: CopyForm) -> bytes | None:
    """The copy's redaction, or None with the error in the form."""
    told = form.cleaned_data
    if request.POST.get("shown") != now.fingerprint:
        form.add_error(None, Lines(request).say("redact.look_again"))
        return None
    try:
        typed = told.get("pages", "").strip()
        chosen = rules.chosen_pages(typed, max(copy.page for copy in safe)) if typed else ()
        wish = redaction.Wish(told["title"], now.boxes, now.spans, chosen, told["text"])
        made = redaction.redact(request.desk, request.reader, kept.object, wish)
    except NotFound:
        raise
    except LetapisError as error:
        form.complain(error, _BESIDE.get(error.code))
        return None
    keep(request, kept.object, Draft())
    notice(request, "redact.made", count=len(now.lines))
    return made


# ---- looking at a copy -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, made: str) -> HttpResponse:
    """A copy with parts blacked out: its pages, what was covered and why, who looked; POST is the second look."""
    one = redaction.redaction(request.desk, request.reader, ident(made))
    if look(request, _source(request, one)).state != OPEN:
        notice(request, "redact.open_first")
        return see_other("evidence:item", item=one.original.hex())
    form = LookForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            told = form.cleaned_data
            redaction.second_look(request.desk, request.reader, one.redaction, told["nothing_open"] == "yes", told["because"])
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, "because")
        else:
            notice(request, "redact.looked")
            return see_other("redacting:show", made=made)
    lines = Lines(request)
    pages = part_of(range(1, len(one.pages) + 1), request.GET.get("page", ""), _PREVIEWED) if one.copy.media_type != "text/plain" else None
    reasons = [box.reason for box in one.boxes] + [span.reason for span in one.spans]
    context = dict(frame(request, one.copy.dossier, "evidence")) | {
        "one": one,
        "copy": one.copy,
        "author": lines.name(one.copy.author),
        "part": pages,
        "text": b"".join(evidence.read_object(request.desk, request.reader, one.copy.object)).decode("utf-8", "replace") if pages is None else "",
        "reasons": [(lines.say(f"redact.reason.{reason}"), reasons.count(reason)) for reason in rules.REASONS if reason in reasons],
        "stray": _stray(request, _source(request, one), one.boxes, one.pages),
        "looked": [(word, lines.name(word.member)) for word in one.words],
        "mine": one.copy.author == request.desk.me,
        "form": form,
        "sha256": one.copy.sha256.hex(),
    }
    return page(request, "redacting/show.html", context, 422 if form.errors else 200)


def _source(request: Any, one: redaction.RedactionView) -> reading.EvidenceView:
    return reading.evidence(request.desk, request.reader, one.original)


@require_safe
def picture(request: Any, made: str, number: str) -> HttpResponse:
    """A page of a copy, as it stands in the file that would leave."""
    wanted, one = ordinal(number), redaction.redaction(request.desk, request.reader, ident(made))
    require_open(request, _source(request, one))
    for at, png in enumerate(redaction.pages_of_copy(request.desk, request.reader, one), start=1):
        if at == wanted:
            return HttpResponse(png, content_type="image/png")
    raise NotFound("reading.not_found")


urlpatterns = [
    path("evidence/<str:item>/redact", draw, name="draw"),
    path("evidence/<str:item>/redact/preview", preview, name="preview"),
    path("evidence/<str:item>/redact/pages/<str:number>", drawn, name="drawn"),
    path("redactions/<str:made>", show, name="show"),
    path("redactions/<str:made>/pages/<str:number>", picture, name="picture"),
]

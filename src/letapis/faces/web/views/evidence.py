"""Evidence of a dossier: take originals and accounts in, look at safe copies, hand an original out on purpose."""

import re
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound
from letapis.desk import difficult, evidence, plain_text, reading, verify
from letapis.faces.texts import texts
from letapis.faces.web.captured import Captured
from letapis.faces.web.difficult import OPEN, require_open, told
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm, let_go, offer_sources
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.session import takes_files
from letapis.faces.web.streams import PLAYED, begun, played, saved
from letapis.faces.web.views import looking
from letapis.faces.web.views.captures import on_item

app_name = "evidence"
_ITEMS_PAGE: Final = 60
_CLAIMS_SHOWN: Final = 40
_LONGEST_TEXT: Final = 12_000
_FIELDS: Final = {"evidence.title": "title", "evidence.kind": "kind", "evidence.source": "source", "evidence.duplicate": "file"}
_PARTS: Final = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+\Z")


class ItemForm(Captured):
    """What an original is called, what kind of thing it is and who gave it. The file comes last, so that the words are read first."""

    section = "evidence"
    title = forms.CharField(max_length=200)
    kind = forms.ChoiceField()
    source = forms.ChoiceField(required=False)
    file = forms.FileField(allow_empty_file=True)

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("kind", [(kind, f"evidence.kind.{kind}") for kind in evidence.KINDS if kind not in ("testimony", "submission")])
        offer_sources(self, request, dossier)
        self.ask_how(request)


class AccountForm(Captured):
    """An account that somebody sent as text, kept exactly as pasted."""

    section = "evidence"
    LAST = ("text",)
    title = forms.CharField(max_length=200)
    source = forms.ChoiceField(required=False)
    text = forms.CharField(max_length=400_000, strip=False, widget=forms.Textarea(attrs={"rows": 14}))

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        offer_sources(self, request, dossier)
        self.ask_how(request)


class JudgeForm(DeskForm):
    """Whether a document is what it claims to be, and why."""

    section = "evidence"
    authentic = forms.ChoiceField(widget=forms.RadioSelect)
    because = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, request: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(request, *arguments, **named)
        self.offer("authentic", [("yes", "evidence.authentic.yes"), ("no", "evidence.authentic.no")])


@dataclass(frozen=True)
class Step:
    """One custody entry in words: what was done, by whom, when, and what a colleague should know of it."""

    number: int
    event: str
    remark: str
    name: str
    recorded: str


@require_safe
def overview(request: Any, dossier: str) -> HttpResponse:
    ident_, lines = ident(dossier), Lines(request)
    context = dict(frame(request, ident_, "evidence"))
    kept = reading.evidence_of(request.desk, request.reader, ident_)
    part = part_of(kept[::-1], request.GET.get("page", ""), _ITEMS_PAGE)
    marks = difficult.marks_in(request.desk, request.reader, ident_)
    items = [
        (item, lines.source(ident_, item.source).code if item.source else "", lines.name(item.author), told(request, marks.get(item.object, [])))
        for item in part.shown
    ]
    return page(request, "evidence/list.html", context | {"part": part, "items": items, "count": len(kept)})


@takes_files("dossier")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Any, dossier: str) -> HttpResponse:
    """Take in a file. Its bytes were sealed while they arrived; what will not be recorded is removed again."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "evidence"))
    if request.method != "POST":
        return page(request, "evidence/add.html", context | {"form": ItemForm(request, ident_)})
    upload = request.FILES.get("file")
    form = ItemForm(request, ident_, request.POST, request.FILES)
    if not form.is_valid():
        if upload is not None:
            let_go(form, request, [upload])
        return page(request, "evidence/add.html", context | {"form": form}, 422)
    told = form.cleaned_data
    try:
        kept = evidence.keep_evidence(request.desk, request.reader, ident_, _told(told, upload, form.said()), upload.sealed)
    except LetapisError as error:
        form.complain(error, _FIELDS.get(error.code, "file"))
        return page(request, "evidence/add.html", context | {"form": form}, 422)
    notice(request, "evidence.kept")
    return see_other("evidence:item", item=kept.hex())


def _told(told: dict[str, Any], upload: Any, said: dict[str, str]) -> evidence.EvidenceForm:
    """What was filled in, with the sender's word for the type; a word that is no type at all is left out."""
    media_type = (upload.content_type or "").lower()
    source = bytes.fromhex(told["source"])
    name = upload.untrusted_name[:1000]
    media_type = media_type if _PARTS.match(media_type) else ""
    return evidence.EvidenceForm(told["title"], told["kind"], name, source, media_type, arrived="upload", said=said)


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: Any, dossier: str) -> HttpResponse:
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "evidence"))
    form = AccountForm(request, ident_, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            source = bytes.fromhex(told["source"])
            kept = evidence.keep_text(request.desk, request.reader, ident_, told["title"], told["text"], source, form.said())
        except LetapisError as error:
            form.complain(error, "title" if error.code == "evidence.title" else "text")
        else:
            notice(request, "evidence.kept")
            return see_other("evidence:item", item=kept.hex())
    return page(request, "evidence/paste.html", context | {"form": form}, 422 if form.errors else 200)


@require_safe
def item(request: Any, item: str) -> HttpResponse:
    """An item: its safe copies as pictures, remarks in words, what was cut from it, and everything that was done with it."""
    kept = reading.evidence(request.desk, request.reader, ident(item))
    if kept.page:
        return see_other("evidence:item", item=kept.derived_from.hex())
    for one in reading.items(request.desk, request.reader, "redaction", about=kept.object) if kept.derived_from else ():
        return see_other("redacting:show", made=one.item.hex())
    return _item(request, kept, JudgeForm(request))


def _item(request: Any, kept: reading.EvidenceView, judging: JudgeForm) -> HttpResponse:
    desk, reader, lines = request.desk, request.reader, Lines(request)
    words = verify.document_words(desk, reader, kept.object)
    anchored = _anchored(request, kept)
    shown = looking.on_item(request, kept, anchored)
    custody = reading.custody(desk, reader, kept.object)
    context = dict(frame(request, kept.dossier, "evidence")) | {
        "item": kept,
        "source": lines.source(kept.dossier, kept.source) if kept.source else None,
        "author": lines.name(kept.author),
        **shown,
        "flags": [flag for flag in evidence.flags(desk, reader, kept.object) if flag in texts()],
        "steps": steps(lines, custody),
        "refused": next((_remark(lines, c) for c in reversed(custody) if c.event == "quarantine"), ""),
        "claims": lines.lines(anchored[:_CLAIMS_SHOWN]),
        "claims_count": len(anchored),
        "text": _text(request, kept) if shown["look"].state == OPEN else None,
        "can_copy": not _was_looked_at(custody) and kept.media_type not in PLAYED,
        "sha256": kept.sha256.hex(),
        "sha512": kept.sha512.hex(),
        "judged": words,
        "words": [(word, lines.name(word.member)) for word in words.words],
        "form": judging,
        **on_item(request, kept),
    }
    return page(request, "evidence/item.html", context, 422 if judging.errors else 200)


@require_POST
def judge(request: Any, item: str) -> HttpResponse:
    """Say whether a document is authentic."""
    kept, form = reading.evidence(request.desk, request.reader, ident(item)), JudgeForm(request, request.POST)
    if form.is_valid():
        try:
            verify.judge_document(request.desk, request.reader, kept.object, form.cleaned_data["authentic"] == "yes", form.cleaned_data["because"])
        except NotFound:
            raise
        except LetapisError as error:
            form.complain(error, "because")
        else:
            notice(request, "evidence.judged")
            return see_other("evidence:item", item=item)
    return _item(request, kept, form)


def _anchored(request: Any, kept: reading.EvidenceView) -> list[reading.ClaimView]:
    return [c for c in reading.claims(request.desk, request.reader, kept.dossier, evidence=kept.object) if not c.replaced]


def _text(request: Any, kept: reading.EvidenceView) -> plain_text.Shown | None:
    """The beginning of what is text."""
    return plain_text.beginning(request.desk, request.reader, kept, _LONGEST_TEXT) if kept.media_type == "text/plain" else None


def _was_looked_at(custody: list[reading.CustodyView]) -> bool:
    """The sandbox has read the item, whether or not pictures came out of it."""
    return any(entry.event == "format identification" for entry in custody)


def steps(lines: Lines, custody: list[reading.CustodyView]) -> list[Step]:
    """Custody entries in words; a word that this version does not know is shown as it was recorded."""
    return [Step(c.step, lines.event(c.event), _remark(lines, c), lines.name(c.member), c.recorded) for c in custody]


def _remark(lines: Lines, entry: reading.CustodyView) -> str:
    """Why no copy was made, where the sandbox gave up, and what was found of a web capture; everything else is said by the event itself."""
    keys = (f"errors.{entry.outcome}", entry.outcome, f"capture.verdict.{entry.outcome.removeprefix('web:')}")
    return next((lines.say(key) for key in keys if key in texts()), "")


@require_POST
def copy(request: Any, item: str) -> HttpResponse:
    """Let the sandbox make the pictures that people look at. When it gives up, the original stays as it is."""
    kept = reading.evidence(request.desk, request.reader, ident(item))
    try:
        made = evidence.make_working_copy(request.desk, request.reader, kept.object)
    except LetapisError as error:
        if isinstance(error, NotFound):
            raise
        notice(request, f"errors.{error.code}")
    else:
        notice(request, "evidence.copied" if made.pages else "evidence.copied_none", count=len(made.pages))
    return see_other("evidence:item", item=item)


@require_safe
def picture(request: Any, copy: str) -> HttpResponse:
    """A page of a safe copy. Only what the sandbox drew is ever shown as a picture, never an original."""
    kept = reading.evidence(request.desk, request.reader, ident(copy))
    if not (kept.derived_from and kept.page) or kept.media_type != "image/png":
        raise NotFound("reading.not_found")
    require_open(request, kept)
    return HttpResponse(b"".join(evidence.read_object(request.desk, request.reader, kept.object)), content_type="image/png")


@require_safe
def play(request: Any, item: str) -> HttpResponseBase:
    """A sound or film, opened while it is heard. Types that no browser plays are not sent at all."""
    kept = reading.evidence(request.desk, request.reader, ident(item))
    if kept.media_type not in PLAYED:
        raise NotFound("reading.not_found")
    require_open(request, kept)
    return played(request, lambda start: evidence.read_object(request.desk, request.reader, kept.object, start=start), kept.size, kept.media_type)


@require_POST
def original(request: Any, item: str) -> HttpResponseBase:
    """Save an original outside the workspace: a decision of a person, recorded before the first byte leaves."""
    kept = reading.evidence(request.desk, request.reader, ident(item))
    pieces = begun(evidence.read_object(request.desk, request.reader, kept.object, told=True))
    evidence.add_custody(request.desk, request.reader, kept.object, "export", "original")
    return saved(pieces, f"original-{kept.object.hex()[:8]}{_ENDINGS.get(kept.media_type, '.bin')}", kept.size)


_ENDINGS: Final = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/plain": ".txt",
    "audio/mpeg": ".mp3",
    "video/mp4": ".mp4",
}

urlpatterns = [
    path("dossiers/<str:dossier>/evidence", overview, name="list"),
    path("dossiers/<str:dossier>/evidence/add", add, name="add"),
    path("dossiers/<str:dossier>/evidence/paste", paste, name="paste"),
    path("evidence/<str:item>", item, name="item"),
    path("evidence/<str:item>/open", looking.open_item, name="open"),
    path("evidence/<str:item>/authentic", judge, name="judge"),
    path("evidence/<str:item>/copy", copy, name="copy"),
    path("evidence/<str:item>/play", play, name="play"),
    path("evidence/<str:item>/original", original, name="original"),
    path("evidence/picture/<str:copy>", picture, name="picture"),
]

"""The account: write down what was said, and cut it into single pieces of information, passage by passage."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from letapis.core import moments
from letapis.core.errors import LetapisError, NotFound, Refused
from letapis.core.language import LANGUAGES
from letapis.core.records import BASES, Record
from letapis.core.sections import weighs
from letapis.desk import care, claims, interview_sections, proposals, reading
from letapis.faces.web import note_text, proposed
from letapis.faces.web.announced import announcement, open_it
from letapis.faces.web.cut_page import cut_context, cut_page, saved, sent_or
from letapis.faces.web.cutting import CuttingForm
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.forms import DeskForm
from letapis.faces.web.lines import ClaimLine, Lines
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.streams import PLAYED

app_name = "account"
_FIELDS: Final = {"claims.note_text": "text", "claims.note_title": "title", "claims.basis": "basis"}
_CLAIMS_SHOWN: Final = 6
_LINES_SHOWN: Final = 40
_MOMENTS: Final = 60


class NoteForm(DeskForm):
    section = "account"
    title = forms.CharField(max_length=200)
    text = forms.CharField(max_length=claims.MAX_NOTE, strip=False, widget=forms.Textarea(attrs={"rows": 16}))
    spoken = forms.ChoiceField()
    source = forms.ChoiceField(required=False)
    basis = forms.ChoiceField(required=False)
    subject = forms.ChoiceField(required=False)

    def __init__(self, request: Any, dossier: bytes, *arguments: Any, **named: Any) -> None:
        persons = reading.entities(request.desk, request.reader, dossier)
        sources = reading.sources(request.desk, request.reader, dossier)
        first = {"spoken": request.language, "subject": persons[0].entity.hex() if persons else ""}
        first["source"] = sources[0].source.hex() if len(sources) == 1 else ""
        super().__init__(request, *arguments, initial=first, **named)
        self.offer("spoken", [(language, f"account.language.{language}") for language in LANGUAGES])
        self.offer("basis", [("", "account.later"), *((basis, f"claims.basis.{basis}") for basis in BASES)])
        self.offer_named("source", [(s.source, s.code) for s in sources])
        self.offer_named("subject", [(e.entity, e.label) for e in persons])

    def offer_named(self, name: str, choices: list[tuple[bytes, str]]) -> None:
        self.offer(name, [("", "account.later")])
        field: Any = self.fields[name]
        field.choices = [*field.choices, *((one.hex(), label) for one, label in choices)]


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: Any, dossier: str) -> HttpResponse:
    """A note as typed, or an account as pasted."""
    ident_ = ident(dossier)
    context = dict(frame(request, ident_, "account"))
    form = NoteForm(request, ident_, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        anchor = {name: bytes.fromhex(told[name]) for name in ("source", "subject") if told[name]}
        # Browsers send line ends as two characters and count them as one; the words are kept as they are counted.
        text = told["text"].replace("\r\n", "\n").replace("\r", "\n")
        try:
            made, is_new = claims.write_note_once(
                request.desk, request.reader, ident_, claims.NoteForm(told["title"], text, told["spoken"], basis=told["basis"], **anchor)
            )
        except LetapisError as error:
            form.complain(error, _FIELDS.get(error.code))
        else:
            notice(request, "account.kept" if is_new else "account.kept_already")
            return see_other("account:note", note=made.hex())
    return page(request, "work/note_new.html", context | {"form": form}, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: Any, note: str) -> HttpResponse:
    """The text with its passages marked and the claims beside it; POST takes the words from which claims will be cut."""
    kept = reading.note(request.desk, request.reader, ident(note))
    error, quote = "", ""
    if request.method == "POST":
        quote = request.POST.get("passage_text", "").replace("\r\n", "\n")
        try:
            start, end = note_text.chosen(kept.text, request.POST)
        except LetapisError as fault:
            error = f"errors.{fault.code}"
        else:
            return see_other("account:cut", note=note, start=start, end=end)
    return (None if quote else _closed(request, kept)) or _note_page(request, kept, error, quote)


def _closed(request: Any, kept: reading.NoteView) -> HttpResponse | None:
    """The announcement in place of a part of an interview that is hard to read and was not opened; None for every other part."""
    part = note_text.part(kept.text, request.GET.get("page", ""))
    touched = interview_sections.sections_within(request.desk, request.reader, kept, part.start, part.end)
    told = [(one, announcement(request, one.section, weighs(request.desk.catalogue.topics, one.topics))) for one in touched]
    closed = [(one, announced) for one, announced in told if announced]
    if not closed:
        return None
    return page(request, "work/note_closed.html", {**frame(request, kept.dossier, "account"), "note": kept, "part": part, "closed": closed})


def _cut_in(request: Any, kept: reading.NoteView, part: note_text.TextPart) -> list[reading.PassageView]:
    return [p for p in reading.passages(request.desk, request.reader, kept.note) if p.start < part.end and p.end > part.start]


def _topics(request: Any, kept: reading.NoteView, cut: Sequence[reading.PassageView]) -> tuple[str, ...]:
    """What is difficult about a part of a note, by what was cut from it; nothing for who wrote it down."""
    if kept.author == request.desk.me:
        return ()
    claims_ = [claim for p in cut for claim in reading.claims_of_passage(request.desk, request.reader, p.ref)]
    return care.topics_of_claims(request.desk, [claim for claim in claims_ if not claim.replaced])


def _what(kept: reading.NoteView, part: note_text.TextPart) -> bytes:
    """A long note is opened part by part."""
    return kept.note + part.number.to_bytes(4, "big")


@require_POST
def show(request: Any, note: str) -> HttpResponse:
    """Open a difficult part of a note: from here on it is shown to this reader, until the session ends."""
    kept = reading.note(request.desk, request.reader, ident(note))
    part = note_text.part(kept.text, request.GET.get("page", ""))
    open_it(request, _what(kept, part), _topics(request, kept, _cut_in(request, kept, part)))
    answer = see_other("account:note", note=note)
    answer["Location"] += f"?page={part.number}"
    return answer


def _note_page(request: Any, kept: reading.NoteView, error: str = "", quote: str = "", form: proposed.ProposedForm | None = None) -> HttpResponse:
    """The page of a note; with ``form``, the lines that it proposes as they were sent and came back."""
    lines = Lines(request)
    part = note_text.part(kept.text, request.POST.get("part") or request.GET.get("page", ""))
    if form is None:
        form = proposed.build(request, kept, proposals.proposals(request.desk, request.reader, kept.note, part.start, part.end))
    cut = _cut_in(request, kept, part)
    beside = _beside(request, lines, cut, _LINES_SHOWN if not form.lines else _LINES_SHOWN // 3)
    context = {**frame(request, kept.dossier, "account"), **proposed.context(request, kept, form)} | {
        "note": kept,
        "announced": announcement(request, _what(kept, part), _topics(request, kept, cut)),
        "part": part,
        "segments": note_text.segments(part, [(p.start, p.end) for p in cut]),
        "sentences": note_text.sentences(part),
        "beside": beside,
        "hidden_passages": len(cut) - len(beside),
        "source": lines.source(kept.dossier, kept.source) if kept.source else None,
        "terms": lines.word("calls.use", reading.terms(request.desk, request.reader, kept.note)),
        "subject": lines.entities(kept.dossier).get(kept.subject, ""),
        "basis": f"claims.basis.{kept.basis}" if kept.basis else "",
        "author": lines.name(kept.author),
        "moments": _moments(request, kept),
        "error": error,
        "quote": quote,
    }
    return page(request, "work/note.html", context, 422 if error or form.wrong or form.looks else 200)


def _moments(request: Any, kept: reading.NoteView) -> list[tuple[str, str]]:
    """Moments of a sound or film that the note names, with where they are heard; none where its item is no such thing or not theirs."""
    found = moments.in_words(kept.text) if kept.evidence else ()
    with suppress(NotFound):
        if found and reading.evidence(request.desk, request.reader, kept.evidence).media_type in PLAYED:
            player = reverse("looking:player", args=[kept.evidence.hex()])
            return [(moments.code(one), f"{player}?at={one}") for one in found[:_MOMENTS]]
    return []


def _beside(request: Any, lines: Lines, cut: Sequence[reading.PassageView], room: int) -> list[tuple[reading.PassageView, list[ClaimLine]]]:
    """Passages with their claims, as many as fit beside the text."""
    found = []
    for passage in cut:
        if room <= 0:
            break
        claims_here = reading.claims_of_passage(request.desk, request.reader, passage.ref)[:_CLAIMS_SHOWN]
        found.append((passage, lines.lines(claims_here)))
        room -= 1 + len(claims_here)
    return found


@require_POST
def propose(request: Any, note: str) -> HttpResponse:
    """What a colleague decided on the lines that the note proposes: all that was taken is recorded in one step."""
    kept = reading.note(request.desk, request.reader, ident(note))
    part = note_text.part(kept.text, request.POST.get("part", ""))
    form = proposed.read(request, kept, proposals.proposals(request.desk, request.reader, kept.note, part.start, part.end))
    taken, skipped = proposed.decided(form, request.desk.catalogue)
    if not form.wrong and not form.looks:
        try:
            if taken:
                proposals.accept(request.desk, request.reader, kept.note, taken)
        except LetapisError as error:
            form.fault = (f"errors.{error.code}",)
        else:
            proposals.skip(request.desk, request.reader, kept.note, skipped)
            notice(request, "cutting.saved" if taken else "proposals.nothing_taken", count=len(taken))
            answer = see_other("account:note", note=note)
            answer["Location"] += f"?page={part.number}" if part.number > 1 else ""
            return answer
    return _note_page(request, kept, form=form)


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def cut(request: Any, note: str, start: int, end: int) -> HttpResponse:
    """Several claims from one passage: choose what it is about, say what it says, save all at once."""
    kept = reading.note(request.desk, request.reader, ident(note))
    if not 0 <= start < end <= len(kept.text):
        raise Refused("claims.passage")

    def save(form: CuttingForm) -> Sequence[Record]:
        common = form.common()
        return claims.cut_claims(request.desk, request.reader, kept.note, start, end, [row.cut(common) for row in form.rows], form.own)

    form = sent_or(request, kept.dossier, CuttingForm([], kept.source.hex(), kept.basis, kept.subject.hex()))
    if saved(request, form, save):
        notice(request, "cutting.saved", count=len(form.rows))
        sections = interview_sections.sections_within(request.desk, request.reader, kept, start, start + 1)
        return see_other("sections:show", section=sections[0].section.hex()) if sections else see_other("account:note", note=note)
    ref = reading.passage_at(request.desk, kept.note, start, end)
    before = Lines(request).lines(reading.claims_of_passage(request.desk, request.reader, ref)) if ref else []
    context = cut_context(request, kept.dossier, form) | {"note": kept, "words": kept.text[start:end], "before": before, "own_possible": True}
    return cut_page(request, form, context)


urlpatterns = [
    path("dossiers/<str:dossier>/write", write, name="write"),
    path("notes/<str:note>", note, name="note"),
    path("notes/<str:note>/open", show, name="open"),
    path("notes/<str:note>/proposals", propose, name="proposed"),
    path("notes/<str:note>/cut/<int:start>/<int:end>", cut, name="cut"),
]

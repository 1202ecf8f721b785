"""Four eyes: the queue of passages, and the page on which a passage is checked with one button for all its claims.

What weighs most (torture, death, sexual violence, a named perpetrator) has a button of its own: nobody confirms it among others.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from letapis.core.errors import LetapisError, NotFound, UsageError
from letapis.core.fold import is_singly
from letapis.core.standing import Level
from letapis.desk import care, reading, verify
from letapis.faces.web.announced import announcement, open_it
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.lines import ClaimLine, Lines
from letapis.faces.web.navigation import Entry
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.waiting import waiting_lines

app_name = "verify"
_AROUND: Final = 400  # characters of the note shown before and after a passage
_SHOWN: Final = 40


@require_safe
def queue(request: Any) -> HttpResponse:
    """Everything that waits for this member, oldest first, and what is new since they last looked."""
    return _queue_page(request, b"")


@require_safe
def queue_of(request: Any, dossier: str) -> HttpResponse:
    return _queue_page(request, ident(dossier))


def _queue_page(request: Any, dossier: bytes) -> HttpResponse:
    context = dict(frame(request, dossier, "standing")) if dossier else {}
    found, count = reading.waiting(request.desk, request.reader, dossier, _SHOWN)
    news = [] if dossier else reading.news(request.desk, request.reader)
    shown, left = waiting_lines(request, Lines(request), found)
    return page(request, "work/queue.html", context | {"waiting": shown, "left": left, "count": count, "news": news[:20]})


@require_safe
def passage(request: Any, passage: str) -> HttpResponse:
    return _passage_page(request, ident(passage))


def _passage_page(
    request: Any, rid: bytes, error: str = "", disputed: bytes = b"", typed: str = "", ticked: Any = None, reasons: str = ""
) -> HttpResponse:
    """A passage in the note around it, and its claims: ticked those that this member may check now."""
    found, lines = reading.passage(request.desk, request.reader, rid), Lines(request)
    kept = reading.note(request.desk, request.reader, found.note)
    rows = []
    claims = [c for c in reading.claims_of_passage(request.desk, request.reader, found.ref) if not c.replaced]
    for line in lines.lines(claims):
        why, alone = why_not(request, line.claim), is_singly(request.desk.catalogue.vocabulary, line.claim.property)
        tick = not why and not alone and (ticked is None or line.claim.rid in ticked)
        refused = alone and ticked == {line.claim.rid}
        rows.append(Row(line, why, tick, line.claim.rid == disputed, alone and not why, is_assessment(request, line.claim), refused))
    start, end = max(0, found.start - _AROUND), min(len(kept.text), found.end + _AROUND)
    context = dict(frame(request, found.dossier, "standing")) | {
        "passage": found,
        "announced": announcement(request, rid, topics_for(request, claims)),
        "note": kept,
        "before": ("… " if start else "") + kept.text[start : found.start],
        "after": kept.text[found.end : end] + (" …" if end < len(kept.text) else ""),
        "rows": rows,
        "checkable": sum(1 for row in rows if not row.why and not row.alone),
        "alone": sum(1 for row in rows if row.alone),
        "error": error,
        "typed": typed,
        "reasons": reasons,
        "assessed": any(row.assessed for row in rows if not row.why and not row.alone),
    }
    return page(request, "work/passage.html", context, 422 if error else 200)


def topics_for(request: Any, claims: list[reading.ClaimView]) -> tuple[str, ...]:
    """What is difficult about a passage; nothing for who cut all of it."""
    return () if all(claim.author == request.desk.me for claim in claims) else care.topics_of_claims(request.desk, claims)


@require_POST
def show(request: Any, passage: str) -> HttpResponse:
    """Open a difficult passage: from here on it is shown to this reader, until the session ends."""
    found = reading.passage(request.desk, request.reader, ident(passage))
    claims = [c for c in reading.claims_of_passage(request.desk, request.reader, found.ref) if not c.replaced]
    open_it(request, found.rid, topics_for(request, claims))
    return see_other("verify:passage", passage=passage)


@dataclass(frozen=True)
class Row:
    """A claim of the passage: why it is not offered, ticked or not; ``alone``: it gets a button of its own, ``refused``: which did not go."""

    line: ClaimLine
    why: str
    tick: bool
    disputed: bool
    alone: bool
    assessed: bool
    refused: bool


def is_assessment(request: Any, claim: reading.ClaimView) -> bool:
    """The claim is a colleague's assessment: it counts as corroborated only when those who check it write down why."""
    facts = request.desk.catalogue.vocabulary.facts
    return claim.property in facts and facts[claim.property].corroboration == "assessment"


def why_not(request: Any, claim: reading.ClaimView) -> str:
    """Empty when this member may check the claim now; else the key of the reason."""
    if claim.author == request.desk.me:
        return "claims.own_not_offered"
    if request.desk.me in claim.checkers:
        return "claims.checked_by_you"
    return "" if claim.level >= Level.DISPUTED and claim.counts else "claims.nothing_to_check"


@require_POST
def check(request: Any, passage: str) -> HttpResponse:
    """One signature for the ticked claims of a passage; then the next passage that waits."""
    found = reading.passage(request.desk, request.reader, ident(passage))
    here = {c.rid for c in reading.claims_of_passage(request.desk, request.reader, found.ref)}
    chosen = [ident(text) for text in request.POST.getlist("claim")]
    try:
        if not chosen or not here.issuperset(chosen):
            raise UsageError("verify.nothing_to_check")
        verify.check_claims(request.desk, request.reader, chosen, request.POST.get("reasons", ""))
    except NotFound:
        raise
    except LetapisError as error:
        return _passage_page(request, found.rid, f"errors.{error.code}", ticked=frozenset(chosen), reasons=request.POST.get("reasons", ""))
    notice(request, "verify.checked", count=len(chosen))
    vocabulary, claims = request.desk.catalogue.vocabulary, reading.claims_of_passage(request.desk, request.reader, found.ref)
    if any(is_singly(vocabulary, c.property) and not c.replaced and not why_not(request, c) for c in claims):
        return see_other("verify:passage", passage=passage)
    waiting, _ = reading.waiting(request.desk, request.reader, found.dossier, _SHOWN)
    following = next((one.passage.rid for one in waiting if one.passage and one.passage.rid != found.rid), None)
    return see_other("verify:passage", passage=following.hex()) if following else see_other("verify:queue")


@require_POST
def dispute(request: Any, passage: str, claim: str) -> HttpResponse:
    """Object to one claim of the passage, with the reason written beside it."""
    found, rid, reason = reading.passage(request.desk, request.reader, ident(passage)), ident(claim), request.POST.get("reason", "")
    if reading.claim(request.desk, request.reader, rid).passage != found.ref:
        raise NotFound("web.no_such_page")
    try:
        verify.dispute_claim(request.desk, request.reader, rid, reason)
    except NotFound:
        raise
    except LetapisError as error:
        return _passage_page(request, found.rid, f"errors.{error.code}", rid, reason)
    notice(request, "claims.done.dispute")
    return see_other("verify:passage", passage=passage)


NAVIGATION = (Entry(20, "verify.title", "verify:queue"),)
urlpatterns = [
    path("check", queue, name="queue"),
    path("dossiers/<str:dossier>/check", queue_of, name="dossier"),
    path("check/<str:passage>", passage, name="passage"),
    path("check/<str:passage>/open", show, name="open"),
    path("check/<str:passage>/done", check, name="check"),
    path("check/<str:passage>/claims/<str:claim>/dispute", dispute, name="dispute"),
]

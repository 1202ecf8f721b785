"""One piece of information and its whole life: the words, who told it, every decision, what came before and after."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from letapis.core import moments
from letapis.core.answers import Answer
from letapis.core.errors import LetapisError, NotFound, Refused, UsageError
from letapis.core.records import Record
from letapis.core.standing import Level
from letapis.desk import claims, reading, verify
from letapis.faces.web.choosing import is_many
from letapis.faces.web.cut_page import cut_context, cut_page, saved, sent_or
from letapis.faces.web.cutting import CuttingForm, new_row
from letapis.faces.web.dossier_frame import frame
from letapis.faces.web.lines import Lines, part_of
from letapis.faces.web.once import made_once
from letapis.faces.web.pages import ident, notice, page, see_other
from letapis.faces.web.streams import PLAYED

app_name = "claims"
_OTHERS: Final = 12
_RULINGS: Final = 15


@require_safe
def show(request: Any, claim: str) -> HttpResponse:
    return _claim_page(request, ident(claim))


def _claim_page(request: Any, rid: bytes, fault: tuple[str, str, str] = ("", "", "")) -> HttpResponse:
    """``fault``: which form of the page came back, the key of what is wrong, and what was typed into it."""
    life, lines = reading.claim_life(request.desk, request.reader, rid), Lines(request)
    view = life.claim
    part = part_of(life.rulings, request.GET.get("page", ""), _RULINGS)
    context = dict(frame(request, view.dossier, "standing")) | {
        "line": lines.line(view),
        "question": _question(request, view.property),
        "passage": life.passage,
        "because": _sentences(life),
        "same": lines.lines([c for c in life.same_property if not c.replaced][:_OTHERS]),
        "rulings": _rulings(request, lines, life, part.shown),
        "part": part,
        "earlier": lines.line(life.earlier) if life.earlier else None,
        "later": lines.lines(life.later),
        "document": (document := _document(request, view)),
        "moment": moments.seconds(view.anchor) if document and document.media_type in PLAYED else None,
        "circle": f"claims.circle.{view.circle}" if view.circle else "",
        "checkers": [lines.name(member) for member in view.checkers],
        "may_check": _check_word(request, life),
        "open": view.level > Level.RETRACTED and not view.replaced,
        "which": fault[0],
        "fault": fault[1],
        "typed": fault[2],
    }
    return page(request, "work/claim.html", context, 422 if fault[0] else 200)


def _document(request: Any, view: reading.ClaimView) -> reading.EvidenceView | None:
    """The item on which the claim stands, if this member may see it."""
    if not view.evidence:
        return None
    try:
        return reading.evidence(request.desk, request.reader, view.evidence)
    except NotFound:
        return None


def _question(request: Any, fact: str) -> str:
    vocabulary = request.desk.catalogue.vocabulary
    return vocabulary.fact(fact).question[request.language] if fact in vocabulary else ""


def _sentences(life: reading.ClaimLife) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Why the claim stands where it stands, as keys of sentences with their counts."""
    because: tuple[Answer, ...] = life.standing.because if life.standing else ()
    return tuple((answer.because, dict(answer.detail)) for answer in because)


def _rulings(
    request: Any, lines: Lines, life: reading.ClaimLife, rulings: Sequence[reading.RulingView]
) -> list[tuple[reading.RulingView, str, bool, bool]]:
    """Each decision with its member's name, whether it is a dispute that I may withdraw, and whether I may overrule it."""
    ended = {r.target for r in life.rulings if r.kind == "withdraw"}
    told = []
    for ruling in rulings:
        standing = ruling.kind == "dispute" and ruling.ref not in ended and ruling.counts
        mine = ruling.member == request.desk.me
        told.append((ruling, lines.name(ruling.member), standing and mine, standing and not mine))
    return told


def _check_word(request: Any, life: reading.ClaimLife) -> str:
    """Empty when this member may check the claim; else the key of the sentence that says why it is not offered."""
    view = life.claim
    if view.author == request.desk.me:
        return "claims.own_not_offered"
    if request.desk.me in view.checkers:
        return "claims.checked_by_you"
    if not request.reader.holds(reading.dossier(request.desk, request.reader, view.dossier).raw):
        return "errors.verify.needs_raw"
    return "" if view.level >= Level.DISPUTED and not view.replaced else "claims.nothing_to_check"


@made_once
@require_POST
def check(request: Any, claim: str) -> HttpResponse:
    rid = ident(claim)
    try:
        verify.check_claims(request.desk, request.reader, [rid])
    except NotFound:
        raise
    except LetapisError as error:
        return _claim_page(request, rid, ("check", f"errors.{error.code}", ""))
    notice(request, "verify.checked", count=1)
    return see_other("claims:show", claim=claim)


@made_once
@require_POST
def dispute(request: Any, claim: str) -> HttpResponse:
    return _with_reason(request, claim, "dispute", verify.dispute_claim)


@made_once
@require_POST
def retract(request: Any, claim: str) -> HttpResponse:
    return _with_reason(request, claim, "retract", verify.retract_claim)


def _with_reason(request: Any, claim: str, which: str, decide: Any) -> HttpResponse:
    rid, reason = ident(claim), request.POST.get("reason", "")
    try:
        decide(request.desk, request.reader, rid, reason)
    except NotFound:
        raise
    except LetapisError as error:
        return _claim_page(request, rid, (which, f"errors.{error.code}", reason))
    notice(request, f"claims.done.{which}")
    return see_other("claims:show", claim=claim)


@require_POST
def withdraw(request: Any, claim: str, ruling: str) -> HttpResponse:
    """Take back one's own objection."""
    rid = _claim_of(request, claim, ruling)
    try:
        verify.withdraw_dispute(request.desk, request.reader, ident(ruling))
    except NotFound:
        raise
    except LetapisError as error:
        return _claim_page(request, rid, (ruling, f"errors.{error.code}", ""))
    notice(request, "claims.done.withdraw")
    return see_other("claims:show", claim=claim)


@made_once
@require_POST
def overrule(request: Any, claim: str, ruling: str) -> HttpResponse:
    rid, reason = _claim_of(request, claim, ruling), request.POST.get("reason", "")
    try:
        verify.overrule_dispute(request.desk, request.reader, ident(ruling), reason)
    except NotFound:
        raise
    except LetapisError as error:
        return _claim_page(request, rid, (ruling, f"errors.{error.code}", reason))
    notice(request, "claims.done.overrule")
    return see_other("claims:show", claim=claim)


def _claim_of(request: Any, claim: str, ruling: str) -> bytes:
    """The claim of an address, if the decision in the same address is about it; anything else does not exist."""
    view = reading.claim(request.desk, request.reader, ident(claim))
    if reading.ruling(request.desk, request.reader, ident(ruling)).target != view.ref:
        raise NotFound("web.no_such_page")
    return view.rid


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: Any, claim: str) -> HttpResponse:
    """A correction is a new claim; the one it replaces stays in the history."""
    old = reading.claim(request.desk, request.reader, ident(claim))
    catalogue, language = request.desk.catalogue, request.language
    if old.replaced or old.property not in catalogue.vocabulary:
        raise Refused("cutting.not_correctable")
    form = sent_or(
        request,
        old.dossier,
        _form_of(catalogue, old, language),
        lambda sent: len(sent.rows) == 1 and sent.rows[0].fact.id == old.property,
    )
    made = saved(
        request,
        form,
        lambda form: claims.correct_claim(request.desk, request.reader, old.rid, form.rows[0].cut(form.common())),
        grows=False,
    )
    if made:
        notice(request, "claims.done.correct")
        return see_other("claims:show", claim=made.header.id.hex())
    return cut_page(request, form, cut_context(request, old.dossier, form, properties=False) | {"correcting": Lines(request).line(old)})


def _form_of(catalogue: Any, old: reading.ClaimView, language: str) -> CuttingForm:
    """The cutting form with what the old claim says."""
    row = new_row(catalogue, 1, catalogue.vocabulary.fact(old.property), language)
    row.value, row.partial = old.value, old.partial
    row.picked = [part for part in old.value.split("; ") if part] if row.control == "many" else []
    row.none = row.fact.type == "list" and not old.value
    row.parts |= {"valid_from": old.valid_from, "valid_to": old.valid_to, "certainty": old.certainty, "subject": old.subject.hex()}
    return CuttingForm([row], old.source.hex(), old.basis, old.subject.hex(), old.circle)


@made_once
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Any, dossier: str) -> HttpResponse:
    """Claims that stand on a document or on a colleague's own knowledge, not on the words of a note."""
    ident_ = ident(dossier)
    # With many people nobody is proposed: the first of six thousand would be recorded by whoever overlooks the field.
    persons = [] if is_many(request, ident_) else reading.entities(request.desk, request.reader, ident_)
    items = reading.evidence_of(request.desk, request.reader, ident_)
    proposed = CuttingForm([], subject=persons[0].entity.hex() if persons else "", evidence=request.GET.get("evidence", ""))
    proposed.time_code = request.GET.get("time_code", "")[:12] if moments.seconds(request.GET.get("time_code", "")) is not None else ""

    def save(form: CuttingForm) -> Sequence[Record]:
        if form.evidence:
            _item_of(items, form.evidence)
        common = form.common()
        return claims.add_claims(request.desk, request.reader, ident_, [row.cut(common) for row in form.rows])

    form = sent_or(request, ident_, proposed)
    if saved(request, form, save):
        notice(request, "cutting.saved", count=len(form.rows))
        return see_other("dossiers:information", dossier=dossier)
    return cut_page(request, form, cut_context(request, ident_, form) | {"items": [(item.object.hex(), item.title) for item in items]})


def _item_of(items: Sequence[reading.EvidenceView], asked: str) -> reading.EvidenceView:
    """The item of this dossier that was chosen. Raises UsageError for any other: a claim never points into another dossier."""
    found = next((item for item in items if item.object.hex() == asked), None)
    if found is None:
        raise UsageError("cutting.document")
    return found


urlpatterns = [
    path("dossiers/<str:dossier>/add", add, name="add"),
    path("claims/<str:claim>", show, name="show"),
    path("claims/<str:claim>/check", check, name="check"),
    path("claims/<str:claim>/dispute", dispute, name="dispute"),
    path("claims/<str:claim>/retract", retract, name="retract"),
    path("claims/<str:claim>/correct", correct, name="correct"),
    path("claims/<str:claim>/disputes/<str:ruling>/withdraw", withdraw, name="withdraw"),
    path("claims/<str:claim>/disputes/<str:ruling>/overrule", overrule, name="overrule"),
]

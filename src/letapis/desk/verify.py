"""Four eyes: check passage by passage, dispute with reasons, overrule, retract, correct.

The rules of what counts are in ``core.standing``; here a member is told at once why something would not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.fold import is_singly
from letapis.core.records import Draft, Record, Value
from letapis.desk import ledger, reading, refold
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.desk.qualify import main_person


def _reason(text: str) -> str:
    return require_text(text, "verify.reason", 4000)


def _decide(desk: Desk, home: reading.DossierView, kind: str, targets: Sequence[bytes], **more: Value) -> Record:
    body: dict[str, Value] = {"dossier": home.dossier, "kind": kind, **more}
    if targets:
        body["targets"] = tuple(targets)
    return ledger.append(desk, [Draft("decision", home.work, body)])[0]


def check_claims(desk: Desk, reader: Reader, claims: Sequence[bytes], reason: str = "") -> Record:
    """Confirm passage, wording and consent of claims (ids) of one dossier under one signature. Needs the RAW compartment.

    An assessment is verified only by checks with written reasons; for everything else ``reason`` may stay empty. Raises
    Refused("verify.singly") when a claim of torture, death, sexual violence or a named perpetrator is among several: it is signed alone.
    """
    views = [reading.claim(desk, reader, claim) for claim in claims]
    if not views or len({view.dossier for view in views}) != 1:
        raise UsageError("verify.one_dossier")
    home = reading.dossier(desk, reader, views[0].dossier)
    if not reader.holds(home.raw):
        raise Refused("verify.needs_raw")
    if any(view.author == desk.me for view in views):
        raise Refused("verify.own_claim")
    if len(views) > 1 and any(is_singly(desk.catalogue.vocabulary, view.property) for view in views):
        raise Refused("verify.singly")
    if any(desk.me in view.checkers for view in views):
        raise Refused("verify.checked_already")
    told: dict[str, Value] = {"reason": _reason(reason)} if reason.strip() else {}
    return _decide(desk, home, "check", [view.ref for view in views], **told)


def check_passage(desk: Desk, reader: Reader, passage: bytes, reason: str = "") -> Record:
    """Check the claims of a passage that this member may check and has not checked yet; one signature lists them.

    Claims that are to be checked alone are left for a signature of their own. Raises Refused("verify.singly") when several such are
    all that waits.
    """
    waiting = [c for c in reading.claims_of_passage(desk, reader, passage) if c.author != desk.me and desk.me not in c.checkers and c.level >= 0]
    if not waiting:
        own = any(c.author == desk.me for c in reading.claims_of_passage(desk, reader, passage))
        raise Refused("verify.own_claim" if own else "verify.nothing_to_check")
    together = [c for c in waiting if not is_singly(desk.catalogue.vocabulary, c.property)] or waiting
    return check_claims(desk, reader, [c.rid for c in together], reason)


def dispute_claim(desk: Desk, reader: Reader, claim: bytes, reason: str) -> Record:
    """Say why a claim should not be relied on; it stands as disputed until this is withdrawn or overruled by two others."""
    view = reading.claim(desk, reader, claim)
    return _decide(desk, reading.dossier(desk, reader, view.dossier), "dispute", [view.ref], reason=_reason(reason))


def withdraw_dispute(desk: Desk, reader: Reader, dispute: bytes) -> Record:
    """Take back one's own dispute."""
    ruling = reading.ruling(desk, reader, dispute)
    if ruling.kind != "dispute" or ruling.member != desk.me:
        raise Refused("verify.not_your_dispute")
    return _decide(desk, reading.dossier(desk, reader, ruling.dossier), "withdraw", [ruling.ref])


def overrule_dispute(desk: Desk, reader: Reader, dispute: bytes, reason: str) -> Record:
    """Overrule a colleague's dispute with reasons; it ends when two others have done so."""
    ruling = reading.ruling(desk, reader, dispute)
    if ruling.kind != "dispute":
        raise UsageError("verify.not_a_dispute")
    if ruling.member == desk.me:
        raise Refused("verify.overrule_own")
    return _decide(desk, reading.dossier(desk, reader, ruling.dossier), "overrule", [ruling.ref], reason=_reason(reason))


def retract_claim(desk: Desk, reader: Reader, claim: bytes, reason: str) -> Record:
    """Take a claim back: its author alone, or two others with reasons."""
    view = reading.claim(desk, reader, claim)
    return _decide(desk, reading.dossier(desk, reader, view.dossier), "retract", [view.ref], reason=_reason(reason))


@dataclass(frozen=True)
class DocumentWords:
    """What members said of a document, the oldest first; ``authentic``: it counts as that. ``mine``: this member brought it in."""

    words: tuple[reading.RulingView, ...]
    authentic: bool
    mine: bool


def document_words(desk: Desk, reader: Reader, item: bytes) -> DocumentWords:
    """What was said of whether an item of evidence is authentic and was not taken back. Raises NotFound for what is not theirs."""
    kept = _original(desk, reader, item)
    live = refold.live_of_kind(desk, kept.dossier, "authentic")
    words = tuple(word for word in reading.rulings_on(desk, [kept.ref]) if word.ref in live)
    return DocumentWords(words, refold.is_authentic(desk, kept.ref, kept.author), kept.author == desk.me)


def judge_document(desk: Desk, reader: Reader, item: bytes, authentic: bool, reason: str) -> Record:
    """Say, with reasons, that an item of evidence is what it claims to be, or that it is not. An earlier word of this member is taken back.

    Raises Refused("verify.own_document") for what this member brought in: somebody else has to say it. NotFound for a working copy.
    """
    kept = _original(desk, reader, item)
    if kept.author == desk.me:
        raise Refused("verify.own_document")
    home, said = reading.dossier(desk, reader, kept.dossier), _reason(reason)
    before = tuple(word.ref for word in document_words(desk, reader, item).words if word.member == desk.me)
    body: dict[str, Value] = {"dossier": home.dossier, "kind": "authentic", "targets": (kept.ref,), "holds": authentic, "reason": said}
    drafts = [Draft("decision", home.work, {"dossier": home.dossier, "kind": "withdraw", "targets": before})] if before else []
    return ledger.append(desk, [*drafts, Draft("decision", home.work, body)])[-1]


def _original(desk: Desk, reader: Reader, item: bytes) -> reading.EvidenceView:
    kept = reading.evidence(desk, reader, item)
    if kept.page:
        raise NotFound("reading.not_found")
    return kept


def judge_element(
    desk: Desk, reader: Reader, dossier: bytes, norm: str, element: str, holds: bool, reason: str, person: bytes = b""
) -> Record:
    """Decide a judgement element of a norm for one person, the main one of the dossier if none is named, as a named reviewer, with reasons.

    Raises NotFound for who is no person of this dossier.
    """
    known = desk.catalogue.rulebook.norms.get(norm)
    if known is None or not any(e.key == element and e.judge for e in known.elements):
        raise UsageError("verify.no_judgement")
    home, who = reading.dossier(desk, reader, dossier), person or main_person(desk, reader, dossier)
    named = reading.entity(desk, reader, who)
    if (named.dossier, named.kind) != (dossier, "person"):
        raise NotFound("reading.not_found")
    return _decide(desk, home, "judge", (), parties=(who,), norm=norm, element=element, holds=holds, reason=_reason(reason))

"""Sources by code name, and what they allow us to do with their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from letapis.core.access import Reader
from letapis.core.circles import CIRCLES as CIRCLES
from letapis.core.consent import ANSWERS, WITHDRAWN
from letapis.core.dates import bounds, is_partial_date
from letapis.core.errors import Refused, UsageError
from letapis.core.records import SOURCE_KINDS, Draft, Value
from letapis.desk import card_settle, identity, ledger, reading, restriction
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk

GRADES = "ABCDEF"
HOW = ("oral", "written", "surrogate", "message")


@dataclass(frozen=True)
class SourceForm:
    """What a colleague says of a source. A first-time source has grade F: not yet judged."""

    code: str
    kind: str = "person"
    grade: str = "F"
    circle: str = ""
    upstream: tuple[bytes, ...] = ()


def add_source(desk: Desk, reader: Reader, dossier: bytes, form: SourceForm, person: identity.Details | None = None) -> bytes:
    """Record a source and seal its identity in the same step; every source gets a sealed identity, even an empty one. Returns its id."""
    home = reading.dossier(desk, reader, dossier)
    _check(desk, reader, dossier, form)
    source = desk.randomness(16)
    drafts = [source_draft(home.work, dossier, source, form)]
    drafts.append(identity.sealed_draft(desk, reader, dossier, source, person or identity.Details(), version=1))
    ledger.append(desk, drafts)
    return source


def regrade_source(desk: Desk, reader: Reader, source: bytes, grade: str, circle: str | None = None) -> None:
    """Judge a source anew, or say who else could have told the same (None: as before); the earlier word stays in the history."""
    known = reading.source(desk, reader, source)
    home = reading.dossier(desk, reader, known.dossier)
    if grade not in GRADES:
        raise UsageError("sources.grade")
    if circle and circle not in CIRCLES:
        raise UsageError("sources.circle")
    form = SourceForm(known.code, known.kind, grade, known.circle if circle is None else circle, known.upstream)
    ledger.append(desk, [source_draft(home.work, known.dossier, source, form)])


def source_draft(work: bytes, dossier: bytes, source: bytes, form: SourceForm) -> Draft:
    body: dict[str, Value] = {"dossier": dossier, "source": source, "code": form.code.strip(), "kind": form.kind, "grade": form.grade}
    if form.circle:
        body["circle"] = form.circle
    if form.upstream:
        body["upstream"] = form.upstream
    return Draft("source", work, body)


def _check(desk: Desk, reader: Reader, dossier: bytes, form: SourceForm) -> None:
    check_source(form, reading.sources(desk, reader, dossier))


def check_source(form: SourceForm, others: Sequence[reading.SourceView]) -> None:
    """Raises UsageError for what is none, Refused("sources.code_taken") for a code that another source of the dossier has."""
    code = require_text(form.code, "sources.code", 60)
    if form.kind not in SOURCE_KINDS:
        raise UsageError("sources.kind")
    if form.grade not in GRADES or len(form.grade) != 1:
        raise UsageError("sources.grade")
    if form.circle and form.circle not in CIRCLES:
        raise UsageError("sources.circle")
    if any(other.code.casefold() == code.casefold() for other in others):
        raise Refused("sources.code_taken")
    if any(upstream not in {other.source for other in others} for upstream in form.upstream):
        raise UsageError("sources.upstream")


def compare_sources(desk: Desk, reader: Reader, first: bytes, second: bytes, reason: str) -> None:
    """Say, with reasons, that two code names are two different people; only then may both count as independent."""
    a, b = reading.source(desk, reader, first), reading.source(desk, reader, second)
    if a.dossier != b.dossier or first == second:
        raise UsageError("sources.compare")
    home = reading.dossier(desk, reader, a.dossier)
    body: dict[str, Value] = {"dossier": a.dossier, "kind": "distinct", "parties": (first, second)}
    ledger.append(desk, [Draft("decision", home.work, {**body, "reason": require_text(reason, "verify.reason", 4000)})])


@dataclass(frozen=True)
class ConsentForm:
    """One answer of one person about one use. A scope that was never asked is not given."""

    scope: str
    answer: str
    recipient: str = ""
    expires: str = ""
    how: str = "oral"
    taken: str = ""
    surrogate: bool = False
    reason: str = ""


def record_consent(desk: Desk, reader: Reader, dossier: bytes, party: bytes, forms: list[ConsentForm]) -> None:
    """Record answers of a source or of a person of the dossier; the latest answer for a scope holds. What is taken back is restricted in
    the same step (``desk.restriction``), and public cards that stood on it are recalled."""
    home = reading.dossier(desk, reader, dossier)
    kinds = {s.source: s.kind for s in reading.sources(desk, reader, dossier)}
    if party not in {*kinds, *(e.entity for e in reading.entities(desk, reader, dossier))}:
        raise UsageError("consent.party")
    drafts = [consent_draft(desk, home.work, dossier, party, form) for form in forms]
    # Documents, lists and media are no persons: nobody is asked, and nothing is taken back.
    answers = [(form.scope, form.answer) for form in forms if not form.recipient.strip() and kinds.get(party, "person") == "person"]
    with desk.store.transaction():
        everything = (restriction.KEEP_SCOPE, WITHDRAWN) in answers
        cards = card_settle.cards_beside(desk, reader, dossier, party) if everything else {}
        ledger.append(desk, [*drafts, *restriction.following(desk, home.work, dossier, party, answers)])
        for where, known in cards.items():
            card_settle.recall_cards(desk, reader, where, known)
        card_settle.settle(desk, reader, (dossier,))


def consent_draft(desk: Desk, work: bytes, dossier: bytes, party: bytes, form: ConsentForm) -> Draft:
    """One answer as a record. Raises UsageError for a scope, an answer or a date that is none, and for a relative's without its reason."""
    if form.scope not in desk.catalogue.consent.scopes:
        raise UsageError("consent.scope")
    if form.answer not in ANSWERS or form.how not in HOW:
        raise UsageError("consent.answer")
    if form.surrogate and not form.reason.strip():
        raise UsageError("consent.surrogate_reason")
    if any(date and not is_partial_date(date) for date in (form.expires, form.taken)):
        raise UsageError("consent.date")
    # An answer of a day to come would be the last word on that day, over whatever is taken back until then. A day more: elsewhere it began already.
    if form.taken and bounds(form.taken)[0] > desk.clock().date() + timedelta(days=1):
        raise UsageError("consent.future")
    body: dict[str, Value] = {"dossier": dossier, "party": party, "scope": form.scope, "answer": form.answer, "how": form.how}
    optional = {"recipient": form.recipient.strip(), "expires": form.expires, "taken": form.taken, "reason": form.reason.strip()}
    body.update({name: value for name, value in optional.items() if value})
    if form.surrogate:
        body["surrogate"] = True
    return Draft("consent", work, body)

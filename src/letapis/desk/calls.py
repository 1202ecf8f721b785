"""A call: who rang, about whom, what they said, what may be done with it, and how to ring back. All of it is one entry in the record.

It is kept before anything is cut from it. A call about nobody we have yet opens a dossier under random words; no recording is made.
"""

from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.consent import ASK_AGAIN, GIVEN, REFUSED
from letapis.core.dates import is_partial_date
from letapis.core.errors import UsageError
from letapis.core.records import Draft, Value
from letapis.desk import apart, card_settle, claims, contacts, dossiers, identity, items, ledger, reading, sources
from letapis.desk.claims import INSIDE
from letapis.desk.opening import Desk
from letapis.engines.keys.words import word_list

USES: Final = ("no", "inside", "later")
RELATIVES: Final = frozenset({"family", "lawyer"})  # who may answer for somebody who cannot be reached (data/consent.toml)
_NOTHING: Final = contacts.ContactForm()


@dataclass(frozen=True)
class CallForm:
    """One call as a colleague notes it down.

    ``person``: somebody we have; else ``about`` names somebody new, in ``dossier`` or in one of their own. ``source``: a caller we have;
    else ``caller`` is a code name, empty for a random one, and ``circle`` what the caller is to the person. ``because`` is the reason
    written down when a relative answers for the person. ``call_on``: the day on which somebody promised to ring back.
    """

    said: str
    use: str
    about: str = ""
    person: bytes = b""
    dossier: bytes = b""
    caller: str = ""
    source: bytes = b""
    circle: str = ""
    basis: str = "was_told"
    language: str = "be"
    because: str = ""
    contact: contacts.ContactForm = _NOTHING
    call_on: str = ""


@dataclass(frozen=True)
class CallNote:
    """What came of a call: ids of its note, dossier, person and caller, and whether the dossier is new."""

    note: bytes
    dossier: bytes
    person: bytes
    source: bytes
    is_new: bool


@dataclass(frozen=True)
class _Home:
    """Where the call is kept, and the drafts that make what is missing there."""

    dossier: bytes
    work: bytes
    raw: bytes
    person: bytes
    drafts: tuple[Draft, ...]
    is_new: bool


def random_code(desk: Desk) -> str:
    """Two words that say nothing about anybody."""
    words = word_list()
    picked = [words[int.from_bytes(desk.randomness(4), "big") % len(words)] for _ in range(2)]
    return "-".join(picked)


def callers(desk: Desk, reader: Reader, code: str, limit: int = 8) -> list[reading.SourceView]:
    """Sources whose code name may be ``code``, the same one first: somebody we already have?"""
    found = [hit.ident for hit in reading.find(desk, reader, code) if hit.kind == "source"]
    known = [reading.source(desk, reader, ident) for ident in found]
    return sorted(known, key=lambda one: one.code.casefold() != code.strip().casefold())[:limit]


def note_call(desk: Desk, reader: Reader, form: CallForm) -> CallNote:
    """Keep a call in one entry: note, caller, answers, contact, task. All or nothing.

    Raises UsageError for what is missing or is none, Refused("sources.code_taken") for a new code that the dossier has already.
    """
    if form.use not in USES:
        raise UsageError("calls.use")
    if form.call_on and not is_partial_date(form.call_on):
        raise UsageError("calls.call_on")
    today = desk.clock().date().isoformat()
    with desk.store.transaction():
        home = _home(desk, reader, form)
        source, code, drafts = _caller(desk, reader, home, form)
        note = desk.randomness(16)
        kept = claims.NoteForm(f"{today} {code}", form.said, form.language, source, form.basis, home.person)
        drafts = [*home.drafts, *drafts, claims.note_draft(home.raw, home.dossier, note, kept, form.use)]
        drafts += _consents(desk, reader, home, source, form, today)
        drafts += _contact(desk, reader, home, source, form)
        if form.call_on:
            drafts.append(_task(desk, home, source, code, form.call_on))
        ledger.append(desk, drafts)
        if not home.is_new:
            card_settle.settle(desk, reader, (home.dossier,))
    return CallNote(note, home.dossier, home.person, source, home.is_new)


def _home(desk: Desk, reader: Reader, form: CallForm) -> _Home:
    """The dossier of the person; one that names them for the first time; or a new one."""
    if form.person:
        person = reading.entity(desk, reader, form.person)
        known = reading.dossier(desk, reader, person.dossier)
        return _Home(known.dossier, known.work, known.raw, form.person, (), False)
    label = dossiers.require_text(form.about, "calls.about")
    if form.dossier:
        known, entity = reading.dossier(desk, reader, form.dossier), desk.randomness(16)
        draft = dossiers.entity_draft(known.dossier, known.work, entity, "person", label)
        return _Home(known.dossier, known.work, known.raw, entity, (draft,), False)
    made = dossiers.prepare_dossier(desk, random_code(desk), label, "person", label)
    return _Home(made.dossier, made.work, made.raw, made.person, made.drafts, True)


def _caller(desk: Desk, reader: Reader, home: _Home, form: CallForm) -> tuple[bytes, str, list[Draft]]:
    """The source of the call in its dossier, its code name, and the drafts of one that is new there: not judged, identity sealed."""
    told = reading.source(desk, reader, form.source) if form.source else None
    if told and told.dossier == home.dossier:
        return told.source, told.code, []
    others = [] if home.is_new else reading.sources(desk, reader, home.dossier)
    if told:
        same = next((one for one in others if one.code.casefold() == told.code.casefold()), None)
        if same:
            return same.source, same.code, []
    code = told.code if told else form.caller.strip() or random_code(desk)
    new = sources.SourceForm(code, told.kind if told else "person", circle=told.circle if told else form.circle)
    sources.check_source(new, others)
    source = desk.randomness(16)
    sealed = identity.sealed_draft(desk, reader, b"" if home.is_new else home.dossier, source, identity.Details(), version=1)
    return source, code, [sources.source_draft(home.work, home.dossier, source, new), sealed]


def _consents(desk: Desk, reader: Reader, home: _Home, source: bytes, form: CallForm, today: str) -> list[Draft]:
    """What the caller said, as staff attest it. The full form comes before anything goes out; until then nothing of this call does.

    What they agreed to in an earlier talk stays as it was: it does not reach this note, whose own terms are kept with it."""
    asked = set() if home.is_new else {one.scope for one in reading.consents(desk, reader, home.dossier) if one.party == source}
    answers = {
        "no": [(scope, REFUSED) for scope in desk.catalogue.consent.scopes if scope not in (INSIDE, *asked)],
        "inside": [(INSIDE, GIVEN)],
        "later": [(INSIDE, ASK_AGAIN)] if INSIDE not in asked else [],
    }[form.use]
    told = [sources.ConsentForm(scope, answer, how="oral", taken=today) for scope, answer in answers]
    drafts = [sources.consent_draft(desk, home.work, home.dossier, source, one) for one in told]
    if form.use == "inside" and _circle(desk, reader, source, form) in RELATIVES and not _has_answered(desk, reader, home):
        instead = sources.ConsentForm(INSIDE, GIVEN, how="oral", taken=today, surrogate=True, reason=form.because)
        drafts.append(sources.consent_draft(desk, home.work, home.dossier, home.person, instead))
    return drafts


def _circle(desk: Desk, reader: Reader, source: bytes, form: CallForm) -> str:
    return reading.source(desk, reader, form.source).circle if form.source else form.circle


def _has_answered(desk: Desk, reader: Reader, home: _Home) -> bool:
    """A relative's word never stands in for what the person said."""
    if home.is_new:
        return False
    return any(one.party == home.person and one.scope == INSIDE for one in reading.consents(desk, reader, home.dossier))


def _contact(desk: Desk, reader: Reader, home: _Home, source: bytes, form: CallForm) -> list[Draft]:
    """How to ring back, where only this member and a deputy read it; what was known before and was not said now stays."""
    if not form.contact.says_something:
        return []
    known = None if home.is_new else contacts.contact_of(desk, reader, source)
    if known:
        said = {name: value for name, value in contacts.body_of(form.contact).items() if value not in ("", "unknown")}
        return [items.beside(desk, reader, "contact", known.item, said)]
    found = None if home.is_new else apart.find_apart(desk, reader, home.dossier, "CONTACT")
    compartment, drafts = apart.prepare_apart(desk, home.dossier, "CONTACT", found)
    return [*drafts, contacts.contact_draft(desk, compartment, home.dossier, source, form.contact)]


def _task(desk: Desk, home: _Home, source: bytes, code: str, day: str) -> Draft:
    """Whom to ring is the code name; how, stands with the contact."""
    whom: dict[str, Value] = {"text": code, "about": home.person, "party": source}
    return items.draft(
        desk, "task", home.work, {"dossier": home.dossier, "kind": "call_back", **whom, "owner": desk.me, "due": day, "state": "open"}
    )

"""An interview with somebody who was released: what is known before it, its text, and how far it is.

Interviews stand in the dossier's RAW compartment: that a person and a source are the same is known nowhere else.
"""

from dataclasses import dataclass, replace

from letapis.core.access import Reader
from letapis.core.consent import ASK_AGAIN
from letapis.core.dates import is_partial_date
from letapis.core.errors import Refused, UsageError
from letapis.core.interview import CLOSED, FIRST, LATER, PLANNED, PRIOR, RISKS, Before, may_hear, warnings
from letapis.core.records import Value
from letapis.core.sections import OPEN, cut, suggest
from letapis.desk import claims, contacts, items, ledger, reading
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk

KEEP = "keep_internal"
_LONGEST = 2000


@dataclass(frozen=True)
class Preparation:
    """What a colleague found out before the talk. ``elsewhere`` names the organisation that took an account; ``referral`` who vouches."""

    prior: str = ""
    elsewhere: str = ""
    referral: str = ""
    risk: str = ""
    risk_reason: str = ""
    child: bool = False
    grave: bool = False
    trained: bool = False


@dataclass(frozen=True)
class InterviewView:
    """An interview with what stands around it. ``accounts``: notes of the same source or about the same person, its own text left out."""

    item: reading.ItemView
    source: reading.SourceView
    subject: bytes
    note: bytes
    accounts: list[reading.NoteView]
    contact: reading.ItemView | None
    before: Before
    warnings: tuple[str, ...]


def plan_interview(desk: Desk, reader: Reader, dossier: bytes, source: bytes, subject: bytes = b"", day: str = "") -> bytes:
    """Plan an interview with a source, who may be a person of the dossier too. Returns its id.

    Raises Refused("interviews.needs_raw") for a colleague who may not read accounts, UsageError for a source, person or day that is none.
    """
    home = reading.dossier(desk, reader, dossier)
    if not reader.holds(home.raw):
        raise Refused("interviews.needs_raw")
    if source not in {one.source for one in reading.sources(desk, reader, dossier)}:
        raise UsageError("interviews.source")
    if subject and subject not in {one.entity for one in reading.entities(desk, reader, dossier)}:
        raise UsageError("interviews.subject")
    body: dict[str, Value] = {"dossier": dossier, "source": source, "subject": subject, "state": PLANNED}
    return items.new(desk, "interview", home.raw, {**body, "day": _day(day) or desk.clock().date().isoformat()})


def _day(text: str) -> str:
    if text and not is_partial_date(text):
        raise UsageError("interviews.day")
    return text


def interview(desk: Desk, reader: Reader, ident: bytes) -> reading.ItemView:
    """An interview as its latest version has it. Raises NotFound for what is none, or not theirs."""
    return reading.item(desk, reader, ident, "interview")


def view(desk: Desk, reader: Reader, ident: bytes) -> InterviewView:
    """An interview with the accounts that exist, the state of the contact, and what to read before the talk."""
    item = interview(desk, reader, ident)
    source, subject, note = (item.record.raw(name) for name in ("source", "subject", "note"))
    told = [one for one in reading.notes(desk, reader, item.dossier) if one.note != note]
    accounts = [one for one in told if one.source == source or (subject and one.subject == subject)]
    contact = contacts.contact_of(desk, reader, source)
    known = _before(item, len(accounts), contact, _was_asked(desk, reader, item.dossier, subject or source))
    return InterviewView(item, reading.source(desk, reader, source), subject, note, accounts, contact, known, warnings(known))


def _was_asked(desk: Desk, reader: Reader, dossier: bytes, party: bytes) -> bool:
    """They were asked, as a person, whether what they tell may be kept. What the source allows is asked apart."""
    given = (one for one in reading.consents(desk, reader, dossier) if one.party == party and one.scope == KEEP)
    return any(not one.surrogate and one.answer != ASK_AGAIN for one in given)


def _before(item: reading.ItemView, accounts: int, contact: reading.ItemView | None, asked: bool) -> Before:
    r = item.record
    safety, device = (contact.text(name) if contact else "" for name in ("safety", "device_state"))
    told = (accounts, r.text("prior"), bool(r.text("referral")), r.text("risk"), asked, safety, device)
    return Before(*told, r.flag("child"), r.flag("grave"), r.flag("trained"))


def prepare(desk: Desk, reader: Reader, ident: bytes, form: Preparation, seen: tuple[bytes, ...] = ()) -> None:
    """Record what was found out. ``seen``: the versions that were on the page; one that came meanwhile stays beside this one.

    Raises UsageError for an account elsewhere without its organisation, and for a risk without its reason.
    """
    interview(desk, reader, ident)
    if (form.prior and form.prior not in PRIOR) or (form.risk and form.risk not in RISKS):
        raise UsageError("interviews.choice")
    if form.prior == "elsewhere":
        require_text(form.elsewhere, "interviews.elsewhere")
    if form.risk:
        require_text(form.risk_reason, "interviews.risk_reason", _LONGEST)
    if len(form.referral) > 200:
        raise UsageError("interviews.referral")
    texts = {"elsewhere": form.elsewhere, "referral": form.referral, "risk_reason": form.risk_reason}
    changes: dict[str, Value] = {"prior": form.prior, "risk": form.risk, **{name: text.strip() for name, text in texts.items()}}
    items.change(desk, reader, "interview", ident, changes | {"child": form.child, "grave": form.grave, "trained": form.trained}, seen)


def add_text(desk: Desk, reader: Reader, ident: bytes, title: str, text: str, language: str, basis: str) -> bytes:
    """Keep the text of the talk as one note, in sections with their proposed topics: the first pass begins. Returns the note's id.

    Raises Refused("interviews.needs_trained") where only a trained colleague may hear it, Refused("interviews.has_text") for a second text,
    Refused("items.contested") while two versions of its preparation stand side by side: who may hear it is said in one of them.
    """
    known = view(desk, reader, ident)
    if known.note:
        raise Refused("interviews.has_text")
    if not may_hear(known.before).holds:
        raise Refused("interviews.needs_trained")
    item = known.item
    with desk.store.transaction():
        form = claims.NoteForm(title, text, language, known.source.source, basis, known.subject)
        note = claims.write_note(desk, reader, item.dossier, form)
        starts, topics = cut(text), desk.catalogue.topics
        drafts = [items.changed(desk, reader, "interview", ident, {"note": note, "state": FIRST})]
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            proposed = suggest(topics, text[start:end])
            body: dict[str, Value] = {"dossier": item.dossier, "interview": ident, "start": start, "topics": proposed, "state": OPEN}
            drafts.append(items.draft(desk, "interview_section", item.compartment, body))
        ledger.append(desk, drafts)
    return note


def move_on(desk: Desk, reader: Reader, ident: bytes, state: str) -> None:
    """Say that an interview is in later passes, closed, or in its first pass again. Raises UsageError before there is a text."""
    item = interview(desk, reader, ident)
    if state not in (FIRST, LATER, CLOSED) or not item.record.raw("note"):
        raise UsageError("interviews.state")
    items.change(desk, reader, "interview", ident, {"state": state})


def keep_contact_state(desk: Desk, reader: Reader, known: InterviewView, safety: str, device: str) -> None:
    """Say how safe calling is and in whose hands the telephone is; the rest of the contact stays.

    Raises UsageError for what is no choice, Refused("items.contested") while two versions of the contact wait to be looked at.
    """
    if known.contact is None:
        contacts.keep_contact(desk, reader, known.source.source, contacts.ContactForm(safety=safety, device=device))
        return
    form = replace(contacts.form_of(known.contact), safety=safety, device=device)
    contacts.change_contact(desk, reader, known.contact.item, form)

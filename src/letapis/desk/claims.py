"""Write down what was said, and cut it into claims that point at the very words."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final

from letapis.core import moments
from letapis.core.access import Reader
from letapis.core.consent import covers
from letapis.core.dates import Certainty, is_partial_date
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.records import BASES, Draft, Record, Value
from letapis.core.vocabulary import value_fields
from letapis.desk import fellows, ledger, reading, refold
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk

INSIDE = "keep_internal"  # the scope of data/consent.toml under which words stay in the house
MAX_NOTE = 400_000  # characters; a three-hour interview is about 200,000
_A_MOMENT: Final = timedelta(minutes=10)  # "no news" may be written down again the next day, and then it is another note


@dataclass(frozen=True)
class NoteForm:
    """A note as typed, or an account as pasted. Source, basis and subject are inherited by the claims cut from it."""

    title: str
    text: str
    language: str = "en"
    source: bytes = b""
    basis: str = ""
    subject: bytes = b""
    evidence: bytes = b""


@dataclass(frozen=True)
class Cut:
    """One claim as a colleague words it; empty parts are inherited from the note. ``value`` is text as typed, read by the vocabulary."""

    property: str
    value: str
    subject: bytes = b""
    source: bytes = b""
    basis: str = ""
    valid_from: str = ""
    valid_to: str = ""
    certainty: str = ""
    partial: bool = False
    circle: str = ""
    page: str = ""
    time_code: str = ""
    evidence: bytes = b""
    replaces: bytes = b""


def write_note(desk: Desk, reader: Reader, dossier: bytes, form: NoteForm) -> bytes:
    """Keep a note or a pasted account, as typed, in the RAW compartment. Returns the note's id."""
    home = reading.dossier(desk, reader, dossier)
    note = desk.randomness(16)
    ledger.append(desk, [note_draft(home.raw, dossier, note, form)])
    return note


def write_note_once(desk: Desk, reader: Reader, dossier: bytes, form: NoteForm) -> tuple[bytes, bool]:
    """Keep a note, unless this member wrote the very same a moment ago: a form that was sent from two tabs, or again after going back.
    Returns the note's id and whether it is new. Raises as ``write_note`` does."""
    reading.dossier(desk, reader, dossier)
    with desk.store.transaction():
        known = reading.same_note(desk, reader, dossier, asdict(form) | {"title": form.title.strip()}, desk.clock() - _A_MOMENT)
        return (known, False) if known else (write_note(desk, reader, dossier, form), True)


def note_draft(raw: bytes, dossier: bytes, note: bytes, form: NoteForm, terms: str = "") -> Draft:
    """A note as a record. ``terms``: no, inside or later, where the source was asked about this very note.

    Raises UsageError for a text that is empty or too long, a basis or a title that is none.
    """
    if not form.text.strip() or len(form.text) > MAX_NOTE:
        raise UsageError("claims.note_text")
    if form.basis and form.basis not in BASES:
        raise UsageError("claims.basis")
    body: dict[str, Value] = {"dossier": dossier, "note": note, "title": require_text(form.title, "claims.note_title"), "text": form.text}
    body["language"] = form.language
    optional: dict[str, Value] = {"source": form.source, "basis": form.basis, "subject": form.subject, "evidence": form.evidence}
    optional["terms"] = terms
    body.update({name: value for name, value in optional.items() if value})
    return Draft("note", raw, body)


@dataclass(frozen=True)
class Piece:
    """A passage of a note, the words ``text[start:end]``, with the claims to cut from it."""

    start: int
    end: int
    cuts: Sequence[Cut]
    own_experience: bool = False


def cut_claims(desk: Desk, reader: Reader, note: bytes, start: int, end: int, cuts: Sequence[Cut], own_experience: bool = False) -> list[Record]:
    """Cut claims out of one passage of a note: the words ``text[start:end]``. All or nothing. Returns the claims' records."""
    return cut_pieces(desk, reader, note, [Piece(start, end, cuts, own_experience)])


def cut_pieces(desk: Desk, reader: Reader, note: bytes, pieces: Sequence[Piece]) -> list[Record]:
    """Cut claims out of several passages of a note at once: their words in one append, the claims in another, all or nothing."""
    kept = reading.note(desk, reader, note)
    if not all(0 <= piece.start < piece.end <= len(kept.text) and kept.text[piece.start : piece.end].strip() for piece in pieces):
        raise UsageError("claims.passage")
    home = reading.dossier(desk, reader, kept.dossier)
    pieces = _at_moments(desk, reader, kept, pieces)
    with desk.store.transaction():
        passages = _passages(desk, home.raw, kept, pieces)
        limited = bool(reading.terms(desk, reader, note))
        scopes = partial(_scopes_of_note, desk, kept.recorded if limited else "")
        drafts = [_claim(desk, reader, home, cut, kept, passages[piece.start, piece.end], scopes) for piece in pieces for cut in piece.cuts]
        return ledger.append(desk, drafts)


def _at_moments(desk: Desk, reader: Reader, note: reading.NoteView, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The same pieces; in a note on a recording, claims without a time code of their own get that of their passage."""
    if not moments.in_words(note.text) or not note.evidence:
        return pieces
    try:
        recording = reading.evidence(desk, reader, note.evidence).media_type.startswith(("audio/", "video/"))
    except NotFound:  # a note may be cut by who does not hold its original
        recording = False
    if not recording:
        return pieces
    made = []
    for piece in pieces:
        code = moments.at(note.text, piece.start, piece.end)
        made.append(replace(piece, cuts=[replace(cut, time_code=cut.time_code or code) if not cut.page else cut for cut in piece.cuts]))
    return made


def _passages(desk: Desk, raw: bytes, note: reading.NoteView, pieces: Sequence[Piece]) -> dict[tuple[int, int], bytes]:
    """The passage of each place: the one that was cut there before, or a new one."""
    places = {(piece.start, piece.end): piece for piece in pieces}
    known = {place: reading.passage_at(desk, note.note, *place) for place in places}
    new = {place: piece for place, piece in places.items() if not known[place]}
    made = ledger.append(desk, [_new_passage(raw, note, piece) for piece in new.values()]) if new else []
    return known | {place: record.ref for place, record in zip(new, made, strict=True)}


def find_passage(text: str, quote: str) -> tuple[int, int]:
    """Where ``quote`` stands in a note, word for word (blanks around it aside). Raises UsageError when it stands nowhere or more than once."""
    wanted = quote.strip()
    if not wanted or text.count(wanted) == 0:
        raise UsageError("claims.quote_not_found")
    if text.count(wanted) > 1:
        raise UsageError("claims.quote_twice")
    start = text.index(wanted)
    return start, start + len(wanted)


def _new_passage(raw: bytes, note: reading.NoteView, piece: Piece) -> Draft:
    body: dict[str, Value] = {"dossier": note.dossier, "note": note.note, "start": piece.start, "end": piece.end}
    body |= {"text": note.text[piece.start : piece.end], "language": note.language}
    if piece.own_experience:
        body["own_experience"] = True
    return Draft("as_said", raw, body)


def add_claims(desk: Desk, reader: Reader, dossier: bytes, cuts: Sequence[Cut]) -> list[Record]:
    """Add claims that stand on an item of evidence (page, time code) or on a colleague's own knowledge, not on a note."""
    home = reading.dossier(desk, reader, dossier)
    return ledger.append(desk, [_claim(desk, reader, home, cut, None, b"", partial(reading.scopes_given, desk)) for cut in cuts])


def correct_claim(desk: Desk, reader: Reader, claim: bytes, cut: Cut) -> Record:
    """A correction is a new claim that names the one it replaces; both stay in the history."""
    old = reading.claim(desk, reader, claim)
    home = reading.dossier(desk, reader, old.dossier)
    inherited = reading.NoteView.of_claim(old)
    merged = Cut(**{**cut.__dict__, "replaces": old.ref, "evidence": cut.evidence or old.evidence, "circle": cut.circle or old.circle})
    return ledger.append(desk, [_claim(desk, reader, home, merged, inherited, old.passage, partial(_scopes_since, desk, old))])[0]


Scopes = Callable[[bytes], tuple[str, ...]]
"""Which scopes a claim of this source comes under."""


def _scopes_of_note(desk: Desk, asked: str, source: bytes) -> tuple[str, ...]:
    """Where the source was asked about the note itself, at the moment ``asked``, an earlier and wider consent does not reach it."""
    return tuple(sorted(scope for scope, at in reading.given_at(desk, source).items() if scope == INSIDE or at > asked))


def _scopes_since(desk: Desk, old: reading.ClaimView, source: bytes) -> tuple[str, ...]:
    """A correction comes under what the corrected claim may be used for; one that names another source, under what that one gave."""
    given = reading.given_at(desk, source)
    if source != old.source:
        return tuple(sorted(given))
    return tuple(sorted(scope for scope in given if covers((scope,), old.scopes, old.recorded, given)))


def _claim(
    desk: Desk, reader: Reader, home: reading.DossierView, cut: Cut, note: reading.NoteView | None, passage: bytes, scopes: Scopes
) -> Draft:
    fact = desk.catalogue.vocabulary.fact(cut.property)
    value = desk.catalogue.vocabulary.parse_value(cut.property, cut.value)
    source, subject = cut.source or (note.source if note else b""), cut.subject or (note.subject if note else b"")
    basis = cut.basis or (note.basis if note else "")
    _check_anchor(desk, reader, home.dossier, source, subject, basis)
    for date in (cut.valid_from, cut.valid_to):
        if date and not is_partial_date(date):
            raise UsageError("claims.date")
    if cut.certainty and cut.certainty not in set(Certainty):
        raise UsageError("claims.certainty")
    shown = cut.evidence or (note.evidence if note else b"")
    if refold.hollow_evidence(desk, {shown}):
        raise Refused("claims.hollow_evidence")
    body: dict[str, Value] = {"dossier": home.dossier, "subject": subject, "property": fact.id, "source": source, "basis": basis}
    body.update(value_fields(fact, value, partial=cut.partial))
    optional: dict[str, Value] = {
        "passage": passage,
        "evidence": shown,
        "page": cut.page,
        "time_code": cut.time_code,
        "valid_from": cut.valid_from,
        "valid_to": cut.valid_to,
        "certainty": cut.certainty,
        "circle": cut.circle or (fellows.circle_of(desk, reader, note, subject) if note and note.note else ""),
        "replaces": cut.replaces,
        "scopes": scopes(source),
    }
    body.update({name: part for name, part in optional.items() if part})
    return Draft("claim", home.work, body)


def _check_anchor(desk: Desk, reader: Reader, dossier: bytes, source: bytes, subject: bytes, basis: str) -> None:
    if basis not in BASES:
        raise UsageError("claims.basis")
    if source not in {s.source for s in reading.sources(desk, reader, dossier)}:
        raise UsageError("claims.source")
    if subject not in {e.entity for e in reading.entities(desk, reader, dossier)}:
        raise UsageError("claims.subject")

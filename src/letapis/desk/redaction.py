"""Copies of originals with parts blacked out: made from the safe pixels or the safe text, never from the original's own bytes.

The original stays as it is. Another redaction is another copy; none is changed. A copy leaves when a colleague who did not make it has looked
at it and nobody found anything left open (``core.redaction.is_cleared``); before it does, it is looked through again (``looked_through``).
"""

import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from letapis import __version__
from letapis.core.access import Reader
from letapis.core.errors import Hostile, LetapisError, NotFound, Refused, UsageError
from letapis.core.records import Draft, Record, Value
from letapis.core.redaction import MOST, PERSONS, Box, PlacedWord, Span, blanked, is_cleared, read_boxes, read_spans, still_readable, words_under
from letapis.desk import evidence, items, ledger, reading, refold
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.engines import outgoing, paper, parse, pixels
from letapis.engines.layers import text_layer
from letapis.engines.parse.wire import MAX_INPUT

DERIVATION: Final = "redaction"
MADE: Final = "made"
_DETAIL: Final = 1_900
_CODES: Final = {1: "image/png", 2: "application/pdf"}


@dataclass(frozen=True)
class Wish:
    """What a copy shall be: its title (it may leave, so it names nobody), pages that go in (none: all), what is covered, own words on why."""

    title: str
    boxes: tuple[Box, ...] = ()
    spans: tuple[Span, ...] = ()
    pages: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class RedactionView:
    """A copy with parts blacked out. ``words``: what members said of it, each with whether nothing is left open; ``cleared``: it may leave."""

    redaction: bytes
    copy: reading.EvidenceView
    original: bytes
    pages: tuple[int, ...]
    boxes: tuple[Box, ...]
    spans: tuple[Span, ...]
    text: str
    day: str
    words: tuple[reading.RulingView, ...]
    cleared: bool


# ---- what there is to black out --------------------------------------------------------------------------------------


def pages(desk: Desk, reader: Reader, item: bytes) -> list[reading.EvidenceView]:
    """The safe copies of an original, page by page: those a picture can be made of."""
    _original(desk, reader, item)
    return [copy for copy in reading.renditions(desk, reader, item) if copy.media_type == "image/png"]


def can_redact(kept: reading.EvidenceView, copies: Sequence[reading.EvidenceView]) -> bool:
    """There is something of an original to black out: safe pages of it, or words, where it is text. ``copies``: its safe copies."""
    return any(copy.media_type == "image/png" for copy in copies) or kept.media_type == "text/plain"


def _original(desk: Desk, reader: Reader, item: bytes) -> reading.EvidenceView:
    """An item of its own: no safe page and no copy with parts blacked out."""
    kept = reading.evidence(desk, reader, item)
    if kept.derived_from and (kept.page or reading.items(desk, reader, "redaction", about=item)):
        raise NotFound("reading.not_found")
    return kept


def _bytes(desk: Desk, reader: Reader, item: bytes, told: bool = False) -> bytes:
    return _held(evidence.read_object(desk, reader, item, told))


def _held(pieces: Iterable[bytes]) -> bytes:
    """An item in memory. Raises Refused("redact.too_large") beyond what the sandbox takes."""
    held = io.BytesIO()
    for piece in pieces:
        held.write(piece)
        if held.tell() > MAX_INPUT:
            raise Refused("redact.too_large")
    return held.getvalue()


def layer(desk: Desk, reader: Reader, item: bytes) -> tuple[PlacedWord, ...]:
    """The words of an original's text layer with their places on its pages; none where it has none, or where its pages are not all there
    and so nobody could say which is which."""
    kept = _original(desk, reader, item)
    if kept.media_type != "application/pdf" or "flags.unreadable" in evidence.flags(desk, reader, item):
        return ()
    return text_layer(_bytes(desk, reader, item))


def safe_text(desk: Desk, reader: Reader, item: bytes) -> str:
    """An original that is text, as the sandbox reads it. Raises Refused("redact.no_text") for anything else, "redact.too_large" for more text
    than it hands out."""
    kept = _original(desk, reader, item)
    made = parse.render(_bytes(desk, reader, item), kept.media_type)
    if made.kind is not parse.Kind.TEXT or made.text is None:
        raise Refused("redact.no_text")
    if "flags.text_cut" in made.flags:
        raise Refused("redact.too_large")
    return made.text


def page_picture(desk: Desk, reader: Reader, copy: reading.EvidenceView, boxes: Collection[Box], told: bool = False) -> bytes:
    """A page as it would leave: exactly these bytes are kept when the copy is made of one page. ``told``: its history says it otherwise."""
    data = _bytes(desk, reader, copy.object, told)
    pixels.opened(data)
    width, height = pixels.size(data)
    return pixels.covered(data, [box.pixels(width, height) for box in boxes if box.page == copy.page])


# ---- making the copy -------------------------------------------------------------------------------------------------


def redact(desk: Desk, reader: Reader, item: bytes, wish: Wish) -> bytes:
    """Make the copy: derived item, custody of both, the record of what was covered and why; all or nothing. Returns the redaction's id.

    Raises UsageError for a wish that names what is not there, Refused("redact.nothing") where nothing would be covered or left out,
    "redact.no_pages" for an original without safe pages or text, "redact.words_remain" where covered words could still be read elsewhere,
    "redact.words_in_title" where they stand in the title.
    """
    kept = _original(desk, reader, item)
    require_text(wish.title, "evidence.title")
    if len(wish.boxes) + len(wish.spans) > MOST:
        raise UsageError("redact.too_many")
    safe = pages(desk, reader, item)
    chosen = [page for page in safe if not wish.pages or page.page in wish.pages]
    _check(wish, safe, chosen)
    if still_readable(wish.title, _covered(desk, reader, item, wish)):
        raise Refused("redact.words_in_title")
    if safe:
        media_type = _CODES[min(len(chosen), 2)]
        pieces: Iterator[bytes] = _of_pixels(desk, reader, chosen, wish.boxes)
    else:
        media_type, pieces = "text/plain", iter([_of_words(desk, reader, item, wish.spans).encode("utf-8")])
    form = evidence.EvidenceForm(
        wish.title, kept.kind, media_type=media_type, derived_from=item, derivation=DERIVATION, tool=f"letapis {__version__}"
    )
    sealed = evidence.seal_upload(desk, reader, kept.dossier, pieces)
    try:
        with desk.store.transaction():
            copy = evidence.keep_evidence(desk, reader, kept.dossier, form, sealed)
            return _record(desk, reader, kept, copy, wish, tuple(page.page for page in chosen))
    except LetapisError:
        evidence.discard(desk, sealed)
        raise


def _check(wish: Wish, safe: Sequence[reading.EvidenceView], chosen: Sequence[reading.EvidenceView]) -> None:
    there = {page.page for page in safe}
    if safe and (wish.spans or not {box.page for box in wish.boxes} <= there or not set(wish.pages) <= there):
        raise UsageError("redact.page")
    if not safe and (wish.boxes or wish.pages):
        raise Refused("redact.no_pages")
    if not wish.spans and not any(box.page in {page.page for page in chosen} for box in wish.boxes) and len(chosen) == len(safe):
        raise Refused("redact.nothing")


def _of_pixels(desk: Desk, reader: Reader, chosen: Sequence[reading.EvidenceView], boxes: Collection[Box]) -> Iterator[bytes]:
    """One page as a picture, several as a paper of pictures, a page in memory at a time."""
    made = (page_picture(desk, reader, page, boxes, told=True) for page in chosen)
    return made if len(chosen) == 1 else paper.written(made)


def _of_words(desk: Desk, reader: Reader, item: bytes, spans: Sequence[Span]) -> str:
    text = safe_text(desk, reader, item)
    left = blanked(text, spans)
    if still_readable(left, {text[one.start : one.end] for one in spans}):
        raise Refused("redact.words_remain")
    return left


def _covered(desk: Desk, reader: Reader, item: bytes, wish: Wish) -> set[str]:
    """Words that were cut out of a text, or that look like a name under a box over a person; nobody is known by a letter or two."""
    words = set[str]()
    if wish.spans:
        text = safe_text(desk, reader, item)
        words = {text[span.start : span.end] for span in wish.spans}
    elif over := [box for box in wish.boxes if box.reason in PERSONS]:
        with suppress(Hostile):  # what no program can read has no words to look for
            words = {word for word in words_under(layer(desk, reader, item), over) if word[:1].isupper()}
    return {word for word in words if len(word) > 2}


def _regions(wish: Wish) -> tuple[str, ...]:
    return (*(box.text for box in sorted(wish.boxes)), *(span.text for span in sorted(wish.spans)))


def _record(desk: Desk, reader: Reader, kept: reading.EvidenceView, copy: bytes, wish: Wish, in_it: tuple[int, ...]) -> bytes:
    """Where and why goes into both chains; own words stay in a record that no case file takes along. Of a text the reasons alone go: places in
    the original, beside a copy whose marks have one length, would give the length of each name."""
    home, regions = reading.dossier(desk, reader, kept.dossier), _regions(wish)
    told = " ".join(sorted(span.reason for span in wish.spans) or regions)
    detail = f"{len(regions)} | {told if len(told) <= _DETAIL else told[:_DETAIL].rpartition(' ')[0] + ' …'}"
    evidence.add_custody(desk, reader, kept.object, "redaction", "copy made", detail)
    evidence.add_custody(desk, reader, copy, "redaction", "blacked out", detail)
    body: dict[str, Value] = {"dossier": kept.dossier, "object": copy, "original": kept.object, "pages": in_it, "regions": regions}
    return items.new(desk, "redaction", home.raw, {**body, "text": wish.text.strip(), "day": desk.clock().date().isoformat(), "state": MADE})


# ---- copies that were made -------------------------------------------------------------------------------------------


def redaction(desk: Desk, reader: Reader, ident: bytes) -> RedactionView:
    """One of them. Raises NotFound for what is not theirs, or whose copy is not here."""
    return _views(desk, reader, [reading.item(desk, reader, ident, "redaction")])[0]


def redactions(desk: Desk, reader: Reader, item: bytes) -> list[RedactionView]:
    """Every copy of an original, the newest first."""
    _original(desk, reader, item)
    return _views(desk, reader, reading.items(desk, reader, "redaction", parent=item)[::-1])


def in_dossier(desk: Desk, reader: Reader, dossier: bytes) -> list[RedactionView]:
    """Every copy in a dossier, the oldest first."""
    reading.dossier(desk, reader, dossier)
    found = reading.items(desk, reader, "redaction", dossier=dossier)
    there = {one.object for one in reading.evidence_of(desk, reader, dossier, derived=True)}
    return _views(desk, reader, [one for one in found if one.record.raw("object") in there])


def _views(desk: Desk, reader: Reader, found: Sequence[reading.ItemView]) -> list[RedactionView]:
    live = {one.dossier: refold.live_of_kind(desk, one.dossier, "approve") for one in found}
    return [_view(desk, reader, one, live[one.dossier]) for one in found]


def _view(desk: Desk, reader: Reader, one: reading.ItemView, live: Collection[bytes]) -> RedactionView:
    record, copy = one.record, reading.evidence(desk, reader, one.record.raw("object"))
    if copy.derived_from != record.raw("original") or copy.page:
        raise NotFound("reading.not_found")  # a record that calls something else a copy of this original counts for nothing
    words = tuple(word for word in reading.rulings_on(desk, [copy.ref]) if word.ref in live)
    cleared = is_cleared(copy.author, [(word.member, word.holds) for word in words])
    regions = record.texts("regions")
    told = (read_boxes(regions), read_spans(regions), record.text("text"), one.day)
    return RedactionView(one.item, copy, copy.derived_from, record.numbers("pages"), *told, words, cleared)


def second_look(desk: Desk, reader: Reader, ident: bytes, holds: bool, reason: str) -> Record:
    """Say, with what was looked at, that nothing is left open in a copy, or that something is. An earlier word of this member is taken back.

    Raises Refused("redact.own") for who made the copy: somebody else has to look.
    """
    one = redaction(desk, reader, ident)
    if one.copy.author == desk.me:
        raise Refused("redact.own")
    home, said = reading.dossier(desk, reader, one.copy.dossier), require_text(reason, "verify.reason", 4000)
    before = tuple(word.ref for word in one.words if word.member == desk.me)
    body: dict[str, Value] = {"dossier": home.dossier, "kind": "approve", "targets": (one.copy.ref,), "holds": holds, "reason": said}
    drafts = [Draft("decision", home.work, {"dossier": home.dossier, "kind": "withdraw", "targets": before})] if before else []
    return ledger.append(desk, [*drafts, Draft("decision", home.work, body)])[-1]


def leaving(desk: Desk, reader: Reader, dossier: bytes, chosen: Collection[bytes] = ()) -> list[RedactionView]:
    """Copies of a dossier that may leave, of those chosen by the id of the copy where any is.

    Raises UsageError("redact.copy") for an id that is none, Refused("redact.not_looked_at") for one nobody else has looked at.
    """
    known = in_dossier(desk, reader, dossier)
    if not set(chosen) <= {one.copy.object for one in known}:
        raise UsageError("redact.copy")
    if any(one.copy.object in chosen and not one.cleared for one in known):
        raise Refused("redact.not_looked_at")
    return [one for one in known if one.cleared and (not chosen or one.copy.object in chosen)]


def pages_of_copy(desk: Desk, reader: Reader, one: RedactionView) -> Iterator[bytes]:
    """The pages of a copy made of pixels, as they are in it. Raises Hostile for bytes that are none of ours."""
    data = _bytes(desk, reader, one.copy.object)
    return paper.pictures(data) if one.copy.media_type == "application/pdf" else iter([data])


def looked_through(desk: Desk, reader: Reader, kept: reading.EvidenceView, pieces: Iterable[bytes]) -> bytes:
    """The bytes of a derived item, looked through right before they leave, a text also for the words that were cut out of it.

    Raises Refused("outgoing.not_clean") with what was found, Refused("redact.too_large") for more than can be looked through.
    """
    data = _held(pieces)
    outgoing.require_clean(data, _cut_out(desk, reader, kept) if kept.media_type == "text/plain" and not kept.page else ())
    return data


def _cut_out(desk: Desk, reader: Reader, kept: reading.EvidenceView) -> set[str]:
    known = [one for one in redactions(desk, reader, kept.derived_from) if one.copy.object == kept.object]
    text = safe_text(desk, reader, kept.derived_from) if known else ""
    return {text[span.start : span.end] for one in known for span in one.spans}

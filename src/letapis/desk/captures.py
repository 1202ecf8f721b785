"""How an item of evidence was captured: what colleagues and archives say of it, in the open and under seal.

The open part and the sealed part are two records of the dossier's RAW compartment. The sealed one names who sat where behind which address;
nothing that leaves the house is ever made of it. The open one begins with the original itself, in the same transaction: what the desk knows
it says there. What a file says of itself stays in the record in which it is kept apart, and is read from there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from letapis import __version__
from letapis.core.access import Reader
from letapis.core.capture import CaptureField, Group, apart, as_lists, checked, filling, from_lists, read_off, unsaid
from letapis.core.errors import Refused
from letapis.core.records import Draft, Value
from letapis.desk import items, ledger, reading
from letapis.desk.opening import Desk

OPEN, SEALED = "capture", "capture_sealed"
TOOL: Final = f"letapis {__version__}"
_CURRENT = "current"
_ENDINGS = (".wacz", ".warc", ".warc.gz")
_TOGETHER: Final = 64
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class CaptureView:
    """``given``: values by field, the sealed ones among them; ``asked``: the minimum is due, because it is a capture of the web or part of the
    minimum is given; ``missing``: groups of it that are not whole; ``heads``: the versions that a form is made from, by type of record;
    ``read``: fields that nobody writes, from the record of the item and from what its file says of itself; ``unsaid``: what waits for a person."""

    item: bytes
    given: Mapping[str, str]
    asked: bool
    missing: tuple[Group, ...]
    heads: Mapping[str, tuple[bytes, ...]]
    shown: Mapping[str, bytes]
    read: Mapping[str, str]
    unsaid: tuple[CaptureField, ...]

    @property
    def contested(self) -> bool:
        return any(len(heads) > 1 for heads in self.heads.values())


def is_web(kept: reading.EvidenceView) -> bool:
    """Whether an item is a capture of the web: somebody said so, or its sender named it like one."""
    return not kept.derived_from and (kept.kind == "web" or kept.name.lower().endswith(_ENDINGS))


def capture_of(desk: Desk, reader: Reader, item: bytes) -> CaptureView:
    """What is said of the capture of an item. Raises NotFound for an item that is not theirs."""
    kept = reading.evidence(desk, reader, item)
    given: dict[str, str] = {}
    heads, shown = {}, {}
    for kind in (OPEN, SEALED):
        known = _known(desk, reader, kind, item)
        if known is not None:
            given |= from_lists(known.record.texts("fields"), known.record.texts("values"))
            heads[kind], shown[kind] = known.heads, known.item
    form = desk.catalogue.capture
    asked = is_web(kept) or any(given.get(one.id) for group in form.least() for one in group.fields)
    read = read_off(form, _known_of(desk, reader, kept))
    return CaptureView(item, given, asked, form.missing(given) if asked else (), heads, shown, read, unsaid(form, given))


def _known_of(desk: Desk, reader: Reader, kept: reading.EvidenceView) -> dict[str, list[str]]:
    """What fields are read from: the record of the item, and what readers found in its file, under ``<reader>:<group>.<name>``."""
    source = next((one.code for one in reading.sources(desk, reader, kept.dossier) if one.source == kept.source), "") if kept.source else ""
    author = reading.member_names(desk, reader).get(kept.author, "")
    found = {"item:name": [kept.name], "item:source": [source], "item:author": [author], "item:received": [kept.received]}
    for one in reading.items(desk, reader, "embedded", parent=kept.object):
        for key, value in zip(one.record.texts("key"), one.record.texts("said"), strict=False):
            found.setdefault(f"{one.text('reader')}:{key.replace(' ', '.', 1)}", []).append(value)
    return found


def set_capture(desk: Desk, reader: Reader, item: bytes, said: Mapping[str, str], seen: Mapping[str, tuple[bytes, ...]] | None = None) -> None:
    """Say something of a capture: these fields get these values, an empty one takes a field away, all others stay. ``seen``: the versions
    that a form showed, by type of record.

    Raises UsageError ``capture.…`` with the id of the field as its place, Refused("items.contested") as ``items.changed`` does.
    """
    kept = reading.evidence(desk, reader, item)
    fitting = checked(desk.catalogue.capture, said)
    drafts = [one for kind, part in _parts(desk, fitting) if (one := _draft(desk, reader, kept, kind, part, (seen or {}).get(kind, ())))]
    ledger.append(desk, drafts)


def first_drafts(desk: Desk, reader: Reader, kept: reading.EvidenceView, said: Mapping[str, str]) -> list[Draft]:
    """What an archive or the sandbox says of an item, to be recorded with it. A field that somebody filled in already is left as it is; what the
    desk wrote when it took the item in gives way."""
    known = capture_given(desk, reader, kept.object)
    ours = _by_itself(desk, kept.sha256, kept.size, kept.received)
    fitting = checked(desk.catalogue.capture, filling(desk.catalogue.capture, known, said, ours))
    return [one for kind, part in _parts(desk, fitting) if (one := _draft(desk, reader, kept, kind, part, ()))]


def intake(desk: Desk, home: reading.DossierView, item: bytes, evidence: Draft, arrived: str, said: Mapping[str, str]) -> list[Draft]:
    """How an original that is being recorded came in, to be recorded with it: what the desk knows, and what a person said of it.

    Raises UsageError as ``set_capture`` does."""
    body = evidence.body
    digest, size, received = body["content.sha256"], body["content.size"], body["received"]
    assert isinstance(digest, bytes) and isinstance(size, int) and isinstance(received, str)
    told = checked(desk.catalogue.capture, {**said, **_by_itself(desk, digest[1:], size, received), "file.arrived": arrived})
    drafts = []
    for kind, part in _parts(desk, told):
        ids, values = as_lists(part)
        about: dict[str, Value] = {"dossier": home.dossier, "about": item, "fields": ids, "values": values, "state": _CURRENT}
        drafts += [items.draft(desk, kind, home.raw, about)] if ids else []
    return drafts


def _by_itself(desk: Desk, sha256: bytes, size: int, received: str) -> dict[str, str]:
    """What the desk says of an original without being told."""
    return {"hash.algorithm": "SHA-256", "hash.value": sha256.hex(), "hash.time": received, "hash.tool": TOOL, "file.size": str(size)}


def fill_in(desk: Desk, reader: Reader, originals: Iterable[bytes], said: Mapping[str, str], progress: Progress | None = None) -> int:
    """Say the same of many items: of each only what nobody said of it yet, so that one that was described by itself keeps its words. Returns of
    how many something was written; ended in the middle, the same call goes on.

    Raises UsageError as ``set_capture`` does, before anything is written.
    """
    fitting = {ident: value for ident, value in checked(desk.catalogue.capture, said).items() if value}
    known, count, waiting = list(originals), 0, list[Draft]()
    for done, item in enumerate(known, start=1):
        given = capture_given(desk, reader, item)
        free = {ident: value for ident, value in fitting.items() if not given.get(ident)}
        drafts = [one for kind, part in _parts(desk, free) if (one := _draft(desk, reader, reading.evidence(desk, reader, item), kind, part, ()))]
        waiting, count = waiting + drafts, count + bool(drafts)
        if len(waiting) >= _TOGETHER or done == len(known):
            ledger.append(desk, waiting)
            waiting = []
        if progress:
            progress(done, len(known))
    return count


def capture_given(desk: Desk, reader: Reader, item: bytes) -> dict[str, str]:
    """The values that were written of an item, the sealed ones among them."""
    given: dict[str, str] = {}
    for kind in (OPEN, SEALED):
        one = _known(desk, reader, kind, item)
        given |= from_lists(one.record.texts("fields"), one.record.texts("values")) if one else {}
    return given


def _parts(desk: Desk, said: Mapping[str, str]) -> list[tuple[str, dict[str, str]]]:
    shown, sealed = apart(desk.catalogue.capture, said)
    return [(kind, part) for kind, part in ((OPEN, shown), (SEALED, sealed)) if part]


def _draft(desk: Desk, reader: Reader, kept: reading.EvidenceView, kind: str, said: Mapping[str, str], seen: tuple[bytes, ...]) -> Draft | None:
    """A version with these values; None when it would say what stands there already."""
    home = reading.dossier(desk, reader, kept.dossier)
    if not reader.holds(home.raw):
        raise Refused("evidence.needs_raw")
    known = _known(desk, reader, kind, kept.object)
    if known is None:
        ids, values = as_lists(said)
        body: dict[str, Value] = {"dossier": kept.dossier, "about": kept.object, "fields": ids, "values": values, "state": _CURRENT}
        return items.draft(desk, kind, home.raw, body) if ids else None
    before = from_lists(known.record.texts("fields"), known.record.texts("values"))
    if seen and seen[0] != known.ref:
        base = {one.ref: one.record for one in reading.versions(desk, reader, known.item)}.get(seen[0])
        before = from_lists(base.texts("fields"), base.texts("values")) if base else before
    after = {**before, **said}
    ids, values = as_lists(after)
    if not known.contested and as_lists(before) == (ids, values) and (not seen or seen[0] == known.ref):
        return None
    return items.changed(desk, reader, kind, known.item, {"fields": ids, "values": values}, seen)


def _known(desk: Desk, reader: Reader, kind: str, item: bytes) -> reading.ItemView | None:
    """The record of a kind about an item. Two desks that did not know of each other may have made one each: the first is gone on with."""
    found = reading.items(desk, reader, kind, about=item)
    return found[0] if found else None

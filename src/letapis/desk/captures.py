"""How an item of evidence was captured: what colleagues and archives say of it, in the open and under seal.

The open part and the sealed part are two records of the dossier's RAW compartment. The sealed one names who sat where behind which address;
nothing that leaves the house is ever made of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from letapis.core.access import Reader
from letapis.core.capture import Group, apart, as_lists, checked, from_lists
from letapis.core.errors import Refused
from letapis.core.records import Draft, Value
from letapis.desk import items, ledger, reading
from letapis.desk.opening import Desk

OPEN, SEALED = "capture", "capture_sealed"
_CURRENT = "current"
_ENDINGS = (".wacz", ".warc", ".warc.gz")


@dataclass(frozen=True)
class CaptureView:
    """``given``: values by field, the sealed ones among them; ``asked``: the minimum is due, because it is a capture of the web or part of the
    minimum is given; ``missing``: groups of it that are not whole; ``heads``: the versions that a form is made from, by type of record."""

    item: bytes
    given: Mapping[str, str]
    asked: bool
    missing: tuple[Group, ...]
    heads: Mapping[str, tuple[bytes, ...]]
    shown: Mapping[str, bytes]

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
    return CaptureView(item, given, asked, form.missing(given) if asked else (), heads, shown)


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
    """What an archive says of its own making, to be recorded with it. A field that somebody filled in already is left as it is."""
    known = capture_of(desk, reader, kept.object).given
    form = desk.catalogue.capture
    fitting = checked(form, {ident: value for ident, value in said.items() if form.field(ident) is not None and not known.get(ident)})
    return [one for kind, part in _parts(desk, fitting) if (one := _draft(desk, reader, kept, kind, part, ()))]


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

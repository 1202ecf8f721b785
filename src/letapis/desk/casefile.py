"""Hand out a case file: chosen originals with everything a court needs to check them without us, and no more of our people than that.

What may leave is decided in ``casefile_plan``; here it is written.

    case file  =  a bag: originals · safe copies · records with fields shown or withheld · proofs · keys to compare · verify.py · VERIFY.md

It is the one place where originals leave the workspace in clear, into a folder that a person names. The hand-over is recorded before the
folder gets its name, with the digest of the whole, so that nothing leaves unrecorded. Format: docs/reference/case-file.md.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from letapis.core.access import Reader
from letapis.core.disclosure import format_disclosure
from letapis.core.errors import Damaged, LetapisError, Refused, UsageError
from letapis.core.policy import format_policy
from letapis.desk import anchors, beacons, captures, circles, copies, evidence, ledger, people, reading, tombstones, witnesses
from letapis.desk import casefile_projections as projections
from letapis.desk import casefile_words as words
from letapis.desk.bag import Bag, growing, outside, publish, put_original, sheet, suffix, table
from letapis.desk.casefile_opening import require_opening
from letapis.desk.casefile_plan import Choice, Plan, Said, make_plan
from letapis.desk.casefile_records import Head, Showing, devices_text, disclosed, heads, is_covered, policy_text, proof, withheld_fields, witnessed
from letapis.desk.log_tiles import Paths
from letapis.desk.opening import Desk
from letapis.desk.vault import Opened

ITEM_COLUMNS: Final = ("item", "path", "sha256", "record", "role", "derived_from")
_MAX_WORDS: Final = 200
_Row = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class CaseFileReport:
    """What was handed out. ``digest`` is the SHA-256 of tagmanifest-sha256.txt; ``left_out``: claims that no checkpoint covers yet;
    ``kept``: claims, and ``items_kept``: originals that stayed at home for a reason of the plan."""

    target: Path
    items: int
    records: int
    claims: int
    withheld: int
    left_out: int
    size: int
    digest: str
    kept: int
    items_kept: int

    @property
    def figures(self) -> dict[str, int | str]:
        """All but the folder, by name."""
        return {name: value for name, value in asdict(self).items() if name != "target"}


@dataclass(frozen=True)
class _Item:
    """One file of the bag: its name in the tables, what we keep of it, its path, the item that it was made from."""

    name: str
    kept: reading.EvidenceView
    path: str
    derived_from: str


@dataclass(frozen=True)
class _Chosen:
    """Everything that goes out: files, records in the order of their numbers, claims among them, and the logs that prove them."""

    items: tuple[_Item, ...]
    opened: tuple[Opened, ...]
    claims: tuple[Said, ...]
    checks: dict[bytes, int]
    heads: dict[str, Head]
    left_out: int
    stones: tuple[tombstones.Stone, ...]

    @cached_property
    def numbers(self) -> dict[bytes, str]:
        """Number of each record by its reference."""
        return {one.record.ref: f"{number:04}" for number, one in enumerate(self.opened, start=1)}

    @cached_property
    def veiled(self) -> frozenset[bytes]:
        """Records of which no word is shown, because a safer sentence stands for them."""
        return frozenset(said.claim.ref for said in self.claims if said.veiled)


def export_case_file(
    desk: Desk,
    reader: Reader,
    dossier: bytes,
    target: Path,
    recipient: str,
    purpose: str,
    choice: Choice | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CaseFileReport:
    """Write a case file of a dossier into the new folder ``target``.

    Raises UsageError for empty words or a folder that is none, Refused("casefile.exists", "casefile.inside_workspace",
    "casefile.no_items", "casefile.nothing_leaves", "casefile.not_covered", "casefile.needs_two", "circles.unassessed"), NotFound for
    what the reader may not see or an original that is not here, Damaged for an original that is not what its record says, Busy for a
    full disk. Nothing is left behind then but, late, an entry of a failed export.
    """
    about = (_line(recipient, "casefile.recipient"), _line(purpose, "casefile.purpose"))
    target = outside(desk.workspace, target)
    if choice and choice.showing.instants:
        require_opening(desk, reader, dossier)
    plan = make_plan(desk, reader, dossier, about[0], choice)
    circles.require_clear(desk, reader, dossier, circles.PACKAGE, [*(w.sentence for w in plan.waiting), *(s.sentence for s in plan.goes)])
    if not plan.items and not plan.redacted:
        raise Refused("casefile.nothing_leaves" if plan.items_stay else "casefile.no_items")
    chosen = _choose(desk, reader, dossier, plan, choice or Choice())
    with growing(target) as (bag, folder):
        records, withheld = _write_records(desk, reader, bag, chosen, (choice or Choice()).showing)
        rows = _write_items(desk, reader, bag, chosen, progress)
        _write_words(desk, reader, bag, chosen, withheld, about, choice.showing if choice else Showing())
        handed = projections.handover(desk, about, [(name, path, source, number) for name, path, _, number, _, source in rows], records)
        projections.put_projections(desk, bag, handed, withheld, (choice or Choice()).language)
        for path, stamp in anchors.paths(desk, reader, chosen.heads.values()):
            bag.put(path, [stamp])
        digest = bag.finish(words.info(desk, about))
        _record(desk, reader, chosen, "handed over", f"{about[0]} | {about[1]} | {digest}")
        try:
            publish(folder, target)
        except LetapisError as fault:
            _record(desk, reader, chosen, "failed", fault.code)
            raise
    size = sum(found[0] for found in (*bag.payload.values(), *bag.tags.values()))
    count = sum(withheld.values())
    left = (chosen.left_out, size, digest, len(plan.stays), len(plan.items_stay))
    return CaseFileReport(target, len(chosen.items), len(chosen.opened), len(chosen.claims), count, *left)


def trust_files(desk: Desk, reader: Reader) -> tuple[bytes, bytes]:
    """The policy and the devices file of the whole organisation, to publish or to hand to an expert apart from any case file."""
    reading.members(desk, reader)
    known = [device for device in people.directory(desk).devices.values() if people.directory(desk).member_of(device.device)]
    return format_policy(witnesses.policy(desk, reader)), devices_text(known)


def _line(text: str, code: str) -> str:
    """Words of one line, as bag-info takes them."""
    line = " ".join(text.split())
    if not line or len(line) > _MAX_WORDS or not line.isprintable():
        raise UsageError(code)
    return line


# ---- what goes out ---------------------------------------------------------------------------------------------------


def _choose(desk: Desk, reader: Reader, dossier: bytes, plan: Plan, choice: Choice) -> _Chosen:
    items = _items(desk, reader, plan, choice)
    refs = [ref for item in items for ref in (item.kept.ref, *(e.ref for e in reading.custody(desk, reader, item.kept.object)))]
    claims = [said.claim for said in plan.goes]
    checks = [r for r in reading.rulings_on(desk, [c.ref for c in claims]) if r.kind == "check" and r.counts]
    taken = [one.ref for item in items if choice.captures for one in reading.items(desk, reader, captures.OPEN, about=item.kept.object)]
    needed, wanted = list(dict.fromkeys(refs)), list(dict.fromkeys([*taken, *(c.ref for c in claims), *(r.ref for r in checks)]))
    found = ledger.opened_by_ref(desk, [*needed, *wanted])
    if not found.keys() >= set(needed):
        raise Damaged("casefile.record_missing")
    stones = tombstones.of_dossier(desk, reader, dossier)
    found |= ledger.opened_by_ref(desk, {stone.shredding for stone in stones})
    devices = {one.record.header.device for one in found.values()} | {stone.device for stone in stones}
    logs_ = witnessed(desk, reader, heads(desk, devices), found.values())
    logs_ = anchors.preferred(desk, reader, logs_, found.values())
    if not all(is_covered(found[ref], logs_) for ref in needed):
        raise Refused("casefile.not_covered")
    shown = [ref for ref in wanted if ref in found and is_covered(found[ref], logs_)]
    there = frozenset(shown)
    here = tuple(said for said in plan.goes if said.claim.ref in there)
    checkers: dict[bytes, set[bytes]] = {}
    for check in checks:
        if check.ref in there:
            checkers.setdefault(check.target, set()).add(check.member)
    counted = {said.claim.ref: len(checkers.get(said.claim.ref, set()) & said.claim.checkers) for said in here}
    gone = tombstones.covered([stone for stone in stones if is_covered(found[stone.shredding], logs_)], logs_)
    going = [found[ref] for ref in dict.fromkeys([*needed, *shown, *(stone.shredding for stone in gone)])]
    decided = ledger.opened_by_ref(desk, tombstones.decided_by(desk, gone))
    logs_ = _with_deciding(desk, reader, logs_, decided.values())
    going += [one for one in decided.values() if is_covered(one, logs_)]
    values = [*beacons.preceding(desk, reader, (one.record.header for one in going)), *anchors.contradicting(desk, reader, logs_)]
    going += ledger.opened_by_ref(desk, dict.fromkeys(values)).values()
    return _Chosen(items, tuple(going), here, counted, logs_, len(claims) - len(here), gone)


def _with_deciding(desk: Desk, reader: Reader, logs_: dict[str, Head], decided: Iterable[Opened]) -> dict[str, Head]:
    """The checkpoints with those of further devices from which an order to erase or a decision behind it comes. One that the quorum did not sign
    stays at home with its record: it would lower the bar for the whole case file."""
    records = [one for one in decided if one.record.header.device not in logs_]
    more = witnessed(desk, reader, heads(desk, {one.record.header.device for one in records}), records)
    return {**{name: head for name, head in more.items() if anchors.has_quorum(desk, reader, head)}, **logs_}


def _items(desk: Desk, reader: Reader, plan: Plan, choice: Choice) -> tuple[_Item, ...]:
    """Originals numbered in the order of their arrival, each followed by its safe copies, then copies with parts blacked out. The sender's
    file names stay here."""
    found = []
    for number, one in enumerate(plan.items, start=1):
        name = f"I{number:04}"
        found.append(_Item(name, one, f"data/originals/{number:04}.{suffix(one.media_type)}", ""))
        for page, copy in enumerate(reading.renditions(desk, reader, one.object) if choice.copies else (), start=1):
            found.append(_Item(f"{name}.p{page}", copy, f"data/derived/{number:04}-p{page:03}.{suffix(copy.media_type)}", name))
    named = {one.kept.object: one.name for one in found}
    for number, copy in enumerate(plan.redacted, start=1):
        path = f"data/derived/redacted-{number:04}.{suffix(copy.media_type)}"
        found.append(_Item(f"R{number:04}", copy, path, named.get(copy.derived_from, "")))
    return tuple(found)


# ---- writing ---------------------------------------------------------------------------------------------------------


def _write_records(desk: Desk, reader: Reader, bag: Bag, chosen: _Chosen, showing: Showing) -> tuple[list[projections.Numbered], dict[str, int]]:
    """Records, proofs and keys. Returns the records as they are disclosed, and how many fields were withheld for each reason."""
    directory, withheld, records = people.directory(desk), dict[str, int](), list[projections.Numbered]()
    paths = Paths(desk.store)
    for opened in chosen.opened:
        ref = opened.record.ref
        shown, number = disclosed(opened, directory, showing, ref in chosen.veiled), chosen.numbers[ref]
        records.append((number, shown, opened.record.header.recorded[:10]))
        for hidden in shown.withheld:
            withheld[hidden.reason] = withheld.get(hidden.reason, 0) + 1
        bag.put(f"data/records/{number}.rec", [format_disclosure(shown)])
        bag.put(f"data/proofs/{number}.tlog-proof", [proof(paths, opened, chosen.heads).text])
    devices = [head.device for head in chosen.heads.values()]
    bag.put("data/policy.txt", [policy_text(desk, reader, chosen.heads.values())])
    bag.put("data/devices.txt", [devices_text(devices)])
    return records, withheld


def _write_items(desk: Desk, reader: Reader, bag: Bag, chosen: _Chosen, progress: Callable[[int, int], None] | None) -> list[_Row]:
    """The files themselves, compared with their records while they are written. Returns the rows of items.csv."""
    rows: list[_Row] = []
    if progress:
        progress(0, len(chosen.items))
    for done, item in enumerate(chosen.items, start=1):
        role = "derived" if item.kept.derived_from else "original"
        put_original(desk, reader, bag, item.path, item.kept)
        rows.append((item.name, item.path, item.kept.sha256.hex(), chosen.numbers[item.kept.ref], role, item.derived_from))
        if progress:
            progress(done, len(chosen.items))
    withdrawn = [(tombstones.name(at), "", "", "", "withdrawn", "") for at in range(1, len(chosen.stones) + 1)]
    bag.put("data/items.csv", [table(ITEM_COLUMNS, [*rows, *withdrawn])])
    if chosen.stones:
        bag.put("data/tombstones.csv", [table(tombstones.COLUMNS, tombstones.rows(chosen.stones, chosen.numbers))])
    paths = Paths(desk.store)
    for at, stone in enumerate(chosen.stones, start=1):
        bag.put(f"data/proofs/T-{at:04}.tlog-proof", [tombstones.proof(paths, stone, chosen.heads).text])
    return rows


def _write_words(desk: Desk, reader: Reader, bag: Bag, chosen: _Chosen, withheld: dict[str, int], about: tuple[str, str], showing: Showing) -> None:
    """What people read: how to check, the custody, the copies and the claims as tables, what this system is."""
    verifier, held = words.verifier(), copies.told_outside(desk, reader, {item.name: item.kept for item in chosen.items})
    bag.put("verify.py", [verifier])
    bag.put("VERIFY.md", [words.guide(desk, about, bool(chosen.claims))])
    bag.put("data/metadata/attested.csv", [sheet(words.ATTESTED, _attested_rows(chosen, words.organisation(desk)))])
    bag.put("data/metadata/custody.csv", [sheet(words.CUSTODY, _custody_rows(chosen, showing))])
    if chosen.claims:
        bag.put("data/metadata/claims.csv", [sheet(words.CLAIMS, _claim_rows(chosen))])
    if held:
        bag.put("data/metadata/copies.csv", [sheet(words.COPIES, held)])
    there = bool(chosen.claims), bool(held)
    bag.put("data/metadata/system.txt", [words.statement(desk, verifier, list(chosen.heads.values()), withheld, *there)])


def _attested_rows(chosen: _Chosen, organisation: str) -> list[Sequence[str]]:
    """What the organisation answers for: each record and the day it was made; hour and device stay digests that can be opened later."""
    return [(chosen.numbers[opened.record.ref], opened.record.type, opened.record.header.recorded[:10], organisation) for opened in chosen.opened]


def _custody_rows(chosen: _Chosen, showing: Showing) -> list[Sequence[str]]:
    names = {item.kept.object: item.name for item in chosen.items}
    rows: list[Sequence[str]] = []
    for opened in chosen.opened:
        record = opened.record
        if record.type not in ("evidence", "custody"):
            continue
        event = record.text("event") or "recorded"
        detail = "" if "b.detail" in withheld_fields(opened, showing) else record.text("detail")
        rows.append((names[record.raw("object")], chosen.numbers[record.ref], str(record.number("step")), event, record.text("outcome"), detail))
    return rows


def _claim_rows(chosen: _Chosen) -> list[tuple[str, ...]]:
    names = {item.kept.object: item.name for item in chosen.items}
    return [_claim_row(said, chosen, names.get(said.claim.evidence, "")) for said in chosen.claims]


def _claim_row(said: Said, chosen: _Chosen, item: str) -> tuple[str, ...]:
    """A claim in columns and in words. One that goes in other words has these alone, and where it stands."""
    claim = said.claim
    told = (claim.subject.hex(), claim.property, claim.value, claim.valid_from, claim.valid_to, claim.certainty, claim.basis)
    standing = (claim.level.name.lower(), str(chosen.checks[claim.ref]), "yes" if claim.contested else "no")
    place = ("", "") if said.veiled else (item, claim.anchor)
    return (chosen.numbers[claim.ref], *(("",) * len(told) if said.veiled else told), *standing, *place, said.sentence.text)


def _record(desk: Desk, reader: Reader, chosen: _Chosen, outcome: str, detail: str) -> None:
    """The hand-over as a custody entry of every item, all or none."""
    with desk.store.transaction():
        for item in chosen.items:
            evidence.add_custody(desk, reader, item.kept.object, "export", outcome, detail)

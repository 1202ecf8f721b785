"""Two hundred secrets in every field that is not public: the whole way to a built site, and none of them anywhere on it.

Every type of record that belongs to a dossier is written with a secret in each of its texts; beside them stand relatives, sources, file names,
a value that was proposed and never approved, one that was public and is not any more, and somebody who was taken back. What a publisher's
device holds is opened with all its keys and searched too.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from letapis.core.canonical import Kind
from letapis.core.errors import LetapisError
from letapis.core.published import Card, CardValue, Statement
from letapis.core.records import SCHEMAS, Draft, Spec, Value
from letapis.desk import ledger, public_record, reading, snapshot_store, snapshots
from letapis.desk.opening import Desk
from letapis.desk.vault import COLUMNS, open_rows
from letapis.engines import hosting, hosting_upload
from letapis.engines.blobs_remote import Remote
from letapis.faces import release
from tests import canary
from tests.desk.carding import house_of
from tests.desk.publishing import ADDRESS, Newsroom, newsroom
from tests.public import card_of, holding
from tests.team import Team, make_team

__all__ = ["make_team"]

NUMBERS = count(100)
SECRET = {Kind.UINT: 1, Kind.INT: 1, Kind.BOOL: True, Kind.DATE: "2025-01-01", Kind.INSTANT: "2025-01-01T00:00:00Z", Kind.DECIMAL: "1"}
# Short codes, which hold no words of anybody.
CODES = {"state": "kept", "kind": "person", "language": "en", "basis": "saw", "scope": "wgad_regular", "property": "identity.address"}
BYTES = {Kind.BYTES: 16, Kind.REF: 32}


def secret() -> str:
    number = next(NUMBERS)
    return f"{canary.LATIN}{number}x {canary.CYRILLIC}{number}"


def word() -> str:
    """A secret in one alphabet, as a public field takes it."""
    return f"{canary.LATIN}{next(NUMBERS)}x"


def _value(desk: Desk, spec: Spec, dossier: bytes) -> Value:
    if spec.name == "dossier":
        return dossier
    if spec.kind is Kind.TEXT:
        one: Value = CODES.get(spec.name) or secret()
    elif spec.kind is Kind.DIGEST:
        one = b"\x02" + desk.randomness(64) if spec.name.endswith("sha512") else b"\x01" + desk.randomness(32)
    else:
        one = SECRET[spec.kind] if spec.kind in SECRET else desk.randomness(BYTES[spec.kind])
    return (one,) if spec.many else one  # type: ignore[return-value]


def plant(desk: Desk, dossier: bytes) -> set[str]:
    """One record of every type of a dossier, in its working compartment, with a secret in each text. Returns the types."""
    home, planted = reading.dossier(desk, desk.reader("work"), dossier), set[str]()
    for kind, specs in SCHEMAS.items():
        if kind.startswith("public_") or kind in ("dossier", "compartment") or "dossier" not in {spec.name for spec in specs}:
            continue
        body = {spec.name: _value(desk, spec, dossier) for spec in specs}
        try:
            ledger.append(desk, [Draft(kind, home.work, {name: value for name, value in body.items() if name != "after"})])
        except LetapisError:
            continue
        planted.add(kind)
    return planted


def texts_of(desk: Desk) -> Iterator[tuple[str, str]]:
    """Every record that a device can open, as its type and all its texts and bytes."""
    for opened in open_rows(desk, desk.store.rows(f"SELECT {COLUMNS} FROM db_record ORDER BY id")):
        yield (
            opened.record.type,
            "\n".join(part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in opened.record.body.values()),
        )


def richer(number: int, *values: CardValue) -> Card:
    """An invented card with these values in place of those of the same field."""
    card, fields = card_of(number), {(one.field, one.language) for one in values}
    rest = [one for one in card.values if (one.field, one.language) not in fields]
    return replace(card, values=tuple(sorted([*rest, *values])))


def history(room: Newsroom, press: Callable[[], release.Released]) -> None:
    """Values that were proposed and not approved, that stood and stand no more, and somebody who is taken back; each with a secret."""
    statement = Statement("5" * 32, "2026-11-01", "recognised", "3.1", "immediate_release", ("Vydumka",), {"en": word()}, {"en": word()})
    room.public(richer(1, CardValue("judge", word())), richer(2, CardValue("name", word(), "en")), statement=statement)
    press()
    room.public(card_of(1))
    public_record.recall(room.team.desks[1], room.reader(1), room.dossiers[0], bytes.fromhex(statement.statement), "mistake")
    room.recall(card_of(2).card)
    public_record.propose_card(room.team.desks[0], room.reader(), room.dossiers[0], richer(3, CardValue("judge", word())))
    room.team.sync(0, 1, 2, 3)


def test_none_of_two_hundred_secrets_is_public(make_team: Callable[..., Team], make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    room = newsroom(make_team, make_desk)
    root = hosting.require_root(tmp_path / "site", room.press.workspace)

    def build() -> release.Released:
        made = snapshots.plan(room.press, room.press_reader)
        return release.build(room.press, room.press_reader, made, root, release.Imprint(ADDRESS, "list@pryklad.example"))

    house = house_of(Team(room.team.desks[:3], room.team.relay))
    house.published()
    first = next(NUMBERS)
    types = plant(house.desk, house.dossier) | plant(house.desk, house.dossier)
    hidden = range(first + 1, next(NUMBERS))
    assert len(hidden) >= 300 and len(types) > 45
    room.team.sync(0, 1, 2, 3)
    history(room, build)
    done = build()
    assert len(holding(done.shown.folder, ["Янка Прыклад"])) > 3, "the card itself is public"
    store = Remote("memory://")
    hosting_upload.upload(store, done.shown.folder, hosting.digests(done.shown.folder), hosting_upload.journal_of(root, "s3://pryklad"))
    (tmp_path / "put out").mkdir()
    for number, (name, size) in enumerate(store.entries("")):
        (tmp_path / "put out" / str(number)).write_bytes(name.encode() + b"\n" + store.read(name, 0, size))
    assert not canary.search([root, tmp_path / "put out", room.press.workspace])
    assert not holding(root, ["canary-", "Канарэйчанка", "Kanarejka", house.dossier.hex(), house.person.hex(), card_of(2).first("name")])
    # What the publisher's keys open: nothing of what lies elsewhere, and of what is public no more than its own history.
    for kind, text in texts_of(room.press):
        assert canary.LATIN not in text or kind.startswith("public_"), kind
        assert not any(f"{canary.LATIN}{number}x" in text for number in hidden) and "canary-" not in text, kind
    kept = [snapshot_store.read(room.press, one) for one in snapshot_store.kept(room.press)]
    assert len(kept) == 2 and canary.LATIN not in repr(kept)

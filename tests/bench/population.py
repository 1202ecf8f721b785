"""A workspace full of invented claims: dossiers of 5,000 claims on 50 persons, 3 sources, every type of value, four claims a passage.

What a colleague recorded comes in as it does in life: sealed at their desk, received at ours, checked and disputed here and there.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from letapis.core.records import Draft, Value
from letapis.core.vocabulary import Fact, FactType
from letapis.desk import dossiers, ledger, reading
from letapis.desk.compartments import keep_key
from letapis.desk.members import found_organisation
from letapis.desk.opening import Desk, open_desk
from letapis.engines.keys.local import LocalAgent
from letapis.engines.keys.workspace import Workspace, create_workspace
from tests.conftest import device_body, member_body

BATCH: Final = 500
IN_DOSSIER: Final = 5_000
_PERSONS: Final = 50
_PASSPHRASE: Final = "six plainly invented words for tests"
_TEXT: Final = (
    "арышт штраф суд допыт ізалятар камера падпіска пратэст затрыманне вобшук адвакат пратакол следчы галадоўка карцэр спатканне "
    "перадача вязень журналіст студэнт урач рабочы выкладчык сведка"
)
_WORDS: Final = _TEXT.split()


@dataclass
class Home:
    """A dossier with what its claims are about."""

    dossier: bytes
    work: bytes
    persons: Sequence[bytes]
    sources: Sequence[bytes]
    made: int = 0


@dataclass
class Filled:
    """A filled workspace and how to open it again."""

    workspace: Workspace
    passphrase: str
    desk: Desk
    homes: list[Home] = field(default_factory=list)
    claims: int = 0


def found(folder: Path) -> Filled:
    """An organisation of one member in a new workspace, opened with its keys in this process."""
    workspace, passphrase = create_workspace(folder / "own", secrets.token_bytes(16), _PASSPHRASE)
    desk = open_desk(workspace.path, workspace.unlock(passphrase), alias="bench-own")
    found_organisation(desk, "Pryklad", "Vydumka")
    return Filled(workspace, passphrase, desk)


def new_home(desk: Desk, number: int) -> Home:
    """A dossier with persons and sources."""
    made = dossiers.new_dossier(desk, f"D-{number}", f"Pryklad {_WORDS[number % len(_WORDS)]}", person=f"Vydumka {number}")
    reader = desk.reader("work")
    home = reading.dossier(desk, reader, made)
    first = [view.entity for view in reading.entities(desk, reader, made)]
    others = [secrets.token_bytes(16) for _ in range(_PERSONS - 1)]
    bodies: list[dict[str, Value]] = [{"dossier": made, "entity": one, "kind": "person", "label": f"Pryklad {i}"} for i, one in enumerate(others)]
    ledger.append(desk, [Draft("entity", home.work, body) for body in bodies])
    told = [secrets.token_bytes(16) for _ in range(3)]
    bodies = [{"dossier": made, "source": one, "code": f"S{i}", "kind": "person", "grade": "B"} for i, one in enumerate(told)]
    ledger.append(desk, [Draft("source", home.work, body) for body in bodies])
    return Home(made, home.work, [*first, *others], told)


def claims(desk: Desk, home: Home, count: int = BATCH) -> list[Draft]:
    """The next claims of a dossier; which they are follows from how many it has. Most are the only one on their person and property,
    one of ten is said twice, however many facts the vocabulary has."""
    facts = list(desk.catalogue.vocabulary.facts.values())
    drafts = []
    passage = b""
    for i in range(home.made, home.made + count):
        if i % 4 == 0 or not passage:
            passage = secrets.token_bytes(32)
        turn, place = divmod(i, len(facts))
        fact = facts[place]
        body: dict[str, Value] = {
            "dossier": home.dossier,
            "subject": home.persons[(place + turn - (i % 10 == 0)) % len(home.persons)],
            "property": fact.id,
            "source": home.sources[i % len(home.sources)],
            "basis": "saw",
            "passage": passage,
            "valid_from": f"20{10 + i % 15}-{1 + i % 12:02}-{1 + i % 28:02}",
            "certainty": "exact",
            "scopes": ("keep_internal",),
        }
        drafts.append(Draft("claim", home.work, body | _value(fact, i)))
    home.made += count
    return drafts


def _value(fact: Fact, i: int) -> dict[str, Value]:
    if fact.type is FactType.BOOL:
        return {"value.bool": i % 3 > 0}
    if fact.type is FactType.NUMBER:
        return {"value.number": str(i % 100)}
    if fact.type is FactType.DATE:
        return {"value.date": f"20{10 + i % 15}-{1 + i % 12:02}"}
    if fact.type is FactType.LIST:
        return {"value.list": (fact.members[i % len(fact.members)].key if fact.members else _WORDS[i % len(_WORDS)],), "value.listed": True}
    if fact.members:
        return {"value.text": fact.members[i % len(fact.members)].key}
    return {"value.text": " ".join(_WORDS[(i * k + k) % len(_WORDS)] for k in (1, 5, 7, 11, 13))}


def fill(filled: Filled, target: int, told: Callable[[int], None] | None = None) -> None:
    """Append batches of 500 until there are ``target`` claims."""
    while filled.claims < target:
        if not filled.homes or filled.homes[-1].made >= IN_DOSSIER:
            filled.homes.append(new_home(filled.desk, len(filled.homes)))
        ledger.append(filled.desk, claims(filled.desk, filled.homes[-1]))
        filled.claims += BATCH
        if told:
            told(filled.claims)


def from_a_colleague(filled: Filled, folder: Path, count: int) -> Iterator[int]:
    """A second member records ``count`` claims in a dossier of their own and ours receives them; yields how many came in each time."""
    desk = filled.desk
    agent = LocalAgent.from_seed(secrets.token_bytes(32), secrets.token_bytes(16), "bench.invalid/0000000000000002", "bench.invalid/log0000000000002")
    (folder / "other").mkdir(mode=0o700)
    other = open_desk(folder / "other", agent, alias="bench-other")
    (org,) = (bytes(row[0]) for row in desk.store.rows("SELECT compartment FROM db_compartment WHERE klass = 'ORG'"))
    new = [Draft("member", org, member_body(other.me, "Pryklad")), Draft("device", org, device_body(agent))]
    ledger.append(desk, [*new, Draft("grant", org, {"compartment": org, "epoch": 1, "member": other.me})])
    (root,) = (bytes(row[0]) for row in desk.store.rows("SELECT ref FROM db_record WHERE type = 'organisation'"))
    ledger.trust_root(other, root)
    share(desk, other, [org])
    ledger.receive(other, sealed(desk, 0, (org,)))
    last = 0
    while count > 0:
        home = new_home(other, 10_000 + count)
        kept = reading.dossier(other, other.reader("work"), home.dossier)
        share(other, desk, [kept.work, kept.raw, kept.pub])
        for _ in range(min(count, IN_DOSSIER) // BATCH):
            ledger.append(other, claims(other, home))
        count -= IN_DOSSIER
        rows = other.store.rows("SELECT id FROM db_record ORDER BY id DESC LIMIT 1")
        arrived = sealed(other, last, ())
        last = int(rows[0][0])
        for start in range(0, len(arrived), BATCH):
            ledger.receive(desk, arrived[start : start + BATCH])
            yield min(BATCH, len(arrived) - start)
    other.close()


def share(giver: Desk, taker: Desk, compartments: Sequence[bytes]) -> None:
    """Hand the keys of compartments over without a relay."""
    public = taker.agent.me().public
    with taker.store.transaction():
        for compartment in compartments:
            (wrap,) = giver.agent.export_compartment(compartment, 1, [public])
            taker.agent.load_compartments([(compartment, 1, wrap)])
            keep_key(taker, compartment, 1)


def sealed(desk: Desk, after: int, compartments: Sequence[bytes]) -> list[ledger.Arrived]:
    """What this device wrote after the record of this number in these compartments, in all where none is named."""
    query = "SELECT compartment, epoch, rid, blob, wrap FROM db_record WHERE id > %s AND device = %s ORDER BY id"
    rows = desk.store.rows(query, (after, desk.device))
    made = [ledger.Arrived(bytes(c), int(e), bytes(rid), bytes(blob), bytes(wrap)) for c, e, rid, blob, wrap in rows]
    wanted = frozenset(compartments)
    return [one for one in made if not wanted or one.compartment in wanted]


def rule(desk: Desk, kind: str, home: bytes, work: bytes, targets: Sequence[bytes], reason: str = "") -> None:
    """One decision about several claims."""
    body: dict[str, Value] = {"dossier": home, "kind": kind, "targets": tuple(targets)}
    ledger.append(desk, [Draft("decision", work, body | ({"reason": reason} if reason else {}))])

"""What every test stands on: Django is set up once with the desk's settings, and nothing leaves this machine."""

import os
import secrets
import socket
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pytest

os.environ["DJANGO_SETTINGS_MODULE"] = "letapis.faces.web.settings"
django.setup()

if TYPE_CHECKING:
    from letapis.core.records import Value
    from letapis.desk.ledger import Receipt
    from letapis.desk.opening import Desk
    from letapis.engines.keys.local import LocalAgent
    from tests.postgres import Cluster

_LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A connection to anything but loopback or a Unix socket fails the test: the product asks no host that nobody configured."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError("a test reached for the network")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield


# --- desks ------------------------------------------------------------------------------------------------------------

NOON = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)


class Clock:
    """A clock that a test sets; each look moves it one second on."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def device_body(agent: "LocalAgent", label: str = "laptop") -> "dict[str, Value]":
    """Body of the device record that binds an agent's keys to its member."""
    me, public = agent.me(), agent.me().public
    named: dict[str, Value] = {"member": me.member, "device": me.device, "label": label, "log": me.origin, "kem": public.kem}
    record: dict[str, Value] = {"ed25519": public.record_ed25519, "mldsa44": public.record_mldsa44}
    return named | record | {"log_ed25519": public.log_ed25519, "log_mldsa44": public.log_mldsa44}


def member_body(member: bytes, name: str, keeper: bool = True, custodian: bool = True) -> "dict[str, Value]":
    return {"member": member, "name": name, "keeper": keeper, "custodian": custodian}


@pytest.fixture
def make_desk(tmp_path: Path) -> "Iterator[Callable[..., Desk]]":
    """Desks with an empty database and keys from a seed: ``make_desk(number)``; equal numbers are the same device in another folder."""
    from letapis.desk.opening import open_desk
    from letapis.engines.keys.local import LocalAgent

    made: list[Desk] = []

    def make(number: int = 1, member: bytes = b"", clock: Callable[[], datetime] | None = None) -> "Desk":
        folder = tmp_path / f"desk-{len(made)}"
        folder.mkdir(mode=0o700)
        names = (f"device.invalid/{number:016d}", f"log.invalid/{number:016d}")
        agent = LocalAgent.from_seed(bytes([number]) * 32, member or bytes([number]) * 16, *names, passphrase="six plainly invented words for tests")
        made.append(open_desk(folder, agent, clock or Clock(), alias=f"desk-{secrets.token_hex(8)}"))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


def begin_organisation(desk: "Desk", name: str = "Vydumka") -> bytes:
    """An organisation of one member begins at a desk: directory records and the ORG compartment, which is returned."""
    from letapis.core.records import Draft
    from letapis.desk import ledger
    from letapis.desk.compartments import new_compartment

    org = new_compartment(desk, "ORG")
    drafts = [
        Draft("organisation", org, {"organisation": desk.randomness(16), "name": "Pryklad", "marking": "PRY"}),
        Draft("member", org, member_body(desk.me, name)),
        Draft("device", org, device_body(desk.agent)),
        Draft("compartment", org, {"compartment": org, "class": "ORG", "epoch": 1}),
        Draft("grant", org, {"compartment": org, "epoch": 1, "member": desk.me}),
    ]
    ledger.append(desk, drafts)
    return org


@pytest.fixture
def found() -> Callable[..., bytes]:
    """``found(desk)`` lets an organisation of one member begin at a desk; see ``begin_organisation``."""
    return begin_organisation


@pytest.fixture
def desk(make_desk: "Callable[..., Desk]", found: Callable[..., bytes]) -> "Desk":
    """A fresh workspace of the only member of an organisation."""
    made = make_desk(1)
    found(made)
    return made


@pytest.fixture
def carry() -> "Callable[..., Receipt]":
    """``carry(a, b)`` gives ``b`` the keys of all compartments that ``a`` holds (or of those named), and every record in them."""

    from letapis.desk import ledger
    from letapis.desk.compartments import keep_key

    def bring(giver: "Desk", taker: "Desk", compartments: Sequence[bytes] | None = None) -> "Receipt":
        epochs = giver.epochs()
        for compartment in epochs if compartments is None else compartments:
            (wrap,) = giver.agent.export_compartment(compartment, epochs[compartment], [taker.agent.me().public])
            taker.agent.load_compartments([(compartment, epochs[compartment], wrap)])
            keep_key(taker, compartment, epochs[compartment])
        rows = giver.store.rows("SELECT compartment, epoch, rid, blob, wrap FROM db_record ORDER BY id")
        wanted = frozenset(epochs if compartments is None else compartments)
        sealed = [ledger.Arrived(bytes(c), int(e), bytes(rid), bytes(blob), bytes(wrap)) for c, e, rid, blob, wrap in rows]
        return ledger.receive(taker, [one for one in sealed if one.compartment in wanted])

    return bring


@pytest.fixture
def two_desks(make_desk: "Callable[..., Desk]", found: Callable[..., bytes], carry: "Callable[..., Receipt]") -> "tuple[Desk, Desk]":
    """Two members of one organisation, each at a desk of their own; both know the whole directory."""
    from letapis.core.records import Draft
    from letapis.desk import ledger

    first, second = make_desk(1), make_desk(2)
    org = found(first)
    drafts = [Draft("member", org, member_body(second.me, "Pryklad")), Draft("device", org, device_body(second.agent))]
    ledger.append(first, [*drafts, Draft("grant", org, {"compartment": org, "epoch": 1, "member": second.me})])
    (root,) = (bytes(row[0]) for row in first.store.rows("SELECT ref FROM db_record WHERE type = 'organisation'"))
    ledger.trust_root(second, root)
    carry(first, second)
    return first, second


@pytest.fixture(scope="session")
def postgres() -> "Iterator[Cluster]":
    """A PostgreSQL of our own, started once; ``postgres.address()`` is a new database. Skipped where there is none, unless CI demands it."""
    from tests.postgres import missing, running

    cluster = running()
    if cluster is None:
        missing("no PostgreSQL on this machine")
        return
    yield cluster
    cluster.stop()

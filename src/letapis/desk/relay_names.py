"""What this device remembers of the relay: which names it has read or written, what was wrong with others, how far it has published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from letapis.desk import people
from letapis.desk.opening import Desk
from letapis.engines.relay import RelayStore

ADDRESS = "relay"
WORD_SENT = "word:sent"


@dataclass
class Exchange:
    """One sync as it goes: the relay, what lies there, what is settled, and the report that grows."""

    desk: Desk
    relay: RelayStore
    sizes: Mapping[str, int]
    settled: set[str]
    failed: set[str] = field(default_factory=set)
    sent: int = 0
    received: int = 0
    quarantined: int = 0
    objects_sent: int = 0
    objects_received: int = 0
    faults: list[str] = field(default_factory=list)

    @cached_property
    def names(self) -> frozenset[str]:
        """What lay on the relay when this sync began."""
        return frozenset(self.sizes)

    def settle(self, *names: str) -> None:
        """These names need not be read again."""
        self._keep(names, "")
        self.settled.update(names)

    def fail(self, name: str, code: str) -> None:
        """Remember what is wrong with a name; it is read again next time, because the relay may yet give the honest file."""
        self._keep((name,), code)
        self.failed.add(name)
        self.faults.append(code)

    def _keep(self, names: Iterable[str], code: str) -> None:
        statement = "INSERT INTO db_relayname (name, fault) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET fault = excluded.fault"
        self.desk.store.run_many(statement, [(name, code[:60]) for name in names])

    def forget(self, names: Iterable[str]) -> None:
        self.desk.store.run_many("DELETE FROM db_relayname WHERE name = %s", [(name,) for name in names])


def settled_names(desk: Desk) -> set[str]:
    return {str(row[0]) for row in desk.store.rows("SELECT name FROM db_relayname WHERE fault = ''")}


def mark(desk: Desk, compartment: bytes) -> int:
    """Up to which row the own records of a compartment are on the relay."""
    return int(people.setting(desk.store, f"sent:{compartment.hex()}") or 0)


def keep_mark(desk: Desk, compartment: bytes, row: int) -> None:
    people.keep_setting(desk.store, f"sent:{compartment.hex()}", str(row))


def whole(desk: Desk, compartment: bytes) -> tuple[int, int] | None:
    """From after which row to which everything that we hold of a compartment is to be published anew; None when that is not due."""
    done, _, end = people.setting(desk.store, f"whole:{compartment.hex()}").partition(" ")
    return (int(done), int(end)) if end else None


def keep_whole(desk: Desk, compartment: bytes, done: int = 0, end: int | None = None) -> None:
    """Everything up to row ``end`` (all there is now when not given) is to be published anew, and is up to ``done``."""
    if end is None:
        end = int(desk.store.rows("SELECT coalesce(max(id), 0) FROM db_record WHERE compartment = %s", (compartment,))[0][0])
    people.keep_setting(desk.store, f"whole:{compartment.hex()}", f"{done} {end}")


def end_whole(desk: Desk, compartment: bytes) -> None:
    desk.store.run("DELETE FROM db_setting WHERE name = %s", (f"whole:{compartment.hex()}",))

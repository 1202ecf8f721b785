"""What this device remembers of the relay: which names it has read or written, what was wrong with others, how far it has published."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from letapis.core.errors import Busy, LetapisError, NotFound, Refused
from letapis.desk import ledger, settings
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
    progress: Callable[[int, int], None] | None = None
    expected: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)

    def expect(self, names: Iterable[str]) -> None:
        """These files will be read or left."""
        self.expected.update(names)

    def begin(self, name: str) -> None:
        """Between two files: this one is next. Whoever listens to ``progress`` may raise, and the exchange ends here without harm."""
        self.expected.add(name)
        if self.progress and name not in self.begun:
            self.progress(len(self.begun), len(self.expected))
        self.begun.add(name)

    def end(self) -> None:
        """Everything was taken up."""
        if self.progress:
            self.progress(max(1, len(self.expected)), max(1, len(self.expected)))

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

    def take_off(self, name: str) -> bool:
        """Remove a file from the relay and forget it. False for a relay that does not let us delete, which is said as a fault of this sync."""
        try:
            self.relay.remove(name)
        except NotFound:
            pass  # A colleague was quicker.
        except Refused as fault:
            self.faults.append(fault.code)
            return False
        self.forget([name])
        self.settled.discard(name)
        return True


def is_own_failure(fault: LetapisError) -> bool:
    """It is this machine that fails, its disk, database or agent, and not a file on the relay: the sync must stop and say so."""
    return isinstance(fault, Busy) or fault.code == "keys.locked" or fault.code.startswith("database.")


def forget_faults(exchange: Exchange) -> None:
    """What was wrong with names that are no longer there concerns nobody."""
    rows = exchange.desk.store.rows("SELECT name FROM db_relayname WHERE fault <> ''")
    exchange.forget(name for (name,) in rows if name not in exchange.names)


def settled_names(desk: Desk) -> set[str]:
    return {str(row[0]) for row in desk.store.rows("SELECT name FROM db_relayname WHERE fault = ''")}


@dataclass(frozen=True)
class Anew:
    """What of a compartment is to be left on the relay once more: rows after ``done`` up to ``end``, all of them or only our own."""

    done: int
    end: int
    own: bool


def anew(desk: Desk) -> dict[bytes, Anew]:
    """The compartments of which something is to be left once more."""
    found = {}
    for name, value in desk.store.rows("SELECT name, value FROM db_setting WHERE name LIKE 'anew:%%'", ()):
        done, end, own = str(value).split(" ")
        found[bytes.fromhex(str(name)[5:])] = Anew(int(done), int(end), own == "own")
    return found


def keep_anew(desk: Desk, compartment: bytes, part: Anew) -> None:
    settings.keep(desk.store, f"anew:{compartment.hex()}", f"{part.done} {part.end} {'own' if part.own else 'all'}")


def leave_anew(desk: Desk, compartments: Iterable[bytes], own: bool = False) -> None:
    """Everything that stands in these compartments now goes out once more with the next sync. What was due already stays due."""
    end, due = ledger.newest(desk), anew(desk)
    for compartment in compartments:
        if not own or compartment not in due:
            keep_anew(desk, compartment, Anew(0, end, own))


def end_anew(desk: Desk, compartment: bytes) -> None:
    settings.drop(desk.store, f"anew:{compartment.hex()}")


def counted(desk: Desk, compartment: bytes) -> tuple[int, int]:
    """The last of our own rows of a compartment that is on the relay, and how many there are up to it."""
    row, _, count = settings.value(desk.store, f"sent:{compartment.hex()}").partition(" ")
    return int(row or 0), int(count or 0)


def keep_counted(desk: Desk, compartment: bytes, row: int, count: int) -> None:
    settings.keep(desk.store, f"sent:{compartment.hex()}", f"{row} {count}")

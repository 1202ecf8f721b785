"""Open a workspace: its database, the keys that this device holds, and who sits at the desk."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from letapis.core.access import Reader
from letapis.core.errors import Busy
from letapis.desk import clearing, held_keys, own_rules, settings
from letapis.engines.catalogue import Catalogue
from letapis.engines.db.store import Store, forget, open_workspace_database
from letapis.engines.keys import Agent

DATABASE = "database.db"
STALE = "tables.stale"  # said by a migration that left tables empty or other than the records make them now
BEFORE_EXCHANGE = "restored.unexchanged"  # a restored workspace shows nothing before its first exchange
DSN = "database.address"  # a file of one line: an office keeps its tables in a PostgreSQL of the same machine


def utcnow() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """Everything a function of the desk needs. ``me`` is the member, ``device`` the name of this device's record key."""

    workspace: Path
    agent: Agent
    store: Store
    catalogue: Catalogue
    clock: Callable[[], datetime]
    me: bytes
    device: str
    origin: str
    randomness: Callable[[int], bytes] = os.urandom
    kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)  # the folded directory, see desk.people

    def epochs(self) -> Mapping[bytes, int]:
        """The compartments whose key this device holds, each with the epoch that is written under (``held_keys``)."""
        return held_keys.newest(self.store)

    def reader(self, purpose: str) -> Reader:
        """A Reader for this member: the compartments whose key this device holds, and none once the membership has ended, or before a
        restored workspace has heard what was erased since its backup."""
        active = self.store.rows("SELECT 1 FROM db_member WHERE member = %s AND state = 'active'", (self.me,))
        waits = settings.is_kept(self.store, BEFORE_EXCHANGE)
        return Reader(self.me, frozenset(self.epochs()) if active and not waits else frozenset(), purpose)

    def today(self) -> date:
        """The day that it is for the people concerned: birthdays, hearings and letters are theirs (``data/zone.toml``)."""
        return self.clock().astimezone(self.catalogue.zone).date()

    def forget(self) -> None:
        """Drop what was folded and verified in this process: what comes after a lock is looked at anew."""
        self.kept.clear()

    def close(self) -> None:
        """Close the database and drop its key from this process, and the names that were compared in it."""
        self.forget()
        forget(self.store.alias)
        self.catalogue.forget_names()


def database_address(workspace: Path) -> Path | str:
    """Where the tables of a workspace are: a file inside it, or the address of a PostgreSQL on this machine."""
    address = workspace / DSN
    return address.read_text("utf-8").strip() if address.exists() else workspace / DATABASE


def open_desk(workspace: Path, agent: Agent, clock: Callable[[], datetime] = utcnow, alias: str = "default") -> Desk:
    """Open the database with the agent's key and give the agent the compartment keys that were sealed to this device.

    Raises Locked for a locked agent or a wrong key, Damaged for a broken file, Busy when the database does not answer.
    """
    identity = agent.me()
    store = open_workspace_database(database_address(workspace), agent.database_key(), alias)
    desk = Desk(workspace, agent, store, own_rules.catalogue_of(store), clock, identity.member, identity.device, identity.origin)
    load_keys(desk)
    fill_stale_tables(desk)
    finish_putting_away(desk)
    return desk


def fill_stale_tables(desk: Desk) -> None:
    """A newer letapis made tables anew: fill them from the sealed records before anybody reads, all of it or nothing.

    Raises Damaged at a record that does not open: half of what was written must not pass for all of it.
    """
    from letapis.desk import entering

    if not settings.is_kept(desk.store, STALE):
        return
    with desk.store.transaction():
        if settings.is_kept(desk.store, STALE):  # nobody else did it while we waited
            entering.rebuild(desk)
            settings.drop(desk.store, STALE)


def finish_putting_away(desk: Desk) -> None:
    """Somebody was ended while they put things away before a journey: end it, in the tables' file, among the objects, in the agent.

    Somebody who reads meanwhile holds that up, and no work: it is tried again with the next opening.
    """
    if settings.is_kept(desk.store, clearing.LEFT):
        rows = desk.store.rows("SELECT compartment, epoch FROM db_compartmentkey")
        desk.agent.keep_compartments([(bytes(compartment), int(epoch)) for compartment, epoch in rows])
        with suppress(Busy):
            clearing.finish(desk.store, desk.workspace)


def load_keys(desk: Desk) -> None:
    """Hand the agent every compartment key of this device. Raises Locked("keys.no_compartment") if one is not sealed to it."""
    rows = desk.store.rows("SELECT compartment, epoch, wrap FROM db_compartmentkey ORDER BY id")
    if rows:
        desk.agent.load_compartments([(bytes(compartment), int(epoch), bytes(wrap)) for compartment, epoch, wrap in rows])

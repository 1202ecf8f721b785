"""The publisher: a member whose device holds who the colleagues are and what is public, and no other key.

Whoever holds a dossier lets the publishers read its public compartment as soon as something was proposed there, with the next exchange and
without being asked: what is public for all may be read by who makes it public.
"""

from letapis.core.access import Reader
from letapis.core.errors import Refused
from letapis.core.notes import VerifierKey, public_origin
from letapis.core.policy import NONE, Policy, format_policy
from letapis.core.records import Draft
from letapis.desk import held_keys, ledger, logs, people, reading
from letapis.desk.opening import Desk
from letapis.desk.public_states import VERSIONS
from letapis.desk.reading.window import guard
from letapis.desk.uninvited import HELD


def require_publisher(desk: Desk, reader: Reader) -> None:
    """Raises Refused("publishing.not_publisher"), and Refused("publishing.holds_more") while this device could open anything but what is
    public: the public list is not made where a mistake or a thief could reach more. What others send beside it never comes here
    (``desk.uninvited``), so it was this device's member who made more of it."""
    if guard(reader).member not in people.publishers(desk):
        raise Refused("publishing.not_publisher")
    joined = "db_compartmentkey k LEFT JOIN db_compartment c ON c.compartment = k.compartment"
    rows = desk.store.rows(f"SELECT DISTINCT coalesce(c.klass, '') FROM {joined}")
    if not {str(row[0]) for row in rows} <= HELD:
        raise Refused("publishing.holds_more")


def share_all(desk: Desk, reader: Reader) -> int:
    """Let the publishers read what is public of every dossier of the reader's in which something was proposed. How many were let in anew."""
    if not people.publishers(desk):
        return 0
    marks = ", ".join(["%s"] * len(VERSIONS))
    rows = desk.store.rows(f"SELECT DISTINCT compartment FROM db_item WHERE type IN ({marks})", tuple(VERSIONS))
    used, drafts = {bytes(row[0]) for row in rows}, list[Draft]()
    shut = held_keys.shut(desk.store)
    for home in reading.dossiers(desk, reader):
        if home.pub in used - shut and reader.holds(home.pub):
            drafts += public_drafts(desk, home.pub)
    if drafts:
        ledger.append(desk, drafts)
    return len(drafts)


def public_drafts(desk: Desk, compartment: bytes) -> list[Draft]:
    """What lets the publishers read what a dossier makes public, as far as they were not let in before; to be appended with others."""
    epoch, held = reading.epoch_of(desk, compartment), reading.holders(desk, compartment)
    missing = sorted(people.publishers(desk) - held)
    return [Draft("grant", compartment, {"compartment": compartment, "epoch": epoch, "member": member}) for member in missing]


def log_keys(desk: Desk, reader: Reader) -> tuple[VerifierKey, ...]:
    """Both keys of the log of publications of every device of a publisher, also of one who has left: who signed then signed then."""
    guard(reader)
    known = people.directory(desk)
    devices = [one for one in known.devices.values() if (owner := known.members.get(one.member)) is not None and owner.publisher]
    return tuple(key for one in devices for key in logs.verifier_keys(public_origin(one.log), one.log_ed25519, one.log_mldsa44))


def policy(desk: Desk, reader: Reader) -> bytes:
    """The policy file (C2SP tlog-policy) by which anybody checks who signed the public list. No witness is due on it."""
    return format_policy(Policy(log_keys(desk, reader), {}, {}, NONE))

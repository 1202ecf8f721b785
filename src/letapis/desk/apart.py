"""Compartments that stand apart from a dossier's work: working contacts, support, and each member's own.

They are made when the first thing goes into them. Whoever makes one chooses who else holds it: a contact has a keeper and a deputy,
so that calling back needs neither two custodians nor a private phone.
"""

from collections.abc import Sequence

from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused
from letapis.core.places import APART
from letapis.core.records import Draft, Value
from letapis.desk import compartments, ledger, people, reading
from letapis.desk.opening import Desk
from letapis.desk.vault import COLUMNS, open_rows
from letapis.engines.db import models
from letapis.engines.db.models import Record as Row


def private(desk: Desk, reader: Reader) -> bytes:
    """The reader's own compartment, which nobody else holds. Raises Refused("apart.no_private") before somebody was let in."""
    found = held(desk, reader, b"", "PRIVATE")
    if not found:
        raise Refused("apart.no_private")
    return found[0]


def find_apart(desk: Desk, reader: Reader, dossier: bytes, klass: str) -> bytes | None:
    """The CONTACT or SUPPORT compartment of a dossier, if there is one that the reader holds."""
    reading.dossier(desk, reader, dossier)
    return next(iter(held(desk, reader, dossier, klass)), None)


def open_apart(desk: Desk, reader: Reader, dossier: bytes, klass: str, others: Sequence[bytes] = ()) -> bytes:
    """The same, made with this member and ``others`` as its holders when there is none. Raises Refused for who is no active member."""
    known = find_apart(desk, reader, dossier, klass)
    active = {member.member for member in reading.active_members(desk, reader)}
    if not set(others) <= active:
        raise Refused("dossiers.not_a_member")
    with desk.store.transaction():
        compartment, drafts = prepare_apart(desk, dossier, klass, known, others)
        ledger.append(desk, drafts)
    return compartment


def prepare_apart(desk: Desk, dossier: bytes, klass: str, known: bytes | None, others: Sequence[bytes] = ()) -> tuple[bytes, list[Draft]]:
    """The compartment, and the drafts that make it and let its holders in, to be appended with others. Inside a transaction.

    Raises Refused("dossiers.publisher") for a publisher, who holds keys of what is public alone."""
    if people.publishers(desk) & set(others):
        raise Refused("dossiers.publisher")
    compartment = known or compartments.new_compartment(desk, klass, dossier)
    about: dict[str, Value] = {"compartment": compartment, "class": klass, "epoch": 1}
    if dossier:
        about["dossier"] = dossier
    drafts = [] if known else [Draft("compartment", compartment, about)]
    epoch = reading.epoch_of(desk, compartment)
    for member in dict.fromkeys([desk.me, *others]):
        if not reading.is_granted(desk, compartment, member):
            drafts.append(Draft("grant", compartment, {"compartment": compartment, "epoch": epoch, "member": member}))
    return compartment, drafts


def held(desk: Desk, reader: Reader, dossier: bytes, klass: str) -> list[bytes]:
    """The compartments of this class that the reader holds, in an order that is the same at every desk: two members may make one each
    before they hear of each other. One that a stranger made is none: they would read what is written into it, and be rung back."""
    rows = models.Compartment.objects.using(desk.store.alias).filter(klass=klass, dossier=dossier).order_by("compartment")
    found = [bytes(row.compartment) for row in rows if reader.holds(bytes(row.compartment))]
    makers = _makers(desk, found)
    let_in = _let_in(desk, dossier) if found and dossier else {desk.me}
    known = [one for one in found if makers.get(one) and makers[one] <= let_in]
    # Another device of this member has the key of what is their own before anybody's word on it.
    return known if known or dossier else [one for one in found if one not in makers]


def kept(desk: Desk, reader: Reader, one: reading.ItemView, klass: str) -> reading.ItemView:
    """This item, if it stands where those who hold its dossier keep what is set apart in this class. Raises NotFound."""
    if one.compartment not in held(desk, reader, one.dossier, klass):
        raise NotFound("reading.not_found")
    return one


def counts(desk: Desk, reader: Reader, dossier: bytes) -> dict[str, int]:
    """How many items of each type a dossier has that the reader holds; of what is set apart only what stands where it is kept."""
    places = {kind: set(held(desk, reader, dossier, klass)) for klass, kind in APART.items()}
    found: dict[str, int] = {}
    for (kind, compartment), count in reading.count_items(desk, reader, dossier).items():
        if compartment in places.get(kind, {compartment}):
            found[kind] = found.get(kind, 0) + count
    return found


def _let_in(desk: Desk, dossier: bytes) -> set[bytes]:
    """Members who hold the work of a dossier or held it once: what they set apart then stays."""
    query = "SELECT g.member FROM db_grant g JOIN db_dossier d ON d.work = g.compartment WHERE d.dossier = %s"
    return {bytes(row[0]) for row in desk.store.rows(query, (dossier,))}


def _makers(desk: Desk, compartments: Sequence[bytes]) -> dict[bytes, set[bytes]]:
    """Who said first what these compartments are; who renews a key says it again, and made none."""
    query = f"SELECT {COLUMNS} FROM db_record WHERE type = 'compartment' AND state = %s AND compartment IN ({{marks}})"
    said: dict[bytes, list[tuple[int, bytes]]] = {}
    for one in open_rows(desk, desk.store.rows_in(query, list(compartments), (Row.OK,))):
        author, *_ = people.weigh(people.directory(desk), one.record.header.device, one.record.header.seq)
        said.setdefault(one.record.header.compartment, []).append((one.record.number("epoch"), author))
    return {place: {author for epoch, author in found if epoch == min(found)[0]} for place, found in said.items()}

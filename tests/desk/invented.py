"""Records of a dossier that nobody opened: for what asks only how records are kept, counted and found again."""

from letapis.core.records import Draft
from letapis.desk.compartments import keep_key, new_compartment
from letapis.desk.opening import Desk

DOSSIER = b"d" * 16


def home(desk: Desk) -> bytes:
    """The compartment that says of itself that it is the dossier's own; no record is written."""
    known = desk.store.rows("SELECT compartment FROM db_compartment WHERE dossier = %s", (DOSSIER,))
    return bytes(known[0][0]) if known else new_compartment(desk, "WORK", DOSSIER)


def share(desk: Desk, other: Desk) -> None:
    """Give the key of that compartment to another desk, as a bundle would."""
    place = home(desk)
    (wrap,) = desk.agent.export_compartment(place, 1, [other.agent.me().public])
    other.agent.load_compartments([(place, 1, wrap)])
    keep_key(other, place, 1)
    other.store.run("INSERT INTO db_compartment (compartment, klass, dossier, epoch) VALUES (%s, 'WORK', %s, 1)", (place, DOSSIER))


def entities(desk: Desk, count: int, label: str = "Pryklad") -> list[Draft]:
    place = home(desk)
    bodies = [{"dossier": DOSSIER, "entity": desk.randomness(16), "kind": "person", "label": label} for _ in range(count)]
    return [Draft("entity", place, body) for body in bodies]

"""What a count is made over: information about persons, and their names for those who may see them."""

from collections.abc import Collection, Iterable
from typing import Final

from letapis.core.access import Reader
from letapis.core.figures import Told
from letapis.core.standing import Level
from letapis.desk.opening import Desk
from letapis.desk.reading.one_person import joined_held
from letapis.desk.reading.people import dossiers
from letapis.desk.reading.window import guard

_CLAIM: Final = "subject, property, value, valid_from, recorded, level, source, compartment"


def told_of_persons(desk: Desk, reader: Reader, facts: Collection[str]) -> list[Told]:
    """Everything that stands about persons under these facts and that the reader holds; of entries that are one person as of one."""
    held = guard(reader).compartments
    persons = {bytes(row[0]) for row in desk.store.rows("SELECT entity FROM db_entity WHERE kind = %s", ("person",))}
    state = {bytes(row[0]) for row in desk.store.rows("SELECT source FROM db_source WHERE kind = %s", ("authority",))}
    query = f"SELECT {_CLAIM} FROM db_claim WHERE NOT replaced AND level >= {int(Level.OPEN)} AND property IN ({{marks}})"
    read_as, found = joined_held(desk, reader), []
    for subject, prop, value, valid_from, recorded, level, source, compartment in desk.store.rows_in(query, sorted(facts)):
        if bytes(compartment) in held and bytes(subject) in persons:
            said = (prop, value, valid_from, recorded[:10], Level(level), bytes(source), bytes(source) in state)
            found.append(Told(read_as.get(bytes(subject), bytes(subject)), *said))
    return found


def person_labels(desk: Desk, reader: Reader, persons: Iterable[bytes]) -> dict[bytes, tuple[str, str]]:
    """Name and dossier code of those persons whose dossiers the reader holds."""
    codes = {home.dossier: home.code for home in dossiers(desk, reader)}
    rows = desk.store.rows_in("SELECT entity, label, dossier FROM db_entity WHERE entity IN ({marks})", persons)
    return {bytes(entity): (label, codes[bytes(dossier)]) for entity, label, dossier in rows if bytes(dossier) in codes}

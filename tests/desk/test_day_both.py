"""The lists of the day are the same from an encrypted file and from a PostgreSQL: their queries are written by hand for both."""

from collections.abc import Callable
from datetime import date

import pytest

from letapis.core.records import Draft
from letapis.desk import claims, dossiers, ledger, opening, prints, reading, searches, sources, tasks
from letapis.desk.compartments import new_compartment
from letapis.desk.digest import begin_session
from letapis.desk.opening import Desk
from tests.faces.web.casework import open_identities
from tests.postgres import Cluster

pytestmark = pytest.mark.postgres


def play(desk: Desk) -> list[object]:
    """What the lists show after a short day; nothing in it depends on random ids."""
    open_identities(desk)
    private = new_compartment(desk, "PRIVATE")
    ledger.append(desk, [Draft("compartment", private, {"compartment": private, "class": "PRIVATE", "epoch": 1})])
    dossier = dossiers.new_dossier(desk, "K1", "Pryklad", "person", "Vydumka")
    reader = desk.reader("work")
    person = reading.entities(desk, reader, dossier)[0].entity
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("Kalina"))
    born = claims.Cut("identity.birth_date", "1990-11-26", subject=person, source=source, basis="document")
    claims.add_claims(desk, reader, dossier, [born, claims.Cut("identity.birth_date", "1990-11", subject=person, source=source, basis="document")])
    tasks.add_task(desk, reader, tasks.TaskForm("Ring", owner=desk.me, due="2026-11-20"), dossier)
    searches.save_search(desk, reader, "Berries", "raspberry")
    claims.write_note(desk, reader, dossier, claims.NoteForm("Call", "Two raspberries", "en"))
    day = reading.today(desk, reader)
    numbers = [prints.log_print(desk, reader, dossier, "grid").number for _ in range(2)]
    begin_session(desk)
    shown = [(one.month_day, one.turns, one.died) for one in day.birthdays]
    kept = [(one.name, one.new) for one in searches.saved_searches(desk, reader)]
    hearings = reading.hearings_between(desk, reader, date(2026, 11, 1), date(2026, 11, 30))
    return [len(day.tasks), shown, kept, numbers, hearings, begin_session(desk) > 0, reading.digest(desk, reader, 1).is_empty]


def test_both_show_the_same_day(
    make_desk: Callable[..., Desk], found: Callable[..., bytes], postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_file = make_desk(1)
    found(in_file)
    monkeypatch.setattr(opening, "database_address", lambda _: postgres.address())
    office = make_desk(2)
    found(office)
    assert office.store.postgres and not in_file.store.postgres
    assert play(in_file) == play(office) == [1, [("11-26", 36, False)], [("Berries", 1)], [1, 2], [], True, True]

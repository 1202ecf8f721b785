"""A dossier with everything that a case file shows, invented, for the tests of evidence, case files and backups."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from letapis.desk import claims, dossiers, evidence, members, reading, sources, verify
from letapis.desk.opening import Desk
from tests.team import Team

WORDS = "They came at six in the morning and took him to Vydumka street. He was held there until noon."
LETTER = b"Canary-Letter: an invented account, signed by nobody.\n" * 40
SECRET_NAME = "canary-name-of-vydumka.txt"
SECRET_TITLE = "Canary title naming Prykladny"


@dataclass
class Work:
    dossier: bytes
    source: bytes
    item: bytes
    claims: list[bytes]


def office(desk: Desk) -> Desk:
    """The desk as the first one of an invented organisation."""
    members.found_organisation(desk, "Pryklad", "Vydumka 1", marking="PRY")
    return desk


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """The first desk of an invented organisation, for modules that import it; elsewhere a desk has nothing but its only member."""
    return office(make_desk(1))


def work_at(desk: Desk, code: str = "EX-9", circle: str = "family", attached: bool = False) -> Work:
    """A dossier with a source and a person who agree to a case file, an original, a note and two claims: cut from the original where it is
    ``attached``, so that the original leaves only with one of them."""
    dossier = dossiers.new_dossier(desk, code, "Pryklad", "person", "Prykladny")
    reader = desk.reader("work")
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("S1", "person", "B", circle))
    person = reading.entities(desk, reader, dossier)[0].entity
    for party in (source, person):
        sources.record_consent(desk, reader, dossier, party, [sources.ConsentForm("case_file_share", "given", how="written")])
    form = evidence.EvidenceForm(SECRET_TITLE, "testimony", SECRET_NAME, source, "text/plain")
    item = evidence.add_evidence(desk, reader, dossier, form, [LETTER])
    note = claims.write_note(desk, reader, dossier, claims.NoteForm("Talk", WORDS, "en", source, "saw", person, item if attached else b""))
    start, end = claims.find_passage(WORDS, "They came at six in the morning and took him to Vydumka street.")
    cuts = [claims.Cut("detention.start", "2026-03-01"), claims.Cut("detention.masked_agents", "true")]
    made = claims.cut_claims(desk, reader, note, start, end, cuts)
    return Work(dossier, source, item, [record.header.id for record in made])


def checked_work(team: Team) -> Work:
    """The same, told in public, at the first desk of a team, given to all and checked by every other member: two are needed."""
    first = team.desks[0]
    work = work_at(first, circle="public", attached=True)
    dossiers.admit_to_dossier(first, first.reader("work"), work.dossier, [desk.me for desk in team.desks[1:]])
    team.settle()
    for desk in team.desks[1:]:
        reader = desk.reader("check")
        for note in reading.notes(desk, reader, work.dossier):
            for passage in reading.passages(desk, reader, note.note):
                verify.check_passage(desk, reader, passage.ref)
    team.settle()
    return work

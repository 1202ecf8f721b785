"""Who of the dossiers waits for whom in a recognition: rounds without a decision, decisions without a second member."""

from dataclasses import dataclass

from letapis.core import recognition as rules
from letapis.core.access import Reader
from letapis.core.recognition import Course
from letapis.desk import reading, statements
from letapis.desk.opening import Desk
from letapis.desk.recognition import OUTCOME, ROUND, courses


@dataclass(frozen=True)
class Waiting:
    """A person of whom something is not settled: rounds without a decision, decisions without a second member."""

    dossier: reading.DossierView
    person: reading.EntityView
    course: Course


def waits_for_me(desk: Desk, reader: Reader, latest: int = 20) -> int:
    """How many of the decisions that were last written down wait for the word of this member. A bounded look, for the first page."""
    told = reading.items(desk, reader, OUTCOME, state=rules.PROPOSED, limit=latest, newest=True)
    behind = {one.target for one in reading.rulings_on(desk, [one.ref for one in told]) if one.kind == "approve" and one.counts}
    return sum(one.author != reader.member and one.ref not in behind for one in told)


def under_review(desk: Desk, reader: Reader) -> list[Waiting]:
    """Everybody in the dossiers that the reader holds of whom a round or a decision waits, by dossier."""
    found = reading.items(desk, reader, ROUND, OUTCOME, limit=statements.LIMIT)
    here = {one.dossier for one in found}
    waiting = []
    for home in reading.dossiers(desk, reader):
        if home.dossier in here:
            known = {one.entity: one for one in reading.entities(desk, reader, home.dossier)}
            ways = courses(desk, reader, home.dossier).items()
            waiting += [Waiting(home, known[who], way) for who, way in ways if who in known and (way.open_rounds or way.waiting)]
    return waiting

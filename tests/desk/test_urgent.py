"""An urgent appeal goes after one other member's check, says that the source reports it, and leaves a task for the second check."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from letapis.core.brief import Author, sentences
from letapis.desk import briefs, claims, dossiers, qualify, reading, sources, submit, verify
from letapis.desk.opening import Desk
from tests.desk.assessing import assess_all
from tests.team import Team

FACTS = (
    ("identity.name", "Pryklad Vydumany"),
    ("person.nationality", "BY"),
    ("detention.start", "2026-01-12"),
    ("detention.ongoing", "true"),
    ("custody.medical_denied", "true"),
    ("detention.reasons_given", "false"),
    ("procedure.submitter_identified", "true"),
    ("procedure.pending_before", ""),
    ("procedure.decided_by", ""),
)
NEVER_CHECKED = ("custody.health_deterioration", "true")


@dataclass
class Urgent:
    team: Team
    dossier: bytes

    def desk(self, number: int) -> Desk:
        return self.team.desks[number]

    def brief(self, number: int = 0) -> briefs.BriefView:
        return briefs.briefs(self.desk(number), self.team.reader(number), self.dossier)[0]

    def shut(self) -> set[str]:
        return {g.answer.because for g in submit.gates(self.desk(0), self.team.reader(), self.brief()) if g.closed}

    def checked_by(self, number: int) -> None:
        desk, reader = self.desk(number), self.desk(number).reader("check")
        for claim in reading.claims(desk, reader, self.dossier):
            if claim.property != NEVER_CHECKED[0] and desk.me not in claim.checkers:
                verify.check_claims(desk, reader, [claim.rid])
        self.team.settle()

    def judged_by(self, number: int) -> None:
        """A named reviewer decides what the law leaves to a person, as for any other document."""
        desk, reader = self.desk(number), self.desk(number).reader("check")
        card = desk.catalogue.mechanisms["WGAD-URGENT"]
        for found in qualify.qualify(desk, reader, self.dossier, card.norms).qualifications:
            for element in found.waits_for:
                verify.judge_element(desk, reader, self.dossier, found.norm, element, True, "Invented reasons.")
        self.team.settle()


@pytest.fixture
def urgent(make_team: Callable[..., Team]) -> Urgent:
    team = make_team(3)
    desk = team.desks[0]
    ident = dossiers.new_dossier(desk, "PR-U", "Invented", person="Pryklad")
    reader = team.reader()
    person = reading.entities(desk, reader, ident)[0].entity
    source = sources.add_source(desk, reader, ident, sources.SourceForm("Kalina", grade="F", circle="family"))
    for party in (person, source):
        given = sources.ConsentForm("sp_send_to_government_named", "given", taken="2026-01-13")
        sources.record_consent(desk, reader, ident, party, [given])
    cuts = [claims.Cut(fact, value, subject=person, source=source, basis="was_told") for fact, value in (*FACTS, NEVER_CHECKED)]
    claims.add_claims(desk, reader, ident, cuts)
    dossiers.admit_to_dossier(desk, reader, ident, [other.me for other in team.desks[1:]])
    team.settle()
    return Urgent(team, ident)


def test_it_goes_after_one_check_and_the_second_follows(urgent: Urgent) -> None:
    desk, reader = urgent.desk(0), urgent.team.reader()
    urgent.checked_by(1)
    urgent.judged_by(1)
    view = briefs.make_brief(desk, reader, urgent.dossier, "WGAD-URGENT")
    urgent.team.settle()
    cut = [s for s in sentences(view.document) if s.author is Author.CLAIMS]
    assert cut and all("source" in s.text.lower() for s in cut), "every sentence that stands on it says who reports it"
    used = {ref for s in cut for ref in s.claims}
    assert {c.property for c in reading.claims_by_ref(desk, reader, used).values()}.isdisjoint({NEVER_CHECKED[0]})
    assert urgent.shut() == {"submit.needs_approval", "submit.circle_unassessed"}
    assess_all(urgent.desk(1), urgent.brief(1))
    briefs.approve_brief(urgent.desk(1), urgent.team.reader(1), urgent.brief(1))
    urgent.team.settle()
    told = next(g for g in submit.gates(desk, reader, urgent.brief()) if g.name == "second_check")
    made = submit.produce(desk, reader, urgent.brief())
    assert made.docx.startswith(b"PK") and made.pdf.startswith(b"%PDF-")
    (sent,) = submit.submissions(desk, reader, urgent.dossier)
    assert sent.once == told.answer.detail["count"] and sent.once > 3
    (task,) = reading.items(desk, reader, "task", dossier=urgent.dossier)
    assert (task.text("kind"), task.state, task.day) == ("second_check", "open", sent.due)
    assert (desk.clock().date().isoformat() < sent.due) and "Pryklad" not in task.text("text")


def test_nothing_urgent_goes_on_what_nobody_else_looked_at(urgent: Urgent) -> None:
    view = briefs.make_brief(urgent.desk(0), urgent.team.reader(), urgent.dossier, "WGAD-URGENT")
    assert not [sentence for sentence in sentences(view.document) if sentence.claims]


def test_after_the_second_check_none_is_owed(urgent: Urgent) -> None:
    for number in (1, 2):
        urgent.checked_by(number)
    desk, reader = urgent.desk(0), urgent.team.reader()
    urgent.team.settle()
    briefs.make_brief(desk, reader, urgent.dossier, "WGAD-URGENT")
    assert "second_check" not in {g.name for g in submit.gates(desk, reader, urgent.brief())}


def test_the_regular_procedure_waits_for_two(urgent: Urgent) -> None:
    urgent.checked_by(1)
    view = briefs.make_brief(urgent.desk(0), urgent.team.reader(), urgent.dossier, "WGAD-REGULAR")
    assert not [s for s in sentences(view.document) if s.claims]

"""A copy with parts blacked out goes into a case file when somebody chose it and a colleague looked; nothing of what it covers goes with it."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from letapis.core.errors import Refused, UsageError
from letapis.core.redaction import boxes_of
from letapis.core.standing import Level
from letapis.desk import casefile_plan, dossiers, evidence, reading, redaction, sources
from letapis.desk.casefile import export_case_file
from letapis.desk.casefile_plan import Choice
from tests.canary import search
from tests.team import Team, make_team

from .casework import Work, work_at
from .test_redaction import NAME, TITLE, paper_of

__all__ = ["make_team"]


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


@pytest.fixture
def work(team: Team) -> Work:
    work = work_at(team.desks[0], circle="public")
    dossiers.admit_to_dossier(team.desks[0], team.reader(), work.dossier, [team.desks[1].me])
    return work


def blacked_out(team: Team, work: Work, source: bytes = b"", look: bool = True) -> redaction.RedactionView:
    """A paper with a name, covered at the first desk and looked at by the second."""
    first, reader = team.desks[0], team.reader()
    form = evidence.EvidenceForm("Verdict", "document", source=source, media_type="application/pdf")
    item = evidence.add_evidence(first, reader, work.dossier, form, [paper_of(NAME, "Nobody")])
    evidence.make_working_copy(first, reader, item)
    boxes = boxes_of(redaction.layer(first, reader, item), NAME, "source")
    made = redaction.redact(first, reader, item, redaction.Wish(TITLE, boxes, text=f"{NAME} asked"))
    team.settle()
    if look:
        redaction.second_look(team.desks[1], team.reader(1), made, True, "looked at both pages")
        team.settle()
    return redaction.redaction(first, reader, made)


def test_it_goes_without_its_original_and_nothing_of_the_name_goes(team: Team, work: Work, tmp_path: Path) -> None:
    one = blacked_out(team, work)
    choice = Choice(redacted=(one.copy.object,), originals=False, claims=False, floor=Level.OPEN)
    report = export_case_file(team.desks[0], team.reader(), work.dossier, tmp_path / "case", "Court", "hearing", choice)
    rows = list(csv.DictReader(io.StringIO((report.target / "data/items.csv").read_text("utf-8"))))
    assert [(row["item"], row["path"], row["role"], row["derived_from"]) for row in rows] == [
        ("R0001", "data/derived/redacted-0001.pdf", "derived", "")
    ]
    assert search([report.target]) == []
    verify = [sys.executable, "-I", "-S", str(report.target / "verify.py"), str(report.target), "--json"]
    said = json.loads(subprocess.run(verify, capture_output=True, check=False).stdout)
    assert said["bag"] == "OK" and [item["result"].split()[0] for item in said["items"]] == ["REDACTED"]
    assert [entry.outcome for entry in reading.custody(team.desks[0], team.reader(), one.copy.object)][-1] == "handed over"


def test_nobody_lets_out_what_nobody_else_has_looked_at(team: Team, work: Work) -> None:
    one = blacked_out(team, work, look=False)
    for choice, code in ((Choice(redacted=(one.copy.object,)), r"redact\.not_looked_at"), (Choice(redacted=(work.item,)), r"redact\.copy")):
        with pytest.raises((Refused, UsageError), match=code):
            casefile_plan.make_plan(team.desks[0], team.reader(), work.dossier, "Court", choice)


def test_a_source_that_does_not_agree_keeps_the_copy_at_home(team: Team, work: Work) -> None:
    first, reader = team.desks[0], team.reader()
    other = sources.add_source(first, reader, work.dossier, sources.SourceForm("S2", "person", "B", "public"))
    one = blacked_out(team, work, other)
    plan = casefile_plan.make_plan(first, reader, work.dossier, "Court", Choice(redacted=(one.copy.object,)))
    assert plan.redacted == () and one.copy.object in {stays.item.object for stays in plan.items_stay}
    sources.record_consent(first, reader, work.dossier, other, [sources.ConsentForm("case_file_share", "given", how="written")])
    seen = casefile_plan.make_plan(first, reader, work.dossier, "Court", Choice(redacted=(one.copy.object,)))
    assert [copy.object for copy in seen.redacted] == [one.copy.object] and seen.fingerprint != plan.fingerprint

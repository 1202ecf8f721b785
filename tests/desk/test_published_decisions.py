"""Published decisions entered claim by claim, checked by two others, and read against the norms.

What is entered is a digest of each decision, not the decision itself, and the source says so. The persons are those whom the
body's own publication names.
"""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from letapis.core.brief import FieldAnswer, sentences
from letapis.core.standing import Level
from letapis.desk import briefs, casefile, claims, dossiers, evidence, qualify, reading, sources, submit, verify
from letapis.faces.verifier import verify as verifier
from tests.team import Team

CASES = Path(__file__).parents[1] / "vectors" / "cases"


@dataclass
class Entered:
    team: Team
    dossier: bytes
    case: dict[str, Any]


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "; ".join(value) if isinstance(value, list) else str(value)


def _enter(team: Team, name: str, more: dict[str, object]) -> Entered:
    """The first member writes the digest down and cuts a claim out of each line; the two others check every passage."""
    case = tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))
    desk, reader = team.desks[0], team.reader()
    ident = dossiers.new_dossier(desk, name, f"{case['body']} {case['number']} (a digest)", person=f"Person of {case['number'].split(',')[0]}")
    reader = team.reader()
    person = reading.entities(desk, reader, ident)[0].entity
    source = sources.add_source(desk, reader, ident, sources.SourceForm("Digest", "un_body", "B", "public"))
    agreed = [sources.ConsentForm(scope, "given", how="written", taken="2020-01-01") for scope in ("wgad_regular", "case_file_share")]
    sources.record_consent(desk, reader, ident, person, agreed)
    facts = case["facts"] | more
    lines = [f"{fact} {number}: {_words(value)}." for number, (fact, value) in enumerate(facts.items())]
    text = "\n".join(["Digest of a published decision.", *case["statements"], *lines])
    item = evidence.keep_text(desk, reader, ident, "Digest of the decision", text, source)
    note = claims.write_note(desk, reader, ident, claims.NoteForm("Digest", text, "en", source, "document", person, item))
    for (fact, value), line in zip(facts.items(), lines, strict=True):
        basis = "inferred" if fact in case["inferred_facts"] else ""
        claims.cut_claims(desk, reader, note, *claims.find_passage(text, line), [claims.Cut(fact, _words(value), basis=basis)])
    dossiers.admit_to_dossier(desk, reader, ident, [other.me for other in team.desks[1:]])
    team.settle()
    for other in team.desks[1:]:
        theirs = other.reader("check")
        for passage in reading.passages(other, theirs, note):
            verify.check_passage(other, theirs, passage.ref, "Compared with the digest word by word.")
    team.settle()
    return Entered(team, ident, case)


@pytest.fixture
def entered(make_team: Callable[..., Team]) -> Callable[..., Entered]:
    return lambda name, more=None: _enter(make_team(3), name, more or {})


def _reached(entered: Entered, number: int, floor: str) -> set[str]:
    desk = entered.team.desks[number]
    asked = [norm for norm in entered.case["pleaded"] + ["ICCPR-14-1", "ICCPR-19", "ICCPR-21"] if norm in desk.catalogue.rulebook.norms]
    page = qualify.qualify(desk, desk.reader("work"), entered.dossier, asked, floor)
    return {q.norm for q in page.qualifications if q.reached}


def test_what_the_committee_found_is_reached_and_what_it_rejected_stays_quiet(entered: Callable[..., Entered]) -> None:
    # Jurisdiction is not in the digest's list of facts, because nobody disputed that the acts happened in Belarus.
    done = entered("C10", {"act.country": "BY"})
    for number in range(3):
        for floor in ("draft", "checked"):
            reached = _reached(done, number, floor)
            assert set(done.case["found"]) <= reached
            assert not set(done.case["rejected"]) & reached


def test_everybody_sees_every_claim_of_the_digest_checked(entered: Callable[..., Entered]) -> None:
    done = entered("C10")
    for number, desk in enumerate(done.team.desks):
        found = reading.claims(desk, done.team.reader(number), done.dossier)
        assert len(found) == len(done.case["facts"])
        assert all(claim.level >= Level.CHECKED for claim in found)


def test_the_detention_that_the_working_group_called_arbitrary_reaches_a_category(entered: Callable[..., Entered]) -> None:
    done = entered("C13")
    for number in range(3):
        assert {norm for norm in _reached(done, number, "checked") if norm.startswith("WGAD")}


def test_the_questionnaire_of_a_published_case_is_composed_with_a_claim_behind_every_fact(entered: Callable[..., Entered]) -> None:
    done = entered("C13")
    desk, reader = done.team.desks[0], done.team.reader()
    made = briefs.make_brief(desk, reader, done.dossier)
    known = {claim.ref for claim in reading.claims(desk, reader, done.dossier)}
    told = [sentence for sentence in sentences(made.document) if sentence.claims]
    assert len(told) > 20
    assert all(set(sentence.claims) <= known for sentence in told)
    answered = {block.label for block in made.document.blocks if isinstance(block, FieldAnswer) and block.answer}
    assert {"Date of arrest", "Circumstances of the arrest and detention"} <= answered
    assert submit.preview(desk, reader, made).startswith(b"%PDF-")
    shut = {gate.answer.because for gate in submit.gates(desk, reader, made) if gate.closed}
    assert "submit.needs_approval" in shut


def test_the_case_file_of_a_published_case_is_proven_by_a_bare_python(entered: Callable[..., Entered], tmp_path: Path) -> None:
    done = entered("C13")
    desk, reader = done.team.desks[0], done.team.reader()
    made = casefile.export_case_file(desk, reader, done.dossier, tmp_path / "case-file", "An expert", "Test of a published case")
    assert made.claims == len(done.case["facts"])
    named = []
    for option, data in zip(("--policy", "--devices"), casefile.trust_files(desk, reader), strict=True):
        path = tmp_path / f"{option.strip('-')}.txt"
        path.write_bytes(data)
        named += [option, str(path)]
    command = [sys.executable, "-I", "-S", str(Path(verifier.__file__)), str(tmp_path / "case-file"), "--json", *named]
    seen = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=False, timeout=120)
    verdict = json.loads(seen.stdout)
    assert (seen.returncode, verdict["bag"], verdict["keys"]) == (0, "OK", "confirmed"), verdict

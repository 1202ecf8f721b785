"""Whether a document is authentic is said by somebody who did not bring it in; what rests on it then stands on the document itself."""

from collections.abc import Callable

import pytest

from letapis.core.errors import NotFound, Refused, UsageError
from letapis.desk import claims, dossiers, evidence, reading, sources, verify
from letapis.desk.evidence import EvidenceForm
from letapis.desk.opening import Desk
from letapis.desk.verify import document_words, judge_document
from tests.team import Team

FACT = "association.liquidated"  # its class asks for the document
WHY = "Stamp, number and signature are those of the court."


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(3)


@pytest.fixture
def item(team: Team) -> bytes:
    """A court's paper that the first member brought in, and what was cut from it; everybody holds the dossier."""
    desk = team.desks[0]
    dossier = dossiers.new_dossier(desk, "EX-1", "Pryklad", "person", "Prykladny")
    reader = desk.reader("work")
    person = reading.entities(desk, reader, dossier)[0].entity
    source = sources.add_source(desk, reader, dossier, sources.SourceForm("S1", "court", "B"))
    kept = evidence.add_evidence(desk, reader, dossier, EvidenceForm("Decision", source=source), [b"An invented decision."])
    cut = claims.Cut(FACT, "yes", subject=person, source=source, basis="document", evidence=kept)
    claims.add_claims(desk, reader, dossier, [cut])
    dossiers.admit_to_dossier(desk, reader, dossier, [other.me for other in team.desks[1:]])
    team.settle()
    return kept


def _stands(desk: Desk) -> bool:
    """The claim stands on the document itself."""
    reader = desk.reader("work")
    (home,) = reading.dossiers(desk, reader)
    (claim,) = reading.claims(desk, reader, home.dossier)
    life = reading.claim_life(desk, reader, claim.rid)
    assert life.standing
    return "corroboration.document_authentic" in {answer.because for answer in life.standing.because if answer.holds}


def test_a_colleague_s_word_changes_what_the_claim_stands_on(team: Team, item: bytes) -> None:
    desk, reader = team.desks[1], team.reader(1)
    assert not _stands(desk) and not document_words(desk, reader, item).authentic
    judge_document(desk, reader, item, True, WHY)
    team.settle()
    for number, one in enumerate(team.desks):
        found = document_words(one, team.reader(number), item)
        assert found.authentic and [(w.member, w.reason, w.holds) for w in found.words] == [(desk.me, WHY, True)]
        assert found.mine is (number == 0) and _stands(one)
    judge_document(team.desks[2], team.reader(2), item, False, "The number is of another case.")
    team.settle()
    assert not document_words(desk, reader, item).authentic and not _stands(team.desks[0]), "one doubt is enough"


def test_a_later_word_replaces_the_earlier_one(team: Team, item: bytes) -> None:
    desk, reader = team.desks[1], team.reader(1)
    for authentic in (True, False, True):
        judge_document(desk, reader, item, authentic, WHY)
        found = document_words(desk, reader, item)
        assert [w.holds for w in found.words] == [authentic] and found.authentic is authentic


def test_who_brought_it_in_cannot_say_it_and_a_reason_is_needed(team: Team, item: bytes) -> None:
    with pytest.raises(Refused) as refused:
        judge_document(team.desks[0], team.reader(0), item, True, WHY)
    assert refused.value.code == "verify.own_document"
    with pytest.raises(UsageError) as empty:
        judge_document(team.desks[1], team.reader(1), item, True, "  ")
    assert empty.value.code == "verify.reason"
    with pytest.raises(NotFound):
        judge_document(team.desks[1], team.reader(1), b"\xab" * 16, True, WHY)


def test_a_working_copy_is_no_document(team: Team, item: bytes) -> None:
    desk = team.desks[0]
    home = reading.evidence(desk, desk.reader("work"), item).dossier
    form = EvidenceForm("Page", media_type="image/png", derived_from=item, derivation="safe copy", tool="letapis", page=1)
    copy = evidence.add_evidence(desk, desk.reader("work"), home, form, [b"no picture"])
    with pytest.raises(NotFound):
        verify.document_words(desk, desk.reader("work"), copy)

"""What the organisation says of itself is filed once and answers every form that asks, in the language of the document."""

from collections.abc import Callable

import pytest

from letapis.core import composed
from letapis.core.brief import sentences
from letapis.core.errors import UsageError
from letapis.core.submitters import Submitter
from letapis.desk import briefs, submit, submitters
from tests.desk.filing import dossier_of
from tests.team import Team

CANARY = "canary-7d1f-vydumka"
PROFILE = Submitter("Vydumka Centre", "1 Invented Street", f"{CANARY}@example.org", "It acts with consent.", "It documents.")


@pytest.fixture
def team(make_team: Callable[..., Team]) -> Team:
    return make_team(2)


def test_a_profile_is_kept_for_all_desks_in_each_language_and_nowhere_in_clear(team: Team) -> None:
    desk, reader = team.desks[0], team.reader()
    submitters.set_profile(desk, reader, "en", PROFILE)
    submitters.set_profile(desk, reader, "ru", Submitter("Центр Выдумка", email=PROFILE.email))
    assert submitters.profile(desk, reader, "en") == PROFILE
    assert submitters.profile(desk, reader, "be") == Submitter(email=PROFILE.email), "nothing is translated by the way"
    team.settle()
    assert submitters.profile(team.desks[1], team.reader(1), "ru").name == "Центр Выдумка"
    found = [path for path in desk.workspace.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert not found


def test_a_document_takes_the_profile_and_shows_where_it_is_missing(team: Team) -> None:
    desk = team.desks[0]
    dossier, reader = dossier_of(desk), team.reader()
    asked = "Cover: organisations"
    before = briefs.make_brief(desk, reader, dossier, "UPR", request="joint")
    assert asked in composed.missing(before.document)
    assert "submit.required_missing" in {gate.answer.because for gate in submit.gates(desk, reader, before)}
    submitters.set_profile(desk, reader, "en", PROFILE)
    after = briefs.make_brief(desk, reader, dossier, "UPR", request="joint")
    assert asked not in composed.missing(after.document)
    assert "Vydumka Centre." in [sentence.text for sentence in sentences(after.document)]


def test_what_is_no_address_or_no_language_is_refused(team: Team) -> None:
    desk, reader = team.desks[0], team.reader()
    for language, said, code in (("fr", PROFILE, "submitter.language"), ("en", Submitter("V", email="no address"), "submitter.email")):
        with pytest.raises(UsageError, match=code):
            submitters.set_profile(desk, reader, language, said)
    with pytest.raises(UsageError, match=r"items\.too_long"):
        submitters.set_profile(desk, reader, "en", Submitter("V" * 5000))
    assert not submitters.profiles(desk, reader)

"""A law of case files: no word of a claim leaves that few could have told unweighed, whose source is unwilling, or that nobody checked."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.conftest import make_desk
from tests.team import Team, make_team

from letapis.core.circles import AS_IT_IS, CONSENTS, SMALL, narrowest
from letapis.core.errors import LetapisError, Refused
from letapis.desk import casefile, casefile_plan, circles, claims, dossiers, evidence, reading, sources, verify
from letapis.desk.circles import AssessmentForm
from letapis.desk.opening import Desk
from letapis.faces.verifier import verify as verifier

__all__ = ["make_desk", "make_team"]
FACTS = ("detention.agency", "expression.act", "place.arrest", "place.trial")
SCOPE = "case_file_share"


@dataclass(frozen=True)
class Drawn:
    """One claim with its own source and original: everything that decides about it."""

    kind: str
    circle: str
    answer: str
    checks: int
    how: str
    consent: str

    @property
    def small(self) -> bool:
        return narrowest([self.circle]) in SMALL

    @property
    def willing(self) -> bool:
        return self.kind != "person" or self.answer == "given"

    def leaves(self, person: str) -> bool:
        """As it is: words are said of small circles alone, so that nothing else is left out or said otherwise."""
        weighed = self.how == "goes" and self.consent in AS_IT_IS
        return self.willing and person == "given" and self.checks == 2 and (weighed or not self.small)


drawn = st.builds(
    Drawn,
    st.sampled_from(["person", "person", "document"]),
    st.sampled_from(["", "state", "public", "public", "cell", "family"]),
    st.sampled_from(["given", "given", "given", "refused", "never", "withdrawn"]),
    st.sampled_from([0, 1, 2, 2, 2, 2]),
    st.sampled_from(["goes", "goes", "goes", "goes", "goes", "nothing", "out", "other"]),
    st.sampled_from(["agreed", *CONSENTS]),
)


class House:
    """One team with a workspace each; every play is a dossier of its own."""

    def __init__(self, team: Team) -> None:
        self.team, self.count = team, 0

    def play(self, plan: list[Drawn], person_says: str) -> bytes:
        self.count += 1
        first = self.team.desks[0]
        ident = dossiers.new_dossier(first, f"CF-{self.count}", "Invented", person="Pryklad")
        reader = first.reader("work")
        person = reading.entities(first, reader, ident)[0].entity
        _answer(first, ident, person, person_says)
        evidence.keep_text(first, reader, ident, "Own paper", "Invented, of nobody's telling.")
        for n, one in enumerate(plan):
            source = sources.add_source(first, reader, ident, sources.SourceForm(f"S{n}", one.kind, "B", one.circle))
            _answer(first, ident, source, one.answer)
            item = evidence.keep_text(first, reader, ident, f"Paper {n}", f"Canary-Paper-{n}: invented.", source)
            cut = claims.Cut(FACTS[n], f"Canary-Word-{n}", subject=person, source=source, basis="saw", evidence=item)
            claims.add_claims(first, reader, ident, [cut])
        dossiers.admit_to_dossier(first, reader, ident, [d.me for d in self.team.desks[1:]])
        self.team.settle(1)
        for number, desk in enumerate(self.team.desks[1:], start=1):
            for claim in reading.claims(desk, desk.reader("check"), ident):
                if plan[FACTS.index(claim.property)].checks >= number:
                    verify.check_claims(desk, desk.reader("check"), [claim.rid])
        self.team.settle(1)
        self._assess(ident, plan)
        self.team.settle(1)
        return ident

    def _assess(self, ident: bytes, plan: list[Drawn]) -> None:
        """What a colleague says of each sentence, as far as the desk lets them say it."""
        desk = self.team.desks[1]
        reader = desk.reader("check")
        by_ref = {claim.ref: plan[FACTS.index(claim.property)] for claim in reading.claims(desk, reader, ident)}
        for one in casefile_plan.weighed(desk, reader, ident):
            drawn_ = by_ref[one.sentence.claims[0]]
            wording = "Safer-Words" if drawn_.how == "other" else ""
            form = AssessmentForm("They could be found.", drawn_.consent, drawn_.how != "out", wording)
            try:
                if drawn_.how != "nothing":
                    circles.assess(desk, reader, ident, circles.PACKAGE, [one.sentence], form)
            except Refused as no:
                assert no.code == "circles.needs_wording"


def _answer(desk: Desk, ident: bytes, party: bytes, answer: str) -> None:
    """``withdrawn``: they agreed, and later no longer."""
    for said in {"never": [], "withdrawn": ["given", "withdrawn"]}.get(answer, [answer]):
        sources.record_consent(desk, desk.reader("work"), ident, party, [sources.ConsentForm(SCOPE, said)])


@pytest.fixture
def house(make_team: Callable[..., Team]) -> House:
    return House(make_team(3))


def canaries(folder: Path) -> set[str]:
    data = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    names = [f"Canary-{kind}-{n}" for kind in ("Word", "Paper") for n in range(len(FACTS))]
    return {name for name in names if name.encode() in data}


@settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(drawn, min_size=4, max_size=4), st.sampled_from(["given", "given", "given", "given", "refused", "never"]))
def test_no_word_leaves_that_may_not(house: House, tmp_path: Path, plan: list[Drawn], person: str) -> None:
    desk, ident, out = house.team.desks[0], house.play(plan, person), tmp_path / f"case-{house.count}"
    reader = desk.reader("submit")
    shown = casefile_plan.make_plan(desk, reader, ident, "An invented court")
    try:
        casefile.export_case_file(desk, reader, ident, out, "An invented court", "a hearing")
    except LetapisError as no:
        assert no.code == ("circles.unassessed" if shown.waiting else "casefile.nothing_leaves") and not out.exists()
        assert no.code != "circles.unassessed" or all(ref.hex()[:8] in no.where for one in shown.waiting for ref in one.sentence.claims)
        assert shown.waiting or not shown.items
        return
    found = canaries(out)
    for n, one in enumerate(plan):
        assert found >= {f"Canary-Word-{n}", f"Canary-Paper-{n}"} if one.leaves(person) else not any(name.endswith(f"-{n}") for name in found), one
    assert {s.sentence.text for s in shown.goes if s.veiled} <= {"Safer-Words"}
    assert verifier.verify_case_file(str(out))["exit"] == 3
    shutil.rmtree(out)

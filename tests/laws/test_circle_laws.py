"""Laws of what goes out: no sentence that few could have told leaves without the word of somebody who did not write it, whatever was said."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.conftest import make_desk
from tests.team import Team, make_team

from letapis.core.brief import Author, Sentence
from letapis.core.circles import CIRCLES, CONSENTS, SMALL, Assessed, Assessments, Told, key_of, narrowest
from letapis.core.errors import LetapisError, Refused
from letapis.core.standing import Level
from letapis.desk import briefs, circles, claims, dossiers, reading, sources, submit, verify
from letapis.desk.circles import AssessmentForm

__all__ = ["make_desk", "make_team"]
LAW = settings(max_examples=300, deadline=None)
MEMBERS = [bytes([n]) * 16 for n in range(1, 5)]
CLAIMS = [bytes([n]) * 32 for n in range(1, 5)]
WORDS = ["Ha.", "Hi.", "Ho."]
_circle = st.sampled_from(("", "nobody knows", *CIRCLES))
told = st.dictionaries(st.sampled_from(CLAIMS), st.builds(Told, st.sampled_from(MEMBERS), st.tuples(_circle, _circle), st.booleans()))
sentences = st.builds(
    Sentence,
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(CLAIMS), max_size=3, unique=True).map(tuple),
    author=st.just(Author.LAWYER),
) | st.builds(Sentence, st.sampled_from(WORDS), st.lists(st.sampled_from(CLAIMS), min_size=1, max_size=3, unique=True).map(tuple))
said = st.lists(
    st.builds(
        Assessed,
        st.binary(min_size=32, max_size=32),
        st.sampled_from(MEMBERS),
        st.frozensets(st.sampled_from(CLAIMS), max_size=3),
        st.sampled_from(["", "", *WORDS]),
        st.sampled_from(["A", "A", "B"]),
        st.sampled_from(["", "They could be arrested."]),
        st.sampled_from([*CONSENTS, "nonsense"]),
        st.booleans(),
        st.sampled_from(["", *WORDS]),
        st.tuples(st.sampled_from(["1", "2", "3"]), st.binary(min_size=1, max_size=1)),
    ),
    max_size=8,
)


@LAW
@given(said, told, sentences, st.sampled_from(MEMBERS))
def test_nothing_small_goes_without_a_word_of_somebody_else(words: list[Assessed], known: dict[bytes, Told], one: Sentence, writer: bytes) -> None:
    """A cleared sentence is wide, or each claim that holds it back has a word: for this use, with the risk, by no author of it."""
    weighed = Assessments(words, "A", known, {writer}).weigh(one)
    if not weighed.clear:
        return
    for ref in one.claims or (b"",):
        narrow = narrowest(known[ref].circles) in SMALL or known[ref].relatives if ref in known else True
        mine = {known[ref].author} if ref in known else set()
        others = [w for w in words if w.use == "A" and w.risk and w.consent in CONSENTS and w.goes and w.member not in mine]
        assert not narrow or any(ref in w.claims or not one.claims for w in others)
    if not one.claims:
        assert any(w.member != writer and w.use == "A" and w.risk for w in words)


@LAW
@given(said, told, sentences, st.sampled_from(MEMBERS), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(words: list[Assessed], known: dict[bytes, Told], one: Sentence, writer: bytes, chance: Any) -> None:
    words = list({w.order: w for w in words}.values())
    again = [*words, *words]
    chance.shuffle(again)
    first, second = (Assessments(found, "A", known, {writer}) for found in (words, again))
    assert (first.weigh(one), first.reworded(one)) == (second.weigh(one), second.reworded(one))


@LAW
@given(said, told, sentences, st.sampled_from(MEMBERS))
def test_words_in_other_words_are_clear_or_wait(words: list[Assessed], known: dict[bytes, Told], one: Sentence, writer: bytes) -> None:
    """What a safer wording was given for goes out in it and not as it was."""
    found = Assessments(words, "A", known, {writer})
    now = found.reworded(one)
    if now is not None and now != one.text:
        assert found.weigh(Sentence(now, one.claims, author=one.author)).clear
        assert key_of(one)[1] in ("", one.text)


# ---- the way a real document goes ------------------------------------------------------------------------------------

FACTS = (("detention.start", "2024-11-12"), ("act.country", "BY"), ("detention.reasons_given", "false"), ("custody.cold", "true"))


class House:
    """One team with a workspace each; every play is a dossier of its own."""

    def __init__(self, team: Team) -> None:
        self.team, self.count = team, 0

    def play(self, circles_: list[str], authors: list[int], relatives: bool) -> bytes:
        self.count += 1
        first = self.team.desks[0]
        ident = dossiers.new_dossier(first, f"PR-{self.count}", "Invented", person="Pryklad")
        reader = first.reader("work")
        person = reading.entities(first, reader, ident)[0].entity
        made = [sources.add_source(first, reader, ident, sources.SourceForm(f"S{n}", "document", "B", circle)) for n, circle in enumerate(circles_)]
        dossiers.admit_to_dossier(first, reader, ident, [d.me for d in self.team.desks[1:]])
        self.team.settle(1)
        for n, (fact, value) in enumerate(FACTS):
            desk = self.team.desks[authors[n]]
            cut = claims.Cut(fact, value, subject=person, source=made[n], basis="document")
            claims.add_claims(desk, desk.reader("work"), ident, [cut])
        if relatives:
            claims.add_claims(first, reader, ident, [claims.Cut("person.relatives_inside", "yes", subject=person, source=made[0], basis="saw")])
        self.team.settle(1)
        for desk in self.team.desks:
            theirs = desk.reader("check")
            for claim in reading.claims(desk, theirs, ident):
                if claim.author != desk.me:
                    verify.check_claims(desk, theirs, [claim.rid])
        self.team.settle(1)
        return ident


@pytest.fixture
def house(make_team: Callable[..., Team]) -> House:
    return House(make_team(3))


words_said = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sets(st.integers(0, 9), min_size=1, max_size=4),
        st.sampled_from(CONSENTS),
        st.sampled_from(["goes", "goes", "goes", "stays out", "other words"]),
        st.booleans(),
    ),
    max_size=6,
)


@settings(max_examples=6, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_no_sentence_of_a_real_document_leaves_unassessed(house: House, data: st.DataObject) -> None:
    """Random circles, authors and words through the functions that people use: what would be produced holds no sentence that waits."""
    few = st.lists(st.sampled_from(("", "state", "public", "family", "cell")), min_size=4, max_size=4)
    relatives = data.draw(st.booleans())
    ident = house.play(data.draw(few), data.draw(st.lists(st.integers(0, 2), min_size=4, max_size=4)), relatives)
    desks, team = house.team.desks, house.team
    view = briefs.make_brief(desks[0], desks[0].reader("work"), ident)
    team.settle(1)
    for who, picked, consent, how, back in data.draw(words_said):
        desk = desks[who]
        reader = desk.reader("work")
        now = briefs.briefs(desk, reader, ident)[0]
        found = briefs.weighed(desk, reader, now)
        chosen = [found[n % len(found)].sentence for n in sorted(picked)] if found else []
        form = AssessmentForm("They may ask the wife.", consent, how != "stays out", "It was said otherwise." if how == "other words" else "")
        try:
            briefs.assess(desk, reader, now, chosen[: 1 if form.wording else None], form)
        except LetapisError:
            pass
        else:
            if back:
                last = circles.assessed(desk, reader, ident, now.mechanism)[0]
                circles.withdraw_assessment(desk, reader, ident, last.ref)
        team.settle(1)
    desk, reader = desks[0], desks[0].reader("work")
    view = briefs.briefs(desk, reader, ident)[0]
    held = briefs.held_back(desk, reader, view)
    gate = next(g for g in submit.gates(desk, reader, view) if g.name == "circle")
    assert gate.closed == bool(held)
    _stands_to_reason(house, ident, view, {one.sentence for one in held}, relatives)
    if held:
        with pytest.raises(Refused) as refused:
            submit.produce(desk, reader, view)
        assert "submit.circle_unassessed" in refused.value.reasons


def _stands_to_reason(house: House, ident: bytes, view: briefs.BriefView, held: set[Sentence], relatives: bool) -> None:
    """Reckoned anew from the records as people read them: what is not held back has somebody else's word on each of its small claims."""
    from letapis.core.brief import sentences as of

    desk = house.team.desks[0]
    reader = desk.reader("work")
    circle = {s.source: s.circle for s in reading.sources(desk, reader, ident)}
    by_ref = {c.ref: c for c in reading.claims(desk, reader, ident)}
    assert all(c.level >= Level.OPEN for c in by_ref.values())
    words = circles.assessed(desk, reader, ident, view.mechanism)
    for one in set(of(view.document)) - held:
        for ref in one.claims:
            claim = by_ref[ref]
            small = circle[claim.source] not in ("state", "public") or relatives
            assert not small or any(ref in w.claims and w.goes and w.member != claim.author for w in words)

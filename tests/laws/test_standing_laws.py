"""Laws of standing: nobody alone, in any order, and what does not count changes nothing. Checked on decisions that nobody chose."""

import random
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from letapis.core.answers import Answer
from letapis.core.standing import OWN_CHECK, Corroboration, Level, Ruling, Said, Standing, live_rulings, standing

LAW = settings(max_examples=100, deadline=None)  # a loaded machine is no broken law

AUTHOR = b"A" * 16
OTHERS = [bytes([i]) * 16 for i in range(1, 6)]
MEMBERS = [AUTHOR, *OTHERS]
CLAIM = b"claim".ljust(32, b".")
ELSEWHERE = b"elsewhere".ljust(32, b".")
KINDS = ["check", "dispute", "withdraw", "overrule", "retract", "reconfirm", "approve", "judge", "authentic", "endorse"]

SAID = Said(CLAIM, AUTHOR, b"s" * 16, "harm.beaten", "true", b"q" * 16, "saw", b"", b"", "", "", b"", True)
ENOUGH = Corroboration(2, (), frozenset({"person"}), Answer(True, "corroboration.first_hand_supported"))
NOT_ENOUGH = Corroboration(1, (), frozenset({"person"}), Answer(False, "corroboration.needs_second_independent"))


def ref(number: int) -> bytes:
    return b"r" + number.to_bytes(31, "big")


@st.composite
def decisions(draw: st.DrawFn, members: list[bytes] = MEMBERS, counts: bool | None = None, most: int = 14) -> list[Ruling]:
    """A tangle of decisions on the claim, on each other and on things elsewhere; targets may also lie ahead or form circles."""
    size = draw(st.integers(0, most))
    targets = [CLAIM, CLAIM, CLAIM, ELSEWHERE, *(ref(i) for i in range(size))]
    found = []
    for i in range(size):
        found.append(
            Ruling(
                ref(i),
                draw(st.sampled_from(KINDS)),
                draw(st.sampled_from(targets)),
                draw(st.sampled_from(members)),
                (f"2026-01-{draw(st.integers(1, 28)):02}T00:00:00Z", ref(i)),
                draw(st.booleans()) if counts is None else counts,
                draw(st.booleans()),
                draw(st.sampled_from([False, False, False, True])),
                alone=draw(st.booleans()),
            )
        )
    return found


@LAW
@given(decisions(), st.randoms(use_true_random=False), st.sampled_from([ENOUGH, NOT_ENOUGH]))
def test_order_and_repetition_of_decisions_change_nothing(rulings: list[Ruling], chance: random.Random, sources: Corroboration) -> None:
    again = [*rulings, *rulings, *rulings[:3]]
    chance.shuffle(again)
    assert standing(SAID, again, sources) == standing(SAID, rulings, sources)


@LAW
@given(decisions(members=[AUTHOR, OTHERS[0]], most=20), st.booleans())
def test_one_member_with_the_author_never_checks_a_claim(rulings: list[Ruling], counted: bool) -> None:
    """However many decisions, of whatever kind, on whatever they rule: two persons of whom one is the author are not two checkers."""
    assert standing(SAID._replace(counts=counted), rulings, ENOUGH).level < Level.CHECKED


@LAW
@given(decisions(members=[OTHERS[0]], most=20))
def test_one_member_alone_neither_retracts_nor_ends_their_colleagues_dispute(rulings: list[Ruling]) -> None:
    dispute = Ruling(b"d" * 32, "dispute", CLAIM, OTHERS[1], ("2026-01-01T00:00:00Z", b"d" * 32), True, True)
    aimed = [r._replace(target=b"d" * 32) if r.kind in ("overrule", "withdraw") else r for r in rulings]
    result = standing(SAID, [dispute, *aimed], ENOUGH)
    assert result.level == Level.DISPUTED and OTHERS[1] in result.disputed_by


@LAW
@given(decisions(members=[AUTHOR, OTHERS[0]], most=20))
def test_the_author_with_one_colleague_does_not_end_a_dispute(rulings: list[Ruling]) -> None:
    dispute = Ruling(b"d" * 32, "dispute", CLAIM, OTHERS[1], ("2026-01-01T00:00:00Z", b"d" * 32), True, True)
    aimed = [r._replace(target=b"d" * 32) if r.kind == "overrule" else r for r in rulings]
    assert standing(SAID, [dispute, *aimed], ENOUGH).level <= Level.DISPUTED


@LAW
@given(decisions())
def test_without_enough_sources_nothing_is_verified(rulings: list[Ruling]) -> None:
    assert standing(SAID, rulings, NOT_ENOUGH).level <= Level.CHECKED


@LAW
@given(decisions())
def test_sources_only_lift_checked_to_verified(rulings: list[Ruling]) -> None:
    poor, rich = standing(SAID, rulings, NOT_ENOUGH), standing(SAID, rulings, ENOUGH)
    assert rich.level == (Level.VERIFIED if poor.level is Level.CHECKED else poor.level)
    assert (poor.checkers, poor.disputed_by) == (rich.checkers, rich.disputed_by)


@LAW
@given(decisions(), decisions(counts=False))
def test_what_does_not_count_changes_nothing(rulings: list[Ruling], compromised: list[Ruling]) -> None:
    """Decisions after compromised-since, none of which another member reconfirmed, among decisions that count."""
    later = [r._replace(ref=b"z" + r.ref[1:], target=CLAIM if r.target == ELSEWHERE else r.target) for r in compromised]
    assert standing(SAID, [*rulings, *later], ENOUGH) == standing(SAID, rulings, ENOUGH)


@LAW
@given(decisions(), decisions(), st.sampled_from(OTHERS))
def test_nothing_brings_back_what_was_signed_after_removal(rulings: list[Ruling], removed: list[Ruling], friend: bytes) -> None:
    later = [r._replace(ref=b"z" + r.ref[1:], counts=False, lost=True) for r in removed]
    backing = [Ruling(b"y" + r.ref[1:], "reconfirm", r.ref, friend, r.order, True, True) for r in later]
    assert standing(SAID, [*rulings, *later, *backing], ENOUGH) == standing(SAID, rulings, ENOUGH)


@LAW
@given(decisions(counts=True), st.sampled_from(OTHERS))
def test_a_reconfirmed_decision_counts_as_if_it_had_always(rulings: list[Ruling], friend: bytes) -> None:
    """Decisions of everybody but ``friend`` lose their weight and get it back from ``friend``."""
    told = [r for r in rulings if r.member != friend and r.kind != "reconfirm" and not r.lost]
    shaken = [r._replace(counts=False) for r in told]
    backing = [Ruling(b"y" + r.ref[1:], "reconfirm", r.ref, friend, r.order, True, False) for r in told]
    assert standing(SAID, [*shaken, *backing], ENOUGH) == standing(SAID, told, ENOUGH)


@LAW
@given(decisions())
def test_a_compromised_device_does_not_call_itself_back(rulings: list[Ruling]) -> None:
    """Whatever the compromised device signs, reconfirmations of its own records among it, the claim stays uncounted."""
    own = [r._replace(counts=False) for r in rulings] + [Ruling(b"y" * 32, "reconfirm", CLAIM, AUTHOR, ("", b""), True, True)]
    assert standing(SAID._replace(counts=False), own, ENOUGH).level is Level.UNCOUNTED


@LAW
@given(decisions())
def test_a_claim_after_removal_never_counts(rulings: list[Ruling]) -> None:
    lost = SAID._replace(counts=False, lost=True)
    assert standing(lost, rulings, ENOUGH).level is Level.UNCOUNTED


@LAW
@given(decisions())
def test_an_author_who_takes_it_back_has_the_last_word(rulings: list[Ruling]) -> None:
    retraction = Ruling(b"x" * 32, "retract", CLAIM, AUTHOR, ("2026-01-01T00:00:00Z", b"x" * 32), True, False)
    assert standing(SAID, [*rulings, retraction], ENOUGH).level is Level.RETRACTED


@LAW
@given(decisions(), decisions())
def test_decisions_elsewhere_change_nothing(rulings: list[Ruling], elsewhere: list[Ruling]) -> None:
    moved = {r.ref: b"z" + r.ref[1:] for r in elsewhere}
    apart = [r._replace(ref=moved[r.ref], target=moved.get(r.target, ELSEWHERE)) for r in elsewhere]
    assert standing(SAID, [*rulings, *apart], ENOUGH) == standing(SAID, rulings, ENOUGH)


@LAW
@given(decisions(), st.sampled_from(OTHERS))
def test_one_more_check_never_lowers_a_claim(rulings: list[Ruling], member: bytes) -> None:
    check = Ruling(b"x" * 32, "check", CLAIM, member, ("2026-01-01T00:00:00Z", b"x" * 32), True, True)
    assert standing(SAID, [*rulings, check], ENOUGH).level >= standing(SAID, rulings, ENOUGH).level


@LAW
@given(decisions())
def test_levels_say_what_they_say(rulings: list[Ruling]) -> None:
    result = standing(SAID, rulings, ENOUGH)
    assert AUTHOR not in result.checkers and len(set(result.checkers)) == len(result.checkers)
    assert result.because and all(answer.because.startswith(("standing.", "corroboration.")) for answer in result.because)
    if result.level >= Level.CHECKED:
        assert len(result.checkers) >= 2 and not result.disputed_by
    if result.level is Level.DISPUTED:
        assert result.disputed_by
    own = any(r.kind == "check" and r.member == AUTHOR for r in live_rulings(rulings).get(CLAIM, ()))
    assert (OWN_CHECK in result.because) == own


# ---- a desk in a random afternoon, against a second telling of the rules -----------------------------------------------


class Afternoon(RuleBasedStateMachine):
    """Members check, dispute, withdraw, overrule and take back; a slow and plain model says what the claim must be worth."""

    disputes = Bundle("disputes")

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count()
        self.rulings: list[Ruling] = []

    def decide(self, kind: str, target: bytes, member: bytes, reasoned: bool = True) -> bytes:
        name = ref(next(self.numbers))
        self.rulings.append(Ruling(name, kind, target, member, ("2026-01-01T00:00:00Z", name), True, reasoned))
        return name

    @rule(member=st.sampled_from(MEMBERS))
    def check(self, member: bytes) -> None:
        self.decide("check", CLAIM, member, reasoned=False)

    @rule(target=disputes, member=st.sampled_from(MEMBERS))
    def dispute(self, member: bytes) -> bytes:
        return self.decide("dispute", CLAIM, member)

    @rule(dispute=disputes, member=st.sampled_from(MEMBERS), reasoned=st.booleans())
    def overrule(self, dispute: bytes, member: bytes, reasoned: bool) -> None:
        self.decide("overrule", dispute, member, reasoned)

    @rule(dispute=disputes, member=st.sampled_from(MEMBERS))
    def withdraw(self, dispute: bytes, member: bytes) -> None:
        self.decide("withdraw", dispute, member)

    @rule(member=st.sampled_from(OTHERS), reasoned=st.booleans())
    def retract(self, member: bytes, reasoned: bool) -> None:
        self.decide("retract", CLAIM, member, reasoned)

    def expected(self) -> Level:
        def by(kind: str, target: bytes, reasoned: bool = False) -> set[bytes]:
            return {r.member for r in self.rulings if r.kind == kind and r.target == target and (r.reasoned or not reasoned)}

        disputes = [r for r in self.rulings if r.kind == "dispute" and r.member not in by("withdraw", r.ref)]
        standing_ones = [r for r in disputes if len(by("overrule", r.ref, reasoned=True) - {r.member, AUTHOR}) < 2]
        if len(by("retract", CLAIM, reasoned=True)) >= 2:
            return Level.RETRACTED
        if standing_ones:
            return Level.DISPUTED
        checkers = by("check", CLAIM) - {AUTHOR} - {r.member for r in disputes}
        return Level.VERIFIED if len(checkers) >= 2 else Level.OPEN

    @invariant()
    def worth_is_as_told(self) -> None:
        result: Standing = standing(SAID, self.rulings, ENOUGH)
        assert result.level is self.expected()


Afternoon.TestCase.settings = settings(max_examples=60, stateful_step_count=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
TestAfternoon = Afternoon.TestCase


@LAW
@given(decisions(), st.sampled_from([ENOUGH, NOT_ENOUGH]))
def test_a_check_among_others_is_nothing_to_what_is_checked_singly(rulings: list[Ruling], sources: Corroboration) -> None:
    """Torture, death, a named perpetrator: whatever is signed for several things at once, the claim stands as if it had not been."""
    singly = SAID._replace(singly=True)
    alone = [r for r in rulings if r.kind != "check" or r.alone]
    with_others, without = standing(singly, rulings, sources), standing(singly, alone, sources)
    assert with_others[:4] == without[:4]
    assert with_others[:4] == standing(SAID, alone, sources)[:4], "and what is signed for it alone counts as for any other"
    assert set(with_others.checkers) <= {r.member for r in rulings if r.kind == "check" and r.alone}

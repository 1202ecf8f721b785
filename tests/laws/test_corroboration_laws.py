"""Laws of corroboration: copies collapse, code names that nobody compared are one, and more support never counts for less."""

import random
from itertools import combinations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.corroborating import corroborate

from letapis.core.corroboration import Corroboration, Independence, Source
from letapis.core.standing import Said

LAW = settings(max_examples=100, deadline=None)  # a loaded machine is no broken law

SOURCES = [bytes([i]) * 16 for i in range(1, 9)]
KINDS = ["person", "person", "person", "document", "media", "un_body", "court", "authority", "list"]
BASES = ["saw", "heard", "was_told", "document", "inferred", "own_experience"]
CLASSES = ["first_hand", "close_contact", "document", "adjudicated"]
SCANS = [b"e" * 16, b"f" * 16, b""]


def said(number: int, source: bytes, basis: str, evidence: bytes = b"", value: str = "true", author: bytes = b"A" * 16) -> Said:
    return Said(number.to_bytes(32, "big"), author, b"s" * 16, "harm.beaten", value, source, basis, evidence, b"", "", "", b"", True)


@st.composite
def worlds(draw: st.DrawFn, kinds: list[str] = KINDS, grades: str = "ABCDEF", compared: bool = True) -> "World":
    sources = {}
    for place, source in enumerate(SOURCES):
        upstream = draw(st.lists(st.sampled_from(SOURCES[:place]), max_size=2, unique=True)) if place else []
        upstream = upstream if draw(st.sampled_from([True, False, False])) else []
        sources[source] = Source(source, draw(st.sampled_from(kinds)), draw(st.sampled_from(grades)), tuple(upstream))
    pairs = [frozenset(pair) for pair in combinations(SOURCES, 2)]
    distinct = frozenset(draw(st.lists(st.sampled_from(pairs), max_size=20)) if compared else [])
    claims = [
        said(i, draw(st.sampled_from(SOURCES)), draw(st.sampled_from(BASES)), draw(st.sampled_from(SCANS))) for i in range(draw(st.integers(1, 7)))
    ]
    return World(sources, distinct, frozenset(draw(st.sets(st.sampled_from(SCANS[:2])))), claims)


class World:
    """Sources, comparisons, authentic scans and agreeing claims."""

    def __init__(self, sources: dict[bytes, Source], distinct: frozenset[frozenset[bytes]], authentic: frozenset[bytes], claims: list[Said]) -> None:
        self.sources, self.distinct, self.authentic, self.claims = sources, distinct, authentic, claims

    def __repr__(self) -> str:
        return f"World({self.sources}, {self.distinct}, {self.authentic}, {self.claims})"

    def sums(self, klass: str, claims: list[Said] | None = None) -> dict[bytes, Corroboration]:
        given_ = self.claims if claims is None else claims
        return corroborate(given_, self.sources, self.distinct, self.authentic, lambda _: klass, lambda _: "bool")


@LAW
@given(worlds(), st.sampled_from(CLASSES), st.randoms(use_true_random=False))
def test_order_of_claims_changes_nothing(world: World, klass: str, chance: random.Random) -> None:
    mixed = list(world.claims)
    chance.shuffle(mixed)
    assert world.sums(klass, mixed) == world.sums(klass)


@LAW
@given(worlds(), st.sampled_from(CLASSES))
def test_more_support_never_counts_for_less(world: World, klass: str) -> None:
    before, after = world.sums(klass, world.claims[:-1]), world.sums(klass)
    for ref, corroboration in before.items():
        assert after[ref].independent >= corroboration.independent
        assert after[ref].satisfied.holds >= corroboration.satisfied.holds


@LAW
@given(worlds(kinds=["person"], compared=False), st.sampled_from(CLASSES))
def test_code_names_that_nobody_compared_count_as_one(world: World, klass: str) -> None:
    for said_, corroboration in zip(world.claims, world.sums(klass).values(), strict=True):
        assert corroboration.independent <= 1, said_
        assert not corroboration.satisfied.holds or corroboration.satisfied.because == "corroboration.document_authentic"


@LAW
@given(worlds(kinds=["person", "document", "media"], compared=False))
def test_beside_uncompared_people_only_items_of_other_types_add(world: World) -> None:
    for corroboration in world.sums("first_hand").values():
        others = {s.source for s in world.sources.values() if s.kind != "person"} & {c.source for c in world.claims}
        assert corroboration.independent <= 1 + len(others)


@LAW
@given(worlds(), st.sampled_from(["first_hand", "close_contact"]))
def test_ten_reposts_are_one_source(world: World, klass: str) -> None:
    """Every source rests, over any number of steps, on the first: whatever they are, they are one, and one is never enough."""
    chained = {
        source: Source(source, entry.kind if entry.kind != "un_body" else "media", entry.grade, entry.upstream or ((SOURCES[0],) if place else ()))
        for place, (source, entry) in enumerate(world.sources.items())
    }
    everyone = frozenset(frozenset(pair) for pair in combinations(SOURCES, 2))
    for corroboration in World(chained, everyone, world.authentic, world.claims).sums(klass).values():
        assert corroboration.independent <= 1 and not corroboration.satisfied.holds


@LAW
@given(worlds(grades="DE"), st.sampled_from(CLASSES))
def test_leads_count_for_nothing(world: World, klass: str) -> None:
    assert all(c.independent == 0 and not c.satisfied.holds for c in world.sums(klass).values())


@LAW
@given(worlds(grades="F"), st.sampled_from(["first_hand", "close_contact"]))
def test_sources_that_nobody_judged_never_suffice(world: World, klass: str) -> None:
    assert all(c.satisfied.because == "corroboration.adjudicated" or not c.satisfied.holds for c in world.sums(klass).values())


@LAW
@given(worlds(), st.sampled_from(CLASSES), st.sampled_from(SOURCES), st.sampled_from(SCANS))
def test_an_inferred_claim_supports_nothing(world: World, klass: str, source: bytes, scan: bytes) -> None:
    inferred = said(99, source, "inferred", scan)
    before, after = world.sums(klass), world.sums(klass, [*world.claims, inferred])
    assert not after.pop(inferred.ref).satisfied.holds
    assert before == after


@LAW
@given(worlds(), st.sampled_from(CLASSES))
def test_a_claim_with_another_value_or_subject_supports_nothing(world: World, klass: str) -> None:
    apart = said(99, SOURCES[0], "saw", value="false")
    after = world.sums(klass, [*world.claims, apart])
    assert {ref: c for ref, c in after.items() if ref != apart.ref} == world.sums(klass)


@LAW
@given(worlds(), st.sampled_from(CLASSES))
def test_the_number_is_the_largest_set_that_stands_apart(world: World, klass: str) -> None:
    """Against trying all sets of accounts."""
    assume(any(c.basis != "inferred" for c in world.claims))
    independence = Independence(world.sources, world.distinct)
    accounts = list({a for c in world.claims if (a := independence.account(c, world.authentic))})
    best = max(
        size
        for size in range(len(accounts) + 1)
        for chosen in combinations(accounts, size)
        if all(independence.apart(a, b) for a, b in combinations(chosen, 2))
    )
    assert {c.independent for c in world.sums(klass).values()} == {best}


@LAW
@given(worlds(), st.sampled_from(CLASSES))
def test_independent_accounts_share_no_root_and_were_compared(world: World, klass: str) -> None:
    independence = Independence(world.sources, world.distinct)
    for a, b in combinations([a for c in world.claims if (a := independence.account(c, world.authentic))], 2):
        if independence.apart(a, b):
            assert a.source != b.source and not independence.roots(a.source)[0] & independence.roots(b.source)[0]
            both_people = [x for x in (a, b) if world.sources[x.source].kind == "person"]
            assert len(both_people) < 2 or frozenset((a.source, b.source)) in world.distinct


@LAW
@given(st.integers(2, 30), st.data())
def test_a_crowd_of_people_counts_as_many_as_were_compared_with_each_other(size: int, data: st.DataObject) -> None:
    """Beyond the exact limit the number is a lower bound and never more than the truth."""
    people = [bytes([100 + i]) * 16 for i in range(size)]
    known = data.draw(st.integers(0, size))
    distinct = frozenset(frozenset(pair) for pair in combinations(people[:known], 2))
    sources = {p: Source(p, "person", "B") for p in people}
    claims = [said(i, p, "saw") for i, p in enumerate(people)]
    numbers = {c.independent for c in corroborate(claims, sources, distinct, frozenset(), lambda _: "first_hand", lambda _: "bool").values()}
    assert numbers == {max(known, 1)}

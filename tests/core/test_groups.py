"""One group of claims: corrections, contradictions, comparisons, authenticity."""

from itertools import count

import pytest

from letapis.core.corroboration import Independence, Source
from letapis.core.groups import Refolded, authentic_items, contradicts, distinct_pairs, refold
from letapis.core.standing import Level, Ruling, Said, live_rulings

AUTHOR, ANNA, BELA, CESA = b"A" * 16, b"1" * 16, b"2" * 16, b"3" * 16
PERSON, COUSIN = b"P" * 16, b"C" * 16
SOURCES = {s: Source(s, "person", "B") for s in (PERSON, COUSIN)}
COMPARED = frozenset({frozenset((PERSON, COUSIN))})
_names = count(1)


def said(value: str = "true", source: bytes = PERSON, replaces: bytes = b"", author: bytes = AUTHOR, **more: object) -> Said:
    ref = b"c" + next(_names).to_bytes(31, "big")
    made = Said(ref, author, b"s" * 16, "harm.beaten", value, source, "saw", b"", b"", "", "", replaces, True)
    return made._replace(**more)  # type: ignore[arg-type]  # fields of Said by name


def ruling(kind: str, member: bytes, target: bytes, *, reasoned: bool = True, holds: bool = True, parties: tuple[bytes, ...] = ()) -> Ruling:
    ref = b"r" + next(_names).to_bytes(31, "big")
    return Ruling(ref, kind, target, member, ("2026-01-01T00:00:00Z", ref), True, reasoned, False, holds, parties)


def checks(*claims: Said) -> list[Ruling]:
    return [ruling("check", member, claim.ref) for claim in claims for member in (ANNA, BELA)]


def refolded(claims: list[Said], rulings: list[Ruling], kind: str = "bool", klass: str = "first_hand") -> Refolded:
    return refold(claims, live_rulings(rulings), Independence(SOURCES, COMPARED), frozenset(), lambda _: klass, lambda _: kind)


# ---- only what was checked lifts a claim to verified -----------------------------------------------------------------


def test_a_claim_is_not_verified_by_information_that_nobody_checked() -> None:
    mine, other = said(), said(source=COUSIN)
    alone = refolded([mine, other], checks(mine))[mine.ref][0]
    assert alone.level is Level.CHECKED and alone.independent == 2
    assert alone.because[-1].because == "corroboration.others_not_checked"
    both = refolded([mine, other], checks(mine, other))
    assert both[mine.ref][0].level is both[other.ref][0].level is Level.VERIFIED


@pytest.mark.parametrize("kind", ["dispute", "retract"])
def test_what_is_disputed_or_taken_back_supports_nothing(kind: str) -> None:
    mine, other = said(), said(source=COUSIN)
    result = refolded([mine, other], [*checks(mine, other), ruling(kind, AUTHOR, other.ref)])
    assert result[mine.ref][0].level is Level.CHECKED and result[mine.ref][0].independent == 1


def test_an_assessment_is_verified_by_two_who_gave_reasons() -> None:
    mine = said(basis="inferred")
    silent = [r._replace(reasoned=False) for r in checks(mine)]
    assert refolded([mine], silent, klass="assessment")[mine.ref][0].level is Level.CHECKED
    assert refolded([mine], checks(mine), klass="assessment")[mine.ref][0].level is Level.VERIFIED
    assert refolded([mine, said("false")], checks(mine), klass="assessment")[mine.ref][0].level is Level.VERIFIED


# ---- corrections -----------------------------------------------------------------------------------------------------


def test_the_author_corrects_and_the_old_claim_feeds_nothing() -> None:
    old = said()
    new = said("false", replaces=old.ref)
    result = refolded([old, new], checks(old))
    assert result[old.ref][0].replaced_by == new.ref and not result[old.ref][0].feeds(Level.OPEN)
    assert result[old.ref][0].level is Level.CHECKED and result[old.ref][0].because[0].because == "standing.replaced"
    assert result[new.ref][0].feeds(Level.OPEN) and not result[old.ref][1] and not result[new.ref][1]


def test_a_colleague_s_correction_waits_until_it_is_checked() -> None:
    old = said()
    new = said("false", replaces=old.ref, author=CESA)
    assert refolded([old, new], [])[old.ref][0].replaced_by == b""
    assert refolded([old, new], checks(new))[old.ref][0].replaced_by == new.ref
    disputed = refolded([old, new], [*checks(new), ruling("dispute", AUTHOR, new.ref)])
    assert disputed[old.ref][0].replaced_by == b""


def test_a_correction_that_is_taken_back_gives_the_old_claim_its_place_again() -> None:
    old = said()
    new = said("false", replaces=old.ref)
    assert refolded([old, new], [ruling("retract", AUTHOR, new.ref)])[old.ref][0].replaced_by == b""
    uncounted = new._replace(counts=False)
    assert refolded([old, uncounted], [])[old.ref][0].replaced_by == b""


def test_another_source_contradicts_and_does_not_replace() -> None:
    old = said()
    other = said("false", source=COUSIN, replaces=old.ref)
    result = refolded([old, other], [])
    assert result[old.ref][0].replaced_by == b"" and result[old.ref][1] and result[other.ref][1]


def test_a_correction_elsewhere_replaces_nothing() -> None:
    old = said()
    moved = said("false", replaces=old.ref, subject=b"t" * 16)
    assert refolded([old, moved], [])[old.ref][0].replaced_by == b""


def test_chains_and_circles_of_corrections_end() -> None:
    a = said()
    b = said("false", replaces=a.ref)
    c = said(replaces=b.ref)
    chain = refolded([a, b, c], [])
    assert [chain[x.ref][0].replaced_by for x in (a, b, c)] == [b.ref, c.ref, b""]
    circle = refolded([a._replace(replaces=b.ref), b], [])
    assert all(standing.replaced_by for standing, _ in circle.values())
    itself = a._replace(replaces=a.ref)
    assert refolded([itself], [])[a.ref][0].replaced_by == b"" == refolded([itself, said()], [])[a.ref][0].replaced_by


# ---- contradictions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "other", "expected"),
    [
        ("bool", "true", "false", True),
        ("bool", "true", "true", False),
        ("number", "3", "4", True),
        ("enum", "punish", "silence", True),
        ("text", "Vydumka", "Pryklad", False),
        ("date", "2020-08", "2020-08-09", False),
        ("date", "2020-08", "2020-09", True),
        ("date", "soon", "2020-09", False),
        ("list", "cold", "cold; light", True),
        ("list", "", "cold", True),
        ("", "a", "b", False),
    ],
)
def test_what_cannot_both_be_true_is_contradictory(kind: str, value: str, other: str, expected: bool) -> None:
    assert contradicts(kind, said(value), said(other)) is expected
    assert contradicts(kind, said(other), said(value)) is expected


def test_only_a_complete_list_excludes() -> None:
    short, long = said("cold", partial=True), said("cold; light")
    assert not contradicts("list", short, long)
    assert contradicts("list", said("cold"), long._replace(partial=True))
    assert not contradicts("list", said("cold", partial=True), said("light", partial=True))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("2020", "2020"), ("2021", "2021"), False),
        (("2020", ""), ("2021", "2021"), True),
        (("2020", "2020-06"), ("2020-06", ""), True),
        (("", ""), ("1999", "1999"), True),
    ],
)
def test_values_at_different_times_are_no_contradiction(first: tuple[str, str], second: tuple[str, str], expected: bool) -> None:
    a, b = said(valid_from=first[0], valid_to=first[1]), said("false", valid_from=second[0], valid_to=second[1])
    assert contradicts("bool", a, b) is expected


def test_contradicting_claims_stand_side_by_side_until_one_is_taken_back() -> None:
    yes, no, also = said(), said("false", source=COUSIN), said(author=CESA)
    assert {ref for ref, (_, contested) in refolded([yes, no, also], checks(yes)).items() if contested} == {yes.ref, no.ref, also.ref}
    assert not any(contested for _, contested in refolded([yes, no, also], [ruling("retract", AUTHOR, no.ref)]).values())


# ---- comparisons and authenticity ------------------------------------------------------------------------------------


def test_two_code_names_are_two_people_when_somebody_says_so_with_reasons() -> None:
    compared = ruling("distinct", ANNA, b"", parties=(PERSON, COUSIN))
    assert distinct_pairs(live_rulings([compared])) == COMPARED
    assert not distinct_pairs(live_rulings([compared._replace(reasoned=False)]))
    assert not distinct_pairs(live_rulings([compared, ruling("withdraw", ANNA, compared.ref)]))


def test_who_found_them_the_same_outweighs_who_found_them_distinct() -> None:
    compared = ruling("distinct", ANNA, b"", parties=(PERSON, COUSIN))
    same = ruling("same", BELA, b"", parties=(COUSIN, PERSON), reasoned=False)
    assert not distinct_pairs(live_rulings([compared, same]))
    assert distinct_pairs(live_rulings([compared, same, ruling("withdraw", BELA, same.ref)])) == COMPARED


@pytest.mark.parametrize("parties", [(), (PERSON,), (PERSON, PERSON), (PERSON, COUSIN, AUTHOR)])
def test_a_comparison_is_of_two(parties: tuple[bytes, ...]) -> None:
    assert not distinct_pairs(live_rulings([ruling("distinct", ANNA, b"", parties=parties)]))


def test_a_document_is_authentic_when_somebody_who_did_not_bring_it_says_why() -> None:
    scan, evidence = b"e" * 32, b"E" * 16
    items = {scan: (evidence, AUTHOR)}
    assert authentic_items(live_rulings([ruling("authentic", ANNA, scan)]), items) == {evidence}
    assert not authentic_items(live_rulings([ruling("authentic", AUTHOR, scan)]), items)
    assert not authentic_items(live_rulings([ruling("authentic", ANNA, scan, reasoned=False)]), items)
    both = [ruling("authentic", ANNA, scan), ruling("authentic", BELA, scan, holds=False)]
    assert not authentic_items(live_rulings(both), items)

"""Who could have told us: the circle of a sentence, and which word of a colleague lets it go."""

import pytest

from letapis.core.brief import Author, Sentence
from letapis.core.circles import Assessed, Assessments, Told, narrowest

WRITER, COLLEAGUE = b"w" * 16, b"c" * 16
CELL, STREET = b"1" * 32, b"2" * 32
TOLD = {CELL: Told(WRITER, ("", "cell")), STREET: Told(WRITER, ("public", "state"))}
BEATEN = Sentence("The guard struck him at night.", (CELL,))
SEEN = Sentence("He was taken in the street.", (STREET,))
ARGUED = Sentence("Torture: indicated by the facts reported here.", (CELL,), author=Author.LAWYER)
ADDED = Sentence("We add what counsel heard.", author=Author.LAWYER)


def word(*claims: bytes, **changes: object) -> Assessed:
    told = {"ref": b"r" * 32, "member": COLLEAGUE, "claims": frozenset(claims), "sentence": "", "use": "BODY", "risk": "None for the others."}
    told |= {"consent": "agreed", "goes": True, "wording": "", "order": ("2026-01-01T00:00:00Z", b"r")}
    return Assessed(**(told | changes))  # type: ignore[arg-type]  # every field is given above


def clear(sentence: Sentence, *said: Assessed) -> bool:
    return Assessments(said, "BODY", TOLD, {WRITER}).weigh(sentence).clear


@pytest.mark.parametrize(
    ("circles", "expected"),
    [
        (("state", "public"), "public"),
        (("public", "cell"), "cell"),
        (("", "family"), "family"),
        (("", ""), "one_person"),
        ((), "one_person"),
        (("state", "a circle of tomorrow"), "one_person"),
    ],
)
def test_the_narrowest_circle_decides_and_the_unknown_is_the_narrowest(circles: tuple[str, ...], expected: str) -> None:
    assert narrowest(circles) == expected


def test_what_anybody_could_know_goes_without_a_word_and_what_few_know_does_not() -> None:
    assert clear(SEEN) and not clear(BEATEN) and not clear(ARGUED)
    assert not clear(Sentence("From nowhere.", (b"9" * 32,)))


def test_relatives_at_home_hold_back_what_anybody_could_know() -> None:
    told = {STREET: Told(WRITER, ("public",), relatives=True)}
    assert not Assessments((), "BODY", told, {WRITER}).weigh(SEEN).clear
    assert Assessments((word(STREET),), "BODY", told, {WRITER}).weigh(SEEN).clear


def test_a_colleagues_word_on_the_claims_covers_every_sentence_cut_from_them() -> None:
    assert clear(BEATEN, word(CELL, STREET)) and clear(ARGUED, word(CELL))


@pytest.mark.parametrize(
    "changes",
    [
        {"member": WRITER},
        {"use": "ANOTHER"},
        {"risk": " "},
        {"consent": "not_asked"},
        {"consent": "refused"},
        {"consent": ""},
        {"goes": False},
        {"wording": "He was beaten."},
        {"sentence": "Some other words."},
    ],
)
def test_a_word_that_is_not_enough_opens_nothing(changes: dict[str, object]) -> None:
    assert not clear(BEATEN, word(CELL, **changes))


def test_words_of_a_person_need_a_word_of_their_own() -> None:
    assert not clear(ADDED, word()) and clear(ADDED, word(sentence=ADDED.text))
    assert not clear(ADDED, word(sentence=ADDED.text, member=WRITER))


def test_safer_words_take_the_place_and_only_they_are_clear() -> None:
    said = Assessments((word(CELL, wording="He was ill-treated.", consent="not_asked"),), "BODY", TOLD, {WRITER})
    assert said.reworded(BEATEN) == "He was ill-treated."
    assert said.weigh(Sentence("He was ill-treated.", (CELL,))).clear and not said.weigh(BEATEN).clear
    assert said.reworded(ARGUED) == ARGUED.text, "an argument is not replaced by an account"


def test_what_stays_out_is_taken_out() -> None:
    assert Assessments((word(CELL, goes=False),), "BODY", TOLD, {WRITER}).reworded(BEATEN) is None


def test_the_latest_word_on_a_claim_holds() -> None:
    first, later = word(CELL), word(CELL, STREET, goes=False, order=("2026-01-02T00:00:00Z", b"s"))
    assert not clear(BEATEN, first, later) and not clear(BEATEN, later, first)
    assert clear(BEATEN, later, word(CELL, order=("2026-01-03T00:00:00Z", b"t")))

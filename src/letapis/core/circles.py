"""Who could have told us this? The circle that could know a sentence, and what a colleague must have weighed before it goes out.

A sentence that few people could have told betrays the one who did, whatever name stands under it. So it stays until a member who did
not write it down records what could happen to those people, what they answered, and how it goes: as it is, in safer words, or not at
all. What nobody said is one person: a circle that is not known opens no gate.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.brief import Author, Sentence

CIRCLES: Final = ("state", "public", "cell", "lawyer", "family", "one_person")  # from wide to narrow
SMALL: Final = frozenset({"cell", "lawyer", "family", "one_person"})
CONSENTS: Final = ("agreed", "not_needed", "not_asked", "refused")
AS_IT_IS: Final = frozenset({"agreed", "not_needed"})  # who was not asked, or refused, is only served by other words or by silence
_NARROWEST: Final = len(CIRCLES) - 1

Key = tuple[frozenset[bytes], str]
"""What an assessment is about: the claims of a sentence, and its words where a person wrote it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of where a claim comes from: who wrote it down, the circles said of the claim and of its source, relatives at home."""

    author: bytes
    circles: tuple[str, ...]
    relatives: bool = False


@dataclass(frozen=True, slots=True)
class Assessed:
    """One member's word. ``goes`` is false: the sentence stays out; ``wording``: it goes in these words; neither: it goes as it is."""

    ref: bytes
    member: bytes
    claims: frozenset[bytes]
    sentence: str
    use: str
    risk: str
    consent: str
    goes: bool
    wording: str
    order: tuple[str, bytes]

    @property
    def key(self) -> Key:
        return self.claims, self.sentence

    @property
    def as_it_is(self) -> bool:
        return self.goes and not self.wording and self.consent in AS_IT_IS


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence with its circle, whether relatives at home are at risk, and whether it may go. ``claims``: those that hold it back."""

    sentence: Sentence
    circle: str
    relatives: bool
    clear: bool
    claims: tuple[bytes, ...]
    writers: frozenset[bytes]

    @property
    def small(self) -> bool:
        return self.circle in SMALL or self.relatives


def narrowest(circles: Iterable[str]) -> str:
    """The smallest of these circles; one person when none was said, or one that this version does not know."""
    places = [CIRCLES.index(circle) if circle in CIRCLES else _NARROWEST for circle in circles if circle]
    return CIRCLES[max(places, default=_NARROWEST)]


def key_of(sentence: Sentence) -> Key:
    """Under which an assessment of this sentence is found. Sentences cut from claims are known by the claims, however they open."""
    return frozenset(sentence.claims), sentence.text if sentence.author is Author.LAWYER else ""


class Assessments:
    """The assessments of one use that count: with the risk written down, and not by who wrote the claim or the words themselves.

    ``answering``: who composed the document or wrote words of it, and so answers for sentences that rest on no claim.
    """

    def __init__(self, found: Iterable[Assessed], use: str, told: Mapping[bytes, Told], answering: Collection[bytes]) -> None:
        self._told, self._answering = told, frozenset(answering)
        counted = [a for a in found if a.use == use and a.risk.strip() and a.consent in CONSENTS and a.member not in self.writers(a.claims)]
        self._by_key: dict[Key, Assessed] = {}
        self._by_claim: dict[bytes, Assessed] = {}
        for one in sorted(counted, key=lambda a: a.order):
            self._by_key[one.key] = one
            if not one.sentence:
                self._by_claim.update(dict.fromkeys(one.claims, one))
        self._worded = {(a.claims, a.wording) for a in self._by_key.values() if a.goes and a.wording}

    def writers(self, claims: Iterable[bytes]) -> frozenset[bytes]:
        """Whose own words these are: they cannot assess them. A claim that is not here was written by nobody we know."""
        wrote = {self._told[ref].author for ref in claims if ref in self._told}
        return frozenset(wrote or self._answering) - {b""}

    def weigh(self, sentence: Sentence) -> Weighed:
        """Whether a sentence may go out. The latest word on a claim holds."""
        each = {ref: self._circle(ref) for ref in sentence.claims}
        circle = narrowest(each.values())
        relatives = any(ref in self._told and self._told[ref].relatives for ref in sentence.claims)
        held = tuple(ref for ref in sentence.claims if each[ref] in SMALL or (ref in self._told and self._told[ref].relatives))
        small = bool(held) or not sentence.claims
        return Weighed(sentence, circle, relatives, not small or self._clears(sentence, held), held, self.writers(sentence.claims))

    def reworded(self, sentence: Sentence) -> str | None:
        """The words in which a sentence goes out: its own, the safer ones that a colleague wrote, or None when it stays out."""
        said = self._by_key.get(key_of(sentence))
        if said is None or self._is_worded(sentence):
            return sentence.text
        return (said.wording or sentence.text) if said.goes else None

    def _circle(self, ref: bytes) -> str:
        told = self._told.get(ref)
        return narrowest(told.circles if told else ())

    def _is_worded(self, sentence: Sentence) -> bool:
        return (frozenset(sentence.claims), sentence.text) in self._worded

    def _clears(self, sentence: Sentence, held: Sequence[bytes]) -> bool:
        if self._is_worded(sentence):
            return True
        said = self._by_key.get(key_of(sentence))
        if said is not None and (said.sentence or not said.as_it_is):
            return said.as_it_is
        return bool(held) and all(ref in self._by_claim and self._by_claim[ref].as_it_is for ref in held)

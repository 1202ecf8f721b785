"""Cards and gates in words of the reader's language, for the pages and for the command line."""

from dataclasses import dataclass

from letapis.core import date_words
from letapis.core.dates import is_partial_date
from letapis.core.gates import Gate
from letapis.core.mechanisms import Mechanism, Quantity
from letapis.core.plurals import plural
from letapis.core.whereto import ANSWERED_BY_HAND
from letapis.engines.catalogue import Catalogue

_QUESTIONS = 6


@dataclass(frozen=True)
class GateWords:
    """One gate in words: what it is about, the thing named (``english``: in the words of its card), what it says, what to ask next.
    ``by_hand`` is the name of the gate when a colleague's word answers it, ``item`` what the word is about."""

    about: str
    named: str
    english: bool
    says: str
    holds: bool
    blocks: bool
    questions: tuple[str, ...]
    item: str
    by_hand: str


class CardWords:
    """Words for one language."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._catalogue, self.language = catalogue, language

    def say(self, key: str, **parts: object) -> str:
        return self._catalogue.texts.say(key, self.language, **parts)

    def word(self, family: str, key: str) -> str:
        """The text of a key that stands in a card; a card of a newer version may use one that has no text here."""
        return self.say(f"{family}.{key}") if f"{family}.{key}" in self._catalogue.texts else key

    def name(self, mechanism: str) -> str:
        """The name of a body's procedure; one that there is no card of is named by its id."""
        card = self._catalogue.mechanisms.get(mechanism)
        return card.name[self.language] if card else mechanism

    def question(self, asked: str) -> tuple[str, str]:
        """A question of an official form in the reader's words, and as the form has it; the second is empty where that is the same. One that
        nobody put into the reader's language is said as it stands."""
        said = self._catalogue.questions.get(asked, {}).get(self.language, "")
        return (said, asked) if said else (asked, "")

    def day(self, text: str) -> str:
        return date_words.show(text, self.language) if is_partial_date(text) else text

    def time(self, key: str) -> str:
        """What a time of a card is for."""
        return self.word("mechanisms.time", key)

    def quantity(self, one: Quantity) -> str:
        """``60 days``, «60 дзён»."""
        key, count = f"mechanisms.unit.{one.unit}.{plural(self.language, int(one.value))}", int(one.value)
        return self.say(key, count=count) if key in self._catalogue.texts else f"{count} {one.unit}"

    def gate(self, card: Mechanism, gate: Gate) -> GateWords:
        vocabulary = self._catalogue.vocabulary
        asked = [vocabulary.fact(fact).question[self.language] for fact in gate.missing[:_QUESTIONS] if fact in vocabulary]
        kind, named = self.say(f"submit.gate.{gate.name}"), self._named(card, gate)
        english = gate.name == "check" and named == self._check(card, gate)
        by_hand = gate.name if gate.answer.because in ANSWERED_BY_HAND else ""
        said = self.answer(gate), gate.answer.holds, gate.blocks
        return GateWords(kind, named, english, *said, tuple(asked), gate.item, by_hand)

    def answer(self, gate: Gate) -> str:
        """What a gate says, with days and bodies by the names people know."""
        if gate.answer.because not in self._catalogue.texts:
            return gate.answer.because
        detail: dict[str, object] = dict(gate.answer.detail)
        if "day" in detail:
            detail["day"] = self.day(str(detail["day"]))
        if "other" in detail:
            detail["other"] = self.name(str(detail["other"]))
        return self.say(gate.answer.because, **detail)

    def _named(self, card: Mechanism, gate: Gate) -> str:
        if gate.name == "consent" and gate.item in self._catalogue.consent.scopes:
            return self._catalogue.consent.scope(gate.item).label[self.language]
        if gate.name == "check":
            return self.question(self._check(card, gate))[0]
        if gate.name == "review" and gate.item in self._catalogue.rulebook.norms:
            return self._catalogue.rulebook.norm(gate.item).title[self.language]
        return self.time(gate.item) if gate.name == "deadline" else ""

    @staticmethod
    def _check(card: Mechanism, gate: Gate) -> str:
        """What the body asks, in the words of its card."""
        return next((check.text for check in card.checks if check.id == gate.item), "")

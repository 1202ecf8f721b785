"""What colleagues answer to questions of a body that no fact answers: a check that a person decides, another procedure that was looked at.

One answer stands for each question of a body in a dossier, with who gave it and why; it can be given anew. Answers that do not know of each
other count only when all of them say yes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from letapis.core.access import Reader
from letapis.core.errors import UsageError
from letapis.core.records import Value
from letapis.core.whereto import Words, may_answer
from letapis.desk import items, reading
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk

_LONGEST = 2000
_ALL = 2000


@dataclass(frozen=True)
class WordView:
    """One answer: to which question of which body, yes or no, by whom, when and why."""

    mechanism: str
    gate: str
    about: str
    holds: bool
    member: bytes
    recorded: str
    text: str


def words_of(desk: Desk, reader: Reader, dossier: bytes) -> list[WordView]:
    """Every answer in a dossier, the oldest first."""
    reading.dossier(desk, reader, dossier)
    found = reading.items(desk, reader, "gate_word", dossier=dossier, limit=_ALL)
    return sorted((_view(desk, reader, item) for item in found), key=lambda word: word.recorded)


def _view(desk: Desk, reader: Reader, item: reading.ItemView) -> WordView:
    holds = item.record.flag("holds")
    if item.contested:
        holds = all(version.record.flag("holds") for version in reading.versions(desk, reader, item.item) if version.is_head)
    told = item.text("mechanism"), item.text("gate"), item.text("about")
    return WordView(*told, holds, item.author, item.recorded, item.text("text"))


def words_on(words: Iterable[WordView], mechanism: str) -> Words:
    """What these answers say to the questions of one body, as gates read it. Two desks may have answered one question: a no goes first."""
    said: dict[tuple[str, str], bool] = {}
    for word in words:
        if word.mechanism == mechanism:
            key = word.gate, word.about
            said[key] = word.holds and said.get(key, True)
    return Words(_where(said, "check", holds=True), _where(said, "check", holds=False), _where(said, "duplication", holds=True))


def _where(said: Mapping[tuple[str, str], bool], gate: str, *, holds: bool) -> frozenset[str]:
    return frozenset(about for (name, about), answer in said.items() if name == gate and answer is holds)


def answer(desk: Desk, reader: Reader, dossier: bytes, mechanism: str, gate: str, about: str, text: str, *, holds: bool) -> None:
    """Answer a question of a body, or answer it anew, with the reason. Raises UsageError for what is no such question, or without a reason."""
    home = reading.dossier(desk, reader, dossier)
    card = desk.catalogue.mechanisms.get(mechanism)
    if card is None or not may_answer(card, gate, about):
        raise UsageError("gate_words.question")
    told: dict[str, Value] = {"holds": holds, "text": require_text(text, "gate_words.reason", _LONGEST)}
    body: dict[str, Value] = {"dossier": dossier, "mechanism": mechanism, "gate": gate, "about": about, "state": "current"}
    same = [
        item
        for item in reading.items(desk, reader, "gate_word", dossier=dossier, limit=_ALL)
        if (item.text("mechanism"), item.text("gate"), item.text("about")) == (mechanism, gate, about)
    ]
    with desk.store.transaction():
        for item in same:
            items.change(desk, reader, "gate_word", item.item, told, item.heads)
        if not same:
            items.new(desk, "gate_word", home.work, body | told)

"""What pages say of the versions of a card or a statement: who wrote and approved them, what was recalled, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.language import LANGUAGES
from letapis.core.public_fold import CONTESTED, PUBLIC, RECALLED, WAITING, PublicState, Read
from letapis.core.published import Statement
from letapis.faces.web.card_lines import CardLines
from letapis.faces.web.lines import Lines

_TONES: Final = {CONTESTED: "bad", PUBLIC: "good", WAITING: "warn", RECALLED: "bad"}
_ORDER: Final = ("public.event.proposed", "public.event.approved", "public.event.recalled")


@dataclass(frozen=True)
class Told:
    """A statement in one language: its title and its words."""

    language: str
    title: str
    text: str


@dataclass(frozen=True)
class StateLine:
    """A card or a statement in a list. ``tag`` is the key of a text, with ``count`` approvals of ``needed``; ``ident`` addresses it."""

    ident: bytes
    dossier: bytes
    kind: str
    title: str
    code: str
    tag: str
    tone: str
    count: int
    needed: int
    day: str
    author: str
    mine: bool
    ref: bytes
    because: str = ""


@dataclass(frozen=True)
class EventLine:
    """One thing that was done with a card. ``what`` is the key of a text; ``ref`` leads to the version it is about."""

    hour: str
    what: str
    who: str
    ref: bytes
    because: str = ""


class PublicLines:
    """Words of versions for one request."""

    def __init__(self, request: Any) -> None:
        self.lines = Lines(request)
        self._request, self._language = request, request.language
        self._recalls = request.desk.catalogue.publication.recalls

    def reason(self, because: str) -> str:
        """Why something was recalled; a code of a newer table stands for itself."""
        return str(self._recalls[because][self._language]) if because in self._recalls else because

    def title(self, one: Read) -> str:
        """What a version is called in a list: the name on the card, or the title of the statement."""
        if one.statement is not None:
            return one.statement.titles.get(self._language) or self.lines.say("public.statement")
        name = one.card.first("name", self._language) if one.card is not None else ""
        return name or self.lines.say("public.unnamed")

    def state(self, dossier: bytes, state: PublicState, one: Read | None = None) -> StateLine:
        """A card or statement by what is public of it, or by the version ``one`` that waits."""
        shown = one or state.standing or state.versions[-1]
        stage = state.stage if one is None else WAITING
        gone = self.reason(state.recalled.because) if state.recalled and one is None else ""
        day = (state.recalled.recorded if state.recalled and one is None else shown.since or shown.version.recorded)[:10]
        author, mine = self.lines.name(shown.version.author), shown.version.author == self._request.reader.member
        named = (self.title(shown), self.lines.code(dossier))
        counts = (len(shown.approvers), shown.needed)
        tag = (f"public.state.{stage}", _TONES.get(stage, ""))
        return StateLine(state.ident, dossier, state.kind, *named, *tag, *counts, day, author, mine, shown.version.ref, gone)

    def approvers(self, one: Read) -> list[str]:
        return [self.lines.name(member) for member in one.approvers]

    def history(self, state: PublicState) -> list[EventLine]:
        """Everything that was done with a card, the newest first. Hours are what each device said."""
        found = []
        for one in state.versions:
            version, name = one.version, self.lines.name
            found.append(EventLine(version.recorded, "public.event.proposed", name(version.author), version.ref))
            for member, hour in one.approvers.items():
                found.append(EventLine(hour, "public.event.approved", name(member), version.ref))
        for gone in state.recalls:
            found.append(EventLine(gone.recorded, "public.event.recalled", self.lines.name(gone.member), b"", self.reason(gone.because)))
        return sorted(found, key=lambda event: (event.hour, _ORDER.index(event.what)), reverse=True)


def told(statement: Statement) -> list[Told]:
    return [Told(language, statement.titles.get(language, ""), statement.texts.get(language, "")) for language in LANGUAGES]


def facts_of(statement: Statement, lists: Any, language: str) -> list[tuple[str, str]]:
    """Outcome, ground and demand of a statement in words: keys of their labels, and what they say."""
    named = (("outcome", "recognition-statuses"), ("ground", "recognition-grounds"), ("demand", "recognition-demands"))
    found = [(f"public.statement.{name}", lists[ref].name_of(getattr(statement, name), language)) for name, ref in named]
    return [(key, text) for key, text in found if text]


def looks_of(cards: CardLines, one: Read) -> list[tuple[str, str, Sequence[tuple[str, str]]]]:
    """Fields that each approval names by itself: the field, its name, its values."""
    if one.card is None:
        return []
    return [(field, cards.label(field), [cards.said(value) for value in one.card.all(field)]) for field in sorted(one.looks)]

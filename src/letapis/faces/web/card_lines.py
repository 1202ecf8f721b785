"""A public card as pages of the desk show it: what the public will see in each language, and what differs from what is public now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from letapis.core.cards import NAME, PHOTO
from letapis.core.language import LANGUAGES
from letapis.core.public_diff import SAME, Difference, differences
from letapis.core.public_words import PublicWords
from letapis.core.published import Card, CardValue, Statement
from letapis.desk.cards import Hint
from letapis.faces.web.card_told import Teller
from letapis.faces.web.lines import Lines

_TONES = {"comes": "good", "goes": "bad", "other": "warn", "same": ""}


@dataclass(frozen=True)
class FieldLine:
    """One field as the public reads it: its name, and each value with its days."""

    label: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Seen:
    """A card in one language: the name as heading, or that nobody is named and what that means; then groups of fields with their names."""

    language: str
    heading: str
    unnamed: str
    groups: tuple[tuple[str, tuple[FieldLine, ...]], ...]


@dataclass(frozen=True)
class ChangeLine:
    """One field beside what is public now. ``what`` is the key of a text, ``language`` empty where the field has one form for all; ``told``:
    who could have told us what it would say."""

    field: str
    label: str
    language: str
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    what: str
    tone: str
    told: tuple[Teller, ...]


Told = Mapping[tuple[str, str], tuple[Teller, ...]]
"""Who could have told the values of a field in a language."""


class CardLines:
    """Words of cards for one request. ``statements``: those that a card may name, by their id."""

    def __init__(self, request: Any, statements: Mapping[str, Statement] | None = None) -> None:
        known = request.desk.catalogue
        self._publication, self._own = known.publication, request.language
        self._words: PublicWords = known.public_words
        self._statements = statements or {}

    def label(self, field: str) -> str:
        return self._words.label(field, self._own)

    def group(self, group: str) -> str:
        return str(self._publication.groups[group][self._own])

    def said(self, value: CardValue, language: str = "") -> tuple[str, str]:
        """A value and its days."""
        asked = language or self._own
        if value.field == "statement" and value.value in self._statements:
            titles = self._statements[value.value].titles
            return titles.get(asked) or next(iter(titles.values()), value.value), self._words.when(value, asked)
        if value.field == "statement":  # a colleague's card may name one that has not come to this device yet
            return self._words.texts.say("public.statement_elsewhere", asked), self._words.when(value, asked)
        if value.field == PHOTO:  # The picture itself stands beside the values.
            return self._words.texts.say("public.photo_below", asked), ""
        return self._words.value(value, asked), self._words.when(value, asked)

    def seen(self, card: Card) -> list[Seen]:
        """The card as the public will see it, in each language."""
        return [self._seen(card, language) for language in LANGUAGES]

    def _seen(self, card: Card, language: str) -> Seen:
        groups = []
        for group, label in self._publication.groups.items():
            fields = [one for one in self._publication.fields.values() if one.group == group and one.id not in (NAME, PHOTO)]
            lines = [(one, self._of(card, one.id, language)) for one in fields]
            shown = tuple(FieldLine(one.label[language], values) for one, values in lines if values)
            if shown:
                groups.append((label[language], shown))
        say = self._words.texts.say
        heading = card.first("name", language) if card.named else say("public.unnamed", language)
        return Seen(language, heading, "" if card.named else say("public.unnamed_means", language), tuple(groups))

    def _of(self, card: Card, field: str, language: str) -> tuple[tuple[str, str], ...]:
        """The values of a field; of one with a form in each language that form, or any where there is none."""
        found = card.all(field)
        own = [one for one in found if one.language in ("", language)] or list(found[:1])
        return tuple(self.said(one, language) for one in own)

    def changes(self, before: Card | None, after: Card | None, told: Told) -> tuple[list[ChangeLine], list[ChangeLine]]:
        """What would become other, and what stays as it is."""
        found = differences(before, after, self._publication.fields)
        return [self._change(one, told) for one in found if one.what != SAME], [self._change(one, told) for one in found if one.what == SAME]

    def _change(self, one: Difference, told: Told) -> ChangeLine:
        before, after = (self._each(values) for values in (one.before, one.after))
        who = told.get((one.field, one.language), ())
        return ChangeLine(one.field, self.label(one.field), one.language, before, after, f"public.change.{one.what}", _TONES[one.what], who)

    def _each(self, values: Sequence[CardValue]) -> tuple[tuple[str, str], ...]:
        return tuple(self.said(one, one.language) for one in values)


def hints(lines: Lines, shown: CardLines, found: Iterable[Hint]) -> list[tuple[str, str]]:
    """What an approver has to see: the sentence, and the field it is about."""
    return [(lines.say(f"cards.hint.{one.key}"), shown.label(one.field) if one.field else "") for one in found]

"""A value of a public card in words, the same on every page that shows it: before it leaves, and where it is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from letapis.core import date_words
from letapis.core.article_text import split_code
from letapis.core.dates import is_partial_date
from letapis.core.language import Texts
from letapis.core.publication import Publication, PublicField
from letapis.core.published import CardValue
from letapis.core.reference import ReferenceList
from letapis.core.showing import show_value
from letapis.core.vocabulary import ValueFault, Vocabulary

_LISTS: Final = {
    "outcome": "recognition-statuses",
    "ground": "recognition-grounds",
    "demand": "recognition-demands",
    "release_kind": "release-kinds",
    "court": "courts",
}
"""Lists whose codes the values of a field are, where no fact of the vocabulary knows them."""
_CODES: Final = ("criminal-code", "administrative-code")
_OF_THE_PAST: Final = "CAO2003"


@dataclass(frozen=True)
class PublicWords:
    """What the words are taken from. ``places``: names of places of detention, services and courts by code, in every language."""

    publication: Publication
    vocabulary: Vocabulary
    reference: Mapping[str, ReferenceList]
    places: Mapping[str, Mapping[str, str]]
    texts: Texts

    def label(self, field: str, language: str) -> str:
        """The name of a field; one of a newer table is named by its key."""
        known = self.publication.fields.get(field)
        return known.label[language] if known else field

    def value(self, value: CardValue, language: str) -> str:
        """The value alone, without its days; what these tables do not know stands for itself."""
        known = self.publication.fields.get(value.field)
        if known is None:
            return value.value
        if known.kind == "day":
            return self._day(value, language)
        if known.kind == "flag":
            return self.texts.say("vocabulary.yes" if value.value == "yes" else "vocabulary.no", language)
        if known.kind == "article":
            return self._article(value.value, language)
        if known.kind == "photo":
            return self.texts.say("public.photo", language)
        if known.kind == "place":
            return self.places[value.value][language] if value.value in self.places else value.value
        return self._listed(known, value.value, language)

    def when(self, value: CardValue, language: str) -> str:
        """Since and until of a value in words; empty where it carries neither."""
        if value.since and value.until:
            since, until = (date_words.show(day, language) if is_partial_date(day) else day for day in (value.since, value.until))
            return f"{since} – {until}" if since != until else since
        since, until = (date_words.of(day, language) if is_partial_date(day) else day for day in (value.since, value.until))
        return self.texts.say("public.since", language, day=since) if since else self.texts.say("public.until", language, day=until) if until else ""

    def _day(self, value: CardValue, language: str) -> str:
        shown = date_words.show(value.value, language) if is_partial_date(value.value) else value.value
        key = f"claims.certainty.{value.certainty}"
        return f"{self.texts.say(key, language)} {shown}" if value.certainty and key in self.texts else shown

    def _article(self, text: str, language: str) -> str:
        """``342(1) CC: Organisation of …``; of an article that the list of the codes does not know its number alone."""
        code, number, part = split_code(text)
        if not code:
            return text
        known = self.reference["codes"].entries.get(code)
        short = known.more.get("abbr", {}).get(language, code) if known else code
        shown = self.texts.say("public.article_part" if part else "public.article", language, number=number, part=part, code=short)
        title = self.title(code, number, language)
        return f"{shown}: {title}" if title else shown

    def title(self, code: str, number: str, language: str) -> str:
        for name in _CODES:
            for entry in self.reference[name].entries.values():
                if entry.more.get("code_of_law") == code and entry.code == number:
                    return entry.label[language]
                if code == _OF_THE_PAST and entry.more.get("was") == number:
                    return entry.label[language]
        return ""

    def _listed(self, field: PublicField, text: str, language: str) -> str:
        name = _LISTS.get(field.id)
        if name is not None:
            return self.reference[name].name_of(text, language)
        if field.kind not in ("code", "number") or not field.facts:
            return text
        try:
            fact = self.vocabulary.fact(field.facts[0])
            return show_value(fact, self.vocabulary.parse_value(field.facts[0], text), language, self.texts)
        except ValueFault:
            return text

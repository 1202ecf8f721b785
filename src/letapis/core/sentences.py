"""Plain sentences for claims, as the narrative of a filing prints them, in a language that has templates.

Templates are data; this module only fills them in.

A template is a clause without capital and full stop, so that it reads alike as a finding and after "The source reports that". A claim
that is checked but not verified is written as what the source reports. The caller passes the label of the person, because what may
be named is decided there. Where names would have to be declined, a clause opens with the name and a colon: what follows stands alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from letapis.core import date_words
from letapis.core.plurals import plural
from letapis.core.vocabulary import Fact, FactType, Value, canonical_value

_OPENING: Final = "{person}: "
_IDENTIFIED: Final = frozenset({"mechanism", "scope"})
NOTHING: Final = "none"
"""The member that says that there is none: its words are those of an empty list."""


class Attribution(StrEnum):
    """In whose mouth a sentence is put."""

    SOURCE_REPORTS = "source_reports"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Template:
    """Clauses of one property: ``yes``/``no`` for a bool, ``text`` for other types, ``none`` where there is none: an empty list, nought.

    ``members`` words a member; ``prefixes`` words a code by its first word (``CC1999 342(1)``), with ``{rest}`` for what follows.
    """

    text: str
    yes: str
    no: str
    none: str
    members: Mapping[str, str]
    prefixes: Mapping[str, str]


@dataclass(frozen=True)
class Templates:
    """Templates of one language by property, the fallback by type, and the words around a clause: the first of them, and others for an
    account that goes on. ``joined``: the word before the last of several; ``units``: the words of a unit by plural form; ``countries``: names
    by their code; ``names``: those of bodies and uses of consent, by their identifier."""

    language: str
    joined: str
    units: Mapping[str, Mapping[str, str]]
    countries: Mapping[str, str]
    by_fact: Mapping[str, Template]
    fallback: Mapping[str, Template]
    attribution: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]


def read_templates(table: Mapping[str, Any], language: str, names: Mapping[str, str]) -> Templates:
    """Templates from the parsed file of one language, with the names in it of what lists call by an identifier."""

    def read(entry: Mapping[str, Any]) -> Template:
        text, yes, no, none = (entry.get(key, "") for key in ("text", "yes", "no", "none"))
        return Template(text, yes, no, none, entry.get("members", {}), entry.get("prefixes", {}))

    return Templates(
        language=language,
        joined=table["words"]["and"],
        units=table.get("units", {}),
        countries=table.get("countries", {}),
        by_fact={name: read(entry) for name, entry in table["facts"].items()},
        fallback={name: read(entry) for name, entry in table["fallback"].items()},
        attribution={voice: tuple(words) for voice, words in table["attribution"].items()},
        names=names,
    )


def sentence(
    templates: Templates,
    fact: Fact,
    value: Value,
    valid_from: str,
    person_label: str,
    attribution: Attribution,
    turn: int = 0,
    *,
    named: bool = True,
) -> str:
    """One sentence that says this value of this property about this person.

    ``valid_from`` is a partial date or empty; it follows the clause, except where the value itself is a date. ``turn`` counts sentences
    of an account, so that the same words do not open each of them. ``named`` is false in a document about this person alone: a name that
    only opens a clause is left out there.
    """
    template = templates.by_fact.get(fact.id)
    pattern = _pattern(template, value) if template else ""
    if not pattern:
        pattern = _pattern(templates.fallback[fact.type], value)
    language = templates.language
    parts = {"person": person_label, "value": _words(templates, template, fact, value), "label": _small(fact.label[language])}
    if fact.type is FactType.DATE and isinstance(value, str):
        parts["date"] = date_words.preposition(value, language)
    elif valid_from:
        pattern += f" ({date_words.show(valid_from, language)})"
    opening = f"{person_label[:1].upper()}{person_label[1:]}: " if named and pattern.startswith(_OPENING) else ""
    clause = _fill(pattern.removeprefix(_OPENING), parts)
    voices = templates.attribution[attribution]
    voice = voices[turn % len(voices)]
    if voice == "{clause}":
        clause = opening + clause if opening else clause[:1].upper() + clause[1:]
    else:
        clause = (opening + voice[:1].lower() + voice[1:] if opening else voice).replace("{clause}", clause)
    return clause if clause.endswith((".", "!", "?")) else f"{clause}."


def _pattern(template: Template, value: Value) -> str:
    if isinstance(value, bool):
        return template.yes if value else template.no
    return template.none if template.none and value in ((), NOTHING, 0) else template.text


def _fill(pattern: str, parts: Mapping[str, str]) -> str:
    """Placeholders are replaced in one pass, so that braces in a value are only text."""
    out, rest = [], pattern
    while rest:
        before, brace, after = rest.partition("{")
        out.append(before)
        if not brace:
            break
        name, _, rest = after.partition("}")
        out.append(parts[name])
    return "".join(out)


def _words(templates: Templates, template: Template | None, fact: Fact, value: Value) -> str:
    """The value as it stands inside a clause: members in the words of the template, else their labels; numbers with their unit."""
    language = templates.language
    if isinstance(value, tuple):
        words = [_member(templates, template, fact, key) for key in value]
        return _joined(templates, words)
    if isinstance(value, str) and (fact.type is FactType.ENUM or fact.names_country):
        return _member(templates, template, fact, value)
    if fact.type is FactType.DATE and isinstance(value, str):
        return date_words.show(value, language)
    return _number(templates, fact, value) if fact.type is FactType.NUMBER else canonical_value(value)


def _joined(templates: Templates, words: Sequence[str]) -> str:
    """Words as a list; in Belarusian a short «ў» begins the word after «і»."""
    if len(words) < 2:
        return "".join(words)
    last = "ў" + words[-1][1:] if templates.language == "be" and words[-1].startswith("у") else words[-1]
    return f"{', '.join(words[:-1])} {templates.joined} {last}"


def _number(templates: Templates, fact: Fact, value: Value) -> str:
    text = canonical_value(value)
    if templates.language != "en":
        text = text.replace(".", ",")
    if fact.unit == "count":
        return text
    return f"{text} {templates.units[fact.unit][_form(templates.language, value)]}" if fact.unit else text


def _form(language: str, value: Value) -> str:
    """A fraction has a form of its own in Belarusian and Russian («2,5 дня»), that of many in English."""
    return plural(language, value) if isinstance(value, int) else "other"


def _member(templates: Templates, template: Template | None, fact: Fact, key: str) -> str:
    if fact.names_country:
        return templates.countries.get(key, key)
    if template and key in template.members:
        return template.members[key]
    if fact.items in _IDENTIFIED:
        name = templates.names.get(key, key)
        return _small(name) if fact.items == "scope" else name
    prefix, _, rest = key.partition(" ")
    if template and rest and prefix in template.prefixes:
        return template.prefixes[prefix].replace("{rest}", rest)
    member = fact.member(key)
    return _small(member.label[templates.language]) if member else key


def _small(label: str) -> str:
    """A label in the middle of a clause; abbreviations keep their capitals."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]

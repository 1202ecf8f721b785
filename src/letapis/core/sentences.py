"""Plain sentences for claims, as the narrative of a filing prints them, in a language that has templates.

Templates are data; this module only fills them in.

A template is a clause without capital and full stop, so that it reads alike as a finding and after "The source reports that". A claim
that is checked but not verified is written as what the source reports. The caller passes the label of the person, because what may
be named is decided there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from letapis.core import date_words
from letapis.core.plurals import plural
from letapis.core.vocabulary import Fact, FactType, Value, canonical_value


class Attribution(StrEnum):
    """In whose mouth a sentence is put."""

    SOURCE_REPORTS = "source_reports"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Template:
    """Clauses of one property: ``yes``/``no`` for a bool, ``text`` for other types, ``none`` for an empty list.

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
    by their code."""

    language: str
    joined: str
    units: Mapping[str, Mapping[str, str]]
    countries: Mapping[str, str]
    by_fact: Mapping[str, Template]
    fallback: Mapping[str, Template]
    attribution: Mapping[str, tuple[str, ...]]


def read_templates(table: Mapping[str, Any], language: str) -> Templates:
    """Templates from the parsed file of one language."""

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
    )


def sentence(
    templates: Templates, fact: Fact, value: Value, valid_from: str, person_label: str, attribution: Attribution, turn: int = 0
) -> str:
    """One sentence that says this value of this property about this person.

    ``valid_from`` is a partial date or empty; it follows the clause, except where the value itself is a date. ``turn`` counts sentences
    of an account, so that the same words do not open each of them.
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
    clause = _fill(pattern, parts)
    if attribution is Attribution.FINDING:
        clause = clause[0].upper() + clause[1:]
    stop = "" if clause.endswith((".", "!", "?")) else "."
    voices = templates.attribution[attribution]
    return voices[turn % len(voices)].replace("{clause}", clause) + stop


def _pattern(template: Template, value: Value) -> str:
    if isinstance(value, bool):
        return template.yes if value else template.no
    return template.none if value == () else template.text


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
        return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {templates.joined} {words[-1]}" if words else ""
    if isinstance(value, str) and (fact.type is FactType.ENUM or fact.names_country):
        return _member(templates, template, fact, value)
    if fact.type is FactType.DATE and isinstance(value, str):
        return date_words.show(value, language)
    return _number(templates, fact, value) if fact.type is FactType.NUMBER else canonical_value(value)


def _number(templates: Templates, fact: Fact, value: Value) -> str:
    text = canonical_value(value)
    if templates.language != "en":
        text = text.replace(".", ",")
    if fact.unit == "count":
        return text
    return f"{text} {templates.units[fact.unit][_form(templates.language, value)]}" if fact.unit else text


def _form(language: str, value: Value) -> str:
    """A fraction goes with the form of few in Belarusian and Russian («2,5 гадзіны»), with that of many in English."""
    if isinstance(value, int):
        return plural(language, value)
    return "other" if language == "en" else "few"


def _member(templates: Templates, template: Template | None, fact: Fact, key: str) -> str:
    if fact.names_country:
        return templates.countries.get(key, key)
    if template and key in template.members:
        return template.members[key]
    prefix, _, rest = key.partition(" ")
    if template and rest and prefix in template.prefixes:
        return template.prefixes[prefix].replace("{rest}", rest)
    member = fact.member(key)
    return _small(member.label[templates.language]) if member else key


def _small(label: str) -> str:
    """A label in the middle of a clause; abbreviations keep their capitals."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]

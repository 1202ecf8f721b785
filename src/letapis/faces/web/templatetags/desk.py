"""Tags that every template of the desk may use without loading them.

What they return is escaped by the template like any other text: nothing here marks a string as safe.
"""

from typing import Any

from django import template
from django.template.context import Context

from letapis.core import date_words
from letapis.core.dates import is_partial_date
from letapis.faces.texts import texts
from letapis.faces.web.choosing import FEW

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: Context, key: str, **parts: object) -> str:
    """``{% t "sources.title" %}``, ``{% t "sources.count" count=3 %}``: a text in the reader's language. KeyError for an unknown key."""
    return texts().say(key, context["language"], **parts)


@register.simple_tag(takes_context=True)
def label(context: Context, table: Any) -> str:
    """``{% label mechanism.label %}``: the reader's language out of a table en/be/ru that a data file brought."""
    return str(table[context["language"]])


@register.filter
def are_many(people: Any) -> bool:
    """Whether these are too many for a list of names."""
    return len(people) > FEW


@register.filter
def hexid(value: bytes) -> str:
    """Sixteen random bytes as an address shows them."""
    return bytes(value).hex()


@register.filter
def short_id(value: bytes) -> str:
    """The first eight digits, for people to tell two things apart; addresses use ``hexid``."""
    return bytes(value).hex()[:8]


@register.filter
def partial_date(value: str, language: str) -> str:
    """``2020-08`` as ``August 2020``; a text that is no date is shown as it stands, and nothing is invented."""
    return date_words.show(value, language) if is_partial_date(value) else value


@register.filter
def moment(value: str, language: str) -> str:
    """The day of a recorded time such as ``2026-11-25T10:00:00Z``; the hour at which a colleague works is nobody's business."""
    return partial_date(value[:10], language)


@register.simple_tag(takes_context=True)
def notice_text(context: Context, key: str, counts: dict[str, int]) -> str:
    """A waiting notice: the key of a text and its counts."""
    return texts().say(key, context["language"], **counts)


@register.simple_tag
def language_name(language: str) -> str:
    """A language named in itself, whatever the language of the page."""
    return texts().say(f"web.language.{language}", language)

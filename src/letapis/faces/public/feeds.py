"""The feed of changes (Atom, RFC 4287) and the calendar of birthdays (RFC 5545). There is no RSS: every reader of feeds reads Atom."""

from collections.abc import Iterable
from datetime import date

from letapis.core import ics
from letapis.core.published import REMOVED
from letapis.faces.public.front import News
from letapis.faces.public.html import Html, el, many, void
from letapis.faces.public.links import person_path
from letapis.faces.public.people import Born
from letapis.faces.public.person_page import changed
from letapis.faces.public.words import Words


def atom(words: Words, day: str, news: Iterable[News]) -> bytes:
    """The latest lines of the log. A card that is gone has no name in it, also not in the lines of before."""
    base = f"{words.constant.address}{words.language}/"
    head = [
        el("title", f"{words.constant.organisation}: {words.say('menu.changes')}"),
        el("id", f"{base}changes.xml"),
        el("updated", f"{day}T00:00:00Z"),
        el("author", el("name", words.constant.organisation)),
        _void("link", rel="self", href=f"{base}changes.xml"),
        _void("link", rel="alternate", type="text/html", href=f"{base}changes.html"),
    ]
    body = many((*head, *(_entry(words, base, one) for one in news)))
    return f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{words.language}">{body}</feed>\n'.encode()


def _void(name: str, **attributes: str | None) -> Html:
    return Html(void(name, **attributes)[:-1] + "/>")


def _entry(words: Words, base: str, one: News) -> Html:
    if one.person is not None:
        title, target = words.name(one.person.names), person_path(one.person.short)
    else:
        title, target = words.say("a_card") if one.change.what == REMOVED else words.say("unnamed"), "changes.html"
    parts = [el("title", title), el("id", f"{base}changes.xml#{one.number}"), el("updated", f"{one.change.day}T00:00:00Z")]
    return el("entry", *parts, _void("link", rel="alternate", type="text/html", href=f"{base}{target}"), el("summary", changed(words, one.change)))


def birthdays(words: Words, found: Iterable[tuple[date, Born]], made: date) -> bytes:
    """Birthdays of a year to come as a calendar."""
    said = words.say("birthday")
    entries = [ics.Entry(one.card.encode(), day, "", f"{words.name(one.names)}: {said}") for day, one in found]
    return ics.calendar(entries, made).encode("utf-8", "replace")

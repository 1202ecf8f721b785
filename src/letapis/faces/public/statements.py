"""The archive of public statements: what was decided, why, what is demanded, who signed, and whom it names."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from letapis.core.public_viasna import SHORT
from letapis.core.published import Statement
from letapis.faces.public.frame import page, to
from letapis.faces.public.html import Html, el, escaped, link, many, paragraphs, rows, weigh
from letapis.faces.public.links import part_path, statement_path
from letapis.faces.public.lists import name_rows
from letapis.faces.public.parts import Cut, Part, titled, ways
from letapis.faces.public.words import Words

_ARCHIVE: Final = 150
_ROOM: Final = 30_000
"""Titles of statements on a page of the archive, in bytes."""


@dataclass(frozen=True)
class StatementPart:
    """One page of a statement with some of the named persons whom it names; its words stand on the first."""

    statement: Statement
    part: Part


def statement_page(words: Words, part: StatementPart) -> bytes:
    one, some = part.statement, part.part
    path = statement_path(one, some.mark)
    body = [] if some.mark else [_told(words, one), el("section", paragraphs_of(words, one))]
    if some.things:
        further = ways(words, statement_path(one).removesuffix(".html"), some)
        body.append(el("section", el("h2", words.say("statement.people")), name_rows(words, path, some.things), further))
    back = el("p", link(to(path, "statements/index.html"), words.say("statement.others")))
    other = statement_path(one) if some.mark else ""
    return page(words, path, titled(words.title(one), some), *body, back, lead=words.day(one.day), other=other)


def paragraphs_of(words: Words, one: Statement) -> Html:
    """The text in this language, or in the first that it has."""
    if words.language in one.texts or not one.texts:
        return paragraphs(one.texts.get(words.language, ""))
    language, text = next(iter(one.texts.items()))
    return many((el("p", words.say("statement.other_language"), class_="quiet"), el("div", paragraphs(text), lang=language)))


def _told(words: Words, one: Statement) -> Html:
    told = [(words.label("outcome"), words.listed("recognition-statuses", one.outcome))]
    told += [(words.label("ground"), words.listed("recognition-grounds", one.ground))] if one.ground else []
    told += [(words.label("demand"), words.listed("recognition-demands", one.demand))] if one.demand else []
    told += [(words.say("signed"), Html("; ".join(map(escaped, one.signatories))))]
    told += [(words.say("statement.link"), el("code", one.link))] if one.link else []
    return rows(told)


def archive_cut(words: Words) -> Cut[Statement]:
    """How the archive is cut: a page says from which day to which its statements are."""
    number: Callable[[Statement], str] = attrgetter("statement")
    return Cut(_ARCHIVE, _ROOM, _weight, number, lambda one: one.statement[:SHORT], lambda first, last: (words.day(first.day), words.day(last.day)))


def _weight(one: Statement) -> int:
    return max(map(weigh, one.titles.values()), default=0)


def archive(words: Words, part: Part) -> bytes:
    """Statements, the newest first."""
    path, some = part_path("statements/index", part.mark), part.things
    lines = [el("li", link(to(path, statement_path(one)), words.title(one)), " ", el("span", words.day(one.day))) for one in some]
    told = el("ul", *lines, class_="people") if lines else el("p", words.say("statements.none"))
    lead = Html() if part.mark else words.say("statements.lead")
    title = titled(words.say("menu.statements"), part)
    return page(words, path, title, told, ways(words, "statements/index", part), lead=lead)

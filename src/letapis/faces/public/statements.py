"""The archive of public statements: what was decided, why, what is demanded, who signed, and whom it names."""

from dataclasses import dataclass

from letapis.core.published import Statement
from letapis.faces.public.frame import page, to
from letapis.faces.public.html import Html, el, escaped, link, many, paragraphs, rows
from letapis.faces.public.links import numbered, statement_path
from letapis.faces.public.lists import name_rows, pages
from letapis.faces.public.people import Line
from letapis.faces.public.words import Words

ARCHIVE = 150


@dataclass(frozen=True)
class StatementPart:
    """One page of a statement; the words stand on the first."""

    statement: Statement
    number: int
    parts: int
    people: tuple[Line, ...]


def statement_page(words: Words, part: StatementPart) -> bytes:
    one = part.statement
    path = statement_path(one, part.number)
    body = [_told(words, one), el("section", paragraphs_of(words, one))] if part.number == 1 else []
    if part.people:
        ways = pages(words, statement_path(one).removesuffix(".html"), part.number, part.parts)
        body.append(el("section", el("h2", words.say("statement.people")), name_rows(words, path, part.people), ways))
    back = el("p", link(to(path, "statements/index.html"), words.say("statement.others")))
    return page(words, path, words.title(one), *body, back, lead=words.day(one.day))


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


def archive(words: Words, some: tuple[Statement, ...], number: int, parts: int) -> bytes:
    """Statements, the newest first."""
    path = numbered("statements/index", number)
    lines = [el("li", link(to(path, statement_path(one)), words.title(one)), " ", el("span", words.day(one.day))) for one in some]
    told = el("ul", *lines, class_="people") if lines else el("p", words.say("statements.none"))
    return page(words, path, words.say("menu.statements"), told, pages(words, "statements/index", number, parts), lead=words.say("statements.lead"))

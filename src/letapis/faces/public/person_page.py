"""The page of a person: who it is, whether they are held, why they are recognised, what happened, where to write, what changed here."""

from collections.abc import Iterable
from typing import Final

from letapis.core.dates import is_partial_date, sort_key
from letapis.core.public_custody import DIED, HELD, RELEASED
from letapis.core.published import REMOVED, Change
from letapis.faces.public.frame import page, to
from letapis.faces.public.html import Html, el, escaped, link, many, paragraphs, rows, table, void
from letapis.faces.public.links import person_path, place_path, statement_path
from letapis.faces.public.people import Person
from letapis.faces.public.words import Words

_WHO: Final = ("sex", "birth_date", "minor", "profession")
_CASE: Final = ("court", "judge", "penalty", "regime", "months", "base_values", "term_start", "terrorist_list", "group_case")
_HAPPENED: Final = ("detained", "verdict", "appeal", "recognised", "released")
_OVER: Final = frozenset({RELEASED, DIED})
_LOG: Final = 30
_BY_PLACE: Final = 4


def person_page(words: Words, person: Person) -> bytes:
    path = person_path(person.short)
    parts = [_status(words, person), _photo(words, person), _who(words, person), _recognition(words, path, person), _course(words, path, person)]
    parts += [_case(words, person), _letters(words, path, person), _about(words, person), _log(words, path, person)]
    return page(words, path, words.named(person.names), *parts)


def status_line(words: Words, person: Person) -> Html:
    """The first thing to know, in one line."""
    since = person.detained if person.status == HELD else ""
    told = words.say(f"person.{person.status}")
    return Html(f"{told}, {words.say('since', day=words.day_of(since))}") if since else told


def _status(words: Words, person: Person) -> Html:
    return el("p", el("strong", status_line(words, person)), class_=f"status {person.custody}")


def _photo(words: Words, person: Person) -> Html:
    if not person.pictured:
        return Html()
    return void("img", src=f"../../photos/{person.short}.jpg", alt=words.say("photo_of", name=words.name(person.names)), class_="photo", width="180")


def _who(words: Words, person: Person) -> Html:
    # Belarusian and Russian often write a name alike: a form stands once.
    forms = {one.value: one for one in reversed(person.names) if one.value != words.name(person.names)}
    others = [el("bdi", one.value, lang=one.language or None) for one in reversed(forms.values())]
    told = [(words.say("other_names"), Html("; ".join(others)))] if others else []
    return rows([*told, *_fields(words, person, _WHO)])


def _fields(words: Words, person: Person, fields: Iterable[str]) -> Iterable[tuple[str, str]]:
    for field in fields:
        values = words.spoken(person.card, field) if field in person.fields else ()
        if values:
            yield words.label(field), Html("; ".join(words.dated(one) for one in values))


def _section(heading: str, *inside: str) -> Html:
    """A part of the page; none where it would be empty."""
    told = [one for one in inside if one]
    return el("section", el("h2", heading), *told) if told else Html()


def _recognition(words: Words, path: str, person: Person) -> Html:
    told = list(_fields(words, person, ("outcome", "recognised", "ground", "demand")))
    statement = person.statement
    if statement is not None:
        named = Html(f"{link(to(path, statement_path(statement)), words.title(statement))}, {words.day(statement.day)}")
        told += [(words.label("statement"), named), (words.say("signed"), Html("; ".join(map(escaped, statement.signatories))))]
    return _section(words.say("recognition"), rows(told))


def _course(words: Words, path: str, person: Person) -> Html:
    """What happened, by day, and the months in custody as squares; the table says everything that the squares show."""
    lines = sorted(_events(words, path, person), key=lambda line: line[0])
    if not lines:
        return Html()
    body = [(words.day(day) if day else words.say("day_unknown"), told) for _, day, told in lines]
    return _section(words.say("course"), table((words.say("day"), words.say("what")), body), months(words, person))


def _events(words: Words, path: str, person: Person) -> Iterable[tuple[tuple[str, str], str, Html]]:
    card = person.card
    outcome = next((words.value(one) for one in card.all("outcome")), Html())
    for field in _HAPPENED:
        for one in card.all(field):
            sure = Html(f" ({words.value(one)})") if one.certainty not in ("", "exact") else Html()
            told = outcome if field == "recognised" and outcome else words.label(field)
            yield _at(one.value), one.value, Html(f"{told}{sure}")
    for one in card.all("place"):
        told = Html(f"{words.label('place')}: {link(to(path, place_path(one.value)), words.place(one.value))}")
        until = Html(f" ({words.say('until', day=words.day_of(one.until))})") if one.until else Html()
        yield _at(one.since), one.since, Html(told + until)
    for one in card.all("died"):
        yield _at(one.since), one.since, words.label("died") if one.value == "yes" else Html(f"{words.label('died')}: {words.value(one)}")
    for one in card.all("release_kind"):
        last = max((day.value for day in card.all("released") if is_partial_date(day.value)), default="", key=sort_key)
        yield _at(last), last, Html(f"{words.label('release_kind')}: {words.value(one)}")


def _at(day: str) -> tuple[str, str]:
    return sort_key(day) if is_partial_date(day) else ("9999-99-99", day)


def months(words: Words, person: Person) -> Html:
    """A square for each month, twelve to a year; those in custody are filled."""
    held = frozenset(person.held_months)
    if not held:
        return Html()
    first, last = min(held)[0], max(held)[0]
    squares = {True: '<i class="in"></i>', False: "<i></i>"}
    lines = [f"<div><b>{year}</b>{''.join(squares[(year, month) in held] for month in range(1, 13))}</div>" for year in range(first, last + 1)]
    told = words.say("months_told", months=len(held), day=words.day(person.entry.changed))
    return el("figure", Html(f'<div class="months" aria-hidden="true">{"".join(lines)}</div>'), el("figcaption", told))


def _case(words: Words, person: Person) -> Html:
    articles = [el("li", words.dated(one)) for one in person.card.all("article")]
    charged = many((el("h3", words.label("article")), el("ul", *articles))) if articles else Html()
    return _section(words.say("case"), charged, rows(_fields(words, person, _CASE)))


def _letters(words: Words, path: str, person: Person) -> Html:
    """Where to write to somebody inside. Of who was released or died nothing: what was said of letters then would send one there now."""
    if person.custody in _OVER:
        return Html()
    card = person.card
    told: list[tuple[str, str]] = [(words.label("letters_accepted"), words.dated(one)) for one in card.all("letters_accepted")]
    if person.write_to:
        lines = [el("p", words.place(card.first("write_to"))), *(el("p", one) for one in words.addresses(person.write_to))]
        told.append((words.label("write_to"), many(lines)))
    told += _fields(words, person, ("interests",))
    parts = [rows(told)]
    where = card.first("write_to") or person.place
    if person.custody == HELD and where:
        parts.append(el("ul", *(words.advised(one) for one in words.advice(where)[:_BY_PLACE])))
        parts.append(el("p", link(to(path, place_path(where)), words.say("before_writing", place=words.place(where)))))
    return _section(words.say("letters"), *parts)


def _about(words: Words, person: Person) -> Html:
    told = [el("div", paragraphs(one.value), lang=one.language or None) for one in words.spoken(person.card, "about")]
    interests = rows(_fields(words, person, ("interests",))) if person.custody in _OVER else ""
    return _section(words.label("about"), *told, interests)


def _log(words: Words, path: str, person: Person) -> Html:
    """When the card came and changed, and how to say that something is wrong."""
    lines = [el("li", words.day(one.day), ": ", changed(words, one)) for one in person.log[-_LOG:][::-1]]
    wrong = el("p", words.say("wrong", link=link(to(path, "corrections.html"), words.say("wrong_link")), number=el("code", person.short)))
    return _section(words.say("card"), el("ul", *lines), wrong)


def changed(words: Words, change: Change) -> Html:
    """What a line of the log says of a card."""
    said = words.say(f"line.{change.what}")
    if change.what == REMOVED:
        reason = words.constant.catalogue.publication.recalls.get(change.because)
        return Html(f"{said}: {escaped(reason[words.language] if reason else change.because)}")
    fields = ", ".join(words.label(one) for one in change.fields)
    return Html(f"{said}: {fields}") if fields else said

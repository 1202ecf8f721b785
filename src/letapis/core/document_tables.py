"""Tables of a document beside its chronology: the persons it speaks of, and the sources it stands on with their grades."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from letapis.core import date_words
from letapis.core.accounts import Line, Speaker
from letapis.core.brief import Block, Cell, Sentence, Table, clean, ranges
from letapis.core.command import Span, Truth, end_of
from letapis.core.dates import Certainty, bounds


@dataclass(frozen=True, slots=True)
class Graded:
    """A source as a document names it: what kind of source, its grade in words, how many of the statements used are its own, and the
    annexes they stand in, and whether these may be disclosed. Never its code name."""

    kind: str
    grade: str
    statements: int
    annexes: tuple[int, ...]
    open: bool = True


def persons_table(speaker: Speaker, lines: Sequence[Line], profile: Collection[str], told: Sequence[Line]) -> list[Block]:
    """A row for each person, by the name or the number that the document gives them: who they are, and ``told``, what happened to them.

    Without ``told`` the table has no third column. A person of whom only the name is known has no row.
    """
    language = speaker.templates.language
    columns = ("person", "profile", "told") if told else ("person", "profile")
    rows: list[tuple[Cell, ...]] = []
    for person in dict.fromkeys(line.person for line in lines):
        beside = speaker.about(person)
        who = beside.sentences(line for line in lines if line.person == person and line.property in profile)
        happened = beside.sentences(line for line in told if line.person == person)
        if who or happened:
            rows.append((clean(person), who, happened) if told else (clean(person), who))
    return [Table(tuple(speaker.texts.say(f"filing.persons.{name}", language) for name in columns), tuple(rows))] if rows else []


def posts_table(speaker: Speaker, posts: Sequence[Sequence[Line]], acts: Sequence[Line]) -> list[Block]:
    """A row for each post: what it was, in which body, from when to when, and which of these dated acts fall into its time. That an act falls
    into it says nothing of who did it."""
    language = speaker.templates.language
    header = tuple(speaker.texts.say(f"filing.posts.{name}", language) for name in ("post", "body", "since", "until", "acts"))
    rows = tuple(_post_row(speaker, lines, acts) for lines in posts if lines)
    return [Table(header, rows)] if rows else []


def _post_row(speaker: Speaker, lines: Sequence[Line], acts: Sequence[Line]) -> tuple[Cell, ...]:
    told = {fact: [line for line in lines if line.property == fact] for fact in ("office.post", "office.body", "office.since", "office.until")}
    span = Span(*(frozenset(end_of(str(one.value), one.certainty) for one in told[fact]) for fact in ("office.since", "office.until")))
    days: dict[str, list[Line]] = {}
    for act in acts:
        day = speaker.day_of(act)
        truth = span.at(bounds(day)) if day else Truth.NOT
        if truth is not Truth.NOT:
            shown = date_words.show(day, speaker.templates.language)
            certain = truth is Truth.CERTAIN
            days.setdefault(shown if certain else speaker.texts.say("filing.posts.maybe", speaker.templates.language, day=shown), []).append(act)
    ends = [line for fact in ("office.since", "office.until") for line in told[fact]]
    cells = [tuple(_said(speaker, told[fact])) for fact in told]
    return (*cells, tuple(speaker.bare([*ends, *some], text) for text, some in days.items()))


def _said(speaker: Speaker, lines: Sequence[Line]) -> Iterator[Sentence]:
    """Each value once, with all claims that say it; a day by which, or on which still, the post was held is not told as its beginning or end."""
    same: dict[tuple[object, str], list[Line]] = {}
    for line in lines:
        same.setdefault((line.value, line.certainty), []).append(line)
    for (value, certainty), some in same.items():
        dated = some[0].property in ("office.since", "office.until") and certainty not in ("", Certainty.EXACT)
        language = speaker.templates.language
        day = date_words.show(str(value), language) if dated else ""
        end = "until" if some[0].property == "office.until" else "since"
        yield speaker.bare(some, speaker.texts.say(f"filing.posts.{end}_{certainty}", language, day=day) if dated else "")


def sources_table(speaker: Speaker, graded: Sequence[Graded]) -> list[Block]:
    """A row for each source, numbered in this document."""
    language = speaker.templates.language
    header = tuple(speaker.texts.say(f"filing.sources.{name}", language) for name in ("source", "grade", "statements", "annexes"))
    rows = tuple(
        (f"{number}. {clean(one.kind)}", clean(one.grade), str(one.statements), ranges(one.annexes))
        for number, one in enumerate(graded, start=1)
    )
    return [Table(header, rows)] if rows else []

"""Tables of a document beside its chronology: the persons it speaks of, and the sources it stands on with their grades."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from letapis.core.accounts import Line, Speaker
from letapis.core.brief import Block, Cell, Table, clean, ranges


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


def sources_table(speaker: Speaker, graded: Sequence[Graded]) -> list[Block]:
    """A row for each source, numbered in this document."""
    language = speaker.templates.language
    header = tuple(speaker.texts.say(f"filing.sources.{name}", language) for name in ("source", "grade", "statements", "annexes"))
    rows = tuple(
        (f"{number}. {clean(one.kind)}", clean(one.grade), str(one.statements), ranges(one.annexes))
        for number, one in enumerate(graded, start=1)
    )
    return [Table(header, rows)] if rows else []

"""Two persons side by side: what is recorded of each, row by row, and in words whether it agrees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.identity_proposals import Proposal
from letapis.core.one_person import SAME
from letapis.core.side_by_side import side_by_side
from letapis.desk import one_person, reading
from letapis.faces.name_words import weighing
from letapis.faces.texts import texts
from letapis.faces.web.lines import Lines

_ROWS: Final = ("name", "birth", "sex", "post", "place", "article", "court", "judge", "verdict", "relative", "list", "page", "source", "dossier")
_UNJUDGED: Final = ("post", "list", "source", "dossier")
"""Rows that are shown and say neither: two lists, two sources or two posts are no sign of two people."""
_SHOWN: Final = 12
_POST: Final = "office.post"
_HEARINGS: Final = 20
_CLAIMS: Final = 400
_MOST: Final = 100


@dataclass(frozen=True)
class Row:
    """One line of the table: a text's key, what each side says, and the key of the word for how they stand to each other, if they do."""

    key: str
    first: Sequence[str]
    second: Sequence[str]
    word: str


@dataclass(frozen=True)
class Weighed:
    """A pair of a list: both names, their dossiers, how likely in words, and why."""

    first: reading.EntityView
    second: reading.EntityView
    codes: tuple[str, str]
    how: str
    reasons: Sequence[str]


def weighed_lines(request: Any, lines: Lines, found: Iterable[Proposal], people: Mapping[bytes, reading.EntityView]) -> list[Weighed]:
    made = []
    for one in found:
        first, second = people[one.first], people[one.second]
        codes = (lines.code(first.dossier), lines.code(second.dossier))
        made.append(Weighed(first, second, codes, f"oneperson.how.{one.how}", weighing(one, texts(), request.language)))
    return made


def rows(request: Any, lines: Lines, known: reading.PairView, found: Proposal | None) -> list[Row]:
    """The table of two persons; what neither side says is left out."""
    sides = [_side(request, lines, one) for one in (known.first, known.second)]
    words = side_by_side(_ROWS, sides[0], sides[1], found)
    return [
        Row(f"oneperson.row.{part}", sides[0].get(part, ()), sides[1].get(part, ()), "" if part in _UNJUDGED else f"oneperson.{words[part]}")
        for part in _ROWS
        if sides[0].get(part) or sides[1].get(part)
    ]


def _side(request: Any, lines: Lines, one: reading.EntityView) -> dict[str, list[str]]:
    """What is recorded of one person, by row."""
    rules = request.desk.catalogue.identity_rules
    told = [claim for claim in reading.claims(request.desk, request.reader, one.dossier, subject=one.entity) if not claim.replaced][:_CLAIMS]
    found: dict[str, list[str]] = {"name": [one.label], "dossier": [lines.code(one.dossier)]}
    for claim in told:
        part = "name" if claim.property in rules.roles else "post" if claim.property == _POST else rules.parts.get(claim.property, "")
        if part:
            found.setdefault(part, []).append(lines.value(claim))
        source = lines.source(one.dossier, claim.source)
        found.setdefault("source", []).append(source.code)
    lists = {source.code for source in reading.sources(request.desk, request.reader, one.dossier) if source.kind == "list"}
    found["list"] = [code for code in found.get("source", ()) if code in lists]
    for hearing in reading.items(request.desk, request.reader, "hearing", dossier=one.dossier, about=one.entity, limit=_HEARINGS):
        court = request.desk.catalogue.places.get(hearing.text("court"), {}).get(request.language, hearing.text("court"))
        for part, said in (("court", court), ("judge", hearing.text("judge")), ("verdict", lines.date(hearing.text("day")))):
            found.setdefault(part, []).extend([said] if said else [])
    return {part: list(dict.fromkeys(said))[:_SHOWN] for part, said in found.items()}


def known_as(request: Any, lines: Lines, ident: bytes) -> list[tuple[reading.EntityView, str, str]]:
    """Other entries that are the same person: in this dossier and, for who holds them, in others. With the dossier's code when it is another,
    and with the text that says whether a second colleague looked."""
    entries = reading.same_as(request.desk, request.reader, ident)
    others = [(one, "") for one in entries if one.entity != ident]
    others += [(one, home.code) for one, home in reading.elsewhere(request.desk, request.reader, [entry.entity for entry in entries])]
    return [(one, code, _looked(reading.pair(request.desk, request.reader, ident, one.entity))) for one, code in others]


def _looked(known: reading.PairView) -> str:
    if known.state != SAME:
        return ""  # one person by way of a third entry
    return "oneperson.two_words" if known.confirmed else "oneperson.one_word"


def choices(request: Any, page: reading.PersonPage) -> list[tuple[str, str]]:
    """Whom a member may put beside a person: those with a name like theirs, then the persons of the dossier. Values and labels."""
    desk, reader, mine = request.desk, request.reader, {one.entity for one in page.entries}
    named: dict[bytes, str] = {}
    for found in reading.named_like(desk, reader, page.label):
        if found.person.kind == one_person.PERSON:
            named[found.person.entity] = f"{found.person.label} · {found.dossier.code}"
    for other in reading.entities(desk, reader, page.dossier)[:_MOST]:
        if other.kind == one_person.PERSON:
            named.setdefault(other.entity, other.label)
    return [(entry.hex(), label) for entry, label in named.items() if entry not in mine] if page.kind == one_person.PERSON else []

"""How the value of a proposed claim is read from a part of a sentence: a place, an article, a term, a court with its judge."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from letapis.core.note_dates import DateSpan, Role, Tense
from letapis.core.note_names import NameSpan
from letapis.core.note_words import ARROWS, Hit, Token, fold
from letapis.core.periods import months_on

Span = Hit | NameSpan
Read = Sequence[tuple[str, Sequence[Span]]]
_FROM: Final = frozenset({"з", "са", "с", "со", "из", "зь", "from", "пасля", "после", "after"})
_MOVING: Final = frozenset({"move", "carried", "move_noun", "held"})
_WHY: Final = frozenset({"за", "па", "по", "for"})
_WHOSE_AGE: Final = frozenset(map(fold, ("ёй", "яму", "ему", "ей", "shes", "hes", "aged", "age", "is", "узрост", "возраст")))
_YEARS_OLD: Final = frozenset(map(fold, ("год", "года", "гады", "гадоў", "лет", "yo", "years", "і", "и", "and")))
_TRYING: Final = frozenset({"hearing", "convicted", "sentenced", "over", "set_for", "put_off", "closed"})
_IMPOSED: Final = ("article", "arrest", "fine", "term")
_YOUNGEST, _OLDEST = 14, 99
_LONGEST_ARREST: Final = 90
_YEAR: Final = 12  # months
_LONGEST_TERM: Final = 300  # months
_JUDGES: Final = ("судд", "судь", "judge")
_UNKNOWN: Final = 7  # words
_BETWEEN: Final = 2  # words
_SMALL: Final = 3  # letters; shorter words are prepositions, particles and pronouns
_LIMIT: Final = 366  # days; nobody is punished longer in one go


@dataclass
class Clause:
    """A part of a sentence with the concepts, names and dates in it, and those of the small parts beside it."""

    text: str
    found: Sequence[Token]
    first: int
    last: int
    hits: list[Hit]
    names: list[NameSpan]
    dates: list[DateSpan]
    fillers: frozenset[str]
    usual: tuple[str, ...]
    silent: bool = False
    told: bool = False
    negated: bool = False
    foreign: bool = False
    beside: list[DateSpan] = field(default_factory=list)
    matches: list[tuple[Any, tuple[Hit, ...]]] | None = None

    @property
    def tokens(self) -> Sequence[Token]:
        return self.found[self.first : self.last]

    @property
    def concepts(self) -> set[str]:
        return {hit.concept for hit in self.hits}

    @property
    def words(self) -> list[Token]:
        return [token for token in self.tokens if token.word]

    @property
    def is_all_hits(self) -> bool:
        """Every word of it stands for a concept, small words aside."""
        covered = {n for hit in self.hits for n in range(hit.first, hit.last + 1)}
        tokens = ((n, self.found[n]) for n in range(self.first, self.last))
        return bool(self.hits) and all(n in covered or not token.word or token.text in self.fillers for n, token in tokens)

    @property
    def uncovered(self) -> list[Token]:
        """Words that are part of no name and no date."""
        spans: list[NameSpan | DateSpan] = [*self.names, *self.dates]
        covered = {n for span in spans for n in range(span.first, span.last + 1)}
        return [self.found[n] for n in range(self.first, self.last) if self.found[n].word and n not in covered]

    @property
    def is_plain(self) -> bool:
        """Beside names, dates and concepts there are only small words, and words that say where and when such things happen."""
        return not self._unknown()

    @property
    def names_judge(self) -> bool:
        return any(token.text.startswith(_JUDGES) for token in self.found)

    def stands_clear(self, used: Sequence[Hit], subject: frozenset[int]) -> bool:
        """Nothing unknown stands before these words or right behind them: no other subject, verb or object that may give them another sense.

        ``subject``: tokens that name the one it is about.
        """
        begin, end = min(hit.first for hit in used), max(hit.last for hit in used)
        return all(begin < n != end + 1 for n in self._unknown() if n not in subject)

    def hangs_together(self, used: Sequence[Hit]) -> bool:
        """Few unknown words stand between these words, and few in all: in a long part that is not understood, words meet by chance."""
        unknown = self._unknown()
        low, high = (min(hit.last for hit in used), max(hit.first for hit in used)) if used else (0, 0)
        return len(unknown) <= _UNKNOWN and sum(low < n < high for n in unknown) <= _BETWEEN

    def _unknown(self) -> list[int]:
        spans: list[Hit | NameSpan | DateSpan] = [*self.hits, *self.names, *self.dates]
        covered = {n for span in spans for n in range(span.first, span.last + 1)}
        return [n for n in range(self.first, self.last) if n not in covered and not self._is_small(self.found[n])]

    def _is_small(self, token: Token) -> bool:
        return not token.word or len(token.text) < _SMALL or token.text in self.fillers or token.text.startswith(self.usual)

    def take(self, small: "Clause") -> None:
        """Dates and names of a part that says nothing alone."""
        self.names = sorted([*self.names, *small.names], key=lambda span: span.first)
        self.beside.extend(small.dates)
        self.matches = None

    def named(self, kind: str) -> list[NameSpan]:
        return [span for span in self.names if span.kind == kind]

    def nearest_date(self, spans: Sequence[Span], event: bool) -> DateSpan | None:
        """The date of this part that stands nearest to these words, one behind them first; else the first of the parts beside.

        ``event``: of several, one without a "from" («ліст ад 1 мая прыйшоў 15 мая»).
        """
        low = min((span.first for span in spans), default=self.first)
        high = max((span.last for span in spans), default=self.first)

        def away(one: DateSpan) -> tuple[int, bool]:
            return (one.first - high, False) if one.first > high else (low - one.last, True) if one.last < low else (0, False)

        own = [one for one in self.dates if one.role is not Role.UNTIL] or self.dates
        own = [one for one in own if one.role is not Role.SINCE] or own if event else own
        return min(own, key=away, default=None) or next(iter(self.beside), None)

    def has_rival_dates(self, spans: Sequence[Span]) -> bool:
        """Two days stand in this part, both apart from these words: which of them is meant is not said."""
        rivals = [one for one in self.dates if one.role not in (Role.UNTIL, Role.SINCE)]
        beside = {n for span in spans for n in (span.first - 1, span.last + 1)}
        return len(rivals) > 1 and sum(not beside.isdisjoint((one.first, one.last)) for one in rivals) != 1

    def end_date(self, start: DateSpan, day: date, years: bool) -> str:
        """The date of a "to" behind this "from"."""
        near = self.beside if start in self.beside else self.dates
        until = next((one for one in near if one.role is Role.UNTIL and one is not start), None)
        return until.resolve(day, Tense.ANY, years) if until else ""

    def after_length(self, start: str, span: DateSpan) -> str:
        """The day on which a punishment of so many days or months that began on this day ends; empty when the day is not known."""
        length = next((name for name in self.names if name.kind in ("arrest", "days", "term")), None)
        if length is None or len(start) != 10 or span.role is not Role.SINCE or "measure" not in self.concepts or span.about:
            return ""
        count, begin = int(length.value), date.fromisoformat(start)
        if length.kind == "term":
            return months_on(begin, count).isoformat()[:7] if count <= _YEAR else ""
        return (begin + timedelta(days=count)).isoformat() if count <= _LIMIT else ""


Reads = Callable[[Clause, Sequence[Hit]], Read]
"""The values of a part with the words that say them; none when the part has no such value."""


def _first_of(kind: str) -> Reads:
    return lambda clause, _: [(span.value, [span]) for span in clause.named(kind)[:1]]


def _places(clause: Clause) -> Iterable[tuple[NameSpan, str]]:
    """Places with what the word or arrow beside them makes of them: from or to."""
    for span in clause.named("place"):
        before = clause.found[span.first - 1].text if span.first else ""
        after = [token.text for token in clause.found[span.last + 1 : span.last + 3]]
        arrow_after = bool(after) and (after[0] in ARROWS or after == ["-", ">"])
        yield span, "from" if before in _FROM or arrow_after else "to"


def _place_to(clause: Clause, _: Sequence[Hit]) -> Read:
    return [(span.value, [span]) for span, role in _places(clause) if role == "to"][-1:]


def _place_from(clause: Clause, _: Sequence[Hit]) -> Read:
    return [(span.value, [span]) for span, role in _places(clause) if role == "from" and span.sure][:1]


def _leaving(clause: Clause, _: Sequence[Hit]) -> Read:
    """A date of moving where the words say from where: whom they took to a place may have been taken from home."""
    spans = [span for span, role in _places(clause) if role == "from"]
    return [("", spans)] if spans else []


def _arrow(clause: Clause, _: Sequence[Hit]) -> Read:
    """A date of moving is read also from ``СІЗА-1 > ИК-15`` and from «з СІЗА-1 у ПК-15»."""
    roles = {role for span, role in _places(clause) if span.sure}
    wordless = len(roles) > 1 and clause.concepts.isdisjoint(_MOVING)
    moved = wordless or any(clause.found[n].text in ARROWS for n in range(clause.first, clause.last))
    return [("", clause.named("place"))] if moved and clause.named("place") else []


def _arrow_side(side: str) -> Reads:
    def read(clause: Clause, used: Sequence[Hit]) -> Read:
        return [(span.value, [span]) for span, role in _places(clause) if role == side][:1] if _arrow(clause, used) else []

    return read


def _arrest(clause: Clause, _: Sequence[Hit]) -> Read:
    """Days of arrest that were imposed: with a word of sentencing or an article, or alone; "three days in a cell" is none."""
    codes = [span for span in clause.named("article") if span.value.startswith("CAO")]
    spans = clause.named("arrest") or (clause.named("days") if codes else [])
    if len(spans) != 1 or int(spans[0].value) > _LONGEST_ARREST:
        return []
    after = next((token.text for token in clause.found[spans[0].last + 1 : clause.last] if token.text != "."), "")
    bare = all(token.text in clause.fillers for token in clause.uncovered)
    alone = not clause.dates and (bare or (spans[0].first == clause.first and after in _WHY))
    imposed = alone or "sentenced" in clause.concepts or bool(clause.named("article"))
    return [(spans[0].value, spans)] if imposed else []


def _country_date(clause: Clause, _: Sequence[Hit]) -> Read:
    return [("", clause.named("country"))] if clause.named("country") else []


def _alone(clause: Clause, _: Sequence[Hit]) -> Read:
    """A place that is all that a part says, beside a date and small words."""
    places = [span for span in clause.named("place") if span.sure]
    others = [hit for hit in clause.hits if hit.concept != "now"]
    rest = [token for token in clause.uncovered if len(token.text) > 2]
    return [(places[0].value, places)] if len(places) == 1 and not others and not rest else []


def _articles(clause: Clause, _: Sequence[Hit]) -> Read:
    spans = clause.named("article")
    codes = dict.fromkeys(code for span in spans for code in span.value.split("; "))
    return [("; ".join(codes), spans)] if spans else []


def _court(clause: Clause, _: Sequence[Hit]) -> Read:
    """The court by its name where the words name one; a district that several towns have as it was said; the judge as written."""
    courts, judges = clause.named("court") or clause.named("district"), clause.named("judge")
    said = not clause.concepts.isdisjoint(_TRYING) or any(map(clause.named, _IMPOSED)) or bool(clause.dates) or clause.is_plain
    if not said and not (courts and clause.names_judge):
        return []
    parts, spans = [], [*courts[:1], *judges[:1]]
    for span in spans:
        minsk = any(token.text.startswith(("минск", "minsk")) for token in clause.found)
        whole = span.kind == "court" or (span.kind == "district" and minsk)
        parts.append(span.value if whole else _raw(clause, span))
    return [(", ".join(parts), spans)] if parts else []


def _raw(clause: Clause, span: NameSpan) -> str:
    return clause.text[clause.found[span.first].start : clause.found[span.last].end]


def _years(clause: Clause, _: Sequence[Hit]) -> Read:
    """A term of a year or more: beside a colony alone, months are how long somebody was there."""
    return [(span.value, [span]) for span in clause.named("term")[:1] if _YEAR <= int(span.value) <= _LONGEST_TERM]


def _age(clause: Clause, _: Sequence[Hit]) -> Read:
    """«ёй 61», "she's 45", «45 лет» behind "he" or "she"; a term of years is none."""
    for i in range(clause.first, clause.last - 1):
        number = clause.found[i + 1]
        after = clause.found[i + 2] if i + 2 < clause.last else None
        plain = after is None or not after.word or after.text in _YEARS_OLD
        if plain and clause.found[i].text in _WHOSE_AGE and number.text.isdecimal() and _YOUNGEST <= int(number.text[:3]) <= _OLDEST:
            return [(number.text, [NameSpan("age", number.text, i, i + 1)])]
    return []


def _crowd(clause: Clause, used: Sequence[Hit]) -> Read:
    """More people than beds, as far as both are said in figures or words that are not compared."""
    before = {hit.concept: clause.found[hit.first - 1].text for hit in used if hit.first > clause.first}
    people, beds = before.get("people", ""), before.get("beds", "")
    return [] if people.isdecimal() and beds.isdecimal() and int(people[:5]) <= int(beds[:5]) else [("true", list(used))]


def _hours(clause: Clause, _: Sequence[Hit]) -> Read:
    """Hours in so many days or hours; the words say after how many the family learned of it."""
    days = clause.named("days")[:1]
    return [(str(24 * int(span.value)), [span]) for span in days if int(span.value) <= _LIMIT]


VALUES: Final[Mapping[str, Reads]] = {
    "place_to": _place_to,
    "place_from": _place_from,
    "date_of_leaving": _leaving,
    "arrow": _arrow,
    "arrow_from": _arrow_side("from"),
    "arrow_to": _arrow_side("to"),
    "date_of_country": _country_date,
    "arrest_sentence": _arrest,
    "place_alone": _alone,
    "article": _articles,
    "court": _court,
    "years": _years,
    "age": _age,
    "crowd": _crowd,
    "hours": _hours,
    "fine_sum": _first_of("fine"),
    **{kind: _first_of(kind) for kind in ("term", "agency", "country")},
}

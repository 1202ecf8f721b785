"""A note proposes claims, sentence by sentence: what it says in words that we know, and nothing where it could mean something else.

Pure rules: the words, patterns and names are data (``data/proposals``), the day of the note is given. Each line of a note is read for
itself. What is asked, feared, planned or told about somebody else gives nothing; what is only heard of keeps that mark.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from letapis.core.lexicon import Lexicon, Pattern
from letapis.core.note_about import About, Telling
from letapis.core.note_date_reader import DateReader
from letapis.core.note_dates import Role, Tense
from letapis.core.note_name_reader import NameReader
from letapis.core.note_names import NameSpan
from letapis.core.note_parts import Parts, negated
from letapis.core.note_words import Hit, Sentence, Token, in_cyrillic, sentences, tokens
from letapis.core.proposal_values import VALUES, Clause


@dataclass(frozen=True, slots=True)
class Proposal:
    """One claim that a sentence may carry. ``value`` is text as the vocabulary reads it; ``words``: the places that led to it.

    ``basis`` is empty where the note's own basis holds, "was_told" where the words say that it was only heard of.
    """

    property: str
    value: str
    start: int
    end: int
    valid_from: str = ""
    valid_to: str = ""
    certainty: str = ""
    basis: str = ""
    partial: bool = False
    words: tuple[tuple[int, int], ...] = ()


def propose(text: str, telling: Telling, lexicon: Lexicon) -> list[Proposal]:
    """The claims that the text proposes, in its order. Never raises; the same for the same text."""
    found = tokens(text)
    proposals: list[Proposal] = []
    begin = 0
    for i in [*(i for i, token in enumerate(found) if token.text == "\n"), len(found)]:
        if i > begin:
            proposals.extend(_line(text, in_cyrillic(found[begin:i], lexicon.latin), telling, lexicon))
        begin = i + 1
    return proposals


def moved(proposal: Proposal, by: int) -> Proposal:
    """The same proposal in a text with so many more characters before it."""
    words = tuple((start + by, end + by) for start, end in proposal.words)
    return replace(proposal, start=proposal.start + by, end=proposal.end + by, words=words) if by else proposal


def _line(text: str, found: Sequence[Token], telling: Telling, lexicon: Lexicon) -> Iterator[Proposal]:
    """One line: after a sentence about somebody else, only what speaks of "me" again is about the one who tells."""
    elsewhere = False
    readings = [(sentence, _Reading(sentence, telling, lexicon)) for sentence in sentences(text, found, lexicon.short)]
    if any(reading.about.somebody_instead for _, reading in readings):
        return
    for sentence, reading in readings:
        if reading.about.names_me and telling.own:
            elsewhere = False
        if not sentence.question and not elsewhere:
            yield from reading.proposals()
        elsewhere = elsewhere or reading.about.names_other


class _Reading:
    """One sentence: its names, dates and concepts, its parts, and what they say."""

    def __init__(self, sentence: Sentence, telling: Telling, lexicon: Lexicon) -> None:
        self._text, self._found, self._telling, self._lexicon = sentence.text, sentence.tokens, telling, lexicon
        self._hits = lexicon.concepts.hits(self._found)
        self.about = About(self._text, self._found, self._hits, telling, lexicon)

    def proposals(self) -> list[Proposal]:
        found, lexicon = self._found, self._lexicon
        names = NameReader(lexicon.names, lexicon.dates, found).spans()
        if not names and not self._hits and not self._telling.names:
            return []
        taken = frozenset(n for span in names for n in range(span.first, span.last + 1))
        dates = DateReader(lexicon.dates, found, self._telling.day, taken).spans()
        covered = taken | {n for span in dates for n in range(span.first, span.last + 1)}
        hits = [hit for hit in self._hits if not any(n in covered for n in range(hit.first, hit.last + 1))]
        self.about.look_for_names(covered)
        parts = Parts(self._text, found, (hits, names, dates), self.about, lexicon)
        matched = [(clause, pattern, used) for clause in parts.clauses() for pattern, used in parts.matches(clause)]
        return self._merged(one for clause, pattern, used in matched for one in self._claims(clause, pattern, used))

    def _claims(self, clause: Clause, pattern: Pattern, used: tuple[Hit, ...]) -> Iterator[Proposal]:
        read = VALUES.get(pattern.value)
        values = read(clause, used) if read else [(pattern.value, used)]
        start, end = self._found[0].start, self._found[-1].end
        for value, spans in values:
            if pattern.flip and negated(used):
                value = "false" if value == "true" else "true"
            places = tuple(sorted({(self._found[s.first].start, self._found[s.last].end) for s in (*used, *spans)}))
            base = Proposal(pattern.fact, value, start, end, basis="was_told" if clause.told else "", words=places)
            dated = self._dated(base, clause, pattern, [*used, *spans])
            if dated is not None:
                yield replace(dated, partial=pattern.fact in self._lexicon.lists)

    def _dated(self, base: Proposal, clause: Clause, pattern: Pattern, spans: Sequence[Hit | NameSpan]) -> Proposal | None:
        """The claim with its dates; None when it is about a date that nobody gave."""
        if pattern.dates == "value" and clause.has_rival_dates(spans):
            return None
        near = clause.nearest_date(spans, event=pattern.dates == "value" and pattern.tense is Tense.PAST)
        tense = Tense.ANY if near and near.role is Role.UNTIL else pattern.tense
        text = near.resolve(self._telling.day, tense, self._telling.years) if near else ""
        certainty = ("about" if clause.told else near.certainty) if near and text else ""
        bare = base.words
        if near and text:
            place = (self._found[near.first].start, self._found[near.last].end)
            base = replace(base, words=tuple(sorted({*base.words, place})))
        if pattern.dates == "since" and near and clause.end_date(near, self._telling.day, self._telling.years):
            return None
        if pattern.dates in ("value", "since"):
            fits = near is not None and text and near.role is not Role.UNTIL and (pattern.dates == "value" or near.role in (Role.SINCE, Role.AFTER))
            return replace(base, value=text, certainty=certainty) if fits else None
        if pattern.dates == "none" or not near or not text or (pattern.dates == "from" and near.role is not Role.SINCE):
            return replace(base, words=bare)
        if pattern.dates == "until" or near.role is Role.UNTIL:
            return replace(base, valid_to=text, certainty=certainty)
        last = clause.end_date(near, self._telling.day, self._telling.years)
        return replace(base, valid_from=text, valid_to=last or clause.after_length(text, near), certainty=certainty)

    @staticmethod
    def _begin_with_the_move(merged: dict[tuple[str, ...], Proposal]) -> None:
        """Where a sentence tells of one move and names one place without a date, they were there from the day of the move."""
        moves = {one.value: one for one in merged.values() if one.property == "custody.transferred"}
        places = [key for key, one in merged.items() if one.property == "detention.place"]
        if len(moves) == 1 and len(places) == 1 and not (merged[places[0]].valid_from or merged[places[0]].valid_to):
            (move,) = moves.values()
            merged[places[0]] = replace(merged[places[0]], valid_from=move.value, certainty=move.certainty)

    def _merged(self, found: Iterable[Proposal]) -> list[Proposal]:
        """Each claim of the sentence once; lists with the same dates are one list."""
        merged: dict[tuple[str, ...], Proposal] = {}
        for one in found:
            is_list = one.property in self._lexicon.lists
            key = (one.property, one.valid_from, one.valid_to, "" if is_list else one.value)
            before = merged.get(key)
            if before is None:
                merged[key] = one
                continue
            parts = dict.fromkeys([*before.value.split("; "), *one.value.split("; ")]) if is_list else {before.value: None}
            words = tuple(sorted({*before.words, *one.words}))
            merged[key] = replace(before, value="; ".join(parts), words=words)
        self._begin_with_the_move(merged)
        dated = {(one.property, one.value) for one in merged.values() if one.valid_from or one.valid_to}
        yes, no = ({one.property for one in merged.values() if one.value == word} for word in ("true", "false"))
        kept = (one for one in merged.values() if one.property not in yes & no)
        return [one for one in kept if one.valid_from or one.valid_to or (one.property, one.value) not in dated]

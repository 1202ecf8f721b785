"""A note proposes claims, sentence by sentence: what it says in words that we know, and nothing where it could mean something else.

Pure rules: the words, patterns and names are data (``data/proposals``), the day of the note is given. Each line of a note is read for
itself. What is asked, feared, planned or told about somebody else gives nothing; what is only heard of keeps that mark.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from letapis.core import names as persons
from letapis.core.note_dates import DateReader, DateSpan, DateWords, Role, Tense, other_years, read_date_words
from letapis.core.note_names import NameReader, Names, NameSpan, read_names
from letapis.core.note_words import Concepts, Hit, Sentence, Token, fold, read_concepts, segments, sentences, tokens
from letapis.core.proposal_values import VALUES, Clause
from letapis.core.reference import ReferenceList
from letapis.core.vocabulary import FactType, Vocabulary

_HALF: Final = 2  # words of a part that needs its neighbour
_FRAGMENT: Final = 3  # words beside dates and names that a part without a pattern of its own may have


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


@dataclass(frozen=True, slots=True)
class Telling:
    """What a note is, beside its text: its day, whether the one who tells is the one it is about, and the keys of the subject's name.

    ``years``: a date without a year may take it from the note's day, because the text speaks of no other year.
    """

    day: date
    own: bool = False
    years: bool = True
    names: frozenset[str] = frozenset()

    @classmethod
    def about(cls, label: str, day: date, own: bool, years: bool) -> "Telling":
        """A telling about a person with this label, in whatever script and spelling."""
        return cls(day, own, years, frozenset(key for found in persons.keys(label) for key in found))


@dataclass(frozen=True, slots=True)
class Pattern:
    """``needs``: one of each group of concepts; ``without``: none of these. How value and dates are read: ``core/proposal_values.py``."""

    fact: str
    value: str
    needs: tuple[frozenset[str], ...]
    without: frozenset[str]
    dates: str
    tense: Tense
    kin: bool
    flip: bool
    has: str
    around: frozenset[str]
    not_around: frozenset[str]


@dataclass(frozen=True)
class Lexicon:
    """Everything that the reader of notes knows."""

    concepts: Concepts
    patterns: Mapping[str, Sequence[Pattern]]
    dates: DateWords
    names: Names
    lists: frozenset[str]
    joints: frozenset[str]
    contrast: frozenset[str]
    short: frozenset[str]
    me: frozenset[str]
    other: frozenset[str]
    fillers: frozenset[str]
    places: frozenset[str]
    quiet: frozenset[str]


def read_lexicon(tables: Mapping[str, Mapping[str, Any]], reference: Mapping[str, ReferenceList], vocabulary: Vocabulary) -> Lexicon:
    """The lexicon from its files: ``words``, ``dates``, ``names`` and, under any other name, patterns with their concepts."""
    words = tables["words"]
    patterns: dict[str, list[Pattern]] = {}
    concepts: list[Mapping[str, Mapping[str, Sequence[str]]]] = [words["concepts"]]
    for name, table in tables.items():
        if name in ("words", "dates", "names"):
            continue
        concepts.append(table.get("concepts", {}))
        for entry in table["patterns"]:
            pattern = _pattern(entry)
            vocabulary.fact(pattern.fact)
            for concept in pattern.needs[0] if pattern.needs else ("",):
                patterns.setdefault(concept, []).append(pattern)
    sets = {name: frozenset(map(fold, words["sets"][name])) for name in ("joints", "contrast", "short", "me", "other", "fillers", "places")}
    return Lexicon(
        read_concepts(concepts, words["sets"]["negations"]),
        patterns,
        read_date_words(tables["dates"]),
        read_names(tables["names"], reference),
        frozenset(fact.id for fact in vocabulary.facts.values() if fact.type is FactType.LIST),
        quiet=frozenset(words["sets"]["quiet"]),
        **sets,
    )


def _pattern(entry: Mapping[str, Any]) -> Pattern:
    return Pattern(
        entry["fact"],
        entry["value"],
        tuple(map(_slot, entry.get("needs", ()))),
        frozenset(entry.get("without", ())),
        entry.get("dates", "valid"),
        Tense(entry.get("tense", "past")),
        entry.get("kin", False),
        entry.get("flip", False),
        entry.get("has", ""),
        _slot(entry.get("around", "")),
        _slot(entry.get("not_around", "")),
    )


def _slot(text: str) -> frozenset[str]:
    return frozenset(text.split("|")) if text else frozenset()


def speaks_of_other_years(text: str, day: date) -> bool:
    """The text names a year other than the note's own: months without a year are then not certain."""
    return other_years(tokens(text), day)


def tells_of_oneself(text: str, lexicon: Lexicon) -> bool:
    """More often "me" than "him" or "her": the one who tells is the one it is about."""
    words = [token.text for token in tokens(text) if token.word]
    return sum(word in lexicon.me for word in words) > sum(word in lexicon.other for word in words)


def propose(text: str, telling: Telling, lexicon: Lexicon) -> list[Proposal]:
    """The claims that the text proposes, in its order. Never raises; the same for the same text."""
    found = tokens(text)
    proposals: list[Proposal] = []
    begin = 0
    for i in [*(i for i, token in enumerate(found) if token.text == "\n"), len(found)]:
        if i > begin:
            proposals.extend(_line(text, found[begin:i], telling, lexicon))
        begin = i + 1
    return proposals


def moved(proposal: Proposal, by: int) -> Proposal:
    """The same proposal in a text with so many more characters before it."""
    words = tuple((start + by, end + by) for start, end in proposal.words)
    return replace(proposal, start=proposal.start + by, end=proposal.end + by, words=words) if by else proposal


def _line(text: str, found: Sequence[Token], telling: Telling, lexicon: Lexicon) -> Iterator[Proposal]:
    """One line: after a sentence about somebody else, only what speaks of "me" again is about the one who tells."""
    elsewhere = False
    for sentence in sentences(text, found, lexicon.short):
        reading = _Reading(sentence, telling, lexicon)
        if reading.names_me and telling.own:
            elsewhere = False
        if not sentence.question and not elsewhere:
            yield from reading.proposals()
        elsewhere = elsewhere or reading.names_other


class _Reading:
    """One sentence: its names, dates and concepts, its parts, and what they say."""

    def __init__(self, sentence: Sentence, telling: Telling, lexicon: Lexicon) -> None:
        self._text, self._found, self._telling, self._lexicon = sentence.text, sentence.tokens, telling, lexicon
        self.hits = lexicon.concepts.hits(self._found)
        present = {hit.concept for hit in self.hits}
        texts = {token.text for token in self._found}
        self.names_me = bool(texts & lexicon.me)
        self.others = self._others(present)
        self._present = present

    @property
    def names_other(self) -> bool:
        return self.others < len(self._found)

    def _others(self, present: set[str]) -> int:
        """The token from which on the sentence is about somebody else; its length if nowhere. Relatives who only tell are not meant."""
        concepts = {"other_person", "kin_object"}
        if "speech" not in present:
            concepts |= {"his_kin"} | ({"kin"} if "also" in present else set())
        if "also" in present and self.names_me and not self._telling.own:
            return 0
        return min((hit.first for hit in self.hits if hit.concept in concepts), default=len(self._found))

    def proposals(self) -> list[Proposal]:
        found, lexicon = self._found, self._lexicon
        self.names = NameReader(lexicon.names, lexicon.dates, found).spans()
        if not self.names and not self._present and not self._telling.names:
            return []
        taken = frozenset(n for span in self.names for n in range(span.first, span.last + 1))
        self.dates = DateReader(lexicon.dates, found, self._telling.day, taken).spans()
        dated = frozenset(n for span in self.dates for n in range(span.first, span.last + 1))
        self.hits = [hit for hit in self.hits if not any(n in taken or n in dated for n in range(hit.first, hit.last + 1))]
        self.others = min(self.others, self._somebody_named(taken | dated))
        matched = [(clause, pattern, used) for clause in self._clauses(taken | dated) for pattern, used in self._matches(clause)]
        return self._merged(one for clause, pattern, used in matched for one in self._claims(clause, pattern, used))

    def _somebody_named(self, covered: frozenset[int]) -> int:
        """The token with the name of a person who is not the subject; the sentence's length if there is none. Who only tells is not meant."""
        if not self._telling.names or "speech" in self._present:
            return len(self._found)
        for i, token in enumerate(self._found):
            if not token.capital or i in covered or not self._may_be_name(i):
                continue
            keys = persons.word_keys(self._text[token.start : token.end])
            if keys and self._telling.names.isdisjoint(keys) and not self._neighbour_is_subject(i):
                return i
        return len(self._found)

    def _may_be_name(self, i: int) -> bool:
        """A capitalised word that stands as the name of somebody: not at the beginning alone, not behind a preposition of place."""
        token = self._found[i]
        after = self._found[i + 1] if i + 1 < len(self._found) else None
        paired = after is not None and after.word and after.capital
        if i == 0:
            return paired and persons.is_given(self._text[token.start : token.end])
        before = self._found[i - 1]
        return before.word and before.text not in self._lexicon.places and len(token.text) > 3

    def _neighbour_is_subject(self, i: int) -> bool:
        """The word beside it is a name of the subject: «Янка Выдумка» with a father's name that the label does not have."""
        beside = (self._found[n] for n in range(max(0, i - 2), min(len(self._found), i + 3)) if n != i)
        keys = (key for token in beside if token.capital for key in persons.word_keys(self._text[token.start : token.end]))
        return any(key in self._telling.names for key in keys)

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _clauses(self, glued: frozenset[int]) -> list[Clause]:
        """Parts that say something, each with the dates and names of the small parts beside it."""
        parts = [self._clause(first, last) for first, last in segments(self._found, self._lexicon.joints, glued)]
        self._mark(parts)
        parts = self._joined(parts)
        clauses: list[Clause] = []
        waiting: list[Clause] = []
        for part in parts:
            if clauses and self._belongs(part, clauses[-1]):
                clauses[-1].take(part)
            elif self._matches(part) or (waiting and part.hits):
                for small in waiting:
                    part.take(small)
                waiting = []
                if self._matches(part):
                    clauses.append(part)
            elif self._is_fragment(part):
                if clauses:
                    clauses[-1].take(part)
                elif not (part.names and part.dates):
                    waiting.append(part)
        return [clause for clause in clauses if not clause.silent]

    def _clause(self, first: int, last: int) -> Clause:
        def inside(span: Hit | NameSpan | DateSpan) -> bool:
            return first <= span.first and span.last < last

        hits = [hit for hit in self.hits if inside(hit)]
        names = [span for span in self.names if inside(span)]
        dates = [span for span in self.dates if inside(span)]
        every: list[Hit | NameSpan | DateSpan] = [*hits, *names, *dates]
        covered = {n for span in every for n in range(span.first, span.last + 1)} | {hit.negator for hit in hits}
        negations = self._lexicon.concepts.negations
        negated = any(self._found[n].text in negations and n not in covered for n in range(first, last))
        return Clause(self._text, self._found, first, last, hits, names, dates, negated=negated)

    def _mark(self, parts: Sequence[Clause]) -> None:
        """What is feared, planned or only heard of colours what follows, up to a "but"."""
        silent, told = any(hit.concept == "unsure" for hit in self.hits), False
        for part in parts:
            before = self._found[part.first - 1].text if part.first else ""
            if before in self._lexicon.contrast:
                silent = False
            concepts = part.concepts
            silent = silent or "perhaps" in concepts or (part.first == 0 and self._found[0].text in ("кали", "ци", "if", "when"))
            told = told or "hearsay" in concepts
            part.silent, part.told, part.foreign = silent or part.last > self.others, told, self._other_pronoun(part)

    def _other_pronoun(self, part: Clause) -> bool:
        """Words about "him" in the account of one who tells of oneself, or about "me" in the account of another."""
        wrong = self._lexicon.other if self._telling.own else self._lexicon.me
        right = self._lexicon.me if self._telling.own else self._lexicon.other
        texts = {token.text for token in part.tokens}
        return bool(texts & wrong) and not texts & right

    def _joined(self, parts: Sequence[Clause]) -> list[Clause]:
        """A noun without a verb goes with the part behind the "and" or comma: «лістоў і званкоў няма»; or before: «пазбавілі спаткання і …»."""
        result: list[Clause] = []
        for part in parts:
            last = result[-1] if result else None
            if last and last.hits and part.hits and self._is_half(last, part):
                joined = self._clause(last.first, part.last)
                joined.silent, joined.told, joined.foreign = last.silent or part.silent, last.told or part.told, last.foreign or part.foreign
                if self._says_more(joined, last, part):
                    result[-1] = joined
                    continue
            result.append(part)
        return result

    def _says_more(self, joined: Clause, last: Clause, part: Clause) -> bool:
        """Together they say more than apart, or the verb that follows makes something else of it: «хадзіў, не дапусцілі»."""
        found, apart = self._matches(joined), len(self._matches(last)) + len(self._matches(part))
        return len(found) > apart or (bool(found) and "not_let" in part.concepts and not self._matches(part))

    def _is_half(self, last: Clause, part: Clause) -> bool:
        """One of two neighbours says nothing alone and is short, or is the verb that the other lacks: «адвакат ездзіў, не пусцілі»."""
        joint = self._found[part.first - 1].text
        if joint in self._lexicon.contrast:
            return False
        if not self._matches(last):
            return (not last.dates and len(last.words) <= _HALF) or part.is_all_hits(self._lexicon.fillers)
        short = joint in self._lexicon.joints and len(part.words) <= _HALF
        return not self._matches(part) and (short or part.is_all_hits(self._lexicon.fillers))

    def _belongs(self, part: Clause, before: Clause) -> bool:
        """A court, judge or place alone belongs to what was said before, and the day of a move to its places."""
        found = {pattern.value for pattern, _ in self._matches(part)}
        moves = "move" in before.concepts and not before.named("place")
        if found and found <= ({"court", "place_alone"} if moves else {"court"}):
            return True
        return "move" in part.concepts and not part.named("place") and bool(before.named("place")) and not (before.dates or before.beside)

    def _is_fragment(self, part: Clause) -> bool:
        other = [token for token in part.uncovered if token.text not in self._lexicon.fillers]
        quiet = part.concepts <= self._lexicon.quiet
        return quiet and bool(part.names or part.dates) and len(other) <= _FRAGMENT

    # ---- matches -----------------------------------------------------------------------------------------------------

    def _matches(self, clause: Clause) -> list[tuple[Pattern, tuple[Hit, ...]]]:
        if clause.matches is None:
            clause.matches = list(self._match(clause))
        return clause.matches

    def _match(self, clause: Clause) -> Iterator[tuple[Pattern, tuple[Hit, ...]]]:
        present = clause.concepts
        for concept in ("", *sorted(present)):
            for pattern in self._lexicon.patterns.get(concept, ()):
                if (pattern.around and not pattern.around & self._present) or pattern.not_around & self._present:
                    continue
                if pattern.without & present or not all(slot & present for slot in pattern.needs):
                    continue
                if (clause.foreign or ("kin" in present and "speech" not in present)) and not pattern.kin:
                    continue
                if pattern.has and bool(clause.named(pattern.has.lstrip("!"))) is pattern.has.startswith("!"):
                    continue
                used = tuple(self._nearest(clause, slot) for slot in pattern.needs)
                if not pattern.flip and (_negated(used) or clause.negated or any(_negated((hit,)) for hit in clause.hits if not _within(hit, used))):
                    continue
                if VALUES[pattern.value].offers(clause, used) if pattern.value in VALUES else True:
                    yield pattern, used

    @staticmethod
    def _nearest(clause: Clause, slot: frozenset[str]) -> Hit:
        return next(hit for hit in clause.hits if hit.concept in slot)

    def _claims(self, clause: Clause, pattern: Pattern, used: tuple[Hit, ...]) -> Iterator[Proposal]:
        reader = VALUES.get(pattern.value)
        values = reader.read(clause, used) if reader else [(pattern.value, used)]
        start, end = self._found[0].start, self._found[-1].end
        for value, spans in values:
            if pattern.flip and _negated(used):
                value = "false" if value == "true" else "true"
            places = tuple(sorted({(self._found[s.first].start, self._found[s.last].end) for s in (*used, *spans)}))
            base = Proposal(pattern.fact, value, start, end, basis="was_told" if clause.told else "", words=places)
            dated = self._dated(base, clause, pattern, [*used, *spans])
            if dated is not None:
                yield replace(dated, partial=pattern.fact in self._lexicon.lists)

    def _dated(self, base: Proposal, clause: Clause, pattern: Pattern, spans: Sequence[Hit | NameSpan]) -> Proposal | None:
        """The claim with its dates; None when it is about a date that nobody gave."""
        near = clause.nearest_date(spans, event=pattern.dates == "value" and pattern.tense is Tense.PAST)
        tense = Tense.ANY if near and near.role is Role.UNTIL else pattern.tense
        text = near.resolve(self._telling.day, tense, self._telling.years) if near else ""
        certainty = ("about" if clause.told else near.certainty) if near and text else ""
        if near and text:
            place = (self._found[near.first].start, self._found[near.last].end)
            base = replace(base, words=tuple(sorted({*base.words, place})))
        if pattern.dates == "value":
            fits = near is not None and text and near.role is not Role.UNTIL
            return replace(base, value=text, certainty=certainty) if fits else None
        if pattern.dates == "none" or not near or not text:
            return base
        if pattern.dates == "until" or near.role is Role.UNTIL:
            return replace(base, valid_to=text, certainty=certainty)
        last = clause.end_date(near, self._telling.day, self._telling.years)
        return replace(base, valid_from=text, valid_to=last or clause.after_length(text, near), certainty=certainty)

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
        dated = {(one.property, one.value) for one in merged.values() if one.valid_from or one.valid_to}
        return [one for one in merged.values() if one.valid_from or one.valid_to or (one.property, one.value) not in dated]


def _within(hit: Hit, used: Sequence[Hit]) -> bool:
    """The hit, or the "not" before it, is part of one of these."""
    return any(one.first <= hit.first <= one.last or one.first <= hit.negator <= one.last for one in used)


def _negated(used: Sequence[Hit]) -> bool:
    """A "not" stands before one of the words, and is not itself one of them (as in "no letters")."""
    own = {n for hit in used for n in range(hit.first, hit.last + 1)}
    return any(hit.negator >= 0 and hit.negator not in own for hit in used)

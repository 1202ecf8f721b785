"""The parts of a sentence that say something: which patterns of concepts they hold, and which dates and names stand beside them."""

from collections.abc import Iterator, Sequence
from typing import Final

from letapis.core.lexicon import Lexicon, Pattern
from letapis.core.note_about import About
from letapis.core.note_dates import DateSpan, Tense
from letapis.core.note_names import NameSpan
from letapis.core.note_words import Hit, Token, quotations, segments
from letapis.core.proposal_values import VALUES, Clause

_HALF: Final = 2  # words of a part that needs its neighbour
_WHOLE: Final = frozenset({"unsure", "errand_talk"})  # these take away all that a sentence says, not only what follows
_THREATS: Final = frozenset({"grave_threat", "take_child"})  # what was said would happen is what they did
_FRAGMENT: Final = 3  # words beside dates and names that a part without a pattern of its own may have


class Parts:
    """Parts of one sentence."""

    def __init__(
        self, text: str, found: Sequence[Token], spans: tuple[list[Hit], list[NameSpan], list[DateSpan]], about: About, lexicon: Lexicon
    ) -> None:
        self._text, self._found, self._about, self._lexicon = text, found, about, lexicon
        self._hits, self._names, self._dates = spans
        self._present = {hit.concept for hit in self._hits}
        self._quotes = list(quotations(found))

    def clauses(self) -> list[Clause]:
        """Parts that say something, each with the dates and names of the small parts beside it."""
        every: list[Hit | NameSpan | DateSpan] = [*self._names, *self._dates, *(hit for hit in self._hits if hit.last > hit.first)]
        glued = frozenset(n for span in every for n in range(span.first, span.last + 1))
        parts = [self._clause(first, last) for first, last in segments(self._found, self._lexicon.joints, glued)]
        self._mark(parts)
        parts = self._joined(parts)
        clauses: list[Clause] = []
        waiting: list[Clause] = []
        for part in parts:
            if clauses and self._belongs(part, clauses[-1]):
                clauses[-1].take(part)
            elif self.matches(part) or (waiting and part.hits):
                for small in waiting:
                    part.take(small)
                waiting = []
                if self.matches(part):
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

        hits = [hit for hit in self._hits if inside(hit)]
        names = [span for span in self._names if inside(span)]
        dates = [span for span in self._dates if inside(span)]
        every: list[Hit | NameSpan | DateSpan] = [*hits, *names, *dates]
        covered = {n for span in every for n in range(span.first, span.last + 1)} | {hit.negator for hit in hits}
        negations = self._lexicon.concepts.negations
        negated = any(self._found[n].text in negations and n not in covered for n in range(first, last))
        return Clause(self._text, self._found, first, last, hits, names, dates, self._lexicon.fillers, self._lexicon.usual, negated=negated)

    def _mark(self, parts: Sequence[Clause]) -> None:
        """What is feared, planned or only heard of colours what follows, up to a "but"."""
        silent, told = not self._present.isdisjoint(_WHOLE), False
        for part in parts:
            before = self._found[part.first - 1].text if part.first else ""
            if before in self._lexicon.contrast:
                silent = False
            concepts = part.concepts
            perhaps = any(hit.concept == "perhaps" and hit.negator < 0 for hit in part.hits) and concepts.isdisjoint(_THREATS)
            silent = silent or perhaps or (part.first == 0 and self._asks())
            told = told or "hearsay" in concepts
            part.silent, part.told, part.foreign = silent or part.last > self._about.others, told, self._about.is_foreign(part.tokens)

    def _asks(self) -> bool:
        """Words at the beginning that open a condition or a question, with or without its mark: "has he been beaten"."""
        first, second = self._found[0].text, self._found[1].text if len(self._found) > 1 else ""
        return first in self._lexicon.opening or (first in self._lexicon.auxiliary and second in self._lexicon.other | self._lexicon.articles)

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
        found, apart = self.matches(joined), len(self.matches(last)) + len(self.matches(part))
        return len(found) > apart or (bool(found) and "not_let" in part.concepts and "lawyer" in last.concepts)

    def _is_half(self, last: Clause, part: Clause) -> bool:
        """One of two neighbours says nothing alone and is short, or is the verb that the other lacks: «адвакат ездзіў, не пусцілі»."""
        joint = self._found[part.first - 1].text
        if joint in self._lexicon.joints and joint not in self._lexicon.ands:
            return False
        if not self.matches(last):
            return (not last.dates and len(last.words) <= _HALF) or part.is_all_hits
        short = joint in self._lexicon.joints and len(part.words) <= _HALF
        return all(pattern.alone for pattern, _ in self.matches(part)) and (short or part.is_all_hits)

    def _belongs(self, part: Clause, before: Clause) -> bool:
        """A court, judge or place alone belongs to what was said before, and the day of a move to its places."""
        found = {pattern.value for pattern, _ in self.matches(part)}
        if not found and part.dates and not part.names and part.hits and part.concepts <= before.concepts and not before.dates:
            return True
        moves = "move" in before.concepts and not before.named("place")
        if found and found <= ({"court", "place_alone"} if moves else {"court"}):
            return True
        return "move" in part.concepts and not part.named("place") and bool(before.named("place")) and not (before.dates or before.beside)

    def _is_fragment(self, part: Clause) -> bool:
        other = [token for token in part.uncovered if token.text not in self._lexicon.fillers]
        quiet = part.concepts <= self._lexicon.quiet and not any(token.capital and token is not self._found[0] for token in other)
        return quiet and bool(part.names or part.dates) and len(other) <= _FRAGMENT

    # ---- matches -----------------------------------------------------------------------------------------------------

    def matches(self, clause: Clause) -> list[tuple[Pattern, tuple[Hit, ...]]]:
        if clause.matches is None:
            clause.matches = list(self._match(clause))
        return clause.matches

    def _match(self, clause: Clause) -> Iterator[tuple[Pattern, tuple[Hit, ...]]]:
        present = clause.concepts
        for concept in ("", *sorted(present)):
            for pattern in self._lexicon.patterns.get(concept, ()):
                if (pattern.around and not pattern.around & self._present) or pattern.not_around & self._present:
                    continue
                if pattern.alone and not clause.is_all_hits:
                    continue
                if pattern.without & present or not all(slot & present for slot in pattern.needs):
                    continue
                if (clause.foreign or ("kin" in present and "speech" not in present)) and not pattern.kin:
                    continue
                if pattern.has and bool(clause.named(pattern.has.lstrip("!"))) is pattern.has.startswith("!"):
                    continue
                if "ahead" in self._present and pattern.tense is not Tense.ANY:
                    continue
                used = tuple(self._nearest(clause, slot) for slot in pattern.needs)
                if not clause.hangs_together(used) or (self._is_weak(pattern, used) and not clause.stands_clear(used, self._about.subject)):
                    continue
                if any(self._is_aside(hit, used) for hit in used) or (not pattern.said and self._is_quoted(used)):
                    continue
                if not pattern.flip and (negated(used) or clause.negated or _others_negated(clause, used)):
                    continue
                read = VALUES.get(pattern.value)
                if read is None or read(clause, used):
                    yield pattern, used

    @staticmethod
    def _is_weak(pattern: Pattern, used: Sequence[Hit]) -> bool:
        """One single word says it all."""
        single = len(used) == 1 and used[0].first == used[0].last and not pattern.around
        return pattern.weak or (single and pattern.tense is not Tense.ANY)

    def _is_quoted(self, used: Sequence[Hit]) -> bool:
        """All of it is somebody's own words: what they say may be a plan, a taunt or an excuse."""
        return any(all(first < hit.first and hit.last < last for hit in used) for first, last in self._quotes) if used else False

    def _is_aside(self, hit: Hit, used: Sequence[Hit]) -> bool:
        """«до обыска», "about the search": it only says when something else was, or what is spoken of; not in «паперу пра вобшук»."""
        at = hit.first - 1
        while at > 0 and self._found[at].text in self._lexicon.articles:
            at -= 1
        return at >= 0 and self._found[at].text in self._lexicon.aside and all(other.last != at - 1 for other in used)

    @staticmethod
    def _nearest(clause: Clause, slot: frozenset[str]) -> Hit:
        return next(hit for hit in clause.hits if hit.concept in slot)


def _others_negated(clause: Clause, used: Sequence[Hit]) -> bool:
    """A "not" stands before other words of the part: «шокерам не білі». One that is itself said ("no", «не было») is none."""
    said = {n for hit in clause.hits for n in range(hit.first, hit.last + 1)}
    others = (hit for hit in clause.hits if not any(one.first <= hit.first <= one.last for one in used))
    return any(hit.negator >= 0 and hit.negator not in said for hit in others)


def negated(used: Sequence[Hit]) -> bool:
    """A "not" stands before one of the words, and is not itself one of them (as in "no letters")."""
    own = {n for hit in used for n in range(hit.first, hit.last + 1)}
    return any(hit.negator >= 0 and hit.negator not in own for hit in used)

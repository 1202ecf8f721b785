"""Who could have told us what stands on a card: for each value the circle of people, in words, with the claim and its source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from letapis.core.circles import narrowest
from letapis.desk import card_plan, cards, reading
from letapis.desk.card_plan import Candidate, CardPlan
from letapis.faces.web.lines import Lines, SourceWords


@dataclass(frozen=True)
class Teller:
    """``circle`` is the key of a text; ``small``: few people, and ``weighed``: a colleague said that it may go; ``relatives`` at home are at
    risk; ``claim`` is what it rests on, ``level`` how far that is checked (key of a text)."""

    circle: str
    small: bool
    weighed: bool
    relatives: bool
    claim: bytes
    source: SourceWords
    level: str
    tone: str


class Tellers:
    """Tellers for one request; sources are read once."""

    def __init__(self, request: Any, lines: Lines) -> None:
        self._request, self._lines = request, lines
        self._circles: dict[bytes, str] = {}

    def of(self, one: Candidate) -> Teller:
        claim, weighed, line = one.claim, one.weighed, self._lines.line(one.claim)
        circle = weighed.circle if weighed else self._wide(claim)
        relatives, clear = bool(weighed and weighed.relatives), bool(weighed and weighed.clear)
        return Teller(f"claims.circle.{circle}", bool(weighed), clear, relatives, claim.rid, line.source, line.level, line.tone)

    def _wide(self, claim: reading.ClaimView) -> str:
        """The circle of what many could have told: said of the claim, or of its source."""
        if claim.source not in self._circles:
            self._circles[claim.source] = reading.source(self._request.desk, self._request.reader, claim.source).circle
        return narrowest((claim.circle, self._circles[claim.source]))

    def by_field(self, plan: CardPlan, chosen: Iterable[tuple[str, str, bytes]]) -> dict[tuple[str, str], tuple[Teller, ...]]:
        """Field and language -> who could have told the values that stand there. ``chosen``: field, language and claim of each."""
        found: dict[tuple[str, str], tuple[Teller, ...]] = {}
        for name, language, claim in chosen:
            candidate = plan.candidate(name, claim)
            if candidate is not None:
                found[name, language] = (*found.get((name, language), ()), self.of(candidate))
        return found


@dataclass(frozen=True)
class Rests:
    """What a version rests on, as far as this reader may know: its person and plan, who could have told it, and what speaks for a second
    thought. Nothing of it for a version that came without such a record, or for a reader who holds only what is public."""

    person: bytes
    told: Mapping[tuple[str, str], tuple[Teller, ...]]
    hints: tuple[cards.Hint, ...]


def rests_of(request: Any, lines: Lines, dossier: bytes, version: Any) -> Rests | None:
    """``version``: a ``core.public_fold.Read``."""
    desk, reader = request.desk, request.reader
    link = next((one for one in cards.links(desk, reader, dossier) if one.version == version.version.ref), None)
    if link is None or version.card is None:
        return None
    plan = card_plan.plan(desk, reader, dossier, link.person)
    told = Tellers(request, lines).by_field(plan, link.chosen)
    return Rests(link.person, told, cards.hints(desk, reader, dossier, link.person, version.card))

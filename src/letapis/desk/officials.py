"""What the record reports of one official beside reported acts: a part, and command over the place at the time, with the claims behind it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.command import Span, Truth, lasting
from letapis.core.dates import is_partial_date
from letapis.core.involvement import Act, Command, Involvement, There, involvements
from letapis.core.proof import Rung
from letapis.core.standing import Level
from letapis.desk import reading
from letapis.desk.law_facts import claim_facts
from letapis.desk.opening import Desk

ROLE: Final = "office.role"
PLACES: Final = ("detention.place",)
_ACTS: Final = frozenset(
    {"detention", "interrogation", "harm", "custody", "solitary", "discipline", "contact", "death", "charge", "trial", "sentence"}
)
MOST: Final = 200
"""Acts that one page shows, and persons of other dossiers that are looked at."""


@dataclass(frozen=True)
class CommandView:
    """A post from which the place was commanded, directly (``up`` 0) or through bodies between. ``rests_on``: claims that it takes besides
    those of the post: that the person was there, which body stood above which."""

    post: reading.PostView
    body: str
    up: int
    truth: Truth
    rests_on: tuple[reading.ClaimView, ...]

    @property
    def level(self) -> Level:
        """That of the weakest claim it takes."""
        return min((self.post.level, *(claim.level for claim in self.rests_on)))


@dataclass(frozen=True)
class ActView:
    """One reported act. ``rung``: the standard of proof that the weakest claim of this line reaches."""

    act: reading.ClaimView
    parts: tuple[reading.ClaimView, ...]
    commands: tuple[CommandView, ...]
    level: Level
    rung: Rung | None


def acts_beside(desk: Desk, reader: Reader, person: bytes, book: reading.CommandBook, everywhere: bool = False) -> list[ActView]:
    """Acts beside which anything is reported of this official: in their dossier, or in all that the reader holds."""
    who = reading.entity(desk, reader, person)
    here = [claim for claim in reading.claims(desk, reader, who.dossier) if _stands(claim)]
    entries = {person, *(one.entity for one in reading.same_as(desk, reader, person))}
    parts = [claim for claim in here if claim.subject in entries and claim.property == ROLE]
    mine = {reading.tenure_id(one): one for one in reading.posts(desk, reader, person=person)}
    tenures = [one for one in book.tenures if one.post in mine]
    told = [claim for claim in here if claim.subject not in entries]
    if everywhere:
        under = _under({one.body for one in tenures}, book)
        there = reading.claims_in_places(desk, reader, PLACES, lambda text: book.naming.reference(text) in under, MOST)
        told += [claim for claim in there if _stands(claim) and claim.dossier != who.dossier]
    acts = _acts(desk, told, book)
    found = involvements(acts.values(), [(part.ref, _time(part)) for part in parts], tenures, book.parents)
    by_ref = {**book.claims, **{claim.ref: claim for claim in (*told, *parts)}}
    return [_view(desk, one, by_ref, mine) for one in found[:MOST]]


def _under(bodies: set[str], book: reading.CommandBook) -> set[str]:
    """These bodies and all that ever stood under them."""
    found, waiting = set(bodies), list(bodies)
    while waiting:
        above = waiting.pop()
        below = {one.body for one in book.parents if one.above == above} - found
        found |= below
        waiting += below
    return found


def _stands(claim: reading.ClaimView) -> bool:
    return claim.level >= Level.OPEN and not claim.replaced


def _time(claim: reading.ClaimView) -> Span:
    return lasting(claim.valid_from, claim.valid_to or claim.valid_from, claim.certainty)


def _acts(desk: Desk, told: Sequence[reading.ClaimView], book: reading.CommandBook) -> dict[bytes, Act]:
    """Dated claims on what was done to somebody, with where they were; each person's in the order of time. That something was not done is
    told of nobody as an act."""
    places: dict[bytes, list[There]] = defaultdict(list)
    for claim in told:
        if claim.property in PLACES:
            span = lasting(claim.valid_from, claim.valid_to, claim.certainty)
            places[claim.subject].append(There(book.naming.reference(claim.value), span, claim.ref))
    denied = {one.ref for one in claim_facts(desk.catalogue.vocabulary, told) if desk.catalogue.rulebook.is_denial(one.property, one.value)}
    dated = [claim for claim in told if claim.property.partition(".")[0] in _ACTS and claim.ref not in denied and _day(claim)]
    return {claim.ref: Act(claim.ref, _day(claim), tuple(places[claim.subject])) for claim in sorted(dated, key=lambda one: (one.low, one.ref))}


def _day(claim: reading.ClaimView) -> str:
    """When it was: the time of the claim, or the day that it says; empty when nobody says."""
    said = claim.valid_from or (claim.value if claim.value_type == "date" else "")
    return said if is_partial_date(said) else ""


def _view(desk: Desk, one: Involvement, claims: dict[bytes, reading.ClaimView], posts: dict[bytes, reading.PostView]) -> ActView:
    act, parts = claims[one.act], tuple(claims[ref] for ref in one.parts)
    commands = _best_told(_command(each, one.act, claims, posts) for each in one.commands)
    level = min((act.level, *(part.level for part in parts), *(each.level for each in commands)))
    return ActView(act, parts, commands, level, desk.catalogue.proof.rung_at(level))


def _command(one: Command, act: bytes, claims: dict[bytes, reading.ClaimView], posts: dict[bytes, reading.PostView]) -> CommandView:
    """What the act itself says stands above the line already."""
    return CommandView(posts[one.post], one.body, one.up, one.truth, tuple(claims[ref] for ref in one.claims if ref != act))


def _best_told(found: Iterable[CommandView]) -> tuple[CommandView, ...]:
    """Each post once where several sources tell where the person was: the surest by its dates, of those the one that is best checked."""
    best: dict[bytes, CommandView] = {}
    for one in found:
        known = best.setdefault(reading.tenure_id(one.post), one)
        if (one.truth is Truth.CERTAIN, one.level) > (known.truth is Truth.CERTAIN, known.level):
            best[reading.tenure_id(one.post)] = one
    return tuple(best.values())

"""Where can this go? One answer for each card on one dossier: open, under conditions, or closed, and every reason for it.

The answer is made from the gates that a submission meets later, so that nobody hears "open" here and "no" there. What depends on a
finished document (length, standing of what it uses, approval) is not asked yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from letapis.core.answers import Answer
from letapis.core.consent import Consent, ConsentScopes
from letapis.core.filed import DECIDED, PENDING, Earlier
from letapis.core.gates import Gate, check_gates, consent_gates, duplication_gates, listed, status_gate, window_gates
from letapis.core.mechanisms import Mechanism
from letapis.core.periods import after
from letapis.core.predicates import World
from letapis.core.routing import Route


class Way(StrEnum):
    """Whether this dossier can go there: nothing recorded stands against it, something is still to be done, or it cannot."""

    OPEN = "open"
    CONDITIONAL = "conditional"
    CLOSED = "closed"


@dataclass(frozen=True)
class Words:
    """What colleagues said to the questions of one body: ids of checks that hold and that do not, other procedures that do not hinder."""

    confirmed: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Known:
    """What a dossier holds when it is asked where it can go: facts, answers about consent, the day, what was sent before, and what
    colleagues answered to the questions of this body."""

    world: World
    consents: Sequence[Consent]
    today: date
    earlier: Earlier
    words: Words


@dataclass(frozen=True)
class CardStanding:
    """The answer for one card. ``closing`` gates shut it, ``waiting`` ones are still to be answered, ``noted`` warn and do not stop,
    ``settled`` hold. ``prepare``: only a State can bring it there, so a brief for a State is what we make."""

    card: Mechanism
    way: Way
    closing: tuple[Gate, ...]
    waiting: tuple[Gate, ...]
    noted: tuple[Gate, ...]
    settled: tuple[Gate, ...]
    prepare: bool


def standing_of(card: Mechanism, known: Known, scopes: ConsentScopes) -> CardStanding:
    """The answer for one card, with every gate that can be asked before there is a document."""
    pending, decided = (listed(known.world, fact) for fact in (PENDING, DECIDED))
    asked = (
        status_gate(card, known.today),
        *window_gates(card, known.world, known.today),
        *check_gates(card, [known.earlier.added(known.world)], known.words.confirmed, known.words.denied),
        *consent_gates(card, scopes, known.consents, known.today),
        *duplication_gates(card, pending, decided, known.words.cleared, known.earlier),
    )
    prepare = "states" in card.who_may_submit
    closing = tuple(gate for gate in asked if gate.closed and _final(gate))
    waiting = [gate for gate in asked if gate.closed and not _final(gate)]
    if card.status == "conditional" and not closing:
        waiting.insert(0, Gate("status", Answer(False, "law.status_conditional"), True))
    if prepare and not card.organisations_only_prepare:
        waiting.append(Gate("status", Answer(False, "law.through_a_state"), True))
    noted = tuple(gate for gate in asked if not gate.blocks and not gate.answer.holds)
    settled = tuple(gate for gate in asked if gate.answer.holds and gate.answer.because != "law.status_conditional")
    way = Way.CLOSED if closing else Way.CONDITIONAL if waiting else Way.OPEN
    return CardStanding(card, way, closing, tuple(waiting), noted, settled, prepare)


ANSWERED_BY_HAND: Final = frozenset(
    {"law.check_person", "law.check_denied"}
    | {f"law.duplication_{rule}{state}" for rule in ("ask", "declare", "warn") for state in ("", "_sent", "_decided")}
)
"""Reasons of gates that a colleague's word opens: a question that no fact answers, another procedure that was looked at or is named."""


def may_answer(card: Mechanism, gate: str, about: str) -> bool:
    """Whether a colleague's word counts there: a check of the card that a person decides, or a procedure that does not exclude this one."""
    if gate == "check":
        return any(check.id == about and check.decided_by == "human" for check in card.checks)
    return gate == "duplication" and any(rule.other == about and rule.rule in ("ask", "declare", "warn") for rule in card.duplication)


def _final(gate: Gate) -> bool:
    """A shut gate that no further question opens: the body is closed, a fact speaks against it, somebody said no, another body has it."""
    return gate.answer.because in _FINAL


_FINAL: Final = frozenset(
    {"law.status_closed", "law.status_closed_since", "law.status_not_begun", "law.check_failed", "law.check_denied", "law.consent_refused"}
    | {"law.consent_withdrawn", "law.window_over", "law.duplication_blocks", "law.duplication_blocks_sent"}
    | {"law.duplication_blocks_decided"}
)


@dataclass(frozen=True)
class Advice:
    """A route whose situation holds, with the answer for each card it names."""

    route: Route
    first: tuple[CardStanding, ...]
    parallel: tuple[CardStanding, ...]


def advice(routes: Iterable[Route], standings: Iterable[CardStanding]) -> tuple[Advice, ...]:
    """Routes with the answers for their cards beside them, so that advice never sends anybody to a closed door unseen."""
    by_id = {one.card.id: one for one in standings}

    def named(ids: Iterable[str]) -> tuple[CardStanding, ...]:
        return tuple(by_id[name] for name in ids if name in by_id)

    return tuple(Advice(route, named(route.first), named(route.parallel)) for route in routes)


def review_due(card: Mechanism, confirmed: date) -> date:
    """By when somebody reads the body's page again, ``review_every_months`` after the card was confirmed last."""
    return after(confirmed, card.review_every_months, "months")

"""Consent: per person, purpose, recipient and degree of identification. A scope that was never asked is not given.

The newest answer of a party about a scope and recipient decides; an answer given by a relative or lawyer counts only for the
procedures where the person cannot be reached, only with the reason written down, and never against what the person said. Every use asks
again with ``may``.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from letapis.core.answers import Answer
from letapis.core.dates import bounds
from letapis.core.errors import NotFound

GIVEN, REFUSED, WITHDRAWN, ASK_AGAIN = "given", "refused", "withdrawn", "ask_again"
NO = frozenset({"law.consent_refused", "law.consent_withdrawn"})  # reasons that somebody gave, unlike a silence
_EXPIRED = "law.consent_expired"
SURROGATE = "law.consent_surrogate_given"  # the reason of a use that a relative or lawyer allowed
ANSWERS = (GIVEN, REFUSED, WITHDRAWN, ASK_AGAIN)


@dataclass(frozen=True, slots=True)
class Scope:
    """One purpose that a person can agree to. ``default`` says what silence means: ``deny``, or ``ask`` before the file is closed."""

    id: str
    default: str
    definition: str
    label: Mapping[str, str]
    surrogate_allowed: bool


@dataclass(frozen=True, slots=True)
class Handover:
    """One kind of recipient of a case file, and the scope that has to be given for it."""

    id: str
    scope: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ConsentScopes:
    """All scopes by id, the kinds of recipients of a case file, the fields that a record of consent must hold, and the rules in words."""

    scopes: Mapping[str, Scope]
    handovers: Mapping[str, Handover]
    record_fields: tuple[tuple[str, bool, Mapping[str, str]], ...]
    rules: Mapping[str, str]

    def scope(self, scope_id: str) -> Scope:
        """Raises NotFound ``law.unknown_scope``."""
        if scope_id not in self.scopes:
            raise NotFound("law.unknown_scope")
        return self.scopes[scope_id]


@dataclass(frozen=True, slots=True)
class Consent:
    """One answer of one party. ``taken`` and ``expires`` are partial dates; ``order`` breaks ties (place in the fold's order).

    An empty ``recipient`` means the recipients that the scope itself names.
    """

    ref: bytes
    party: bytes
    scope: str
    answer: str
    taken: str
    order: int = 0
    recipient: str = ""
    expires: str = ""
    surrogate: bool = False
    reason: str = ""


def read_scopes(table: Mapping[str, Any]) -> ConsentScopes:
    """Scopes from the parsed file ``consent.toml``."""
    surrogate = frozenset(table["surrogate_for"])
    scopes = {s["id"]: Scope(s["id"], s["default"], s["definition"], s["label"], s["id"] in surrogate) for s in table["scopes"]}
    handovers = {h["id"]: Handover(h["id"], scopes[h["scope"]].id, h["label"]) for h in table.get("handovers", ())}
    fields = tuple((f["key"], f["required"], f["label"]) for f in table["record_fields"])
    return ConsentScopes(scopes, handovers, fields, {r["id"]: r["text"] for r in table["rules"]})


def may(scope: Scope, consents: Iterable[Consent], as_of: date, recipients: Iterable[str] = ()) -> Answer:
    """May the person's material be used for this scope on this day? ``consents`` are the answers of that one person (and for them);
    ``recipients`` are the names under which the one recipient goes (its code, its names in several languages).

    The person's own answers come before those of a relative. A withdrawal or refusal always counts, even one whose date is uncertain; a
    consent counts from the first day it can mean to the last day of its expiry, and only for the recipient it names.
    """
    of_scope = [c for c in consents if c.scope == scope.id and _taken_by(c, as_of)]
    names = {"", *(name.strip().casefold() for name in recipients)}
    answers = [c for c in of_scope if c.recipient.strip().casefold() in names]
    if not answers:
        elsewhere = any(c.answer == GIVEN for c in of_scope)
        return Answer(False, "law.consent_other_recipient" if elsewhere else _silence(scope))
    own = [c for c in answers if not c.surrogate]
    last = max(own or answers, key=lambda c: (_first_day(c.taken), c.order))
    stops = {c.answer for c in answers if c is last or _stops(c, last)}
    if WITHDRAWN in stops:
        return Answer(False, "law.consent_withdrawn")
    if REFUSED in stops:
        return Answer(False, "law.consent_refused")
    if last.answer != GIVEN:
        return Answer(False, "law.consent_must_be_asked")
    if last.expires and as_of > bounds(last.expires)[1]:
        return Answer(False, _EXPIRED)
    if last.surrogate and not scope.surrogate_allowed:
        return Answer(False, "law.consent_surrogate_not_allowed")
    if last.surrogate and not last.reason:
        return Answer(False, "law.consent_surrogate_without_reason")
    return Answer(True, SURROGATE if last.surrogate else "law.consent_given")


def may_unless_over(scope: Scope, consents: Iterable[Consent], as_of: date, known: date, recipients: Iterable[str] = ()) -> Answer:
    """What ``may`` says on a day of which only one clock tells; nothing is over that was not yet on ``known``, the last day of which another told
    too. A refusal or withdrawal counts at once all the same."""
    told = tuple(consents)
    answer = may(scope, told, as_of, recipients)
    if answer.because != _EXPIRED or known >= as_of:
        return answer
    return may(scope, [replace(one, expires="") if one.expires and bounds(one.expires)[1] >= known else one for one in told], as_of, recipients)


def last_day(scope: Scope, consents: Iterable[Consent], as_of: date, recipients: Collection[str] = ()) -> date | None:
    """Of a use that ``may`` allows on a day: the last day up to which it does without a break, as far as it is written down; None for a
    consent without an end."""
    told = [one for one in consents if one.scope == scope.id]
    ends = {bounds(one.expires)[1].toordinal() + 1 for one in told if one.expires}
    turns = ends | {_first_day(one.taken).toordinal() for one in told}
    for turn in sorted(one for one in turns if as_of.toordinal() < one <= date.max.toordinal()):
        if not may(scope, told, date.fromordinal(turn), recipients).holds:
            return date.fromordinal(turn - 1)
    return None


def covers(wanted: Iterable[str], came_under: Collection[str], recorded: str, given: Mapping[str, str]) -> bool:
    """A claim may be used for the scopes it came under, and for those that its source gave since: who once spoke on narrower terms is asked
    again before more is done with it. ``given``: scope -> moment of the answer that holds; ``recorded``: moment of the claim."""
    return all(scope in came_under or given.get(scope, "") >= recorded for scope in wanted)


def _silence(scope: Scope) -> str:
    return "law.consent_must_be_asked" if scope.default == "ask" else "law.consent_never_asked"


def _first_day(taken: str) -> date:
    return bounds(taken)[0] if taken else date.min


def _taken_by(consent: Consent, as_of: date) -> bool:
    """An answer of the future is none; a refusal or withdrawal without a usable date counts at once."""
    return _first_day(consent.taken) <= as_of or (consent.answer != GIVEN and not consent.taken)


def _stops(consent: Consent, last: Consent) -> bool:
    """A refusal or withdrawal that may be newer than the answer that decides stops the use, also a relative's: nobody may profit from an
    inexact date."""
    if consent.answer not in (REFUSED, WITHDRAWN):
        return False
    if not consent.taken or bounds(consent.taken)[1] > _first_day(last.taken):
        return True
    return (_first_day(consent.taken), consent.order) > (_first_day(last.taken), last.order)

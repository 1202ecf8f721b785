"""Rules of an interview with somebody who was released: what to know before it, and what stays inside after it."""

from dataclasses import dataclass
from typing import Final

from letapis.core.answers import Answer

PLANNED, FIRST, LATER, CLOSED = "planned", "first_pass", "later_pass", "closed"
PRIOR: Final = ("none", "here", "elsewhere")  # what was found when it was asked whether an account exists
RISKS: Final = ("low", "medium", "high")
UNKNOWN: Final = ("", "unknown")


@dataclass(frozen=True, slots=True)
class Before:
    """What is known before somebody is asked to tell. Empty text: nobody asked yet.

    ``accounts``: accounts of this person that we hold; ``consent_asked``: they were asked, as a person, whether the account may be kept;
    ``safety`` and ``device``: the state of the contact and of the telephone; ``child`` and ``grave``: a child tells, sexual violence is told.
    """

    accounts: int = 0
    prior: str = ""
    referral: bool = False
    risk: str = ""
    consent_asked: bool = False
    safety: str = ""
    device: str = ""
    child: bool = False
    grave: bool = False
    trained: bool = False


def warnings(known: Before) -> tuple[str, ...]:
    """Keys of what a colleague should read before the talk. None of them is a wall."""
    told = {
        "account_here": known.accounts > 0,
        "account_elsewhere": known.prior == "elsewhere",
        "prior_unasked": not known.prior and not known.accounts,
        "referral_missing": not known.referral,
        "risk_unknown": not known.risk,
        "risk_high": known.risk == "high",
        "contact_unknown": known.safety in UNKNOWN,
        "contact_unsafe": known.safety not in (*UNKNOWN, "safe"),
        "device": known.device != "trusted",
        "consent_unasked": not known.consent_asked,
        "child": known.child,
    }
    return tuple(f"interview.warn.{name}" for name, holds in told.items() if holds)


def may_hear(known: Before) -> Answer:
    """The one wall: accounts of children and of sexual violence are taken by people who were trained for it, and by nobody else."""
    if (known.child or known.grave) and not known.trained:
        return Answer(False, "interview.needs_trained")
    return Answer(True, "interview.may_begin")


def needs_assessment(subject: bytes, own: frozenset[bytes], consenting: frozenset[bytes], *, told_in_interview: bool, assessed: bool) -> bool:
    """A claim from an interview stays inside until a named member has weighed what it may do to the person it is about.

    ``own``: who tells, as a person of the dossier; ``consenting``: persons of the dossier who agreed for themselves. Both answer for
    themselves; a fellow prisoner who is still inside was not asked.
    """
    return told_in_interview and not assessed and subject not in own and subject not in consenting

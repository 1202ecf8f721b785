"""Who holds the shares of an identity: custodians, not the people who work on the same dossier, never one person alone if it can be helped."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from letapis.core.answers import Answer
from letapis.core.membership import Directory, threshold_for_identity
from letapis.core.thresholds import MAX_HOLDERS

SEPARATE_FROM: Final = 5  # members; below that, a team is too small to keep custodians apart from caseworkers


@dataclass(frozen=True)
class Custody:
    """The holders, how many of them open together, and what a person should know about this choice."""

    holders: tuple[bytes, ...]
    threshold: int
    note: Answer


def choose(directory: Directory, caseworkers: Collection[bytes]) -> Custody:
    """Holders for an identity of a dossier. From five members on caseworkers are left out, if two or more others remain; where they
    are not, that is said and not enforced.

    A custodian without a device cannot hold a share. With no custodian left everybody who has a device is asked, but for publishers, so
    that an identity is never without a holder; a single holder is one-person custody, and says so.
    """
    others = (member.member for member in directory.active_members() if not member.publisher)
    able = list(directory.custodians()) or [member for member in others if directory.devices_of(member)]
    apart = [member for member in able if member not in caseworkers]
    enforced = len(directory.active_members()) >= SEPARATE_FROM and len(apart) > 1
    chosen = apart if enforced else able
    holders = tuple(sorted(chosen))[:MAX_HOLDERS]
    if len(holders) == 1:
        note = Answer(False, "identity.one_person_custody")
    elif set(holders) & set(caseworkers):
        note = Answer(False, "identity.custodian_is_caseworker")
    else:
        note = Answer(True, "identity.custody_apart")
    return Custody(holders, threshold_for_identity(len(holders)), note)

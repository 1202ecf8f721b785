"""Who holds the shares of an identity: custodians, not the people who work on the same dossier, never one person alone if it can be helped."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from letapis.core.answers import Answer
from letapis.core.membership import Directory, threshold_for_identity

SEPARATE_FROM: Final = 5  # members; below that, a team is too small to keep custodians apart from caseworkers


@dataclass(frozen=True)
class Custody:
    """The holders, how many of them open together, and what a person should know about this choice."""

    holders: tuple[bytes, ...]
    threshold: int
    note: Answer


def choose(directory: Directory, caseworkers: Collection[bytes]) -> Custody:
    """Holders for an identity of a dossier. From five members on caseworkers are left out; below, that is said and not enforced.

    A custodian without a device cannot hold a share. With no custodian left everybody who has a device is asked, so that an
    identity is never without a holder; a single holder is one-person custody, and says so.
    """
    able = [member for member in directory.custodians() if directory.devices_of(member)]
    enforced = len(directory.active_members()) >= SEPARATE_FROM
    chosen = [member for member in able if member not in caseworkers] if enforced else able
    fallen_back = not chosen
    if fallen_back:
        chosen = able or [member.member for member in directory.active_members() if directory.devices_of(member.member)]
    holders = tuple(sorted(chosen))[:9]
    if len(holders) == 1:
        note = Answer(False, "identity.one_person_custody")
    elif (not enforced or fallen_back) and set(holders) & set(caseworkers):
        note = Answer(False, "identity.custodian_is_caseworker")
    else:
        note = Answer(True, "identity.custody_apart")
    return Custody(holders, threshold_for_identity(len(holders)), note)

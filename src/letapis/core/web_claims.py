"""What was found of a web archive that came from elsewhere, as codes: what speaks for it, what against it, and what that means for its use.

All of it is somebody's claim about a file. A right signature says who listed the files and when; it never says that a page was so.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

RIGHT: Final = frozenset(
    {"wacz.parts_right", "wacz.signature_right", "wacz.domain_right", "wacz.time_right", "web.digests_right", "foreign.hashes_right"}
)

REFUSED: Final = frozenset(
    {"wacz.no_list", "wacz.list_unreadable", "wacz.listed_twice", "wacz.part_missing", "wacz.part_changed", "wacz.part_unlisted"}
    | {"wacz.list_changed", "wacz.digest_unreadable", "wacz.signed_other", "wacz.signature_wrong", "wacz.signature_unreadable"}
    | {"wacz.test_authority", "wacz.outside_validity", "wacz.other_domain", "wacz.self_made"}
    | {"web.whole_gzip", "web.not_an_archive", "foreign.hash_wrong"}
)
"""The file is not what it says it is: it is kept, set apart, and nothing is taken out of it."""

DAMAGED: Final = frozenset({"web.broken_off", "web.cut_short", "web.length_wrong", "web.digest_wrong"})
"""A part of the file is not as it was written; the rest is used."""

UNPROVEN: Final = frozenset({"wacz.no_root", "wacz.chain_unknown", "wacz.time_other", "wacz.time_far", "wacz.time_unreadable"})
"""The files are as they are listed, but who signed the list, or when, is what nobody here can say yet: a root may still be pinned."""


class Verdict(StrEnum):
    SOUND = "sound"
    UNPROVEN = "unproven"
    DAMAGED = "damaged"
    REFUSED = "refused"


def verdict(codes: Iterable[str]) -> Verdict:
    """The worst that was found."""
    found = set(codes)
    if found & REFUSED:
        return Verdict.REFUSED
    if found & DAMAGED:
        return Verdict.DAMAGED
    return Verdict.UNPROVEN if found & UNPROVEN else Verdict.SOUND

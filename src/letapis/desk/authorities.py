"""Whom a person trusts to state the time: time-stamp authorities with a pinned root, calendars of OpenTimestamps, servers of public randomness.

None is there by default, and the desk asks no address that does not stand here. Only keepers enter them, and only their word counts: an address
learns which devices ask, and a false root would call anything anchored. An authority never changes its root: a new certificate of
an authority is a new entry, because the old stamps go on being checked against the old one.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.errors import Damaged, NotFound, Refused, UsageError
from letapis.core.records import Value
from letapis.desk import items, members, people, reading
from letapis.desk.opening import Desk
from letapis.engines.asking import Asker
from letapis.engines.seal.certificates import Certificate, read_pem

TSA, CALENDAR, RANDOMNESS = "tsa", "calendar", "randomness"
KINDS: Final = (TSA, CALENDAR, RANDOMNESS)
IN_USE, RETIRED = "in_use", "retired"
_NAME: Final = re.compile(r"(?!root-)[a-z0-9]+(-[a-z0-9]+)*\Z")
_LONGEST: Final = 32


@dataclass(frozen=True)
class AuthorityForm:
    """What a person says of an authority. ``root``: PEM of its root certificate, others that stand between may follow; ``apart``: names of
    authorities that have nothing to do with it: neither owner, nor donor, nor host."""

    kind: str
    name: str
    address: str = ""
    root: str = ""
    apart: tuple[str, ...] = ()


@dataclass(frozen=True)
class AuthorityView:
    """One authority; ``by``: the member who entered it."""

    authority: bytes
    kind: str
    name: str
    address: str
    root: str
    apart: tuple[str, ...]
    in_use: bool
    by: bytes

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """SHA-256 of each pinned root, in groups of four, to be compared another way."""
        return tuple(_grouped(hashlib.sha256(one.data).hexdigest()) for one in checked_certificates(self)[0])

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """Pinned roots and what may stand between. Raises Damaged for an entry of a newer or a broken hand."""
        return read_pem(self.root)

    @property
    def roots(self) -> tuple[Certificate, ...]:
        return tuple(one for one in self.certificates if one.self_issued)

    @property
    def between(self) -> tuple[Certificate, ...]:
        return tuple(one for one in self.certificates if not one.self_issued)


def _grouped(digest: str) -> str:
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


def authorities(desk: Desk, reader: Reader, kind: str = "", *, in_use: bool = False) -> list[AuthorityView]:
    """Everybody whom a keeper entered, by name."""
    trusted = frozenset(member.member for member in people.directory(desk).members.values() if member.keeper)
    views = [_view(desk, reader, one, trusted) for one in reading.items(desk, reader, "authority")]
    found = [one for one in views if one is not None and (not kind or one.kind == kind) and (one.in_use or not in_use)]
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.name))


def _view(desk: Desk, reader: Reader, item: reading.ItemView, trusted: frozenset[bytes]) -> AuthorityView | None:
    """The newest version that a keeper wrote, also one who has left since; None for what none did."""
    author, record = item.author, item.record
    if author not in trusted:
        written = [one for one in reading.versions(desk, reader, item.item) if one.author in trusted]
        if not written:
            return None
        author, record = written[0].author, written[0].record
    kind = record.text("kind") if record.text("kind") in KINDS else TSA
    told = {name: record.text(name) for name in ("name", "address", "root")}
    return AuthorityView(item.item, kind, **told, apart=record.texts("apart"), in_use=record.text("state") == IN_USE, by=author)


def find(desk: Desk, reader: Reader, name: str) -> AuthorityView:
    """The authority of this name. Raises NotFound."""
    found = next((one for one in authorities(desk, reader) if one.name == name), None)
    if found is None:
        raise NotFound("time.no_such_authority")
    return found


def add_authority(desk: Desk, reader: Reader, form: AuthorityForm) -> bytes:
    """Enter an authority. Returns its id.

    Raises Refused("members.keepers_only", "time.name_taken"), UsageError("time.kind", "time.name", "time.address", "time.apart",
    "time.root_missing") and Damaged("time.certificate").
    """
    members.require_keeper(desk, reader)
    known = authorities(desk, reader)
    _check(form, known)
    body: dict[str, Value] = {"kind": form.kind, "name": form.name, "address": form.address.strip(), "root": _pinned(form), "state": IN_USE}
    return items.new(desk, "authority", members.common_compartment(desk, "ORG"), {**body, "apart": tuple(sorted(set(form.apart)))})


def _check(form: AuthorityForm, known: list[AuthorityView]) -> None:
    if form.kind not in KINDS:
        raise UsageError("time.kind")
    if not _NAME.match(form.name) or len(form.name) > _LONGEST:
        raise UsageError("time.name")
    if any(one.name == form.name for one in known):
        raise Refused("time.name_taken")
    if form.address.strip() or form.kind != TSA:
        Asker(form.address.strip())
    if not set(form.apart) <= {one.name for one in known}:
        raise UsageError("time.apart")


def _pinned(form: AuthorityForm) -> str:
    """The certificates of an authority as PEM, and nothing else that stood in the text."""
    if form.kind != TSA:
        return ""
    if not form.root.strip():
        raise UsageError("time.root_missing")
    found = read_pem(form.root)
    if not any(one.self_issued for one in found):
        raise UsageError("time.root_missing")
    return "".join(one.pem for one in found)


def retire(desk: Desk, reader: Reader, name: str) -> None:
    """Ask this authority no more. What it stamped goes on being checked. Raises Refused("members.keepers_only"), NotFound."""
    members.require_keeper(desk, reader)
    known = find(desk, reader, name)
    if known.in_use:
        item = reading.item(desk, reader, known.authority, "authority")
        # Written from the version that counts: what somebody else wrote meanwhile must not become a keeper's word.
        told: dict[str, Value] = {name: getattr(known, name) for name in ("kind", "name", "address", "root", "apart")}
        items.change(desk, reader, "authority", known.authority, {**told, "state": RETIRED}, item.heads)


def are_apart(one: AuthorityView, other: AuthorityView) -> bool:
    """A person said of these two that they have nothing to do with each other."""
    return one.name != other.name and (other.name in one.apart or one.name in other.apart)


def checked_certificates(view: AuthorityView) -> tuple[tuple[Certificate, ...], tuple[Certificate, ...]]:
    """Roots and what stands between; none where the entry cannot be read, so that nothing is trusted by mistake."""
    try:
        return view.roots, view.between
    except Damaged:
        return (), ()

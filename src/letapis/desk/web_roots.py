"""Certificates of authorities under which signatures of web archives count, because a person compared them and pinned them.

Without one, a signature is checked all the same and shown as made by somebody of whom nobody here knows anything.
"""

from dataclasses import dataclass

from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.core.records import Value
from letapis.desk import items, reading
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk
from letapis.engines.seal.web_signature import read_root

PINNED, DROPPED = "pinned", "dropped"
_LONGEST = 20_000


@dataclass(frozen=True)
class Root:
    """A pinned certificate: its subject, and the SHA-256 to compare with what the authority publishes."""

    ident: bytes
    name: str
    sha256: str
    certificate: bytes


def pin_root(desk: Desk, reader: Reader, pem: str) -> Root:
    """Pin one self-signed certificate of an authority. Raises Damaged("wacz.root") for anything else, Refused for one that is pinned."""
    if len(pem) > _LONGEST:
        raise UsageError("wacz.root_long")
    certificate, name, sha256 = read_root(pem)
    if any(root.sha256 == sha256 for root in roots(desk, reader)):
        raise Refused("wacz.root_pinned")
    body: dict[str, Value] = {"name": f"{sha256} {name}"[:1000], "certificate": certificate, "state": PINNED}
    return Root(items.new(desk, "web_root", common_compartment(desk, "ORG"), body), name, sha256, certificate)


def drop_root(desk: Desk, reader: Reader, ident: bytes) -> None:
    """Let a certificate count no longer. What was found under it stays written down as it was found."""
    items.change(desk, reader, "web_root", ident, {"state": DROPPED})


def roots(desk: Desk, reader: Reader) -> list[Root]:
    """The certificates that count now. One about which two versions stand side by side does not."""
    found = [one for one in reading.items(desk, reader, "web_root", state=PINNED) if not one.contested]
    return [Root(one.item, name, sha256, one.record.raw("certificate")) for one in found for sha256, _, name in [one.text("name").partition(" ")]]

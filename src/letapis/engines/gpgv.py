"""Whether an OpenPGP signature fits some bytes under a key that came with them. The key says nothing of who holds it.

``gpgv`` takes keys whose signature of themselves uses SHA-1, as those of ProofMode do; stricter libraries do not. That is said beside.
"""

import re
from enum import StrEnum
from typing import Final

from letapis.engines import outside

_STATUS: Final = re.compile(rb"^\[GNUPG:\] (GOODSIG|BADSIG|ERRSIG|EXPSIG|EXPKEYSIG|REVKEYSIG|VALIDSIG|NO_PUBKEY)\b(.*)$", re.MULTILINE)


class Signature(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNREADABLE = "unreadable"


def here() -> bool:
    """The tool and what shuts it in are installed."""
    return outside.found("gpgv")


def check(signature: bytes, signed: bytes, key: bytes) -> tuple[Signature, str]:
    """What the signature of ``signed`` under ``key`` is, both without armour, and the fingerprint of the key where it is good.

    Raises as ``outside.run`` does.
    """
    arguments = ["--status-fd", "1", "--keyring", "{key}", "{signature}", "{signed}"]
    ran = outside.run("gpgv", arguments, files={"key": key, "signature": signature, "signed": signed}, timeout=60)
    words = {match[1]: match[2] for match in _STATUS.finditer(ran.out)}
    if ran.code == 0 and set(words) == {b"GOODSIG", b"VALIDSIG"}:
        return Signature.GOOD, words[b"VALIDSIG"].split()[0].decode("ascii", "replace")
    return (Signature.BAD if b"BADSIG" in words else Signature.UNREADABLE), ""

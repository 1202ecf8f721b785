"""What people read in a case file: the way to check it in three languages, the labels of the bag, what this system is."""

import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Final

from letapis import __version__
from letapis.core.language import LANGUAGES
from letapis.desk import people
from letapis.desk.casefile_records import Head, origin_line
from letapis.desk.opening import Desk

ATTESTED: Final = ("record", "type", "day", "attested by")
COPIES: Final = ("item", "good copies", "days of checks", "first", "last")
CUSTODY: Final = ("item", "record", "step", "event", "outcome", "detail")
CLAIMS: Final = (
    "record",
    "subject",
    "property",
    "value",
    "from",
    "to",
    "certainty",
    "basis",
    "standing",
    "checks",
    "contested",
    "item",
    "place",
    "words",
)


def verifier() -> bytes:
    """The bytes of verify.py as this version has it."""
    return (files("letapis") / "faces" / "verifier" / "verify.py").read_bytes()


def organisation(desk: Desk) -> str:
    return _one_line(people.directory(desk).name)


def info(desk: Desk, about: tuple[str, str]) -> list[tuple[str, str]]:
    """The lines of bag-info.txt but the last."""
    directory = people.directory(desk)
    lines = [
        ("Letapis-Case-File", "1"),
        ("Source-Organization", organisation(desk)),
        ("Bagging-Date", desk.clock().date().isoformat()),
        ("Bag-Software-Agent", f"letapis {__version__}"),
        ("Letapis-Recipient", about[0]),
        ("External-Description", about[1]),
    ]
    return [*lines, ("Letapis-Marking", "INVENTED EXAMPLE")] if directory.marking else lines


def guide(desk: Desk, about: tuple[str, str], claims: bool) -> bytes:
    """VERIFY.md: the same in all languages, one after the other. ``claims``: whether there is a table of them to be named."""
    texts, marking = desk.catalogue.texts, people.directory(desk).marking
    parts = []
    for language in LANGUAGES:
        if marking:
            parts.append(f"**{texts.say('filing.invented', language)}**\n\n")
        table = texts.say("casefile.guide_claims", language) if claims else ""
        parts.append(texts.say("casefile.guide", language, recipient=_plain(about[0]), purpose=_plain(about[1]), claims=table) + "\n")
    return "".join(parts).encode("utf-8")


_OF_CLAIMS: Final = (
    "standing and checks in claims.csv are computed by the sender from signed decisions; the records beside it are what is proven",
    "a claim of which no field is shown goes in safer words; these are the sender's, and its record proves the day alone",
)


_OF_COPIES: Final = ("copies.csv is the sender's word: that copies were found good is recorded once for a place, not in the custody of an item",)


def statement(desk: Desk, verifier_: bytes, heads: Sequence[Head], withheld: Mapping[str, int], claims: bool, copies: bool) -> bytes:
    """The system statement: versions, logs with their checkpoints and keys, what is withheld and why, what this does not prove. ``claims``,
    ``copies``: whether there is a table of them."""
    lines = [
        *(["INVENTED EXAMPLE: nobody named here exists"] if people.directory(desk).marking else []),
        f"letapis {__version__}",
        f"verify.py SHA-256 {hashlib.sha256(verifier_).hexdigest()}",
        "signatures Ed25519 and ML-DSA-44; log RFC 6962 with SHA-256; checkpoints and proofs C2SP; container BagIt 1.0",
        *(origin_line(head) for head in heads),
        *(f"withheld fields: {count} ({reason})" for reason, count in sorted(withheld.items())),
        "days in attested.csv are the sender's word; device and hour of each record are withheld digests, which two of its members may open",
        *(_OF_CLAIMS if claims else ()),
        *(_OF_COPIES if copies else ()),
        "claims whose source or person did not agree to this recipient, and those that are not checked, stayed at home and are not counted here",
        "not proven: that a record is true, who a pseudonym is, that nothing was left out before it came to a log",
    ]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip() or "-"


def _plain(text: str) -> str:
    """Words that a person typed, without a character that Markdown would read."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+!|~" else c for c in text)

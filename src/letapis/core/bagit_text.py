"""The text files of a bag (BagIt 0.93 to 1.0): declaration, manifests, information about the bag, list of what would be fetched.

Each is read line by line, and what is odd about a line is said with its number. Nothing here follows an address or opens a path.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

VERSIONS: Final = ("0.93", "0.94", "0.95", "0.96", "0.97", "1.0")
NEWEST: Final = "1.0"
DECLARATION: Final = "bagit.txt"
ENCODINGS: Final[Mapping[str, str]] = {
    **{"utf8": "utf-8", "utf16": "utf-16", "utf16be": "utf-16-be", "utf16le": "utf-16-le", "usascii": "ascii", "ascii": "ascii"},
    **{"iso88591": "latin-1", "iso88592": "iso8859-2", "iso88595": "iso8859-5", "iso885915": "iso8859-15"},
    **{"windows1250": "cp1250", "windows1251": "cp1251", "windows1252": "cp1252", "koi8r": "koi8-r", "koi8u": "koi8-u", "ibm866": "cp866"},
}
"""What a bag may write its text files in: name without signs -> codec of Python."""

_VERSION: Final = re.compile(r"BagIt-Version[ \t]*:[ \t]*([0-9]{1,9}\.[0-9]{1,9})\Z", re.IGNORECASE)
_ENCODING: Final = re.compile(r"Tag-File-Character-Encoding[ \t]*:[ \t]*(\S{1,100})\Z", re.IGNORECASE)
_ENTRY: Final = re.compile(r"([0-9A-Fa-f]+)[ \t]+(.+)\Z", re.DOTALL)
_FETCH: Final = re.compile(r"(\S+)[ \t]+(\S+)[ \t]+(.+)\Z", re.DOTALL)
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")
_ENDS: Final = re.compile(r"\r\n|\r|\n")
_SIGNS: Final = re.compile(r"[^a-z0-9]")
Say = Callable[[str, str], None]
"""Takes the code of a remark and its place."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a manifest: its number, the digest in lower case, the path as it is written."""

    line: int
    digest: str
    path: str


def plain(name: str) -> str:
    """A name of an encoding or an algorithm in lower case and without signs."""
    return _SIGNS.sub("", name.lower())


def lines(text: str) -> list[str]:
    """Lines by any of the three ends that the format allows; the last end begins no line."""
    found = _ENDS.split(text)
    return found[:-1] if found[-1] == "" else found


def declaration(data: bytes | None, say: Say) -> tuple[str, str]:
    """Version and codec that ``bagit.txt`` declares; where it does not, the version and codec by which the rest is read all the same."""
    if data is None:
        say("no_declaration", DECLARATION)
        return "0.97", "utf-8"
    if data.startswith(b"\xef\xbb\xbf"):
        say("declaration_mark", f"{DECLARATION}:1")
    try:
        told = lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        say("declaration_form", DECLARATION)
        return "0.97", "utf-8"
    first, second = (*told, "", "")[:2]
    known = _VERSION.match(first.rstrip())
    version = known[1] if known else ""
    named = _ENCODING.match(second.rstrip())
    _form(told, version, say)
    if not known or first.rstrip() != f"BagIt-Version: {version}":
        say("declaration_form", f"{DECLARATION}:1")
    elif version not in VERSIONS:
        say("declaration_version", f"{DECLARATION}:1: {version}")
    if not named or second.rstrip() != f"Tag-File-Character-Encoding: {named[1]}":
        say("declaration_form", f"{DECLARATION}:2")
    codec = ENCODINGS.get(plain(named[1])) if named else "utf-8"
    if codec is None:
        say("declaration_encoding", f"{DECLARATION}:2")
    return (version if version in VERSIONS else "0.97"), codec or "utf-8"


def _form(told: list[str], version: str, say: Say) -> None:
    """Blanks and lines beyond the two: of 1.0 a fault, since that version says exactly two lines; before, a remark."""
    for number, line in enumerate(told, 1):
        odd = line != line.rstrip() if number <= 2 else True
        if odd:
            loose = version != NEWEST and not (number > 2 and line.strip())
            say("declaration_loose" if loose else "declaration_form", f"{DECLARATION}:{number}")


def decoded(data: bytes, name: str, codec: str, version: str, say: Say) -> list[str] | None:
    """The lines of a text file of the bag; None, and a remark, where its bytes are not of the declared encoding."""
    if codec == "utf-8" and data.startswith(b"\xef\xbb\xbf"):
        say("mark" if version == NEWEST else "mark_loose", f"{name}:1")
        data = data[3:]
    if codec == "utf-16" and data[:2] not in (b"\xfe\xff", b"\xff\xfe"):
        codec = "utf-16-be"  # without a mark the higher byte comes first (RFC 2781)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        say("encoding", name)
        return None
    if text and not text.endswith(("\r", "\n")) and version == NEWEST:
        say("last_line", name)
    return lines(text)


def entries(told: list[str], name: str, size: int, version: str, say: Say) -> Iterator[Entry]:
    """The entries of a manifest. ``size``: digits of a digest, 0 where nobody knows the algorithm."""
    for number, line in enumerate(told, 1):
        match = _ENTRY.match(line)
        if not line.strip():
            say("manifest_line" if version == NEWEST else "blank_line", f"{name}:{number}")
        elif not match:
            say("manifest_line", f"{name}:{number}")
        elif size and len(match[1]) != size:
            say("digest_form", f"{name}:{number}")
        else:
            yield Entry(number, match[1].lower(), match[2])


def fetched(told: list[str], name: str, say: Say) -> Iterator[tuple[int, str]]:
    """Number and path of each line that names something to be fetched."""
    for number, line in enumerate(told, 1):
        match = _FETCH.match(line)
        if match and _ADDRESS.match(match[1]) and (match[2] == "-" or match[2].isdecimal()):
            yield number, match[3]
        elif line.strip():
            say("fetch_line", f"{name}:{number}")


def information(told: list[str], name: str, version: str, say: Say) -> Iterator[tuple[int, str, str]]:
    """Number, label in lower case and value of each element, longer ones without their continuations' padding."""
    element: tuple[int, str, str] | None = None
    for number, line in enumerate(told, 1):
        if line[:1] in (" ", "\t") and element:
            element = (element[0], element[1], f"{element[2]} {line.strip()}")
            continue
        if element:
            yield element
        label, colon, value = line.partition(":")
        strict = label == label.strip() and value[:1] in (" ", "\t")
        if colon and label.strip() and (strict or version != NEWEST):
            element = (number, label.strip().lower(), value.strip())
        else:
            element = None
            if line.strip() or version == NEWEST:
                say("info_line", f"{name}:{number}")
    if element:
        yield element

"""Which of the files that came together are submissions encrypted on the phone, and what is in them under the key of their form.

What stands in the place of the answers is XML of a stranger and is read behind the shut door; what the key opens is as hostile as any file and
goes there too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.errors import Hostile, LetapisError, Refused
from letapis.engines import parse
from letapis.engines.seal.form_key import Envelope, open_envelope, read_form_key

_LARGEST_ENVELOPE: Final = 1 << 20
_MOST_BYTES: Final = 256 << 20  # of one submission with its media, which are in memory together
_END: Final = ".enc"
_SAID: Final = ("id", "version", "instance", "key", "file", "signature")


@dataclass(frozen=True)
class Given:
    """A file that came: the sender's name for it, its size, and how its bytes are read."""

    name: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Part:
    """A file in clear: the place of the one that it was locked in, and its name without the ending."""

    of: int
    name: str
    data: bytes


@dataclass(frozen=True)
class Submission:
    """What one submission holds. ``of``: the place of its envelope."""

    of: int
    answers: Part
    media: tuple[Part, ...]


def open_submissions(given: Sequence[Given], key: bytes) -> tuple[Submission, ...]:
    """Every encrypted submission among the files, opened with the key of the form; the others are left as they are.

    Raises UsageError("odk.key_unreadable", "odk.key_locked"), Refused("odk.none") where nothing is encrypted, Refused("odk.key_wrong",
    "odk.signature_wrong", "odk.answers_missing", "odk.media_missing"), Hostile("parse.too_large").
    """
    secret = read_form_key(key)
    found = []
    for place, one in enumerate(given):
        told = _envelope(one)
        if told is None:
            continue
        media = [_place(given, name) for name in told.media]
        if None in media:
            raise Refused("odk.media_missing")
        held = [at for at in media if at is not None]
        found.append(_opened(given, place, told, held, lambda of, parts, end: open_envelope(secret, of, parts, end)))
    if not found:
        raise Refused("odk.none")
    return tuple(found)


def _opened(
    given: Sequence[Given], place: int, told: Envelope, media: list[int], open_with: Callable[[Envelope, list[bytes], bytes], tuple[bytes, ...]]
) -> Submission:
    """Several submissions have answers of one name, so the signature decides which are whose."""
    candidates = _answers(given, given[place].name, told.answers)
    if not candidates:
        raise Refused("odk.answers_missing")
    parts = [_taken(given, at) for at in media]
    fault: LetapisError = Refused("odk.answers_missing")
    for at in candidates:
        if sum(map(len, parts)) + given[at].size > _MOST_BYTES:
            raise Hostile("parse.too_large")
        try:
            clear = open_with(told, parts, _taken(given, at))
        except Refused as refused:
            fault = refused
            continue
        kept = [Part(of, given[of].name.removesuffix(_END), data) for of, data in zip((*media, at), clear, strict=True)]
        return Submission(place, kept[-1], tuple(kept[:-1]))
    raise fault


def _taken(given: Sequence[Given], at: int) -> bytes:
    if given[at].size > _MOST_BYTES:
        raise Hostile("parse.too_large")
    return given[at].read()


def _place(given: Sequence[Given], name: str) -> int | None:
    return next((at for at, one in enumerate(given) if _last(one.name) == name), None)


def _answers(given: Sequence[Given], envelope: str, named: str) -> list[int]:
    """Files that may hold the answers: those called as the envelope says, or as the envelope itself is called."""
    return [at for at, one in enumerate(given) if _last(one.name) in (named, _last(envelope) + _END)]


def _last(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _envelope(one: Given) -> Envelope | None:
    """What the file says in the place of answers; None for another file. Raises Hostile for XML that breaks a limit."""
    if one.size > _LARGEST_ENVELOPE or not (data := one.read()).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return None
    try:
        rows = parse.inspect(data, "table", "submission").rows
    except Hostile as fault:
        if fault.code != "parse.other_form":
            raise
        return None
    try:
        head, media = rows[0], tuple(row["form.media"] for row in rows[1:])
    except (IndexError, KeyError):
        raise Hostile("parse.bad_answer") from None
    form, version, instance, key, file, signature = (head.get(f"form.{name}", "") for name in _SAID)
    return Envelope(form, version, instance, key, file, media, signature)

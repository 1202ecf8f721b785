"""The profile of the submitter: what every form asks of the organisation, filed once for all desks, in the languages it is written in.

It lies in the part of the workspace that all members hold, as a working item with versions.
"""

from collections.abc import Mapping

from letapis.core.access import Reader
from letapis.core.errors import UsageError
from letapis.core.language import LANGUAGES
from letapis.core.records import Value
from letapis.core.submitters import EMAIL, SHOWN, Submitter
from letapis.desk import items, reading
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk

_CURRENT = "current"
_LONGEST = 4_000


def profiles(desk: Desk, reader: Reader) -> Mapping[str, Submitter]:
    """The profile in each language in which something of it is filed; the e-mail address is the same in all."""
    known = _known(desk, reader)
    if known is None:
        return {}
    told = {name: _by_language(known.record.texts(name)) for name in SHOWN if name != EMAIL}
    email = known.text(EMAIL)
    found = {}
    for language in LANGUAGES:
        words = {name: texts[language] for name, texts in told.items() if language in texts}
        if words or email:
            found[language] = Submitter(**words, email=email)
    return found


def profile(desk: Desk, reader: Reader, language: str) -> Submitter:
    """The profile for a document in ``language``. What is not written in it stays empty: nobody translates it by the way."""
    return profiles(desk, reader).get(language, Submitter())


def set_profile(desk: Desk, reader: Reader, language: str, said: Submitter, seen: tuple[bytes, ...] = ()) -> None:
    """File what the organisation says of itself in one language; the other languages stay. ``seen``: the versions a form was made from.

    Raises UsageError: ``submitter.language``, ``submitter.email``, ``items.too_long``; Refused as ``items.change`` does.
    """
    if language not in LANGUAGES:
        raise UsageError("submitter.language")
    words = {name: getattr(said, name).strip() for name in SHOWN}
    if words[EMAIL] and ("@" not in words[EMAIL] or any(sign.isspace() for sign in words[EMAIL])):
        raise UsageError("submitter.email")
    if any(len(text) > _LONGEST for text in words.values()):
        raise UsageError("items.too_long")
    known = _known(desk, reader)
    body: dict[str, Value] = {EMAIL: words[EMAIL], "state": _CURRENT}
    for name in SHOWN:
        if name != EMAIL:
            told = _by_language(known.record.texts(name)) if known else {}
            body[name] = tuple(f"{one}\n{text}" for one, text in sorted({**told, language: words[name]}.items()) if text)
    if known:
        items.change(desk, reader, "submitter", known.item, body, seen)
    else:
        items.new(desk, "submitter", common_compartment(desk, "ORG"), body)


def versions_seen(desk: Desk, reader: Reader) -> tuple[bytes, ...]:
    """The versions that a form about the profile is made from, so that a colleague's change in between is not lost."""
    known = _known(desk, reader)
    return (known.ref, *(head for head in known.heads if head != known.ref)) if known else ()


def _known(desk: Desk, reader: Reader) -> reading.ItemView | None:
    found = reading.items(desk, reader, "submitter", state=_CURRENT)
    return found[0] if found else None


def _by_language(told: tuple[str, ...]) -> dict[str, str]:
    return {language: text for language, _, text in (entry.partition("\n") for entry in told)}

"""What a case file hands out, as its projections for archives, forensic tools and libraries read it.

Everything is taken from the records as they are disclosed and from nothing else, so that no projection can say what a record withholds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from letapis.core.disclosure import Disclosure
from letapis.core.valuejson import value_json


@dataclass(frozen=True, slots=True)
class Software:
    """A program and its version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class HandedFile:
    """One file: its name in the tables, its path in the bag, the file it was made from, the number of its record. Digests are hex."""

    name: str
    path: str
    derived_from: str
    record: str
    media_type: str
    size: int
    sha256: str
    sha512: str
    title: str
    derivation: str
    tool: str

    @property
    def role(self) -> str:
        return "original" if self.path.startswith("data/originals/") else "derived"


@dataclass(frozen=True, slots=True)
class HandedEvent:
    """One custody record of a file: its number, what happened, its place in the chain, the day that the organisation attests."""

    record: str
    file: str
    event: str
    outcome: str
    detail: str
    step: int
    day: str


@dataclass(frozen=True, slots=True)
class HandedCapture:
    """One thing said of how a file was captured: the record that says it, the file, the id of the field, what was said."""

    record: str
    file: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Handover:
    """A case file as it leaves: to whom and why, by whom, on which day, with which program, and what is in it."""

    organisation: str
    recipient: str
    purpose: str
    day: str
    software: Software
    marking: bool
    files: tuple[HandedFile, ...]
    events: tuple[HandedEvent, ...]
    captures: tuple[HandedCapture, ...] = ()


def shown(record: Disclosure) -> Mapping[str, str]:
    """Name -> text of the fields that are shown."""
    return {field.name: str(value_json(field.kind, field.value)) for field in record.opened}


def handed_file(record: Disclosure, number: str, name: str, path: str, derived_from: str) -> HandedFile:
    """A file as its own record tells of it."""
    said = shown(record)
    digests = {word: said[f"b.content.{word}"].partition(":")[2] for word in ("sha256", "sha512")}
    told = {word: said.get(f"b.{word}", "") for word in ("title", "derivation", "tool")}
    return HandedFile(
        name, path, derived_from, number, said["b.content.media_type"], int(said["b.content.size"]), digests["sha256"], digests["sha512"], **told
    )


def handed_events(records: Iterable[tuple[str, Disclosure, str]], names: Mapping[str, str]) -> tuple[HandedEvent, ...]:
    """The custody among numbered records, each with the day attested for it, in the order of their files and steps. ``names``: the name of a
    file by the shown id of its item."""
    found = []
    for number, record, day in records:
        said = shown(record)
        if said.get("h.type") == "custody":
            told = (said.get("b.event", ""), said.get("b.outcome", ""), said.get("b.detail", ""))
            found.append(HandedEvent(number, names[said["b.object"]], *told, int(said["b.step"]), day))
    return tuple(sorted(found, key=lambda one: (one.file, one.step, one.record)))


def handed_captures(records: Iterable[tuple[str, Disclosure, str]], names: Mapping[str, str]) -> tuple[HandedCapture, ...]:
    """What the records of captures among these show, field by field. ``names`` as above."""
    found = []
    for number, record, _ in records:
        said = shown(record)
        if said.get("h.type") == "capture":
            at = 0
            while (field := said.get(f"b.fields.{at}")) is not None:
                if (value := said.get(f"b.values.{at}")) is not None:  # else it is withheld, and counted among what is
                    found.append(HandedCapture(number, names[said["b.about"]], field, value))
                at += 1
    return tuple(found)

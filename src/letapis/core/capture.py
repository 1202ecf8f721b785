"""How a capture was made: which fields there are, what a court needs at least, and what of it is still missing.

The fields are data (``data/capture.toml``). A capture is known by what was given: fields stand in two lists, ids and values, so that a field
of a newer list is kept by an older letapis. What is sealed stands in a record of its own. What the desk knows itself it says when something is
taken in; what a file says of itself is read from where it is kept apart, and is said nowhere twice; the rest waits for a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from letapis.core.errors import UsageError
from letapis.core.instants import is_instant

MAX_VALUE: Final = 8_000
KINDS: Final = ("line", "lines", "instant", "code")

INSTANTS: Final = frozenset({"hash.time"})
"""Fields that say at which hour a colleague sat at the desk: that leaves the house with the moments of recording, and not else."""

Given = Mapping[str, str]
"""Values by the id of their field."""


@dataclass(frozen=True, slots=True)
class CaptureField:
    """One thing to say of a capture. ``minimum``: a court needs it; ``sealed``: never leaves in a case file; ``asked``: asked when something is
    taken in; ``reads``: what it is read from, so that nobody writes it; ``choices``: labels by code, of a field of that kind."""

    id: str
    group: str
    kind: str
    minimum: bool
    sealed: bool
    label: Mapping[str, str]
    help: Mapping[str, str]
    asked: bool = False
    reads: tuple[str, ...] = ()
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def shown(self, value: str, language: str) -> str:
        """A value as people read it: the label of a code, everything else as it was written."""
        return self.choices[value][language] if value in self.choices else value


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are shown together. ``letter``: its item in paragraph 153; ``kinds``: the kinds of evidence that it is for, all when empty."""

    id: str
    letter: str
    minimum: bool
    kinds: tuple[str, ...]
    label: Mapping[str, str]
    fields: tuple[CaptureField, ...]

    def fits(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True, slots=True)
class CaptureForm:
    """All groups in the order in which they are shown. ``marks``: words of an answer that is no page, by what they are a sign of."""

    groups: tuple[Group, ...]
    marks: Mapping[str, tuple[str, ...]]

    def group(self, ident: str) -> Group | None:
        return next((group for group in self.groups if group.id == ident), None)

    def field(self, ident: str) -> CaptureField | None:
        return next((one for one in self.all() if one.id == ident), None)

    def all(self) -> tuple[CaptureField, ...]:
        """Every field, in the order in which it is shown."""
        return tuple(one for group in self.groups for one in group.fields)

    def asked(self) -> tuple[CaptureField, ...]:
        """What a person is asked once when something is taken in."""
        return tuple(one for one in self.all() if one.asked)

    def least(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.minimum)

    def missing(self, given: Given) -> tuple[Group, ...]:
        """What a court needs at least and does not have: groups of which a field of the minimum was not given."""
        return tuple(g for g in self.least() if not all(given.get(one.id, "").strip() for one in g.fields if one.minimum))


def read_capture_form(table: Mapping[str, Any]) -> CaptureForm:
    """The form from the parsed file ``capture.toml``."""
    fields: dict[str, list[CaptureField]] = {entry["id"]: [] for entry in table["groups"]}
    for entry in table["fields"]:
        kind = entry.get("kind", KINDS[0])
        if kind not in KINDS:
            raise ValueError(kind)
        one = CaptureField(
            entry["id"], entry["group"], kind, entry.get("minimum", False), entry.get("sealed", False), entry["label"], entry["help"],
            entry.get("asked", False), tuple(entry.get("reads", ())), {one["id"]: one for one in entry.get("choices", ())},
        )  # fmt: skip
        fields[one.group].append(one)
    groups = (
        Group(e["id"], e.get("letter", ""), e.get("minimum", False), tuple(e.get("kinds", ())), e["label"], tuple(fields[e["id"]]))
        for e in table["groups"]
    )
    return CaptureForm(tuple(groups), {name: tuple(words) for name, words in table["marks"].items()})


def checked(form: CaptureForm, given: Given) -> dict[str, str]:
    """The same values without blanks around them. Raises UsageError, with the id of the field as its place, for what does not fit."""
    return {ident: _value(form.field(ident), value, ident) for ident, value in given.items()}


def _value(field: CaptureField | None, value: str, ident: str) -> str:
    text = "\n".join(line.rstrip() for line in value.replace("\r\n", "\n").strip().split("\n"))
    if field is None:
        raise UsageError("capture.field")
    if field.reads:
        raise UsageError("capture.read_from_file", where=ident)
    if len(text) > MAX_VALUE:
        raise UsageError("capture.too_long", where=ident)
    if field.kind != "lines" and "\n" in text:
        raise UsageError("capture.one_line", where=ident)
    if field.choices and text and text not in field.choices:
        raise UsageError("capture.choice", where=ident)
    if field.kind == "instant" and text and not is_instant(text):
        raise UsageError("capture.instant", where=ident)
    return text


def apart(form: CaptureForm, given: Given) -> tuple[dict[str, str], dict[str, str]]:
    """What may be shown to a court, and what stays sealed."""
    sealed = {ident for ident in given if (field := form.field(ident)) is not None and field.sealed}
    return {i: v for i, v in given.items() if i not in sealed}, {i: v for i, v in given.items() if i in sealed}


def as_lists(given: Given) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids and values as a record keeps them, in the order of their ids; what is empty is not kept."""
    kept = sorted((ident, value) for ident, value in given.items() if value)
    return tuple(ident for ident, _ in kept), tuple(value for _, value in kept)


def from_lists(ids: Iterable[str], values: Iterable[str]) -> dict[str, str]:
    """The same as it was given. Lists of unequal length are of no use beyond the shorter one."""
    return dict(zip(ids, values, strict=False))


def read_off(form: CaptureForm, said: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The fields that are read and not written, from what is known as ``<reader>:<group>.<name>``; each thing once, one a line."""
    found: dict[str, str] = {}
    for one in form.all():
        words = dict.fromkeys(" ".join(value.split()) for key in one.reads for value in said.get(key, ()))
        text = "\n".join(word for word in words if word)
        if text:
            found[one.id] = text[:MAX_VALUE]
    return found


def unsaid(form: CaptureForm, given: Given) -> tuple[CaptureField, ...]:
    """What a person may still say: fields of this form that nobody filled in and no file speaks of."""
    return tuple(one for one in form.all() if not one.reads and not given.get(one.id, "").strip())


def filling(form: CaptureForm, given: Given, said: Given, ours: Given) -> dict[str, str]:
    """Of ``said`` what may be written where ``given`` stands already: what somebody filled in is left as it is, and what only the desk said by
    itself (``ours``) gives way, also to an empty value."""
    return {
        ident: value
        for ident, value in said.items()
        if form.field(ident) is not None and (not given.get(ident) or given[ident] == ours.get(ident))
    }

"""Standards of proof, grades and corroboration classes as data, with the floor at which each body's facts are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.elements import Outcome
from letapis.core.qualify import Qualification
from letapis.core.standing import Level
from letapis.core.uses import Use, read_use

_USES: Final = {Level.OPEN: "draft", Level.CHECKED: "prima_facie", Level.VERIFIED: "finding"}


@dataclass(frozen=True, slots=True)
class Grade:
    """One step of a scale: id and label in three languages."""

    id: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rung(Grade):
    """One standard of the ladder L0 to L6: who uses it and what it is enough for."""

    used_by: str
    enough_for: str


@dataclass(frozen=True, slots=True)
class CorroborationClass(Grade):
    """What a kind of fact needs before a claim counts as corroborated."""

    asks_for: str
    level: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Standards, grades and classes, and what each use needs of the claims it is fed with."""

    ladder: tuple[Rung, ...]
    source_grades: tuple[Grade, ...]
    item_grades: tuple[Grade, ...]
    istanbul_scale: tuple[Grade, ...]
    corroboration: Mapping[str, CorroborationClass]
    uses: tuple[Use, ...]

    def rung_of(self, found: Qualification) -> Rung | None:
        """The standard of proof on which a result stands: that of its weakest part that is met on facts. None when no part is.

        What a machine may say ends with what two have checked and sources corroborate; what lies above is for a court to say.
        """
        levels = [element.level for element in found.elements if element.result is Outcome.MET and element.level >= Level.OPEN]
        if not levels or not found.reached:
            return None
        return self.rung_at(Level(min(levels)))

    def rung_at(self, level: Level) -> Rung | None:
        """The standard of proof that claims of this standing reach. None for what must not be relied on."""
        named = self.use_of(_USES[level]).rung if level in _USES else ""
        return next((rung for rung in self.ladder if rung.id == named), None)

    def use_of(self, name: str) -> Use:
        """What a mechanism, or a use by its own name (``publication``, ``package``, ``draft``), needs. What no use names is a finding."""
        found = next((use for use in self.uses if name == use.id or name in use.mechanisms), None)
        return found or next(use for use in self.uses if use.id == "finding")


def read_proof(table: Mapping[str, Any]) -> Proof:
    """Proof from the parsed file ``proof.toml``."""

    def grades(name: str) -> tuple[Grade, ...]:
        return tuple(Grade(entry["id"], entry["label"]) for entry in table[name])

    return Proof(
        ladder=tuple(Rung(e["id"], e["label"], e["used_by"], e["enough_for"]) for e in table["ladder"]),
        source_grades=grades("source_grades"),
        item_grades=grades("item_grades"),
        istanbul_scale=grades("istanbul_scale"),
        corroboration={e["id"]: CorroborationClass(e["id"], e["label"], e["asks_for"], e["level"]) for e in table["corroboration"]},
        uses=tuple(read_use(entry) for entry in table["uses"]),
    )

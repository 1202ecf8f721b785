"""Who reads, and why: no view of the record exists without a Reader."""

from dataclasses import dataclass

from letapis.core.errors import NotFound


@dataclass(frozen=True)
class Reader:
    """A member, the compartments they hold, and the purpose of this reading (work, check, submit, audit)."""

    member: bytes
    compartments: frozenset[bytes]
    purpose: str

    def holds(self, compartment: bytes) -> bool:
        return compartment in self.compartments

    def require(self, compartment: bytes) -> None:
        """Raise NotFound for a compartment that the reader does not hold: what is not theirs does not exist for them."""
        if compartment not in self.compartments:
            raise NotFound("reading.not_found")

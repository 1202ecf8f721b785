"""The whole error tree of letapis, drawn at one place.

An error carries a stable code and never a value: what a person typed or a record holds must not reach a log.
The text for a code exists in three languages under ``errors.<code>`` of the locale files.

    LetapisError
     ├─ UsageError          2   the words of the call are off
     ├─ NotFound            3   nothing of that name, or nothing that this reader may see
     ├─ Locked              4   wrong passphrase, no key, session over
     ├─ Damaged             5   bytes that cannot be what we wrote
     ├─ Refused             6   a rule says no: a gate, a consent, a permission
     ├─ Busy                7   another process holds the workspace, or the disk is full
     └─ Hostile             8   foreign input that we do not accept
"""


from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a file: the line where it can be told, a code whose sentence stands under ``errors.<code>``, and what it is about."""

    file: str
    line: int | None
    code: str
    about: str

    @property
    def text_key(self) -> str:
        return f"errors.{self.code}"


class LetapisError(Exception):
    """Base of every error a user may meet. ``code`` is stable; ``where`` names a place (a file kind, a line), never a value."""

    exit_code = 1

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.where = where


class UsageError(LetapisError):
    exit_code = 2


class FaultyFile(UsageError):
    """A file of the user's own cannot be taken as it stands; ``faults`` are all of them, so that it is mended in one go."""

    def __init__(self, code: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(code)
        self.faults = faults


class NotFound(LetapisError):
    exit_code = 3


class Locked(LetapisError):
    exit_code = 4


class Damaged(LetapisError):
    exit_code = 5


class Refused(LetapisError):
    """A rule of the domain says no; ``reasons`` are codes of sentences for the user."""

    exit_code = 6

    def __init__(self, code: str, where: str = "", reasons: tuple[str, ...] = ()) -> None:
        super().__init__(code, where)
        self.reasons = reasons


class Busy(LetapisError):
    exit_code = 7


class Hostile(LetapisError):
    exit_code = 8

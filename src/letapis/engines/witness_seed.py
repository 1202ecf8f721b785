"""The seed of a witness, from which both of its keys come, sealed under a passphrase in one file of its folder.

    LTWS 02 ‖ salt(16) ‖ sealed      the salt of the passphrase and what it opens are one file, which is replaced whole
    LTWS 01 ‖ sealed                 of an older version: the salt stands in ``witness.toml``, and is moved here when somebody unlocks the folder
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from letapis.core.errors import Damaged, Locked
from letapis.engines import seal
from letapis.engines.keys.words import plain_passphrase
from letapis.engines.keys.workspace import write_private
from letapis.engines.seal import PassphraseCost

FILE: Final = "seed.sealed"
_BARE: Final = b"LTWS\x01"
_WITH_SALT: Final = b"LTWS\x02"
_SALT: Final = 16


@dataclass(frozen=True, slots=True)
class SealedSeed:
    """The file in the folder of the witness of this name. ``former_salt``: what the settings of an older version hold, else empty; ``read``
    reads a small file."""

    folder: Path
    name: str
    cost: PassphraseCost
    former_salt: bytes
    read: Callable[[Path], bytes]

    def open(self, passphrase: str) -> bytes:
        """The seed. Salt and seal are of one moment, because the file is read once. Raises Locked("keys.passphrase") for a wrong passphrase,
        Damaged("witness.settings")."""
        salt, closed = self._parts()
        try:
            return seal.open_record(self._key(passphrase, salt), _context(self.name), closed)
        except Damaged as fault:
            if fault.code == "seal.commitment":
                raise Locked("keys.passphrase") from None
            raise Damaged("witness.settings") from None

    def close(self, passphrase: str, seed: bytes) -> None:
        """Seal the seed under this passphrase and a new salt, whatever lay there before. Raises OSError."""
        salt = os.urandom(_SALT)
        self._write(salt, seal.seal_record(self._key(passphrase, salt), _context(self.name), seed))

    def take_salt(self) -> None:
        """Put the salt of the settings before what is sealed, where it is not there yet; the same passphrase opens it. Raises OSError."""
        if self.read(self.folder / FILE).startswith(_BARE):
            self._write(*self._parts())

    def unfinished(self) -> list[Path]:
        """What a change that was killed did not come to name: it would open with a passphrase that never counted."""
        return sorted(self.folder.glob(f"{FILE}.*.new"))

    def _parts(self) -> tuple[bytes, bytes]:
        sealed = self.read(self.folder / FILE)
        if sealed.startswith(_BARE) and self.former_salt:
            return self.former_salt, sealed.removeprefix(_BARE)
        if not sealed.startswith(_WITH_SALT):
            raise Damaged("witness.settings")
        start = len(_WITH_SALT)
        return sealed[start : start + _SALT], sealed[start + _SALT :]

    def _key(self, passphrase: str, salt: bytes) -> bytes:
        return seal.derive_passphrase_key(plain_passphrase(passphrase), salt, self.cost)

    def _write(self, salt: bytes, closed: bytes) -> None:
        write_private(self.folder / FILE, _WITH_SALT + salt + closed)


def _context(name: str) -> bytes:
    return seal.context("witness seed", object_id=hashlib.sha256(name.encode("utf-8")).digest()[:16])

"""A workspace: one folder that only its owner can enter.

    workspace.toml   version, random id, Argon2id cost and salt, log origin, device name: nothing secret
    seed.sealed      member id, vault secret, device seed and former seeds, sealed under the passphrase
    database.db      the encrypted database (key from the vault secret)
    objects/         sealed originals
    agent.sock, *.lock   seed.lock: who changes seed and settings, or mends what a crash left of it

Nothing here tells a wrong passphrase by more than the seal: both bytes files carry a check so that damage is named as damage, and what
then does not open was a wrong passphrase. The folder has mode 0700 and its files 0600; a folder that others can enter is refused.
"""

import fcntl
import hashlib
import os
import re
import secrets
import stat
import string
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from struct import pack
from typing import Any, Final, Self

from letapis.core.errors import Busy, Damaged, Locked, NotFound, Refused, UsageError
from letapis.core.notes import check_key_name
from letapis.engines import seal
from letapis.engines.keys.local import LocalAgent
from letapis.engines.keys.words import check_passphrase, new_passphrase, plain_passphrase
from letapis.engines.seal import PassphraseCost

VERSION: Final = 1
DEFAULT_DOMAIN: Final = "log.letapis.invalid"
SETTINGS: Final = "workspace.toml"
SEED: Final = "seed.sealed"
NEXT_SEED: Final = "seed.sealed.next"
_MAGIC: Final = b"LTSD\x01"
_MAX_FORMER: Final = 64
_KEYS: Final = {"version", "id", "memory_kib", "passes", "lanes", "salt", "origin", "device", "check"}
_HEX: Final = re.compile(r"[0-9a-f]*\Z")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the passphrase opens: 16-byte member id, vault secret, the device's seed, and seeds that it had before."""

    member: bytes
    vault: bytes
    seed: bytes
    former: tuple[bytes, ...] = ()

    def to_bytes(self) -> bytes:
        return b"".join((self.member, self.vault, self.seed, bytes((len(self.former),)), *self.former))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        if len(data) < 81 or len(data) != 81 + 32 * data[80]:
            raise Damaged("workspace.seed")
        former = tuple(data[i : i + 32] for i in range(81, len(data), 32))
        return cls(data[:16], data[16:48], data[48:80], former)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The open part of a workspace. ``ident`` is 16 random bytes; ``origin`` names this device's log, ``device`` its record key."""

    path: Path
    ident: bytes
    cost: PassphraseCost
    salt: bytes
    origin: str
    device: str

    @property
    def database(self) -> Path:
        return self.path / "database.db"

    @property
    def objects(self) -> Path:
        return self.path / "objects"

    @property
    def socket(self) -> Path:
        return self.path / "agent.sock"

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the settings of a workspace.

        Raises NotFound ``workspace.missing``, Refused ``workspace.permissions``, Damaged ``workspace.settings|version|seed``.
        """
        path = path.absolute()
        check_private(path)
        workspace, check = cls._told(path)
        if not workspace._is_whole(check):
            # Another process is changing the passphrase, or a crash ended one that did: wait for the first, finish for the second.
            with workspace._alone():
                workspace, check = cls._told(path)
                workspace._finish_write(check)
        workspace.cost.check()
        return workspace

    @classmethod
    def _told(cls, path: Path) -> tuple[Self, object]:
        """What the settings say, and the checksum that they name."""
        settings = _read_settings(path)
        workspace = cls(
            path,
            _hex(settings, "id", 16),
            PassphraseCost(_number(settings, "memory_kib"), _number(settings, "passes"), _number(settings, "lanes")),
            _hex(settings, "salt", 16),
            _name(settings, "origin"),
            _name(settings, "device"),
        )
        return workspace, settings["check"]

    def secrets(self, passphrase: str) -> Secrets:
        """Raises Locked ``keys.passphrase`` when the passphrase is wrong, Damaged ``workspace.seed`` for changed bytes."""
        sealed = _read(self.path / SEED)
        if not sealed.startswith(_MAGIC):
            raise Damaged("workspace.seed")
        key = seal.derive_passphrase_key(plain_passphrase(passphrase), self.salt, self.cost)
        try:
            opened = seal.open_record(key, self._context(), sealed[len(_MAGIC) :])
        except Damaged as fault:
            if fault.code == "seal.commitment":
                raise Locked("keys.passphrase") from None
            raise Damaged("workspace.seed") from None
        return Secrets.from_bytes(opened)

    def unlock(self, passphrase: str) -> LocalAgent:
        """The keys of this workspace in this process; raises as ``secrets`` does."""
        held = self.secrets(passphrase)
        return LocalAgent.from_seed(held.seed, held.member, self.device, self.origin, vault=held.vault, former=held.former, door=_Door(self.path))

    def is_passphrase(self, passphrase: str) -> bool:
        """Whether the passphrase opens the seed; takes as long as unlocking."""
        try:
            self.secrets(passphrase)
        except Locked:
            return False
        return True

    def change_passphrase(self, old: str, new: str) -> "Workspace":
        """Seal the same secrets under a new passphrase and a new salt. Copies of the old file, backups among them, open with the old one.

        Raises UsageError ``keys.passphrase_short`` or ``keys.passphrase_same``, and what ``secrets`` raises for the old one.
        """
        check_passphrase(new)
        with self._alone():
            held = self.secrets(old)
            # Only now: before it, the answer would tell whoever guesses what the old one is not.
            if plain_passphrase(new) == plain_passphrase(old):
                raise UsageError("keys.passphrase_same")
            changed = replace(self, salt=os.urandom(16))
            changed._write(held, new)
        return changed

    def renew_device(self, passphrase: str) -> "Workspace":
        """New seed, log origin and device name after a restore: a restored backup must never continue its log (evidence.md, section 2)."""
        domain = self.origin.rpartition("/")[0]
        changed = replace(self, salt=os.urandom(16), origin=_random_name(domain), device=_random_name(domain))
        with self._alone():
            held = self.secrets(passphrase)
            if len(held.former) >= _MAX_FORMER:
                raise Refused("workspace.former_seeds")
            changed._write(replace(held, seed=os.urandom(32), former=(*held.former, held.seed)), passphrase)
        return changed

    def sealed_files(self) -> dict[str, bytes]:
        """Settings and seed by their names, of one moment: of two moments, with another passphrase between them, they would open never."""
        with self._alone():
            return {name: _read(self.path / name) for name in (SETTINGS, SEED)}

    @contextmanager
    def locked(self, purpose: str) -> Iterator[None]:
        """Hold the workspace for ``purpose`` (agent, supervisor …) alone. Raises Busy ``workspace.in_use``.

        The lock is the kernel's, so it ends with the process, however that ends.
        """
        with self._lock_file(purpose) as descriptor:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy("workspace.in_use") from None
            yield

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait until no other process changes seed and settings, and keep them from it. Else one would remove the seed that another just laid."""
        with self._lock_file("seed") as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _lock_file(self, purpose: str) -> Iterator[int]:
        descriptor = os.open(self.path / f"{purpose}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _context(self) -> bytes:
        return seal.context("workspace seed", object_id=self.ident)

    def _settings(self) -> str:
        return (
            f"version = {VERSION}\n"
            f'id = "{self.ident.hex()}"\n'
            f"memory_kib = {self.cost.memory_kib}\n"
            f"passes = {self.cost.passes}\n"
            f"lanes = {self.cost.lanes}\n"
            f'salt = "{self.salt.hex()}"\n'
            f'origin = "{self.origin}"\n'
            f'device = "{self.device}"\n'
        )

    def _check(self, sealed: bytes) -> str:
        # A checksum against accidents only: whoever can write the folder can write it too, and gains nothing but a wrong error.
        return hashlib.sha256(pack(">I", len(sealed)) + sealed + self._settings().encode()).hexdigest()

    def _write(self, held: Secrets, passphrase: str) -> None:
        """Seed and settings change together: the new seed waits beside the old one until the settings name it (``_finish_write``)."""
        key = seal.derive_passphrase_key(plain_passphrase(passphrase), self.salt, self.cost)
        sealed = _MAGIC + seal.seal_record(key, self._context(), held.to_bytes())
        check = self._check(sealed)
        write_private(self.path / NEXT_SEED, sealed)
        write_private(self.path / SETTINGS, f'{self._settings()}check = "{check}"\n'.encode())
        self._finish_write(check)

    def _is_whole(self, check: object) -> bool:
        """Whether no change is under way and the seed is the one that the settings name."""
        return not (self.path / NEXT_SEED).exists() and self._check(_read(self.path / SEED)) == check

    def _finish_write(self, check: object) -> None:
        """Take the seed that the settings name, which after a crash may still wait. Raises Damaged when no seed fits."""
        waiting, current = self.path / NEXT_SEED, self.path / SEED
        if waiting.exists():
            if self._check(_read(waiting)) == check:
                os.replace(waiting, current)
            else:
                waiting.unlink()
            sync_folder(self.path)
        if self._check(_read(current)) != check:
            raise Damaged("workspace.settings")
        for name in (NEXT_SEED, SETTINGS):
            for left in self.path.glob(f"{name}.*.new"):
                left.unlink(missing_ok=True)  # what a change that was killed did not come to name


@dataclass(frozen=True, slots=True)
class _Door:
    """The passphrase of a workspace as it is now: settings and seed may have changed since the keys were opened."""

    path: Path

    def is_passphrase(self, passphrase: str) -> bool:
        return Workspace.load(self.path).is_passphrase(passphrase)

    def change_passphrase(self, old: str, new: str) -> None:
        Workspace.load(self.path).change_passphrase(old, new)


def create_workspace(
    path: Path,
    member: bytes,
    passphrase: str | None = None,
    *,
    domain: str = DEFAULT_DOMAIN,
    cost: PassphraseCost | None = None,
) -> tuple[Workspace, str]:
    """Make a workspace in a folder that does not exist yet or is empty; the passphrase is generated when none is given.

    Raises Refused ``workspace.exists``, UsageError ``keys.passphrase_short`` or ``workspace.member``.
    """
    if len(member) != 16:
        raise UsageError("workspace.member")
    phrase = passphrase or new_passphrase()
    check_passphrase(phrase)
    path = new_folder(path)
    workspace = Workspace(path, os.urandom(16), cost or PassphraseCost(), os.urandom(16), _random_name(domain), _random_name(domain))
    workspace.objects.mkdir(mode=0o700)
    workspace._write(Secrets(member, os.urandom(32), os.urandom(32)), phrase)
    return workspace, phrase


def new_folder(path: Path) -> Path:
    """Make a folder that only we can enter, or take an empty one. Raises Refused("workspace.exists")."""
    path = path.absolute()
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Refused("workspace.exists")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    check_private(path)
    return path


def check_private(path: Path) -> None:
    """Raise NotFound ``workspace.missing``, or Refused ``workspace.permissions`` unless ``path`` is a folder that only we can enter."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        raise NotFound("workspace.missing") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise Refused("workspace.permissions")


def write_private(path: Path, data: bytes) -> None:
    """Replace a small file: temporary name, fsync, rename, fsync of the folder, mode 0600."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _random_name(domain: str) -> str:
    letters = string.ascii_lowercase + string.digits
    name = f"{domain}/{''.join(secrets.choice(letters) for _ in range(16))}"
    check_key_name(name)
    if not re.fullmatch(r"[a-z0-9.-]+/[a-z0-9]{16}", name):
        raise UsageError("workspace.domain")
    return name


def _read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Damaged("workspace.incomplete") from None
    if len(data) > 1 << 16:
        raise Damaged("workspace.settings")
    return data


def _read_settings(path: Path) -> dict[str, Any]:
    if not (path / SETTINGS).exists():
        raise NotFound("workspace.missing")
    try:
        settings = tomllib.loads(_read(path / SETTINGS).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise Damaged("workspace.settings") from None
    if settings.get("version") != VERSION and isinstance(settings.get("version"), int):
        raise Damaged("workspace.version")
    if set(settings) != _KEYS:
        raise Damaged("workspace.settings")
    return settings


def _hex(settings: dict[str, Any], name: str, size: int) -> bytes:
    value = settings[name]
    if not isinstance(value, str) or len(value) != 2 * size or not _HEX.match(value):
        raise Damaged("workspace.settings")
    return bytes.fromhex(value)


def _number(settings: dict[str, Any], name: str) -> int:
    value = settings[name]
    if type(value) is not int:
        raise Damaged("workspace.settings")
    return value


def _name(settings: dict[str, Any], name: str) -> str:
    value = settings[name]
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9.-]+/[a-z0-9]{16}", value):
        raise Damaged("workspace.settings")
    return value

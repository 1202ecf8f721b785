"""The folder of a witness: all that an organisation needs to cosign the logs of others, and that only its owner can enter.

    witness.toml      name, public keys, Argon2id cost: nothing secret
    public-keys.txt   the public keys, to be handed out
    seed.sealed       the seed of both keys, sealed under the passphrase (``engines.witness_seed``)
    logs/<id>.keys    public keys of one log, one vkey a line; <id>: the first 16 hex digits of H(origin)
    state/<id>.state  what was seen last of it: time of our last signature, the signed note, a keyed checksum
    seen/<id>/<size>.note      every checkpoint that we cosigned, with our lines: to be shown to whoever asks
    evidence/<id>-<digest>/    two notes of one log that do not go together, and what that means in plain words

A state is replaced whole and is on the disk before anybody sees a signature over it, so a crash costs an answer and never a promise.
Two processes may work in one folder: each holds the lock from reading a state to having stored it.
"""

import fcntl
import hashlib
import hmac
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from letapis.core.errors import Busy, Damaged, NotFound, Refused, UsageError
from letapis.core.notes import Checkpoint, VerifierKey, check_key_name, parse_checkpoint, parse_note, parse_vkey, signers_of
from letapis.core.textforms import from_hex
from letapis.core.witness import SIGNED, Judged, Refusal, Stored, cosignatures, judge, refusal, with_lines
from letapis.engines import seal
from letapis.engines.keys.words import check_passphrase, new_passphrase, plain_passphrase
from letapis.engines.keys.workspace import check_private, new_folder, sync_folder, write_private
from letapis.engines.seal import PassphraseCost
from letapis.engines.witness_seed import SealedSeed
from letapis.engines.witness_state import FOLDER, check_of, format_state, ident, parse_state, state_file

SETTINGS: Final = "witness.toml"
PUBLIC: Final = "public-keys.txt"
_LOGS, _SEEN, _EVIDENCE = "logs", "seen", "evidence"
_READ_ME: Final = "READ-ME.txt"
_MOST_EVIDENCE: Final = 500
_MOST_SEEN: Final = 5_000  # of one log: a century of weeks; a log that asks every second does not fill the disk
_SMALL: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: ``lines`` for a checkpoint that was cosigned, else a ``refusal``. ``evidence``: the folder of what was kept."""

    judged: Judged
    lines: bytes = b""
    refusal: Refusal | None = None
    evidence: Path | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """The open part of the folder. ``former_salt``: of the passphrase, where the settings of an older version still hold it."""

    path: Path
    name: str
    keys: tuple[VerifierKey, VerifierKey]
    cost: PassphraseCost
    former_salt: bytes = b""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises NotFound ``workspace.missing``, Refused ``workspace.permissions``, Damaged ``witness.settings``."""
        path = path.absolute()
        check_private(path)
        try:
            told = tomllib.loads(_read(path / SETTINGS).decode("utf-8"))
            first, second = (parse_vkey(line) for line in told["keys"])
            cost = PassphraseCost(*(int(told[name]) for name in ("memory_kib", "passes", "lanes")))
            made = cls(path, str(told["name"]), (first, second), cost, from_hex(told.get("salt", ""), "witness.settings"))
        except (ValueError, KeyError, TypeError, Damaged):
            raise Damaged("witness.settings") from None
        cost.check()
        return made

    def unlock(self, passphrase: str, explain: Callable[[str], str]) -> "OpenWitness":
        """``explain``: what a folder of evidence says of itself, by what the notes in it show.

        Raises Locked("keys.passphrase") for a wrong one, Damaged("witness.settings") for a changed file.
        """
        seed, keys = self._seed(passphrase)
        if self._sealed.unfinished():
            with self.locked():
                self._sweep()
        if self.former_salt:
            # A folder that cannot be written now opens as it is; its salt is moved another time.
            with suppress(OSError), self.locked():
                self._leave_one_salt()
        return OpenWitness(self, keys, seal.derive(seed, b"letapis/witness/1 state"), explain)

    @property
    def _sealed(self) -> SealedSeed:
        return SealedSeed(self.path, self.name, self.cost, self.former_salt, _read)

    def _seed(self, passphrase: str) -> tuple[bytes, seal.WitnessKeys]:
        """The seed and the keys that the settings name."""
        seed = self._sealed.open(passphrase)
        keys = seal.WitnessKeys.from_seed(seed)
        if keys.public(self.name) != self.keys:
            raise Damaged("witness.settings")
        return seed, keys

    def change_passphrase(self, old: str, new: str) -> None:
        """Seal the same seed under a new passphrase and a new salt; the keys stay, so nobody who knows them notices. Whatever stops it, exactly
        one of the two opens the folder: salt and seed are one file, which is replaced whole. Copies made before open with the old one.

        Raises UsageError("keys.passphrase_short", "keys.passphrase_same"), Locked("keys.passphrase") for a wrong old one, Damaged, Busy("disk.full").
        """
        check_passphrase(new)
        with self.locked():
            seed, _ = self._seed(old)
            # Only now: before it, the answer would tell whoever guesses what the old one is not.
            if plain_passphrase(new) == plain_passphrase(old):
                raise UsageError("keys.passphrase_same")
            self._sweep()
            try:
                self._sealed.close(new, seed)
            except OSError:
                raise Busy("disk.full") from None

    def require_passphrase(self, passphrase: str) -> None:
        """Raise Locked("keys.passphrase") unless this opens the folder."""
        self._seed(passphrase)

    def _sweep(self) -> None:
        """Take away what a change that was killed left. Under the lock."""
        for left in self._sealed.unfinished():
            left.unlink(missing_ok=True)

    def _leave_one_salt(self) -> None:
        """Move the salt of an older version out of the settings. Under the lock. First it stands in both places, so that at every moment there is
        one for what is sealed, whatever stops it. Raises OSError."""
        self._sealed.take_salt()
        write_private(self.path / SETTINGS, _settings(self))

    # ---- logs

    def add_log(self, keys: Sequence[VerifierKey]) -> str:
        """Watch one more log under these keys, all of one name, which is its origin. Returns it.

        Raises UsageError("witness.log_keys"), Refused("witness.log_known") for a log that has other keys here already.
        """
        names = {key.name for key in keys}
        if len(names) != 1 or len({key.kind for key in keys}) != len(keys) or any(key.kind == self.keys[0].kind for key in keys):
            raise UsageError("witness.log_keys")
        origin = names.pop()
        path = self.path / _LOGS / f"{ident(origin)}.keys"
        with self.locked():
            known = self.logs().get(origin)
            if known is not None and set(known) != set(keys):
                raise Refused("witness.log_known")
            write_private(path, "".join(f"{key.text}\n" for key in keys).encode("utf-8"))
        return origin

    def logs(self) -> Mapping[str, tuple[VerifierKey, ...]]:
        """Keys of each log by its origin."""
        found = {}
        for path in sorted((self.path / _LOGS).glob("*.keys")):
            keys = tuple(parse_vkey(line) for line in _read(path).decode("utf-8").splitlines())
            if not keys or ident(keys[0].name) != path.stem:
                raise Damaged("witness.settings")
            found[keys[0].name] = keys
        return found

    def last_seen(self) -> Mapping[str, tuple[Checkpoint, int]]:
        """Of each log the checkpoint that was seen last and when we signed it; the state's own checksum needs the passphrase, this does not."""
        found = {}
        for origin in self.logs():
            path = state_file(self.path, origin)
            if path.exists():
                known = parse_state(_read(path), origin)[0]
                found[origin] = (Checkpoint(origin, known.size, known.root), known.time)
        return found

    def evidence(self) -> list[Path]:
        """Folders of what does not go together, the oldest first."""
        return sorted((self.path / _EVIDENCE).iterdir(), key=lambda path: path.stat().st_mtime)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the states. Waits for whoever holds them."""
        descriptor = os.open(self.path / "witness.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def create_witness(path: Path, name: str, passphrase: str | None = None, cost: PassphraseCost | None = None) -> tuple[Witness, str]:
    """Make the folder of a witness; the passphrase is generated when none is given.

    Raises Refused("workspace.exists"), UsageError("witness.name", "keys.passphrase_short").
    """
    try:
        check_key_name(name)
    except Damaged:
        raise UsageError("witness.name") from None
    if '"' in name or "\\" in name:  # it stands in quotes in the settings
        raise UsageError("witness.name")
    phrase = passphrase or new_passphrase()
    check_passphrase(phrase)
    path = new_folder(path)
    for folder in (_LOGS, FOLDER, _SEEN, _EVIDENCE):
        (path / folder).mkdir(mode=0o700)
    seed, cost = os.urandom(32), cost or PassphraseCost()
    witness = Witness(path, name, seal.WitnessKeys.from_seed(seed).public(name), cost)
    SealedSeed(path, name, cost, b"", _read).close(phrase, seed)
    write_private(path / PUBLIC, "".join(f"{key.text}\n" for key in witness.keys).encode())
    write_private(path / SETTINGS, _settings(witness))
    return witness, phrase


def _settings(witness: Witness) -> bytes:
    keys = "".join(f'  "{key.text}",\n' for key in witness.keys)
    cost = witness.cost
    return f'name = "{witness.name}"\nkeys = [\n{keys}]\nmemory_kib = {cost.memory_kib}\npasses = {cost.passes}\nlanes = {cost.lanes}\n'.encode()



class OpenWitness:
    """A witness whose keys are open in this process."""

    def __init__(self, witness: Witness, keys: seal.WitnessKeys, state_key: bytes, explain: Callable[[str], str]) -> None:
        self.witness, self._keys, self._state_key, self._explain = witness, keys, state_key, explain

    def stored(self, origin: str) -> Stored:
        """What was seen last of a log. Raises Damaged("witness.state") for a state that we did not write, and for one that is missing although
        we cosigned this log: whoever takes the file away must not make us begin anew with another history."""
        path = state_file(self.witness.path, origin)
        if not path.exists():
            if self._greatest_seen(origin) >= 0:
                raise Damaged("witness.state")
            return Stored()
        stored, body, check = parse_state(_read(path), origin)
        if not hmac.compare_digest(check, check_of(body, self._state_key)):
            raise Damaged("witness.state")
        return stored

    def answer(self, request: bytes, clock: Callable[[], int]) -> Answer:
        """Judge a request; cosign it where nothing stands against it, after it was stored; keep what does not go together.

        Raises Busy("disk.full") when it cannot be stored, and gives no signature then; Damaged("witness.state").
        """
        with self.witness.locked():
            logs = self.witness.logs()
            judged = judge(request, logs, self.stored, seal.verify)
            try:
                if judged.status != SIGNED:
                    kept = self._keep_evidence(judged) if judged.shows else None
                    return Answer(judged, refusal=refusal(judged), evidence=kept)
                return Answer(judged, self._sign(judged, clock(), logs))
            except OSError:
                raise Busy("disk.full") from None

    def recall(self, note: bytes) -> Stored:
        """After a restore from an old copy, or where the state is damaged or lost: go on from a checkpoint that bears both of our own
        signatures, which somebody else kept; never from one before what lies among those that we cosigned.

        Raises Damaged for a note that its log or we did not sign, Refused("witness.recall_older") for one that is not later than what we
        hold, NotFound for a log that we do not watch.
        """
        read = parse_note(note)
        head = parse_checkpoint(read.text)
        with self.witness.locked():
            keys = self.witness.logs().get(head.origin)
            if keys is None:
                raise NotFound("witness.unknown_log")
            signers_of(read, keys, seal.verify)
            ours = signers_of(read, self.witness.keys, seal.verify)
            if {signer.key for signer in ours} != set(self.witness.keys):
                raise Damaged("witness.recall_signature")
            try:
                stored = self.stored(head.origin)
                least, time = stored.size + 1, stored.time
            except Damaged:
                least, time = self._greatest_seen(head.origin), 0
            if head.size < least:
                raise Refused("witness.recall_older")
            known = Stored(head.size, head.root, note, max(time, *(signer.time or 0 for signer in ours)))
            self._store(head.origin, known)
        return known

    def _sign(self, judged: Judged, now: int, logs: Mapping[str, object]) -> bytes:
        assert judged.head is not None
        origin = judged.head.origin
        # Never before any signature that this witness gave, whatever the clock says now.
        time = max(1, now, *(self.stored(known).time for known in logs))
        lines = cosignatures(judged.head, self.witness.keys, time, self._keys.sign)
        # Lines of strangers are not ours to keep or to vouch for, and would let a note grow from one exchange to the next.
        own = {(key.name, key.key_id) for key in self.witness.logs()[origin]}
        note = parse_note(judged.note)
        signed = b"".join(line.text for line in note.lines if (line.name, line.key_id) in own)
        plain = note.text + b"\n" + signed
        self._store(origin, Stored(judged.head.size, judged.head.root, plain, time))
        self._keep_seen(judged.head.origin, judged.head.size, with_lines(plain, lines.splitlines(keepends=True)))
        return lines

    def _store(self, origin: str, stored: Stored) -> None:
        write_private(state_file(self.witness.path, origin), format_state(stored, self._state_key))

    def _greatest_seen(self, origin: str) -> int:
        """The greatest size of a log that lies among what we cosigned; -1 for none."""
        folder = self.witness.path / _SEEN / ident(origin)
        names = (one.name.removesuffix(".note") for one in folder.iterdir()) if folder.exists() else ()
        return max((int(name) for name in names if name.isascii() and name.isdecimal()), default=-1)

    def _keep_seen(self, origin: str, size: int, note: bytes) -> None:
        folder = self.witness.path / _SEEN / ident(origin)
        folder.mkdir(mode=0o700, exist_ok=True)
        if sum(1 for _ in folder.iterdir()) < _MOST_SEEN:
            write_private(folder / f"{size}.note", note)

    def _keep_evidence(self, judged: Judged) -> Path | None:
        """Two notes of one log that do not go together, in a folder of their own that says so; the same two are kept once.

        None when there is so much already that a log seems to want the disk full.
        """
        assert judged.head is not None and judged.stored is not None
        origin, base = judged.head.origin, self.witness.path / _EVIDENCE
        digest = hashlib.sha256(judged.stored.note + b"\x00" + judged.head.text).hexdigest()[:16]
        folder = base / f"{ident(origin)}-{digest}"
        if (folder / _READ_ME).exists():  # it is written last
            return folder
        if sum(1 for _ in base.iterdir()) >= _MOST_EVIDENCE:
            return None
        folder.mkdir(mode=0o700, exist_ok=True)
        write_private(folder / "2-refused.note", judged.note)
        if judged.stored.note:
            write_private(folder / "1-seen-before.note", judged.stored.note)
        write_private(folder / _READ_ME, f"{origin}\n\n{self._explain(judged.shows)}\n".encode())
        sync_folder(base)
        return folder


def _read(path: Path) -> bytes:
    """A small file of the folder. Raises Damaged("witness.settings") when it is missing or too large."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_SMALL + 1)
    except FileNotFoundError:
        raise Damaged("witness.settings") from None
    except OSError:
        raise Busy("witness.unreadable") from None
    if len(data) > _SMALL:
        raise Damaged("witness.settings")
    return data

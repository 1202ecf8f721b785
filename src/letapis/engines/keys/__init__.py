"""Who holds the keys. Everybody else asks an ``Agent``: sign, wrap, unwrap, never "give me the key".

    local        LocalAgent: the keys in this process (inside the agent process, and in tests)
    agent        the process that holds a LocalAgent behind a private socket
    client       AgentClient: the same interface from another process
    workspace    the folder: settings, sealed seed, passphrase
    supervisor   starts agent, web and worker; has no keys itself

The one secret that leaves is the database key, because SQLCipher works in the process that reads the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from letapis.engines.seal import DevicePublic


@dataclass(frozen=True, slots=True)
class AgentIdentity:
    """``device`` names the record key, ``origin`` the log and its key; ``member`` is the 16-byte id of the person."""

    device: str
    member: bytes
    public: DevicePublic
    origin: str


class Agent(Protocol):
    """The keys of one device. Every call but ``lock`` raises Locked ``keys.locked`` once the agent is locked."""

    def me(self) -> AgentIdentity:
        """Names and public keys of this device."""

    def sign_records(self, items: Sequence[tuple[bytes, bool]]) -> list[tuple[tuple[int, bytes], ...]]:
        """For each (list digest D, whether both schemes are due): the signatures (alg, bytes) of the record keys."""

    def sign_checkpoint(self, text: bytes, time: int) -> list[bytes]:
        """The two note lines (types 01 and 06) over a checkpoint of this device's own log, of its log of publications, or of a manifest.

        Raises Refused ``keys.checkpoint_back`` when this agent signed a larger log or another root of the same size before.
        """

    def new_compartment(self, compartment: bytes, epoch: int) -> None:
        """Make a compartment key inside. Raises Refused ``keys.compartment_exists``."""

    def export_compartment(self, compartment: bytes, epoch: int, recipients: Sequence[DevicePublic]) -> list[bytes]:
        """The compartment key wrapped to each recipient."""

    def load_compartments(self, items: Sequence[tuple[bytes, int, bytes]]) -> None:
        """Take in (compartment, epoch, wrap). Raises Damaged ``seal.open`` for a wrap that is not ours, and takes none then."""

    def keep_compartments(self, items: Sequence[tuple[bytes, int]]) -> None:
        """Forget the key of every compartment and epoch but these: the others were put away before a journey."""

    def wrap_deks(self, compartment: bytes, epoch: int, items: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        """Wraps of (object id, data key). Raises Locked ``keys.no_compartment``."""

    def unwrap_deks(self, compartment: bytes, epoch: int, items: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        """Data keys of (object id, wrap). Raises Locked ``keys.no_compartment``, Damaged ``seal.open``."""

    def reseal_share(self, sealed: bytes, context: bytes, recipient: DevicePublic, new_context: bytes) -> bytes:
        """Open a share sealed to this device and seal it to the recipient; the share itself does not leave the agent."""

    def open_share(self, sealed: bytes, context: bytes) -> bytes:
        """A share or secret sealed to this device."""

    def database_key(self) -> bytes:
        """Raw 32-byte key of the workspace database; survives the renewal of the device's seed."""

    def touch(self) -> None:
        """A person did something: start the idle time anew. Nothing else does, so a background worker keeps nothing open."""

    def lock(self) -> None:
        """Forget the keys. The agent process ends."""

    def confirm(self, passphrase: str) -> bool:
        """Whether the passphrase is right: the fresh unlock before a disclosure, an export or a membership change."""

    def change_passphrase(self, old: str, new: str) -> None:
        """From now on the new passphrase opens the keys and the old one does not; a stop in the middle leaves one of the two.

        Raises Locked ``keys.passphrase`` for a wrong old one, UsageError ``keys.passphrase_short`` or ``keys.passphrase_same`` for the new one.
        """

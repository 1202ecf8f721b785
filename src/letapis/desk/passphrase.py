"""A new passphrase for this workspace: typed twice, the old one asked first, and never on the record, because it concerns this folder alone."""

from letapis.core.errors import Locked, UsageError
from letapis.desk.opening import Desk
from letapis.engines.keys.words import new_passphrase


def proposed() -> str:
    """Six words that somebody may take; whoever makes one up draws worse. Drawn anew each time, kept nowhere."""
    return new_passphrase()


def require_passphrase(desk: Desk, passphrase: str) -> None:
    """Raise Locked("keys.passphrase") unless this is the passphrase of the workspace: an open desk alone changes nothing."""
    if not desk.agent.confirm(passphrase):
        raise Locked("keys.passphrase")


def require_same(new: str, again: str) -> None:
    """Raise UsageError("keys.passphrase_again") where the second time was typed otherwise."""
    if new != again:
        raise UsageError("keys.passphrase_again")


def change_passphrase(desk: Desk, old: str, new: str, again: str) -> None:
    """From now on ``new`` opens this workspace and ``old`` does not; the desk stays open. A stop in the middle leaves one of the two.

    Backups made before still ask for the old one. Raises UsageError("keys.passphrase_again") when ``again`` is typed otherwise,
    UsageError("keys.passphrase_short", "keys.passphrase_same"), Locked("keys.passphrase") for a wrong old one.
    """
    require_same(new, again)
    desk.agent.change_passphrase(old, new)

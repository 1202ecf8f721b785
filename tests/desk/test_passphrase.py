"""A new passphrase at an open desk."""

import secrets
from pathlib import Path

import pytest

from letapis.core.errors import LetapisError, Locked
from letapis.desk import backup, members, passphrase
from letapis.desk.opening import open_desk
from letapis.engines.keys.workspace import Workspace, create_workspace
from letapis.engines.seal import PassphraseCost

NEW = "six other words for this workspace"


def test_the_old_one_opens_nothing_afterwards_but_a_backup_made_before_it(tmp_path: Path) -> None:
    made, old = create_workspace(tmp_path / "w", secrets.token_bytes(16), cost=PassphraseCost(8192, 1, 1))
    agent = made.unlock(old)
    desk = open_desk(made.path, agent, alias=f"passphrase-{secrets.token_hex(4)}")
    try:
        members.found_organisation(desk, "Pryklad", "Vydumka", "PRY")
        before = backup.backup(desk, tmp_path / "before.letapis")
        for told, code in (((old, NEW, NEW + "x"), "again"), ((old, "short", "short"), "short"), ((old, old, old), "same")):
            with pytest.raises(LetapisError) as caught:
                passphrase.change_passphrase(desk, *told)
            assert caught.value.code == f"keys.passphrase_{code}"
        with pytest.raises(Locked):
            passphrase.change_passphrase(desk, NEW, NEW, NEW)
        passphrase.require_passphrase(desk, old)
        passphrase.change_passphrase(desk, old, NEW, NEW)
        passphrase.require_passphrase(desk, NEW)
        with pytest.raises(Locked):
            passphrase.require_passphrase(desk, old)
        after = backup.backup(desk, tmp_path / "after.letapis")
    finally:
        desk.close()
        agent.lock()
    with pytest.raises(Locked):
        Workspace.load(made.path).unlock(old)
    for copy, right, wrong in ((before, old, NEW), (after, NEW, old)):
        with pytest.raises(Locked):
            backup.restore(copy.target, tmp_path / f"{copy.target.stem}-wrong", copy.code, wrong)
        backup.restore(copy.target, tmp_path / copy.target.stem, copy.code, right)


def test_the_words_proposed_are_drawn_anew() -> None:
    drawn = {passphrase.proposed() for _ in range(8)}
    assert len(drawn) == 8 and {len(one.split()) for one in drawn} == {6}

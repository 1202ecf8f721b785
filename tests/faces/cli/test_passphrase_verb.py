"""``letapis passphrase``: from files, at a terminal, at an open desk, and what it refuses."""

import getpass
import sys
from pathlib import Path

import pytest

from letapis.core.language import LANGUAGES
from letapis.engines.keys.workspace import Workspace
from letapis.faces.texts import texts
from tests.faces.cli.test_verbs import Hand, dossier, hand

__all__ = ["dossier", "hand"]

NEW = "six other words for this workspace"


@pytest.fixture
def new(tmp_path: Path) -> Path:
    file = tmp_path / "new"
    file.write_text(f"{NEW}\n")
    return file


def test_from_files_the_old_one_opens_nothing_afterwards(hand: Hand, new: Path) -> None:
    assert hand.does("passphrase", "--new-file", str(new)) == {"changed": True}
    assert hand.fails("dossier", "list") == (4, "keys.passphrase")
    hand.phrase.write_text(NEW)
    assert hand.does("dossier", "list")["dossiers"] == []
    assert hand.fails("passphrase", "--new-file", str(new)) == (2, "keys.passphrase_same")


def test_what_is_refused_changes_nothing(hand: Hand, new: Path, tmp_path: Path) -> None:
    right = hand.phrase.read_text()
    assert hand.fails("passphrase") == (2, "cli.no_new_passphrase")
    assert hand.fails("passphrase", "--new-file", str(tmp_path / "none")) == (7, "cli.passphrase_unreadable")
    new.write_text("short")
    assert hand.fails("passphrase", "--new-file", str(new)) == (2, "keys.passphrase_short")
    hand.phrase.write_text(NEW)
    new.write_text(NEW)
    assert hand.fails("passphrase", "--new-file", str(new)) == (4, "keys.passphrase")
    assert Workspace.load(hand.workspace).is_passphrase(right)


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_a_terminal_it_is_typed_twice_and_nothing_typed_is_shown(hand: Hand, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    asked: list[str] = []
    answers = iter([NEW, f"{NEW}.", NEW, NEW])

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return next(answers)

    monkeypatch.setattr(getpass, "getpass", typed)
    monkeypatch.setattr(sys, "stdin", type("Terminal", (), {"isatty": staticmethod(lambda: True)})())
    code, out, err = calls(hand, language)
    assert code == 2 and texts().say("errors.keys.passphrase_again", language) in err and out == ""
    code, out, err = calls(hand, language)
    assert code == 0 and out.splitlines() == [texts().say("passphrases.changed", language), texts().say("passphrases.backups", language)]
    assert NEW not in out + err and len(err.splitlines()) == 2 and len(err.splitlines()[1].split()) == 6
    assert asked == [f"{texts().say(f'cli.passphrase_{which}', language)} " for which in ("new", "again")] * 2
    assert Workspace.load(hand.workspace).is_passphrase(NEW)


def calls(hand: Hand, language: str) -> tuple[int, str, str]:
    from letapis.faces.cli import main

    code = main(["passphrase", "--language", language, "--workspace", str(hand.workspace), "--passphrase-file", str(hand.phrase)])
    return code, *hand.capsys.readouterr()

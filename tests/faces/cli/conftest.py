"""Verbs of a test's own, so that the frame of the command line is tried without a desk."""

from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from letapis.faces import cli
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs


def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No language and no workspace of the person who runs the tests."""
    for name in ("LETAPIS_LANGUAGE", "LETAPIS_WORKSPACE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Callable[[Call], None]], None]]:
    """Register one more verb for this test; its help text borrows the program's own."""

    def register(words: str, run: Callable[[Call], None]) -> None:
        module = ModuleType("tests_verb")

        def add(verbs: Verbs) -> None:
            parser = verbs.verb(words, run)
            parser.add_argument("name", nargs="?")
            parser.add_argument("--count", type=int)

        vars(module)["add"] = add
        monkeypatch.setattr(cli, "verb_modules", lambda: (module,))

    monkeypatch.setattr(Verbs, "text", lambda self, key: key)
    quiet(monkeypatch)
    yield register

"""What the tutorials say is what happens."""

import pytest

from tests.docs.console import DOCS, Reader, pattern, steps
from tests.docs.test_how_to_of_a_desk import PAGES as OF_A_DESK
from tests.docs.test_how_to_of_a_team import PAGES as OF_A_TEAM

TUTORIAL = DOCS / "tutorial" / "first-dossier.md"
FIRST_WEEK = DOCS / "tutorial" / "first-week.md"
PROSECUTOR = DOCS / "tutorial" / "case-file-for-a-prosecutor.md"


def test_the_tutorial_does_what_it_says(reader: Reader) -> None:
    assert reader.follows(TUTORIAL.read_text(encoding="utf-8")) >= 12


def test_the_first_week_does_what_it_says(reader: Reader) -> None:
    assert reader.follows(FIRST_WEEK.read_text(encoding="utf-8")) >= 20


def test_the_case_file_for_a_prosecutor_is_made_as_told(reader: Reader) -> None:
    assert reader.follows(PROSECUTOR.read_text(encoding="utf-8")) >= 25


def test_every_page_with_commands_is_followed() -> None:
    """Two readers follow them, each in a home of their own, so that two workers can do it at once."""
    pages = {path.stem for path in (DOCS / "how-to").glob("*.md") if "```console" in path.read_text("utf-8")}
    assert not set(OF_A_DESK) & set(OF_A_TEAM) and pages <= {*OF_A_DESK, *OF_A_TEAM}


@pytest.mark.parametrize(
    "expected, printed, matches",
    [
        (("one", "two"), "one\ntwo\n", True),
        (("one",), "one\ntwo\n", False),
        (("one", "…"), "one\ntwo\nthree\n", True),
        (("…", "three"), "one\ntwo\nthree\n", True),
        (("claim … is (open)",), "claim 12ab is (open)\n", True),
        (("claim … is open",), "claim 12ab is shut\n", False),
        (("a.c",), "abc\n", False),
    ],
)
def test_a_line_that_is_not_printed_is_missed(expected: tuple[str, ...], printed: str, matches: bool) -> None:
    assert bool(pattern(expected).match(printed)) is matches


def test_commands_are_read_out_of_a_page() -> None:
    page = "```console\n$ one \\\n    two\nout\n$ three\n```\n<!-- run: four -->\n```sh\n$ not run\n```\n"
    assert [(s.command, s.expected) for s in steps(page)] == [("one \\\n    two", ("out",)), ("three", ()), ("four", ())]


def test_a_page_that_says_what_is_not_so_fails(reader: Reader) -> None:
    with pytest.raises(AssertionError, match="printed"):
        reader.follows("```console\n$ echo yes\nno\n```\n")
    with pytest.raises(AssertionError, match="ended with 1"):
        reader.follows("```console\n$ false\n```\n")

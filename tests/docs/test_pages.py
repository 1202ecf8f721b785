"""What the tutorial and the how-to pages say is what happens."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.console import Reader, pattern, steps

DOCS = Path(__file__).parents[2] / "docs"
TUTORIAL = DOCS / "tutorial" / "first-dossier.md"
FIRST_WEEK = DOCS / "tutorial" / "first-week.md"
PROSECUTOR = DOCS / "tutorial" / "case-file-for-a-prosecutor.md"
# In the order in which one reader can follow them in one home: later pages go on with the workspaces of the earlier ones.
HOW_TO = [
    *("add-a-colleague", "release-an-identity", "check-a-case-file", "black-out-a-name", "stamp-the-time"),
    *("recognise-a-political-prisoner", "approve-and-recall-a-card", "put-a-person-on-the-public-list"),
    *("back-up-and-restore", "keep-three-copies", "take-back-what-was-said"),
    *("before-a-journey", "a-device-is-taken", "remove-a-member"),
    *("a-day-of-detentions", "take-a-call", "read-a-note", "hear-a-released-prisoner", "a-reply-of-the-state", "how-many-today"),
    *("the-day-at-the-desk", "weigh-what-goes-out", "after-filing", "when-much-is-opened", "read-a-case-against-the-law"),
    *("find-a-name-in-any-spelling", "one-person-or-two", "witness-a-log", "bring-in-a-web-page"),
    *("bring-in-a-folder", "watch-a-published-list", "bring-in-a-list", "give-data-to-a-partner"),
    *("who-commanded-here", "check-the-public-list", "publish-the-list", "give-figures-that-hold"),
]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    made = Reader(tmp_path)
    yield made
    made.close()


def test_the_tutorial_does_what_it_says(reader: Reader) -> None:
    assert reader.follows(TUTORIAL.read_text(encoding="utf-8")) >= 12


def test_the_first_week_does_what_it_says(reader: Reader) -> None:
    assert reader.follows(FIRST_WEEK.read_text(encoding="utf-8")) >= 20


def test_the_case_file_for_a_prosecutor_is_made_as_told(reader: Reader) -> None:
    assert reader.follows(PROSECUTOR.read_text(encoding="utf-8")) >= 25


def test_the_how_to_pages_do_what_they_say(reader: Reader) -> None:
    for name in HOW_TO:
        assert reader.follows((DOCS / "how-to" / f"{name}.md").read_text(encoding="utf-8")) >= 2, name


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

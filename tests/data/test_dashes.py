"""A dash is long between the parts of a Belarusian or Russian sentence, short only in a range, without blanks. English has no long dash."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "src" / "letapis" / "data"
SAID = [*sorted((DATA / "locale").glob("*.toml")), *sorted((DATA / "letters").glob("*.toml")), *sorted((DATA / "templates").rglob("*.toml"))]
TITLED = [path for path in sorted(DATA.rglob("*.toml")) if path not in SAID]

BETWEEN_DAYS = {"command.gap.between"}
"""A range whose ends are days of several words keeps the blanks, as every range of days on a page does."""


def texts(found: object, at: str = "", language: str = "") -> Iterator[tuple[str, str, str]]:
    """Each text of a file with the place where it stands and its language; "" where the file does not say one."""
    if isinstance(found, dict):
        for key, inner in found.items():
            yield from texts(inner, f"{at}.{key}".strip("."), key if key in ("en", "be", "ru") else language)
    elif isinstance(found, list):
        for inner in found:
            yield from texts(inner, at, language)
    elif isinstance(found, str):
        yield at, language, found


def wrong(text: str, language: str) -> bool:
    if language == "en":
        return "—" in text
    return bool(re.search(r"(?:^|\s)–|–(?:\s|$)|\S—|—\S", text))


@pytest.mark.parametrize("path", SAID + TITLED, ids=lambda path: str(path.relative_to(DATA)))
def test_a_dash_is_long_between_the_parts_of_a_sentence_and_short_in_a_range(path: Path) -> None:
    own = path.stem if path.stem in ("en", "be", "ru") else ""
    told = [(at, language, text) for at, language, text in texts(tomllib.loads(path.read_text("utf-8")), language=own) if language]
    assert not [at for at, language, text in told if at.removesuffix(f".{language}") not in BETWEEN_DAYS and wrong(text, language)]


def test_the_rule_itself_tells_right_from_wrong() -> None:
    assert not any(wrong(text, "be") for text in ("Дасье — наша папка.", "2019–2021", "— як ёсць —", "Так, — сказала яна"))
    assert all(wrong(text, "be") for text in ("Дасье – наша папка.", "– як ёсць", "Дасье—папка", "2019 –2021"))
    assert wrong("Draft — not approved", "en") and not wrong("2019–2021", "en")

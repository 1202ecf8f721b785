"""Several forms of one name in one cell: ``Iury (Yuri) PRYKLAD``, ``Ivan PRYKLAD (VYDUMKA)``, ``PRYKLAD/PRYKLAD’``, two names without a sign between.

Sanctions lists write them so. Each form is given as a whole name; nothing is added that the cell does not say.
"""

import re
from typing import Final

MOST: Final = 20
_BRACKET: Final = re.compile(r"\s*\(([^()]*)\)")
_LABEL: Final = re.compile(r"\b(?:in\s+)?(?:Russian|Belarusian|English)(?:\s+(?:spelling|form))?:\s*", re.IGNORECASE)
_COMMA: Final = re.compile(r"\s*,\s*")
_GLUED: Final = re.compile(r"(?<=[^\W\d_a-zа-яёўі][^\W\d_a-zа-яёўі])\s+(?=[^\W\d_]\w*[a-zа-яёўі]\w*\s+\S+\s+\S*[^\W\d_]{2})")


def variants(cell: str) -> tuple[str, ...]:
    """Every form of the name, the one outside the brackets first. A cell without such signs comes back as it is."""
    cell = _LABEL.sub("", cell).strip()
    found: list[str] = []
    for whole in _GLUED.split(cell):
        found += _of_one(whole)
    return tuple(dict.fromkeys(found))[:MOST]


def _of_one(whole: str) -> list[str]:
    brackets = list(_BRACKET.finditer(whole))
    plain = _bare(whole).strip(" ,") if brackets else whole
    found = _listed(plain)
    for bracket in brackets[:MOST]:
        before, after = _bare(whole[: bracket.start()]), _bare(whole[bracket.end() :])
        said = [part for part in _COMMA.split(bracket[1].strip()) if part]
        for number, part in enumerate(said):
            if " " in part:
                found += _slashed(part)
                before, after = part, ""
            elif before:
                # One word alone stands for the word before the bracket, or for the surname of the name before it in the brackets.
                stem = before.rpartition(" ")[0]
                found += _slashed(" ".join(word for word in (stem, part, after if not number else "") if word))
    return found


def _bare(text: str) -> str:
    return " ".join(_BRACKET.sub(" ", text).split())


def _listed(plain: str) -> list[str]:
    """``Ivan PRYKLAD, VYDUMKA`` is two surnames; in ``Ivan Ivanavich, PRYKLAD`` the comma is a slip."""
    first, *others = _COMMA.split(plain)
    if not others or not _is_surname(first.rpartition(" ")[2]) or any(" " in other or not _is_surname(other) for other in others):
        return _slashed(" ".join(part for part in (first, *others) if part))
    stem = first.rpartition(" ")[0]
    return [*_slashed(first), *(name for other in others for name in _slashed(f"{stem} {other}".strip()))]


def _is_surname(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    return len(letters) > 1 and all(not letter.islower() for letter in letters)


def _slashed(name: str) -> list[str]:
    words = name.split(" ")
    at = next((place for place, word in enumerate(words) if 0 < word.find("/") < len(word) - 1), -1)
    if at < 0:
        return [name] if name else []
    return [" ".join([*words[:at], form, *words[at + 1 :]]) for form in words[at].split("/") if form]

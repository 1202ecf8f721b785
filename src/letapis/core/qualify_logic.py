"""The logic of a norm: ``E1 & (E2 | !E3) & @NORM`` as a tree, solved in three values. Section 4 of docs/reference/law.md."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from letapis.core.errors import Damaged
from letapis.core.predicates import all_of, any_of

_TOKEN: Final = re.compile(r"\s*([()&|!]|@[A-Z][A-Z0-9-]*|[A-Z][A-Z0-9]*)")
_MAX_DEPTH: Final = 50


@dataclass(frozen=True, slots=True)
class Name:
    """An element key, or ``@NORM`` for the status of another norm."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    part: "Logic"


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Logic", ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple["Logic", ...]


Logic = Name | Not | All | Some


def parse_logic(text: str) -> Logic:
    """Tree of a logic text. Raises Damaged ``law.logic_form`` when it is not in the grammar."""
    tokens = _tokens(text)
    tree, rest = _either(tokens, 0)
    if rest != len(tokens):
        raise Damaged("law.logic_form")
    return tree


def _tokens(text: str) -> tuple[str, ...]:
    found, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise Damaged("law.logic_form")
        found.append(match[1])
        position = match.end()
    return tuple(found)


def _either(tokens: tuple[str, ...], at: int, depth: int = 0) -> tuple[Logic, int]:
    return _joined("|", tokens, at, depth)


def _joined(sign: str, tokens: tuple[str, ...], at: int, depth: int) -> tuple[Logic, int]:
    """Parts joined by ``|`` (made of parts joined by ``&``), or by ``&`` (made of single factors)."""

    def part(start: int) -> tuple[Logic, int]:
        return _joined("&", tokens, start, depth) if sign == "|" else _single(tokens, start, depth)

    first, at = part(at)
    parts = [first]
    while at < len(tokens) and tokens[at] == sign:
        following, at = part(at + 1)
        parts.append(following)
    if len(parts) == 1:
        return first, at
    return (Some(tuple(parts)) if sign == "|" else All(tuple(parts))), at


def _single(tokens: tuple[str, ...], at: int, depth: int) -> tuple[Logic, int]:
    if at >= len(tokens) or tokens[at] in ")&|" or depth > _MAX_DEPTH:
        raise Damaged("law.logic_form")
    if tokens[at] == "!":
        inner, at = _single(tokens, at + 1, depth + 1)
        return Not(inner), at
    if tokens[at] == "(":
        inner, at = _either(tokens, at + 1, depth + 1)
        if at >= len(tokens) or tokens[at] != ")":
            raise Damaged("law.logic_form")
        return inner, at + 1
    return Name(tokens[at]), at + 1


def names_in(tree: Logic) -> frozenset[str]:
    """Element keys and ``@NORM`` references that a logic mentions."""
    if isinstance(tree, Name):
        return frozenset({tree.name})
    parts = (tree.part,) if isinstance(tree, Not) else tree.parts
    return frozenset().union(*(names_in(part) for part in parts))


def solve(tree: Logic, truth_of: Callable[[str], bool | None]) -> bool | None:
    """Truth of a logic in strong Kleene values, given the truth of each name."""
    match tree:
        case Name(name):
            return truth_of(name)
        case Not(part):
            truth = solve(part, truth_of)
            return None if truth is None else not truth
        case All(parts):
            return all_of(solve(part, truth_of) for part in parts)
        case Some(parts):
            return any_of(solve(part, truth_of) for part in parts)


def role_in(key: str, logic: Logic, variants: Iterable[Logic]) -> str:
    """What the logic makes of an element: an exclusion is negated, a jurisdiction stands in a variant alone, a consequence nowhere.

    Empty for an element that is affirmed in one place and negated in another.
    """
    own = _signs(logic)
    everywhere = own.union(*map(_signs, variants))
    if (key, False) in everywhere:
        return "" if (key, True) in everywhere else "exclusion"
    if (key, True) in own:
        return "constitutive"
    return "jurisdiction" if (key, True) in everywhere else "consequence"


def _signs(tree: Logic, affirmed: bool = True) -> frozenset[tuple[str, bool]]:
    """Names of a logic, each with whether it is affirmed or negated where it stands."""
    match tree:
        case Name(name):
            return frozenset({(name, affirmed)})
        case Not(part):
            return _signs(part, not affirmed)
        case All(parts) | Some(parts):
            return frozenset().union(*(_signs(part, affirmed) for part in parts))

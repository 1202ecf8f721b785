"""Two readings of the same person side by side: what changed between two days, or between two versions of the rulebook, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from letapis.core.elements import ElementResult, Outcome
from letapis.core.qualify import Qualification, Status


@dataclass(frozen=True, slots=True)
class ElementChange:
    """An element whose result differs. None: the rulebook of that side does not have it. ``judged``: a reviewer's word changed."""

    key: str
    before: Outcome | None
    after: Outcome | None
    judged: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A norm whose status or elements differ, with the claims that came and those that went. None: the norm is not in that rulebook."""

    norm: str
    before: Status | None
    after: Status | None
    elements: tuple[ElementChange, ...]
    came: tuple[bytes, ...]
    went: tuple[bytes, ...]
    rewritten: bool

    @property
    def moved(self) -> bool:
        return self.before is not self.after


def changes(before: Iterable[Qualification], after: Iterable[Qualification]) -> tuple[Change, ...]:
    """Norms on which the two readings differ, those with another status first, in the order of the later reading."""
    old = {one.norm: one for one in before}
    new = {one.norm: one for one in after}
    found = [_change(norm, old.get(norm), new.get(norm)) for norm in dict.fromkeys((*new, *old))]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: not one.moved))


def _change(norm: str, old: Qualification | None, new: Qualification | None) -> Change | None:
    before, after = _elements(old), _elements(new)
    elements = tuple(
        ElementChange(key, _result(before.get(key)), _result(after.get(key)), _word(before.get(key)) != _word(after.get(key)))
        for key in dict.fromkeys((*after, *before))
        if _result(before.get(key)) is not _result(after.get(key)) or _word(before.get(key)) != _word(after.get(key))
    )
    statuses = (old.status if old else None, new.status if new else None)
    if statuses[0] is statuses[1] and not elements:
        return None
    touched = {element.key for element in elements}
    had, has = (dict.fromkeys(ref for key in side if key in touched for ref in side[key].named) for side in (before, after))
    came, went = tuple(ref for ref in has if ref not in had), tuple(ref for ref in had if ref not in has)
    rewritten = old is not None and new is not None and old.version != new.version
    return Change(norm, *statuses, elements, came, went, rewritten)


def _elements(side: Qualification | None) -> Mapping[str, ElementResult]:
    return {element.key: element for element in side.elements} if side else {}


def _result(element: ElementResult | None) -> Outcome | None:
    return element.result if element else None


def _word(element: ElementResult | None) -> bytes:
    return element.judgement.ref if element and element.judgement else b""

"""The standing of all claims on one subject and property: what replaces what, what agrees, what stands side by side.

A claim on one subject and property changes the standing of no other group. So the ledger folds again only the groups it touches.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Final

from letapis.core.answers import Answer
from letapis.core.corroboration import Independence, corroborate_group, known_bounds
from letapis.core.standing import (
    REPLACED,
    UNTOUCHED,
    Corroboration,
    Level,
    Live,
    Said,
    Standing,
    corroborated,
    reviewers,
    ruled,
)
from letapis.core.vocabulary import LIST_SEPARATOR

SINGLE_VALUED: Final = frozenset({"bool", "number", "enum"})  # several texts may be true at once, of these only one
_OTHERS_UNCHECKED: Final = Answer(False, "corroboration.others_not_checked")

Refolded = dict[bytes, tuple[Standing, bool]]


def refold(
    claims: Iterable[Said],
    live: Live,
    independence: Independence,
    authentic: frozenset[bytes],
    klass: Callable[[str], str],
    kind: Callable[[str], str],
) -> Refolded:
    """Standing of each claim by ref, and whether it is contested.

    ``claims``: all claims on the touched subjects and properties. ``live``: all rulings on them, and all rulings on those rulings.
    ``independence`` and ``authentic`` are made of what ``distinct_pairs`` and ``authentic_items`` find in the dossier's rulings; ``klass``
    and ``kind`` name the corroboration class and the type of a property ("" for one that this version does not know).
    """
    alone: dict[tuple[bytes, str], Said] = {}
    groups: dict[tuple[bytes, str], dict[bytes, Said]] = {}
    for said in claims:
        first = alone.setdefault((said.subject, said.property), said)
        if first is not said and first.ref != said.ref:
            groups.setdefault((said.subject, said.property), {first.ref: first})[said.ref] = said
    for place in groups:
        del alone[place]
    result: Refolded = {}
    for said in alone.values():
        if _is_untouched(said, live):  # nine of ten: nobody decided, nothing bears on it
            result[said.ref] = independence.untouched(said, authentic, klass(said.property))
        else:
            result[said.ref] = (_one_claim(said, live, independence, authentic, klass(said.property)), False)
    for (_, prop), by_ref in groups.items():
        group = list(by_ref.values())
        weigh = _open_group if all(_is_untouched(said, live) and not said.replaces for said in group) else _one_group
        result.update(weigh(group, live, independence, authentic, klass(prop), kind(prop)))
    return result


def _is_untouched(said: Said, live: Live) -> bool:
    """The claim counts and nobody decided anything about it."""
    return said.ref not in live and said.counts and bool(said.author) and not said.lost


def _open_group(
    group: Sequence[Said], _: Live, independence: Independence, authentic: frozenset[bytes], klass: str, kind: str
) -> Iterator[tuple[bytes, tuple[Standing, bool]]]:
    """``_one_group`` for claims on which nobody decided and of which none corrects another: all are open, and only sources are added up."""
    contested = _contested(group, kind)
    for ref, shown in corroborate_group(group, independence, authentic, klass, kind, frozenset()).items():
        yield ref, (corroborated(UNTOUCHED, shown), ref in contested)


def _one_claim(said: Said, live: Live, independence: Independence, authentic: frozenset[bytes], klass: str) -> Standing:
    """The only claim on its subject and property: nothing replaces, supports or contradicts it."""
    by_decisions = ruled(said, live)
    if by_decisions.level < Level.OPEN:
        return by_decisions
    if klass == "assessment" and by_decisions.level is Level.CHECKED:
        return corroborated(by_decisions, corroborate_group([said], independence, authentic, klass, "", _reviewed([said], live))[said.ref])
    return corroborated(by_decisions, independence.alone(said, authentic, klass))


def _reviewed(checked: Iterable[Said], live: Live) -> frozenset[bytes]:
    return frozenset(said.ref for said in checked if len(reviewers(said, live)) >= 2)


def _one_group(
    group: Sequence[Said], live: Live, independence: Independence, authentic: frozenset[bytes], klass: str, kind: str
) -> Iterator[tuple[bytes, tuple[Standing, bool]]]:
    found = {said.ref: ruled(said, live) for said in group}
    for ref, by in _replaced(group, found).items():
        found[ref] = found[ref]._replace(replaced_by=by, because=(REPLACED, *found[ref].because))
    standing_up = [said for said in group if found[said.ref].level >= Level.OPEN and not found[said.ref].replaced_by]
    checked = [said for said in standing_up if found[said.ref].level is Level.CHECKED]
    reviewed = _reviewed(checked, live) if klass == "assessment" else frozenset()
    shown = corroborate_group(standing_up, independence, authentic, klass, kind, reviewed)
    firm = shown if len(checked) == len(standing_up) else {}
    if checked and firm is not shown:
        firm = corroborate_group(checked, independence, authentic, klass, kind, reviewed)
    for ref, all_of_them in shown.items():
        found[ref] = corroborated(found[ref], _firm(all_of_them, firm.get(ref)))
    contested = _contested([said for said in group if _stands_beside(found[said.ref])], kind)
    return ((ref, (standing, ref in contested)) for ref, standing in found.items())


def _firm(shown: Corroboration, firm: Corroboration | None) -> Corroboration:
    """The number counts all that agrees; that it is enough, only what two others have checked. Else one author could support a checked
    claim with accounts that nobody has looked at."""
    if firm is None or firm is shown or firm.satisfied == shown.satisfied:
        return shown
    satisfied = _OTHERS_UNCHECKED if shown.satisfied.holds and not firm.satisfied.holds else firm.satisfied
    return replace(shown, satisfied=satisfied)


def _replaced(group: Sequence[Said], found: Mapping[bytes, Standing]) -> dict[bytes, bytes]:
    """Which claim is corrected by which. Only the claim named is looked at, never a chain, so a circle of corrections ends.

    A correction stays with subject, property and source of what it corrects: what another source says stands beside it, not in its place.
    The author's own correction holds unless it is retracted or uncounted; somebody else's holds once it is checked.
    """
    replaced: dict[bytes, bytes] = {}
    if not any(said.replaces for said in group):
        return replaced
    by_ref = {said.ref: said for said in group}
    for said in group:
        old = by_ref.get(said.replaces) if said.replaces else None
        if old is None or old.ref == said.ref or old.source != said.source:
            continue
        own = said.author == old.author
        if found[said.ref].level >= (Level.DISPUTED if own else Level.CHECKED):
            replaced[old.ref] = min(said.ref, replaced.get(old.ref, said.ref))
    return replaced


# ---- contradictions --------------------------------------------------------------------------------------------------


def _stands_beside(standing: Standing) -> bool:
    return standing.level >= Level.DISPUTED and not standing.replaced_by


def _contested(group: Sequence[Said], kind: str) -> frozenset[bytes]:
    """Claims that another claim of the group contradicts."""
    if len(group) < 2:
        return frozenset()
    buckets: dict[tuple[str, bool, str, str], list[Said]] = {}
    for said in group:
        buckets.setdefault((said.value, said.partial, said.valid_from, said.valid_to), []).append(said)
    contested: set[bytes] = set()
    for mine, other in combinations(buckets.values(), 2):
        if contradicts(kind, mine[0], other[0]):
            contested.update(said.ref for said in (*mine, *other))
    return frozenset(contested)


def contradicts(kind: str, said: Said, other: Said) -> bool:
    """The two cannot both be true of the same time. Texts may be: several places, several reasons."""
    if said.value == other.value or not _same_time(said, other):
        return False
    if kind in SINGLE_VALUED:
        return True
    if kind == "date":
        first, second = known_bounds(said.value), known_bounds(other.value)
        return first is not None and second is not None and (first[1] < second[0] or second[1] < first[0])
    return kind == "list" and (_excludes(said, other) or _excludes(other, said))


def _excludes(complete: Said, other: Said) -> bool:
    """A complete list lacks a member that the other has."""
    return not complete.partial and not _members(other) <= _members(complete)


def _members(said: Said) -> frozenset[str]:
    return frozenset(said.value.split(LIST_SEPARATOR)) if said.value else frozenset()


def _same_time(said: Said, other: Said) -> bool:
    """The times of validity overlap; one that is open at an end reaches on."""
    (a_low, a_high), (b_low, b_high) = _validity(said), _validity(other)
    return a_low <= b_high and b_low <= a_high


def _validity(said: Said) -> tuple[date, date]:
    first, last = known_bounds(said.valid_from), known_bounds(said.valid_to)
    return first[0] if first else date.min, last[1] if last else date.max


# ---- decisions about sources and documents ---------------------------------------------------------------------------


def distinct_pairs(live: Live) -> frozenset[frozenset[bytes]]:
    """Pairs of sources that were compared and are different people. Where somebody else found them the same, they do not count as two."""
    pairs: dict[str, set[frozenset[bytes]]] = {"distinct": set(), "same": set()}
    for rulings in live.values():
        for r in rulings:
            if r.kind in pairs and len(set(r.parties)) == 2 and (r.reasoned or r.kind == "same"):
                pairs[r.kind].add(frozenset(r.parties))
    return frozenset(pairs["distinct"] - pairs["same"])


def authentic_items(live: Live, items: Mapping[bytes, tuple[bytes, bytes]]) -> frozenset[bytes]:
    """What was judged authentic by somebody other than who brought it in, with reasons, and by nobody the contrary.

    ``items``: by ref of an evidence or claim record, the id under which claims name it (evidence object, or the claim's own ref) and
    the member who recorded it.
    """
    found = set()
    for ref in live.keys() & items.keys():
        item, author = items[ref]
        words = [r for r in live[ref] if r.kind == "authentic" and r.reasoned]
        if any(r.holds and r.member != author for r in words) and all(r.holds for r in words):
            found.add(item)
    return frozenset(found)

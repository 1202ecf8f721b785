"""What the sources of agreeing claims add up to.

Ten reposts are one source, and two code names that nobody compared may be one person: accounts count as independent only when they
share no root and every person behind the one was compared with every person behind the other. Adding an account never lowers a number.

Classes and grades are those of ``law/proof.toml`` (Admiralty code; commissions of inquiry, OHCHR 2015). A to C is *credible*, F *not yet
judged* (it may stand beside a credible account, never instead of one), D, E and unknown grades are leads and count for nothing.
An inferred claim corroborates nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import Final

from letapis.core import dates
from letapis.core.answers import Answer
from letapis.core.standing import ON_NOTHING, UNTOUCHED, Corroboration, Said, Standing, corroborated

__all__ = ["Corroboration", "Independence", "Source", "corroborate_group", "known_bounds", "supports"]

CREDIBLE: Final = frozenset("ABC")
NOT_JUDGED: Final = "F"
FIRST_HAND: Final = frozenset({"saw", "heard", "own_experience"})
TELLING: Final = frozenset({"person", "media", "un_body"})  # kinds that give an account of what a document says
UNNAMED: Final = b""  # the person behind a "was told" whose name nobody recorded: it could be any of the others
EXACT_LIMIT: Final = 24

_LEAD = Answer(False, "corroboration.source_is_lead_only")
_INFERRED = Answer(False, "corroboration.inferred_does_not_count")
_ON_NOTHING = Answer(False, "standing.hollow_capture")
_NO_CLASS = Answer(False, "corroboration.class_unknown")
_ADJUDICATED = Answer(True, "corroboration.adjudicated")
_NOT_ADJUDICATED = Answer(False, "corroboration.needs_authentic_decision")
_AUTHENTIC = Answer(True, "corroboration.document_authentic")
_REVIEWED = Answer(True, "corroboration.assessment_reviewed")
_NOT_REVIEWED = Answer(False, "corroboration.assessment_needs_two_reviewers")
_NO_FIRST_HAND = Answer(False, "corroboration.needs_first_hand_account")
_NOT_JUDGED = Answer(False, "corroboration.needs_judged_source")
_NO_PERSON = Answer(False, "corroboration.needs_close_account")
_NOT_COMPARED = Answer(False, "corroboration.codes_not_compared")
_COPIES = Answer(False, "corroboration.copies_count_once")
_NEEDS_SECOND = Answer(False, "corroboration.needs_second_independent")
_NEEDS_DOCUMENT = Answer(False, "corroboration.needs_authentic_document")


@dataclass(frozen=True, slots=True)
class Source:
    """A source by its id: kind and grade as in ``core.records``, what it repeats, and who could have told (circle)."""

    source: bytes
    kind: str
    grade: str
    upstream: tuple[bytes, ...] = ()
    circle: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """One source in support of one value, on one basis. ``rests_on`` holds all roots, ``people`` those of them that may be a person.

    ``Independence`` makes equal accounts once, so that they are compared by being the same.
    """

    source: bytes
    kind: str
    credible: bool
    first_hand: bool
    authentic: bool
    of_state: bool
    rests_on: frozenset[bytes]
    people: frozenset[bytes]


class Independence:
    """Which accounts stand apart, for the sources and comparisons of one dossier. Roots are walked once per source."""

    def __init__(self, sources: Mapping[bytes, Source], distinct: frozenset[frozenset[bytes]]) -> None:
        self._sources, self._distinct = sources, distinct
        self._roots: dict[bytes, tuple[frozenset[bytes], frozenset[bytes]]] = {}
        self._accounts: dict[tuple[bytes, str, bytes, bool], Account | None] = {}
        self._made: dict[tuple[object, ...], Account] = {}
        self._alone: dict[tuple[bytes, str, bytes, bool, str], Corroboration] = {}
        self._untouched: dict[tuple[bytes, str, bytes, bool, str], tuple[Standing, bool]] = {}
        self._summed: dict[tuple[frozenset[Account], str], Corroboration] = {}

    def roots(self, source: bytes) -> tuple[frozenset[bytes], frozenset[bytes]]:
        """Everything that ``source`` rests on, itself included, and the part that may be a person. An unknown id may be one."""
        known = self._roots.get(source)
        if known is None:
            seen, waiting = {source}, [source]
            while waiting:
                entry = self._sources.get(waiting.pop())
                new = [up for up in entry.upstream if up not in seen] if entry else []
                seen.update(new)
                waiting += new
            people = frozenset(s for s in seen if s not in self._sources or self._sources[s].kind == "person")
            known = self._roots[source] = (frozenset(seen), people)
        return known

    def account(self, said: Said, authentic: frozenset[bytes]) -> Account | None:
        """The account that a claim gives; None when it is inferred or its source is a lead only or not known."""
        key = _account_key(said, authentic)
        if key not in self._accounts:
            self._accounts[key] = self._make_account(*key)
        return self._accounts[key]

    def _make_account(self, said_by: bytes, basis: str, shown: bytes, authentic: bool) -> Account | None:
        source = self._sources.get(said_by)
        if source is None or basis in ("inferred", ON_NOTHING) or not (source.grade in CREDIBLE or source.grade == NOT_JUDGED):
            return None
        rests_on, people = self.roots(said_by)
        if basis == "was_told" and not source.upstream:
            rests_on, people = rests_on | {UNNAMED}, people | {UNNAMED}
        account = Account(
            source=said_by,
            kind=source.kind,
            credible=source.grade in CREDIBLE,
            first_hand=source.kind == "person" and basis in FIRST_HAND,
            authentic=authentic,
            of_state=source.circle in ("", "state"),  # a court of which nobody said whose it is may be the State's
            rests_on=rests_on | {shown} if shown else rests_on,
            people=people,
        )
        return self._made.setdefault(astuple(account), account)

    def alone(self, said: Said, authentic: frozenset[bytes], klass: str) -> Corroboration:
        """What the claim adds up to without any other: most claims of a dossier are the only one on their subject and property."""
        key = (*_account_key(said, authentic), klass)
        if key not in self._alone:
            account = self.account(said, authentic)
            self._alone[key] = _own(said, account, self.summed(frozenset((account,) if account else ()), klass), klass, frozenset())
        return self._alone[key]

    def untouched(self, said: Said, authentic: frozenset[bytes], klass: str) -> tuple[Standing, bool]:
        """Standing of a claim on which nobody decided and which no other bears on, and that it is not contested: one for all of an account."""
        key = (*_account_key(said, authentic), klass)
        found = self._untouched.get(key)
        if found is None:
            found = self._untouched[key] = (corroborated(UNTOUCHED, self.alone(said, authentic, klass)), False)
        return found

    def summed(self, accounts: frozenset[Account], klass: str) -> Corroboration:
        """What these accounts add up to; the same few sources speak of many things."""
        key = (accounts, klass)
        if key not in self._summed:
            self._summed[key] = _sum(accounts, self, klass)
        return self._summed[key]

    def apart(self, a: Account, b: Account) -> bool:
        """The two accounts share no root, and no person behind the one can be a person behind the other."""
        return not a.rests_on & b.rests_on and self.compared(a, b)

    def compared(self, a: Account, b: Account) -> bool:
        """Every person behind ``a`` was compared with every person behind ``b`` and found to be somebody else."""
        return all(frozenset((p, q)) in self._distinct for p in a.people for q in b.people)


def _account_key(said: Said, authentic: frozenset[bytes]) -> tuple[bytes, str, bytes, bool]:
    """Claims that agree in this give the same account: two claims on one document are one item, whoever names it."""
    if said.basis != "document" or not said.evidence:
        return (said.source, said.basis, b"", False)
    return (said.source, said.basis, said.evidence, said.evidence in authentic or said.ref in authentic)


# ---- which claims support which --------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def known_bounds(text: str) -> tuple[date, date] | None:
    """First and last day that a partial date may mean; None when nothing is known."""
    return dates.bounds(text) if dates.is_partial_date(text) else None


def _overlap(a: str, b: str) -> bool:
    """Partial dates that may mean the same day; an unknown one may mean any."""
    if a == b:
        return True
    first, second = known_bounds(a), known_bounds(b)
    return first is None or second is None or (first[0] <= second[1] and second[0] <= first[1])


def _supports_value(kind: str, value: str, other: str) -> bool:
    if value == other:
        return True
    first, second = (known_bounds(value), known_bounds(other)) if kind == "date" else (None, None)
    return first is not None and second is not None and first[0] <= second[0] and second[1] <= first[1]


def supports(kind: str, said: Said, other: Said) -> bool:
    """``other`` says at least what ``said`` says: the same value at a time that may be the same; a day supports its month, not the reverse."""
    return (
        _supports_value(kind, said.value, other.value)
        and said.partial == other.partial
        and _overlap(said.valid_from, other.valid_from)
        and _overlap(said.valid_to, other.valid_to)
    )


# ---- corroboration ---------------------------------------------------------------------------------------------------


def corroborate_group(
    group: Sequence[Said], independence: Independence, authentic: frozenset[bytes], klass: str, kind: str, reviewed: frozenset[bytes]
) -> dict[bytes, Corroboration]:
    """The same for claims on one subject and property. Claims of equal value and time share one computation."""
    if len(group) == 1 and group[0].ref not in reviewed:
        return {group[0].ref: independence.alone(group[0], authentic, klass)}
    accounts = {said.ref: independence.account(said, authentic) for said in group}
    buckets: dict[tuple[str, bool, str, str], list[Said]] = {}
    for said in group:
        buckets.setdefault((said.value, said.partial, said.valid_from, said.valid_to), []).append(said)
    members = list(buckets.values())
    result: dict[bytes, Corroboration] = {}
    for bucket in members:
        agreeing = [said for other in members if other is bucket or supports(kind, bucket[0], other[0]) for said in other]
        summed = independence.summed(frozenset(account for said in agreeing if (account := accounts[said.ref])), klass)
        for said in bucket:
            result[said.ref] = _own(said, accounts[said.ref], summed, klass, reviewed)
    return result


def _own(said: Said, account: Account | None, summed: Corroboration, klass: str, reviewed: frozenset[bytes]) -> Corroboration:
    """What the sum means for one claim: an assessment needs reviewers instead, and a claim that counts for nothing is not carried by others."""
    if klass == "assessment":
        return Corroboration(summed.independent, summed.groups, summed.types, _REVIEWED if said.ref in reviewed else _NOT_REVIEWED)
    if account is None:
        why = _INFERRED if said.basis == "inferred" else _ON_NOTHING if said.basis == ON_NOTHING else _LEAD
        return Corroboration(summed.independent, summed.groups, summed.types, why)
    return summed


def _sum(found: frozenset[Account], independence: Independence, klass: str) -> Corroboration:
    accounts = sorted(found, key=lambda a: (a.source, a.kind, a.first_hand, a.authentic, sorted(a.rests_on)))
    if len(accounts) == 1:
        (only,) = accounts
        return Corroboration(1, ((only.source,),), frozenset({only.kind}), _satisfied(klass, accounts, independence))
    conflicts = [0] * len(accounts)
    for (i, a), (j, b) in combinations(enumerate(accounts), 2):
        if not independence.apart(a, b):
            conflicts[i] |= 1 << j
            conflicts[j] |= 1 << i
    groups = tuple(tuple(dict.fromkeys(accounts[i].source for i in group)) for group in _components(conflicts))
    return Corroboration(_most_apart(conflicts), groups, frozenset(a.kind for a in accounts), _satisfied(klass, accounts, independence))


# ---- the classes -----------------------------------------------------------------------------------------------------


def _satisfied(klass: str, accounts: Sequence[Account], independence: Independence) -> Answer:
    if klass in _CLASSES and any(a.authentic and _is_adjudication(a, klass) for a in accounts):
        return _ADJUDICATED
    return _CLASSES[klass](accounts, independence) if klass in _CLASSES else _NO_CLASS


def _is_adjudication(a: Account, klass: str) -> bool:
    """A UN body suffices for what it found, another court where a finding is asked; a court of the State only shows the act taken."""
    return a.kind == "un_body" or (a.kind == "court" and klass == "adjudicated" and not a.of_state)


def _adjudicated(_: Sequence[Account], __: Independence) -> Answer:
    return _NOT_ADJUDICATED


def _first_hand(accounts: Sequence[Account], independence: Independence) -> Answer:
    """One credible first-hand account and one independent item of another type, or two independent first-hand accounts, one credible."""
    witnesses = [a for a in accounts if a.first_hand]
    if not witnesses:
        return _NO_FIRST_HAND
    beside = [b for b in accounts if b.first_hand or b.kind != "person"]
    return _pair([a for a in witnesses if a.credible], beside, independence, "corroboration.first_hand_supported")


def _close_contact(accounts: Sequence[Account], independence: Independence) -> Answer:
    """One credible account of a person close to it and one independent item or account."""
    people = [a for a in accounts if a.kind == "person"]
    if not people:
        return _NO_PERSON
    return _pair([a for a in people if a.credible], accounts, independence, "corroboration.close_contact_supported")


def _document(accounts: Sequence[Account], independence: Independence) -> Answer:
    """The document, kept and found authentic, or two independent accounts of its content, one credible."""
    if any(a.authentic for a in accounts):
        return _AUTHENTIC
    telling = [a for a in accounts if a.kind in TELLING]
    if not telling:
        return _NEEDS_DOCUMENT
    return _pair([a for a in telling if a.credible], telling, independence, "corroboration.document_told_by_two")


def _pair(first: Sequence[Account], second: Sequence[Account], independence: Independence, code: str) -> Answer:
    """Satisfied when a credible account and one beside it stand apart; otherwise the reason that a person can do something about."""
    if not first:
        return _NOT_JUDGED
    if any(independence.apart(a, b) for a in first for b in second):
        return Answer(True, code)
    others = [(a, b) for a in first for b in second if a.source != b.source]
    if any(not independence.compared(a, b) and not a.rests_on & b.rests_on for a, b in others):
        return _NOT_COMPARED
    return _COPIES if others else _NEEDS_SECOND


_CLASSES: Final[Mapping[str, Callable[[Sequence[Account], Independence], Answer]]] = {
    "first_hand": _first_hand,
    "close_contact": _close_contact,
    "document": _document,
    "adjudicated": _adjudicated,
}


# ---- counting --------------------------------------------------------------------------------------------------------


def _components(conflicts: Sequence[int]) -> Iterator[list[int]]:
    """Accounts that hang together, in order of their first member."""
    left = (1 << len(conflicts)) - 1
    while left:
        group = left & -left
        while (wider := group | _any(conflicts, group)) != group:
            group = wider
        left &= ~group
        yield list(_bits(group))


def _any(conflicts: Sequence[int], mask: int) -> int:
    wider = 0
    for i in _bits(mask):
        wider |= conflicts[i]
    return wider


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _most_apart(conflicts: Sequence[int]) -> int:
    """Size of the largest set of accounts that all stand apart.

    Exact up to 24 accounts (branching on the account with most conflicts). Beyond that a greedy set, which is a lower bound: a number
    that is too small is honest, one that is too large is not.
    """
    return _branch(conflicts, (1 << len(conflicts)) - 1, exact=len(conflicts) <= EXACT_LIMIT)


def _branch(conflicts: Sequence[int], left: int, *, exact: bool) -> int:
    taken = 0
    while left:
        degrees = [((conflicts[i] & left).bit_count(), i) for i in _bits(left)]
        degree, least = min(degrees)
        if degree > 1 and exact:
            _, most = max(degrees)
            without = left & ~(1 << most)
            return taken + max(1 + _branch(conflicts, without & ~conflicts[most], exact=True), _branch(conflicts, without, exact=True))
        left &= ~(conflicts[least] | 1 << least)
        taken += 1
    return taken

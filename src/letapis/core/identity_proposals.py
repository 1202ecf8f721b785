"""Who of the persons we know may be entered twice: pairs with a weight and a reason for each part, for and against. A person decides.

Names propose, context weighs. Pairs come from keys of names, never from comparing everybody with everybody; namesakes are counted and lower
the weight. Two sexes, or two birth dates known to the day, that differ say that they are two people, and such a pair is not proposed. Who
was anonymised on purpose has no name and is proposed as nobody. Entries of one list that share a page, or a name and a birth date known to
the day, are kept together as a group that a person must look at whole.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from math import exp, log
from typing import Any, Final, NamedTuple

from letapis.core import names
from letapis.core.dates import bounds, is_partial_date
from letapis.core.name_compare import SUGGESTED, Comparer, Likeness
from letapis.core.one_person import components

LIKELY: Final = 0.8
SURE: Final = 0.95
PROPOSED: Final = 0.5
"""From this weight on a pair is put before somebody; names alone reach it where their likeness is worth suggesting."""
_PRIOR: Final = -1.0
_COMMON: Final = 0.25
_CERTAIN: Final = 0.98
_CROWD: Final = 60
"""So many entries with one key are compared all with all; more of them only where a birth year is shared as well."""
_NAMES: Final = 8
_POINTS: Final = {
    "birth": {"same": 3.0, "fits": 1.2, "near": -0.7, "differs": -4.0},
    "verdict": {"same": 2.0, "differs": -0.5},
    "judge": {"same": 1.5, "differs": -0.3},
    "relative": {"same": 1.2, "named": -3.2},
    "article": {"same": 0.6, "differs": -0.4},
    "court": {"same": 0.7, "differs": -0.2},
    "place": {"same": 0.6},
    "list": {"same": -1.5},
    "page": {"same": 2.0},
}
AS_NAMES: Final = ("judge", "relative")
"""Parts that are names themselves, compared as names: lists romanise the judge too."""


class Name(NamedTuple):
    """One recorded name. ``role``: ``full``, ``family``, ``first``, ``father``, ``former`` or ``other``."""

    text: str
    role: str = "full"
    language: str = ""


@dataclass(frozen=True)
class Known:
    """A person as proposals see them. ``births``: partial dates; ``facts``: by part (a key of ``_POINTS``) what is said of it; ``lists``: the
    lists that name them, ``pages`` the addresses of their page there."""

    ident: bytes
    names: tuple[Name, ...]
    births: tuple[str, ...] = ()
    sexes: frozenset[str] = frozenset()
    facts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()

    def says(self, part: str) -> frozenset[str]:
        return self.facts.get(part, frozenset())


class Reason(NamedTuple):
    """One part of the weighing: which, how it stands (``same``, ``fits``, ``near``, ``differs``, ``namesakes``, ``named``), both sides, and what
    it adds or takes. Of namesakes ``first`` is how many there are; of a relative that is ``named`` it is the relative, ``second`` the other."""

    part: str
    kind: str
    first: str
    second: str
    points: float


@dataclass(frozen=True)
class Proposal:
    """Two entries that may be one person. ``weight``: 0 to 1; ``block``: the part that says they are two (``birth``, ``sex``), else empty."""

    first: bytes
    second: bytes
    weight: float
    names: tuple[str, str]
    like: Likeness
    reasons: tuple[Reason, ...]
    block: str = ""

    @property
    def how(self) -> str:
        """The weight as a word."""
        return "sure" if self.weight >= SURE else "likely" if self.weight >= LIKELY else "possible" if self.weight >= PROPOSED else "weak"


@dataclass(frozen=True)
class Collision:
    """Entries that share what one person has alone; ``by``: ``page`` or ``birth``; ``open``: the pairs on which nobody has decided."""

    entries: tuple[bytes, ...]
    by: frozenset[str]
    open: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Found:
    """The likeliest first. ``crowded``: how many keys so many entries share that not all of them were compared with all."""

    proposals: tuple[Proposal, ...]
    collisions: tuple[Collision, ...]
    crowded: int = 0


@dataclass(frozen=True)
class Rules:
    """What a proposal is made by: the comparison of names, the words that stand for a name left out on purpose, and which information bears
    on it: names by their role, the rest by the part of the weighing."""

    comparer: Comparer
    placeholders: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)

    def is_anonymised(self, text: str) -> bool:
        """Nothing in it but initials and words that stand for a name."""
        words = [word for word in names.tokens(text) if names.word_keys(word)]
        return all(word in self.placeholders or word.startswith(self.beginnings) for word in words)


def read_rules(comparer: Comparer, table: Mapping[str, Any]) -> Rules:
    """The rules from the parsed file."""
    words = [word for line in table["words"].values() for word in line.split()]
    beginnings = tuple(word.rstrip("-") for word in words if word.endswith("-"))
    parts = {fact: part for part, facts in table["facts"].items() for fact in facts}
    return Rules(comparer, frozenset(word for word in words if not word.endswith("-")), beginnings, table["names"], parts)


# ---- who is compared with whom ---------------------------------------------------------------------------------------


def full_names(known: Known, rules: Rules) -> tuple[str, ...]:
    """The names that can be compared: whole ones, or one made of its parts; none that was left out on purpose."""
    said = [one.text for one in known.names if one.role in ("full", "former", "other")]
    parts = {role: next((one.text for one in known.names if one.role == role), "") for role in ("first", "father", "family")}
    if parts["family"]:
        said.append(" ".join(part for part in parts.values() if part))
    kept = list(dict.fromkeys(text.strip() for text in said if not rules.is_anonymised(text)))
    longer = [text for text in kept if len(names.tokens(text)) > 1]
    return tuple((longer or kept)[:_NAMES])


def _keys(called: Iterable[str], years: Iterable[str], told: names.Told) -> set[str]:
    """The keys under which somebody is compared: family and given name together, what a slip leaves of them, family name and birth year."""
    found: set[str] = set()
    for name in called:
        paired = names.pair_keys(name, told)
        found.update(paired.together, paired.near)
        families = [word for word in names.without_patronymic(names.tokens(name)) if not names.is_given(word)]
        known = [key for word in families for key in (*names.word_keys(word)[:1], *told(word)) if names.is_sure(key)]
        found.update(f"{key}:{year}" for key in known for year in years)
    return found


def _years(known: Known) -> frozenset[str]:
    return frozenset(one[:4] for one in known.births if is_partial_date(one) and bounds(one)[0].year == bounds(one)[1].year)


class _Candidates:
    """Pairs that share a key, each once, and how many share the name."""

    def __init__(self, people: Sequence[Known], rules: Rules) -> None:
        self.called = [full_names(one, rules) for one in people]
        self.crowded = 0
        self._people = people
        self._by_key: dict[str, list[int]] = {}
        for number, one in enumerate(people):
            for key in _keys(self.called[number], _years(one), rules.comparer.told):
                self._by_key.setdefault(key, []).append(number)

    def pairs(self) -> Iterator[tuple[int, int]]:
        seen = set()
        for members in self._by_key.values():
            for pair in self._of_one_key(members):
                if pair not in seen:
                    seen.add(pair)
                    yield pair

    def _of_one_key(self, members: list[int]) -> Iterator[tuple[int, int]]:
        if len(members) <= _CROWD:
            yield from combinations(members, 2)
            return
        self.crowded += 1
        by_year: dict[str, list[int]] = {}
        for number in members:
            for year in _years(self._people[number]):
                by_year.setdefault(year, []).append(number)
        for alike in by_year.values():
            if len(alike) <= _CROWD:
                yield from combinations(alike, 2)

    def namesakes(self, name: str, pair: tuple[int, int]) -> int:
        """How many people bear the given and family name of these two entries, if they are two: besides them at least so many others."""
        return 2 + max((self._others(self._by_key.get(key, ()), pair) for key in names.pair_keys(name).together), default=0)

    def _others(self, members: Sequence[int], pair: tuple[int, int]) -> int:
        """At least so many of one key are somebody else than these two: whom several lists name may be one person, as entries of one day of
        birth are; nobody stands in one list twice on purpose."""
        mine = [self._people[number] for number in pair]
        days, lists = {day for one in mine for day in one.births if _is_day(day)}, mine[0].lists | mine[1].lists
        alone, listed = set[str](), dict[str, set[str]]()
        for number in members:
            one = self._people[number]
            born = next(filter(_is_day, one.births), "")
            if number in pair or born in days:
                continue
            for name in one.lists:
                listed.setdefault(name, set()).add(born or str(number))
            if not one.lists:
                alone.add(born or str(number))
        return len(alone) + max((len(some) - (name not in lists) for name, some in listed.items()), default=0)


# ---- weighing --------------------------------------------------------------------------------------------------------


def weigh(one: Known, other: Known, rules: Rules, namesakes: int = 2) -> Proposal | None:
    """How likely two entries are one person, and why. None when a side has no name that can be compared. ``namesakes``: how many entries,
    the two among them, bear the name."""
    return _weigh(one, other, full_names(one, rules), full_names(other, rules), rules, namesakes)


def _weigh(one: Known, other: Known, mine: Sequence[str], theirs: Sequence[str], rules: Rules, namesakes: int) -> Proposal | None:
    if not mine or not theirs:
        return None
    likest = max(((a, b, rules.comparer.compare(a, b)) for a, b in product(mine, theirs)), key=lambda way: way[2].score)
    reasons = [*_birth(one, other), *_list(one, other), *_relatives(one, other, mine, theirs, rules)]
    for part in ("verdict", "judge", "article", "court", "place"):
        reasons += _shared(part, one.says(part), other.says(part), rules)
    if namesakes > 2:
        reasons.append(Reason("name", "namesakes", str(namesakes), "", -_COMMON * log(namesakes - 1)))
    score = min(_CERTAIN, max(1 - _CERTAIN, likest[2].score))
    points = _PRIOR + log(score / (1 - score)) + sum(reason.points for reason in reasons)
    block = "sex" if _differ(one.sexes, other.sexes) else "birth" if _two_births(one.births, other.births) else ""
    weight = 0.0 if block else 1 / (1 + exp(-points))
    return Proposal(one.ident, other.ident, weight, likest[:2], likest[2], tuple(reasons), block)


def _differ(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Both are known, and nothing is in common; *not stated* says nothing."""
    told, others = mine - {"x"}, theirs - {"x"}
    return bool(told) and bool(others) and told.isdisjoint(others)


def _two_births(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Both are known to the day alone, and no day is shared."""
    return bool(mine) and bool(theirs) and all(map(_is_day, (*mine, *theirs))) and set(mine).isdisjoint(theirs)


def _is_day(text: str) -> bool:
    return is_partial_date(text) and bounds(text)[0] == bounds(text)[1]


def _birth(one: Known, other: Known) -> Iterator[Reason]:
    found = [(_births(a, b), a, b) for a, b in product(one.births, other.births) if is_partial_date(a) and is_partial_date(b)]
    if found:
        kind, first, second = max(found, key=lambda way: _POINTS["birth"][way[0]])
        yield Reason("birth", kind, first, second, _POINTS["birth"][kind])


def _births(first: str, second: str) -> str:
    if _is_day(first) and _is_day(second):
        return "same" if first == second else "differs"
    (low, high), (begin, end) = bounds(first), bounds(second)
    if low <= end and begin <= high:
        return "fits"
    return "near" if min(abs(low.year - end.year), abs(begin.year - high.year)) <= 1 else "differs"


def _list(one: Known, other: Known) -> Iterator[Reason]:
    for shared in sorted(one.pages & other.pages)[:1]:
        yield Reason("page", "same", shared, shared, _POINTS["page"]["same"])
    for shared in sorted(one.lists & other.lists)[:1]:
        yield Reason("list", "same", shared, shared, _POINTS["list"]["same"])


def _relatives(one: Known, other: Known, mine: Sequence[str], theirs: Sequence[str], rules: Rules) -> Iterator[Reason]:
    """Nobody is a relative of their own: whoever names the other among their relatives is somebody else, though families share a surname.
    Else a relative of the same name speaks for one person. A given name alone says neither."""
    ours, others = (frozenset(name for name in side.says("relative") if len(names.tokens(name)) > 1) for side in (one, other))
    named = [*product(sorted(ours)[:_NAMES], theirs), *product(sorted(others)[:_NAMES], mine)]
    likest = max(((rules.comparer.compare(a, b).score, a, b) for a, b in named), default=(0.0, "", ""))
    if likest[0] >= SUGGESTED:
        yield Reason("relative", "named", *likest[1:], _POINTS["relative"]["named"])
    else:
        yield from _shared("relative", ours, others, rules)


def _shared(part: str, mine: frozenset[str], theirs: frozenset[str], rules: Rules) -> Iterator[Reason]:
    if not mine or not theirs:
        return
    points = _POINTS[part]
    if part in AS_NAMES:
        ways = product(sorted(mine)[:_NAMES], sorted(theirs)[:_NAMES])
        agreed = next(((a, b) for a, b in ways if rules.comparer.compare(a, b).score >= SUGGESTED), None)
    else:
        agreed = next(((one, one) for one in sorted(mine & theirs)), None)
    if agreed:
        yield Reason(part, "same", *agreed, points["same"])
    elif "differs" in points and not (part == "verdict" and _may_meet(mine, theirs)):
        yield Reason(part, "differs", min(mine), min(theirs), points["differs"])


def _may_meet(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """A year and a day in it are neither the same day nor another one."""
    return any(_births(a, b) == "fits" for a, b in product(mine, theirs) if is_partial_date(a) and is_partial_date(b))


# ---- proposals -------------------------------------------------------------------------------------------------------


def propose(people: Sequence[Known], rules: Rules, decided: Container[frozenset[bytes]] = frozenset()) -> Found:
    """Pairs of entries that may be one person, and groups that must be looked at whole. ``decided``: pairs of which somebody said that they
    are one person or two; they are proposed to nobody again. Pairs inside a group are not proposed beside it."""
    candidates = _Candidates(people, rules)
    collisions = _collisions(people, candidates.called, decided)
    together = {entry: group for group in collisions for entry in group.entries}
    found = []
    for first, second in candidates.pairs():
        one, other = people[first], people[second]
        if frozenset((one.ident, other.ident)) in decided or (one.ident in together and together[one.ident] is together.get(other.ident)):
            continue
        made = _weigh(one, other, candidates.called[first], candidates.called[second], rules, 2)
        if made is not None and made.weight >= PROPOSED:
            crowd = min(candidates.namesakes(name, (first, second)) for name in made.names)
            weighed = _weigh(one, other, candidates.called[first], candidates.called[second], rules, crowd) if crowd > 2 else made
            if weighed is not None and weighed.weight >= PROPOSED:
                found.append(weighed)
    ordered = sorted(found, key=lambda made: (-made.weight, made.first, made.second))
    return Found(tuple(ordered), tuple(collisions), candidates.crowded)


def between(mine: Sequence[Known], theirs: Sequence[Known], rules: Rules) -> tuple[Proposal, ...]:
    """Pairs of one of ``mine`` and one of ``theirs`` that may be one person, the likeliest first; nobody is compared with their own side."""
    people = (*mine, *theirs)
    candidates = _Candidates(people, rules)
    found = []
    for first, second in candidates.pairs():
        if first < len(mine) <= second:
            told = (people[first], people[second], candidates.called[first], candidates.called[second])
            made = _weigh(*told, rules, 2)
            if made is not None and made.weight >= PROPOSED:
                made = _weigh(*told, rules, min(candidates.namesakes(name, (first, second)) for name in made.names))
            if made is not None and made.weight >= PROPOSED:
                found.append(made)
    return tuple(sorted(found, key=lambda made: (-made.weight, made.first, made.second)))


def _collisions(people: Sequence[Known], called: Sequence[Sequence[str]], decided: Container[frozenset[bytes]]) -> list[Collision]:
    """Entries of one list (or of none) that share a page, or a name and a birth date known to the day, while any two are undecided."""
    shared: dict[tuple[str, ...], list[Known]] = {}
    for one, known_as in zip(people, called, strict=True):
        sources = sorted(one.lists) or [""]
        for page in one.pages:
            shared.setdefault(("page", page), []).append(one)
        folded = {" ".join(sorted(found[0] for found in names.keys(name))) for name in known_as}
        for source, birth, name in product(sources, filter(_is_day, one.births), sorted(folded)):
            shared.setdefault(("birth", source, birth, name), []).append(one)
    ties: dict[tuple[bytes, bytes], set[str]] = {}
    for (by, *_), members in shared.items():
        for first, second in combinations(sorted({one.ident for one in members}), 2):
            ties.setdefault((first, second), set()).add(by)
    found = []
    for group in components(ties):
        pairs = [pair for pair in combinations(sorted(group), 2) if pair in ties]
        undecided = tuple(pair for pair in pairs if frozenset(pair) not in decided)
        if undecided:
            found.append(Collision(tuple(sorted(group)), frozenset().union(*(ties[pair] for pair in pairs)), undecided))
    return sorted(found, key=lambda one: one.entries)

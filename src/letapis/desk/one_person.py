"""Say that two entries are one person, or two, or undo what was said; and who may be entered twice, for somebody to look at.

A word on a pair is a working item and no *decision* record: decisions are about records and follow rules of standing, while this is about
entries, is changed and undone, and two colleagues who speak at once must both be heard. As an item every version is kept with who, when
and why, and what stands side by side is shown. A machine proposes; only a member's word joins anybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from letapis.core import one_person
from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.core.identity_proposals import AS_NAMES, Collision, Known, Name, Proposal, propose, weigh
from letapis.core.one_person import LATER, REASONED, SAME, SPLIT, STATES, TYPE
from letapis.core.records import Draft, Value
from letapis.core.standing import Level
from letapis.core.vocabulary import LIST_SEPARATOR
from letapis.desk import card_settle, items, ledger, reading
from letapis.desk.dossiers import require_text
from letapis.desk.list_originals import SOURCE_KIND
from letapis.desk.opening import Desk
from letapis.desk.task_words import Said
from letapis.desk.tasks import draft_task

PERSON: Final = "person"
SECOND_LOOK: Final = "second_check"
_LONGEST: Final = 4000
_HEARINGS: Final = 5000
_SAID: Final = (
    "SELECT subject, property, value, source FROM db_claim WHERE dossier = %s AND compartment = %s AND NOT replaced AND level >= %s "
    "AND property IN ({marks})"
)
_AUTHORS: Final = "SELECT DISTINCT author FROM db_claim WHERE dossier = %s AND NOT replaced AND level >= %s AND subject IN ({marks})"


# ---- deciding --------------------------------------------------------------------------------------------------------


def decide(
    desk: Desk, reader: Reader, first: bytes, second: bytes, state: str, reason: str = "", seen: tuple[bytes, ...] = ()
) -> None:
    """Say of two entries that they are the ``same`` person, that they are two (``apart``), that it is for ``later``, or undo a merge (``split``).

    ``seen``: the versions that were read. A task for a second look is made when several colleagues wrote about the two. Of entries in two
    dossiers both dossiers hold a half. Raises NotFound for what is not theirs, UsageError("oneperson.…") for a word, a reason or a pair that
    is none, Refused("oneperson.not_merged") when there is nothing to undo, Refused("items.contested") for words side by side that nobody has
    looked at.
    """
    known = reading.pair(desk, reader, first, second)
    if state not in STATES:
        raise UsageError("oneperson.state")
    if known.first.kind != PERSON or known.second.kind != PERSON:
        raise UsageError("oneperson.kind")
    told = require_text(reason, "oneperson.reason", _LONGEST) if state in REASONED or reason.strip() else ""
    if state == SPLIT and not any(word.state == SAME for word in known.words if word.is_head):
        raise Refused("oneperson.not_merged")
    drafts = _drafts(desk, reader, known, {"state": state}, told, seen)
    with desk.store.transaction():
        ledger.append(desk, [*drafts, *_second_look(desk, reader, known, state)])
        if state == SAME:  # what either said no to is no longer public of the other
            card_settle.settle(desk, reader, {known.first.dossier, known.second.dossier})


def _drafts(desk: Desk, reader: Reader, known: reading.PairView, body: dict[str, Value], reason: str, seen: tuple[bytes, ...]) -> list[Draft]:
    ends = [known.first, known.second]
    if not known.across:
        link = one_person.link_of(known.first.dossier, known.first.entity, known.second.entity)
        lower, higher = sorted(one.entity for one in ends)
        whole: dict[str, Value] = {**body, "reason": reason, "entity": lower, "beside": higher, "across": 0}
        return [_draft(desk, reader, known, known.first.dossier, link, whole, seen)]
    pad = desk.randomness(one_person.half_size(reason))
    pair = one_person.pair_of(known.first.entity, known.second.entity)
    drafts = []
    for one, half in zip(ends, (pad, one_person.part(reason, pad)), strict=True):
        link = one_person.link_of(one.dossier, known.first.entity, known.second.entity)
        told: dict[str, Value] = {**body, "half": half, "entity": one.entity, "beside": pair, "across": 1}
        drafts.append(_draft(desk, reader, known, one.dossier, link, told, seen))
    return drafts


def _draft(
    desk: Desk, reader: Reader, known: reading.PairView, dossier: bytes, link: bytes, body: dict[str, Value], seen: tuple[bytes, ...]
) -> Draft:
    """The first word on a pair, or the next. Of the versions that were read, those of this item."""
    if known.words:
        own = {version.ref for version in reading.versions(desk, reader, link)}
        return items.changed(desk, reader, TYPE, link, body, tuple(ref for ref in seen if ref in own))
    return items.draft(desk, TYPE, reading.dossier(desk, reader, dossier).work, {"dossier": dossier, **body}, link)


# ---- the second look -------------------------------------------------------------------------------------------------


def _second_look(desk: Desk, reader: Reader, known: reading.PairView, state: str) -> list[Draft]:
    """A merge of what several colleagues wrote about is a task until another member has looked. Nothing is asked about a pair across
    dossiers: the task would stand in one of them and speak of the other."""
    if known.across:
        return []
    link = one_person.link_of(known.first.dossier, known.first.entity, known.second.entity)
    waiting = [one for one in _open_tasks(desk, reader, known) if one.record.raw("party") == link]
    backed = known.backing if known.state == SAME else frozenset()
    if state == SAME and not backed - {desk.me}:
        return [] if waiting or len(_authors(desk, known)) < one_person.CONFIRMED else [_task(desk, reader, known, link)]
    if state == LATER:
        return []
    done = "done" if state == SAME else "dropped"
    return [items.beside(desk, reader, "task", one.item, {"state": done}) for one in waiting]


def _open_tasks(desk: Desk, reader: Reader, known: reading.PairView) -> Sequence[reading.ItemView]:
    ends = (known.first.entity, known.second.entity)
    return [one for end in ends for one in reading.items(desk, reader, "task", dossier=known.first.dossier, about=end, state="open")]


def _authors(desk: Desk, known: reading.PairView) -> set[bytes]:
    ends = (known.first.entity, known.second.entity)
    return {bytes(row[0]) for row in desk.store.rows_in(_AUTHORS, ends, (known.first.dossier, int(Level.OPEN)))}


def _task(desk: Desk, reader: Reader, known: reading.PairView, link: bytes) -> Draft:
    home = reading.dossier(desk, reader, known.first.dossier)
    said = Said("oneperson.task", {"first": known.first.label, "second": known.second.label})
    made = draft_task(desk, home.work, home.dossier, SECOND_LOOK, said, about=min(known.first.entity, known.second.entity))
    return Draft(made.type, made.compartment, {**made.body, "party": link})


# ---- proposals -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Queue:
    """What waits for a look: pairs and groups, and what somebody put aside or undid. ``people``: those named in them, by id.
    ``left_out``: how many persons were not looked at; ``quarrels``: pairs on which colleagues do not agree, however alike they are."""

    proposals: tuple[Proposal, ...]
    collisions: tuple[Collision, ...]
    aside: tuple[Proposal, ...]
    people: dict[bytes, reading.EntityView]
    crowded: int
    left_out: int = 0
    quarrels: tuple[tuple[reading.EntityView, reading.EntityView], ...] = ()


def queue(desk: Desk, reader: Reader, dossier: bytes = b"", most: int = 0) -> Queue:
    """Who may be entered twice: in a dossier and between it and the others that the reader holds, or (without one) in all of these.

    ``most``: look at so many persons only, those of the dossier and of the newest others first; a page has to come at once.
    """
    if dossier:
        reading.dossier(desk, reader, dossier)
    homes = sorted(reading.dossiers(desk, reader), key=lambda home: home.dossier != dossier)
    held = [one for home in homes for one in reading.entities(desk, reader, home.dossier) if one.kind == PERSON]
    people = {one.entity: one for one in (held[:most] if most else held)}
    said = reading.decided(desk, reader)
    found = propose(known_people(desk, reader, people.values()), desk.catalogue.identity_rules, said.settled)

    def here(*entries: bytes) -> bool:
        return not dossier or any(people[entry].dossier == dossier for entry in entries)

    shown = [one for one in found.proposals if here(one.first, one.second)]
    groups = tuple(one for one in found.collisions if here(*one.entries))
    torn = tuple(two for two in said.quarrels if not dossier or dossier in (two[0].dossier, two[1].dossier))
    open_ = [one for one in shown if not any({one.first, one.second} == {first.entity, second.entity} for first, second in torn)]
    waiting = tuple(one for one in open_ if frozenset((one.first, one.second)) not in said.aside)
    put = tuple(one for one in open_ if frozenset((one.first, one.second)) in said.aside)
    return Queue(waiting, groups, put, people, found.crowded, len(held) - len(people), torn)


def weighed(desk: Desk, reader: Reader, first: bytes, second: bytes) -> Proposal | None:
    """What speaks for and against two entries being one person; None when one of them has no name to compare."""
    known = reading.pair(desk, reader, first, second)
    one, other = known_people(desk, reader, (known.first, known.second))
    return weigh(one, other, desk.catalogue.identity_rules)


@dataclass
class _Gathered:
    """What is said of one person, on the way."""

    names: list[Name]
    births: list[str] = field(default_factory=list)
    sexes: set[str] = field(default_factory=set)
    facts: dict[str, set[str]] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)

    def known(self, ident: bytes) -> Known:
        facts = {part: frozenset(said) for part, said in self.facts.items()}
        births, lists, pages = tuple(sorted(set(self.births))), frozenset(self.lists), frozenset(self.pages)
        return Known(ident, tuple(self.names), births, frozenset(self.sexes), facts, lists, pages)


def known_people(desk: Desk, reader: Reader, people: Iterable[reading.EntityView]) -> list[Known]:
    """Persons as proposals see them, in their order: what stands of them in their dossiers, and what was noted of their hearings.

    Read is what stands in the working compartment of a dossier that the reader holds. So what is kept apart, of relatives above all, weighs
    nothing and explains nothing, also for who may read it: a reason is shown to whoever decides, and two colleagues are shown the same.
    """
    asked = list(people)
    found = {one.entity: _Gathered([Name(one.label)]) for one in asked}
    for dossier in dict.fromkeys(one.dossier for one in asked):
        home = reading.dossier(desk, reader, dossier)
        _claims(desk, reader, home, found)
        for one in reading.items(desk, reader, "hearing", dossier=dossier, limit=_HEARINGS):
            if one.about in found:
                told = {"court": one.text("court"), "judge": one.text("judge"), "verdict": one.text("day")}
                for part, said in told.items():
                    found[one.about].facts.setdefault(part, set()).update([said] if said else [])
    return [found[one.entity].known(one.entity) for one in asked]


def _claims(desk: Desk, reader: Reader, home: reading.DossierView, found: dict[bytes, _Gathered]) -> None:
    rules = desk.catalogue.identity_rules
    lists = {one.source: one.code for one in reading.sources(desk, reader, home.dossier) if one.kind == SOURCE_KIND}
    before = (home.dossier, home.work, int(Level.OPEN))
    for subject, prop, value, source in desk.store.rows_in(_SAID, (*rules.roles, *rules.parts), before):
        one = found.get(bytes(subject))
        if one is None:
            continue
        if bytes(source) in lists:
            one.lists.add(lists[bytes(source)])
        if prop in rules.roles:
            one.names.append(Name(value, rules.roles[prop]))
        elif rules.parts[prop] == "birth":
            one.births.append(value)
        elif rules.parts[prop] == "sex":
            one.sexes.add(value)
        elif rules.parts[prop] == "page":
            one.pages.add(value)
        else:
            fold = str if rules.parts[prop] in AS_NAMES else str.casefold  # a name is compared as one, and shown as it stands
            said = {fold(part) for part in value.split(LIST_SEPARATOR) if part}
            one.facts.setdefault(rules.parts[prop], set()).update(said)

"""What is public follows from records alone: versions of cards and statements, approvals of them, and recalls.

A version is public when enough members who did not write it approved exactly its bytes and every field that wants a second look, when it
knows of every recall of its card, and when no other such version descends from it. The answer is a function of the sets: order of arrival
and repetition change nothing, a recall can only take away, and of what is missing or does not fit nothing becomes public.

* Who wrote a version never counts among its approvers, and a member counts once, whatever number of devices sign.
* A recall takes away every version whose writer had not seen it, those before it and those beside it. The card comes back by a version
  that names the recall, with approvals of its own. A recall to come does the same from the day after its last day on.
* Two approved versions that do not know of each other: the last one from which both descend stays, and the card waits for a person.
* A number that an approved version gave a name to stands for nobody without one (``core.card_numbers``).

Hours are what writers say; they decide nothing here but the days that are shown.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from letapis.core.errors import Damaged
from letapis.core.public_check import PublicFault, faults_of_card, faults_of_statement
from letapis.core.publication import Publication
from letapis.core.published import LEAST_SALT, Card, Statement, decode_card, decode_statement

CARD: Final = "card"
STATEMENT: Final = "statement"
CONTESTED, PUBLIC, WAITING, RECALLED, NOTHING = STAGES = ("contested", "public", "waiting", "recalled", "nothing")


@dataclass(frozen=True, slots=True)
class Version:
    """A recorded version. ``ident``: of the card or statement; ``after``: versions, ``recalls``: recalls that its writer had seen;
    ``photo``: digest of the picture that came with it, ``unfit`` for one that holds more than a picture; ``home``: its compartment; ``begins``
    and ``until``: the first and the last day (UTC) on which it may be public, empty where there is none."""

    ref: bytes
    kind: str
    ident: bytes
    author: bytes
    recorded: str
    content: bytes
    salt: bytes
    after: tuple[bytes, ...] = ()
    recalls: tuple[bytes, ...] = ()
    photo: str = ""
    home: bytes = b""
    begins: str = ""
    until: str = ""

    @property
    def digest(self) -> bytes:
        """By which approvals and the log of publications name these bytes."""
        return hashlib.sha256(self.salt + self.content).digest()


@dataclass(frozen=True, slots=True)
class Approval:
    """That a member stands behind a version: its digest as they saw it, and the fields that they looked at by themselves. ``home``: the
    compartment in which they said so."""

    ref: bytes
    version: bytes
    member: bytes
    digest: bytes
    looked: frozenset[str]
    recorded: str
    home: bytes = b""


@dataclass(frozen=True, slots=True)
class Recall:
    """That a card or statement goes, and why (a code of ``recalls``). ``until``: not at once, but after this day; empty: at once. ``home``: the
    compartment in which somebody said so."""

    ref: bytes
    ident: bytes
    member: bytes
    because: str
    recorded: str
    until: str = ""
    home: bytes = b""


class Content(NamedTuple):
    """A card or a statement, or why the bytes can never be public; ``looks``: the fields that each approval names by themselves."""

    card: Card | None
    statement: Statement | None
    faults: tuple[PublicFault, ...]
    looks: frozenset[str]


@dataclass(frozen=True)
class Read:
    """A version with what its bytes hold: a card or a statement, or why it can never be public. ``approvers``: who stands behind it, each
    with the last hour of it; ``needed``: how many do; ``until``: the last day of the version, or of a recall to come of which its writer did
    not know, whichever is first."""

    version: Version
    card: Card | None
    statement: Statement | None
    faults: tuple[PublicFault, ...]
    looks: frozenset[str]
    approvers: Mapping[bytes, str]
    first: tuple[str, ...]
    needed: int
    knows_recalls: bool
    until: str = ""

    def may_stand(self, day: str) -> bool:
        """Whether it may be public on a day, where it bears a first or a last one."""
        return self.version.begins <= day and (not self.until or day <= self.until)

    @property
    def approved(self) -> bool:
        return len(self.approvers) >= self.needed and not self.faults

    @property
    def since(self) -> str:
        """When the approvals were enough; empty before."""
        return self.first[self.needed - 1] if self.approved else ""

    @property
    def confirmed(self) -> str:
        """The last hour from which on enough members stand behind it anew; empty before."""
        return sorted(self.approvers.values(), reverse=True)[self.needed - 1] if self.approved else ""


@dataclass(frozen=True)
class PublicState:
    """One card or statement. ``standing``: what is public; ``waiting``: proposed and neither approved nor overtaken; ``contested``: approved
    versions that do not know of each other; ``recalled``: the last recall, where nothing stands after it; ``since`` and ``changed``: hours;
    ``to_come``: recalls that count from the day after theirs on."""

    kind: str
    ident: bytes
    standing: Read | None
    since: str
    waiting: tuple[Read, ...]
    contested: tuple[Read, ...]
    recalled: Recall | None
    versions: tuple[Read, ...] = field(default=())
    recalls: tuple[Recall, ...] = field(default=())
    to_come: tuple[Recall, ...] = field(default=())

    @property
    def changed(self) -> str:
        return self.standing.since if self.standing else ""

    @property
    def stage(self) -> str:
        """Where it stands in one word, one of ``STAGES``: two versions to choose from come first, then what is public, then what waits for it."""
        found = (self.contested, self.standing, self.waiting, self.recalled)
        return next((name for name, holds in zip(STAGES, found, strict=False) if holds), NOTHING)

    @property
    def alive(self) -> bool:
        """There is something that a recall would take away."""
        return any(one.knows_recalls for one in self.versions)


def fold(
    versions: Iterable[Version],
    approvals: Iterable[Approval],
    recalls: Iterable[Recall],
    publication: Publication,
    contents: Mapping[bytes, Content] | None = None,
) -> dict[bytes, PublicState]:
    """The state of every card and statement by its id. What is said in one compartment of a card of another counts for nothing: numbers of cards
    are public, and who holds any dossier would else take everybody from the list, or be the second to approve. An id that two kinds or two
    compartments claim is that of the only one in which a version was approved by enough; where there are two or none, it stands for nothing.

    ``contents``: what ``content_of`` said of versions, by reference, where somebody asked before.
    """
    behind: dict[bytes, list[Approval]] = {}
    for approval in {one.ref: one for one in approvals}.values():
        behind.setdefault(approval.version, []).append(approval)
    taken: dict[bytes, dict[bytes, Recall]] = {}
    for recall in recalls:
        taken.setdefault(recall.ident, {})[recall.ref] = recall
    families: dict[bytes, dict[bytes, Version]] = {}
    for version in versions:
        families.setdefault(version.ident, {})[version.ref] = version
    return {
        ident: _state(list(family.values()), behind, tuple(sorted(taken.get(ident, {}).values(), key=_age)), publication, contents or {})
        for ident, family in sorted(families.items())
    }


def read(
    version: Version, approvals: Iterable[Approval], recalls: Iterable[Recall], publication: Publication, content: Content | None = None
) -> Read:
    """What a version holds, who stands behind it, and whether it knows of these recalls of its card."""
    card, statement, faults, looks = content or content_of(version, publication)
    hours: dict[bytes, list[str]] = {}
    for one in approvals:
        of_this = one.home == version.home and one.version == version.ref and one.digest == version.digest
        if of_this and one.member not in (b"", version.author) and looks <= one.looked:
            hours.setdefault(one.member, []).append(one.recorded)
    first = tuple(sorted(min(told) for told in hours.values()))
    last = {member: max(told) for member, told in sorted(hours.items())}
    told = [one for one in recalls if one.home == version.home and one.ref not in version.recalls]
    knows, ends = all(one.until for one in told), [day for day in (version.until, *(one.until for one in told)) if day]
    # A version that nobody signed, or whose writer is not known, has no others who could approve it.
    needed = max(publication.approvals, 2)
    unsigned = () if version.author else (PublicFault("", "unsigned"),)
    return Read(version, card, statement, (*faults, *unsigned), looks, last, first, needed, knows, min(ends, default=""))


def content_of(version: Version, publication: Publication) -> Content:
    """What the bytes of a version hold. It follows from them alone, so that it can be kept."""
    salted = () if len(version.salt) >= LEAST_SALT else (PublicFault("", "salt"),)
    try:
        if version.kind == STATEMENT:
            statement = decode_statement(version.content)
            own = () if statement.statement == version.ident.hex() else (PublicFault("", "ident"),)
            return Content(None, statement, (*own, *salted, *faults_of_statement(statement)), frozenset())
        card = decode_card(version.content)
    except (Damaged, RecursionError):
        return Content(None, None, (PublicFault("", "unreadable"),), frozenset())
    own = () if card.card == version.ident.hex() else (PublicFault("", "ident"),)
    looks = frozenset(one.field for one in card.values if one.field in publication.fields and publication.fields[one.field].look)
    return Content(card, None, (*own, *salted, *_photo(version, card), *faults_of_card(card, publication)), looks)


def _photo(version: Version, card: Card) -> tuple[PublicFault, ...]:
    """The picture of a card travels with it, is the one that the card names, and holds nothing but a picture."""
    return () if card.first("photo") == version.photo else (PublicFault("photo", "picture"),)


def _state(
    family: Sequence[Version],
    behind: Mapping[bytes, Sequence[Approval]],
    recalls: tuple[Recall, ...],
    publication: Publication,
    contents: Mapping[bytes, Content],
) -> PublicState:
    seen = (read(one, behind.get(one.ref, ()), recalls, publication, contents.get(one.ref)) for one in family)
    known = _of_one_place(sorted(seen, key=lambda one: (one.version.recorded, one.version.ref)))
    family, homes = [one.version for one in known], {one.version.home for one in known}
    before, recalls = _ancestors(family), tuple(one for one in recalls if one.home in homes)
    torn = len({(one.kind, one.home) for one in family}) > 1
    approved = [one for one in known if one.approved and one.knows_recalls and not torn]
    heads = _same_once(_newest(approved, before))
    standing = heads[0] if len(heads) == 1 else _last_common(approved, heads, before)
    had_name = any(one.approved and is_named(one) for one in known)
    if standing is not None and had_name and not is_named(standing):
        standing = None
    passed = {ref for one in known for ref in before[one.version.ref] if one.knows_recalls and not one.faults}
    waiting = tuple(one for one in known if one.knows_recalls and not one.approved and not one.faults and one.version.ref not in passed and not torn)
    since = min((one.since for one in approved), default="") if standing else ""
    contested = tuple(heads) if len(heads) > 1 else tuple(known) if torn else ()
    at_once, to_come = (tuple(one for one in recalls if bool(one.until) is later) for later in (False, True))
    gone = at_once[-1] if at_once and standing is None else None
    return PublicState(family[0].kind, family[0].ident, standing, since, waiting, contested, gone, tuple(known), at_once, to_come)


def _of_one_place(known: Sequence[Read]) -> Sequence[Read]:
    """The versions of the only kind and compartment in which one was approved by enough; all of them where there are several such or none."""
    places = {(one.version.kind, one.version.home) for one in known if one.approved}
    return [one for one in known if (one.version.kind, one.version.home) in places] if len(places) == 1 else known


def is_named(one: Read) -> bool:
    return one.card is not None and one.card.named


def _ancestors(family: Sequence[Version]) -> dict[bytes, frozenset[bytes]]:
    """For each version all versions from which it descends; of versions that name each other in a ring, which no honest writer can make,
    each descends from all."""
    own = {one.ref: [ref for ref in one.after if ref != one.ref] for one in family}
    found = {}
    for ref in own:
        seen, waiting = set[bytes](), list(own[ref])
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += own.get(one, [])
        found[ref] = frozenset(seen)
    return found


def _newest(approved: Sequence[Read], before: Mapping[bytes, frozenset[bytes]]) -> list[Read]:
    """Those from which no other of these descends."""
    passed = {ref for one in approved for ref in before[one.version.ref]}
    return [one for one in approved if one.version.ref not in passed]


def _same_once(heads: Sequence[Read]) -> list[Read]:
    """Versions that say the same in the same bytes are one, whoever wrote them: nobody has to choose between them. The one that ends first
    holds."""
    found: dict[bytes, Read] = {}
    for one in sorted(heads, key=lambda r: (not r.until, r.until, r.version.ref)):
        found.setdefault(one.version.content, one)
    return list(found.values())


def _last_common(approved: Sequence[Read], heads: Sequence[Read], before: Mapping[bytes, frozenset[bytes]]) -> Read | None:
    """The last approved version from which all of these descend, if there is exactly one."""
    if not heads:
        return None
    common = frozenset.intersection(*(before[one.version.ref] for one in heads))
    last = _same_once(_newest([one for one in approved if one.version.ref in common], before))
    return last[0] if len(last) == 1 else None


def _age(recall: Recall) -> tuple[str, bytes]:
    return (recall.recorded, recall.ref)

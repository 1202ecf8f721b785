"""What of the persons and organisations of a dossier may go to a partner as data, and what stays, each with its reason.

The same questions as before a case file (``casefile_plan``), and two more: is this a fact that goes this way at all, and may a name of
theirs go? What a colleague has to weigh first, or lets go in other words alone, stays at home here: a cell has no other words. Where a value
comes from is told as the published list that says it, or as the centre.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from letapis.core.access import Reader
from letapis.core.answers import Answer
from letapis.core.consent import Handover
from letapis.core.dates import Certainty
from letapis.core.errors import UsageError
from letapis.core.package import ENDS, FORMATS, NAMES, ORGANISATION, PERSON, Field, Leaving, Listed, Stated
from letapis.core.standing import Level
from letapis.core.vocabulary import LIST_SEPARATOR
from letapis.desk import casefile_plan, casefile_words, reading
from letapis.desk.casefile_plan import Choice, Said
from letapis.desk.list_files import DROPPED, LIST, OPEN, UNDONE
from letapis.desk.list_originals import SOURCE_KIND
from letapis.desk.opening import Desk

_WAITS, _WORDED, _NAMELESS, _KIND = "package.waits", "package.other_words", "package.no_name", "package.kind"
_UNPUBLISHED: Final = "package.not_published"
_BOUND: Final = "package.only_bound"
_NO_DAY: Final = (Certainty.AT_LATEST, Certainty.AT_EARLIEST)
_ALL: Final = 10_000_000


@dataclass(frozen=True)
class Order:
    """What is asked for: the form, the kind of recipient (``consent.toml``), the least standing, the groups of fields beside the names."""

    format: str = "ftm"
    to: str = "partner"
    floor: Level = Level.CHECKED
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stays:
    """A value that stays at home. ``who``: whose answer that is, as in a case file."""

    claim: reading.ClaimView
    because: Answer
    who: str = ""


@dataclass(frozen=True)
class Plan:
    """``people`` go, and ``refs`` are the claims that go with them. ``stays``: values of the chosen fields that do not, with their reasons;
    ``never``: how many claims are of facts that do not go this way, by group of the vocabulary; ``nameless``: persons whose names may not go."""

    people: tuple[Leaving, ...]
    refs: tuple[bytes, ...]
    stays: tuple[Stays, ...]
    never: Mapping[str, int]
    nameless: int
    to: Handover
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def values(self) -> int:
        return sum(len(one.values) for one in self.people)

    @property
    def fingerprint(self) -> str:
        """The same for the same data: what a person saw is compared with what would be given now."""
        posts: dict[str, int] = {}  # by their numbers here: their marks are others for each recipient
        told = [
            (one.kind, [(replace(said, together=""), posts.setdefault(said.together, len(posts))) for said in one.values], one.listed)
            for one in self.people
        ]
        return hashlib.sha256(repr((self.to.id, sorted(self.fields), told)).encode("utf-8")).hexdigest()


def make_plan(desk: Desk, reader: Reader, dossier: bytes, recipient: str, order: Order) -> Plan:
    """What would go now. Raises UsageError("package.format", "package.groups", "casefile.to"), NotFound for a dossier of others."""
    columns = desk.catalogue.package
    if order.format not in FORMATS:
        raise UsageError("package.format")
    if not set(order.groups) <= set(columns.offered):
        raise UsageError("package.groups")
    fields = columns.chosen(order.groups)
    plan = casefile_plan.make_plan(desk, reader, dossier, recipient, Choice(originals=False, floor=order.floor, to=order.to))
    told, kinds = _Told(desk, reader, dossier), {one.entity: one.kind for one in reading.entities(desk, reader, dossier)}
    held = list(reading.claims_by_ref(desk, reader, {ref for one in plan.waiting for ref in one.sentence.claims}).values())
    stays = [Stays(one.claim, one.because, one.who) for one in plan.stays if one.claim.property in fields]
    stays += [Stays(claim, Answer(False, _WAITS)) for claim in held if claim.property in fields]
    may = dict[bytes, list[reading.ClaimView]]()
    for said in plan.goes:
        claim = said.claim
        if claim.property in fields:
            because = _kept(said, fields[claim.property], kinds.get(claim.subject, ""), claim.source in told.public)
            if because:
                stays.append(Stays(claim, Answer(False, because)))
            else:
                may.setdefault(claim.subject, []).append(claim)
    nameless = {subject for subject, claims in may.items() if not any(claim.property in NAMES for claim in claims)}
    stays += [Stays(claim, Answer(False, _NAMELESS)) for subject in nameless for claim in may[subject]]
    goes = {subject: claims for subject, claims in may.items() if subject not in nameless}
    people = tuple(told.leaving(subject, kinds[subject], claims, fields, recipient) for subject, claims in goes.items())
    every = [*(said.claim for said in plan.goes), *(one.claim for one in plan.stays), *held]
    never = Counter(claim.property.partition(".")[0] for claim in every if claim.property not in fields)
    refs = tuple(claim.ref for claims in goes.values() for claim in claims)
    return Plan(people, refs, tuple(stays), dict(never), len(nameless), plan.to, fields)


def _kept(said: Said, field: Field, kind: str, public: bool) -> str:
    """Why a claim that may leave does not leave this way; empty where it does."""
    if said.veiled:
        return _WORDED
    if kind not in (PERSON, ORGANISATION):
        return _KIND
    if field.role in ENDS and said.claim.certainty in _NO_DAY:
        return _BOUND
    return _UNPUBLISHED if field.public and not public else ""


class _Told:
    """Where the values of a dossier come from, as it may be told outside."""

    def __init__(self, desk: Desk, reader: Reader, dossier: bytes) -> None:
        self._desk = desk
        self._centre = casefile_words.organisation(desk)
        lists = {one.source for one in reading.sources(desk, reader, dossier) if one.kind == SOURCE_KIND}
        brought = reading.items(desk, reader, LIST, dossier=dossier, limit=_ALL)
        read_by: dict[bytes, set[str]] = defaultdict(set)
        for one in brought:
            if one.about in lists and one.state not in (OPEN, DROPPED, UNDONE):  # nothing of these stands, and they vouch for nothing
                read_by[one.about].add(one.text("mapping"))
        mappings = {source: min(names) for source, names in read_by.items() if len(names) == 1}
        named = {source: desk.catalogue.package.lists[name] for source, name in mappings.items() if name in desk.catalogue.package.lists}
        self.public = {source: one for source, one in named.items() if one.url}
        some = desk.catalogue.package.some_list
        self._titles = dict.fromkeys(lists, some) | {source: self._title(mappings[source]) or some for source in named}
        posts = reading.items(desk, reader, "post", dossier=dossier, limit=_ALL)
        self._posts = {ref: one.item for one in posts for ref in one.record.refs("said")}

    def _title(self, mapping: str) -> str:
        known = self._desk.catalogue.mappings.get(mapping)
        return known.titles["en"] if known else ""

    def leaving(self, subject: bytes, kind: str, claims: Sequence[reading.ClaimView], fields: Mapping[str, Field], recipient: str) -> Leaving:
        """One person or organisation: fact by fact, of each the best established value first."""
        order = {fact: number for number, fact in enumerate(fields)}
        ordered = sorted(claims, key=lambda c: (order[c.property], -c.level))
        values = tuple(value for claim in ordered for value in self._stated(claim, recipient))
        listed = [self._listed(source, [c for c in ordered if c.source == source], fields) for source in dict.fromkeys(c.source for c in ordered)]
        return Leaving(_outward(subject, recipient), kind, values, tuple(one for one in listed if one))

    def _stated(self, claim: reading.ClaimView, recipient: str) -> list[Stated]:
        texts = claim.value.split(LIST_SEPARATOR) if claim.value_type == "list" else [claim.value]
        public, origin = self.public.get(claim.source), self._titles.get(claim.source, self._centre)
        days = claim.valid_from, claim.valid_to, claim.level.name.lower()
        certainty = "" if claim.certainty == "exact" else claim.certainty
        more = (*days, self._together(claim, recipient), certainty)
        return [Stated(claim.property, text, origin, public.url if public else "", *more) for text in texts if text]

    def _together(self, claim: reading.ClaimView, recipient: str) -> str:
        """The post that a member put together, else what was said in one place of the same time. A digest: the place itself stays at home."""
        place = (claim.source, claim.passage, claim.evidence, claim.anchor, claim.valid_from, claim.valid_to)
        return _digest(self._posts.get(claim.ref) or repr((claim.subject, place)).encode("utf-8"), recipient)[:16]

    def _listed(self, source: bytes, claims: Sequence[reading.ClaimView], fields: Mapping[str, Field]) -> Listed | None:
        """The sanction that a published list tells of, where it is one of sanctions and something of its entry goes."""
        public = self.public.get(source)
        said = {fields[claim.property].entry: claim.value for claim in reversed(claims) if fields[claim.property].entry}
        if public is None or not public.authority or not said:
            return None
        return Listed(public.authority, self._titles[source], public.url, **said)


def _outward(subject: bytes, recipient: str) -> str:
    """An id that stays the same for one recipient, so that they can renew what they have, and that two of them cannot compare."""
    return f"person-{_digest(subject, recipient)[:24]}"


def _digest(what: bytes, recipient: str) -> str:
    return hashlib.sha256(b"letapis package" + what + " ".join(recipient.split()).casefold().encode("utf-8")).hexdigest()

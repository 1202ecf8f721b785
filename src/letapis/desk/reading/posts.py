"""Posts of officials and bodies of the State, read from their claims: each answer brings the claims it follows from and their standing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from letapis.core.access import Reader
from letapis.core.bodies import Register, folded, key_of
from letapis.core.command import Parent, Span, Step, Tenure, chain, end_of, lasting
from letapis.core.dates import bounds, is_partial_date
from letapis.core.errors import UsageError
from letapis.core.language import LANGUAGES
from letapis.core.standing import Level
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import ClaimView, claims, claims_named
from letapis.desk.reading.items import ItemView, items, versions
from letapis.desk.reading.one_person import elsewhere, joined_held, same_as
from letapis.desk.reading.people import EntityView, entities_held

_MANY: Final = 100_000
TITLE, BODY, COMMANDS, SINCE, UNTIL = "office.post", "office.body", "office.commands", "office.since", "office.until"
OFFICE: Final = (TITLE, BODY, COMMANDS, "office.rank", SINCE, UNTIL)
UNIT: Final = ("unit.code", "unit.name", "unit.parent", "unit.commands_place", "unit.founded", "unit.dissolved")


@dataclass(frozen=True)
class PostView:
    """One post of one person. ``post`` is empty for a title that nobody tied to a body; ``commands``: the bodies it heads, as claims name
    them; ``level``: that of the weakest claim among those that say which post it was and when, because an answer for a day rests on both."""

    post: bytes
    dossier: bytes
    person: bytes
    name: str
    title: str
    body: str
    commands: tuple[str, ...]
    span: Span
    level: Level
    claims: tuple[ClaimView, ...]

    def told(self, fact: str) -> list[ClaimView]:
        return [claim for claim in self.claims if claim.property == fact]


def posts(desk: Desk, reader: Reader, *, dossier: bytes = b"", person: bytes = b"") -> list[PostView]:
    """Posts of a person, of a dossier, or all that are tied together, by their first day; those of which nobody knows one come last.

    A person whom members found to stand in several entries has the posts of all of them, unless one dossier is asked about.
    """
    entries = _entries(desk, reader, dossier, person)
    found = [one for entry in entries or [b""] for one in items(desk, reader, "post", dossier=dossier, about=entry, limit=_MANY)]
    if dossier and not person:
        every = claims(desk, reader, dossier, properties=OFFICE)
    else:
        every = claims_named(desk, reader, OFFICE, entries or sorted({one.about for one in found}))
    told, ends = _standing(every), {claim.ref: claim.property for claim in every if claim.property in (SINCE, UNTIL)}
    names = {one.entity: one.label for one in entities_held(desk, reader, {claim.subject for claim in told.values()})}
    by_person: dict[bytes, list[ClaimView]] = defaultdict(list)
    for claim in told.values():
        by_person[claim.subject].append(claim)
    made, taken = list[PostView](), set[bytes]()
    for item in found:
        refs = _said(desk, reader, item)
        some = _followed(refs, by_person[item.about])
        taken.update(claim.ref for claim in some)
        if some:
            made.append(_post(item.item, item.dossier, item.about, names, some, {ends[ref] for ref in refs if ref in ends}))
    loose: dict[tuple[bytes, str, str, str], list[ClaimView]] = defaultdict(list)
    for claim in told.values():
        if claim.property == TITLE and claim.ref not in taken:
            loose[claim.subject, folded(claim.value), claim.valid_from, claim.valid_to].append(claim)
    made += [_post(b"", some[0].dossier, some[0].subject, names, some, frozenset()) for some in loose.values()]
    return sorted(made, key=lambda one: (one.span.start[0] == date.min, one.span.start, one.name, one.post))


def _entries(desk: Desk, reader: Reader, dossier: bytes, person: bytes) -> list[bytes]:
    """The entries that are this person; none where nobody is named."""
    if not person or dossier:
        return [person] if person else []
    here = [one.entity for one in same_as(desk, reader, person)]
    return list(dict.fromkeys((person, *here, *(one.entity for one, _ in elsewhere(desk, reader, here)))))


def _standing(told: Iterable[ClaimView]) -> dict[bytes, ClaimView]:
    return {claim.ref: claim for claim in told if claim.level >= Level.DISPUTED and not claim.replaced}


def _said(desk: Desk, reader: Reader, item: ItemView) -> frozenset[bytes]:
    """Claims of an item; of versions side by side those of all: what a colleague bound is not lost."""
    records = [version.record for version in versions(desk, reader, item.item) if version.is_head] if item.contested else [item.record]
    return frozenset(ref for record in records for ref in record.refs("said"))


def _followed(refs: frozenset[bytes], told: Iterable[ClaimView]) -> tuple[ClaimView, ...]:
    """The claims that stand, in place of a corrected one what corrects it."""
    return tuple(claim for claim in told if claim.ref in refs or claim.replaces in refs)


def _post(
    post: bytes, dossier: bytes, person: bytes, names: Mapping[bytes, str], told: Sequence[ClaimView], ends: Collection[str]
) -> PostView:
    """``ends``: which ends were ever told of it."""
    naming = [claim for claim in told if claim.property in (TITLE, BODY, COMMANDS, SINCE, UNTIL)]
    level = min((claim.level for claim in naming or told), default=Level.OPEN)
    commands = tuple(sorted({claim.value for claim in told if claim.property == COMMANDS}))
    span = span_of(told, ends)
    return PostView(post, dossier, person, names.get(person, ""), _best(told, TITLE), _best(told, BODY), commands, span, level, tuple(told))


def _best(told: Iterable[ClaimView], fact: str) -> str:
    """What the best checked claim says; of equals the first that was recorded."""
    found = [claim for claim in told if claim.property == fact]
    return max(found, key=lambda claim: claim.level).value if found else ""


def span_of(told: Sequence[ClaimView], ends: Collection[str]) -> Span:
    """When a post was held, by what is said of its beginning and its end. The time of its title stands for an end that nobody ever told
    apart, and for none of which a word was taken back."""
    since, until = ({end_of(c.value, c.certainty) for c in told if c.property == fact and is_partial_date(c.value)} for fact in (SINCE, UNTIL))
    spans = [_validity(claim) for claim in told if claim.property == TITLE]
    since |= set() if SINCE in ends else {one for span in spans for one in span.since}
    until |= set() if UNTIL in ends else {one for span in spans for one in span.until}
    return Span(frozenset(since), frozenset(until))


def _validity(claim: ClaimView) -> Span:
    """The time of a claim that stands alone."""
    return lasting(claim.valid_from, claim.valid_to, claim.certainty)


@dataclass(frozen=True)
class BodyView:
    """One body by its reference: the entities that stand for it, what is said of it, its names in the register or as it was written."""

    reference: str
    label: Mapping[str, str]
    registered: bool
    entities: tuple[EntityView, ...] = ()
    claims: tuple[ClaimView, ...] = ()

    @property
    def key(self) -> bytes:
        """What stands for it in an address."""
        return key_of(self.reference)


@dataclass(frozen=True)
class Naming:
    """Which body a text means: by a register, or by what claims say of bodies in dossiers."""

    register: Register
    aliases: Mapping[str, str] = field(default_factory=dict)

    def reference(self, text: str) -> str:
        found = self.register.reference(text)
        return self.aliases.get(found, found)


@dataclass(frozen=True)
class CommandBook:
    """All that the reader may see of bodies and posts, ready to be asked. ``claims``: by reference, what is said of bodies."""

    naming: Naming
    bodies: Mapping[str, BodyView]
    posts: tuple[PostView, ...]
    tenures: tuple[Tenure, ...]
    parents: tuple[Parent, ...]
    claims: Mapping[bytes, ClaimView]

    def chain(self, text: str, day: str) -> Step:
        """The chain of command over what this text means. Raises ValueError for a day that is none."""
        return chain(self.naming.reference(text), day, self.parents, self.tenures)

    def answer(self, text: str, day: str, today: date) -> Step:
        """The chain as somebody asks for it. Raises UsageError: no body that is known, no day, a day that is still to come, of which open
        ends of posts would only seem to tell."""
        if self.naming.reference(text) not in self.bodies:
            raise UsageError("command.place")
        if not is_partial_date(day):
            raise UsageError("command.day")
        if bounds(day)[0] > today:
            raise UsageError("command.ahead")
        return self.chain(text, day)

    def post_of(self, tenure: Tenure) -> PostView:
        """The post behind a tenure."""
        return next(one for one in self.posts if tenure_id(one) == tenure.post)

    def heads(self, post: PostView, reference: str) -> bool:
        """The post commanded this body."""
        return reference in {self.naming.reference(text) for text in post.commands}

    @property
    def headed(self) -> frozenset[str]:
        """The bodies of which a head is known."""
        return frozenset(tenure.body for tenure in self.tenures)

    def posts_in(self, reference: str) -> list[PostView]:
        """Posts that headed a body or were held in it."""
        return [one for one in self.posts if reference in {self.naming.reference(text) for text in (one.body, *one.commands) if text}]


def tenure_id(post: PostView) -> bytes:
    """What a tenure names its post by: the id of the item, or the claim that stands alone."""
    return post.post or post.claims[0].ref


def command_book(desk: Desk, reader: Reader, dossier: bytes = b"") -> CommandBook:
    """Read everything once: bodies of the registers and of the dossiers, with the posts of the people in them. ``dossier``: of this one."""
    held = [one for one in entities_held(desk, reader, kinds=("organisation", "place")) if dossier in (b"", one.dossier)]
    told = _standing(claims_named(desk, reader, UNIT, [one.entity for one in held]))
    naming = Naming(desk.catalogue.register)
    naming = Naming(naming.register, _aliases(naming, held, told.values()))
    own = {one.entity: naming.reference(one.label) for one in held}
    found = tuple(posts(desk, reader, dossier=dossier))
    who = _persons(desk, reader, found)
    tenures = [Tenure(tenure_id(one), who[one.person], naming.reference(body), one.span) for one in found for body in one.commands]
    parents = (*naming.register.parents, *_parents(naming, own, told.values()))
    return CommandBook(naming, _bodies(naming, held, own, told.values(), found), found, tuple(tenures), parents, told)


def _persons(desk: Desk, reader: Reader, found: Iterable[PostView]) -> dict[bytes, str]:
    """By entry who is meant: entries that members found to be one person are one, and so are those under the very same name."""
    first = joined_held(desk, reader)
    names = {one.person: one.name for one in found}
    names |= {one.entity: one.label for one in entities_held(desk, reader, {first[entry] for entry in names if entry in first})}
    return {entry: folded(names.get(first.get(entry, entry), "")) or entry.hex() for entry in names}


def _aliases(naming: Naming, held: Iterable[EntityView], told: Iterable[ClaimView]) -> dict[str, str]:
    """Other names of bodies, each with the body it means; one that would mean two means neither."""
    labels = {one.entity: naming.reference(one.label) for one in held}
    meant: dict[str, set[str]] = defaultdict(set)
    codes = {claim.subject: naming.reference(claim.value) for claim in told if claim.property == "unit.code"}
    for entity, label in labels.items():
        if codes.get(entity, label) != label:
            meant[label].add(codes[entity])
    for claim in told:
        if claim.property == "unit.name" and claim.subject in labels:
            meant[naming.reference(claim.value)].add(codes.get(claim.subject, labels[claim.subject]))
    return {name: min(found) for name, found in meant.items() if len(found) == 1 and name not in naming.register.entries}


def _parents(naming: Naming, own: Mapping[bytes, str], told: Iterable[ClaimView]) -> list[Parent]:
    found = []
    for claim in told:
        if claim.subject in own and claim.property in ("unit.parent", "unit.commands_place"):
            below, above = own[claim.subject], naming.reference(claim.value)
            below, above = (above, below) if claim.property == "unit.commands_place" else (below, above)
            found.append(Parent(below, above, _validity(claim), claim.ref))
    return found


def _bodies(
    naming: Naming, held: Iterable[EntityView], own: Mapping[bytes, str], told: Iterable[ClaimView], found: Iterable[PostView]
) -> dict[str, BodyView]:
    """Every body that anything is known of, by its reference."""
    entities: dict[str, list[EntityView]] = defaultdict(list)
    said: dict[str, list[ClaimView]] = defaultdict(list)
    written: dict[str, str] = {}
    for one in held:
        entities[own[one.entity]].append(one)
        written.setdefault(own[one.entity], one.label)
    for claim in told:
        if claim.subject in own:
            said[own[claim.subject]].append(claim)
        if claim.property in ("unit.parent", "unit.commands_place"):
            written.setdefault(naming.reference(claim.value), claim.value)
    for text in (text for post in found for text in (post.body, *post.commands) if text):
        written.setdefault(naming.reference(text), text)
    known = naming.register.entries
    names: dict[str, Mapping[str, str]] = {one: dict.fromkeys(LANGUAGES, text) for one, text in written.items()}
    names |= {code: entry.label for code, entry in known.items()}
    return {
        one: BodyView(one, names[one], one in known, tuple(entities.get(one, ())), tuple(said.get(one, ()))) for one in sorted(names)
    }

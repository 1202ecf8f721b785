"""Posts of officials: write down who held which post, from when to when, as claims with their sources.

A post is several claims on one person (title, body, what was headed, beginning, end), each with its own source and standing, and a working
item that says which of them belong together: one person holds many posts, and a source may know one end only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.bodies import Register, folded
from letapis.core.command import Span, end_of
from letapis.core.dates import Certainty, is_partial_date
from letapis.core.errors import UsageError
from letapis.core.post_groups import Told, grouped
from letapis.core.records import Draft, Record, Value
from letapis.core.standing import Level
from letapis.desk import claims, dossiers, items, ledger, reading
from letapis.desk.claims import Cut
from letapis.desk.opening import Desk

LONGEST: Final = 300
_TOGETHER: Final = 500
TITLE, BODY, COMMANDS, RANK, SINCE, UNTIL = (f"office.{name}" for name in ("post", "body", "commands", "rank", "since", "until"))


@dataclass(frozen=True)
class PostForm:
    """What one source says of one post. ``body`` and ``commands`` are codes of a register or names; ``commands`` None: what the title says.

    ``seen``: a day on which the source says that the post was held, where it says no end; ``gone``: a day on which it was held no more.
    """

    title: str
    body: str = ""
    commands: str | None = None
    rank: str = ""
    since: str = ""
    until: str = ""
    since_certainty: str = ""
    until_certainty: str = ""
    seen: str = ""
    gone: str = ""
    source: bytes = b""
    basis: str = "document"
    evidence: bytes = b""
    page: str = ""

    @property
    def beginnings(self) -> tuple[tuple[str, str], ...]:
        """What it says of the first day: date and certainty."""
        return ((self.since, self.since_certainty),) if self.since else ((self.seen, Certainty.AT_LATEST.value),) if self.seen else ()

    @property
    def endings(self) -> tuple[tuple[str, str], ...]:
        """What it says of the last day."""
        if self.until:
            return ((self.until, self.until_certainty),)
        told = ((self.seen, Certainty.AT_EARLIEST.value), (self.gone, Certainty.AT_LATEST.value))
        return tuple((day, certainty) for day, certainty in told if day)

    @property
    def span(self) -> Span:
        return Span(frozenset(end_of(*one) for one in self.beginnings), frozenset(end_of(*one) for one in self.endings))


def record_posts(desk: Desk, reader: Reader, dossier: bytes, person: bytes, values: Sequence[PostForm]) -> list[bytes]:
    """Record posts of a person of a dossier, all or none. Returns the id of each, in their order.

    What is said of a post that is known already (the same title and body, at a time that may be the same) is added to that post; what its
    source has said before is not said twice. Raises UsageError: ``posts.person``, ``posts.title``, ``posts.date``, ``posts.ends``,
    ``posts.too_long``, and as ``claims.add_claims`` does for a source, a basis, an item of evidence.
    """
    home = reading.dossier(desk, reader, dossier)
    if not any(one.entity == person and one.kind == "person" for one in reading.entities(desk, reader, dossier)):
        raise UsageError("posts.person")
    for form in values:
        _check(form)
    with desk.store.transaction():
        known = [one for one in reading.posts(desk, reader, dossier=dossier, person=person) if one.post]
        return [_record(desk, reader, home, person, form, known) for form in values]


def record_posts_of_new(desk: Desk, reader: Reader, dossier: bytes, name: str, values: Sequence[PostForm]) -> tuple[bytes, list[bytes]]:
    """The same for an official whom the dossier does not name yet, all or nothing. Returns the id of the person too."""
    with desk.store.transaction():
        person = dossiers.add_entity(desk, reader, dossier, "person", name)
        return person, record_posts(desk, reader, dossier, person, values)


def bind_posts(desk: Desk, reader: Reader, dossier: bytes, source: bytes) -> int:
    """Bind the claims of a list on posts, row by row, where it is clear which belong together. Returns how many posts that made."""
    home = reading.dossier(desk, reader, dossier)
    bound = {claim.ref for one in reading.posts(desk, reader, dossier=dossier) if one.post for claim in one.claims}
    told: dict[bytes, list[Told]] = defaultdict(list)
    for claim in reading.claims(desk, reader, dossier, source=source, properties=(TITLE, BODY, COMMANDS, SINCE, UNTIL)):
        if claim.level >= Level.OPEN and not claim.replaced and claim.ref not in bound:
            place = (claim.evidence, claim.anchor)
            told[claim.subject].append(Told(claim.ref, claim.property, claim.value, place, claim.valid_from, claim.valid_to))
    common: dict[str, Value] = {"dossier": dossier, "state": "held"}
    drafts = [
        items.draft(desk, "post", home.work, {**common, "subject": who, "said": group}) for who, some in told.items() for group in grouped(some)
    ]
    for at in range(0, len(drafts), _TOGETHER):
        ledger.append(desk, drafts[at : at + _TOGETHER])
    return len(drafts)


def _check(form: PostForm) -> None:
    if not 0 < len(form.title.strip()) <= LONGEST:
        raise UsageError("posts.title")
    if any(len(text or "") > LONGEST for text in (form.body, form.commands, form.rank)):
        raise UsageError("posts.too_long")
    if any(day and not is_partial_date(day) for day in (form.since, form.until, form.seen, form.gone)):
        raise UsageError("posts.date")
    if any(told and told not in set(Certainty) for told in (form.since_certainty, form.until_certainty)):
        raise UsageError("claims.certainty")
    if form.span.disputed:
        raise UsageError("posts.ends")


def _record(desk: Desk, reader: Reader, home: reading.DossierView, person: bytes, form: PostForm, known: list[reading.PostView]) -> bytes:
    register = desk.catalogue.register
    cuts = _cuts(register, person, form)
    same = [one for one in known if _is_same(register, one, form)]
    if len(same) != 1:
        made = claims.add_claims(desk, reader, home.dossier, cuts)
        draft = items.draft(desk, "post", home.work, {"dossier": home.dossier, "subject": person, "said": _refs(made), "state": "held"})
        ledger.append(desk, [draft])
        post = _ident(draft)
    else:
        post, told = same[0].post, {(c.property, c.value, c.certainty, c.source) for c in same[0].claims}
        fresh = [cut for cut in cuts if (cut.property, cut.value, cut.certainty, cut.source) not in told]
        if not fresh:
            return post
        made = claims.add_claims(desk, reader, home.dossier, fresh)
        said = {"said": (*reading.item(desk, reader, post, "post").record.refs("said"), *_refs(made))}
        ledger.append(desk, [items.beside(desk, reader, "post", post, said)])
    known[:] = [one for one in reading.posts(desk, reader, dossier=home.dossier, person=person) if one.post]
    return post


def _ident(draft: Draft) -> bytes:
    ident = draft.body["post"]
    assert isinstance(ident, bytes)
    return ident


def _refs(made: Iterable[Record]) -> tuple[bytes, ...]:
    return tuple(record.ref for record in made)


def _is_same(register: Register, known: reading.PostView, form: PostForm) -> bool:
    same_body = register.reference(known.body) == register.reference(form.body)
    return folded(known.title) == folded(form.title) and same_body and known.span.may_meet(form.span)


def _cuts(register: Register, person: bytes, form: PostForm) -> list[Cut]:
    """The claims of one post. Beginning and end are events with a day of their own, so that those of two posts never contradict each other."""
    title, body = form.title.strip(), form.body.strip()
    commands = form.commands
    if commands is None:
        commands = body if body and register.titles.heads_it(title, (body, *register.names(register.reference(body)))) else ""
    since, until = _known(form.since, form.since_certainty), _known(form.until, form.until_certainty)

    def cut(fact: str, value: str, first: str, last: str, certainty: str = "") -> Cut:
        told = (person, form.source, form.basis, first, last, certainty)
        return Cut(fact, value, *told, page=form.page, evidence=form.evidence)

    told = [(TITLE, title), (BODY, _code(register, body)), (COMMANDS, _code(register, commands.strip())), (RANK, form.rank.strip())]
    cuts = [cut(fact, value, since, until) for fact, value in told if value]
    cuts += [cut(SINCE, day, day, day, certainty) for day, certainty in form.beginnings]
    return cuts + [cut(UNTIL, day, day, day, certainty) for day, certainty in form.endings]


def _known(day: str, certainty: str) -> str:
    """A day that is an end of the time itself, and no bound of one."""
    return "" if certainty in (Certainty.AT_LATEST, Certainty.AT_EARLIEST) else day


def _code(register: Register, text: str) -> str:
    """The code of an entry of a register; another body by the name that was written."""
    code = register.reference(text)
    return code if code in register.entries else text

"""Posts and the chain of command in words of the reader's language, for the pages, the picture and the command line.

Nothing here accuses: it is said who is reported to have held which post, by whom, and whether anybody has checked it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from letapis.core import date_words
from letapis.core.access import Reader
from letapis.core.command import Above, Gap, Held, Step, Truth
from letapis.core.dates import is_partial_date
from letapis.core.standing import Level
from letapis.desk import reading
from letapis.desk.officials import ActView
from letapis.desk.opening import Desk
from letapis.desk.reading import ClaimView, CommandBook, PostView

_ENDS = {"office.since": "command.since.", "office.until": "command.until."}


@dataclass(frozen=True)
class PostWords:
    """One post in words. ``level`` is the key of a text; ``open`` that nobody has checked it; ``sources`` the code names behind it."""

    view: PostView
    title: str
    body: str
    body_key: str
    times: tuple[str, ...]
    disputed: bool
    level: str
    open: bool
    sources: tuple[str, ...]


@dataclass(frozen=True)
class HeadWords:
    """Who headed a body on the day: ``truth`` is the key of a text, ``certain`` whether the dates decide it."""

    name: str
    person: bytes
    truth: str
    certain: bool
    post: PostWords


@dataclass(frozen=True)
class StepWords:
    """One body of the chain. ``how``: what its place in the chain rests on, in words; ``claim``: the claim behind that, if it is one."""

    name: str
    key: str
    heads: tuple[HeadWords, ...]
    several: bool
    gap: str
    how: str
    claim: ClaimView | None
    above: tuple["StepWords", ...]

    def flat(self, depth: int = 0) -> Iterator[tuple[int, "StepWords"]]:
        """This body and those above it, each with how far above it stands."""
        yield depth, self
        for one in self.above:
            yield from one.flat(depth + 1)


class CommandWords:
    """Words for one reader and one book of bodies and posts."""

    def __init__(self, desk: Desk, reader: Reader, language: str, book: CommandBook) -> None:
        self._desk, self._reader, self.language, self.book = desk, reader, language, book
        self._sources: dict[bytes, str] = {}

    def say(self, key: str, **parts: object) -> str:
        return self._desk.catalogue.texts.say(key, self.language, **parts)

    def date(self, text: str) -> str:
        return date_words.show(text, self.language) if is_partial_date(text) else text

    def body(self, text: str) -> str:
        """A body by its name in this language, as the register or the source has it."""
        known = self.book.bodies.get(self.book.naming.reference(text))
        return known.label[self.language] if known else text

    def body_key(self, text: str) -> str:
        """What stands for the body in an address; empty where no body is named."""
        known = self.book.bodies.get(self.book.naming.reference(text)) if text else None
        return known.key.hex() if known else ""

    def source(self, claim: ClaimView) -> str:
        if claim.source not in self._sources:
            self._sources[claim.source] = reading.source(self._desk, self._reader, claim.source).code
        return self._sources[claim.source]

    def post(self, view: PostView) -> PostWords:
        body = view.commands[0] if view.commands and not view.body else view.body
        key = f"claims.level.{view.level.name.lower()}"
        sources = tuple(dict.fromkeys(self.source(claim) for claim in view.claims))
        return PostWords(
            view, view.title, self.body(body) if body else "", self.body_key(body), self._times(view), view.span.disputed, key,
            view.level <= Level.OPEN, sources,
        )  # fmt: skip

    def _times(self, view: PostView) -> tuple[str, ...]:
        """What is said of its beginning and end, each word once; that nothing is said is said too."""
        told = sorted({(claim.property, claim.value, claim.certainty) for claim in view.claims if claim.property in _ENDS}, key=_by_end)
        if not told and not view.post and view.claims:
            first, last, certainty = view.claims[0].valid_from, view.claims[0].valid_to, view.claims[0].certainty
            told = [(fact, day, certainty) for fact, day in zip(_ENDS, (first, last), strict=True) if day]
        words = [self._end(*one) for one in told]
        named = {fact for fact, _, _ in told}
        return (*words, *(self.say(f"{key}unknown") for fact, key in _ENDS.items() if fact not in named))

    def _end(self, fact: str, value: str, certainty: str) -> str:
        return self.say(f"{_ENDS[fact]}{certainty or 'exact'}", day=self.date(value))

    def chain(self, step: Step, above: Above | None = None) -> StepWords:
        """A chain in words, from the body that was asked for upwards."""
        claim = self.book.claims.get(above.parent.claim) if above else None
        return StepWords(
            self.body(step.body),
            self.body_key(step.body),
            tuple(self._head(one) for one in step.held),
            step.several,
            self._gap(step.gap) if step.gap else "",
            self._how(above, claim) if above else "",
            claim,
            tuple(self.chain(one.step, one) for one in step.above if one.step),
        )

    def _head(self, one: Held) -> HeadWords:
        view = self.book.post_of(one.tenure)
        certain = one.truth is Truth.CERTAIN
        return HeadWords(view.name, view.person, f"command.truth.{one.truth.value}", certain, self.post(view))

    def _how(self, above: Above, claim: ClaimView | None) -> str:
        by = self.say("command.by_source", source=self.source(claim), level=self.say(f"claims.level.{claim.level.name.lower()}")) if claim else ""
        known = by or self.say("command.by_register")
        return known if above.truth is Truth.CERTAIN else f"{known} {self.say('command.maybe_above')}"

    def _gap(self, gap: Gap) -> str:
        """Between which days nobody is known."""
        after = self.date((gap.after + timedelta(days=1)).isoformat()) if gap.after and gap.after < date.max else ""
        before = self.date((gap.before - timedelta(days=1)).isoformat()) if gap.before and gap.before > date.min else ""
        key = "between" if after and before else "after" if after else "before" if before else "never"
        return self.say(f"command.gap.{key}", after=after, before=before)


def _by_end(told: tuple[str, str, str]) -> tuple[bool, str]:
    return told[0] == "office.until", told[1]


def steps_json(step: Step, book: CommandBook) -> dict[str, object]:
    """A chain with stable keys. ``claims``: ids of the claims that each answer rests on; ``level``: the standing of the weakest of them."""
    heads: Sequence[dict[str, object]] = [_head_json(one, book) for one in step.held]
    ends = {"after": step.gap.after, "before": step.gap.before} if step.gap else {}
    gap = {name: day.isoformat() if day else "" for name, day in ends.items()} or None
    above = [_above_json(one, book) for one in step.above]
    return {"body": step.body, "heads": heads, "several": step.several, "gap": gap, "above": above}


def _head_json(one: Held, book: CommandBook) -> dict[str, object]:
    return {"truth": one.truth.value, **post_json(book.post_of(one.tenure))}


def _above_json(one: Above, book: CommandBook) -> dict[str, object]:
    claim = book.claims.get(one.parent.claim)
    told = {"truth": one.truth.value, "claim": claim.rid.hex() if claim else "", "level": claim.level.name.lower() if claim else "register"}
    return {**told, "step": steps_json(one.step, book) if one.step else None}


def post_json(view: PostView) -> dict[str, object]:
    """A post with stable keys."""
    named = {"post": view.post.hex(), "dossier": view.dossier.hex(), "person": view.person.hex(), "name": view.name}
    told = {"title": view.title, "body": view.body, "commands": list(view.commands), "disputed": view.span.disputed}
    ends = {name: [{"date": c.value, "certainty": c.certainty} for c in view.told(f"office.{name}")] for name in ("since", "until")}
    return {**named, **told, **ends, "level": view.level.name.lower(), "claims": [claim.rid.hex() for claim in view.claims]}


def act_json(view: ActView) -> dict[str, object]:
    """A reported act beside an official with stable keys. ``claims``: what each command rests on besides its post; ``level`` and ``proof``: what
    the weakest claim of all reaches."""
    act = {"claim": view.act.rid.hex(), "property": view.act.property, "value": view.act.value, "since": view.act.valid_from}
    commands = [
        {"post": post_json(one.post), "body": one.body, "up": one.up, "truth": one.truth.value, "claims": [claim.rid.hex() for claim in one.rests_on]}
        for one in view.commands
    ]
    told = {"dossier": view.act.dossier.hex(), "subject": view.act.subject.hex(), "parts": [claim.rid.hex() for claim in view.parts]}
    return {**act, **told, "commands": commands, "level": view.level.name.lower(), "proof": view.rung.id if view.rung else ""}

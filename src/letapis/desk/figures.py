"""How many today? Only the last published figure, with rule and date; never a count of the moment, whose changes would point at people.

A figure is proposed by a count over the record, published by two other members, and never changed: a correction is a new figure with a
reason. Figures stand in the organisation's compartment and name persons by ids that say nothing to who does not hold their dossiers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from letapis.core import figures as counting
from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.figures import Count, Rule
from letapis.core.language import LANGUAGES
from letapis.core.records import Draft, Record, Value
from letapis.desk import items, ledger, people, reading
from letapis.desk.dossiers import require_text
from letapis.desk.members import common_compartment
from letapis.desk.opening import Desk
from letapis.desk.reading.window import parts
from letapis.desk.refold import live_of_kind

_LIMIT: Final = 10_000


@dataclass(frozen=True)
class FigureView:
    """A figure as recorded. ``published``: the day on which the second other member stood behind it, empty before; ``corrected_by``:
    the published figure that took its place."""

    figure: bytes
    ref: bytes
    rule: str
    day: str
    value: int
    persons: tuple[bytes, ...]
    silent: tuple[bytes, ...]
    withheld: int
    because: str
    corrects: bytes
    author: bytes
    recorded: str
    approvers: tuple[bytes, ...]
    published: str
    corrected_by: bytes = b""

    def approval_refused(self, member: bytes) -> str:
        """Why this member may not stand behind it; empty when they may."""
        return counting.approval_refused(self.author, self.approvers, self.published, member)


@dataclass(frozen=True)
class Answer:
    """What a journalist is told under one rule: the last published figure, the one before it, and the sentence in three languages."""

    rule: Rule
    figure: FigureView
    before: FigureView | None
    sentences: Mapping[str, str]

    @property
    def change(self) -> int:
        return self.figure.value - self.before.value if self.before else 0


@dataclass(frozen=True)
class Counted:
    """A count of this moment over what the reader holds, for a proposal; ``dossiers`` is how many that are."""

    rule: Rule
    day: str
    count: Count
    dossiers: int


def the_rule(desk: Desk, rule: str) -> Rule:
    found = desk.catalogue.figures.rules.get(rule)
    if found is None:
        raise UsageError("figures.rule")
    return found


# ---- counting --------------------------------------------------------------------------------------------------------


def count(desk: Desk, reader: Reader, rule: str, day: str) -> Counted:
    """Count by a rule as of a day over the dossiers that the reader holds. Raises UsageError for no rule, or no day up to today."""
    known, on = the_rule(desk, rule), _past_day(desk, day)
    told = reading.told_of_persons(desk, reader, known.facts)
    return Counted(known, day, counting.count(known, told, on, _consents(desk, reader)), len(reading.dossiers(desk, reader)))


def _past_day(desk: Desk, day: str) -> date:
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise UsageError("figures.day") from None
    if len(day) != 10 or on > desk.clock().date():
        raise UsageError("figures.day")
    return on


def _consents(desk: Desk, reader: Reader) -> counting.Consents:
    """Who may be counted and who may be named, by what the reader holds of their answers."""
    rules = desk.catalogue.figures
    answers = reading.answers_about(desk, reader, (rules.counts_scope, rules.names_scope))
    return counting.consents_of(rules, desk.catalogue.consent, answers, desk.clock().date())


# ---- proposing and publishing ----------------------------------------------------------------------------------------


def propose(desk: Desk, reader: Reader, rule: str, day: str, corrects: bytes = b"", because: str = "") -> bytes:
    """Propose the count of this moment as a figure. ``corrects`` and ``because``: the published figure whose place it takes, and why.

    Raises Refused for a count of nobody, which would be read as "nobody is held", and for a day that has a published figure already.
    """
    made = count(desk, reader, rule, day)
    if not made.count.value:
        raise Refused("figures.nobody")
    known = figures(desk, reader)
    if corrects:
        _require_correctable(known, corrects, rule)
        because = require_text(because, "figures.because", 2000)
    elif any(one.published and not one.corrected_by and (one.rule, one.day) == (rule, day) for one in known):
        raise Refused("figures.published_already")
    silent = tuple(person for person, _ in made.count.silent)
    if any(not one.published and (one.rule, one.day, one.persons, one.silent) == (rule, day, made.count.persons, silent) for one in known):
        raise Refused("figures.proposed_already")
    body: dict[str, Value] = {"rule": rule, "day": day, "value": made.count.value, "least": True, "state": "proposed", "because": because}
    body |= {"corrects": corrects, "persons": b"".join(made.count.persons), "silent": b"".join(silent), "withheld": made.count.withheld}
    return items.new(desk, "figure", common_compartment(desk, "ORG"), body)


def _require_correctable(known: Iterable[FigureView], corrects: bytes, rule: str) -> None:
    found = next((one for one in known if one.figure == corrects), None)
    if found is None:
        raise NotFound("reading.not_found")
    if not found.published or found.corrected_by or found.rule != rule:
        raise Refused("figures.not_to_correct")


def approve(desk: Desk, reader: Reader, ident: bytes, looked: bool = False) -> Record:
    """Stand behind a figure as another member; the second one publishes it. ``looked``: the member saw whom a difference points at.

    Raises Refused for its own proposer, for a second approval by one member, for a publisher, and for a difference that nobody looked at.
    """
    if desk.me in people.publishers(desk):
        raise Refused("public_record.publisher")
    view = figure(desk, reader, ident)
    if refused := view.approval_refused(desk.me):
        raise Refused(f"figures.{refused}")
    if singled_out(desk, reader, view) and not looked:
        raise Refused("figures.singles_out")
    return ledger.append(desk, [Draft("decision", common_compartment(desk, "ORG"), {"kind": "approve", "targets": (view.ref,)})])[0]


def singled_out(desk: Desk, reader: Reader, view: FigureView) -> frozenset[bytes]:
    """Persons named nowhere at whom the difference to the figure before would point. Who is not the reader's counts as named nowhere."""
    earlier = _before(figures(desk, reader), view)
    before = (earlier.persons, earlier.silent) if earlier else ((), ())
    return counting.singled_out(before, (view.persons, view.silent), _consents(desk, reader).named)


def _before(known: Iterable[FigureView], view: FigureView) -> FigureView | None:
    """What readers have seen before this figure: the one it corrects, or the last of its rule for an earlier day."""
    found = [one for one in known if one.published and one.rule == view.rule and one.figure != view.figure]
    corrected = [one for one in found if one.figure == view.corrects]
    earlier = [one for one in found if not one.corrected_by and one.day < view.day]
    return corrected[0] if corrected else max(earlier, key=_age, default=None)


def _age(view: FigureView) -> tuple[str, str, bytes]:
    return (view.day, view.published, view.ref)


# ---- reading ---------------------------------------------------------------------------------------------------------


def figures(desk: Desk, reader: Reader) -> list[FigureView]:
    """Every figure, published or waiting, the newest day first."""
    organisation = common_compartment(desk, "ORG")
    found = [item for item in reading.items(desk, reader, "figure", limit=_LIMIT) if item.compartment == organisation]
    versions = [version for item in found for version in _versions(desk, reader, item)]
    approvals = _approvals(desk, [version.ref for version in versions])
    views: dict[bytes, FigureView] = {}
    for version in versions:  # the first recorded one, unless another was published: a figure is never changed
        view = _view(version, approvals.get(version.ref, []))
        if view.figure not in views or (view.published and not views[view.figure].published):
            views[view.figure] = view
    corrected = {view.corrects: view.figure for view in views.values() if view.corrects and view.published}
    whole = [_corrected(view, corrected.get(view.figure, b"")) for view in views.values()]
    return sorted(whole, key=_age, reverse=True)


def _versions(desk: Desk, reader: Reader, item: reading.ItemView) -> list[reading.VersionView]:
    """The versions of a figure, the first recorded one first; there is one unless somebody's program is not ours."""
    if item.heads == (item.ref,) and not item.record.refs("after"):
        return [reading.VersionView(item.ref, item.author, item.recorded, item.record, is_head=True)]
    return reading.versions(desk, reader, item.item)[::-1]


def _approvals(desk: Desk, refs: Sequence[bytes]) -> dict[bytes, list[tuple[str, bytes]]]:
    """Who stands behind each of these records since when, without what was taken back, and without publishers, who see nothing of whom it counts."""
    live, found = live_of_kind(desk, b"", "approve"), dict[bytes, list[tuple[str, bytes]]]()
    makers = {one.member for one in people.directory(desk).members.values() if one.publisher}
    for one in reading.rulings_on(desk, refs):
        if one.ref in live and one.member not in makers:
            found.setdefault(one.target, []).append((one.recorded, one.member))
    return found


def _view(version: reading.VersionView, approvals: Sequence[tuple[str, bytes]]) -> FigureView:
    record, author = version.record, version.author
    since: dict[bytes, str] = {}
    for recorded, member in sorted(approvals):
        if member != author:
            since.setdefault(member, recorded)
    published = sorted(since.values())[counting.APPROVALS - 1][:10] if counting.is_published(author, since) else ""
    told = (record.text("rule"), record.text("day"), record.number("value"), parts(record.raw("persons")), parts(record.raw("silent")))
    why = (record.number("withheld"), record.text("because"), record.raw("corrects"))
    return FigureView(record.raw("figure"), version.ref, *told, *why, author, version.recorded, tuple(since), published)


def _corrected(view: FigureView, by: bytes) -> FigureView:
    return FigureView(**{**view.__dict__, "corrected_by": by})


def figure(desk: Desk, reader: Reader, ident: bytes) -> FigureView:
    """One figure. Raises NotFound for what is none."""
    found = next((view for view in figures(desk, reader) if view.figure == ident), None)
    if found is None:
        raise NotFound("reading.not_found")
    return found


def answers(desk: Desk, reader: Reader) -> list[Answer]:
    """The last published figure under each rule, in the order of the rules; nothing else may be told."""
    known = figures(desk, reader)
    found = []
    for rule in desk.catalogue.figures.rules.values():
        valid = [one for one in known if one.rule == rule.id and one.published and not one.corrected_by]
        if valid:
            last = max(valid, key=_age)
            said = {lang: counting.sentence(rule, lang, last.value, len(last.silent), last.day) for lang in LANGUAGES}
            found.append(Answer(rule, last, max((one for one in valid if one.day < last.day), key=_age, default=None), said))
    return found

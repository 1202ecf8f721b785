"""Recognition as a political prisoner in a dossier: rounds, votes of organisations, decisions of two members, public statements.

All of it stands in the dossier's own compartment. A decision is written down by one member and confirmed by another; what follows from the
records is said by ``core.recognition``. A statement that serves several persons stands in each of their dossiers under the same id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from letapis.core import recognition as rules
from letapis.core import recognition_criteria as criteria
from letapis.core.access import Reader
from letapis.core.errors import NotFound, Refused, UsageError
from letapis.core.published import Statement
from letapis.core.recognition import Confirmed, Course, Opened, Proposed, Tally, Voted
from letapis.core.records import Draft, Record, Value
from letapis.desk import items, ledger, reading, statements, vote_dossier
from letapis.desk.dossiers import require_text
from letapis.desk.opening import Desk
from letapis.desk.reading import ItemView

ROUND, VOTE, OUTCOME = "recognition", "recognition_vote", "recognition_outcome"
_WORDS: Final = 4_000


@dataclass(frozen=True)
class Recognised:
    """What stands for a person, ready for a card: the last decision that two members stand behind, whatever it says.

    ``outcome``, ``ground`` and ``demand`` are codes (of refusals and withdrawals the last two are empty).
    ``decided_by``: who wrote it down and who confirmed it. ``statement``: the public statement named with it, if there is one.
    """

    outcome: str
    day: str
    ground: str
    demand: str
    decided_by: tuple[bytes, ...]
    statement: Statement | None
    decided: bytes


def of_person(desk: Desk, reader: Reader, dossier: bytes, person: bytes) -> Recognised | None:
    """What was decided for a person of a dossier and stands today; None while nothing was. Raises NotFound for what is not theirs."""
    current = course(desk, reader, dossier, person).current
    if current is None:
        return None
    said = current.said
    known = {one.statement: one for one in statements.in_dossier(desk, reader, dossier)}
    found = known.get(said.statement.hex()) if said.statement else None
    by = (said.member, *current.confirmed)
    return Recognised(said.outcome, said.day, said.ground, said.demand, by, found, said.decided)


# ---- rounds and votes ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VoteForm:
    """What one organisation said: its name, ``for``, ``against`` or ``abstain``, on which day, and why."""

    organisation: str
    stance: str
    day: str
    text: str = ""


@dataclass(frozen=True)
class OutcomeForm:
    """A decision as a member writes it down. Which demand goes with it follows from the outcome and the ground by the reference lists.

    ``text``: why, of a refusal or a withdrawal; ``override``: why it was decided although the record speaks against it (``doubts``);
    ``statement``: the public statement that says so; ``corrects``: the decision that was written down wrongly.
    """

    outcome: str
    day: str
    ground: str = ""
    text: str = ""
    override: str = ""
    statement: bytes = b""
    corrects: bytes = b""


def open_round(desk: Desk, reader: Reader, dossier: bytes, person: bytes, day: str = "", text: str = "") -> bytes:
    """Put a person before the organisations: one more round. Returns its id. Raises UsageError for who is no person, a day that is none."""
    home, who = reading.dossier(desk, reader, dossier), _the_person(desk, reader, dossier, person)
    number = max((one.number for one in rounds(desk, reader, dossier, who)), default=0) + 1
    body: dict[str, Value] = {"dossier": dossier, "subject": who, "number": number, "day": statements.past_day(desk, day), "state": "open"}
    return items.new(desk, ROUND, home.work, body | {"text": _words(text)})


def vote(desk: Desk, reader: Reader, round_: bytes, form: VoteForm) -> bytes:
    """Write down what an organisation said in a round; what it said before stays in the history. Returns the id of the vote.

    Raises UsageError for a name, a stance or a day that is none, NotFound for a round that is not theirs.
    """
    known = reading.item(desk, reader, round_, ROUND)
    if form.stance not in rules.STANCES:
        raise UsageError("recognition.stance", ", ".join(rules.STANCES))
    name = " ".join(require_text(form.organisation, "recognition.organisation", statements.NAME).split())
    body: dict[str, Value] = {"dossier": known.dossier, "recognition": round_, "organisation": name, "stance": form.stance}
    body |= {"day": statements.past_day(desk, form.day), "text": _words(form.text), "state": "given"}
    return items.new(desk, VOTE, known.compartment, body)


def tally(desk: Desk, reader: Reader, round_: bytes) -> Tally:
    """The votes of a round, each organisation once."""
    found = reading.items(desk, reader, VOTE, parent=round_, limit=statements.LIMIT)
    return rules.tally(_voted(one) for one in found)


def _voted(one: ItemView) -> Voted:
    told = (one.text("organisation"), one.text("stance"), one.text("day"))
    return Voted(one.record.raw("recognition"), *told, one.ref, one.recorded, one.text("text"))


def _the_person(desk: Desk, reader: Reader, dossier: bytes, person: bytes) -> bytes:
    """The entry as which this person of the dossier is read. Raises UsageError for who is none."""
    if not any(one.entity == person and one.kind == "person" for one in reading.entities(desk, reader, dossier)):
        raise UsageError("recognition.person")
    return reading.joined(desk, reader, dossier).get(person, person)


def rounds(desk: Desk, reader: Reader, dossier: bytes, who: bytes) -> list[Opened]:
    """Every round of a person, the oldest first."""
    read_as = reading.joined(desk, reader, dossier)
    found = [_opened(one) for one in reading.items(desk, reader, ROUND, dossier=dossier, limit=statements.LIMIT)]
    return [one for one in found if read_as.get(one.subject, one.subject) == who]


def _opened(one: ItemView) -> Opened:
    return Opened(one.item, one.about, one.number, one.text("day"))


def _words(text: str) -> str:
    if len(text.strip()) > _WORDS:
        raise UsageError("recognition.too_long")
    return text.strip()


# ---- decisions -------------------------------------------------------------------------------------------------------


def record_outcome(desk: Desk, reader: Reader, dossier: bytes, person: bytes, form: OutcomeForm) -> bytes:
    """Write down what the organisations decided, for another member to confirm. Returns its id.

    Raises UsageError for an outcome, a ground or a day that is none, for a refusal or withdrawal without its reason, and for a recognition that
    the record speaks against without the reason why it was decided all the same; Refused for a withdrawal of what was not recognised.
    """
    home, who = reading.dossier(desk, reader, dossier), _the_person(desk, reader, dossier, person)
    if form.outcome not in rules.OUTCOMES:
        raise UsageError("recognition.outcome", ", ".join(rules.OUTCOMES))
    day, known = statements.past_day(desk, form.day), course(desk, reader, dossier, who)
    _require_order(known, form, day)
    ground, demand = statements.ground_and_demand(desk, form.outcome, form.ground)
    if form.outcome in rules.REASONED:
        require_text(form.text, "recognition.reason", _WORDS)
    if form.statement and form.statement.hex() not in {one.statement for one in statements.in_dossier(desk, reader, dossier)}:
        raise UsageError("recognition.statement")
    if doubts(desk, reader, dossier, who, form):
        require_text(form.override, "recognition.override", _WORDS)
    last = max(rounds(desk, reader, dossier, who), key=lambda one: (one.number, one.recognition), default=None)
    body: dict[str, Value] = {"dossier": dossier, "subject": who, "recognition": last.recognition if last else b"", "outcome": form.outcome}
    body |= {"ground": ground, "demand": demand, "day": day, "text": _words(form.text), "override": _words(form.override)}
    body |= {"statement": form.statement, "corrects": form.corrects, "state": rules.PROPOSED}
    return items.new(desk, OUTCOME, home.work, body)


def _require_order(known: Course, form: OutcomeForm, day: str) -> None:
    """A withdrawal withdraws something; a recognition of the very day of a refusal would never be the last word."""
    standing = [one for one in known.decisions if not one.corrected and one.said.decided != form.corrects]
    if form.corrects and form.corrects not in {one.said.decided for one in known.decisions}:
        raise NotFound("reading.not_found")
    before = [one for one in standing if one.said.day <= day]
    if form.outcome == rules.WITHDRAWN and not (before and before[-1].said.outcome in rules.RECOGNISES):
        raise Refused("recognition.nothing_to_withdraw")
    if form.outcome in rules.RECOGNISES and any(one.said.day == day and one.said.outcome not in rules.RECOGNISES for one in standing):
        raise UsageError("recognition.same_day")


def doubts(desk: Desk, reader: Reader, dossier: bytes, person: bytes, form: OutcomeForm) -> tuple[str, ...]:
    """What in the record speaks against this decision: it may be decided all the same, with the reason written down."""
    if form.outcome not in rules.RECOGNISES:
        return ()
    who = _the_person(desk, reader, dossier, person)
    prepared = vote_dossier.prepare(desk, reader, dossier, who)
    waiting = course(desk, reader, dossier, who).open_rounds
    votes = tally(desk, reader, waiting[-1].recognition) if waiting else None
    return criteria.doubts(form.outcome, form.ground, prepared.tiers, prepared.held, votes, bool(form.statement))


def confirm(desk: Desk, reader: Reader, decided: bytes, seen: bytes = b"") -> Record:
    """Stand behind a decision that a colleague wrote down; with that it counts, and a public card that it contradicts is recalled. ``seen``: the
    version that was looked at. Raises Refused for one's own, for one that is settled, and for one that was written anew meanwhile."""
    from letapis.desk import card_settle

    item = reading.item(desk, reader, decided, OUTCOME)
    said = to_confirm(desk, reader, decided)
    if seen and seen != said.ref:
        raise Refused("recognition.changed")
    body: dict[str, Value] = {"dossier": item.dossier, "kind": "approve", "targets": (said.ref,)}
    with desk.store.transaction():
        made = ledger.append(desk, [Draft("decision", item.compartment, body)])[0]
        card_settle.settle(desk, reader, (item.dossier,))
    return made


def to_confirm(desk: Desk, reader: Reader, decided: bytes) -> Proposed:
    """The version of a decision that a confirmation would stand behind. Raises as ``confirm`` does for who may not, and for what is settled."""
    item = reading.item(desk, reader, decided, OUTCOME)
    known = course(desk, reader, item.dossier, item.about)
    said = next((one for one in known.waiting if one.decided == decided), None) or max(_proposed(desk, reader, item), key=lambda one: one.recorded)
    if refused := rules.confirmation_refused(said, desk.me, known):
        raise Refused(f"recognition.{refused}")
    return said


def take_back(desk: Desk, reader: Reader, decided: bytes) -> None:
    """Take back what one wrote down oneself and nobody confirmed yet. Raises Refused for a colleague's, and for one that was decided."""
    item = reading.item(desk, reader, decided, OUTCOME)
    if all(one.decided != decided for one in course(desk, reader, item.dossier, item.about).waiting):
        raise Refused("recognition.decided")
    if item.author != desk.me:
        raise Refused("recognition.not_own")
    items.change(desk, reader, OUTCOME, decided, {"state": rules.TAKEN_BACK})


def course(desk: Desk, reader: Reader, dossier: bytes, person: bytes) -> Course:
    """The whole way of one person of a dossier, under every entry of theirs. Raises NotFound for what is not theirs."""
    reading.dossier(desk, reader, dossier)
    read_as = reading.joined(desk, reader, dossier)
    who = read_as.get(person, person)
    entries = [who, *(entry for entry, first in read_as.items() if first == who != entry)]
    found = [one for entry in entries for one in reading.items(desk, reader, ROUND, OUTCOME, dossier=dossier, about=entry, limit=statements.LIMIT)]
    return _courses(desk, reader, found, {dossier: read_as}).get(dossier, {}).get(who, Course((), (), ()))


def courses(desk: Desk, reader: Reader, dossier: bytes) -> dict[bytes, Course]:
    """The way of every person of a dossier of whom anything was recorded, by the entry as which they are read."""
    reading.dossier(desk, reader, dossier)
    return courses_each(desk, reader, (dossier,))[dossier]


def courses_each(desk: Desk, reader: Reader, dossiers: Sequence[bytes]) -> dict[bytes, dict[bytes, Course]]:
    """The same of each of these dossiers, as far as the reader holds it; what was recorded is read for all of them at once."""
    found, read_as = reading.items_each(desk, reader, (ROUND, OUTCOME), dossiers), reading.joined_each(desk, reader, dossiers)
    courses = _courses(desk, reader, [one for told in found.values() for one in told], read_as)
    return {dossier: courses.get(dossier, {}) for dossier in dossiers}


def _courses(
    desk: Desk, reader: Reader, found: Sequence[ItemView], read_as: Mapping[bytes, Mapping[bytes, bytes]]
) -> dict[bytes, dict[bytes, Course]]:
    """By dossier and person. ``read_as``: by dossier as ``reading.joined`` says it."""
    proposed = [(one.dossier, said) for one in found if one.type == OUTCOME for said in _proposed(desk, reader, one)]
    behind: dict[tuple[bytes, bytes], list[Confirmed]] = {}
    for ruling in reading.rulings_on(desk, [said.ref for _, said in proposed]):
        # A confirmation that its member takes back later stays one: what two decided is decided anew by two, and never by one.
        if ruling.kind == "approve" and ruling.counts:
            behind.setdefault((ruling.dossier, ruling.target), []).append(Confirmed(ruling.target, ruling.member))
    by_person: dict[tuple[bytes, bytes], tuple[list[Opened], list[Proposed]]] = {}

    def of(dossier: bytes, subject: bytes) -> tuple[list[Opened], list[Proposed]]:
        return by_person.setdefault((dossier, read_as.get(dossier, {}).get(subject, subject)), ([], []))

    for one in found:
        if one.type == ROUND:
            of(one.dossier, one.about)[0].append(_opened(one))
    for dossier, said in proposed:
        of(dossier, said.subject)[1].append(said)
    courses: dict[bytes, dict[bytes, Course]] = {}
    for (dossier, who), (some, told) in by_person.items():
        confirmed = [one for said in told for one in behind.get((dossier, said.ref), ())]
        courses.setdefault(dossier, {})[who] = rules.course(some, told, confirmed)
    return courses


def _proposed(desk: Desk, reader: Reader, item: ItemView) -> list[Proposed]:
    """Every version of a decision."""
    if item.heads == (item.ref,) and not item.record.refs("after"):
        return [_said(item.ref, item.author, item.recorded, item.record)]
    return [_said(one.ref, one.author, one.recorded, one.record) for one in reading.versions(desk, reader, item.item)]


def _said(ref: bytes, author: bytes, recorded: str, record: Record) -> Proposed:
    text = record.text
    return Proposed(
        decided=record.raw("decided"),
        ref=ref,
        member=author,
        subject=record.raw("subject"),
        recognition=record.raw("recognition"),
        outcome=text("outcome"),
        day=text("day"),
        recorded=recorded,
        ground=text("ground"),
        demand=text("demand"),
        text=text("text"),
        override=text("override"),
        statement=record.raw("statement"),
        corrects=record.raw("corrects"),
        taken_back=text("state") == rules.TAKEN_BACK,
    )

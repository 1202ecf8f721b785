"""What the page of an incident says: steps, people to warn and devices, in words and in the order in which somebody acts on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from letapis.core.incidents import Warned, group_of
from letapis.core.instants import moment_of
from letapis.core.membership import State
from letapis.core.records import Record
from letapis.desk import doubtful, incidents, reach, reading
from letapis.faces.web.lines import Lines
from letapis.faces.web.versions import carried, side_by_side

TONES = {"open": "", "doing": "warn", "done": "good", "not_needed": ""}


@dataclass(frozen=True)
class StepLine:
    """A step in words. ``said`` is who ticked it and when; empty when nobody did yet. ``both``: what stands side by side, as a name and
    words; ``seen``: the versions that its buttons carry."""

    code: str
    about: str
    label: str
    help: str
    state: str
    tone: str
    owner: bytes
    owner_name: str
    said: str
    text: str
    both: list[tuple[str, str]]
    seen: str
    foreign: bool


@dataclass(frozen=True)
class WarnLine:
    """Somebody to warn, with the dossier they stand in and the step about them."""

    who: str
    dossier: str
    group: str
    safety: str
    country: str
    step: StepLine


def hour(text: str, lines: Lines) -> str:
    """An instant as day and hour of this computer: in an incident the hour matters."""
    try:
        at = moment_of(text).astimezone()
    except ValueError:
        return lines.date(text)
    return f"{lines.date(at.date().isoformat())}, {at:%H:%M}"


def _says(lines: Lines, record: Record) -> str:
    owner = lines.name(record.raw("owner")) if record.raw("owner") else ""
    return " · ".join(part for part in (lines.word("incidents.step", record.text("state")), owner, record.text("text")) if part)


def step_line(request: Any, lines: Lines, view: incidents.StepView) -> StepLine:
    said = f"{lines.name(view.author)}, {hour(view.recorded, lines)}" if view.author else ""
    step = view.step
    words = (step.label[lines.language], step.help.get(lines.language, "")) if step else ("", "")
    state, owner = f"incidents.step.{view.state}", lines.name(view.owner) if view.owner else ""
    about = view.about.hex() if view.about else ""
    both = side_by_side(request, lines, view.item, view.heads, lambda record: _says(lines, record))
    return StepLine(view.code, about, *words, state, TONES[view.state], view.owner, owner, said, view.text, both, carried(view.heads), view.foreign)


def phases(request: Any, lines: Lines, page: incidents.IncidentPage) -> list[tuple[str, list[StepLine]]]:
    """Steps by phase."""
    plan = request.desk.catalogue.incidents
    found: dict[str, list[StepLine]] = {}
    for view in page.steps:
        if view.step is not None:
            found.setdefault(view.step.phase, []).append(step_line(request, lines, view))
    return [(label[lines.language], found[phase]) for phase, label in plan.phases.items() if phase in found]


def warn_line(request: Any, lines: Lines, pair: tuple[Warned, incidents.StepView]) -> WarnLine:
    one, view = pair
    source = reach.of_source(request.desk, request.reader, one.source)
    safety = lines.word("contacts.safety", one.safety) if one.safety else ""
    dossier = lines.code(source.dossier) if source else ""
    return WarnLine(one.code, dossier, f"incidents.warn.{group_of(one)}", safety, one.country, step_line(request, lines, view))


@dataclass(frozen=True)
class DeviceWords:
    """A device with what may be done about it now: ``act`` is the key of a text."""

    line: incidents.DeviceLine
    place: int
    act: str
    suggested_means: str
    since: int


def device_words(place: int, line: incidents.DeviceLine) -> DeviceWords:
    removed = line.device.state is State.REMOVED
    act = "incidents.device.removed" if removed else "incidents.device.proposed" if line.proposal else "incidents.device.active"
    by_clock = line.doubt.suggested == line.doubt.by_clock and line.doubt.by_clock >= line.doubt.proven
    means = "incidents.doubt.by_clock" if by_clock else "incidents.doubt.proven"
    since = line.device.compromised_since if line.device.compromised_since is not None else line.doubt.suggested
    return DeviceWords(line, place, act, means, since)


@dataclass(frozen=True)
class RecordLine:
    """One record in doubt: what it is, what it says, the day its device gives."""

    kind: str
    says: str
    day: str
    confirmed: bool


@dataclass(frozen=True)
class PassageLine:
    """What is confirmed together."""

    dossier: str
    words: str
    records: tuple[RecordLine, ...]
    waits: bool
    refs: str


_TELLING = ("title", "text", "label", "code", "name", "reason", "kind", "scope")


def passage_lines(request: Any, lines: Lines, found: Sequence[doubtful.Passage]) -> list[PassageLine]:
    refs = [one.ref for passage in found for one in passage.records if one.record.type == "claim"]
    claims = reading.claims_by_ref(request.desk, request.reader, refs)
    return [_passage(lines, passage, claims) for passage in found]


def _passage(lines: Lines, passage: doubtful.Passage, claims: Any) -> PassageLine:
    shown = tuple(_record(lines, one, claims) for one in passage.records if one.record.type != "as_said" or len(passage.records) == 1)
    home = next((one.record.raw("dossier") for one in passage.records if one.record.raw("dossier")), b"")
    refs = " ".join(one.ref.hex() for one in passage.records if not one.confirmed)
    return PassageLine(lines.code(home) if home else "", passage.words, shown, passage.waits, refs)


def _record(lines: Lines, one: doubtful.Doubtful, claims: Any) -> RecordLine:
    record = one.record
    view = claims.get(record.ref)
    told = " · ".join([record.text(name) for name in _TELLING if record.text(name)][:2])
    says = f"{lines.label(view.property)}: {lines.value(view)}" if view else told
    return RecordLine(lines.word("history.type", record.type), says[:300], lines.date(record.header.recorded[:10]), one.confirmed)

"""The day on the first page: what is due, who has a hearing or a birthday, which letters wait, and the digest after unlocking."""

from dataclasses import dataclass
from typing import Any, Final

from letapis.core import date_words
from letapis.desk import card_ends, copies, public_record, reading, recognition_waiting, searches, witnessed
from letapis.desk.digest import begin_session
from letapis.faces.web.hearing_lines import HearingLine, hearing_line
from letapis.faces.web.lines import Lines
from letapis.faces.web.place_names import place_name
from letapis.faces.web.task_lines import TaskLine, task_line

DIGEST: Final = "digest"


@dataclass(frozen=True)
class BirthdayLine:
    """Name, dossier, day in words, the age reached; ``unsure``: sources name different days."""

    name: str
    code: str
    day: str
    turns: int
    subject: bytes
    dossier: bytes
    unsure: bool
    died: bool


@dataclass(frozen=True)
class TodayLines:
    tasks: tuple[TaskLine, ...]
    more_tasks: bool
    hearings: tuple[HearingLine, ...]
    letters: int
    more_letters: bool
    birthdays: tuple[BirthdayLine, ...]
    searches: tuple[searches.Saved, ...]
    copies: tuple[str, ...]
    faulty: tuple[tuple[str, int], ...]
    forks: int
    public: int
    decisions: int
    ends: int


def today_lines(request: Any, lines: Lines) -> TodayLines:
    found = reading.today(request.desk, request.reader)
    tasks = tuple(task_line(request, lines, task) for task in found.tasks[: reading.DAY_SHOWN])
    return TodayLines(
        tasks,
        len(found.tasks) > len(tasks),
        tuple(hearing_line(request, lines, hearing) for hearing in found.hearings),
        len(found.letters),
        len(found.letters) >= reading.DAY_SHOWN,
        tuple(birthday_line(lines, one) for one in found.birthdays),
        tuple(one for one in searches.saved_searches(request.desk, request.reader) if one.new),
        tuple(place_name(request.desk, lines, one) for one, _ in copies.due(request.desk, request.reader)),
        tuple((place_name(request.desk, lines, one.place), one.count) for one in copies.faulty(request.desk, request.reader)),
        len(witnessed.forks_of(request.desk, request.reader, witnessed.OPEN)),
        public_record.waits_for_me(request.desk, request.reader),
        recognition_waiting.waits_for_me(request.desk, request.reader),
        len(card_ends.ending(request.desk, request.reader)),
    )


def birthday_line(lines: Lines, one: reading.Birthday) -> BirthdayLine:
    claim = one.claim
    name = lines.entities(claim.dossier).get(claim.subject) or lines.say("work.nobody_named")
    day = date_words.day_and_month(one.month_day, lines.language)
    return BirthdayLine(name, lines.code(claim.dossier), day, one.turns, claim.subject, claim.dossier, claim.contested, one.died)


@dataclass(frozen=True)
class DigestLines:
    """The digest in words; ``changed`` are types of items with how many."""

    digest: reading.Digest
    given: tuple[TaskLine, ...]
    objections: tuple[tuple[str, Any], ...]
    changed: tuple[tuple[str, int], ...]


def take_digest(request: Any, lines: Lines) -> DigestLines | None:
    """The digest, once in a session and only when something changed. The first look at the first page is what follows unlocking."""
    if request.method != "GET" or DIGEST in request.session:
        return None
    request.session[DIGEST] = begin_session(request.desk)
    found = digest_lines(request, lines)
    return None if found is None or found.digest.is_empty else found


def digest_lines(request: Any, lines: Lines) -> DigestLines | None:
    """What changed since the unlock before this one; None at the first unlock of a device."""
    since = request.session.get(DIGEST, 0)
    if not since:
        return None
    found = reading.digest(request.desk, request.reader, since)
    return DigestLines(
        found,
        tuple(task_line(request, lines, task) for task in found.given),
        tuple((lines.code(claim.dossier), lines.line(claim)) for claim in found.objections),
        tuple((f"history.type.{kind}", count) for kind, count in sorted(found.changed.items())),
    )

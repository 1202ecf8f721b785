"""``letapis filing …``: what happened to a submission after it was produced, and the days that follow; ``letapis calendar``."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.afterwards import Deadline
    from letapis.desk.filed import FiledView
    from letapis.faces.card_words import CardWords

_TEXTS = ("due", "channel", "reference", "link", "safety")


def add(verbs: Verbs) -> None:
    verbs.verb("filing list", _list).add_argument("dossier", metavar="DOSSIER")
    verbs.verb("filing show", _show).add_argument("submission", metavar="SUBMISSION")
    note = verbs.verb("filing note", _note)
    note.add_argument("submission", metavar="SUBMISSION")
    note.add_argument("kind", metavar="KIND")
    note.add_argument("--day", default="", metavar="DAY")
    for name in _TEXTS:
        note.add_argument(f"--{name}", default="", metavar=name.upper())
    note.add_argument("--text", default="", metavar="TEXT|@FILE|-")
    note.add_argument("--document", default="", metavar="EVIDENCE")
    note.add_argument("--member", default="", metavar="MEMBER")
    verbs.verb("filing back", _back).add_argument("step", metavar="STEP")
    calendar = verbs.verb("calendar", _calendar)
    calendar.add_argument("--day", default="", metavar="DAY")
    calendar.add_argument("-o", "--output", default="", metavar="FILE")


def _time_json(time: "Deadline") -> dict[str, Any]:
    done = time.done.isoformat() if time.done else ""
    told = {"time": time.key, "who": str(time.whose), "due": time.due.isoformat(), "state": str(time.state)}
    return told | {"named": time.named, "done": done}


def _json(one: "FiledView") -> dict[str, Any]:
    since = one.since.isoformat() if one.since else ""
    told = {"submission": one.submission.hex(), "body": one.mechanism, "progress": str(one.progress), "since": since}
    return told | {"times": [_time_json(time) for time in one.deadlines]}


def _line(words: "CardWords", one: "FiledView") -> str:
    since = words.day(one.since.isoformat()) if one.since else ""
    return f"{one.submission.hex()[:8]}  {words.say(f'filed.progress.{one.progress}'):<16}  {since:<18}  {words.name(one.mechanism)}"


def _time_line(words: "CardWords", time: "Deadline") -> str:
    state, who = words.say(f"filed.met.{time.state}"), words.say(f"filed.whose.{time.whose}")
    return f"  {words.day(time.due.isoformat()):<18}  {state:<24}  {words.time(time.key)} ({who})"


def _list(call: Call) -> None:
    from letapis.desk import filed
    from letapis.faces.card_words import CardWords
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        found, words = filed.of_dossier(desk, reader, the_dossier(call, desk, reader)), CardWords(desk.catalogue, call.language)
        lines = [line for one in found for line in (_line(words, one), *(_time_line(words, time) for time in one.deadlines))]
        call.give({"filings": [_json(one) for one in found]}, lines or [call.say("submit.sent_none")])


def _show(call: Call) -> None:
    from letapis.core.afterwards import REPLIED
    from letapis.desk import filed
    from letapis.faces.card_words import CardWords
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        one = filed.filed(desk, reader, the_thing(call, desk, reader, "submission", call.options.submission))
        words, kinds = CardWords(desk.catalogue, call.language), desk.catalogue.after_filing.steps
        told = [{"step": s.item.hex(), "kind": s.text("kind"), "day": s.text("day")} | {n: s.text(n) for n in (*_TEXTS, "text")} for s in one.steps]
        told += [{"reply": reply.item.hex(), "kind": REPLIED, "day": reply.text("day")} for reply in one.replies]
        told.sort(key=lambda step: step["day"])
        happened = [f"  {words.day(step['day']):<18}  {kinds[step['kind']].label[call.language]}" for step in told if step["kind"] in kinds]
        times = [_time_line(words, time) for time in one.deadlines]
        lines = [_line(words, one), "", call.say("filed.happened"), *happened, "", call.say("filed.times"), *times]
        call.give(_json(one) | {"steps": told}, lines)


def _note(call: Call) -> None:
    from letapis.desk import filed, reading
    from letapis.faces.cli.common import long_text

    options, text = call.options, long_text(call.options.text)
    with call.desk() as desk:
        reader = desk.reader("work")
        submission = reading.resolve_id(desk, reader, "submission", options.submission)
        document = reading.resolve_id(desk, reader, "evidence", options.document) if options.document else b""
        member = reading.resolve_member(desk, reader, options.member) if options.member else b""
        day = options.day or desk.clock().date().isoformat()
        told = {name: getattr(options, name) for name in _TEXTS}
        made = filed.record_step(desk, reader, submission, filed.StepForm(options.kind, day, **told, text=text, document=document, member=member))
        call.give({"step": made.hex()}, [made.hex(), call.say("filed.noted")])


def _back(call: Call) -> None:
    from letapis.desk import filed, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        filed.take_back(desk, reader, reading.resolve_id(desk, reader, "filing_step", call.options.step))
        call.give({"taken_back": True}, [call.say("filed.taken_back")])


def _calendar(call: Call) -> None:
    """The days that bodies count in one month; with a file, hearings and these as a calendar file for another calendar."""
    from datetime import date
    from pathlib import Path

    from letapis.core.agenda import month_of
    from letapis.core.errors import UsageError
    from letapis.desk import agenda, filed, reading
    from letapis.faces.card_words import CardWords
    from letapis.faces.cli.writing import new_file

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        try:
            first, last = month_of(date.fromisoformat(options.day) if options.day else desk.clock().date())
        except ValueError:
            raise UsageError("filed.day") from None
        found, words = filed.between(desk, reader, first, last), CardWords(desk.catalogue, call.language)
        told = [_json(one) | _time_json(time) | {"dossier": one.dossier.hex()} for one, time in found]
        lines = [f"{reading.dossier(desk, reader, one.dossier).code:<16}{_time_line(words, time)}" for one, time in found]
        if options.output:
            lines = [new_file(Path(options.output), agenda.exported(desk, reader, first, last).encode())]
        call.give({"days": told}, lines or [call.say("calendar.nothing")])

"""``letapis interview …``: prepare a talk with somebody who was released, keep its text in sections, pass them."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.interview_sections import Talk


def add(verbs: Verbs) -> None:
    new = verbs.verb("interview add", _add)
    for name in ("dossier", "source"):
        new.add_argument(name, metavar=name.upper())
    for name in ("subject", "day", "title"):
        new.add_argument(f"--{name}", default="")
    new.add_argument("--text", default="", metavar="TEXT|@FILE|-")
    new.add_argument("--text-language", default="be")
    new.add_argument("--basis", default="saw")
    verbs.verb("interview list", _list).add_argument("dossier", metavar="DOSSIER")
    verbs.verb("interview show", _show).add_argument("interview", metavar="INTERVIEW")
    done = verbs.verb("interview pass", _pass)
    done.add_argument("interview", metavar="INTERVIEW")
    done.add_argument("number", type=int, metavar="NUMBER")
    done.add_argument("--topic", dest="topics", action="append", default=[], metavar="TOPIC")
    done.add_argument("--summary", default="", metavar="TEXT")


def _add(call: Call) -> None:
    from letapis.desk import interviews, reading
    from letapis.faces.cli.common import long_text, the_dossier

    options = call.options
    text = long_text(options.text) if options.text else ""
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        source = reading.resolve_source(desk, reader, ident, options.source)
        subject = reading.resolve_entity(desk, reader, ident, options.subject) if options.subject else b""
        made = interviews.plan_interview(desk, reader, ident, source, subject, options.day)
        known = interviews.view(desk, reader, made)
        if text:
            title = options.title or call.say("interviews.title_of", day=known.item.text("day"))
            interviews.add_text(desk, reader, made, title, text, options.text_language, options.basis)
        call.give({"interview": made.hex(), "warnings": list(known.warnings)}, [made.hex(), *(f"? {call.say(key)}" for key in known.warnings)])


def _done(call: Call, talk: "Talk | None") -> str:
    return call.say("interviews.passed_of", passed=talk.passed, count=len(talk.sections)) if talk else ""


def _list(call: Call) -> None:
    from letapis.desk import interview_sections, reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        codes = {one.source: one.code for one in reading.sources(desk, reader, ident)}
        listed, lines = [], []
        for one in reading.items(desk, reader, "interview", dossier=ident):
            talk = interview_sections.talk(desk, reader, one.item) if one.record.raw("note") else None
            numbers = {"sections": len(talk.sections), "passed": talk.passed} if talk else {}
            told = {"interview": one.item.hex(), "source": one.about.hex(), "day": one.text("day"), "state": one.state}
            listed.append(told | numbers)
            state = call.say(f"interviews.state.{one.state}")
            lines.append(f"{one.item.hex()[:8]}  {one.text('day')}  {codes.get(one.about, ''):<16} {state:<16} {_done(call, talk)}".rstrip())
        call.give({"interviews": listed}, lines or [call.say("interviews.none")])


def _show(call: Call) -> None:
    from letapis.desk import interview_sections, interviews, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = reading.resolve_id(desk, reader, "interview", call.options.interview)
        known = interviews.view(desk, reader, ident)
        talk = interview_sections.talk(desk, reader, ident) if known.note else None
        sections: list[dict[str, Any]] = [
            {"number": n, "start": s.start, "end": s.end, "passed": s.passed, "topics": list(s.topics), "summary": s.summary}
            for n, s in enumerate(talk.sections if talk else (), 1)
        ]
        lines = [call.say(f"interviews.state.{known.item.state}"), *(f"? {call.say(key)}" for key in known.warnings)]
        lines += [_done(call, talk)] if talk else []
        lines += [f"{s['number']:>3} {'✓' if s['passed'] else ' '} {', '.join(s['topics'])}" for s in sections]
        told = {"interview": ident.hex(), "state": known.item.state, "note": known.note.hex(), "warnings": list(known.warnings)}
        call.give(told | {"sections": sections}, lines)


def _pass(call: Call) -> None:
    from letapis.core.errors import NotFound
    from letapis.desk import interview_sections, reading

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        talk = interview_sections.talk(desk, reader, reading.resolve_id(desk, reader, "interview", options.interview))
        if not 1 <= options.number <= len(talk.sections):
            raise NotFound("reading.not_found")
        section = talk.sections[options.number - 1]
        following = interview_sections.pass_section(desk, reader, section.section, options.topics or section.topics, options.summary)
        after = interview_sections.talk(desk, reader, talk.item.item)
        number = after.number(following) if following else 0
        call.give({"passed": after.passed, "sections": len(after.sections), "next": number}, [_done(call, after)])

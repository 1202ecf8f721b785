"""``letapis interview …``: prepare a talk with somebody who was released, keep its text in sections, pass them."""

from typing import TYPE_CHECKING, Any

from letapis.core.errors import UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.core.sections import Section
    from letapis.desk.interview_sections import Talk
    from letapis.desk.opening import Desk


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
    for words, run in (("interview section", _section), ("interview join", _join), ("interview split", _split)):
        one = verbs.verb(words, run)
        one.add_argument("interview", metavar="INTERVIEW")
        one.add_argument("number", type=int, metavar="NUMBER")
        if run is _section:
            one.add_argument("--open", dest="open_it", action="store_true")
        if run is _split:
            one.add_argument("place", type=int, nargs="?", default=0, metavar="PLACE")
    wanted = verbs.verb("interview missing", _missing)
    wanted.add_argument("interview", metavar="INTERVIEW")
    wanted.add_argument("--norm", default="")
    wanted.add_argument("--mechanism", default="")


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
    from letapis.desk import interview_sections, interviews
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_thing(call, desk, reader, "interview", call.options.interview)
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
    from letapis.desk import interview_sections

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        talk, section = _numbered(call, desk, reader)
        following = interview_sections.pass_section(desk, reader, section.section, options.topics or section.topics, options.summary)
        after = interview_sections.talk(desk, reader, talk.item.item)
        number = after.number(following) if following else 0
        call.give({"passed": after.passed, "sections": len(after.sections), "next": number}, [_done(call, after)])


def _talk(call: Call, desk: "Desk", reader: "Reader") -> "Talk":
    from letapis.desk import interview_sections
    from letapis.faces.cli.common import the_thing

    return interview_sections.talk(desk, reader, the_thing(call, desk, reader, "interview", call.options.interview))


def _numbered(call: Call, desk: "Desk", reader: "Reader") -> "tuple[Talk, Section]":
    """The talk, and its section of this number. Raises NotFound."""
    from letapis.core.errors import NotFound

    talk, number = _talk(call, desk, reader), call.options.number
    if not 1 <= number <= len(talk.sections):
        raise NotFound("reading.not_found")
    return talk, talk.sections[number - 1]


def _section(call: Call) -> None:
    """What is difficult stays closed until it is asked for, and is then counted for the reader alone."""
    from letapis.core.sections import places_to_split, weighs
    from letapis.desk import care

    with call.desk() as desk:
        reader = desk.reader("work")
        talk, section = _numbered(call, desk, reader)
        topics, labels = weighs(desk.catalogue.topics, section.topics), desk.catalogue.care.topics
        closed = bool(topics) and not call.options.open_it
        if topics and not closed:
            care.opened(desk, reader, topics)
        words = "" if closed else talk.words(section)
        places = [] if closed else list(places_to_split(talk.note.text, section))
        told = {"number": call.options.number, "passed": section.passed, "topics": list(section.topics), "summary": section.summary}
        shown = {"closed": closed, "words": words, "places": [{"place": place, "words": begin} for place, begin in places]}
        known = desk.catalogue.topics
        lines = [", ".join(known[topic].label[call.language] for topic in section.topics if topic in known), section.summary, words.strip()]
        lines += [call.say("cli.interview.closed", what=", ".join(labels[topic].label[call.language] for topic in topics))] if closed else []
        lines += [f"{place:>7}  {begin}" for place, begin in places]
        call.give({"section": section.section.hex(), **told, **shown}, [line for line in lines if line])


def _join(call: Call) -> None:
    from letapis.desk import interview_sections

    with call.desk() as desk:
        reader = desk.reader("work")
        talk, section = _numbered(call, desk, reader)
        interview_sections.join(desk, reader, section.section)
        after = interview_sections.talk(desk, reader, talk.item.item)
        call.give({"section": section.section.hex(), "sections": len(after.sections)}, [_done(call, after)])


def _split(call: Call) -> None:
    """At one of the places that ``interview section`` names."""
    from letapis.desk import interview_sections

    with call.desk() as desk:
        reader = desk.reader("work")
        talk, section = _numbered(call, desk, reader)
        made = interview_sections.split(desk, reader, section.section, call.options.place)
        after = interview_sections.talk(desk, reader, talk.item.item)
        call.give({"section": made.hex(), "number": after.number(made), "sections": len(after.sections)}, [_done(call, after)])


def _missing(call: Call) -> None:
    from letapis.desk import interview_sections

    options = call.options
    if bool(options.norm) == bool(options.mechanism):
        raise UsageError("cli.interview.norm_or_mechanism")
    with call.desk() as desk:
        reader = desk.reader("work")
        talk = _talk(call, desk, reader)
        found = interview_sections.missing(desk, reader, talk.item.item, options.norm, options.mechanism)
        listed: list[dict[str, Any]] = [
            {"fact": one.fact, "norms": list(one.norms), "sections": [talk.number(s.section) for s in one.sections]} for one in found
        ]
        told = [(", ".join(map(str, one["sections"])) or "–", desk.catalogue.vocabulary.fact(one["fact"])) for one in listed]
        lines = [f"{numbers:<10} {fact.question[call.language]}" for numbers, fact in told]
        call.give({"missing": listed}, lines or [call.say("cli.interview.nothing_missing")])

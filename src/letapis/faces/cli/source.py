"""``letapis source …`` and ``consent set``: who told us, and what they allow."""

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs


def add(verbs: Verbs) -> None:
    new = verbs.verb("source add", _add)
    new.add_argument("dossier", metavar="DOSSIER")
    new.add_argument("code", metavar="CODE")
    new.add_argument("--kind", default="person")
    new.add_argument("--grade", default="F")
    new.add_argument("--circle", default="")
    new.add_argument("--upstream", action="append", default=[], metavar="SOURCE")
    new.add_argument("--identity", metavar="FILE", help=verbs.text("cli.help.source_identity"))
    verbs.verb("source list", _list).add_argument("dossier", metavar="DOSSIER")
    grade = verbs.verb("source grade", _grade)
    for name in ("dossier", "source", "grade"):
        grade.add_argument(name, metavar=name.upper())
    grade.add_argument("--circle")
    compare = verbs.verb("source compare", _compare)
    for name in ("dossier", "first", "second"):
        compare.add_argument(name, metavar=name.upper())
    compare.add_argument("--reason", required=True, metavar="TEXT")
    consent = verbs.verb("consent set", _consent)
    for name in ("dossier", "party", "scope", "answer"):
        consent.add_argument(name, metavar=name.upper())
    for name in ("recipient", "expires", "taken", "reason"):
        consent.add_argument(f"--{name}", default="")
    consent.add_argument("--how", default="oral")
    consent.add_argument("--surrogate", action="store_true")


def _add(call: Call) -> None:
    from letapis.desk import identity, reading, sources
    from letapis.faces.cli.common import the_dossier

    options = call.options
    person = identity.details_from_json(_identity_text(options.identity)) if options.identity else identity.Details()
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        upstream = tuple(reading.resolve_source(desk, reader, ident, text) for text in options.upstream)
        form = sources.SourceForm(options.code, options.kind, options.grade, options.circle, upstream)
        source = sources.add_source(desk, reader, ident, form, person)
        note = identity.custody_note(desk, reader, ident)
        call.give({"source": source.hex(), "custody": note.because}, [source.hex(), call.say(note.because)])


def _identity_text(argument: str) -> str:
    from letapis.faces.cli.common import long_text

    return long_text(argument if argument == "-" else f"@{argument}")


def _list(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        found = reading.sources(desk, reader, the_dossier(call, desk, reader))
        listed = [{"source": s.source.hex(), "code": s.code, "kind": s.kind, "grade": s.grade, "circle": s.circle} for s in found]
        call.give({"sources": listed}, [f"{s.code:<20} {s.kind:<10} {s.grade}  {s.circle}" for s in found])


def _grade(call: Call) -> None:
    from letapis.desk import reading, sources
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        source = reading.resolve_source(desk, reader, the_dossier(call, desk, reader), call.options.source)
        sources.regrade_source(desk, reader, source, call.options.grade, call.options.circle)
        call.give({"source": source.hex(), "grade": call.options.grade}, [call.say("cli.done")])


def _compare(call: Call) -> None:
    from letapis.desk import reading, sources
    from letapis.faces.cli.common import long_text, the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        first, second = (reading.resolve_source(desk, reader, ident, text) for text in (call.options.first, call.options.second))
        sources.compare_sources(desk, reader, first, second, long_text(call.options.reason))
        call.give({"first": first.hex(), "second": second.hex()}, [call.say("cli.done")])


def _consent(call: Call) -> None:
    from letapis.desk import sources
    from letapis.faces.cli.common import the_dossier, the_party

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        party = the_party(desk, reader, ident, options.party)
        form = sources.ConsentForm(
            options.scope, options.answer, options.recipient, options.expires, options.how, options.taken, options.surrogate, options.reason
        )
        sources.record_consent(desk, reader, ident, party, [form])
        call.give({"party": party.hex(), "scope": options.scope, "answer": options.answer}, [call.say("cli.done")])

"""``letapis dossier …``, ``timeline``, ``find``: open dossiers, look at them, admit colleagues."""

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs


def add(verbs: Verbs) -> None:
    new = verbs.verb("dossier new", _new)
    new.add_argument("code", metavar="CODE")
    new.add_argument("--title", required=True, metavar="TEXT")
    new.add_argument("--kind", default="person", choices=("person", "group", "pattern"))
    new.add_argument("--person", default="", metavar="NAME")
    verbs.verb("dossier list", _list)
    verbs.verb("dossier show", _show).add_argument("dossier", metavar="DOSSIER")
    admit = verbs.verb("dossier admit", _admit)
    admit.add_argument("dossier", metavar="DOSSIER")
    admit.add_argument("members", nargs="+", metavar="MEMBER")
    admit.add_argument("--without-raw", action="store_true")
    person = verbs.verb("dossier add", _add)
    person.add_argument("dossier", metavar="DOSSIER")
    person.add_argument("label", metavar="NAME")
    person.add_argument("--kind", default="person", choices=("person", "organisation", "place", "group"))
    timeline = verbs.verb("timeline", _timeline)
    timeline.add_argument("dossier", metavar="DOSSIER")
    timeline.add_argument("--person", default="", metavar="NAME")
    verbs.verb("find", _find).add_argument("query", metavar="WORDS")


def _new(call: Call) -> None:
    from letapis.desk import dossiers

    options = call.options
    with call.desk() as desk:
        ident = dossiers.new_dossier(desk, options.code, options.title, options.kind, options.person)
        call.give({"dossier": ident.hex(), "code": options.code}, [f"{ident.hex()}  {options.code}"])


def _list(call: Call) -> None:
    from letapis.desk import reading

    with call.desk() as desk:
        found = reading.dossiers(desk, desk.reader("work"))
        listed = [{"dossier": d.dossier.hex(), "code": d.code, "title": d.title, "recorded": d.recorded} for d in found]
        lines = [f"{d.code:<12} {d.title}" for d in found] or [call.say("cli.dossiers.none")]
        call.give({"dossiers": listed}, lines)


def _show(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        home, people, numbers = reading.dossier(desk, reader, ident), reading.entities(desk, reader, ident), reading.numbers(desk, reader, ident)
        sources, notes = reading.sources(desk, reader, ident), reading.notes(desk, reader, ident)
        levels = {level.name.lower(): count for level, count in numbers.levels.items()}
        value = {
            "dossier": ident.hex(),
            "code": home.code,
            "title": home.title,
            "public_compartment": home.pub.hex(),
            "people": [{"entity": e.entity.hex(), "kind": e.kind, "label": e.label} for e in people],
            "sources": [{"source": s.source.hex(), "code": s.code, "kind": s.kind, "grade": s.grade} for s in sources],
            "notes": [{"note": n.note.hex(), "title": n.title} for n in notes],
            "levels": levels,
            "contested": numbers.contested,
            "waiting": numbers.waiting,
            "evidence": numbers.evidence,
        }
        lines = [f"{home.code}  {home.title}"]
        lines += [f"  {e.label} ({e.entity.hex()[:8]})" for e in people]
        lines += [f"  {call.say('claims.level.' + name)}: {count}" for name, count in levels.items() if count]
        lines += [f"  {call.say('claims.contested')}: {numbers.contested}"] if numbers.contested else []
        call.give(value, lines)


def _admit(call: Call) -> None:
    from letapis.desk import dossiers, reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        members = [reading.resolve_member(desk, reader, text) for text in call.options.members]
        given = dossiers.admit_to_dossier(desk, reader, ident, members, raw=not call.options.without_raw)
        call.give({"dossier": ident.hex(), "grants": len(given)}, [call.say("cli.dossiers.admitted", count=len(members))])


def _add(call: Call) -> None:
    from letapis.desk import dossiers
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        entity = dossiers.add_entity(desk, reader, ident, call.options.kind, call.options.label)
        call.give({"entity": entity.hex()}, [entity.hex()])


def _timeline(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import claim_json, claim_line, the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        subject = reading.resolve_entity(desk, reader, ident, call.options.person) if call.options.person else b""
        found = reading.timeline(desk, reader, ident, subject)
        call.give({"timeline": [claim_json(c) | {"day": c.low} for c in found]}, [claim_line(desk, call, c) for c in found])


def _find(call: Call) -> None:
    from letapis.desk import reading
    from letapis.faces.cli.common import one_line

    query = one_line(call.options.query)
    with call.desk() as desk:
        reader = desk.reader("work")
        hits = reading.find(desk, reader, query)
        codes = {d.dossier: d.code for d in reading.dossiers(desk, reader)}
        listed = [{"kind": h.kind, "id": h.ident.hex(), "dossier": h.dossier.hex()} for h in hits]
        lines = [f"{h.kind:<10} {h.ident.hex()[:8]}  {codes.get(h.dossier, '')}" for h in hits] or [call.say("cli.find.none")]
        call.give({"hits": listed}, lines)

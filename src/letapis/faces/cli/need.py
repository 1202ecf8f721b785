"""``letapis need …``: what a person or a family needs, apart from the case."""

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs


def add(verbs: Verbs) -> None:
    new = verbs.verb("need add", _add)
    for name in ("dossier", "party", "code"):
        new.add_argument(name, metavar=name.upper())
    new.add_argument("--text", default="", metavar="TEXT")
    new.add_argument("--until", default="", metavar="DAY")
    new.add_argument("--with", dest="others", action="append", default=[], metavar="MEMBER")
    verbs.verb("need list", _list).add_argument("dossier", metavar="DOSSIER")
    done = verbs.verb("need done", _done)
    done.add_argument("need", metavar="NEED")
    done.add_argument("--state", default="done")


def _add(call: Call) -> None:
    from letapis.desk import needs, reading
    from letapis.faces.cli.common import the_dossier, the_party

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        form = needs.NeedForm(the_party(desk, reader, ident, options.party), options.code, options.text, options.until)
        others = [reading.resolve_member(desk, reader, text) for text in options.others]
        need = needs.add_need(desk, reader, ident, form, others)
        call.give({"need": need.hex()}, [need.hex()])


def _list(call: Call) -> None:
    from letapis.desk import needs, reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = the_dossier(call, desk, reader)
        view, labels = needs.needs(desk, reader, ident), desk.catalogue.needs.labels
        named = {s.source: s.code for s in reading.sources(desk, reader, ident)}
        named |= {e.entity: e.label for e in reading.entities(desk, reader, ident)}
        listed, lines = [], []
        for one in view.current:
            code, until = one.text("code"), one.text("until")
            told = {"need": one.item.hex(), "party": one.about.hex(), "code": code, "state": one.state, "until": until, "text": one.text("text")}
            listed.append(told)
            words = ": ".join(part for part in (labels[code][call.language] if code in labels else code, one.text("text")) if part)
            state = call.say(f"needs.state.{one.state}")
            lines.append(f"{one.item.hex()[:8]}  {until}  {state:<14} {named.get(one.about, ''):<16} {words}")
        over = [call.say("needs.over", count=len(view.over))] if view.over else []
        call.give({"needs": listed, "to_erase": [need.hex() for need in view.over]}, [*(lines or [call.say("needs.none")]), *over])


def _done(call: Call) -> None:
    from letapis.desk import needs, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        need = reading.resolve_id(desk, reader, "need", call.options.need)
        needs.mark_need(desk, reader, need, call.options.state)
        call.give({"need": need.hex(), "state": call.options.state}, [call.say("cli.done")])

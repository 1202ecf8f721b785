"""``letapis call note`` and ``letapis contact …``: keep a call at once, and how to reach who called."""

import json
from typing import TYPE_CHECKING, Any

from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.contacts import ContactForm
    from letapis.desk.opening import Desk
    from letapis.desk.reading import ItemView

_FIELDS = ("channel", "address", "hours", "word", "country", "safety", "device", "text")


def add(verbs: Verbs) -> None:
    note = verbs.verb("call note", _note)
    for name in ("about", "text"):
        note.add_argument(name, metavar=name.upper())
    note.add_argument("--use", required=True)
    for name in ("caller", "circle", "person", "source"):
        note.add_argument(f"--{name}", default="")
    note.add_argument("--contact", default="", metavar="FILE")
    note.add_argument("--call-on", dest="call_on", default="", metavar="DAY")
    new = verbs.verb("contact add", _add)
    for name in ("dossier", "source", "file"):
        new.add_argument(name, metavar=name.upper())
    new.add_argument("--deputy", action="append", default=[], metavar="MEMBER")
    verbs.verb("contact list", _list).add_argument("dossier", metavar="DOSSIER")
    verbs.verb("contact show", _show).add_argument("contact", metavar="CONTACT")
    deputy = verbs.verb("contact deputy", _deputy)
    deputy.add_argument("dossier", metavar="DOSSIER")
    deputy.add_argument("member", metavar="MEMBER", nargs="?", default="")
    change = verbs.verb("contact change", _change)
    for name in ("contact", "file"):
        change.add_argument(name, metavar=name.upper())


def _note(call: Call) -> None:
    from letapis.core.language import language_of
    from letapis.desk import calls, contacts, reading
    from letapis.faces.cli.common import long_text

    options = call.options
    said = long_text(options.text)
    contact = _contact_form(options.contact, contacts.ContactForm()) if options.contact else contacts.ContactForm()
    with call.desk() as desk:
        reader = desk.reader("work")
        form = calls.CallForm(
            said,
            options.use,
            about=options.about,
            person=_person(desk, reader, options.about, options.person),
            caller=options.caller,
            source=reading.resolve_id(desk, reader, "source", options.source) if options.source else b"",
            circle=options.circle,
            language=language_of(said, call.language),
            because=call.say("calls.because"),
            contact=contact,
            call_on=options.call_on,
        )
        made = calls.note_call(desk, reader, form)
        code = reading.dossier(desk, desk.reader("work"), made.dossier).code
        told = {"note": made.note.hex(), "dossier": made.dossier.hex(), "code": code, "person": made.person.hex(), "source": made.source.hex()}
        call.give({**told, "new": made.is_new}, [call.say("calls.kept_new" if made.is_new else "calls.kept"), f"{code}  {made.note.hex()}"])


def _person(desk: "Desk", reader: Reader, about: str, chosen: str) -> bytes:
    """The person that is meant, empty for somebody new. Raises Refused with the ids of those who may be meant; a name stands in none of them."""
    from letapis.desk import reading

    if chosen == "new":
        return b""
    if chosen:
        return reading.resolve_id(desk, reader, "person", chosen)
    found = reading.people_like(desk, reader, about)
    if not found:
        return b""
    if len(found) == 1 and found[0].share == 1:
        return found[0].person.entity
    raise Refused("calls.several", reasons=tuple(one.person.entity.hex() for one in found))


def _contact_form(file: str, known: "ContactForm") -> "ContactForm":
    """A contact from a file, on top of what is known. Raises UsageError("contacts.file"): numbers never stand among the words of a command."""
    from letapis.desk.contacts import ContactForm
    from letapis.faces.cli.common import long_text

    try:
        told: Any = json.loads(long_text(file if file == "-" else f"@{file}"))
    except ValueError:
        raise UsageError("contacts.file") from None
    if not isinstance(told, dict) or not told.keys() <= set(_FIELDS) or not all(isinstance(text, str) for text in told.values()):
        raise UsageError("contacts.file")
    return ContactForm(**{**known.__dict__, **told})


def _add(call: Call) -> None:
    from letapis.desk import contacts, reading
    from letapis.faces.cli.common import the_dossier

    form = _contact_form(call.options.file, contacts.ContactForm())
    with call.desk() as desk:
        reader = desk.reader("work")
        source = reading.resolve_source(desk, reader, the_dossier(call, desk, reader), call.options.source)
        deputies = [reading.resolve_member(desk, reader, text) for text in call.options.deputy]
        made = contacts.keep_contact(desk, reader, source, form, deputies)
        call.give({"contact": made.hex()}, [made.hex()])


def _told(contact: "ItemView") -> dict[str, Any]:
    from letapis.desk.contacts import form_of

    return {"contact": contact.item.hex(), "source": contact.about.hex(), "contested": contact.contested, **form_of(contact).__dict__}


def _list(call: Call) -> None:
    from letapis.desk import contacts, reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        codes = {one.source: one.code for one in reading.sources(desk, reader, dossier)}
        found = contacts.contacts(desk, reader, dossier).contacts
        told = [(codes.get(one.about, ""), _told(one)) for one in found]
        lines = [f"{one['contact'][:8]}  {code:<20} {call.say('contacts.safety.' + one['safety'])}" for code, one in told]
        call.give({"contacts": [one for _, one in told]}, lines or [call.say("contacts.none")])


def _show(call: Call) -> None:
    from letapis.desk import contacts, reading
    from letapis.faces.cli.common import the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        known = contacts.contact(desk, reader, the_thing(call, desk, reader, "contact", call.options.contact))
        names = reading.member_names(desk, reader)
        found = reading.versions(desk, reader, known.item)
        told = _told(known)
        past = [{"author": v.author.hex(), "recorded": v.recorded, "head": v.is_head} for v in found]
        lines = [f"{call.say(f'contacts.field.{name}')}: {told[name]}" for name in _FIELDS if told[name]]
        call.give({**told, "versions": past}, [*lines, *(f"{v.recorded[:10]}  {names.get(v.author, '')}" for v in found)])


def _change(call: Call) -> None:
    from letapis.desk import contacts, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        known = contacts.contact(desk, reader, reading.resolve_id(desk, reader, "contact", call.options.contact))
        contacts.change_contact(desk, reader, known.item, _contact_form(call.options.file, contacts.form_of(known)))
        call.give({"contact": known.item.hex()}, [call.say("cli.done")])


def _deputy(call: Call) -> None:
    """Let a colleague hold the contacts of a dossier; without one, who holds them and who might."""
    from letapis.desk import contacts, reading
    from letapis.faces.cli.common import hexes, the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        if call.options.member:
            contacts.add_deputy(desk, reader, dossier, reading.resolve_member(desk, reader, call.options.member))
        found, names = contacts.contacts(desk, reader, dossier), reading.member_names(desk, reader)
        possible = [member.member for member in found.possible]
        lines = [call.say("cli.contact.holders", names=", ".join(sorted(names.get(m, "") for m in found.holders)) or "–")]
        lines += [call.say("cli.contact.possible", names=", ".join(names.get(m, "") for m in possible))] if possible else []
        call.give({"dossier": dossier.hex(), "holders": sorted(hexes(found.holders)), "possible": hexes(possible)}, lines)

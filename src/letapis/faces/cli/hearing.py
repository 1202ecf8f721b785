"""``letapis hearing …``: when and where, who of us goes, what came of it."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.reading import ItemView

_TEXTS = ("time", "court", "place", "judge", "stage")


def add(verbs: Verbs) -> None:
    new = verbs.verb("hearing add", _add)
    new.add_argument("dossier", metavar="DOSSIER")
    new.add_argument("day", metavar="DAY")
    for name in (*_TEXTS, "observer", "subject"):
        new.add_argument(f"--{name}", default="", metavar=name.upper())
    new.add_argument("--closed", choices=("yes", "no"))
    listed = verbs.verb("hearing list", _list)
    listed.add_argument("--dossier", default="", metavar="DOSSIER")
    listed.add_argument("--day", default="", metavar="DAY")
    outcome = verbs.verb("hearing outcome", _outcome)
    outcome.add_argument("hearing", metavar="HEARING")
    outcome.add_argument("text", metavar="TEXT")
    outcome.add_argument("--state", default="held", choices=("held", "adjourned", "cancelled"))


def _add(call: Call) -> None:
    from letapis.desk import hearings, reading
    from letapis.faces.cli.common import the_dossier

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        observer = reading.resolve_member(desk, reader, options.observer) if options.observer else b""
        subject = reading.resolve_entity(desk, reader, dossier, options.subject) if options.subject else b""
        closed = None if options.closed is None else options.closed == "yes"
        told = {name: getattr(options, name) for name in _TEXTS}
        form = hearings.HearingForm(options.day, **told, closed=closed, observer=observer, subject=subject)
        hearing = hearings.add_hearing(desk, reader, dossier, form)
        call.give({"hearing": hearing.hex()}, [hearing.hex()])


def _list(call: Call) -> None:
    from datetime import date

    from letapis.core.agenda import month_of
    from letapis.core.errors import UsageError
    from letapis.desk import reading
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        if call.options.dossier:
            found = reading.items(desk, reader, "hearing", dossier=the_dossier(call, desk, reader))
        else:
            try:
                day = date.fromisoformat(call.options.day) if call.options.day else desk.today()
            except ValueError:
                raise UsageError("hearings.day") from None
            found = reading.hearings_between(desk, reader, *month_of(day))
        names = reading.member_names(desk, reader)
        call.give({"hearings": [_json(item) for item in found]}, [_line(call, item, names) for item in found])


def _json(item: "ItemView") -> dict[str, Any]:
    named = {"hearing": item.item.hex(), "dossier": item.dossier.hex(), "subject": item.about.hex(), "observer": item.owner.hex()}
    told = {name: item.text(name) for name in ("day", *_TEXTS, "outcome")}
    return named | told | {"closed": item.record.body.get("closed"), "state": item.state, "contested": item.contested}


def _line(call: Call, item: "ItemView", names: dict[bytes, str]) -> str:
    observer = names.get(item.owner) or call.say("hearings.nobody_goes")
    when = f"{item.text('day')} {item.text('time')}"
    return f"{item.item.hex()[:8]}  {when:<16}  {call.say(f'hearings.state.{item.state}'):<16}  {observer:<20}  {item.text('court')}"


def _outcome(call: Call) -> None:
    from letapis.desk import hearings, reading
    from letapis.faces.cli.common import long_text

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        hearing = reading.resolve_id(desk, reader, "hearing", options.hearing)
        hearings.record_outcome(desk, reader, hearing, long_text(options.text), options.state)
        call.give({"hearing": hearing.hex(), "state": options.state}, [call.say("hearings.outcome_kept")])

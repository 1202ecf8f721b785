"""``letapis search …``, ``birthdays``, ``digest``: searches kept for oneself, birthdays of a month, what colleagues changed."""

from datetime import date
from typing import TYPE_CHECKING, Any

from letapis.core.errors import UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.opening import Desk
    from letapis.desk.searches import Saved


def add(verbs: Verbs) -> None:
    new = verbs.verb("search save", _save)
    new.add_argument("name", metavar="NAME")
    new.add_argument("query", metavar="WORDS")
    verbs.verb("search list", _list)
    for words, run in (("search look", _look), ("search forget", _forget)):
        verbs.verb(words, run).add_argument("search", metavar="SEARCH")
    verbs.verb("birthdays", _birthdays).add_argument("--month", default="", metavar="YYYY-MM")
    verbs.verb("digest", _digest).add_argument("--seen", action="store_true")


def _save(call: Call) -> None:
    from letapis.desk import searches
    from letapis.faces.cli.common import one_line

    name, query = call.options.name, one_line(call.options.query)
    with call.desk() as desk:
        made = searches.save_search(desk, desk.reader("work"), name, query)
        call.give({"search": made.hex()}, [made.hex(), call.say("searches.saved")])


def _told(one: "Saved") -> dict[str, Any]:
    return {"search": one.search.hex(), "name": one.name, "query": one.query, "new": one.new}


def _list(call: Call) -> None:
    from letapis.desk import searches

    with call.desk() as desk:
        found = searches.saved_searches(desk, desk.reader("work"))
        lines = [f"{one.search.hex()[:8]}  {one.new:>3}  {one.name}: {one.query}" for one in found]
        call.give({"searches": [_told(one) for one in found]}, lines or [call.say("cli.search.none")])


def _mine(call: Call, desk: "Desk", reader: "Reader") -> bytes:
    from letapis.desk import reading

    return reading.resolve_id(desk, reader, "saved_search", call.options.search)


def _look(call: Call) -> None:
    """Run it; from now on only what comes later is new."""
    from letapis.desk import reading, searches

    with call.desk() as desk:
        reader = desk.reader("work")
        one = searches.look(desk, reader, _mine(call, desk, reader))
        hits = reading.find(desk, reader, one.query)
        codes = {d.dossier: d.code for d in reading.dossiers(desk, reader)}
        listed = [{"kind": h.kind, "id": h.ident.hex(), "dossier": h.dossier.hex()} for h in hits]
        lines = [f"{h.kind:<10} {h.ident.hex()[:8]}  {codes.get(h.dossier, '')}" for h in hits] or [call.say("cli.find.none")]
        call.give(_told(one) | {"hits": listed}, lines)


def _forget(call: Call) -> None:
    from letapis.desk import searches

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = _mine(call, desk, reader)
        searches.forget(desk, reader, ident)
        call.give({"search": ident.hex(), "state": "forgotten"}, [call.say("searches.forgotten")])


def _birthdays(call: Call) -> None:
    from letapis.core import date_words
    from letapis.core.agenda import month_of
    from letapis.desk import reading

    with call.desk() as desk:
        reader = desk.reader("work")
        try:
            day = date.fromisoformat(f"{call.options.month}-01") if call.options.month else desk.today()
        except ValueError:
            raise UsageError("cli.month") from None
        found = reading.birthdays(desk, reader, *month_of(day))
        codes = {d.dossier: d.code for d in reading.dossiers(desk, reader)}
        names = {one.claim.subject: reading.entity(desk, reader, one.claim.subject).label for one in found}
        listed = [
            {"dossier": b.claim.dossier.hex(), "subject": b.claim.subject.hex(), "day": b.month_day, "turns": b.turns, "died": b.died} for b in found
        ]
        lines = []
        for one in found:
            when = date_words.day_and_month(one.month_day, call.language)
            died = f"  {call.say('cli.birthdays.died')}" if one.died else ""
            lines.append(f"{when:<14} {one.turns:>3}  {codes.get(one.claim.dossier, ''):<12} {names[one.claim.subject]}{died}")
        call.give({"month": f"{day:%Y-%m}", "birthdays": listed}, lines or [call.say("birthdays.none")])


def _digest(call: Call) -> None:
    """What changed since the desk was last unlocked. Looking takes nothing from the first page; ``--seen`` begins anew from here."""
    from letapis.desk import digest, reading

    with call.desk() as desk:
        reader, since = desk.reader("work"), digest.unlocked_at(desk)
        found = reading.digest(desk, reader, since)
        if call.options.seen:
            digest.begin_session(desk)
        value: dict[str, Any] = {
            "since": since,
            "claims": found.claims,
            "dossiers": [{"dossier": home.dossier.hex(), "code": home.code, "claims": count} for home, count in found.dossiers],
            "checked": found.checked,
            "objections": [claim.rid.hex() for claim in found.objections],
            "given": [task.item.hex() for task in found.given],
            "finished": found.finished,
            "changed": dict(sorted(found.changed.items())),
        }
        lines = [f"{home.code}: {call.say('cli.digest.claims', count=count)}" for home, count in found.dossiers]
        told = (("checked", found.checked), ("objections", len(found.objections)), ("given", len(found.given)), ("finished", found.finished))
        lines += [call.say(f"cli.digest.{name}", count=count) for name, count in told if count]
        lines += [f"{call.say(f'history.type.{kind}')}: {count}" for kind, count in sorted(found.changed.items())]
        call.give(value, lines or [call.say("day.digest.nothing")])

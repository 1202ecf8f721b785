"""``letapis person …``: one person or two; what is proposed, what a member says of a pair, and how it is undone."""

from typing import TYPE_CHECKING, Any

from letapis.core.identity_proposals import Proposal
from letapis.core.one_person import LATER, STATES
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.name_words import weighing

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.desk.opening import Desk


def add(verbs: Verbs) -> None:
    verbs.verb("person proposals", _proposals).add_argument("dossier", metavar="DOSSIER", nargs="?", default="")
    for state in STATES:
        verb = verbs.verb(f"person {state}", _decide)
        _pair_of(verb)
        verb.add_argument("--reason", required=state != LATER, default="", metavar="TEXT")
        verb.add_argument("--seen-both", action="store_true")
        verb.set_defaults(state=state)
    _pair_of(verbs.verb("person show", _show))


def _pair_of(verb: Any) -> None:
    for name in ("dossier", "first", "second"):
        verb.add_argument(name, metavar=name.upper())
    verb.add_argument("--in", dest="other", default="", metavar="DOSSIER")


def _entries(call: Call, desk: "Desk", reader: "Reader") -> tuple[bytes, bytes]:
    """The two entries that the arguments name; ``--in`` says in which dossier the second is when it is another."""
    from letapis.desk import reading
    from letapis.faces.cli.common import the_dossier

    dossier = the_dossier(call, desk, reader)
    other = reading.resolve_dossier(desk, reader, call.options.other) if call.options.other else dossier
    first = reading.resolve_entity(desk, reader, dossier, call.options.first)
    return first, reading.resolve_entity(desk, reader, other, call.options.second)


def _decide(call: Call) -> None:
    from letapis.desk import one_person, reading
    from letapis.faces.cli.common import long_text

    with call.desk() as desk:
        reader = desk.reader("work")
        first, second = _entries(call, desk, reader)
        reason = long_text(call.options.reason)
        seen = reading.pair(desk, reader, first, second).heads if call.options.seen_both else ()
        one_person.decide(desk, reader, first, second, call.options.state, reason, seen)
        said = {"first": first.hex(), "second": second.hex(), "state": call.options.state}
        call.give(said, [call.say(f"oneperson.saved.{call.options.state}")])


def _show(call: Call) -> None:
    from letapis.desk import one_person, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        known = reading.pair(desk, reader, *_entries(call, desk, reader))
        found = one_person.weighed(desk, reader, known.first.entity, known.second.entity)
        names = reading.member_names(desk, reader)
        words = [{"member": w.member.hex(), "state": w.state, "reason": w.reason, "recorded": w.recorded} for w in known.words]
        lines = [f"{known.first.label} · {known.second.label}"]
        if known.state:
            lines.append(call.say(f"oneperson.state.{known.state}"))
        if known.words and not known.state:
            lines.append(call.say("oneperson.differing"))
        lines += [f"  {w.recorded[:10]}  {names.get(w.member, '')}: {call.say(f'oneperson.state.{w.state}')}. {w.reason}" for w in known.words]
        lines += [f"  {line}" for line in _reasons(call, found)] if found else []
        told = {"state": known.state, "confirmed": known.confirmed, "words": words, "weighed": _json(call, found) if found else None}
        call.give({"first": known.first.entity.hex(), "second": known.second.entity.hex(), **told}, lines)


def _proposals(call: Call) -> None:
    from letapis.desk import one_person
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader) if call.options.dossier else b""
        found = one_person.queue(desk, reader, dossier)
        lines = []
        for one in found.proposals:
            pair = f"{found.people[one.first].label} · {found.people[one.second].label}"
            lines += [f"{pair}: {call.say(f'oneperson.how.{one.how}')}", *(f"    {reason}" for reason in _reasons(call, one))]
        for two in found.quarrels:
            lines.append(f"{call.say('oneperson.quarrels')}: {two[0].label} · {two[1].label}")
        for group in found.collisions:
            why = ", ".join(call.say(f"oneperson.by.{by}") for by in sorted(group.by))
            lines.append(f"{call.say('oneperson.collisions')} ({why}): {', '.join(found.people[entry].label for entry in group.entries)}")
        groups = [{"entries": [entry.hex() for entry in one.entries], "by": sorted(one.by)} for one in found.collisions]
        told: dict[str, Any] = {"proposals": [_json(call, one) for one in found.proposals], "aside": [_json(call, one) for one in found.aside]}
        told["quarrels"] = [{"first": first.entity.hex(), "second": second.entity.hex()} for first, second in found.quarrels]
        call.give({**told, "collisions": groups, "crowded": found.crowded}, lines or [call.say("oneperson.none")])


def _reasons(call: Call, found: Proposal) -> list[str]:
    blocked = [call.say(f"oneperson.block.{found.block}")] if found.block else []
    return [*weighing(found, call.texts, call.language), *blocked]


def _json(call: Call, found: Proposal) -> dict[str, Any]:
    reasons = [one._asdict() for one in found.reasons]
    names = {"names": list(found.names), "name_score": found.like.score, "text": _reasons(call, found)}
    pair = {"first": found.first.hex(), "second": found.second.hex()}
    return {**pair, "weight": found.weight, "how": found.how, "block": found.block, "reasons": reasons, **names}

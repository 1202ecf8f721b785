"""``letapis law people``: every norm on all persons of a dossier, and the context that their files prepare together."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from letapis.faces.cli.call import Call
from letapis.faces.cli.law import floor_option
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.desk.opening import Desk
    from letapis.desk.patterns import GroupPage


def add(verbs: Verbs) -> None:
    people = verbs.verb("law people", read_people)
    people.add_argument("dossier", metavar="DOSSIER", help=verbs.text("cli.help.argument.dossier"))
    floor_option(verbs, people)


def read_people(call: Call) -> None:
    """How many persons stand how for each norm, and the counts towards the context. Raises NotFound for a dossier that is not the reader's."""
    from letapis.desk import patterns
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        found = patterns.read_people(desk, reader, the_dossier(call, desk, reader), call.options.floor)
        norms = [
            {"id": row.norm, "persons": {str(status): [person.hex() for person in persons] for status, persons in row.persons.items()}}
            for row in found.rows
        ]
        counts = [
            {
                "fact": one.threshold.fact,
                "kind": one.kind,
                "prepared": one.enough,
                "persons": [one.persons, one.threshold.persons],
                "months": [one.months, one.threshold.months],
                "places": [one.places, one.threshold.places],
            }
            for one in found.supports
        ]
        context = None if found.context is None else str(found.context.status)
        people = [{"person": person.entity.hex(), "label": person.label} for person in found.people]
        value = {"rulebook": desk.catalogue.rulebook.version, "floor": str(found.floor), "people": people, "norms": norms}
        call.give(value | {"counts": counts, "context": context}, _lines(call, desk, found))


def _lines(call: Call, desk: "Desk", found: "GroupPage") -> Iterator[str]:
    """Norms reached for somebody, then what the files show together."""
    rulebook, vocabulary = desk.catalogue.rulebook, desk.catalogue.vocabulary
    yield call.say("lawpeople.lead", count=len(found.people))
    for row in found.rows:
        if row.reached:
            counts = ", ".join(f"{call.say(f'law.status.{status}')}: {len(persons)}" for status, persons in sorted(row.persons.items()))
            yield f"{row.norm:<24} {counts} · {rulebook.norm(row.norm).title[call.language]}"
    yield ""
    yield call.say("lawpeople.context")
    for one in found.supports:
        wanted, label = one.threshold, vocabulary.fact(one.threshold.fact).label[call.language]
        sides = (("people", one.persons, wanted.persons), ("months", one.months, wanted.months), ("places", one.places, wanted.places))
        told = "; ".join(f"{call.say(f'lawpeople.{key}')}: {call.say('lawpeople.has_of', has=has, needs=needs)}" for key, has, needs in sides)
        yield f"  {label}: {call.say('lawpeople.enough' if one.enough else 'lawpeople.not_yet')} ({told})"
    yield call.say("lawpeople.context_means")

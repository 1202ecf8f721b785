"""``letapis opened``: how much I opened, and what the keepers see of it."""

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs


def add(verbs: Verbs) -> None:
    verbs.verb("opened", _show)


def _show(call: Call) -> None:
    from letapis.desk import opened, people, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        names, measures = reading.member_names(desk, reader), desk.catalogue.opened.measures
        found, told = opened.measured(desk, reader), opened.told(desk, reader)
        value = {
            "today": [{"kind": one.measure.id, "count": one.today, "usual": one.usual, "threshold": one.threshold} for one in found],
            "told": [
                {"member": one.member.hex(), "day": one.day, "kind": one.kind, "count": one.count, "threshold": one.threshold} for one in told
            ],
            "keeper": people.is_keeper(desk, reader),
        }
        lines = [
            call.say("cli.opened.today", what=one.measure.label[call.language], count=one.today, usual=one.usual, threshold=one.threshold)
            for one in found
        ]
        for one in told:
            label = measures[one.kind].label[call.language] if one.kind in measures else one.kind
            words = call.say("opened.line", what=label, count=one.count, threshold=one.threshold)
            lines.append(f"{one.day}  {names.get(one.member, one.member.hex()[:8])}  {words}")
        whom = [member.name for member in opened.whom_to_tell(desk, reader)]
        lines += [f"{call.say('opened.not_me')} {call.say('opened.tell')} {', '.join(whom)}"] if whom else []
        call.give(value, lines)

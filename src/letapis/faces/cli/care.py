"""``letapis care …``: what I opened, what I do not want to be shown, with whom I look. About nobody else."""

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs


def add(verbs: Verbs) -> None:
    verbs.verb("care show", _show)
    wish = verbs.verb("care avoid", _avoid)
    wish.add_argument("topics", metavar="TOPIC", nargs="*")
    wish.add_argument("--until", default="", metavar="DATE")
    verbs.verb("care company", _company).add_argument("offer", choices=("yes", "no"))


def _show(call: Call) -> None:
    from letapis.desk import care, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        load, mine, topics = care.load(desk, reader), care.preferences(desk, reader), desk.catalogue.care.topics
        names = reading.member_names(desk, reader)
        found = {
            "week": load.week,
            "days": [{"day": day, "opened": dict(counts)} for day, counts in load.days],
            "proposal": load.proposal.because if load.proposal is not None else "",
            "avoided": list(mine.avoided),
            "until": mine.until,
            "company": [member.hex() for member in care.company(desk, reader)],
        }
        lines = [call.say("care.week", count=load.week)]
        lines += [f"{day}  {topics[k].label[call.language]}: {n}" for day, counts in load.days for k, n in sorted(counts.items()) if k in topics]
        lines += [call.say(load.proposal.because, **load.proposal.detail)] if load.proposal is not None else []
        lines += [names.get(member, member.hex()) for member in care.company(desk, reader)]
        call.give(found, lines)


def _avoid(call: Call) -> None:
    from letapis.desk import care

    with call.desk() as desk:
        care.prefer(desk, desk.reader("work"), call.options.topics, call.options.until)
        call.give({"avoided": call.options.topics, "until": call.options.until}, [call.say("care.kept")])


def _company(call: Call) -> None:
    from letapis.desk import care

    with call.desk() as desk:
        offers = call.options.offer == "yes"
        care.offer_company(desk, desk.reader("work"), offers)
        call.give({"offers": offers}, [call.say("care.offered" if offers else "care.offer_ended")])

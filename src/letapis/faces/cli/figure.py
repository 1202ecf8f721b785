"""``letapis figure …`` and ``review …``: how many today, who stands behind it, and the counts of a month."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.reviews import Line
    from letapis.desk.figures import FigureView
    from letapis.desk.reviews import ReviewView


def add(verbs: Verbs) -> None:
    verbs.verb("figure today", _today)
    propose = verbs.verb("figure propose", _propose)
    propose.add_argument("rule", metavar="RULE")
    for name in ("day", "corrects", "because"):
        propose.add_argument(f"--{name}", default="")
    verbs.verb("figure list", _list)
    verbs.verb("figure show", _show).add_argument("figure", metavar="FIGURE")
    approve = verbs.verb("figure approve", _approve)
    approve.add_argument("figure", metavar="FIGURE")
    approve.add_argument("--looked", action="store_true")
    make = verbs.verb("review make", _make)
    make.add_argument("month", metavar="MONTH")
    make.add_argument("--text", default="")
    verbs.verb("review list", _reviews)
    show = verbs.verb("review show", _review)
    show.add_argument("review", metavar="REVIEW")
    show.add_argument("--again", action="store_true")


def _json(view: "FigureView") -> dict[str, Any]:
    told = {"figure": view.figure.hex(), "rule": view.rule, "day": view.day, "value": view.value, "no_news": len(view.silent)}
    told |= {"withheld": view.withheld, "published": view.published, "approvals": len(view.approvers), "because": view.because}
    return told | {"corrects": view.corrects.hex(), "corrected_by": view.corrected_by.hex()}


def _today(call: Call) -> None:
    from letapis.core.date_words import show
    from letapis.desk import figures

    with call.desk() as desk:
        found = figures.answers(desk, desk.reader("work"))
        listed, lines = [], [] if found else [call.say("figures.none"), call.say("figures.none.meanwhile")]
        for answer in found:
            before = answer.before
            told = {"definition": answer.rule.definition[call.language], "sentences": dict(answer.sentences), "change": answer.change}
            listed.append(_json(answer.figure) | told | {"before": _json(before) if before else None})
            lines += [answer.sentences[call.language], answer.rule.definition[call.language]]
            if before:
                lines.append(f"{answer.change:+d} {call.say('figures.since')} {show(before.day, call.language)} ({before.value})")
        call.give({"figures": listed}, lines)


def _propose(call: Call) -> None:
    from letapis.desk import figures, reading

    options = call.options
    with call.desk() as desk:
        reader = desk.reader("work")
        corrects = reading.resolve_id(desk, reader, "figure", options.corrects) if options.corrects else b""
        day = options.day or desk.clock().date().isoformat()
        made = figures.propose(desk, reader, options.rule, day, corrects, options.because)
        view = figures.figure(desk, reader, made)
        call.give(_json(view), [made.hex(), call.say("figures.at_least", count=view.value), call.say("figures.proposed")])


def _list(call: Call) -> None:
    from letapis.desk import figures

    with call.desk() as desk:
        found = figures.figures(desk, desk.reader("work"))
        words = [f"{v.figure.hex()[:8]}  {v.day}  {v.rule:<18} {v.value:>6}  {_state(call, v)}" for v in found]
        call.give({"figures": [_json(view) for view in found]}, words or [call.say("figures.none")])


def _state(call: Call, view: "FigureView") -> str:
    if view.corrected_by:
        return call.say("figures.corrected")
    return call.say("figures.state.published" if view.published else "figures.not_to_be_told")


def _show(call: Call) -> None:
    from letapis.desk import figures, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        view = figures.figure(desk, reader, reading.resolve_id(desk, reader, "figure", call.options.figure))
        known = reading.person_labels(desk, reader, [*view.persons, *view.silent])
        pointed = figures.singled_out(desk, reader, view)
        people = [{"person": person.hex(), "name": known[person][0], "dossier": known[person][1]} for person in view.persons if person in known]
        lines = [f"{view.day}  {view.rule}  {call.say('figures.at_least', count=view.value)}  {_state(call, view)}"]
        lines += [f"  {one['name']} ({one['dossier']})" for one in people]
        lines += [call.say("figures.points_at")] if pointed and not view.published else []
        call.give(_json(view) | {"persons": people, "points_at": len(pointed)}, lines)


def _approve(call: Call) -> None:
    from letapis.desk import figures, reading

    with call.desk() as desk:
        reader = desk.reader("work")
        ident = reading.resolve_id(desk, reader, "figure", call.options.figure)
        figures.approve(desk, reader, ident, call.options.looked)
        view = figures.figure(desk, reader, ident)
        call.give(_json(view), [call.say("figures.now_published" if view.published else "figures.approved")])


# ---- reviews ---------------------------------------------------------------------------------------------------------


def _line(line: "Line") -> dict[str, Any]:
    return {"kind": line.kind, "rule": line.rule, "day": line.day, "value": line.value, "no_news": line.silent, "withheld": line.withheld}


def _review_json(view: "ReviewView") -> dict[str, Any]:
    told = {"review": view.review.hex(), "month": view.month, "day": view.day, "records": view.records, "dossiers": len(view.dossiers)}
    logs = [{"origin": origin, "size": size, "root": root.hex()} for origin, size, root in view.logs]
    return told | {"text": view.text, "logs": logs, "lines": [_line(line) for line in view.lines]}


def _make(call: Call) -> None:
    from letapis.desk import reviews
    from letapis.faces.cli.common import long_text

    with call.desk() as desk:
        reader = desk.reader("work")
        made = reviews.make(desk, reader, call.options.month, long_text(call.options.text))
        call.give(_review_json(reviews.review(desk, reader, made)), [made.hex(), call.say("reviews.made")])


def _reviews(call: Call) -> None:
    from letapis.desk import reviews

    with call.desk() as desk:
        found = reviews.reviews(desk, desk.reader("work"))
        listed = [_review_json(view) for view in found]
        call.give({"reviews": listed}, [f"{view.review.hex()[:8]}  {view.month}" for view in found] or [call.say("reviews.none")])


def _review(call: Call) -> None:
    from letapis.desk import reading, reviews

    with call.desk() as desk:
        reader = desk.reader("work")
        view = reviews.review(desk, reader, reading.resolve_id(desk, reader, "review", call.options.review))
        told, lines = _review_json(view), [f"{view.month}  {view.day}", call.say("reviews.inside")]
        lines += [f"{line.kind:<9} {line.rule:<18} {line.value:>6}  {call.say('figures.silent')}: {line.silent}" for line in view.lines]
        if call.options.again:
            again = reviews.again(desk, reader, view.review)
            same = again.same_records and again.lines == view.lines
            told |= {"again": {"same": same, "more_records": again.more, "lines": [_line(line) for line in again.lines]}}
            lines.append(call.say(reviews.verdict(view, again), count=again.more))
        call.give(told, lines)

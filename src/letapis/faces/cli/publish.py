"""``letapis publish …``: what waits for approval, one version with all that it changes, approval and recall."""

from typing import TYPE_CHECKING, Any

from letapis.core.errors import NotFound
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.core.public_fold import PublicState, Read
    from letapis.desk.opening import Desk


def add(verbs: Verbs) -> None:
    verbs.verb("publish waiting", _waiting)
    verbs.verb("publish list", _list).add_argument("dossier", metavar="DOSSIER")
    verbs.verb("publish show", _show).add_argument("version", metavar="VERSION")
    approve = verbs.verb("publish approve", _approve)
    approve.add_argument("version", metavar="VERSION")
    approve.add_argument("--looked", action="append", default=[], metavar="FIELD")
    recall = verbs.verb("publish recall", _recall)
    recall.add_argument("dossier", metavar="DOSSIER")
    recall.add_argument("card", metavar="CARD")
    recall.add_argument("--because", required=True, metavar="REASON")
    recall.add_argument("--statements", action="store_true")


# ---- words -----------------------------------------------------------------------------------------------------------


def _title(call: Call, one: "Read") -> str:
    if one.statement is not None:
        return one.statement.titles.get(call.language) or next(iter(one.statement.titles.values()), "")
    return (one.card.first("name", call.language) if one.card is not None else "") or call.say("public.unnamed")


def _told(one: "Read") -> dict[str, Any]:
    version = one.version
    named = {"version": version.ref.hex(), "card": version.ident.hex(), "kind": version.kind, "recorded": version.recorded}
    named |= {"begins": version.begins, "until": one.until}
    return named | {"approvals": len(one.approvers), "needed": one.needed, "look": sorted(one.looks), "digest": version.digest.hex()}


def _line(call: Call, one: "Read", said: str) -> str:
    return f"{one.version.ref.hex()[:8]}  {said}  {_title(call, one)}"


def _days(call: Call, one: "Read") -> list[str]:
    """The first and the last day on which a version may be public, where it bears them."""
    said = (("public.begins", one.version.begins), ("public.until_day", one.until))
    return [f"{call.say(key)} {day}" for key, day in said if day]


def _behind(call: Call, one: "Read") -> str:
    return call.say("public.waits.approve", count=len(one.approvers), needed=one.needed)


# ---- verbs -----------------------------------------------------------------------------------------------------------


def _waiting(call: Call) -> None:
    from letapis.desk import card_settle, public_record

    with call.desk() as desk:
        reader = desk.reader("check")
        card_settle.settle(desk, reader)
        listed, lines = [], []
        for one in public_record.waiting(desk, reader):
            answer = public_record.may_approve(desk, one, reader.member)
            why = "" if answer.holds else answer.because
            listed.append(_told(one.version) | {"what": one.what, "dossier": one.dossier.hex(), "mine": answer.holds, "because": why})
            said = call.say(f"public.waits.{one.what}", count=len(one.version.approvers), needed=one.version.needed)
            lines.append(_line(call, one.version, said) + (f"  ({call.say(why)})" if why else ""))
        call.give({"waiting": listed}, lines or [call.say("public_record.none_waiting")])


def _list(call: Call) -> None:
    from letapis.desk import card_settle, public_record
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        dossier = the_dossier(call, desk, reader)
        card_settle.settle(desk, reader, (dossier,))
        listed, lines = [], []
        for state in public_record.versions(desk, reader, dossier):
            shown = state.standing or state.versions[-1]
            gone = state.recalled.because if state.recalled else ""
            told = {"state": state.stage, "because": gone, "versions": [_told(one) for one in state.versions]}
            listed.append(told | {"card": state.ident.hex(), "kind": state.kind})
            lines.append(f"{state.ident.hex()[:8]}  {call.say(f'public.state.{state.stage}')}  {_title(call, shown)}")
            lines += [f"  {_line(call, one, _behind(call, one))}" for one in state.versions]
        call.give({"cards": listed}, lines or [call.say("public_record.none")])


def _show(call: Call) -> None:
    from letapis.desk import card_settle, public_record

    with call.desk() as desk:
        reader = desk.reader("check")
        ref, dossier = public_record.resolve(desk, reader, call.options.version)
        _settle(desk, reader, dossier, card_settle)
        state, one = public_record.find(desk, reader, ref)
        answer = public_record.why_not(desk, reader, ref, reader.member)
        value = _told(one) | {"state": state.stage, "may_approve": answer.holds, "because": answer.because}
        value |= {"faults": [{"field": fault.field, "code": fault.code} for fault in one.faults]}
        changes, lines = _changes(call, desk, state, one) if one.statement is None else _statement(one)
        lines = [_line(call, one, _behind(call, one)), *_days(call, one), *lines, *dict.fromkeys(call.say(fault.because) for fault in one.faults)]
        call.give(value | {"changes": changes}, [*lines, call.say(answer.because)])


def _settle(desk: "Desk", reader: "Reader", dossier: bytes, card_settle: Any) -> None:
    """Recall first what stands on nothing any more; who holds only what is public cannot tell."""
    from letapis.desk import reading

    if any(one.dossier == dossier for one in reading.dossiers(desk, reader)):
        card_settle.settle(desk, reader, (dossier,))


def _changes(call: Call, desk: "Desk", state: "PublicState", one: "Read") -> tuple[list[dict[str, Any]], list[str]]:
    """What would become other for the public, field by field, and each value in words."""
    from letapis.core.public_diff import GOES, SAME, differences

    words, fields = desk.catalogue.public_words, desk.catalogue.publication.fields
    listed, lines = [], []
    for change in differences(state.standing.card if state.standing else None, one.card, fields):
        told = {"field": change.field, "language": change.language, "what": change.what}
        listed.append(told | {"before": [v.value for v in change.before], "after": [v.value for v in change.after]})
        values = change.before if change.what == GOES else change.after
        said = "; ".join(f"{words.value(v, call.language)} {words.when(v, call.language)}".strip() for v in values)
        mark = {SAME: " ", GOES: "-"}.get(change.what, "+") + ("!" if change.field in one.looks else " ")
        name = words.label(change.field, call.language) + (f" [{change.language}]" if change.language else "")
        lines.append(f"{mark} {name}: {said}")
    return listed, lines


def _statement(one: "Read") -> tuple[list[dict[str, Any]], list[str]]:
    assert one.statement is not None
    told = one.statement
    listed = [{"language": language, "title": told.titles[language], "text": text} for language, text in told.texts.items()]
    return listed, [line for part in listed for line in (f"[{part['language']}] {part['title']}", str(part["text"]))]


def _approve(call: Call) -> None:
    from letapis.desk import card_settle, public_record

    with call.desk() as desk:
        reader = desk.reader("check")
        ref, dossier = public_record.resolve(desk, reader, call.options.version)
        _settle(desk, reader, dossier, card_settle)
        public_record.approve(desk, reader, ref, call.options.looked)
        state, one = public_record.find(desk, reader, ref)
        call.give(_told(one) | {"state": state.stage}, [_line(call, one, call.say(f"public.state.{state.stage}")), _behind(call, one)])


def _recall(call: Call) -> None:
    from letapis.desk import leaving, public_record
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        dossier, wished = the_dossier(call, desk, reader), call.options.card.strip().lower()
        known = [one.ident for one in public_record.versions(desk, reader, dossier) if one.ident.hex().startswith(wished)]
        if len(known) != 1 or len(wished) < public_record.LEAST_PREFIX:
            raise NotFound("reading.not_found")
        found = [one.ident for _, one in leaving.naming(desk, reader, public_record.state_of(desk, reader, dossier, known[0]))]
        goes, stays = (found, []) if call.options.statements else ([], found)
        leaving.recall(desk, reader, dossier, known[0], call.options.because, goes)
        told = {"card": known[0].hex(), "because": call.options.because, "statements": [one.hex() for one in goes]}
        lines = [call.say("public_record.recalled")]
        lines += [call.say("public.still_names", statements=", ".join(one.hex()[:8] for one in stays))] if stays else []
        call.give(told | {"still_named": [one.hex() for one in stays]}, lines)

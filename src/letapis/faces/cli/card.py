"""``letapis card …``: what of a person may stand in public, the card as it would be, and its proposal."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from letapis.core.access import Reader
from letapis.core.errors import Refused, UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs
from letapis.faces.cli.weighing import add_word, chosen, list_sentences, word

if TYPE_CHECKING:
    from letapis.core.published import CardValue
    from letapis.desk.card_plan import Candidate, CardPlan
    from letapis.desk.card_wish import Wish
    from letapis.desk.cards import Preview
    from letapis.desk.opening import Desk


def add(verbs: Verbs) -> None:
    made = {name: verbs.verb(f"card {name}", run) for name, run in _VERBS.items()}
    for name, parser in made.items():
        if name == "settle":
            parser.add_argument("dossier", metavar="DOSSIER", nargs="?", default="")
        else:
            parser.add_argument("dossier", metavar="DOSSIER")
            parser.add_argument("--person", default="", metavar="PERSON")
    made["show"].add_argument("--wish", action="store_true")
    for name in ("preview", "propose"):
        made[name].add_argument("--wish", default="", metavar="@FILE|-")
    made["propose"].add_argument("--shown", metavar="SEEN")
    add_word(made["assess"])


def _person(call: Call, desk: "Desk", reader: Reader) -> tuple[bytes, bytes]:
    """The dossier and the person: the one named, or the first of the dossier."""
    from letapis.desk import qualify, reading
    from letapis.faces.cli.common import the_dossier

    ident, named = the_dossier(call, desk, reader), call.options.person
    return ident, reading.resolve_entity(desk, reader, ident, named) if named else qualify.main_person(desk, reader, ident)


def _show(call: Call) -> None:
    from letapis.desk import card_plan, cards

    with call.desk() as desk:
        reader = desk.reader("work")
        known = card_plan.plan(desk, reader, *_person(call, desk, reader))
        if call.options.wish:
            told = _wish_told(cards.wish_of(desk, reader, known))
            call.give(told, [json.dumps(told, ensure_ascii=False, indent=1)])
            return
        fields = [_field_told(call, desk, known, name) for name in known.fields if known.fields[name].candidates]
        photos = [{"photo": one.object.hex(), "goes": answer.holds, "because": answer.because} for one, answer in known.photos]
        value = {"named": known.named.holds, "because": known.named.because, "fields": fields, "photos": photos}
        call.give(value | {"recognised": [_told(one) for one in known.recognised]}, _lines(call, desk, known))


def _lines(call: Call, desk: "Desk", known: "CardPlan") -> list[str]:
    words = desk.catalogue.public_words
    lines = [f"{words.label('name', call.language)}: {call.say(known.named.because)}"]
    lines += [f"{words.label(one.field, call.language)}: {words.value(one, call.language)}" for one in known.recognised]
    for part in known.fields.values():
        if part.candidates:
            lines.append(f"{part.field.label[call.language]}:")
            lines += [f"  {'✓' if one.answer.holds else '·'} {_words(call, desk, one)} – {_because(call, one)}" for one in part.candidates]
    return lines


def _words(call: Call, desk: "Desk", one: "Candidate") -> str:
    from letapis.faces.cli.common import value_in_words

    return value_in_words(desk, call, one.claim)


def _because(call: Call, one: "Candidate") -> str:
    told = call.say(one.answer.because, **one.answer.detail)
    return f"{told} ({call.say(f'claims.circle.{one.weighed.circle}')})" if one.weighed else told


def _field_told(call: Call, desk: "Desk", known: "CardPlan", name: str) -> dict[str, object]:
    part = known.fields[name]
    values = [
        {"claim": one.claim.ref.hex(), "value": _words(call, desk, one), "goes": one.answer.holds, "because": one.answer.because, "who": one.who}
        | {"circle": one.weighed.circle if one.weighed else "", "forms": [_told(form) for form in one.values]}
        | {"offered": [_told(form) for form in one.offered]}
        for one in part.candidates
    ]
    return {"field": name, "label": part.field.label[call.language], "consent": part.consent.because, "values": values}


def _told(value: "CardValue") -> dict[str, str]:
    named = {"field": value.field, "value": value.value, "language": value.language, "since": value.since, "until": value.until}
    return {name: text for name, text in (named | {"certainty": value.certainty}).items() if text}


# ---- wishing ---------------------------------------------------------------------------------------------------------


def _wish_told(wish: "Wish") -> dict[str, object]:
    said = [{"field": one.field, "claim": one.claim.hex(), "language": one.language, "text": one.text} for one in wish.chosen]
    values = [{name: text for name, text in one.items() if text} for one in said]
    return {"named": wish.named, "photo": wish.photo.hex(), "values": values, "own": [_told(one) for one in wish.own]}


def _wish(call: Call, desk: "Desk", reader: Reader, known: tuple[bytes, bytes]) -> "Wish":
    """What the caller wishes, from a file; what usually goes where none is named. Raises UsageError("cards.file")."""
    from letapis.desk import card_plan, cards
    from letapis.faces.cli.common import long_text

    if not call.options.wish:
        return cards.wish_of(desk, reader, card_plan.plan(desk, reader, *known))
    try:
        return _read_wish(json.loads(long_text(call.options.wish)))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError("cards.file") from None


def _read_wish(told: Mapping[str, Any]) -> "Wish":
    from letapis.core.published import CardValue
    from letapis.desk.card_wish import Chosen, Wish

    said = [(_texts(one, "field", "language", "text"), bytes.fromhex(one["claim"])) for one in told.get("values", ())]
    chosen = tuple(Chosen(field, claim, language, text) for (field, language, text), claim in said)
    own = tuple(CardValue(*_texts(one, "field", "value", "language", "since", "until")) for one in told.get("own", ()))
    named = told.get("named", True)
    if not isinstance(named, bool):  # Whoever wrote anything else meant something, and nobody knows what.
        raise ValueError
    return Wish(chosen, own, bytes.fromhex(told.get("photo", "")), named)


def _texts(one: Mapping[str, Any], *names: str) -> list[str]:
    found = [one.get(name, "") for name in names]
    if not all(isinstance(text, str) for text in found):
        raise ValueError
    return found


def _preview(call: Call) -> None:
    from letapis.desk import cards
    from letapis.desk.card_wish import WishFault

    with call.desk() as desk:
        reader = desk.reader("work")
        known = _person(call, desk, reader)
        try:
            seen = cards.preview(desk, reader, *known, _wish(call, desk, reader, known))
        except WishFault as fault:
            raise _refused(fault) from fault
        value = {"seen": seen.fingerprint, "values": [_told(one) for one in seen.card.values], "named": seen.card.named}
        value |= {"hints": [{"hint": one.key, "field": one.field} for one in seen.hints], "photo": len(seen.photo), "until": seen.until}
        value |= {"recalls": [one.hex() for one in seen.goes]}
        call.give(value, _preview_lines(call, desk, seen))


def _preview_lines(call: Call, desk: "Desk", seen: "Preview") -> list[str]:
    words, lines = desk.catalogue.public_words, []
    for one in seen.card.values:
        when = words.when(one, call.language)
        mark = f" [{one.language}]" if one.language else ""
        lines.append(f"{words.label(one.field, call.language)}{mark}: {words.value(one, call.language)}" + (f" ({when})" if when else ""))
    for hint in seen.hints:
        about = f" ({words.label(hint.field, call.language)})" if hint.field else ""
        lines.append(f"! {call.say(f'cards.hint.{hint.key}')}{about}")
    lines += [f"{call.say('public.until_day')} {seen.until}"] if seen.until else []
    return [*lines, call.say("public.asked_here"), f"{call.say('cards.cli.seen')}: {seen.fingerprint}"]


def _refused(fault: Any) -> Refused:
    """Every fault of a wish at once, with the fields that they are about."""
    fields = ", ".join(dict.fromkeys(name for name, _ in fault.faults if name))
    return Refused(fault.code, fields, tuple(dict.fromkeys(answer.because for _, answer in fault.faults)))


def _propose(call: Call) -> None:
    from letapis.desk import cards
    from letapis.desk.card_wish import WishFault

    with call.desk() as desk:
        reader = desk.reader("work")
        known = _person(call, desk, reader)
        try:
            version = cards.propose(desk, reader, *known, _wish(call, desk, reader, known), call.options.shown)
        except WishFault as fault:
            raise _refused(fault) from fault
        call.give({"version": version.hex()}, [version.hex()])


# ---- weighing and settling -------------------------------------------------------------------------------------------


def _circles(call: Call) -> None:
    from letapis.desk import card_plan
    from letapis.desk.casefile_plan import in_language

    with call.desk() as desk:
        reader = desk.reader("work")
        found = card_plan.plan(desk, reader, *_person(call, desk, reader)).weighed
        list_sentences(call, desk, in_language(desk, reader, found, call.language))


def _assess(call: Call) -> None:
    from letapis.desk import card_plan, circles

    form = word(call)
    with call.desk() as desk:
        reader = desk.reader("check")
        known = _person(call, desk, reader)
        said = chosen(call, desk, card_plan.plan(desk, reader, *known).weighed)
        circles.assess(desk, reader, known[0], circles.PUBLICATION, said, form)
        left = sum(not one.clear for one in card_plan.plan(desk, reader, *known).weighed)
        call.give({"assessed": len(said), "left": left}, [call.say("circles.kept", count=len(said))])


def _settle(call: Call) -> None:
    from letapis.desk import card_settle, clock_doubt
    from letapis.faces.cli.common import the_dossier

    with call.desk() as desk:
        reader = desk.reader("work")
        dossiers = [the_dossier(call, desk, reader)] if call.options.dossier else None
        done = card_settle.settle(desk, reader, dossiers)
        recalls = desk.catalogue.publication.recalls
        told = [{"dossier": one.dossier.hex(), "card": one.card.hex(), "because": one.because, "fields": list(one.fields)} for one in done]
        reasons = [recalls[one.because][call.language] if one.because else call.say("cards.cli.review") for one in done]
        lines = [f"{one.card.hex()[:8]}  {reason}" for one, reason in zip(done, reasons, strict=True)]
        doubt = clock_doubt.is_far_ahead(desk, reader)
        lines = lines or [call.say("cards.cli.nothing")]
        call.give({"settled": told, "clock_doubt": doubt}, [*lines, *([call.say("public.clock_doubt")] if doubt else [])])


_VERBS = {"show": _show, "preview": _preview, "propose": _propose, "circles": _circles, "assess": _assess, "settle": _settle}

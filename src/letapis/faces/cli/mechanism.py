"""``letapis mechanism …``: where a dossier can go, each body with its reasons, and whether its card still holds."""

from typing import TYPE_CHECKING, Any

from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.access import Reader
    from letapis.core.gates import Gate
    from letapis.core.mechanisms import Mechanism
    from letapis.core.whereto import CardStanding
    from letapis.desk.opening import Desk
    from letapis.desk.whereto import WherePage
    from letapis.faces.card_words import CardWords

_REASONS = 3


def add(verbs: Verbs) -> None:
    for words, run in (("mechanism list", _list), ("mechanism show", _show)):
        verb = verbs.verb(words, run)
        verb.add_argument("dossier", metavar="DOSSIER")
        verb.add_argument("--person", default="", metavar="PERSON")
        if run is _show:
            verb.add_argument("body", metavar="BODY")
    answer = verbs.verb("mechanism answer", _answer)
    for name in ("dossier", "body", "about"):
        answer.add_argument(name, metavar=name.upper())
    answer.add_argument("holds", metavar="yes|no", choices=("yes", "no"))
    answer.add_argument("--reason", required=True, metavar="TEXT|@FILE|-")
    confirm = verbs.verb("mechanism confirm", _confirm)
    confirm.add_argument("body", metavar="BODY")
    confirm.add_argument("--text", default="", metavar="TEXT|@FILE|-")


def _where(call: Call, desk: "Desk", reader: "Reader") -> "WherePage":
    from letapis.desk import reading, whereto
    from letapis.faces.cli.common import the_dossier

    dossier = the_dossier(call, desk, reader)
    person = reading.resolve_entity(desk, reader, dossier, call.options.person) if call.options.person else b""
    return whereto.where(desk, reader, dossier, person)


def _list(call: Call) -> None:
    from letapis.core.whereto import Way
    from letapis.faces.card_words import CardWords

    with call.desk() as desk:
        found = _where(call, desk, desk.reader("work"))
        words = CardWords(desk.catalogue, call.language)
        lines = [f"{route.route.situation[call.language]}: {', '.join(card.card.id for card in route.first)}" for route in found.advice]
        for way in Way:
            cards = [one for one in found.cards if one.way is way]
            lines += ["", f"{call.say(f'mechanisms.way.{way}')} ({len(cards)})"] if cards else []
            for one in cards:
                lines += [f"  {one.card.id:<24} {words.name(one.card.id)}", *_reasons(words, one, _REASONS)]
        told = [_json(words, one) for one in found.cards]
        advice = [_advice_json(one.route) for one in found.advice]
        call.give({"person": found.person.hex(), "cards": told, "advice": advice}, lines[1:] if lines and not lines[0] else lines)


def _advice_json(route: Any) -> dict[str, Any]:
    avoid = [{"what": what, "why": why} for what, why in route.avoid]
    return {"route": route.id, "first": list(route.first), "parallel": list(route.parallel), "avoid": avoid}


def _reasons(words: "CardWords", one: "CardStanding", most: int | None = None) -> list[str]:
    against = (*one.closing, *one.waiting) if most is None else one.closing or one.waiting
    shown = [_line(words, one.card, gate, "✕" if gate in one.closing else "?") for gate in against[:most]]
    more = len(against) - len(shown)
    return [*shown, *([f"      {words.say('mechanisms.more', count=more)}"] if more else [])]


def _line(words: "CardWords", card: "Mechanism", gate: "Gate", mark: str) -> str:
    said = words.gate(card, gate)
    return f"    {mark} {': '.join(part for part in (said.about, said.named, said.says) if part)}"


def _json(words: "CardWords", one: "CardStanding") -> dict[str, Any]:
    from letapis.faces.cli.common import gate_json

    reasons = {name: [gate_json(words, gate) for gate in getattr(one, name)] for name in ("closing", "waiting", "noted")}
    return {"id": one.card.id, "name": words.name(one.card.id), "way": str(one.way), "prepare": one.prepare} | reasons


def _show(call: Call) -> None:
    from letapis.desk import whereto
    from letapis.faces.card_words import CardWords

    with call.desk() as desk:
        reader = desk.reader("work")
        card = whereto.card_of(desk, call.options.body)
        one = next(found for found in _where(call, desk, reader).cards if found.card is card)
        review, words = whereto.reviews(desk, reader)[card.id], CardWords(desk.catalogue, call.language)
        lines = [f"{words.name(card.id)}: {call.say(f'mechanisms.way.{one.way}')}", card.body[call.language], "", *_reasons(words, one)]
        for gate in (*one.closing, *one.waiting):
            lines += [f"      – {question}" for question in words.gate(card, gate).questions]
        lines += [_line(words, card, gate, "?") for gate in one.noted] + [_line(words, card, gate, "✓") for gate in one.settled]
        lines += ["", *_about(call, words, card)]
        lines += [call.say("mechanisms.review_never")] if review.day is None else []
        if review.day and review.due:
            key = "mechanisms.review_overdue" if review.overdue else "mechanisms.review_due"
            lines.append(f"{call.say(key)}: {words.day(review.due.isoformat())}")
        due = {"confirmed": review.day.isoformat() if review.day else "", "due": review.due.isoformat() if review.due else ""}
        call.give(_json(words, one) | due | {"overdue": review.overdue}, lines)


def _about(call: Call, words: "CardWords", card: "Mechanism") -> list[str]:
    said = {
        "who": ", ".join(words.word("mechanisms.who", one) for one in card.who_may_submit),
        "languages": ", ".join(words.word("mechanisms.language", one) for one in card.languages),
        "limits": ", ".join(words.quantity(one) for one in card.limits),
        "timing": ", ".join(f"{words.time(one.what)}: {words.quantity(one)}" for one in card.timing),
        "channels": "; ".join(f"{words.word('mechanisms.channel', one.kind)}: {one.address}" for one in card.channels),
    }
    return [f"{call.say(f'mechanisms.{name}')}: {text}" for name, text in said.items() if text]


def _confirm(call: Call) -> None:
    from letapis.desk import whereto
    from letapis.faces.cli.common import long_text

    text = long_text(call.options.text)
    with call.desk() as desk:
        made = whereto.confirm_card(desk, call.options.body, text)
        call.give({"review": made.hex()}, [call.say("mechanisms.confirmed_now")])


def _answer(call: Call) -> None:
    from letapis.desk import gate_words, whereto
    from letapis.faces.cli.common import long_text, the_dossier

    options, reason = call.options, long_text(call.options.reason)
    with call.desk() as desk:
        reader = desk.reader("work")
        card = whereto.card_of(desk, options.body)
        gate = "duplication" if options.about in desk.catalogue.mechanisms else "check"
        told = the_dossier(call, desk, reader), card.id, gate, options.about, reason
        gate_words.answer(desk, reader, *told, holds=options.holds == "yes")
        call.give({"body": card.id, "about": options.about, "holds": options.holds == "yes"}, [call.say("mechanisms.answered")])

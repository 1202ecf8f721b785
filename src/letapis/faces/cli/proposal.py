"""``letapis note propose``: the lines that a note proposes, and taking them by their numbers."""

from typing import TYPE_CHECKING, Any

from letapis.core.errors import UsageError
from letapis.faces.cli.call import Call
from letapis.faces.cli.verbs import Verbs

if TYPE_CHECKING:
    from letapis.core.proposals import Proposal


def add(verbs: Verbs) -> None:
    propose = verbs.verb("note propose", _propose)
    propose.add_argument("note", metavar="NOTE")
    propose.add_argument("--accept", default="", metavar="all|1,3,5")
    propose.add_argument("--skip", default="", metavar="all|1,3,5")


def _propose(call: Call) -> None:
    from letapis.desk import proposals, reading
    from letapis.faces.cli.common import hexes, the_thing

    with call.desk() as desk:
        reader = desk.reader("work")
        note = the_thing(call, desk, reader, "note", call.options.note)
        found = proposals.proposals(desk, reader, note)
        taken, skipped = _chosen(call.options.accept, len(found)), _chosen(call.options.skip, len(found))
        if set(taken) & set(skipped):
            raise UsageError("cli.proposal_numbers")
        made = proposals.accept(desk, reader, note, [proposals.as_proposed(found[n - 1]) for n in taken]) if taken else []
        if skipped:
            proposals.skip(desk, reader, note, [proposals.key(found[n - 1]) for n in skipped])
        idents, text = hexes(made), reading.note(desk, reader, note).text
        told = [_json(n, one, text) for n, one in enumerate(found, 1)]
        lines = idents or [_line(n, one, text) for n, one in enumerate(found, 1)] or [call.say("proposals.none")]
        call.give({"proposals": told, "claims": idents}, lines)


def _chosen(text: str, count: int) -> list[int]:
    """Numbers of lines: ``all``, or ``1,3,5``, each once. Raises UsageError for a number that no line has."""
    if text.strip() == "all":
        return list(range(1, count + 1))
    parts = [part.strip() for part in text.split(",") if part.strip()]
    numbers = [int(part) if part.isascii() and part.isdecimal() and len(part) < 7 else 0 for part in parts]
    if any(not 1 <= number <= count for number in numbers):
        raise UsageError("cli.proposal_numbers")
    return list(dict.fromkeys(numbers))


def _json(number: int, one: "Proposal", text: str) -> dict[str, Any]:
    parts = ("property", "value", "valid_from", "valid_to", "certainty", "basis", "partial", "start", "end")
    told: dict[str, Any] = {name: getattr(one, name) for name in parts}
    return {"number": number, **told, "words": [text[start:end] for start, end in one.words]}


def _line(number: int, one: "Proposal", text: str) -> str:
    days = f"  [{one.valid_from}..{one.valid_to}]" if one.valid_to else f"  [{one.valid_from}]" if one.valid_from else ""
    marks = "".join(f"  ({mark})" for mark in (one.certainty, one.basis) if mark)
    return f"{number:>3}  {one.property} = {one.value}{days}{marks}  “{' … '.join(text[start:end] for start, end in one.words)}”"

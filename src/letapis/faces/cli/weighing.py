"""Who could have told us? One word of a colleague on sentences, alike for a document (``brief …``) and for a case file (``casefile …``)."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from letapis.core.errors import UsageError
from letapis.faces.cli.call import Call

if TYPE_CHECKING:
    from letapis.core.brief import Sentence
    from letapis.core.circles import Weighed
    from letapis.desk.circles import AssessmentForm
    from letapis.desk.opening import Desk


def add_word(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sentence", action="append", default=[], metavar="NUMBER", type=int)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--risk", required=True, metavar="TEXT|@FILE|-")
    parser.add_argument("--consent", required=True, choices=("agreed", "not_needed", "not_asked", "refused"))
    parser.add_argument("--wording", default="", metavar="TEXT|@FILE|-")
    parser.add_argument("--leave-out", action="store_true")


def word(call: Call) -> "AssessmentForm":
    """What the caller weighed, as it was typed."""
    from letapis.desk.circles import AssessmentForm
    from letapis.faces.cli.common import long_text

    options = call.options
    wording = long_text(options.wording) if options.wording else ""
    return AssessmentForm(long_text(options.risk), options.consent, not options.leave_out, wording)


def chosen(call: Call, desk: "Desk", found: "Sequence[Weighed]") -> "list[Sentence]":
    """The sentences that the caller named by number, or all that wait and are not their own. Raises UsageError when there is none."""
    numbered = dict(enumerate(found, start=1))
    waiting = [n for n, one in numbered.items() if not one.clear and desk.me not in one.writers]
    numbers = waiting if call.options.all else call.options.sentence
    if not numbers or not set(numbers) <= set(numbered):
        raise UsageError("circles.sentences")
    return [numbered[n].sentence for n in numbers]


def list_sentences(call: Call, desk: "Desk", found: "Sequence[Weighed]") -> None:
    """Print them with their number, their circle, and whether a colleague has weighed them."""
    told = [
        {"number": number, "text": one.sentence.text, "circle": one.circle, "relatives": one.relatives, "clear": one.clear}
        | {"claims": [ref.hex() for ref in one.claims], "mine": desk.me in one.writers}
        for number, one in enumerate(found, start=1)
    ]
    shown = enumerate(found, start=1)
    lines = [f"{n:>3} {'✓' if one.clear else '·'} {call.say(f'claims.circle.{one.circle}')}: {one.sentence.text}" for n, one in shown]
    call.give({"sentences": told}, lines or [call.say("circles.none")])

"""What the public list first said of each month after its end, so that a number that news changed later stands beside the one of before.

Only numbers that were published are kept: no card, and nothing that would have to go when a card goes.
"""

import json
from collections.abc import Iterable
from typing import Final

from letapis.core.public_series import Said, Series, Told, first_said
from letapis.desk import settings
from letapis.desk.opening import Desk

_SETTING: Final = "publishing.months"


def said(desk: Desk) -> Said:
    """Nothing on a device that has not built a release yet."""
    told = settings.value(desk.store, _SETTING)
    return {ident: {month: Told(*one) for month, one in months.items()} for ident, months in json.loads(told).items()} if told else {}


def keep(desk: Desk, made: Iterable[Series], day: str) -> None:
    """Remember what a release that is shown says of months that it is the first to tell of. The same once more changes nothing."""
    settings.keep(desk.store, _SETTING, json.dumps(first_said(made, said(desk), day), sort_keys=True))

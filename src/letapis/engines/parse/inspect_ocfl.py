"""Whether a folder is a sound OCFL object. Runs inside the sandbox.

What comes in is not a file of the folder but our own list of it (``engines.ocfl`` writes it): digests of everything, and the bytes of the few
files that say what the object is. These are a stranger's, so they are read here.
"""

import base64
import json

from letapis.core import ocfl
from letapis.core.ocfl_listing import Listing
from letapis.engines.parse.answer import Answer, Stop
from letapis.engines.parse.told import Told


def read(untrusted: bytes, answer: Answer) -> None:
    """First what the object says of itself, then a row for each remark. Raises Stop for what is no list of ours."""
    try:
        told = json.loads(untrusted)
        texts = {path: base64.b64decode(data) for path, data in told["texts"].items()}
        listing = Listing(told["files"], texts)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Stop("parse.other_form") from None
    verdict = ocfl.check(listing)
    rows = Told(answer)
    rows.row("ocfl", id=verdict.ident[:500], head=verdict.head[:20], files=verdict.files)
    for code, place in verdict.faults + verdict.warnings:
        rows.row("ocfl", code=code, place=place[:500])

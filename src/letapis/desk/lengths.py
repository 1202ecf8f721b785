"""How long a document is in print. Counted once for each version of it, by the reference of its record."""

from typing import Final

from letapis.core.brief import Brief
from letapis.core.lengths import body
from letapis.desk.opening import Desk
from letapis.engines.render.pdf import page_count

_KEPT: Final = 64
_COUNTED: dict[bytes, int] = {}


def pages(desk: Desk, ref: bytes, document: Brief) -> int:
    """Pages of the body of a document, without the index of its annexes."""
    if ref not in _COUNTED:
        while len(_COUNTED) >= _KEPT:
            _COUNTED.pop(next(iter(_COUNTED)))
        _COUNTED[ref] = page_count(body(document), desk.catalogue.texts, on=desk.clock().date())
    return _COUNTED[ref]

"""Which facts are told of whom in a dossier, without reading a claim: a list brings tens of thousands."""

from collections.abc import Collection

from letapis.core.access import Reader
from letapis.desk.opening import Desk
from letapis.desk.reading.claims import ClaimView, views
from letapis.desk.reading.people import dossier
from letapis.desk.reading.window import in_parts
from letapis.engines.db import models

_TOLD = "SELECT DISTINCT subject, property FROM db_claim WHERE dossier = %s AND compartment = %s"


def facts_told(desk: Desk, reader: Reader, ident: bytes) -> dict[bytes, set[str]]:
    """The properties of all claims of a dossier, those that no longer count among them, by the entry that they are about."""
    home = dossier(desk, reader, ident)
    found: dict[bytes, set[str]] = {}
    for subject, told in desk.store.rows(_TOLD, (ident, home.work)):
        found.setdefault(bytes(subject), set()).add(str(told))
    return found


def claims_on(desk: Desk, reader: Reader, ident: bytes, subjects: Collection[bytes], properties: Collection[str] = ()) -> list[ClaimView]:
    """Claims of a dossier on these entries, and those of these properties on anybody, in the order recorded."""
    home = dossier(desk, reader, ident)
    rows = models.Claim.objects.using(desk.store.alias).filter(dossier=ident, compartment=home.work)
    found = {row.pk: row for part in in_parts(list(subjects)) for row in rows.filter(subject__in=part)}
    found |= {row.pk: row for row in rows.filter(property__in=sorted(properties))} if properties else {}
    return views(desk, [found[number] for number in sorted(found)])

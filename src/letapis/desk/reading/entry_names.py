"""Who of one dossier may be meant by a name: for a form, where a list of all names would be too long to read."""

from collections.abc import Collection

from letapis.core.access import Reader
from letapis.core.name_parts import LONGEST
from letapis.desk.opening import Desk
from letapis.desk.reading.likeness import named_like
from letapis.desk.reading.people import WITHDRAWN, EntityView, dossier
from letapis.engines.db import models


def entries_like(desk: Desk, reader: Reader, ident: bytes, text: str, limit: int, kinds: Collection[str] = ()) -> list[EntityView]:
    """Entries of a dossier (of these kinds; of all when none is named) who may be meant by a name, so many at most: those that any spelling
    finds, the likest first, then those whose label has the words as they were typed, as bodies and places have."""
    home = dossier(desk, reader, ident)
    inside = Reader(reader.member, frozenset({home.work}), reader.purpose)  # namesakes in other dossiers would take the places
    found = {one.person.entity: one.person for one in named_like(desk, inside, text) if one.dossier.dossier == ident}
    labels = models.Entity.objects.using(desk.store.alias).filter(dossier=ident, label__icontains=text.strip()[:LONGEST])
    for row in labels.exclude(kind=WITHDRAWN).order_by("recorded", "entity")[:limit]:
        found.setdefault(bytes(row.entity), EntityView(bytes(row.entity), ident, row.kind, row.label))
    return [one for one in found.values() if not kinds or one.kind in kinds][:limit]

"""Bodies of the State that no register has, or not yet: an organisation of a dossier, and what a source says of it as claims."""

from dataclasses import dataclass
from typing import Final

from letapis.core.access import Reader
from letapis.core.dates import bounds, is_partial_date
from letapis.core.errors import UsageError
from letapis.desk import claims, dossiers, reading
from letapis.desk.claims import Cut
from letapis.desk.opening import Desk

LONGEST: Final = 300


@dataclass(frozen=True)
class BodyForm:
    """What one source says of one body. ``parent`` and ``place`` (one that it runs) are codes of a register or names; ``since`` and ``until``
    say when that was so; ``code``: the entry of the register that it is; ``alias``: another name it bore then."""

    name: str
    parent: str = ""
    place: str = ""
    code: str = ""
    alias: str = ""
    since: str = ""
    until: str = ""
    source: bytes = b""
    basis: str = "document"


def record_body(desk: Desk, reader: Reader, dossier: bytes, form: BodyForm) -> bytes:
    """Record what is said of a body, naming it in the dossier where it is not named yet. Returns the id of its entity.

    Raises UsageError: ``dossiers.label``, ``posts.too_long``, ``posts.date``, ``posts.ends``, ``bodies.code``, ``bodies.nothing_said`` for
    dates beside nothing, and as ``claims.add_claims`` does.
    """
    told = {"unit.parent": form.parent, "unit.commands_place": form.place, "unit.code": form.code, "unit.name": form.alias}
    told = {fact: text.strip() for fact, text in told.items() if text.strip()}
    _check(desk, form, told)
    known = [one.entity for one in reading.entities(desk, reader, dossier) if one.kind == "organisation" and one.label == form.name.strip()]
    with desk.store.transaction():
        entity = known[0] if known else dossiers.add_entity(desk, reader, dossier, "organisation", form.name)
        register = desk.catalogue.register
        cuts = []
        for fact, text in told.items():
            code = register.reference(text)
            value = code if code in register.entries and fact != "unit.name" else text
            cuts.append(Cut(fact, value, entity, form.source, form.basis, form.since, form.until))
        claims.add_claims(desk, reader, dossier, cuts)
    return entity


def _check(desk: Desk, form: BodyForm, told: dict[str, str]) -> None:
    if any(len(text) > LONGEST for text in told.values()):
        raise UsageError("posts.too_long")
    if any(day and not is_partial_date(day) for day in (form.since, form.until)):
        raise UsageError("posts.date")
    if form.since and form.until and bounds(form.since)[0] > bounds(form.until)[1]:
        raise UsageError("posts.ends")
    if "unit.code" in told and desk.catalogue.register.reference(told["unit.code"]) not in desk.catalogue.register.entries:
        raise UsageError("bodies.code")
    if (form.since or form.until) and not told:
        raise UsageError("bodies.nothing_said")

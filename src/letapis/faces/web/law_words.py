"""What every page of the law asks first: for whom, and which information is read."""

from typing import Any, Final

from letapis.core.errors import NotFound
from letapis.core.qualify import Status
from letapis.desk import qualify, reading
from letapis.faces.web.pages import ident

TONES: Final = {Status.INDICATED: "good", Status.ARGUABLE: "warn", Status.CONTRADICTED: "bad"}


def chosen_floor(request: Any) -> dict[str, Any]:
    """The floor that the address asks for; a word that is none means drafts, which take everything and say so."""
    asked = request.GET.get("floor", "")
    floor = asked if asked in set(qualify.Floor) else str(qualify.Floor.DRAFT)
    return {"floor": floor, "floors": [(str(f), f"lawpage.floor.{f}") for f in qualify.Floor], "floor_means": f"lawpage.floor.{floor}.means"}


def people_of(request: Any, dossier: bytes) -> list[reading.EntityView]:
    """The persons of a dossier, who can be read against norms."""
    return [entity for entity in reading.entities(request.desk, request.reader, dossier) if entity.kind == "person"]


def person_of(request: Any, people: list[reading.EntityView]) -> reading.EntityView:
    """The person whom the address asks for, else the first one of the dossier. Raises NotFound for somebody else."""
    asked = request.GET.get("person", "")
    if not asked:
        return people[0]
    found = next((person for person in people if person.entity == ident(asked)), None)
    if found is None:
        raise NotFound("reading.not_found")
    return found

"""What every page about norms and bodies asks first: for whom, and which information is read."""

from typing import Any, Final

from letapis.core.errors import NotFound
from letapis.core.qualify import Status
from letapis.desk import qualify, reading
from letapis.faces.web.pages import ident

ORDER: Final = (Status.INDICATED, Status.ARGUABLE, Status.INSUFFICIENT_FACTS, Status.CONTRADICTED, Status.NOT_APPLICABLE)
"""What is shown first."""

TONES: Final = {Status.INDICATED: "good", Status.ARGUABLE: "warn", Status.CONTRADICTED: "bad"}


def chosen_floor(request: Any) -> dict[str, Any]:
    """The floor that the address asks for; a word that is none means drafts, which take everything and say so."""
    asked = request.GET.get("floor", "")
    floor = asked if asked in set(qualify.Floor) else str(qualify.Floor.DRAFT)
    return {"floor": floor, "floors": [(str(f), f"lawpage.floor.{f}") for f in qualify.Floor], "floor_means": f"lawpage.floor.{floor}.means"}


def people_of(request: Any, dossier: bytes) -> list[reading.EntityView]:
    """The persons of a dossier, who can be read against norms."""
    return qualify.persons(request.desk, request.reader, dossier)


def person_of(request: Any, people: list[reading.EntityView]) -> reading.EntityView:
    """The person whom the address or the form asks for, else the first one of the dossier. Raises NotFound for somebody else."""
    asked = request.POST.get("person", request.GET.get("person", ""))
    if not asked:
        return people[0]
    who = reading.entity(request.desk, request.reader, ident(asked))
    who_is = reading.joined(request.desk, request.reader, who.dossier).get(who.entity, who.entity)
    found = next((person for person in people if person.entity == who_is), None)
    if found is None:
        raise NotFound("reading.not_found")
    return found

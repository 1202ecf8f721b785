"""Routes: which procedure to think of first in a situation. A route is offered, never taken by the system."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from letapis.core.predicates import Predicate, World, any_of, parse_predicate
from letapis.core.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Route:
    """One situation with the procedures that fit it; ``avoid`` pairs a procedure or norm with the reason not to use it here."""

    id: str
    situation: Mapping[str, str]
    when: tuple[Predicate, ...]
    first: tuple[str, ...]
    parallel: tuple[str, ...]
    norms: tuple[str, ...]
    avoid: tuple[tuple[str, str], ...]


def read_routes(table: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[Route, ...]:
    """Routes from the parsed file ``routing.toml``."""
    return tuple(
        Route(
            id=entry["id"],
            situation=entry["situation"],
            when=tuple(parse_predicate(text, vocabulary) for text in entry["when"]),
            first=tuple(entry["first"]),
            parallel=tuple(entry["parallel"]),
            norms=tuple(entry["norms"]),
            avoid=tuple((item["what"], item["why"]) for item in entry["avoid"]),
        )
        for entry in table["routes"]
    )


def routes_for(routes: Iterable[Route], world: World) -> tuple[Route, ...]:
    """Routes whose situation is known to hold."""
    return tuple(route for route in routes if any_of(predicate.holds(world) for predicate in route.when))

"""Routes: a situation that is known to hold calls up its procedures; an unknown one calls up nothing."""

import pytest

from letapis.core.errors import NotFound
from letapis.core.norms import Rulebook
from letapis.core.routing import routes_for
from letapis.core.situation import settled
from letapis.core.vocabulary import Value
from letapis.engines.catalogue import catalogue

ROUTES = catalogue().routes


def named(facts: dict[str, Value]) -> list[str]:
    return [route.id for route in routes_for(ROUTES, settled(facts).world)]


@pytest.mark.parametrize(
    ("facts", "routes"),
    [
        ({}, []),
        ({"detention.ongoing": True}, []),
        ({"detention.ongoing": True, "charge.based_on": ("expression",)}, ["prison_political"]),
        ({"detention.ongoing": False, "charge.based_on": ("expression",)}, []),
        ({"detention.ongoing": True, "custody.medical_denied": True}, ["prison_health_risk"]),
        ({"detention.fate_disclosed": False, "contact.incommunicado_days": 20}, ["whereabouts_unknown"]),
        ({"detention.fate_disclosed": False, "contact.incommunicado_days": 93}, []),
        ({"exile.in_absentia_case": True, "person.outside_country": True}, ["in_absentia_abroad"]),
    ],
)
def test_a_route_is_offered_when_its_situation_is_known_to_hold(facts: dict[str, Value], routes: list[str]) -> None:
    assert named(facts) == routes


def test_no_route_begins_with_a_closed_procedure() -> None:
    cards = catalogue().mechanisms
    assert all(cards[first].status != "closed" for route in ROUTES for first in route.first)
    assert all(mechanism in cards for route in ROUTES for mechanism in (*route.first, *route.parallel))


def test_every_route_says_what_to_avoid_and_why() -> None:
    known = catalogue().mechanisms.keys() | catalogue().rulebook.norms.keys()
    assert all(route.avoid and all(what in known and why for what, why in route.avoid) for route in ROUTES)
    assert all(norm in catalogue().rulebook.norms for route in ROUTES for norm in route.norms)


def test_the_rulebook_knows_its_norms_and_says_so_when_it_does_not() -> None:
    rulebook: Rulebook = catalogue().rulebook
    assert rulebook.norm("ICCPR-9-3").element("E2").facts >= {"judge.first_appearance_h"}
    with pytest.raises(NotFound, match=r"law\.unknown_norm"):
        rulebook.norm("ICCPR-99")
    with pytest.raises(NotFound, match=r"law\.unknown_element"):
        rulebook.norm("ICCPR-9-3").element("E9")


def test_the_facts_that_norms_read_are_all_in_the_vocabulary() -> None:
    read = catalogue().rulebook.readers
    assert len(read) > 180 and all(fact in catalogue().vocabulary for fact in read)
    assert "identity.name" not in read, "what identifies a person decides nothing in law"


def test_a_variant_is_another_logic_of_the_same_norm() -> None:
    norm = catalogue().rulebook.norms["RS-7-1-D"]
    assert norm.logic_for("icc") != norm.logic
    assert norm.logic_for("unheard_of") == norm.logic == norm.logic_for(None)


def test_a_clause_on_political_prisoners_carries_its_ground_and_demand() -> None:
    norms = catalogue().rulebook.norms
    grounds = catalogue().reference["recognition-grounds"].entries
    demands = catalogue().reference["recognition-demands"].entries
    for norm_id in ("PP-2013-T1", "PP-2013-T2"):
        assert norms[norm_id].recognition["ground"] in grounds
        assert norms[norm_id].recognition["demand"] in demands
        assert norms[norm_id].scope_guards[0]["be"]

"""Which fields of a person may be public and under which conditions, as ``data/publication.toml`` says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from letapis.core.consent import ConsentScopes
from letapis.core.errors import Damaged
from letapis.core.standing import Level
from letapis.core.uses import FLOORS
from letapis.core.vocabulary import Vocabulary

LINE: Final = 200
"""Letters of a text of one line."""
FIELD_KINDS: Final = ("text", "day", "code", "place", "article", "flag", "number", "photo", "link")


@dataclass(frozen=True, slots=True)
class PublicField:
    """A field that may be public. ``facts`` whose value it is, none where a member writes it for the card; ``ask``: scopes of consent that it
    needs; ``look``: each approval names it by itself; ``spoken``: a form in each language; ``days``: may carry since and until;
    ``standing``: the least standing of the claim behind it; ``longest``: letters of a text, which has several lines where they are more than
    one line holds."""

    id: str
    group: str
    kind: str
    facts: tuple[str, ...]
    ask: tuple[str, ...]
    look: bool
    spoken: bool
    many: bool
    days: bool
    standing: Level
    longest: int
    label: Mapping[str, str]


@dataclass(frozen=True)
class Publication:
    """All fields in their order by id, labels of their groups and of the reasons for a recall, and the rules of the gate: how many other
    members approve, after how many days nobody's word counts as fresh, and the least number of persons that a table tells apart."""

    fields: Mapping[str, PublicField]
    groups: Mapping[str, Mapping[str, str]]
    recalls: Mapping[str, Mapping[str, str]]
    approvals: int
    fresh_days: int
    small: int


def read_publication(table: Mapping[str, Any], vocabulary: Vocabulary, consent: ConsentScopes) -> Publication:
    """Raises Damaged("catalogue.publication") for a field of no known kind, group, fact or scope, and for a sensitive fact that is not
    looked at twice."""
    groups = {one["id"]: one["label"] for one in table["groups"]}
    fields = {one["id"]: _field(one) for one in table["fields"]}
    for one in fields.values():
        known = {scope for scope in one.ask if scope in consent.scopes}
        facts = [vocabulary.facts.get(fact) for fact in one.facts]
        fits = one.kind in FIELD_KINDS and one.group in groups and known == set(one.ask)
        if not fits or any(fact is None or (fact.sensitive and not one.look) for fact in facts):
            raise Damaged("catalogue.publication")
    recalls = {one["id"]: one["label"] for one in table["recalls"]}
    return Publication(fields, groups, recalls, table["approvals"], table["fresh_days"], table["small"])


def _field(one: Mapping[str, Any]) -> PublicField:
    facts, ask = tuple(one.get("facts", ())), tuple(one.get("ask", ()))
    look, spoken, many, days = (bool(one.get(name, False)) for name in ("look", "spoken", "many", "days"))
    floor = FLOORS[one.get("standing", "open")]
    return PublicField(one["id"], one["group"], one["kind"], facts, ask, look, spoken, many, days, floor, one.get("longest", LINE), one["label"])

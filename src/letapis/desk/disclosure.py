"""What of a document may be shown to the official it proposes, and how the sources it stands on are graded."""

from collections.abc import Mapping, Sequence

from letapis.core.access import Reader
from letapis.core.document_tables import Graded
from letapis.core.forms import Form
from letapis.desk import reading
from letapis.desk.consents import party_allows_any, sources_allow
from letapis.desk.opening import Desk


def open_refs(
    desk: Desk, reader: Reader, dossier: bytes, form: Form, names: Sequence[str], claims: Sequence[reading.ClaimView], target: bytes
) -> frozenset[bytes]:
    """Claims that may be disclosed: their source agreed to it, and so did the person they are about. The official proposed is not asked.

    A form that keeps nothing apart discloses all of them.
    """
    if not form.open_by:
        return frozenset(claim.ref for claim in claims)
    persons = {claim.subject for claim in claims} - {target}
    ways = [[scope] for scope in form.open_by]
    agreed = {one for one in persons if party_allows_any(desk, reader, dossier, one, ways, names)} | {target}
    willing = [sources_allow(desk, reader, dossier, claims, way, names) for way in ways]
    return frozenset(claim.ref for claim in claims if claim.subject in agreed and any(way[claim.ref].holds for way in willing))


def graded(
    desk: Desk, reader: Reader, claims: Sequence[reading.ClaimView], annexes: Mapping[bytes, int], shown: frozenset[bytes], language: str
) -> list[Graded]:
    """The sources of these claims in the order of their first statement, by kind and grade; who they are is never said. What of a source
    is ``shown`` and what is not are counted apart."""
    labels = {grade.id: grade.label[language] for grade in desk.catalogue.proof.source_grades}
    found = []
    for source, is_open in dict.fromkeys((claim.source, claim.ref in shown) for claim in claims):
        known = reading.source(desk, reader, source)
        mine = [claim for claim in claims if claim.source == source and (claim.ref in shown) == is_open]
        kind = desk.catalogue.texts.say(f"claims.source_kind.{known.kind}", language)
        numbers = {annexes[claim.evidence] for claim in mine if claim.evidence in annexes}
        found.append(Graded(kind, f"{known.grade}: {labels.get(known.grade, known.grade)}", len(mine), tuple(sorted(numbers)), is_open))
    return found

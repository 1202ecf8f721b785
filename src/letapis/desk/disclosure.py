"""What of a document and of its annexes may be shown to the official it proposes, and how the sources it stands on are graded."""

from collections.abc import Collection, Mapping, Sequence

from letapis.core.access import Reader
from letapis.core.document_tables import Graded
from letapis.core.forms import Form
from letapis.desk import reading
from letapis.desk.consents import asked_persons, person_allows_any, source_allows, sources_allow
from letapis.desk.opening import Desk


def open_refs(
    desk: Desk, reader: Reader, dossier: bytes, form: Form, names: Sequence[str], claims: Sequence[reading.ClaimView], unasked: Collection[bytes]
) -> frozenset[bytes]:
    """Claims that may be disclosed: their source agreed to it, and so did the person they are about. ``unasked``: who is not asked, as the
    official proposed.

    A form that keeps nothing apart discloses all of them.
    """
    if not form.open_by:
        return frozenset(claim.ref for claim in claims)
    persons = {claim.subject for claim in claims} - set(unasked)
    ways = [[scope] for scope in form.open_by]
    agreed = {one for one in persons if person_allows_any(desk, reader, dossier, one, ways, names)} | set(unasked)
    willing = [sources_allow(desk, reader, dossier, claims, way, names) for way in ways]
    return frozenset(claim.ref for claim in claims if claim.subject in agreed and any(way[claim.ref].holds for way in willing))


def confidential_items(
    desk: Desk, reader: Reader, dossier: bytes, form: Form, names: Sequence[str], about: Collection[bytes], target: bytes
) -> frozenset[bytes]:
    """Items of evidence, copies among them, that may go to the body and may not be shown to the official. An original says everything at
    once: it is confidential when anything that was cut from it is, used in the document or not, or when who gave it did not agree."""
    if not form.open_by:
        return frozenset()
    items = reading.evidence_of(desk, reader, dossier, derived=True)
    roots = {one.object: one.derived_from or one.object for one in items}
    claims = [claim for claim in reading.claims(desk, reader, dossier) if claim.evidence in roots]
    unasked = {claim.subject for claim in claims} - asked_persons(desk, reader, dossier, claims, about) | {target}
    shown = open_refs(desk, reader, dossier, form, names, claims, unasked)
    shut = {roots[claim.evidence] for claim in claims if claim.ref not in shown}
    shut |= {roots[one.object] for one in items if one.source and not _gives(desk, reader, dossier, form, names, one.source)}
    return frozenset(one for one, root in roots.items() if root in shut)


def _gives(desk: Desk, reader: Reader, dossier: bytes, form: Form, names: Sequence[str], source: bytes) -> bool:
    return any(source_allows(desk, reader, dossier, source, [scope], names).holds for scope in form.open_by)


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

"""A dossier about many: every norm on each person, and the context that their files prepare together and none of them alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from letapis.core.access import Reader
from letapis.core.pattern import PLACES, Act, Support, many_enough, supports, touched
from letapis.core.qualify import Qualification, Status, evaluate_all
from letapis.core.qualify_many import Statuses
from letapis.desk import law_facts, reading
from letapis.desk.opening import Desk
from letapis.desk.qualify import LEVELS, Floor, counted_words, floor_of, persons


@dataclass(frozen=True)
class NormRow:
    """One norm over all persons: who stands how. Statuses that nobody has are left out."""

    norm: str
    persons: Mapping[Status, tuple[bytes, ...]]

    @property
    def reached(self) -> int:
        return sum(len(self.persons.get(status, ())) for status in (Status.INDICATED, Status.ARGUABLE))


@dataclass(frozen=True)
class GroupPage:
    """Results for all persons of a dossier. ``context`` is the norm of the context read on what the files prepare, None below the least
    number of persons; ``claims`` holds what the counts stand on."""

    dossier: bytes
    floor: Floor
    people: tuple[reading.EntityView, ...]
    rows: tuple[NormRow, ...]
    acts: tuple[Act, ...]
    supports: tuple[Support, ...]
    context: Qualification | None
    claims: Mapping[bytes, reading.ClaimView]

    @property
    def touched(self) -> int:
        """How many persons any act touches."""
        return len(touched(self.acts))


def read_people(desk: Desk, reader: Reader, dossier: bytes, floor: str = Floor.DRAFT) -> GroupPage:
    """Every norm on every person of the dossier, those reached for most persons first. Raises UsageError for an unknown floor."""
    data, chosen = desk.catalogue, floor_of(floor)
    level = int(LEVELS[chosen])
    people = persons(desk, reader, dossier)
    read = {*data.rulebook.readers, *data.pattern.facts, *PLACES}
    claims = reading.claims(desk, reader, dossier, properties=tuple(sorted(read)))
    words = counted_words(desk, reader, dossier)
    known = law_facts.situations(data, [person.entity for person in people], claims, level, reading.joined(desk, reader, dossier))
    acts = law_facts.acts(data, known, words)
    shown = law_facts.context(data, acts, claims, level)
    day, by_norm = desk.clock().date(), dict[str, dict[Status, list[bytes]]]()
    statuses = Statuses(data.rulebook, day)
    for person, own in known.items():
        judgements = law_facts.judgements_on(data, words, person)
        for norm, status in statuses.of(law_facts.together(own, shown), judgements).items():
            by_norm.setdefault(norm, {}).setdefault(status, []).append(person)
    rows = [NormRow(norm, {status: tuple(found) for status, found in sides.items()}) for norm, sides in by_norm.items()]
    rules, judged, context = data.pattern, law_facts.judgements_on(data, words, b""), None
    if many_enough(acts, rules):
        context = evaluate_all(data.rulebook, shown, judged, [rules.chapeau], as_of=day)[0]
    counts = supports(acts, rules)
    named = {ref for one in counts for ref in one.refs}
    return GroupPage(
        dossier,
        chosen,
        tuple(people),
        tuple(sorted(rows, key=lambda row: (-row.reached, row.norm))),
        tuple(acts),
        counts,
        context,
        {claim.ref: claim for claim in claims if claim.ref in named or claim.property in rules.facts},
    )

"""Claims as rules read them: about one person, and about many whose files together show what no single one does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from types import MappingProxyType

from letapis.core.elements import Judgement
from letapis.core.judging import Word, settle, words_for
from letapis.core.norms import ANSWER
from letapis.core.pattern import Act, acts_of, context_of, of_one_file
from letapis.core.situation import ClaimFact, Situation, facts_from
from letapis.core.standing import Level
from letapis.core.vocabulary import ValueFault, Vocabulary
from letapis.desk import reading
from letapis.engines.catalogue import Catalogue

Judgements = Mapping[tuple[str, str], Judgement]


def claim_facts(vocabulary: Vocabulary, claims: Sequence[reading.ClaimView]) -> list[ClaimFact]:
    """Claims as rules read them: those that count, were not replaced, and whose property and value this vocabulary knows.

    A colleague with a newer vocabulary may have recorded what ours cannot read; such a claim is shown in the dossier and feeds nothing.
    """
    facts = []
    for claim in claims:
        if claim.replaced or claim.level < Level.OPEN or claim.property not in vocabulary:
            continue
        with suppress(ValueFault):
            value = vocabulary.parse_value(claim.property, claim.value)
            facts.append(ClaimFact(claim.ref, claim.property, value, claim.level, claim.partial))
    return facts


def own_situation(data: Catalogue, claims: Sequence[reading.ClaimView], level: int) -> Situation:
    """What is known of one person from claims about them, without what only a pattern shows."""
    return facts_from(of_one_file(claim_facts(data.vocabulary, claims), data.pattern), level)


def situations(
    data: Catalogue, people: Sequence[bytes], claims: Sequence[reading.ClaimView], level: int, read_as: Mapping[bytes, bytes] = MappingProxyType({})
) -> dict[bytes, Situation]:
    """The own situation of each person. ``read_as``: entries that are one person with another, by the one as which they are read."""
    by_subject: dict[bytes, list[reading.ClaimView]] = {person: [] for person in people}
    for claim in claims:
        person = read_as.get(claim.subject, claim.subject)
        if person in by_subject:
            by_subject[person].append(claim)
    return {person: own_situation(data, own, level) for person, own in by_subject.items()}


def judgements_on(data: Catalogue, words: Sequence[Word], person: bytes) -> Judgements:
    """What reviewers decided about this person, and about the context in which many stand."""
    return settle(words_for(words, person, (data.pattern.chapeau,)))


def may_show(data: Catalogue) -> Callable[[Iterable[str]], bool]:
    """Whether a file that knows these facts may document an act; files of a list know the same few facts, so each such set is asked once."""
    read = data.pattern.read_of_acts(data.rulebook)

    @cache
    def may(facts: frozenset[str]) -> bool:
        return data.pattern.may_show(data.rulebook, facts)

    asked = read | {ANSWER}
    return lambda facts: not read.isdisjoint(facts) and may(asked.intersection(facts))


def acts(data: Catalogue, known: Mapping[bytes, Situation], words: Sequence[Word]) -> list[Act]:
    """Acts that the files of these persons document. Of thousands whom a list brought in most know facts that can show none."""
    rules = data.pattern
    shows = may_show(data)
    may = {person: situation for person, situation in known.items() if shows(situation.facts)}
    judged = {person: judgements_on(data, words, person) for person in may}
    return [act for person, situation in may.items() for act in acts_of(person, situation, data.rulebook, rules, judged[person])]


def context(data: Catalogue, found: Sequence[Act], claims: Sequence[reading.ClaimView], level: int) -> Situation:
    """The contextual facts that the files of many persons prepare together with what was recorded about the pattern."""
    told = claim_facts(data.vocabulary, [claim for claim in claims if claim.property in data.pattern.facts])
    return facts_from(context_of(found, told, data.pattern, level), level)


def together(own: Situation, shown: Situation) -> Situation:
    """One person's situation with the context in which it stands."""
    return Situation({**own.facts, **shown.facts}, own.floor) if shown.facts else own

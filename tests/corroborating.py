"""Corroboration of many claims at once, as the fold asks for it group by group."""

from collections.abc import Callable, Iterable, Mapping

from letapis.core.corroboration import Corroboration, Independence, Source, corroborate_group
from letapis.core.standing import Said


def corroborate(
    claims: Iterable[Said],
    sources: Mapping[bytes, Source],
    distinct: frozenset[frozenset[bytes]],
    authentic: frozenset[bytes],
    klass: Callable[[str], str],
    kind: Callable[[str], str],
    reviewed: frozenset[bytes] = frozenset(),
) -> dict[bytes, Corroboration]:
    """Corroboration of every claim by the claims that support it, by ref.

    ``distinct``: pairs of sources found to be different people. ``authentic``: evidence objects or claims whose document was judged
    authentic. ``klass`` and ``kind`` name the class and the type of a property. ``reviewed``: assessments for which two reviewers gave reasons.
    """
    independence = Independence(sources, distinct)
    groups: dict[tuple[bytes, str], list[Said]] = {}
    for said in claims:
        groups.setdefault((said.subject, said.property), []).append(said)
    result: dict[bytes, Corroboration] = {}
    for (_, prop), group in groups.items():
        result.update(corroborate_group(group, independence, authentic, klass(prop), kind(prop), reviewed))
    return result

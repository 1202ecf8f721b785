"""Going back to an earlier snapshot of the public list, without bringing anything back.

What came since goes again; nothing that went or was changed since comes back, for whoever took it away may have done so because it puts
somebody at risk. So what is public afterwards stood then *and* stands now, value by value, and no card that was ever recalled is touched.
"""

from collections.abc import Collection, Iterable, Mapping

from letapis.core.published import Entry, Statement


def is_contained(then: Entry, now: Entry) -> bool:
    """Everything that the card said then it says now."""
    return then.card.encoded == now.card.encoded or set(then.card.values) <= set(now.card.values)


def taken_back(then: Mapping[str, Entry], now: Iterable[Entry], recalled: Collection[str]) -> tuple[Entry, ...]:
    """The cards of an earlier snapshot as far as they stand: an older version only where it says nothing that the present one does not, and
    the present one otherwise. Who is counted and not named stays as they are, because a change of numbers would point at them."""
    found = []
    for one in now:
        was = then.get(one.card.card)
        if not one.card.named or (was is not None and one.card.card in recalled):
            found.append(one)
        elif was is not None:
            found.append(was if was.card.named and is_contained(was, one) else one)
    return tuple(found)


def statements_back(then: Collection[str], now: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements of then that stand, in their words of now."""
    return tuple(one for one in now if one.statement in then)

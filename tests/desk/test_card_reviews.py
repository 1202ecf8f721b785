"""A card says when it was confirmed last, however often cards were confirmed before."""

from letapis.desk import items, ledger, members, whereto
from letapis.desk.opening import Desk


def test_the_last_confirmation_counts_after_five_hundred_others(desk: Desk) -> None:
    first, second = list(desk.catalogue.mechanisms)[:2]
    org = members.common_compartment(desk, "ORG")
    before = {"mechanism": first, "day": "2020-01-01", "text": "", "state": "current"}
    ledger.append(desk, [items.draft(desk, "card_review", org, before) for _ in range(501)])
    assert whereto.reviews(desk, desk.reader("work"))[first].overdue
    for card in (first, second):
        whereto.confirm_card(desk, card, "read again")
    found = whereto.reviews(desk, desk.reader("work"))
    assert [(found[card].day, found[card].text) for card in (first, second)] == [(desk.clock().date(), "read again")] * 2

"""The same person in two dossiers: a no in one is a no in the other, for who holds both, and nobody else learns of it."""

from collections.abc import Callable

from letapis.core.consent import NO
from letapis.desk import card_plan, cards, dossiers, elsewhere, one_person, public_record, reading, sources
from letapis.desk.sources import ConsentForm
from tests.team import Team, make_team

from .carding import house_of

__all__ = ["make_team"]


def test_a_no_in_another_dossier_blocks_and_recalls_where_it_may_be_seen(make_team: Callable[..., Team]) -> None:
    house = house_of(make_team(3))
    desk, reader = house.desk, house.reader
    house.published()
    other = dossiers.new_dossier(desk, "PRY-8", "canary-other", "person", "Ян Прыклад")
    twin = reading.entities(desk, house.reader, other)[0].entity

    def answers(answer: str, *scopes: str) -> None:
        sources.record_consent(desk, house.reader, other, twin, [ConsentForm(scope, answer) for scope in scopes])

    answers("refused", "public_list_named")
    assert house.plan().named.holds and house.public() is not None, "nobody said that they are one"
    assert not elsewhere.of(desk, house.reader, (house.person,)).others
    one_person.decide(desk, house.reader, house.person, twin, "same", "Invented: one birth date.")
    assert house.plan().named == elsewhere.REFUSED and house.plan().fields["name"].consent.because in desk.catalogue.texts
    gone, waits = sorted(public_record.versions(desk, house.reader, house.dossier), key=lambda one: one.stage)
    assert (gone.stage, waits.stage) == ("recalled", "waiting") and gone.recalled and gone.recalled.because == "consent_withdrawn"
    assert waits.waiting[0].card and not waits.waiting[0].card.named, "counted under another number, for nobody said no to that"
    house.team.settle()

    # Who holds one of the dossiers asks in that one alone, and nothing of the other is in what they hold.
    second = house.team.desks[1]
    told = card_plan.plan(second, second.reader("work"), house.dossier, house.person)
    assert told.named.holds and not elsewhere.of(second, second.reader("work"), (house.person,)).others
    assert "canary-other" not in repr(told)

    # An answer that is written down over there changes what is public here, in the same transaction.
    answers("refused", "statistics_anonymised")
    assert not house.plan().counted.holds and not [one for one in public_record.versions(desk, reader, house.dossier) if one.alive]
    answers("given", "public_list_named", "statistics_anonymised")
    assert house.plan().named.holds and house.plan().counted.holds
    assert cards.preview(desk, reader, house.dossier, house.person, cards.usual(house.plan())).card.named
    house.propose()
    answers("withdrawn", "keep_internal")
    assert not [one for one in public_record.versions(desk, reader, house.dossier) if one.alive], "who takes everything back there goes here too"
    assert all(key in desk.catalogue.texts for key in NO)

"""The first page asks an office's PostgreSQL the same questions and gets the same answers."""

from collections.abc import Callable

import pytest

from letapis.core.records import Draft
from letapis.desk import ledger, opening, people, reading
from letapis.desk.opening import Desk
from tests.conftest import device_body, member_body
from tests.desk.test_arrivals import claim, decision, shared_dossier
from tests.postgres import Cluster


@pytest.mark.postgres
def test_an_office_sees_what_waits_and_what_is_new(
    desk: Desk, make_desk: Callable[..., Desk], carry: Callable[..., ledger.Receipt], postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "database_address", lambda _: postgres.address())
    office = make_desk(2)
    org = next(iter(desk.epochs()))
    ledger.append(desk, [Draft("member", org, member_body(office.me, "Pryklad")), Draft("device", org, device_body(office.agent))])
    ledger.trust_root(office, people.root(desk))
    home = shared_dossier(desk)
    made = ledger.append(desk, [claim(home), claim(home, False), claim(home, property="detention.masked_agents")])
    ledger.append(desk, [decision(home, "dispute", made[2].ref, reason="so")])
    carry(desk, office)
    reader = office.reader("work")
    page = reading.home_page(office, reader)
    assert page.to_check_count == 2
    assert [view.ref for view in page.contested] == [made[1].ref, made[0].ref]
    assert [view.ref for view in page.disputed] == [made[2].ref]
    assert [(one.dossier.dossier, one.new) for one in page.news] == [(home[0], 4)]
    assert reading.waiting(office, reader, home[0])[1] == 2
    assert reading.numbers(office, reader, home[0]).contested == 2
    reading.mark_visited(office, reader, home[0])
    assert reading.news(office, reader) == []

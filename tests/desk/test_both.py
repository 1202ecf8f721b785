"""An encrypted file and a PostgreSQL hold the same: what one desk recorded, the other shows, and every rule gives the same answer."""

import threading
from collections.abc import Callable

import pytest

from letapis.core.errors import LetapisError
from letapis.desk import ledger, opening, people
from letapis.desk.audit import audit
from letapis.desk.log_tiles import Paths
from letapis.desk.opening import Desk
from tests.desk.tables import projections
from tests.desk.test_arrivals import Carry, claim, decision, sealed_of, shared_dossier
from tests.postgres import Cluster

pytestmark = pytest.mark.postgres


@pytest.fixture
def office(make_desk: Callable[..., Desk], postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A second device of another member, whose tables are in a PostgreSQL."""
    monkeypatch.setattr(opening, "database_address", lambda _: postgres.address())
    return make_desk(2)


@pytest.fixture
def pair(desk: Desk, office: Desk, carry: Carry) -> tuple[Desk, Desk]:
    from letapis.core.records import Draft
    from tests.conftest import device_body, member_body

    org = next(iter(desk.epochs()))
    ledger.append(desk, [Draft("member", org, member_body(office.me, "Pryklad")), Draft("device", org, device_body(office.agent))])
    ledger.trust_root(office, people.root(desk))
    carry(desk, office)
    return desk, office


def test_both_databases_show_the_same_and_rebuild_the_same(pair: tuple[Desk, Desk], carry: Carry) -> None:
    desk, office = pair
    home = shared_dossier(desk)
    made = ledger.append(desk, [claim(home, page="стар. 4"), claim(home, False), claim(home, source=b"t" * 16)])
    carry(desk, office)
    ledger.append(office, [decision(home, "dispute", made[0].ref, reason="так не было"), decision(home, "check", made[1].ref)])
    ledger.append(office, [claim(home, replaces=made[1].ref)])
    carry(office, desk)
    assert office.store.postgres and not desk.store.postgres
    assert projections(office) == projections(desk)
    for one in pair:
        ledger.rebuild(one)
    assert projections(office) == projections(desk)


def test_an_office_audits_clean_and_names_damage(pair: tuple[Desk, Desk]) -> None:
    _, office = pair
    home = shared_dossier(office)
    ledger.append(office, [claim(home) for _ in range(300)])
    ledger.sign_checkpoint(office)
    assert audit(office, processes=1).faults == ()
    office.store.run("UPDATE db_record SET type = 'note' WHERE seq = 30 AND device = %s", (office.device,))
    assert [fault.code for fault in audit(office, processes=1).faults] == ["audit.row_differs"]


def test_inclusion_is_proved_from_both(pair: tuple[Desk, Desk], carry: Carry) -> None:
    desk, office = pair
    home = shared_dossier(office)
    made = ledger.append(office, [claim(home) for _ in range(520)])
    carry(office, desk)
    size = made[-1].header.seq + 1
    index = made[40].header.seq
    assert Paths(desk.store).inclusion(office.device, index, size) == Paths(office.store).inclusion(office.device, index, size)


def test_two_writers_at_once_lose_nothing(desk: Desk, pair: tuple[Desk, Desk]) -> None:
    for one in pair:
        home = shared_dossier(one)
        faults: list[LetapisError] = []

        def write(one: Desk = one, home: tuple[bytes, bytes, bytes, bytes] = home, faults: list[LetapisError] = faults) -> None:
            try:
                for _ in range(15):
                    ledger.append(one, [claim(home), claim(home)])
            except LetapisError as fault:
                faults.append(fault)
            finally:
                one.store.close()

        threads = [threading.Thread(target=write) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        assert one.store.rows("SELECT count(*) FROM db_claim") == [(60,)]
        assert audit(one, processes=1).faults == ()
        assert ledger.receive(one, sealed_of(one)).new == 0

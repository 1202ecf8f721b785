"""A colleague's newer version may write words that have no text here: the page shows them as they stand and does not break."""

import pytest
from django.urls import reverse

from letapis.desk import ledger
from letapis.desk.opening import Desk
from tests.desk.test_arrivals import claim, shared_dossier

from .casework import browsing


@pytest.mark.parametrize("named", [{"basis": "dreamt"}, {"certainty": "guessed", "valid_from": "2026-01"}], ids=["basis", "certainty"])
def test_an_unknown_word_of_a_claim_is_shown_as_it_stands(desk: Desk, named: dict[str, str]) -> None:
    home = shared_dossier(desk)
    ledger.append(desk, [claim(home, True, **named), claim(home, False)])
    with browsing(desk) as client:
        for address in (reverse("home"), reverse("dossiers:information", args=[home[0].hex()])):
            answer = client.get(address)
            assert answer.status_code == 200
        assert next(iter(named.values())) in answer.content.decode()

"""A dossier about thousands: a page reads what it shows of the information, and says all the same how much there is."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.urls import reverse

from letapis.core.standing import Level
from letapis.desk import claims, reading
from letapis.desk.opening import Desk

from . import casework
from .casework import browsing, say
from .test_pages import check


def test_information_is_read_part_by_part_and_every_piece_stands_in_one_part(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = casework.play(desk)
    told = [claims.Cut("detention.start", f"20{year}-04-01", subject=case.person, source=case.klon, basis="document") for year in range(10, 20)]
    claims.add_claims(desk, desk.reader("work"), case.dossier, told)
    every = [one for one in reading.claims(desk, desk.reader("work"), case.dossier) if not one.replaced]
    monkeypatch.setattr("letapis.faces.web.views.dossiers._CLAIMS_PAGE", 4)
    views, read = reading.claims.__globals__["views"], list[int]()

    def counted(desk: Desk, rows: Iterable[Any]) -> list[reading.ClaimView]:
        found: list[reading.ClaimView] = views(desk, rows)
        read.append(len(found))
        return found

    monkeypatch.setitem(reading.claims.__globals__, "views", counted)
    place = reverse("dossiers:information", args=[case.dossier.hex()])
    with browsing(desk) as client:
        for level in ("", "open"):
            wanted = [one.rid.hex() for one in every if level == "" or one.level is Level.OPEN]
            shown = list[str]()
            for number in range(1, -(-len(wanted) // 4) + 1):
                read.clear()
                text = client.get(place, {"page": number, **({"level": level} if level else {})}).content.decode()
                check(text, "en")
                assert say("dossiers.pieces", count=len(wanted)) in text and max(read) <= 4
                shown += re.findall(r'<th scope="row"><a href="/claims/([0-9a-f]+)"', text)
            assert shown == wanted and len(wanted) > 4
        last = client.get(place, {"page": "99", "level": "open"}).content.decode()
        assert shown[-1] in last and shown[0] not in last
        for empty in ("retracted", "vydumka"):
            assert say("dossiers.none_here") in client.get(place, {"level": empty}).content.decode()

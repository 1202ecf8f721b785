"""An earlier and a later case file: every proof of what stays holds, what is gone says WITHDRAWN, and a hidden withdrawal fails."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from letapis.core.standing import Level
from letapis.desk import evidence, reading, sources
from letapis.desk.casefile import Choice, export_case_file
from letapis.desk.opening import Desk
from tests.desk.test_casefile import judged
from tests.desk.test_erasure import WORDS, Told, erase, withdraw
from tests.team import Team

MakeTeam = Callable[..., Team]


def hand_out(desk: Desk, told: Told, target: Path) -> Path:
    return export_case_file(desk, desk.reader("submit"), told.dossier, target, "An invented court", "a hearing", Choice(floor=Level.OPEN)).target


def test_what_is_taken_back_is_in_no_case_file(make_team: MakeTeam, tmp_path: Path) -> None:
    team = make_team(2)
    desk, told = team.desks[0], Told(team.desks[0], [team.desks[1].me])
    agreed = [sources.ConsentForm("case_file_share", "given", taken="2026-03-10")]
    for party in (told.source, told.other, reading.entities(desk, team.reader(), told.dossier)[0].entity):
        sources.record_consent(desk, team.reader(), told.dossier, party, agreed)
    original = reading.evidence(desk, team.reader(), told.object).sha256.hex()
    before = hand_out(desk, told, tmp_path / "before")
    assert original in (before / "data" / "items.csv").read_text(encoding="utf-8")
    withdraw(desk, told)
    after = hand_out(desk, told, tmp_path / "after")
    lying = b"".join(path.read_bytes() for path in after.rglob("*") if path.is_file())
    assert original.encode() not in lying and not any(word.encode() in lying for word in WORDS)


def test_what_is_gone_is_withdrawn_and_what_stays_is_proven(make_team: MakeTeam, tmp_path: Path) -> None:
    team = make_team(2)
    told = Told(team.desks[0], [team.desks[1].me])
    team.settle()
    early = hand_out(team.desks[0], told, tmp_path / "early")
    team.settle()
    erase(team, told)
    desk = team.desks[0]
    late = hand_out(desk, told, tmp_path / "late")
    code, said = judged(late, desk)
    results = {row["item"]: row["result"] for row in said["items"]}
    assert code == 0, [row for row in said["items"] if "FAIL" in row["result"]]
    withdrawn = [name for name, result in results.items() if result == "WITHDRAWN"]
    assert withdrawn and results["I0001"].startswith("REDACTED ")
    rows = list(csv.DictReader(io.StringIO((late / "data" / "tombstones.csv").read_text(encoding="utf-8"))))
    assert {row["item"] for row in rows} == set(withdrawn) and {row["ground"] for row in rows} == {"withdrawal"}
    # On whose word: the order is here, and the devices of both members who decided.
    signed = {row["item"]: (row["order"], row["signed_by"]) for row in said["withdrawn"]}
    assert set(signed) == set(withdrawn) and all(order and set(by) == {one.device for one in team.desks} for order, by in signed.values())
    assert not any("on the word of one device" in note for note in said["notes"])
    # What left before is proven as it was, under the keys of today.
    assert judged(early, desk)[0] == 0
    # The tombstones alone tell nothing of what was there.
    assert not any(word in path.read_bytes() for path in late.rglob("*") for word in (b"Zqkanary", told.object) if path.is_file())
    # Taken out of the table: the withdrawal is a failure, not a silence.
    items = late / "data" / "tombstones.csv"
    items.write_text("item,index,commitment,class,ground,proof,record\n", encoding="utf-8")
    assert judged(late, desk)[0] == 1


def test_without_anything_withdrawn_there_is_no_table(make_team: MakeTeam, tmp_path: Path) -> None:
    team = make_team(2)
    told = Told(team.desks[0], [team.desks[1].me])
    evidence.add_custody(team.desks[0], team.reader(), told.kept, "fixity check", "pass")
    late = hand_out(team.desks[0], told, tmp_path / "late")
    assert not (late / "data" / "tombstones.csv").exists() and judged(late, team.desks[0])[0] == 0

"""An evidence record beside a file: held against it when both come in, and whatever came of it stands in the custody of the file."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from letapis.core.errors import NotFound
from letapis.desk import authorities, dossiers, evidence_records, imports, reading
from letapis.desk.authorities import AuthorityForm
from letapis.desk.opening import Desk
from tests.authority import Authority, make_authority, needs_openssl
from tests.desk.casework import desk
from tests.evidence_record import record, sha256, stamp, token

__all__ = ["desk"]
FILE = b"an invented letter"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority") / "one")


def brought(desk: Desk, folder: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    dossier = dossiers.new_dossier(desk, "EX-1", "Pryklad", "person", "Prykladny")
    reader = desk.reader("work")
    ident = imports.import_folder(desk, reader, dossier, folder)
    imports.look_at_all(desk, reader, ident)
    imports.look_at_all(desk, reader, ident)
    return {line.path: line.item for line in imports.lines(desk, reader, ident)}


def found(desk: Desk, item: bytes) -> list[str]:
    return [entry.outcome for entry in reading.custody(desk, desk.reader("work"), item) if entry.event == evidence_records.EVENT]


@needs_openssl
def test_a_record_beside_a_file_is_held_against_it_once_and_told(desk: Desk, tmp_path: Path, authority: Authority) -> None:
    made = record([stamp(token(authority, sha256(FILE)))])
    items = brought(desk, tmp_path / "brought", {"a.txt": FILE, "a.txt.ers": made, "b.txt": b"another", "b.txt.ers": made + b"", "c.txt.ers": b"x"})
    reader = desk.reader("work")
    assert found(desk, items["a.txt"]) == ["records.covers"], "nobody vouches for the authority yet"
    assert found(desk, items["b.txt"]) == ["records.other_file"]
    authorities.add_authority(desk, reader, AuthorityForm("tsa", "one", "", authority.root))
    checked = evidence_records.check(desk, reader, items["a.txt"], items["a.txt.ers"])
    assert checked.outcome == "records.proven" and [one.fault for one in checked.stamps] == [""]
    assert found(desk, items["a.txt"]) == ["records.covers", "records.proven"]
    assert evidence_records.check(desk, reader, items["a.txt"], items["b.txt"]).outcome == "records.form"


def test_a_record_of_another_dossier_or_a_stranger_is_not_there(desk: Desk, tmp_path: Path, make_desk: Callable[..., Desk]) -> None:
    items = brought(desk, tmp_path / "brought", {"a.txt": FILE})
    with pytest.raises(NotFound):
        evidence_records.check(desk, desk.reader("work"), items["a.txt"], b"x" * 16)
    with pytest.raises(NotFound):
        evidence_records.check(desk, desk.reader("work"), b"x" * 16, items["a.txt"])


def test_a_record_of_very_many_stamps_stops_nothing(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Custody has room for some words only, and a stranger's record may have two hundred stamps."""
    stamps = tuple(evidence_records.Stamped(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day), "time.untrusted") for day in range(200))
    monkeypatch.setattr(evidence_records, "_checked", lambda *_: evidence_records.Checked(evidence_records.COVERS, stamps))
    items = brought(desk, tmp_path / "brought", {"a.txt": FILE, "a.txt.ers": b"x"})
    (entry,) = (one for one in reading.custody(desk, desk.reader("work"), items["a.txt"]) if one.event == evidence_records.EVENT)
    assert "2026-01-01" in entry.detail and "… 176 …" in entry.detail and "2026-07-19" in entry.detail

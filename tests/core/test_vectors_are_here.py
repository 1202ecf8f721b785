"""The known answers are part of the repository: one that is missing or changed is a failure, not a skip."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[1] / "vectors"


def _faults(folder: Path, sums: str) -> Iterator[str]:
    for line in sums.splitlines():
        digest, name = line.split("  ", 1)
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{name} is changed"


def test_every_listed_vector_is_here_and_unchanged() -> None:
    sums = (VECTORS / "SHA256SUMS").read_text(encoding="utf-8")
    assert len(sums.splitlines()) > 400
    assert not list(_faults(VECTORS, sums))


LISTED = (
    *("letapis-v1", "letapis-v2", "merkle", "crypto", "notes", "log-tessera", "log-sunlight", "witness", "sigstore", "rfc3161"),
    *("axe", "ocfl", "evidence-records", "LICENCES"),
)


@pytest.mark.parametrize("folder", LISTED)
def test_every_vector_of_a_listed_folder_is_listed(folder: str) -> None:
    listed = {line.split("  ", 1)[1] for line in (VECTORS / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    there = {p.relative_to(VECTORS).as_posix() for p in (VECTORS / folder).rglob("*") if p.is_file()}
    assert there and there <= listed


def test_a_missing_vector_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "here").write_bytes(b"x")
    sums = f"{hashlib.sha256(b'x').hexdigest()}  here\n{hashlib.sha256(b'').hexdigest()}  gone\n"
    assert list(_faults(tmp_path, sums)) == ["gone is missing"]
    (tmp_path / "here").write_bytes(b"y")
    assert list(_faults(tmp_path, sums)) == ["here is changed", "gone is missing"]


def test_sources_say_where_each_folder_comes_from() -> None:
    text = (VECTORS / "SOURCES.md").read_text(encoding="utf-8")
    for folder in {line.split("  ", 1)[1].split("/")[0] for line in (VECTORS / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}:
        assert f"`{folder}/" in text

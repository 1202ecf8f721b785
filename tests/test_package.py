"""The wheel: everything that the program reads at run time is inside, nothing else, and two builds are the same bytes."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src"


def build(target: Path) -> Path:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    (wheel,) = target.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


def tracked() -> set[str]:
    names = subprocess.run(["git", "ls-files", "-z", "src"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return {name.removeprefix("src/") for name in names if name and (ROOT / name).is_file()}


def test_every_file_of_the_source_is_in_the_wheel(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert tracked() <= inside


def test_nothing_but_the_program_and_its_licence_is_in_the_wheel(wheel: Path) -> None:
    others = {name for name in zipfile.ZipFile(wheel).namelist() if not name.startswith("letapis/")}
    assert {name.split("/", 1)[1] for name in others} == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def test_two_builds_are_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    assert hashlib.sha256(build(tmp_path).read_bytes()).digest() == hashlib.sha256(wheel.read_bytes()).digest()


def test_the_command_is_named(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (entry,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
    assert "letapis = letapis.faces.cli:main" in archive.read(entry).decode()

"""Every code of the byte formats has its text; a code may reach an error through a helper, so all literals are looked at."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2] / "src" / "letapis"
MODULES = ("canonical", "merkle", "tiles", "notes", "proofs", "policy", "disclosure", "valuejson", "textforms", "records")
CODE = re.compile(r'"((?:note|proof|policy|merkle|record)\.[a-z0-9_]+)"')


def _codes() -> set[str]:
    return {code for name in MODULES for code in CODE.findall((ROOT / "core" / f"{name}.py").read_text(encoding="utf-8"))}


def _texts() -> set[str]:
    return {key.removeprefix("errors.") for key in tomllib.loads((ROOT / "data/locale/formats.toml").read_text(encoding="utf-8"))}


def test_every_code_of_the_formats_has_a_text_and_every_text_a_code() -> None:
    assert len(_codes()) > 80
    assert _codes() == _texts()
